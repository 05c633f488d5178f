//! Lines for those who manage them.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::catalogue::{PROVIDERS, ProviderView, Values};
use super::check::Check;
use super::draft::{Change, Draft, LimitsSetting};
use super::findings::FindingView;
use super::manage::RESTORABLE;
use super::rows::{Hint, Made};
use super::{Line, LineInfo, Lines, TryOut, seal};
use crate::accounts::Actor;
use crate::config::Signature;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};

pub(crate) fn routes() -> ApiRoutes<Lines> {
    ApiRoutes::new()
        .admin(routes!(providers))
        .admin(routes!(list, create))
        .admin(routes!(show, change, remove))
        .admin(routes!(rotate))
        .admin(routes!(retire))
        .admin(routes!(restore))
        .admin(routes!(check_draft))
        .admin(routes!(check_line))
        .admin(routes!(signatures))
}

/// A line with its settings, for those who manage it. Credentials are never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineSettings)]
struct SettingsView {
    #[serde(flatten)]
    info: LineInfo,
    /// `ready`: in use; `locked`: it cannot be used, `problem` says why; `removed`: it can be restored until
    /// `restorable_until`.
    state: &'static str,
    problem: Option<String>,
    /// To be sent along with a change; 0 for a line of the configuration, which cannot be changed here.
    revision: i64,
    /// The provider's fields that are no secrets.
    fields: BTreeMap<String, String>,
    /// What is shown of each credential that is stored, also of a former one that is still accepted.
    credentials: BTreeMap<String, Hint>,
    signature: Signature,
    limits: LimitsSetting,
    /// The slugs of lines that may stand in for it, in order.
    failover: Vec<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Timestamp>,
    changed_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    restorable_until: Option<Timestamp>,
}

/// Every line with its settings.
#[derive(Debug, Serialize, ToSchema)]
struct LineSettingsList {
    items: Vec<SettingsView>,
    /// Why no line can be made here, if none can.
    cannot_make: Option<String>,
    /// Numbers of the built-in simulator that no line has yet.
    simulated: Vec<TryOut>,
}

/// The providers that lines can be made for, with all that each wants to know.
#[derive(Debug, Serialize, ToSchema)]
struct LineProviderList {
    items: Vec<ProviderView>,
}

impl SettingsView {
    fn of_made(lines: &Lines, made: Made) -> SettingsView {
        let problem = lines.locked(made.id);
        let state = match (made.removed_at, &problem) {
            (Some(_), _) => "removed",
            (None, Some(_)) => "locked",
            (None, None) => "ready",
        };
        let limits = made.settings.limits;
        SettingsView {
            info: made.info(),
            state,
            problem,
            revision: made.revision,
            fields: made.settings.fields,
            credentials: made.hints,
            signature: made.settings.signature,
            limits: limits.into(),
            failover: made.settings.failover,
            changed_at: Some(made.changed_at),
            changed_by: Some(made.changed_by),
            restorable_until: made.removed_at.map(|at| at.plus(RESTORABLE)),
        }
    }

    fn of_configured(line: &Line) -> SettingsView {
        SettingsView {
            info: line.info.clone(),
            state: "ready",
            problem: None,
            revision: 0,
            fields: BTreeMap::new(),
            credentials: BTreeMap::new(),
            signature: line.config.signature,
            limits: line.limits.into(),
            failover: line.failover.clone(),
            changed_at: None,
            changed_by: None,
            restorable_until: None,
        }
    }
}

impl From<trunkline_domain::rate::Limits> for LimitsSetting {
    fn from(limits: trunkline_domain::rate::Limits) -> Self {
        LimitsSetting {
            per_second: limits.per_second,
            per_minute: limits.per_minute,
            per_day: limits.per_day,
        }
    }
}

/// What each provider wants to know of a line, and where it stands in the provider's console.
#[utoipa::path(get, path = "/api/line-providers", tag = "lines", operation_id = "list_line_providers",
    responses((status = 200, body = LineProviderList)))]
async fn providers() -> Json<LineProviderList> {
    Json(LineProviderList { items: PROVIDERS.iter().map(ProviderView::of).collect() })
}

/// All lines with their settings: those of the configuration first.
#[utoipa::path(get, path = "/api/line-settings", tag = "lines", operation_id = "list_line_settings",
    responses((status = 200, body = LineSettingsList)))]
async fn list(State(lines): State<Lines>) -> ApiResult<Json<LineSettingsList>> {
    lines.refresh().await?;
    let made = lines.made().await?;
    let configured = lines.0.configured.iter().map(|line| SettingsView::of_configured(line));
    let items = configured.chain(made.into_iter().map(|made| SettingsView::of_made(&lines, made)));
    let cannot_make = (!lines.0.sources.keys.can_seal()).then(|| seal::NO_KEY.to_owned());
    let items: Vec<SettingsView> = items.collect();
    let numbers = lines.0.sources.simulator.iter().flat_map(|simulator| &simulator.numbers);
    let is_free = |number: &&TryOut| !items.iter().any(|line| line.info.address == number.address);
    let simulated = numbers.filter(is_free).cloned().collect();
    Ok(Json(LineSettingsList { items, cannot_make, simulated }))
}

/// Makes a line, which is in use at once.
#[utoipa::path(post, path = "/api/line-settings", tag = "lines", operation_id = "create_line", request_body = Draft,
    responses((status = 201, body = SettingsView), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(lines): State<Lines>,
    actor: Actor,
    Json(draft): Json<Draft>,
) -> ApiResult<(StatusCode, Json<SettingsView>)> {
    let made = lines.create(&draft, &actor.name).await?;
    Ok((StatusCode::CREATED, Json(SettingsView::of_made(&lines, made))))
}

/// One line with its settings.
#[utoipa::path(get, path = "/api/line-settings/{id}", tag = "lines", operation_id = "get_line_settings",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SettingsView), (status = 404, body = Problem)))]
async fn show(State(lines): State<Lines>, Path(id): Path<LineId>) -> ApiResult<Json<SettingsView>> {
    if let Some(line) = lines.0.configured.iter().find(|line| line.info.id == id) {
        return Ok(Json(SettingsView::of_configured(line)));
    }
    lines.refresh().await?;
    Ok(Json(SettingsView::of_made(&lines, lines.made_one(id).await?)))
}

/// Changes a line; what is left out stays.
#[utoipa::path(patch, path = "/api/line-settings/{id}", tag = "lines", operation_id = "change_line",
    params(("id" = uuid::Uuid, Path)), request_body = Change,
    responses((status = 200, body = SettingsView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn change(
    State(lines): State<Lines>,
    actor: Actor,
    Path(id): Path<LineId>,
    Json(wanted): Json<Change>,
) -> ApiResult<Json<SettingsView>> {
    let made = lines.change(id, wanted, &actor.name).await?;
    Ok(Json(SettingsView::of_made(&lines, made)))
}

/// Takes a line out of use. Its history stays; for a day it can be restored.
#[utoipa::path(delete, path = "/api/line-settings/{id}", tag = "lines", operation_id = "remove_line",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SettingsView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn remove(
    State(lines): State<Lines>,
    actor: Actor,
    Path(id): Path<LineId>,
) -> ApiResult<Json<SettingsView>> {
    let made = lines.remove(id, &actor.name).await?;
    Ok(Json(SettingsView::of_made(&lines, made)))
}

/// Puts a removed line to use again.
#[utoipa::path(post, path = "/api/line-settings/{id}/restore", tag = "lines", operation_id = "restore_line",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SettingsView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn restore(
    State(lines): State<Lines>,
    actor: Actor,
    Path(id): Path<LineId>,
) -> ApiResult<Json<SettingsView>> {
    let made = lines.restore(id, &actor.name).await?;
    Ok(Json(SettingsView::of_made(&lines, made)))
}

/// New credentials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCredentials {
    /// By the names of the provider's fields; those left out stay.
    #[schema(value_type = BTreeMap<String, String>)]
    fields: Values,
}

/// Gives a line new credentials. A former one that webhooks may still be signed with is accepted until it is retired.
#[utoipa::path(post, path = "/api/line-settings/{id}/credentials", tag = "lines", operation_id = "rotate_credentials",
    params(("id" = uuid::Uuid, Path)), request_body = NewCredentials,
    responses((status = 200, body = SettingsView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn rotate(
    State(lines): State<Lines>,
    actor: Actor,
    Path(id): Path<LineId>,
    Json(new): Json<NewCredentials>,
) -> ApiResult<Json<SettingsView>> {
    let made = lines.rotate(id, new.fields, &actor.name).await?;
    Ok(Json(SettingsView::of_made(&lines, made)))
}

/// Former credentials are no longer accepted.
#[utoipa::path(delete, path = "/api/line-settings/{id}/credentials/former", tag = "lines",
    operation_id = "retire_credentials", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SettingsView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn retire(
    State(lines): State<Lines>,
    actor: Actor,
    Path(id): Path<LineId>,
) -> ApiResult<Json<SettingsView>> {
    let made = lines.retire(id, &actor.name).await?;
    Ok(Json(SettingsView::of_made(&lines, made)))
}

/// Looks at the provider whether a line could be made like this. Nothing is stored, changed or sent.
#[utoipa::path(post, path = "/api/line-settings/check", tag = "lines", operation_id = "check_new_line",
    request_body = Draft, responses((status = 200, body = Check), (status = 422, body = Problem)))]
async fn check_draft(State(lines): State<Lines>, Json(draft): Json<Draft>) -> ApiResult<Json<Check>> {
    let config = lines.sketch(&draft)?;
    Ok(Json(lines.check(&config).await))
}

/// Looks at the provider whether a line is as it should be.
#[utoipa::path(post, path = "/api/line-settings/{id}/check", tag = "lines", operation_id = "check_line",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Check), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn check_line(State(lines): State<Lines>, Path(id): Path<LineId>) -> ApiResult<Json<Check>> {
    if let Some(reason) = lines.locked(id) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "locked",
            format!("This line cannot be used: {reason}."),
        ));
    }
    let line = lines.get(id).ok_or_else(|| Problem::not_found("line in use"))?;
    Ok(Json(lines.check(&line.config).await))
}

/// Why signatures of webhooks to a line did not hold.
#[derive(Debug, Serialize, ToSchema)]
struct SignatureFindings {
    /// The latest first.
    items: Vec<FindingView>,
}

/// Why signatures of webhooks to a line did not hold, and what to change.
#[utoipa::path(get, path = "/api/line-settings/{id}/signatures", tag = "lines", operation_id = "list_signature_findings",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SignatureFindings)))]
async fn signatures(
    State(lines): State<Lines>,
    Path(id): Path<LineId>,
) -> ApiResult<Json<SignatureFindings>> {
    Ok(Json(SignatureFindings { items: lines.findings(id).await? }))
}
