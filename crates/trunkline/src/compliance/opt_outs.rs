//! Opt-outs: what was asked for by keyword, or what a carrier tells us of it.

use trunkline_domain::ids::{LineId, RecordId};
use trunkline_domain::keywords::Keyword;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::ledger::{self, Entry};

/// Who said it, through which line, when and in which words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// The id of the record it becomes.
    pub(crate) record: RecordId,
    pub(crate) line: LineId,
    pub(crate) address: &'a str,
    pub(crate) words: &'a str,
    pub(crate) at: Timestamp,
}

/// Applies what someone asked for with a keyword: STOP is remembered before anything else can be sent, START
/// lifts it. Texts may be processed in another order than they were written in, or be fetched long after, so
/// a START does not lift a STOP that came after it. Returns whether anything changed.
pub(crate) fn apply_keyword(tx: &mut Tx<'_>, keyword: Keyword, said: &Said<'_>) -> Result<bool> {
    hold_addresses(tx, [(said.line, said.address)])?;
    match keyword {
        Keyword::Stop => opt_out(tx, "keyword", said),
        Keyword::Start => opt_in(tx, said),
        Keyword::Help => Ok(false),
    }
}

/// Held by whoever changes what an address allows, and by whoever is about to write to it: a STOP and the
/// intent to send come one after the other, and whichever is second knows of the first.
///
/// It is always taken before the rows of messages, so that nobody waits in a circle.
pub(crate) fn hold_addresses<'a>(
    tx: &mut Tx<'_>,
    addresses: impl IntoIterator<Item = (LineId, &'a str)>,
) -> Result<()> {
    tx.lock_all(addresses.into_iter().map(|(line, address)| format!("address/{line}/{address}")))
}

fn opt_in(tx: &mut Tx<'_>, said: &Said<'_>) -> Result<bool> {
    let lifted = tx.execute(
        sql!("delete from opt_outs where line_id = $1 and address = $2 and opted_out_at <= $3"),
        &[said.line.into(), said.address.into(), said.at.into()],
    )?;
    if lifted > 0 {
        ledger::record(tx, &entry(said, "given", "keyword"))?;
    }
    Ok(lifted > 0)
}

/// Remembers that the address is not to be written to through the line. `source` tells how we know; the
/// latest time counts.
pub(crate) fn opt_out(tx: &mut Tx<'_>, source: &'static str, said: &Said<'_>) -> Result<bool> {
    hold_addresses(tx, [(said.line, said.address)])?;
    let added = tx.execute(
        sql!(
            "insert into opt_outs (line_id, address, source, evidence, opted_out_at) values ($1, $2, $3, $4, $5) \
             on conflict (line_id, address) do update set opted_out_at = excluded.opted_out_at, \
             source = excluded.source, evidence = excluded.evidence \
             where opt_outs.opted_out_at < excluded.opted_out_at"
        ),
        &[said.line.into(), said.address.into(), source.into(), said.words.into(), said.at.into()],
    )?;
    if added > 0 {
        ledger::record(tx, &entry(said, "revoked", source))?;
    }
    Ok(added > 0)
}

fn entry<'a>(said: &Said<'a>, status: &'static str, source: &'a str) -> Entry<'a> {
    Entry {
        id: said.record,
        at: said.at,
        address: said.address,
        line: Some(said.line),
        purpose: "any",
        status,
        source,
        wording: None,
        evidence: Some(said.words),
        by: None,
    }
}
