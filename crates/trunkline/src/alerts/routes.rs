//! Alerts of the API.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::rows::{self, Happened};
use super::{Alerts, rules};
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};

/// Past alerts that are shown.
const PAST_SHOWN: usize = 50;

/// Notices that are looked at: those of the open alerts and of the latest past ones.
const NOTICES_SHOWN: usize = 400;

/// The longest an alert may be muted: a week.
const MUTE_MAX: u32 = 7 * 24 * 60;

pub(crate) fn routes() -> ApiRoutes<Alerts> {
    ApiRoutes::new().viewer(routes!(list_alerts)).admin(routes!(mute_alert)).admin(routes!(test_alerts))
}

/// What is wrong, what was, and who is told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlertList {
    /// Oldest first.
    open: Vec<AlertView>,
    /// Newest first, the last 50.
    past: Vec<AlertView>,
    /// Who is told: `webhook`, `slack`, `discord`, `email`. With none, alerts are only shown here and logged.
    targets: Vec<&'static str>,
    /// The last tests, newest first.
    tests: Vec<NoticeView>,
}

/// Something that is or was wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
struct AlertView {
    id: Uuid,
    /// Stable; such as `webhook_failures` or `queue_depth`.
    code: String,
    /// What it is about, such as a line; empty where there is only one such thing.
    subject: String,
    text: String,
    what_to_do: &'static str,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    /// When it was last found to be so.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    /// Nobody is told more of it until then.
    #[schema(value_type = Option<String>, format = DateTime)]
    muted_until: Option<Timestamp>,
    /// Who was told, newest first.
    notices: Vec<NoticeView>,
}

/// A word to somebody outside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertNotice)]
struct NoticeView {
    /// `webhook`, `slack`, `discord` or `email`.
    target: String,
    /// `opened`, `reminder`, `closed` or `test`.
    happened: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it was taken; absent while it was not.
    #[schema(value_type = Option<String>, format = DateTime)]
    told_at: Option<Timestamp>,
    /// Why the last try failed.
    error: Option<String>,
}

impl From<&rows::Notice> for NoticeView {
    fn from(notice: &rows::Notice) -> Self {
        NoticeView {
            target: notice.target.clone(),
            happened: notice.happened.clone(),
            at: notice.at,
            told_at: notice.told_at,
            error: notice.error.clone(),
        }
    }
}

fn view(alert: rows::Alert, notices: &[rows::Notice]) -> AlertView {
    let of_it = notices.iter().filter(|notice| notice.alert_id == Some(alert.id));
    AlertView {
        id: alert.id,
        what_to_do: rules::remedy(&alert.code),
        code: alert.code,
        subject: alert.subject,
        text: alert.text,
        opened_at: alert.opened_at,
        seen_at: alert.open.seen_at,
        closed_at: alert.closed_at,
        muted_until: alert.open.muted_until,
        notices: of_it.map(NoticeView::from).collect(),
    }
}

/// What is wrong, what was lately, and who is told.
#[utoipa::path(get, path = "/api/alerts", tag = "operations", responses((status = 200, body = AlertList)))]
async fn list_alerts(State(alerts): State<Alerts>) -> ApiResult<Json<AlertList>> {
    let read = alerts
        .store
        .read(|tx| Ok((rows::open(tx)?, rows::past(tx, PAST_SHOWN)?, rows::notices(tx, NOTICES_SHOWN)?)));
    let (open, past, notices) = read.await?;
    let views = |of: Vec<rows::Alert>| of.into_iter().map(|alert| view(alert, &notices)).collect();
    let tests = notices.iter().filter(|notice| notice.happened == Happened::Test.as_str());
    Ok(Json(AlertList {
        open: views(open),
        past: views(past),
        targets: alerts.settings.targets().into_iter().map(|target| target.as_str()).collect(),
        tests: tests.take(8).map(NoticeView::from).collect(),
    }))
}

/// For how long nobody is to hear of an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Mute {
    /// Up to 10080, a week; 0 ends it.
    minutes: u32,
}

/// Nobody is told more of an open alert for a while. It stays open and shown.
#[utoipa::path(post, path = "/api/alerts/{id}/mute", tag = "operations", params(("id" = Uuid, Path)), request_body = Mute,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn mute_alert(
    State(alerts): State<Alerts>,
    Path(id): Path<Uuid>,
    Json(mute): Json<Mute>,
) -> ApiResult<StatusCode> {
    if mute.minutes > MUTE_MAX {
        let text = format!("An alert can be muted for up to {MUTE_MAX} minutes, a week.");
        return Err(Problem::invalid("minutes", text));
    }
    let until = alerts.ambient.now().plus(Duration::from_secs(60 * u64::from(mute.minutes)));
    let until = (mute.minutes > 0).then_some(until);
    let muted = alerts.store.write(move |tx| rows::mute(tx, id, until)).await?;
    if muted { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("open alert")) }
}

/// Who is told by a test.
#[derive(Debug, Serialize, ToSchema)]
struct AlertTest {
    targets: Vec<&'static str>,
}

/// Tells everyone named in the configuration, so that it can be seen whether they hear it.
#[utoipa::path(post, path = "/api/alerts/test", tag = "operations",
    responses((status = 202, body = AlertTest), (status = 422, body = Problem)))]
async fn test_alerts(State(alerts): State<Alerts>) -> ApiResult<(StatusCode, Json<AlertTest>)> {
    let targets: Vec<_> = alerts.settings.targets().into_iter().map(|target| target.as_str()).collect();
    if targets.is_empty() {
        let text = "Nobody is named in the configuration. Set alerts.webhook_url, alerts.slack_url, alerts.discord_url or \
                    alerts.email_to.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_targets", text));
    }
    let (inner, now) = (alerts.clone(), alerts.ambient.now());
    alerts.store.write(move |tx| inner.tell_all(tx, None, Happened::Test, now)).await?;
    Ok((StatusCode::ACCEPTED, Json(AlertTest { targets })))
}
