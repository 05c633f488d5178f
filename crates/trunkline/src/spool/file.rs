//! How records stand in a file: a mark at the beginning, then for each record its length, the beginning of its
//! SHA-256, and itself.
//!
//! A crash leaves at most a last record that is not whole; it was never acknowledged. A record whose checksum does
//! not fit is passed over: its length still leads to the next.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// How the name of a file ends that may be read.
pub(super) const DONE: &str = "spool";

/// Stands first: another version would begin otherwise.
pub(super) const MARK: &[u8; 8] = b"TLSPOOL1";

/// Bytes of a checksum.
const SUM: usize = 8;

/// The largest record: more than any request may have (`server.body_max_bytes`), in base64.
const RECORD_MAX: usize = 160 * 1024 * 1024;

/// A record as it stands in a file; `None` if it is too large.
pub(super) fn framed(record: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(record.len()).ok().filter(|_| record.len() <= RECORD_MAX)?;
    Some([&length.to_le_bytes()[..], &sum(record), record].concat())
}

fn sum(record: &[u8]) -> [u8; SUM] {
    let digest = Sha256::digest(record);
    std::array::from_fn(|position| digest[position])
}

/// The records of a file, and whether something in it is damaged.
pub(super) fn read(file: &mut impl Read) -> io::Result<(Vec<Vec<u8>>, bool)> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let Some(mut rest) = bytes.strip_prefix(MARK) else {
        // The process ended before the mark was whole, or this is no file of ours.
        return Ok((Vec::new(), !MARK.starts_with(&bytes)));
    };
    let (mut records, mut is_damaged) = (Vec::new(), false);
    while let Some((record, is_whole, after)) = next(rest) {
        if is_whole {
            records.push(record.to_vec());
        }
        is_damaged |= !is_whole;
        rest = after;
    }
    Ok((records, is_damaged))
}

/// The first record, whether it is as it was written, and what follows it. `None` if it is not all there.
fn next(bytes: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (expected, bytes) = bytes.split_first_chunk::<SUM>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (record, after) = bytes.split_at_checked(length)?;
    Some((record, sum(record) == *expected, after))
}
