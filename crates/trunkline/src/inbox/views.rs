//! Conversations and messages as the API and the live stream show them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId};
use trunkline_domain::message::{MessageState, Purpose};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, sql};
use utoipa::ToSchema;
use uuid::Uuid;

use super::conversations::Status;
use super::details::Details;
use super::messages::{ContentUse, PersonaMark, TemplateUse};
use crate::http::Cursor;
use crate::media::{self, MediaView};

/// Characters of a preview in a list: two lines at the widest.
const PREVIEW_MAX: usize = 160;

/// Something sent along with a message, as its provider tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MediaItem {
    pub(crate) url: String,
    pub(crate) content_type: String,
}

/// Why a message failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MessageError {
    /// The provider's code, if it gave one.
    code: Option<String>,
    /// What happened.
    text: String,
    /// What it means for the customer and what to do.
    help: String,
}

/// Who wrote a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Author {
    id: Uuid,
    name: String,
}

/// A message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    #[schema(value_type = Uuid)]
    pub(crate) id: MessageId,
    #[schema(value_type = Uuid)]
    pub(crate) conversation_id: ConversationId,
    #[schema(value_type = Uuid)]
    pub(crate) contact_id: ContactId,
    #[schema(value_type = Uuid)]
    pub(crate) line_id: LineId,
    /// `inbound` or `outbound`.
    direction: String,
    channel: String,
    #[schema(value_type = String)]
    pub(crate) state: MessageState,
    from: String,
    to: String,
    pub(crate) body: String,
    media: Vec<MediaView>,
    segments: Option<u32>,
    error: Option<MessageError>,
    author: Option<Author>,
    provider_message_id: Option<String>,
    /// It was sent again although an earlier attempt may have arrived.
    possibly_doubled: bool,
    /// The time shown in the thread: the provider's for what came in, ours for what goes out.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    /// How urgent it is, from 0 to 10.
    pub(crate) priority: u8,
    #[schema(value_type = String)]
    pub(crate) purpose: Purpose,
    /// When it was asked to leave, if not at once.
    scheduled: Option<ScheduleView>,
    /// Why it does not leave yet.
    hold: Option<HoldView>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    pub(crate) template: Option<TemplateUseView>,
    /// The dead letter it stands in for.
    retry_of: Option<Uuid>,
    /// When somebody dropped or replaced this dead letter.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) dismissed_at: Option<Timestamp>,
    /// The persona that wrote it, if one did.
    persona: Option<PersonaMark>,
    /// What it carries beside text and media.
    details: Option<Details>,
    /// The approved template it was sent as.
    pub(crate) content: Option<ContentUse>,
    /// What it has beside its text, if it is an email.
    email: Option<EmailView>,
}

/// What an email has beside its text. What it repeats and its HTML are fetched when they are wanted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessageEmail)]
pub(crate) struct EmailView {
    subject: String,
    /// A program wrote it.
    automatic: bool,
    /// Below its text it repeats earlier emails.
    has_quoted: bool,
    /// It can be shown as its sender laid it out.
    has_html: bool,
}

/// When a message was asked to leave.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Schedule)]
pub(crate) struct ScheduleView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The wall time it was asked for in, in `time_zone`.
    local: Option<String>,
    time_zone: Option<String>,
    /// An answer of theirs calls it off.
    cancel_if_answered: bool,
}

/// Why a message does not leave yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
pub(crate) struct HoldView {
    code: String,
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// Which words of which template a message was made from.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TemplateUse)]
pub(crate) struct TemplateUseView {
    id: Uuid,
    /// As it is called now.
    name: String,
    version: u32,
    variant: String,
}

impl From<TemplateUseView> for TemplateUse {
    fn from(view: TemplateUseView) -> Self {
        TemplateUse { id: view.id.into(), version: view.version, variant: view.variant }
    }
}

fn read_schedule(row: &Row<'_>) -> Result<Option<ScheduleView>> {
    let at: Option<Timestamp> = row.get(24)?;
    let (local, time_zone, cancel_if_answered) = (row.get(25)?, row.get(26)?, row.get(27)?);
    Ok(at.map(|at| ScheduleView { at, local, time_zone, cancel_if_answered }))
}

fn read_hold(row: &Row<'_>) -> Result<Option<HoldView>> {
    let (code, reason): (Option<String>, Option<String>) = (row.get(28)?, row.get(29)?);
    let until: Option<Timestamp> = row.get(30)?;
    Ok(code.zip(reason).zip(until).map(|((code, reason), until)| HoldView { code, reason, until }))
}

fn read_template(row: &Row<'_>) -> Result<Option<TemplateUseView>> {
    let (id, version): (Option<Uuid>, Option<u32>) = (row.get(32)?, row.get(33)?);
    let (variant, name): (Option<String>, Option<String>) = (row.get(34)?, row.get(37)?);
    let used = id.zip(version).zip(variant).zip(name);
    Ok(used.map(|(((id, version), variant), name)| TemplateUseView { id, name, version, variant }))
}

/// A mark that this release cannot read is none: the message is shown all the same.
fn read_persona(row: &Row<'_>) -> Result<Option<PersonaMark>> {
    let mark: Option<serde_json::Value> = row.get(38)?;
    Ok(mark.and_then(|mark| serde_json::from_value(mark).ok()))
}

/// Likewise.
fn read_details(row: &Row<'_>) -> Result<Option<Details>> {
    let details: Option<serde_json::Value> = row.get(39)?;
    Ok(details.and_then(|details| serde_json::from_value(details).ok()))
}

/// Likewise.
fn read_content(row: &Row<'_>) -> Result<Option<ContentUse>> {
    let content: Option<serde_json::Value> = row.get(40)?;
    Ok(content.and_then(|content| serde_json::from_value(content).ok()))
}

fn read_email(row: &Row<'_>) -> Result<Option<EmailView>> {
    let Some(subject) = row.get(41)? else { return Ok(None) };
    Ok(Some(EmailView { subject, automatic: row.get(42)?, has_quoted: row.get(43)?, has_html: row.get(44)? }))
}

fn read_view(row: &Row<'_>) -> Result<MessageView> {
    let media: serde_json::Value = row.get(10)?;
    let state: MessageState = row.parse(6)?;
    // What went wrong before it went well is in the timeline.
    let arrived = matches!(state, MessageState::Sent | MessageState::Delivered | MessageState::Read);
    let author: Option<(Uuid, String)> = row.get::<Option<Uuid>>(14)?.zip(row.get(15)?);
    Ok(MessageView {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        contact_id: row.get(2)?,
        line_id: row.get(3)?,
        direction: row.get(4)?,
        channel: row.get(5)?,
        state,
        from: row.get(7)?,
        to: row.get(8)?,
        body: row.get(9)?,
        media: as_told(media),
        segments: row.get(11)?,
        error: if arrived { None } else { error_of(row.get(12)?, row.get(13)?) },
        author: author.map(|(id, name)| Author { id, name }),
        provider_message_id: row.get(16)?,
        possibly_doubled: row.get(17)?,
        at: row.get(18)?,
        created_at: row.get(19)?,
        sent_at: row.get(20)?,
        delivered_at: row.get(21)?,
        priority: row.get(22)?,
        purpose: row.parse(23)?,
        scheduled: read_schedule(row)?,
        hold: read_hold(row)?,
        expires_at: row.get(31)?,
        template: read_template(row)?,
        retry_of: row.get(35)?,
        dismissed_at: row.get(36)?,
        persona: read_persona(row)?,
        details: read_details(row)?,
        content: read_content(row)?,
        email: read_email(row)?,
    })
}

/// What a message says of its media itself: all there is to know of messages from before there were files.
fn as_told(media: serde_json::Value) -> Vec<MediaView> {
    let items: Vec<MediaItem> = serde_json::from_value(media).unwrap_or_default();
    items.into_iter().map(|item| MediaView::elsewhere(item.url, item.content_type)).collect()
}

/// The same messages with the files that are known of them.
fn with_files(tx: &mut Tx<'_>, mut messages: Vec<MessageView>) -> Result<Vec<MessageView>> {
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let mut files: HashMap<MessageId, Vec<MediaView>> = HashMap::new();
    for (message, file) in media::of_messages(tx, &ids)? {
        files.entry(message).or_default().push(file);
    }
    for message in &mut messages {
        if let Some(files) = files.remove(&message.id) {
            message.media = files;
        }
    }
    Ok(messages)
}

fn error_of(code: Option<String>, text: Option<String>) -> Option<MessageError> {
    let known = code.as_deref().and_then(trunkline_providers::codes::lookup);
    let text = text.or_else(|| known.map(|info| info.meaning.to_owned())).or_else(|| code.clone())?;
    let help = known.map_or_else(
        || "The customer did not get this message. Look at its timeline, then send it again or reach them another way.".to_owned(),
        |info| info.help().to_owned(),
    );
    Some(MessageError { code, text, help })
}

/// The messages with these ids that exist, in no particular order.
pub(crate) fn load_messages(tx: &mut Tx<'_>, ids: &[MessageId]) -> Result<Vec<MessageView>> {
    let found = tx.query(
        sql!(
            sqlite: "select id, conversation_id, contact_id, line_id, direction, channel, state, from_address, to_address, \
                     body, media, segments, error_code, error_text, author_id, author_name, provider_message_id, \
                     possibly_doubled, at, created_at, sent_at, delivered_at, priority, purpose, scheduled_at, schedule_local, \
                     schedule_zone, cancel_if_answered, hold_code, hold_reason, held_until, expires_at, template_id, \
                     template_version, template_variant, retry_of, dismissed_at, \
                     (select t.name from templates t where t.id = template_id), persona, details, content, e.subject, e.automatic, e.quoted <> '', \
                 e.html is not null from messages left join emails e on e.message_id = id \
                     where id in (select unhex(value) from json_each($1))",
            postgres: "select id, conversation_id, contact_id, line_id, direction, channel, state, from_address, to_address, \
                       body, media, segments, error_code, error_text, author_id, author_name, provider_message_id, \
                       possibly_doubled, at, created_at, sent_at, delivered_at, priority, purpose, scheduled_at, schedule_local, \
                       schedule_zone, cancel_if_answered, hold_code, hold_reason, held_until, expires_at, template_id, \
                       template_version, template_variant, retry_of, dismissed_at, \
                       (select t.name from templates t where t.id = template_id), persona, details, content, e.subject, e.automatic, e.quoted <> '', \
                 e.html is not null from messages left join emails e on e.message_id = id \
                       where id in (select value::uuid from jsonb_array_elements_text($1))"
        ),
        &[id_list(ids)],
        read_view,
    )?;
    with_files(tx, found)
}

fn id_list<T: Copy + Into<Uuid>>(ids: &[T]) -> trunkline_store::Value {
    let ids: Vec<String> = ids.iter().map(|id| (*id).into().simple().to_string()).collect();
    serde_json::json!(ids).into()
}

/// Which messages of a list are wanted. Empty text means any.
#[derive(Clone, Debug, Default)]
pub(super) struct MessageFilter {
    pub(super) conversation: Option<ConversationId>,
    pub(super) channel: String,
    pub(super) state: String,
    pub(super) direction: String,
}

/// Up to `count` messages after the cursor, newest first.
pub(super) fn list_messages(
    tx: &mut Tx<'_>,
    filter: &MessageFilter,
    after: Cursor,
    count: usize,
) -> Result<Vec<MessageView>> {
    let [at, id, limit] = [after.at.into(), after.id.into(), count.into()];
    let [channel, state, direction] = [&filter.channel, &filter.state, &filter.direction].map(Into::into);
    let found = match filter.conversation {
        Some(conversation) => tx.query(
            sql!(
                "select id, conversation_id, contact_id, line_id, direction, channel, state, from_address, to_address, \
                 body, media, segments, error_code, error_text, author_id, author_name, provider_message_id, \
                 possibly_doubled, at, created_at, sent_at, delivered_at, priority, purpose, scheduled_at, schedule_local, \
                 schedule_zone, cancel_if_answered, hold_code, hold_reason, held_until, expires_at, template_id, \
                 template_version, template_variant, retry_of, dismissed_at, \
                 (select t.name from templates t where t.id = template_id), persona, details, content, e.subject, e.automatic, e.quoted <> '', \
                 e.html is not null from messages left join emails e on e.message_id = id \
                 where conversation_id = $7 and (at, id) < ($1, $2) and ($3 = '' or channel = $3) \
                 and ($4 = '' or state = $4) and ($5 = '' or direction = $5) order by at desc, id desc limit $6"
            ),
            &[at, id, channel, state, direction, limit, conversation.into()],
            read_view,
        )?,
        None => tx.query(
            sql!(
                "select id, conversation_id, contact_id, line_id, direction, channel, state, from_address, to_address, \
                 body, media, segments, error_code, error_text, author_id, author_name, provider_message_id, \
                 possibly_doubled, at, created_at, sent_at, delivered_at, priority, purpose, scheduled_at, schedule_local, \
                 schedule_zone, cancel_if_answered, hold_code, hold_reason, held_until, expires_at, template_id, \
                 template_version, template_variant, retry_of, dismissed_at, \
                 (select t.name from templates t where t.id = template_id), persona, details, content, e.subject, e.automatic, e.quoted <> '', \
                 e.html is not null from messages left join emails e on e.message_id = id \
                 where (at, id) < ($1, $2) and ($3 = '' or channel = $3) and ($4 = '' or state = $4) \
                 and ($5 = '' or direction = $5) order by at desc, id desc limit $6"
            ),
            &[at, id, channel, state, direction, limit],
            read_view,
        )?,
    };
    with_files(tx, found)
}

/// The person a conversation is with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConversationContact {
    #[schema(value_type = Uuid)]
    id: ContactId,
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    opted_out: bool,
}

/// The last message of a conversation, as far as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LastMessage {
    #[schema(value_type = Uuid)]
    id: MessageId,
    direction: String,
    channel: String,
    #[schema(value_type = String)]
    state: MessageState,
    preview: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(crate) struct ConversationView {
    #[schema(value_type = Uuid)]
    pub(crate) id: ConversationId,
    contact: ConversationContact,
    status: Status,
    unread_count: u32,
    last_message: Option<LastMessage>,
    #[schema(value_type = String, format = DateTime)]
    pub(super) last_activity_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

fn read_conversation(row: &Row<'_>) -> Result<ConversationView> {
    let last_id: Option<MessageId> = row.get(10)?;
    let last_message = last_id.map(|id| read_last(row, id)).transpose()?;
    Ok(ConversationView {
        id: row.get(0)?,
        contact: ConversationContact {
            id: row.get(1)?,
            name: row.get(2)?,
            phone: row.get(3)?,
            email: row.get(4)?,
            opted_out: row.get(5)?,
        },
        status: row.parse(6)?,
        unread_count: row.get(7)?,
        last_message,
        last_activity_at: row.get(8)?,
        created_at: row.get(9)?,
    })
}

fn read_last(row: &Row<'_>, id: MessageId) -> Result<LastMessage> {
    let body: String = row.get(14)?;
    Ok(LastMessage {
        id,
        direction: row.get(11)?,
        channel: row.get(12)?,
        state: row.parse(13)?,
        preview: body.chars().take(PREVIEW_MAX).collect(),
        at: row.get(15)?,
    })
}

/// The conversations with these ids that exist, in no particular order.
pub(crate) fn load_conversations(tx: &mut Tx<'_>, ids: &[ConversationId]) -> Result<Vec<ConversationView>> {
    tx.query(
        sql!(
            sqlite: "select v.id, c.id, c.name, c.phone, c.email, \
                     exists (select 1 from opt_outs o where o.address = c.phone), \
                     v.status, v.unread_count, v.last_activity_at, v.created_at, m.id, m.direction, m.channel, m.state, \
                     m.body, m.at from conversations v join contacts c on c.id = v.contact_id \
                     left join messages m on m.id = v.last_message_id \
                     where v.id in (select unhex(value) from json_each($1))",
            postgres: "select v.id, c.id, c.name, c.phone, c.email, \
                       exists (select 1 from opt_outs o where o.address = c.phone), \
                       v.status, v.unread_count, v.last_activity_at, v.created_at, m.id, m.direction, m.channel, m.state, \
                       m.body, m.at from conversations v join contacts c on c.id = v.contact_id \
                       left join messages m on m.id = v.last_message_id \
                       where v.id in (select value::uuid from jsonb_array_elements_text($1))"
        ),
        &[id_list(ids)],
        read_conversation,
    )
}

/// Up to `count` conversations after the cursor, the last active first. `status` is a status or empty.
pub(super) fn list_conversations(
    tx: &mut Tx<'_>,
    status: &str,
    unread: bool,
    wanted: &str,
    after: Cursor,
    count: usize,
) -> Result<Vec<ConversationView>> {
    let params = [
        after.at.into(),
        after.id.into(),
        count.into(),
        status.into(),
        unread.into(),
        crate::contacts::like(wanted).into(),
        crate::contacts::like_phone(wanted).into(),
    ];
    if status.is_empty() {
        return tx.query(
            sql!(
                "select v.id, c.id, c.name, c.phone, c.email, exists (select 1 from opt_outs o where o.address = c.phone), \
                 v.status, v.unread_count, v.last_activity_at, v.created_at, m.id, m.direction, m.channel, m.state, \
                 m.body, m.at from conversations v join contacts c on c.id = v.contact_id \
                 left join messages m on m.id = v.last_message_id \
                 where (v.last_activity_at, v.id) < ($1, $2) and $4 = '' and (v.unread_count > 0 or not $5) \
                 and ($6 = '' or lower(c.name) like '%' || $6 || '%' escape '\\' or c.phone like '%' || $7 || '%' escape '\\' \
                 or c.email like '%' || $6 || '%' escape '\\') \
                 order by v.last_activity_at desc, v.id desc limit $3"
            ),
            &params,
            read_conversation,
        );
    }
    tx.query(
        sql!(
            "select v.id, c.id, c.name, c.phone, c.email, exists (select 1 from opt_outs o where o.address = c.phone), \
             v.status, v.unread_count, v.last_activity_at, v.created_at, m.id, m.direction, m.channel, m.state, \
             m.body, m.at from conversations v join contacts c on c.id = v.contact_id \
             left join messages m on m.id = v.last_message_id \
             where v.status = $4 and (v.last_activity_at, v.id) < ($1, $2) and (v.unread_count > 0 or not $5) \
             and ($6 = '' or lower(c.name) like '%' || $6 || '%' escape '\\' or c.phone like '%' || $7 || '%' escape '\\' \
             or c.email like '%' || $6 || '%' escape '\\') \
             order by v.last_activity_at desc, v.id desc limit $3"
        ),
        &params,
        read_conversation,
    )
}

/// How many conversations there are, for the tabs.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct ConversationCounts {
    open: i64,
    pending: i64,
    resolved: i64,
    unread: i64,
}

pub(super) fn count_conversations(tx: &mut Tx<'_>) -> Result<ConversationCounts> {
    tx.query_one(
        sql!(
            "select (select count(*) from conversations where status = 'open'), \
             (select count(*) from conversations where status = 'pending'), \
             (select count(*) from conversations where status = 'resolved'), \
             (select count(*) from conversations where unread_count > 0)"
        ),
        &[],
        |row| {
            let (open, pending, resolved) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(ConversationCounts { open, pending, resolved, unread: row.get(3)? })
        },
    )
}
