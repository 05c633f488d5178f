//! The customers' mailboxes: what they read, and what they write.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;

use super::life::{self, Task};
use super::office::{File, Mail, bare, file_id};
use crate::simulator::{ControlError, Simulator};

/// A mail that a customer writes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMail {
    /// `Name <address>` or an address.
    pub from: String,
    /// Whom it is for; left out for an answer.
    pub to: Option<String>,
    /// Left out, that of what it answers.
    pub subject: Option<String>,
    /// The text. An answer repeats below it what it answers.
    #[serde(default)]
    pub text: String,
    /// The same in HTML.
    pub html: Option<String>,
    /// The id of the mail it answers.
    pub answers: Option<String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What is attached.
    #[serde(default)]
    pub files: Vec<NewMailFile>,
}

/// Something to attach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMailFile {
    /// Its name.
    pub filename: String,
    /// Its type.
    pub content_type: String,
    /// How the HTML names it.
    pub content_id: Option<String>,
    /// Base64.
    pub content: String,
}

/// A mail as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct MailView {
    /// The carrier's id.
    pub id: String,
    /// From the business.
    pub received: bool,
    /// Who wrote.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
    /// Where an answer would go.
    pub reply_to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
    /// Its Message-ID.
    pub message_id: String,
    /// Further headers.
    pub headers: BTreeMap<String, String>,
    /// The names of what is attached.
    pub files: Vec<String>,
    /// What became of it.
    pub last_event: &'static str,
    /// When the carrier took it.
    pub at: Timestamp,
}

impl From<&Mail> for MailView {
    fn from(mail: &Mail) -> Self {
        MailView {
            id: mail.id.clone(),
            received: mail.outbound,
            from: mail.from.clone(),
            to: mail.to.clone(),
            reply_to: mail.reply_to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            message_id: mail.message_id.clone(),
            headers: mail.headers.clone(),
            files: mail.files.iter().map(|file| file.filename.clone()).collect(),
            last_event: mail.last_event,
            at: mail.created_at,
        }
    }
}

/// What this address wrote and got, oldest first.
pub(crate) fn mails_of(simulator: &Simulator, address: &str) -> Vec<MailView> {
    let address = address.to_lowercase();
    let office = simulator.office();
    let theirs = office.all().iter().filter(|mail| {
        // What is on its way has not arrived, and what bounced never will.
        let arrived = matches!(mail.last_event, "delivered" | "complained" | "opened");
        if mail.outbound {
            arrived && mail.to.iter().any(|to| bare(to) == address)
        } else {
            bare(&mail.from) == address
        }
    });
    theirs.map(MailView::from).collect()
}

/// The carrier takes a mail to the business and will tell of it.
pub(crate) fn write(simulator: &Simulator, new: NewMail) -> Result<MailView, ControlError> {
    let mut office = simulator.office();
    let answered = new.answers.as_deref().and_then(|id| office.get(id)).cloned();
    let to =
        new.to.clone().or_else(|| answered.as_ref().map(answer_goes_to)).ok_or(ControlError::InvalidMail)?;
    if !bare(&new.from).contains('@') || !bare(&to).contains('@') {
        return Err(ControlError::InvalidMail);
    }
    let now = simulator.ambient().now();
    let id = simulator.mail_id(office.all().len());
    let mail = Mail {
        message_id: format!("<{id}@customer.example>"),
        files: files(&new.files, &id)?,
        id: id.clone(),
        outbound: false,
        to: vec![to],
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: new
            .subject
            .clone()
            .or_else(|| answered.as_ref().map(|mail| format!("Re: {}", mail.subject)))
            .unwrap_or_default(),
        text: Some(with_quote(&new.text, answered.as_ref(), now)),
        html: new.html,
        headers: headers(new.headers, answered.as_ref()),
        from: new.from,
        created_at: now,
        last_event: "received",
        tags: BTreeMap::new(),
    };
    let view = MailView::from(&mail);
    office.add(mail);
    drop(office);
    life::begin(simulator, Task::Received(id));
    simulator.mail_changed();
    Ok(view)
}

fn answer_goes_to(mail: &Mail) -> String {
    mail.reply_to.first().unwrap_or(&mail.from).clone()
}

/// As mail programs repeat what is answered.
fn with_quote(text: &str, answered: Option<&Mail>, now: Timestamp) -> String {
    let Some(mail) = answered else { return text.to_owned() };
    let quoted: String =
        mail.text.as_deref().unwrap_or_default().lines().map(|line| format!("> {line}\n")).collect();
    format!(
        "{text}\n\nOn {}, {} wrote:\n{quoted}",
        now.to_jiff().strftime("%a, %d %b %Y at %H:%M"),
        mail.from
    )
}

/// The thread, as an answer names it (RFC 5322, 3.6.4).
fn headers(mut headers: BTreeMap<String, String>, answered: Option<&Mail>) -> BTreeMap<String, String> {
    if let Some(mail) = answered {
        let before = mail.headers.get("References").map(|ids| format!("{ids} ")).unwrap_or_default();
        headers.entry("in-reply-to".to_owned()).or_insert_with(|| mail.message_id.clone());
        headers.entry("references".to_owned()).or_insert_with(|| format!("{before}{}", mail.message_id));
    }
    headers
}

fn files(files: &[NewMailFile], id: &str) -> Result<Vec<File>, ControlError> {
    let file = |(number, file): (usize, &NewMailFile)| {
        Ok(File {
            id: file_id(id, number),
            filename: file.filename.clone(),
            content_type: file.content_type.clone(),
            content_id: file.content_id.clone(),
            content: BASE64_STANDARD.decode(&file.content).map_err(|_| ControlError::InvalidMail)?,
        })
    };
    files.iter().enumerate().map(file).collect()
}
