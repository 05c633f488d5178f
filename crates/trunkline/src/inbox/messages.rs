//! Messages as the rules see them: the row that a step reads under lock, and the one way to write it back.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId, TemplateId, UserId};
use trunkline_domain::message::{DoubtPolicy, Hold, MessageState, Outgoing, Purpose};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, StoreError, Tx, Value, sql};
use utoipa::ToSchema;

use super::{MediaItem, conversations};
use crate::content::ContentButton;
use crate::events::{Events, Subject};

/// A message on its way, with all a step needs.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) contact_id: ContactId,
    pub(crate) line_id: LineId,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) provider_message_id: Option<String>,
    pub(crate) segments: u32,
    pub(crate) purpose: Purpose,
    pub(crate) priority: u8,
    pub(crate) scheduled_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) channel: Channel,
    /// The approved template to send instead of the text.
    pub(crate) content: Option<ContentUse>,
    /// What goes along, as its row tells of it.
    pub(crate) media: Vec<MediaItem>,
    pub(crate) outgoing: Outgoing,
}

/// When a message is to leave, if not at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) at: Timestamp,
    /// The wall time and zone it was asked for in, if it was.
    pub(crate) local: Option<(String, String)>,
    /// An answer of theirs calls it off.
    pub(crate) cancel_if_answered: bool,
}

/// Which words of which template a message was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateUse {
    pub(crate) id: TemplateId,
    pub(crate) version: u32,
    pub(crate) variant: String,
}

/// The approved template that a message is sent as, and what fills it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ContentUse {
    /// Our id of the template.
    pub(crate) template_id: uuid::Uuid,
    /// The provider's.
    pub(crate) content_sid: String,
    pub(crate) name: String,
    pub(crate) variables: std::collections::BTreeMap<String, String>,
    /// What stands under the text to be tapped.
    pub(crate) buttons: Vec<ContentButton>,
}

/// What is shown of a message that a persona wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct PersonaMark {
    /// The name of its folder.
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Why it wrote.
    pub(crate) reason: String,
    pub(crate) model: String,
    /// What the answer took, question included.
    pub(crate) tokens: u64,
    /// What the answer cost, in millionths of `currency`; none if no price is known.
    pub(crate) micros: Option<i64>,
    pub(crate) currency: String,
}

/// A message to be written for the first time, outbound.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) contact_id: ContactId,
    pub(crate) line_id: LineId,
    pub(crate) channel: Channel,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) segments: u32,
    /// What goes along: where people see it, and its type.
    pub(crate) media: Vec<MediaItem>,
    pub(crate) author: Option<(UserId, String)>,
    /// The persona that wrote it, if one did.
    pub(crate) persona: Option<PersonaMark>,
    /// Who gave the key, and the key: the pair is used once.
    pub(crate) idempotency: Option<(String, String)>,
    pub(crate) policy: DoubtPolicy,
    pub(crate) purpose: Purpose,
    pub(crate) priority: u8,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) hold: Option<Hold>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) template: Option<TemplateUse>,
    /// The approved template to send instead of the text.
    pub(crate) content: Option<ContentUse>,
    /// The dead letter it stands in for.
    pub(crate) retry_of: Option<MessageId>,
}

impl Draft {
    /// The state it begins in.
    fn state(&self) -> MessageState {
        match (&self.schedule, &self.hold) {
            (Some(_), _) => MessageState::Scheduled,
            (None, Some(_)) => MessageState::Held,
            (None, None) => MessageState::Queued,
        }
    }

    /// When it is to leave; `None`: as soon as it can.
    pub(crate) fn waits_until(&self) -> Option<Timestamp> {
        let scheduled = self.schedule.as_ref().map(|schedule| schedule.at);
        scheduled.or(self.hold.as_ref().map(|hold| hold.until))
    }
}

/// What became known of a message besides its state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) provider_message_id: Option<String>,
    pub(crate) segments: Option<u32>,
    pub(crate) error: Option<(Option<String>, String)>,
    pub(crate) price: Option<String>,
    /// When the provider passed it on, if it says so: we may hear of it much later.
    pub(crate) sent_at: Option<Timestamp>,
    /// Why it is held, if it is.
    pub(crate) hold: Option<Hold>,
}

fn policy_word(policy: DoubtPolicy) -> &'static str {
    match policy {
        DoubtPolicy::NeverTwice => "never_twice",
        DoubtPolicy::MustArrive => "must_arrive",
    }
}

fn read_message(row: &Row<'_>) -> Result<Message> {
    let policy: String = row.get(9)?;
    let policy = if policy == "never_twice" { DoubtPolicy::NeverTwice } else { DoubtPolicy::MustArrive };
    Ok(Message {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        line_id: row.get(2)?,
        from: row.get(3)?,
        to: row.get(4)?,
        body: row.get(5)?,
        provider_message_id: row.get(6)?,
        outgoing: Outgoing {
            state: row.parse(7)?,
            due_at: row.get(8)?,
            policy,
            retries: row.get(10)?,
            checks: row.get(11)?,
            possibly_doubled: row.get(12)?,
        },
        contact_id: row.get(13)?,
        segments: row.get::<Option<u32>>(14)?.unwrap_or(1),
        purpose: row.parse(15)?,
        priority: row.get(16)?,
        scheduled_at: row.get(17)?,
        expires_at: row.get(18)?,
        channel: row.parse(19)?,
        content: row
            .get::<Option<serde_json::Value>>(20)?
            .and_then(|content| serde_json::from_value(content).ok()),
        media: serde_json::from_value(row.get(21)?).unwrap_or_default(),
    })
}

/// The outbound message, locked until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<Message>> {
    Ok(lock_all(tx, &[id])?.pop())
}

/// Those of these messages that there are and that leave, locked until the transaction ends. They are taken in
/// one order by everybody, so that two who want the same ones do not wait for each other in a circle.
pub(crate) fn lock_all(tx: &mut Tx<'_>, ids: &[MessageId]) -> Result<Vec<Message>> {
    let ids: Vec<[Value; 1]> = ids.iter().map(|id| [(*id).into()]).collect();
    tx.query_each(
        sql!(
            sqlite: "select id, conversation_id, line_id, from_address, to_address, body, \
                     provider_message_id, state, at, policy, retries, checks, possibly_doubled, \
                     contact_id, segments, purpose, priority, scheduled_at, expires_at, channel, content, media \
                     from messages where id = $1 and direction = 'outbound'",
            postgres: "select id, conversation_id, line_id, from_address, to_address, body, \
                       provider_message_id, state, at, policy, retries, checks, possibly_doubled, \
                       contact_id, segments, purpose, priority, scheduled_at, expires_at, channel, content, media \
                       from messages where id = any($1) and direction = 'outbound' order by id for update"
        ),
        &ids,
        read_message,
    )
}

/// The message that the provider knows under `provider_message_id`.
pub(crate) fn id_by_provider_id(
    tx: &mut Tx<'_>,
    line: LineId,
    provider_message_id: &str,
) -> Result<Option<MessageId>> {
    tx.query_opt(
        sql!("select id from messages where line_id = $1 and provider_message_id = $2"),
        &[line.into(), provider_message_id.into()],
        |row| row.get(0),
    )
}

/// Which of these provider messages are here.
pub(crate) fn known_provider_ids(
    tx: &mut Tx<'_>,
    line: LineId,
    provider_message_ids: &[&str],
) -> Result<HashSet<String>> {
    let known = tx.query(
        sql!(
            sqlite: "select provider_message_id from messages \
                     where line_id = $1 and provider_message_id in (select value from json_each($2))",
            postgres: "select provider_message_id from messages \
                       where line_id = $1 and provider_message_id in (select jsonb_array_elements_text($2))"
        ),
        &[line.into(), serde_json::json!(provider_message_ids).into()],
        |row| row.get(0),
    )?;
    Ok(known.into_iter().collect())
}

/// What an idempotency key was used for before.
pub(crate) struct Earlier {
    pub(crate) id: MessageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) body: String,
    pub(crate) template: Option<TemplateId>,
    pub(crate) content: Option<ContentUse>,
}

/// The message that this idempotency key was used for.
pub(crate) fn by_idempotency_key(tx: &mut Tx<'_>, scope: &str, key: &str) -> Result<Option<Earlier>> {
    tx.query_opt(
        sql!(
            "select id, conversation_id, body, template_id, content from messages \
             where idempotency_scope = $1 and idempotency_key = $2"
        ),
        &[scope.into(), key.into()],
        |row| {
            Ok(Earlier {
                id: row.get(0)?,
                conversation_id: row.get(1)?,
                body: row.get(2)?,
                template: row.get(3)?,
                content: row
                    .get::<Option<serde_json::Value>>(4)?
                    .and_then(|content| serde_json::from_value(content).ok()),
            })
        },
    )
}

/// Writes an outbound message for the first time. One that waits for its time stands in the thread where it
/// will leave, and moves its conversation only then.
pub(crate) fn insert_outbound(tx: &mut Tx<'_>, events: &Events, now: Timestamp, draft: Draft) -> Result<()> {
    let (state, waits_until) = (draft.state(), draft.waits_until());
    let (id, conversation) = (draft.id, draft.conversation_id);
    let (author_id, author_name) = draft.author.unzip();
    let (scope, key) = draft.idempotency.unzip();
    let cancel_if_answered = draft.schedule.as_ref().is_some_and(|schedule| schedule.cancel_if_answered);
    let scheduled_at = draft.schedule.as_ref().map(|schedule| schedule.at);
    let (local, zone) = draft.schedule.and_then(|schedule| schedule.local).unzip();
    let (hold_code, hold_reason, held_until) = hold_values(draft.hold);
    let (template, version, variant) = draft
        .template
        .map_or((None, None, None), |used| (Some(used.id), Some(used.version), Some(used.variant)));
    tx.execute_exactly(
        1,
        sql!(
            "insert into messages (id, conversation_id, contact_id, line_id, direction, channel, state, from_address, \
             to_address, body, media, segments, author_id, author_name, idempotency_scope, idempotency_key, policy, \
             retries, checks, possibly_doubled, at, created_at, priority, purpose, scheduled_at, schedule_local, \
             schedule_zone, cancel_if_answered, hold_code, hold_reason, held_until, expires_at, template_id, \
             template_version, template_variant, retry_of, waits, persona, content) \
             values ($1, $2, $3, $4, 'outbound', $5, $16, $6, $7, $8, $35, $9, $10, $11, $12, $13, $14, \
             0, 0, false, $17, $15, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)"
        ),
        &[
            id.into(),
            conversation.into(),
            draft.contact_id.into(),
            draft.line_id.into(),
            draft.channel.as_str().into(),
            draft.from.into(),
            draft.to.into(),
            draft.body.into(),
            draft.segments.into(),
            author_id.into(),
            author_name.into(),
            scope.into(),
            key.into(),
            policy_word(draft.policy).into(),
            now.into(),
            state.as_str().into(),
            waits_until.unwrap_or(now).into(),
            i64::from(draft.priority).into(),
            draft.purpose.as_str().into(),
            scheduled_at.into(),
            local.into(),
            zone.into(),
            cancel_if_answered.into(),
            hold_code,
            hold_reason,
            held_until,
            draft.expires_at.into(),
            template.into(),
            version.into(),
            variant.into(),
            draft.retry_of.into(),
            waits_until.is_some().into(),
            draft.persona.map(|mark| serde_json::json!(mark)).into(),
            draft.content.map(|content| serde_json::json!(content)).into(),
            serde_json::json!(draft.media).into(),
        ],
    )?;
    log_transition(tx, id, now, state, "accepted")?;
    events.record(tx, now, Subject::Message(id))?;
    if waits_until.is_none() {
        conversations::went_out(tx, events, now, &[(conversation, id)])
    } else {
        Ok(())
    }
}

fn hold_values(hold: Option<Hold>) -> (Value, Value, Value) {
    hold.map_or((Value::Null, Value::Null, Value::Null), |hold| {
        (hold.code.into(), hold.reason.into(), hold.until.into())
    })
}

/// What a step made of a message, and what became known with it.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) before: &'a Message,
    pub(crate) after: Outgoing,
    pub(crate) facts: Facts,
    /// Says in a word what happened; a change of state is logged under it.
    pub(crate) cause: &'a str,
}

impl Step<'_> {
    fn is_move(&self) -> bool {
        self.after.state != self.before.outgoing.state
    }

    /// The marks beside the state, for what is found by them: that it waits, that it is a dead letter. Only a
    /// step that changes one, or the time for which a message waits, touches what is indexed.
    fn changes_marks(&self) -> bool {
        let (before, after) = (self.before.outgoing, self.after);
        before.waits() || after.waits() || before.state.is_dead() != after.state.is_dead()
    }
}

/// Writes what a step made of a message.
pub(crate) fn save(tx: &mut Tx<'_>, events: &Events, now: Timestamp, step: Step<'_>) -> Result<()> {
    save_all(tx, events, now, &[step])
}

/// Writes what steps made of messages, one step each.
pub(crate) fn save_all(tx: &mut Tx<'_>, events: &Events, now: Timestamp, steps: &[Step<'_>]) -> Result<()> {
    let saved = tx.execute_each(
        sql!(
            sqlite: "update messages set state = $2, retries = $3, checks = $4, possibly_doubled = $5, \
                     provider_message_id = coalesce(provider_message_id, $6), segments = coalesce($7, segments), \
                     error_code = case when $10 then $8 else coalesce($8, error_code) end, \
                     error_text = case when $10 then $9 else coalesce($9, error_text) end, \
                     price = coalesce($11, price), sent_at = coalesce(sent_at, $12), \
                     delivered_at = coalesce(delivered_at, $13) where id = $1",
            postgres: "update messages m set state = s.state, retries = s.retries, checks = s.checks, \
                       possibly_doubled = s.possibly_doubled, \
                       provider_message_id = coalesce(m.provider_message_id, s.provider_message_id), \
                       segments = coalesce(s.segments, m.segments), \
                       error_code = case when s.moved then s.error_code else coalesce(s.error_code, m.error_code) end, \
                       error_text = case when s.moved then s.error_text else coalesce(s.error_text, m.error_text) end, \
                       price = coalesce(s.price, m.price), sent_at = coalesce(m.sent_at, s.sent_at), \
                       delivered_at = coalesce(m.delivered_at, s.delivered_at) \
                       from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::boolean[], $6::text[], \
                       $7::bigint[], $8::text[], $9::text[], $10::boolean[], $11::text[], $12::timestamptz[], \
                       $13::timestamptz[]) s (id, state, retries, checks, possibly_doubled, provider_message_id, segments, \
                       error_code, error_text, moved, price, sent_at, delivered_at) where m.id = s.id"
        ),
        &steps.iter().map(|step| values_of(step, now)).collect::<Vec<_>>(),
    )?;
    if saved != steps.len() as u64 {
        return Err(StoreError::RowCount { expected: steps.len() as u64, changed: saved });
    }
    save_marks(tx, steps)?;
    let moves: Vec<&Step<'_>> = steps.iter().filter(|step| step.is_move()).collect();
    let transitions = moves.iter().map(|step| (step.before.id, step.after.state, step.cause));
    log_transitions(tx, now, &transitions.collect::<Vec<_>>())?;
    events.record_all(tx, now, &steps.iter().flat_map(news_of).collect::<Vec<_>>())
}

fn values_of(step: &Step<'_>, now: Timestamp) -> [Value; 13] {
    let Step { before, after, facts, .. } = step;
    let state = after.state;
    let reached = |reached: bool| if reached { Value::Time(now) } else { Value::Null };
    let (error_code, error_text) = match &facts.error {
        Some((code, text)) => (code.clone().into(), text.into()),
        None => (Value::Null, Value::Null),
    };
    let has_left = state.rank() >= MessageState::Sent.rank()
        && !matches!(state, MessageState::Failed | MessageState::Canceled);
    [
        before.id.into(),
        state.as_str().into(),
        after.retries.into(),
        after.checks.into(),
        after.possibly_doubled.into(),
        facts.provider_message_id.clone().into(),
        facts.segments.into(),
        error_code,
        error_text,
        // An error belongs to the state it led to: what was overcome is none any more.
        step.is_move().into(),
        facts.price.clone().into(),
        has_left.then(|| facts.sent_at.unwrap_or(now).min(now)).into(),
        reached(matches!(state, MessageState::Delivered | MessageState::Read)),
    ]
}

fn save_marks(tx: &mut Tx<'_>, steps: &[Step<'_>]) -> Result<()> {
    let rows = steps.iter().filter(|step| step.changes_marks()).map(|step| {
        let (code, reason, until) = hold_values(step.facts.hold.clone());
        let (waits, dead) = (step.after.waits(), step.after.state.is_dead());
        [step.before.id.into(), waits.into(), dead.into(), code, reason, until]
    });
    tx.execute_each(
        sql!(
            sqlite: "update messages set waits = $2, dead = $3, hold_code = $4, hold_reason = $5, held_until = $6, \
                     at = coalesce($6, at) where id = $1",
            postgres: "update messages m set waits = s.waits, dead = s.dead, hold_code = s.hold_code, \
                       hold_reason = s.hold_reason, held_until = s.held_until, at = coalesce(s.held_until, m.at) \
                       from unnest($1::uuid[], $2::boolean[], $3::boolean[], $4::text[], $5::text[], $6::timestamptz[]) \
                       s (id, waits, dead, hold_code, hold_reason, held_until) where m.id = s.id"
        ),
        &rows.collect::<Vec<_>>(),
    )
    .map(|_| ())
}

/// Whom a step concerns.
fn news_of(step: &Step<'_>) -> impl Iterator<Item = Subject> + use<> {
    // Held as before, but for another time, is news too.
    let news = step.is_move() || step.facts.hold.is_some();
    // The list shows the last message's mark; between the ticks it can wait for the thread.
    let ended = step.is_move() && (step.after.state.is_final() || step.after.state == MessageState::Unknown);
    let message = news.then_some(Subject::Message(step.before.id));
    message.into_iter().chain(ended.then_some(Subject::Conversation(step.before.conversation_id)))
}

pub(super) fn log_transition(
    tx: &mut Tx<'_>,
    message: MessageId,
    now: Timestamp,
    state: MessageState,
    cause: &str,
) -> Result<()> {
    log_transitions(tx, now, &[(message, state, cause)])
}

/// Logs at most one change of state of each message.
fn log_transitions(
    tx: &mut Tx<'_>,
    now: Timestamp,
    transitions: &[(MessageId, MessageState, &str)],
) -> Result<()> {
    let rows = transitions.iter().map(|(message, state, cause)| {
        [(*message).into(), now.into(), state.as_str().into(), (*cause).into()]
    });
    tx.execute_each(
        sql!(
            sqlite: "insert into message_transitions (message_id, number, at, state, cause) values ($1, \
                     (select coalesce(max(number), 0) + 1 from message_transitions where message_id = $1), $2, $3, $4)",
            postgres: "insert into message_transitions (message_id, number, at, state, cause) \
                       select t.message_id, (select coalesce(max(number), 0) + 1 from message_transitions o \
                       where o.message_id = t.message_id), t.at, t.state, t.cause \
                       from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) t (message_id, at, state, cause)"
        ),
        &rows.collect::<Vec<_>>(),
    )
    .map(|_| ())
}

/// Whether the other side wrote in this conversation since.
pub(crate) fn wrote_since(tx: &mut Tx<'_>, id: ConversationId, since: Timestamp) -> Result<bool> {
    tx.query_opt(
        sql!(
            "select 1 from messages where conversation_id = $1 and at >= $2 and direction = 'inbound' limit 1"
        ),
        &[id.into(), since.into()],
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}

/// How many marketing messages of a conversation left in a time, or are to leave then, besides `except`.
pub(crate) fn marketing_between(
    tx: &mut Tx<'_>,
    id: ConversationId,
    (from, to): (Timestamp, Timestamp),
    except: Option<MessageId>,
) -> Result<u32> {
    tx.query_one(
        sql!(
            "select count(*) from messages where conversation_id = $1 and at >= $2 and at <= $4 and direction = 'outbound' \
             and purpose = 'marketing' and state not in ('failed', 'canceled') and (id <> $3 or $3 is null)"
        ),
        &[id.into(), from.into(), except.into(), to.into()],
        |row| row.get(0),
    )
}
