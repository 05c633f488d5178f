//! When somebody usually answers: from the times of what they wrote, with the evidence.
//!
//! Nothing is guessed from what others do. With too few texts, or too few days, there is no best time.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::quiet_hours::{QuietHours, hold_until};
use crate::time::Timestamp;

/// Texts that a best time needs.
pub const TEXTS_MIN: usize = 5;
/// Different days on which they were written: one evening of talk is no habit.
pub const DAYS_MIN: usize = 3;

const HOUR: Duration = Duration::from_secs(3_600);

/// What somebody's texts say about their day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Habit {
    /// The hour, 0 to 23, around which they write most; `None` without enough evidence.
    pub hour: Option<u8>,
    /// How many texts were looked at.
    pub texts: usize,
    /// On how many different days they were written.
    pub days: usize,
    /// How many were written in each hour of the day.
    pub by_hour: [u32; 24],
}

/// Reads a habit from the times at which somebody wrote, in their zone.
pub fn habit(times: &[Timestamp], zone: &TimeZone) -> Habit {
    let mut by_hour = [0_u32; 24];
    let mut days = BTreeSet::new();
    for time in times {
        let local = time.to_jiff().to_zoned(zone.clone());
        by_hour[usize::from(local.hour().unsigned_abs()) % 24] += 1;
        days.insert(local.date());
    }
    let enough = times.len() >= TEXTS_MIN && days.len() >= DAYS_MIN;
    Habit { hour: enough.then(|| busiest(&by_hour)), texts: times.len(), days: days.len(), by_hour }
}

/// The hour with most texts, its neighbours counting half: nobody lives by the full hour. Of equals the first.
fn busiest(by_hour: &[u32; 24]) -> u8 {
    let weight = |hour: usize| 2 * by_hour[hour] + by_hour[(hour + 23) % 24] + by_hour[(hour + 1) % 24];
    let best = (0..24).fold(0, |best, hour| if weight(hour) > weight(best) { hour } else { best });
    u8::try_from(best).unwrap_or_default()
}

/// The next time their clock shows `hour`, from `now` on, moved out of quiet hours.
pub fn next(hour: u8, now: Timestamp, zone: &TimeZone, quiet: Option<QuietHours>) -> Timestamp {
    let is_it = |at: Timestamp| {
        let local = at.to_jiff().to_zoned(zone.clone());
        local.hour().unsigned_abs() == hour
    };
    // Within the hour: now. Else the first full hour that shows it; days have up to 25 of them.
    let at = if is_it(now) {
        now
    } else {
        (1..=26).map(|n| full_hour(now, n, zone)).find(|at| is_it(*at)).unwrap_or(now)
    };
    quiet.and_then(|window| hold_until(at, std::slice::from_ref(zone), window)).unwrap_or(at)
}

/// The `n`th full hour after `now` on the clock of `zone`; some zones are half an hour off.
fn full_hour(now: Timestamp, n: u32, zone: &TimeZone) -> Timestamp {
    let local = now.to_jiff().to_zoned(zone.clone());
    let into = Duration::from_secs(
        u64::from(local.minute().unsigned_abs()) * 60 + u64::from(local.second().unsigned_abs()),
    );
    now.minus(into).plus(HOUR * n)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str, zone: &TimeZone) -> Timestamp {
        let time: jiff::civil::DateTime = text.parse().unwrap();
        Timestamp::from_micros(time.to_zoned(zone.clone()).unwrap().timestamp().as_microsecond())
    }

    #[test]
    fn the_hour_they_write_most_is_found_in_their_own_time() {
        let zone = zone("America/Los_Angeles");
        let times: Vec<_> = [
            "2026-11-02T18:05",
            "2026-11-03T18:40",
            "2026-11-04T19:10",
            "2026-11-05T18:59",
            "2026-11-06T09:00",
        ]
        .map(|text| at(text, &zone))
        .into();
        let habit = habit(&times, &zone);
        assert_eq!((habit.hour, habit.texts, habit.days), (Some(18), 5, 5));
        assert_eq!(habit.by_hour[18], 3);
    }

    #[test]
    fn one_evening_of_talk_is_no_habit() {
        let zone = zone("Europe/Berlin");
        let times: Vec<_> = (10..30).map(|minute| at(&format!("2026-11-02T18:{minute}"), &zone)).collect();
        assert_eq!(habit(&times, &zone).hour, None);
    }

    #[test]
    fn the_next_best_time_is_today_or_tomorrow_and_never_in_quiet_hours() {
        let zone = zone("America/New_York");
        let now = at("2026-11-03T13:30", &zone);
        assert_eq!(next(18, now, &zone, None), at("2026-11-03T18:00", &zone));
        assert_eq!(next(9, now, &zone, None), at("2026-11-04T09:00", &zone));
        assert_eq!(next(13, now, &zone, None), now);
        assert_eq!(next(23, now, &zone, Some(QuietHours::default())), at("2026-11-04T08:00", &zone));
    }

    proptest! {
        #[test]
        fn it_is_within_a_day_and_shows_the_hour(hour in 0..24_u8, secs in 1_700_000_000..1_800_000_000_i64) {
            for name in ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"] {
                let (zone, now) = (zone(name), Timestamp::from_secs(secs));
                let found = next(hour, now, &zone, None);
                prop_assert!(found >= now && found.since(now) <= HOUR * 26);
                let local = found.to_jiff().to_zoned(zone);
                // An hour that a clock change skips cannot be shown that day.
                prop_assert!(local.hour() == i8::try_from(hour).unwrap() || found == now);
            }
        }
    }
}
