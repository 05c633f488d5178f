//! Who answers in a conversation, and what a persona keeps in mind of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trunkline_domain::ids::{ConversationId, MessageId, UserId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;

/// Tags of one conversation.
const TAGS_MAX: usize = 20;

/// Whether personas answer in a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PersonaMode)]
pub(super) enum Mode {
    /// They do.
    #[default]
    Answers,
    /// Somebody on the team switched them off here.
    Off,
    /// A persona has handed over to the team, and keeps out of it until somebody gives it back.
    HandedOver,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Mode::Answers => "answers",
            Mode::Off => "off",
            Mode::HandedOver => "handed_over",
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut modes = [Mode::Answers, Mode::Off, Mode::HandedOver].into_iter();
        modes.find(|mode| mode.as_str() == text).ok_or_else(|| format!("'{text}' is not a mode"))
    }
}

/// What was said before, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) text: String,
    /// The last message that is in it.
    pub(super) upto: (Timestamp, MessageId),
}

/// What is remembered of a conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    pub(super) mode: Mode,
    pub(super) reason: Option<String>,
    pub(super) changed_at: Option<Timestamp>,
    pub(super) by: Option<String>,
    pub(super) released_at: Option<Timestamp>,
    pub(super) tags: Vec<String>,
    pub(super) summary: Option<Summary>,
}

/// What is remembered of this conversation; of a new one, nothing.
pub(super) fn of(tx: &mut Tx<'_>, id: ConversationId) -> Result<Thread> {
    let found = tx.query_opt(
        sql!(
            "select mode, reason, changed_at, by_name, released_at, tags, summary, summary_at, summary_id \
             from persona_threads where conversation_id = $1"
        ),
        &[id.into()],
        |row| {
            let tags: Value = row.get(5)?;
            let upto = row.get::<Option<Timestamp>>(7)?.zip(row.get(8)?);
            let summary = row.get::<Option<String>>(6)?.zip(upto);
            Ok(Thread {
                mode: row.parse(0)?,
                reason: row.get(1)?,
                changed_at: row.get(2)?,
                by: row.get(3)?,
                released_at: row.get(4)?,
                tags: serde_json::from_value(tags).unwrap_or_default(),
                summary: summary.map(|(text, upto)| Summary { text, upto }),
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Who changed the mode, when and why.
pub(super) struct Hand<'a> {
    pub(super) at: Timestamp,
    pub(super) reason: Option<&'a str>,
    pub(super) by: Option<(UserId, &'a str)>,
}

/// Sets whether personas answer. Given back by a person, it no longer matters what people wrote before.
pub(super) fn set_mode(tx: &mut Tx<'_>, id: ConversationId, mode: Mode, hand: &Hand<'_>) -> Result<()> {
    let (by_id, by_name) = hand.by.unzip();
    let released_at = (mode == Mode::Answers).then_some(hand.at);
    tx.execute_exactly(
        1,
        sql!(
            "insert into persona_threads (conversation_id, mode, reason, changed_at, by_id, by_name, released_at, tags) \
             values ($1, $2, $3, $4, $5, $6, $7, '[]') on conflict (conversation_id) do update set \
             mode = excluded.mode, reason = excluded.reason, changed_at = excluded.changed_at, \
             by_id = excluded.by_id, by_name = excluded.by_name, \
             released_at = coalesce(excluded.released_at, persona_threads.released_at)"
        ),
        &[
            id.into(),
            mode.as_str().into(),
            hand.reason.into(),
            hand.at.into(),
            by_id.into(),
            by_name.into(),
            released_at.into(),
        ],
    )
}

/// Adds tags; the caller holds the conversation.
pub(super) fn add_tags(tx: &mut Tx<'_>, id: ConversationId, new: &[String], now: Timestamp) -> Result<()> {
    let mut tags = of(tx, id)?.tags;
    let before = tags.len();
    for tag in new {
        if tags.len() < TAGS_MAX && !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    if tags.len() == before {
        return Ok(());
    }
    tx.execute_exactly(
        1,
        sql!(
            "insert into persona_threads (conversation_id, mode, changed_at, tags) values ($1, 'answers', $2, $3) \
             on conflict (conversation_id) do update set tags = excluded.tags"
        ),
        &[id.into(), now.into(), json!(tags).into()],
    )
}

/// Keeps a new summary in place of the one before.
pub(super) fn summarise(
    tx: &mut Tx<'_>,
    id: ConversationId,
    summary: &Summary,
    now: Timestamp,
) -> Result<()> {
    let (at, message) = summary.upto;
    tx.execute_exactly(
        1,
        sql!(
            "insert into persona_threads (conversation_id, mode, changed_at, tags, summary, summary_at, summary_id) \
             values ($1, 'answers', $2, '[]', $3, $4, $5) on conflict (conversation_id) do update set \
             summary = excluded.summary, summary_at = excluded.summary_at, summary_id = excluded.summary_id"
        ),
        &[id.into(), now.into(), summary.text.as_str().into(), at.into(), message.into()],
    )
}
