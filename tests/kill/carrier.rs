//! The carrier: the simulator in this process, where no kill reaches it, and the weather on its side.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use trunkline_simulator::{
    BusinessNumber, Config, Faults, LedgerItem, Outcome, ResendAccount, Simulator, Span, TelnyxAccount,
    Timing, Way,
};

use crate::chance::{Chance, LateClock};

/// The account; its sid and token are made up and open nothing.
pub(crate) const ACCOUNT: &str = "AC5d0c6a1f3b9e4827a65f10c2d48b7e93";
pub(crate) const TOKEN: &str = "7c1e94b2f05ad8363e6bb90f2741c8da";
/// The business's number, for texts and for WhatsApp.
pub(crate) const NUMBER: &str = "+14155550142";
/// Its number at Telnyx.
pub(crate) const TELNYX_NUMBER: &str = "+14155550144";
/// Its address for email.
pub(crate) const MAILBOX: &str = "desk@harbor.example";

/// How an owner who wants every text would configure the number: five retries, whatever went wrong.
const OVERRIDES: &str = "#rc=5&rp=all&tt=15000";

/// A message is final soon enough that callbacks of many are under way at any kill.
const TIMING: Timing =
    Timing { sent_after: Duration::from_millis(80), final_after: Duration::from_millis(300) };

/// A carrier with its API on a port of its own.
pub(crate) struct Carrier {
    pub(crate) simulator: Simulator,
    pub(crate) clock: Arc<LateClock>,
    address: SocketAddr,
    /// The longest that an answer is on its way, in milliseconds.
    answer_max: u64,
    tasks: [JoinHandle<()>; 2],
}

/// An account at each provider, which tells of what comes in at `program`.
fn config(program: SocketAddr) -> Config {
    let number = |number: &str, line: &str| BusinessNumber {
        number: number.into(),
        name: "Front desk".into(),
        sms_url: Some(format!("http://{program}/webhooks/twilio/{line}/messages{OVERRIDES}")),
        sms_fallback_url: None,
    };
    let of_telnyx = BusinessNumber { number: TELNYX_NUMBER.into(), ..BusinessNumber::default() };
    let whatsapp = number(&format!("whatsapp:{NUMBER}"), "whatsapp");
    let mail = format!("http://{program}/webhooks/resend/mail");
    Config {
        numbers: vec![number(NUMBER, "main"), whatsapp, of_telnyx],
        telnyx: Some(telnyx(Some(format!("http://{program}/webhooks/telnyx/telnyx")))),
        resend: Some(ResendAccount { per_second: None, ..ResendAccount::demo(MAILBOX, Some(mail)) }),
        timing: TIMING,
        ..Config::account(ACCOUNT, TOKEN)
    }
}

fn telnyx(webhook_url: Option<String>) -> TelnyxAccount {
    TelnyxAccount::demo(TELNYX_NUMBER, webhook_url)
}

/// The lines that lead to these accounts, as the program's configuration has them.
pub(crate) fn lines(carrier: SocketAddr) -> String {
    let telnyx = telnyx(None);
    let resend = ResendAccount::demo(MAILBOX, None);
    let line = |slug: &str, address: &str, account: &str| {
        format!(
            "[[lines]]\nslug = \"{slug}\"\naddress = \"{address}\"\nbase_url = \"http://{carrier}\"\n\
             per_second = \"unlimited\"\nper_minute = \"unlimited\"\n{account}\n"
        )
    };
    let twilio = format!("account_sid = \"{ACCOUNT}\"\nauth_token = \"{TOKEN}\"");
    let of_telnyx = format!(
        "provider = \"telnyx\"\napi_key = \"{}\"\npublic_key = \"{}\"",
        telnyx.api_key,
        telnyx.public_key()
    );
    let of_resend = format!(
        "provider = \"resend\"\napi_key = \"{}\"\nwebhook_secret = \"{}\"",
        resend.api_key, resend.webhook_secret
    );
    [
        line("main", NUMBER, &twilio),
        line("whatsapp", NUMBER, &format!("channel = \"whatsapp\"\n{twilio}")),
        line("telnyx", TELNYX_NUMBER, &of_telnyx),
        line("mail", MAILBOX, &of_resend),
    ]
    .concat()
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Carrier {
    /// A carrier that tells of texts at `program`, in fair weather. In any other, an answer takes up to
    /// `answer_max` milliseconds: the longer, the more sends are open at any moment.
    pub(crate) async fn start(chance: &Chance, program: SocketAddr, answer_max: u64) -> Self {
        let clock = Arc::new(LateClock::default());
        let ambient = chance.ambient_at(clock.clone());
        let simulator = Simulator::new(config(program), ambient).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (api, work) = (simulator.clone(), simulator.clone());
        let tasks = [
            tokio::spawn(async move { api.serve(listener, std::future::pending()).await.unwrap() }),
            tokio::spawn(async move { work.run(std::future::pending()).await }),
        ];
        Carrier { simulator, clock, address, answer_max, tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// New weather: one time in five fair, else anything that carriers do.
    pub(crate) fn storm(&self, chance: &Chance) {
        let faults = if chance.happens(0.2) { self.late() } else { self.stormy(chance) };
        self.simulator.set_faults(faults).unwrap();
    }

    /// Bad weather for what is sent, but no text is lost that only a later look at the list could find.
    pub(crate) fn clear_up(&self, chance: &Chance) {
        let faults =
            Faults { hang_answer_rate: 0.0, webhook_loss_rate: 0.0, list_lag_ms: 0, ..self.stormy(chance) };
        self.simulator.set_faults(faults).unwrap();
    }

    /// No faults, but each answer takes its time.
    pub(crate) fn answer_late(&self) {
        self.simulator.set_faults(self.late()).unwrap();
    }

    /// No more faults.
    pub(crate) fn be_fair(&self) {
        self.simulator.set_faults(Faults::default()).unwrap();
    }

    /// Everything that went `way`, in the order in which it was accepted.
    pub(crate) fn ledger(&self, way: Way) -> Vec<LedgerItem> {
        let all = self.simulator.ledger(0, usize::MAX);
        all.into_iter().filter(|item| item.direction == way).collect()
    }

    fn late(&self) -> Faults {
        let answer_latency_ms = Span { min: self.answer_max / 2, max: self.answer_max };
        Faults { answer_latency_ms, ..Faults::default() }
    }

    fn stormy(&self, chance: &Chance) -> Faults {
        let outcome = match chance.between(0, 9) {
            0 => Outcome::Undelivered,
            1 => Outcome::Failed,
            _ => Outcome::Delivered,
        };
        Faults {
            latency_ms: Span { min: 0, max: chance.between(0, 300) },
            throttle_rate: 0.02,
            error_before_rate: 0.02,
            error_after_rate: 0.05,
            drop_answer_rate: 0.1,
            hang_answer_rate: 0.01,
            garbled_answer_rate: 0.05,
            callback_loss_rate: 0.15,
            callback_double_rate: 0.2,
            callback_reorder_rate: 0.2,
            // Some tell of a message before the answer does, some long after a kill in between.
            callback_delay_ms: Span { min: 0, max: chance.between(0, self.answer_max.max(400)) },
            webhook_loss_rate: 0.03,
            webhook_double_rate: 0.1,
            // Shorter than the waits of the look-ups together, as an owner would choose those.
            list_lag_ms: chance.between(0, 500),
            outcome,
            ..self.late()
        }
    }
}
