//! The hours in which people are left alone, by the clock on their wall.
//!
//! A window is asked at an instant and answers by the wall clock of a zone, so a change of the clocks in
//! the middle of it is nothing special. Whether a message is subject to it, the room must not know.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;

const DAY_MINUTES: u16 = 24 * 60;
const DAY_SECONDS: i64 = 86_400;
/// When several zones leave no common hour for this long, the first one alone decides.
const SEARCH: Duration = Duration::from_secs(48 * 3_600);

/// A time of day to the minute, written `21:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// `None` if there is no such time of day.
    pub const fn new(hour: u16, minute: u16) -> Option<MinuteOfDay> {
        if hour < 24 && minute < 60 { Some(MinuteOfDay(hour * 60 + minute)) } else { None }
    }

    /// Minutes since midnight, 0 to 1439.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A text that is no time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a time of day; write it like 21:00")]
pub struct NoTimeOfDay(String);

impl FromStr for MinuteOfDay {
    type Err = NoTimeOfDay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| {
            let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            if two_digits { part.parse().ok() } else { None }
        };
        let read = || {
            let (hour, minute) = text.split_once(':')?;
            MinuteOfDay::new(number(hour)?, number(minute)?)
        };
        read().ok_or_else(|| NoTimeOfDay(text.chars().take(40).collect()))
    }
}

impl Serialize for MinuteOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MinuteOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The hours from `starts` (quiet) to `ends` (no longer quiet) on the wall clock, over midnight if `ends`
/// is the earlier. When both are equal it is never quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// The first quiet minute.
    pub starts: MinuteOfDay,
    /// The first minute that is not quiet any more.
    pub ends: MinuteOfDay,
}

impl Default for QuietHours {
    /// 21:00 to 08:00: the federal minimum of the United States, 47 CFR 64.1200(c)(1).
    fn default() -> Self {
        QuietHours::hours(21, 8)
    }
}

impl QuietHours {
    const fn hours(starts: u16, ends: u16) -> QuietHours {
        QuietHours { starts: MinuteOfDay(starts * 60), ends: MinuteOfDay(ends * 60) }
    }

    /// Whether the wall clock of `zone` shows a quiet minute.
    pub fn is_quiet(&self, at: Timestamp, zone: &TimeZone) -> bool {
        self.wait(at, zone).is_some()
    }

    /// How long it stays quiet if nobody changes the clocks; `None` when it is not quiet.
    fn wait(&self, at: Timestamp, zone: &TimeZone) -> Option<Duration> {
        let micros_of_day = local_micros(at, zone).rem_euclid(DAY_SECONDS * 1_000_000);
        let passed = |since: MinuteOfDay| {
            (micros_of_day - i64::from(since.0) * 60_000_000).rem_euclid(DAY_SECONDS * 1_000_000)
        };
        let length = i64::from(self.length()) * 60_000_000;
        let left = length - passed(self.starts);
        (left > 0).then(|| Duration::from_micros(left.unsigned_abs()))
    }

    /// The first instant from `at` on that is not quiet in `zone`.
    fn next_allowed(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let mut at = at;
        // A change of the clocks can lead from one quiet hour into another, but not for ever.
        for _ in 0..8 {
            let Some(wait) = self.wait(at, zone) else { break };
            let ends = at.plus(wait);
            at = zone.following(at.to_jiff()).next().map_or(ends, |change| {
                // Rounded to our microseconds; changes are at whole seconds.
                ends.min(Timestamp::from(change.timestamp()))
            });
        }
        at
    }

    /// The length in minutes.
    fn length(self) -> u16 {
        (self.ends.0 + DAY_MINUTES - self.starts.0) % DAY_MINUTES
    }

    fn covers(self, other: QuietHours) -> bool {
        let ahead = (other.starts.0 + DAY_MINUTES - self.starts.0) % DAY_MINUTES;
        other.length() == 0 || ahead + other.length() <= self.length()
    }

    /// The shortest window that is quiet whenever one of the two is. Where that would be the whole day it
    /// is the longer of the two: nobody means never.
    #[must_use]
    pub fn with(self, other: QuietHours) -> QuietHours {
        let (a, b) = (self, other);
        let joined = [
            a,
            b,
            QuietHours { starts: a.starts, ends: b.ends },
            QuietHours { starts: b.starts, ends: a.ends },
        ];
        let covering = joined.into_iter().filter(|window| window.covers(a) && window.covers(b));
        let longer = if b.length() > a.length() { b } else { a };
        covering.min_by_key(|window| window.length()).unwrap_or(longer)
    }
}

fn local_micros(at: Timestamp, zone: &TimeZone) -> i64 {
    at.micros().saturating_add(i64::from(zone.to_offset(at.to_jiff()).seconds()) * 1_000_000)
}

/// Until when a message has to wait: the first instant that is outside quiet hours in *all* zones the
/// recipient may be in; `None` when that is now. If there is none in 48 hours, the first zone alone
/// decides, so the zone of most people belongs first ([`crate::zones::possible_zones`] keeps to that).
/// Without zones nothing is held: pass a default.
pub fn hold_until(now: Timestamp, zones: &[TimeZone], window: QuietHours) -> Option<Timestamp> {
    let latest = now.plus(SEARCH);
    let mut at = now;
    while at <= latest {
        // Every zone moves on to its next allowed instant; none can be left out on the way.
        let next = zones.iter().fold(at, |at, zone| window.next_allowed(at, zone));
        if next == at {
            return (at > now).then_some(at);
        }
        at = next;
    }
    let first = zones.first().map(|zone| window.next_allowed(now, zone));
    first.filter(|at| *at > now)
}

/// Windows of regions that differ from the general one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions(BTreeMap<String, QuietHours>);

impl Default for Regions {
    /// What is known of laws stricter than the federal one. A start, no legal advice: several also have
    /// rules for Sundays and holidays, which a daily window cannot express.
    fn default() -> Self {
        let known = [
            // Connecticut General Statutes § 42-288a as amended by Public Act 23-98: 9 a.m. to 8 p.m.
            ("US-CT", QuietHours::hours(20, 9)),
            // Florida Statutes § 501.616(6)(a): 8 a.m. to 8 p.m.
            ("US-FL", QuietHours::hours(20, 8)),
            // Maryland, Stop the Spam Calls Act of 2023: 8 a.m. to 8 p.m.
            ("US-MD", QuietHours::hours(20, 8)),
            // Oklahoma, Telephone Solicitation Act of 2022: 8 a.m. to 8 p.m.
            ("US-OK", QuietHours::hours(20, 8)),
            // Texas Business and Commerce Code § 301.051: 9 a.m. to 9 p.m. (Sundays from noon).
            ("US-TX", QuietHours::hours(21, 9)),
            // Revised Code of Washington 80.36.390: 8 a.m. to 8 p.m.
            ("US-WA", QuietHours::hours(20, 8)),
            // France, Code de la consommation D. 223-9 (décret 2022-1313, for calls): 10 to 20 o'clock.
            ("FR", QuietHours::hours(20, 10)),
        ];
        Regions(known.map(|(region, window)| (region.to_owned(), window)).into())
    }
}

impl FromIterator<(String, QuietHours)> for Regions {
    fn from_iter<T: IntoIterator<Item = (String, QuietHours)>>(windows: T) -> Self {
        Regions(windows.into_iter().collect())
    }
}

impl Regions {
    /// All windows by region.
    pub fn iter(&self) -> impl Iterator<Item = (&str, QuietHours)> {
        self.0.iter().map(|(region, window)| (region.as_str(), *window))
    }

    /// The window for a recipient who may be in these regions: of several the strictest, `general` for a
    /// region that has none. A state without its own takes its country's.
    pub fn window<R: AsRef<str>>(&self, regions: &[R], general: QuietHours) -> QuietHours {
        let windows = regions.iter().map(|region| self.of(region.as_ref()).unwrap_or(general));
        windows.reduce(QuietHours::with).unwrap_or(general)
    }

    fn of(&self, region: &str) -> Option<QuietHours> {
        let country = || region.split_once('-').and_then(|(country, _)| self.0.get(country));
        self.0.get(region).or_else(country).copied()
    }
}

#[cfg(test)]
mod tests;
