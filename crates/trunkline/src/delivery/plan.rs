//! What is to be done with messages whose turn has come: the gate is asked, and the intent written down.
//!
//! Many jobs are planned in one transaction. What is usual is done for all of them together, statement by
//! statement; whatever is out of the usual (refused, held, expired, in doubt, behind others) is left alone
//! there and planned in a transaction of its own, so that the rule for it stands in one place.
//!
//! Locks are taken in one order: addresses, messages, order keys, jobs.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use trunkline_domain::ids::ConversationId;
use trunkline_domain::message::{Event, Hold, MessageState};
use trunkline_domain::schedule::{self, Due};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, StoreError, Tx};
use uuid::Uuid;

use super::attempts::{self, Attempt};
use super::enqueue::{order_key, recipient_of};
use super::gate::{self, Pass, Verdict};
use super::pace::Pace;
use super::{Delivery, record};
use crate::compliance::{self, LateAction};
use crate::inbox::messages::{self, Facts, Message, Step};
use crate::inbox::waiting;
use crate::jobs::{Job, Node, Standing};

/// What a transaction fails with when another message to the same recipient is unresolved.
const HELD_UP: &str = "another message to the recipient is unresolved";

/// The wait when this node's lease is not fresh enough to start a request.
const LEASE_STALE: Duration = Duration::from_secs(1);

/// What a message that came due and is of no use any more is told to its author.
const EXPIRED: &str = "It could not leave before the time after which you did not want it sent.";

/// Plans what one node is to do.
#[derive(Clone)]
pub(super) struct Planner {
    pub(super) delivery: Delivery,
    pub(super) pace: Pace,
    pub(super) node: Node,
}

/// What a look at a message says has to be done.
pub(super) enum Plan {
    /// Nothing: the job is done or was given back.
    Nothing,
    /// The gate let it pass and the intent is on disk: hand it over.
    HandOver(Message, Attempt, Pass),
    /// It is in doubt: ask the provider.
    LookUp(Message, Attempt),
    /// It is out of the usual, and nothing was done with it: [`Planner::plan`] it.
    Alone,
}

/// A message that may leave, and the job that sends it.
struct Ready<'a> {
    job: &'a Job,
    message: Message,
    pass: Pass,
}

impl Planner {
    /// Plans jobs together; one plan for each, in order.
    pub(super) fn plan_all(&self, tx: &mut Tx<'_>, jobs: &[Job]) -> Result<Vec<Plan>> {
        let mut plans: Vec<Plan> = jobs.iter().map(|_| Plan::Alone).collect();
        if !self.node.is_fresh() {
            return Ok(plans);
        }
        let now = self.delivery.ambient.now();
        hold_recipients(tx, jobs)?;
        let usual = self.usual(tx, jobs, now)?;
        if usual.is_empty() {
            return Ok(plans);
        }
        let asked: Vec<&Message> = usual.iter().map(|(_, message)| message).collect();
        let verdicts = gate::ask(tx, &asked, now)?;
        let allowed = usual.into_iter().zip(verdicts).filter_map(|((job, message), verdict)| match verdict {
            Verdict::Allow(pass) => Some(Ready { job, message, pass }),
            Verdict::Hold(_) | Verdict::Refuse { .. } => None,
        });
        let ready = self.release(tx, allowed.collect(), now)?;
        let mut planned = self.intend(tx, ready, now)?;
        for (plan, job) in plans.iter_mut().zip(jobs) {
            if let Some(hand_over) = planned.remove(&job.subject) {
                *plan = hand_over;
            }
        }
        Ok(plans)
    }

    /// The jobs whose messages are only to leave: queued, or due at last; one of each recipient and conversation.
    fn usual<'a>(&self, tx: &mut Tx<'_>, jobs: &'a [Job], now: Timestamp) -> Result<Vec<(&'a Job, Message)>> {
        let ids: Vec<_> = jobs.iter().map(|job| job.subject.into()).collect();
        let locked = messages::lock_all(tx, &ids)?;
        let late_after =
            if locked.iter().any(|message| message.scheduled_at.is_some()) { late_after(tx)? } else { None };
        let mut locked: HashMap<Uuid, Message> =
            locked.into_iter().map(|message| (message.id.into(), message)).collect();
        let (mut recipients, mut threads) = (HashSet::<&str>::new(), HashSet::<ConversationId>::new());
        Ok(jobs
            .iter()
            .filter_map(|job| {
                let message = locked.remove(&job.subject)?;
                let key = job.order_key.as_deref()?;
                let usual = self.is_usual(job, &message, late_after, now)
                    && recipients.insert(key)
                    && threads.insert(message.conversation_id);
                usual.then_some((job, message))
            })
            .collect())
    }

    fn is_usual(&self, job: &Job, message: &Message, late_after: Option<Duration>, now: Timestamp) -> bool {
        let stands_right = match message.outgoing.state {
            MessageState::Queued => !job.parked,
            MessageState::Scheduled | MessageState::Held => job.parked,
            _ => false,
        };
        stands_right
            && job.order_key.as_deref() == Some(&order_key(message.line_id, &message.to))
            && is_due(message, late_after, now)
            && self.pace.detour(message.line_id).is_none()
    }

    /// Those that waited for their time take their places, in the thread and in the line to their recipient. One
    /// that is not the first there is dropped.
    fn release<'a>(&self, tx: &mut Tx<'_>, ready: Vec<Ready<'a>>, now: Timestamp) -> Result<Vec<Ready<'a>>> {
        let (mut waited, mut ready): (Vec<_>, Vec<_>) =
            ready.into_iter().partition(|ready| ready.message.outgoing.waits());
        let held_up = attempts::held_up(tx, &waited.iter().map(|ready| &ready.message).collect::<Vec<_>>())?;
        waited.retain(|ready| !held_up.contains(&ready.message.id));
        let jobs: Vec<&Job> = waited.iter().map(|ready| ready.job).collect();
        let mut standing = self.delivery.jobs.join_lines(tx, &jobs, now)?.into_iter();
        waited.retain(|_| standing.next() == Some(Standing::First));
        let messages: Vec<&Message> = waited.iter().map(|ready| &ready.message).collect();
        let released = self.set_free(tx, &messages, now)?;
        for (ready, message) in waited.iter_mut().zip(released) {
            ready.message = message;
        }
        ready.extend(waited);
        Ok(ready)
    }

    /// The time of these messages has come: they are queued, and stand in their threads where they leave.
    fn set_free(&self, tx: &mut Tx<'_>, messages: &[&Message], now: Timestamp) -> Result<Vec<Message>> {
        let delivery = &self.delivery;
        let steps: Vec<Step<'_>> =
            messages.iter().map(|message| self.step(message, Event::Released, "due", now)).collect();
        messages::save_all(tx, &delivery.events, now, &steps)?;
        waiting::take_their_places(tx, &delivery.events, now, messages)?;
        Ok(steps.iter().map(|step| Message { outgoing: step.after, ..step.before.clone() }).collect())
    }

    /// Writes down that messages are about to be handed over; the plan for each, by its id. Without one is a
    /// message for whose recipient another one is unresolved.
    fn intend(&self, tx: &mut Tx<'_>, ready: Vec<Ready<'_>>, now: Timestamp) -> Result<HashMap<Uuid, Plan>> {
        let delivery = &self.delivery;
        let claimed: Vec<_> = ready.iter().map(|ready| (&ready.message, ready.job.epoch)).collect();
        let mut begun = attempts::begin(tx, &delivery.ambient, &claimed, now)?;
        let steps: Vec<Step<'_>> = ready
            .iter()
            .filter(|ready| begun.contains_key(&ready.message.id))
            .map(|ready| self.step(&ready.message, Event::Claimed, "attempt", now))
            .collect();
        messages::save_all(tx, &delivery.events, now, &steps)?;
        let mut after: HashMap<_, _> = steps.iter().map(|step| (step.before.id, step.after)).collect();
        Ok(ready
            .into_iter()
            .filter_map(|Ready { message, pass, .. }| {
                let (attempt, outgoing) = begun.remove(&message.id).zip(after.remove(&message.id))?;
                let id = message.id.into();
                Some((id, Plan::HandOver(Message { outgoing, ..message }, attempt, pass)))
            })
            .collect())
    }

    fn step<'a>(&self, message: &'a Message, event: Event, cause: &'a str, now: Timestamp) -> Step<'a> {
        let (after, _) = message.outgoing.step(&self.delivery.timing, now, event, 0.0);
        Step { before: message, after, facts: Facts::default(), cause }
    }
}

/// One message in a transaction of its own.
impl Planner {
    /// Plans one job, whatever its message needs.
    pub(super) fn plan(&self, tx: &mut Tx<'_>, job: &Job) -> Result<Plan> {
        hold_recipients(tx, std::slice::from_ref(job))?;
        let Some(message) = messages::lock(tx, job.subject.into())? else {
            self.delivery.jobs.finish(tx, job)?;
            return Ok(Plan::Nothing);
        };
        match message.outgoing.state {
            MessageState::Scheduled | MessageState::Held => self.release_one(tx, job, message),
            MessageState::Queued => self.set_out(tx, job, message, None),
            // The attempt belongs to a claim that ended: its worker died between intent and answer.
            MessageState::Sending => {
                let died = (Event::WorkerDied, Facts::default(), "worker died");
                record::apply(tx, &self.delivery, job, &message, died).map(|()| Plan::Nothing)
            }
            MessageState::Unknown => match attempts::unresolved(tx, message.id)? {
                Some(attempt) => Ok(Plan::LookUp(message, attempt)),
                None => Err(StoreError::Corrupt {
                    column: "attempts.unresolved".into(),
                    detail: format!("message {} is in doubt without an open attempt", message.id),
                }),
            },
            _ => {
                // A receipt or a person settled it while the job waited.
                self.delivery.jobs.finish(tx, job)?;
                Ok(Plan::Nothing)
            }
        }
    }

    /// The time of a message that waited has come: it takes its place in the line to its recipient, and if
    /// that is the first one, leaves at once.
    fn release_one(&self, tx: &mut Tx<'_>, job: &Job, message: Message) -> Result<Plan> {
        let now = self.delivery.ambient.now();
        match due(&message, late_after(tx)?, now) {
            Due::Expired => return self.give_up(tx, job, &message, "expired", EXPIRED.to_owned()),
            Due::Late => {
                let reason = "It came due while nothing could be sent, and was too late when that was over.";
                return self.give_up(tx, job, &message, "too_late", reason.to_owned());
            }
            // The clock that found it due may be ahead of this one by a moment.
            Due::Now | Due::NotYet => {}
        }
        let verdict = ask_gate(tx, &message, now)?;
        if let Verdict::Hold(hold) = verdict {
            return self.hold(tx, job, &message, hold);
        }
        let Some(message) = self.set_free(tx, &[&message], now)?.pop() else { return Ok(Plan::Nothing) };
        self.set_out(tx, job, message, Some(verdict))
    }

    /// A queued message leaves by its line, or by one that stands in while that one's breaker is open.
    fn set_out(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: Message,
        verdict: Option<Verdict>,
    ) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        if let Some(other) = self.pace.detour(message.line_id) {
            record::move_to_line(tx, delivery, job, &message, &other)?;
            return Ok(Plan::Nothing);
        }
        if job.parked && !delivery.jobs.join_line(tx, job, now)? {
            return Ok(Plan::Nothing);
        }
        if !self.node.is_fresh() {
            delivery.jobs.postpone(tx, job, now.plus(LEASE_STALE))?;
            return Ok(Plan::Nothing);
        }
        if message.expires_at.is_some_and(|at| at <= now) {
            return self.give_up(tx, job, &message, "expired", EXPIRED.to_owned());
        }
        let verdict = match verdict {
            Some(verdict) => verdict,
            None => ask_gate(tx, &message, now)?,
        };
        let pass = match verdict {
            Verdict::Allow(pass) => pass,
            Verdict::Hold(hold) => return self.hold(tx, job, &message, hold),
            Verdict::Refuse { code, reason } => return self.give_up(tx, job, &message, code, reason),
        };
        // Nothing of the above may stand if it cannot go: it must not keep a place in the line before the one that
        // it waits for.
        let planned = self.intend(tx, vec![Ready { job, message, pass }], now)?.remove(&job.subject);
        planned.ok_or_else(|| StoreError::Refused(HELD_UP.to_owned()))
    }

    /// It may leave only later: it steps out of the line, and those behind it go on.
    fn hold(&self, tx: &mut Tx<'_>, job: &Job, message: &Message, hold: Hold) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let until = hold.until;
        let mut step = self.step(message, Event::Held, "held by the gate", now);
        step.facts.hold = Some(hold);
        messages::save(tx, &delivery.events, now, step)?;
        delivery.jobs.park(tx, job, until)?;
        Ok(Plan::Nothing)
    }

    /// It will not leave any more: a dead letter, with the reason.
    fn give_up(
        &self,
        tx: &mut Tx<'_>,
        job: &Job,
        message: &Message,
        code: &str,
        reason: String,
    ) -> Result<Plan> {
        let (delivery, now) = (&self.delivery, self.delivery.ambient.now());
        let mut step = self.step(message, Event::GivenUp, "refused by the gate", now);
        step.facts.error = Some((Some(code.to_owned()), reason));
        messages::save(tx, &delivery.events, now, step)?;
        delivery.jobs.finish(tx, job)?;
        Ok(Plan::Nothing)
    }
}

/// Whether a plan failed because another message to the same recipient is unresolved, which the job order
/// usually prevents.
pub(super) fn is_held_up(error: &StoreError) -> bool {
    matches!(error, StoreError::Refused(why) if why == HELD_UP)
}

/// Nobody's consent changes between the gate's word and the intent.
fn hold_recipients(tx: &mut Tx<'_>, jobs: &[Job]) -> Result<()> {
    let keys = jobs.iter().filter_map(|job| job.order_key.as_deref());
    compliance::hold_addresses(tx, keys.filter_map(recipient_of))
}

fn ask_gate(tx: &mut Tx<'_>, message: &Message, now: Timestamp) -> Result<Verdict> {
    gate::ask(tx, &[message], now)?.pop().ok_or(StoreError::RowCount { expected: 1, changed: 0 })
}

fn is_due(message: &Message, late_after: Option<Duration>, now: Timestamp) -> bool {
    matches!(due(message, late_after, now), Due::Now | Due::NotYet)
}

/// Whether a message may still leave. Only what was scheduled can be late: a hold is nobody's fault.
fn due(message: &Message, late_after: Option<Duration>, now: Timestamp) -> Due {
    let scheduled = message.scheduled_at.filter(|_| message.outgoing.state == MessageState::Scheduled);
    schedule::due(scheduled.unwrap_or(now), now, message.expires_at, late_after)
}

/// How late what was scheduled may leave; `None`: at any time.
fn late_after(tx: &mut Tx<'_>) -> Result<Option<Duration>> {
    let late = compliance::load_settings(tx)?.late;
    Ok((late.action != LateAction::Send).then(|| Duration::from_secs(late.after_seconds.into())))
}
