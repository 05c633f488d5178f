//! Signature verification against the vectors made with Svix's official libraries.

use serde_json::Value;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_providers::resend::signature::{
    ID_HEADERS, SIGNATURE_HEADERS, SignedRequest, TIMESTAMP_HEADERS, verify,
};
use trunkline_providers::resend::webhook::Event;

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../vectors/svix_signature.json")).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

/// A3.
#[test]
fn every_vector_gets_its_verdict() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 14);
    for vector in &vectors {
        let header = |names: [&str; 2]| names.iter().find_map(|name| vector["headers"][name].as_str());
        let request = SignedRequest {
            id: header(ID_HEADERS),
            timestamp: header(TIMESTAMP_HEADERS),
            signature: header(SIGNATURE_HEADERS),
            body: vector["raw_body"].as_str().unwrap().as_bytes(),
        };
        let now = Timestamp::from_secs(vector["now_unix"].as_i64().unwrap());
        let secret = Secret::new(vector["secret"].as_str().unwrap());
        let verdict = verify(&request, std::slice::from_ref(&secret), now);
        let expected = vector["expected_valid"].as_bool().unwrap();
        assert_eq!(verdict.is_ok(), expected, "{}: {verdict:?}", vector["id"]);

        // While secrets are being changed, either fits.
        let other = Secret::new("whsec_b3RoZXItc2VjcmV0");
        let verdict = verify(&request, &[other, secret], now);
        assert_eq!(verdict.is_ok().then_some(&1), verdict.as_ref().ok(), "{}", vector["id"]);
        if expected {
            Event::parse(request.body).unwrap();
        }
    }
}
