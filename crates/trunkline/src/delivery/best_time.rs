//! The best time to write to somebody (C12): around the hour in which they usually write themselves.

use serde::Serialize;
use trunkline_domain::best_time::{DAYS_MIN, TEXTS_MIN};
use trunkline_domain::ids::ContactId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};
use utoipa::ToSchema;

use crate::inbox::waiting;
use crate::{compliance, contacts};

/// How far back texts tell of a habit, and how many of them.
const LOOK_BACK: std::time::Duration = std::time::Duration::from_secs(180 * 86_400);
const TEXTS_MAX: usize = 200;

/// When to write to somebody, and how we know.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BestTime {
    /// The hour of their day, 0 to 23; none without enough evidence.
    hour: Option<u8>,
    /// The next time around that hour that is not quiet there; none while the settings do not allow it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) next_at: Option<Timestamp>,
    /// Why there is none, for people; empty otherwise.
    pub(super) why_none: String,
    /// The zone the hours are in.
    time_zone: String,
    /// How many of their texts were looked at, of the last 180 days.
    texts: usize,
    /// On how many different days they were written.
    days: usize,
    /// How many of them were written in each hour of the day.
    by_hour: Vec<u32>,
}

/// The best time of whoever has this number.
pub(super) fn of(tx: &mut Tx<'_>, contact: Option<ContactId>, to: &str, now: Timestamp) -> Result<BestTime> {
    let settings = compliance::load_settings(tx)?;
    let by_hand = contact.map_or(Ok(None), |id| contacts::time_zone(tx, id))?;
    let zones = compliance::zones_of(by_hand.as_deref(), to, &settings);
    let times = match contact {
        Some(id) => waiting::written_since(tx, id, now.minus(LOOK_BACK), TEXTS_MAX)?,
        None => Vec::new(),
    };
    let habit = zones.habit(&times);
    let next_at = habit.hour.map(|hour| zones.next_around(hour, now, to, &settings));
    let why_none = match (settings.best_time, next_at) {
        (false, _) => "Sending at their best time is switched off in the settings.".to_owned(),
        (true, None) => format!(
            "There is no best time yet: it takes {TEXTS_MIN} of their texts, on {DAYS_MIN} days; there are {} on {}.",
            habit.texts, habit.days
        ),
        (true, Some(_)) => String::new(),
    };
    Ok(BestTime {
        hour: habit.hour,
        next_at: next_at.filter(|_| settings.best_time),
        why_none,
        time_zone: zones.name(),
        texts: habit.texts,
        days: habit.days,
        by_hour: habit.by_hour.to_vec(),
    })
}
