//! Templates that WhatsApp approves, kept at Twilio (Twilio, Content API v1).

use std::collections::BTreeMap;

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use trunkline_domain::error_class::ErrorClass;

use super::client::{Twilio, refused, unreadable};
use crate::LookupError;
use crate::json::text;

/// The content API has a host of its own.
const CONTENT_BASE_URL: &str = "https://content.twilio.com";
const PAGE_SIZE: usize = 100;
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Far more than an account has; beyond it something is wrong.
const PAGES_MAX: usize = 100;

/// A template as Twilio shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentTemplate {
    /// `HX…`.
    pub sid: String,
    /// What its maker calls it.
    pub name: String,
    /// A language code such as `en`.
    pub language: String,
    /// Its first type, such as `twilio/text`.
    pub kind: String,
    /// The text, with places for values; none for a type without one.
    pub body: Option<String>,
    /// Quick replies under it.
    pub buttons: Vec<QuickReply>,
    /// An example of each value.
    pub samples: BTreeMap<String, String>,
    /// WhatsApp's category, such as `UTILITY`.
    pub category: Option<String>,
    /// `unsubmitted`, `received`, `pending`, `approved`, `rejected`, `paused` or `disabled`.
    pub status: String,
    /// Why WhatsApp does not want it.
    pub rejection: Option<String>,
}

/// A button that answers with one tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickReply {
    /// What stands on it.
    pub title: String,
    /// What comes back with the tap.
    pub id: Option<String>,
}

/// A template to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContent {
    /// See [`ContentTemplate::name`].
    pub name: String,
    /// See [`ContentTemplate::language`].
    pub language: String,
    /// See [`ContentTemplate::body`].
    pub body: String,
    /// The words on its quick replies.
    pub buttons: Vec<String>,
    /// See [`ContentTemplate::samples`].
    pub samples: BTreeMap<String, String>,
}

/// The templates of an account. It can send nothing.
#[derive(Clone, Debug)]
pub struct Templates(Twilio);

impl Templates {
    /// Those of the client's account.
    pub const fn of(twilio: Twilio) -> Self {
        Templates(twilio)
    }

    fn content_url(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.0.at(CONTENT_BASE_URL))
    }

    /// Every template of the account with what WhatsApp says of it (`GET /v1/ContentAndApprovals`).
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses.
    pub async fn contents(&self) -> Result<Vec<ContentTemplate>, LookupError> {
        let mut found = Vec::new();
        let mut next = Some(format!("ContentAndApprovals?PageSize={PAGE_SIZE}"));
        for _ in 0..PAGES_MAX {
            let Some(path) = next else { return Ok(found) };
            let page = self.content_of(Method::GET, &path, None).await?;
            let listed = page.get("contents").and_then(Value::as_array);
            found.extend(listed.into_iter().flatten().filter_map(template));
            next =
                page.get("meta").and_then(|meta| text(meta, "next_page_url")).and_then(|url| path_of(&url));
        }
        Err(failure("Twilio's list of templates does not end"))
    }

    /// Makes a template (`POST /v1/Content`). WhatsApp knows nothing of it until it is submitted.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses. After an error without a refusal it may have been made.
    pub async fn create_content(&self, new: &NewContent) -> Result<ContentTemplate, LookupError> {
        let made = self.content_of(Method::POST, "Content", Some(&described(new))).await?;
        template(&made).ok_or_else(|| failure("Twilio made a template, but what came is none"))
    }

    /// Asks WhatsApp to approve a template (`POST /v1/Content/{sid}/ApprovalRequests/whatsapp`), and gives what it
    /// says of it now.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses.
    pub async fn submit_content(&self, sid: &str, name: &str, category: &str) -> Result<String, LookupError> {
        let path =
            format!("Content/{}/ApprovalRequests/whatsapp", utf8_percent_encode(sid, NON_ALPHANUMERIC));
        let body = json!({ "name": name, "category": category });
        let told = self.content_of(Method::POST, &path, Some(&body)).await?;
        Ok(text(&told, "status").unwrap_or_else(|| "received".to_owned()))
    }

    async fn content_of(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, LookupError> {
        let request = self.0.request(method, &self.content_url(path));
        let request = match body {
            Some(body) => {
                request.header(http::header::CONTENT_TYPE, "application/json").body(body.to_string())
            }
            None => request,
        };
        let answer = self.0.ask(request, PAGE_BYTES_MAX).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer).into());
        }
        answer.json().map_err(|_| unreadable(&answer))
    }
}

fn described(new: &NewContent) -> Value {
    let content = if new.buttons.is_empty() {
        json!({ "twilio/text": { "body": new.body } })
    } else {
        let action = |(index, title): (usize, &String)| json!({ "type": "QUICK_REPLY", "title": title, "id": format!("reply_{}", index + 1) });
        let actions: Vec<Value> = new.buttons.iter().enumerate().map(action).collect();
        json!({ "twilio/quick-reply": { "body": new.body, "actions": actions } })
    };
    json!({ "friendly_name": new.name, "language": new.language, "variables": new.samples, "types": content })
}

/// The path of a next page below the version. Credentials go along, so it must lead nowhere but to the host we know.
fn path_of(url: &str) -> Option<String> {
    url.split_once("/v1/").map(|(_, path)| path.to_owned())
}

fn template(value: &Value) -> Option<ContentTemplate> {
    let (kind, content) = value.get("types")?.as_object()?.iter().next()?;
    let approval = value.get("approval_requests").cloned().unwrap_or_default();
    let samples = value.get("variables").and_then(Value::as_object).into_iter().flatten();
    let actions = content.get("actions").and_then(Value::as_array).into_iter().flatten();
    let is_reply = |action: &&Value| text(action, "type").is_none_or(|kind| kind == "QUICK_REPLY");
    Some(ContentTemplate {
        sid: text(value, "sid")?,
        name: text(value, "friendly_name").unwrap_or_default(),
        language: text(value, "language").unwrap_or_default(),
        kind: kind.clone(),
        body: text(content, "body"),
        buttons: actions
            .filter(is_reply)
            .filter_map(|action| Some(QuickReply { title: text(action, "title")?, id: text(action, "id") }))
            .collect(),
        samples: samples
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        category: text(&approval, "category"),
        status: text(&approval, "status").unwrap_or_else(|| "unsubmitted".to_owned()),
        rejection: text(&approval, "rejection_reason"),
    })
}

fn failure(text: &str) -> LookupError {
    LookupError { class: ErrorClass::Retry, code: None, text: text.to_owned(), retry_after: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example of Twilio's API description, `ListContentAndApprovals`, with a quick reply.
    #[test]
    fn a_template_is_read_with_its_approval() {
        let read = template(&json!({
            "sid": "HX1", "friendly_name": "visit", "language": "en", "variables": { "1": "Ana" },
            "types": { "twilio/quick-reply": { "body": "Hi {{1}}", "actions": [{ "title": "Yes", "id": "yes" }] } },
            "approval_requests": { "category": "UTILITY", "status": "rejected", "rejection_reason": "INVALID_FORMAT" },
        }))
        .unwrap();
        assert_eq!((read.kind.as_str(), read.body.as_deref()), ("twilio/quick-reply", Some("Hi {{1}}")));
        assert_eq!(read.buttons, [QuickReply { title: "Yes".into(), id: Some("yes".into()) }]);
        assert_eq!((read.status.as_str(), read.rejection.as_deref()), ("rejected", Some("INVALID_FORMAT")));
        assert_eq!(template(&json!({ "sid": "HX1" })), None);
    }

    #[test]
    fn a_next_page_leads_to_no_other_host() {
        let url = "https://evil.example/v1/ContentAndApprovals?Page=1";
        assert_eq!(path_of(url).as_deref(), Some("ContentAndApprovals?Page=1"));
        assert_eq!(path_of("https://evil.example/"), None);
    }
}
