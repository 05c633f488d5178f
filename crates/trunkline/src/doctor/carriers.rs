//! What the providers say.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use trunkline_providers::{AccountState, LookupError};

use super::{Check, Doctor, PATIENCE};
use crate::config::LineConfig;
use crate::lines::catalogue::ProviderForm;
use crate::lines::{self, Wire};
use crate::provisioning::{self, Account, Wanted};

/// How far our clock may be from a provider's. Telnyx's signatures are refused after 300 seconds (Telnyx, Webhook
/// signature).
const SKEW_LOOK: Duration = Duration::from_secs(10);
const SKEW_MAX: Duration = Duration::from_secs(120);

/// A balance below this needs a look, in the account's currency.
const BALANCE_LITTLE: f64 = 5.0;

pub(super) fn checks<'a>(doctor: &'a Doctor, lines: &'a [LineConfig]) -> Vec<BoxFuture<'a, Vec<Check>>> {
    lines.iter().map(|line| of_line(doctor, line).boxed()).collect()
}

async fn of_line(doctor: &Doctor, line: &LineConfig) -> Vec<Check> {
    let wire = Wire { http: doctor.http.clone(), timeout: PATIENCE };
    let (state, addresses, mailbox) =
        tokio::join!(lines::account_of(line, &wire), addresses(doctor, line, &wire), mailbox(line, &wire));
    let mut checks = match state {
        Ok(state) => account(doctor, line, &state),
        Err(error) => vec![refused(&error)],
    };
    checks.push(addresses);
    checks.extend(mailbox);
    checks.into_iter().map(|check| check.of(line)).collect()
}

/// The provider's name for people.
fn called(line: &LineConfig) -> &'static str {
    let name = line.credentials.provider_name();
    ProviderForm::of(name).map_or(name, |form| form.label)
}

/// Lines that are there and cannot be used.
pub(super) fn locked(locked: &[(String, String)]) -> Vec<Check> {
    let told = locked.iter().map(|(slug, reason)| Check {
        line: Some(slug.clone()),
        ..Check::failed(
            "credentials",
            format!("The line cannot be used: {reason}."),
            "Its messages wait until that is mended; Settings, Lines changes or removes it.",
        )
    });
    told.collect()
}

fn refused(error: &LookupError) -> Check {
    let what_to_do = if error.class.is_retryable() {
        "Check that this machine may reach the provider, and the provider's status page."
    } else {
        "Check the line's credentials in the provider's console; they may have been changed or revoked."
    };
    Check::failed("credentials", error.text.clone(), what_to_do)
}

fn account(doctor: &Doctor, line: &LineConfig, state: &AccountState) -> Vec<Check> {
    let provider = called(line);
    let mut checks = vec![Check::ok("credentials", format!("{provider} takes them."))];
    if let Some(balance) = &state.balance {
        let found = format!("{} {}.", balance.amount, balance.currency);
        let is_little = balance.amount.parse::<f64>().is_ok_and(|amount| amount < BALANCE_LITTLE);
        checks.push(if is_little {
            Check::warning("balance", found, "Top the account up: at zero the provider refuses to send.")
        } else {
            Check::ok("balance", found)
        });
    }
    if let Some(theirs) = state.server_time {
        let now = doctor.ambient.now();
        let skew = now.since(theirs).max(theirs.since(now));
        let found = format!("{} seconds from {provider}'s.", skew.as_secs());
        let what_to_do = "Let the machine keep its clock by NTP: signatures are refused when it is wrong.";
        checks.push(match skew {
            skew if skew > SKEW_MAX => Check::failed("clock", found, what_to_do),
            skew if skew > SKEW_LOOK => Check::warning("clock", found, what_to_do),
            _ => Check::ok("clock", found),
        });
    }
    checks
}

/// Whether the mailbox of a line can be read, if it has one.
async fn mailbox(line: &LineConfig, wire: &Wire) -> Option<Check> {
    let mailbox = lines::mailbox(line, wire)?;
    Some(match mailbox.open().await {
        Ok(opened) => {
            opened.close().await;
            Check::ok("mailbox", format!("The folder {} can be read.", mailbox.folder()))
        }
        Err(error) => Check { name: "mailbox", ..refused(&error) },
    })
}

/// What the provider calls, against what it should call.
async fn addresses(doctor: &Doctor, line: &LineConfig, wire: &Wire) -> Check {
    let name = "webhook_addresses";
    let Some(base_url) = doctor.config.server.base_url.as_deref() else {
        return Check::skipped(
            name,
            "server.base_url is not set, so nobody knows what the provider should call.",
        );
    };
    if let Some(what) = provisioning::by_hand(line, base_url) {
        return Check::skipped(name, format!("Not asked: {what}."));
    }
    let wanted = Wanted { line, base_url, fallback_url: None };
    let what_to_do = "`trunkline provision` shows what it would change, and changes it with --apply.";
    match provisioning::differences(&Account::of(line, wire), &wanted).await {
        Ok(changes) if changes.is_empty() => Check::ok(name, "The provider calls the right addresses."),
        Ok(changes) => {
            let first = changes.first().map(|change| format!("{} of {}", change.parameter, change.name));
            let found =
                format!("Settings that differ: {}, such as {}.", changes.len(), first.unwrap_or_default());
            Check::warning(name, found, what_to_do)
        }
        Err(error) => Check::failed(name, format!("{error:#}"), "See the check of the credentials."),
    }
}
