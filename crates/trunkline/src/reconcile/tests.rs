//! What the carrier took while we did not hear it arrives afterwards, once (D, "Beyond").

use std::time::Duration;

use trunkline_simulator::Faults;

use crate::test_support::{ANA, BEN, LINE, SECOND_LINE, TestApp, TestSetup, id, on_both_engines, soon, text};

on_both_engines![
    what_was_missed_is_fetched_once_with_its_time,
    what_arrived_is_not_fetched_again,
    a_webhook_that_comes_after_the_fetch_has_no_second_effect,
    the_last_word_counts_when_several_are_fetched,
    a_carrier_that_does_not_answer_is_asked_again,
    what_could_not_be_written_down_is_fetched_once_the_database_is_back,
];

/// The carrier takes a text and never tells us.
fn missed(app: &TestApp, from: &str, to: &str, body: &str) {
    app.carrier.misbehave(Faults { webhook_loss_rate: 1.0, ..Faults::default() });
    app.carrier.simulator.text(from, to, body, &[]).unwrap();
    app.carrier.misbehave(Faults::default());
}

/// As at the start of the process. The job comes again for ever, so one is always left.
async fn reconcile(app: &TestApp) {
    app.leaves_jobs();
    app.app().reconciler.start().await.unwrap();
    app.run_due_jobs().await;
}

async fn what_was_missed_is_fetched_once_with_its_time(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let (at, hour) = (app.now().secs(), Duration::from_secs(3_600));
    missed(&app, ANA, LINE, "Anybody there?");
    missed(&app, BEN, SECOND_LINE, "Hello?");
    app.advance(hour).await;
    reconcile(&app).await;
    reconcile(&app).await;
    app.after(Duration::from_secs(30)).await;

    let list = owner.get("/api/messages").await.expect(200);
    let messages = list["items"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    for message in messages {
        let shown: trunkline_domain::time::Timestamp = text(&message["at"]).parse().unwrap();
        assert_eq!(shown.secs(), at, "the carrier's time, not ours");
    }
    let details = owner.message(&id(&messages[0])).await;
    assert_eq!(details["timeline"][0]["text"], "Fetched from the carrier: its webhook never reached us");
    assert_eq!(app.figure("trunkline_recovered_messages_total"), 2);
}

async fn what_arrived_is_not_fetched_again(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.simulator.text(ANA, LINE, "Hello", &[]).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    reconcile(&app).await;
    let list = owner.get("/api/messages").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.figure("trunkline_recovered_messages_total"), 0);
}

async fn a_webhook_that_comes_after_the_fetch_has_no_second_effect(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    missed(&app, ANA, LINE, "Hello");
    reconcile(&app).await;
    let sid = app.carrier.simulator.ledger(0, 1).remove(0).sid;
    app.receive(&sid, ANA, "Hello").await;
    app.run_due_jobs().await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"][0]["unread_count"], 1);
}

/// START, then STOP. Whoever said STOP last must not be written to.
async fn the_last_word_counts_when_several_are_fetched(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for (phone, words) in [(ANA, ["START", "STOP"]), (BEN, ["STOP", "START"])] {
        for word in words {
            missed(&app, phone, LINE, word);
            app.advance(Duration::from_secs(5)).await;
        }
    }
    reconcile(&app).await;
    owner.try_send(ANA, "Hello").await.problem(422, "opted_out");
    owner.try_send(BEN, "Hello").await.expect(201);
    app.run_due_jobs().await;
}

async fn a_carrier_that_does_not_answer_is_asked_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    missed(&app, ANA, LINE, "Hello");
    app.carrier.cut_wire().await;
    app.leaves_errors();
    reconcile(&app).await;
    app.carrier.open_wire();
    app.after(Duration::from_secs(1)).await;
    let list = owner.get("/api/messages").await.expect(200);
    assert_eq!(list["items"][0]["body"], "Hello");
}

async fn what_could_not_be_written_down_is_fetched_once_the_database_is_back(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    app.watch_for_gaps();
    app.leave_no_room_to_spool();
    app.lose_database().await;
    app.carrier.simulator.text(ANA, LINE, "Hello", &[]).unwrap();
    app.carrier.until_told().await;
    app.regain_database().await;

    app.leaves_jobs();
    soon(async { while app.jobs().await.is_empty() {} }).await;
    app.run_due_jobs().await;
    let list = owner.get("/api/messages").await.expect(200);
    assert_eq!(list["items"][0]["body"], "Hello");
    assert_eq!(app.figure("trunkline_recovered_messages_total"), 1);
}
