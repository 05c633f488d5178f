//! The promises of the machine, for any course of events, and its ways one by one.

use proptest::prelude::*;

use super::*;
use crate::error_class::ErrorClass;

const NOW: Timestamp = Timestamp::from_secs(1_793_707_200);
const LEAVES_AT: Timestamp = Timestamp::from_secs(1_793_709_000);
const SECOND: Duration = Duration::from_secs(1);

fn one(stage: Stage) -> HandOver {
    HandOver { stage, ..HandOver::new(LEAVES_AT, DoubtPolicy::MustArrive) }
}

fn step(hand_over: HandOver, now: Timestamp, event: Event) -> (HandOver, Next) {
    hand_over.step(&Timing::default(), now, event)
}

fn wanted(hand_over: HandOver) -> HandOver {
    HandOver { wanted_back: true, ..hand_over }
}

fn there(standing: Standing) -> Event {
    Event::Seen(Seen::There(standing))
}

const REFUSED: Event = Event::Answered(Answer::NotSent { class: ErrorClass::Request, retry_after: None });
const OURS: Next = Next::Ours { watch: None, may_double: false };

#[test]
fn it_is_due_half_an_hour_before_and_not_with_less_than_six_minutes_notice() {
    let minutes = |count: u64| NOW.plus(Duration::from_secs(60 * count));
    assert_eq!(due(minutes(90), NOW), Some(minutes(60)));
    assert_eq!(due(minutes(20), NOW), Some(NOW));
    assert_eq!(due(minutes(6), NOW), Some(NOW));
    assert_eq!(due(minutes(6).minus(SECOND), NOW), None);
    assert_eq!(due(NOW.minus(SECOND), NOW), None);
}

#[test]
fn an_accepted_one_is_left_alone_until_shortly_after_its_time() {
    let (held, next) = step(one(Stage::Asked), NOW, Event::Answered(Answer::Accepted));
    assert_eq!((held.stage, next), (Stage::Held, Next::AskAt(LEAVES_AT.plus(ASK_AFTER))));
    let (left, next) = step(held, LEAVES_AT, there(Standing::Left));
    assert_eq!((left.stage, next), (Stage::Left, Next::Gone));
}

#[test]
fn a_refused_one_is_ours() {
    let (over, next) = step(one(Stage::Asked), NOW, REFUSED);
    assert_eq!((over.stage, next), (Stage::NotTaken, OURS));
}

#[test]
fn one_wanted_back_is_called_off_at_the_provider_before_it_is_ours() {
    let (held, next) = step(one(Stage::Held), NOW, Event::WantedBack);
    assert_eq!((held.stage, next), (Stage::Held, Next::CallBackAt(NOW)));
    assert_eq!(step(held, NOW, Event::WantedBack).1, Next::AsPlanned, "it is being done");
    let (still, next) = step(held, NOW, Event::Seen(Seen::Unavailable));
    assert_eq!(next, Next::CallBackAt(NOW.plus(2 * SECOND)));
    assert_eq!(step(still, NOW, there(Standing::Waits)).1, Next::CallBackAt(NOW.plus(10 * SECOND)));
    let (over, next) = step(still, NOW, there(Standing::Canceled));
    assert_eq!((over.stage, next), (Stage::TakenBack, OURS));
    assert_eq!(step(still, LEAVES_AT, there(Standing::Left)).1, Next::Gone, "it was too late");
}

#[test]
fn one_wanted_back_while_the_answer_is_out_is_called_off_once_it_is_there() {
    for stage in [Stage::Asked, Stage::Sought] {
        let (waiting, next) = step(one(stage), NOW, Event::WantedBack);
        assert_eq!(next, Next::AsPlanned);
        let found =
            if stage == Stage::Asked { Event::Answered(Answer::Accepted) } else { there(Standing::Waits) };
        let (held, next) = step(waiting, NOW, found);
        assert_eq!((held.stage, next), (Stage::Held, Next::CallBackAt(NOW)));
    }
}

#[test]
fn one_that_somebody_else_called_off_is_called_off() {
    assert_eq!(step(one(Stage::Held), NOW, there(Standing::Canceled)).1, Next::CalledOff);
    assert_eq!(step(one(Stage::Held), NOW, Event::Seen(Seen::Missing)).1, Next::CalledOff);
    let (left, next) = step(one(Stage::Held), LEAVES_AT, Event::Seen(Seen::Missing));
    assert_eq!((left.stage, next), (Stage::Left, Next::Gone), "after its time nobody deletes one that waits");
}

#[test]
fn a_lost_answer_is_looked_up_and_then_it_is_ours_and_watched_for() {
    let (sought, next) = step(one(Stage::Asked), NOW, Event::Answered(Answer::Doubtful));
    assert_eq!((sought.stage, next), (Stage::Sought, Next::LookUpAt(NOW.plus(2 * SECOND))));
    let missing = Event::Seen(Seen::Missing);
    let (sought, next) = step(sought, NOW, missing);
    assert_eq!(next, Next::LookUpAt(NOW.plus(10 * SECOND)));
    let (sought, _) = step(sought, NOW, missing);
    let (watched, next) = step(sought, NOW, missing);
    let watch = Some(NOW.plus(LOOK_AGAIN));
    assert_eq!((watched.stage, next), (Stage::Watched, Next::Ours { watch, may_double: false }));

    assert_eq!(step(watched, NOW, there(Standing::Waits)).1, Next::CallBackAt(NOW.plus(2 * SECOND)));
    let (over, next) = step(watched, NOW, there(Standing::Canceled));
    assert_eq!((over.stage, next), (Stage::TakenBack, Next::Rest));
    let (still, next) = step(watched, NOW, missing);
    assert_eq!((still.stage, next), (Stage::Watched, Next::LookUpAt(NOW.plus(2 * LOOK_AGAIN))));
    let last = LEAVES_AT.minus(LAST_LOOK);
    assert_eq!(step(still, last.minus(SECOND), missing).1, Next::LookUpAt(last));
    assert_eq!(step(still, last, missing).1, Next::Rest);
    let unavailable = Event::Seen(Seen::Unavailable);
    assert_eq!(step(watched, NOW, unavailable).1, Next::LookUpAt(NOW.plus(2 * SECOND)));
    assert_eq!(step(watched, LEAVES_AT, unavailable).1, Next::MayDouble);
}

#[test]
fn what_must_not_leave_twice_is_looked_for_past_its_time_and_then_put_before_a_person() {
    let once = HandOver { policy: DoubtPolicy::NeverTwice, checks: 2, ..one(Stage::Sought) };
    let missing = Event::Seen(Seen::Missing);
    let (once, next) = step(once, NOW, missing);
    assert_eq!((once.stage, next), (Stage::Sought, Next::LookUpAt(NOW.plus(LOOK_AGAIN))));
    assert_eq!(step(once, LEAVES_AT.plus(LOOK_AGAIN), missing).1, Next::InDoubt);
    assert!(matches!(step(wanted(once), NOW, missing).1, Next::Ours { .. }), "a person has decided");
}

#[test]
fn waits_are_shorter_when_its_time_is_near() {
    let near = LEAVES_AT.minus(20 * SECOND);
    let tried = HandOver { checks: 2, ..wanted(one(Stage::Held)) };
    let wait = |now| match step(tried, now, Event::Seen(Seen::Unavailable)).1 {
        Next::CallBackAt(at) => at.since(now),
        other => panic!("{other:?}"),
    };
    assert_eq!((wait(NOW), wait(near)), (60 * SECOND, 10 * SECOND));
    assert_eq!((wait(LEAVES_AT.minus(SECOND)), wait(LEAVES_AT)), (2 * SECOND, 60 * SECOND));
}

fn seen() -> impl Strategy<Value = Seen> {
    prop::sample::select(
        &[
            Seen::There(Standing::Waits),
            Seen::There(Standing::Canceled),
            Seen::There(Standing::Left),
            Seen::Missing,
            Seen::Missing,
            Seen::Unavailable,
        ][..],
    )
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(Event::Answered(Answer::Accepted)),
        1 => Just(Event::Answered(Answer::Doubtful)),
        1 => Just(REFUSED),
        1 => Just(Event::WorkerDied),
        1 => Just(Event::WantedBack),
        4 => seen().prop_map(Event::Seen),
    ]
}

fn hand_overs() -> impl Strategy<Value = HandOver> {
    let policies = prop::sample::select(&[DoubtPolicy::NeverTwice, DoubtPolicy::MustArrive][..]);
    (prop::sample::select(&Stage::ALL[..]), any::<bool>(), 0..5_u32, policies).prop_map(
        |(stage, wanted_back, checks, policy)| HandOver {
            stage,
            leaves_at: LEAVES_AT,
            wanted_back,
            checks,
            policy,
        },
    )
}

proptest! {
    /// Nothing happens twice: the message is ours again only if the provider refused it or confirmed that it was
    /// called off, or does not have it after all look-ups of a usual doubt.
    #[test]
    fn it_is_ours_only_when_the_provider_does_not_have_it(
        before in hand_overs(), event in events(), seconds in 0..4_000_i64,
    ) {
        let now = Timestamp::from_secs(NOW.secs() + seconds);
        let (after, next) = step(before, now, event);
        if let Next::Ours { watch, may_double } = next {
            prop_assert!(before.stage.binds() && !after.stage.binds());
            let looked_up = before.stage == Stage::Sought && event == Event::Seen(Seen::Missing)
                && before.checks as usize + 1 >= Timing::default().look_ups.len();
            let confirmed = event == there(Standing::Canceled)
                || event == REFUSED
                || (before.stage == Stage::Held && event == Event::Seen(Seen::Missing) && now < LEAVES_AT);
            prop_assert!(looked_up || confirmed, "{before:?} {event:?}");
            prop_assert_eq!(watch.is_some(), after.stage == Stage::Watched);
            prop_assert!(!may_double || looked_up);
        }
    }

    /// Nothing is lost: an open one that something happened to has a next time, and one that is over stays so.
    #[test]
    fn an_open_one_goes_on_and_one_that_is_over_rests(
        before in hand_overs(), event in events(), seconds in 0..4_000_i64,
    ) {
        let now = Timestamp::from_secs(NOW.secs() + seconds);
        let (after, next) = step(before, now, event);
        if !before.stage.is_open() {
            prop_assert_eq!((after, next), (before, Next::AsPlanned));
        }
        match next {
            Next::LookUpAt(at) | Next::AskAt(at) | Next::CallBackAt(at) => {
                prop_assert!(after.stage.is_open() && at >= now);
            }
            Next::AsPlanned => prop_assert_eq!(after.stage, before.stage),
            Next::Ours { watch: Some(at), .. } => prop_assert!(at > now && at < LEAVES_AT),
            _ => prop_assert!(!after.stage.is_open()),
        }
    }

    /// Nobody is contacted who should not be: what is wanted back is never left to go, or taken for another's
    /// doing.
    #[test]
    fn what_is_wanted_back_is_not_forgotten(before in hand_overs(), event in events()) {
        let (after, next) = step(wanted(before), NOW, event);
        prop_assert!(after.wanted_back);
        if before.stage.binds() {
            prop_assert!(!matches!(next, Next::CalledOff | Next::InDoubt | Next::AskAt(_) | Next::Rest));
        }
    }
}
