//! The simulated carrier at the other end of the wire.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use trunkline_domain::ambient::Ambient;
use trunkline_simulator::{
    BusinessNumber, Config, CreateFault, Direction, Faults, LedgerItem, MessagingService, Phone,
    ResendAccount, Simulator, TelnyxAccount, Timing,
};

use super::setup::{
    ACCOUNT, API_KEY, LINE, MAIL_LINE, PROFILE, SECOND_LINE, SERVICE, SIGNING_SEED, SPARE_NUMBER, TOKEN,
};
use super::wire::Wire;
use super::{ANA, BEN, soon};
use crate::config::TWILIO;
use crate::lines::{Simulated, TryOut};

/// A message of a quiet carrier waits longer than any test.
const QUIET: Timing =
    Timing { sent_after: Duration::from_secs(86_400), final_after: Duration::from_secs(86_400) };
const LIVELY: Timing = Timing { sent_after: Duration::from_millis(1), final_after: Duration::from_millis(2) };

/// A real simulator over real HTTP. A quiet one takes messages and says nothing more of them; a lively one
/// delivers them at once and reports every step.
pub(crate) struct Carrier {
    pub(crate) simulator: Simulator,
    wire: Wire,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Carrier {
    /// Starts one whose texts from phones go to the app at `app_url`.
    pub(super) async fn start(app_url: &str, lively: bool, telnyx: bool, ambient: Ambient) -> Carrier {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let wire = Wire::to(address).await;
        let public_url = Some(wire.base_url());
        let config = Config { public_url, fetches_media: true, ..config(app_url, lively, telnyx) };
        let simulator = Simulator::new(config, ambient).unwrap();
        let (serving, running) = (simulator.clone(), simulator.clone());
        let tasks = [
            tokio::spawn(async move { serving.serve(listener, std::future::pending()).await.unwrap() }),
            tokio::spawn(async move { running.run(std::future::pending()).await }),
        ];
        Carrier { simulator, wire, tasks }
    }

    pub(super) fn base_url(&self) -> String {
        self.wire.base_url()
    }

    /// As lines that lead to it see it.
    pub(crate) fn simulated(&self) -> Simulated {
        let fields = [("account_sid", ACCOUNT.to_owned()), ("auth_token", TOKEN.to_owned())];
        let spare = TryOut {
            provider: TWILIO,
            name: "Spare".into(),
            address: SPARE_NUMBER.into(),
            fields: fields.into(),
        };
        Simulated { url: self.base_url(), numbers: vec![spare] }
    }

    /// From now on requests reach the carrier, but its answers wait on the wire.
    pub(crate) fn hold_answers(&self) {
        self.wire.hold();
    }

    /// Answers that were held back arrive, and connections that were refused are taken again.
    pub(crate) fn open_wire(&self) {
        self.wire.open();
    }

    /// Breaks every connection and refuses new ones.
    pub(crate) async fn cut_wire(&self) {
        self.wire.cut().await;
    }

    pub(crate) fn next(&self, faults: impl IntoIterator<Item = CreateFault>) {
        self.simulator.next_faults(faults).unwrap();
    }

    pub(crate) fn misbehave(&self, faults: Faults) {
        self.simulator.set_faults(faults).unwrap();
    }

    /// Everything the carrier accepted from us, in that order.
    pub(crate) fn accepted(&self) -> Vec<LedgerItem> {
        let mut items = self.simulator.ledger(0, usize::MAX);
        items.retain(|item| item.kind == Direction::OutboundApi);
        items
    }

    /// What the carrier accepted for our message with this id, the last copy if there are several.
    pub(crate) fn item(&self, message: &str) -> LedgerItem {
        let mark = format!("?m={message}&");
        let is_ours =
            |item: &LedgerItem| item.status_callback.as_deref().is_some_and(|url| url.contains(&mark));
        self.accepted().into_iter().rfind(is_ours).expect("a message that the carrier accepted")
    }

    /// The texts that were accepted for this phone, in that order.
    pub(crate) fn texts_to(&self, phone: &str) -> Vec<String> {
        self.accepted().into_iter().filter(|item| item.to == phone).map(|item| item.body).collect()
    }

    /// Waits until the carrier has accepted `count` messages.
    pub(crate) async fn until_accepted(&self, count: usize) -> Vec<LedgerItem> {
        soon(self.simulator.until(|_| Some(self.accepted()).filter(|items| items.len() >= count))).await
    }

    /// Waits until every mail has come to its end, and all about it has been told.
    pub(crate) async fn until_mail_told(&self) {
        soon(self.simulator.until(|carrier| (carrier.mail_pending() == 0).then_some(()))).await;
    }

    /// Waits until every message has come to its end, and all about it has been told.
    pub(crate) async fn until_told(&self) {
        let is_told = |item: &LedgerItem| match item.kind {
            Direction::Inbound => item.webhook.is_some(),
            // The carrier's own answers to keywords are reported to nobody.
            _ if item.status_callback.is_none() => item.status.is_final(),
            _ => item.status.is_final() && item.callbacks.iter().any(|told| told.status == item.status),
        };
        let done = |carrier: &Simulator| carrier.ledger(0, usize::MAX).iter().all(is_told).then_some(());
        soon(self.simulator.until(done)).await;
    }
}

fn config(app_url: &str, lively: bool, telnyx: bool) -> Config {
    let number = |number: &str, slug: &str| BusinessNumber {
        number: number.into(),
        name: slug.into(),
        sms_url: Some(format!("{app_url}/webhooks/twilio/{slug}/messages")),
        sms_fallback_url: None,
    };
    let phone = |number: &str, name: &str| Phone { number: number.into(), name: name.into() };
    Config {
        numbers: vec![
            number(LINE, "main"),
            number(SECOND_LINE, "second"),
            number(SPARE_NUMBER, "spare"),
            number(&format!("whatsapp:{LINE}"), "whatsapp"),
        ],
        phones: vec![phone(ANA, "Ana"), phone(BEN, "Ben")],
        services: vec![MessagingService {
            sid: SERVICE.into(),
            numbers: vec![LINE.into(), SECOND_LINE.into()],
            use_inbound_webhook_on_number: true,
            ..MessagingService::default()
        }],
        telnyx: telnyx.then(|| TelnyxAccount {
            api_key: API_KEY.into(),
            signing_seed: SIGNING_SEED,
            profile_id: PROFILE.into(),
            numbers: vec![LINE.into(), SECOND_LINE.into()],
            // A profile tells of all its numbers at one address.
            webhook_url: Some(format!("{app_url}/webhooks/telnyx/main")),
            webhook_failover_url: None,
        }),
        resend: Some(ResendAccount {
            per_second: None,
            ..ResendAccount::demo(MAIL_LINE, Some(format!("{app_url}/webhooks/resend/mail")))
        }),
        timing: if lively { LIVELY } else { QUIET },
        ..Config::account(ACCOUNT, TOKEN)
    }
}
