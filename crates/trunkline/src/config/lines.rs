//! The configured lines: from `[[lines]]` in the file, from variables, or from the variables of the write-ups.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::rate::Limits;
use trunkline_providers::imap::MailboxCredentials;
use trunkline_providers::mail::{MailServer, Security, SignIn};
use trunkline_providers::{Secret, resend, telnyx, twilio};
use utoipa::ToSchema;

use super::names::{RESEND, SMTP, TELNYX, TWILIO};
use super::parse;
use super::problem::Refusal;
use super::reader::Reader;
use super::sources::{ALIASES, Sources};

/// The settings of a line besides its slug.
const FIELDS: [&str; 31] = [
    "account_sid",
    "address",
    "api_key",
    "auth_token",
    "auth_token_previous",
    "base_url",
    "channel",
    "failover",
    "host",
    "imap_folder",
    "imap_host",
    "imap_password",
    "imap_port",
    "imap_security",
    "imap_user",
    "messaging_profile_id",
    "messaging_service_sid",
    "name",
    "password",
    "per_day",
    "per_minute",
    "per_second",
    "port",
    "provider",
    "public_key",
    "public_key_previous",
    "security",
    "signature",
    "user",
    "webhook_secret",
    "webhook_secret_previous",
];

/// What happens to a webhook whose signature is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
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
    pub(crate) channel: Channel,
    /// The number or email address that customers see, in E.164 or in lower case; unique in its channel.
    pub(crate) address: String,
    /// Whose API it uses, and how to sign in there.
    pub(crate) credentials: Credentials,
    /// The provider's API.
    pub(crate) base_url: String,
    pub(crate) signature: Signature,
    /// How fast it may send, in segments; an email counts as one.
    pub(crate) limits: Limits,
    /// The slugs of lines that may stand in for it, in order.
    pub(crate) failover: Vec<String>,
}

/// Whose API a line uses, and what that needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    Twilio(TwilioAccount),
    Telnyx(TelnyxAccount),
    Resend(ResendAccount),
    Smtp(SmtpAccount),
}

impl Credentials {
    /// The provider's name in settings, addresses and the API.
    pub(crate) const fn provider_name(&self) -> &'static str {
        match self {
            Credentials::Twilio(_) => TWILIO,
            Credentials::Telnyx(_) => TELNYX,
            Credentials::Resend(_) => RESEND,
            Credentials::Smtp(_) => SMTP,
        }
    }
}

/// What Twilio needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TwilioAccount {
    pub(crate) account_sid: String,
    /// The messaging service its number is in; with one, the provider keeps planned messages until their time.
    pub(crate) messaging_service_sid: Option<String>,
    pub(crate) auth_token: Secret,
    /// Also accepted in signatures, while the token is being changed.
    pub(crate) auth_token_previous: Option<Secret>,
}

/// What Telnyx needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TelnyxAccount {
    pub(crate) api_key: Secret,
    /// What its webhooks are signed for.
    pub(crate) public_key: Secret,
    /// Also accepted in signatures, while the key is being changed.
    pub(crate) public_key_previous: Option<Secret>,
    /// The messaging profile to send by, if it is not to be the number's own.
    pub(crate) messaging_profile_id: Option<String>,
}

/// The channels that a line may have, in the words of the settings.
const CHANNELS: &[(&str, Channel)] =
    &[("sms", Channel::Sms), ("whatsapp", Channel::Whatsapp), ("email", Channel::Email)];

/// What Resend needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResendAccount {
    pub(crate) api_key: Secret,
    /// What its webhooks are signed with.
    pub(crate) webhook_secret: Secret,
    /// Also accepted in signatures, while the secret is being changed.
    pub(crate) webhook_secret_previous: Option<Secret>,
}

/// What any mail server needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SmtpAccount {
    /// The server that takes mail.
    pub(crate) server: MailServer,
    /// Where mail comes in, if it is to be read.
    pub(crate) mailbox: Option<MailboxCredentials>,
}

/// The folder that mail comes into (RFC 9051, 5.1).
pub(crate) const USUAL_FOLDER: &str = "INBOX";

impl SmtpAccount {
    /// The port that a mailbox is read at, by how the connection is encrypted (RFC 9051, 2.1; RFC 8314, 3.2).
    pub(crate) const fn usual_imap_port(security: Security) -> u16 {
        match security {
            Security::Tls => 993,
            Security::Starttls | Security::None => 143,
        }
    }

    /// The port that mail is handed in at, by how the connection is encrypted (RFC 6409; RFC 8314, 3.3).
    pub(crate) const fn usual_port(security: Security) -> u16 {
        match security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        }
    }
}

/// The limits of a line at a mail server without any of its own: what a mailbox of a common host may send.
pub(crate) const SMTP_LIMITS: Limits = Limits { per_second: Some(2), per_minute: Some(30), per_day: None };

/// The limits of a line at Resend without any of its own (Resend, Rate limit: 2 requests a second and team).
pub(crate) const RESEND_LIMITS: Limits = Limits { per_second: Some(2), per_minute: Some(100), per_day: None };

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
        // One number may be a WhatsApp sender as well.
        let earlier = first.entry((line.channel.as_str(), &line.address)).or_insert(&line.slug);
        if *earlier != &line.slug {
            let message = format!("has the same channel and address as the line \"{earlier}\"");
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
    for line in &lines {
        let is_email = |line: &LineConfig| line.channel == Channel::Email;
        let other = lines
            .iter()
            .find(|other| line.failover.contains(&other.slug) && is_email(other) != is_email(line));
        if let Some(other) = other {
            let message = format!("names \"{}\", which reaches people at other addresses", other.slug);
            let hint = "A number can stand in for a number, and an email address for an email address.";
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
    let has = |provider: &str| sources.has_alias_of(provider);
    if [TWILIO, TELNYX].into_iter().any(has) {
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
    let name = reader.or(&key("name"), slug.to_owned(), parse::line_of_text(60));
    let usual = if slug == "main" { reader.usual_provider() } else { TWILIO };
    let provider = reader.or(&key("provider"), usual, provider);
    let is_mail = [RESEND, SMTP].contains(&provider);
    let usual_channel = if is_mail { Channel::Email } else { Channel::Sms };
    let channel = reader.or(&key("channel"), usual_channel, parse::word(CHANNELS));
    let fits = match channel {
        Channel::Whatsapp => provider == TWILIO,
        Channel::Email => is_mail,
        Channel::Sms | Channel::Mms | Channel::Voice => !is_mail,
    };
    if !fits {
        let hint = "WhatsApp goes through Twilio, email through Resend or a mail server: leave out the provider, or the channel.";
        reader.refuse(&key("channel"), Refusal::new("is not one that this provider has here", hint));
    }
    let usual_url = match provider {
        RESEND => resend::DEFAULT_BASE_URL,
        SMTP => "",
        TELNYX => telnyx::DEFAULT_BASE_URL,
        _ => twilio::DEFAULT_BASE_URL,
    };
    let base_url = reader.or(&key("base_url"), usual_url.to_owned(), parse::web_address);
    let words = &[("enforce", Signature::Enforce), ("observe", Signature::Observe)];
    let signature = reader.or(&key("signature"), Signature::Enforce, parse::word(words));
    let address = match channel {
        Channel::Email => reader.optional(&key("address"), parse::email_address),
        _ => reader.optional(&key("address"), parse::phone_number),
    };
    require(reader, &key("address"));
    let credentials = match provider {
        RESEND => resend_account(reader, slug).map(Credentials::Resend),
        SMTP => smtp_account(reader, slug).map(Credentials::Smtp),
        TELNYX => telnyx_account(reader, slug).map(Credentials::Telnyx),
        _ => twilio_account(reader, slug).map(Credentials::Twilio),
    };
    let failover = reader.list(&key("failover"), Vec::new(), parse::slug);
    let usual_limits = match provider {
        RESEND => RESEND_LIMITS,
        SMTP => SMTP_LIMITS,
        _ => USUAL_LIMITS,
    };
    let limits = limits(reader, slug, usual_limits);
    Some(LineConfig {
        slug: valid.ok()?,
        name,
        channel,
        address: address?,
        credentials: credentials?,
        base_url,
        signature,
        limits,
        failover,
    })
}

fn twilio_account(reader: &mut Reader<'_>, slug: &str) -> Option<TwilioAccount> {
    let key = |field: &str| format!("lines.{slug}.{field}");
    let token = parse::secret(8..=200, "The Twilio console shows it on its first page.");
    let account_sid = reader.optional(&key("account_sid"), parse::account_sid);
    let messaging_service_sid = reader.optional(&key("messaging_service_sid"), parse::messaging_service_sid);
    let auth_token = reader.hidden(&key("auth_token"), &token);
    let auth_token_previous = reader.hidden(&key("auth_token_previous"), &token);
    for field in ["account_sid", "auth_token"] {
        require(reader, &key(field));
    }
    Some(TwilioAccount {
        account_sid: account_sid?,
        messaging_service_sid,
        auth_token: auth_token?,
        auth_token_previous,
    })
}

fn telnyx_account(reader: &mut Reader<'_>, slug: &str) -> Option<TelnyxAccount> {
    let key = |field: &str| format!("lines.{slug}.{field}");
    let api_key = parse::secret(8..=200, "The Telnyx portal makes one under API Keys; it begins with KEY.");
    let api_key = reader.hidden(&key("api_key"), api_key);
    // The key is public, but an API key put here by mistake is not.
    let public_key = reader.hidden(&key("public_key"), parse::telnyx_public_key);
    let public_key_previous = reader.hidden(&key("public_key_previous"), parse::telnyx_public_key);
    let messaging_profile_id = reader.optional(&key("messaging_profile_id"), parse::messaging_profile_id);
    for field in ["api_key", "public_key"] {
        require(reader, &key(field));
    }
    Some(TelnyxAccount {
        api_key: api_key?,
        public_key: public_key?,
        public_key_previous,
        messaging_profile_id,
    })
}

fn resend_account(reader: &mut Reader<'_>, slug: &str) -> Option<ResendAccount> {
    let key = |field: &str| format!("lines.{slug}.{field}");
    let api_key = parse::secret(8..=200, "Resend makes one under API Keys; it begins with re_.");
    let api_key = reader.hidden(&key("api_key"), api_key);
    let webhook_secret = reader.hidden(&key("webhook_secret"), parse::webhook_secret);
    let webhook_secret_previous = reader.hidden(&key("webhook_secret_previous"), parse::webhook_secret);
    for field in ["api_key", "webhook_secret"] {
        require(reader, &key(field));
    }
    Some(ResendAccount { api_key: api_key?, webhook_secret: webhook_secret?, webhook_secret_previous })
}

fn smtp_account(reader: &mut Reader<'_>, slug: &str) -> Option<SmtpAccount> {
    let key = |field: &str| format!("lines.{slug}.{field}");
    let host = reader.optional(&key("host"), parse::host);
    require(reader, &key("host"));
    let security = reader.or(&key("security"), Security::Starttls, parse::security);
    let port = reader.or(&key("port"), SmtpAccount::usual_port(security), parse::port);
    let user = reader.optional(&key("user"), parse::line_of_text(300));
    let password = reader.hidden(&key("password"), parse::password);
    if reader.is_set(&key("user")) != reader.is_set(&key("password")) {
        let hint = "Set both to sign in, or neither where the server asks nobody.";
        reader.refuse(&key("user"), Refusal::new("needs a password, and a password needs a user", hint));
    }
    let sign_in = user.zip(password).map(|(user, password)| SignIn { user, password });
    let mailbox = mailbox(reader, slug, sign_in.as_ref());
    let server = MailServer { host: host?, port, security, sign_in };
    if !server.is_safe() {
        reader.refuse(&key("security"), unencrypted());
    }
    Some(SmtpAccount { server, mailbox })
}

/// Where mail comes in: at a server of its own, with the same user and password unless it has others.
fn mailbox(reader: &mut Reader<'_>, slug: &str, sign_in: Option<&SignIn>) -> Option<MailboxCredentials> {
    let key = |field: &str| format!("lines.{slug}.{field}");
    let host = reader.optional(&key("imap_host"), parse::host);
    let security = reader.or(&key("imap_security"), Security::Tls, parse::security);
    let port = reader.or(&key("imap_port"), SmtpAccount::usual_imap_port(security), parse::port);
    let user = reader.optional(&key("imap_user"), parse::line_of_text(300));
    let password = reader.hidden(&key("imap_password"), parse::password);
    let folder = reader.or(&key("imap_folder"), USUAL_FOLDER.to_owned(), parse::line_of_text(200));
    let sign_in = SignIn {
        user: user.or_else(|| Some(sign_in?.user.clone())).unwrap_or_default(),
        password: password.or_else(|| Some(sign_in?.password.clone())).unwrap_or_else(|| Secret::new("")),
    };
    let host = host?;
    if sign_in.user.is_empty() || sign_in.password.expose().is_empty() {
        let hint = "Set user and password, or imap_user and imap_password if they are others.";
        reader.refuse(&key("imap_host"), Refusal::new("needs a user and a password", hint));
    }
    let server = MailServer { host, port, security, sign_in: Some(sign_in) };
    if !server.is_safe() {
        reader.refuse(&key("imap_security"), unencrypted());
    }
    Some(MailboxCredentials { server, folder })
}

/// Why a server on another machine cannot be spoken to without encryption.
pub(crate) fn unencrypted() -> Refusal {
    Refusal::new(
        "is only for a server on this machine",
        "Use starttls or tls: a password must not go over a network in the clear.",
    )
}

fn limits(reader: &mut Reader<'_>, slug: &str, usual: Limits) -> Limits {
    let mut limit =
        |field: &str, usual: Option<u32>| reader.or(&format!("lines.{slug}.{field}"), usual, parse::limit);
    Limits {
        per_second: limit("per_second", usual.per_second),
        per_minute: limit("per_minute", usual.per_minute),
        per_day: limit("per_day", usual.per_day),
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

fn provider(text: &str) -> parse::Parsed<&'static str> {
    let hint = "Use twilio, telnyx, resend or smtp. Without lines, the built-in simulator takes their place.";
    let known = [TWILIO, TELNYX, RESEND, SMTP].into_iter().find(|known| known.eq_ignore_ascii_case(text));
    known.ok_or_else(|| Refusal::new("is not a provider that Trunkline knows", hint))
}
