//! Conversations: made once per contact, moved to the top by every message.

use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{ContactId, ConversationId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, StoreError, Tx, Value, sql};
use utoipa::ToSchema;

use crate::events::{Events, Subject};

/// Whether somebody has to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Waits for the team.
    Open,
    /// Held by an automation or a persona.
    Pending,
    /// Put aside until a time or an answer.
    Snoozed,
    /// Done, until they write again.
    Resolved,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Pending => "pending",
            Status::Snoozed => "snoozed",
            Status::Resolved => "resolved",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        [Status::Open, Status::Pending, Status::Snoozed, Status::Resolved]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("'{text}' is not a status; use open, pending, snoozed or resolved"))
    }
}

/// The contact's conversation, made if there is none. Returns whether it was.
pub(crate) fn find_or_create(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    new_id: ConversationId,
    contact: ContactId,
) -> Result<(ConversationId, bool)> {
    if let Some(id) = id_of(tx, contact)? {
        return Ok((id, false));
    }
    let added = tx.execute(
        sql!(
            "insert into conversations (id, contact_id, status, unread_count, last_activity_at, created_at) \
             values ($1, $2, 'open', 0, $3, $3) on conflict (contact_id) do nothing"
        ),
        &[new_id.into(), contact.into(), now.into()],
    )?;
    if added == 1 {
        events.record(tx, now, Subject::Conversation(new_id))?;
        return Ok((new_id, true));
    }
    let id = id_of(tx, contact)?.ok_or(StoreError::RowCount { expected: 1, changed: 0 })?;
    Ok((id, false))
}

fn id_of(tx: &mut Tx<'_>, contact: ContactId) -> Result<Option<ConversationId>> {
    tx.query_opt(sql!("select id from conversations where contact_id = $1"), &[contact.into()], |row| {
        row.get(0)
    })
}

/// A message came in: it is unread, and the conversation is open again. Messages that came together are
/// processed in any order; the one written last is shown as the last.
pub(crate) fn came_in(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    id: ConversationId,
    message: MessageId,
    at: Timestamp,
) -> Result<()> {
    // Two of them that are processed at once see each other only if the second waits here for the first.
    hold(tx, id)?;
    tx.execute_exactly(
        1,
        sql!(
            sqlite: "update conversations set status = 'open', unread_count = unread_count + 1, \
                     last_message_id = case when exists (select 1 from messages m where m.id = last_message_id \
                     and (m.at, m.id) > ($3, $2)) then last_message_id else $2 end, \
                     last_activity_at = max(last_activity_at, $3) where id = $1",
            postgres: "update conversations set status = 'open', unread_count = unread_count + 1, \
                       last_message_id = case when exists (select 1 from messages m where m.id = last_message_id \
                       and (m.at, m.id) > ($3, $2)) then last_message_id else $2 end, \
                       last_activity_at = greatest(last_activity_at, $3) where id = $1"
        ),
        &[id.into(), message.into(), at.into()],
    )?;
    events.record(tx, now, Subject::Conversation(id))
}

/// Holds a conversation until the transaction ends: nothing comes into it meanwhile, and what came in before can be
/// seen. Returns its status; the conversation has to be there.
pub(crate) fn hold(tx: &mut Tx<'_>, id: ConversationId) -> Result<Status> {
    tx.query_one(
        sql!(
            sqlite: "select status from conversations where id = $1",
            postgres: "select status from conversations where id = $1 for no key update"
        ),
        &[id.into()],
        |row| row.parse(0),
    )
}

/// Messages go out: each is now the last one of its conversation, of which each has one at most.
pub(crate) fn went_out(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    moved: &[(ConversationId, MessageId)],
) -> Result<()> {
    // In one order for everybody: two that move the same conversations do not wait for each other in a circle.
    let mut moved = moved.to_vec();
    moved.sort_unstable();
    let rows: Vec<[Value; 3]> =
        moved.iter().map(|(id, message)| [(*id).into(), (*message).into(), now.into()]).collect();
    tx.execute_each(
        sql!(
            sqlite: "update conversations set last_message_id = $2, \
                     last_activity_at = max(last_activity_at, $3) where id = $1",
            postgres: "with held as materialized (select id from conversations where id = any($1) order by id \
                       for no key update) \
                       update conversations c set last_message_id = m.message_id, \
                       last_activity_at = greatest(c.last_activity_at, m.at) \
                       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) m (id, message_id, at) \
                       where c.id = m.id and c.id in (select id from held)"
        ),
        &rows,
    )?;
    let subjects: Vec<Subject> = moved.iter().map(|(id, _)| Subject::Conversation(*id)).collect();
    events.record_all(tx, now, &subjects)
}

/// Sets the status. False if there is no such conversation.
pub(crate) fn set_status(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    id: ConversationId,
    status: Status,
) -> Result<bool> {
    let changed = tx.execute(
        sql!("update conversations set status = $2 where id = $1"),
        &[id.into(), status.as_str().into()],
    )?;
    if changed > 0 {
        events.record(tx, now, Subject::Conversation(id))?;
    }
    Ok(changed > 0)
}

/// Someone has read it. False if there is no such conversation.
pub(crate) fn mark_read(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    id: ConversationId,
) -> Result<bool> {
    set_unread(tx, events, now, id, |_| 0)
}

/// Someone wants to come back to it: it counts as unread, whatever was read. False if there is no such
/// conversation.
pub(crate) fn mark_unread(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    id: ConversationId,
) -> Result<bool> {
    set_unread(tx, events, now, id, |unread| unread.max(1))
}

/// Sets the count unless it changed since it was read: what came in meanwhile was seen by nobody.
fn set_unread(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    id: ConversationId,
    change: impl FnOnce(i64) -> i64,
) -> Result<bool> {
    let unread: Option<i64> =
        tx.query_opt(sql!("select unread_count from conversations where id = $1"), &[id.into()], |row| {
            row.get(0)
        })?;
    let Some(unread) = unread else { return Ok(false) };
    let wanted = change(unread);
    if wanted != unread {
        tx.execute(
            sql!("update conversations set unread_count = $3 where id = $1 and unread_count = $2"),
            &[id.into(), unread.into(), wanted.into()],
        )?;
        events.record(tx, now, Subject::Conversation(id))?;
    }
    Ok(true)
}
