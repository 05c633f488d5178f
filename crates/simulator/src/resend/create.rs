//! What a create must look like (Resend, Send email).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use trunkline_domain::time::Timestamp;

use super::error::ApiError;
use super::office::{File, Mail, bare, file_id};

const RECIPIENTS_MAX: usize = 50;
/// Bytes of all files together (Resend, Attachments: 40 MB).
const FILES_MAX: usize = 40 * 1024 * 1024;

/// One or many.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Many {
    One(String),
    Some(Vec<String>),
}

impl Many {
    fn list(list: Option<Many>) -> Vec<String> {
        match list {
            None => Vec::new(),
            Some(Many::One(one)) => vec![one],
            Some(Many::Some(some)) => some,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Tag {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Attachment {
    content: Option<String>,
    filename: Option<String>,
    content_type: Option<String>,
    content_id: Option<String>,
}

/// The body of a create. Fields that change nothing here are taken and not looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    from: Option<String>,
    to: Option<Many>,
    cc: Option<Many>,
    reply_to: Option<Many>,
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    tags: Option<Vec<Tag>>,
    #[serde(default)]
    attachments: Option<Vec<Attachment>>,
}

impl Request {
    pub(super) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        serde_json::from_slice(body).map_err(|error| {
            ApiError::new(400, "validation_error", format!("The body cannot be read: {error}."))
        })
    }

    /// The mail it asks for. `domains` are those that may send.
    pub(super) fn mail(self, id: String, addresses: &[String], now: Timestamp) -> Result<Mail, ApiError> {
        let from = self.from.ok_or_else(|| ApiError::missing("from"))?;
        let to = Many::list(self.to);
        let subject = self.subject.ok_or_else(|| ApiError::missing("subject"))?;
        if to.is_empty() {
            return Err(ApiError::missing("to"));
        }
        if self.text.is_none() && self.html.is_none() {
            return Err(ApiError::new(422, "validation_error", "Missing `html` or `text` field."));
        }
        if to.len() > RECIPIENTS_MAX || to.iter().any(|to| !is_address(to)) {
            return Err(ApiError::new(422, "validation_error", "Invalid `to` field."));
        }
        let domain = |address: &str| bare(address).rsplit_once('@').map(|(_, domain)| domain.to_owned());
        if !addresses.iter().any(|known| domain(known) == domain(&from)) {
            return Err(ApiError::new(
                403,
                "validation_error",
                "The domain is not verified. Please, add and verify your domain.",
            ));
        }
        if [&from, &subject].iter().any(|text| text.contains(['\r', '\n'])) {
            return Err(ApiError::new(422, "validation_error", "A header must be one line."));
        }
        Ok(Mail {
            message_id: format!("<{id}@carrier.example>"),
            files: files(self.attachments.unwrap_or_default(), &id)?,
            id,
            outbound: true,
            from,
            to,
            cc: Many::list(self.cc),
            reply_to: Many::list(self.reply_to),
            subject,
            text: self.text,
            html: self.html,
            headers: self.headers.unwrap_or_default(),
            created_at: now,
            last_event: "queued",
            tags: tags(self.tags.unwrap_or_default())?,
        })
    }
}

fn is_address(text: &str) -> bool {
    bare(text).split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn tags(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, ApiError> {
    let is_word = |text: &str| {
        (1..=256).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    if tags.iter().any(|tag| !is_word(&tag.name) || !is_word(&tag.value)) {
        let words = "Tags should only contain ASCII letters, numbers, underscores, or dashes.";
        return Err(ApiError::new(422, "validation_error", words));
    }
    Ok(tags.into_iter().map(|tag| (tag.name, tag.value)).collect())
}

fn files(attachments: Vec<Attachment>, id: &str) -> Result<Vec<File>, ApiError> {
    let invalid = || ApiError::new(422, "invalid_attachment", "Attachment must have a `content` in base64.");
    let mut files = Vec::new();
    for (number, attachment) in attachments.into_iter().enumerate() {
        let content =
            BASE64_STANDARD.decode(attachment.content.ok_or_else(invalid)?).map_err(|_| invalid())?;
        files.push(File {
            id: file_id(id, number),
            filename: attachment.filename.unwrap_or_else(|| "attachment".to_owned()),
            content_type: attachment.content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            content_id: attachment.content_id,
            content,
        });
    }
    let bytes: usize = files.iter().map(|file| file.content.len()).sum();
    if bytes > FILES_MAX {
        Err(ApiError::new(422, "invalid_attachment", "Attachments take at most 40 MB."))
    } else {
        Ok(files)
    }
}
