//! Asks the gate about a message, with what it wants to know of the past.

use trunkline_domain::ids::{ContactId, ConversationId, LineId, MessageId};
use trunkline_domain::message::Purpose;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};

pub(super) use crate::compliance::Verdict as ComplianceVerdict;
use crate::compliance::{self, Past, Question};
use crate::contacts;
use crate::inbox::messages::{self, Hold, Message};

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
pub(super) fn ask_about(tx: &mut Tx<'_>, wish: &Wish<'_>) -> Result<Verdict> {
    let zone = wish.contact.map_or(Ok(None), |id| contacts::time_zone(tx, id))?;
    let question = Question {
        line: wish.line,
        address: wish.to,
        purpose: wish.purpose,
        priority: wish.priority,
        zone: zone.as_deref(),
        at: wish.at,
    };
    let thread = Thread { conversation: wish.conversation, message: wish.message };
    Ok(match compliance::ask(tx, &question, &thread)? {
        ComplianceVerdict::Allow => Verdict::Allow(Pass(())),
        ComplianceVerdict::Hold(hold) => {
            Verdict::Hold(Hold { code: hold.code, reason: hold.reason, until: hold.until })
        }
        ComplianceVerdict::Refuse { code, reason } => Verdict::Refuse { code, reason },
    })
}

/// Whether a message that was accepted may leave now.
pub(super) fn ask(tx: &mut Tx<'_>, message: &Message, now: Timestamp) -> Result<Verdict> {
    ask_about(
        tx,
        &Wish {
            line: message.line_id,
            to: &message.to,
            purpose: message.purpose,
            priority: message.priority,
            contact: Some(message.contact_id),
            conversation: Some(message.conversation_id),
            message: Some(message.id),
            at: now,
        },
    )
}
