//! Everything goes wrong at once, and the promises hold: nothing is lost, nothing leaves twice unknowingly,
//! and every message ends in a state that a person can act on.

use trunkline_simulator::{Faults, Span, Status};

use super::states;
use crate::test_support::{TestSetup, customer, id, on_both_engines, soon};

on_both_engines![a_storm_of_faults_ends_with_every_message_once, receipts_that_race_answers_disturb_nothing];

fn storm() -> Faults {
    Faults {
        throttle_rate: 0.1,
        error_before_rate: 0.1,
        error_after_rate: 0.1,
        drop_answer_rate: 0.1,
        garbled_answer_rate: 0.1,
        callback_loss_rate: 0.2,
        callback_double_rate: 0.3,
        callback_reorder_rate: 0.3,
        callback_delay_ms: Span { min: 0, max: 5 },
        list_lag_ms: 3_000,
        ..Faults::default()
    }
}

/// Three texts to each of twelve people, in order, while the process is killed now and then. Every draw is
/// seeded; only the interleaving of callbacks differs from run to run.
async fn a_storm_of_faults_ends_with_every_message_once(setup: TestSetup) {
    let app = setup.lively().polls([20, 120]).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(storm());
    let mut messages = Vec::new();
    for round in 1..=3 {
        for person in 0..12 {
            messages.push(id(&owner.send(&customer(person), &round.to_string()).await));
        }
        app.spawn_due_jobs();
        // Killed each time at another point of the work.
        for _ in 0..5 * round {
            app.jobs().await;
        }
        app.restart().await;
    }
    app.run_to_the_end().await;
    app.carrier.until_told().await;
    app.run_to_the_end().await;

    for message in &messages {
        let item = app.carrier.item(message);
        assert_eq!(item.status, Status::Delivered);
        // A lost last receipt is made good by a poll.
        assert_eq!(owner.state(message).await, "delivered", "{:?}", states(&app, message).await);
    }
    for person in 0..12 {
        let mut texts = app.carrier.texts_to(&customer(person));
        texts.dedup();
        assert_eq!(texts, ["1", "2", "3"], "in order, and none is missing");
    }
}

/// The carrier reports on a message while its answer is still being recorded, by the real worker.
async fn receipts_that_race_answers_disturb_nothing(setup: TestSetup) {
    let app = setup.in_real_time().lively().start().await;
    let owner = app.sign_up_owner().await;
    app.start_worker();
    let mut messages = Vec::new();
    for person in 0..60 {
        messages.push(id(&owner.send(&customer(person), "Hello").await));
    }
    app.carrier.until_accepted(messages.len()).await;
    app.carrier.until_told().await;
    soon(async { while !app.jobs().await.is_empty() {} }).await;
    for message in &messages {
        assert_eq!(owner.state(message).await, "delivered");
    }
    // Two transactions that wait for each other end with an error for one of them, which then tries again:
    // right in the end, but a second late.
    assert_eq!(app.log.count("deadlock"), 0, "{}", app.log.text());
}
