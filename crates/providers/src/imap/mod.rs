//! IMAP: mail in from any mailbox.
//!
//! Worked from RFC 9051 and RFC 3501 (IMAP), RFC 2177 (IDLE) and RFC 4549 (how a client keeps up with a mailbox). The
//! dialogue is spoken by `async-imap`; here stand the bounds, and what a mailbox means to us.
//!
//! A mailbox is only read. It is opened read-only and mails are peeked at, so that what people see in their own mail
//! program, such as which mails are unread, stays as it is.
//!
//! Mails have numbers that only grow, the UIDs, for as long as the mailbox keeps its UIDVALIDITY (RFC 9051, 2.3.1.1). So
//! one pair of numbers says what was read; when the validity is another one, that pair means nothing any more, and mails
//! are known by their Message-IDs alone.

mod failure;
mod mailbox;
mod stream;

pub use mailbox::{Fetched, Mailbox, MailboxCredentials, Opened};
