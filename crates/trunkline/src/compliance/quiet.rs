//! Quiet hours: in which zones a recipient may be, and until when a message waits there.

use jiff::tz::TimeZone;
use trunkline_domain::phone::PhoneNumber;
use trunkline_domain::quiet_hours::QuietHours;
use trunkline_domain::time::Timestamp;
use trunkline_domain::{best_time, quiet_hours, schedule, zones};

use super::settings::Settings;

/// Where a recipient may be.
#[derive(Clone, Debug)]
pub(crate) struct Zones {
    /// IANA names, the most likely first; never empty.
    pub(crate) names: Vec<String>,
    /// `contact`: set by hand; `number`: from the phone number; `default`: neither tells.
    pub(crate) source: &'static str,
    zones: Vec<TimeZone>,
}

impl Zones {
    /// The most likely one.
    pub(crate) fn name(&self) -> String {
        self.names.first().cloned().unwrap_or_default()
    }

    /// The same as a zone to reckon with.
    pub(crate) fn likely(&self) -> TimeZone {
        self.zones.first().cloned().unwrap_or(TimeZone::UTC)
    }

    /// When the clock on their wall shows `wall`, such as `2026-11-21T09:00`; an error for a person otherwise.
    pub(crate) fn instant(&self, wall: &str) -> Result<Timestamp, String> {
        schedule::resolve(wall, &self.likely()).map(|resolved| resolved.at).map_err(|error| error.to_string())
    }

    /// The next time around their usual hour that is not quiet there.
    pub(crate) fn next_around(
        &self,
        hour: u8,
        now: Timestamp,
        address: &str,
        settings: &Settings,
    ) -> Timestamp {
        let window = settings.usual_window().map(|usual| window_of(address, settings, usual));
        best_time::next(hour, now, &self.likely(), window)
    }

    /// What somebody's texts say about their day.
    pub(crate) fn habit(&self, times: &[Timestamp]) -> best_time::Habit {
        best_time::habit(times, &self.likely())
    }

    /// What the clock on their wall shows.
    pub(crate) fn local_time(&self, at: Timestamp) -> String {
        at.to_jiff().to_zoned(self.likely()).strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// Where the owner of `address` may be: as set by hand, else by their number, else by default.
pub(crate) fn zones_of(by_hand: Option<&str>, address: &str, settings: &Settings) -> Zones {
    let known = |names: Vec<String>, source| {
        let zones: Vec<TimeZone> = names.iter().filter_map(|name| schedule::zone(name).ok()).collect();
        (!zones.is_empty()).then_some(Zones { names, source, zones })
    };
    by_hand
        .and_then(|name| known(vec![name.to_owned()], "contact"))
        .or_else(|| known(by_number(address), "number"))
        .or_else(|| known(settings.default_time_zone.iter().cloned().collect(), "default"))
        .unwrap_or_else(|| Zones {
            names: vec!["UTC".to_owned()],
            source: "default",
            zones: vec![TimeZone::UTC],
        })
}

fn by_number(address: &str) -> Vec<String> {
    let number = PhoneNumber::parse(address, None);
    number.map_or_else(|_| Vec::new(), |n| zones::possible_zones(&n).into_iter().map(str::to_owned).collect())
}

fn regions_of(address: &str) -> Vec<String> {
    PhoneNumber::parse(address, None).map_or_else(|_| Vec::new(), |number| zones::possible_regions(&number))
}

fn window_of(address: &str, settings: &Settings, usual: QuietHours) -> QuietHours {
    settings.windows().window(&regions_of(address), usual)
}

/// Until when quiet hours hold a message that is to leave `at` that time, and why.
pub(super) fn hold(
    by_hand: Option<&str>,
    address: &str,
    at: Timestamp,
    settings: &Settings,
) -> Option<(Timestamp, String)> {
    let usual = settings.usual_window()?;
    let zones = zones_of(by_hand, address, settings);
    let window = window_of(address, settings, usual);
    let until = quiet_hours::hold_until(at, &zones.zones, window)?;
    let reason = format!(
        "It is quiet hours where they are ({}): it leaves at {} their time.",
        zones.name(),
        zones.local_time(until).replace('T', " ")
    );
    Some((until, reason))
}
