//! What people write: segments, keywords, senders and templates.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_domain::keywords::{Keyword, maybe_revocation};
use trunkline_domain::phone::SenderAddress;
use trunkline_domain::segments::{Segments, culprits, to_gsm};
use trunkline_domain::template::Template;

fuzz_target!(|text: &str| {
    let segments = Segments::of(text);
    assert!(segments.count() >= 1);
    assert_eq!(segments.units_per_segment.iter().sum::<u32>(), segments.units);
    let plain = to_gsm(text);
    assert_eq!(to_gsm(&plain), plain, "what was replaced needs no replacement");
    assert!(culprits(&plain).len() <= culprits(text).len());
    if Keyword::recognise(text).is_none() {
        let _ = maybe_revocation(text);
    }
    let _ = SenderAddress::parse(text);
    if let Ok(template) = Template::parse(text) {
        assert!(template.variables().all(|name| !name.is_empty()));
    }
});
