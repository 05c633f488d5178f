//! Provisioning: the addresses that a provider calls, set on the account's numbers and messaging services (D1).
//!
//! [`differences`] asks the provider what is set and says what would have to be changed; [`apply`] changes it; a
//! [`Record`] of what was set before is written first, and [`undo`] says what would bring that back. Each may be done
//! again: what is as it should be is left alone. The command keeps its records in files; what the app changed stands in the
//! table `provisions` ([`routes`]). To add a provider, add its arm to [`Account`] and to [`differences`].

mod account;
mod record;
mod routes;
#[cfg(test)]
mod tests;

use anyhow::{Context, bail};
use trunkline_domain::channel::Channel;
use trunkline_providers::Place;
use trunkline_providers::telnyx::Telnyx;
use trunkline_providers::twilio::setup::PlaceKind;
use trunkline_providers::twilio::{self, Twilio};

pub(crate) use self::account::Account;
use self::account::not_asked;
pub(crate) use self::record::{Change, Record};
pub(crate) use self::routes::{Provisioner, routes};
use crate::config::{Credentials, LineConfig, TelnyxAccount, TwilioAccount};

/// How Twilio is to try (Twilio, "Webhooks: Connection Overrides"): left to itself it tries again only when it could
/// not connect. Three times four and a half seconds are within the fifteen that it waits in all; what it tells us
/// twice has no second effect.
const TRIES: &str = "#rc=2&rp=5xx,ct,rt&ct=2000&rt=4500";

/// What the provider should call for a line.
pub(crate) struct Wanted<'a> {
    pub(crate) line: &'a LineConfig,
    /// Where the provider reaches us, without a slash at its end.
    pub(crate) base_url: &'a str,
    /// What it turns to when we do not answer. `None` leaves what is set.
    pub(crate) fallback_url: Option<&'a str>,
}

/// Where Twilio is to tell of messages to a line.
pub(crate) fn messages_url(base_url: &str, slug: &str) -> String {
    format!("{base_url}/webhooks/twilio/{slug}/messages{TRIES}")
}

/// What has to be set in the provider's console, where we can neither see nor set it: senders of WhatsApp are no numbers
/// of the account, and Resend shows the secret of a webhook only to who makes it. In words, as a whole clause.
pub(crate) fn by_hand(line: &LineConfig, base_url: &str) -> Option<String> {
    let slug = &line.slug;
    match &line.credentials {
        Credentials::Resend(_) => Some(format!(
            "set {base_url}/webhooks/resend/{slug} as a webhook at Resend, for all events of emails"
        )),
        Credentials::Smtp(_) => Some("mail servers call nobody, so there is nothing to set".to_owned()),
        Credentials::Twilio(_) if line.channel == Channel::Whatsapp => Some(format!(
            "set {base_url}/webhooks/twilio/{slug}/messages as the webhook of its WhatsApp sender in the Twilio console"
        )),
        Credentials::Twilio(_) | Credentials::Telnyx(_) => None,
    }
}

impl Wanted<'_> {
    fn status_url(&self) -> String {
        format!("{}/webhooks/twilio/{}/status{TRIES}", self.base_url, self.line.slug)
    }

    fn of_number(&self) -> Vec<(&'static str, String)> {
        // With an application the number's own addresses would be ignored.
        let mut wanted = vec![
            ("SmsApplicationSid", String::new()),
            ("SmsUrl", messages_url(self.base_url, &self.line.slug)),
            ("SmsMethod", "POST".to_owned()),
        ];
        if let Some(url) = self.fallback_url {
            wanted.extend([("SmsFallbackUrl", url.to_owned()), ("SmsFallbackMethod", "POST".to_owned())]);
        }
        wanted
    }

    /// Each number of a pool is a line, so each calls its own address.
    fn of_service(&self) -> Vec<(&'static str, String)> {
        vec![("UseInboundWebhookOnNumber", "true".to_owned()), ("StatusCallback", self.status_url())]
    }

    /// All that Telnyx tells comes to one address, for every number of the profile.
    fn of_profile(&self) -> Vec<(&'static str, String)> {
        let mut wanted =
            vec![("webhook_url", format!("{}/webhooks/telnyx/{}", self.base_url, self.line.slug))];
        wanted.extend(self.fallback_url.map(|url| ("webhook_failover_url", url.to_owned())));
        wanted
    }
}

/// What would have to be changed at the provider.
///
/// # Errors
/// When the provider cannot be asked, or has no such number, service or profile.
pub(crate) async fn differences(account: &Account, wanted: &Wanted<'_>) -> anyhow::Result<Vec<Change>> {
    check_reachable(wanted)?;
    if let Some(what) = by_hand(wanted.line, wanted.base_url) {
        bail!("line {}: {what}", wanted.line.slug);
    }
    match (account, &wanted.line.credentials) {
        (Account::Twilio(twilio), Credentials::Twilio(credentials)) => {
            differences_of_twilio(twilio, credentials, wanted).await
        }
        (Account::Telnyx(telnyx), Credentials::Telnyx(credentials)) => {
            differences_of_telnyx(telnyx, credentials, wanted).await
        }
        _ => bail!("line {}: it has another provider now", wanted.line.slug),
    }
}

async fn differences_of_twilio(
    twilio: &Twilio,
    credentials: &TwilioAccount,
    wanted: &Wanted<'_>,
) -> anyhow::Result<Vec<Change>> {
    let line = wanted.line;
    let (slug, account) = (&line.slug, &credentials.account_sid);
    let number = twilio.number(&line.address).await.map_err(|error| not_asked(slug, &error))?;
    let Some(number) = number else {
        bail!("line {slug}: the account {account} has no number {}", line.address)
    };
    let mut all = changes(line, &number, wanted.of_number());
    if let Some(sid) = &credentials.messaging_service_sid {
        let service = twilio.place(PlaceKind::Service, sid).await.map_err(|error| not_asked(slug, &error))?;
        let Some(service) = service else {
            bail!("line {slug}: the account {account} has no messaging service {sid}")
        };
        all.extend(changes(line, &service, wanted.of_service()));
    }
    Ok(all)
}

async fn differences_of_telnyx(
    telnyx: &Telnyx,
    credentials: &TelnyxAccount,
    wanted: &Wanted<'_>,
) -> anyhow::Result<Vec<Change>> {
    let line = wanted.line;
    let slug = &line.slug;
    let profile = match &credentials.messaging_profile_id {
        Some(id) => id.clone(),
        None => {
            let number = telnyx.number(&line.address).await.map_err(|error| not_asked(slug, &error))?;
            let number =
                number.with_context(|| format!("line {slug}: the account has no number {}", line.address))?;
            number
                .profile_id
                .with_context(|| format!("line {slug}: its number is on no messaging profile"))?
        }
    };
    let found = telnyx.profile(&profile).await.map_err(|error| not_asked(slug, &error))?;
    let found =
        found.with_context(|| format!("line {slug}: the account has no messaging profile {profile}"))?;
    Ok(changes(line, &found.place, wanted.of_profile()))
}

/// The real providers take nothing but HTTPS for what carries customers' words, and can call no private address.
fn check_reachable(wanted: &Wanted<'_>) -> anyhow::Result<()> {
    let is_real = [twilio::DEFAULT_BASE_URL, trunkline_providers::telnyx::DEFAULT_BASE_URL]
        .contains(&wanted.line.base_url.as_str());
    for url in [Some(wanted.base_url), wanted.fallback_url].into_iter().flatten() {
        let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let host = host.with_context(|| format!("\"{url}\" is no web address"))?;
        let is_local =
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if is_real && (is_local || !url.starts_with("https://")) {
            bail!(
                "\"{url}\" cannot be called by the provider: it has to be public and begin with https://. Set \
                 server.base_url to the address under which the internet reaches this machine"
            );
        }
    }
    Ok(())
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

/// An address without the password that it may carry.
pub(crate) fn shown(value: &str) -> String {
    match reqwest::Url::parse(value) {
        Ok(url) if url.password().is_some() => {
            value.replacen(&format!(":{}@", url.password().unwrap_or_default()), ":***@", 1)
        }
        _ => value.to_owned(),
    }
}

/// Makes the changes of one line, and gives those that the provider said yes to but did not take over.
///
/// # Errors
/// When the provider refuses one, or cannot be reached; those before have been made then.
pub(crate) async fn apply(account: &Account, changes: &[Change]) -> anyhow::Result<Vec<Change>> {
    let mut ignored = Vec::new();
    for of_place in by_place(changes) {
        let Some(Change { sid, line, .. }) = of_place.first() else { continue };
        let settings: Vec<_> =
            of_place.iter().map(|change| (change.parameter.clone(), change.after.clone())).collect();
        let place = account.set_up(sid, &settings).await;
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
pub(crate) async fn undo(account: &Account, done: &[Change]) -> anyhow::Result<(Vec<Change>, Vec<Change>)> {
    let (mut back, mut left) = (Vec::new(), Vec::new());
    for of_place in by_place(done) {
        let Some(Change { sid, line, .. }) = of_place.first() else { continue };
        let place =
            account.place(sid).await.with_context(|| format!("line {line}: {sid} could not be asked"))?;
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
