//! The tables that the protocol relies on. A unique index is a table of its own: who inserts into it holds
//! its key, as both engines do it.

use std::collections::BTreeMap;

use trunkline_domain::hand_over::HandOver;
use trunkline_domain::ids::{JobId, JournalId, MessageId, ReceiptId};
use trunkline_domain::keywords::Keyword;
use trunkline_domain::message::{MessageState, Outgoing};
use trunkline_domain::time::Timestamp;
use uuid::Uuid;

/// A person's number.
pub(crate) type Phone = u8;
/// The provider's id of a message.
pub(crate) type Sid = u32;

/// An outbound message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The idempotency key it was asked for with; short enough to name it in a trace.
    pub(crate) key: u64,
    pub(crate) to: Phone,
    pub(crate) body: u32,
    pub(crate) sid: Option<Sid>,
    /// When it is to leave, if not at once.
    pub(crate) planned_for: Option<Timestamp>,
    pub(crate) outgoing: Outgoing,
}

/// A planned message that the provider is asked to keep until its time.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) to: Phone,
    pub(crate) hand_over: HandOver,
    pub(crate) sid: Option<Sid>,
    /// What is wanted of it meanwhile.
    pub(crate) wishes: Vec<Wish>,
    pub(crate) ask_gate: bool,
    pub(crate) started_at: Timestamp,
}

/// What people want of a message that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Cancel,
    SendNow,
}

/// An inbound message in its thread.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) from: Phone,
    /// What it asks for, if it consists of a keyword.
    pub(crate) keyword: Option<Keyword>,
}

/// Unique index: whose an id of the provider's is.
#[derive(Clone, Debug)]
pub(crate) struct SidOwner(pub(crate) MessageId);

/// Unique index: what an idempotency key was used for.
#[derive(Clone, Debug)]
pub(crate) struct KeyUse(pub(crate) MessageId);

/// Unique index: the one unresolved attempt to a recipient.
#[derive(Clone, Debug)]
pub(crate) struct OpenAttempt;

/// One try to hand a message over.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) to: Phone,
    pub(crate) started_at: Timestamp,
    pub(crate) unresolved: bool,
}

/// A provider's word on a message.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    pub(crate) message: Option<MessageId>,
    pub(crate) sid: Sid,
    pub(crate) state: MessageState,
    pub(crate) polled: bool,
}

/// Our mark in the address of a report: the message and the attempt.
pub(crate) type Mark = (MessageId, u32);

/// A webhook's content.
#[derive(Clone, Debug)]
pub(crate) enum Webhook {
    Text { sid: Sid, from: Phone, body: String },
    Status { sid: Sid, state: MessageState, mark: Option<Mark> },
}

/// What names a provider's event, and so a journal entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventKey {
    pub(crate) sid: Sid,
    /// The rank of the status reported; 0 for a text.
    pub(crate) status: u8,
    /// Always 0, unless a planted bug lets the same event in again.
    pub(crate) copy: u32,
}

/// One webhook as received.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: JournalId,
    pub(crate) webhook: Webhook,
    pub(crate) received_at: Timestamp,
    pub(crate) processed: bool,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Journal,
    Send,
    Settle,
    Reconcile,
    HandOver,
}

/// What a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Entry(EventKey),
    Message(MessageId),
    Line,
}

pub(crate) type JobKey = (Kind, Subject);

/// A piece of work.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) order_key: Option<Phone>,
    pub(crate) due_at: Timestamp,
    pub(crate) ready_at: Timestamp,
    pub(crate) attempt: u32,
    pub(crate) epoch: Option<i64>,
    /// How often it was claimed: tells one claim of a node from its next.
    pub(crate) claims: u32,
    /// Its place among those with its order key, given under the order lock.
    pub(crate) position: u32,
}

/// Someone who is not to be written to, and since when.
#[derive(Clone, Debug)]
pub(crate) struct OptOut(pub(crate) Timestamp);

/// A node and its last sign of life.
#[derive(Clone, Debug)]
pub(crate) struct NodeRow {
    pub(crate) name: usize,
    pub(crate) heartbeat_at: Timestamp,
}

/// A table: where it is kept, and how a row of it is named when it is locked.
pub(crate) trait Table: Clone + 'static {
    type Key: Ord + Copy + 'static;
    const NUMBER: u8;
    fn committed(tables: &Tables) -> &BTreeMap<Self::Key, Self>;
    fn changed(layer: &Layer) -> &BTreeMap<Self::Key, Option<Self>>;
    fn changed_mut(layer: &mut Layer) -> &mut BTreeMap<Self::Key, Option<Self>>;
    fn name(key: &Self::Key) -> u128;
}

macro_rules! tables {
    ($($field:ident: $row:ty, $key:ty, $number:literal, $name:expr;)+) => {
        /// What is committed.
        #[derive(Default)]
        pub(crate) struct Tables { $(pub(crate) $field: BTreeMap<$key, $row>,)+ }

        /// Changes on top of it; `None` deletes.
        #[derive(Clone, Default)]
        pub(crate) struct Layer { $(pub(crate) $field: BTreeMap<$key, Option<$row>>,)+ }

        impl Layer {
            /// Puts `self` on top of `below`.
            pub(crate) fn onto(self, below: &mut Layer) {
                $(below.$field.extend(self.$field);)+
            }

            /// Makes the changes part of what is committed.
            pub(crate) fn into(self, tables: &mut Tables) {
                $(for (key, row) in self.$field {
                    match row {
                        Some(row) => { tables.$field.insert(key, row); }
                        None => { tables.$field.remove(&key); }
                    }
                })+
            }
        }

        $(impl Table for $row {
            type Key = $key;
            const NUMBER: u8 = $number;
            fn committed(tables: &Tables) -> &BTreeMap<$key, $row> { &tables.$field }
            fn changed(layer: &Layer) -> &BTreeMap<$key, Option<$row>> { &layer.$field }
            fn changed_mut(layer: &mut Layer) -> &mut BTreeMap<$key, Option<$row>> { &mut layer.$field }
            fn name(key: &$key) -> u128 { let name: fn(&$key) -> u128 = $name; name(key) }
        })+
    };
}

tables! {
    messages: Message, MessageId, 1, |id| Uuid::from(*id).as_u128();
    inbox: Received, (Sid, u32), 2, |(sid, copy)| u128::from(*sid) << 32 | u128::from(*copy);
    sid_owners: SidOwner, Sid, 3, |sid| u128::from(*sid);
    key_uses: KeyUse, u64, 4, |key| u128::from(*key);
    open_attempts: OpenAttempt, Phone, 5, |phone| u128::from(*phone);
    attempts: Attempt, (MessageId, u32), 6, |(id, number)| Uuid::from(*id).as_u128().wrapping_add(u128::from(*number));
    receipts: Receipt, ReceiptId, 7, |id| Uuid::from(*id).as_u128();
    journal: Entry, EventKey, 8, name_of_event;
    jobs: Job, JobKey, 9, name_of_job;
    opt_outs: OptOut, Phone, 10, |phone| u128::from(*phone);
    kept: Kept, (MessageId, u32), 12, |(id, number)| Uuid::from(*id).as_u128().wrapping_add(u128::from(*number));
    nodes: NodeRow, i64, 11, |epoch| u128::from(epoch.unsigned_abs());
}

fn name_of_event(key: &EventKey) -> u128 {
    u128::from(key.sid) << 64 | u128::from(key.status) << 32 | u128::from(key.copy)
}

fn name_of_job((kind, subject): &JobKey) -> u128 {
    let subject = match subject {
        Subject::Entry(key) => name_of_event(key),
        Subject::Message(id) => Uuid::from(*id).as_u128(),
        Subject::Line => 0,
    };
    subject.wrapping_mul(8).wrapping_add(*kind as u128)
}
