//! Delivery: everything that leaves, leaves once.
//!
//! * `request.rs` says what may be asked for, `target.rs` whom it is for, by which line and when, and
//!   `enqueue.rs` accepts it: gate, idempotency, message and job in one transaction; `filling.rs` gives it its
//!   text if it names a template, `best_time.rs` the hour; `change.rs` takes it back or changes it;
//! * `send.rs` is the job that hands it to the provider: `plan.rs` asks the gate and writes the intent down, one
//!   request is made, `record.rs` writes down what came of it;
//! * `lookup.rs` asks the provider about a message in doubt, before anything is sent again;
//! * `report.rs` takes what providers say of a message, by callback or by poll, in any order;
//! * `settle.rs` is the job that asks what became of a message whose callbacks stay out;
//! * `pace.rs` keeps each line to its rate and opens its breaker;
//! * `hand_over/` hands planned messages to a provider that keeps them until their time;
//! * `insist.rs` writes down what a provider said, however long the database is away;
//! * `gate.rs` asks the gate, with what it wants to know of the past;
//! * `mail.rs` gives an email what it has beside its text;
//! * `follow_up.rs` plans what follows from any of these; `letters.rs` is the list of what failed;
//! * `unsubscribe.rs` is the page behind the link in offers;
//! * `api/` are the doors.
//!
//! The decisions are made by the machine in `trunkline_domain::message`; this room carries them out. It
//! promises that a message in doubt is never sent again blindly, and that no message reaches a provider
//! without passing the gate. Below its doors it must not know the web, and nowhere a provider's wire format.

pub(crate) mod api;
mod attempts;
mod best_time;
mod change;
mod enqueue;
mod files;
mod filling;
mod follow_up;
mod gate;
mod hand_over;
mod insist;
mod letters;
mod lookup;
mod mail;
mod pace;
mod plan;
mod record;
mod report;
mod request;
mod send;
mod settle;
mod target;
#[cfg(test)]
mod tests;
mod unsubscribe;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::message::Timing;
use trunkline_store::Store;

pub(crate) use change::{answered, reconsider, silence_personas};
pub(crate) use enqueue::accept;
pub(crate) use hand_over::recheck_address;
pub(crate) use lookup::whole;
pub(crate) use pace::{Pace, pause, rests};
pub(crate) use report::{Report, report};
pub(crate) use request::{Accepted, By, Recipient, Refusal, Request, When};
pub(crate) use unsubscribe::router as unsubscribe_router;

use crate::email::Marks;
use crate::events::Events;
use crate::jobs::{Handlers, Jobs, Node};
use crate::lines::{Line, Lines};

/// The kind of the job that sends a message.
const SEND_JOB: &str = "send";
/// The kind of the job that asks what became of one.
const SETTLE_JOB: &str = "settle";

/// What delivery needs.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) lines: Lines,
    pub(crate) timing: Timing,
    pub(crate) callbacks: CallbackUrls,
    pub(crate) marks: Marks,
    pub(crate) media: crate::media::Media,
    pub(crate) default_country: Option<trunkline_domain::phone::CountryCode>,
}

impl Delivery {
    /// Where the provider fetches the files of a message that leaves at `at`.
    fn media_urls(
        &self,
        message: &crate::inbox::messages::Message,
        at: trunkline_domain::time::Timestamp,
    ) -> Vec<String> {
        message.media.iter().filter_map(|item| self.media.for_provider(&item.url, at)).collect()
    }
}

/// Where providers report on a message, with a mark that only we can make.
#[derive(Clone)]
pub(crate) struct CallbackUrls {
    pub(crate) base_url: String,
    pub(crate) key: trunkline_providers::Secret,
}

impl CallbackUrls {
    /// The address for one attempt: it carries our id of the message, so that even a callback that arrives
    /// before the provider's answer, or after our death, finds the message.
    pub(crate) fn for_attempt(
        &self,
        line: &Line,
        message: trunkline_domain::ids::MessageId,
        attempt: u32,
    ) -> String {
        let (base, path) = (self.base_url.trim_end_matches('/'), &line.reports_path);
        format!("{base}{path}?m={message}&n={attempt}&t={}", self.mark(message, attempt))
    }

    /// Whether `mark` is ours for this message and attempt.
    pub(crate) fn is_ours(
        &self,
        message: trunkline_domain::ids::MessageId,
        attempt: u32,
        mark: &str,
    ) -> bool {
        use subtle::ConstantTimeEq;
        self.mark(message, attempt).as_bytes().ct_eq(mark.as_bytes()).into()
    }

    fn mark(&self, message: trunkline_domain::ids::MessageId, attempt: u32) -> String {
        use hmac::{KeyInit, Mac};
        // HMAC takes a key of any length, so this cannot fail; an empty mark would match nothing anyway.
        let Ok(mut mac) = hmac::Hmac::<sha2::Sha256>::new_from_slice(self.key.expose().as_bytes()) else {
            return String::new();
        };
        mac.update(format!("{message}/{attempt}").as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

/// Accepts one message to a person nobody wrote to before.
#[cfg(feature = "bench")]
pub(crate) async fn enqueue_for_bench(delivery: Delivery, number: usize) -> anyhow::Result<()> {
    let request = request::Request::new(
        request::Recipient::Phone(format!("+1415{number:07}")),
        format!("{:0>120}", number),
        trunkline_domain::message::Purpose::Reply,
        ("bench".to_owned(), number.to_string()),
    );
    match enqueue::enqueue(&delivery, request).await? {
        request::Accepted::New(_) => Ok(()),
        other => anyhow::bail!("message {number} was not accepted: {other:?}"),
    }
}

/// Registers the jobs of this room.
pub(crate) fn handlers(delivery: &Delivery, pace: &Pace, node: &Node, handlers: &mut Handlers) {
    let sender = send::Sender::new(delivery, pace, node);
    handlers.add(SEND_JOB, move |job| sender.clone().run(job));
    hand_over::handlers(delivery, pace, node, handlers);
    let settler = delivery.clone();
    handlers.add(SETTLE_JOB, move |job| settle::run(settler.clone(), job));
}
