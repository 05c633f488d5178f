//! Handing a planned message to a provider that keeps it until its time, as a machine without input or output.
//!
//! # Why at all
//!
//! A message that we send ourselves can be in doubt: bytes were written, no answer came, and the provider may
//! or may not send it at once. One that the provider is asked to *keep* can be in doubt too, but there is time:
//! until its hour nothing leaves, so that a look-up finds it, and whatever is found can be called off before it
//! leaves. It is the one way on which a message leaves exactly once whatever happens to us; and it leaves at its
//! time though we are down at that moment.
//!
//! # When
//!
//! Not earlier than [`HORIZON`] before its time: up to then everything that may still change it (a STOP, an
//! answer, an edit, other quiet hours) changes only our own row, and costs the provider nothing. Half an hour
//! covers a restart, an upgrade, a machine that is replaced. Not later than [`NEAREST`]: providers want some
//! minutes (Twilio, error 35117: more than 300 s), and a lost answer needs a minute or two of look-ups. A
//! message with less notice stays ours.
//!
//! # How
//!
//! ```text
//! asked ─ accepted ─▶ held ─ its time ─▶ left
//!   │                  │ ▲
//!   │ no answer        │ └ found         wanted back: called off at the provider
//!   ├─▶ sought ────────┼─────┘             └─ confirmed ─▶ taken back, and ours again
//!   │      └ not there, look after look ─▶ watched: ours again; found later, it is called off
//!   └ refused ─▶ not taken, and ours again
//! ```
//!
//! While it is asked, sought or held the message waits on the provider and nobody else may send or change it.
//! What people, rules and answers want of it meanwhile makes it *wanted back*, and is done once it is ours again,
//! or comes too late. The room must not know how a provider is asked, or what is wanted.

use std::time::Duration;

use crate::message::{Answer, DoubtPolicy, MessageState, Timing};
use crate::time::Timestamp;

/// How long before its time a message is handed over.
pub const HORIZON: Duration = Duration::from_secs(30 * 60);

/// With less notice a message is not handed over: what the provider wants (Twilio: more than 300 s) and a minute
/// for a request that waits for its turn.
pub const NEAREST: Duration = Duration::from_secs(360);

/// How long after its time the provider is asked, if it did not tell by itself that the message left.
const ASK_AFTER: Duration = Duration::from_secs(20);

/// The last look for one that was not found: so long before its time, when no list can lag any more.
const LAST_LOOK: Duration = Duration::from_secs(120);

/// The wait between look-ups once those of a usual doubt are used up.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// When a message for this time should be handed over; `None` if it is too near.
pub fn due(at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    is_far_enough(at, now).then(|| at.minus(HORIZON).max(now))
}

/// Whether there is time enough to hand over a message for this time.
pub fn is_far_enough(at: Timestamp, now: Timestamp) -> bool {
    at.since(now) >= NEAREST
}

/// Where a hand-over stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It was written down that the provider is being asked; the request may be under way.
    Asked,
    /// Nobody knows whether the provider has it; it is being looked up.
    Sought,
    /// The provider has it and will send it at its time.
    Held,
    /// It was looked up and not found. The message is ours again; should the provider have it after all, it is
    /// called off there before it leaves.
    Watched,
    /// It was called off at the provider.
    TakenBack,
    /// The provider never had it.
    NotTaken,
    /// The provider sent it.
    Left,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Stage; 7] = [
        Stage::Asked,
        Stage::Sought,
        Stage::Held,
        Stage::Watched,
        Stage::TakenBack,
        Stage::NotTaken,
        Stage::Left,
    ];

    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Asked => "asked",
            Stage::Sought => "sought",
            Stage::Held => "held",
            Stage::Watched => "watched",
            Stage::TakenBack => "taken_back",
            Stage::NotTaken => "not_taken",
            Stage::Left => "left",
        }
    }

    /// The message waits on the provider: it must not be sent, changed or called off by us alone.
    pub const fn binds(self) -> bool {
        matches!(self, Stage::Asked | Stage::Sought | Stage::Held)
    }

    /// Something is still to be done for it.
    pub const fn is_open(self) -> bool {
        self.binds() || matches!(self, Stage::Watched)
    }
}

impl std::str::FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Stage::ALL.into_iter().find(|stage| stage.as_str() == text);
        known.ok_or_else(|| format!("'{text}' is not a stage of a hand-over"))
    }
}

/// What a provider says of a message it was asked to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits for its time there.
    Waits,
    /// It was called off there.
    Canceled,
    /// It is on its way, or has come to its end.
    Left,
}

impl Standing {
    /// What a message's state at the provider means for the hand-over.
    pub const fn of(state: MessageState) -> Self {
        match state {
            MessageState::Scheduled => Standing::Waits,
            MessageState::Canceled => Standing::Canceled,
            _ => Standing::Left,
        }
    }
}

/// What a look at the provider brought: by its list, by the message's id, after a request to call it off, or
/// by its own report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It has the message.
    There(Standing),
    /// It does not have it, or does not list it yet.
    Missing,
    /// It could not be asked.
    Unavailable,
}

/// What happened to a hand-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The provider answered the request to keep the message.
    Answered(Answer),
    /// The worker that asked is gone, and nobody knows how far it came.
    WorkerDied,
    /// The provider was looked at, or spoke up.
    Seen(Seen),
    /// Somebody wants the message to be another one, to leave at another time, or not at all.
    WantedBack,
}

/// What has to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Look for it in the provider's list.
    LookUpAt(Timestamp),
    /// Ask the provider what became of it.
    AskAt(Timestamp),
    /// Call it off at the provider.
    CallBackAt(Timestamp),
    /// The message is ours: what is wanted of it can be done, and it leaves the usual way.
    Ours {
        /// When to look once more for one that was not found.
        watch: Option<Timestamp>,
        /// It may leave a second time: nobody could make sure that the provider does not have it.
        may_double: bool,
    },
    /// The provider sent it: its reports move the message on.
    Gone,
    /// Somebody called it off at the provider, and not we.
    CalledOff,
    /// Its time has passed, nobody knows whether it left, and a second copy is worse than none: a person decides.
    InDoubt,
    /// Its end could not be seen: if the message leaves, that may be for a second time.
    MayDouble,
    /// Nothing: it is over, and the message was ours already.
    Rest,
    /// The event changes nothing: whatever was planned stays planned.
    AsPlanned,
}

/// One hand-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Where it stands.
    pub stage: Stage,
    /// When the provider is to send it.
    pub leaves_at: Timestamp,
    /// Somebody wants it back.
    pub wanted_back: bool,
    /// Looks that brought nothing since the last step forward.
    pub checks: u32,
    /// What to do in doubt.
    pub policy: DoubtPolicy,
}

impl HandOver {
    /// One that is about to be asked for.
    pub const fn new(leaves_at: Timestamp, policy: DoubtPolicy) -> Self {
        HandOver { stage: Stage::Asked, leaves_at, wanted_back: false, checks: 0, policy }
    }

    /// Takes the hand-over through one event.
    #[must_use]
    pub fn step(self, timing: &Timing, now: Timestamp, event: Event) -> (HandOver, Next) {
        match (self.stage, event) {
            (Stage::Asked, Event::Answered(Answer::Accepted)) => self.held(now),
            (Stage::Asked, Event::Answered(Answer::NotSent { .. })) => {
                self.ours(Stage::NotTaken, None, false)
            }
            (Stage::Asked, Event::Answered(Answer::Doubtful) | Event::WorkerDied) => {
                let sought = self.at(Stage::Sought);
                (sought, Next::LookUpAt(now.plus(sought.wait(timing, now))))
            }
            (Stage::Asked | Stage::Sought, Event::WantedBack) => {
                (HandOver { wanted_back: true, ..self }, Next::AsPlanned)
            }
            (Stage::Held, Event::WantedBack) if !self.wanted_back => {
                (HandOver { wanted_back: true, checks: 0, ..self }, Next::CallBackAt(now))
            }
            // While the request is under way a look proves nothing, but what the provider reports does.
            (Stage::Asked, Event::Seen(Seen::Missing | Seen::Unavailable)) => (self, Next::AsPlanned),
            (stage, Event::Seen(seen)) if stage.is_open() => self.seen(timing, now, seen),
            _ => (self, Next::AsPlanned),
        }
    }

    const fn at(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self.checks = 0;
        self
    }

    const fn ours(self, stage: Stage, watch: Option<Timestamp>, may_double: bool) -> (Self, Next) {
        (self.at(stage), Next::Ours { watch, may_double })
    }

    /// The provider has it: it is left alone until its time, unless somebody wants it back.
    fn held(self, now: Timestamp) -> (Self, Next) {
        let next = if self.wanted_back { Next::CallBackAt(now) } else { Next::AskAt(self.asked_at(now)) };
        (self.at(Stage::Held), next)
    }

    /// When the provider is asked what became of it.
    fn asked_at(self, now: Timestamp) -> Timestamp {
        self.leaves_at.plus(ASK_AFTER).max(now)
    }

    fn seen(self, timing: &Timing, now: Timestamp, seen: Seen) -> (Self, Next) {
        match (self.stage, seen) {
            (_, Seen::There(Standing::Left)) => (self.at(Stage::Left), Next::Gone),
            (Stage::Watched, Seen::There(Standing::Canceled)) => (self.at(Stage::TakenBack), Next::Rest),
            (_, Seen::There(Standing::Canceled)) => self.called_off(),
            (Stage::Watched, Seen::There(Standing::Waits)) => self.call_back(timing, now),
            (Stage::Held, Seen::There(Standing::Waits) | Seen::Unavailable) => self.still_held(timing, now),
            (_, Seen::There(Standing::Waits)) => self.held(now),
            (Stage::Held, Seen::Missing) if now < self.leaves_at => self.called_off(),
            (Stage::Held, Seen::Missing) => (self.at(Stage::Left), Next::Gone),
            (Stage::Watched, Seen::Missing) => self.not_seen(now),
            (Stage::Watched, Seen::Unavailable) => self.watch_on(timing, now),
            (_, Seen::Missing) => self.not_found(timing, now),
            (_, Seen::Unavailable) => self.look_again(timing, now),
        }
    }

    fn called_off(self) -> (Self, Next) {
        if self.wanted_back {
            return self.ours(Stage::TakenBack, None, false);
        }
        (self.at(Stage::TakenBack), Next::CalledOff)
    }

    /// It is there, or cannot be asked after.
    fn still_held(mut self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        if self.wanted_back {
            return self.call_back(timing, now);
        }
        if now < self.leaves_at {
            return (self, Next::AskAt(self.asked_at(now)));
        }
        let at = now.plus(self.wait(timing, now));
        self.checks += 1;
        (self, Next::AskAt(at))
    }

    fn call_back(mut self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        let at = now.plus(self.wait(timing, now));
        self.checks += 1;
        (self, Next::CallBackAt(at))
    }

    /// The provider does not list it. Lists lag, so it is looked for again, as often as in a usual doubt.
    fn not_found(mut self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        self.checks += 1;
        if (self.checks as usize) < timing.look_ups.len() {
            return (self, Next::LookUpAt(now.plus(self.wait(timing, now))));
        }
        if self.wanted_back || self.policy == DoubtPolicy::MustArrive {
            self.checks = 0;
            let watch = self.next_watch(now);
            return if watch < self.leaves_at {
                self.ours(Stage::Watched, Some(watch), false)
            } else {
                self.ours(Stage::NotTaken, None, true)
            };
        }
        // Nobody waits for it before its time, and then it shows.
        if now < self.leaves_at.plus(LOOK_AGAIN) {
            return (self, Next::LookUpAt(now.plus(LOOK_AGAIN)));
        }
        (self.at(Stage::NotTaken), Next::InDoubt)
    }

    /// When to look for one that is watched for: at ever longer waits, and a last time shortly before it would leave.
    fn next_watch(self, now: Timestamp) -> Timestamp {
        let next = now.plus(LOOK_AGAIN * (1 << self.checks.min(10)));
        let last = self.leaves_at.minus(LAST_LOOK);
        if now < last { next.min(last) } else { now.plus(LOOK_AGAIN) }
    }

    fn not_seen(mut self, now: Timestamp) -> (Self, Next) {
        if now >= self.leaves_at.minus(LAST_LOOK) {
            return (self.at(Stage::NotTaken), Next::Rest);
        }
        self.checks += 1;
        (self, Next::LookUpAt(self.next_watch(now)))
    }

    fn look_again(self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        (self, Next::LookUpAt(now.plus(self.wait(timing, now))))
    }

    fn watch_on(mut self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        if now >= self.leaves_at {
            return (self.at(Stage::NotTaken), Next::MayDouble);
        }
        let at = now.plus(self.wait(timing, now));
        self.checks += 1;
        (self, Next::LookUpAt(at))
    }

    /// The waits of a usual look-up, shorter when its time is near.
    fn wait(self, timing: &Timing, now: Timestamp) -> Duration {
        let last = timing.look_ups.len().saturating_sub(1);
        let usual = timing.look_ups.get((self.checks as usize).min(last)).copied().unwrap_or(LOOK_AGAIN);
        let left = self.leaves_at.since(now);
        let first = timing.look_ups.first().copied().unwrap_or(usual).min(usual);
        if left.is_zero() { usual } else { usual.min((left / 2).max(first)) }
    }
}

#[cfg(test)]
mod tests;
