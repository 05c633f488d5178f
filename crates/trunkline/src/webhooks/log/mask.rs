//! Secrets are hidden before a person sees a request: what signs it, and what would let somebody in.
//!
//! A value is hidden for its name, wherever it stands: header, query, form or JSON. Where an address stands as a
//! value, what is secret in that address is hidden as well.

use serde_json::Value;
use trunkline_providers::twilio::form::Params;

/// Stands where a secret was.
pub(super) const HIDDEN: &str = "••••••";

/// Whoever holds what has one of these words in its name can pass for somebody else.
const SECRET_WORDS: [&str; 10] = [
    "signature",
    "token",
    "secret",
    "password",
    "passwd",
    "authorization",
    "authentication",
    "credential",
    "cookie",
    "bearer",
];
/// Whole names that are too short to be looked for within others.
const SECRET_NAMES: [&str; 7] = ["sig", "pwd", "pass", "auth", "key", "hmac", "jwt"];
/// Our own mark in the addresses that reports come to; see `delivery::CallbackUrls`.
const MARK: &str = "t";

/// Whether what goes by this name is nobody's business.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    // It names a request so that it is recognised when it comes again, and opens nothing.
    if name.contains("idempotency") {
        return false;
    }
    let word = name.trim_matches(|c: char| !c.is_alphanumeric());
    SECRET_NAMES.contains(&word)
        || SECRET_WORDS.iter().any(|secret| name.contains(secret))
        || [
            "apikey",
            "api_key",
            "api-key",
            "accesskey",
            "access_key",
            "access-key",
            "_key",
            "-key",
            "_auth",
            "-auth",
        ]
        .iter()
        .any(|end| name.ends_with(end))
}

/// The value of a header or a parameter, as it may be shown.
pub(super) fn value(name: &str, value: &str) -> String {
    if is_secret(name) && !value.is_empty() { HIDDEN.to_owned() } else { address_in(value) }
}

/// A value that is an address, without what is secret in it; any other as it is.
pub(super) fn address_in(value: &str) -> String {
    let is_address = ["http://", "https://"].iter().any(|scheme| value.starts_with(scheme));
    if is_address { address(value) } else { value.to_owned() }
}

/// An address, without secrets in its query and without a password before its host.
pub(super) fn address(address: &str) -> String {
    let (rest, fragment) = split(address, '#');
    let (place, query) = split(rest, '?');
    let place = match (place.find("://"), place.find('@')) {
        (Some(scheme), Some(at)) if scheme < at && !place[scheme + 3..at].contains('/') => {
            format!("{}{HIDDEN}{}", &place[..scheme + 3], &place[at..])
        }
        _ => place.to_owned(),
    };
    let query = query.map(|query| format!("?{}", pairs(query, |name| name == MARK || is_secret(name))));
    let fragment = fragment.map(|fragment| format!("#{}", pairs(fragment, is_secret)));
    format!("{place}{}{}", query.unwrap_or_default(), fragment.unwrap_or_default())
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Form-encoded pairs as they came, byte for byte, but for the values that are hidden.
fn pairs(encoded: &str, is_hidden: impl Fn(&str) -> bool) -> String {
    let pair = |pair: &str| {
        let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
        let decoded: Vec<_> = form_urlencoded::parse(pair.as_bytes()).collect();
        let Some((plain_name, plain_value)) = decoded.first() else { return pair.to_owned() };
        if value.is_empty() {
            return pair.to_owned();
        }
        if is_hidden(plain_name) {
            return format!("{name}={HIDDEN}");
        }
        let shown = address_in(plain_value);
        if shown == *plain_value { pair.to_owned() } else { format!("{name}={shown}") }
    };
    encoded.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// Whether a body of this type holds pairs.
pub(super) fn is_form(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// A body, as text. JSON in which something is hidden is written anew; everything else stays as it came. Bytes
/// that are no UTF-8 become U+FFFD.
pub(super) fn body(content_type: Option<&str>, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if !is_form(content_type)
        && let Ok(mut json) = serde_json::from_slice::<Value>(body)
    {
        let changed = hide_in(&mut json);
        return if changed { json.to_string() } else { text.into_owned() };
    }
    // A body of another kind has no pairs, and then nothing happens to it.
    pairs(&text, is_secret)
}

/// Hides what is secret in JSON, at any depth. Returns whether anything was.
fn hide_in(json: &mut Value) -> bool {
    let mut changed = false;
    match json {
        Value::Object(fields) => {
            for (name, field) in fields {
                if is_secret(name) && !field.is_null() && *field != "" {
                    *field = HIDDEN.into();
                    changed = true;
                } else {
                    changed |= hide_in(field);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                changed |= hide_in(item);
            }
        }
        Value::String(text) => {
            let shown = address_in(text);
            changed = shown != *text;
            *text = shown;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    changed
}

/// The parameters of a form in the order they came.
pub(super) fn params(params: &Params) -> Vec<(String, String)> {
    params.iter().map(|(name, plain)| (name.to_owned(), value(name, plain))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=utf-8");

    #[test]
    fn what_signs_or_opens_is_hidden_and_the_rest_is_not() {
        for name in [
            "X-Twilio-Signature",
            "telnyx-signature-ed25519",
            "svix-signature",
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "X-Api-Key",
            "access_token",
            "AuthToken",
            "client_secret",
            "Password",
            "sig",
            "key",
        ] {
            assert_eq!(value(name, "abc"), HIDDEN, "{name}");
        }
        for name in [
            "Body",
            "From",
            "AccountSid",
            "MessageStatus",
            "content-type",
            "I-Twilio-Idempotency-Token",
            "t",
            "Keyword",
        ] {
            assert_eq!(value(name, "abc"), "abc", "{name}");
        }
        assert_eq!(value("token", ""), "", "nothing is there to hide");
    }

    #[test]
    fn an_address_keeps_its_place_and_loses_its_secrets() {
        assert_eq!(
            address("/webhooks/twilio/main/status?m=1&n=2&t=abc"),
            format!("/webhooks/twilio/main/status?m=1&n=2&t={HIDDEN}")
        );
        assert_eq!(address("/a?x=%20b&API_KEY=abc&flag"), format!("/a?x=%20b&API_KEY={HIDDEN}&flag"));
        assert_eq!(address("https://me:abc@host/a@b"), format!("https://{HIDDEN}@host/a@b"));
        assert_eq!(address("https://host/a@b"), "https://host/a@b");
        assert_eq!(address("/a#access_token=abc"), format!("/a#access_token={HIDDEN}"));
        assert_eq!(address("/a?%74oken=abc"), format!("/a?%74oken={HIDDEN}"), "however its name is written");
    }

    #[test]
    fn a_form_stays_as_it_came_but_for_its_secrets() {
        let came = b"Body=a+b%2Bc&AuthToken=abc&Empty=&MediaUrl0=https%3A%2F%2Fhost%2Fp%3Fsig%3Dabc";
        let shown = body(FORM, came);
        assert_eq!(
            shown,
            format!("Body=a+b%2Bc&AuthToken={HIDDEN}&Empty=&MediaUrl0=https://host/p?sig={HIDDEN}")
        );
        assert_eq!(
            body(FORM, b"Body=Basic+training+is+a+token+effort"),
            "Body=Basic+training+is+a+token+effort"
        );
    }

    #[test]
    fn json_is_searched_to_the_bottom() {
        let came = br#"{"data":{"items":[{"api_key":"abc","n":1},{"url":"https://host/?token=abc"}]},"password":{"a":"abc"}}"#;
        let shown = body(Some("application/json"), came);
        assert!(!shown.contains("abc") && shown.contains(r#""n":1"#), "{shown}");
        assert_eq!(body(None, b"{ \"a\":  1 }"), "{ \"a\":  1 }", "nothing to hide: as it came");
    }

    #[test]
    fn what_is_no_text_is_shown_all_the_same() {
        assert_eq!(body(None, &[b'a', 0xff]), "a\u{fffd}");
        assert_eq!(body(FORM, b""), "");
    }

    proptest! {
        #[test]
        fn a_secret_never_shows_in_a_form(
            before in prop::collection::vec(("[A-Z][a-z]{1,8}", ".{0,20}"), 0..5),
            name in prop::sample::select(vec!["token", "Signature", "x_api_key", "PASSWORD", "auth", "my-secret"]),
            // Long enough not to be there by chance.
            secret in "[a-z0-9]{30}",
        ) {
            let mut form = form_urlencoded::Serializer::new(String::new());
            let form = form.extend_pairs(&before).append_pair(name, &secret).extend_pairs(&before).finish();
            prop_assert!(!body(FORM, form.as_bytes()).contains(&secret));
            let url = format!("/webhooks/x?{form}");
            prop_assert!(!address(&url).contains(&secret));
            let json = serde_json::json!({ "a": [{ name: secret }] }).to_string();
            prop_assert!(!body(None, json.as_bytes()).contains(&secret));
        }

        #[test]
        fn any_bytes_are_shown_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = (body(FORM, &bytes), body(None, &bytes), address(&String::from_utf8_lossy(&bytes)));
        }
    }
}
