//! The life of an outbound message: which states it goes through, when, and who is told.

use std::time::Duration;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::time::Timestamp;

use crate::callbacks::{self, Callback, Fate};
use crate::config::Timing;
use crate::faults::{Faults, Outcome, happens};
use crate::files;
use crate::record::{Record, Status};
use crate::simulator::{Simulator, Work};
use crate::whatsapp;
use crate::world::World;

/// All that will happen to a message, drawn when it is accepted so that the order of later events in
/// real time cannot change what a seed gives.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    steps: Vec<Step>,
    /// The last callback goes first.
    reordered: bool,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    /// After the step before.
    wait: Duration,
    /// Not before this time on the carrier's clock.
    not_before: Option<Timestamp>,
    status: Status,
    error_code: Option<u32>,
    /// Nothing for a state that is not called back.
    callback: Option<Fate>,
}

/// The codes that are used when the faults name no other.
struct Codes {
    unreachable: u32,
    unknown: u32,
    expired: u32,
    unsubscribed: u32,
}

const TWILIO: Codes = Codes { unreachable: 30_003, unknown: 30_008, expired: 30_036, unsubscribed: 21_610 };
const TELNYX: Codes = Codes { unreachable: 40_008, unknown: 40_004, expired: 40_014, unsubscribed: 40_300 };

/// Words of the business's own, more than a day after the customer's last (Twilio, error 63016).
const OUTSIDE_WINDOW: u32 = 63_016;

impl Codes {
    const fn of(record: &Record) -> &'static Codes {
        if record.telnyx { &TELNYX } else { &TWILIO }
    }
}

/// Draws the life of `record` from where it stands.
pub(crate) fn plan(record: &Record, faults: &Faults, timing: Timing, ambient: &Ambient) -> Plan {
    let drawer = Drawer { faults, ambient, codes: Codes::of(record) };
    let mut steps = drawer.waiting(record);
    steps.extend(drawer.leaving(record, timing));
    if let Some(done) = steps.iter().position(|step| step.status == record.status) {
        steps.drain(..=done);
    }
    Plan { steps, reordered: happens(ambient, faults.callback_reorder_rate) }
}

struct Drawer<'a> {
    faults: &'a Faults,
    ambient: &'a Ambient,
    codes: &'static Codes,
}

impl Drawer<'_> {
    fn step(&self, wait: Duration, status: Status) -> Step {
        let callback = (status != Status::Sending).then(|| Fate::draw(self.faults, self.ambient));
        Step { wait, not_before: None, status, error_code: None, callback }
    }

    /// Until it is queued: a service looks for a sender, a schedule waits for its time.
    fn waiting(&self, record: &Record) -> Vec<Step> {
        match (record.status, record.send_at) {
            (Status::Accepted, _) => vec![self.step(Duration::ZERO, Status::Queued)],
            (Status::Scheduled, not_before) => {
                vec![Step { not_before, ..self.step(Duration::ZERO, Status::Queued) }]
            }
            _ => Vec::new(),
        }
    }

    fn leaving(&self, record: &Record, timing: Timing) -> Vec<Step> {
        let validity = record.validity_s.map(|seconds| Duration::from_secs(seconds.into()));
        if let Some(validity) = validity.filter(|validity| *validity < timing.sent_after) {
            return vec![self.failed(validity, self.codes.expired)];
        }
        let half = timing.sent_after / 2;
        let sending = self.step(half, Status::Sending);
        let rest = timing.sent_after - half;
        if self.faults.outcome == Outcome::Failed {
            return vec![sending, self.failed(rest, self.faults.error_code.unwrap_or(self.codes.unknown))];
        }
        let mut steps = vec![sending, self.step(rest, Status::Sent)];
        if !happens(self.ambient, self.faults.never_delivered_rate) {
            steps.push(self.end(timing.final_after.saturating_sub(timing.sent_after)));
        }
        steps
    }

    fn end(&self, wait: Duration) -> Step {
        if self.faults.outcome == Outcome::Delivered {
            return self.step(wait, Status::Delivered);
        }
        let error_code = Some(self.faults.error_code.unwrap_or(self.codes.unreachable));
        Step { error_code, ..self.step(wait, Status::Undelivered) }
    }

    fn failed(&self, wait: Duration, code: u32) -> Step {
        Step { error_code: Some(code), ..self.step(wait, Status::Failed) }
    }
}

/// Takes a message through `plan`. Ends early if it is canceled or forgotten.
pub(crate) async fn live(simulator: &Simulator, sid: &str, plan: Plan) {
    let last = plan.steps.iter().rposition(|step| step.callback.is_some());
    let mut held: Vec<Callback> = Vec::new();
    let media = fetch_media(simulator, sid).await;
    for (index, step) in plan.steps.iter().enumerate() {
        tokio::time::sleep(step.wait).await;
        if let Some(at) = step.not_before {
            simulator.until_time(at).await;
        }
        // What cannot be fetched keeps a message from leaving.
        let step = match media {
            Err(code) if step.status != Status::Queued => {
                Step { status: Status::Failed, error_code: Some(code), ..*step }
            }
            _ => *step,
        };
        let Some(record) = advance(simulator, sid, &step) else { break };
        let callback = step.callback.and_then(|fate| callbacks::prepare(simulator, &record, fate));
        held.splice(0..0, callback);
        if !plan.reordered || Some(index) == last {
            push(simulator, std::mem::take(&mut held));
        }
        if record.status.is_final() {
            break;
        }
    }
    push(simulator, held);
}

async fn fetch_media(simulator: &Simulator, sid: &str) -> Result<(), u32> {
    let record = simulator.world().get(sid).cloned();
    match record.filter(|record| !record.status.is_final()) {
        Some(record) => files::fetch(simulator, &record).await,
        None => Ok(()),
    }
}

fn push(simulator: &Simulator, callbacks: Vec<Callback>) {
    if !callbacks.is_empty() {
        simulator.push(Work::Callbacks(callbacks));
    }
}

/// Moves a message one step on.
fn advance(simulator: &Simulator, sid: &str, step: &Step) -> Option<Record> {
    let now = simulator.ambient().now();
    let mut world = simulator.world();
    let known = world.get(sid).filter(|record| !record.status.is_final())?;
    let sender = sender_for(&world, known);
    let blocked = step.status == Status::Queued
        && sender.as_deref().is_some_and(|sender| world.is_blocked(sender, &known.to));
    let unsubscribed = Codes::of(known).unsubscribed;
    let outside_window = step.status == Status::Sent && whatsapp::is_outside_window(&world, known, now);
    let (status, error_code) = if blocked {
        (Status::Failed, Some(unsubscribed))
    } else if outside_window {
        (Status::Failed, Some(OUTSIDE_WINDOW))
    } else {
        (step.status, step.error_code)
    };
    let record = world.change(sid, now, |record| {
        record.status = status;
        record.error_code = error_code;
        record.choose_sender(sender);
        if status == Status::Sent {
            record.sent_at = Some(now);
        }
        if status.is_final() {
            record.ended_at = Some(now);
        }
    });
    drop(world);
    record.inspect(|record| simulator.announce(record))
}

/// The number a service's message leaves from: the one this phone last had to do with, else the first of
/// the pool.
fn sender_for(world: &World, record: &Record) -> Option<String> {
    if record.from.is_some() {
        return record.from.clone();
    }
    let pool = &world.service(record.service.as_deref()?)?.numbers;
    let last = world.with_address(&record.to).iter().rev().filter_map(|n| world.numbered(*n));
    let known = last.filter_map(|record| record.from.as_ref()).find(|from| pool.contains(from));
    known.or(pool.first()).cloned()
}
