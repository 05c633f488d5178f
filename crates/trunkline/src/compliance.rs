//! The gate: the decision to allow or refuse a message, with its reason.
//!
//! One function, [`ask`], stands before everything that leaves: it is asked when a message is accepted and
//! again right before it is handed to the provider, since someone may have opted out between the two. The
//! room must not know how messages are stored or sent.

#[cfg(test)]
mod tests;

use trunkline_domain::ids::LineId;
use trunkline_domain::keywords::Keyword;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

/// What the gate says of a message to an address through a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allow,
    Refuse {
        /// Stable, for programs.
        code: &'static str,
        /// For people: what stands against it and what would change that.
        reason: String,
    },
}

/// Whether `address` may be written to through `line` now.
pub(crate) fn ask(tx: &mut Tx<'_>, line: LineId, address: &str) -> Result<Verdict> {
    let since: Option<Timestamp> = tx.query_opt(
        sql!("select opted_out_at from opt_outs where line_id = $1 and address = $2"),
        &[line.into(), address.into()],
        |row| row.get(0),
    )?;
    Ok(since.map_or(Verdict::Allow, |since| Verdict::Refuse {
        code: "opted_out",
        reason: format!(
            "They asked not to be texted from this number on {}. They can write START to hear from you again.",
            since.to_jiff().strftime("%Y-%m-%d")
        ),
    }))
}

/// Applies what someone asked for with a keyword at the time `at`: STOP is remembered before anything else
/// can be sent, START lifts it. Texts may be processed in another order than they were written in, or be
/// fetched long after, so a START does not lift a STOP that came after it. Returns whether anything changed.
pub(crate) fn apply_keyword(
    tx: &mut Tx<'_>,
    line: LineId,
    address: &str,
    keyword: Keyword,
    evidence: &str,
    at: Timestamp,
) -> Result<bool> {
    match keyword {
        Keyword::Stop => opt_out(tx, line, address, "keyword", evidence, at),
        Keyword::Start => tx
            .execute(
                sql!("delete from opt_outs where line_id = $1 and address = $2 and opted_out_at <= $3"),
                &[line.into(), address.into(), at.into()],
            )
            .map(|lifted| lifted > 0),
        Keyword::Help => Ok(false),
    }
}

/// Remembers that `address` is not to be written to through `line`. `source` tells how we know, `evidence`
/// what was said, the latest time counts.
pub(crate) fn opt_out(
    tx: &mut Tx<'_>,
    line: LineId,
    address: &str,
    source: &str,
    evidence: &str,
    at: Timestamp,
) -> Result<bool> {
    let added = tx.execute(
        sql!(
            "insert into opt_outs (line_id, address, source, evidence, opted_out_at) values ($1, $2, $3, $4, $5) \
             on conflict (line_id, address) do update set opted_out_at = excluded.opted_out_at, \
             source = excluded.source, evidence = excluded.evidence \
             where opt_outs.opted_out_at < excluded.opted_out_at"
        ),
        &[line.into(), address.into(), source.into(), evidence.into(), at.into()],
    )?;
    Ok(added > 0)
}
