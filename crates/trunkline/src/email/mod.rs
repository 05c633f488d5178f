//! Emails: what one has beside its message, and the thread it belongs to.
//!
//! * `rows.rs` keeps one row per email: subject, Message-ID and thread, what it repeats, its HTML;
//! * `marks.rs` makes what only we can make: Message-IDs, addresses for answers, links to unsubscribe;
//! * `html.rs` makes a stranger's HTML fit to be shown.
//!
//! The room promises that a mark which it did not make is nobody's, and that no HTML leaves it that can run anything or
//! fetch anything unasked. It owns `emails`, and must not know how mail is carried, nor what a message does.

mod html;
mod marks;
mod rows;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use html::{Images, policy, shown};
pub(crate) use marks::Marks;
pub(crate) use rows::{EmailRow, conversation_of, insert, last_of, of_message};
