//! What waits in front of a database: one lane for what a person or a provider waits for, one for
//! background work.
//!
//! Each lane has its own bounded room, so a flood of background work cannot make an acknowledgement wait
//! for a place in the queue; and whoever takes work off must leave each lane a share, so that neither can
//! starve the other.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, never, select_biased, unbounded};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Urgency;
use crate::error::{Result, StoreError};

/// Work that may wait in one lane before callers wait outside, which bounds memory.
const LANE_MAX: usize = 16_384;

/// The end that work is put in at. Dropping it closes the queue: what is in it is still done.
pub(crate) struct Queue<W> {
    waiting: Lane<W>,
    background: Lane<W>,
}

struct Lane<W> {
    sender: Sender<W>,
    room: Arc<Semaphore>,
}

impl<W> Queue<W> {
    pub(crate) fn new() -> (Self, Taker<W>) {
        let (waiting, first) = Lane::new();
        let (background, second) = Lane::new();
        (Queue { waiting, background }, Taker { first, second })
    }

    /// Waits for a place in the lane. The place belongs to the work: it is held until that is done.
    pub(crate) async fn place(&self, urgency: Urgency) -> Result<OwnedSemaphorePermit> {
        self.lane(urgency).room.clone().acquire_owned().await.map_err(|_| closed())
    }

    pub(crate) fn put(&self, urgency: Urgency, work: W) -> Result<()> {
        self.lane(urgency).sender.send(work).map_err(|_| closed())
    }

    fn lane(&self, urgency: Urgency) -> &Lane<W> {
        match urgency {
            Urgency::Vital | Urgency::Waiting => &self.waiting,
            Urgency::Background => &self.background,
        }
    }
}

impl<W> Lane<W> {
    fn new() -> (Self, Receiver<W>) {
        let (sender, receiver) = unbounded();
        (Lane { sender, room: Arc::new(Semaphore::new(LANE_MAX)) }, receiver)
    }
}

/// The end that work is taken from: by default what somebody waits for first.
pub(crate) struct Taker<W> {
    first: Receiver<W>,
    second: Receiver<W>,
}

impl<W> Clone for Taker<W> {
    fn clone(&self) -> Self {
        Taker { first: self.first.clone(), second: self.second.clone() }
    }
}

impl<W> Taker<W> {
    /// Takes background work first.
    pub(crate) fn background_first(self) -> Self {
        Taker { first: self.second, second: self.first }
    }

    /// Takes no background work.
    pub(crate) fn waiting_only(self) -> Self {
        Taker { first: self.first, second: never() }
    }

    /// Waits for work; `None` once the queue is closed and empty.
    pub(crate) fn next(&self) -> Option<W> {
        // Both lanes close together. The one that is found closed says nothing about what the other holds.
        select_biased! {
            recv(self.first) -> work => work.ok().or_else(|| self.next_of_second()),
            recv(self.second) -> work => work.ok().or_else(|| self.next_of_first()),
        }
    }

    /// From the preferred lane, without waiting.
    pub(crate) fn next_of_first(&self) -> Option<W> {
        self.first.try_recv().ok()
    }

    /// From the other lane, without waiting.
    pub(crate) fn next_of_second(&self) -> Option<W> {
        self.second.try_recv().ok()
    }
}

/// What a caller hears when the threads that would have answered are gone.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("the store was closed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_queue_is_worked_off_to_the_end_in_both_lanes() {
        let (queue, taker) = Queue::new();
        for number in 0..3 {
            queue.put(Urgency::Background, number).unwrap();
            queue.put(Urgency::Waiting, number + 10).unwrap();
        }
        drop(queue);
        let rest: Vec<i32> = std::iter::from_fn(|| taker.next()).collect();
        assert_eq!(rest, [10, 11, 12, 0, 1, 2]);
    }

    #[test]
    fn each_taker_keeps_to_its_lanes() {
        let (queue, taker) = Queue::new();
        queue.put(Urgency::Background, "background").unwrap();
        queue.put(Urgency::Waiting, "waiting").unwrap();
        assert_eq!(taker.clone().background_first().next(), Some("background"));
        queue.put(Urgency::Background, "background").unwrap();
        drop(queue);
        let waiting_only = taker.waiting_only();
        assert_eq!((waiting_only.next(), waiting_only.next()), (Some("waiting"), None));
    }

    #[tokio::test]
    async fn a_full_background_lane_leaves_room_for_what_somebody_waits_for() {
        let (queue, _taker) = Queue::<()>::new();
        let background = queue.lane(Urgency::Background).room.clone();
        let _flood = background.try_acquire_many_owned(LANE_MAX as u32).unwrap();
        assert!(queue.lane(Urgency::Background).room.try_acquire().is_err());
        assert!(queue.place(Urgency::Waiting).await.is_ok());
    }
}
