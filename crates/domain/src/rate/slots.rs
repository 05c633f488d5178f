//! The slots a node has leased.

use std::collections::VecDeque;
use std::time::Duration;

use super::{AHEAD_MAX, Lease, SEGMENTS_MAX};
use crate::time::Timestamp;

/// How late a slot is still handed out. The rest of [`LATENESS`] is left to the timer of who takes it.
const TAKEN_LATE: Duration = Duration::from_millis(5);

/// The slots a node holds of one line. They are its own until they pass; what passes unused is lost for
/// the second, and can be given back for the minute and the day.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    blocks: VecDeque<Block>,
    unused: Vec<Unused>,
}

/// Segments of a lease that nobody used. See [`super::Rate::give_back`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unused {
    pub(super) end: Timestamp,
    pub(super) segments: u32,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    lease: Lease,
    /// The first slot not used.
    next: u32,
    /// The segments that may still leave.
    segments: u32,
}

impl Block {
    /// The last of the slots for such a message, if the block has them.
    fn slot_for(&self, segments: u32, now: Timestamp) -> Option<u32> {
        if segments > self.segments || segments > self.lease.largest() {
            return None;
        }
        let earliest = self.next.saturating_add(self.lease.slots_for(segments).max(1) - 1);
        (earliest..self.lease.count).find(|slot| self.usable(*slot, now))
    }

    fn usable(&self, slot: u32, now: Timestamp) -> bool {
        self.lease.until(slot).plus(TAKEN_LATE) >= now && self.lease.at(slot) <= now.plus(AHEAD_MAX)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        let last = self.lease.count.saturating_sub(1);
        self.next > last || self.segments == 0 || !self.usable(last, now)
    }
}

impl Slots {
    /// Adds a lease.
    pub fn add(&mut self, lease: Lease) {
        self.blocks.push_back(Block { lease, next: 0, segments: lease.segments });
    }

    /// Takes the slots for a message and says from when it may leave: at once if that is past, and no
    /// later than five milliseconds after, else the promise of the rate is broken. `None` when a new lease
    /// is needed.
    pub fn take(&mut self, segments: u32, now: Timestamp) -> Option<Timestamp> {
        self.drop_passed(now);
        let segments = segments.clamp(1, SEGMENTS_MAX);
        let (block, slot) = self
            .blocks
            .iter_mut()
            .find_map(|block| block.slot_for(segments, now).map(|slot| (block, slot)))?;
        block.next = slot + 1;
        block.segments -= segments;
        Some(block.lease.at(slot))
    }

    /// Segments that may still leave in what is held.
    pub fn left(&mut self, now: Timestamp) -> u32 {
        self.drop_passed(now);
        self.blocks.iter().fold(0, |sum, block| sum.saturating_add(block.segments))
    }

    /// The last slot held. A busy line asks for more [`lead`](super::Ask::lead) before it.
    pub fn last(&self) -> Option<Timestamp> {
        self.blocks.back().map(|block| block.lease.end())
    }

    /// What passed unused since the last call, to be given back with the next lease.
    pub fn unused(&mut self) -> Vec<Unused> {
        std::mem::take(&mut self.unused)
    }

    fn drop_passed(&mut self, now: Timestamp) {
        let unused = &mut self.unused;
        self.blocks.retain(|block| {
            let over = block.is_over(now);
            if over && block.segments > 0 {
                unused.push(Unused { end: block.lease.end(), segments: block.segments });
            }
            !over
        });
    }
}
