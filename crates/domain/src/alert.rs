//! When somebody is told that something is wrong, and when that it is over (D4).
//!
//! What is wrong is found elsewhere, again and again; here it is decided what to say of it: once when it begins,
//! seldom while it lasts, once when it has been over for a while. So something that comes and goes is one alert.

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::time::Timestamp;

/// Too many of something in too short a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// This many; zero counts as one.
    pub count: usize,
    /// Within this time, both ends included.
    pub within: Duration,
}

/// Three failures of webhooks within five minutes (D4).
pub const WEBHOOK_FAILURES: Burst = Burst { count: 3, within: Duration::from_secs(300) };

impl Burst {
    /// Whether a burst lasts at `now`, or was over before anybody could look: one that ended after `looked_at` is
    /// told of all the same. The events may come in any order; those after `now` do not count.
    pub fn is_on(self, events: &[Timestamp], looked_at: Timestamp, now: Timestamp) -> bool {
        let mut events: Vec<Timestamp> = events.iter().copied().filter(|at| *at <= now).collect();
        events.sort_unstable();
        let count = self.count.max(1);
        // The last event of each burst, and the first.
        let bursts = events.windows(count).filter_map(|span| Some((*span.last()?, *span.first()?)));
        bursts
            .filter(|(last, first)| last.since(*first) <= self.within)
            .any(|(last, first)| now.since(first) <= self.within || last > looked_at)
    }
}

/// When to speak of an alert that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manners {
    /// Between two reminders.
    pub remind: Duration,
    /// It is over when nothing was found for this long.
    pub calm: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Manners { remind: Duration::from_secs(4 * 3_600), calm: Duration::from_secs(5 * 60) }
    }
}

/// An alert that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// When it was last found to be so.
    pub seen_at: Timestamp,
    /// When somebody was last told.
    pub told_at: Timestamp,
    /// Nobody wants to hear of it until then.
    pub muted_until: Option<Timestamp>,
}

/// What to do about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Wait,
    /// Open it and tell.
    Begin,
    /// Tell again that it lasts.
    Remind,
    /// It is over; tell unless it is muted.
    End {
        /// Whether to tell.
        tell: bool,
    },
}

/// What to do about an alert that is open or not, now that it was looked at and found to be so or not.
pub fn step(open: Option<&Open>, is_so: bool, manners: &Manners, now: Timestamp) -> Step {
    let Some(open) = open else {
        return if is_so { Step::Begin } else { Step::Wait };
    };
    let is_muted = open.muted_until.is_some_and(|until| now < until);
    if is_so {
        let is_time = now.since(open.told_at) >= manners.remind;
        return if is_time && !is_muted { Step::Remind } else { Step::Wait };
    }
    if now.since(open.seen_at) >= manners.calm { Step::End { tell: !is_muted } } else { Step::Wait }
}
