//! A message is accepted from its author.

use std::sync::Arc;

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ConversationId, LineId, MessageId};
use trunkline_domain::lanes::Lane;
use trunkline_domain::message::{Hold, Purpose};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};

use super::change::silence_personas;
use super::filling::filled;
use super::gate::{self, Verdict, Wish};
use super::request::{Accepted, Refusal, Request, body_max, refuse_body};
use super::target::{Known, choose_line, known, resolve, thread};
use super::{Delivery, SEND_JOB, files, hand_over, letters, mail};
use crate::compliance;
use crate::email::EmailRow;
use crate::http::problem::FieldError;
use crate::inbox::messages::{self, ContentUse, Draft, Earlier, Schedule};
use crate::inbox::{MediaItem, waiting};
use crate::jobs::{NewJob, Queue};
use crate::lines::Line;
use crate::media::{self, Sendable};

/// Accepts a message: in one transaction the key is checked, the gate asked, the message and the job to
/// send it written. Nothing is left half done, and a repeated request finds what the first one did.
pub(crate) async fn enqueue(delivery: &Delivery, request: Request) -> Result<Accepted> {
    let (again, retry) = (delivery.clone(), request.clone());
    match delivery.store.write(move |tx| accept(tx, &again, &retry)).await {
        // The same key, at the same moment, on another connection: now it can be seen.
        Err(error) if error.is_conflict_on("messages_idempotency_scope_idempotency_key_key") => {
            let delivery_again = delivery.clone();
            delivery.store.write(move |tx| accept(tx, &delivery_again, &request)).await
        }
        result => result,
    }
}

/// The same inside a transaction of the caller's.
pub(crate) fn accept(tx: &mut Tx<'_>, delivery: &Delivery, request: &Request) -> Result<Accepted> {
    let (scope, key) = &request.idempotency;
    // Before whom it is for: the same request, committed between the two looks, would be found without the
    // conversation it made, and taken for another one.
    let earlier = messages::by_idempotency_key(tx, scope, key)?;
    let Some(known) = known(tx, &request.recipient)? else {
        return Ok(Accepted::Refused(Refusal::NoRecipient));
    };
    if let Some(earlier) = earlier {
        let (id, conversation) = (earlier.id, earlier.conversation_id);
        let files = files::wanted(tx, request)?;
        let same = known.conversation == Some(conversation)
            && is_same_text(&earlier, request)
            && media::has_files(tx, id, &files)?;
        return Ok(if same { Accepted::Again(id) } else { Accepted::Refused(Refusal::KeyReused) });
    }
    let request = match filled(tx, delivery, request, &known)? {
        Ok(request) => request,
        Err(refusal) => return Ok(Accepted::Refused(refusal)),
    };
    match prepare(tx, delivery, &request, known)? {
        Ok(prepared) => write(tx, delivery, &request, prepared).map(Accepted::New),
        Err(refusal) => Ok(Accepted::Refused(refusal)),
    }
}

/// Whether a stored text is the one asked for, with or without what the rules add on first contact. A template
/// may give another text by now, in another version or on another day, so there its name decides.
fn is_same_text(stored: &Earlier, request: &Request) -> bool {
    if let Some(wanted) = &request.text_from {
        return stored.template == Some(wanted.template);
    }
    if let Some(wanted) = &request.content_from {
        let same = |used: &ContentUse| used.template_id == wanted.template && used.variables == wanted.values;
        return stored.content.as_ref().is_some_and(same);
    }
    let rest = stored.body.strip_prefix(request.body.as_str());
    rest.is_some_and(|rest| rest.is_empty() || (request.purpose != Purpose::Reply && rest.starts_with('\n')))
}

/// A request that may become a message.
pub(super) struct Prepared {
    pub(super) known: Known,
    pub(super) to: String,
    pub(super) line: Arc<Line>,
    /// With what the rules add to it.
    pub(super) body: String,
    files: Vec<Sendable>,
    pub(super) schedule: Option<Schedule>,
    pub(super) hold: Option<Hold>,
    /// What it has beside its text, if it is an email.
    email: Option<EmailRow>,
    now: Timestamp,
}

/// Looks whether a request can be granted, and how; writes nothing.
pub(super) fn prepare(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    request: &Request,
    known: Known,
) -> Result<Result<Prepared, Refusal>> {
    let Some(line) = choose_line(tx, delivery, request, &known)? else { return Ok(Err(Refusal::NoLine)) };
    let channel = line.info.channel;
    let Some(to) = known.address(channel).map(str::to_owned) else {
        return Ok(Err(Refusal::NoAddress(channel)));
    };
    let files = match files::checked(tx, request, &line)? {
        Ok(files) => files,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let is_only_files = !files.is_empty() && request.body.trim().is_empty();
    if let Some(message) = refuse_body(channel, &request.body).filter(|_| !is_only_files) {
        return Ok(Err(Refusal::Fields(vec![FieldError { field: "body".to_owned(), message }])));
    }
    let email = match mail::beside(tx, channel, request, &known)? {
        Ok(email) => email,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let now = delivery.ambient.now();
    let schedule = match schedule(tx, request, &known, &to, now)? {
        Ok(schedule) => schedule,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(id) = duplicate(tx, request, &to, now)? {
        return Ok(Err(Refusal::Duplicate(id)));
    }
    let wish = Wish {
        line: line.info.id,
        to: &to,
        purpose: request.purpose,
        priority: request.priority,
        contact: known.contact,
        conversation: known.conversation,
        message: None,
        at: schedule.as_ref().map_or(now, |schedule| schedule.at),
        needs_window: line.info.channel == Channel::Whatsapp && request.content.is_none(),
    };
    let hold = match gate::ask_about(tx, wish)? {
        // What is accepted does not leave yet: it is asked about again then.
        Verdict::Allow(_) => None,
        Verdict::Hold(hold) => Some(hold),
        Verdict::Refuse { code, reason } => return Ok(Err(Refusal::Gate { code, reason })),
    };
    // What is scheduled keeps its time and is asked again then: the hours, or they, may change.
    let hold = if schedule.is_some() { None } else { hold };
    let body = match &request.content {
        // Approved words stay as they are.
        Some(_) => Ok(request.body.clone()),
        None => with_opt_out_text(tx, channel, &request.body, request.purpose, known.conversation)?,
    };
    let body = match body {
        Ok(body) => body,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let body = mail::with_unsubscribe_link(delivery, &line, &to, request.purpose, body);
    Ok(Ok(Prepared { known, to, line, body, files, schedule, hold, email, now }))
}

/// The text as it will leave: on first contact they are told how to make it stop (C8), unless it is a person
/// who writes.
pub(super) fn with_opt_out_text(
    tx: &mut Tx<'_>,
    channel: Channel,
    body: &str,
    purpose: Purpose,
    conversation: Option<ConversationId>,
) -> Result<Result<String, Refusal>> {
    // Nobody answers STOP to an email.
    if purpose == Purpose::Reply || channel == Channel::Email {
        return Ok(Ok(body.to_owned()));
    }
    let rule = compliance::load_settings(tx)?.first_contact;
    let first = conversation.map_or(Ok(true), |id| waiting::is_first_contact(tx, id))?;
    let text = rule.text.trim();
    if !rule.enabled || !first || body.contains(text) {
        return Ok(Ok(body.to_owned()));
    }
    let body = format!("{body}\n{text}");
    if body.chars().count() > body_max(channel) {
        return Ok(Err(Refusal::NoRoom(text.to_owned())));
    }
    Ok(Ok(body))
}

/// The time asked for, if any.
fn schedule(
    tx: &mut Tx<'_>,
    request: &Request,
    known: &Known,
    to: &str,
    now: Timestamp,
) -> Result<Result<Option<Schedule>, Refusal>> {
    let Some(when) = &request.when else { return Ok(Ok(None)) };
    let cancel_if_answered = request.cancel_if_answered;
    let resolved = resolve(tx, when, known.contact, to, now)?;
    Ok(resolved.map(|(at, local)| Some(Schedule { at, local, cancel_if_answered })))
}

/// The message that this one would repeat (C6).
fn duplicate(tx: &mut Tx<'_>, request: &Request, to: &str, now: Timestamp) -> Result<Option<MessageId>> {
    let Some(window) = request.dedupe.filter(|_| request.media.is_empty()) else { return Ok(None) };
    // Two at the same moment, on two connections, would not see each other; and the thread that the other one
    // made can be seen only now.
    tx.lock(&format!("dedupe/{to}"))?;
    let known = known(tx, &request.recipient)?.unwrap_or_default();
    let Some(conversation) = known.conversation else { return Ok(None) };
    let author = request.author.as_ref().map(|(id, _)| *id);
    // The first one may have been told more than was asked for.
    let told = format!("{}\n{}", request.body, compliance::load_settings(tx)?.first_contact.text.trim());
    waiting::same_text_since(tx, conversation, author, [&request.body, &told], now.minus(window))
}

fn write(tx: &mut Tx<'_>, delivery: &Delivery, request: &Request, prepared: Prepared) -> Result<MessageId> {
    let Prepared { known, to, line, body, files, schedule, hold, email, now } = prepared;
    let copies = media::copies(&delivery.ambient, files);
    let told =
        copies.iter().map(|copy| MediaItem { url: copy.url(), content_type: copy.content_type().to_owned() });
    let (conversation_id, contact_id) = thread(tx, delivery, &known, (line.info.channel, &to), now)?;
    let draft = Draft {
        id: delivery.ambient.id(),
        conversation_id,
        contact_id,
        line_id: line.info.id,
        channel: channel_of(&line, !copies.is_empty()),
        from: line.info.address.clone(),
        to,
        segments: line.info.channel.segments(&body),
        body,
        media: told.collect(),
        author: request.author.clone(),
        persona: request.persona.clone(),
        idempotency: Some(request.idempotency.clone()),
        policy: request.policy,
        purpose: request.purpose,
        priority: request.priority,
        schedule,
        hold,
        expires_at: request.expires_at,
        template: request.template.clone(),
        content: request.content.clone(),
        retry_of: request.retry_of,
    };
    let (id, line_id) = (draft.id, draft.line_id);
    let planned_at = draft.schedule.as_ref().map(|schedule| schedule.at);
    let waits_until = draft.waits_until();
    let job = NewJob {
        queue: Queue::Send,
        kind: SEND_JOB,
        subject: id.into(),
        order_key: Some(order_key(draft.line_id, &draft.to)),
        due_at: waits_until.unwrap_or(now),
        pool: Some((draft.line_id.into(), Lane::of(request.priority))),
        parked: waits_until.is_some(),
    };
    if let Some(replaced) = draft.retry_of {
        letters::dismiss(tx, delivery, replaced)?;
    }
    messages::insert_outbound(tx, &delivery.events, now, draft)?;
    if let Some(email) = email {
        mail::keep(tx, delivery, &line, (id, conversation_id), email)?;
    }
    media::send_along(tx, now, id, &copies)?;
    if request.author.is_some() && request.purpose != Purpose::Marketing {
        silence_personas(tx, delivery, conversation_id, "a person wrote")?;
    }
    delivery.jobs.enqueue(tx, delivery.ambient.id(), now, &job)?;
    if let Some(at) = planned_at {
        hand_over::plan(tx, delivery, id, line_id, at)?;
    }
    Ok(id)
}

/// A text with files is an MMS.
fn channel_of(line: &Line, has_files: bool) -> Channel {
    match line.info.channel {
        Channel::Sms if has_files => Channel::Mms,
        channel => channel,
    }
}

/// Messages with the same key leave one after the other.
pub(super) fn order_key(line: LineId, to: &str) -> String {
    format!("{line}/{to}")
}

/// Whose messages have this order key.
pub(super) fn recipient_of(order_key: &str) -> Option<(LineId, &str)> {
    let (line, to) = order_key.split_once('/')?;
    Some((line.parse().ok()?, to))
}
