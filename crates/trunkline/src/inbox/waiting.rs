//! Messages that have not left: what can still be done with them.

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId, UserId};
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, Value, sql};

use super::conversations;
use super::messages::{Message, Schedule, log_transition};
use crate::events::{Events, Subject};

/// What is to be different about a message; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) body: Option<String>,
    pub(crate) segments: Option<u32>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) cancel_if_answered: Option<bool>,
    pub(crate) priority: Option<u8>,
}

/// Changes a message that the caller holds and that nobody is sending.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    message: &Message,
    change: &Change,
) -> Result<()> {
    let at = change.schedule.as_ref().map(|schedule| schedule.at);
    let (local, zone) = change.schedule.as_ref().and_then(|schedule| schedule.local.clone()).unzip();
    let state = if at.is_some() { MessageState::Scheduled } else { message.outgoing.state };
    tx.execute_exactly(
        1,
        sql!(
            "update messages set body = coalesce($2, body), segments = coalesce($3, segments), \
             priority = coalesce($4, priority), cancel_if_answered = coalesce($5, cancel_if_answered), \
             scheduled_at = coalesce($6, scheduled_at), at = coalesce($6, at), state = $7, \
             waits = waits or $6 is not null, \
             schedule_local = case when $6 is null then schedule_local else $8 end, \
             schedule_zone = case when $6 is null then schedule_zone else $9 end, \
             hold_code = case when $6 is null then hold_code end, \
             hold_reason = case when $6 is null then hold_reason end, \
             held_until = case when $6 is null then held_until end where id = $1"
        ),
        &[
            message.id.into(),
            change.body.clone().into(),
            change.segments.into(),
            change.priority.map(i64::from).into(),
            change.cancel_if_answered.into(),
            at.into(),
            state.as_str().into(),
            local.into(),
            zone.into(),
        ],
    )?;
    if state != message.outgoing.state {
        log_transition(tx, message.id, now, state, "rescheduled")?;
    }
    events.record(tx, now, Subject::Message(message.id))
}

/// A message that waits is to leave now instead.
pub(crate) fn hasten(tx: &mut Tx<'_>, events: &Events, now: Timestamp, message: &Message) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "update messages set at = $2, scheduled_at = case when scheduled_at is null then scheduled_at else $2 end, \
             held_until = case when held_until is null then held_until else $2 end where id = $1"
        ),
        &[message.id.into(), now.into()],
    )?;
    events.record(tx, now, Subject::Message(message.id))
}

/// Messages whose time has come take their places in the thread and move their conversations.
pub(crate) fn take_their_places(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    messages: &[&Message],
) -> Result<()> {
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    stand_at(tx, &ids, now)?;
    let moved: Vec<_> = messages.iter().map(|message| (message.conversation_id, message.id)).collect();
    conversations::went_out(tx, events, now, &moved)
}

/// Moves messages within their threads.
pub(crate) fn stand_at(tx: &mut Tx<'_>, ids: &[MessageId], at: Timestamp) -> Result<()> {
    let rows: Vec<[Value; 2]> = ids.iter().map(|id| [(*id).into(), at.into()]).collect();
    tx.execute_each(
        sql!(
            sqlite: "update messages set at = $2 where id = $1",
            postgres: "update messages m set at = p.at from unnest($1::uuid[], $2::timestamptz[]) p (id, at) where m.id = p.id"
        ),
        &rows,
    )
    .map(|_| ())
}

/// What waits in a conversation and is to be called off when they answer.
pub(crate) fn canceled_by_an_answer(tx: &mut Tx<'_>, id: ConversationId) -> Result<Vec<MessageId>> {
    tx.query(
        sql!(
            "select id from messages where conversation_id = $1 and cancel_if_answered \
             and state in ('scheduled', 'held', 'queued') order by id"
        ),
        &[id.into()],
        |row| row.get(0),
    )
}

/// What a persona wanted to say in a conversation and has not; what was to leave before `since` is not looked at.
pub(crate) fn unsaid_by_personas(
    tx: &mut Tx<'_>,
    id: ConversationId,
    since: Timestamp,
) -> Result<Vec<MessageId>> {
    tx.query(
        sql!(
            "select id from messages where conversation_id = $1 and at >= $2 and persona is not null \
             and state in ('scheduled', 'held', 'queued') order by id"
        ),
        &[id.into(), since.into()],
        |row| row.get(0),
    )
}

/// The latest message with one of these texts that this author sent in a conversation since.
pub(crate) fn same_text_since(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    author: Option<UserId>,
    texts: [&str; 2],
    since: Timestamp,
) -> Result<Option<MessageId>> {
    tx.query_opt(
        sql!(
            "select id from messages where conversation_id = $1 and at >= $2 and direction = 'outbound' \
             and body in ($3, $5) and (author_id = $4 or (author_id is null and $4 is null)) \
             and state not in ('failed', 'canceled') order by at desc, id desc limit 1"
        ),
        &[conversation.into(), since.into(), texts[0].into(), author.into(), texts[1].into()],
        |row| row.get(0),
    )
}

/// Whether nothing of what was said in a conversation has reached anybody yet, or is on its way.
pub(crate) fn is_first_contact(tx: &mut Tx<'_>, id: ConversationId) -> Result<bool> {
    let said = tx.query_opt(
        sql!(
            "select 1 from messages where conversation_id = $1 \
             and state not in ('scheduled', 'held', 'failed', 'canceled') limit 1"
        ),
        &[id.into()],
        |_| Ok(()),
    )?;
    Ok(said.is_none())
}

/// Another line carries a message that has not left.
pub(crate) fn change_line(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    message: &Message,
    (line, channel): (LineId, Channel),
    from: &str,
) -> Result<()> {
    let segments = channel.segments(&message.body);
    tx.execute_exactly(
        1,
        sql!(
            "update messages set line_id = $2, from_address = $3, channel = $4, segments = $5 where id = $1"
        ),
        &[message.id.into(), line.into(), from.into(), channel.as_str().into(), segments.into()],
    )?;
    let cause = match (message.channel, channel) {
        (Channel::Whatsapp, Channel::Sms) => "another line, by sms",
        (Channel::Sms, Channel::Whatsapp) => "another line, by whatsapp",
        _ => "another line",
    };
    log_transition(tx, message.id, now, MessageState::Queued, cause)?;
    events.record(tx, now, Subject::Message(message.id))
}

/// What is held for a contact, or for everybody; the oldest first.
pub(crate) fn held(tx: &mut Tx<'_>, contact: Option<ContactId>, count: usize) -> Result<Vec<MessageId>> {
    tx.query(
        sql!(
            "select id from messages where waits and state = 'held' \
             and (contact_id = $1 or $1 is null) order by id limit $2"
        ),
        &[contact.into(), count.into()],
        |row| row.get(0),
    )
}

/// What is held in a conversation for later than `now`. It stands in the thread where it will leave.
pub(crate) fn held_in(tx: &mut Tx<'_>, id: ConversationId, now: Timestamp) -> Result<Vec<MessageId>> {
    tx.query(
        sql!("select id from messages where conversation_id = $1 and at > $2 and state = 'held' order by id"),
        &[id.into(), now.into()],
        |row| row.get(0),
    )
}

/// When a contact wrote since, the latest first.
pub(crate) fn written_since(
    tx: &mut Tx<'_>,
    contact: ContactId,
    since: Timestamp,
    count: usize,
) -> Result<Vec<Timestamp>> {
    tx.query(
        sql!(
            "select m.at from messages m join conversations v on v.id = m.conversation_id \
             where v.contact_id = $1 and m.at >= $2 and m.direction = 'inbound' order by m.at desc limit $3"
        ),
        &[contact.into(), since.into(), count.into()],
        |row| row.get(0),
    )
}

/// Writes something into the history of a message that stays where it stands.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    message: &Message,
    cause: &str,
) -> Result<()> {
    log_transition(tx, message.id, now, message.outgoing.state, cause)?;
    events.record(tx, now, Subject::Message(message.id))
}

/// The provider sent a message that waited there: it takes its place in the thread and moves its conversation.
pub(crate) fn left(tx: &mut Tx<'_>, events: &Events, message: &Message, at: Timestamp) -> Result<()> {
    stand_at(tx, &[message.id], at)?;
    conversations::went_out(tx, events, at, &[(message.conversation_id, message.id)])
}

/// The provider gave a message back: what it was known by there is the name of nothing any more.
pub(crate) fn forget_provider_id(tx: &mut Tx<'_>, id: MessageId, provider_id: &str) -> Result<()> {
    tx.execute(
        sql!("update messages set provider_message_id = null where id = $1 and provider_message_id = $2"),
        &[id.into(), provider_id.into()],
    )?;
    Ok(())
}

/// Whether another message to the same person is to leave between these times.
pub(crate) fn has_another_near(
    tx: &mut Tx<'_>,
    message: &Message,
    (from, to): (Timestamp, Timestamp),
) -> Result<bool> {
    tx.query_opt(
        sql!(
            "select 1 from messages where conversation_id = $1 and at >= $2 and at <= $3 and id <> $4 \
             and state in ('scheduled', 'held', 'queued') limit 1"
        ),
        &[message.conversation_id.into(), from.into(), to.into(), message.id.into()],
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}
