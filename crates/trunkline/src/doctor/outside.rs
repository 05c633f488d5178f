//! Whether our public address leads here: asked through it, as a provider would.

use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::StatusCode;
use trunkline_domain::ids::RecordId;
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::signature::{SIGNATURE_HEADER, sign};
use uuid::Uuid;

use super::{Check, Doctor, PATIENCE};
use crate::config::{Credentials, LineConfig};

/// What to do where the address that is signed is not the one we see.
const HIDDEN: &str = "The proxy hides the address that was called: set server.base_url to it exactly, or let the proxy set \
                      X-Forwarded-Proto and X-Forwarded-Host and name it in server.trusted_proxies.";

/// What to do about a line that only observes.
const ENFORCE: &str = "Once signatures hold, set the line's signature to \"enforce\": under Settings, Lines, or in its \
                       section of the configuration.";

pub(super) fn checks<'a>(doctor: &'a Doctor, lines: &'a [LineConfig]) -> Vec<BoxFuture<'a, Vec<Check>>> {
    let Some(base) = doctor.config.server.base_url.as_deref() else {
        let found = if doctor.is_simulated {
            "The simulator stands in for the providers: nobody outside has to reach us."
        } else {
            "server.base_url is not set."
        };
        return vec![async move { vec![Check::skipped("reachability", found)] }.boxed()];
    };
    let mut checks = vec![async move { vec![reachable(doctor, base).await] }.boxed()];
    // Mail servers call nobody.
    let called = lines.iter().filter(|line| !matches!(line.credentials, Credentials::Smtp(_)));
    let signed = called.map(|line| async move { vec![signature(doctor, base, line).await] }.boxed());
    checks.extend(signed);
    checks
}

async fn reachable(doctor: &Doctor, base: &str) -> Check {
    let name = "reachability";
    let what_to_do = "Check the DNS name, the certificate and the proxy in front, and that the proxy leads to \
                      server.listen.";
    let asked = doctor.http.get(format!("{base}/healthz")).timeout(PATIENCE).send().await;
    match asked {
        Ok(answer) if answer.status() == StatusCode::OK => Check::ok(name, format!("{base} leads here.")),
        Ok(answer) => Check::failed(name, format!("{base}/healthz answers {}.", answer.status()), what_to_do),
        Err(error) => Check::failed(
            name,
            format!("{base} cannot be reached: {:#}.", anyhow::Error::from(error)),
            what_to_do,
        ),
    }
}

/// A webhook signed as the provider would, to an address that checks it as all others do and keeps nothing.
async fn signature(doctor: &Doctor, base: &str, line: &LineConfig) -> Check {
    let name = "signature";
    let Credentials::Twilio(account) = &line.credentials else {
        return unsigned(line).of(line);
    };
    let url = format!("{base}/webhooks/twilio/{}/probe", line.slug);
    let nonce: Uuid = doctor.ambient.id::<RecordId>().into();
    let body = format!("Probe={nonce}");
    let signed = sign(&url, &Params::parse(body.as_bytes()).unwrap_or_default(), &account.auth_token);
    let request = doctor
        .http
        .post(&url)
        .timeout(PATIENCE)
        .header("content-type", "application/x-www-form-urlencoded")
        .header(SIGNATURE_HEADER, signed)
        .body(body);
    let check = match request.send().await.map(|answer| answer.status()) {
        Ok(StatusCode::NO_CONTENT) if line.observe_signatures() => Check::warning(
            name,
            "A signed webhook through the public address holds. But signatures are only observed: a webhook with a wrong \
             one, from anybody, is taken as well.",
            ENFORCE,
        ),
        Ok(StatusCode::NO_CONTENT) => {
            Check::ok(name, "A signed webhook through the public address is taken.")
        }
        Ok(StatusCode::ACCEPTED) => Check::warning(
            name,
            "A signed webhook through the public address does not hold. It is taken because signatures are only observed.",
            format!("{HIDDEN} {ENFORCE}"),
        ),
        Ok(StatusCode::UNAUTHORIZED) => {
            Check::failed(name, "A signed webhook through the public address is refused.", HIDDEN)
        }
        Ok(StatusCode::NOT_FOUND) => Check::failed(
            name,
            format!("{url} leads somewhere else, or to a node that does not know the line."),
            "Check that the proxy passes /webhooks on, and that all nodes have the same lines.",
        ),
        Ok(status) => {
            Check::failed(name, format!("{url} answers {status}."), "See the check of reachability.")
        }
        Err(error) => {
            let found = format!("It cannot be reached: {:#}.", anyhow::Error::from(error.without_url()));
            Check::failed(name, found, "See the check of reachability.")
        }
    };
    check.of(line)
}

/// Of a line whose webhooks we cannot sign.
fn unsigned(line: &LineConfig) -> Check {
    let name = "signature";
    if line.observe_signatures() {
        let found =
            "Signatures are only observed: a webhook with a wrong one, from anybody, is taken as well.";
        return Check::warning(name, found, ENFORCE);
    }
    Check::skipped(name, "Its webhooks are signed by the provider alone, so none can be sent on trial.")
}
