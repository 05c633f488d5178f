//! The configured lines: from `[[lines]]` in the file, from variables, or from the variables of the write-ups.

use std::collections::BTreeMap;

use trunkline_domain::channel::Channel;
use trunkline_domain::rate::Limits;
use trunkline_providers::Secret;
use trunkline_providers::twilio::DEFAULT_BASE_URL;

use super::parse;
use super::problem::Refusal;
use super::reader::Reader;
use super::sources::{ALIASES, Sources};

/// The settings of a line besides its slug.
const FIELDS: [&str; 14] = [
    "account_sid",
    "address",
    "auth_token",
    "auth_token_previous",
    "base_url",
    "channel",
    "failover",
    "messaging_service_sid",
    "name",
    "per_day",
    "per_minute",
    "per_second",
    "provider",
    "signature",
];

/// What happens to a webhook whose signature is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    /// It is refused.
    Enforce,
    /// It is reported and taken all the same: for a first look behind an unknown proxy.
    Observe,
}

/// A configured sending identity with its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineConfig {
    /// Its short name, in webhook addresses and variables; unique.
    pub(crate) slug: String,
    /// Its name for people.
    pub(crate) name: String,
    /// Whose API it uses; `twilio`.
    pub(crate) provider: String,
    pub(crate) channel: Channel,
    /// The number customers see, in E.164; unique.
    pub(crate) address: String,
    pub(crate) account_sid: String,
    /// The messaging service its number is in; with one, the provider keeps planned messages until their time.
    pub(crate) messaging_service_sid: Option<String>,
    pub(crate) auth_token: Secret,
    /// Also accepted in signatures, while the token is being changed.
    pub(crate) auth_token_previous: Option<Secret>,
    /// The provider's API.
    pub(crate) base_url: String,
    pub(crate) signature: Signature,
    /// How fast it may send, in segments.
    pub(crate) limits: Limits,
    /// The slugs of lines that may stand in for it, in order.
    pub(crate) failover: Vec<String>,
}

/// The limits of a line without any of its own (C7).
pub(crate) const USUAL_LIMITS: Limits = Limits { per_second: Some(10), per_minute: Some(100), per_day: None };

impl LineConfig {
    /// Whether a wrong signature is only reported.
    pub(crate) fn observe_signatures(&self) -> bool {
        self.signature == Signature::Observe
    }
}

/// All lines: those of the file in its order, then those that only variables tell of.
pub(super) fn read(reader: &mut Reader<'_>, sources: &Sources) -> Vec<LineConfig> {
    let slugs = slugs(sources);
    if !slugs.iter().any(|slug| slug == "main") {
        // Nothing else looks at SMS_PROVIDER then, and a provider that we do not have must not go unnoticed.
        reader.optional("lines.main.provider", provider);
    }
    let lines: Vec<LineConfig> = slugs.iter().filter_map(|slug| line(reader, slug)).collect();
    let mut first = BTreeMap::new();
    for line in &lines {
        let earlier = first.entry(&line.address).or_insert(&line.slug);
        if *earlier != &line.slug {
            let message = format!("has the same address as the line \"{earlier}\"");
            reader.refuse(
                &format!("lines.{}.address", line.slug),
                Refusal::new(message, "Leave out one of the two."),
            );
        }
        if let Some(other) = line.failover.iter().find(|other| !slugs.contains(other) || **other == line.slug)
        {
            let message = format!("names \"{other}\", which is no other line");
            let hint = "Write the slugs of other lines, in the order they should be tried.";
            reader.refuse(&format!("lines.{}.failover", line.slug), Refusal::new(message, hint));
        }
    }
    lines
}

fn slugs(sources: &Sources) -> Vec<String> {
    let mut slugs = sources.lines.clone();
    let mut add = |slug: String| {
        if !slugs.contains(&slug) {
            slugs.push(slug);
        }
    };
    sources.variables.keys().filter_map(|name| slug_in(name)).for_each(&mut add);
    let legacy = |name: &str| name.starts_with("TWILIO_") && sources.variables.contains_key(name);
    if ALIASES.iter().any(|(name, _)| legacy(name)) {
        add("main".to_owned());
    }
    slugs
}

/// The line that `TRUNKLINE_LINES_MAIN_ADDRESS` is about: `main`.
fn slug_in(variable: &str) -> Option<String> {
    let rest = variable.strip_prefix("TRUNKLINE_LINES_")?.to_ascii_lowercase();
    let slugs = FIELDS.iter().filter_map(|field| rest.strip_suffix(field)?.strip_suffix('_'));
    slugs.min_by_key(|slug| slug.len()).filter(|slug| !slug.is_empty()).map(|slug| slug.replace('_', "-"))
}

fn line(reader: &mut Reader<'_>, slug: &str) -> Option<LineConfig> {
    let key = |field: &str| format!("lines.{slug}.{field}");
    let valid =
        parse::slug(slug).map_err(|refusal| reader.refuse(&format!("lines, slug \"{slug}\""), refusal));
    let token = parse::secret(8..=200, "The Twilio console shows it on its first page.");
    let name = reader.or(&key("name"), slug.to_owned(), parse::line_of_text(60));
    let provider = reader.or(&key("provider"), "twilio".to_owned(), provider);
    let channel = reader.or(&key("channel"), Channel::Sms, parse::word(&[("sms", Channel::Sms)]));
    let base_url = reader.or(&key("base_url"), DEFAULT_BASE_URL.to_owned(), parse::web_address);
    let words = &[("enforce", Signature::Enforce), ("observe", Signature::Observe)];
    let signature = reader.or(&key("signature"), Signature::Enforce, parse::word(words));
    let auth_token_previous = reader.hidden(&key("auth_token_previous"), &token);
    let address = reader.optional(&key("address"), parse::phone_number);
    let account_sid = reader.optional(&key("account_sid"), parse::account_sid);
    let auth_token = reader.hidden(&key("auth_token"), &token);
    let messaging_service_sid = reader.optional(&key("messaging_service_sid"), parse::messaging_service_sid);
    let failover = reader.list(&key("failover"), Vec::new(), parse::slug);
    let limits = limits(reader, slug);
    for field in ["address", "account_sid", "auth_token"] {
        require(reader, &key(field));
    }
    Some(LineConfig {
        slug: valid.ok()?,
        name,
        provider,
        channel,
        address: address?,
        account_sid: account_sid?,
        messaging_service_sid,
        auth_token: auth_token?,
        auth_token_previous,
        base_url,
        signature,
        limits,
        failover,
    })
}

fn limits(reader: &mut Reader<'_>, slug: &str) -> Limits {
    let mut limit =
        |field: &str, usual: Option<u32>| reader.or(&format!("lines.{slug}.{field}"), usual, parse::limit);
    Limits {
        per_second: limit("per_second", USUAL_LIMITS.per_second),
        per_minute: limit("per_minute", USUAL_LIMITS.per_minute),
        per_day: limit("per_day", USUAL_LIMITS.per_day),
    }
}

/// Notes a setting that a line cannot do without, with the variables that can give it.
fn require(reader: &mut Reader<'_>, key: &str) {
    if reader.is_set(key) {
        return;
    }
    let legacy = ALIASES.iter().filter(|(_, of)| *of == key).map(|(name, _)| (*name).to_owned());
    let names: Vec<String> = std::iter::once(super::reader::variable(key)).chain(legacy).collect();
    reader.refuse(
        key,
        Refusal::new("is missing", format!("Set it in the file, or by {}.", names.join(" or "))),
    );
}

fn provider(text: &str) -> parse::Parsed<String> {
    if text.eq_ignore_ascii_case("twilio") {
        return Ok("twilio".to_owned());
    }
    let hint = "The one provider so far is twilio. Without lines, the built-in simulator takes its place.";
    Err(Refusal::new("is not a provider that Trunkline knows", hint))
}
