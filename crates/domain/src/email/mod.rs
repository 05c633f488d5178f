//! Email: addresses, message ids and threads, what is new in a text and what it quotes, and which mail no person
//! wrote.
//!
//! Everything here reads what strangers wrote. Nothing fails on it: what cannot be understood is left out or taken as
//! it is, and every text has a bound.

mod address;
mod automatic;
mod dsn;
mod message_id;
mod quoted;
mod subject;

pub use address::{EmailAddress, EmailError, Mailbox, TEXT_MAX as NAME_MAX, is_email, one_line};
pub use automatic::{Automatic, Headers, automatic};
pub use dsn::{Dsn, DsnAction, read_dsn};
pub use message_id::{MessageIds, REFERENCES_MAX, message_ids, references_of_reply};
pub use quoted::{Folded, fold};
pub use subject::{SUBJECT_MAX, reply_subject};
