//! Customers on every channel: each writes by one, and is answered by it.

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use trunkline_simulator::{Extras, NewMail};

use crate::carrier::{Carrier, MAILBOX, NUMBER, TELNYX_NUMBER};

/// By what a customer writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Text,
    TextByTelnyx,
    Whatsapp,
    Email,
}

const CHANNELS: [Channel; 4] = [Channel::Text, Channel::TextByTelnyx, Channel::Whatsapp, Channel::Email];

/// Somebody with a phone or a mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) channel: Channel,
    /// A number or an address for email.
    pub(crate) address: String,
}

/// Something that a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) channel: Channel,
    pub(crate) body: String,
    /// By the carrier's clock.
    pub(crate) at: Timestamp,
}

impl Customer {
    /// So many on every channel.
    pub(crate) fn on_every_channel(carrier: &Carrier, each: usize) -> Vec<Customer> {
        let customer = |channel: Channel, number: usize| {
            let name = format!("{channel:?} {number}");
            let address = match channel {
                Channel::Email => format!("customer{number}@example.net"),
                _ => carrier.simulator.add_phone(&name, None).unwrap().number,
            };
            Customer { channel, address }
        };
        CHANNELS.iter().flat_map(|channel| (0..each).map(move |number| customer(*channel, number))).collect()
    }

    /// Writes something that nobody else writes.
    pub(crate) fn write(&self, carrier: &Carrier, words: &str) -> Word {
        let (simulator, from) = (&carrier.simulator, &self.address);
        let body = format!("{words}, {from}");
        let text = |to: &str| simulator.text(from, to, &body, &[]).unwrap().at;
        let at = match self.channel {
            Channel::Text => text(NUMBER),
            Channel::TextByTelnyx => text(TELNYX_NUMBER),
            Channel::Whatsapp => {
                simulator.write(from, &format!("whatsapp:{NUMBER}"), &body, Extras::default()).unwrap().at
            }
            Channel::Email => self.mail(carrier, &body),
        };
        Word { channel: self.channel, body, at }
    }

    fn mail(&self, carrier: &Carrier, text: &str) -> Timestamp {
        let mail = NewMail {
            from: self.address.clone(),
            to: Some(MAILBOX.into()),
            subject: Some("A question".into()),
            text: text.into(),
            ..NewMail::default()
        };
        carrier.simulator.mail(mail).unwrap().at
    }

    /// An answer to them, at once or later, as the API takes it; no other has the same words.
    pub(crate) fn answer(&self, words: &str, at: Option<Timestamp>) -> Value {
        let channel = match self.channel {
            Channel::Text | Channel::TextByTelnyx => "sms",
            Channel::Whatsapp => "whatsapp",
            Channel::Email => "email",
        };
        json!({ "to": self.address, "channel": channel, "body": format!("{words}, {}", self.address), "send_at": at })
    }

    /// What they were told, as often as they were.
    pub(crate) fn told(&self, carrier: &Carrier) -> Vec<String> {
        match self.channel {
            Channel::Email => {
                let mails = carrier.simulator.mails_of(&self.address).into_iter();
                mails.filter(|mail| mail.received).map(|mail| mail.text.unwrap_or_default()).collect()
            }
            _ => {
                let all = carrier.simulator.phone_messages(&self.address).into_iter();
                all.filter(|message| message.to == self.address).map(|message| message.body).collect()
            }
        }
    }
}
