//! Twilio's status words in ours.

use trunkline_domain::message::MessageState;

/// The state that a `status` or `MessageStatus` stands for, or `None` for a word Twilio has added since.
///
/// Everything between Twilio's yes and the carrier's (`accepted`, `queued`, `sending`, `sent`, and
/// `partially_delivered`, which is in the API's list but undescribed) is one state to us: the provider has
/// it, and it has not arrived (Twilio, Message resource, status values). Only `scheduled` stands apart:
/// Twilio keeps it until its time, and it can be called off.
pub fn state_of(word: &str) -> Option<MessageState> {
    let state = match word {
        "scheduled" => MessageState::Scheduled,
        "accepted" | "queued" | "sending" | "sent" | "partially_delivered" => MessageState::Sent,
        "delivered" => MessageState::Delivered,
        "read" => MessageState::Read,
        "undelivered" => MessageState::Undelivered,
        "failed" => MessageState::Failed,
        "canceled" => MessageState::Canceled,
        "receiving" | "received" => MessageState::Received,
        _ => return None,
    };
    Some(state)
}
