//! When a persona answers, by the clock on its own wall.

use jiff::tz::TimeZone;
use trunkline_domain::quiet_hours::MinuteOfDay;
use trunkline_domain::time::Timestamp;

use super::fields::Fields;

/// The days as they are written, from Monday.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// From a time of day to another, on some days.
#[derive(Clone, Debug)]
pub(super) struct Hours {
    zone: TimeZone,
    /// From Monday.
    days: [bool; 7],
    from: MinuteOfDay,
    to: MinuteOfDay,
}

impl Hours {
    /// Reads `hours`; what cannot be used is noted.
    pub(super) fn read(mut fields: Fields<'_>) -> Option<Hours> {
        let zone = zone(&mut fields);
        let days = days(&mut fields);
        let (from, to) = (time(&mut fields, "from"), time(&mut fields, "to"));
        fields.end();
        Some(Hours { zone: zone?, days: days?, from: from?, to: to? })
    }

    /// Whether it is open. Hours over midnight belong to the day on which they begin; when both times are equal,
    /// it is open all day.
    pub(super) fn are_open(&self, at: Timestamp) -> bool {
        let local = at.to_jiff().to_zoned(self.zone.clone());
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        let today = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
        let (from, to) = (self.from.minutes(), self.to.minutes());
        if from < to {
            return self.days[today] && (from..to).contains(&minute);
        }
        let began_today = self.days[today] && minute >= from;
        let began_yesterday = self.days[(today + 6) % 7] && minute < to;
        began_today || began_yesterday || (from == to && self.days[today])
    }
}

fn zone(fields: &mut Fields<'_>) -> Option<TimeZone> {
    let name = fields.needed_text("time_zone", 60);
    let zone = TimeZone::get(&name);
    if zone.is_err() && !name.is_empty() {
        fields.refuse("time_zone", format!("'{name}' is not a time zone; write it like America/New_York"));
    }
    zone.ok()
}

fn days(fields: &mut Fields<'_>) -> Option<[bool; 7]> {
    if !fields.is_set("days") {
        // Asked all the same, so that it is known.
        fields.texts("days", 7, 3);
        return Some([true; 7]);
    }
    let named = fields.texts("days", 7, 3);
    let unknown = named.iter().find(|day| !DAYS.contains(&day.as_str()));
    if let Some(day) = unknown {
        fields.refuse("days", format!("'{day}' is no day; there are {}", DAYS.join(", ")));
        return None;
    }
    Some(DAYS.map(|day| named.iter().any(|named| named == day)))
}

fn time(fields: &mut Fields<'_>, name: &'static str) -> Option<MinuteOfDay> {
    let text = fields.needed_text(name, 5);
    let parsed = text.parse::<MinuteOfDay>();
    if let Err(error) = &parsed
        && !text.is_empty()
    {
        fields.refuse(name, error.to_string());
    }
    parsed.ok()
}
