//! Resend: email over an HTTP API, both ways.
//!
//! Worked from Resend's documentation (Send email, Idempotency keys, Webhooks, Receiving emails, Errors, Rate limit)
//! and its OpenAPI description. Webhooks are signed the way of Svix.
//!
//! A create carries a key made of our message id alone, and Resend answers a repetition of it with the first result
//! for 24 hours. Sent mails can be listed besides, so a create whose answer was lost is looked for first; only when
//! the list has it not is it sent again, and then the key keeps it from leaving twice.
//!
//! A webhook of received mail tells only that it came; the mail itself is fetched ([`MailSource`](crate::mail::MailSource)).

mod client;
mod list;
pub mod signature;
mod status;
pub mod webhook;
mod wire;

pub use client::{DEFAULT_BASE_URL, Resend, ResendCredentials};
pub use status::state_of;
