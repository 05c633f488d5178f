//! Why a message was not accepted, as a client sees it.

use axum::http::StatusCode;
use trunkline_domain::channel::Channel;

use crate::delivery::request::Refusal;
use crate::http::Problem;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let refused = |code, detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
        match refusal {
            Refusal::KeyReused => refused(
                "idempotency_mismatch",
                "This Idempotency-Key was used for another message. Use a new key for a new message.".into(),
            ),
            Refusal::NoRecipient => Problem::not_found("conversation or contact"),
            Refusal::NoAddress(Channel::Email) => {
                Problem::invalid("to", "This contact has no email address. Add one to write to them.")
            }
            Refusal::NoAddress(_) => {
                Problem::invalid("to", "This contact has no phone number. Add one to text them.")
            }
            Refusal::NoLine => {
                Problem::invalid("line_id", "There is no line to send through. Configure one first.")
            }
            Refusal::Duplicate(id) => {
                let detail =
                    "You sent them the same text a moment ago. Change it, or wait, to send it again.";
                Problem::new(StatusCode::CONFLICT, "duplicate", detail).with_existing(id)
            }
            Refusal::Fields(errors) => Problem::invalid_fields(errors),
            Refusal::NoRoom(text) => Problem::invalid(
                "body",
                format!(
                    "It is the first message they get from you, so \"{text}\" is added, which makes it too long. Shorten it."
                ),
            ),
            Refusal::Time(field, why) => Problem::invalid(field, why),
            Refusal::Gate { code, reason } => refused(code, reason),
        }
    }
}
