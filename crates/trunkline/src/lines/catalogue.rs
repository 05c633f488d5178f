//! What each provider wants to know of a line: the one place that the API, the command and the wizard take it from.
//!
//! **To add a provider**, add its entry to [`PROVIDERS`]: its fields with their help, and how credentials are made of
//! them. What it is then spoken to with stands in `connect.rs`, how its credentials are checked in `check.rs`.

use std::collections::BTreeMap;

use serde::Serialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::phone::{CountryCode, PhoneNumber};
use trunkline_providers::imap::MailboxCredentials;
use trunkline_providers::mail::{MailServer, Security, SignIn};
use trunkline_providers::{Secret, resend, telnyx, twilio};
use utoipa::ToSchema;

use crate::config::parse::{self, Parsed};
use crate::config::{
    Credentials, RESEND, Refusal, ResendAccount, SMTP, SmtpAccount, TELNYX, TWILIO, TelnyxAccount,
    TwilioAccount, USUAL_FOLDER, unencrypted,
};

/// The values of fields, by name; secrets among them.
pub(crate) type Values = BTreeMap<String, Secret>;

/// A provider that lines can be made for.
pub(crate) struct ProviderForm {
    /// Its name in settings, addresses and the API.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) label: &'static str,
    /// The channels that a line of it can have; the first is the usual one.
    pub(crate) channels: &'static [Channel],
    /// Where people sign in there.
    pub(crate) console: &'static str,
    /// Its API, unless it is simulated.
    pub(crate) base_url: &'static str,
    /// The built-in simulator speaks for it.
    pub(crate) simulated: bool,
    pub(crate) address: AddressForm,
    pub(crate) fields: &'static [Field],
    /// `None` if a field is missing that is required.
    credentials: fn(&Values) -> Option<Credentials>,
}

/// The sender that customers see.
pub(crate) struct AddressForm {
    pub(crate) label: &'static str,
    pub(crate) help: &'static str,
    pub(crate) example: &'static str,
    /// Its one written form.
    pub(crate) parse: fn(&str, Option<CountryCode>) -> Parsed<String>,
}

/// One thing that a provider needs.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// What it is, and where in the provider's console it stands.
    pub(crate) help: &'static str,
    pub(crate) example: &'static str,
    /// Never shown again once it is stored.
    pub(crate) secret: bool,
    pub(crate) required: bool,
    /// Webhooks are checked with it: a former value stays valid under this name until it is retired.
    pub(crate) former: Option<&'static str>,
    pub(crate) parse: fn(&str) -> Parsed<String>,
}

/// Every provider, in the order in which they are offered.
pub(crate) static PROVIDERS: &[ProviderForm] = &[
    ProviderForm {
        name: TWILIO,
        label: "Twilio",
        channels: &[Channel::Sms],
        console: "https://console.twilio.com",
        base_url: twilio::DEFAULT_BASE_URL,
        simulated: true,
        address: PHONE_NUMBER,
        fields: &[
            Field {
                name: "account_sid",
                label: "Account SID",
                help: "Names your account. The Twilio console shows it on its first page under Account Info.",
                example: "AC0123456789abcdef0123456789abcdef",
                secret: false,
                required: true,
                former: None,
                parse: parse::account_sid,
            },
            Field {
                name: "auth_token",
                label: "Auth token",
                help: "The password of the account, which its webhooks are signed with as well. The Twilio console shows \
                       it beside the account SID.",
                example: "",
                secret: true,
                required: true,
                former: Some("auth_token_previous"),
                parse: twilio_token,
            },
            Field {
                name: "messaging_service_sid",
                label: "Messaging service",
                help: "Only if the number belongs to one. The Twilio console shows it under Messaging, Services. With \
                       it, Twilio keeps planned messages until their time.",
                example: "MG0123456789abcdef0123456789abcdef",
                secret: false,
                required: false,
                former: None,
                parse: parse::messaging_service_sid,
            },
        ],
        credentials: twilio_credentials,
    },
    ProviderForm {
        name: TELNYX,
        label: "Telnyx",
        channels: &[Channel::Sms],
        console: "https://portal.telnyx.com",
        base_url: telnyx::DEFAULT_BASE_URL,
        simulated: true,
        address: PHONE_NUMBER,
        fields: &[
            Field {
                name: "api_key",
                label: "API key",
                help: "What requests are signed in with. The Telnyx portal makes one under API Keys; it begins with KEY.",
                example: "",
                secret: true,
                required: true,
                former: None,
                parse: telnyx_api_key,
            },
            Field {
                name: "public_key",
                label: "Public key",
                help: "What webhooks are checked with. The Telnyx portal shows it under API Keys, Public Key.",
                example: "",
                secret: true,
                required: true,
                former: Some("public_key_previous"),
                parse: telnyx_public_key,
            },
            Field {
                name: "messaging_profile_id",
                label: "Messaging profile",
                help: "Only to send by another profile than the number's own. The Telnyx portal shows it under Messaging.",
                example: "4000eba1-a0c0-4563-9925-b25e842a7cb6",
                secret: false,
                required: false,
                former: None,
                parse: parse::messaging_profile_id,
            },
        ],
        credentials: telnyx_credentials,
    },
    ProviderForm {
        name: RESEND,
        label: "Resend",
        channels: &[Channel::Email],
        console: "https://resend.com/home",
        base_url: resend::DEFAULT_BASE_URL,
        simulated: true,
        address: EMAIL_ADDRESS,
        fields: &[
            Field {
                name: "api_key",
                label: "API key",
                help: "What requests are signed in with. Resend makes one under API Keys; it begins with re_.",
                example: "",
                secret: true,
                required: true,
                former: None,
                parse: resend_api_key,
            },
            Field {
                name: "webhook_secret",
                label: "Signing secret",
                help: "What webhooks are checked with. Resend shows it under Webhooks, beside the webhook to this line.",
                example: "",
                secret: true,
                required: true,
                former: Some("webhook_secret_previous"),
                parse: webhook_secret,
            },
        ],
        credentials: resend_credentials,
    },
    ProviderForm {
        name: SMTP,
        label: "Mail server",
        channels: &[Channel::Email],
        console: "https://www.rfc-editor.org/rfc/rfc6409",
        base_url: "",
        simulated: false,
        address: MAILBOX,
        fields: SMTP_FIELDS,
        credentials: smtp_credentials,
    },
];

const MAILBOX: AddressForm = AddressForm {
    label: "Email address",
    help: "The address that customers see and write to. The user has to be allowed to send from it.",
    example: "team@example.com",
    parse: email_address,
};

/// Of any mail server. Providers of mailboxes list them under IMAP and SMTP, or "other mail programs".
const SMTP_FIELDS: &[Field] = &[
    plain_field(
        "host",
        "Server for outgoing mail",
        "Its name as your mail provider gives it for SMTP.",
        "smtp.example.com",
        true,
        parse::host,
    ),
    plain_field(
        "security",
        "Encryption",
        "starttls, tls, or none for a server on this machine. Left empty, it is starttls.",
        "starttls",
        false,
        security,
    ),
    plain_field(
        "port",
        "Port",
        "Only if it is not the usual one: 587 for starttls, 465 for tls.",
        "587",
        false,
        port,
    ),
    plain_field("user", "User", "Often the whole email address.", "team@example.com", false, user),
    Field {
        secret: true,
        ..plain_field(
            "password",
            "Password",
            "Many providers want one that is made for programs, under the security settings of the mailbox.",
            "",
            false,
            password,
        )
    },
    plain_field(
        "imap_host",
        "Server for incoming mail",
        "Its name as your mail provider gives it for IMAP. Left empty, the line only sends.",
        "imap.example.com",
        false,
        parse::host,
    ),
    plain_field(
        "imap_security",
        "Encryption of incoming mail",
        "tls, starttls, or none for a server on this machine. Left empty, it is tls.",
        "tls",
        false,
        security,
    ),
    plain_field(
        "imap_port",
        "Port for incoming mail",
        "Only if it is not the usual one: 993 for tls, 143 for starttls.",
        "993",
        false,
        port,
    ),
    plain_field(
        "imap_folder",
        "Folder",
        "The folder that is read. Left empty, it is INBOX.",
        "INBOX",
        false,
        folder,
    ),
    plain_field(
        "imap_user",
        "User for incoming mail",
        "Only if it is another one than for sending.",
        "",
        false,
        user,
    ),
    Field {
        secret: true,
        ..plain_field(
            "imap_password",
            "Password for incoming mail",
            "Only if it is another one than for sending.",
            "",
            false,
            password,
        )
    },
];

const fn plain_field(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    example: &'static str,
    required: bool,
    parse: fn(&str) -> Parsed<String>,
) -> Field {
    Field { name, label, help, example, secret: false, required, former: None, parse }
}

const EMAIL_ADDRESS: AddressForm = AddressForm {
    label: "Email address",
    help: "The address that customers see and write to, of a domain that is verified at the provider.",
    example: "team@example.com",
    parse: email_address,
};

const PHONE_NUMBER: AddressForm = AddressForm {
    label: "Phone number",
    help: "The number that customers see, as the provider lists it.",
    example: "+14155550100",
    parse: phone_number,
};

impl ProviderForm {
    pub(crate) fn of(name: &str) -> Option<&'static ProviderForm> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What clients are made of; `None` if something is missing.
    pub(crate) fn credentials(&self, values: &Values) -> Option<Credentials> {
        (self.credentials)(values)
    }

    /// What does not fit together: the field, and why.
    pub(crate) fn misfit(&self, values: &Values) -> Option<(&'static str, Refusal)> {
        if self.name != SMTP {
            return None;
        }
        if let Some(Credentials::Smtp(account)) = self.credentials(values) {
            if !account.server.is_safe() {
                return Some(("security", unencrypted()));
            }
            if let Some(mailbox) = &account.mailbox {
                if !mailbox.server.is_safe() {
                    return Some(("imap_security", unencrypted()));
                }
                if mailbox.server.sign_in.is_none() {
                    let hint = "Give User and Password, or those for incoming mail if they are others.";
                    return Some(("imap_host", Refusal::new("needs a user and a password", hint)));
                }
            }
        }
        let (user, password) = (values.contains_key("user"), values.contains_key("password"));
        let hint = "Give both to sign in, or neither where the server asks nobody.";
        (user != password)
            .then(|| ("user", Refusal::new("needs a password, and a password needs a user", hint)))
    }

    /// Whether a stored value is a secret: a field's, or the former one of a field.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.secret && (field.name == name || field.former == Some(name)))
    }
}

fn twilio_credentials(values: &Values) -> Option<Credentials> {
    Some(Credentials::Twilio(TwilioAccount {
        account_sid: plain(values, "account_sid")?,
        messaging_service_sid: plain(values, "messaging_service_sid"),
        auth_token: values.get("auth_token")?.clone(),
        auth_token_previous: values.get("auth_token_previous").cloned(),
    }))
}

fn telnyx_credentials(values: &Values) -> Option<Credentials> {
    Some(Credentials::Telnyx(TelnyxAccount {
        api_key: values.get("api_key")?.clone(),
        public_key: values.get("public_key")?.clone(),
        public_key_previous: values.get("public_key_previous").cloned(),
        messaging_profile_id: plain(values, "messaging_profile_id"),
    }))
}

fn resend_credentials(values: &Values) -> Option<Credentials> {
    Some(Credentials::Resend(ResendAccount {
        api_key: values.get("api_key")?.clone(),
        webhook_secret: values.get("webhook_secret")?.clone(),
        webhook_secret_previous: values.get("webhook_secret_previous").cloned(),
    }))
}

fn smtp_credentials(values: &Values) -> Option<Credentials> {
    let security = read(values, "security", parse::security)?.unwrap_or(Security::Starttls);
    let port = read(values, "port", parse::port)?.unwrap_or(SmtpAccount::usual_port(security));
    let sign_in = plain(values, "user")
        .zip(values.get("password").cloned())
        .map(|(user, password)| SignIn { user, password });
    let mailbox = match plain(values, "imap_host") {
        Some(host) => Some(mailbox(values, host)?),
        None => None,
    };
    let server = MailServer { host: plain(values, "host")?, port, security, sign_in };
    Some(Credentials::Smtp(SmtpAccount { server, mailbox }))
}

fn mailbox(values: &Values, host: String) -> Option<MailboxCredentials> {
    let security = read(values, "imap_security", parse::security)?.unwrap_or(Security::Tls);
    let port = read(values, "imap_port", parse::port)?.unwrap_or(SmtpAccount::usual_imap_port(security));
    let user = plain(values, "imap_user").or_else(|| plain(values, "user"));
    let password = values.get("imap_password").or_else(|| values.get("password")).cloned();
    let sign_in = user.zip(password).map(|(user, password)| SignIn { user, password });
    let folder = plain(values, "imap_folder").unwrap_or_else(|| USUAL_FOLDER.to_owned());
    Some(MailboxCredentials { server: MailServer { host, port, security, sign_in }, folder })
}

/// The value, if there is one; `None` if it cannot be read.
fn read<T>(values: &Values, name: &str, parse: fn(&str) -> Parsed<T>) -> Option<Option<T>> {
    values.get(name).map(|value| parse(value.expose())).transpose().ok()
}

fn plain(values: &Values, name: &str) -> Option<String> {
    values.get(name).map(|value| value.expose().to_owned())
}

fn phone_number(text: &str, country: Option<CountryCode>) -> Parsed<String> {
    // The error says how to write it.
    let number = PhoneNumber::parse(text, country).map_err(|error| Refusal::new(error.to_string(), ""))?;
    Ok(number.as_str().to_owned())
}

fn twilio_token(text: &str) -> Parsed<String> {
    hidden(parse::secret(8..=200, "The Twilio console shows it on its first page.")(text))
}

fn email_address(text: &str, _country: Option<CountryCode>) -> Parsed<String> {
    parse::email_address(text)
}

fn resend_api_key(text: &str) -> Parsed<String> {
    hidden(parse::secret(8..=200, "Resend makes one under API Keys; it begins with re_.")(text))
}

fn webhook_secret(text: &str) -> Parsed<String> {
    hidden(parse::webhook_secret(text))
}

fn security(text: &str) -> Parsed<String> {
    parse::security(text).map(|_| text.to_ascii_lowercase())
}

fn port(text: &str) -> Parsed<String> {
    parse::port(text).map(|port| port.to_string())
}

fn folder(text: &str) -> Parsed<String> {
    parse::line_of_text(200)(text)
}

fn user(text: &str) -> Parsed<String> {
    parse::line_of_text(300)(text)
}

fn password(text: &str) -> Parsed<String> {
    hidden(parse::password(text))
}

fn telnyx_api_key(text: &str) -> Parsed<String> {
    hidden(parse::secret(8..=200, "The Telnyx portal makes one under API Keys; it begins with KEY.")(text))
}

fn telnyx_public_key(text: &str) -> Parsed<String> {
    hidden(parse::telnyx_public_key(text))
}

fn hidden(parsed: Parsed<Secret>) -> Parsed<String> {
    parsed.map(|secret| secret.expose().to_owned())
}

/// A provider that lines can be made for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineProvider)]
pub(crate) struct ProviderView {
    name: &'static str,
    /// Its name for people.
    label: &'static str,
    #[schema(value_type = Vec<String>)]
    channels: &'static [Channel],
    /// Where people sign in there.
    console_url: &'static str,
    /// A line of it can lead to the built-in simulator.
    simulated: bool,
    address: AddressView,
    fields: Vec<FieldView>,
}

/// The sender that customers see.
#[derive(Debug, Serialize, ToSchema)]
struct AddressView {
    label: &'static str,
    help: &'static str,
    example: &'static str,
}

/// One thing that a provider needs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineProviderField)]
struct FieldView {
    name: &'static str,
    label: &'static str,
    /// What it is, and where in the provider's console it stands.
    help: &'static str,
    example: &'static str,
    /// It is never shown again once it is stored.
    secret: bool,
    required: bool,
    /// After a change the former one stays valid for webhooks until it is retired.
    keeps_former: bool,
}

impl ProviderView {
    pub(crate) fn of(form: &ProviderForm) -> ProviderView {
        let field = |field: &Field| FieldView {
            name: field.name,
            label: field.label,
            help: field.help,
            example: field.example,
            secret: field.secret,
            required: field.required,
            keeps_former: field.former.is_some(),
        };
        let AddressForm { label, help, example, .. } = form.address;
        ProviderView {
            name: form.name,
            label: form.label,
            channels: form.channels,
            console_url: form.console,
            simulated: form.simulated,
            address: AddressView { label, help, example },
            fields: form.fields.iter().map(field).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_consistent() {
        for provider in PROVIDERS {
            assert!(!provider.channels.is_empty() && provider.console.starts_with("https://"));
            for field in provider.fields {
                assert!(field.help.ends_with('.') && !field.label.is_empty(), "{}", field.name);
                assert!(field.secret || field.former.is_none(), "{}: only secrets are rotated", field.name);
            }
            assert!(provider.credentials(&Values::new()).is_none(), "{} needs nothing", provider.name);
        }
    }
}
