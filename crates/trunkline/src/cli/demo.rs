//! What a demonstration has: a small business at the built-in simulator, with a line for each channel and two more
//! numbers that lines can be tried with. Made up, all of it.

use trunkline_domain::channel::Channel;
use trunkline_providers::Secret;
use trunkline_simulator::{BusinessNumber, Config, ResendAccount, TelnyxAccount};

use crate::config::{
    Credentials, LineConfig, RESEND_LIMITS, Signature, TELNYX, TWILIO, TwilioAccount, USUAL_LIMITS,
};
use crate::lines::{Simulated, TryOut};
use crate::provisioning::messages_url;

/// A demonstration.
pub(super) struct Demo {
    /// What the simulator starts with.
    pub(super) settings: Config,
    /// The lines that lead to it.
    pub(super) lines: Vec<LineConfig>,
    /// What further lines can be tried with.
    pub(super) offers: Simulated,
}

impl Demo {
    /// That of a simulator at `address`, which calls us at `base_url`: everything is set there as provisioning would.
    pub(super) fn at(address: &str, base_url: &str) -> Demo {
        let mut settings = Config::demo(&messages_url(base_url, "main"), &messages_url(base_url, "whatsapp"));
        settings.public_url = Some(address.to_owned());
        settings.fetches_media = true;
        let mut lines: Vec<LineConfig> =
            settings.numbers.iter().map(|number| demo_line(&settings, number, address)).collect();
        let carrier = ResendAccount::demo(DEMO_ADDRESS, Some(format!("{base_url}/webhooks/resend/mail")));
        lines.push(demo_mail(&carrier, address));
        settings.resend = Some(carrier);
        let offers = Simulated { url: address.to_owned(), numbers: add_numbers(&mut settings) };
        Demo { settings, lines, offers }
    }
}

/// The address of the business in a demonstration (RFC 2606).
const DEMO_ADDRESS: &str = "hello@harborstreet.example";

/// The line for email of a demonstration.
fn demo_mail(carrier: &ResendAccount, base_url: &str) -> LineConfig {
    LineConfig {
        slug: "mail".into(),
        name: carrier.addresses.first().map(|(_, name)| name.clone()).unwrap_or_default(),
        channel: Channel::Email,
        address: DEMO_ADDRESS.into(),
        credentials: Credentials::Resend(crate::config::ResendAccount {
            api_key: Secret::new(carrier.api_key.clone()),
            webhook_secret: Secret::new(carrier.webhook_secret.clone()),
            webhook_secret_previous: None,
        }),
        base_url: base_url.to_owned(),
        signature: Signature::Enforce,
        limits: RESEND_LIMITS,
        failover: Vec::new(),
    }
}

/// The line that leads to a number of the simulated account.
fn demo_line(settings: &Config, number: &BusinessNumber, address: &str) -> LineConfig {
    let whatsapp = number.number.strip_prefix("whatsapp:");
    LineConfig {
        slug: if whatsapp.is_some() { "whatsapp" } else { "main" }.into(),
        name: number.name.clone(),
        channel: if whatsapp.is_some() { Channel::Whatsapp } else { Channel::Sms },
        address: whatsapp.unwrap_or(&number.number).to_owned(),
        credentials: Credentials::Twilio(TwilioAccount {
            account_sid: settings.account_sid.clone(),
            messaging_service_sid: None,
            auth_token: Secret::new(settings.auth_token.clone()),
            auth_token_previous: None,
        }),
        base_url: address.to_owned(),
        signature: Signature::Enforce,
        limits: USUAL_LIMITS,
        failover: Vec::new(),
    }
}

/// Two more numbers, one of each provider, that lines can be made for in the app. Made up, like all of it.
fn add_numbers(settings: &mut Config) -> Vec<TryOut> {
    let numbers =
        [("+14155550143", "Harbor Street Dental, Uptown"), ("+14155550144", "Harbor Street Dental, Bayside")];
    settings.numbers.extend(numbers.map(|(number, name)| BusinessNumber {
        number: number.to_owned(),
        name: name.to_owned(),
        ..BusinessNumber::default()
    }));
    let [(first, first_name), (second, second_name)] = numbers;
    let telnyx = TelnyxAccount::demo(second, None);
    let of_twilio =
        [("account_sid", settings.account_sid.clone()), ("auth_token", settings.auth_token.clone())];
    let of_telnyx = [("api_key", telnyx.api_key.clone()), ("public_key", telnyx.public_key())];
    settings.telnyx = Some(telnyx);
    vec![
        TryOut { provider: TWILIO, name: first_name.into(), address: first.into(), fields: of_twilio.into() },
        TryOut {
            provider: TELNYX,
            name: second_name.into(),
            address: second.into(),
            fields: of_telnyx.into(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;
    use trunkline_providers::transport::http_client;
    use trunkline_simulator::Simulator;

    use super::*;
    use crate::clock;
    use crate::lines::Wire;
    use crate::provisioning::{Account, Wanted, by_hand, differences};

    /// So the doctor finds nothing to change on a fresh demonstration (D1).
    #[tokio::test]
    async fn a_demonstration_is_set_up_as_provisioning_would() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let ours = "http://127.0.0.1:4470";
        let demo = Demo::at(&address, ours);
        let simulator = Simulator::new(demo.settings, clock::system()).unwrap();
        tokio::spawn(async move { simulator.serve(listener, std::future::pending()).await.unwrap() });
        let wire = Wire { http: http_client().unwrap(), timeout: Duration::from_secs(5) };
        let (by_hand, others): (Vec<_>, Vec<_>) =
            demo.lines.iter().partition(|line| by_hand(line, ours).is_some());
        let slugs = |lines: &[&LineConfig]| lines.iter().map(|line| line.slug.clone()).collect::<Vec<_>>();
        assert_eq!(
            (slugs(&by_hand), slugs(&others)),
            (vec!["whatsapp".into(), "mail".into()], vec!["main".into()])
        );
        for line in others {
            let wanted = Wanted { line, base_url: ours, fallback_url: None };
            assert_eq!(differences(&Account::of(line, &wire), &wanted).await.unwrap(), []);
        }
    }
}
