//! The reckoning: the tables against the provider's ledger and what people were told.

use std::collections::BTreeMap;
use std::time::Duration;

use trunkline_domain::hand_over::Stage;
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{DoubtPolicy, MessageState};

use crate::findings::Broken;
use crate::store::{Kind, Message, Sid, Tables};
use crate::world::{Accepted, STORM, World};

/// How long calling a message off may take when nothing is in the way but a job that waits to be tried again.
const CALL_BACK_MAX: Duration = Duration::from_secs(400);

/// How much happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages accepted from authors.
    pub messages: u64,
    /// Messages the provider accepted.
    pub accepted: u64,
    /// Texts from phones.
    pub texts: u64,
    /// Messages marked as possibly doubled.
    pub possibly_doubled: u64,
    /// Messages left to a person in doubt.
    pub parked: u64,
    /// Messages that the provider kept until their time, and sent.
    pub kept: u64,
    /// Messages that it gave back.
    pub given_back: u64,
}

/// The copies that the provider has of each message, in the order in which it accepted them.
type Copies = BTreeMap<MessageId, Vec<Accepted>>;

pub(crate) fn audit(world: &World) {
    let mut copies = Copies::new();
    for item in world.provider.accepted.borrow().iter() {
        // What was called off before its time never left.
        if let Some(from) = item.from.filter(|_| item.state != MessageState::Canceled) {
            copies.entry(from.id).or_default().push(item.clone());
        }
    }
    world.store.look(|tables| {
        work(world, tables);
        texts(world, tables);
        requests(world, tables);
        for (id, message) in &tables.messages {
            let copies = copies.get(id).map_or(&[][..], Vec::as_slice);
            outcome(world, tables, *id, message);
            doubles(world, message, copies);
            agreement(world, *id, message, copies);
        }
        order(world, &copies);
        receipts(world, tables);
    });
    stops(world);
    for circle in world.store.deadlocks() {
        world.witness.find(Broken::Deadlock, circle);
    }
}

pub(crate) fn counts(world: &World) -> Counts {
    let number = |count: usize| count as u64;
    world.store.look(|tables| {
        let messages = || tables.messages.values().map(|message| message.outgoing);
        Counts {
            messages: number(tables.messages.len()),
            accepted: number(world.provider.accepted.borrow().len()),
            texts: number(world.provider.texts.borrow().len()),
            possibly_doubled: number(messages().filter(|message| message.possibly_doubled).count()),
            parked: number(messages().filter(|message| message.state == MessageState::Unknown).count()),
            kept: number(tables.kept.values().filter(|kept| kept.hand_over.stage == Stage::Left).count()),
            given_back: number(
                tables.kept.values().filter(|kept| kept.hand_over.stage == Stage::TakenBack).count(),
            ),
        }
    })
}

/// Nothing that was kept leaves to somebody who said STOP, if there was time to call it off in the calm.
fn stops(world: &World) {
    let storm_over = crate::executor::micros(STORM);
    let stopped_at = world.witness.stopped_at.borrow();
    for item in world.provider.accepted.borrow().iter() {
        let stopped = stopped_at.get(&item.to).is_some_and(|at| *at < storm_over);
        let late = item.left_at.is_some_and(|at| at > storm_over + crate::executor::micros(CALL_BACK_MAX));
        if stopped && late {
            world.witness.find(Broken::LeftAfterStop, format!("{} to phone {}", item.sid, item.to));
        }
    }
}

fn work(world: &World, tables: &Tables) {
    for (key, job) in tables.jobs.iter().filter(|((kind, _), _)| *kind != Kind::Reconcile) {
        world.witness.find(Broken::WorkLeft, format!("{key:?} {job:?}"));
    }
    for (key, _) in tables.journal.iter().filter(|(_, entry)| !entry.processed) {
        world.witness.find(Broken::WorkLeft, format!("{key:?} was not processed"));
    }
}

/// Every text is in the inbox, once; and those acknowledged are in the journal, so that it was not only
/// reconciliation that saved them.
fn texts(world: &World, tables: &Tables) {
    for text in world.provider.texts.borrow().iter() {
        let journaled = tables.journal.keys().any(|key| (key.sid, key.status) == (text.sid, 0));
        if text.acknowledged && !journaled {
            world.witness.find(Broken::AcknowledgedLost, format!("text {}", text.sid));
        }
        match tables.inbox.keys().filter(|(sid, _)| *sid == text.sid).count() {
            0 => world.witness.find(Broken::TextLost, format!("text {}", text.sid)),
            1 => {}
            times => world.witness.find(Broken::TextDoubled, format!("text {}, {times} times", text.sid)),
        }
    }
}

/// What was acknowledged to an author is there, once.
fn requests(world: &World, tables: &Tables) {
    let mut by_key: BTreeMap<u64, usize> = BTreeMap::new();
    for message in tables.messages.values() {
        *by_key.entry(message.key).or_default() += 1;
    }
    for (key, _) in by_key.iter().filter(|(_, count)| **count > 1) {
        world.witness.find(Broken::RequestDoubled, format!("request {key} made several messages"));
    }
    for (key, asked) in world.witness.asked.borrow().iter() {
        let Some((id, _)) = asked.acknowledged else { continue };
        let kept = tables.messages.get(&id);
        if kept.is_none_or(|kept| (kept.to, kept.body) != (asked.request.to, asked.request.body)) {
            world.witness.find(Broken::RequestLost, format!("request {key}"));
        }
    }
}

/// Every message ended, or is where a person sees it.
fn outcome(world: &World, tables: &Tables, id: MessageId, message: &Message) {
    let open = tables.attempts.range((id, 0)..=(id, u32::MAX)).any(|(_, attempt)| attempt.unresolved);
    let outgoing = message.outgoing;
    let ended = match outgoing.state {
        MessageState::Unknown => outgoing.policy == DoubtPolicy::NeverTwice,
        state => state == MessageState::Sent || state.is_final(),
    };
    if !ended || open {
        let what = format!("message {} is {}, attempt open: {open}", message.key, outgoing.state);
        world.witness.find(Broken::Stuck, what);
    }
}

fn doubles(world: &World, message: &Message, copies: &[Accepted]) {
    let outgoing = message.outgoing;
    let may =
        outgoing.policy == DoubtPolicy::MustArrive && outgoing.possibly_doubled && !world.climate.prompt;
    if copies.len() > 1 && !may {
        let sids: Vec<Sid> = copies.iter().map(|copy| copy.sid).collect();
        let what = format!("message {} ({:?}) as {sids:?}", message.key, outgoing.policy);
        world.witness.find(Broken::SentTwice, what);
    }
}

/// Our view of a message and the ledger's are the same.
fn agreement(world: &World, id: MessageId, message: &Message, copies: &[Accepted]) {
    let (state, key) = (message.outgoing.state, message.key);
    let Some(sid) = message.sid else {
        let passed_on =
            matches!(state, MessageState::Sent | MessageState::Delivered | MessageState::Undelivered);
        if passed_on {
            world
                .witness
                .find(Broken::NotSent, format!("message {key} is {state} without the provider's id"));
        }
        if !copies.is_empty() && world.climate.prompt {
            world.witness.find(Broken::SentUnknown, format!("message {key} is {state}"));
        }
        return;
    };
    let Some(item) = copies.iter().find(|item| item.sid == sid) else {
        if !world.climate.prompt && same_text(world, message, sid) {
            // The second copy of an earlier message, which nobody can tell from a lost first one of this.
            return;
        }
        let what = format!("message {key} ({id}) is {state} as {sid}, which is another one");
        return world.witness.find(Broken::NotSent, what);
    };
    // Given up when a look-up found nothing; what a late provider says then comes too late.
    let given_up = matches!(state, MessageState::Failed | MessageState::Canceled)
        && (message.outgoing.possibly_doubled || never_found(world, id))
        && !world.climate.prompt;
    if state.is_final() && state != item.state && !given_up {
        let what = format!("message {key} is {state}, at the provider {}", item.state);
        world.witness.find(Broken::StateDiffers, what);
    }
    if !state.is_final() && item.state.is_final() && world.polls_work() {
        world.witness.find(Broken::NotSettled, format!("message {key} is {state}, not {}", item.state));
    }
}

/// Its answer was lost, and the provider listed it only when it could not be called off any more.
fn never_found(world: &World, id: MessageId) -> bool {
    world.store.look(|tables| {
        let mut kept = tables.kept.range((id, 0)..=(id, u32::MAX));
        kept.any(|(_, kept)| kept.hand_over.stage == Stage::NotTaken)
    })
}

fn same_text(world: &World, message: &Message, sid: Sid) -> bool {
    let accepted = world.provider.accepted.borrow();
    accepted.iter().any(|item| (item.sid, item.to, item.body) == (sid, message.to, message.body))
}

/// What one person was sent reached the provider in the order in which it was acknowledged. Requests that
/// were under way together have no order; with a provider that is late without bounds neither has what it
/// accepts long after everybody gave up.
fn order(world: &World, copies: &Copies) {
    if !world.climate.prompt {
        return;
    }
    let asked = world.witness.asked.borrow();
    let sent: Vec<_> = asked
        .values()
        // What is planned leaves at its time.
        .filter(|asked| asked.request.planned_in.is_none())
        .filter_map(|asked| {
            let (id, acknowledged) = asked.acknowledged?;
            Some((asked, acknowledged, copies.get(&id)?.first()?.at))
        })
        .collect();
    for (first, acknowledged, first_at) in &sent {
        for (second, _, second_at) in &sent {
            let same = first.request.to == second.request.to;
            if same && *acknowledged < second.at && first_at > second_at {
                let what = format!("message {} before {}", second.request.key, first.request.key);
                world.witness.find(Broken::OutOfOrder, what);
            }
        }
    }
}

/// Every report that we acknowledged is kept once, with its message.
fn receipts(world: &World, tables: &Tables) {
    let mut kept: BTreeMap<(Sid, u8), (usize, usize)> = BTreeMap::new();
    for receipt in tables.receipts.values().filter(|receipt| !receipt.polled) {
        let kept = kept.entry((receipt.sid, receipt.state.rank())).or_default();
        kept.0 += 1;
        kept.1 += usize::from(receipt.message.is_none());
    }
    for reported in world.witness.reported.borrow().iter() {
        let (count, alone) = kept.get(reported).copied().unwrap_or_default();
        let what =
            format!("{} with rank {}: {count} kept, {alone} without a message", reported.0, reported.1);
        // The second copy of a doubled message may stay nobody's.
        let must_have_message = world.climate.prompt || tables.sid_owners.contains_key(&reported.0);
        if count > 1 {
            world.witness.find(Broken::ReceiptDoubled, what);
        } else if count == 0 || (alone > 0 && must_have_message) {
            world.witness.find(Broken::ReceiptLost, what);
        }
    }
}
