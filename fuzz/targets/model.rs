//! The stream of a language model, cut into chunks anywhere.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_providers::llm::{Assembly, Events};

/// The data of all events of a stream that came in chunks of this size, or `None` if it was refused.
fn read(bytes: &[u8], size: usize) -> Option<Vec<String>> {
    let (mut events, mut read) = (Events::default(), Vec::new());
    for chunk in bytes.chunks(size) {
        read.extend(events.push(chunk).ok()?);
    }
    read.extend(events.finish());
    Some(read)
}

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    let size = usize::from(*size).max(1);
    let pieces = read(bytes, size);
    assert_eq!(pieces, read(bytes, bytes.len().max(1)), "where a stream is cut must not matter");
    let mut assembly = Assembly::default();
    for piece in pieces.unwrap_or_default() {
        if assembly.take(&piece).is_err() {
            return;
        }
    }
});
