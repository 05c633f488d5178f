//! Provisioning: the addresses that a provider calls, set on the account's numbers and messaging services (D1).
//!
//! [`differences`] asks the provider what is set and says what would have to be changed; [`apply`] changes it; a
//! [`Record`] of what was set before is written first, and [`undo`] says what would bring that back. Each may be done
//! again: what is as it should be is left alone. Twilio's so far. The room must not know the store.

mod record;
#[cfg(test)]
mod tests;

use anyhow::{Context, bail};
use trunkline_providers::LookupError;
use trunkline_providers::twilio::Twilio;
use trunkline_providers::twilio::setup::{Place, PlaceKind};

pub(crate) use self::record::{Change, Record};
use crate::config::{LineConfig, TwilioAccount};

/// How Twilio is to try (Twilio, "Webhooks: Connection Overrides"): left to itself it tries again only when it could
/// not connect. Three times four and a half seconds are within the fifteen that it waits in all; what it tells us
/// twice has no second effect.
const TRIES: &str = "#rc=2&rp=5xx,ct,rt&ct=2000&rt=4500";

/// What the provider should call for a line.
pub(crate) struct Wanted<'a> {
    pub(crate) line: &'a LineConfig,
    pub(crate) account: &'a TwilioAccount,
    /// Where the provider reaches us, without a slash at its end.
    pub(crate) base_url: &'a str,
    /// What it turns to when we do not answer. `None` leaves what is set.
    pub(crate) fallback_url: Option<&'a str>,
}

impl Wanted<'_> {
    fn url(&self, what: &str) -> String {
        format!("{}/webhooks/twilio/{}/{what}{TRIES}", self.base_url, self.line.slug)
    }

    fn of_number(&self) -> Vec<(&'static str, String)> {
        // With an application the number's own addresses would be ignored.
        let mut wanted = vec![
            ("SmsApplicationSid", String::new()),
            ("SmsUrl", self.url("messages")),
            ("SmsMethod", "POST".to_owned()),
        ];
        if let Some(url) = self.fallback_url {
            wanted.extend([("SmsFallbackUrl", url.to_owned()), ("SmsFallbackMethod", "POST".to_owned())]);
        }
        wanted
    }

    /// Each number of a pool is a line, so each calls its own address.
    fn of_service(&self) -> Vec<(&'static str, String)> {
        vec![("UseInboundWebhookOnNumber", "true".to_owned()), ("StatusCallback", self.url("status"))]
    }
}

/// What would have to be changed at the provider.
///
/// # Errors
/// When the provider cannot be asked, or has no such number or service.
pub(crate) async fn differences(twilio: &Twilio, wanted: &Wanted<'_>) -> anyhow::Result<Vec<Change>> {
    let line = wanted.line;
    let (slug, account) = (&line.slug, &wanted.account.account_sid);
    let number = twilio.number(&line.address).await.map_err(|error| not_asked(slug, &error))?;
    let Some(number) = number else {
        bail!("line {slug}: the account {account} has no number {}", line.address)
    };
    let mut all = changes(line, &number, wanted.of_number());
    if let Some(sid) = &wanted.account.messaging_service_sid {
        let service = twilio.place(PlaceKind::Service, sid).await.map_err(|error| not_asked(slug, &error))?;
        let Some(service) = service else {
            bail!("line {slug}: the account {account} has no messaging service {sid}")
        };
        all.extend(changes(line, &service, wanted.of_service()));
    }
    Ok(all)
}

fn not_asked(slug: &str, error: &LookupError) -> anyhow::Error {
    anyhow::anyhow!("line {slug}: {error}")
}

fn changes(line: &LineConfig, place: &Place, wanted: Vec<(&'static str, String)>) -> Vec<Change> {
    let change = |(parameter, after): (&str, String)| {
        let before = value(place, parameter).to_owned();
        (before != after).then(|| Change {
            line: line.slug.clone(),
            sid: place.sid.clone(),
            name: place.name.clone(),
            parameter: parameter.to_owned(),
            before,
            after,
        })
    };
    wanted.into_iter().filter_map(change).collect()
}

fn value<'a>(place: &'a Place, parameter: &str) -> &'a str {
    place.settings.get(parameter).map(String::as_str).unwrap_or_default()
}

/// Makes the changes of one line, and gives those that the provider said yes to but did not take over.
///
/// # Errors
/// When the provider refuses one, or cannot be reached; those before have been made then.
pub(crate) async fn apply(twilio: &Twilio, changes: &[Change]) -> anyhow::Result<Vec<Change>> {
    let mut ignored = Vec::new();
    for of_place in by_place(changes) {
        let Some(Change { sid, line, .. }) = of_place.first() else { continue };
        let settings: Vec<_> =
            of_place.iter().map(|change| (change.parameter.clone(), change.after.clone())).collect();
        let place = twilio.set_up(kind_of(sid)?, sid, &settings).await;
        let place = place.with_context(|| format!("line {line}: {sid} was not changed"))?;
        let place = place.with_context(|| format!("line {line}: {sid} is gone"))?;
        let left_out = of_place.iter().filter(|change| value(&place, &change.parameter) != change.after);
        ignored.extend(left_out.cloned());
    }
    Ok(ignored)
}

/// What would bring back what was set before, and what somebody has changed since and is therefore left alone.
///
/// # Errors
/// When the provider cannot be asked.
pub(crate) async fn undo(twilio: &Twilio, done: &[Change]) -> anyhow::Result<(Vec<Change>, Vec<Change>)> {
    let (mut back, mut left) = (Vec::new(), Vec::new());
    for of_place in by_place(done) {
        let Some(Change { sid, line, .. }) = of_place.first() else { continue };
        let place = twilio.place(kind_of(sid)?, sid).await.map_err(|error| not_asked(line, &error))?;
        // A number that was given away since has nothing to bring back.
        let Some(place) = place else { continue };
        for change in of_place {
            let now = value(&place, &change.parameter);
            if now == change.after {
                back.push(change.reversed());
            } else if now != change.before {
                left.push(change.clone());
            }
        }
    }
    Ok((back, left))
}

fn by_place(changes: &[Change]) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(|one, next| one.sid == next.sid)
}

fn kind_of(sid: &str) -> anyhow::Result<PlaceKind> {
    PlaceKind::of(sid).with_context(|| format!("{sid} is neither a number nor a messaging service"))
}
