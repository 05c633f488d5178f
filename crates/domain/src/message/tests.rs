//! The two promises of the machine, for any course of events.

use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp::from_secs(1_793_707_200);

fn states() -> impl Strategy<Value = MessageState> {
    prop::sample::select(&MessageState::ALL[..])
}

/// What a provider may report of a message.
fn reported() -> impl Strategy<Value = MessageState> {
    use MessageState::{Canceled, Delivered, Failed, Read, Sent, Undelivered};
    prop::sample::select(&[Sent, Delivered, Read, Undelivered, Failed, Canceled][..])
}

fn answers() -> impl Strategy<Value = Answer> {
    let class = prop::sample::select(&ErrorClass::ALL[..]);
    let wait = prop::option::of((0..100_000_u64).prop_map(Duration::from_secs));
    prop_oneof![
        Just(Answer::Accepted),
        Just(Answer::Doubtful),
        (class, wait).prop_map(|(class, retry_after)| Answer::NotSent { class, retry_after }),
    ]
}

fn look_ups() -> impl Strategy<Value = LookUp> {
    prop_oneof![
        3 => Just(LookUp::Missing),
        1 => Just(LookUp::Unproven),
        1 => Just(LookUp::Unavailable),
        1 => reported().prop_map(LookUp::Found),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Claimed),
        answers().prop_map(Event::Answered),
        Just(Event::WorkerDied),
        look_ups().prop_map(Event::LookedUp),
        reported().prop_map(Event::Receipt),
        Just(Event::CancelRequested),
        Just(Event::Released),
        Just(Event::Held),
        Just(Event::GivenUp),
        Just(Event::Rerouted),
        Just(Event::NotSeenToLeave),
    ]
}

fn policies() -> impl Strategy<Value = DoubtPolicy> {
    prop_oneof![Just(DoubtPolicy::NeverTwice), Just(DoubtPolicy::MustArrive)]
}

/// A message anywhere on its way.
fn messages() -> impl Strategy<Value = Outgoing> {
    (states(), policies(), 0..10_u32, 0..10_u32, any::<bool>()).prop_map(
        |(state, policy, retries, checks, possibly_doubled)| Outgoing {
            state,
            policy,
            due_at: START,
            retries,
            checks,
            possibly_doubled,
        },
    )
}

fn timings() -> impl Strategy<Value = Timing> {
    let waits = || prop::collection::vec((0..100_000_u64).prop_map(Duration::from_secs), 0..5);
    (waits(), waits(), 0..5_u32).prop_map(|(look_ups, polls, retries_max)| Timing {
        look_ups,
        polls,
        retries_max,
        ..Timing::default()
    })
}

#[test]
fn a_word_and_its_state_belong_together() {
    for state in MessageState::ALL {
        assert_eq!(state.to_string().parse(), Ok(state));
    }
    assert_eq!("teleported".parse::<MessageState>(), Err(UnknownState("teleported".into())));
}

#[test]
fn the_usual_way_is_claimed_accepted_sent_delivered() {
    let timing = Timing::default();
    let message = Outgoing::new(START, DoubtPolicy::MustArrive);
    let (message, next) = message.step(&timing, START, Event::Claimed, 0.0);
    assert_eq!((message.state, next), (MessageState::Sending, Next::CallProvider));
    let (message, next) = message.step(&timing, START, Event::Answered(Answer::Accepted), 0.0);
    assert_eq!((message.state, next), (MessageState::Sent, Next::PollAt(START.plus(timing.polls[0]))));
    let (message, next) = message.step(&timing, START, Event::Receipt(MessageState::Delivered), 0.0);
    assert_eq!((message.state, next), (MessageState::Delivered, Next::Rest));
}

#[test]
fn what_waits_can_be_held_released_and_given_up_but_never_once_it_may_have_left() {
    let timing = Timing::default();
    let waiting =
        Outgoing { state: MessageState::Scheduled, ..Outgoing::new(START, DoubtPolicy::MustArrive) };
    let (held, next) = waiting.step(&timing, START, Event::Held, 0.0);
    assert_eq!((held.state, next), (MessageState::Held, Next::AsPlanned));
    let (queued, _) = held.step(&timing, START, Event::Released, 0.0);
    assert_eq!(queued.state, MessageState::Queued);
    let (failed, next) = queued.step(&timing, START, Event::GivenUp, 0.0);
    assert_eq!((failed.state, next), (MessageState::Failed, Next::Rest));
    let (sending, _) = queued.step(&timing, START, Event::Claimed, 0.0);
    for event in [Event::Held, Event::Released, Event::GivenUp, Event::CancelRequested] {
        assert_eq!(sending.step(&timing, START, event, 0.0), (sending, Next::AsPlanned));
    }
}

#[test]
fn three_looks_decide_a_doubt_and_the_policy_decides_after_them() {
    let timing = Timing::default();
    for (policy, state) in
        [(DoubtPolicy::NeverTwice, MessageState::Unknown), (DoubtPolicy::MustArrive, MessageState::Queued)]
    {
        let message = Outgoing { state: MessageState::Sending, ..Outgoing::new(START, policy) };
        let (mut message, mut next) = message.step(&timing, START, Event::WorkerDied, 0.0);
        for wait in [2, 10, 60] {
            assert_eq!(next, Next::LookUpAt(START.plus(Duration::from_secs(wait))));
            (message, next) = message.step(&timing, START, Event::LookedUp(LookUp::Missing), 0.0);
        }
        assert_eq!(message.state, state);
        assert_eq!(message.possibly_doubled, policy == DoubtPolicy::MustArrive);
        assert_eq!(next == Next::Rest, policy == DoubtPolicy::NeverTwice);
    }
}

/// Not even what must arrive is sent again when not finding it proves nothing.
#[test]
fn what_cannot_be_looked_up_rests_until_a_person_or_a_receipt_decides() {
    let timing = Timing::default();
    for policy in [DoubtPolicy::NeverTwice, DoubtPolicy::MustArrive] {
        let message = Outgoing { state: MessageState::Sending, ..Outgoing::new(START, policy) };
        let (mut message, mut next) = message.step(&timing, START, Event::Answered(Answer::Doubtful), 0.0);
        for wait in [2, 10, 60] {
            assert_eq!(next, Next::LookUpAt(START.plus(Duration::from_secs(wait))));
            (message, next) = message.step(&timing, START, Event::LookedUp(LookUp::Unproven), 0.0);
        }
        assert_eq!((message.state, next), (MessageState::Unknown, Next::Rest));
        assert!(!message.possibly_doubled);
        let (message, _) = message.step(&timing, START, Event::Receipt(MessageState::Delivered), 0.0);
        assert_eq!(message.state, MessageState::Delivered);
    }
}

proptest! {
    #[test]
    fn a_receipt_never_takes_a_tick_away(message in messages(), timing in timings(), state in states()) {
        let (after, _) = message.step(&timing, START, Event::Receipt(state), 0.5);
        prop_assert!(after.state.rank() >= message.state.rank());
        prop_assert!(after == message || after.state == state);
    }

    /// Any order, any number of copies, any loss: the furthest of those that came counts, the first of equals.
    #[test]
    fn receipts_end_at_the_furthest_that_came(receipts in prop::collection::vec(reported(), 0..12)) {
        let (timing, sent) = (Timing::default(), Outgoing::new(START, DoubtPolicy::MustArrive));
        let sent = Outgoing { state: MessageState::Sent, ..sent };
        let after = receipts.iter().fold(sent, |message, state| {
            message.step(&timing, START, Event::Receipt(*state), 0.5).0
        });
        let rank = receipts.iter().map(|state| state.rank()).max().unwrap_or_default().max(sent.state.rank());
        let first = receipts.iter().find(|state| state.rank() == rank && rank > sent.state.rank());
        prop_assert_eq!(after.state, first.copied().unwrap_or(MessageState::Sent));
    }

    #[test]
    fn the_provider_is_called_only_for_a_queued_message_that_was_claimed(
        message in messages(), timing in timings(), event in events(), fraction in 0.0..1.0,
    ) {
        let (after, next) = message.step(&timing, START, event, fraction);
        if next == Next::CallProvider {
            prop_assert_eq!((message.state, event), (MessageState::Queued, Event::Claimed));
            prop_assert_eq!(after.state, MessageState::Sending);
        }
    }

    /// Out of doubt there are four ways: it was found, a receipt came, it was refused after all, or every
    /// look-up found nothing and the policy says that none is worse than two.
    #[test]
    fn a_doubt_ends_only_when_it_is_settled(
        message in messages(), timing in timings(), event in events(), fraction in 0.0..1.0,
    ) {
        let message = Outgoing { state: MessageState::Unknown, ..message };
        let (after, next) = message.step(&timing, START, event, fraction);
        prop_assert_ne!(next, Next::CallProvider);
        match after.state {
            MessageState::Unknown => {}
            MessageState::Queued if event == Event::LookedUp(LookUp::Missing) => {
                prop_assert_eq!(message.policy, DoubtPolicy::MustArrive);
                prop_assert!(message.checks as usize + 1 >= timing.look_ups.len());
                prop_assert!(after.possibly_doubled);
            }
            _ => prop_assert!(!matches!(
                event,
                Event::Claimed | Event::WorkerDied | Event::CancelRequested
                    | Event::LookedUp(LookUp::Missing | LookUp::Unproven | LookUp::Unavailable)
                    | Event::Answered(Answer::Doubtful)
            )),
        }
    }

    /// Nobody is told to do something at a time that has passed.
    #[test]
    fn what_comes_next_lies_ahead(
        message in messages(), timing in timings(), event in events(), fraction in 0.0..1.0,
    ) {
        let (_, next) = message.step(&timing, START, event, fraction);
        if let Next::RetryAt(at) | Next::LookUpAt(at) | Next::PollAt(at) = next {
            prop_assert!(at >= START);
        }
    }

    #[test]
    fn what_is_final_stays_so_but_for_what_was_read(
        message in messages(), timing in timings(), event in events(), fraction in 0.0..1.0,
    ) {
        let state = if message.state.is_final() { message.state } else { MessageState::Delivered };
        let message = Outgoing { state, ..message };
        let (after, next) = message.step(&timing, START, event, fraction);
        let is_read = event == Event::Receipt(MessageState::Read);
        prop_assert!(after == message || (is_read && after.state == MessageState::Read));
        prop_assert!(matches!(next, Next::AsPlanned | Next::Rest));
    }

    #[test]
    fn a_message_is_called_off_only_before_an_attempt(
        message in messages(), timing in timings(), event in events(), fraction in 0.0..1.0,
    ) {
        let (after, _) = message.step(&timing, START, event, fraction);
        if after.state == MessageState::Canceled && message.state != MessageState::Canceled && event == Event::CancelRequested {
            prop_assert!(matches!(
                message.state,
                MessageState::Scheduled | MessageState::Held | MessageState::Queued
            ));
        }
    }

    /// A whole life: whatever the provider does, the work ends, and what left is accounted for.
    #[test]
    fn every_life_ends_and_no_message_leaves_twice_unknowingly(
        policy in policies(),
        course in prop::collection::vec((answers(), look_ups(), prop::option::weighted(0.1, reported()), any::<bool>()), 1..40),
        fraction in 0.0..1.0,
    ) {
        let life = Life::run(policy, course, fraction);
        prop_assert!(life.ended, "{life:?}");
        let message = life.message;
        prop_assert!(message.state.is_final() || matches!(message.state, MessageState::Sent | MessageState::Unknown));
        // Sent again after a doubt: said so, and never against the policy.
        prop_assert!(life.resent_in_doubt == 0 || message.possibly_doubled);
        if policy == DoubtPolicy::NeverTwice {
            prop_assert_eq!(life.resent_in_doubt, 0);
        }
    }
}

/// A message's life, played as delivery would.
#[derive(Debug)]
struct Life {
    message: Outgoing,
    now: Timestamp,
    /// The last attempt may have reached the provider, as far as we know.
    may_have_left: bool,
    /// How often it was handed over although an earlier attempt may have arrived.
    resent_in_doubt: u32,
    ended: bool,
}

/// What happens at one step: the answer to an attempt, the result of a look-up, a receipt that comes by the
/// way, and whether the worker dies before it hears the answer.
type Turn = (Answer, LookUp, Option<MessageState>, bool);

impl Life {
    fn run(policy: DoubtPolicy, course: Vec<Turn>, fraction: f64) -> Life {
        let timing = Timing::default();
        let message = Outgoing::new(START, policy);
        let mut life = Life { message, now: START, may_have_left: false, resent_in_doubt: 0, ended: false };
        let mut next = Next::RetryAt(START);
        // After the given course the provider is well again, but for receipts that stay out.
        let well = std::iter::repeat((Answer::Accepted, LookUp::Missing, None, false));
        for turn in course.into_iter().chain(well).take(200) {
            next = life.turn(&timing, next, turn, fraction);
            if next == Next::Rest {
                life.ended = true;
                break;
            }
        }
        life
    }

    /// Does what is next and says what is next then.
    fn turn(&mut self, timing: &Timing, next: Next, turn: Turn, fraction: f64) -> Next {
        let (answer, look_up, receipt, dies) = turn;
        if let Some(state) = receipt.filter(|_| self.may_have_left) {
            // Only what the provider has can be reported on.
            match self.step(timing, Event::Receipt(state), fraction) {
                Next::AsPlanned => {}
                planned => return planned,
            }
        }
        match next {
            Next::RetryAt(at) => {
                self.now = self.now.max(at);
                match self.step(timing, Event::Claimed, fraction) {
                    Next::CallProvider => self.hand_over(timing, answer, dies, fraction),
                    // It was settled while it waited.
                    _ => Next::Rest,
                }
            }
            Next::LookUpAt(at) => {
                self.now = self.now.max(at);
                self.settled(timing, Event::LookedUp(look_up), fraction)
            }
            Next::PollAt(at) => {
                self.now = self.now.max(at);
                self.settled(timing, Event::LookedUp(look_up), fraction)
            }
            Next::Rest | Next::AsPlanned | Next::CallProvider => Next::Rest,
        }
    }

    fn hand_over(&mut self, timing: &Timing, answer: Answer, dies: bool, fraction: f64) -> Next {
        self.resent_in_doubt += u32::from(self.may_have_left);
        self.may_have_left |= dies || !matches!(answer, Answer::NotSent { .. });
        let event = if dies { Event::WorkerDied } else { Event::Answered(answer) };
        self.settled(timing, event, fraction)
    }

    /// A step after which nothing planned before is left.
    fn settled(&mut self, timing: &Timing, event: Event, fraction: f64) -> Next {
        match self.step(timing, event, fraction) {
            Next::AsPlanned => Next::Rest,
            next => next,
        }
    }

    fn step(&mut self, timing: &Timing, event: Event, fraction: f64) -> Next {
        let (message, next) = self.message.step(timing, self.now, event, fraction);
        self.message = message;
        next
    }
}
