//! When a message is due: wall times, the times a picker offers, and what is too late.

use std::time::Duration;

use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, ToSpan};

use crate::quiet_hours::{QuietHours, hold_until};
use crate::time::Timestamp;

/// How far ahead a message may be scheduled.
pub const AHEAD_MAX: Duration = Duration::from_secs(366 * 86_400);
/// An evening is no longer offered when it begins sooner than this.
const EVENING_NOTICE: Duration = Duration::from_secs(30 * 60);

/// The instant of a wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The instant.
    pub at: Timestamp,
    /// The wall time does not exist on that day, and this is the next minute that does.
    pub moved: bool,
}

/// Why a time cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The text is no wall time.
    #[error("'{0}' is not a local time; write it like 2026-11-21T09:00")]
    NotLocal(String),
    /// No zone has this name.
    #[error("'{0}' is not a time zone; use an IANA name like America/New_York")]
    NoZone(String),
    /// It has passed.
    #[error("the time is in the past; choose a later one")]
    Past,
    /// It is further away than messages are kept for.
    #[error("the time is more than 366 days ahead; choose an earlier one")]
    TooFar,
}

/// The zone of an IANA name.
///
/// # Errors
/// There is no such zone.
pub fn zone(name: &str) -> Result<TimeZone, ScheduleError> {
    TimeZone::get(name).map_err(|_| ScheduleError::NoZone(name.chars().take(64).collect()))
}

/// The instant at which clocks in `zone` show `local` (`2026-11-21T09:00`, seconds allowed). When the
/// clocks jump over it: the first minute after the jump. When they show it twice: the first time.
///
/// # Errors
/// The text is no local time, or has a zone or offset of its own.
pub fn resolve(local: &str, zone: &TimeZone) -> Result<Resolved, ScheduleError> {
    let wrong = || ScheduleError::NotLocal(local.chars().take(40).collect());
    let time = local.split_once(['T', 't', ' ']).map(|(_, time)| time).ok_or_else(wrong)?;
    // The parser would read past an offset, and with it past what the author meant.
    if !time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')) {
        return Err(wrong());
    }
    let wall: DateTime = local.parse().map_err(|_| wrong())?;
    instant(wall, zone).ok_or_else(wrong)
}

fn instant(wall: DateTime, zone: &TimeZone) -> Option<Resolved> {
    let at = |offset: Offset| offset.to_timestamp(wall).ok().map(Timestamp::from);
    match zone.to_ambiguous_timestamp(wall).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            Some(Resolved { at: at(offset)?, moved: false })
        }
        // Read by the offset after the jump the wall time lies just before it.
        AmbiguousOffset::Gap { after, .. } => {
            let jump = zone.following(at(after)?.to_jiff()).next()?;
            Some(Resolved { at: Timestamp::from(jump.timestamp()), moved: true })
        }
    }
}

/// Whether a message may be scheduled for `at`. A minute in the past is let pass: forms take time.
///
/// # Errors
/// It is in the past or too far ahead.
pub fn check(at: Timestamp, now: Timestamp) -> Result<(), ScheduleError> {
    if at < now.minus(Duration::from_secs(60)) {
        Err(ScheduleError::Past)
    } else if at > now.plus(AHEAD_MAX) {
        Err(ScheduleError::TooFar)
    } else {
        Ok(())
    }
}

/// A time a person is likely to want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// In an hour.
    InAnHour,
    /// Today at 18:00.
    ThisEvening,
    /// Tomorrow at 9:00, or when quiet hours end.
    Tomorrow,
    /// The next Monday at 9:00, or when quiet hours end.
    Monday,
}

impl Choice {
    const ALL: [Choice; 4] = [Choice::InAnHour, Choice::ThisEvening, Choice::Tomorrow, Choice::Monday];

    /// The word used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Choice::InAnHour => "in_an_hour",
            Choice::ThisEvening => "this_evening",
            Choice::Tomorrow => "tomorrow",
            Choice::Monday => "monday",
        }
    }

    /// The instant, by the recipient's clock; `None` when it makes no sense now.
    fn at(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = zone.to_datetime(now.to_jiff());
        let morning = |days: Span| on(today.checked_add(days).ok()?, 9, zone);
        match self {
            Choice::InAnHour => Some(now.plus(Duration::from_secs(3_600))),
            Choice::ThisEvening => on(today, 18, zone).filter(|at| *at >= now.plus(EVENING_NOTICE)),
            Choice::Tomorrow => morning(1.day()),
            // On Sundays tomorrow says the same.
            Choice::Monday if today.weekday() == Weekday::Sunday => None,
            Choice::Monday => morning((7 - i64::from(today.weekday().to_monday_zero_offset())).days()),
        }
    }
}

fn on(day: DateTime, hour: i8, zone: &TimeZone) -> Option<Timestamp> {
    let wall = day.date().to_datetime(Time::new(hour, 0, 0, 0).ok()?);
    instant(wall, zone).map(|resolved| resolved.at)
}

/// The times to offer, soonest first, none in quiet hours. Of a named hour of today the label would lie if
/// it was moved, so it is left out; a morning is moved to the end of the quiet hours.
pub fn choices(now: Timestamp, zone: &TimeZone, quiet: QuietHours) -> Vec<(Choice, Timestamp)> {
    let zones = std::slice::from_ref(zone);
    let mut offered: Vec<_> = Choice::ALL
        .into_iter()
        .filter_map(|choice| {
            let at = choice.at(now, zone)?;
            match (hold_until(at, zones, quiet), choice) {
                (None, _) => Some((choice, at)),
                (Some(_), Choice::InAnHour | Choice::ThisEvening) => None,
                (Some(until), Choice::Tomorrow | Choice::Monday) => Some((choice, until)),
            }
        })
        .collect();
    offered.sort_by_key(|(_, at)| *at);
    offered
}

/// What to do with a message that has a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Its time has not come.
    NotYet,
    /// It may leave.
    Now,
    /// Its time has passed: it expired, or nobody worked for longer than it may be late.
    TooLate,
}

/// Whether a message is due. `late_after` is how late it may leave; `None` is any time.
pub fn due(
    scheduled_at: Timestamp,
    now: Timestamp,
    expires_at: Option<Timestamp>,
    late_after: Option<Duration>,
) -> Due {
    let expired = expires_at.is_some_and(|expires_at| now >= expires_at);
    let late = late_after.is_some_and(|late_after| now.since(scheduled_at) > late_after);
    if expired || late {
        Due::TooLate
    } else if now < scheduled_at {
        Due::NotYet
    } else {
        Due::Now
    }
}

#[cfg(test)]
mod tests;
