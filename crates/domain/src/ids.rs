//! One type per kind of id, so that an id of the wrong kind does not compile.
//!
//! All are UUIDv7 (RFC 9562 §5.7): they sort by creation, which keeps inserts at the end of an index and
//! lets a list page by id alone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What every id type offers, so that the store and [`crate::ambient::Ambient`] can treat them alike.
pub trait Id: Copy + From<Uuid> + Into<Uuid> {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {}

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                $name(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    )+};
}

ids! {
    /// A configured sending identity with provider credentials.
    LineId,
    /// One person.
    ContactId,
    /// A contact's one thread over all channels.
    ConversationId,
    /// One message, in or out.
    MessageId,
    /// One try to hand a message to a provider.
    AttemptId,
    /// A provider's word on what became of a message.
    ReceiptId,
    /// One webhook as received.
    JournalId,
    /// One durable piece of work.
    JobId,
    /// Someone who signs in.
    UserId,
    /// One signed-in browser.
    SessionId,
    /// An invitation to join the team.
    InvitationId,
    /// A text with gaps to be filled.
    TemplateId,
    /// A file that came or goes with a message.
    MediaId,
    /// A row that is kept as evidence, such as a word on consent.
    RecordId,
}
