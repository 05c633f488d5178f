//! Webhooks of a line, set from the app: the difference is shown, made, and can be undone.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::{LineId, RecordId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Store, Tx, sql};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Account, Change, Wanted, shown};
use crate::accounts::Actor;
use crate::config::LineConfig;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::lines::Lines;

/// The longest address of a fallback that is taken.
const URL_MAX: usize = 2_000;

/// What setting webhooks from the app needs.
#[derive(Clone)]
pub(crate) struct Provisioner {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) lines: Lines,
    /// Where the providers reach us.
    pub(crate) base_url: String,
}

pub(crate) fn routes() -> ApiRoutes<Provisioner> {
    ApiRoutes::new().admin(routes!(show, set)).admin(routes!(take_back))
}

/// The webhooks of a line at its provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineWebhooks)]
struct Webhooks {
    /// What would have to be changed; nothing if all is as it should be.
    changes: Vec<ChangeView>,
    /// What a person has to do at the provider, where we can neither see nor set it: a whole sentence.
    by_hand: Option<String>,
    /// What was set before the last time, and can be brought back.
    undo: Option<Undoable>,
}

/// One value that is or would be set anew.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookChange)]
struct ChangeView {
    /// The provider's id of the number, messaging service or profile.
    place_id: String,
    place: String,
    /// As the provider calls it.
    parameter: String,
    /// Empty if nothing is set.
    before: String,
    after: String,
}

/// What was changed the last time.
#[derive(Debug, Serialize, ToSchema)]
struct Undoable {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    by: String,
    changes: Vec<ChangeView>,
}

/// What is to be set besides our own addresses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetWebhooks {
    /// What the provider turns to when we do not answer; without it, what is set stays.
    fallback_url: Option<String>,
}

impl ChangeView {
    fn of(change: &Change) -> ChangeView {
        ChangeView {
            place_id: change.sid.clone(),
            place: change.name.clone(),
            parameter: change.parameter.clone(),
            before: shown(&change.before),
            after: shown(&change.after),
        }
    }
}

/// A set of changes as stored.
struct Row {
    id: Uuid,
    at: Timestamp,
    by: String,
    changes: Vec<Change>,
}

impl Provisioner {
    fn line(&self, id: LineId) -> ApiResult<LineConfig> {
        let line = self.lines.get(id).ok_or_else(|| Problem::not_found("line in use"))?;
        Ok(line.config.clone())
    }

    async fn differences(&self, line: &LineConfig, fallback_url: Option<&str>) -> ApiResult<Vec<Change>> {
        let account = Account::of(line, self.lines.wire());
        let wanted = Wanted { line, base_url: self.base_url.trim_end_matches('/'), fallback_url };
        super::differences(&account, &wanted).await.map_err(refused)
    }

    async fn newest(&self, id: LineId) -> ApiResult<Option<Row>> {
        Ok(self.store.read(move |tx| newest(tx, id)).await?)
    }

    async fn view(&self, id: LineId, changes: &[Change]) -> ApiResult<Webhooks> {
        let undo = self.newest(id).await?.map(|row| Undoable {
            at: row.at,
            by: row.by,
            changes: row.changes.iter().map(ChangeView::of).collect(),
        });
        Ok(Webhooks { changes: changes.iter().map(ChangeView::of).collect(), by_hand: None, undo })
    }

    /// Changes them, and fails if the provider left one out.
    async fn apply(&self, line: &LineConfig, changes: &[Change]) -> ApiResult<()> {
        let account = Account::of(line, self.lines.wire());
        let ignored = super::apply(&account, changes).await.map_err(refused)?;
        let Some(first) = ignored.first() else { return Ok(()) };
        let text = format!(
            "The provider said yes but did not take over {} of {}. Look at it in its console.",
            first.parameter, first.sid
        );
        Err(Problem::new(StatusCode::BAD_GATEWAY, "provider_refused", text))
    }
}

/// What would have to be changed at the provider so that it calls us, and what can be undone.
#[utoipa::path(get, path = "/api/line-settings/{id}/webhooks", tag = "lines", operation_id = "get_line_webhooks",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Webhooks), (status = 404, body = Problem)))]
async fn show(State(provisioner): State<Provisioner>, Path(id): Path<LineId>) -> ApiResult<Json<Webhooks>> {
    let line = provisioner.line(id)?;
    if let Some(what) = super::by_hand(&line, provisioner.base_url.trim_end_matches('/')) {
        let by_hand = Some(sentence(&what));
        return Ok(Json(Webhooks { changes: Vec::new(), by_hand, undo: None }));
    }
    let changes = provisioner.differences(&line, None).await?;
    Ok(Json(provisioner.view(id, &changes).await?))
}

/// Sets the webhooks at the provider. What was set before is kept, so that it can be undone.
#[utoipa::path(post, path = "/api/line-settings/{id}/webhooks", tag = "lines", operation_id = "set_line_webhooks",
    params(("id" = Uuid, Path)), request_body = SetWebhooks,
    responses((status = 200, body = Webhooks), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set(
    State(provisioner): State<Provisioner>,
    actor: Actor,
    Path(id): Path<LineId>,
    Json(wanted): Json<SetWebhooks>,
) -> ApiResult<Json<Webhooks>> {
    let fallback_url = wanted.fallback_url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
    if fallback_url.as_ref().is_some_and(|url| url.len() > URL_MAX || reqwest::Url::parse(url).is_err()) {
        let text = "The fallback is no web address. Write it like https://handler.example.com/bins/EH1.";
        return Err(Problem::invalid("fallback_url", text));
    }
    let line = provisioner.line(id)?;
    let changes = provisioner.differences(&line, fallback_url.as_deref()).await?;
    if !changes.is_empty() {
        let row = Row {
            id: provisioner.ambient.id::<RecordId>().into(),
            at: provisioner.ambient.now(),
            by: actor.name,
            changes: changes.clone(),
        };
        // On disk before anything is changed: whoever dies while changing it can still undo it.
        provisioner.store.write(move |tx| keep(tx, id, &row)).await?;
        provisioner.apply(&line, &changes).await?;
        tracing::info!(line = line.slug, changes = changes.len(), "the webhooks of a line were set");
    }
    let left = provisioner.differences(&line, fallback_url.as_deref()).await?;
    Ok(Json(provisioner.view(id, &left).await?))
}

/// Brings back what was set before the last time. What somebody changed since is left alone.
#[utoipa::path(post, path = "/api/line-settings/{id}/webhooks/undo", tag = "lines", operation_id = "undo_line_webhooks",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Webhooks), (status = 404, body = Problem)))]
async fn take_back(
    State(provisioner): State<Provisioner>,
    Path(id): Path<LineId>,
) -> ApiResult<Json<Webhooks>> {
    let line = provisioner.line(id)?;
    let Some(row) = provisioner.newest(id).await? else {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "nothing_to_undo",
            "Nothing was changed that could be undone.",
        ));
    };
    let account = Account::of(&line, provisioner.lines.wire());
    let (back, _) = super::undo(&account, &row.changes).await.map_err(refused)?;
    provisioner.apply(&line, &back).await?;
    let now = provisioner.ambient.now();
    provisioner.store.write(move |tx| set_undone(tx, row.id, now)).await?;
    let left = provisioner.differences(&line, None).await?;
    Ok(Json(provisioner.view(id, &left).await?))
}

/// What the provider, or the way there, said.
fn refused(error: anyhow::Error) -> Problem {
    let text = format!("{error:#}");
    let text = text
        .split_once(": ")
        .filter(|(before, _)| before.starts_with("line "))
        .map_or(&*text, |(_, rest)| rest);
    Problem::new(StatusCode::BAD_GATEWAY, "provider_refused", sentence(text))
}

/// A clause as a whole sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn newest(tx: &mut Tx<'_>, id: LineId) -> Result<Option<Row>> {
    tx.query_opt(
        sql!(
            "select id, at, by_name, changes from provisions where line_id = $1 and undone_at is null \
             order by at desc, id desc limit 1"
        ),
        &[id.into()],
        |row| {
            let changes: serde_json::Value = row.get(3)?;
            // What another release wrote and this one cannot read cannot be undone.
            let changes = serde_json::from_value(changes).unwrap_or_default();
            Ok(Row { id: row.get(0)?, at: row.get(1)?, by: row.get(2)?, changes })
        },
    )
}

fn keep(tx: &mut Tx<'_>, line: LineId, row: &Row) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!("insert into provisions (id, line_id, at, by_name, changes) values ($1, $2, $3, $4, $5)"),
        &[
            row.id.into(),
            line.into(),
            row.at.into(),
            row.by.as_str().into(),
            serde_json::json!(row.changes).into(),
        ],
    )
}

fn set_undone(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<()> {
    tx.execute(
        sql!("update provisions set undone_at = $2 where id = $1 and undone_at is null"),
        &[id.into(), now.into()],
    )
    .map(|_| ())
}
