//! What was spooled is on disk, whole, and given out until it is safe elsewhere (D2).

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use trunkline_domain::ambient::{Ambient, SeededEntropy};

use super::{Batch, Spool, Waiting, file};
use crate::clock;

const ROOM: u64 = 1_000_000;

fn spool(folder: &Path, bytes_max: u64) -> Spool {
    Spool::open(folder.join("spool"), bytes_max, &clock::system()).unwrap()
}

/// All that a spool gives out, and nothing of it is left.
async fn drained(spool: &Spool) -> Vec<Vec<u8>> {
    spool.roll().await;
    let mut records = Vec::new();
    for path in spool.files().unwrap() {
        let batch = Batch::take(&path).unwrap().unwrap();
        records.extend(batch.records.clone());
        batch.done().unwrap();
    }
    records
}

#[tokio::test]
async fn records_come_back_in_order_and_once_they_are_safe_never_again() {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool(folder.path(), ROOM);
    assert_eq!(spool.waiting().unwrap(), Waiting::default());
    for record in ["one", "two", ""] {
        spool.put(record.into()).await.unwrap();
    }
    assert_eq!(drained(&spool).await, [b"one".to_vec(), b"two".to_vec(), Vec::new()]);
    assert!(drained(&spool).await.is_empty());
    spool.put("three".into()).await.unwrap();
    assert_eq!(drained(&spool).await, [b"three".to_vec()]);
}

/// A crash while they are being taken out gives them out again.
#[tokio::test]
async fn what_was_not_said_to_be_safe_is_given_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool(folder.path(), ROOM);
    spool.put("one".into()).await.unwrap();
    spool.roll().await;
    let path = spool.files().unwrap().remove(0);
    drop(Batch::take(&path).unwrap().unwrap());
    assert_eq!(drained(&spool).await, [b"one".to_vec()]);
}

#[tokio::test]
async fn a_file_that_somebody_writes_or_reads_is_left_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (spool(folder.path(), ROOM), spool(folder.path(), ROOM));
    one.put("mine".into()).await.unwrap();
    let path = other.files().unwrap().remove(0);
    assert!(Batch::take(&path).unwrap().is_none(), "it is being written");
    one.roll().await;
    let held = Batch::take(&path).unwrap().unwrap();
    assert!(Batch::take(&path).unwrap().is_none(), "it is being read");
    held.done().unwrap();
    assert!(Batch::take(&path).unwrap().is_none(), "it is gone");
}

#[tokio::test]
async fn a_full_spool_says_so_and_takes_again_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool(folder.path(), 100);
    spool.put(vec![0; 60]).await.unwrap();
    let error = spool.put(vec![0; 60]).await.unwrap_err();
    assert_eq!(error.to_string(), "the spool holds the 100 bytes that it may");
    assert_eq!(drained(&spool).await.len(), 1);
    spool.put(vec![0; 60]).await.unwrap();
}

#[tokio::test]
async fn a_damaged_record_is_put_aside_and_takes_no_other_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool(folder.path(), ROOM);
    for record in ["one", "two", "three"] {
        spool.put(record.into()).await.unwrap();
    }
    spool.roll().await;
    let path = spool.files().unwrap().remove(0);
    let bytes = std::fs::read(&path).unwrap();
    let position = bytes.windows(3).position(|window| window == b"two").unwrap();
    std::fs::write(&path, [&bytes[..position], b"2", &bytes[position + 1..]].concat()).unwrap();
    assert_eq!(drained(&spool).await, [b"one".to_vec(), b"three".to_vec()]);
    assert_eq!(spool.waiting().unwrap(), Waiting { files: 0, bytes: 0, damaged: 1 });
}

#[tokio::test]
async fn the_half_record_of_a_crash_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool(folder.path(), ROOM);
    spool.put("one".into()).await.unwrap();
    spool.roll().await;
    let path = spool.files().unwrap().remove(0);
    let half = &file::framed(b"two").unwrap()[..9];
    OpenOptions::new().append(true).open(&path).unwrap().write_all(half).unwrap();
    assert_eq!(drained(&spool).await, [b"one".to_vec()]);
    assert_eq!(spool.waiting().unwrap().damaged, 0);
}

#[tokio::test]
async fn many_at_once_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let ambient = Ambient::new(Arc::new(StoppedClock), Arc::new(SeededEntropy::new(1)));
    let spool = Spool::open(folder.path().to_owned(), ROOM, &ambient).unwrap();
    let puts = (0..500_u32).map(|number| spool.put(number.to_le_bytes().to_vec()));
    for put in futures::future::join_all(puts).await {
        put.unwrap();
    }
    let mut records = drained(&spool).await;
    records.sort();
    records.dedup();
    assert_eq!(records.len(), 500);
}

struct StoppedClock;

impl trunkline_domain::ambient::Clock for StoppedClock {
    fn now(&self) -> trunkline_domain::time::Timestamp {
        trunkline_domain::time::Timestamp::from_micros(1)
    }
}

proptest! {
    /// However a file is cut off, what stands before the cut is given out and nothing else.
    #[test]
    fn a_file_cut_anywhere_gives_whole_records_only(
        records in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = file::MARK.to_vec();
        let mut ends = vec![bytes.len()];
        for record in &records {
            bytes.extend(file::framed(record).unwrap());
            ends.push(bytes.len());
        }
        let cut = cut.index(bytes.len() + 1);
        let (read, is_damaged) = file::read(&mut &bytes[..cut]).unwrap();
        let whole = ends.iter().skip(1).filter(|end| **end <= cut).count();
        prop_assert_eq!(&read[..], &records[..whole]);
        prop_assert!(!is_damaged);
    }
}
