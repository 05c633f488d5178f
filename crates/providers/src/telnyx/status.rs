//! Telnyx's status words in ours.

use trunkline_domain::message::MessageState;

/// The state that the `status` of a recipient stands for, or `None` for a word Telnyx has added since.
///
/// `delivery_unconfirmed` is Telnyx's last word when the carrier never told: the message left and nobody knows
/// more, which is just what `sent` says (Telnyx, Message statuses).
pub fn state_of(word: &str) -> Option<MessageState> {
    let state = match word {
        "scheduled" => MessageState::Scheduled,
        "queued" | "sending" | "sent" | "delivery_unconfirmed" => MessageState::Sent,
        "delivered" => MessageState::Delivered,
        "delivery_failed" | "expired" => MessageState::Undelivered,
        "sending_failed" => MessageState::Failed,
        "cancelled" => MessageState::Canceled,
        "received" | "webhook_delivered" => MessageState::Received,
        _ => return None,
    };
    Some(state)
}

/// The same for the `status` of a detail record, which has words of its own (Telnyx, Detail records).
pub(super) fn state_of_record(word: &str) -> Option<MessageState> {
    let state = match word {
        // Whether the carrier has it is not known; that we handed it over is.
        "gw_timeout" | "dlr_unconfirmed" | "dlr_timeout" => MessageState::Sent,
        "delivered" => MessageState::Delivered,
        "received" => MessageState::Received,
        "gw_reject" | "failed" => MessageState::Failed,
        _ => return None,
    };
    Some(state)
}
