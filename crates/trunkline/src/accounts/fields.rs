//! What a name, an address and a password must look like.

use crate::http::Problem;
use crate::http::problem::FieldError;

/// Gathers what is wrong with the fields of a request, so that all of it is told at once.
#[derive(Default)]
pub(super) struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// Keeps the value, or notes why `field` cannot be accepted.
    pub(super) fn check<T: Default>(&mut self, field: &str, value: Result<T, String>) -> T {
        value.unwrap_or_else(|message| {
            self.errors.push(FieldError { field: field.to_owned(), message });
            T::default()
        })
    }

    /// 422 with everything that was noted.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid_fields(self.errors)) }
    }
}

/// A person's name: 1 to 100 characters on one line.
pub(super) fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err("Enter a name.".to_owned()),
        1..=100 if !name.contains(char::is_control) => Ok(name.to_owned()),
        1..=100 => Err("A name is one line of text.".to_owned()),
        _ => Err("A name has at most 100 characters.".to_owned()),
    }
}

/// An email address in the form it is stored and compared in: trimmed and in lower case. Only its shape is
/// checked (RFC 5321, §4.5.3.1, for the lengths); whether it works is known when a mail arrives.
pub(super) fn email(text: &str) -> Result<String, String> {
    let email = text.trim().to_lowercase();
    let well_formed =
        email.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if well_formed && email.len() <= 254 {
        Ok(email)
    } else {
        Err("Enter an email address such as ada@example.com.".to_owned())
    }
}

fn is_local(local: &str) -> bool {
    let allowed = |c: char| !c.is_control() && !c.is_whitespace() && !"@,;:<>()[]\\\"".contains(c);
    (1..=64).contains(&local.len()) && local.chars().all(allowed)
}

fn is_domain(domain: &str) -> bool {
    let labels = || domain.split('.');
    let is_label = |label: &str| {
        let inner = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    labels().count() >= 2 && labels().all(is_label)
}

/// A new password: 8 to 200 characters, taken exactly as typed.
pub(super) fn password(text: &str) -> Result<String, String> {
    match text.chars().count() {
        0..8 => Err("A password has at least 8 characters.".to_owned()),
        8..=200 => Ok(text.to_owned()),
        _ => Err("A password has at most 200 characters.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_trimmed_and_in_lower_case() {
        assert_eq!(email("  Ada.Lovelace+x@Example.COM ").unwrap(), "ada.lovelace+x@example.com");
        assert_eq!(email("jörg@exämple.de").unwrap(), "jörg@exämple.de");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "a@-x.com",
            "a@x..com",
            "a@example.com\r\nBcc: x@y.z",
            "<a@example.com>",
            "a@b@example.com",
            &long,
        ] {
            assert!(email(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(password("ééééééé").is_err());
        assert!(password("éééééééé").is_ok());
        assert!(password(&"é".repeat(200)).is_ok());
        assert!(password(&"é".repeat(201)).is_err());
        assert_eq!(password("  spaces  ").unwrap(), "  spaces  ");
        assert!(name(&"é".repeat(100)).is_ok());
        assert!(name(&"é".repeat(101)).is_err());
        assert!(name(" \t ").is_err());
        assert!(name("two\nlines").is_err());
    }
}
