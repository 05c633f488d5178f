//! One folder per provider: send, verify, parse, look up, list since.
//!
//! A provider here is a translator and nothing more. It turns our words into requests of one company's
//! API, that company's answers, webhooks and error codes into ours, and it says honestly what is known
//! after each exchange: the message was taken, it certainly was not, or nobody can tell. What follows
//! from that (retries, look-ups, slowing down) belongs to the delivery engine.
//!
//! The room promises that no function logs or prints a secret, follows a redirect with credentials, reads
//! an answer without a bound or panics on what comes from outside. It must not know the store, the jobs
//! or the users.
//!
//! # To add a provider
//!
//! 1. Make a folder beside `twilio` whose `mod.rs` names the provider's documents you worked from.
//! 2. Implement [`Provider`] with [`transport`] underneath; classify by the table in [`SendOutcome`].
//! 3. Put its error codes into a table from code to [`ErrorClass`], meaning and help for a person, and name it in
//!    [`codes`].
//! 4. Verify its webhook signatures against vectors made with its official library (`tests/vectors`), and
//!    parse its webhooks, keeping parameters you do not know.
//! 5. Test every class of outcome against an in-process server, and names of fields against the
//!    provider's API description.

mod code_info;
pub mod codes;
pub mod imap;
mod json;
pub mod llm;
pub mod mail;
mod place;
pub mod resend;
pub mod secret;
pub mod smtp;
pub mod telnyx;
pub mod transport;
pub mod twilio;

use std::collections::BTreeMap;
use std::time::Duration;

pub use futures::future::BoxFuture;
pub use place::{Abilities, Place};
pub use secret::Secret;
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;

/// What the delivery engine and the reconciler need of a provider of messages.
pub trait Provider: Send + Sync {
    /// Hands one message over. Called once per attempt; never retries by itself.
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome>;

    /// Asks what became of a message. `None` means that the provider says it has no such message.
    fn fetch<'a>(&'a self, provider_id: &'a str)
    -> BoxFuture<'a, Result<Option<RemoteMessage>, LookupError>>;

    /// Lists messages, newest first, following the pages up to [`ListQuery::limit`].
    fn list<'a>(&'a self, query: &'a ListQuery) -> BoxFuture<'a, Result<Vec<RemoteMessage>, LookupError>>;

    /// Whether [`Provider::list`] shows, after a while at most, every message that the provider has. Only then
    /// does looking and not finding one prove, in time, that the provider never had it.
    fn lists_everything(&self) -> bool;

    /// Asks whether the credentials hold, and what the account has. A provider that cannot be asked says nothing.
    fn account(&self) -> BoxFuture<'_, Result<AccountState, LookupError>> {
        Box::pin(std::future::ready(Ok(AccountState::default())))
    }

    /// Calls a message off that has not left yet. Gives the message as it is then: it is called off only if
    /// its state says so.
    fn cancel<'a>(&'a self, provider_id: &'a str) -> BoxFuture<'a, Result<RemoteMessage, LookupError>>;

    /// Shows a customer that somebody is writing an answer to this message of theirs, for as long as the channel does
    /// that, and that it was read. Where there is nothing to show, nothing happens.
    fn show_typing<'a>(&'a self, inbound_id: &'a str) -> BoxFuture<'a, Result<(), LookupError>> {
        _ = inbound_id;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Where it keeps what customers send along, and what it wants to be shown there. `None`: it keeps nothing.
    fn media_access(&self) -> Option<MediaAccess> {
        None
    }
}

/// How the media of a provider's messages are fetched.
#[derive(Clone, Debug)]
pub struct MediaAccess {
    /// The address of its API. Only there is `authorization` shown: media may lie, or be redirected, elsewhere.
    pub base_url: String,
    /// The value of the `Authorization` header, where one is wanted.
    pub authorization: Option<Secret>,
    /// The API does not give the file itself but tells, in this field of its answer, where it is.
    pub file_field: Option<&'static str>,
}

/// One message on its way to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// Our id of the message.
    pub message_id: MessageId,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The sender: a number, a short code, a sender name, a channel address or a pool of the provider's.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// The text. Empty only beside media. Beside a template it is what the recipient will read.
    pub body: String,
    /// The approved template to send instead of the text.
    pub content: Option<Content>,
    /// Public addresses of media to send along.
    pub media_urls: Vec<String>,
    /// Where the provider reports what becomes of the message.
    pub status_callback: Option<String>,
    /// How long the message is worth delivering. `None` leaves it to the provider.
    pub validity: Option<Duration>,
    /// The provider is to keep it until a time. `None`: it leaves at once.
    pub keep_until: Option<KeepUntil>,
    /// What it has beside its text, if it is an email.
    pub email: Option<mail::Email>,
}

/// A template that is kept at the provider, with what fills it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The provider's id of the template.
    pub id: String,
    /// By the name of the variable.
    pub variables: BTreeMap<String, String>,
}

/// When a message is to leave that the provider keeps until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepUntil {
    /// The instant. Providers count in seconds: it is rounded up, so that nothing leaves early.
    pub at: Timestamp,
    /// What the provider needs beside the sender to keep a message: the messaging service that the sender
    /// belongs to (Twilio, error 35118).
    pub service: String,
}

impl KeepUntil {
    /// The second at which it will leave.
    pub fn second(&self) -> Timestamp {
        Timestamp::from_secs(self.at.plus(Duration::from_micros(999_999)).secs())
    }
}

/// What is known after a message was handed to a provider.
///
/// | What happened | Outcome |
/// | --- | --- |
/// | no connection (DNS, TCP, TLS): not a byte of the request was written | `NotSent` |
/// | a refusal the provider stands for: 429 and the other 4xx | `NotSent` |
/// | 2xx with an id of the message | `Accepted` |
/// | all else: time-out, reset, 5xx, a 2xx that cannot be read | `Unknown` |
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The provider has it.
    Accepted(RemoteMessage),
    /// The provider certainly does not have it.
    NotSent(Refusal),
    /// The provider may have it. It has to be asked before anything is sent again.
    Unknown {
        /// What happened, for the message's timeline and the log.
        reason: String,
    },
}

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of failure it is, and so what becomes of the message.
    pub class: ErrorClass,
    /// The provider's code, if it gave one.
    pub code: Option<String>,
    /// The provider's words, or ours when it said nothing.
    pub text: String,
    /// How long the provider asked us to wait.
    pub retry_after: Option<Duration>,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From a customer to us.
    Inbound,
    /// From us to a customer.
    Outbound,
}

/// A message as the provider shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteMessage {
    /// The provider's id.
    pub provider_id: String,
    /// Which way it went.
    pub direction: Direction,
    /// The sender; `None` while the provider has yet to pick one from a pool.
    pub from: Option<String>,
    /// The recipient.
    pub to: Option<String>,
    /// The text. `None` in a list that does not show it; [`Provider::fetch`] does.
    pub body: Option<String>,
    /// The provider's status in our words.
    pub state: MessageState,
    /// The provider's code for why it failed.
    pub error_code: Option<String>,
    /// Segments the provider counted.
    pub segments: Option<u32>,
    /// How many media it carries.
    pub media_count: u32,
    /// What it cost.
    pub price: Option<Price>,
    /// When the provider took it.
    pub created_at: Option<Timestamp>,
    /// When the provider passed it on; empty while it waits.
    pub sent_at: Option<Timestamp>,
    /// The messaging service it was handed to, if it was handed to one.
    pub service: Option<String>,
}

/// What a provider says of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountState {
    /// What is left to spend; negative where it is a debt.
    pub balance: Option<Price>,
    /// The provider's clock, to the second.
    pub server_time: Option<Timestamp>,
}

/// An amount of money as the provider writes it, so that nothing is lost to rounding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// A decimal number; what we pay may be negative.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// Which messages to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only messages to this address.
    pub to: Option<String>,
    /// Only messages from this address.
    pub from: Option<String>,
    /// Only messages the provider took at or after this time.
    pub since: Option<Timestamp>,
    /// At most this many.
    pub limit: usize,
}

/// Why the provider could not be asked, or refused to do it. Says nothing about the message itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct LookupError {
    /// What kind of failure it is; whether asking again may help is [`ErrorClass::is_retryable`].
    pub class: ErrorClass,
    /// The provider's code, if it gave one.
    pub code: Option<String>,
    /// What happened.
    pub text: String,
    /// How long the provider asked us to wait.
    pub retry_after: Option<Duration>,
}

impl From<Refusal> for LookupError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { class, code, text, retry_after } = refusal;
        LookupError { class, code, text, retry_after }
    }
}
