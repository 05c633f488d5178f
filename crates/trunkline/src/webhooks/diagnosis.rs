//! Why a signature does not hold: which address or which credential would fit, in words with what to change.
//!
//! For whoever looks after the line, never for the caller. Nothing here lets a webhook in. All that is tried is
//! bounded: a handful of addresses, and the credentials of the lines there are.

use std::collections::BTreeSet;

use trunkline_providers::Secret;
use trunkline_providers::telnyx::signature as telnyx;
use trunkline_providers::twilio::signature as twilio;

use super::Doors;
use super::routes::Knock;
use crate::config::{TELNYX, TWILIO};
use crate::lines::{Finding, Line};

/// Headers in which proxies tell the host that was asked for, believed or not.
const HOSTS: [&str; 4] = ["host", "x-forwarded-host", "x-original-host", "x-forwarded-server"];

/// The longest host that is tried and shown.
const HOST_MAX: usize = 253;

/// Other lines whose credentials are tried.
const LINES_MAX: usize = 50;

/// The longest address that is shown.
const SHOWN_MAX: usize = 300;

/// Why Twilio's signature does not hold.
pub(super) fn of_twilio(
    doors: &Doors,
    line: &Line,
    knock: &Knock,
    request: &twilio::SignedRequest<'_>,
    error: &twilio::SignatureError,
) -> Finding {
    use twilio::SignatureError as Error;
    let came_as = request.urls.first().map(|url| cut(url)).unwrap_or_default();
    match error {
        Error::Missing => return missing("Twilio", twilio::SIGNATURE_HEADER, knock),
        Error::Malformed | Error::UnknownAlgorithm(_) | Error::Form(_) => return malformed(error),
        Error::UnsignedBody | Error::BodyChanged => {
            return Finding {
                reason: "body",
                told: format!("The address is signed, but {error}."),
                fix: "Something between Twilio and here changes the body; have it pass on what comes, byte for byte.".into(),
            };
        }
        Error::NoMatch => {}
    }
    let urls = other_addresses(knock);
    let elsewhere = twilio::SignedRequest { urls: &urls, ..*request };
    if let Ok(verified) = twilio::verify(&elsewhere, &line.signing_keys) {
        return other_address(&verified.url, &came_as);
    }
    let everywhere: Vec<String> = request.urls.iter().chain(&urls).cloned().collect();
    let everywhere = twilio::SignedRequest { urls: &everywhere, ..*request };
    let fits = |keys: &[Secret]| twilio::verify(&everywhere, keys).is_ok();
    other_line(doors, line, TWILIO, fits).unwrap_or_else(|| Finding {
        reason: "unknown_key",
        told: format!(
            "It came as {came_as}, and no token of any line fits, under no address that a proxy tells of."
        ),
        fix: "Compare the last four characters of the auth token here with the primary token in the Twilio console (a \
              subaccount has its own), and the address that is set there with the one above. If both are right, \
              somebody else called this address."
            .into(),
    })
}

/// Why Telnyx's signature does not hold.
pub(super) fn of_telnyx(
    doors: &Doors,
    line: &Line,
    knock: &Knock,
    request: &telnyx::SignedRequest<'_>,
    error: &telnyx::SignatureError,
) -> Finding {
    use telnyx::SignatureError as Error;
    match error {
        Error::Missing(header) => return missing("Telnyx", header, knock),
        Error::Malformed | Error::NotATime => return malformed(error),
        Error::NotNow(_) | Error::NoMatch => {}
    }
    // As it would be if our clock stood where the signer's did.
    let then = request.timestamp.and_then(|text| text.parse().ok());
    let then = then.map_or_else(|| doors.ambient.now(), trunkline_domain::time::Timestamp::from_secs);
    let fits = |keys: &[Secret]| telnyx::verify(request, keys, then).is_ok();
    if fits(&line.signing_keys) {
        return Finding {
            reason: "clock",
            told: format!("The signature is right, but {error}."),
            fix: "Set the clock of this machine, best by NTP. If it is right, an old webhook was sent once more.".into(),
        };
    }
    other_line(doors, line, TELNYX, fits).unwrap_or_else(|| Finding {
        reason: "unknown_key",
        told: "No public key of any line fits.".into(),
        fix: "Compare the public key here with the one that the Telnyx portal shows under API Keys, Public Key. If they \
              are the same, somebody else called this address, or the body was changed on its way."
            .into(),
    })
}

fn missing(provider: &str, header: &str, knock: &Knock) -> Finding {
    Finding {
        reason: "missing",
        told: format!("A request from {} came without a signature (the header {header}).", knock.client.ip),
        fix: format!(
            "Nobody but {provider} should know this address. If it was {provider}, a proxy takes the header away: have it \
             pass on all headers."
        ),
    }
}

fn malformed(error: &dyn std::fmt::Display) -> Finding {
    Finding {
        reason: "malformed",
        told: format!("The signature cannot be read: {error}."),
        fix: "Have proxies pass on headers and body as they come. If none is in between, it was not the provider.".into(),
    }
}

fn other_address(signed: &str, came_as: &str) -> Finding {
    let base = signed
        .split_once("://")
        .map(|(scheme, rest)| format!("{scheme}://{}", rest.split(['/', '?']).next().unwrap_or_default()));
    let same_path = path_of(signed) == path_of(came_as);
    let fix = match base {
        Some(base) if same_path => format!(
            "Set server.base_url to {base}. Or, if a proxy stands in front, put its address into server.trusted_proxies, and \
             have it send X-Forwarded-Host and X-Forwarded-Proto."
        ),
        _ => "A proxy changes the path: have it pass on the path as it is, with or without the slash at its end.".into(),
    };
    Finding {
        reason: "other_address",
        told: format!("It was signed for {}, and came as {came_as}.", cut(signed)),
        fix,
    }
}

/// Whether another line's credentials would fit.
fn other_line(
    doors: &Doors,
    line: &Line,
    provider: &str,
    fits: impl Fn(&[Secret]) -> bool,
) -> Option<Finding> {
    let others = doors.lines.of_provider(provider).filter(|other| other.info.id != line.info.id);
    let other = others.take(LINES_MAX).find(|other| fits(&other.signing_keys))?;
    Some(Finding {
        reason: "other_line",
        told: format!("It is signed with the credentials of the line {}.", other.info.name),
        fix: format!(
            "The account of {} calls the address of this line. Set the webhooks of both lines, or give this line the \
             credentials of that account.",
            other.info.name
        ),
    })
}

/// The addresses that the request may have been made under, were the proxies believed that are not.
fn other_addresses(knock: &Knock) -> Vec<String> {
    let hosts: BTreeSet<String> = HOSTS
        .iter()
        .filter_map(|name| knock.header(name))
        .filter_map(|value| value.split(',').next())
        .map(|host| host.trim().chars().take(HOST_MAX).collect::<String>())
        .filter(|host| !host.is_empty())
        .collect();
    let bases = knock.client.bases.iter().cloned();
    let told = hosts.iter().flat_map(|host| [format!("https://{host}"), format!("http://{host}")]);
    let bases: BTreeSet<String> = bases.chain(told).collect();
    let (path, query) =
        knock.url.split_once('?').map_or((&*knock.url, None), |(path, query)| (path, Some(query)));
    let turned = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    let turned = query.map_or_else(|| turned.clone(), |query| format!("{turned}?{query}"));
    bases.iter().flat_map(|base| [format!("{base}{}", knock.url), format!("{base}{turned}")]).collect()
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |start| &rest[start..])
}

fn cut(text: &str) -> String {
    text.chars().take(SHOWN_MAX).collect()
}
