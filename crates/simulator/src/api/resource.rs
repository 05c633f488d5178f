//! Messages, media and pages in the API's JSON.

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;

use crate::record::{Medium, Record};

use super::VERSION;

/// An instant as RFC 2822 in GMT, to the second.
pub(crate) fn date(at: Timestamp) -> String {
    at.to_jiff().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

pub(crate) fn messages_path(account_sid: &str) -> String {
    format!("/{VERSION}/Accounts/{account_sid}/Messages")
}

/// The path of a medium's bytes; with `.json`, of its description.
pub(crate) fn medium_path(account_sid: &str, message: &str, medium: &str) -> String {
    format!("{}/{message}/Media/{medium}", messages_path(account_sid))
}

/// A message (Twilio, Message resource).
pub(crate) fn message(record: &Record, account_sid: &str) -> Value {
    let path = format!("{}/{}", messages_path(account_sid), record.sid);
    let price = record.price();
    json!({
        "account_sid": account_sid,
        "api_version": VERSION,
        "body": if record.redacted { "" } else { &record.body },
        "date_created": date(record.accepted_at),
        "date_sent": record.sent_at.map(date),
        "date_updated": date(record.updated_at),
        "direction": record.direction.as_str(),
        "error_code": record.error_code,
        "error_message": record.error_code.map(error_message),
        "from": record.from,
        "messaging_service_sid": record.service,
        "num_media": record.media.len().to_string(),
        "num_segments": record.segments.to_string(),
        "price_unit": price.as_ref().map(|_| "USD"),
        "price": price,
        "sid": record.sid,
        "status": record.status.as_str(),
        "subresource_uris": {
            "media": format!("{path}/Media.json"),
            "feedback": format!("{path}/Feedback.json"),
        },
        "to": record.to,
        "uri": format!("{path}.json"),
    })
}

/// A file of a message (Twilio, Media resource).
pub(crate) fn medium(record: &Record, medium: &Medium, account_sid: &str) -> Value {
    json!({
        "account_sid": account_sid,
        "content_type": medium.content_type,
        "date_created": date(record.accepted_at),
        "date_updated": date(record.accepted_at),
        "parent_sid": record.sid,
        "sid": medium.sid,
        "uri": format!("{}.json", medium_path(account_sid, &record.sid, &medium.sid)),
    })
}

/// Twilio's short text for the errors a message can end with.
fn error_message(code: u32) -> String {
    match code {
        21_610 => "Attempt to send to unsubscribed recipient",
        30_003 => "Unreachable destination handset",
        30_004 => "Message blocked",
        30_005 => "Unknown destination handset",
        30_006 => "Landline or unreachable carrier",
        30_007 => "Message filtered",
        30_008 => "Unknown error",
        30_036 => "Validity period expired",
        _ => return format!("Error {code}"),
    }
    .to_owned()
}
