//! Dead letters: what was not delivered and waits for a person. Grouped by reason in plain words; sent again,
//! edited, sent by another line, or dropped; one by one or all at once, and each of it can be undone.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{LineId, MessageId, RecordId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::Api;
use super::fields::{Refusals, check_body, roomiest_channel};
use super::listed::{ListedMessage, with_contacts};
use super::reasons::{self, Reason};
use crate::accounts::Actor;
use crate::contacts::like;
use crate::delivery::Delivery;
use crate::delivery::change::{Changed, cancel};
use crate::delivery::enqueue::accept;
use crate::delivery::letters;
use crate::delivery::request::{Accepted, By, Recipient, Request, When};
use crate::http::cursor::{limit, page};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Problem, Query};
use crate::inbox::load_messages;

/// What is sent again leaves only after this, so that it can be undone.
const UNDO: std::time::Duration = std::time::Duration::from_secs(10);

/// Dead letters that one action may take.
const ACTION_MAX: usize = 10_000;
/// Of those in one transaction: others want to write too.
const STEP: usize = 100;

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new()
        .viewer(routes!(list_groups))
        .viewer(routes!(list_dead_letters))
        .agent(routes!(retry_dead_letters))
        .agent(routes!(drop_dead_letters))
        .agent(routes!(undo_dead_letters))
}

/// Dead letters with one reason.
#[derive(Debug, Serialize, ToSchema)]
struct DeadLetterGroup {
    /// The provider's or our code; empty if there was none.
    code: String,
    /// What happened, in a few words.
    title: String,
    /// What it means and what to do.
    help: String,
    count: i64,
    #[schema(value_type = String, format = DateTime)]
    oldest_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    newest_at: Timestamp,
    /// Sending the same again may help.
    retryable: bool,
}

/// Dead letters by reason, the most frequent first.
#[derive(Debug, Serialize, ToSchema)]
struct DeadLetterGroups {
    items: Vec<DeadLetterGroup>,
    total: i64,
}

/// Why messages were not delivered, and how many for each reason.
#[utoipa::path(get, path = "/api/dead-letters/groups", tag = "dead letters",
    responses((status = 200, body = DeadLetterGroups)))]
async fn list_groups(State(delivery): State<Delivery>) -> ApiResult<Json<DeadLetterGroups>> {
    let mut items = delivery.store.read(groups).await?;
    items.sort_by_key(|group| (-group.count, group.code.clone()));
    let total = items.iter().map(|group| group.count).sum();
    Ok(Json(DeadLetterGroups { items, total }))
}

fn groups(tx: &mut Tx<'_>) -> Result<Vec<DeadLetterGroup>> {
    tx.query(
        sql!(
            "select code, count(*), min(at), max(at) from (select m.at, coalesce(m.error_code, \
             case when m.state = 'unknown' then 'in_doubt' else '' end) as code from messages m \
             where m.dead and m.dismissed_at is null \
             and (m.state <> 'unknown' or not exists (select 1 from jobs j where j.kind = 'send' and j.subject = m.id))) d \
             group by code"
        ),
        &[],
        |row| {
            let code: String = row.get(0)?;
            let Reason { title, help, retryable } = reasons::of(&code);
            let (count, oldest_at, newest_at) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(DeadLetterGroup { code, title, help, count, oldest_at, newest_at, retryable })
        },
    )
}

/// Which dead letters are meant.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DeadLetterFilter {
    /// The code of a group; empty for those without one.
    code: Option<String>,
    /// Part of the text.
    q: Option<String>,
    #[param(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// Dead letters, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct DeadLetterList {
    items: Vec<ListedMessage>,
    next_cursor: Option<String>,
    /// How many there are in all, whatever was asked for.
    total: i64,
}

/// What was not delivered, newest first.
#[utoipa::path(get, path = "/api/dead-letters", tag = "dead letters", params(DeadLetterFilter),
    responses((status = 200, body = DeadLetterList), (status = 422, body = Problem)))]
async fn list_dead_letters(
    State(delivery): State<Delivery>,
    Query(filter): Query<DeadLetterFilter>,
) -> ApiResult<Json<DeadLetterList>> {
    let after = Cursor::decode(filter.cursor.as_deref())?;
    let limit = limit(filter.limit);
    let list = delivery
        .store
        .read(move |tx| {
            let key = |(at, id): &(Timestamp, MessageId)| Cursor::new(*at, *id);
            let (keys, next_cursor) = page(keys(tx, &filter, after, limit + 1)?, limit, key);
            let ids: Vec<MessageId> = keys.into_iter().map(|(_, id)| id).collect();
            let total = groups(tx)?.iter().map(|group| group.count).sum();
            Ok(DeadLetterList { items: with_contacts(tx, &ids)?, next_cursor, total })
        })
        .await?;
    Ok(Json(list))
}

fn keys(
    tx: &mut Tx<'_>,
    filter: &DeadLetterFilter,
    after: Cursor,
    count: usize,
) -> Result<Vec<(Timestamp, MessageId)>> {
    tx.query(
        sql!(
            "select m.at, m.id from messages m where m.dead and m.dismissed_at is null and (m.at, m.id) < ($1, $2) \
             and (m.state <> 'unknown' or not exists (select 1 from jobs j where j.kind = 'send' and j.subject = m.id)) \
             and (not $3 or coalesce(m.error_code, case when m.state = 'unknown' then 'in_doubt' else '' end) = $4) \
             and (m.line_id = $5 or $5 is null) and ($6 = '' or lower(m.body) like '%' || $6 || '%' escape '\\') \
             order by m.at desc, m.id desc limit $7"
        ),
        &[
            after.at.into(),
            after.id.into(),
            filter.code.is_some().into(),
            filter.code.clone().unwrap_or_default().into(),
            filter.line_id.into(),
            like(&filter.q.as_deref().unwrap_or_default().to_lowercase()).into(),
            count.into(),
        ],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Which dead letters an action takes: some, or all that a filter finds.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Selection {
    #[schema(value_type = Option<Vec<Uuid>>)]
    ids: Option<Vec<MessageId>>,
    /// All that the rest of the fields find.
    #[serde(default)]
    all: bool,
    code: Option<String>,
    q: Option<String>,
    /// To send again: through this line instead.
    #[schema(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    /// To send again: this text instead; for one dead letter only.
    body: Option<String>,
}

impl Selection {
    fn check(&self, delivery: &Delivery) -> std::result::Result<(), Problem> {
        let mut refusals = Refusals::default();
        match (&self.ids, self.all) {
            (Some(ids), false) if (1..=ACTION_MAX).contains(&ids.len()) => {}
            (None, true) => {}
            _ => refusals.add("ids", format!("Name 1 to {ACTION_MAX} ids, or all.")),
        }
        if self.line_id.is_some_and(|id| delivery.lines.get(id).is_none()) {
            refusals.add("line_id", "There is no such line.");
        }
        if let Some(body) = &self.body {
            check_body(roomiest_channel(delivery), body, &mut refusals);
            if self.ids.as_ref().is_none_or(|ids| ids.len() != 1) {
                refusals.add("body", "Another text can be given for one message only.");
            }
        }
        refusals.or(Some(()))
    }

    async fn ids(&self, delivery: &Delivery) -> ApiResult<Vec<MessageId>> {
        if let Some(ids) = &self.ids {
            return Ok(ids.clone());
        }
        let filter =
            DeadLetterFilter { code: self.code.clone(), q: self.q.clone(), ..DeadLetterFilter::default() };
        let keys = delivery.store.read(move |tx| keys(tx, &filter, Cursor::START, ACTION_MAX)).await?;
        Ok(keys.into_iter().map(|(_, id)| id).collect())
    }
}

/// A dead letter that an action could not take, and why.
#[derive(Debug, Serialize, ToSchema)]
struct Left {
    #[schema(value_type = Uuid)]
    id: MessageId,
    code: String,
    reason: String,
}

/// What an action did.
#[derive(Debug, Serialize, ToSchema)]
struct ActionResult {
    /// Names the action, to undo it.
    action_id: Uuid,
    done: usize,
    refused: Vec<Left>,
}

/// One action on one dead letter: `Ok` if it was done.
type Outcome = std::result::Result<(), Left>;

/// Sends dead letters again, through another line or with another text if wanted. They leave after ten
/// seconds, so that it can be undone.
#[utoipa::path(post, path = "/api/dead-letters/retry", tag = "dead letters", request_body = Selection,
    responses((status = 200, body = ActionResult), (status = 422, body = Problem)))]
async fn retry_dead_letters(
    State(delivery): State<Delivery>,
    actor: Actor,
    Json(selection): Json<Selection>,
) -> ApiResult<Json<ActionResult>> {
    selection.check(&delivery)?;
    let wanted = selection.clone();
    act(&delivery, &selection, move |tx, delivery, action, id| {
        retry(tx, delivery, &actor, action, id, &wanted)
    })
    .await
}

fn retry(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    actor: &Actor,
    action: RecordId,
    id: MessageId,
    wanted: &Selection,
) -> Result<Outcome> {
    let Some(dead) = load_messages(tx, &[id])?.pop() else { return Ok(Err(gone(id))) };
    if !letters::dismiss(tx, delivery, id)? {
        return Ok(Err(gone(id)));
    }
    let now = delivery.ambient.now();
    let recipient = Recipient::Conversation(dead.conversation_id);
    // Edited, they are no longer the template's words.
    let template = dead.template.filter(|_| wanted.body.is_none()).map(Into::into);
    let content = dead.content.filter(|_| wanted.body.is_none());
    let body = wanted.body.clone().unwrap_or(dead.body);
    let key = ("retry".to_owned(), format!("{id}/{action}"));
    let request = Request {
        by: By {
            line: wanted.line_id.or(Some(dead.line_id)).filter(|line| delivery.lines.get(*line).is_some()),
            channel: None,
        },
        author: Some((actor.id, actor.name.clone())),
        when: Some(When::At(now.plus(UNDO))),
        priority: dead.priority,
        retry_of: Some(id),
        template,
        content,
        ..Request::new(recipient, body, dead.purpose, key)
    };
    match accept(tx, delivery, &request)? {
        Accepted::New(replacement) | Accepted::Again(replacement) => {
            note(tx, action, id, now, "retry", Some(replacement)).map(Ok)
        }
        Accepted::Refused(refusal) => {
            letters::revive(tx, delivery, id)?;
            let problem = Problem::from(refusal);
            Ok(Err(Left { id, code: problem.code.to_owned(), reason: problem.told() }))
        }
    }
}

/// Drops dead letters: they are kept in their threads, and are no longer asked about.
#[utoipa::path(post, path = "/api/dead-letters/drop", tag = "dead letters", request_body = Selection,
    responses((status = 200, body = ActionResult), (status = 422, body = Problem)))]
async fn drop_dead_letters(
    State(delivery): State<Delivery>,
    Json(selection): Json<Selection>,
) -> ApiResult<Json<ActionResult>> {
    selection.check(&delivery)?;
    act(&delivery, &selection, |tx, delivery, action, id| {
        if !letters::dismiss(tx, delivery, id)? {
            return Ok(Err(gone(id)));
        }
        note(tx, action, id, delivery.ambient.now(), "drop", None).map(Ok)
    })
    .await
}

async fn act(
    delivery: &Delivery,
    selection: &Selection,
    one: impl Fn(&mut Tx<'_>, &Delivery, RecordId, MessageId) -> Result<Outcome> + Clone + Send + Sync + 'static,
) -> ApiResult<Json<ActionResult>> {
    let action: RecordId = delivery.ambient.id();
    let mut result = ActionResult { action_id: action.into(), done: 0, refused: Vec::new() };
    for step in selection.ids(delivery).await?.chunks(STEP) {
        let (step, delivery_inside, one) = (step.to_vec(), delivery.clone(), one.clone());
        let outcomes = delivery
            .store
            .write_in_background(move |tx| {
                step.iter().map(|id| one(tx, &delivery_inside, action, *id)).collect::<Result<Vec<Outcome>>>()
            })
            .await?;
        for outcome in outcomes {
            match outcome {
                Ok(()) => result.done += 1,
                Err(left) => result.refused.push(left),
            }
        }
    }
    Ok(Json(result))
}

fn gone(id: MessageId) -> Left {
    let reason = "It is no dead letter any more: somebody has dealt with it.";
    Left { id, code: "not_found".to_owned(), reason: reason.to_owned() }
}

fn note(
    tx: &mut Tx<'_>,
    action: RecordId,
    id: MessageId,
    now: Timestamp,
    kind: &str,
    replacement: Option<MessageId>,
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into dead_letter_actions (id, message_id, at, kind, replacement_id) values ($1, $2, $3, $4, $5)"
        ),
        &[action.into(), id.into(), now.into(), kind.into(), replacement.into()],
    )
}

/// The action to undo.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Undo {
    action_id: Uuid,
}

/// What was undone.
#[derive(Debug, Serialize, ToSchema)]
struct Undone {
    undone: usize,
    /// Messages that have left meanwhile.
    too_late: usize,
}

/// Undoes an action: what was to be sent again is called off, what was dropped comes back.
#[utoipa::path(post, path = "/api/dead-letters/undo", tag = "dead letters", request_body = Undo,
    responses((status = 200, body = Undone), (status = 404, body = Problem)))]
async fn undo_dead_letters(
    State(delivery): State<Delivery>,
    Json(undo): Json<Undo>,
) -> ApiResult<Json<Undone>> {
    let undoing = delivery.clone();
    let undone =
        delivery.store.write_in_background(move |tx| undo_action(tx, &undoing, undo.action_id)).await?;
    undone.map(Json).ok_or_else(|| Problem::not_found("action"))
}

fn undo_action(tx: &mut Tx<'_>, delivery: &Delivery, action: Uuid) -> Result<Option<Undone>> {
    let taken: Vec<(MessageId, Option<MessageId>)> = tx.query(
        sql!("delete from dead_letter_actions where id = $1 returning message_id, replacement_id"),
        &[action.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if taken.is_empty() {
        return Ok(None);
    }
    let mut result = Undone { undone: 0, too_late: 0 };
    for (id, replacement) in taken {
        let back = match replacement {
            // Dropped, and then perhaps sent again from its thread.
            None => !letters::is_replaced(tx, id)?,
            Some(replacement) => {
                matches!(cancel(tx, delivery, replacement, "undone")?, Changed::Done | Changed::Asked)
            }
        };
        if back {
            letters::revive(tx, delivery, id)?;
            result.undone += 1;
        } else {
            result.too_late += 1;
        }
    }
    Ok(Some(result))
}
