//! The ways a carrier can misbehave, and the draws that decide when it does.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trunkline_domain::ambient::Ambient;

/// How the carrier misbehaves. The default is a perfect carrier. Rates go from 0 (never) to 1 (always).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// How long every request to the API waits before it is looked at.
    pub latency_ms: Span,
    /// How long a create that was accepted waits for its answer. Whoever dies in the meantime does not know.
    pub answer_latency_ms: Span,
    /// Creates and cancels answered 429 with `Retry-After` and not processed.
    pub throttle_rate: f64,
    /// Creates and cancels answered 500 and not processed.
    pub error_before_rate: f64,
    /// Creates and cancels answered 500 although they were done.
    pub error_after_rate: f64,
    /// Creates and cancels done, with the connection then closed instead of an answer.
    pub drop_answer_rate: f64,
    /// Creates and cancels done and never answered.
    pub hang_answer_rate: f64,
    /// Creates and cancels done and answered with a body nobody can read.
    pub garbled_answer_rate: f64,
    /// Status callbacks that are never made.
    pub callback_loss_rate: f64,
    /// Status callbacks made twice, the second with an idempotency token of its own.
    pub callback_double_rate: f64,
    /// Messages whose earlier callbacks arrive after the last one.
    pub callback_reorder_rate: f64,
    /// How much later than the change of state a callback is made.
    pub callback_delay_ms: Span,
    /// Inbound texts whose webhook is never called; they are found only by listing.
    pub webhook_loss_rate: f64,
    /// Inbound texts whose webhook is called twice, the second with a token of its own.
    pub webhook_double_rate: f64,
    /// How long an accepted message stays out of lists.
    pub list_lag_ms: u64,
    /// Messages that stay `sent`, as when a carrier gives no receipts.
    pub never_delivered_rate: f64,
    /// How messages end.
    pub outcome: Outcome,
    /// The error code of `undelivered` and `failed`, otherwise a usual one.
    pub error_code: Option<u32>,
    /// Requests the API handles at once before it answers 429 / 20429; nothing or 0 is no limit.
    pub concurrency_max: Option<u32>,
    /// What happens to whoever asks for a file.
    pub media: Option<MediaFault>,
}

/// What happens to a request for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaFault {
    /// 404, as after the time of retention.
    NotFound,
    /// 500.
    Error,
    /// A web page that says it is a picture.
    WrongType,
    /// It begins and never ends.
    Endless,
    /// It begins and does not go on.
    Stalled,
    /// It leads to an address where a cloud keeps its machines' keys.
    RedirectPrivate,
    /// It leads to itself.
    RedirectLoop,
}

/// A time drawn evenly from `min` to `max`, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Span {
    /// The shortest.
    pub min: u64,
    /// The longest.
    pub max: u64,
}

/// How messages end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The handset confirmed.
    #[default]
    Delivered,
    /// The carrier took it and later reported that it did not arrive.
    Undelivered,
    /// It never left.
    Failed,
}

/// What happens to one request to create a message, or to cancel one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreateFault {
    /// Nothing: a request between two faulty ones.
    None,
    /// See [`Faults::throttle_rate`].
    Throttle,
    /// See [`Faults::error_before_rate`].
    ErrorBefore,
    /// See [`Faults::error_after_rate`].
    ErrorAfter,
    /// See [`Faults::drop_answer_rate`].
    DropAnswer,
    /// See [`Faults::hang_answer_rate`].
    HangAnswer,
    /// See [`Faults::garbled_answer_rate`].
    GarbledAnswer,
}

impl CreateFault {
    /// Whether it keeps the request from being processed at all.
    pub(crate) fn is_before(self) -> bool {
        matches!(self, CreateFault::Throttle | CreateFault::ErrorBefore)
    }
}

/// What is wrong with a set of faults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct InvalidFaults {
    /// The field at fault.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Ten minutes: longer than any time-out a fault could be meant to reach.
const LONGEST_MS: u64 = 600_000;

impl Faults {
    /// Checks rates and times.
    ///
    /// # Errors
    ///
    /// Names the first field out of range.
    pub fn validate(&self) -> Result<(), InvalidFaults> {
        let rate_is_off = |rate: f64| !(0.0..=1.0).contains(&rate);
        let span_is_off = |span: Span| span.min > span.max || span.max > LONGEST_MS;
        if let Some((field, _)) = self.rates().into_iter().find(|&(_, rate)| rate_is_off(rate)) {
            return Err(InvalidFaults { field, problem: "a rate goes from 0 to 1" });
        }
        let lag = Span { min: 0, max: self.list_lag_ms };
        let spans = [
            ("latency_ms", self.latency_ms),
            ("answer_latency_ms", self.answer_latency_ms),
            ("callback_delay_ms", self.callback_delay_ms),
            ("list_lag_ms", lag),
        ];
        match spans.into_iter().find(|&(_, span)| span_is_off(span)) {
            Some((field, _)) => {
                Err(InvalidFaults { field, problem: "min must not exceed max, nor max 600000 ms" })
            }
            None => Ok(()),
        }
    }

    fn rates(&self) -> [(&'static str, f64); 12] {
        [
            ("throttle_rate", self.throttle_rate),
            ("error_before_rate", self.error_before_rate),
            ("error_after_rate", self.error_after_rate),
            ("drop_answer_rate", self.drop_answer_rate),
            ("hang_answer_rate", self.hang_answer_rate),
            ("garbled_answer_rate", self.garbled_answer_rate),
            ("callback_loss_rate", self.callback_loss_rate),
            ("callback_double_rate", self.callback_double_rate),
            ("callback_reorder_rate", self.callback_reorder_rate),
            ("webhook_loss_rate", self.webhook_loss_rate),
            ("webhook_double_rate", self.webhook_double_rate),
            ("never_delivered_rate", self.never_delivered_rate),
        ]
    }

    /// Draws what keeps a request from being processed.
    pub(crate) fn draw_before(&self, ambient: &Ambient) -> CreateFault {
        first_hit(
            ambient,
            [(self.throttle_rate, CreateFault::Throttle), (self.error_before_rate, CreateFault::ErrorBefore)],
        )
    }

    /// Draws what happens to the answer to what was done.
    pub(crate) fn draw_after(&self, ambient: &Ambient) -> CreateFault {
        first_hit(
            ambient,
            [
                (self.error_after_rate, CreateFault::ErrorAfter),
                (self.drop_answer_rate, CreateFault::DropAnswer),
                (self.hang_answer_rate, CreateFault::HangAnswer),
                (self.garbled_answer_rate, CreateFault::GarbledAnswer),
            ],
        )
    }
}

fn first_hit<const N: usize>(ambient: &Ambient, choices: [(f64, CreateFault); N]) -> CreateFault {
    choices
        .into_iter()
        .find(|&(rate, _)| happens(ambient, rate))
        .map_or(CreateFault::None, |(_, fault)| fault)
}

/// Whether something with this rate happens now. A rate of 0 draws nothing, so that switching an
/// unrelated fault on does not change the outcome of the others more than it must.
pub(crate) fn happens(ambient: &Ambient, rate: f64) -> bool {
    rate > 0.0 && ambient.fraction() < rate
}

impl Span {
    /// A time between the two ends.
    pub(crate) fn draw(self, ambient: &Ambient) -> Duration {
        let width = self.max.saturating_sub(self.min);
        if width == 0 {
            return Duration::from_millis(self.min);
        }
        let extra = (ambient.fraction() * (width + 1) as f64) as u64;
        Duration::from_millis(self.min + extra.min(width))
    }
}
