//! Trouble opens it, recovery closes it, and nothing keeps it open for ever.

use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp::from_secs(1_793_707_200);

fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn failure() -> Outcome {
    Outcome::Failure { reason: "503".to_owned() }
}

fn tripped(settings: &Settings, now: Timestamp) -> Breaker {
    let mut breaker = Breaker::default();
    for _ in 0..settings.failures_in_row {
        breaker.step(settings, now, failure());
    }
    breaker
}

#[test]
fn failures_in_a_row_open_it_and_probes_close_it() {
    let settings = Settings::default();
    let mut breaker = tripped(&settings, START);
    let open = Health {
        position: Position::Open,
        since: Some(START),
        until: Some(after(30)),
        reason: Some("503".to_owned()),
    };
    assert_eq!(breaker.health(), open);
    assert_eq!(breaker.allow(&settings, after(29)), Permit::No { until: Some(after(30)) });
    for probe in 0..3 {
        assert_eq!(breaker.allow(&settings, after(30)), Permit::Probe);
        assert_eq!(breaker.allow(&settings, after(31)), Permit::No { until: Some(after(90)) });
        let closed = (probe == 2).then_some(Position::Closed);
        assert_eq!(breaker.step(&settings, after(32), Outcome::Success), closed);
    }
    assert_eq!(breaker.allow(&settings, after(32)), Permit::Yes);
    assert_eq!(breaker, Breaker::default());
}

#[test]
fn a_success_between_starts_the_row_again() {
    let settings = Settings { outcomes_min: u32::MAX, ..Settings::default() };
    let mut breaker = Breaker::default();
    for _ in 0..4 {
        for _ in 0..4 {
            assert_eq!(breaker.step(&settings, START, failure()), None);
        }
        breaker.step(&settings, START, Outcome::Success);
    }
    assert_eq!(breaker.position(), Position::Closed);
}

#[test]
fn a_high_share_of_failures_opens_it_and_an_old_one_does_not() {
    let settings = Settings::default();
    let run = |gap: u64| {
        let mut breaker = Breaker::default();
        for n in 0..60 {
            let outcome = if n % 3 == 0 { Outcome::Success } else { failure() };
            breaker.step(&settings, after(n * gap), outcome);
        }
        breaker.position()
    };
    assert_eq!(run(1), Position::Open);
    assert_eq!(run(20), Position::Closed);
}

#[test]
fn the_wait_doubles_while_probes_fail() {
    let settings = Settings::default();
    let (mut breaker, mut now) = (tripped(&settings, START), START);
    for wait in [30, 60, 120, 240, 480, 900, 900] {
        let until = now.plus(Duration::from_secs(wait));
        assert_eq!(breaker.health().until, Some(until));
        now = until;
        assert_eq!(breaker.allow(&settings, now), Permit::Probe);
        assert_eq!(breaker.step(&settings, now, failure()), Some(Position::Open));
    }
    assert_eq!(breaker.health().since, Some(START));
}

#[test]
fn a_lost_probe_does_not_end_the_trying() {
    let settings = Settings::default();
    let mut breaker = tripped(&settings, START);
    assert_eq!(breaker.allow(&settings, after(30)), Permit::Probe);
    assert_eq!(breaker.allow(&settings, after(89)), Permit::No { until: Some(after(90)) });
    assert_eq!(breaker.allow(&settings, after(90)), Permit::Probe);
}

#[test]
fn an_unused_probe_makes_way_for_the_next() {
    let settings = Settings::default();
    let mut breaker = tripped(&settings, after(0));
    assert_eq!(breaker.allow(&settings, after(30)), Permit::Probe);
    assert!(matches!(breaker.allow(&settings, after(31)), Permit::No { until: Some(_) }));
    breaker.unused();
    assert_eq!(breaker.position(), Position::HalfOpen);
    assert_eq!(breaker.allow(&settings, after(31)), Permit::Probe);
    // There is nothing to give back while it is closed or open.
    let (mut closed, mut open) = (Breaker::default(), tripped(&settings, after(0)));
    closed.unused();
    open.unused();
    assert_eq!((closed, open), (Breaker::default(), tripped(&settings, after(0))));
}

#[test]
fn throttling_neither_opens_nor_closes() {
    let (settings, mut breaker) = (Settings::default(), Breaker::default());
    for _ in 0..100 {
        breaker.step(&settings, START, Outcome::Throttled);
    }
    assert_eq!(breaker.position(), Position::Closed);
    let mut breaker = tripped(&settings, START);
    for n in 0..10 {
        assert_eq!(breaker.allow(&settings, after(30 + n)), Permit::Probe);
        breaker.step(&settings, after(30 + n), Outcome::Throttled);
    }
    assert_eq!(breaker.position(), Position::HalfOpen);
}

#[test]
fn a_person_has_the_last_word() {
    let (settings, mut breaker) = (Settings::default(), Breaker::default());
    breaker.force_open(START, "Ana is testing");
    assert_eq!(breaker.step(&settings, START, Outcome::Success), None);
    assert_eq!(breaker.allow(&settings, Timestamp::MAX), Permit::No { until: None });
    assert_eq!(breaker.health().reason.as_deref(), Some("Ana is testing"));
    breaker.force_close();
    assert_eq!(breaker.allow(&settings, START), Permit::Yes);
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![Just(Outcome::Success), Just(failure()), Just(Outcome::Throttled)]
}

/// Seconds from one event to the next: clocks go back as well as on.
fn turns() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0..60_i64, 4 => 0..1_000_i64, 1 => -100_000..0_i64]
}

proptest! {
    #[test]
    fn any_course_survives_its_json_and_ends_closed_when_the_provider_recovers(
        course in prop::collection::vec((turns(), any::<bool>(), outcomes()), 0..100),
        failures_in_row in 0..6_u32, probes in 0..4_u32,
    ) {
        let settings = Settings { failures_in_row, probes, ..Settings::default() };
        let (mut breaker, mut now) = (Breaker::default(), START);
        for (seconds, ask, outcome) in course {
            now = Timestamp::from_micros(now.micros() + seconds * 1_000_000);
            if ask {
                if let Permit::No { until } = breaker.allow(&settings, now) {
                    let latest = now.plus(settings.wait_max);
                    prop_assert!(until.is_some_and(|until| now < until && until <= latest));
                }
            } else {
                breaker.step(&settings, now, outcome);
            }
            let json = serde_json::to_string(&breaker).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Breaker>(&json).unwrap(), &breaker);
        }
        for _ in 0..10 {
            now = match breaker.allow(&settings, now) {
                Permit::No { until } => until.unwrap(),
                _ => now,
            };
            if breaker.allow(&settings, now) != (Permit::No { until: None }) {
                breaker.step(&settings, now, Outcome::Success);
            }
        }
        prop_assert_eq!(breaker.position(), Position::Closed);
    }

    #[test]
    fn while_half_open_one_probe_is_under_way_at_most(
        asks in prop::collection::vec((0..5_u64, any::<bool>()), 1..50),
    ) {
        let settings = Settings { probes: 1_000, ..Settings::default() };
        let (mut breaker, mut now, mut under_way) = (tripped(&settings, START), after(30), 0);
        for (seconds, finish) in asks {
            now = now.plus(Duration::from_secs(seconds).min(settings.probe_patience / 100));
            if breaker.allow(&settings, now) == Permit::Probe {
                under_way += 1;
            }
            prop_assert!(under_way <= 1);
            if finish && under_way == 1 {
                breaker.step(&settings, now, Outcome::Success);
                under_way = 0;
            }
        }
    }
}
