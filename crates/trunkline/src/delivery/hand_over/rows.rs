//! The rows of hand-overs, and of the attempts they are.
//!
//! An attempt to hand over is none of those that the index of unresolved attempts keeps apart: a reply must not
//! wait until tonight's reminder is settled. An index of their own lets one be in doubt per line and recipient. Look-ups stay unambiguous all the same: a message that waits at
//! the provider is never taken for one that was sent, nor the reverse (`lookup.rs`, `look.rs`).

use sha2::{Digest, Sha256};
use trunkline_domain::hand_over::{HandOver, Stage};
use trunkline_domain::ids::{AttemptId, LineId, MessageId};
use trunkline_domain::message::DoubtPolicy;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row as StoreRow, Tx, sql};

use super::wishes::Wishes;
use crate::inbox::messages::Message;

/// A hand-over as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) message_id: MessageId,
    /// The attempt it is.
    pub(super) number: u32,
    pub(super) line_id: LineId,
    pub(super) hand_over: HandOver,
    pub(super) provider_message_id: Option<String>,
    /// What is to be done with the message once it is ours again, in order.
    pub(super) wishes: Wishes,
    /// What the gate said may no longer hold.
    pub(super) ask_gate: bool,
    pub(super) started_at: Timestamp,
}

fn read(row: &StoreRow<'_>) -> Result<Row> {
    let policy: String = row.get(11)?;
    Ok(Row {
        message_id: row.get(0)?,
        number: row.get(1)?,
        line_id: row.get(2)?,
        hand_over: HandOver {
            stage: row.parse(3)?,
            leaves_at: row.get(4)?,
            wanted_back: row.get(5)?,
            checks: row.get(6)?,
            policy: if policy == "never_twice" { DoubtPolicy::NeverTwice } else { DoubtPolicy::MustArrive },
        },
        provider_message_id: row.get(7)?,
        wishes: Wishes::read(row.get(8)?),
        ask_gate: row.get(9)?,
        started_at: row.get(10)?,
    })
}

/// The hand-over of a message that is not over, held until the transaction ends.
pub(super) fn open(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<Row>> {
    tx.query_opt(
        sql!(
            sqlite: "select h.message_id, h.number, h.line_id, h.stage, h.leaves_at, h.wanted_back, h.checks, \
                     h.provider_message_id, h.wishes, h.ask_gate, h.at, m.policy \
                     from hand_overs h join messages m on m.id = h.message_id \
                     where h.message_id = $1 and h.is_open",
            postgres: "select h.message_id, h.number, h.line_id, h.stage, h.leaves_at, h.wanted_back, h.checks, \
                       h.provider_message_id, h.wishes, h.ask_gate, h.at, m.policy \
                       from hand_overs h join messages m on m.id = h.message_id \
                       where h.message_id = $1 and h.is_open for update of h"
        ),
        &[message.into()],
        read,
    )
}

/// One hand-over of a message, held until the transaction ends.
pub(super) fn load(tx: &mut Tx<'_>, message: MessageId, number: u32) -> Result<Option<Row>> {
    tx.query_opt(
        sql!(
            sqlite: "select h.message_id, h.number, h.line_id, h.stage, h.leaves_at, h.wanted_back, h.checks, \
                     h.provider_message_id, h.wishes, h.ask_gate, h.at, m.policy \
                     from hand_overs h join messages m on m.id = h.message_id \
                     where h.message_id = $1 and h.number = $2",
            postgres: "select h.message_id, h.number, h.line_id, h.stage, h.leaves_at, h.wanted_back, h.checks, \
                       h.provider_message_id, h.wishes, h.ask_gate, h.at, m.policy \
                       from hand_overs h join messages m on m.id = h.message_id \
                       where h.message_id = $1 and h.number = $2 for update of h"
        ),
        &[message.into(), number.into()],
        read,
    )
}

/// The number of the hand-over that the provider knows under this id.
pub(super) fn number_of(
    tx: &mut Tx<'_>,
    message: MessageId,
    provider_message_id: &str,
) -> Result<Option<u32>> {
    tx.query_opt(
        sql!("select number from hand_overs where message_id = $1 and provider_message_id = $2"),
        &[message.into(), provider_message_id.into()],
        |row| row.get(0),
    )
}

/// The message that was handed over under this id, at any time.
pub(in crate::delivery) fn message_of(
    tx: &mut Tx<'_>,
    line: LineId,
    provider_message_id: &str,
) -> Result<Option<MessageId>> {
    tx.query_opt(
        sql!("select message_id from hand_overs where line_id = $1 and provider_message_id = $2"),
        &[line.into(), provider_message_id.into()],
        |row| row.get(0),
    )
}

/// Whether this is a message that was handed over: it is none that was sent at once.
pub(in crate::delivery) fn knows(tx: &mut Tx<'_>, line: LineId, provider_message_id: &str) -> Result<bool> {
    message_of(tx, line, provider_message_id).map(|found| found.is_some())
}

/// Whether it is not known of another hand-over to the same person what the provider calls it. The caller holds
/// the address.
pub(super) fn another_is_in_doubt(tx: &mut Tx<'_>, message: &Message) -> Result<bool> {
    tx.query_opt(
        sql!(
            "select 1 from hand_overs where line_id = $1 and recipient = $2 and is_open \
             and provider_message_id is null limit 1"
        ),
        &[message.line_id.into(), message.to.as_str().into()],
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}

/// Writes the intent down: the attempt, and the hand-over that it is.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    attempt: AttemptId,
    message: &Message,
    leaves_at: Timestamp,
    epoch: i64,
    now: Timestamp,
) -> Result<Row> {
    let number: u32 = tx.query_one(
        sql!("select coalesce(max(number), 0) + 1 from attempts where message_id = $1"),
        &[message.id.into()],
        |row| row.get(0),
    )?;
    tx.execute_exactly(
        1,
        sql!(
            "insert into attempts (id, message_id, number, line_id, recipient, epoch, body_hash, started_at, unresolved, \
             outcome) values ($1, $2, $3, $4, $5, $6, $7, $8, false, 'handing over')"
        ),
        &[
            attempt.into(),
            message.id.into(),
            i64::from(number).into(),
            message.line_id.into(),
            message.to.as_str().into(),
            epoch.into(),
            Sha256::digest(message.body.as_bytes()).to_vec().into(),
            now.into(),
        ],
    )?;
    let row = Row {
        message_id: message.id,
        number,
        line_id: message.line_id,
        hand_over: HandOver::new(leaves_at, message.outgoing.policy),
        provider_message_id: None,
        wishes: Wishes::default(),
        ask_gate: false,
        started_at: now,
    };
    tx.execute_exactly(
        1,
        sql!(
            "insert into hand_overs (message_id, number, line_id, recipient, stage, is_open, leaves_at, wanted_back, \
             wishes, ask_gate, checks, at) values ($1, $2, $3, $4, $5, true, $6, false, $7, false, 0, $8)"
        ),
        &[
            message.id.into(),
            i64::from(number).into(),
            message.line_id.into(),
            message.to.as_str().into(),
            row.hand_over.stage.as_str().into(),
            leaves_at.into(),
            row.wishes.written().into(),
            now.into(),
        ],
    )?;
    Ok(row)
}

/// Writes back what a step made of it.
pub(super) fn save(tx: &mut Tx<'_>, row: &Row) -> Result<()> {
    let HandOver { stage, wanted_back, checks, .. } = row.hand_over;
    tx.execute_exactly(
        1,
        sql!(
            "update hand_overs set stage = $3, is_open = $4, provider_message_id = $5, wanted_back = $6, wishes = $7, \
             ask_gate = $8, checks = $9 where message_id = $1 and number = $2"
        ),
        &[
            row.message_id.into(),
            i64::from(row.number).into(),
            stage.as_str().into(),
            stage.is_open().into(),
            row.provider_message_id.clone().into(),
            wanted_back.into(),
            row.wishes.written().into(),
            row.ask_gate.into(),
            checks.into(),
        ],
    )
}

/// Notes that what the gate said of an open one may no longer hold; where it stands.
pub(super) fn ask_gate(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<Stage>> {
    tx.query_opt(
        sql!("update hand_overs set ask_gate = true where message_id = $1 and is_open returning stage"),
        &[message.into()],
        |row| row.parse(0),
    )
}

/// How the request to keep it ended, in a word, and the provider's error if there was one.
pub(super) fn end_attempt(
    tx: &mut Tx<'_>,
    row: &Row,
    now: Timestamp,
    outcome: &str,
    error: Option<(Option<String>, String)>,
) -> Result<()> {
    let (code, text) = error.map_or((None, None), |(code, text)| (code, Some(text)));
    tx.execute_exactly(
        1,
        sql!(
            "update attempts set ended_at = coalesce(ended_at, $3), outcome = $4, error_code = coalesce($5, error_code), \
             error_text = coalesce($6, error_text) where message_id = $1 and number = $2"
        ),
        &[
            row.message_id.into(),
            i64::from(row.number).into(),
            now.into(),
            outcome.into(),
            code.into(),
            text.into(),
        ],
    )
}
