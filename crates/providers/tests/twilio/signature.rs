//! Signature verification against the vectors made with Twilio's official libraries.

use serde_json::Value;
use trunkline_providers::Secret;
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::signature::{SignedRequest, sign, verify};

fn vectors(kind: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../vectors/twilio_signature.json")).unwrap();
    file[kind].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("the vector {value} has no {field}"))
}

/// What the receiving side of a vector gets and knows; the verdict is the vector's.
#[track_caller]
fn assert_verdict(vector: &Value, body: &str, content_type: &str) {
    let (known, id) = (&vector["verify"], text(vector, "id"));
    let settings = (text(vector, "algorithm") == "HMAC-SHA256")
        .then_some("key=webhooks_sharedkey_example,algorithm=HMAC_SHA256");
    let request = SignedRequest {
        urls: &[text(known, "url").to_owned()],
        method: text(vector, "method"),
        content_type: Some(content_type),
        body: body.as_bytes(),
        params: None,
        signature: Some(text(vector, "signature")),
        settings,
    };
    let verdict = verify(&request, &[Secret::new(text(known, "token"))]);
    assert_eq!(verdict.is_ok(), known["expected_valid"].as_bool().unwrap(), "{id}: {verdict:?}");
}

#[test]
fn every_form_vector_gets_its_verdict() {
    let vectors = vectors("form_vectors");
    assert_eq!(vectors.len(), 29);
    for vector in &vectors {
        // A tampered request has a body of its own.
        let body = vector["verify"]["form_body"].as_str().unwrap_or_else(|| text(vector, "form_body"));
        assert_verdict(vector, body, "application/x-www-form-urlencoded; charset=UTF-8");
    }
}

#[test]
fn every_json_vector_gets_its_verdict() {
    let vectors = vectors("json_vectors");
    assert_eq!(vectors.len(), 2);
    for vector in &vectors {
        assert_verdict(vector, text(vector, "raw_body"), text(vector, "content_type"));
    }
}

#[test]
fn our_signatures_are_twilios() {
    for vector in vectors("form_vectors").iter().filter(|vector| text(vector, "algorithm") == "HMAC-SHA1") {
        if text(vector, "method") == "GET" {
            continue;
        }
        let params = Params::parse(text(vector, "form_body").as_bytes()).unwrap();
        let made = sign(text(vector, "signed_url"), &params, &Secret::new(text(vector, "signing_token")));
        assert_eq!(made, text(vector, "signature"), "{}", text(vector, "id"));
    }
}
