use proptest::prelude::*;

use super::*;

const URL: &str = "https://hooks.example.com/twilio/sms";

fn urls(url: &str) -> Vec<String> {
    vec![url.to_owned()]
}

fn check(
    content_type: Option<&str>,
    method: &str,
    url: &str,
    body: &[u8],
    signature: &str,
    tokens: &[&str],
) -> Result<Verified, SignatureError> {
    let tokens: Vec<_> = tokens.iter().map(|token| Secret::new(*token)).collect();
    let (urls, signature) = (urls(url), Some(signature));
    verify(
        &SignedRequest { urls: &urls, method, content_type, body, params: None, signature, settings: None },
        &tokens,
    )
}

fn signature_of(url: &str, body: &[u8]) -> String {
    sign(url, &Params::parse(body).unwrap(), &Secret::new("token"))
}

#[test]
fn a_missing_or_malformed_signature_is_named_as_such() {
    let (urls, tokens) = (urls(URL), [Secret::new("token")]);
    let mut request = SignedRequest {
        urls: &urls,
        method: "POST",
        content_type: None,
        body: b"",
        params: None,
        signature: None,
        settings: None,
    };
    assert_eq!(verify(&request, &tokens), Err(SignatureError::Missing));
    request.signature = Some("not base64!");
    assert_eq!(verify(&request, &tokens), Err(SignatureError::Malformed));
    request.signature = Some("");
    assert_eq!(verify(&request, &tokens), Err(SignatureError::NoMatch));
    request.settings = Some("key=webhooks_sharedkey_1,algorithm=HMAC_MD5");
    assert_eq!(verify(&request, &tokens), Err(SignatureError::UnknownAlgorithm("HMAC_MD5".into())));
}

#[test]
fn the_second_token_of_a_rotation_is_reported() {
    let signature = signature_of(URL, b"Body=hi");
    let verified = check(None, "POST", URL, b"Body=hi", &signature, &["new", "token"]).unwrap();
    assert_eq!(verified, Verified { url: URL.into(), token: 1 });
}

#[test]
fn no_token_or_an_empty_one_proves_nothing() {
    let forged = sign(URL, &Params::default(), &Secret::new(""));
    assert_eq!(check(None, "POST", URL, b"", &forged, &[""]), Err(SignatureError::NoMatch));
    assert_eq!(check(None, "POST", URL, b"", &forged, &[]), Err(SignatureError::NoMatch));
}

#[test]
fn a_body_cannot_ride_on_the_signature_of_an_address() {
    let signature = signature_of(URL, b"");
    let text = Some("text/plain");
    assert_eq!(check(text, "POST", URL, b"pay", &signature, &["token"]), Err(SignatureError::UnsignedBody));
    assert_eq!(
        check(None, "GET", URL, b"Body=pay", &signature, &["token"]),
        Err(SignatureError::UnsignedBody)
    );
    assert_eq!(check(None, "POST", URL, b"Body=pay", &signature, &["token"]), Err(SignatureError::NoMatch));
    assert!(check(None, "GET", URL, b"", &signature, &["token"]).is_ok());
}

#[test]
fn an_oversized_form_is_refused_before_it_is_hashed() {
    let body = "a=1&".repeat(501);
    let refused = check(None, "POST", URL, body.as_bytes(), "AAAA", &["token"]);
    assert_eq!(refused, Err(SignatureError::Form(FormError::TooMany)));
}

proptest! {
    #[test]
    fn what_is_signed_verifies_and_nothing_else_does(
        params in prop::collection::vec(("[A-Za-z]{1,8}", ".{0,20}"), 1..8), extra in "[a-z]{1,5}",
    ) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
        let signature = signature_of(URL, body.as_bytes());
        prop_assert!(check(None, "POST", URL, body.as_bytes(), &signature, &["token"]).is_ok());
        let tampered = format!("{body}&zz_{extra}=1");
        prop_assert!(check(None, "POST", URL, tampered.as_bytes(), &signature, &["token"]).is_err());
    }

    #[test]
    fn any_request_is_answered_without_panic(
        url in ".{0,40}", method in "[A-Z]{0,5}", body in prop::collection::vec(any::<u8>(), 0..200),
        signature in ".{0,40}", settings in prop::option::of(".{0,60}"), content_type in prop::option::of(".{0,40}"),
    ) {
        let urls = urls(&url);
        let request = SignedRequest {
            urls: &urls, method: &method, content_type: content_type.as_deref(), body: &body, params: None,
            signature: Some(&signature), settings: settings.as_deref(),
        };
        prop_assert!(verify(&request, &[Secret::new("token")]).is_err());
    }
}
