//! What the carrier of mail remembers.

use std::collections::{BTreeMap, HashMap};

use trunkline_domain::time::Timestamp;

/// One mail, either way.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(super) id: String,
    /// From the business to a customer.
    pub(super) outbound: bool,
    /// As written: `Name <address>` or an address.
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) cc: Vec<String>,
    pub(super) reply_to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
    pub(super) headers: BTreeMap<String, String>,
    /// With its angle brackets.
    pub(super) message_id: String,
    pub(super) created_at: Timestamp,
    pub(super) last_event: &'static str,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) files: Vec<File>,
}

/// Something attached to a mail.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(super) id: String,
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) content_id: Option<String>,
    pub(super) content: Vec<u8>,
}

/// The id of a file of a mail: a UUID as well, which differs from the mail's in its end alone.
pub(super) fn file_id(mail: &str, number: usize) -> String {
    format!("{}{:04x}", mail.get(..32).unwrap_or(mail), number + 1)
}

/// A create that named a key.
pub(super) struct Kept {
    pub(super) body: Vec<u8>,
    pub(super) id: String,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Office {
    mails: Vec<Mail>,
    positions: HashMap<String, usize>,
    pub(super) keys: HashMap<String, Kept>,
    /// Addresses that bounced or complained, and which of the two.
    pub(super) suppressed: HashMap<String, &'static str>,
    /// Tasks and webhooks under way.
    pub(crate) pending: usize,
    /// The second of the last request, and how many there were in it.
    pub(super) second: (i64, u32),
}

impl Office {
    pub(super) fn add(&mut self, mail: Mail) {
        self.positions.insert(mail.id.clone(), self.mails.len());
        self.mails.push(mail);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Mail> {
        self.mails.get(*self.positions.get(id)?)
    }

    pub(super) fn change(&mut self, id: &str, event: &'static str) -> Option<Mail> {
        let mail = self.mails.get_mut(*self.positions.get(id)?)?;
        mail.last_event = event;
        Some(mail.clone())
    }

    pub(crate) fn pending(&self) -> usize {
        self.pending
    }

    pub(super) fn all(&self) -> &[Mail] {
        &self.mails
    }
}

/// The bare address of `Name <address>`, in lower case.
pub(super) fn bare(text: &str) -> String {
    let inner =
        text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(inner, _)| inner);
    inner.trim().to_lowercase()
}
