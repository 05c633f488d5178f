//! Webhooks of Telnyx, and signatures that anybody may send with them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_providers::telnyx::signature::{SignedRequest, verify};
use trunkline_providers::telnyx::webhook::Event;

fuzz_target!(|data: &[u8]| {
    if let Ok(event) = Event::parse(data) {
        assert!(!event.id.is_empty());
    }
    // The first lines as headers, the rest as the body: nobody signs anything by chance.
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, '\n');
    let (signature, timestamp) = (parts.next(), parts.next());
    let body = parts.next().unwrap_or_default().as_bytes();
    let keys = [Secret::new("MCowBQYDK2VwAyEAe8eKBDBSLXoSGcMzKXBZEMWSeN2kxKyMC2nYh6pB9nk=".to_owned())];
    assert!(verify(&SignedRequest { signature, timestamp, body }, &keys, Timestamp::from_secs(1_700_000_000)).is_err());
});
