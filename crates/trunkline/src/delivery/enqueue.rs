//! A message is accepted from its author.

use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId, UserId};
use trunkline_domain::message::DoubtPolicy;
use trunkline_domain::segments::Segments;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::{Delivery, SEND_JOB};
use crate::compliance::{self, Verdict};
use crate::contacts;
use crate::inbox::conversations;
use crate::inbox::messages::{self, Draft};
use crate::jobs::{NewJob, Queue};

/// Whom a message is for.
#[derive(Clone, Debug)]
pub(super) enum Recipient {
    Conversation(ConversationId),
    Contact(ContactId),
    /// E.164; the contact is made if there is none.
    Phone(String),
}

/// A message as its author gave it.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) recipient: Recipient,
    /// The line named, or the one used last, or the default.
    pub(super) line: Option<LineId>,
    pub(super) body: String,
    pub(super) author: Option<(UserId, String)>,
    /// Whose key it is, and the key.
    pub(super) idempotency: (String, String),
    pub(super) policy: DoubtPolicy,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    /// It is queued.
    New(MessageId),
    /// The same request was accepted before.
    Again(MessageId),
    /// The key was used for another message.
    KeyReused,
    /// There is no such conversation or contact.
    NoRecipient,
    /// The contact has no phone number.
    NoAddress,
    /// There is no line to send through.
    NoLine,
    /// The gate refused it.
    Refused { code: &'static str, reason: String },
}

/// Accepts a message: in one transaction the key is checked, the gate asked, the message and the job to
/// send it written. Nothing is left half done, and a repeated request finds what the first one did.
pub(super) async fn enqueue(delivery: &Delivery, request: Request) -> Result<Accepted> {
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

fn accept(tx: &mut Tx<'_>, delivery: &Delivery, request: &Request) -> Result<Accepted> {
    let (scope, key) = &request.idempotency;
    // Before whom it is for: the same request, committed between the two looks, would be found without the
    // conversation it made, and taken for another one.
    let earlier = messages::by_idempotency_key(tx, scope, key)?;
    let Some(known) = known(tx, &request.recipient)? else { return Ok(Accepted::NoRecipient) };
    if let Some((id, conversation, body)) = earlier {
        let same = known.conversation == Some(conversation) && body == request.body;
        return Ok(if same { Accepted::Again(id) } else { Accepted::KeyReused });
    }
    let Some(to) = known.phone.clone() else { return Ok(Accepted::NoAddress) };
    let Some(line) = choose_line(tx, delivery, request.line, known.conversation)? else {
        return Ok(Accepted::NoLine);
    };
    let info = &line.info;
    if let Verdict::Refuse { code, reason } = compliance::ask(tx, info.id, &to)? {
        return Ok(Accepted::Refused { code, reason });
    }
    let now = delivery.ambient.now();
    let (conversation_id, contact_id) = thread(tx, delivery, &known, &to, now)?;
    let draft = Draft {
        id: delivery.ambient.id(),
        conversation_id,
        contact_id,
        line_id: info.id,
        channel: info.channel,
        from: info.address.clone(),
        to,
        body: request.body.clone(),
        segments: Segments::of(&request.body).count(),
        author: request.author.clone(),
        idempotency: Some(request.idempotency.clone()),
        policy: request.policy,
    };
    write(tx, delivery, draft, now).map(Accepted::New)
}

fn write(tx: &mut Tx<'_>, delivery: &Delivery, draft: Draft, now: Timestamp) -> Result<MessageId> {
    let id = draft.id;
    let job = NewJob {
        queue: Queue::Send,
        kind: SEND_JOB,
        subject: id.into(),
        order_key: Some(format!("{}/{}", draft.line_id, draft.to)),
        due_at: now,
    };
    messages::insert_outbound(tx, &delivery.events, now, draft)?;
    delivery.jobs.enqueue(tx, delivery.ambient.id(), now, &job)?;
    Ok(id)
}

/// What there is of a recipient before anything is made for them: a request that is refused leaves nothing
/// behind.
#[derive(Default)]
struct Known {
    contact: Option<ContactId>,
    conversation: Option<ConversationId>,
    phone: Option<String>,
}

/// `None` if the conversation or contact does not exist; a phone number nobody has is no obstacle.
fn known(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<Option<Known>> {
    let contact = match recipient {
        Recipient::Conversation(id) => tx.query_opt(
            sql!("select contact_id from conversations where id = $1"),
            &[(*id).into()],
            |row| row.get(0),
        )?,
        Recipient::Contact(id) => Some(*id),
        Recipient::Phone(phone) => match contacts::id_by_phone(tx, phone)? {
            Some(id) => Some(id),
            None => return Ok(Some(Known { phone: Some(phone.clone()), ..Known::default() })),
        },
    };
    let Some(contact) = contact else { return Ok(None) };
    Ok(contacts::find(tx, contact)?.map(|contact| Known {
        contact: Some(contact.id),
        conversation: contact.conversation_id.map(Into::into),
        phone: contact.phone,
    }))
}

/// The thread to put the message into, made if there is none.
fn thread(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    known: &Known,
    to: &str,
    now: Timestamp,
) -> Result<(ConversationId, ContactId)> {
    let (ambient, events) = (&delivery.ambient, &delivery.events);
    let contact = match known.contact {
        Some(contact) => contact,
        None => contacts::find_or_create_by_phone(tx, events, now, ambient.id(), to, None)?,
    };
    let (conversation, _) = conversations::find_or_create(tx, events, now, ambient.id(), contact)?;
    Ok((conversation, contact))
}

/// The line asked for; else the one this conversation used last, so that a customer sees one number.
fn choose_line(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    wanted: Option<LineId>,
    conversation: Option<ConversationId>,
) -> Result<Option<std::sync::Arc<crate::lines::Line>>> {
    if let Some(id) = wanted {
        return Ok(delivery.lines.get(id).cloned());
    }
    let last: Option<LineId> = tx.query_opt(
        sql!("select line_id from messages where conversation_id = $1 order by at desc, id desc limit 1"),
        &[conversation.into()],
        |row| row.get(0),
    )?;
    Ok(last.and_then(|id| delivery.lines.get(id)).or_else(|| delivery.lines.first()).cloned())
}

/// Calls a message off that has not left. `None`: no such message; false: too late.
pub(super) async fn cancel(delivery: &Delivery, id: MessageId) -> Result<Option<bool>> {
    use trunkline_domain::message::{Event, MessageState};
    let delivery = delivery.clone();
    delivery
        .store
        .clone()
        .write(move |tx| {
            let Some(message) = messages::lock(tx, id)? else { return Ok(None) };
            let now = delivery.ambient.now();
            let (after, _) = message.outgoing.step(&delivery.timing, now, Event::CancelRequested, 0.0);
            if after.state != MessageState::Canceled || message.outgoing.state == MessageState::Canceled {
                return Ok(Some(message.outgoing.state == MessageState::Canceled));
            }
            if !delivery.jobs.discard(tx, SEND_JOB, id.into())? {
                // A worker has it in hand this very moment.
                return Ok(Some(false));
            }
            messages::save(
                tx,
                &delivery.events,
                now,
                &message,
                after,
                messages::Facts::default(),
                "canceled",
            )?;
            Ok(Some(true))
        })
        .await
}
