//! The consent ledger: every word on consent, kept as evidence and never changed; and blocked addresses.

use serde::Serialize;
use trunkline_domain::ids::{LineId, RecordId, UserId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;
use uuid::Uuid;

/// One word on consent, to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) id: RecordId,
    pub(crate) at: Timestamp,
    pub(crate) address: &'a str,
    /// `None`: for every line.
    pub(crate) line: Option<LineId>,
    /// `marketing`, `transactional`, or `any`.
    pub(crate) purpose: &'a str,
    /// `given` or `revoked`.
    pub(crate) status: &'a str,
    /// How we know: `keyword`, `provider`, `review`, a form's name.
    pub(crate) source: &'a str,
    /// The words they agreed to.
    pub(crate) wording: Option<&'a str>,
    /// The words they said it with, or where it can be found.
    pub(crate) evidence: Option<&'a str>,
    /// Who wrote it down.
    pub(crate) by: Option<(UserId, &'a str)>,
}

/// Keeps a word on consent.
pub(crate) fn record(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into consents (id, at, address, line_id, purpose, status, source, wording, evidence, by_id, by_name) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        &[
            entry.id.into(),
            entry.at.into(),
            entry.address.into(),
            entry.line.into(),
            entry.purpose.into(),
            entry.status.into(),
            entry.source.into(),
            entry.wording.into(),
            entry.evidence.into(),
            entry.by.map(|(id, _)| id).into(),
            entry.by.map(|(_, name)| name).into(),
        ],
    )
}

/// A word on consent as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentView {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// The line it counts for; `null`: all of them.
    line_id: Option<Uuid>,
    purpose: String,
    status: String,
    source: String,
    wording: Option<String>,
    evidence: Option<String>,
    by: Option<String>,
}

/// What is on record for an address, newest first.
pub(super) fn history(tx: &mut Tx<'_>, address: &str) -> Result<Vec<ConsentView>> {
    tx.query(
        sql!(
            "select id, at, line_id, purpose, status, source, wording, evidence, by_name from consents \
             where address = $1 order by at desc, id desc limit 200"
        ),
        &[address.into()],
        |row| {
            Ok(ConsentView {
                id: row.get(0)?,
                at: row.get(1)?,
                line_id: row.get(2)?,
                purpose: row.get(3)?,
                status: row.get(4)?,
                source: row.get(5)?,
                wording: row.get(6)?,
                evidence: row.get(7)?,
                by: row.get(8)?,
            })
        },
    )
}

/// Why an address is not written to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    reason: Option<String>,
    by: Option<String>,
}

pub(super) fn block_of(tx: &mut Tx<'_>, address: &str) -> Result<Option<BlockView>> {
    tx.query_opt(
        sql!("select at, reason, by_name from blocks where address = $1"),
        &[address.into()],
        |row| Ok(BlockView { at: row.get(0)?, reason: row.get(1)?, by: row.get(2)? }),
    )
}

pub(super) fn block(
    tx: &mut Tx<'_>,
    address: &str,
    at: Timestamp,
    reason: Option<&str>,
    by: (UserId, &str),
) -> Result<()> {
    tx.execute(
        sql!(
            "insert into blocks (address, at, reason, by_id, by_name) values ($1, $2, $3, $4, $5) \
             on conflict (address) do update set reason = excluded.reason"
        ),
        &[address.into(), at.into(), reason.into(), by.0.into(), by.1.into()],
    )?;
    Ok(())
}

pub(super) fn unblock(tx: &mut Tx<'_>, address: &str) -> Result<bool> {
    Ok(tx.execute(sql!("delete from blocks where address = $1"), &[address.into()])? > 0)
}
