//! Wall times across changes of the clocks, and what is offered and due.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn resolved(local: &str, name: &str) -> (String, bool) {
    let resolved = resolve(local, &zone(name).unwrap()).unwrap();
    (resolved.at.to_jiff().to_string(), resolved.moved)
}

#[test]
fn a_wall_time_becomes_an_instant() {
    let expected = ("2026-11-21T14:00:00Z".to_owned(), false);
    assert_eq!(resolved("2026-11-21T09:00", "America/New_York"), expected);
    assert_eq!(resolved("2026-11-21T09:00:00", "America/New_York"), expected);
}

#[test]
fn a_time_the_clocks_jump_over_moves_to_the_next_minute_there_is() {
    let after_jump = ("2026-03-08T07:00:00Z".to_owned(), true);
    assert_eq!(resolved("2026-03-08T02:00", "America/New_York"), after_jump);
    assert_eq!(resolved("2026-03-08T02:59", "America/New_York"), after_jump);
    assert_eq!(resolved("2026-03-08T03:00", "America/New_York"), ("2026-03-08T07:00:00Z".to_owned(), false));
    // Samoa left out a whole day.
    assert_eq!(resolved("2011-12-30T09:00", "Pacific/Apia"), ("2011-12-30T10:00:00Z".to_owned(), true));
}

#[test]
fn a_time_that_comes_twice_is_the_first() {
    assert_eq!(resolved("2026-11-01T01:30", "America/New_York"), ("2026-11-01T05:30:00Z".to_owned(), false));
}

#[test]
fn what_is_no_wall_time_is_refused() {
    for wrong in ["", "soon", "2026-11-21", "2026-02-30T09:00", "2026-11-21T09:00Z", "2026-11-21T09:00+01:00"]
    {
        let error = resolve(wrong, &TimeZone::UTC).unwrap_err();
        assert_eq!(error, ScheduleError::NotLocal(wrong.to_owned()));
    }
    assert_eq!(zone("Mars/Olympus").unwrap_err(), ScheduleError::NoZone("Mars/Olympus".to_owned()));
}

#[test]
fn only_the_next_366_days_can_be_scheduled() {
    let now = at("2026-11-21T09:00:00Z");
    assert_eq!(check(now, now), Ok(()));
    assert_eq!(check(now.plus(AHEAD_MAX), now), Ok(()));
    assert_eq!(check(now.minus(Duration::from_secs(61)), now), Err(ScheduleError::Past));
    assert_eq!(check(now.plus(AHEAD_MAX).plus(Duration::from_micros(1)), now), Err(ScheduleError::TooFar));
}

fn offered(now: &str, name: &str, quiet: QuietHours) -> Vec<(&'static str, String)> {
    let zone = zone(name).unwrap();
    let choices = choices(at(now), &zone, quiet);
    choices
        .into_iter()
        .map(|(choice, at)| {
            (choice.as_str(), zone.to_datetime(at.to_jiff()).strftime("%a %H:%M").to_string())
        })
        .collect()
}

fn expected(choices: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    choices.iter().map(|(choice, at)| (*choice, (*at).to_owned())).collect()
}

#[test]
fn a_picker_offers_the_usual_times_by_the_recipients_clock() {
    // A Friday noon in New York.
    let noon = offered("2026-11-20T17:00:00Z", "America/New_York", QuietHours::default());
    let all = [
        ("in_an_hour", "Fri 13:00"),
        ("this_evening", "Fri 18:00"),
        ("tomorrow", "Sat 09:00"),
        ("monday", "Mon 09:00"),
    ];
    assert_eq!(noon, expected(&all));
}

#[test]
fn a_picker_offers_nothing_in_quiet_hours() {
    let late = offered("2026-11-21T01:30:00Z", "America/New_York", QuietHours::default());
    assert_eq!(late, expected(&[("tomorrow", "Sat 09:00"), ("monday", "Mon 09:00")]));
    let strict = QuietHours { starts: "18:00".parse().unwrap(), ends: "10:00".parse().unwrap() };
    let noon = offered("2026-11-20T17:00:00Z", "America/New_York", strict);
    let rest = [("in_an_hour", "Fri 13:00"), ("tomorrow", "Sat 10:00"), ("monday", "Mon 10:00")];
    assert_eq!(noon, expected(&rest));
}

#[test]
fn a_sunday_and_the_late_afternoon_have_fewer_times() {
    let sunday = offered("2026-11-22T22:45:00Z", "America/New_York", QuietHours::default());
    assert_eq!(sunday, expected(&[("in_an_hour", "Sun 18:45"), ("tomorrow", "Mon 09:00")]));
}

#[test]
fn on_a_monday_monday_is_next_week() {
    let choices = choices(at("2026-11-23T12:00:00Z"), &TimeZone::UTC, QuietHours::default());
    assert_eq!(choices.last(), Some(&(Choice::Monday, at("2026-11-30T09:00:00Z"))));
}

#[test]
fn a_message_is_due_from_its_time_until_it_is_too_late() {
    let (time, hour) = (at("2026-11-21T09:00:00Z"), Duration::from_secs(3_600));
    let early = time.minus(Duration::from_micros(1));
    assert_eq!(due(time, early, None, Some(hour)), Due::NotYet);
    assert_eq!(due(time, time, None, Some(hour)), Due::Now);
    assert_eq!(due(time, time.plus(hour), None, Some(hour)), Due::Now);
    assert_eq!(due(time, time.plus(hour).plus(Duration::from_micros(1)), None, Some(hour)), Due::TooLate);
    assert_eq!(due(time, time.plus(hour * 1_000), None, None), Due::Now);
    assert_eq!(due(time, time.plus(hour), Some(time.plus(hour)), None), Due::TooLate);
    assert_eq!(due(time, early, Some(early), None), Due::TooLate);
}

proptest! {
    #[test]
    fn an_instant_shows_the_wall_time_it_was_made_of(
        name in prop::sample::select(jiff::tz::db().available().map(|n| n.to_string()).collect::<Vec<_>>()),
        minute in 26_297_280..31_557_600_i64,
    ) {
        let zone = zone(&name).unwrap();
        let now = Timestamp::from_secs(minute * 60);
        let local = zone.to_datetime(now.to_jiff());
        let resolved = resolve(&local.strftime("%Y-%m-%dT%H:%M:%S").to_string(), &zone).unwrap();
        prop_assert!(!resolved.moved && resolved.at <= now);
        prop_assert_eq!(zone.to_datetime(resolved.at.to_jiff()), local);
    }

    #[test]
    fn whatever_is_offered_lies_ahead_and_outside_quiet_hours(
        minute in 26_297_280..31_557_600_i64,
        name in prop::sample::select(&["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"][..]),
    ) {
        let (now, zone, quiet) = (Timestamp::from_secs(minute * 60), zone(name).unwrap(), QuietHours::default());
        for (_, at) in choices(now, &zone, quiet) {
            prop_assert!(at > now && !quiet.is_quiet(at, &zone));
            prop_assert_eq!(check(at, now), Ok(()));
        }
    }
}
