//! A look at the provider: are the credentials right, does the sender belong to the account, and what can it do.
//!
//! Nothing is changed and nothing is sent. Each answer is a sentence, and where something is wrong another one says
//! what to do. To add a provider, add its arm to [`check`].

use serde::Serialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::error_class::ErrorClass;
use trunkline_providers::telnyx::Telnyx;
use trunkline_providers::twilio::Twilio;
use trunkline_providers::twilio::setup::PlaceKind;
use trunkline_providers::{Abilities, LookupError};
use utoipa::ToSchema;

use super::{Lines, Wire, connect};
use crate::config::{Credentials, LineConfig, SmtpAccount, TelnyxAccount, TwilioAccount};

/// What a look at the provider brought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineCheck)]
pub(crate) struct Check {
    /// Nothing was found that would keep it from working.
    pub(crate) usable: bool,
    pub(crate) findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineCheckFinding)]
pub(crate) struct Finding {
    /// `credentials`, `address`, `service`, `profile` or `mailbox`.
    pub(crate) about: &'static str,
    /// `ok`; `warning`: it works, but not as one may expect; `failed`: it does not work; `unknown`: it could not be
    /// asked.
    pub(crate) outcome: &'static str,
    /// What was found.
    pub(crate) told: String,
    /// What to do about it.
    pub(crate) fix: Option<String>,
}

impl Finding {
    fn ok(about: &'static str, told: impl Into<String>) -> Finding {
        Finding { about, outcome: "ok", told: told.into(), fix: None }
    }

    fn warning(about: &'static str, told: impl Into<String>, fix: impl Into<String>) -> Finding {
        Finding { about, outcome: "warning", told: told.into(), fix: Some(fix.into()) }
    }

    fn failed(about: &'static str, told: impl Into<String>, fix: impl Into<String>) -> Finding {
        Finding { about, outcome: "failed", told: told.into(), fix: Some(fix.into()) }
    }

    /// The provider did not let itself be asked.
    fn refused(about: &'static str, error: &LookupError, fix: &str) -> Finding {
        if matches!(error.class, ErrorClass::Account | ErrorClass::Misconfigured) {
            return Finding::failed(
                about,
                format!("The provider refuses: {}.", error.text.trim_end_matches('.')),
                fix,
            );
        }
        Finding {
            about,
            outcome: "unknown",
            told: format!("It could not be asked: {}.", error.text.trim_end_matches('.')),
            fix: Some("Check that this machine reaches the internet, then check again.".to_owned()),
        }
    }
}

impl Lines {
    /// Looks at the account of a line, made or not.
    pub(crate) async fn check(&self, line: &LineConfig) -> Check {
        check(line, self.wire()).await
    }
}

/// Looks at a line's account.
async fn check(line: &LineConfig, wire: &Wire) -> Check {
    let findings = match &line.credentials {
        Credentials::Twilio(account) => {
            check_twilio(line, account, &connect::twilio(account, &line.base_url, wire)).await
        }
        Credentials::Telnyx(account) => {
            check_telnyx(line, account, &connect::telnyx(account, &line.base_url, wire)).await
        }
        Credentials::Resend(_) => check_resend(line, wire).await,
        Credentials::Smtp(account) => check_smtp(line, account, wire).await,
    };
    let usable = findings.iter().all(|finding| matches!(finding.outcome, "ok" | "warning"));
    Check { usable, findings }
}

async fn check_twilio(line: &LineConfig, account: &TwilioAccount, twilio: &Twilio) -> Vec<Finding> {
    const FIX: &str = "Copy the account SID and the auth token anew from the first page of the Twilio console. A \
                       subaccount has a token of its own.";
    let mut findings = Vec::new();
    match twilio.account().await {
        Ok(Some(found)) if found.is_active => {
            findings.push(Finding::ok("credentials", format!("They open the account {}.", found.name)));
            if found.is_trial {
                findings.push(Finding::warning(
                    "credentials",
                    "It is a trial account: Twilio sends only to numbers that were verified there, with a note of its own.",
                    "Upgrade the account in the Twilio console before customers use it.",
                ));
            }
        }
        Ok(Some(found)) => {
            let told = format!("The account {} is suspended or closed.", found.name);
            return vec![Finding::failed("credentials", told, "Reactivate it in the Twilio console.")];
        }
        Ok(None) => {
            let told = format!("Twilio has no account {}.", account.account_sid);
            return vec![Finding::failed("credentials", told, FIX)];
        }
        Err(error) => return vec![Finding::refused("credentials", &error, FIX)],
    }
    if line.channel == Channel::Whatsapp {
        findings.push(Finding::warning(
            "address",
            "Whether the account has this WhatsApp sender cannot be asked.",
            "The Twilio console lists them under Messaging, Senders, WhatsApp senders.",
        ));
        return findings;
    }
    findings.push(match twilio.number_abilities(&line.address).await {
        Ok(Some(can)) => able(&line.address, can),
        Ok(None) => Finding::failed(
            "address",
            format!("The account has no number {}.", line.address),
            "The Twilio console lists its numbers under Phone Numbers, Active numbers. A number of a subaccount needs \
             that account's SID and token.",
        ),
        Err(error) => Finding::refused("address", &error, FIX),
    });
    if let Some(sid) = &account.messaging_service_sid {
        findings.push(match twilio.place(PlaceKind::Service, sid).await {
            Ok(Some(service)) => Finding::ok("service", format!("The messaging service is {}.", service.name)),
            Ok(None) => Finding::failed(
                "service",
                format!("The account has no messaging service {sid}."),
                "The Twilio console lists them under Messaging, Services. Leave it empty if the number is in none.",
            ),
            Err(error) => Finding::refused("service", &error, FIX),
        });
    }
    findings
}

/// Whether the address's domain is verified, only sending shows.
async fn check_resend(line: &LineConfig, wire: &Wire) -> Vec<Finding> {
    const FIX: &str = "Make a new API key at Resend under API Keys, with full access, and give it here.";
    vec![match connect::account_of(line, wire).await {
        Ok(_) => Finding::ok("credentials", "The API key opens the account."),
        Err(error) => Finding::refused("credentials", &error, FIX),
    }]
}

/// Whether it may send from the line's address, only sending shows.
async fn check_smtp(line: &LineConfig, account: &SmtpAccount, wire: &Wire) -> Vec<Finding> {
    const FIX: &str = "Compare server, port, encryption, user and password with what your mail provider lists. Many \
                       providers want a password that is made for programs.";
    let place = account.server.place();
    let out = match connect::account_of(line, wire).await {
        Ok(_) => Finding::ok("credentials", format!("{place} lets this line in and takes its mail.")),
        Err(error) => Finding::refused("credentials", &error, FIX),
    };
    let Some(mailbox) = connect::mailbox(line, wire) else {
        let told = "No server for incoming mail is given: answers are not seen here.";
        return vec![out, Finding::warning("mailbox", told, "Give one, unless answers are read elsewhere.")];
    };
    let read = match mailbox.open().await {
        Ok(opened) => {
            let told = format!("The folder {} can be read.", mailbox.folder());
            opened.close().await;
            Finding::ok("mailbox", told)
        }
        Err(error) => Finding::refused("mailbox", &error, FIX),
    };
    vec![out, read]
}

async fn check_telnyx(line: &LineConfig, account: &TelnyxAccount, telnyx: &Telnyx) -> Vec<Finding> {
    const FIX: &str = "Make a new API key in the Telnyx portal under API Keys, and give it here.";
    let number = match telnyx.number(&line.address).await {
        Ok(number) => number,
        Err(error) => return vec![Finding::refused("credentials", &error, FIX)],
    };
    let mut findings = vec![Finding::ok("credentials", "The API key opens the account.")];
    let Some(number) = number else {
        findings.push(Finding::failed(
            "address",
            format!("The account has no number {} that is set up for messages.", line.address),
            "The Telnyx portal lists them under Numbers, My Numbers; messages need a messaging profile there.",
        ));
        return findings;
    };
    findings.push(able(&line.address, number.can));
    let Some(profile) = account.messaging_profile_id.as_ref().or(number.profile_id.as_ref()) else {
        findings.push(Finding::failed(
            "profile",
            "The number is on no messaging profile, so it neither sends nor takes messages.",
            "Choose one for it in the Telnyx portal under Numbers, My Numbers.",
        ));
        return findings;
    };
    findings.push(match telnyx.profile(profile).await {
        Ok(Some(profile)) if profile.enabled => {
            let where_to = profile.destinations.join(", ");
            let told = format!("The messaging profile is {}; it may send to {where_to}.", profile.place.name);
            Finding::ok("profile", told.replace("to *.", "to all countries."))
        }
        Ok(Some(profile)) => Finding::failed(
            "profile",
            format!("The messaging profile {} is switched off.", profile.place.name),
            "Switch it on in the Telnyx portal under Messaging.",
        ),
        Ok(None) => Finding::failed(
            "profile",
            format!("The account has no messaging profile {profile}."),
            "The Telnyx portal lists them under Messaging. Leave it empty to use the number's own.",
        ),
        Err(error) => Finding::refused("profile", &error, FIX),
    });
    findings
}

/// What a number can do, in words.
fn able(address: &str, can: Abilities) -> Finding {
    let words = [("texts", can.sms), ("texts with media", can.mms), ("calls", can.voice)];
    let able: Vec<&str> = words.iter().filter(|(_, can)| *can).map(|(word, _)| *word).collect();
    if !can.sms {
        return Finding::failed(
            "address",
            format!("{address} belongs to the account, but can send no texts."),
            "Choose a number that can, or have the provider enable it.",
        );
    }
    Finding::ok("address", format!("{address} belongs to the account. It is good for {}.", able.join(", ")))
}
