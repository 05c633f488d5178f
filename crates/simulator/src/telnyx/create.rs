//! What a create request must look like (Telnyx, Send a message, Schedule a message, Error codes).

use serde::Deserialize;
use trunkline_domain::segments::Segments;
use trunkline_domain::time::Timestamp;

use super::error::ApiError;
use crate::config::TelnyxAccount;
use crate::record::{Direction, Status};
use crate::simulator::is_e164;
use crate::world::{Draft, World};

const PARTS_MAX: u32 = 10;
const MEDIA_MAX: usize = 10;
/// How far ahead a message may be scheduled, in seconds: 5 minutes to 5 days.
const SCHEDULE_S: std::ops::RangeInclusive<u64> = 300..=432_000;
/// Scheduling goes by the minute.
const MINUTE_S: i64 = 60;

/// The body of a create. Fields that change nothing here are taken and not looked at.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Request {
    to: Option<String>,
    from: Option<String>,
    text: Option<String>,
    #[serde(default)]
    media_urls: Option<Vec<String>>,
    messaging_profile_id: Option<String>,
    webhook_url: Option<String>,
    webhook_failover_url: Option<String>,
    send_at: Option<String>,
}

impl Request {
    pub(super) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        serde_json::from_slice(body)
            .map_err(|error| ApiError::malformed(format!("The body cannot be read: {error}.")))
    }

    /// The message it asks for.
    pub(super) fn draft(
        self,
        world: &World,
        account: &TelnyxAccount,
        scheduled_max: usize,
        now: Timestamp,
    ) -> Result<Draft, ApiError> {
        let to = recipient(self.to)?;
        if self.messaging_profile_id.is_some_and(|id| id != account.profile_id) {
            return Err(ApiError::bad(
                "/messaging_profile_id",
                10_015,
                "Bad Request",
                "There is no such profile.",
            ));
        }
        let from = sender(self.from, world)?;
        let (text, media) = content(self.text, self.media_urls)?;
        let send_at = self.send_at.map(|at| schedule(&at, now)).transpose()?;
        if send_at.is_some() && world.scheduled() >= scheduled_max {
            return Err(ApiError::new(400, 40_318, "Queue full", "The account holds as many as it may."));
        }
        if world.is_blocked(&from, &to) {
            let detail =
                "Messages cannot be sent from your number to the number, due to an existing block rule.";
            return Err(ApiError::new(400, 40_300, "Blocked due to STOP message", detail));
        }
        let (callback, failover) = (self.webhook_url, self.webhook_failover_url);
        Ok(Draft {
            media,
            status: if send_at.is_some() { Status::Scheduled } else { Status::Queued },
            failover_callback: failover.or_else(|| callback.as_ref().and(account.webhook_url.clone())),
            status_callback: callback,
            send_at,
            ..Draft::new(Direction::OutboundApi, &from, &to, &text)
        })
    }
}

fn recipient(to: Option<String>) -> Result<String, ApiError> {
    let Some(to) = to.filter(|to| !to.is_empty()) else {
        return Err(ApiError::bad("/to", 10_015, "Bad Request", "The field is required."));
    };
    if is_e164(&to) {
        return Ok(to);
    }
    Err(ApiError::bad("/to", 40_310, "Invalid 'to' address", format!("'{to}' is not in E.164.")))
}

fn sender(from: Option<String>, world: &World) -> Result<String, ApiError> {
    let from = from.unwrap_or_default();
    if world.is_telnyx(&from) {
        return Ok(from);
    }
    let detail = format!("'{from}' is not a number of the messaging profile.");
    Err(ApiError::bad("/from", 40_305, "Invalid 'from' address", detail))
}

fn content(text: Option<String>, media: Option<Vec<String>>) -> Result<(String, Vec<String>), ApiError> {
    let (text, media) = (text.unwrap_or_default(), media.unwrap_or_default());
    if text.is_empty() && media.is_empty() {
        return Err(ApiError::bad("/text", 40_316, "No content provided", "Send a text or media."));
    }
    if media.len() > MEDIA_MAX {
        return Err(ApiError::bad("/media_urls", 40_317, "Invalid MMS content", "At most 10 files."));
    }
    if Segments::of(&text).count() > PARTS_MAX {
        return Err(ApiError::bad("/text", 40_302, "Message too large", "At most 10 parts."));
    }
    Ok((text, media))
}

/// To the minute, as at Telnyx: what is asked for within one leaves at its beginning.
fn schedule(at: &str, now: Timestamp) -> Result<Timestamp, ApiError> {
    let refused = |detail: &str| ApiError::bad("/send_at", 10_015, "Bad Request", detail);
    let at: Timestamp = at.parse().map_err(|_| refused("It is not a time in ISO 8601."))?;
    if !SCHEDULE_S.contains(&at.since(now).as_secs()) {
        return Err(refused("It must be at least 5 minutes and at most 5 days ahead."));
    }
    Ok(Timestamp::from_secs(at.secs().div_euclid(MINUTE_S) * MINUTE_S))
}
