//! What the simulated carrier starts with: an account, its numbers and the people it can reach.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Everything [`crate::Simulator::new`] needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// `AC` and 32 hexadecimal digits. It is the user name of the API and part of every path.
    pub account_sid: String,
    /// The account's primary auth token: the password of the API and the key that signs webhooks.
    pub auth_token: String,
    /// A further user and password for the API. It never signs.
    pub api_key: Option<ApiKey>,
    /// The business's numbers.
    pub numbers: Vec<BusinessNumber>,
    /// The customers' phones at the start; more can be added.
    pub phones: Vec<Phone>,
    /// Pools of numbers. Without one, nothing can be scheduled.
    pub services: Vec<MessagingService>,
    /// An account at Telnyx, to which some of the numbers belong. Those are no numbers of Twilio's then.
    pub telnyx: Option<TelnyxAccount>,
    /// An account at Resend.
    pub resend: Option<ResendAccount>,
    /// A file that keeps the ledger and the phones' threads over a restart: one JSON object per line,
    /// only ever appended to. Lines reach the operating system before the carrier says yes, so they
    /// outlive the process; they are not forced to the disk. Every change of a message adds a line with the
    /// whole message, some eight over its life.
    pub ledger_path: Option<PathBuf>,
    /// Where clients reach [`crate::Simulator::provider_router`], for instance
    /// `http://127.0.0.1:4010`. With it, media in webhooks are addresses of the API, as at Twilio, that
    /// redirect to the file; without it they are the addresses the phone gave.
    pub public_url: Option<String>,
    /// Files that the business sends along are fetched from where it says they are, as a real carrier does, and a
    /// message whose files cannot be had fails. Without it, only their addresses are kept.
    pub fetches_media: bool,
    /// How long the steps of a healthy message take.
    pub timing: Timing,
    /// How many scheduled messages the account may hold (Twilio, error 35125: 500,000).
    pub scheduled_max: usize,
}

/// An API key: `SK…` and its secret.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The user name.
    pub sid: String,
    /// The password.
    pub secret: String,
}

/// How long the steps of a healthy message take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From acceptance to `sent`.
    pub sent_after: Duration,
    /// From acceptance to the final state.
    pub final_after: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { sent_after: Duration::from_millis(150), final_after: Duration::from_millis(600) }
    }
}

/// A number of the business and what the carrier does with a text that reaches it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessNumber {
    /// In E.164; of a WhatsApp sender with `whatsapp:` before it.
    pub number: String,
    /// What people call it.
    pub name: String,
    /// The webhook for inbound texts. May carry connection overrides in its fragment.
    pub sms_url: Option<String>,
    /// Asked when `sms_url` fails.
    pub sms_fallback_url: Option<String>,
}

/// A customer's phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// In E.164.
    pub number: String,
    /// Whose it is.
    pub name: String,
}

/// A pool of numbers that share webhooks and opt-outs (Twilio, Messaging Services).
#[derive(Clone, Debug, Default)]
pub struct MessagingService {
    /// `MG` and 32 hexadecimal digits.
    pub sid: String,
    /// Its numbers; each must be one of [`Config::numbers`].
    pub numbers: Vec<String>,
    /// The webhook for inbound texts to any of its numbers.
    pub inbound_url: Option<String>,
    /// Asked when `inbound_url` fails.
    pub fallback_url: Option<String>,
    /// Status callback of messages that name none themselves.
    pub status_callback: Option<String>,
    /// Whether a number's own webhook goes before the service's.
    pub use_inbound_webhook_on_number: bool,
}

/// An account at Telnyx with one messaging profile.
#[derive(Clone)]
pub struct TelnyxAccount {
    /// `KEY…`: what requests show.
    pub api_key: String,
    /// The seed of the Ed25519 key that signs webhooks (RFC 8032, section 5.1.5).
    pub signing_seed: [u8; 32],
    /// The messaging profile, a UUID.
    pub profile_id: String,
    /// The numbers on the profile; each must be one of [`Config::numbers`].
    pub numbers: Vec<String>,
    /// Where the profile tells of what comes in, and of messages that name no address themselves.
    pub webhook_url: Option<String>,
    /// Asked when `webhook_url` fails.
    pub webhook_failover_url: Option<String>,
}

/// The demo account at Telnyx. Its key and seed are made up and open nothing.
const DEMO_API_KEY: &str = "KEY5D0C6A1F3B9E4827A65F10C2D48B7E93";
const DEMO_SEED: [u8; 32] = *b"made-up seed that opens no doors";
const DEMO_PROFILE: &str = "3f6d0b52-8c41-4e7a-9b1d-5a2e7c904d18";

impl TelnyxAccount {
    /// An account with one number, always the same.
    pub fn demo(number: &str, webhook_url: Option<String>) -> TelnyxAccount {
        TelnyxAccount {
            api_key: DEMO_API_KEY.into(),
            signing_seed: DEMO_SEED,
            profile_id: DEMO_PROFILE.into(),
            numbers: vec![number.into()],
            webhook_url,
            webhook_failover_url: None,
        }
    }

    /// What checks its signatures, as the portal shows it: base64 of 32 bytes. Empty if there can be no such key.
    pub fn public_key(&self) -> String {
        crate::telnyx::public_key(&self.signing_seed)
    }
}

impl std::fmt::Debug for TelnyxAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelnyxAccount").field("numbers", &self.numbers).finish_non_exhaustive()
    }
}

/// An account at Resend.
#[derive(Clone)]
pub struct ResendAccount {
    /// `re_…`: what requests show.
    pub api_key: String,
    /// `whsec_…`: what webhooks are signed with.
    pub webhook_secret: String,
    /// Where it tells of everything.
    pub webhook_url: Option<String>,
    /// Addresses of the business and what people call them; every address of their domains may send.
    pub addresses: Vec<(String, String)>,
    /// Requests in one second before it answers 429 (Resend, Rate limit: 2); `None` is no limit.
    pub per_second: Option<u32>,
}

impl ResendAccount {
    /// An account with one address, always the same. Key and secret are made up and open nothing.
    pub fn demo(address: &str, webhook_url: Option<String>) -> ResendAccount {
        ResendAccount {
            api_key: "re_5D0c6A1f_made3up9Key4827".into(),
            webhook_secret: "whsec_bWFkZS11cCBzZWNyZXQgdGhhdCBvcGVucyBubyBkb29ycw==".into(),
            webhook_url,
            addresses: vec![(address.into(), "Harbor Street Dental".into())],
            per_second: Some(2),
        }
    }
}

impl std::fmt::Debug for ResendAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResendAccount").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

/// The demo account. Its sid and token are made up and open nothing.
const DEMO_ACCOUNT: &str = "AC5d0c6a1f3b9e4827a65f10c2d48b7e93";
const DEMO_TOKEN: &str = "7c1e94b2f05ad8363e6bb90f2741c8da";

impl Config {
    /// A small shop with one number, by which texts and WhatsApp messages reach it, and four customers, always the
    /// same.
    pub fn demo(webhook_url: &str, whatsapp_webhook_url: &str) -> Config {
        let number = BusinessNumber {
            number: "+14155550142".into(),
            name: "Harbor Street Dental".into(),
            sms_url: Some(webhook_url.to_owned()),
            sms_fallback_url: None,
        };
        let whatsapp = BusinessNumber {
            number: "whatsapp:+14155550142".into(),
            name: "Harbor Street on WhatsApp".into(),
            sms_url: Some(whatsapp_webhook_url.to_owned()),
            sms_fallback_url: None,
        };
        Config {
            numbers: vec![number, whatsapp],
            phones: demo_phones(),
            ..Config::account(DEMO_ACCOUNT, DEMO_TOKEN)
        }
    }

    /// An account without numbers or customers, to be filled by the caller.
    pub fn account(account_sid: &str, auth_token: &str) -> Config {
        Config {
            account_sid: account_sid.to_owned(),
            auth_token: auth_token.to_owned(),
            api_key: None,
            numbers: Vec::new(),
            phones: Vec::new(),
            services: Vec::new(),
            telnyx: None,
            resend: None,
            ledger_path: None,
            public_url: None,
            fetches_media: false,
            timing: Timing::default(),
            scheduled_max: 500_000,
        }
    }
}

fn demo_phones() -> Vec<Phone> {
    [
        ("+14155550117", "Amelia Okafor"),
        ("+12125550163", "José Ángel Núñez"),
        ("+13125550128", "Kai 🌊"),
        ("+16175550194", "Priya Raman"),
    ]
    .map(|(number, name)| Phone { number: number.into(), name: name.into() })
    .into()
}
