//! The segment counter against the vectors made with Twilio's public calculator.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use trunkline_domain::segments::{Encoding, Segments, to_gsm};

/// Where ours differs on purpose: the calculator writes seven spaces for a tab and two for a no-break
/// space, which nobody wants to see in a text; one of each is meant.
const ONE_SPACE_IS_ENOUGH: [&str; 2] = ["ucs-tab", "ucs-nbsp"];

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("vectors/sms_segments.json")).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[track_caller]
fn assert_counts(id: &str, counted: &Segments, expected: &Value) {
    let encoding = match text(&expected["encoding"]) {
        "GSM-7" => Encoding::Gsm7,
        _ => Encoding::Ucs2,
    };
    assert_eq!(counted.encoding, encoding, "{id}: encoding");
    let parts: Vec<u32> = serde_json::from_value(expected["units_per_segment"].clone()).unwrap();
    assert_eq!(counted.units_per_segment, parts, "{id}: units per segment");
    assert_eq!(u64::from(counted.count()), expected["segments"].as_u64().unwrap(), "{id}: segments");
}

#[test]
fn every_vector_counts_as_the_calculator_counts_it() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 54);
    for vector in &vectors {
        assert_counts(text(&vector["id"]), &Segments::of(text(&vector["text"])), &vector["plain"]);
    }
}

#[test]
fn replaced_texts_count_as_the_calculator_counts_them() {
    for vector in vectors().iter().filter(|vector| !vector["smart_encoding"].is_null()) {
        let (id, plain) = (text(&vector["id"]), to_gsm(text(&vector["text"])));
        let counted = Segments::of(&plain);
        if ONE_SPACE_IS_ENOUGH.contains(&id) {
            assert_eq!(counted.encoding, Encoding::Gsm7, "{id}");
            assert!(
                u64::from(counted.units) < vector["smart_encoding"]["units_per_segment"][0].as_u64().unwrap()
            );
        } else {
            assert_counts(id, &counted, &vector["smart_encoding"]);
        }
    }
}
