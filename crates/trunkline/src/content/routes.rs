//! Approved templates in the API.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::LineId;
use trunkline_domain::placeholders;
use trunkline_providers::twilio::content::NewContent;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Contents;
use super::storage::{self, ContentTemplateView};
use super::sync::{self, Trouble};
use crate::http::problem::FieldError;
use crate::http::{ApiResult, ApiRoutes, Json, Problem};

/// Characters of a template's text (WhatsApp's own limit for the body of a template).
const BODY_MAX: usize = 1_024;
const NAME_MAX: usize = 100;
/// Quick replies under a template, and characters on one.
const BUTTONS_MAX: usize = 3;
const BUTTON_MAX: usize = 20;
const CATEGORIES: [&str; 2] = ["UTILITY", "MARKETING"];

pub(crate) fn routes() -> ApiRoutes<Contents> {
    ApiRoutes::new()
        .viewer(routes!(list_content_templates))
        .agent(routes!(sync_content_templates))
        .agent(routes!(create_content_template))
}

/// Templates that WhatsApp approves.
#[derive(Debug, Serialize, ToSchema)]
struct ContentTemplateList {
    items: Vec<ContentTemplateView>,
}

/// The templates of WhatsApp as the provider last told of them, by name.
#[utoipa::path(get, path = "/api/content-templates", tag = "templates",
    responses((status = 200, body = ContentTemplateList)))]
async fn list_content_templates(State(contents): State<Contents>) -> ApiResult<Json<ContentTemplateList>> {
    Ok(Json(ContentTemplateList { items: contents.store.read(storage::list).await? }))
}

/// Asks the provider for its templates now, and gives them.
#[utoipa::path(post, path = "/api/content-templates/sync", tag = "templates",
    responses((status = 200, body = ContentTemplateList)))]
async fn sync_content_templates(State(contents): State<Contents>) -> ApiResult<Json<ContentTemplateList>> {
    sync::sync(&contents).await.map_err(problem)?;
    Ok(Json(ContentTemplateList { items: contents.store.read(storage::list).await? }))
}

/// A template to be made and submitted to WhatsApp.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewContentTemplate {
    /// The line whose account it belongs to; left out, the first on WhatsApp.
    #[schema(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    /// Lower-case letters, digits and underscores.
    name: String,
    /// A language code such as `en` or `pt_BR`.
    language: String,
    /// `UTILITY` or `MARKETING`.
    category: String,
    /// With places for values: `{{1}}`, `{{2}}` and so on.
    body: String,
    /// Up to three quick replies.
    #[serde(default)]
    buttons: Vec<String>,
    /// An example of each value, by which WhatsApp judges it.
    #[serde(default)]
    samples: BTreeMap<String, String>,
}

impl NewContentTemplate {
    fn refusals(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse =
            |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
        let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if self.name.is_empty() || self.name.len() > NAME_MAX || !self.name.bytes().all(named) {
            let message = format!(
                "Use 1 to {NAME_MAX} lower-case letters, digits and underscores, such as visit_reminder."
            );
            refuse("name", message);
        }
        let is_code = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        if !(2..=6).contains(&self.language.len()) || !self.language.bytes().all(is_code) {
            refuse("language", "Write a language code such as en or pt_BR.".to_owned());
        }
        if !CATEGORIES.contains(&self.category.as_str()) {
            refuse("category", "Use UTILITY or MARKETING.".to_owned());
        }
        let length = self.body.chars().count();
        if self.body.trim().is_empty() || length > BODY_MAX {
            refuse("body", format!("Write 1 to {BODY_MAX} characters; these are {length}."));
        }
        for name in placeholders::names(&self.body) {
            if self.samples.get(&name).is_none_or(|sample| sample.trim().is_empty()) {
                refuse(&format!("samples.{name}"), format!("Give an example for {{{{{name}}}}}."));
            }
        }
        let fits = |title: &String| !title.trim().is_empty() && title.chars().count() <= BUTTON_MAX;
        if self.buttons.len() > BUTTONS_MAX || !self.buttons.iter().all(fits) {
            refuse("buttons", format!("At most {BUTTONS_MAX} buttons of 1 to {BUTTON_MAX} characters."));
        }
        errors
    }
}

/// Makes a template and asks WhatsApp to approve it. It can be sent once WhatsApp has.
#[utoipa::path(post, path = "/api/content-templates", tag = "templates", request_body = NewContentTemplate,
    responses((status = 201, body = ContentTemplateView), (status = 422, body = Problem)))]
async fn create_content_template(
    State(contents): State<Contents>,
    Json(wanted): Json<NewContentTemplate>,
) -> ApiResult<(StatusCode, Json<ContentTemplateView>)> {
    let mut refusals = wanted.refusals();
    let lines = sync::lines(&contents);
    let line = lines.iter().find(|line| wanted.line_id.is_none_or(|id| line.info.id == id));
    if line.is_none() {
        let message = "There is no such line on WhatsApp.".to_owned();
        refusals.push(FieldError { field: "line_id".to_owned(), message });
    }
    let Some((line, templates)) =
        line.and_then(|line| Some((line, line.content.as_ref()?))).filter(|_| refusals.is_empty())
    else {
        return Err(Problem::invalid_fields(refusals));
    };
    let NewContentTemplate { name, language, category, body, buttons, samples, .. } = wanted;
    let new = NewContent { name, language, body, buttons, samples };
    let id = sync::create(&contents, (line, templates), &new, &category).await.map_err(problem)?;
    let made = contents.store.read(move |tx| storage::find(tx, id)).await?;
    Ok((StatusCode::CREATED, Json(made.ok_or_else(|| Problem::not_found("template"))?)))
}

fn problem(trouble: Trouble) -> Problem {
    match trouble {
        Trouble::Store(error) => error.into(),
        Trouble::Asked(error) => Problem::new(
            StatusCode::BAD_GATEWAY,
            "provider_refused",
            format!("The provider did not do it: {error}. Look at the line's credentials, or try again."),
        ),
    }
}
