//! How fast a line may send, in segments, shared by any number of nodes.
//!
//! One [`Rate`] per line is kept where all nodes can lock it. A node leases a block of evenly spaced slots
//! from it, keeps them in its own [`Slots`] and lets a message go at its slot, so nothing shared is locked
//! per message. No two blocks overlap in time, and that is why the sum over all nodes keeps the limits in
//! every sliding second, minute and day, without any of them knowing of the others.
//!
//! Two things bound the promise. A single message with more segments than a limit allows still leaves,
//! alone in its window. And nodes whose clocks differ keep the limits as well as their clocks agree.
//!
//! The room must not know lines, jobs or providers.

mod slots;
mod usage;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::backoff::RETRY_AFTER_MAX;
use crate::time::Timestamp;

pub use slots::{Slots, Unused};
use usage::Usage;

/// How much later than its slot a message may leave: what timers and a busy processor need. Slots are set
/// this much further apart, which costs one per cent of the rate.
pub const LATENESS: Duration = Duration::from_millis(10);
/// Messages with more segments count as this many; texts are bounded far below.
pub const SEGMENTS_MAX: u32 = 40;
/// No lease reaches further ahead than this. What is dated later was written before the clock was turned
/// back, and is drawn to here: that bounds every wait.
const AHEAD_MAX: Duration = Duration::from_secs(60);
/// The furthest ahead a block is let reach for its own sake.
const HORIZON_MAX: Duration = Duration::from_secs(10);
/// When a limit of zero is looked at again.
const CLOSED_WAIT: Duration = Duration::from_secs(60);

/// The limits of a line, in segments. `None` is no limit; zero stops the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// In any second.
    pub per_second: Option<u32>,
    /// In any minute.
    pub per_minute: Option<u32>,
    /// In any 24 hours.
    pub per_day: Option<u32>,
}

/// What a node asks of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The segments of the messages that wait, in all.
    pub segments: u32,
    /// The segments of the largest of them. Only messages up to this size may use the lease.
    pub largest: u32,
    /// How far ahead the block may reach, unless one message needs more. At most ten seconds. It begins in
    /// the first half of that, so that a line in full use is leased in blocks and not slot by slot.
    pub horizon: Duration,
    /// How long it may take until the node has the lease in hand and can use its first slot. A line that
    /// is asked for more within this time of its last slot loses the difference: ask that much ahead.
    pub lead: Duration,
}

impl Ask {
    /// Asks one second ahead, with a tenth of a second for the commit.
    pub const fn new(segments: u32, largest: u32) -> Ask {
        Ask { segments, largest, horizon: Duration::from_secs(1), lead: Duration::from_millis(100) }
    }
}

/// The answer to an [`Ask`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// These slots are the node's own.
    Slots(Lease),
    /// Nothing now; ask again at this time.
    WaitUntil(Timestamp),
}

/// A block of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The first slot.
    pub first: Timestamp,
    /// How much later than `first` the first slot may still be used; the others follow after it.
    pub grace: Duration,
    /// From slot to slot; zero without a limit per second.
    pub spacing: Duration,
    /// How many slots.
    pub count: u32,
    /// The most segments that may leave in them.
    pub segments: u32,
    pace: Pace,
}

impl Lease {
    /// The time of a slot.
    pub(crate) fn at(&self, index: u32) -> Timestamp {
        let behind_first = self.first.plus(self.grace).plus(self.spacing * index);
        if index == 0 || self.spacing.is_zero() { self.first } else { behind_first }
    }

    /// The last moment of a slot, before [`LATENESS`].
    pub(crate) fn until(&self, index: u32) -> Timestamp {
        self.first.plus(self.grace).plus(self.spacing * index)
    }

    fn end(&self) -> Timestamp {
        self.until(self.count.saturating_sub(1))
    }

    /// How many slots a message takes.
    pub(crate) fn slots_for(&self, segments: u32) -> u32 {
        self.pace.slots_for(segments)
    }

    /// The segments of the largest message that may use it.
    pub(crate) const fn largest(&self) -> u32 {
        self.pace.largest
    }
}

/// How the slots of a block are spaced so that whole messages keep the limit per second.
///
/// A message leaves at the last of its slots with all its segments. In the window that begins there, its
/// earlier slots are missing although its segments count; so with messages of up to `largest` segments a
/// second has `per_second - largest + 1` slots. A message then takes as many slots as it has segments, or
/// all slots of a second if that is fewer and keeps the average. Proof: let messages i to j have more
/// than `per_second` segments together. Then i+1 to j have more than `per_second - largest`, which is
/// every slot of a second, or one of them takes all slots of a second. Either way j leaves a second
/// after i.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pace {
    /// `None` without a limit: slots are all at once.
    per_second: Option<u32>,
    /// The largest message in the block.
    largest: u32,
    /// The slots in a second.
    slots: u32,
}

impl Pace {
    /// `recent` is the largest message that may leave in the second before.
    fn new(per_second: Option<u32>, largest: u32, recent: u32) -> Pace {
        let rate = per_second.unwrap_or(u32::MAX);
        let slots = rate.saturating_sub(largest.max(recent) - 1).max(1);
        Pace { per_second, largest, slots }
    }

    fn spacing(self) -> Duration {
        let second = (Duration::from_secs(1) + LATENESS).as_nanos();
        match self.per_second {
            // Rounded up to the microsecond, so that rounding never makes it faster.
            Some(_) => Duration::from_micros((second.div_ceil(u128::from(self.slots) * 1_000)) as u64),
            None => Duration::ZERO,
        }
    }

    fn slots_for(self, segments: u32) -> u32 {
        let Some(rate) = self.per_second else { return segments };
        let average = u64::from(segments) * u64::from(self.slots);
        let average = u32::try_from(average.div_ceil(u64::from(rate.max(1)))).unwrap_or(u32::MAX);
        segments.min(average.max(self.slots))
    }

    /// The slots for messages of this many segments together: enough for the largest, and for all of them
    /// in the usual case that none takes fewer slots than segments.
    fn slots_for_all(self, segments: u32) -> u32 {
        let Some(rate) = self.per_second else { return segments };
        if self.largest <= self.slots {
            return segments;
        }
        let average = u64::from(segments) * u64::from(self.slots);
        let average = u32::try_from(average.div_ceil(u64::from(rate.max(1)))).unwrap_or(u32::MAX);
        average.max(self.slots_for(self.largest))
    }
}

/// A large message that may still share a second with what is leased next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Large {
    segments: u32,
    until: Timestamp,
}

/// The rate of one line: what was leased, and until when the line is paused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rate {
    /// The last moment of the last slot leased.
    last: Option<Timestamp>,
    /// Sizes that leases of the last second allow, largest first, each with a later end than the one before.
    large: Vec<Large>,
    /// The provider asked us to keep away until then.
    paused_until: Option<Timestamp>,
    usage: Usage,
}

impl Rate {
    /// Leases slots, or says when to ask again. May grant less than was asked, but never less than the
    /// largest message needs. Keep the changed state after either answer: it is what ends the wait after a
    /// clock was turned back.
    pub fn reserve(&mut self, limits: &Limits, now: Timestamp, ask: Ask) -> Reserved {
        self.settle(now);
        if [limits.per_second, limits.per_minute, limits.per_day].contains(&Some(0)) {
            return Reserved::WaitUntil(now.plus(CLOSED_WAIT));
        }
        let largest = ask.largest.clamp(1, SEGMENTS_MAX);
        let horizon = ask.horizon.min(HORIZON_MAX);
        let pace = Pace::new(limits.per_second, largest, self.recent(now));
        let first = self.free_at(now, pace);
        if first > now.plus(horizon / 2) {
            return Reserved::WaitUntil(first.minus(horizon / 2));
        }
        let room = match self.usage.room(limits, first, largest) {
            Ok(room) => room,
            Err(free_at) => return Reserved::WaitUntil(free_at),
        };
        let segments = ask.segments.max(largest).min(room.max(largest));
        Reserved::Slots(self.lease(pace, first, now, segments, horizon, ask.lead))
    }

    fn lease(
        &mut self,
        pace: Pace,
        first: Timestamp,
        now: Timestamp,
        segments: u32,
        horizon: Duration,
        lead: Duration,
    ) -> Lease {
        let (grace, spacing) = (now.plus(lead.min(HORIZON_MAX)).since(first), pace.spacing());
        let reach = now.plus(horizon).since(first.plus(grace)).as_micros();
        let within = reach.checked_div(spacing.as_micros()).unwrap_or(u128::MAX).saturating_add(1);
        let within = u32::try_from(within).unwrap_or(u32::MAX).max(pace.slots_for(pace.largest));
        let asked = pace.slots_for_all(segments);
        let count = asked.min(within);
        // Cut by the horizon, the block cannot carry more than its slots can.
        let segments = if count < asked { carried(pace, count).min(segments) } else { segments };
        let lease = Lease { first, grace, spacing, count, segments, pace };
        self.record(&lease);
        lease
    }

    fn record(&mut self, lease: &Lease) {
        let (end, segments) = (lease.end(), lease.largest());
        self.last = Some(end);
        self.usage.add(end, lease.segments);
        self.large.retain(|large| large.segments > segments && large.until > lease.first);
        if segments > 1 {
            self.large.push(Large { segments, until: end.plus(Duration::from_secs(1) + LATENESS) });
        }
    }

    /// No slot before `until`: the provider answered that we are too fast. Slots already leased are lost or
    /// used by their nodes. Its word may exceed an hour, but a day is the most that is believed.
    pub fn pause(&mut self, now: Timestamp, until: Timestamp) {
        let until = until.min(now.plus(RETRY_AFTER_MAX));
        self.paused_until = self.paused_until.max(Some(until));
    }

    /// Until when the line is paused, if it is.
    pub fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.map(|until| until.min(now.plus(RETRY_AFTER_MAX))).filter(|until| *until > now)
    }

    /// Gives back what a node did not use, so that it does not count for the minute and the day.
    pub fn give_back(&mut self, unused: Unused) {
        self.usage.remove(unused.end, unused.segments);
    }

    /// Segments leased in the last minute; up to two seconds more are counted.
    pub fn used_last_minute(&self, now: Timestamp) -> u32 {
        self.usage.last_minute(now)
    }

    /// Segments leased in the last 24 hours; up to ten minutes more are counted.
    pub fn used_today(&self, now: Timestamp) -> u32 {
        self.usage.last_day(now)
    }

    /// The earliest slot.
    fn free_at(&self, now: Timestamp, pace: Pace) -> Timestamp {
        let last = self.last.filter(|_| pace.per_second.is_some());
        let after_last = last.map_or(now, |last| last.plus(pace.spacing()));
        now.max(after_last).max(self.paused_until.unwrap_or(now))
    }

    /// The largest message that may leave in the second before the next slot.
    fn recent(&self, now: Timestamp) -> u32 {
        let next = self.last.unwrap_or(now).max(now);
        self.large.iter().find(|large| large.until > next).map_or(1, |large| large.segments)
    }

    /// Forgets what no longer counts and draws in what a clock turned back has left in the future.
    fn settle(&mut self, now: Timestamp) {
        let ahead = now.plus(AHEAD_MAX);
        self.last = self.last.map(|last| last.min(ahead));
        self.paused_until = self.paused_until(now);
        for large in &mut self.large {
            large.until = large.until.min(ahead.plus(Duration::from_secs(1) + LATENESS));
        }
        self.usage.settle(now, ahead);
    }
}

/// The segments that slots carry in the least favourable mix of messages.
fn carried(pace: Pace, slots: u32) -> u32 {
    if pace.largest <= pace.slots {
        return slots;
    }
    // Small messages take a slot per segment; whole large ones may take less.
    slots.max(slots / pace.slots_for(pace.largest).max(1) * pace.largest)
}

#[cfg(test)]
mod tests;
