//! What was leased in the last minute and the last day.
//!
//! A lease is counted at its end, rounded up to the bucket: it is forgotten late, never early, so no
//! sliding window holds more than was counted for it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{LATENESS, Limits};
use crate::time::Timestamp;

const SECOND: i64 = 1_000_000;
const MINUTE: Window = Window { length: 60 * SECOND, bucket: SECOND };
/// Ten minutes a bucket: 145 numbers, small enough to be written with every lease.
const DAY: Window = Window { length: 86_400 * SECOND, bucket: 600 * SECOND };

/// A sliding window and how finely it is counted, in microseconds.
#[derive(Clone, Copy)]
struct Window {
    length: i64,
    bucket: i64,
}

/// Segments by the end of the bucket, in microseconds, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Counter(Vec<(i64, u32)>);

/// Both counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Usage {
    seconds: Counter,
    day: Counter,
}

impl Window {
    /// The end of the bucket in which a lease that ends at `end` is last used.
    fn key(self, end: Timestamp) -> i64 {
        let used = end.plus(LATENESS).micros();
        used.div_euclid(self.bucket).saturating_add(1).saturating_mul(self.bucket)
    }
}

impl Counter {
    fn add(&mut self, key: i64, segments: u32) {
        match self.0.last_mut() {
            Some((last, count)) if *last >= key => *count = count.saturating_add(segments),
            _ => self.0.push((key, segments)),
        }
    }

    fn remove(&mut self, key: i64, segments: u32) {
        if let Some((_, count)) = self.0.iter_mut().find(|(at, _)| *at == key) {
            *count = count.saturating_sub(segments);
        }
    }

    fn sum(&self, window: Window, now: Timestamp) -> u32 {
        let start = now.micros().saturating_sub(window.length);
        self.0.iter().filter(|(at, _)| *at > start).fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// The room in the window that ends at `at`. When it is not enough for `needed`: the time it will be.
    fn room(&self, window: Window, limit: u32, at: Timestamp, needed: u32) -> Result<u32, Timestamp> {
        // A message larger than the limit waits until the window is empty.
        let needed = needed.min(limit);
        let mut room = i64::from(limit) - i64::from(self.sum(window, at));
        let start = at.micros().saturating_sub(window.length);
        let mut free_at = at;
        for (key, count) in self.0.iter().filter(|(key, _)| *key > start) {
            if room >= i64::from(needed) {
                break;
            }
            room += i64::from(*count);
            free_at = Timestamp::from_micros(key.saturating_add(window.length));
        }
        if free_at > at { Err(free_at) } else { Ok(u32::try_from(room).unwrap_or(0)) }
    }

    /// Drops what is over and draws what lies after `latest` together there.
    fn settle(&mut self, window: Window, now: Timestamp, latest: i64) {
        let start = now.micros().saturating_sub(window.length);
        self.0.retain(|(key, count)| *key > start && *count > 0);
        let late = self.0.iter().position(|(key, _)| *key > latest).unwrap_or(self.0.len());
        for (_, segments) in self.0.split_off(late) {
            self.add(latest, segments);
        }
    }
}

impl Usage {
    pub(super) fn add(&mut self, end: Timestamp, segments: u32) {
        self.seconds.add(MINUTE.key(end), segments);
        self.day.add(DAY.key(end), segments);
    }

    pub(super) fn remove(&mut self, end: Timestamp, segments: u32) {
        self.seconds.remove(MINUTE.key(end), segments);
        self.day.remove(DAY.key(end), segments);
    }

    /// The segments that may be leased from `first` on, or when `needed` of them may.
    pub(super) fn room(&self, limits: &Limits, first: Timestamp, needed: u32) -> Result<u32, Timestamp> {
        let minute = limits.per_minute.map(|limit| self.seconds.room(MINUTE, limit, first, needed));
        let day = limits.per_day.map(|limit| self.day.room(DAY, limit, first, needed));
        match (minute.unwrap_or(Ok(u32::MAX)), day.unwrap_or(Ok(u32::MAX))) {
            (Ok(minute), Ok(day)) => Ok(minute.min(day)),
            (Err(minute), Err(day)) => Err(minute.max(day)),
            (Err(free_at), Ok(_)) | (Ok(_), Err(free_at)) => Err(free_at),
        }
    }

    pub(super) fn last_minute(&self, now: Timestamp) -> u32 {
        self.seconds.sum(MINUTE, now)
    }

    pub(super) fn last_day(&self, now: Timestamp) -> u32 {
        self.day.sum(DAY, now)
    }

    pub(super) fn settle(&mut self, now: Timestamp, ahead: Timestamp) {
        self.seconds.settle(MINUTE, now, MINUTE.key(ahead));
        self.day.settle(DAY, now, DAY.key(ahead.plus(Duration::from_micros(DAY.bucket.unsigned_abs()))));
    }
}
