//! When a message is due: wall times, and what is too late.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::time::Timestamp;

/// How far ahead a message may be scheduled.
pub const AHEAD_MAX: Duration = Duration::from_secs(366 * 86_400);

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

/// What to do with a message that has a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Its time has not come.
    NotYet,
    /// It may leave.
    Now,
    /// It is of no use any more.
    Expired,
    /// Nobody worked for longer than it may be late.
    Late,
}

/// Whether a message is due. `late_after` is how late it may leave; `None` is any time.
pub fn due(
    scheduled_at: Timestamp,
    now: Timestamp,
    expires_at: Option<Timestamp>,
    late_after: Option<Duration>,
) -> Due {
    if expires_at.is_some_and(|expires_at| now >= expires_at) {
        Due::Expired
    } else if late_after.is_some_and(|late_after| now.since(scheduled_at) > late_after) {
        Due::Late
    } else if now < scheduled_at {
        Due::NotYet
    } else {
        Due::Now
    }
}

#[cfg(test)]
mod tests;
