//! Mails as the API shows them.

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;

use super::office::{File, Mail};

/// A mail that went out. Lists leave out what it says.
pub(super) fn sent(mail: &Mail, whole: bool) -> Value {
    let mut value = json!({
        "object": "email", "id": mail.id, "message_id": mail.message_id, "to": mail.to, "from": mail.from, "cc": mail.cc,
        "bcc": [], "reply_to": mail.reply_to, "subject": mail.subject, "created_at": listed_time(mail.created_at),
        "last_event": mail.last_event,
    });
    if whole {
        value["text"] = json!(mail.text);
        value["html"] = json!(mail.html);
    }
    value
}

/// A mail that came in.
pub(super) fn received(mail: &Mail, whole: bool) -> Value {
    let files: Vec<Value> = mail.files.iter().map(file).collect();
    let mut value = json!({
        "id": mail.id, "to": mail.to, "from": mail.from, "cc": mail.cc, "bcc": [],
        "reply_to": mail.reply_to, "subject": mail.subject, "message_id": mail.message_id, "created_at": time(mail.created_at),
        "attachments": files,
    });
    if whole {
        value["object"] = json!("email");
        value["text"] = json!(mail.text);
        value["html"] = json!(mail.html);
        value["headers"] = json!(mail.headers);
    }
    value
}

pub(super) fn file(file: &File) -> Value {
    let mut value = json!({
        "id": file.id, "filename": file.filename, "content_type": file.content_type,
        "content_disposition": if file.content_id.is_some() { "inline" } else { "attachment" }, "size": file.content.len(),
    });
    if let Some(id) = &file.content_id {
        value["content_id"] = json!(id);
    }
    value
}

pub(super) fn time(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// As lists of sent mails write it.
fn listed_time(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%d %H:%M:%S.%6f+00").to_string()
}
