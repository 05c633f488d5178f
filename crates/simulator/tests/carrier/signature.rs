//! Signatures against published vectors.

use serde_json::Value;
use trunkline_simulator::sign;

fn vectors(kind: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/twilio_signature.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let sha1 = vectors[kind].as_array().unwrap().iter().filter(|vector| vector["algorithm"] == "HMAC-SHA1");
    sha1.cloned().collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn every_form_vector_is_signed_as_published() {
    let vectors = vectors("form_vectors");
    assert!(vectors.len() > 25);
    for vector in vectors {
        let params = vector["params"].as_array().unwrap();
        let params = params.iter().map(|pair| (text(&pair[0]), text(&pair[1])));
        let signature = sign(text(&vector["signing_token"]), text(&vector["signed_url"]), params);
        assert_eq!(signature, text(&vector["signature"]), "{}", vector["id"]);
    }
}

#[test]
fn a_url_alone_is_signed_as_published() {
    for vector in vectors("json_vectors") {
        let signature = sign(text(&vector["signing_token"]), text(&vector["signed_url"]), []);
        assert_eq!(signature, text(&vector["signature"]), "{}", vector["id"]);
    }
}

#[test]
fn fragment_and_credentials_are_left_out_and_the_rest_stays_as_configured() {
    let plain = sign("12345", "https://example.com:8443/a?b=O'Brien", []);
    assert_eq!(sign("12345", "https://user:p%40ss@example.com:8443/a?b=O'Brien#rc=2&rp=all", []), plain);
    assert_ne!(sign("12345", "https://example.com/a?b=O'Brien", []), plain);
}
