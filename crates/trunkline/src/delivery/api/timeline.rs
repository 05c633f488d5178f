//! What happened to a message, in plain words.

use serde::Serialize;
use trunkline_domain::ids::MessageId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;

/// One thing that happened to a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Step {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `state`, `attempt` or `receipt`.
    kind: &'static str,
    text: String,
    detail: Option<String>,
}

/// Everything that happened to a message, oldest first.
pub(super) fn timeline(tx: &mut Tx<'_>, id: MessageId) -> Result<Vec<Step>> {
    let mut steps = transitions(tx, id)?;
    steps.extend(attempts(tx, id)?);
    steps.extend(receipts(tx, id)?);
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

fn transitions(tx: &mut Tx<'_>, id: MessageId) -> Result<Vec<Step>> {
    tx.query(
        sql!("select at, state, cause from message_transitions where message_id = $1 order by number"),
        &[id.into()],
        |row| {
            let (state, cause): (String, String) = (row.get(1)?, row.get(2)?);
            Ok(Step { at: row.get(0)?, kind: "state", text: state_text(&state, &cause), detail: None })
        },
    )
}

fn state_text(state: &str, cause: &str) -> String {
    let text = match (state, cause) {
        ("received", "recovered") => "Fetched from the carrier: its webhook never reached us",
        ("received", _) => "Came in",
        ("scheduled", "accepted") => "Accepted; it waits for its time",
        ("scheduled", "handed over") => "Handed to the carrier, which will send it at its time",
        ("scheduled", "in doubt at the provider") => {
            "The carrier's answer was lost; looking whether it has it"
        }
        ("scheduled", "not handed over") => "The carrier would not keep it; we send it at its time",
        ("scheduled", "not found at the provider") => "The carrier does not have it; we send it at its time",
        ("scheduled", "wanted back") => "The carrier is asked to give it back",
        ("scheduled", "back from the provider") => "The carrier gave it back",
        ("scheduled", "left before it came back") => "The carrier sent it before it could be called back",
        ("scheduled", _) => "Planned for another time",
        ("held", "accepted") => "Accepted; it may leave only later",
        ("held", _) => "It may leave only later",
        ("queued", "due") => "Its time has come",
        ("queued", "another line") => "Another line takes it over",
        ("queued", "another line, by sms") => {
            "Another line takes it over and sends it as a text, not by WhatsApp"
        }
        ("queued", "another line, by whatsapp") => {
            "Another line takes it over and sends it by WhatsApp, not as a text"
        }
        ("queued", "not from this line") => "Cannot leave from this line",
        ("queued", "accepted") => "Accepted and waiting to be sent",
        ("queued", "not found at the provider") => "Not found at the carrier; waiting to be sent again",
        ("queued", _) => "Waiting to be tried again",
        ("sending", _) => "On its way to the carrier",
        ("unknown", "not seen to leave") => {
            "Its time has passed, and nobody can tell whether the carrier sent it"
        }
        ("unknown", "worker died") => "We restarted while sending it; checking with the carrier",
        ("unknown", _) => "The carrier's answer was lost; checking with the carrier",
        ("sent", "sent at its time") => "The carrier sends it, as planned",
        ("sent", "found at the provider") => "The carrier has it after all",
        ("sent", _) => "The carrier has it",
        ("delivered", _) => "Delivered",
        ("read", _) => "Read",
        ("undelivered", _) => "Could not be delivered",
        ("failed", "refused by the gate") => "Was not sent",
        ("failed", _) => "Failed",
        ("canceled", "they answered") => "Called off: they answered",
        ("canceled", "called off at the provider") => "Called off at the carrier",
        ("canceled", "undone") => "Called off: sending it again was undone",
        ("canceled", _) => "Canceled",
        _ => return format!("Became {state}"),
    };
    text.to_owned()
}

fn attempts(tx: &mut Tx<'_>, id: MessageId) -> Result<Vec<Step>> {
    tx.query(
        sql!(
            "select a.started_at, a.number, a.outcome, a.error_code, a.error_text, l.name, l.address \
             from attempts a join lines l on l.id = a.line_id where a.message_id = $1"
        ),
        &[id.into()],
        |row| {
            let (number, outcome): (i64, Option<String>) = (row.get(1)?, row.get(2)?);
            let (code, error): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
            let (line, address): (String, String) = (row.get(5)?, row.get(6)?);
            let text = format!("Attempt {number} through {line} ({address})");
            let error =
                code.map_or(error.clone(), |code| Some(format!("{}: {code}", error.unwrap_or_default())));
            let detail = [outcome, error].into_iter().flatten().collect::<Vec<_>>().join(", ");
            Ok(Step {
                at: row.get(0)?,
                kind: "attempt",
                text,
                detail: Some(detail).filter(|text| !text.is_empty()),
            })
        },
    )
}

fn receipts(tx: &mut Tx<'_>, id: MessageId) -> Result<Vec<Step>> {
    tx.query(
        sql!("select at, raw_status, error_code, source from receipts where message_id = $1"),
        &[id.into()],
        |row| {
            let (status, code, source): (String, Option<String>, String) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            let text = if source == "poll" { "We asked the carrier" } else { "The carrier reported" };
            let detail =
                code.map(|code| format!("{code}: {}", crate::delivery::follow_up::error_text(&code)));
            Ok(Step { at: row.get(0)?, kind: "receipt", text: format!("{text}: {status}"), detail })
        },
    )
}
