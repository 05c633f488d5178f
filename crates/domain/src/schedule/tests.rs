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

#[test]
fn a_message_is_due_from_its_time_until_it_is_too_late() {
    let (time, hour) = (at("2026-11-21T09:00:00Z"), Duration::from_secs(3_600));
    let early = time.minus(Duration::from_micros(1));
    assert_eq!(due(time, early, None, Some(hour)), Due::NotYet);
    assert_eq!(due(time, time, None, Some(hour)), Due::Now);
    assert_eq!(due(time, time.plus(hour), None, Some(hour)), Due::Now);
    assert_eq!(due(time, time.plus(hour).plus(Duration::from_micros(1)), None, Some(hour)), Due::Late);
    assert_eq!(due(time, time.plus(hour * 1_000), None, None), Due::Now);
    assert_eq!(due(time, time.plus(hour), Some(time.plus(hour)), None), Due::Expired);
    assert_eq!(due(time, early, Some(early), None), Due::Expired);
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

}
