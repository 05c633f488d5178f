//! Looks at what is wrong, and opens and closes alerts.

use std::time::Duration;

use trunkline_domain::alert::{Manners, Step, step};
use trunkline_domain::ids::RecordId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};
use uuid::Uuid;

use super::rows::{self, Alert, Happened, Notice};
use super::rules::{self, Finding};
use super::{Alerts, notices};
use crate::incidents;
use crate::jobs::{NewJob, Queue};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(10);

/// How long alerts that are over are kept.
const KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Held by whoever opens or closes alerts: one node at a time.
const LOCK: &str = "alerts";

impl Alerts {
    /// For ever: looks every few seconds. While the database is away nothing is decided; what happened meanwhile is
    /// seen afterwards.
    pub(crate) async fn watch(&self) {
        let mut looked_at = self.ambient.now();
        loop {
            tokio::time::sleep(LOOK).await;
            let now = self.ambient.now();
            match self.look(looked_at).await {
                Ok(()) => looked_at = now,
                Err(error) => tracing::debug!(%error, "nobody can look whether something is wrong"),
            }
        }
    }

    /// Looks once, at all that is wrong or went wrong since `looked_at`.
    pub(crate) async fn look(&self, looked_at: Timestamp) -> Result<()> {
        self.incidents.flush(&self.store).await?;
        let (alerts, now) = (self.clone(), self.ambient.now());
        let (found, is_any_open) = self
            .store
            .read(move |tx| {
                let found = rules::findings(tx, &alerts, looked_at, now)?;
                Ok((found, !rows::open(tx)?.is_empty()))
            })
            .await?;
        if found.is_empty() && !is_any_open {
            return Ok(());
        }
        let alerts = self.clone();
        self.store.write_in_background(move |tx| alerts.settle(tx, &found, now)).await
    }

    /// Holds what was found against what is open.
    fn settle(&self, tx: &mut Tx<'_>, found: &[Finding], now: Timestamp) -> Result<()> {
        tx.lock_all([LOCK.to_owned()])?;
        let (open, manners) = (rows::open(tx)?, self.manners());
        for alert in &open {
            let finding = found.iter().find(|finding| is_of(finding, alert));
            match step(Some(&alert.open), finding.is_some(), &manners, now) {
                Step::Remind if rows::remind(tx, alert, now)? => {
                    self.tell_all(tx, Some(alert.id), Happened::Reminder, now)?;
                }
                Step::End { tell } if rows::end(tx, alert, now)? && tell => {
                    self.tell_all(tx, Some(alert.id), Happened::Closed, now)?;
                }
                _ => {}
            }
            if let Some(finding) = finding {
                rows::seen(tx, alert.id, &finding.text, now)?;
            }
        }
        let new = found.iter().filter(|finding| !open.iter().any(|alert| is_of(finding, alert)));
        for finding in new {
            let id: RecordId = self.ambient.id();
            if rows::begin(tx, id, finding, now)? {
                tracing::warn!(code = finding.code, subject = finding.subject, "alert: {}", finding.text);
                self.tell_all(tx, Some(id.into()), Happened::Opened, now)?;
            }
        }
        Ok(())
    }

    fn manners(&self) -> Manners {
        Manners { remind: self.settings.remind, ..Manners::default() }
    }

    /// Plans a word to everyone. Returns how many that are.
    pub(super) fn tell_all(
        &self,
        tx: &mut Tx<'_>,
        alert_id: Option<Uuid>,
        happened: Happened,
        now: Timestamp,
    ) -> Result<usize> {
        let targets = self.settings.targets();
        for target in &targets {
            let id: Uuid = self.ambient.id::<RecordId>().into();
            let notice = Notice {
                id,
                happened: happened.as_str().to_owned(),
                target: target.as_str().to_owned(),
                at: now,
                told_at: None,
                error: None,
                alert_id,
            };
            rows::add_notice(tx, &notice)?;
            let job = NewJob::plain(Queue::Settle, notices::JOB, id, now);
            self.jobs.enqueue(tx, self.ambient.id(), now, &job)?;
        }
        Ok(targets.len())
    }

    /// Deletes what is old.
    pub(crate) async fn clean_up(&self) -> Result<()> {
        let now = self.ambient.now();
        self.store
            .write_in_background(move |tx| {
                incidents::prune(tx, now)?;
                rows::prune(tx, now.minus(KEPT))
            })
            .await
    }
}

fn is_of(finding: &Finding, alert: &Alert) -> bool {
    finding.code == alert.code && finding.subject == alert.subject
}
