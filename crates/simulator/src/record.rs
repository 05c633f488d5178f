//! One message as the carrier keeps it.

use serde::{Deserialize, Serialize};
use trunkline_domain::segments::Segments;
use trunkline_domain::time::Timestamp;

use crate::whatsapp::Extras;

/// A message and all that happened to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Position in the ledger, from 1.
    pub(crate) n: u64,
    pub(crate) sid: String,
    /// It is Telnyx's, and `sid` is an id as Telnyx makes them.
    #[serde(default)]
    pub(crate) telnyx: bool,
    pub(crate) direction: Direction,
    /// Nothing until a messaging service has chosen a sender.
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) body: String,
    /// The body is kept for the ledger and the phone, but the API no longer shows it.
    pub(crate) redacted: bool,
    /// The API no longer knows the message.
    pub(crate) deleted: bool,
    pub(crate) media: Vec<Medium>,
    pub(crate) segments: u32,
    pub(crate) service: Option<String>,
    pub(crate) status: Status,
    pub(crate) error_code: Option<u32>,
    pub(crate) status_callback: Option<String>,
    /// Asked when `status_callback` fails (Telnyx, `webhook_failover_url`).
    #[serde(default)]
    pub(crate) failover_callback: Option<String>,
    /// When a scheduled message is to leave.
    pub(crate) send_at: Option<Timestamp>,
    /// Seconds it may wait before it leaves.
    pub(crate) validity_s: Option<u32>,
    pub(crate) accepted_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) sent_at: Option<Timestamp>,
    /// When it reached the final state.
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) callbacks: Vec<CallbackEntry>,
    pub(crate) webhook: Option<WebhookEntry>,
    /// The webhook is over, or there was none to call.
    pub(crate) told: bool,
    /// What WhatsApp adds.
    #[serde(default)]
    pub(crate) extras: Extras,
    /// Until when the phone shows that the business is writing an answer.
    #[serde(skip)]
    pub(crate) typing_until: Option<Timestamp>,
}

/// A file that came with a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Medium {
    pub(crate) sid: String,
    pub(crate) url: String,
    pub(crate) content_type: String,
}

/// Which way a message went and who asked for it, in Twilio's words (Message resource, direction).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From a phone.
    Inbound,
    /// To a phone, created through the API.
    OutboundApi,
    /// To a phone, as the answer to an inbound text: by TwiML or by the carrier's keyword handling.
    OutboundReply,
}

impl Direction {
    /// The word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::OutboundApi => "outbound-api",
            Direction::OutboundReply => "outbound-reply",
        }
    }
}

/// Twilio's message states (Message resource, status values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A service took it and looks for a sender.
    Accepted,
    /// Waits for its time.
    Scheduled,
    /// Has a sender and waits to leave.
    Queued,
    /// On its way to the nearest carrier.
    Sending,
    /// The nearest carrier took it.
    Sent,
    /// It arrived.
    Delivered,
    /// It was read, as far as WhatsApp tells.
    Read,
    /// It did not arrive.
    Undelivered,
    /// It could not be sent.
    Failed,
    /// It was stopped before it left.
    Canceled,
    /// It came from a phone.
    Received,
}

impl Status {
    /// The word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Accepted => "accepted",
            Status::Scheduled => "scheduled",
            Status::Queued => "queued",
            Status::Sending => "sending",
            Status::Sent => "sent",
            Status::Delivered => "delivered",
            Status::Read => "read",
            Status::Undelivered => "undelivered",
            Status::Failed => "failed",
            Status::Canceled => "canceled",
            Status::Received => "received",
        }
    }

    /// Whether nothing follows it by itself. On WhatsApp, what was delivered may be read later.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Status::Delivered
                | Status::Read
                | Status::Undelivered
                | Status::Failed
                | Status::Canceled
                | Status::Received
        )
    }

    /// Whether the message has not left yet, so that it can be stopped.
    pub(crate) const fn is_waiting(self) -> bool {
        matches!(self, Status::Accepted | Status::Scheduled | Status::Queued)
    }
}

/// One status callback as it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackEntry {
    /// The state it told.
    pub status: Status,
    /// Where to.
    pub url: String,
    /// Requests made; 0 for a callback that was lost on purpose.
    pub attempts: u32,
    /// The last answer's HTTP status, if there was one.
    pub answered_status: Option<u16>,
    /// When it was over.
    pub at: Timestamp,
}

/// The webhook of an inbound text as it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEntry {
    /// Requests made, over all URLs; 0 for a webhook that was lost on purpose.
    pub attempts: u32,
    /// The last answer's HTTP status, if there was one.
    pub answered_status: Option<u16>,
    /// Whether the fallback URL was asked.
    pub used_fallback: bool,
    /// What Twilio's debugger would show: 11200 for an HTTP failure, 12100 for a bad document, and so on.
    pub error_code: Option<u32>,
}

impl Record {
    /// What the price is once the message has ended: nothing is charged for one that never left.
    pub(crate) fn price(&self) -> Option<String> {
        const PER_SEGMENT: f64 = 0.0079;
        let charged =
            matches!(self.status, Status::Delivered | Status::Read | Status::Undelivered | Status::Received);
        charged.then(|| format!("-{:.5}", PER_SEGMENT * f64::from(self.segments.max(1))))
    }

    /// Settles which number a service's message leaves from, and with it what the message costs.
    pub(crate) fn choose_sender(&mut self, sender: Option<String>) {
        if self.from.is_none() && sender.is_some() {
            self.from = sender;
            self.segments = Segments::of(&self.body).count();
        }
    }

    /// Whether the phone at the other end shows it.
    pub(crate) fn is_on_phone(&self) -> bool {
        matches!(self.status, Status::Delivered | Status::Read | Status::Received)
    }

    /// The customer's number, whichever way the message went.
    pub(crate) fn phone(&self) -> &str {
        match self.direction {
            Direction::Inbound => self.from.as_deref().unwrap_or_default(),
            Direction::OutboundApi | Direction::OutboundReply => &self.to,
        }
    }
}
