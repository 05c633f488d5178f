//! What would come out of a template, variant by variant, also of one that is still being written.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, TemplateId};
use trunkline_domain::segments::Segments;
use trunkline_domain::template::{Declared, RenderContext, Template};
use trunkline_store::Tx;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::fill::{Person, Surroundings, Values, value_of};
use super::wording::{Problems, Variable, Variant, Wording, parsed};
use super::{Templates, storage};
use crate::accounts::Actor;
use crate::contacts;
use crate::http::problem::FieldError;
use crate::http::{ApiResult, ApiRoutes, Json, Problem};

pub(super) fn routes() -> ApiRoutes<Templates> {
    ApiRoutes::new().viewer(routes!(preview_template))
}

/// What is to be tried: a template that is kept, or words that are not yet.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TemplatePreviewRequest)]
#[serde(deny_unknown_fields)]
struct PreviewRequest {
    #[schema(value_type = Option<Uuid>)]
    template_id: Option<TemplateId>,
    variants: Option<Vec<Variant>>,
    /// Declared beside `variants`.
    #[serde(default)]
    variables: Vec<Variable>,
    /// Values by the name of their variable; they also stand in for what is built in.
    #[serde(default)]
    values: BTreeMap<String, String>,
    /// For whom; without one, nothing is known of the recipient.
    #[schema(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    /// `sms` if left out.
    channel: Option<String>,
}

/// What would come out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplatePreview)]
struct Preview {
    variants: Vec<VariantPreview>,
}

/// What would come out of one variant.
#[derive(Debug, Serialize, ToSchema)]
struct VariantPreview {
    name: String,
    /// A place that cannot be filled shows its name in braces.
    body: String,
    segments: u32,
    /// `GSM-7` or `UCS-2`.
    encoding: String,
    /// Names without a value and without a default.
    missing: Vec<String>,
    /// Names that are neither declared nor built in.
    unknown: Vec<String>,
    /// Values that cannot be written as asked.
    unfit: Vec<UnfitValue>,
}

/// A value that cannot be written as asked.
#[derive(Debug, Serialize, ToSchema)]
struct UnfitValue {
    name: String,
    problem: String,
}

/// Tries a template, or words that are still being written. Nothing is kept.
#[utoipa::path(post, path = "/api/templates/preview", tag = "templates", request_body = PreviewRequest,
    responses((status = 200, body = Preview), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn preview_template(
    State(templates): State<Templates>,
    actor: Actor,
    Json(request): Json<PreviewRequest>,
) -> ApiResult<Json<Preview>> {
    let channel = request.channel.clone().unwrap_or_else(|| Channel::Sms.to_string());
    channel.parse::<Channel>().map_err(|error| Problem::invalid("channel", error.to_string()))?;
    let store = templates.store.clone();
    let variants = store.read(move |tx| preview(tx, &templates, &actor, request, &channel)).await??;
    Ok(Json(Preview { variants }))
}

fn preview(
    tx: &mut Tx<'_>,
    templates: &Templates,
    actor: &Actor,
    request: PreviewRequest,
    channel: &str,
) -> trunkline_store::Result<ApiResult<Vec<VariantPreview>>> {
    let PreviewRequest { template_id, variants, variables, values, contact_id, .. } = request;
    let wording = match (template_id, variants) {
        (None, Some(variants)) => Wording { variants, variables }.tidied(),
        (Some(id), None) => match storage::find(tx, id)? {
            Some(template) => template.wording(),
            None => return Ok(Err(Problem::not_found("template"))),
        },
        _ => return Ok(Err(Problem::invalid("variants", "Name exactly one of template_id and variants."))),
    };
    let contact = match contact_id {
        None => None,
        Some(id) => match contacts::find(tx, id)? {
            None => return Ok(Err(Problem::not_found("contact"))),
            found => found,
        },
    };
    let phone = contact.as_ref().and_then(|contact| contact.phone.clone()).unwrap_or_default();
    let first = templates.lines.first();
    let line = first.as_ref().map(|line| &line.info);
    let person = Person { contact, phone: &phone, line, agent: Some(&actor.name) };
    let surroundings = Surroundings::of(tx, &person)?;
    let context = surroundings.at(templates.ambient.now());
    Ok(sketches(&wording, channel, &values, &person, &context).map_err(Problem::invalid_fields))
}

fn sketches(
    wording: &Wording,
    channel: &str,
    values: &Values,
    person: &Person<'_>,
    context: &RenderContext<'_>,
) -> Result<Vec<VariantPreview>, Vec<FieldError>> {
    let mut problems = Problems::default();
    wording.check_size(&mut problems);
    let declared = wording.declared(&mut problems);
    let mut previews = Vec::with_capacity(wording.variants.len());
    for (number, variant) in wording.variants.iter().enumerate() {
        // Without a text, it has none to show; that it needs one is told when it is to be kept.
        let (key, body) = variant.body(channel).unwrap_or(("*", ""));
        let template = parsed(&format!("variants.{number}.bodies.{key}"), body, &mut problems);
        let value = |name: &str| value_of(name, values, person);
        previews.extend(template.map(|template| sketch(variant, &template, &value, &declared, context)));
    }
    problems.into_result().map(|()| previews)
}

fn sketch(
    variant: &Variant,
    template: &Template,
    value: &dyn Fn(&str) -> Option<String>,
    declared: &Declared,
    context: &RenderContext<'_>,
) -> VariantPreview {
    let (body, errors) = template.sketch(value, declared, context);
    let unfit = errors.unfit.into_iter();
    let counted = Segments::of(&body);
    VariantPreview {
        name: variant.name.clone(),
        segments: counted.count(),
        encoding: counted.encoding.as_str().to_owned(),
        missing: errors.missing,
        unknown: template.unknown(declared).map(str::to_owned).collect(),
        unfit: unfit.map(|unfit| UnfitValue { name: unfit.name, problem: unfit.problem }).collect(),
        body,
    }
}
