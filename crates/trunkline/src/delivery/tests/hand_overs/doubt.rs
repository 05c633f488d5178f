//! Nobody knows whether the carrier has it: it leaves exactly once all the same.

use trunkline_simulator::Span;
use trunkline_store::sql;

use super::*;

on_both_engines![
    a_lost_answer_is_found_and_it_leaves_by_the_carrier,
    what_the_carrier_never_had_leaves_by_us,
    what_the_carrier_lists_late_is_called_off_before_it_leaves,
    death_between_intent_and_answer_is_looked_up,
    death_before_the_carrier_took_it_is_looked_up_and_it_leaves_by_us,
    a_wish_while_the_answer_is_out_is_granted,
    a_wish_for_what_is_not_found_is_granted,
    stop_while_the_answer_is_out_takes_it_back,
    a_reply_does_not_wait_for_a_hand_over_in_doubt,
    a_reply_in_the_same_words_is_not_taken_for_it,
    what_must_not_leave_twice_is_put_before_a_person,
    a_report_of_what_was_not_found_says_that_it_left,
    the_send_path_never_adopts_what_was_taken_back,
];

async fn a_lost_answer_is_found_and_it_leaves_by_the_carrier(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    for fault in [CreateFault::DropAnswer, CreateFault::ErrorAfter, CreateFault::GarbledAnswer] {
        let before = left_for(&app, ANA).len();
        app.carrier.next([fault]);
        let message = planned(&app, &owner, "Later").await;
        app.after(HOUR / 2).await;
        let told = owner.message(&message).await;
        let lost = "The carrier's answer was lost; looking whether it has it";
        assert!(timeline(&told).contains(&lost), "{fault:?}: {:?}", timeline(&told));
        app.after(2 * SECOND).await;
        let item = app.carrier.item(&message);
        let found = owner.message(&message).await;
        assert_eq!(text(&found["provider_message_id"]), item.sid, "{fault:?}");
        leaves(&app, &item).await;
        assert_eq!(owner.state(&message).await, "sent");
        assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (before + 1, 0));
    }
}

async fn what_the_carrier_never_had_leaves_by_us(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let message = planned(&app, &owner, "Later").await;
    app.after(HOUR / 2).await;
    for wait in [2, 10, 60] {
        app.after(wait * SECOND).await;
    }
    let told = owner.message(&message).await;
    assert!(timeline(&told).contains(&"The carrier does not have it; we send it at its time"));
    app.run_to_the_end().await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), &sent["possibly_doubled"]), ("sent", &json!(false)));
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
}

async fn what_the_carrier_lists_late_is_called_off_before_it_leaves(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { list_lag_ms: 600_000, ..Faults::default() });
    app.carrier.next([CreateFault::DropAnswer]);
    let message = planned(&app, &owner, "Later").await;
    app.after(HOUR / 2).await;
    let orphan = app.carrier.item(&message);
    for wait in [2, 10, 60, 27 * 60, 2] {
        app.after(wait * SECOND).await;
    }
    told(&app, &orphan.sid, Status::Canceled).await;
    assert_eq!(owner.state(&message).await, "scheduled");
    app.run_to_the_end().await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), &sent["possibly_doubled"]), ("sent", &json!(false)));
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
}

async fn death_between_intent_and_answer_is_looked_up(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    app.advance(HOUR / 2).await;
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    app.carrier.until_accepted(1).await;
    app.restart().await;
    app.carrier.open_wire();
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "scheduled");
    app.after(2 * SECOND).await;
    let item = app.carrier.item(&message);
    assert_eq!(text(&owner.message(&message).await["provider_message_id"]), item.sid);
    leaves(&app, &item).await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 0));
}

/// Waits until an intent to hand over is on disk.
async fn until_asked(app: &TestApp) {
    let asked = sql!("select count(*) from hand_overs where stage = 'asked'");
    soon(async { while app.read(move |tx| tx.query_one(asked, &[], |row| row.get::<i64>(0))).await == 0 {} })
        .await;
}

async fn death_before_the_carrier_took_it_is_looked_up_and_it_leaves_by_us(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    app.advance(HOUR / 2).await;
    let slow = Span { min: 600_000, max: 600_000 };
    app.carrier.misbehave(Faults { latency_ms: slow, ..Faults::default() });
    app.spawn_due_jobs();
    until_asked(&app).await;
    app.restart().await;
    app.carrier.misbehave(Faults::default());
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
}

async fn a_wish_while_the_answer_is_out_is_granted(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    app.advance(HOUR / 2).await;
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    app.carrier.until_accepted(1).await;
    press(&owner, &message, "cancel").await.expect(202);
    app.carrier.open_wire();
    app.until_jobs_ended().await;
    let item = app.carrier.item(&message);
    told(&app, &item.sid, Status::Canceled).await;
    assert_eq!(owner.state(&message).await, "canceled");
    app.run_to_the_end().await;
    assert!(left_for(&app, ANA).is_empty());
}

async fn a_wish_for_what_is_not_found_is_granted(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let message = planned(&app, &owner, "Later").await;
    app.after(HOUR / 2).await;
    press(&owner, &message, "cancel").await.expect(202);
    for wait in [2, 10, 60] {
        assert_eq!(owner.state(&message).await, "scheduled");
        app.after(wait * SECOND).await;
    }
    assert_eq!(owner.state(&message).await, "canceled");
    app.run_to_the_end().await;
    assert!(app.carrier.accepted().is_empty());
}

async fn stop_while_the_answer_is_out_takes_it_back(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let message = planned(&app, &owner, "Later").await;
    app.after(HOUR / 2).await;
    app.receive("SM1", ANA, "STOP").await;
    app.run_due_jobs().await;
    app.after(2 * SECOND).await;
    app.after(2 * SECOND).await;
    let item = app.carrier.item(&message);
    told(&app, &item.sid, Status::Canceled).await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "failed");
    assert!(left_for(&app, ANA).is_empty());
}

async fn a_reply_does_not_wait_for_a_hand_over_in_doubt(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let message = planned(&app, &owner, "Later").await;
    app.after(HOUR / 2).await;
    owner.send(ANA, "Now").await;
    app.run_due_jobs().await;
    assert_eq!(left_for(&app, ANA), ["Now"]);
    app.after(2 * SECOND).await;
    leaves(&app, &app.carrier.item(&message)).await;
    assert_eq!(left_for(&app, ANA).len(), 2);
}

/// Both answers are lost, and both messages say the same.
async fn a_reply_in_the_same_words_is_not_taken_for_it(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer, CreateFault::DropAnswer]);
    let message = planned(&app, &owner, "Yes").await;
    app.after(HOUR / 2).await;
    let reply = id(&owner.send(ANA, "Yes").await);
    app.run_due_jobs().await;
    app.after(2 * SECOND).await;
    for ours in [&message, &reply] {
        let known = owner.message(ours).await;
        assert_eq!(text(&known["provider_message_id"]), app.carrier.item(ours).sid);
    }
    leaves(&app, &app.carrier.item(&message)).await;
    assert_eq!(left_for(&app, ANA), ["Yes", "Yes"]);
}

async fn what_must_not_leave_twice_is_put_before_a_person(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    change_rules(&owner, json!({ "require_marketing_consent": false })).await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let sale = json!({ "to": ANA, "body": "Sale!", "purpose": "marketing", "send_at": in_time(&app, HOUR) });
    let message = owner.send_json(sale).await;
    app.run_to_the_end().await;
    let doubtful = owner.message(&message).await;
    assert_eq!(text(&doubtful["state"]), "unknown");
    assert!(timeline(&doubtful).iter().any(|step| step.contains("nobody can tell")));
    let letters = owner.get("/api/dead-letters/groups").await.expect(200);
    assert_eq!(letters["items"][0]["code"], "in_doubt");
    assert!(app.carrier.accepted().is_empty());
}

/// The list lags longer than we look, and then the callback comes.
async fn a_report_of_what_was_not_found_says_that_it_left(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { list_lag_ms: 600_000, ..Faults::default() });
    app.carrier.next([CreateFault::DropAnswer]);
    let message =
        owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": in_time(&app, 7 * MINUTE) })).await;
    app.run_due_jobs().await;
    let item = app.carrier.item(&message);
    for wait in [2, 10, 60] {
        app.after(wait * SECOND).await;
    }
    app.report(&item, "queued").send().await.expect(200);
    app.run_due_jobs().await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), text(&sent["provider_message_id"])), ("sent", item.sid.as_str()));
    app.run_to_the_end().await;
    assert_eq!(sent_by_us(&app, ANA), 0);
}

/// Sent now, and that answer is lost: in the list stand the copy that was taken back and the one that left.
async fn the_send_path_never_adopts_what_was_taken_back(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    app.carrier.next([CreateFault::ErrorBefore]);
    press(&owner, &message, "send-now").await.expect(202);
    app.run_due_jobs().await;
    told(&app, &item.sid, Status::Canceled).await;
    app.run_to_the_end().await;
    let sent = owner.message(&message).await;
    assert_eq!(text(&sent["state"]), "sent");
    assert_ne!(text(&sent["provider_message_id"]), item.sid);
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
}
