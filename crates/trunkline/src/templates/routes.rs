//! The templates of the API (C1, C12).

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::TemplateId;
use trunkline_domain::message::Purpose;
use trunkline_store::{StoreError, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Templates;
use super::storage::{self, Hand, TemplateView, VersionView};
use super::wording::{Problems, Variable, Variant, Wording, check_name};
use crate::accounts::Actor;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem, Query};

pub(crate) fn routes() -> ApiRoutes<Templates> {
    ApiRoutes::new()
        .viewer(routes!(list_templates))
        .viewer(routes!(get_template))
        .viewer(routes!(list_template_versions))
        .merge(super::preview::routes())
        .agent(routes!(create_template))
        .agent(routes!(change_template))
        .agent(routes!(archive_template))
        .agent(routes!(restore_template))
}

/// Templates by name.
#[derive(Debug, Serialize, ToSchema)]
struct TemplateList {
    items: Vec<TemplateView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TemplateFilter {
    /// Part of the name.
    q: Option<String>,
    /// The archived ones instead of those in use.
    #[serde(default)]
    archived: bool,
}

/// The templates in use, or the archived ones, by name.
#[utoipa::path(get, path = "/api/templates", tag = "templates", params(TemplateFilter),
    responses((status = 200, body = TemplateList)))]
async fn list_templates(
    State(templates): State<Templates>,
    Query(filter): Query<TemplateFilter>,
) -> ApiResult<Json<TemplateList>> {
    let wanted = filter.q.unwrap_or_default().trim().to_lowercase();
    let items = templates.store.read(move |tx| storage::list(tx, &wanted, filter.archived)).await?;
    Ok(Json(TemplateList { items }))
}

/// One template in its current version.
#[utoipa::path(get, path = "/api/templates/{id}", tag = "templates", params(("id" = Uuid, Path)),
    responses((status = 200, body = TemplateView), (status = 404, body = Problem)))]
async fn get_template(
    State(templates): State<Templates>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Json<TemplateView>> {
    let found = templates.store.read(move |tx| storage::find(tx, id)).await?;
    found.map(Json).ok_or_else(no_template)
}

fn no_template() -> Problem {
    Problem::not_found("template")
}

/// The versions of a template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVersionList)]
struct VersionList {
    /// Newest first.
    items: Vec<VersionView>,
}

/// What a template said, and when.
#[utoipa::path(get, path = "/api/templates/{id}/versions", tag = "templates", params(("id" = Uuid, Path)),
    responses((status = 200, body = VersionList), (status = 404, body = Problem)))]
async fn list_template_versions(
    State(templates): State<Templates>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Json<VersionList>> {
    let items = templates.store.read(move |tx| storage::versions(tx, id)).await?;
    // A template is written together with its first version.
    if items.is_empty() { Err(no_template()) } else { Ok(Json(VersionList { items })) }
}

/// A template to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTemplate {
    /// No two templates in use have the same.
    name: String,
    /// `reply`, `transactional` or `marketing`.
    #[schema(value_type = String)]
    purpose: Purpose,
    variants: Vec<Variant>,
    #[serde(default)]
    variables: Vec<Variable>,
}

/// What is to be different about a template; what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateChange {
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    purpose: Option<Purpose>,
    /// Instead of all there are.
    variants: Option<Vec<Variant>>,
    /// Instead of all there are.
    variables: Option<Vec<Variable>>,
}

/// A template as it is to be written, in order.
struct Checked {
    name: String,
    wording: Wording,
}

fn checked(name: &str, wording: Wording) -> Result<Checked, Problem> {
    let (name, wording) = (name.trim().to_owned(), wording.tidied());
    let mut problems = Problems::default();
    check_name("name", &name, &mut problems);
    wording.check(&mut problems);
    problems.into_result().map_err(Problem::invalid_fields)?;
    Ok(Checked { name, wording })
}

fn hand(templates: &Templates, actor: Actor) -> Hand {
    Hand { at: templates.ambient.now(), by: (actor.id, actor.name) }
}

/// Adds a template.
#[utoipa::path(post, path = "/api/templates", tag = "templates", request_body = NewTemplate,
    responses((status = 201, body = TemplateView), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create_template(
    State(templates): State<Templates>,
    actor: Actor,
    Json(new): Json<NewTemplate>,
) -> ApiResult<(StatusCode, Json<TemplateView>)> {
    let NewTemplate { name, purpose, variants, variables } = new;
    let Checked { name, wording } = checked(&name, Wording { variants, variables })?;
    let (id, hand) = (templates.ambient.id(), hand(&templates, actor));
    let wanted = name.clone();
    let written = templates.store.write(move |tx| {
        storage::insert(tx, id, &name, purpose, &wording, &hand)?;
        storage::find(tx, id)
    });
    let template = named(&templates, Some(wanted), written.await).await?.ok_or_else(no_template)?;
    Ok((StatusCode::CREATED, Json(template)))
}

/// What was written; a name that is taken becomes a problem that says by whom.
async fn named<T>(
    templates: &Templates,
    name: Option<String>,
    written: trunkline_store::Result<T>,
) -> ApiResult<T> {
    let error = match written {
        Ok(written) => return Ok(written),
        Err(error) if error.is_conflict_on("templates_name_key") => error,
        Err(error) => return Err(error.into()),
    };
    let Some(name) = name else { return Err(error.into()) };
    let detail = format!("Another template is named '{name}'. Choose another name.");
    let owner = templates.store.read(move |tx| storage::id_by_name(tx, &name)).await?;
    let problem = Problem::new(StatusCode::CONFLICT, "template_exists", detail).with_field("name");
    Err(owner.into_iter().fold(problem, Problem::with_existing))
}

/// Changes a template. Other words make a new version; what was sent keeps the one it was made from.
#[utoipa::path(patch, path = "/api/templates/{id}", tag = "templates", params(("id" = Uuid, Path)),
    request_body = TemplateChange, responses((status = 200, body = TemplateView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn change_template(
    State(templates): State<Templates>,
    actor: Actor,
    Path(id): Path<TemplateId>,
    Json(wanted): Json<TemplateChange>,
) -> ApiResult<Json<TemplateView>> {
    let (hand, name) = (hand(&templates, actor), wanted.name.clone());
    let written = templates.store.write(move |tx| apply(tx, id, wanted, &hand)).await;
    named(&templates, name.map(|name| name.trim().to_owned()), written).await?.map(Json)
}

fn apply(
    tx: &mut Tx<'_>,
    id: TemplateId,
    wanted: TemplateChange,
    hand: &Hand,
) -> trunkline_store::Result<ApiResult<TemplateView>> {
    let Some(before) = storage::lock(tx, id)? else { return Ok(Err(no_template())) };
    if before.archived {
        let told = "This template is archived. Restore it first to change it.";
        return Ok(Err(Problem::new(StatusCode::CONFLICT, "archived", told)));
    }
    let wording = Wording {
        variants: wanted.variants.unwrap_or_else(|| before.variants.clone()),
        variables: wanted.variables.unwrap_or_else(|| before.variables.clone()),
    };
    let name = wanted.name.unwrap_or_else(|| before.name.clone());
    let Checked { name, wording } = match checked(&name, wording) {
        Ok(checked) => checked,
        Err(problem) => return Ok(Err(problem)),
    };
    let purpose = wanted.purpose.unwrap_or(before.purpose);
    storage::change(tx, &before, &name, purpose, &wording, hand)?;
    Ok(storage::find(tx, id)?.ok_or_else(no_template))
}

/// Takes a template out of use. What was sent with it stays as it is, and it can come back.
#[utoipa::path(delete, path = "/api/templates/{id}", tag = "templates", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn archive_template(
    State(templates): State<Templates>,
    Path(id): Path<TemplateId>,
) -> ApiResult<StatusCode> {
    let now = templates.ambient.now();
    let found = templates.store.write(move |tx| storage::set_archived(tx, id, Some(now), now)).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(no_template()) }
}

/// Takes an archived template back into use.
#[utoipa::path(post, path = "/api/templates/{id}/restore", tag = "templates", params(("id" = Uuid, Path)),
    responses((status = 200, body = TemplateView), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn restore_template(
    State(templates): State<Templates>,
    Path(id): Path<TemplateId>,
) -> ApiResult<Json<TemplateView>> {
    let now = templates.ambient.now();
    let written = templates.store.write(move |tx| {
        storage::set_archived(tx, id, None, now)?;
        storage::find(tx, id)
    });
    let restored = match written.await {
        Err(error @ StoreError::Conflict { .. }) => {
            let name = templates.store.read(move |tx| storage::find(tx, id)).await?;
            named(&templates, name.map(|template| template.name), Err(error)).await?
        }
        written => written?,
    };
    restored.map(Json).ok_or_else(no_template)
}
