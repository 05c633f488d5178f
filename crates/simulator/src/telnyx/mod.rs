//! Telnyx's side: the same carrier, phones, faults and ledger behind another API and other webhooks.
//!
//! Worked from Telnyx's documentation (Send a message, Receiving webhooks, Webhook signing, Error codes) and its
//! OpenAPI description. There is no list of messages; detail records tell of those that have come to an end.

mod api;
mod create;
mod error;
mod records;
mod resource;
mod setup;
mod webhook;

pub(crate) use api::{check, router};
pub(crate) use webhook::{Courier, Event, deliver, public_key, status_event, tell};

/// What a text from a phone does to the block between it and the profile: `Some(true)` makes it, `Some(false)`
/// lifts it (Telnyx, Opt-in and opt-out: its default words, alone and in any case).
pub(crate) fn keyword(body: &str) -> Option<bool> {
    match body.trim().to_ascii_uppercase().as_str() {
        "STOP" | "STOPALL" | "STOP ALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" => Some(true),
        "START" | "UNSTOP" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_stands_alone_in_any_case() {
        assert_eq!((keyword(" stop all\n"), keyword("Unstop")), (Some(true), Some(false)));
        for word in ["STOP PLEASE", "REVOKE", "OPTOUT", "YES", "HELP", ""] {
            assert_eq!(keyword(word), None, "{word}");
        }
    }
}
