//! What was said in a conversation, as far as a persona is told of it.

use serde_json::Value;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, sql};
use uuid::Uuid;

/// Messages that are looked at: the longest memory would not hold more.
const MESSAGES_MAX: usize = 200;

/// A message that came in and asks for an answer.
#[derive(Clone, Debug)]
pub(super) struct Inbound {
    pub(super) id: MessageId,
    pub(super) conversation: ConversationId,
    pub(super) contact: ContactId,
    pub(super) line: LineId,
    pub(super) from: String,
    pub(super) body: String,
    /// The provider's id of it.
    pub(super) provider_id: Option<String>,
    /// When it was filed here.
    pub(super) created_at: Timestamp,
}

fn read_inbound(row: &Row<'_>) -> Result<Inbound> {
    Ok(Inbound {
        id: row.get(0)?,
        conversation: row.get(1)?,
        contact: row.get(2)?,
        line: row.get(3)?,
        from: row.get(4)?,
        body: row.get(5)?,
        provider_id: row.get(6)?,
        created_at: row.get(7)?,
    })
}

/// The inbound message with this id.
pub(super) fn inbound(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<Inbound>> {
    tx.query_opt(
        sql!(
            "select id, conversation_id, contact_id, line_id, from_address, body, provider_message_id, created_at \
             from messages where id = $1 and direction = 'inbound'"
        ),
        &[id.into()],
        read_inbound,
    )
}

/// The last message that came in.
pub(super) fn last_inbound(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Inbound>> {
    tx.query_opt(
        sql!(
            "select id, conversation_id, contact_id, line_id, from_address, body, provider_message_id, created_at \
             from messages where conversation_id = $1 and direction = 'inbound' order by at desc, id desc limit 1"
        ),
        &[id.into()],
        read_inbound,
    )
}

/// One thing that was said.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) id: MessageId,
    pub(super) at: Timestamp,
    /// By the customer.
    pub(super) by_them: bool,
    pub(super) text: String,
}

impl Said {
    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }
}

/// What was said after a place in the thread, oldest first. What did not leave was not said.
pub(super) fn since(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    after: Option<(Timestamp, MessageId)>,
) -> Result<Vec<Said>> {
    // Nothing was said before there were phones.
    let (at, id) = after.unwrap_or((Timestamp::from_secs(0), Uuid::nil().into()));
    let mut said = tx.query(
        sql!(
            "select id, at, direction, body, media from messages where conversation_id = $1 \
             and (at, id) > ($2, $3) \
             and state not in ('scheduled', 'held', 'failed', 'undelivered', 'canceled') \
             order by at desc, id desc limit $4"
        ),
        &[conversation.into(), at.into(), id.into(), MESSAGES_MAX.into()],
        |row| {
            let direction: String = row.get(2)?;
            Ok(Said {
                id: row.get(0)?,
                at: row.get(1)?,
                by_them: direction == "inbound",
                text: with_media(row.get(3)?, &row.get(4)?),
            })
        },
    )?;
    said.reverse();
    Ok(said)
}

/// A model is not shown what was sent along, but told of it.
fn with_media(body: String, media: &Value) -> String {
    match media.as_array().map_or(0, Vec::len) {
        0 => body,
        count => format!("{body} [{count} attached, which you cannot see]").trim().to_owned(),
    }
}
