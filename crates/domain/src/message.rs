//! The life of a message, as a machine without input or output: `(message, now, event) → (message, next)`.
//!
//! It keeps two of the product's promises. *Nothing happens twice*: once bytes may have reached the
//! provider, the only way on leads through a look-up, never through a blind repeat. *Nothing is lost*:
//! every step names what has to be done next and when, until the message is in a final state.
//!
//! The room must not know how a look-up is made, what a job is, or which provider is asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::backoff::Backoff;
use crate::error_class::ErrorClass;
use crate::time::Timestamp;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageState {
    /// Waits for its time.
    Scheduled,
    /// Waits for the gate or a breaker; the reason is beside it.
    Held,
    /// Waits for a worker.
    Queued,
    /// An attempt was written down; bytes may be on their way to the provider.
    Sending,
    /// The provider may or may not have it; it is being looked up.
    Unknown,
    /// The provider has it.
    Sent,
    /// The carrier or the handset confirmed it.
    Delivered,
    /// The recipient opened it.
    Read,
    /// The carrier reported that it did not arrive.
    Undelivered,
    /// It will not be sent: a dead letter.
    Failed,
    /// Called off before it left.
    Canceled,
    /// It came in.
    Received,
}

impl MessageState {
    /// Every state, in the order of the documentation.
    pub const ALL: [MessageState; 12] = [
        MessageState::Scheduled,
        MessageState::Held,
        MessageState::Queued,
        MessageState::Sending,
        MessageState::Unknown,
        MessageState::Sent,
        MessageState::Delivered,
        MessageState::Read,
        MessageState::Undelivered,
        MessageState::Failed,
        MessageState::Canceled,
        MessageState::Received,
    ];

    /// How far the message has come. Receipts move it to a higher rank or not at all, so a late or
    /// doubled one never takes a tick away (Twilio gives no order of callbacks).
    pub const fn rank(self) -> u8 {
        match self {
            MessageState::Scheduled | MessageState::Held => 0,
            MessageState::Queued => 1,
            MessageState::Sending | MessageState::Unknown => 2,
            MessageState::Sent => 3,
            MessageState::Delivered
            | MessageState::Undelivered
            | MessageState::Failed
            | MessageState::Canceled
            | MessageState::Received => 4,
            MessageState::Read => 5,
        }
    }

    /// Nothing more has to be done for a message in this state. `delivered` is final although `read`
    /// may still follow.
    pub const fn is_final(self) -> bool {
        self.rank() >= 4
    }

    /// It did not arrive as far as anybody knows, and somebody should look at it: unless a look-up or a report
    /// still brings good news, it is a dead letter.
    pub const fn is_dead(self) -> bool {
        matches!(self, MessageState::Failed | MessageState::Undelivered | MessageState::Unknown)
    }

    /// The word used in API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            MessageState::Scheduled => "scheduled",
            MessageState::Held => "held",
            MessageState::Queued => "queued",
            MessageState::Sending => "sending",
            MessageState::Unknown => "unknown",
            MessageState::Sent => "sent",
            MessageState::Delivered => "delivered",
            MessageState::Read => "read",
            MessageState::Undelivered => "undelivered",
            MessageState::Failed => "failed",
            MessageState::Canceled => "canceled",
            MessageState::Received => "received",
        }
    }
}

impl std::fmt::Display for MessageState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for MessageState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        MessageState::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// A word that names no message state.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a message state")]
pub struct UnknownState(pub String);

/// What a message is for; the law and good manners treat them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A person's answer in a conversation.
    Reply,
    /// Something the recipient asked for or waits for: a code, a reminder, a confirmation.
    Transactional,
    /// Something we want them to know.
    Marketing,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 3] = [Purpose::Reply, Purpose::Transactional, Purpose::Marketing];

    /// The word used in API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Reply => "reply",
            Purpose::Transactional => "transactional",
            Purpose::Marketing => "marketing",
        }
    }

    /// The priority of a message whose author names none.
    pub const fn usual_priority(self) -> u8 {
        match self {
            Purpose::Reply => 7,
            Purpose::Transactional => 5,
            Purpose::Marketing => 1,
        }
    }

    /// What to do in doubt with a message whose author does not say.
    pub const fn usual_policy(self) -> DoubtPolicy {
        match self {
            Purpose::Reply | Purpose::Transactional => DoubtPolicy::MustArrive,
            Purpose::Marketing => DoubtPolicy::NeverTwice,
        }
    }
}

impl std::str::FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Purpose::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or_else(|| UnknownPurpose(text.to_owned()))
    }
}

/// A word that names no purpose.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a purpose; reply, transactional and marketing are")]
pub struct UnknownPurpose(pub String);

/// Why the gate lets a message leave only later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Stable, for programs.
    pub code: &'static str,
    /// For people.
    pub reason: String,
    /// When it may leave.
    pub until: Timestamp,
}

/// What to do when nobody can tell whether the provider has a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtPolicy {
    /// Leave it for a person to decide: a second copy is worse than none (marketing).
    NeverTwice,
    /// Send it again and say that it may arrive twice: none is worse than two (replies, codes, alerts).
    MustArrive,
}

/// When things are tried again. The defaults suit a live provider; tests shorten them.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Waits between an attempt that ended in doubt and its look-ups. A provider's list may lag, so one
    /// empty answer proves nothing; after the last one the policy decides.
    pub look_ups: Vec<Duration>,
    /// Waits before the provider is asked what became of a message whose receipts stay out.
    pub polls: Vec<Duration>,
    /// Waits before a message that was certainly not sent is tried again.
    pub backoff: Backoff,
    /// How many times such a message is tried again before it becomes a dead letter.
    pub retries_max: u32,
    /// How long a message that the provider keeps throttling is tried, since throttling uses up no retry.
    pub give_up_after: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            look_ups: [2, 10, 60].map(Duration::from_secs).to_vec(),
            polls: [20, 120, 600, 3_600, 21_600, 86_400, 259_200].map(Duration::from_secs).to_vec(),
            backoff: Backoff::default(),
            retries_max: 3,
            give_up_after: Duration::from_secs(24 * 3_600),
        }
    }
}

/// What the machine remembers of a message that leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it stands.
    pub state: MessageState,
    /// What to do in doubt.
    pub policy: DoubtPolicy,
    /// Since when it may leave: when it was accepted from its author, or the time it had to wait for.
    pub due_at: Timestamp,
    /// How often it was tried again after a failure that used up a retry.
    pub retries: u32,
    /// Look-ups answered "not there" since the last attempt, or polls since it was sent.
    pub checks: u32,
    /// It was sent again although an earlier attempt may have arrived.
    pub possibly_doubled: bool,
}

/// What a provider said when it was handed the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has the message.
    Accepted,
    /// It certainly does not have it.
    NotSent {
        /// What kind of failure it was.
        class: ErrorClass,
        /// How long the provider asked us to wait.
        retry_after: Option<Duration>,
    },
    /// Bytes were written and no answer could be read.
    Doubtful,
}

/// What a look-up at the provider brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// It has the message, in this state.
    Found(MessageState),
    /// It does not know it (yet).
    Missing,
    /// It has no list that would have to show the message: that it was not seen proves nothing.
    Unproven,
    /// It could not be asked.
    Unavailable,
}

/// What happened to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker took it and writes down the attempt.
    Claimed,
    /// The provider answered the attempt.
    Answered(Answer),
    /// The worker that held it is gone, and nobody knows how far it came.
    WorkerDied,
    /// A look-up or a poll came back.
    LookedUp(LookUp),
    /// The provider reported on it.
    Receipt(MessageState),
    /// A person called it off.
    CancelRequested,
    /// Its time has come, or what held it back is over.
    Released,
    /// The gate lets it leave only later.
    Held,
    /// It certainly was not sent, and another line is to be tried at once.
    Rerouted,
    /// It came due too late to be of use, or the gate refused it for good.
    GivenUp,
    /// The provider was to send it at its time, which has passed, and nobody can tell whether it did.
    NotSeenToLeave,
}

/// What has to be done next for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Hand it to the provider now; the attempt is written down.
    CallProvider,
    /// Claim it again at this time.
    RetryAt(Timestamp),
    /// Ask the provider whether it has it, at this time.
    LookUpAt(Timestamp),
    /// Ask the provider what became of it, at this time, unless receipts settle it before.
    PollAt(Timestamp),
    /// Nothing: final, or parked for a person.
    Rest,
    /// The event changes nothing: whatever was planned stays planned.
    AsPlanned,
}

impl Outgoing {
    /// A message that was just accepted from its author.
    pub const fn new(due_at: Timestamp, policy: DoubtPolicy) -> Self {
        Outgoing {
            state: MessageState::Queued,
            policy,
            due_at,
            retries: 0,
            checks: 0,
            possibly_doubled: false,
        }
    }

    /// Takes the message through one event. `fraction` (0 to 1) is the chance used for jitter.
    #[must_use]
    pub fn step(self, timing: &Timing, now: Timestamp, event: Event, fraction: f64) -> (Outgoing, Next) {
        match event {
            Event::Claimed if self.state == MessageState::Queued => {
                (self.at(MessageState::Sending), Next::CallProvider)
            }
            Event::Answered(answer) if self.in_flight() => self.answered(timing, now, answer, fraction),
            // The receipt came before our own record of the answer: it already knows more.
            Event::Answered(_) => (self, Next::AsPlanned),
            Event::WorkerDied if self.state == MessageState::Sending => self.doubt(timing, now),
            Event::LookedUp(found) => self.looked_up(timing, now, found),
            Event::Receipt(reported) => self.reported(timing, now, reported),
            Event::CancelRequested if self.has_not_left() => (self.at(MessageState::Canceled), Next::Rest),
            Event::Released if self.waits() => (self.at(MessageState::Queued), Next::AsPlanned),
            Event::Rerouted if self.state == MessageState::Sending => {
                (self.at(MessageState::Queued), Next::RetryAt(now))
            }
            Event::Held if self.has_not_left() => (self.at(MessageState::Held), Next::AsPlanned),
            Event::GivenUp if self.has_not_left() => (self.at(MessageState::Failed), Next::Rest),
            // It was looked for already, as often as that helps.
            Event::NotSeenToLeave if self.waits() => (self.at(MessageState::Unknown), Next::Rest),
            Event::NotSeenToLeave
            | Event::Claimed
            | Event::WorkerDied
            | Event::CancelRequested
            | Event::Released
            | Event::Held
            | Event::Rerouted
            | Event::GivenUp => (self, Next::AsPlanned),
        }
    }

    const fn at(mut self, state: MessageState) -> Self {
        self.state = state;
        self
    }

    /// No byte of it can have left, so it may still be held, changed or called off.
    pub const fn has_not_left(self) -> bool {
        self.state.rank() <= MessageState::Queued.rank()
    }

    /// It waits for its time, not for a worker.
    pub const fn waits(self) -> bool {
        matches!(self.state, MessageState::Scheduled | MessageState::Held)
    }

    const fn in_flight(self) -> bool {
        matches!(self.state, MessageState::Sending | MessageState::Unknown)
    }

    fn answered(self, timing: &Timing, now: Timestamp, answer: Answer, fraction: f64) -> (Self, Next) {
        match answer {
            Answer::Accepted => self.reported(timing, now, MessageState::Sent),
            Answer::Doubtful => self.doubt(timing, now),
            Answer::NotSent { class, retry_after } => {
                self.not_sent(timing, now, class, retry_after, fraction)
            }
        }
    }

    fn not_sent(
        mut self,
        timing: &Timing,
        now: Timestamp,
        class: ErrorClass,
        retry_after: Option<Duration>,
        fraction: f64,
    ) -> (Self, Next) {
        let throttled = class == ErrorClass::Throttled;
        let exhausted = if throttled {
            now.since(self.due_at) >= timing.give_up_after
        } else {
            self.retries >= timing.retries_max
        };
        if !class.is_retryable() || exhausted {
            return (self.at(MessageState::Failed), Next::Rest);
        }
        let wait = timing.backoff.delay(self.retries, fraction).max(retry_after.unwrap_or_default());
        let wait = if throttled { retry_after.unwrap_or(wait) } else { wait };
        if !throttled {
            self.retries += 1;
        }
        (self.at(MessageState::Queued), Next::RetryAt(now.plus(wait)))
    }

    fn doubt(mut self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        self.checks = 0;
        let wait = timing.look_ups.first().copied().unwrap_or_default();
        (self.at(MessageState::Unknown), Next::LookUpAt(now.plus(wait)))
    }

    fn looked_up(self, timing: &Timing, now: Timestamp, found: LookUp) -> (Self, Next) {
        match (self.state, found) {
            (MessageState::Unknown, LookUp::Found(state)) => {
                let (found, next) = self.reported(timing, now, MessageState::Sent);
                if state.rank() > MessageState::Sent.rank() {
                    found.reported(timing, now, state)
                } else {
                    (found, next)
                }
            }
            (MessageState::Unknown, LookUp::Missing) => self.not_found(timing, now, self.policy),
            // Whatever it is for: without proof a second copy is a guess. A person decides, or a late receipt.
            (MessageState::Unknown, LookUp::Unproven) => self.not_found(timing, now, DoubtPolicy::NeverTwice),
            (MessageState::Unknown, LookUp::Unavailable) => {
                (self, Next::LookUpAt(now.plus(self.wait(&timing.look_ups))))
            }
            (MessageState::Sent, LookUp::Found(state)) if state.is_final() => {
                self.reported(timing, now, state)
            }
            (MessageState::Sent, _) => self.poll_again(timing, now),
            _ => (self, Next::AsPlanned),
        }
    }

    /// The provider does not list the message. Ask again until the waits are used up: lists lag.
    fn not_found(mut self, timing: &Timing, now: Timestamp, policy: DoubtPolicy) -> (Self, Next) {
        self.checks += 1;
        if (self.checks as usize) < timing.look_ups.len() {
            return (self, Next::LookUpAt(now.plus(self.wait(&timing.look_ups))));
        }
        match policy {
            DoubtPolicy::NeverTwice => (self, Next::Rest),
            DoubtPolicy::MustArrive => {
                self.possibly_doubled = true;
                self.checks = 0;
                (self.at(MessageState::Queued), Next::RetryAt(now))
            }
        }
    }

    /// Polls end after the last wait: some carriers never report, and `sent` is then the last word.
    fn poll_again(mut self, timing: &Timing, now: Timestamp) -> (Self, Next) {
        self.checks += 1;
        if (self.checks as usize) < timing.polls.len() {
            (self, Next::PollAt(now.plus(self.wait(&timing.polls))))
        } else {
            (self, Next::Rest)
        }
    }

    fn reported(mut self, timing: &Timing, now: Timestamp, reported: MessageState) -> (Self, Next) {
        if reported.rank() <= self.state.rank() {
            return (self, Next::AsPlanned);
        }
        self.checks = 0;
        let next = match timing.polls.first() {
            Some(wait) if !reported.is_final() => Next::PollAt(now.plus(*wait)),
            _ => Next::Rest,
        };
        (self.at(reported), next)
    }

    fn wait(self, waits: &[Duration]) -> Duration {
        let last = waits.len().saturating_sub(1);
        waits.get((self.checks as usize).min(last)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
