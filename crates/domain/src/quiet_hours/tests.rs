//! Nobody is disturbed in any zone they may be in, and nothing waits longer than that takes.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn window(text: &str) -> QuietHours {
    let (starts, ends) = text.split_once('-').unwrap();
    QuietHours { starts: starts.parse().unwrap(), ends: ends.parse().unwrap() }
}

fn held(now: &str, zones: &[&str], hours: &str) -> Option<String> {
    let zones: Vec<_> = zones.iter().map(|name| zone(name)).collect();
    hold_until(at(now), &zones, window(hours)).map(|until| until.to_jiff().to_string())
}

#[test]
fn a_message_at_night_waits_for_the_morning() {
    let new_york = |now| held(now, &["America/New_York"], "21:00-08:00");
    assert_eq!(new_york("2026-11-21T01:59:59.999999Z"), None);
    assert_eq!(new_york("2026-11-21T02:00:00Z").unwrap(), "2026-11-21T13:00:00Z");
    assert_eq!(new_york("2026-11-21T12:59:59.5Z").unwrap(), "2026-11-21T13:00:00Z");
    assert_eq!(new_york("2026-11-21T13:00:00Z"), None);
}

#[test]
fn windows_within_a_day_and_empty_ones_work() {
    assert_eq!(held("2026-11-21T12:30:00Z", &["UTC"], "12:00-13:30").unwrap(), "2026-11-21T13:30:00Z");
    assert_eq!(held("2026-11-21T13:30:00Z", &["UTC"], "12:00-13:30"), None);
    assert_eq!(held("2026-11-21T12:30:00Z", &["UTC"], "12:00-12:00"), None);
}

#[test]
fn several_zones_all_have_to_be_awake() {
    let zones = ["America/New_York", "America/Los_Angeles"];
    assert_eq!(held("2026-11-21T13:00:00Z", &zones, "21:00-08:00").unwrap(), "2026-11-21T16:00:00Z");
    assert_eq!(held("2026-11-22T02:30:00Z", &zones, "21:00-08:00").unwrap(), "2026-11-22T16:00:00Z");
}

#[test]
fn without_a_common_hour_the_first_zone_decides() {
    // Twelve hours apart and asleep for thirteen.
    let zones = ["Asia/Bangkok", "America/New_York"];
    assert_eq!(held("2026-06-01T16:00:00Z", &zones, "20:00-09:00").unwrap(), "2026-06-02T02:00:00Z");
    assert_eq!(held("2026-06-01T05:00:00Z", &zones, "20:00-09:00"), None);
}

#[test]
fn no_zone_holds_nothing() {
    assert_eq!(held("2026-11-21T02:00:00Z", &[], "21:00-08:00"), None);
}

#[test]
fn clocks_that_jump_over_the_end_end_it() {
    // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00Z.
    assert_eq!(
        held("2026-03-29T00:30:00Z", &["Europe/Berlin"], "22:00-02:30").unwrap(),
        "2026-03-29T01:00:00Z"
    );
    // 25 October 2026: 03:00 becomes 02:00 at 01:00Z; 02:30 comes twice, and is quiet again before.
    let autumn = |now| held(now, &["Europe/Berlin"], "22:00-02:30");
    assert_eq!(autumn("2026-10-24T23:30:00Z").unwrap(), "2026-10-25T00:30:00Z");
    assert_eq!(autumn("2026-10-25T00:45:00Z"), None);
    assert_eq!(autumn("2026-10-25T01:10:00Z").unwrap(), "2026-10-25T01:30:00Z");
}

#[test]
fn times_of_day_are_read_and_written() {
    assert_eq!(
        serde_json::to_string(&QuietHours::default()).unwrap(),
        r#"{"starts":"21:00","ends":"08:00"}"#
    );
    assert_eq!(serde_json::from_str::<MinuteOfDay>("\"00:05\"").unwrap().minutes(), 5);
    for wrong in ["24:00", "8:00", "08:60", "0800", "", "+8:00"] {
        let error = wrong.parse::<MinuteOfDay>().unwrap_err().to_string();
        assert_eq!(error, format!("'{wrong}' is not a time of day; write it like 21:00"));
    }
}

#[test]
fn the_strictest_of_several_regions_counts() {
    let (regions, general) = (Regions::default(), QuietHours::default());
    assert_eq!(regions.window(&["US-FL"], general), window("20:00-08:00"));
    assert_eq!(regions.window(&["US-NY"], general), general);
    assert_eq!(regions.window(&["US-FL", "US-TX"], general), window("20:00-09:00"));
    assert_eq!(regions.window::<&str>(&[], general), general);
    let country: Regions = [("US".to_owned(), window("19:00-10:00"))].into_iter().collect();
    assert_eq!(country.window(&["US-NY"], general), window("19:00-10:00"));
    assert_eq!(country.iter().count(), 1);
}

/// Every instant around which a zone changed its clocks in ten years.
fn edges(zone: &TimeZone) -> Vec<Timestamp> {
    let (from, to) = (at("2020-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"));
    let changes = zone.following(from.to_jiff()).map(|change| Timestamp::from(change.timestamp()));
    changes.take_while(|change| *change < to).collect()
}

/// The promise, for one moment.
fn check(now: Timestamp, zones: &[TimeZone], hours: QuietHours) {
    let until = hold_until(now, zones, hours);
    let leaves = until.unwrap_or(now);
    assert!(zones.iter().all(|zone| !hours.is_quiet(leaves, zone)), "{now} to {leaves}: quiet, {hours:?}");
    assert_eq!(hold_until(leaves, zones, hours), None, "{now} to {leaves}: held again");
    if until.is_some() {
        let before = now.max(leaves.minus(MINUTE));
        assert!(zones.iter().any(|zone| hours.is_quiet(before, zone)), "{now} to {leaves}: too late");
    }
}

#[test]
fn ten_years_of_clock_changes_in_every_zone() {
    let windows = ["21:00-08:00", "22:00-02:30", "01:30-03:15", "00:00-01:00", "23:59-00:01"].map(window);
    let mut changes = 0;
    for name in jiff::tz::db().available() {
        let zone = TimeZone::get(name.as_str()).unwrap();
        for edge in edges(&zone) {
            changes += 1;
            for minutes in [-240, -61, -31, -1, 0, 1, 29, 59, 61, 180_i64] {
                let now = Timestamp::from_micros(edge.micros() + minutes * 60_000_000);
                for hours in windows {
                    check(now, std::slice::from_ref(&zone), hours);
                }
            }
        }
    }
    assert!(changes > 2_000, "only {changes}");
}

fn zones() -> impl Strategy<Value = Vec<TimeZone>> {
    // No further apart than a common waking hour allows.
    let names = &[
        "America/New_York",
        "America/Los_Angeles",
        "America/St_Johns",
        "America/Phoenix",
        "America/Adak",
        "America/Sao_Paulo",
        "America/Santiago",
        "America/Havana",
    ][..];
    prop::collection::vec(prop::sample::select(names), 1..4)
        .prop_map(|names| names.into_iter().map(zone).collect())
}

fn minutes() -> impl Strategy<Value = MinuteOfDay> {
    (0..DAY_MINUTES).prop_map(MinuteOfDay)
}

proptest! {
    #[test]
    fn any_time_in_any_zones_keeps_the_promise(
        zones in zones(), seconds in 1_577_836_800..1_893_456_000_i64, starts in minutes(), length in 0..660_u16,
    ) {
        let hours = QuietHours { starts, ends: MinuteOfDay((starts.0 + length) % DAY_MINUTES) };
        check(Timestamp::from_secs(seconds), &zones, hours);
    }

    #[test]
    fn no_minute_is_left_out(
        zones in zones(), minute in 26_297_280..31_557_600_i64, starts in minutes(), length in 0..660_u16,
    ) {
        let hours = QuietHours { starts, ends: MinuteOfDay((starts.0 + length) % DAY_MINUTES) };
        let now = Timestamp::from_secs(minute * 60);
        let mut leaves = now;
        while zones.iter().any(|zone| hours.is_quiet(leaves, zone)) {
            leaves = leaves.plus(MINUTE);
        }
        prop_assert_eq!(hold_until(now, &zones, hours).unwrap_or(now), leaves);
    }

    #[test]
    fn a_joined_window_is_quiet_when_either_is(
        a in (minutes(), minutes()), b in (minutes(), minutes()), now in 0..DAY_SECONDS,
    ) {
        let (a, b) = (QuietHours { starts: a.0, ends: a.1 }, QuietHours { starts: b.0, ends: b.1 });
        let (joined, now) = (a.with(b), Timestamp::from_secs(now));
        let quiet = |hours: QuietHours| hours.is_quiet(now, &TimeZone::UTC);
        prop_assert_eq!(joined.length(), b.with(a).length());
        let all_day = !(joined.covers(a) && joined.covers(b));
        prop_assert!(all_day || quiet(joined) || !(quiet(a) || quiet(b)));
    }
}
