//! The kinds of values: each is read from text, whether it came from a file or a variable.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trunkline_domain::phone::{CountryCode, PhoneNumber};
use trunkline_providers::Secret;
use trunkline_providers::mail::Security;
use url::Url;

use super::problem::Refusal;
use crate::http::origin::Network;

pub(crate) type Parsed<T> = Result<T, Refusal>;

pub(super) fn listen(text: &str) -> Parsed<SocketAddr> {
    text.parse().map_err(|_| {
        Refusal::new(
            "is not an address and a port",
            "Write it like 127.0.0.1:4470, or 0.0.0.0:4470 for every network.",
        )
    })
}

/// `scheme://host` with nothing behind it.
pub(super) fn origin(text: &str) -> Parsed<String> {
    let address = web_address(text)?;
    match Url::parse(&address) {
        Ok(url) if url.path() == "/" => Ok(address),
        _ => Err(Refusal::new(
            "has a path",
            "Leave out what follows the host: Trunkline has a host of its own.",
        )),
    }
}

/// An `http` or `https` address, without a slash at its end.
pub(super) fn web_address(text: &str) -> Parsed<String> {
    let refused = |message: &str| Refusal::new(message, "Write it like https://inbox.example.com.");
    let url = Url::parse(text).map_err(|error| refused(&format!("is not a web address ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refused("is not an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("has a user name or password in it"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("has a ? or # in it"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A secret that others show us: too long to be guessed.
pub(super) fn long_secret(text: &str) -> Parsed<Secret> {
    if text.len() >= 16 {
        return Ok(Secret::new(text));
    }
    Err(Refusal::new("is too short to be safe", "Use at least 16 characters, such as 32 random ones."))
}

/// A key: 32 bytes in base64.
pub(super) fn sealing_key(text: &str) -> Parsed<Secret> {
    let text = text.trim();
    if STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 32) {
        return Ok(Secret::new(text));
    }
    Err(Refusal::new("is not 32 bytes in base64", "Make one with: openssl rand -base64 32"))
}

/// The address of a PostgreSQL server. It holds a password, so it is never shown.
pub(super) fn database_url(text: &str) -> Parsed<Secret> {
    let known = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    if known {
        return Ok(Secret::new(text));
    }
    Err(Refusal::new(
        "is not the address of a PostgreSQL server",
        "Write it like postgres://user:password@host:5432/database, or leave it out to use SQLite in data.dir.",
    ))
}

pub(super) fn network(text: &str) -> Parsed<Network> {
    text.parse()
        .map_err(|error: String| Refusal::new(error, "Leave the list empty if there is no proxy in front."))
}

pub(super) fn path(text: &str) -> Parsed<PathBuf> {
    if text.is_empty() { Err(Refusal::new("is empty", "Name a folder.")) } else { Ok(PathBuf::from(text)) }
}

pub(super) fn flag(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Refusal::new("is neither true nor false", "")),
    }
}

/// A whole number within `range`.
pub(super) fn number<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Parsed<T>
where
    T: FromStr + PartialOrd + Display,
{
    move |text| {
        let number = text.replace('_', "").parse().ok().filter(|number| range.contains(number));
        let hint = format!("Use a whole number from {} to {}.", range.start(), range.end());
        number.ok_or_else(|| Refusal::new("is out of range or not a number", hint))
    }
}

/// A number within `range`, with decimals if need be.
pub(super) fn decimal(range: RangeInclusive<f64>) -> impl Fn(&str) -> Parsed<f64> {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let hint = format!("Use a number from {} to {}, such as 0.15.", range.start(), range.end());
        number.ok_or_else(|| Refusal::new("is out of range or not a number", hint))
    }
}

/// A number of segments, or `unlimited`.
pub(super) fn limit(text: &str) -> Parsed<Option<u32>> {
    if text.eq_ignore_ascii_case("unlimited") {
        return Ok(None);
    }
    let limit = number(0..=10_000_000)(text);
    limit.map(Some).map_err(|_| {
        Refusal::new("is no limit", "Use a whole number of segments, 0 to stop the line, or unlimited.")
    })
}

/// A time in seconds, which may have decimals: up to a week.
pub(super) fn seconds(text: &str) -> Parsed<Duration> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=604_800.0).contains(seconds));
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or_else(|| {
        Refusal::new("is not a time in seconds", "Use a number from 0 to 604800, such as 2 or 0.5.")
    })
}

/// One of a few words.
pub(super) fn word<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&str) -> Parsed<T> {
    move |text| {
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" or ");
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| Refusal::new("is not known here", format!("Use {}.", known())))
    }
}

/// One line of text, of at most `max` characters.
pub(crate) fn line_of_text(max: usize) -> impl Fn(&str) -> Parsed<String> {
    move |text| {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > max || text.contains(char::is_control) {
            return Err(Refusal::new("cannot be used", format!("Use one line of 1 to {max} characters.")));
        }
        Ok(text.to_owned())
    }
}

/// What to log, as `tracing` filters write it: a level, or levels by module.
pub(super) fn log_level(text: &str) -> Parsed<String> {
    let text = text.trim().to_ascii_lowercase();
    let is_level = |level: &str| matches!(level, "off" | "error" | "warn" | "info" | "debug" | "trace");
    let is_module = |module: &str| {
        !module.is_empty()
            && module.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-'))
    };
    let is_directive = |directive: &str| match directive.split_once('=') {
        Some((module, level)) => is_module(module) && is_level(level),
        None => is_level(directive),
    };
    if text.split(',').all(is_directive) {
        return Ok(text);
    }
    let hint = "Use error, warn, info, debug, trace or off; by module: info,trunkline=debug.";
    Err(Refusal::new("is not a level", hint))
}

pub(super) fn country(text: &str) -> Parsed<CountryCode> {
    text.parse()
        .map_err(|_| Refusal::new("is not a country", "Use its two letters (ISO 3166), like US, GB or FR."))
}

/// A number in E.164, exactly: it is compared with what the provider sends.
pub(super) fn phone_number(text: &str) -> Parsed<String> {
    let number = PhoneNumber::parse(text, None)
        .map_err(|error| Refusal::new(error.to_string(), "Write it like +14155550100."))?;
    if number.as_str() == text {
        return Ok(text.to_owned());
    }
    Err(Refusal::new("is not written in E.164", format!("Write it as {}.", number.as_str())))
}

/// Twilio, "What is a String Identifier (SID)?": two letters for the kind and 32 hexadecimal digits.
pub(crate) fn account_sid(text: &str) -> Parsed<String> {
    if is_sid("AC", text) {
        return Ok(text.to_owned());
    }
    let hint = "It is AC and 32 digits or letters a to f; the Twilio console shows it on its first page.";
    Err(Refusal::new("is not an account SID", hint))
}

pub(crate) fn messaging_service_sid(text: &str) -> Parsed<String> {
    if is_sid("MG", text) {
        return Ok(text.to_owned());
    }
    let hint =
        "It is MG and 32 digits or letters a to f; the Twilio console shows it under Messaging, Services.";
    Err(Refusal::new("is not the SID of a messaging service", hint))
}

/// An email address, in lower case.
pub(crate) fn email_address(text: &str) -> Parsed<String> {
    let parsed = trunkline_domain::email::EmailAddress::parse(text);
    let hint = "Write one such as team@example.com.";
    parsed
        .map(|address| address.as_str().to_owned())
        .map_err(|_| Refusal::new("is not an email address", hint))
}

/// The name or the address of a server.
pub(crate) fn host(text: &str) -> Parsed<String> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let is_name = (1..=253).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if is_name || bare.parse::<std::net::IpAddr>().is_ok() {
        return Ok(bare.to_ascii_lowercase());
    }
    Err(Refusal::new(
        "is not the name of a server",
        "Write it like mail.example.com; the port has a setting of its own.",
    ))
}

/// Where a server listens.
pub(crate) fn port(text: &str) -> Parsed<u16> {
    number(1..=u16::MAX)(text)
}

/// How a connection to a mail server is encrypted.
pub(crate) fn security(text: &str) -> Parsed<Security> {
    word(SECURITIES)(text)
}

/// The same, in the words of the settings.
const SECURITIES: &[(&str, Security)] =
    &[("starttls", Security::Starttls), ("tls", Security::Tls), ("none", Security::None)];

/// A password as people choose it: it may have spaces.
pub(crate) fn password(text: &str) -> Parsed<Secret> {
    if (1..=500).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(Secret::new(text));
    }
    Err(Refusal::new("cannot be used", "Use 1 to 500 characters in one line."))
}

/// A signing secret of Svix's.
pub(crate) fn webhook_secret(text: &str) -> Parsed<Secret> {
    if trunkline_providers::resend::signature::key(text).is_some() {
        return Ok(Secret::new(text.trim()));
    }
    let hint = "Resend shows it beside the webhook; it begins with whsec_.";
    Err(Refusal::new("is not a signing secret", hint))
}

/// Telnyx, Webhook signing: base64 of the 32 bytes of an Ed25519 key.
pub(crate) fn telnyx_public_key(text: &str) -> Parsed<Secret> {
    if trunkline_providers::telnyx::signature::public_key(text).is_some() {
        return Ok(Secret::new(text));
    }
    let hint = "It is 44 characters that end with =; the Telnyx portal shows it under API Keys, Public Key.";
    Err(Refusal::new("is not a public key", hint))
}

pub(crate) fn messaging_profile_id(text: &str) -> Parsed<String> {
    let hint =
        "It looks like 4000eba1-a0c0-4563-9925-b25e842a7cb6; the Telnyx portal shows it under Messaging.";
    let refused = |_| Refusal::new("is not the id of a messaging profile", hint);
    uuid::Uuid::parse_str(text).map(|id| id.to_string()).map_err(refused)
}

fn is_sid(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit())
}

/// A secret of a plausible length, without the spaces and line ends that come along when it is copied.
pub(crate) fn secret(length: RangeInclusive<usize>, hint: &'static str) -> impl Fn(&str) -> Parsed<Secret> {
    move |text| {
        let count = text.chars().count();
        if text.contains(char::is_whitespace) {
            return Err(Refusal::new("has a space or a line end in it", hint));
        }
        if !length.contains(&count) {
            return Err(Refusal::new(
                format!("has {count} characters, not {} to {}", length.start(), length.end()),
                hint,
            ));
        }
        Ok(Secret::new(text))
    }
}

/// The name of a line in addresses and variables.
pub(crate) fn slug(text: &str) -> Parsed<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=40).contains(&text.len()) && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    Err(Refusal::new("is not a short name", "Use 1 to 40 of a to z, 0 to 9 and -."))
}

/// The name of a node: a host name.
pub(super) fn node_name(text: &str) -> Parsed<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if (1..=253).contains(&text.len()) && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    Err(Refusal::new("is not a name of a node", "Use letters, digits, dots, - and _, as in a host name."))
}
