//! The worker dies, or loses its claim, at the worst moment (C "Beyond": loses no message, sends none twice).

use std::time::Duration;

use trunkline_simulator::Faults;
use trunkline_store::sql;

use super::{attempts, states, timeline};
use crate::test_support::{ANA, TestApp, TestSetup, id, on_both_engines, on_postgres, soon, text};

on_both_engines![
    death_before_the_intent_costs_nothing,
    death_between_intent_and_answer_is_looked_up,
    death_before_the_carrier_took_it_is_looked_up_and_sent_again,
    an_answer_under_a_lost_claim_changes_nothing,
];

async fn death_before_the_intent_costs_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    let claimed = app.app().worker.claim(crate::jobs::Queue::Send).await;
    assert_eq!(claimed.len(), 1);
    app.restart().await;
    app.run_due_jobs().await;
    assert_eq!(states(&app, &message).await, ["queued", "sending", "sent"]);
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn death_between_intent_and_answer_is_looked_up(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    app.carrier.until_accepted(1).await;
    app.restart().await;
    app.carrier.open_wire();
    app.run_due_jobs().await;
    let doubtful = owner.message(&message).await;
    assert_eq!(text(&doubtful["state"]), "unknown");
    assert!(timeline(&doubtful).iter().any(|step| step.contains("restarted")), "{doubtful}");

    app.after(Duration::from_secs(2)).await;
    let found = owner.message(&message).await;
    let item = app.carrier.accepted().remove(0);
    assert_eq!((text(&found["state"]), text(&found["provider_message_id"])), ("sent", item.sid.as_str()));
    assert_eq!(attempts(&app, &message).await, ["accepted"]);
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn death_before_the_carrier_took_it_is_looked_up_and_sent_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let slow = trunkline_simulator::Span { min: 600_000, max: 600_000 };
    app.carrier.misbehave(Faults { latency_ms: slow, ..Faults::default() });
    let message = id(&owner.send(ANA, "Hello").await);
    app.spawn_due_jobs();
    until_sending(&app).await;
    app.restart().await;
    app.carrier.misbehave(Faults::default());
    app.run_to_the_end().await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), &sent["possibly_doubled"]), ("sent", &true.into()));
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

/// Waits until an intent is on disk.
async fn until_sending(app: &TestApp) {
    let sending = sql!("select count(*) from messages where state = 'sending'");
    soon(async {
        while app.read(move |tx| tx.query_one(sending, &[], |row| row.get::<i64>(0))).await == 0 {}
    })
    .await;
}

/// Another node has taken the job over while this one waited for the carrier. What this one then learns must
/// not be recorded under a claim that is not its own.
async fn an_answer_under_a_lost_claim_changes_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    app.carrier.until_accepted(1).await;
    let take_over = sql!("update jobs set epoch = epoch + 1000000, claim = claim + 1");
    app.store.write(move |tx| tx.execute_exactly(1, take_over, &[])).await.unwrap();
    app.carrier.open_wire();
    app.until_jobs_ended().await;

    assert_eq!(states(&app, &message).await, ["queued", "sending"]);
    assert_eq!(attempts(&app, &message).await, ["open"]);
    assert!(app.jobs().await[0].claimed);
    // The new holder goes on from there.
    app.restart().await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

mod nodes {
    use super::*;

    on_postgres![a_node_without_a_fresh_lease_sends_nothing];

    /// Its heartbeat has been out so long that another node may be about to take over.
    async fn a_node_without_a_fresh_lease_sends_nothing(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        let message = id(&owner.send(ANA, "Hello").await);
        app.clock.advance(Duration::from_secs(6));
        app.run_due_jobs().await;
        assert_eq!(owner.state(&message).await, "queued");
        assert!(app.carrier.accepted().is_empty());
        app.after(Duration::from_secs(2)).await;
        assert_eq!(owner.state(&message).await, "sent");
    }
}
