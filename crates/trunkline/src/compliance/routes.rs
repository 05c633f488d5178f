//! Doors to the rules and to what is on record.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{ContactId, LineId};
use trunkline_store::{Result, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::ledger::{self, BlockView, ConsentView, Entry};
use super::reviews::{self, ReviewView};
use super::settings::{self, Settings};
use super::{Compliance, quiet};
use crate::accounts::Actor;
use crate::contacts;
use crate::events::Subject;
use crate::http::cursor::{limit, page};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Path, Problem, Query};

/// Characters of what is written down as evidence.
const TEXT_MAX: usize = 2_000;

pub(crate) fn routes() -> ApiRoutes<Compliance> {
    ApiRoutes::new()
        .viewer(routes!(contact_consent))
        .agent(routes!(record_consent))
        .agent(routes!(block_contact))
        .agent(routes!(unblock_contact))
        .viewer(routes!(read_settings))
        .admin(routes!(change_settings))
        .viewer(routes!(list_reviews))
        .agent(routes!(decide_review))
}

/// What is on record about a contact.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentRecord {
    /// Newest first.
    items: Vec<ConsentView>,
    blocked: Option<BlockView>,
    time_zone: Option<ZoneView>,
}

/// Where a contact may be.
#[derive(Debug, Serialize, ToSchema)]
struct ZoneView {
    /// IANA names, the most likely first.
    zones: Vec<String>,
    /// `contact`: set by hand; `number`: from the phone number; `default`: neither tells.
    source: String,
}

/// Where a contact is reached: consent and blocks are kept by address.
async fn addresses_of(compliance: &Compliance, id: ContactId) -> ApiResult<Vec<String>> {
    let contact = compliance.store.read(move |tx| contacts::find(tx, id)).await?;
    let contact = contact.ok_or_else(|| Problem::not_found("contact"))?;
    Ok(contact.phone.into_iter().chain(contact.email).collect())
}

/// The same, for what has to be written down by address.
async fn some_addresses_of(compliance: &Compliance, id: ContactId) -> ApiResult<Vec<String>> {
    let addresses = addresses_of(compliance, id).await?;
    if addresses.is_empty() {
        let text = "This contact has no phone number and no email address; consent is kept by address.";
        return Err(Problem::invalid("id", text));
    }
    Ok(addresses)
}

/// The consent of a contact, and how we know.
#[utoipa::path(get, path = "/api/contacts/{id}/consent", tag = "compliance", params(("id" = Uuid, Path)),
    responses((status = 200, body = ConsentRecord), (status = 404, body = Problem)))]
async fn contact_consent(
    State(compliance): State<Compliance>,
    Path(id): Path<ContactId>,
) -> ApiResult<Json<ConsentRecord>> {
    let addresses = addresses_of(&compliance, id).await?;
    Ok(Json(compliance.store.read(move |tx| record_of(tx, id, &addresses)).await?))
}

fn record_of(tx: &mut Tx<'_>, id: ContactId, addresses: &[String]) -> Result<ConsentRecord> {
    let Some(first) = addresses.first() else {
        return Ok(ConsentRecord { items: Vec::new(), blocked: None, time_zone: None });
    };
    let by_hand = contacts::time_zone(tx, id)?;
    let zones = quiet::zones_of(by_hand.as_deref(), first, &settings::load(tx)?);
    let (mut items, mut blocked) = (Vec::new(), None);
    for address in addresses {
        items.extend(ledger::history(tx, address)?);
        blocked = blocked.or(ledger::block_of(tx, address)?);
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    Ok(ConsentRecord {
        items,
        blocked,
        time_zone: Some(ZoneView { source: zones.source.to_owned(), zones: zones.names }),
    })
}

/// A word on consent, written down by a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConsent {
    /// `given` or `revoked`.
    status: String,
    /// `marketing` or `transactional`.
    purpose: String,
    /// How we know: `form`, `paper`, `call` …
    source: String,
    /// The words they agreed to.
    wording: Option<String>,
    /// What they said, or where it can be found.
    evidence: Option<String>,
    /// The line it counts for; left out, all of them.
    #[schema(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
}

impl NewConsent {
    fn check(&self) -> std::result::Result<(), Problem> {
        let one_of = |field: &str, value: &str, words: &[&str]| {
            if words.contains(&value) {
                return Ok(());
            }
            Err(Problem::invalid(field, format!("'{value}' is not known; use {}.", words.join(" or "))))
        };
        one_of("status", &self.status, &["given", "revoked"])?;
        one_of("purpose", &self.purpose, &["marketing", "transactional"])?;
        let texts = [
            ("source", Some(&self.source)),
            ("wording", self.wording.as_ref()),
            ("evidence", self.evidence.as_ref()),
        ];
        for (field, text) in texts {
            if text.is_some_and(|text| text.chars().count() > TEXT_MAX) {
                return Err(Problem::invalid(field, format!("At most {TEXT_MAX} characters.")));
            }
        }
        if self.source.trim().is_empty() {
            return Err(Problem::invalid("source", "Say how you know, such as form, paper or call."));
        }
        Ok(())
    }
}

/// Writes a word on consent into the ledger.
#[utoipa::path(post, path = "/api/contacts/{id}/consent", tag = "compliance", params(("id" = Uuid, Path)),
    request_body = NewConsent, responses((status = 201, body = ConsentRecord), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn record_consent(
    State(compliance): State<Compliance>,
    actor: Actor,
    Path(id): Path<ContactId>,
    Json(consent): Json<NewConsent>,
) -> ApiResult<(StatusCode, Json<ConsentRecord>)> {
    consent.check()?;
    let addresses = some_addresses_of(&compliance, id).await?;
    let (ambient, now) = (compliance.ambient.clone(), compliance.ambient.now());
    let reconsider = compliance.reconsider.clone();
    let written = compliance
        .store
        .write(move |tx| {
            for address in &addresses {
                let entry = Entry {
                    id: ambient.id(),
                    at: now,
                    address,
                    line: consent.line_id,
                    purpose: &consent.purpose,
                    status: &consent.status,
                    source: consent.source.trim(),
                    wording: consent.wording.as_deref(),
                    evidence: consent.evidence.as_deref(),
                    by: Some((actor.id, &actor.name)),
                };
                ledger::record(tx, &entry)?;
            }
            reconsider(tx, Some(id))?;
            record_of(tx, id, &addresses)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(written)))
}

/// Why somebody is not to be written to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBlock {
    reason: Option<String>,
}

/// Blocks a contact: nothing is sent to their number or email address, through any line.
#[utoipa::path(put, path = "/api/contacts/{id}/block", tag = "compliance", params(("id" = Uuid, Path)),
    request_body = NewBlock, responses((status = 200, body = ConsentRecord), (status = 404, body = Problem)))]
async fn block_contact(
    State(compliance): State<Compliance>,
    actor: Actor,
    Path(id): Path<ContactId>,
    Json(block): Json<NewBlock>,
) -> ApiResult<Json<ConsentRecord>> {
    if block.reason.as_deref().is_some_and(|reason| reason.chars().count() > TEXT_MAX) {
        return Err(Problem::invalid("reason", format!("At most {TEXT_MAX} characters.")));
    }
    let addresses = some_addresses_of(&compliance, id).await?;
    let (events, now) = (compliance.events.clone(), compliance.ambient.now());
    let reconsider = compliance.reconsider.clone();
    let record = compliance
        .store
        .write(move |tx| {
            for address in &addresses {
                ledger::block(tx, address, now, block.reason.as_deref(), (actor.id, &actor.name))?;
            }
            reconsider(tx, Some(id))?;
            events.record(tx, now, Subject::Contact(id))?;
            record_of(tx, id, &addresses)
        })
        .await?;
    Ok(Json(record))
}

/// Lifts a block.
#[utoipa::path(delete, path = "/api/contacts/{id}/block", tag = "compliance", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn unblock_contact(
    State(compliance): State<Compliance>,
    Path(id): Path<ContactId>,
) -> ApiResult<StatusCode> {
    let addresses = some_addresses_of(&compliance, id).await?;
    let (events, now) = (compliance.events.clone(), compliance.ambient.now());
    compliance
        .store
        .write(move |tx| {
            let mut lifted = false;
            for address in &addresses {
                lifted |= ledger::unblock(tx, address)?;
            }
            if lifted {
                events.record(tx, now, Subject::Contact(id))?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The rules of sending.
#[utoipa::path(get, path = "/api/compliance/settings", tag = "compliance", responses((status = 200, body = Settings)))]
async fn read_settings(State(compliance): State<Compliance>) -> ApiResult<Json<Settings>> {
    Ok(Json(compliance.store.read(settings::load).await?))
}

/// Changes the rules of sending. They count from now on, also for what waits.
#[utoipa::path(put, path = "/api/compliance/settings", tag = "compliance", request_body = Settings,
    responses((status = 200, body = Settings), (status = 422, body = Problem)))]
async fn change_settings(
    State(compliance): State<Compliance>,
    Json(settings): Json<Settings>,
) -> ApiResult<Json<Settings>> {
    let problems = settings.problems();
    if !problems.is_empty() {
        return Err(Problem::invalid_fields(problems));
    }
    let (kept, reconsider) = (settings.clone(), compliance.reconsider.clone());
    compliance
        .store
        .write(move |tx| {
            settings::save(tx, &kept)?;
            reconsider(tx, None)
        })
        .await?;
    Ok(Json(settings))
}

/// A part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    cursor: Option<String>,
    limit: Option<usize>,
}

/// Texts that may mean "stop", newest first.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewList {
    items: Vec<ReviewView>,
    next_cursor: Option<String>,
}

/// Texts in free words that may ask not to be contacted, and wait for a person.
#[utoipa::path(get, path = "/api/reviews", tag = "compliance", params(Part),
    responses((status = 200, body = ReviewList), (status = 422, body = Problem)))]
async fn list_reviews(
    State(compliance): State<Compliance>,
    Query(part): Query<Part>,
) -> ApiResult<Json<ReviewList>> {
    let (after, limit) = (Cursor::decode(part.cursor.as_deref())?, limit(part.limit));
    let rows = compliance.store.read(move |tx| reviews::open(tx, after, limit + 1)).await?;
    let (items, next_cursor) = page(rows, limit, |review| Cursor::new(review.at, review.id));
    Ok(Json(ReviewList { items, next_cursor }))
}

/// What a person makes of such a text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    action: DecisionKind,
}

/// The two ways to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DecisionKind {
    /// They meant it: nothing more is sent to them from this line.
    OptOut,
    /// They did not.
    Ignore,
}

/// Decides on a text that may mean "stop".
#[utoipa::path(post, path = "/api/reviews/{id}", tag = "compliance", params(("id" = Uuid, Path)), request_body = Decision,
    responses((status = 204), (status = 404, body = Problem)))]
async fn decide_review(
    State(compliance): State<Compliance>,
    actor: Actor,
    Path(id): Path<Uuid>,
    Json(decision): Json<Decision>,
) -> ApiResult<StatusCode> {
    let (events, now) = (compliance.events.clone(), compliance.ambient.now());
    let record = compliance.ambient.id();
    let (opted_out, reconsider) = (decision.action == DecisionKind::OptOut, compliance.reconsider.clone());
    let decided = compliance
        .store
        .write(move |tx| {
            let conversation = reviews::decide(tx, id, record, opted_out, actor.id, now)?;
            if let Some(conversation) = conversation {
                events.record(tx, now, Subject::Conversation(conversation))?;
                if let Some(contact) = reviews::contact_of(tx, id)?.filter(|_| opted_out) {
                    reconsider(tx, Some(contact))?;
                }
            }
            Ok(conversation)
        })
        .await?;
    if decided.is_some() { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("open review")) }
}
