//! The settings of alerts: who is told, and how.

use std::time::Duration;

use lettre::message::Mailbox;
use trunkline_providers::Secret;
use url::Url;

use super::parse::{self, Parsed};
use super::problem::Refusal;
use super::reader::Reader;

/// Who is told when something is wrong.
#[derive(Clone, Debug)]
pub(crate) struct AlertSettings {
    /// Takes JSON; its address is a secret.
    pub(crate) webhook_url: Option<Secret>,
    /// What that is signed with.
    pub(crate) webhook_secret: Option<Secret>,
    /// An incoming webhook of Slack's, or of one that takes the same.
    pub(crate) slack_url: Option<Secret>,
    /// The same of Discord's.
    pub(crate) discord_url: Option<Secret>,
    pub(crate) email: Option<AlertEmail>,
    /// Between two reminders of what lasts.
    pub(crate) remind: Duration,
}

/// Who is told by email.
#[derive(Clone, Debug)]
pub(crate) struct AlertEmail {
    /// With user and password.
    pub(crate) smtp_url: Secret,
    pub(crate) from: Mailbox,
    pub(crate) to: Vec<Mailbox>,
}

/// A way to tell somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertTarget {
    Webhook,
    Slack,
    Discord,
    Email,
}

impl AlertTarget {
    /// The word used in API and database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            AlertTarget::Webhook => "webhook",
            AlertTarget::Slack => "slack",
            AlertTarget::Discord => "discord",
            AlertTarget::Email => "email",
        }
    }
}

impl AlertSettings {
    /// All who are told.
    pub(crate) fn targets(&self) -> Vec<AlertTarget> {
        [
            (AlertTarget::Webhook, self.webhook_url.is_some()),
            (AlertTarget::Slack, self.slack_url.is_some()),
            (AlertTarget::Discord, self.discord_url.is_some()),
            (AlertTarget::Email, self.email.is_some()),
        ]
        .into_iter()
        .filter_map(|(target, is_set)| is_set.then_some(target))
        .collect()
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> AlertSettings {
    AlertSettings {
        webhook_url: reader.hidden("alerts.webhook_url", secret_address),
        webhook_secret: reader.hidden("alerts.webhook_secret", parse::long_secret),
        slack_url: reader.hidden("alerts.slack_url", secret_address),
        discord_url: reader.hidden("alerts.discord_url", secret_address),
        email: email(reader),
        remind: reader.or("alerts.remind_s", Duration::from_secs(4 * 3_600), parse::seconds),
    }
}

fn email(reader: &mut Reader<'_>) -> Option<AlertEmail> {
    let smtp_url = reader.hidden("alerts.smtp_url", smtp_address);
    let from = reader.optional("alerts.email_from", mailbox);
    let to = reader.list("alerts.email_to", Vec::new(), mailbox);
    let keys = ["alerts.smtp_url", "alerts.email_from", "alerts.email_to"];
    let set = keys.iter().filter(|key| reader.is_set(key)).count();
    if set > 0 && set < keys.len() {
        let hint = "Give smtp_url, email_from and email_to, or none of them.";
        reader.refuse("alerts", Refusal::new("has only a part of what email needs", hint));
    }
    let (smtp_url, from) = (smtp_url?, from?);
    (!to.is_empty()).then_some(AlertEmail { smtp_url, from, to })
}

/// An address that is enough to write to a chat: never shown.
fn secret_address(text: &str) -> Parsed<Secret> {
    let is_one = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_one {
        return Ok(Secret::new(text));
    }
    Err(Refusal::new(
        "is not an http or https address",
        "Copy it as a whole, as it is shown where it was made.",
    ))
}

fn smtp_address(text: &str) -> Parsed<Secret> {
    let is_one = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some_and(|host| !host.is_empty())
    });
    if is_one {
        return Ok(Secret::new(text));
    }
    Err(Refusal::new(
        "is not the address of a mail server",
        "Write it like smtps://user:password@smtp.example.com, or smtp://user:password@smtp.example.com:587?tls=required.",
    ))
}

fn mailbox(text: &str) -> Parsed<Mailbox> {
    text.trim().parse().map_err(|_| {
        Refusal::new("is not an email address", "Write it like ops@example.com or Ops <ops@example.com>.")
    })
}
