//! What a test can choose before it starts the app.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tempfile::TempDir;
use trunkline_domain::channel::Channel;
use trunkline_domain::rate::Limits as RateLimits;
use trunkline_providers::Secret;
use trunkline_providers::mail::MailServer;
use trunkline_providers::transport::REQUEST_TIMEOUT;
use trunkline_store::Engine;

use super::clock::TestClock;
use super::{Log, TestApp};
use crate::config::{
    AlertSettings, Config, Credentials, Limits, LineConfig, MediaPlace, ModelPrice, Overrides, Personas,
    ResendAccount, Signature, SmtpAccount, Surroundings, TelnyxAccount, TwilioAccount,
};
use crate::http::origin::TrustedProxies;

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "fedcba9876543210fedcba9876543210";
/// What credentials in the database are sealed with: 32 times 7.
pub(crate) const SEALING_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
/// Telnyx's key for requests.
pub(crate) const API_KEY: &str = "KEY0123456789ABCDEF";
/// The seed of the key that Telnyx signs with, and its public half (made up, as in the test vectors).
pub(crate) const SIGNING_SEED: [u8; 32] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31, 32,
];
pub(crate) const PUBLIC_KEY: &str = "ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=";
/// Telnyx's messaging profile that both numbers are on.
pub(crate) const PROFILE: &str = "4000eba1-a0c0-4563-9925-b25e842a7cb6";
/// The messaging service that both numbers are in.
pub(crate) const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
/// The number of the line `main`, the default.
pub(crate) const LINE: &str = "+14155550142";
/// The number of the line `second`.
pub(crate) const SECOND_LINE: &str = "+14155550143";

/// A number of the carrier's that no line has.
pub(crate) const SPARE_NUMBER: &str = "+14155550144";

/// The address of the line `mail`.
pub(crate) const MAIL_LINE: &str = "team@harbor.example";

/// A number that is not the carrier's.
const FOREIGN: &str = "+14155550199";

/// How the app of a test is to be. The default: a quiet carrier, the product's own times for look-ups and
/// retries, no polls (they would leave a job behind every message that no receipt settles), and no limits on
/// how often something may be asked.
pub(crate) struct TestSetup {
    pub(super) engine: Engine,
    pub(super) config: Config,
    /// Where the app keeps files.
    pub(super) data: Rc<TempDir>,
    pub(super) clock: Arc<TestClock>,
    pub(super) lively: bool,
    pub(super) signature: Signature,
    pub(super) limits: RateLimits,
    pub(super) failover: bool,
    pub(super) service: Option<&'static str>,
    pub(super) telnyx: bool,
    pub(super) whatsapp: bool,
    pub(super) email: bool,
    /// The address of the line for email, and its mail server.
    pub(super) smtp: Option<(String, SmtpAccount)>,
    pub(super) main_address: &'static str,
    pub(super) former_token: Option<String>,
    pub(super) provider_timeout: Duration,
    pub(super) log: Log,
    pub(super) figures: PrometheusHandle,
    /// Every app that was started, for the checks at the end.
    pub(super) apps: Rc<RefCell<Vec<TestApp>>>,
}

impl TestSetup {
    pub(super) fn new(
        engine: Engine,
        log: Log,
        figures: PrometheusHandle,
        apps: Rc<RefCell<Vec<TestApp>>>,
    ) -> Self {
        let data = tempfile::tempdir().unwrap();
        TestSetup {
            engine,
            config: Config { data_dir: data.path().to_owned(), ..config(data.path()) },
            data: Rc::new(data),
            clock: Arc::new(TestClock::new()),
            lively: false,
            signature: Signature::Enforce,
            limits: RateLimits::default(),
            failover: false,
            service: None,
            telnyx: false,
            whatsapp: false,
            email: false,
            smtp: None,
            main_address: LINE,
            former_token: None,
            provider_timeout: REQUEST_TIMEOUT,
            log,
            figures,
            apps,
        }
    }

    /// The carrier delivers at once and reports each step.
    pub(crate) fn lively(mut self) -> Self {
        self.lively = true;
        self
    }

    /// Wrong signatures are only reported.
    pub(crate) fn observing_signatures(mut self) -> Self {
        self.signature = Signature::Observe;
        self
    }

    /// How fast each line may send; without it, as fast as it can.
    pub(crate) fn rate(mut self, limits: RateLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The second line stands in for the main one.
    pub(crate) fn with_failover(mut self) -> Self {
        self.failover = true;
        self
    }

    /// Both lines are in a messaging service, so that the carrier keeps planned messages until their time.
    pub(crate) fn with_service(mut self) -> Self {
        self.service = Some(SERVICE);
        self
    }

    /// Both lines are Telnyx's, and so is the carrier.
    pub(crate) fn with_telnyx(mut self) -> Self {
        self.telnyx = true;
        self
    }

    /// There is a third line, `whatsapp`: the number of the main one is a WhatsApp sender as well. With failover, the
    /// main line stands in for it.
    pub(crate) fn with_whatsapp(mut self) -> Self {
        self.whatsapp = true;
        self
    }

    /// There is a third line, for email, which leads to the same carrier.
    pub(crate) fn with_email(mut self) -> Self {
        self.email = true;
        self
    }

    /// There is a third line, for email, which goes out through this server.
    pub(crate) fn with_smtp(self, server: &MailServer) -> Self {
        self.with_mail_server(MAIL_LINE, &SmtpAccount { server: server.clone(), mailbox: None })
    }

    /// There is a third line, for email, with this address at a mail server.
    pub(crate) fn with_mail_server(mut self, address: &str, account: &SmtpAccount) -> Self {
        self.smtp = Some((address.to_owned(), account.clone()));
        self
    }

    /// They are in one that the carrier does not know, so it keeps nothing for them (21701).
    pub(crate) fn with_unknown_service(mut self) -> Self {
        self.service = Some("MGffffffffffffffffffffffffffffffff");
        self
    }

    /// The carrier does not know the number of the main line, so it refuses whatever comes from there (21606).
    pub(crate) fn with_foreign_main(mut self) -> Self {
        self.main_address = FOREIGN;
        self
    }

    /// A line's breaker opens after so many failures in a row; without it, never.
    pub(crate) fn breaker_after(mut self, failures: u32) -> Self {
        self.config.delivery.breaker_failures = failures;
        self
    }

    /// The largest file that is kept, in bytes.
    pub(crate) fn file_max(mut self, bytes: u64) -> Self {
        self.config.media.file_max_bytes = bytes;
        self
    }

    /// How long a file may take to come.
    pub(crate) fn fetch_within(mut self, time: Duration) -> Self {
        self.config.media.fetch_within = time;
        self
    }

    /// What outside schedulers show.
    pub(crate) fn cron_secret(mut self, secret: &str) -> Self {
        self.config.delivery.cron_secret = Some(Secret::new(secret.to_owned()));
        self
    }

    /// Webhooks may also be signed with this token, which is being rotated out.
    pub(crate) fn former_token(mut self, token: &str) -> Self {
        self.former_token = Some(token.to_owned());
        self
    }

    /// Personas are in this folder and speak through a model at this address, which fails for a moment only.
    pub(crate) fn personas(mut self, folder: &std::path::Path, model: &str) -> Self {
        self.config.personas = Personas {
            enabled: true,
            folder: folder.to_owned(),
            endpoint: model.to_owned(),
            model: Some("test/model".into()),
            price: Some(ModelPrice { input_per_million: 1.0, output_per_million: 10.0 }),
            backoff: Duration::from_millis(1),
            ..self.config.personas
        };
        self
    }

    /// The configured address under which people and providers reach the app.
    pub(crate) fn base_url(mut self, url: &str) -> Self {
        self.config.server.base_url = Some(url.to_owned());
        self
    }

    pub(crate) fn trusted_proxy(mut self, network: &str) -> Self {
        self.config.server.trusted_proxies = TrustedProxies(vec![network.parse().unwrap()]);
        self
    }

    /// When the provider is asked what became of a message whose receipts stay out.
    pub(crate) fn polls<const N: usize>(mut self, seconds: [u64; N]) -> Self {
        self.config.delivery.polls = seconds.map(Duration::from_secs).to_vec();
        self
    }

    /// How long the product waits for an answer of the provider.
    pub(crate) fn provider_timeout(mut self, timeout: Duration) -> Self {
        self.provider_timeout = timeout;
        self
    }

    /// Who is told when something is wrong.
    pub(crate) fn alerts(mut self, alerts: AlertSettings) -> Self {
        self.config.alerts = alerts;
        self
    }

    /// Real time passes, and look-ups and retries wait for milliseconds: for tests of the real worker.
    pub(crate) fn in_real_time(mut self) -> Self {
        self.clock.flow();
        self.config.delivery.look_ups = [20, 40, 80].map(Duration::from_millis).to_vec();
        self.config.delivery.backoff = Duration::from_millis(20);
        self
    }

    /// Wires everything and starts the carrier.
    pub(crate) async fn start(self) -> TestApp {
        let apps = self.apps.clone();
        let app = TestApp::start(self).await;
        apps.borrow_mut().push(app.clone());
        app
    }

    /// The lines, which lead to the carrier at `base_url`.
    pub(super) fn lines(&self, base_url: &str) -> Vec<LineConfig> {
        let line = |slug: &str, address: &str| LineConfig {
            slug: slug.into(),
            name: slug.into(),
            channel: Channel::Sms,
            address: address.into(),
            credentials: self.credentials(),
            base_url: base_url.to_owned(),
            signature: self.signature,
            limits: self.limits,
            failover: if self.failover && slug == "main" { vec!["second".to_owned()] } else { Vec::new() },
        };
        let mut lines = vec![line("main", self.main_address), line("second", SECOND_LINE)];
        if self.whatsapp {
            let failover = if self.failover { vec!["main".to_owned()] } else { Vec::new() };
            lines.push(LineConfig { channel: Channel::Whatsapp, failover, ..line("whatsapp", LINE) });
        }
        let smtp = self.smtp.clone().map(|(address, account)| (address, Credentials::Smtp(account)));
        let resend = self.email.then(|| (MAIL_LINE.to_owned(), Credentials::Resend(resend_account())));
        lines.extend(smtp.or(resend).map(|(address, credentials)| LineConfig {
            name: "Team \"Harbor\"".into(),
            channel: Channel::Email,
            credentials,
            ..line("mail", &address)
        }));
        lines
    }

    fn credentials(&self) -> Credentials {
        if self.telnyx {
            return Credentials::Telnyx(TelnyxAccount {
                api_key: Secret::new(API_KEY.to_owned()),
                public_key: Secret::new(PUBLIC_KEY.to_owned()),
                public_key_previous: self.former_token.clone().map(Secret::new),
                messaging_profile_id: None,
            });
        }
        Credentials::Twilio(TwilioAccount {
            account_sid: ACCOUNT.into(),
            messaging_service_sid: self.service.map(str::to_owned),
            auth_token: Secret::new(TOKEN.to_owned()),
            auth_token_previous: self.former_token.clone().map(Secret::new),
        })
    }
}

fn resend_account() -> ResendAccount {
    let carrier = trunkline_simulator::ResendAccount::demo(MAIL_LINE, None);
    ResendAccount {
        api_key: Secret::new(carrier.api_key),
        webhook_secret: Secret::new(carrier.webhook_secret),
        webhook_secret_previous: None,
    }
}

/// The product's defaults, but for what would make tests depend on each other.
fn config(folder: &Path) -> Config {
    let around = Surroundings { folder: PathBuf::from("/nowhere"), ..Surroundings::default() };
    let mut config = Config::load(&Overrides::default(), &around).unwrap();
    config.media.place = MediaPlace::Folder(folder.join("media"));
    let many = 1_000_000;
    config.limits = Limits { auth_per_minute: many, writes_per_minute: many, reads_per_minute: many };
    config.delivery.polls = Vec::new();
    // Tests of faults are about messages; those of breakers set it.
    config.delivery.breaker_failures = many;
    config
}
