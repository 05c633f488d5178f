//! What is wrong, found in what others keep, and what to do about it.

use std::time::Duration;

use trunkline_domain::alert::WEBHOOK_FAILURES;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::Alerts;
use crate::delivery::api::concerns;
use crate::incidents::{self, Incident, What};
use crate::jobs;
use crate::journal;

/// How long something that happened once is shown as an open alert.
const FRESH: Duration = Duration::from_secs(15 * 60);

/// Work that nobody has taken up for so long: nobody works.
const IDLE: Duration = Duration::from_secs(120);

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: String,
    /// What it is about; empty where there is only one such thing.
    pub(super) subject: String,
    pub(super) text: String,
}

/// All that is wrong at `now`, or went wrong since `looked_at`.
pub(super) fn findings(
    tx: &mut Tx<'_>,
    alerts: &Alerts,
    looked_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<Finding>> {
    let mut found: Vec<Finding> = concerns(tx, &alerts.sending, now)?
        .into_iter()
        .map(|concern| Finding { code: concern.code, subject: concern.subject, text: concern.text })
        .collect();
    let since = now.minus(FRESH).min(looked_at.minus(WEBHOOK_FAILURES.within));
    let incidents = incidents::since(tx, since)?;
    let errors = error_times(tx, since)?;
    found.extend(webhook_failures(&incidents, &errors, looked_at, now));
    found.extend(happened(&incidents, What::Fallback, |count, lines| {
        (
            "fallback_used",
            format!("A provider turned to the fallback address: {count} webhooks, for {lines}."),
        )
    }));
    found.extend(happened(&incidents, What::Recovered, |count, lines| {
        (
            "messages_recovered",
            format!("Messages whose webhooks never came were fetched: {count}, for {lines}."),
        )
    }));
    found.extend(idle(tx, now)?);
    Ok(found)
}

/// When the processing of webhooks failed.
fn error_times(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Timestamp>> {
    tx.query(
        sql!("select at from processing_errors where at >= $1 and kind = $2 order by at desc limit 1000"),
        &[since.into(), journal::JOB.into()],
        |row| row.get(0),
    )
}

/// Three failures within five minutes (D4). A refused signature is none: that was no provider.
fn webhook_failures(
    incidents: &[Incident],
    errors: &[Timestamp],
    looked_at: Timestamp,
    now: Timestamp,
) -> Option<Finding> {
    let is_failure = |incident: &&Incident| matches!(incident.what, What::Spooled | What::NotStored);
    let at_the_door: Vec<Timestamp> =
        incidents.iter().filter(is_failure).map(|incident| incident.at).collect();
    let all = [&at_the_door, errors].concat();
    WEBHOOK_FAILURES.is_on(&all, looked_at, now).then(|| {
        let kept = |what| incidents.iter().filter(|incident| incident.what == what).count();
        let (spooled, refused, failed) = (kept(What::Spooled), kept(What::NotStored), errors.len());
        let text = format!(
            "Webhooks fail: {failed} could not be processed, {spooled} could only be spooled, {refused} were refused, \
             in the last minutes."
        );
        Finding { code: "webhook_failures".to_owned(), subject: String::new(), text }
    })
}

/// Told of what happened, once for all of it.
fn happened(
    incidents: &[Incident],
    what: What,
    told: impl FnOnce(i64, String) -> (&'static str, String),
) -> Option<Finding> {
    let those = || incidents.iter().filter(|incident| incident.what == what);
    let mut lines: Vec<&str> = those().map(|incident| incident.line.as_str()).collect();
    lines.sort_unstable();
    lines.dedup();
    if lines.is_empty() {
        return None;
    }
    let (code, text) = told(those().map(|incident| incident.count).sum(), lines.join(", "));
    Some(Finding { code: code.to_owned(), subject: String::new(), text })
}

fn idle(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Finding>> {
    let oldest = jobs::oldest_untaken(tx, now)?;
    let Some(minutes) =
        oldest.map(|at| now.since(at)).filter(|age| *age > IDLE).map(|age| age.as_secs() / 60)
    else {
        return Ok(None);
    };
    let text = format!("Work that is due has not been taken up for {minutes} minutes.");
    Ok(Some(Finding { code: "no_worker".to_owned(), subject: String::new(), text }))
}

/// What to do about an alert, for whoever is told of it.
pub(super) fn remedy(code: &str) -> &'static str {
    match code {
        "webhook_failures" => {
            "Look at Operations, Errors. Nothing was lost: what was spooled goes in by itself, and what failed can be \
             processed again under Webhooks."
        }
        "queue_depth" | "queue_age" => {
            "Look at Operations for the line that is behind: its rate may be too low, or its provider slow."
        }
        "failure_rate" => "Look at Not delivered, grouped by reason: one reason usually stands out.",
        "dead_letters" => "Look at Not delivered: each can be sent again, changed or dismissed.",
        "line_resting" => {
            "Check the provider's status page and the line's credentials. The line tries again by itself; under Settings, \
             Lines it can be told to at once."
        }
        "webhooks_waiting" => {
            "Check that a node with the role \"work\" runs and that the database is not overloaded."
        }
        "webhooks_stuck" => {
            "Look at Operations, Webhooks: see why they failed, and have them processed again."
        }
        "no_worker" => {
            "Start a node with the role \"work\", or look at why the running ones do not take up work."
        }
        "fallback_used" => {
            "Check that the first address is reachable from outside: `trunkline doctor` asks for it as a provider would."
        }
        "messages_recovered" => {
            "Nothing to repair: they are in the inbox. Check why the webhooks did not come: addresses at the provider, the \
             proxy, or a time when nothing ran."
        }
        _ => "Look at Operations.",
    }
}
