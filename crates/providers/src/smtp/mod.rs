//! SMTP: email out through any mail server.
//!
//! Worked from RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 3463 (enhanced status codes) and RFC 5322 (the
//! mail itself). The mail is made and the dialogue is spoken by `lettre`.
//!
//! Until the dot that ends the mail, a lost connection is certain: the server has nothing. After it, only the server's
//! answer says whether it took the mail (RFC 5321, 4.2.5), and a lost one leaves it in doubt. No mail server can be asked:
//! it has no list, and repeating is no way to find out. What resolves the doubt is what comes by itself, or a person.
//!
//! A server that took a mail tells no more of it, unless it comes back: what is accepted is `sent`, and stays so.

mod client;
mod compose;
mod refusal;
mod session;

pub use client::{Smtp, SmtpCredentials};
