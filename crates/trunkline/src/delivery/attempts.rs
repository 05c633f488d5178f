//! Attempts: one row for each try to hand a message to a provider, written before the first byte goes out.
//!
//! A unique index lets only one attempt per line and recipient be unresolved. That keeps the messages to one
//! person in order and a look-up unambiguous, even if everything else went wrong.

use sha2::{Digest, Sha256};
use trunkline_domain::ids::{AttemptId, LineId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use crate::inbox::messages::Message;

/// An attempt that was written down.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) id: AttemptId,
    pub(super) number: u32,
    pub(super) started_at: Timestamp,
}

/// Writes down that the message is about to be handed over. Conflicts on
/// `attempts_line_id_recipient_key` while another message to the recipient is unresolved.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    id: AttemptId,
    message: &Message,
    epoch: i64,
    now: Timestamp,
) -> Result<Attempt> {
    let number = tx.query_one(
        sql!("select coalesce(max(number), 0) + 1 from attempts where message_id = $1"),
        &[message.id.into()],
        |row| row.get(0),
    )?;
    tx.execute_exactly(
        1,
        sql!(
            "insert into attempts (id, message_id, number, line_id, recipient, epoch, body_hash, started_at, unresolved) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, true)"
        ),
        &[
            id.into(),
            message.id.into(),
            i64::from(number).into(),
            message.line_id.into(),
            message.to.as_str().into(),
            epoch.into(),
            Sha256::digest(message.body.as_bytes()).to_vec().into(),
            now.into(),
        ],
    )?;
    Ok(Attempt { id, number, started_at: now })
}

/// The unresolved attempt of a message.
pub(super) fn unresolved(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<Attempt>> {
    tx.query_opt(
        sql!("select id, number, started_at from attempts where message_id = $1 and unresolved"),
        &[message.into()],
        |row| Ok(Attempt { id: row.get(0)?, number: row.get(1)?, started_at: row.get(2)? }),
    )
}

/// How an attempt ended, in a word, and the provider's error if there was one.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    pub(super) outcome: &'static str,
    pub(super) error_code: Option<String>,
    pub(super) error_text: Option<String>,
}

/// Records how the message's attempts stand: `resolved` when it is known whether the provider has it.
pub(super) fn end(
    tx: &mut Tx<'_>,
    message: MessageId,
    now: Timestamp,
    resolved: bool,
    ending: Ending,
) -> Result<()> {
    tx.execute(
        sql!(
            "update attempts set unresolved = unresolved and not $2, ended_at = coalesce(ended_at, $3), outcome = $4, \
             error_code = coalesce($5, error_code), error_text = coalesce($6, error_text) \
             where message_id = $1 and unresolved"
        ),
        &[
            message.into(),
            resolved.into(),
            now.into(),
            ending.outcome.into(),
            ending.error_code.into(),
            ending.error_text.into(),
        ],
    )?;
    Ok(())
}

/// The lines that a message was tried through.
pub(super) fn lines_tried(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<LineId>> {
    tx.query(sql!("select distinct line_id from attempts where message_id = $1"), &[message.into()], |row| {
        row.get(0)
    })
}
