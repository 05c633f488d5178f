//! From a line's settings to the client of its provider: the one place where a provider is chosen.

use std::sync::Arc;

use trunkline_domain::channel::Channel;
use trunkline_providers::imap::Mailbox;
use trunkline_providers::mail::{MailSource, Trust};
use trunkline_providers::resend::{Resend, ResendCredentials};
use trunkline_providers::smtp::{Smtp, SmtpCredentials};
use trunkline_providers::telnyx::{Telnyx, TelnyxCredentials};
use trunkline_providers::twilio::content::Templates;
use trunkline_providers::twilio::{Twilio, TwilioCredentials};
use trunkline_providers::{AccountState, LookupError, Provider, Secret};

use super::{Line, LineInfo, Wire};
use crate::config::{Credentials, LineConfig, ResendAccount, SmtpAccount, TelnyxAccount, TwilioAccount};

/// What its provider makes of a line.
struct Connected {
    provider: Arc<dyn Provider>,
    signing_keys: Vec<Secret>,
    reports_path: String,
    keeps_by: Option<String>,
    mail: Option<Arc<dyn MailSource>>,
}

pub(super) fn connect(config: LineConfig, info: LineInfo, wire: &Wire) -> Line {
    let slug = &config.slug;
    let Connected { provider, signing_keys, reports_path, keeps_by, mail } = match &config.credentials {
        Credentials::Twilio(account) => Connected {
            provider: Arc::new(on_channel(twilio(account, &config.base_url, wire), config.channel)),
            signing_keys: keys(&account.auth_token, &account.auth_token_previous),
            reports_path: format!("/webhooks/twilio/{slug}/status"),
            // WhatsApp's window may close while a message waits: it is asked about when it leaves, here.
            keeps_by: account.messaging_service_sid.clone().filter(|_| config.channel != Channel::Whatsapp),
            mail: None,
        },
        Credentials::Telnyx(account) => Connected {
            provider: Arc::new(telnyx(account, &config.base_url, wire)),
            signing_keys: keys(&account.public_key, &account.public_key_previous),
            reports_path: format!("/webhooks/telnyx/{slug}"),
            // One whose answer was lost could neither be found there nor called off.
            keeps_by: None,
            mail: None,
        },
        Credentials::Resend(account) => {
            let resend = Arc::new(resend(account, &config.base_url, wire));
            Connected {
                provider: resend.clone(),
                signing_keys: keys(&account.webhook_secret, &account.webhook_secret_previous),
                reports_path: format!("/webhooks/resend/{slug}"),
                keeps_by: None,
                mail: Some(resend),
            }
        }
        Credentials::Smtp(account) => Connected {
            provider: Arc::new(smtp(account, wire)),
            // Mail servers call nobody.
            signing_keys: Vec::new(),
            reports_path: String::new(),
            keeps_by: None,
            mail: None,
        },
    };
    Line {
        info,
        provider,
        signing_keys,
        reports_path,
        observe_signatures: config.observe_signatures(),
        limits: config.limits,
        failover: config.failover.clone(),
        keeps_by,
        content: contents(&config, wire),
        mail,
        mailbox: mailbox(&config, wire),
        config,
    }
}

/// How the account behind a line is, as its provider says.
pub(crate) async fn account_of(line: &LineConfig, wire: &Wire) -> Result<AccountState, LookupError> {
    match &line.credentials {
        Credentials::Twilio(account) => Provider::account(&twilio(account, &line.base_url, wire)).await,
        Credentials::Telnyx(account) => Provider::account(&telnyx(account, &line.base_url, wire)).await,
        Credentials::Resend(account) => Provider::account(&resend(account, &line.base_url, wire)).await,
        Credentials::Smtp(account) => sign_in(&smtp(account, wire)).await.map(|()| AccountState::default()),
    }
}

/// The client of a Twilio account.
pub(crate) fn twilio(account: &TwilioAccount, base_url: &str, wire: &Wire) -> Twilio {
    let credentials = TwilioCredentials {
        account_sid: account.account_sid.clone(),
        auth_token: account.auth_token.clone(),
        api_key: None,
        base_url: base_url.to_owned(),
    };
    Twilio::new(credentials, wire.http.clone()).with_timeout(wire.timeout)
}

/// Whose templates WhatsApp approves.
fn contents(config: &LineConfig, wire: &Wire) -> Option<Templates> {
    match &config.credentials {
        Credentials::Twilio(account) if config.channel == Channel::Whatsapp => {
            Some(Templates::of(twilio(account, &config.base_url, wire)))
        }
        _ => None,
    }
}

fn on_channel(twilio: Twilio, channel: Channel) -> Twilio {
    if channel == Channel::Whatsapp { twilio.on_whatsapp() } else { twilio }
}

/// The client of a Telnyx account.
pub(crate) fn telnyx(account: &TelnyxAccount, base_url: &str, wire: &Wire) -> Telnyx {
    let credentials = TelnyxCredentials {
        api_key: account.api_key.clone(),
        messaging_profile_id: account.messaging_profile_id.clone(),
        base_url: base_url.to_owned(),
    };
    Telnyx::new(credentials, wire.http.clone()).with_timeout(wire.timeout)
}

/// The client of a Resend account.
pub(crate) fn resend(account: &ResendAccount, base_url: &str, wire: &Wire) -> Resend {
    let credentials = ResendCredentials { api_key: account.api_key.clone(), base_url: base_url.to_owned() };
    Resend::new(credentials, wire.http.clone()).with_timeout(wire.timeout)
}

/// Whether a mail server lets us in.
pub(crate) async fn sign_in(server: &Smtp) -> Result<(), LookupError> {
    Provider::account(server).await.map(drop)
}

/// The client of a mail server.
fn smtp(account: &SmtpAccount, wire: &Wire) -> Smtp {
    let credentials = SmtpCredentials { server: account.server.clone(), trust: Trust::default() };
    Smtp::new(credentials).with_timeout(wire.timeout)
}

/// The mailbox that a line reads.
pub(crate) fn mailbox(config: &LineConfig, wire: &Wire) -> Option<Mailbox> {
    let Credentials::Smtp(account) = &config.credentials else { return None };
    let credentials = account.mailbox.clone()?;
    Some(Mailbox::new(credentials, Trust::default()).with_timeout(wire.timeout))
}

fn keys(current: &Secret, former: &Option<Secret>) -> Vec<Secret> {
    std::iter::once(current).chain(former).cloned().collect()
}
