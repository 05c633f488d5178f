//! Why signatures of webhooks did not hold, for whoever looks after a line: what it was like the last time, and what
//! to change. One row for each line and reason, however often it happens and whoever sends it.

use std::time::Duration;

use serde::Serialize;
use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;

use super::Lines;

/// A reason that comes more often is only counted meanwhile.
const WRITE_EVERY: Duration = Duration::from_secs(5);

/// What was found out about a signature that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A word for the kind of it.
    pub(crate) reason: &'static str,
    /// What it was like.
    pub(crate) told: String,
    /// What to change.
    pub(crate) fix: String,
}

/// What has been found so far.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignatureFinding)]
pub(crate) struct FindingView {
    /// `missing`, `malformed`, `other_address`, `other_line`, `clock`, `body` or `unknown_key`.
    reason: String,
    /// What it was like the last time.
    told: String,
    /// What to change.
    fix: String,
    count: i64,
    #[schema(value_type = String, format = DateTime)]
    first_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
}

/// What is known of a reason in this process.
pub(super) struct Noted {
    /// Not written down yet.
    count: i64,
    written_at: Timestamp,
}

impl Lines {
    /// Takes note of why a signature does not hold, without making anyone wait.
    pub(crate) fn note(&self, line: LineId, finding: Finding) {
        let now = self.0.ambient.now();
        let count = {
            let mut noted = self.0.noted.lock();
            let known = noted.entry((line, finding.reason));
            let fresh = matches!(known, std::collections::hash_map::Entry::Vacant(_));
            let known = known.or_insert(Noted { count: 0, written_at: now });
            known.count += 1;
            if !fresh && now.since(known.written_at) < WRITE_EVERY {
                return;
            }
            known.written_at = now;
            std::mem::take(&mut known.count)
        };
        let store = self.0.store.clone();
        tokio::spawn(async move {
            let kept = store.write_in_background(move |tx| keep(tx, line, &finding, count, now)).await;
            if let Err(error) = kept {
                tracing::debug!(%error, "why a signature does not hold could not be kept");
            }
        });
    }

    /// What was found for a line, the latest first.
    pub(crate) async fn findings(&self, line: LineId) -> Result<Vec<FindingView>> {
        self.0.store.read(move |tx| of_line(tx, line)).await
    }
}

fn keep(tx: &mut Tx<'_>, line: LineId, finding: &Finding, count: i64, now: Timestamp) -> Result<()> {
    tx.execute(
        sql!(
            "insert into signature_findings (line_id, reason, told, fix, count, first_at, last_at) \
             values ($1, $2, $3, $4, $5, $6, $6) on conflict (line_id, reason) do update set told = excluded.told, \
             fix = excluded.fix, count = signature_findings.count + excluded.count, last_at = excluded.last_at"
        ),
        &[
            line.into(),
            finding.reason.into(),
            storable(&finding.told).into(),
            storable(&finding.fix).into(),
            count.into(),
            now.into(),
        ],
    )
    .map(|_| ())
}

/// Without NUL, which PostgreSQL's texts cannot hold (PostgreSQL, "Character Types").
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn of_line(tx: &mut Tx<'_>, line: LineId) -> Result<Vec<FindingView>> {
    tx.query(
        sql!(
            "select reason, told, fix, count, first_at, last_at from signature_findings where line_id = $1 \
             order by last_at desc, reason limit 20"
        ),
        &[line.into()],
        |row| {
            Ok(FindingView {
                reason: row.get(0)?,
                told: row.get(1)?,
                fix: row.get(2)?,
                count: row.get(3)?,
                first_at: row.get(4)?,
                last_at: row.get(5)?,
            })
        },
    )
}
