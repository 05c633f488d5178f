//! Webhooks of Twilio: the form, both kinds of events in it, and the signature over it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_providers::Secret;
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::signature::{SignedRequest, sign, verify};
use trunkline_providers::twilio::webhook::{Inbound, StatusReport};

const URL: &str = "https://example.com/webhooks/twilio/main/messages?mark=1";

fuzz_target!(|body: &[u8]| {
    let Ok(params) = Params::parse(body) else { return };
    if let Ok(inbound) = Inbound::parse(&params) {
        assert!(!inbound.provider_id.is_empty() && !inbound.from.is_empty() && !inbound.to.is_empty());
    }
    let _ = StatusReport::parse(&params);
    let token = Secret::new("a token of tests".to_owned());
    let signature = sign(URL, &params, &token);
    let urls = [URL.to_owned()];
    let request = SignedRequest {
        urls: &urls,
        method: "POST",
        content_type: Some("application/x-www-form-urlencoded"),
        body,
        params: Some(&params),
        signature: Some(&signature),
        settings: None,
    };
    // What was signed is taken, and only with that token.
    assert!(verify(&request, std::slice::from_ref(&token)).is_ok());
    assert!(verify(&request, &[Secret::new("another".to_owned())]).is_err());
});
