//! Form-encoded bodies, as Twilio's webhooks bring them, within bounds.

/// More parameters than any webhook has; Twilio's largest have about sixty.
pub const PARAMS_MAX: usize = 500;
/// The longest body taken. A text has at most 1,600 characters, channel metadata a few kilobytes.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// Decoded parameters in the order they came. A name may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Decodes an `application/x-www-form-urlencoded` body. Bytes that are no UTF-8 become U+FFFD.
    ///
    /// # Errors
    /// When the body is longer or has more parameters than any webhook.
    pub fn parse(body: &[u8]) -> Result<Params, FormError> {
        if body.len() > BODY_BYTES_MAX {
            return Err(FormError::TooLong);
        }
        let params: Vec<_> = form_urlencoded::parse(body).take(PARAMS_MAX + 1).map(owned).collect();
        if params.len() > PARAMS_MAX { Err(FormError::TooMany) } else { Ok(Params(params)) }
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The first value of `name`, unless it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All parameters in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(params: I) -> Self {
        Params(params.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

fn owned((name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, String) {
    (name.into_owned(), value.into_owned())
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Its size.
    #[error("the body is longer than {BODY_BYTES_MAX} bytes")]
    TooLong,
    /// The number of its parameters.
    #[error("the body has more than {PARAMS_MAX} parameters")]
    TooMany,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_decoded_and_empty_ones_kept() {
        let params = Params::parse(b"Body=a+b%2Bc&FromCity=&Flag&%C3%A9=%F0%9F%91%8D").unwrap();
        assert_eq!(params.get("Body"), Some("a b+c"));
        assert_eq!((params.get("FromCity"), params.filled("FromCity")), (Some(""), None));
        assert_eq!((params.get("Flag"), params.get("é")), (Some(""), Some("👍")));
    }

    #[test]
    fn too_much_is_refused() {
        assert_eq!(Params::parse(&"a=1&".repeat(500).into_bytes()).map(|p| p.iter().count()), Ok(500));
        assert_eq!(Params::parse(&"a=1&".repeat(501).into_bytes()), Err(FormError::TooMany));
        assert_eq!(Params::parse(&vec![b'a'; BODY_BYTES_MAX + 1]), Err(FormError::TooLong));
    }

    proptest! {
        #[test]
        fn any_bytes_parse_without_panic(body in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = Params::parse(&body);
        }

        #[test]
        fn what_was_encoded_comes_back(params in prop::collection::vec((".{1,20}", ".{0,50}"), 0..20)) {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
            prop_assert_eq!(Params::parse(body.as_bytes()), Ok(params.into_iter().collect()));
        }
    }
}
