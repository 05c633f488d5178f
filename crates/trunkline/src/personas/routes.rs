//! Personas of the API (A5).

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{ContactId, ConversationId, RecordId};
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::catalog::{Entry, FileProblem};
use super::facts::{self, FACTS_MAX, Fact};
use super::runs::{self, End, Run, Used};
use super::talk::{self, Talk};
use super::task::Task;
use super::threads::{self, Hand, Mode};
use super::{Personas, answer, past};
use crate::accounts::Actor;
use crate::contacts;
use crate::delivery;
use crate::events::Subject;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::inbox::load_conversations;

/// Runs that are shown of a conversation.
const RUNS_SHOWN: usize = 20;

/// How long somebody waits for a dry run: shorter than a request may last.
const DRY_RUN_MAX: Duration = Duration::from_secs(25);

pub(crate) fn routes() -> ApiRoutes<Personas> {
    ApiRoutes::new()
        .viewer(routes!(list_personas))
        .viewer(routes!(get_conversation_persona))
        .viewer(routes!(list_facts))
        .agent(routes!(set_conversation_persona))
        .agent(routes!(delete_fact))
        .agent(routes!(try_persona))
}

/// Every persona there is, and what they use.
#[derive(Debug, Serialize, ToSchema)]
struct PersonaList {
    /// Whether they are switched on in the configuration.
    enabled: bool,
    /// The currency of prices and limits.
    currency: String,
    /// What all of them used up within the last 24 hours.
    used: Used,
    items: Vec<PersonaView>,
}

/// A persona's folder as it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Persona)]
struct PersonaView {
    /// The name of its folder.
    slug: String,
    /// `ready`, `broken`, or `kept`: an edit broke it, and it answers as it did before.
    state: &'static str,
    name: Option<String>,
    description: Option<String>,
    model: Option<String>,
    /// The short names of the lines it answers on; `*` for all.
    lines: Vec<String>,
    tools: Vec<String>,
    /// What is wrong with its files.
    problems: Vec<FileProblem>,
    /// What it used up within the last 24 hours.
    used: Used,
}

fn view(personas: &Personas, entry: &Entry, used: Used) -> PersonaView {
    let persona = entry.persona.as_deref();
    let state = match (persona, entry.problems.is_empty()) {
        (Some(_), true) => "ready",
        (Some(_), false) => "kept",
        (None, _) => "broken",
    };
    PersonaView {
        slug: entry.slug.clone(),
        state,
        name: persona.map(|persona| persona.name.clone()),
        description: persona.and_then(|persona| persona.description.clone()),
        model: persona.map(|persona| personas.model_of(persona)).filter(|model| !model.is_empty()),
        lines: persona.map(|persona| persona.lines.clone()).unwrap_or_default(),
        tools: persona.map_or_else(Vec::new, |persona| {
            persona.tools.iter().map(|tool| tool.as_str().to_owned()).collect()
        }),
        problems: entry.problems.clone(),
        used,
    }
}

/// The personas, with what is wrong with their files.
#[utoipa::path(get, path = "/api/personas", tag = "personas", responses((status = 200, body = PersonaList)))]
async fn list_personas(State(personas): State<Personas>) -> ApiResult<Json<PersonaList>> {
    let entries = refreshed(&personas).await?;
    let (now, slugs) = (personas.delivery.ambient.now(), entries.clone());
    let (used, each) = personas
        .delivery
        .store
        .read(move |tx| {
            let each: trunkline_store::Result<Vec<Used>> =
                slugs.iter().map(|entry| runs::used_by(tx, Some(&entry.slug), now)).collect();
            Ok((runs::used_by(tx, None, now)?, each?))
        })
        .await?;
    let items = entries.iter().zip(each).map(|(entry, used)| view(&personas, entry, used)).collect();
    let settings = &personas.settings;
    Ok(Json(PersonaList { enabled: settings.enabled, currency: settings.currency.clone(), used, items }))
}

async fn refreshed(personas: &Personas) -> ApiResult<std::sync::Arc<Vec<Entry>>> {
    personas.catalog.refreshed().await.map_err(|error| Problem::internal(&error))
}

/// Who answers in a conversation, and what was answered.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationPersona {
    mode: Mode,
    /// Why a persona handed over.
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Timestamp>,
    /// Who on the team changed it.
    by: Option<String>,
    tags: Vec<String>,
    /// What was said before, as the persona keeps it in mind.
    summary: Option<String>,
    /// What was used up here within the last 24 hours.
    used: Used,
    /// The latest answers, and why there were none; newest first.
    runs: Vec<Run>,
}

fn conversation_persona(
    tx: &mut trunkline_store::Tx<'_>,
    id: ConversationId,
    now: Timestamp,
) -> trunkline_store::Result<Option<ConversationPersona>> {
    if load_conversations(tx, &[id])?.is_empty() {
        return Ok(None);
    }
    let thread = threads::of(tx, id)?;
    Ok(Some(ConversationPersona {
        mode: thread.mode,
        reason: thread.reason,
        changed_at: thread.changed_at,
        by: thread.by,
        tags: thread.tags,
        summary: thread.summary.map(|summary| summary.text),
        used: runs::used_in(tx, id, now)?,
        runs: runs::latest(tx, id, RUNS_SHOWN)?,
    }))
}

fn no_conversation() -> Problem {
    Problem::not_found("conversation")
}

/// Who answers in a conversation: whether personas do, what they did, and what it cost.
#[utoipa::path(get, path = "/api/conversations/{id}/persona", tag = "personas", params(("id" = Uuid, Path)),
    responses((status = 200, body = ConversationPersona), (status = 404, body = Problem)))]
async fn get_conversation_persona(
    State(personas): State<Personas>,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationPersona>> {
    let now = personas.delivery.ambient.now();
    let found = personas.delivery.store.read(move |tx| conversation_persona(tx, id, now)).await?;
    found.map(Json).ok_or_else(no_conversation)
}

/// Who is to answer.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WantedMode {
    /// Personas, again.
    Answers,
    /// People only.
    Off,
}

/// Who is to answer in a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonaChange {
    mode: WantedMode,
}

/// Switches personas off in a conversation, or gives it back to them.
#[utoipa::path(put, path = "/api/conversations/{id}/persona", tag = "personas", params(("id" = Uuid, Path)),
    request_body = PersonaChange, responses((status = 200, body = ConversationPersona),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_conversation_persona(
    State(personas): State<Personas>,
    actor: Actor,
    Path(id): Path<ConversationId>,
    Json(change): Json<PersonaChange>,
) -> ApiResult<Json<ConversationPersona>> {
    let (now, delivery) = (personas.delivery.ambient.now(), personas.delivery.clone());
    let mode = match change.mode {
        WantedMode::Answers => Mode::Answers,
        WantedMode::Off => Mode::Off,
    };
    let changed = personas
        .delivery
        .store
        .write(move |tx| {
            if load_conversations(tx, &[id])?.is_empty() {
                return Ok(None);
            }
            let hand = Hand { at: now, reason: None, by: Some((actor.id, &actor.name)) };
            threads::set_mode(tx, id, mode, &hand)?;
            if mode == Mode::Off {
                delivery::silence_personas(tx, &delivery, id, "personas were switched off")?;
            }
            delivery.events.record(tx, now, Subject::Conversation(id))?;
            conversation_persona(tx, id, now)
        })
        .await?;
    changed.map(Json).ok_or_else(no_conversation)
}

/// What personas learned about a contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactFactList)]
struct FactList {
    /// The latest first.
    items: Vec<Fact>,
}

/// What personas learned about a contact.
#[utoipa::path(get, path = "/api/contacts/{id}/facts", tag = "personas", params(("id" = Uuid, Path)),
    responses((status = 200, body = FactList), (status = 404, body = Problem)))]
async fn list_facts(
    State(personas): State<Personas>,
    Path(id): Path<ContactId>,
) -> ApiResult<Json<FactList>> {
    let found = personas.delivery.store.read(move |tx| {
        let Some(contact) = contacts::find(tx, id)? else { return Ok(None) };
        facts::of(tx, contact.id, FACTS_MAX).map(Some)
    });
    let items = found.await?.ok_or_else(|| Problem::not_found("contact"))?;
    Ok(Json(FactList { items }))
}

/// Forgets something that a persona learned.
#[utoipa::path(delete, path = "/api/facts/{id}", tag = "personas", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete_fact(State(personas): State<Personas>, Path(id): Path<RecordId>) -> ApiResult<StatusCode> {
    let found = personas.delivery.store.write(move |tx| facts::forget(tx, id)).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("fact")) }
}

/// What a persona is to be tried on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DryRun {
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
}

/// What a persona would have done. Nothing was sent, and nothing noted but the cost.
#[derive(Debug, Serialize, ToSchema)]
struct DryRunResult {
    /// What it was to answer.
    asked: String,
    /// What it would have sent.
    text: Option<String>,
    /// Why it would have handed over, if it would.
    hand_over: Option<String>,
    tags: Vec<String>,
    facts: Vec<String>,
    /// What it would have sent later.
    later: Option<String>,
    model: String,
    tokens: u64,
    /// In millionths of the installation's currency.
    micros: i64,
}

/// Asks a persona for an answer to the last message of a conversation, and sends nothing.
#[utoipa::path(post, path = "/api/personas/{slug}/dry-run", tag = "personas", params(("slug" = String, Path)),
    request_body = DryRun, responses((status = 200, body = DryRunResult), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn try_persona(
    State(personas): State<Personas>,
    Path(slug): Path<String>,
    Json(wanted): Json<DryRun>,
) -> ApiResult<Json<DryRunResult>> {
    let entries = refreshed(&personas).await?;
    let persona = entries.iter().find(|entry| entry.slug == slug).and_then(|entry| entry.persona.clone());
    let persona = persona.ok_or_else(|| Problem::not_found("persona"))?;
    if !personas.settings.enabled {
        let told = "Personas are switched off: set personas.enabled in the configuration.";
        return Err(Problem::new(StatusCode::CONFLICT, "personas_off", told));
    }
    let (at_work, id) = (personas.clone(), wanted.conversation_id);
    let begun = personas.delivery.store.write(move |tx| {
        let Some(inbound) = past::last_inbound(tx, id)? else { return Ok(Err(no_conversation())) };
        let task = answer::task(tx, &at_work, inbound, persona, at_work.delivery.ambient.now())?;
        let start = answer::start(&task, None);
        let exhausted = runs::begin(tx, &start, &task.persona.limits, &at_work.settings)?;
        Ok(exhausted.map_or(Ok(task), |why| Err(Problem::new(StatusCode::CONFLICT, "no_budget", why))))
    });
    let task = begun.await??;
    let Talk { outcome, spent } = talk::talk(&personas, &task, DRY_RUN_MAX).await;
    let told = outcome.as_ref().err().map(ToString::to_string);
    keep_cost(&personas, &task, told, spent).await?;
    let answer = outcome.map_err(|error| {
        Problem::new(StatusCode::BAD_GATEWAY, "model_failed", format!("The model gave no answer: {error}"))
    })?;
    Ok(Json(DryRunResult {
        asked: task.inbound.body,
        text: answer.text,
        hand_over: answer.wishes.hand_over,
        tags: answer.wishes.tags,
        facts: answer.wishes.facts,
        later: answer.wishes.later.map(|later| later.text),
        model: task.model,
        tokens: spent.tokens(),
        micros: spent.micros(task.price),
    }))
}

async fn keep_cost(
    personas: &Personas,
    task: &Task,
    failure: Option<String>,
    spent: runs::Spent,
) -> ApiResult<()> {
    let (id, price, at) = (task.run, task.price, personas.delivery.ambient.now());
    let written = personas.delivery.store.write(move |tx| {
        let reason = failure.as_deref();
        runs::end(tx, id, &End { outcome: "dry_run", reason, reply: None, spent, price, at })
    });
    Ok(written.await?)
}
