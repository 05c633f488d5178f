//! Attempts: one row for each try to hand a message to a provider, written before the first byte goes out.
//!
//! A unique index lets only one attempt per line and recipient be unresolved. That keeps the messages to one
//! person in order and a look-up unambiguous, even if everything else went wrong.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use trunkline_domain::ambient::Ambient;
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

/// Writes down that messages are about to be handed over, each under the claim of this epoch. Without an attempt
/// is a message for whose recipient another one is unresolved.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    ambient: &Ambient,
    messages: &[(&Message, i64)],
    now: Timestamp,
) -> Result<HashMap<MessageId, Attempt>> {
    let rows = messages.iter().map(|(message, epoch)| {
        let id: AttemptId = ambient.id();
        [
            id.into(),
            message.id.into(),
            message.line_id.into(),
            message.to.as_str().into(),
            (*epoch).into(),
            Sha256::digest(message.body.as_bytes()).to_vec().into(),
            now.into(),
        ]
    });
    let begun = tx.query_each(
        sql!(
            sqlite: "insert into attempts (id, message_id, number, line_id, recipient, epoch, body_hash, started_at, unresolved) \
                     values ($1, $2, (select coalesce(max(number), 0) + 1 from attempts where message_id = $2), $3, $4, $5, $6, \
                     $7, true) on conflict (line_id, recipient) where unresolved do nothing returning message_id, id, number",
            postgres: "insert into attempts (id, message_id, number, line_id, recipient, epoch, body_hash, started_at, unresolved) \
                       select a.id, a.message_id, (select coalesce(max(number), 0) + 1 from attempts o \
                       where o.message_id = a.message_id), a.line_id, a.recipient, a.epoch, a.body_hash, a.started_at, true \
                       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bytea[], \
                       $7::timestamptz[]) a (id, message_id, line_id, recipient, epoch, body_hash, started_at) \
                       on conflict (line_id, recipient) where unresolved do nothing returning message_id, id, number"
        ),
        &rows.collect::<Vec<_>>(),
        |row| Ok((row.get(0)?, Attempt { id: row.get(1)?, number: row.get(2)?, started_at: now })),
    )?;
    Ok(begun.into_iter().collect())
}

/// Which of these messages have to wait because another one to the same recipient is unresolved. The caller holds
/// the recipients.
pub(super) fn held_up(tx: &mut Tx<'_>, messages: &[&Message]) -> Result<HashSet<MessageId>> {
    let rows = messages
        .iter()
        .map(|message| [message.line_id.into(), message.to.as_str().into(), message.id.into()]);
    let held_up = tx.query_each(
        sql!(
            sqlite: "select $3 from attempts where line_id = $1 and recipient = $2 and unresolved",
            postgres: "select m.id from unnest($1::uuid[], $2::text[], $3::uuid[]) m (line_id, recipient, id) \
                       join attempts a on a.line_id = m.line_id and a.recipient = m.recipient and a.unresolved"
        ),
        &rows.collect::<Vec<_>>(),
        |row| row.get(0),
    )?;
    Ok(held_up.into_iter().collect())
}

/// The unresolved attempt of a message.
pub(super) fn unresolved(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<Attempt>> {
    tx.query_opt(
        sql!("select id, number, started_at from attempts where message_id = $1 and unresolved"),
        &[message.into()],
        |row| Ok(Attempt { id: row.get(0)?, number: row.get(1)?, started_at: row.get(2)? }),
    )
}

/// How the attempts of a message stand.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    pub(super) message: MessageId,
    /// It is known whether the provider has it.
    pub(super) resolved: bool,
    /// In a word.
    pub(super) outcome: &'static str,
    /// The provider's error, if there was one.
    pub(super) error_code: Option<String>,
    pub(super) error_text: Option<String>,
}

impl Ending {
    /// The provider has it or not, and that is known.
    pub(super) fn resolved(message: MessageId, outcome: &'static str) -> Self {
        Ending { message, resolved: true, outcome, error_code: None, error_text: None }
    }
}

/// Records how the open attempts of messages stand.
pub(super) fn end(tx: &mut Tx<'_>, now: Timestamp, endings: &[Ending]) -> Result<()> {
    let rows = endings.iter().map(|ending| {
        [
            ending.message.into(),
            ending.resolved.into(),
            now.into(),
            ending.outcome.into(),
            ending.error_code.clone().into(),
            ending.error_text.clone().into(),
        ]
    });
    tx.execute_each(
        sql!(
            sqlite: "update attempts set unresolved = unresolved and not $2, ended_at = coalesce(ended_at, $3), outcome = $4, \
                     error_code = coalesce($5, error_code), error_text = coalesce($6, error_text) \
                     where message_id = $1 and unresolved",
            postgres: "update attempts a set unresolved = not e.resolved, ended_at = coalesce(a.ended_at, e.at), \
                       outcome = e.outcome, error_code = coalesce(e.error_code, a.error_code), \
                       error_text = coalesce(e.error_text, a.error_text) \
                       from unnest($1::uuid[], $2::boolean[], $3::timestamptz[], $4::text[], $5::text[], $6::text[]) \
                       e (message_id, resolved, at, outcome, error_code, error_text) \
                       where a.message_id = e.message_id and a.unresolved"
        ),
        &rows.collect::<Vec<_>>(),
    )?;
    Ok(())
}

/// The lines that a message was tried through.
pub(super) fn lines_tried(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<LineId>> {
    tx.query(sql!("select distinct line_id from attempts where message_id = $1"), &[message.into()], |row| {
        row.get(0)
    })
}
