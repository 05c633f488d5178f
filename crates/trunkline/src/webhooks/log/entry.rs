//! An entry of the journal as a list shows it: in the words of its provider.

use serde::Serialize;
use trunkline_domain::ids::{JournalId, LineId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row};
use utoipa::ToSchema;

use super::super::dialect::Glance;
use super::super::process;
use super::mask;
use crate::jobs::Progress;

/// Characters of a text that a list shows.
const TEXT_MAX: usize = 200;
/// Characters of anything else that a provider names.
const WORD_MAX: usize = 100;

/// A webhook in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct JournalEntry {
    #[schema(value_type = Uuid)]
    pub(super) id: JournalId,
    #[schema(value_type = String, format = DateTime)]
    pub(super) received_at: Timestamp,
    /// When it first had its effect.
    #[schema(value_type = Option<String>, format = DateTime)]
    processed_at: Option<Timestamp>,
    /// From its arrival until it had its effect, in milliseconds.
    latency_ms: Option<u64>,
    /// What it is, such as `twilio.message`.
    pub(super) kind: String,
    #[schema(value_type = Option<Uuid>)]
    pub(super) line_id: Option<LineId>,
    /// Path and query as asked, without secrets.
    url: String,
    pub(super) state: Progress,
    /// How many tries have failed since it last waited.
    failed_tries: u32,
    /// When it is tried again by itself; absent when it is not.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_try_at: Option<Timestamp>,
    /// How often the provider sent the same event again. That has no effect.
    duplicates: i64,
    /// The provider's id of the message it is about.
    pub(super) session: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// The beginning of the text, of a message.
    text: Option<String>,
    /// The provider's word, of a report.
    status: Option<String>,
    error_code: Option<String>,
    /// Why the latest try failed, of one that has failed.
    pub(super) last_error: Option<String>,
}

/// What of an entry a list reads, in this order: `id, received_at, processed_at, kind, line_id, url, body,
/// duplicates`, then `attempt, due_at` of its job.
pub(super) fn read(row: &Row<'_>) -> Result<JournalEntry> {
    let (received_at, processed_at): (Timestamp, Option<Timestamp>) = (row.get(1)?, row.get(2)?);
    let (body, url): (Vec<u8>, String) = (row.get(6)?, row.get(5)?);
    let (attempt, due_at): (Option<u32>, Option<Timestamp>) = (row.get(8)?, row.get(9)?);
    let kind: String = row.get(3)?;
    let Glance { session, from, to, text, status, error_code } = process::glance(&kind, &body);
    let short = |text: Option<String>, most: usize| {
        text.map(|text| mask::address_in(&text).chars().take(most).collect::<String>())
    };
    let latency = processed_at.map(|at| at.since(received_at).as_millis());
    Ok(JournalEntry {
        id: row.get(0)?,
        received_at,
        processed_at,
        latency_ms: latency.map(|millis| u64::try_from(millis).unwrap_or(u64::MAX)),
        kind,
        line_id: row.get(4)?,
        url: mask::address(&url),
        state: Progress::of(attempt),
        failed_tries: attempt.unwrap_or_default(),
        next_try_at: due_at.filter(|at| *at < Timestamp::MAX),
        duplicates: row.get(7)?,
        session: short(session, WORD_MAX),
        from: short(from, WORD_MAX),
        to: short(to, WORD_MAX),
        text: short(text, TEXT_MAX),
        status: short(status, WORD_MAX),
        error_code: short(error_code, WORD_MAX),
        last_error: None,
    })
}
