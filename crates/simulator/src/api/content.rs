//! Templates and their approval by WhatsApp (Twilio, Content API v1). They last until the simulator stops; who
//! approves or rejects them is the control API.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::simulator::Simulator;
use crate::whatsapp::Content;

use super::error::ApiError;

const VARIABLES_MAX: usize = 100;

/// `POST /v1/Content`.
pub(crate) async fn create(
    State(simulator): State<Simulator>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let wanted: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|_| ApiError::bad(20_422, "The body is not a JSON object"))?;
    let types = wanted.get("types").and_then(Value::as_object).filter(|types| !types.is_empty());
    let types = types.ok_or_else(|| ApiError::bad(20_422, "Parameter 'types' is required"))?;
    let language = wanted.get("language").and_then(Value::as_str);
    let language = language.ok_or_else(|| ApiError::bad(20_422, "Parameter 'language' is required"))?;
    let variables = wanted.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
    if variables.len() > VARIABLES_MAX {
        return Err(ApiError::bad(92_002, "A template has at most 100 variables"));
    }
    let mut world = simulator.world();
    let n = world.contents.len() + 1;
    let content = Content {
        sid: world.names.sid("HX", &format!("content {n}")),
        friendly_name: wanted.get("friendly_name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        language: language.to_owned(),
        variables: Value::Object(variables),
        types: Value::Object(types.clone()),
        created_at: simulator.ambient().now(),
        name: String::new(),
        category: String::new(),
        status: "unsubmitted".to_owned(),
        rejection: String::new(),
    };
    world.contents.push(content.clone());
    Ok((StatusCode::CREATED, Json(resource(&simulator, &content))))
}

/// `GET /v1/Content` and `GET /v1/ContentAndApprovals`: all on one page, newest first.
pub(crate) async fn list(State(simulator): State<Simulator>, OriginalUri(uri): OriginalUri) -> Json<Value> {
    let with_approvals = uri.path().ends_with("ContentAndApprovals");
    let contents: Vec<Value> = simulator
        .world()
        .contents
        .iter()
        .rev()
        .map(|content| {
            let mut shown = resource(&simulator, content);
            if with_approvals && let Some(fields) = shown.as_object_mut() {
                fields.remove("links");
                fields.remove("url");
                fields.insert("approval_requests".into(), approval(content));
            }
            shown
        })
        .collect();
    let url = address(&simulator, uri.path());
    Json(json!({
        "meta": {
            "page": 0, "page_size": contents.len().max(50), "first_page_url": format!("{url}?PageSize=50&Page=0"),
            "previous_page_url": null, "url": format!("{url}?PageSize=50&Page=0"), "next_page_url": null,
            "key": "contents",
        },
        "contents": contents,
    }))
}

/// `GET /v1/Content/{sid}`.
pub(crate) async fn fetch(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(resource(&simulator, &find(&simulator, &sid, uri.path())?)))
}

/// `DELETE /v1/Content/{sid}`.
pub(crate) async fn delete(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Result<StatusCode, ApiError> {
    find(&simulator, &sid, uri.path())?;
    simulator.world().contents.retain(|content| content.sid != sid);
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/Content/{sid}/ApprovalRequests`.
pub(crate) async fn approvals(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Value>, ApiError> {
    let content = find(&simulator, &sid, uri.path())?;
    let mut told = approval(&content);
    if let Some(fields) = told.as_object_mut() {
        fields.insert("type".into(), json!("whatsapp"));
    }
    Ok(Json(json!({
        "sid": content.sid,
        "account_sid": simulator.config().account_sid,
        "whatsapp": told,
        "url": address(&simulator, &format!("/v1/Content/{sid}/ApprovalRequests")),
    })))
}

/// `POST /v1/Content/{sid}/ApprovalRequests/whatsapp`: received, until somebody decides.
pub(crate) async fn submit(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let wanted: Value = serde_json::from_slice(&body).unwrap_or_default();
    let field = |name: &str| {
        let given = wanted.get(name).and_then(Value::as_str).filter(|given| !given.is_empty());
        given
            .map(str::to_owned)
            .ok_or_else(|| ApiError::bad(20_422, format!("Parameter '{name}' is required")))
    };
    let (name, category) = (field("name")?, field("category")?);
    let mut world = simulator.world();
    let known = world.contents.iter_mut().find(|content| content.sid == sid);
    let known = known.ok_or_else(|| ApiError::not_found(uri.path()))?;
    (known.name, known.category, known.status) = (name, category, "received".to_owned());
    Ok((StatusCode::CREATED, Json(approval(known))))
}

fn find(simulator: &Simulator, sid: &str, path: &str) -> Result<Content, ApiError> {
    let world = simulator.world();
    world.contents.iter().find(|content| content.sid == sid).cloned().ok_or_else(|| ApiError::not_found(path))
}

fn address(simulator: &Simulator, path: &str) -> String {
    let base = simulator.config().public_url.as_deref().unwrap_or("https://content.twilio.com");
    format!("{}{path}", base.trim_end_matches('/'))
}

fn resource(simulator: &Simulator, content: &Content) -> Value {
    let url = address(simulator, &format!("/v1/Content/{}", content.sid));
    let created = content.created_at.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({
        "sid": content.sid,
        "account_sid": simulator.config().account_sid,
        "friendly_name": content.friendly_name,
        "language": content.language,
        "variables": content.variables,
        "types": content.types,
        "url": url,
        "date_created": created,
        "date_updated": created,
        "links": {
            "approval_create": format!("{url}/ApprovalRequests/whatsapp"),
            "approval_fetch": format!("{url}/ApprovalRequests"),
        },
    })
}

fn approval(content: &Content) -> Value {
    let kind = content.types.as_object().and_then(|types| types.keys().next());
    json!({
        "name": content.name,
        "category": content.category,
        "content_type": kind,
        "status": content.status,
        "rejection_reason": content.rejection,
        "allow_category_change": true,
    })
}
