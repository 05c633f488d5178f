//! Texts in free words that may mean "stop". No list can recognise them safely, and the law binds us to them
//! all the same (FCC, 47 CFR 64.1200(a)(10)); so a person looks at each.

use serde::Serialize;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId, RecordId, UserId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;
use uuid::Uuid;

use super::opt_outs::{Said, opt_out};
use crate::http::Cursor;

/// A text to be looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt<'a> {
    pub(crate) id: RecordId,
    pub(crate) at: Timestamp,
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) line: LineId,
    pub(crate) address: &'a str,
    pub(crate) body: &'a str,
}

/// Puts a text before a person.
pub(crate) fn ask_for_review(tx: &mut Tx<'_>, doubt: &Doubt<'_>) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into consent_reviews (id, at, message_id, conversation_id, line_id, address, body, phrase) \
             values ($1, $2, $3, $4, $5, $6, $7, '')"
        ),
        &[
            doubt.id.into(),
            doubt.at.into(),
            doubt.message.into(),
            doubt.conversation.into(),
            doubt.line.into(),
            doubt.address.into(),
            doubt.body.into(),
        ],
    )
}

/// A text that waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewView {
    pub(super) id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    message_id: Uuid,
    conversation_id: Uuid,
    address: String,
    /// The contact's name, if there is one.
    name: Option<String>,
    text: String,
}

pub(super) fn open(tx: &mut Tx<'_>, after: Cursor, limit: usize) -> Result<Vec<ReviewView>> {
    tx.query(
        sql!(
            "select r.id, r.at, r.message_id, r.conversation_id, r.address, c.name, r.body from consent_reviews r \
             left join contacts c on c.phone = r.address \
             where r.decided_at is null and (r.at, r.id) < ($1, $2) order by r.at desc, r.id desc limit $3"
        ),
        &[after.at.into(), after.id.into(), limit.into()],
        |row| {
            Ok(ReviewView {
                id: row.get(0)?,
                at: row.get(1)?,
                message_id: row.get(2)?,
                conversation_id: row.get(3)?,
                address: row.get(4)?,
                name: row.get(5)?,
                text: row.get(6)?,
            })
        },
    )
}

/// Decides on a text. `None`: there is none with this id that waits.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    id: Uuid,
    record: RecordId,
    opted_out: bool,
    by: UserId,
    now: Timestamp,
) -> Result<Option<ConversationId>> {
    let decision = if opted_out { "opt_out" } else { "ignore" };
    let found: Option<(ConversationId, LineId, String, String, Timestamp)> = tx.query_opt(
        sql!(
            "update consent_reviews set decided_at = $2, decision = $3, decided_by = $4 \
             where id = $1 and decided_at is null returning conversation_id, line_id, address, body, at"
        ),
        &[id.into(), now.into(), decision.into(), by.into()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
    )?;
    let Some((conversation, line, address, body, at)) = found else { return Ok(None) };
    if opted_out {
        opt_out(tx, "review", &Said { record, line, address: &address, words: &body, at })?;
    }
    Ok(Some(conversation))
}

/// Who wrote a text.
pub(super) fn contact_of(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<ContactId>> {
    tx.query_opt(
        sql!("select c.id from consent_reviews r join contacts c on c.phone = r.address where r.id = $1"),
        &[id.into()],
        |row| row.get(0),
    )
}
