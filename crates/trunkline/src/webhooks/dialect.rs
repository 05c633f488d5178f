//! What a provider's webhooks have to be turned into, whoever sends them.

use trunkline_domain::ids::LineId;
use trunkline_domain::message::MessageState;

use crate::inbox::Incoming;
use crate::jobs::About;
use crate::journal::Entry;

/// How the entries of one provider are read.
pub(super) struct Dialect {
    /// The kinds of entries that it knows.
    pub(super) kinds: &'static [&'static str],
    /// What a body seems to be about, readable or not.
    pub(super) glance: fn(&[u8]) -> Glance,
    /// What it tells.
    pub(super) read: fn(LineId, &Entry) -> anyhow::Result<Told>,
}

/// What an entry tells, whoever sent it.
pub(super) enum Told {
    /// A message came in; and the keyword, if the provider says that it has acted on one.
    Message(Box<Incoming>, Option<String>),
    /// What became of a message that went out.
    Status(Word),
    /// A mail came in, which has to be fetched by this id.
    Mail(String),
    /// Nothing that means something to us.
    Nothing,
}

/// A provider's word on a message that went out.
pub(super) struct Word {
    pub(super) provider_message_id: String,
    pub(super) state: Option<MessageState>,
    pub(super) raw_status: String,
    pub(super) error_code: Option<String>,
    pub(super) recipient: Option<String>,
    /// Our mark as the query of an address, where the address it came to cannot carry one.
    pub(super) mark: Option<String>,
}

/// What an entry seems to be about: for people who look at it, or at why it failed.
#[derive(Debug, Default)]
pub(super) struct Glance {
    /// The provider's id of the message.
    pub(super) session: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// The text, of a message that came in.
    pub(super) text: Option<String>,
    /// The provider's word, of a report.
    pub(super) status: Option<String>,
    pub(super) error_code: Option<String>,
}

impl Glance {
    /// For people who look at what failed, without NUL, which PostgreSQL's texts cannot hold (PostgreSQL,
    /// "Character Types").
    pub(super) fn about(self, entry: &Entry) -> About {
        let storable = |text: Option<String>| text.map(|text| text.replace('\0', "\u{fffd}"));
        let customer = if self.status.is_some() { self.to } else { self.from };
        About {
            journal_id: Some(entry.id),
            message_id: None,
            session: storable(self.session),
            phone: storable(customer),
            body: storable(self.text),
        }
    }
}

/// How a message came that a webhook brought.
pub(super) const RECEIVED: &str = "received";
