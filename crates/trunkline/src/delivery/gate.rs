//! Asks the gate about a message, with what it wants to know of the past.

use std::collections::HashMap;

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId};
use trunkline_domain::message::{Hold, Purpose};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, StoreError, Tx};

use crate::compliance::{self, Past, Question};
use crate::contacts;
use crate::inbox::messages::{self, Message};

/// The gate's word that a message may leave now. Only this file can make one, nobody can copy it, and
/// whoever hands a message to a provider has to give it up: there is no way around the gate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pass(());

/// What the gate says, in the words of this room.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow(Pass),
    Hold(Hold),
    Refuse { code: &'static str, reason: String },
}

/// A message as the gate sees it.
pub(super) struct Wish<'a> {
    pub(super) line: LineId,
    pub(super) to: &'a str,
    pub(super) purpose: Purpose,
    pub(super) priority: u8,
    pub(super) contact: Option<ContactId>,
    pub(super) conversation: Option<ConversationId>,
    /// The message itself, if it is written already: it does not count against itself.
    pub(super) message: Option<MessageId>,
    /// When it is to leave.
    pub(super) at: Timestamp,
    /// It may leave only while their WhatsApp window is open.
    pub(super) needs_window: bool,
}

impl<'a> Wish<'a> {
    fn of(message: &'a Message, at: Timestamp) -> Self {
        Wish {
            line: message.line_id,
            to: &message.to,
            purpose: message.purpose,
            priority: message.priority,
            contact: Some(message.contact_id),
            conversation: Some(message.conversation_id),
            message: Some(message.id),
            at,
            needs_window: message.channel == Channel::Whatsapp && message.content.is_none(),
        }
    }
}

struct Thread {
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
}

impl Past for Thread {
    fn wrote_since(&self, tx: &mut Tx<'_>, since: Timestamp) -> Result<bool> {
        self.conversation.map_or(Ok(false), |id| messages::wrote_since(tx, id, since))
    }

    fn marketing_between(&self, tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<u32> {
        self.conversation.map_or(Ok(0), |id| messages::marketing_between(tx, id, (from, to), self.message))
    }
}

/// Whether the wish may be granted.
pub(super) fn ask_about(tx: &mut Tx<'_>, wish: Wish<'_>) -> Result<Verdict> {
    ask_about_all(tx, &[wish])?.pop().ok_or(StoreError::RowCount { expected: 1, changed: 0 })
}

/// Whether messages that were accepted may leave now: one verdict for each, in order.
pub(super) fn ask(tx: &mut Tx<'_>, messages: &[&Message], now: Timestamp) -> Result<Vec<Verdict>> {
    let wishes: Vec<Wish<'_>> = messages.iter().map(|message| Wish::of(message, now)).collect();
    ask_about_all(tx, &wishes)
}

/// Whether one message may leave at this time.
pub(super) fn ask_one(tx: &mut Tx<'_>, message: &Message, at: Timestamp) -> Result<Verdict> {
    ask_about(tx, Wish::of(message, at))
}

fn ask_about_all(tx: &mut Tx<'_>, wishes: &[Wish<'_>]) -> Result<Vec<Verdict>> {
    let contacts: Vec<ContactId> = wishes.iter().filter_map(|wish| wish.contact).collect();
    let zones = contacts::time_zones(tx, &contacts)?;
    let threads: Vec<Thread> =
        wishes.iter().map(|wish| Thread { conversation: wish.conversation, message: wish.message }).collect();
    let questions: Vec<(Question<'_>, &dyn Past)> = wishes
        .iter()
        .zip(&threads)
        .map(|(wish, thread)| (question_of(wish, &zones), thread as &dyn Past))
        .collect();
    let verdicts = compliance::ask(tx, &questions)?;
    Ok(verdicts.into_iter().map(verdict_of).collect())
}

fn question_of<'a>(wish: &Wish<'a>, zones: &'a HashMap<ContactId, String>) -> Question<'a> {
    Question {
        line: wish.line,
        address: wish.to,
        purpose: wish.purpose,
        priority: wish.priority,
        zone: wish.contact.and_then(|id| zones.get(&id)).map(String::as_str),
        at: wish.at,
        needs_window: wish.needs_window,
    }
}

fn verdict_of(verdict: compliance::Verdict) -> Verdict {
    match verdict {
        compliance::Verdict::Allow => Verdict::Allow(Pass(())),
        compliance::Verdict::Hold(hold) => Verdict::Hold(hold),
        compliance::Verdict::Refuse { code, reason } => Verdict::Refuse { code, reason },
    }
}
