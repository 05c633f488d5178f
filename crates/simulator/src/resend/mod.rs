//! Resend's side: mail over an HTTP API, both ways, behind the same faults.
//!
//! Worked from Resend's documentation (Send email, Idempotency keys, Receiving emails, Webhooks, Errors, Rate limit),
//! its OpenAPI description and Svix's (Verifying webhooks manually). Mail stays in memory until the process ends or a
//! reset; no ledger file keeps it.

mod answers;
mod api;
mod create;
mod error;
mod life;
mod office;
mod people;
mod webhook;

pub(crate) use api::{check, router};
pub(crate) use life::{Task, perform};
pub(crate) use office::Office;
pub use people::{MailView, NewMail, NewMailFile};
pub(crate) use people::{mails_of, write};
