//! Alerts and the words said of them, as they are kept.

use trunkline_domain::alert::Open;
use trunkline_domain::ids::RecordId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, sql};
use uuid::Uuid;

use super::rules::Finding;

/// What a notice says of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    Opened,
    Reminder,
    Closed,
    /// Somebody wants to see whether they are told.
    Test,
}

impl Happened {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Happened::Opened => "opened",
            Happened::Reminder => "reminder",
            Happened::Closed => "closed",
            Happened::Test => "test",
        }
    }
}

/// An alert.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    pub(super) id: Uuid,
    pub(super) code: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) opened_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) open: Open,
}

/// A word to somebody outside.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) id: Uuid,
    pub(super) happened: String,
    pub(super) target: String,
    pub(super) at: Timestamp,
    pub(super) told_at: Option<Timestamp>,
    pub(super) error: Option<String>,
    pub(super) alert_id: Option<Uuid>,
}

fn read_alert(row: &Row<'_>) -> Result<Alert> {
    Ok(Alert {
        id: row.get(0)?,
        code: row.get(1)?,
        subject: row.get(2)?,
        text: row.get(3)?,
        opened_at: row.get(4)?,
        open: Open { seen_at: row.get(5)?, told_at: row.get(6)?, muted_until: row.get(8)? },
        closed_at: row.get(7)?,
    })
}

/// Those that are open, oldest first.
pub(super) fn open(tx: &mut Tx<'_>) -> Result<Vec<Alert>> {
    tx.query(
        sql!(
            "select id, code, subject, text, opened_at, seen_at, told_at, closed_at, muted_until from alerts \
             where closed_at is null order by opened_at, id"
        ),
        &[],
        read_alert,
    )
}

/// The latest of those that are over, newest first.
pub(super) fn past(tx: &mut Tx<'_>, count: usize) -> Result<Vec<Alert>> {
    tx.query(
        sql!(
            "select id, code, subject, text, opened_at, seen_at, told_at, closed_at, muted_until from alerts \
             where closed_at is not null order by opened_at desc, id desc limit $1"
        ),
        &[count.into()],
        read_alert,
    )
}

pub(super) fn load(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Alert>> {
    tx.query_opt(
        sql!(
            "select id, code, subject, text, opened_at, seen_at, told_at, closed_at, muted_until from alerts where id = $1"
        ),
        &[id.into()],
        read_alert,
    )
}

pub(super) fn begin(tx: &mut Tx<'_>, id: RecordId, finding: &Finding, now: Timestamp) -> Result<bool> {
    let added = tx.execute(
        sql!(
            "insert into alerts (id, code, subject, text, opened_at, seen_at, told_at) values ($1, $2, $3, $4, $5, $5, $5) \
             on conflict (code, subject) where closed_at is null do nothing"
        ),
        &[
            id.into(),
            finding.code.as_str().into(),
            finding.subject.as_str().into(),
            finding.text.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(added == 1)
}

/// It was found again, in these words.
pub(super) fn seen(tx: &mut Tx<'_>, id: Uuid, text: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        sql!("update alerts set seen_at = $2, text = $3 where id = $1 and closed_at is null"),
        &[id.into(), now.into(), text.into()],
    )
    .map(|_| ())
}

/// Somebody is reminded. Only one of several nodes is told that it is the one to do it.
pub(super) fn remind(tx: &mut Tx<'_>, alert: &Alert, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        sql!("update alerts set told_at = $3 where id = $1 and told_at = $2 and closed_at is null"),
        &[alert.id.into(), alert.open.told_at.into(), now.into()],
    )?;
    Ok(changed == 1)
}

/// It is over, unless another node has closed it or found it again.
pub(super) fn end(tx: &mut Tx<'_>, alert: &Alert, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        sql!("update alerts set closed_at = $3 where id = $1 and seen_at = $2 and closed_at is null"),
        &[alert.id.into(), alert.open.seen_at.into(), now.into()],
    )?;
    Ok(changed == 1)
}

/// Nobody hears of it until then; `None`: they do again. Returns whether it is open.
pub(super) fn mute(tx: &mut Tx<'_>, id: Uuid, until: Option<Timestamp>) -> Result<bool> {
    let changed = tx.execute(
        sql!("update alerts set muted_until = $2 where id = $1 and closed_at is null"),
        &[id.into(), until.into()],
    )?;
    Ok(changed == 1)
}

pub(super) fn add_notice(tx: &mut Tx<'_>, notice: &Notice) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!("insert into alert_notices (id, alert_id, happened, target, at) values ($1, $2, $3, $4, $5)"),
        &[
            notice.id.into(),
            notice.alert_id.into(),
            notice.happened.as_str().into(),
            notice.target.as_str().into(),
            notice.at.into(),
        ],
    )
}

fn read_notice(row: &Row<'_>) -> Result<Notice> {
    Ok(Notice {
        id: row.get(0)?,
        alert_id: row.get(1)?,
        happened: row.get(2)?,
        target: row.get(3)?,
        at: row.get(4)?,
        told_at: row.get(5)?,
        error: row.get(6)?,
    })
}

pub(super) fn notice(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Notice>> {
    tx.query_opt(
        sql!("select id, alert_id, happened, target, at, told_at, error from alert_notices where id = $1"),
        &[id.into()],
        read_notice,
    )
}

/// The latest, newest first.
pub(super) fn notices(tx: &mut Tx<'_>, count: usize) -> Result<Vec<Notice>> {
    tx.query(
        sql!(
            "select id, alert_id, happened, target, at, told_at, error from alert_notices order by at desc, id desc limit $1"
        ),
        &[count.into()],
        read_notice,
    )
}

/// It was said, or why it could not be.
pub(super) fn settle(tx: &mut Tx<'_>, id: Uuid, result: Result<Timestamp, &str>) -> Result<()> {
    let (told_at, error) = match result {
        Ok(at) => (Some(at), None),
        Err(error) => (None, Some(error)),
    };
    tx.execute(
        sql!("update alert_notices set told_at = coalesce(told_at, $2), error = $3 where id = $1"),
        &[id.into(), told_at.into(), error.into()],
    )
    .map(|_| ())
}

/// Deletes what is over for long.
pub(super) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<()> {
    tx.execute(sql!("delete from alert_notices where at < $1"), &[before.into()])?;
    tx.execute(
        sql!(
            "delete from alerts where closed_at < $1 and not exists \
             (select 1 from alert_notices n where n.alert_id = alerts.id)"
        ),
        &[before.into()],
    )
    .map(|_| ())
}
