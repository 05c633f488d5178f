//! Messages and detail records in Telnyx's JSON.

use serde_json::{Value, json};
use trunkline_domain::segments::{Encoding, Segments};
use trunkline_domain::time::Timestamp;

use super::error::ApiError;
use crate::record::{Direction, Medium, Record, Status};
use crate::simulator::Simulator;

/// The messaging profile that everything belongs to.
pub(super) fn profile_id(simulator: &Simulator) -> Result<String, ApiError> {
    simulator
        .config()
        .telnyx
        .as_ref()
        .map(|account| account.profile_id.clone())
        .ok_or_else(ApiError::unauthorized)
}

/// An instant as Telnyx writes it.
pub(super) fn time(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
}

/// A message (Telnyx, Send a message, answer; Receiving webhooks, payload).
pub(super) fn message(record: &Record, profile_id: &str) -> Value {
    let segments = Segments::of(&record.body);
    let encoding = if segments.encoding == Encoding::Gsm7 { "GSM-7" } else { "UCS-2" };
    let mut message = json!({
        "cc": [],
        "completed_at": record.ended_at.map(time),
        "cost": record.price().map(|amount| cost(&amount)),
        "cost_breakdown": null,
        "direction": if record.direction == Direction::Inbound { "inbound" } else { "outbound" },
        "encoding": encoding,
        "errors": record.error_code.map(|code| vec![error(code)]).unwrap_or_default(),
        "from": {
            "phone_number": record.from,
            "carrier": "Simulated Carrier",
            "line_type": "Wireless",
        },
        "id": record.sid,
        "media": record.media.iter().map(medium).collect::<Vec<_>>(),
        "messaging_profile_id": profile_id,
        "num_chars": record.body.chars().count(),
        "organization_id": profile_id,
        "parts": segments.count().clamp(1, 10),
        "received_at": time(record.accepted_at),
        "record_type": "message",
        "sent_at": record.sent_at.map(time),
        "smart_encoding_applied": false,
        "subject": null,
        "tags": [],
        "tcr_campaign_billable": false,
        "tcr_campaign_id": null,
        "tcr_campaign_registered": null,
        "text": record.body,
        "to": [{
            "phone_number": record.to,
            "carrier": "Simulated Carrier",
            "line_type": "Wireless",
            "status": status_word(record.status),
        }],
        "type": if record.media.is_empty() { "SMS" } else { "MMS" },
        "valid_until": null,
        "wait_seconds": null,
        "webhook_failover_url": record.failover_callback,
        "webhook_url": record.status_callback,
    });
    if record.direction == Direction::Inbound || record.status == Status::Canceled {
        // Described only for messages that leave.
        if let Some(fields) = message.as_object_mut() {
            fields.retain(|name, _| name != "wait_seconds" && name != "smart_encoding_applied");
        }
    }
    message
}

/// What Telnyx calls the state of a message for its recipient.
pub(super) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "scheduled",
        Status::Accepted | Status::Queued => "queued",
        Status::Sending => "sending",
        Status::Sent => "sent",
        Status::Delivered | Status::Read => "delivered",
        Status::Undelivered => "delivery_failed",
        Status::Failed => "sending_failed",
        Status::Canceled => "cancelled",
        Status::Received => "webhook_delivered",
    }
}

/// What a detail record calls the end of a message; `None` for one that has not come to an end or never left.
pub(super) const fn record_status(status: Status) -> Option<&'static str> {
    match status {
        Status::Delivered => Some("delivered"),
        Status::Undelivered => Some("failed"),
        Status::Failed => Some("gw_reject"),
        Status::Received => Some("received"),
        _ => None,
    }
}

/// A detail record (Telnyx, Detail records, messaging): no text.
pub(super) fn detail_record(record: &Record, profile_id: &str) -> Value {
    json!({
        "record_type": "message_detail_record",
        "uuid": record.sid,
        "direction": if record.direction == Direction::Inbound { "inbound" } else { "outbound" },
        "cli": record.from.clone().unwrap_or_default(),
        "cld": record.to,
        "status": record_status(record.status).unwrap_or_default(),
        "message_type": if record.media.is_empty() { "SMS" } else { "MMS" },
        "parts": record.segments,
        "cost": amount(&record.price().unwrap_or_default()),
        "currency": "USD",
        "errors": record.error_code.map(|code| vec![code.to_string()]).unwrap_or_default(),
        "created_at": time(record.accepted_at),
        "updated_at": time(record.updated_at),
        "sent_at": time(record.sent_at.unwrap_or(record.accepted_at)),
        "completed_at": time(record.ended_at.unwrap_or(record.updated_at)),
        "profile_id": profile_id,
        "delivery_status_webhook_url": record.status_callback.clone().unwrap_or_default(),
    })
}

/// What we pay, which Telnyx writes without a sign.
fn amount(price: &str) -> &str {
    price.trim_start_matches('-')
}

fn cost(price: &str) -> Value {
    json!({ "amount": amount(price), "currency": "USD" })
}

fn medium(medium: &Medium) -> Value {
    json!({ "url": medium.url, "content_type": medium.content_type, "size": 1_024 })
}

fn error(code: u32) -> Value {
    json!({ "code": code.to_string(), "title": title(code), "detail": title(code) })
}

/// Telnyx's short text for the errors a message can end with.
const fn title(code: u32) -> &'static str {
    match code {
        40_001 => "Not routable",
        40_002 | 40_003 => "Blocked as spam",
        40_004 => "Rejected by destination",
        40_008 => "Undeliverable",
        40_014 => "Expired in queue",
        40_300 => "Blocked due to STOP message",
        _ => "Unknown error",
    }
}
