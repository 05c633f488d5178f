//! Status callbacks: who is told that a message changed its state, with which parameters, and how often.

use std::time::Duration;

use trunkline_domain::ambient::Ambient;

use crate::faults::{Faults, happens};
use crate::record::{CallbackEntry, Record, Status};
use crate::simulator::Simulator;
use crate::telnyx;
use crate::webhook::{Call, Params};
use crate::whatsapp;

/// What happens to one callback.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fate {
    lost: bool,
    doubled: bool,
    delay: Duration,
}

impl Fate {
    pub(crate) fn draw(faults: &Faults, ambient: &Ambient) -> Self {
        Fate {
            lost: happens(ambient, faults.callback_loss_rate),
            doubled: happens(ambient, faults.callback_double_rate),
            delay: faults.callback_delay_ms.draw(ambient),
        }
    }
}

/// A callback to be made.
#[derive(Clone, Debug)]
pub(crate) struct Callback {
    sid: String,
    status: Status,
    url: String,
    news: News,
    fate: Fate,
}

/// What is told, as the provider writes it.
#[derive(Clone, Debug)]
enum News {
    Form(Params),
    Event(telnyx::Event),
}

/// The callback that tells the present state of `record`, if anyone wants to know.
pub(crate) fn prepare(simulator: &Simulator, record: &Record, fate: Fate) -> Option<Callback> {
    let (url, news) = if record.telnyx {
        let event = telnyx::status_event(simulator, record)?;
        (event.url().to_owned(), News::Event(event))
    } else {
        (record.status_callback.clone()?, News::Form(params(record, &simulator.config().account_sid)))
    };
    Some(Callback { sid: record.sid.clone(), status: record.status, url, news, fate })
}

/// The account's connection to WhatsApp. Made up.
const INSTALLATION: &str = "XE5d0c6a1f3b9e4827a65f10c2d48b7e93";

/// The parameters of a status callback (Twilio, Track outbound message status).
fn params(record: &Record, account_sid: &str) -> Params {
    let status = record.status.as_str();
    let mut params = vec![
        ("MessageSid", record.sid.clone()),
        ("SmsSid", record.sid.clone()),
        ("MessageStatus", status.to_owned()),
        ("SmsStatus", status.to_owned()),
        ("AccountSid", account_sid.to_owned()),
        ("From", record.from.clone().unwrap_or_default()),
        ("To", record.to.clone()),
        ("ApiVersion", crate::api::VERSION.to_owned()),
    ];
    params.extend(record.service.clone().map(|service| ("MessagingServiceSid", service)));
    params.extend(record.error_code.map(|code| ("ErrorCode", code.to_string())));
    if whatsapp::is_address(&record.to) {
        params.push(("ChannelPrefix", "whatsapp".to_owned()));
        params.push(("ChannelInstallSid", INSTALLATION.to_owned()));
        params.extend(record.error_code.map(|code| ("ChannelStatusMessage", format!("Error {code}"))));
    }
    if record.status == Status::Read {
        params.push(("EventType", "READ".to_owned()));
    }
    params.extend(receipt_time(record).map(|time| ("RawDlrDoneDate", time)));
    params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// When the carrier's receipt was made, as `YYMMDDhhmm`.
fn receipt_time(record: &Record) -> Option<String> {
    let has_receipt = matches!(record.status, Status::Delivered | Status::Undelivered);
    let at = record.ended_at.filter(|_| has_receipt && !whatsapp::is_address(&record.to))?;
    Some(at.to_jiff().strftime("%y%m%d%H%M").to_string())
}

/// Makes `callbacks`, each after the one before is over.
pub(crate) async fn make(simulator: &Simulator, callbacks: Vec<Callback>) {
    for callback in callbacks {
        tokio::time::sleep(callback.fate.delay).await;
        if callback.fate.lost {
            note(simulator, &callback, 0, None);
            continue;
        }
        for copy in 0..=u32::from(callback.fate.doubled) {
            deliver(simulator, &callback, copy).await;
        }
    }
}

async fn deliver(simulator: &Simulator, callback: &Callback, copy: u32) {
    let subject = format!("callback {} {} {copy}", callback.sid, callback.status.as_str());
    let token = simulator.world().names.token(&subject);
    match &callback.news {
        News::Form(params) => {
            let call = Call { url: &callback.url, params, token };
            let outcome = simulator.courier().deliver(&call).await;
            note(simulator, callback, outcome.attempts, outcome.status());
        }
        News::Event(event) => {
            let outcome = telnyx::deliver(simulator, event).await;
            note(simulator, callback, outcome.attempts, outcome.status);
        }
    }
}

fn note(simulator: &Simulator, callback: &Callback, attempts: u32, answered_status: Option<u16>) {
    let entry = CallbackEntry {
        status: callback.status,
        url: callback.url.clone(),
        attempts,
        answered_status,
        at: simulator.ambient().now(),
    };
    simulator.change(&callback.sid, |record| record.callbacks.push(entry));
}
