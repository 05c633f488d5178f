//! Twilio's Programmable Messaging, Telnyx's Messaging and Resend's email seen from the carrier's side, with faults on demand.
//!
//! A [`Simulator`] answers the messaging APIs (those of Telnyx and Resend if its [`Config`] names accounts there), moves messages through their states, calls webhooks back and
//! lets a test write texts from made-up phones. On request it misbehaves the way real carriers do: answers
//! get lost after acceptance, callbacks come late, twice or never, lists lag behind.
//!
//! It promises that the ledger holds every message it accepted, whatever the client was told; that the
//! same seed gives the same faults for the same requests; and that official client libraries can work
//! with it unchanged.
//!
//! Everything accepted stays in memory until a reset, about a kilobyte a message: it is a tool for tests and
//! demonstrations, not a carrier.
//!
//! It must not know the product: it shares only the words of [`trunkline_domain`] and has signing, parsing
//! and keyword code of its own, so that the two sides cannot drift into agreeing only with each other.
//!
//! To add a fault: a field in [`Faults`], its draw in `faults` or `lifecycle`, its effect where the draw
//! is used, and a test that sees the effect from outside.

mod api;
mod callbacks;
mod config;
mod control;
mod faults;
mod files;
mod inbound;
mod keywords;
mod ledger;
mod lifecycle;
mod names;
mod overrides;
mod record;
mod resend;
mod serve;
mod signature;
mod simulator;
mod telnyx;
mod twiml;
mod webhook;
mod whatsapp;
mod world;

pub use config::{
    ApiKey, BusinessNumber, Config, MessagingService, Phone, ResendAccount, TelnyxAccount, Timing,
};
pub use faults::{CreateFault, Faults, InvalidFaults, MediaFault, Outcome, Span};
pub use ledger::{LedgerError, LedgerItem, LedgerProblem, PhoneMessage, Way};
pub use record::{CallbackEntry, Direction, Status, WebhookEntry};
pub use resend::{MailView, NewMail, NewMailFile};
pub use signature::sign;
pub use simulator::{ControlError, Sender, Simulator, SimulatorError, State};
pub use whatsapp::{Button, Extras, Place, Via};
