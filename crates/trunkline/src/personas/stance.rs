//! Whether a persona is to answer. Asked before the model is, and again, under lock, before its answer is taken:
//! meanwhile half a minute has passed, or fifteen.

use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::catalog::Persona;
use super::past::Inbound;
use super::threads::{Mode, Thread};
use crate::config;
use crate::inbox::messages;

/// Whose key a reply has; the key is the id of the message it answers, so there is one.
pub(super) const SCOPE: &str = "persona";

/// Why there is to be no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// It has one.
    Answered,
    /// They wrote once more; that is answered together with this.
    Superseded,
    /// It waited for too long to be of use.
    TooLate,
    /// The team switched personas off in this conversation.
    Off,
    /// A persona handed over to a person.
    HandedOver,
    /// A person on the team replied.
    PersonReplied,
    /// A person on the team closed the conversation, or put it aside.
    Settled,
    /// They asked not to be texted, or were blocked.
    NotAllowed,
}

impl Silence {
    /// The word used in API and database.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Silence::Answered => "answered_before",
            Silence::Superseded => "superseded",
            Silence::TooLate => "too_late",
            Silence::Off => "off",
            Silence::HandedOver => "handed_over_before",
            Silence::PersonReplied => "person_replied",
            Silence::Settled => "settled",
            Silence::NotAllowed => "not_allowed",
        }
    }

    /// In a sentence, for people.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Silence::Answered => "It was answered already.",
            Silence::Superseded => "They wrote once more, and that is answered together with this.",
            Silence::TooLate => "It waited for too long; an answer would be of no use any more.",
            Silence::Off => "Personas are switched off in this conversation.",
            Silence::HandedOver => "The conversation was handed over to a person.",
            Silence::PersonReplied => "A person on the team replied.",
            Silence::Settled => "A person on the team closed the conversation or put it aside.",
            Silence::NotAllowed => "They asked not to be texted, or somebody on the team blocked them.",
        }
    }
}

/// Why there is to be no answer to this message, if there is a reason.
pub(super) fn silence(
    tx: &mut Tx<'_>,
    inbound: &Inbound,
    persona: &Persona,
    thread: &Thread,
    settings: &config::Personas,
    now: Timestamp,
) -> Result<Option<Silence>> {
    if messages::by_idempotency_key(tx, SCOPE, &inbound.id.to_string())?.is_some() {
        return Ok(Some(Silence::Answered));
    }
    match thread.mode {
        Mode::Off => return Ok(Some(Silence::Off)),
        Mode::HandedOver => return Ok(Some(Silence::HandedOver)),
        Mode::Answers => {}
    }
    if now.since(inbound.created_at) > settings.answer_within {
        return Ok(Some(Silence::TooLate));
    }
    let silent_since = now.minus(persona.hand_over.silent);
    let people_count_since = thread.released_at.map_or(silent_since, |released| released.max(silent_since));
    seen(tx, inbound, people_count_since)
}

/// What the rows say: the first thing that stands against an answer.
fn seen(tx: &mut Tx<'_>, inbound: &Inbound, people_count_since: Timestamp) -> Result<Option<Silence>> {
    let (not_allowed, superseded, replied, settled) = tx.query_one(
        sql!(
            "select exists (select 1 from opt_outs where line_id = $3 and address = $4) \
             or exists (select 1 from blocks where address = $4), \
             exists (select 1 from messages where conversation_id = $1 and direction = 'inbound' \
             and (created_at, id) > ($5, $2)), \
             exists (select 1 from messages where conversation_id = $1 and direction = 'outbound' \
             and author_id is not null and purpose <> 'marketing' and state <> 'canceled' \
             and (created_at > $6 or created_at > $5)), \
             exists (select 1 from conversations where id = $1 and status in ('resolved', 'snoozed'))"
        ),
        &[
            inbound.conversation.into(),
            inbound.id.into(),
            inbound.line.into(),
            inbound.from.as_str().into(),
            inbound.created_at.into(),
            people_count_since.into(),
        ],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let reasons: [(bool, Silence); 4] = [
        (not_allowed, Silence::NotAllowed),
        (superseded, Silence::Superseded),
        (replied, Silence::PersonReplied),
        (settled, Silence::Settled),
    ];
    Ok(reasons.into_iter().find(|(stands, _)| *stands).map(|(_, silence)| silence))
}
