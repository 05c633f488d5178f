//! The circuit breaker of a line.
//!
//! When a provider keeps failing, sending on only makes more dead letters. The breaker then opens and
//! messages wait; after a while it lets single messages through as probes, and closes when they succeed.
//! Each time a probe fails the wait doubles. What a failure is, the caller decides; the room must not know
//! providers. Its state is stored with the line and shared by all nodes under a lock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// When a breaker opens and closes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// It opens after this many failures in a row; zero counts as one.
    pub failures_in_row: u32,
    /// It opens when more than this share of the outcomes in a window are failures, 0 to 1.
    pub failure_share: f64,
    /// But not before there were this many outcomes: one failure of one is no share.
    pub outcomes_min: u32,
    /// The length of the window. Counted are the last half to whole of it.
    pub window: Duration,
    /// How long it stays open at first.
    pub wait: Duration,
    /// How long at most, when probes keep failing.
    pub wait_max: Duration,
    /// This many probes in a row have to succeed; zero counts as one.
    pub probes: u32,
    /// A probe that brings no outcome in this time is lost, and the next may go.
    pub probe_patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            failures_in_row: 5,
            failure_share: 0.5,
            outcomes_min: 20,
            window: Duration::from_secs(60),
            wait: Duration::from_secs(30),
            wait_max: Duration::from_secs(15 * 60),
            probes: 3,
            probe_patience: Duration::from_secs(60),
        }
    }
}

/// Whether a message may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// It may.
    Yes,
    /// It may, as the one probe under way.
    Probe,
    /// It may not, until then at least; `None` until a person closes the breaker.
    No {
        /// When to ask again.
        until: Option<Timestamp>,
    },
}

/// How a call to the provider ended, as far as the line is concerned. A message refused for its own sake
/// is a success here: the provider works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider answered as it should.
    Success,
    /// It did not.
    Failure {
        /// Why, for a person.
        reason: String,
    },
    /// It asked us to be slower: neither good nor bad, and a matter of the rate.
    Throttled,
}

/// The three positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Messages flow.
    Closed,
    /// Messages wait.
    Open,
    /// Probes go through.
    HalfOpen,
}

impl Position {
    /// The word used in API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Position::Closed => "closed",
            Position::Open => "open",
            Position::HalfOpen => "half_open",
        }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What to show of a breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its position.
    pub position: Position,
    /// Since when it has not been closed.
    pub since: Option<Timestamp>,
    /// When it will be tried again; `None` while closed or half open, and when a person has to close it.
    pub until: Option<Timestamp>,
    /// Why it opened.
    pub reason: Option<String>,
}

/// Outcomes in half a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tally {
    outcomes: u32,
    failures: u32,
}

/// The outcomes while closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    in_row: u32,
    began: Option<Timestamp>,
    current: Tally,
    before: Tally,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "position", rename_all = "snake_case")]
enum State {
    Closed(Record),
    Open {
        trouble: Trouble,
        /// `None`: until a person closes it.
        until: Option<Timestamp>,
    },
    HalfOpen {
        trouble: Trouble,
        /// When the probe under way was let through.
        probe: Option<Timestamp>,
        succeeded: u32,
    },
}

/// Why it is not closed, since when, and how often it was opened without closing between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    since: Timestamp,
    reason: String,
    times: u32,
}

/// The circuit breaker of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Breaker(State);

impl Default for Breaker {
    fn default() -> Self {
        Breaker(State::Closed(Record::default()))
    }
}

impl Breaker {
    /// Asks whether a message may leave. A [`Permit::Probe`] has to be used, or given back with
    /// [`Breaker::unused`]: the next one goes only after its outcome, or when patience ends. Keep the changed state after every answer.
    pub fn allow(&mut self, settings: &Settings, now: Timestamp) -> Permit {
        match &mut self.0 {
            State::Closed(_) => Permit::Yes,
            State::Open { until: None, .. } => Permit::No { until: None },
            State::Open { until: Some(until), trouble } => {
                // A clock turned back must not keep it open longer than it ever would be.
                *until = (*until).min(now.plus(settings.wait_max));
                if *until > now {
                    return Permit::No { until: Some(*until) };
                }
                self.0 = State::HalfOpen { trouble: trouble.clone(), probe: Some(now), succeeded: 0 };
                Permit::Probe
            }
            State::HalfOpen { probe, .. } => next_probe(probe, settings, now),
        }
    }

    /// The probe under way did not reach the provider: the next one may go.
    pub fn unused(&mut self) {
        if let State::HalfOpen { probe, .. } = &mut self.0 {
            *probe = None;
        }
    }

    /// Notes how a call ended. Tells the new position if it changed.
    pub fn step(&mut self, settings: &Settings, now: Timestamp, outcome: Outcome) -> Option<Position> {
        let before = self.position();
        match &mut self.0 {
            State::Closed(record) => {
                if let Some(reason) = record.note(settings, now, outcome) {
                    let trouble = Trouble { since: now, reason, times: 1 };
                    self.0 = opened(settings, now, trouble);
                }
            }
            // Calls that were under way when it opened; they decided nothing and decide nothing now.
            State::Open { .. } => {}
            State::HalfOpen { .. } => self.probed(settings, now, outcome),
        }
        Some(self.position()).filter(|position| *position != before)
    }

    /// Opens it until a person closes it: for one who presses the button, and for failures that need one
    /// (the provider refuses the account).
    pub fn force_open(&mut self, now: Timestamp, reason: &str) {
        let since = self.health().since.unwrap_or(now);
        let trouble = Trouble { since, reason: reason.to_owned(), times: 0 };
        self.0 = State::Open { trouble, until: None };
    }

    /// Closes it, with a clean record.
    pub fn force_close(&mut self) {
        *self = Breaker::default();
    }

    /// The position, without asking for a permit.
    pub const fn position(&self) -> Position {
        match self.0 {
            State::Closed(_) => Position::Closed,
            State::Open { .. } => Position::Open,
            State::HalfOpen { .. } => Position::HalfOpen,
        }
    }

    /// What to show.
    pub fn health(&self) -> Health {
        let (trouble, until) = match &self.0 {
            State::Closed(_) => (None, None),
            State::Open { trouble, until } => (Some(trouble), *until),
            State::HalfOpen { trouble, .. } => (Some(trouble), None),
        };
        Health {
            position: self.position(),
            since: trouble.map(|trouble| trouble.since),
            until,
            reason: trouble.map(|trouble| trouble.reason.clone()),
        }
    }

    fn probed(&mut self, settings: &Settings, now: Timestamp, outcome: Outcome) {
        let State::HalfOpen { trouble, probe, succeeded } = &mut self.0 else { return };
        *probe = None;
        match outcome {
            Outcome::Success => *succeeded += 1,
            Outcome::Throttled => {}
            Outcome::Failure { reason } => {
                let times = trouble.times.saturating_add(1);
                let trouble = Trouble { since: trouble.since, reason, times };
                self.0 = opened(settings, now, trouble);
                return;
            }
        }
        if *succeeded >= settings.probes.max(1) {
            *self = Breaker::default();
        }
    }
}

/// One probe at a time.
fn next_probe(probe: &mut Option<Timestamp>, settings: &Settings, now: Timestamp) -> Permit {
    if let Some(sent) = probe {
        *sent = (*sent).min(now);
        let lost = sent.plus(settings.probe_patience);
        if lost > now {
            return Permit::No { until: Some(lost) };
        }
    }
    *probe = Some(now);
    Permit::Probe
}

fn opened(settings: &Settings, now: Timestamp, trouble: Trouble) -> State {
    let doublings = trouble.times.saturating_sub(1).min(30);
    let wait = settings.wait.saturating_mul(1 << doublings).min(settings.wait_max);
    State::Open { trouble, until: Some(now.plus(wait)) }
}

impl Record {
    /// Counts an outcome; the reason to open, if this was one too many.
    fn note(&mut self, settings: &Settings, now: Timestamp, outcome: Outcome) -> Option<String> {
        self.turn(settings, now);
        match outcome {
            Outcome::Throttled => None,
            Outcome::Success => {
                self.in_row = 0;
                self.current.outcomes = self.current.outcomes.saturating_add(1);
                None
            }
            Outcome::Failure { reason } => {
                self.in_row = self.in_row.saturating_add(1);
                self.current.outcomes = self.current.outcomes.saturating_add(1);
                self.current.failures = self.current.failures.saturating_add(1);
                self.is_too_much(settings).then_some(reason)
            }
        }
    }

    /// Begins a new half window when the current one is over, or dated in the future by a clock since
    /// turned back.
    fn turn(&mut self, settings: &Settings, now: Timestamp) {
        let half = settings.window / 2;
        let age = self.began.filter(|began| *began <= now).map(|began| now.since(began));
        self.before = match age {
            Some(age) if age < half => return,
            Some(age) if age < settings.window => self.current,
            _ => Tally::default(),
        };
        self.current = Tally::default();
        self.began = Some(now);
    }

    fn is_too_much(&self, settings: &Settings) -> bool {
        let outcomes = self.current.outcomes.saturating_add(self.before.outcomes);
        let failures = self.current.failures.saturating_add(self.before.failures);
        let share = f64::from(failures) / f64::from(outcomes.max(1));
        let share_too_high = outcomes >= settings.outcomes_min && share > settings.failure_share;
        self.in_row >= settings.failures_in_row.max(1) || share_too_high
    }
}

#[cfg(test)]
mod tests;
