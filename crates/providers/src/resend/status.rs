//! Resend's words for what became of a mail, in ours.

use trunkline_domain::message::MessageState;

/// The state that an event, or `last_event`, stands for (Resend, Webhooks, event types). `None` for one that moves
/// nothing, and for one that Resend has added since.
pub fn state_of(event: &str) -> Option<MessageState> {
    Some(match event {
        "queued" | "sent" => MessageState::Sent,
        "scheduled" => MessageState::Scheduled,
        "delivered" => MessageState::Delivered,
        "opened" | "clicked" => MessageState::Read,
        "bounced" | "suppressed" => MessageState::Undelivered,
        "failed" => MessageState::Failed,
        "canceled" => MessageState::Canceled,
        // A delay is no end, and who complains has got it.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_its_state() {
        let expected = [
            ("queued", Some(MessageState::Sent)),
            ("sent", Some(MessageState::Sent)),
            ("scheduled", Some(MessageState::Scheduled)),
            ("delivered", Some(MessageState::Delivered)),
            ("opened", Some(MessageState::Read)),
            ("clicked", Some(MessageState::Read)),
            ("bounced", Some(MessageState::Undelivered)),
            ("suppressed", Some(MessageState::Undelivered)),
            ("failed", Some(MessageState::Failed)),
            ("canceled", Some(MessageState::Canceled)),
            ("delivery_delayed", None),
            ("complained", None),
            ("teleported", None),
        ];
        for (event, state) in expected {
            assert_eq!(state_of(event), state, "{event}");
        }
    }
}
