//! The job that says a word to somebody outside.

use uuid::Uuid;

use super::rows::{self, Alert, Notice};
use super::tell::{self, Words};
use super::{Alerts, rules};
use crate::config::AlertTarget;
use crate::jobs::{Failure, Handlers, Job, claim_was_lost};

pub(super) const JOB: &str = "alert_notice";

/// Registers the job of this room.
pub(crate) fn handlers(alerts: &Alerts, handlers: &mut Handlers) {
    let alerts = alerts.clone();
    handlers.add(JOB, move |job| say(alerts.clone(), job));
}

/// Says it, and keeps that it was said or why not. Who dies in between says it again: better twice than not at all.
async fn say(alerts: Alerts, job: Job) -> Result<(), Failure> {
    let id: Uuid = job.subject;
    let found = alerts
        .store
        .read(move |tx| {
            let Some(notice) = rows::notice(tx, id)? else { return Ok(None) };
            let alert = notice.alert_id.map(|alert| rows::load(tx, alert)).transpose()?.flatten();
            Ok(Some((notice, alert)))
        })
        .await?;
    // Whoever is no longer named in the configuration is told nothing.
    let target = found.as_ref().and_then(|(notice, _)| target_of(&alerts, notice));
    let said = match (&found, target) {
        (Some((notice, alert)), Some(target)) => {
            tell::tell(&alerts, target, &words(&alerts, notice, alert.as_ref())).await
        }
        _ => Err("it is no longer in the configuration".to_owned()),
    };
    let (jobs, now) = (alerts.jobs.clone(), alerts.ambient.now());
    let is_vain = target.is_none();
    let failed = said.clone().err();
    let kept = alerts.store.write_in_background(move |tx| {
        rows::settle(tx, id, said.as_ref().map(|()| now).map_err(String::as_str))?;
        if said.is_ok() || is_vain { jobs.finish(tx, &job) } else { Ok(()) }
    });
    match kept.await {
        Err(error) if claim_was_lost(&error) => return Ok(()),
        kept => kept?,
    }
    match failed {
        Some(error) if !is_vain => Err(anyhow::anyhow!("an alert could not be told: {error}").into()),
        _ => Ok(()),
    }
}

fn target_of(alerts: &Alerts, notice: &Notice) -> Option<AlertTarget> {
    alerts.settings.targets().into_iter().find(|target| target.as_str() == notice.target)
}

fn words(alerts: &Alerts, notice: &Notice, alert: Option<&Alert>) -> Words {
    let link = alerts.base_url.as_ref().map(|base| format!("{base}/operations/alerts"));
    Words {
        id: notice.id,
        happened: notice.happened.clone(),
        installation: alerts.installation.clone(),
        at: notice.at,
        alert_id: alert.map(|alert| alert.id),
        code: alert.map_or_else(|| "test".to_owned(), |alert| alert.code.clone()),
        subject: alert.map(|alert| alert.subject.clone()).unwrap_or_default(),
        text: alert.map_or_else(
            || "This is a test: whoever reads it is told when something is wrong.".to_owned(),
            |alert| alert.text.clone(),
        ),
        what_to_do: alert.map_or("Nothing.", |alert| rules::remedy(&alert.code)),
        opened_at: alert.map(|alert| alert.opened_at),
        closed_at: alert.and_then(|alert| alert.closed_at),
        link,
    }
}
