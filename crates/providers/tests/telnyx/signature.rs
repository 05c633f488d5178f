//! Signature verification against the vectors made with Telnyx's official libraries.

use serde_json::Value;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_providers::telnyx::signature::{SIGNATURE_HEADER, SignedRequest, TIMESTAMP_HEADER, verify};
use trunkline_providers::telnyx::webhook::Event;

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../vectors/telnyx_signature.json")).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

#[test]
fn every_vector_gets_its_verdict() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 9);
    for vector in &vectors {
        let request = SignedRequest {
            signature: vector["headers"][SIGNATURE_HEADER].as_str(),
            timestamp: vector["headers"][TIMESTAMP_HEADER].as_str(),
            body: vector["raw_body"].as_str().unwrap().as_bytes(),
        };
        let now = Timestamp::from_secs(vector["now_unix"].as_i64().unwrap());
        let key = Secret::new(vector["public_key_base64"].as_str().unwrap());
        let verdict = verify(&request, std::slice::from_ref(&key), now);
        assert_eq!(
            verdict.is_ok(),
            vector["expected_valid"].as_bool().unwrap(),
            "{}: {verdict:?}",
            vector["id"]
        );

        // While keys are being changed, either fits.
        let other = Secret::new("A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
        let verdict = verify(&request, &[other, key], now);
        assert_eq!(verdict.is_ok().then_some(&1), verdict.as_ref().ok(), "{}", vector["id"]);
    }
}

#[test]
fn what_the_vectors_sign_are_events_that_can_be_read() {
    for vector in vectors().iter().filter(|vector| vector["expected_valid"] == true) {
        let event = Event::parse(vector["raw_body"].as_str().unwrap().as_bytes()).unwrap();
        assert!(event.kind.starts_with("message.") && event.occurred_at.is_some(), "{event:?}");
    }
}
