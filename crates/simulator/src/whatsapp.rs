//! What WhatsApp has that texts have not: addresses with the channel before them, taps, places, quotes, read
//! receipts, and the window that opens when a customer writes (Twilio, WhatsApp).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trunkline_domain::time::Timestamp;

use crate::callbacks::{self, Fate};
use crate::record::{Direction, Record, Status};
use crate::simulator::{ControlError, Simulator, Work};
use crate::world::World;

const PREFIX: &str = "whatsapp:";

/// How long a customer's message lets the business write freely.
const WINDOW: Duration = Duration::from_secs(86_400);

/// Whether this is an address of WhatsApp's.
pub(crate) fn is_address(address: &str) -> bool {
    address.starts_with(PREFIX)
}

/// The number in an address, whatever its channel.
pub(crate) fn number_in(address: &str) -> &str {
    address.strip_prefix(PREFIX).unwrap_or(address)
}

/// A number as WhatsApp's address.
pub(crate) fn address_of(number: &str) -> String {
    format!("{PREFIX}{number}")
}

/// How a message travels, seen from a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// As a text.
    Sms,
    /// By WhatsApp.
    Whatsapp,
}

impl Via {
    /// By what a message with this address travels.
    pub(crate) fn of(address: &str) -> Via {
        if is_address(address) { Via::Whatsapp } else { Via::Sms }
    }
}

/// What a message carries beside text and files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extras {
    /// The quick reply that the customer tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tap: Option<Button>,
    /// The place that the customer sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    /// The SID of the message that the customer answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The customer passed it on from another chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// The quick replies under a message of the business.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// The template it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A quick reply: what stands on it, and the id that goes back with a tap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What stands on it.
    pub title: String,
    /// What the business knows it by.
    #[serde(default)]
    pub id: Option<String>,
}

/// A place on the map, in degrees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// North.
    pub latitude: f64,
    /// East.
    pub longitude: f64,
    /// The street.
    #[serde(default)]
    pub address: Option<String>,
    /// What it is called.
    #[serde(default)]
    pub label: Option<String>,
}

/// A template of the account, and what WhatsApp says of it.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) sid: String,
    pub(crate) friendly_name: String,
    pub(crate) language: String,
    pub(crate) variables: Value,
    pub(crate) types: Value,
    pub(crate) created_at: Timestamp,
    /// As it was submitted.
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) status: String,
    pub(crate) rejection: String,
}

impl Content {
    /// What the recipient reads, and the quick replies under it. A value that is not given is its example.
    pub(crate) fn rendered(&self, given: &Map<String, Value>) -> (String, Vec<Button>) {
        let content =
            self.types.as_object().and_then(|types| types.values().next()).cloned().unwrap_or_default();
        let mut text = content.get("body").and_then(Value::as_str).unwrap_or_default().to_owned();
        let examples = self.variables.as_object().into_iter().flatten();
        for (name, value) in given.iter().chain(examples) {
            text = text.replace(&format!("{{{{{name}}}}}"), value.as_str().unwrap_or_default());
        }
        let actions = content.get("actions").and_then(Value::as_array).into_iter().flatten();
        let word = |action: &Value, name: &str| action.get(name).and_then(Value::as_str).map(str::to_owned);
        let buttons = actions
            .filter_map(|action| Some(Button { title: word(action, "title")?, id: word(action, "id") }));
        (text, buttons.collect())
    }
}

impl Simulator {
    /// WhatsApp decides on every template that was submitted: `approved`, or `rejected` for a reason. Returns how
    /// many that were.
    pub fn decide_templates(&self, rejection: Option<&str>) -> usize {
        let mut world = self.world();
        let waiting = world.contents.iter_mut().filter(|content| content.status == "received");
        let mut decided = 0;
        for content in waiting {
            content.status = if rejection.is_some() { "rejected" } else { "approved" }.to_owned();
            content.rejection = rejection.unwrap_or_default().to_owned();
            decided += 1;
        }
        decided
    }
}

/// Whether the business may write freely: the customer wrote to this sender within a day.
pub(crate) fn is_window_open(world: &World, sender: &str, customer: &str, now: Timestamp) -> bool {
    let messages = world.with_address(customer).iter().rev().filter_map(|n| world.numbered(*n));
    let theirs = |record: &&Record| record.direction == Direction::Inbound && record.to == sender;
    messages.filter(theirs).take(1).any(|last| now < last.accepted_at.plus(WINDOW))
}

/// Whether a message may not leave: words of the business's own, and the window is closed.
pub(crate) fn is_outside_window(world: &World, record: &Record, now: Timestamp) -> bool {
    let Some(sender) = record.from.as_deref().filter(|_| is_address(&record.to)) else { return false };
    record.extras.content.is_none() && !is_window_open(world, sender, &record.to, now)
}

/// What a webhook says of a WhatsApp message beside what texts have (Twilio, Webhook request parameters).
pub(crate) fn params(
    record: &Record,
    name: Option<&str>,
    sender_of_quoted: Option<&str>,
) -> Vec<(String, String)> {
    let Extras { tap, location, reply_to, forwarded, .. } = &record.extras;
    let kind = match (tap, location) {
        (Some(_), _) => "button",
        (None, Some(_)) => "location",
        (None, None) if record.media.is_empty() => "text",
        (None, None) => "image",
    };
    let mut params = vec![
        ("WaId", number_in(record.phone()).trim_start_matches('+').to_owned()),
        ("MessageType", kind.into()),
    ];
    params.extend(name.map(|name| ("ProfileName", name.to_owned())));
    if let Some(Button { title, id }) = tap {
        params.push(("ButtonText", title.clone()));
        params.push(("ButtonType", "REPLY".into()));
        params.extend(id.clone().map(|id| ("ButtonPayload", id)));
    }
    if let Some(place) = location {
        params.push(("Latitude", place.latitude.to_string()));
        params.push(("Longitude", place.longitude.to_string()));
        params.extend(place.address.clone().map(|address| ("Address", address)));
        params.extend(place.label.clone().map(|label| ("Label", label)));
    }
    if let Some(sid) = reply_to {
        params.push(("OriginalRepliedMessageSid", sid.clone()));
        params.extend(sender_of_quoted.map(|from| ("OriginalRepliedMessageSender", from.to_owned())));
    }
    if *forwarded {
        params.push(("Forwarded", "true".into()));
    }
    params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Simulator {
    /// A customer looks at what the business wrote by WhatsApp: everything that arrived there is read, and the
    /// business is told. Returns how many messages that were.
    ///
    /// # Errors
    ///
    /// When one of the two is no number.
    pub fn read(&self, phone: &str, sender: &str) -> Result<usize, ControlError> {
        for number in [phone, sender] {
            if !crate::simulator::is_e164(number) {
                return Err(ControlError::InvalidNumber(number.to_owned()));
            }
        }
        let (phone, sender) = (address_of(phone), address_of(sender));
        let unread: Vec<(String, Fate)> = {
            let world = self.world();
            let messages = world.with_address(&phone).iter().filter_map(|n| world.numbered(*n));
            let unread = messages.filter(|record| {
                record.status == Status::Delivered
                    && record.to == phone
                    && record.from.as_deref() == Some(sender.as_str())
            });
            unread.map(|record| (record.sid.clone(), Fate::draw(&world.faults, self.ambient()))).collect()
        };
        for (sid, fate) in &unread {
            let Some(record) = self.change(sid, |record| record.status = Status::Read) else { continue };
            self.announce(&record);
            self.push(Work::Callbacks(callbacks::prepare(self, &record, *fate).into_iter().collect()));
        }
        Ok(unread.len())
    }
}
