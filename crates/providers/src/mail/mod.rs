//! What mail is, whoever carries it: one on its way out, one that came in, and the codes that servers refuse it with.

pub mod codes;
pub mod mime;
mod received;
mod server;
mod trust;

use std::time::Duration;

use trunkline_domain::email::{Mailbox, one_line};

use crate::{BoxFuture, ListQuery, LookupError};
pub use received::{Attachment, MailFile, ReceivedMail};
pub use server::{MailServer, Security, SignIn, is_this_machine};
pub use trust::Trust;

/// What an email has besides sender, recipient and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Email {
    /// The name that stands before the sender's address.
    pub from_name: String,
    /// The subject, in one line.
    pub subject: String,
    /// The Message-ID we gave it, without angle brackets. It is the same for every attempt.
    pub message_id: String,
    /// What it answers to.
    pub in_reply_to: Option<String>,
    /// The thread, the oldest first.
    pub references: Vec<String>,
    /// Where answers are to go.
    pub reply_to: Option<String>,
    /// Where the recipient unsubscribes with one click.
    pub unsubscribe: Option<String>,
    /// A program wrote it.
    pub automatic: bool,
    /// What goes along.
    pub files: Vec<EmailFile>,
}

/// A file that goes along with an email.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailFile {
    /// What people call it.
    pub name: String,
    /// Its type.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for EmailFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}, {} bytes)", self.name, self.content_type, self.bytes.len())
    }
}

/// How much longer an exchange may take for what goes along: slow lines carry a megabyte in four seconds.
pub(crate) fn patience_for(files: &[EmailFile]) -> Duration {
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    Duration::from_secs(bytes as u64 / (256 * 1024))
}

impl Email {
    /// The sender as the `From` header names it.
    pub fn from(&self, address: &str) -> String {
        Mailbox::header(&self.from_name, address)
    }

    /// The headers that neither a provider nor a mail library has a field for.
    ///
    /// Sources: RFC 5322, 3.6.4 (threads); RFC 2369 and RFC 8058 (unsubscribing); RFC 3834, 5 (automatic mail).
    pub fn extra_headers(&self) -> Vec<(&'static str, String)> {
        let bracketed = |id: &String| format!("<{}>", one_line(id, 250));
        let mut headers = Vec::new();
        headers.extend(self.in_reply_to.as_ref().map(|id| ("In-Reply-To", bracketed(id))));
        // Its own id ends the list. Some carriers give a Message-ID of their own, and an answer repeats only what
        // stands here beside that one.
        let thread: Vec<String> = self.references.iter().chain([&self.message_id]).map(bracketed).collect();
        headers.push(("References", thread.join(" ")));
        if let Some(url) = &self.unsubscribe {
            headers.push(("List-Unsubscribe", format!("<{}>", one_line(url, 1_000))));
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        if self.automatic {
            headers.push(("Auto-Submitted", "auto-replied".to_owned()));
        }
        headers
    }
}

/// A provider that keeps the mail that came in, so that it can be fetched and listed.
pub trait MailSource: Send + Sync {
    /// One mail. `None` means that the provider says it has no such mail.
    fn received<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<ReceivedMail>, LookupError>>;

    /// The ids of mails to an address, newest first; [`ListQuery::from`] is not looked at.
    fn list_received<'a>(&'a self, query: &'a ListQuery) -> BoxFuture<'a, Result<Vec<String>, LookupError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_of_an_email_begins_a_header_of_its_own() {
        let evil = "x\r\nBcc: everyone@example.com";
        let email = Email {
            from_name: evil.into(),
            message_id: "1@example.com".into(),
            in_reply_to: Some(evil.into()),
            references: vec![evil.into()],
            unsubscribe: Some(evil.into()),
            automatic: true,
            ..Email::default()
        };
        let headers = email.extra_headers();
        assert!(headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])), "{headers:?}");
        assert!(!email.from("team@example.com").contains(['\r', '\n']));
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            ["In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"]
        );
    }
}
