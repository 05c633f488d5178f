//! The inbox: conversations and the messages in them.
//!
//! A contact has one conversation over all channels. The room owns both tables and promises that a message
//! from a provider stands in its thread exactly once, and that a message's state is changed only by
//! [`messages::save`], which logs the transition and tells the world. It must not know how messages are
//! sent, nor what a provider's webhook looks like.

pub(crate) mod conversations;
mod details;
mod mails;
pub(crate) mod messages;
mod receive;
mod results;
mod routes;
#[cfg(test)]
mod tests;
mod views;
pub(crate) mod waiting;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::phone::CountryCode;
use trunkline_store::Store;

pub(crate) use details::{Details, LocationView, TapView};
pub(crate) use receive::{Incoming, IncomingEmail, receive};
pub(crate) use routes::routes;
pub(crate) use views::{ConversationView, MediaItem, MessageView, load_conversations, load_messages};

use crate::events::Events;

/// What the inbox needs.
#[derive(Clone)]
pub(crate) struct Inbox {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    pub(crate) default_country: Option<CountryCode>,
}
