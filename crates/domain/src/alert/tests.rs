use proptest::prelude::*;

use super::*;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

#[test]
fn three_failures_in_five_minutes_are_a_burst() {
    let rule = WEBHOOK_FAILURES;
    for (events, now, expected) in [
        (vec![], 0, false),
        (vec![0, 1], 2, false),
        (vec![0, 1, 2], 2, true),
        (vec![0, 150, 300], 300, true),
        (vec![0, 150, 301], 301, false),
        (vec![300, 0, 150], 300, true),
        // Over before now, and seen then.
        (vec![0, 1, 2], 301, false),
        // Of a clock ahead of ours.
        (vec![0, 1, 9], 2, false),
    ] {
        let events: Vec<Timestamp> = events.into_iter().map(at).collect();
        assert_eq!(rule.is_on(&events, at(now), at(now)), expected, "{events:?} at {now}");
    }
}

#[test]
fn a_burst_that_nobody_could_look_at_is_told_of_later() {
    let events = [0, 10, 20].map(at);
    assert!(WEBHOOK_FAILURES.is_on(&events, at(5), at(1_000)), "the database was away from 5 to 1000");
    assert!(!WEBHOOK_FAILURES.is_on(&events, at(20), at(1_000)));
}

/// The definition, word by word: some three of them, none further than five minutes from another, the first of them
/// not longer ago than that.
fn by_definition(events: &[i64], now: i64) -> bool {
    let recent: Vec<i64> = events.iter().copied().filter(|at| *at <= now && now - at <= 300).collect();
    recent.len() >= 3
}

proptest! {
    #[test]
    fn the_rule_is_its_definition(events in proptest::collection::vec(0_i64..2_000, 0..12), now in 0_i64..2_000) {
        let times: Vec<Timestamp> = events.iter().copied().map(at).collect();
        prop_assert_eq!(WEBHOOK_FAILURES.is_on(&times, at(now), at(now)), by_definition(&events, now));
    }

    /// However often it is looked at, and whether or not it is so each time: told once at the beginning, never twice in
    /// less than the reminder's time, and not again after the end until it begins anew.
    #[test]
    fn nobody_is_told_more_than_needed(looks in proptest::collection::vec((1_i64..600, any::<bool>()), 1..200)) {
        let manners = Manners::default();
        let (mut open, mut now): (Option<Open>, i64) = (None, 0);
        let mut last_word: Option<i64> = None;
        for (pause, is_so) in looks {
            now += pause;
            match step(open.as_ref(), is_so, &manners, at(now)) {
                Step::Begin => {
                    prop_assert!(open.is_none() && is_so);
                    open = Some(Open { seen_at: at(now), told_at: at(now), muted_until: None });
                    last_word = Some(now);
                }
                Step::Remind => {
                    prop_assert!(now - last_word.unwrap() >= manners.remind.as_secs() as i64);
                    last_word = Some(now);
                    open.as_mut().unwrap().told_at = at(now);
                }
                Step::End { tell } => {
                    prop_assert!(tell && !is_so);
                    prop_assert!(at(now).since(open.unwrap().seen_at) >= manners.calm);
                    open = None;
                }
                Step::Wait => {}
            }
            if let (Some(open), true) = (&mut open, is_so) {
                open.seen_at = at(now);
            }
            prop_assert!(!is_so || open.is_some(), "what is wrong is an open alert");
        }
    }

    /// Nothing is said of a muted alert until then, whatever happens.
    #[test]
    fn a_muted_alert_is_silent(now in 0_i64..10_000, until in 0_i64..10_000, seen in 0_i64..10_000, told in 0_i64..10_000, is_so: bool) {
        let open = Open { seen_at: at(seen.min(now)), told_at: at(told.min(now)), muted_until: Some(at(until)) };
        let step = step(Some(&open), is_so, &Manners { remind: Duration::ZERO, calm: Duration::ZERO }, at(now));
        let told = matches!(step, Step::Remind | Step::End { tell: true });
        prop_assert_eq!(told, now >= until);
    }
}
