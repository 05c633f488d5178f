//! The ways to reach people.

use serde::{Deserialize, Serialize};

use crate::segments::Segments;

/// One way to reach people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Text message.
    Sms,
    /// Text message with media.
    Mms,
    /// WhatsApp.
    Whatsapp,
    /// Email.
    Email,
    /// Phone call.
    Voice,
}

impl Channel {
    /// The word used in code, API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Channel::Sms => "sms",
            Channel::Mms => "mms",
            Channel::Whatsapp => "whatsapp",
            Channel::Email => "email",
            Channel::Voice => "voice",
        }
    }
}

impl Channel {
    /// How many segments `body` counts for. Only texts are cut into several; on every other channel a message is one,
    /// however long.
    pub fn segments(self, body: &str) -> u32 {
        match self {
            Channel::Sms | Channel::Mms => Segments::of(body).count(),
            Channel::Whatsapp | Channel::Email | Channel::Voice => 1,
        }
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Channel::Sms, Channel::Mms, Channel::Whatsapp, Channel::Email, Channel::Voice]
            .into_iter()
            .find(|channel| channel.as_str() == text)
            .ok_or_else(|| UnknownChannel(text.to_owned()))
    }
}

/// A word that names no channel.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a channel; use sms, mms, whatsapp, email or voice")]
pub struct UnknownChannel(pub String);
