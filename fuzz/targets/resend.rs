//! Webhooks of Resend, and signatures that anybody may send with them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_providers::resend::signature::{SignedRequest, verify};
use trunkline_providers::resend::webhook::{Event, News};

fuzz_target!(|data: &[u8]| {
    if let Ok(event) = Event::parse(data) {
        match event.news {
            News::Received(received) => assert!(!received.email_id.is_empty()),
            News::Status(report) => assert!(!report.email_id.is_empty()),
            News::Other => {}
        }
    }
    // The first lines as headers, the rest as the body: nobody signs anything by chance.
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(4, '\n');
    let (id, timestamp, signature) = (parts.next(), parts.next(), parts.next());
    let body = parts.next().unwrap_or_default().as_bytes();
    let keys = [Secret::new("whsec_bWFkZS11cCBzZWNyZXQgdGhhdCBvcGVucyBubyBkb29ycw==".to_owned())];
    let request = SignedRequest { id, timestamp, signature, body };
    assert!(verify(&request, &keys, Timestamp::from_secs(1_700_000_000)).is_err());
});
