//! Whom a request is for, through which line, and when: looked up before anything is made.

use std::sync::Arc;

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, ConversationId, LineId};
use trunkline_domain::schedule;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::request::{By, Recipient, Refusal, Request, When};
use super::{Delivery, best_time};
use crate::inbox::conversations;
use crate::lines::Line;
use crate::{compliance, contacts};

/// What there is of a recipient before anything is made for them: a request that is refused leaves nothing
/// behind.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) contact: Option<ContactId>,
    pub(super) conversation: Option<ConversationId>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
}

impl Known {
    /// Where they are reached over this channel.
    pub(super) fn address(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email.as_deref(),
            Channel::Sms | Channel::Mms | Channel::Whatsapp | Channel::Voice => self.phone.as_deref(),
        }
    }

    /// The address that stands for them where no line is chosen yet.
    pub(super) fn any_address(&self) -> Option<&str> {
        self.phone.as_deref().or(self.email.as_deref())
    }
}

/// `None` if the conversation or contact does not exist; an address nobody has is no obstacle.
pub(super) fn known(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<Option<Known>> {
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
        Recipient::Email(email) => match contacts::id_by_email(tx, email)? {
            Some(id) => Some(id),
            None => return Ok(Some(Known { email: Some(email.clone()), ..Known::default() })),
        },
    };
    let Some(contact) = contact else { return Ok(None) };
    Ok(contacts::find(tx, contact)?.map(|contact| Known {
        contact: Some(contact.id),
        conversation: contact.conversation_id.map(Into::into),
        phone: contact.phone,
        email: contact.email,
    }))
}

/// The thread to put the message into, made if there is none.
pub(super) fn thread(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    known: &Known,
    (channel, to): (Channel, &str),
    now: Timestamp,
) -> Result<(ConversationId, ContactId)> {
    let (ambient, events) = (&delivery.ambient, &delivery.events);
    let contact = match known.contact {
        Some(contact) => contact,
        None => contacts::find_or_create(tx, events, now, ambient.id(), (channel, to), None)?,
    };
    let (conversation, _) = conversations::find_or_create(tx, events, now, ambient.id(), contact)?;
    Ok((conversation, contact))
}

/// The line for a request. For a recipient named by an address, only a line for such addresses.
pub(super) fn choose_line(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    request: &Request,
    known: &Known,
) -> Result<Option<Arc<Line>>> {
    line_by(tx, delivery, request.by, known, |channel| match &request.recipient {
        Recipient::Phone(_) => channel != Channel::Email,
        Recipient::Email(_) => channel == Channel::Email,
        Recipient::Conversation(_) | Recipient::Contact(_) => true,
    })
}

/// The line asked for; else the one they wrote to last, or, if they never wrote, that was used last: a customer is
/// answered where they are, by one number (E8); else the first that can reach them.
pub(super) fn line_by(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    by: By,
    known: &Known,
    may_use: impl Fn(Channel) -> bool,
) -> Result<Option<Arc<Line>>> {
    if let Some(id) = by.line {
        return Ok(delivery.lines.get(id));
    }
    let is_fit = |line: &Arc<Line>| {
        by.channel.is_none_or(|channel| line.info.channel == channel) && may_use(line.info.channel)
    };
    // Only recent messages are looked at: a thread may hold thousands that nobody answered.
    let used: Vec<LineId> = tx.query(
        sql!(
            "select r.line_id from (select line_id, direction, at, id from messages where conversation_id = $1 \
             order by at desc, id desc limit 100) r order by r.direction <> 'inbound', r.at desc, r.id desc"
        ),
        &[known.conversation.into()],
        |row| row.get(0),
    )?;
    let used = used.into_iter().filter_map(|id| delivery.lines.get(id)).find(is_fit);
    let reaches = |line: &Arc<Line>| is_fit(line) && known.address(line.info.channel).is_some();
    let first = || delivery.lines.all().find(reaches).or_else(|| delivery.lines.all().find(is_fit));
    Ok(used.or_else(first))
}

/// A time, with the wall time and zone it was asked for in.
pub(super) type Resolved = (Timestamp, Option<(String, String)>);

/// The instant that is meant, if a message can leave then.
pub(super) fn resolve(
    tx: &mut Tx<'_>,
    when: &When,
    contact: Option<ContactId>,
    to: &str,
    now: Timestamp,
) -> Result<Result<Resolved, Refusal>> {
    let (field, resolved) = match when {
        When::Best => {
            let best = best_time::of(tx, contact, to, now)?;
            ("send_at_best", best.next_at.map(|at| (at, None)).ok_or(best.why_none))
        }
        When::At(at) => ("send_at", Ok((*at, None))),
        When::Local { wall, zone } => {
            let zone = match zone {
                Some(zone) => Some(zone.clone()),
                None => contact.map_or(Ok(None), |id| contacts::time_zone(tx, id))?,
            };
            let zones = compliance::zones_of(zone.as_deref(), to, &compliance::load_settings(tx)?);
            ("send_at_local", zones.instant(wall).map(|at| (at, Some((wall.clone(), zones.name())))))
        }
    };
    let usable = resolved.and_then(|resolved| match schedule::check(resolved.0, now) {
        Ok(()) => Ok(resolved),
        Err(error) => Err(error.to_string()),
    });
    Ok(usable.map_err(|why| Refusal::Time(field, why)))
}
