//! A message that waits is changed, hurried or called off (C4).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::CreateFault;

use super::{later, states, timeline};
use crate::jobs::Queue;
use crate::test_support::{ANA, Client, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_planned_message_is_called_off,
    a_planned_message_gets_another_text_and_time,
    a_queued_message_can_be_put_off_and_lets_the_next_one_go,
    a_planned_message_is_sent_now,
    what_has_left_or_is_in_hand_cannot_be_changed,
    what_cannot_be_is_refused_by_its_field,
    their_answer_calls_off_what_was_only_for_their_silence,
    another_persons_answer_calls_nothing_off,
    a_priority_can_be_raised,
];

const HOUR: Duration = Duration::from_secs(3_600);

async fn change(client: &Client, message: &str, to: Value) -> Value {
    client.patch(&format!("/api/messages/{message}"), to).await.expect(200)
}

async fn press(client: &Client, message: &str, button: &str) -> crate::test_support::Answer {
    client.post(&format!("/api/messages/{message}/{button}"), json!({})).await
}

async fn a_planned_message_is_called_off(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    assert_eq!(press(&owner, &message, "cancel").await.expect(200)["state"], "canceled");
    assert!(app.jobs().await.is_empty());
    app.after(HOUR).await;
    assert!(app.carrier.accepted().is_empty());
    let told = owner.message(&message).await;
    assert_eq!(timeline(&told), ["Accepted; it waits for its time", "Canceled"]);
}

async fn a_planned_message_gets_another_text_and_time(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    let long = "x".repeat(200);
    let changed = change(&owner, &message, json!({ "body": long })).await;
    assert_eq!((text(&changed["body"]), &changed["segments"]), (long.as_str(), &json!(2)));
    let local = json!({ "send_at_local": "2026-11-03T18:00", "time_zone": "America/Chicago" });
    let changed = change(&owner, &message, local).await;
    let expected = json!({ "at": "2026-11-04T00:00:00.000000Z", "local": "2026-11-03T18:00",
        "time_zone": "America/Chicago", "cancel_if_answered": false });
    assert_eq!(changed["scheduled"], expected);
    app.after(HOUR).await;
    assert!(app.carrier.accepted().is_empty(), "the old time is no time any more");
    // An instant is no wall time.
    let changed = change(&owner, &message, json!({ "send_at": later(&app, 2 * HOUR) })).await;
    assert_eq!(changed["scheduled"]["local"], Value::Null);
    app.after(2 * HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), [long]);
}

async fn a_queued_message_can_be_put_off_and_lets_the_next_one_go(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::Throttle]);
    let first = id(&owner.send(ANA, "first").await);
    owner.send(ANA, "second").await;
    app.run_due_jobs().await;
    let put_off = change(&owner, &first, json!({ "send_at": later(&app, HOUR) })).await;
    assert_eq!(text(&put_off["state"]), "scheduled");
    app.after(Duration::from_secs(5)).await;
    assert_eq!(app.carrier.texts_to(ANA), ["second"]);
    app.after(HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), ["second", "first"]);
}

async fn a_planned_message_is_sent_now(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    press(&owner, &message, "send-now").await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(states(&app, &message).await, ["scheduled", "queued", "sending", "sent"]);
    press(&owner, &message, "send-now").await.problem(409, "too_late");
    app.after(HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Later"]);
}

async fn what_has_left_or_is_in_hand_cannot_be_changed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let planned = json!({ "to": ANA, "body": "Hello", "send_at": later(&app, HOUR) });
    let message = owner.send_json(planned).await;
    app.advance(HOUR).await;
    let job = app.app().worker.claim(Queue::Send).await.remove(0);
    let address = format!("/api/messages/{message}");
    let wishes = [json!({ "body": "Oops" }), json!({ "send_at": later(&app, HOUR) })];
    for wish in &wishes {
        owner.patch(&address, wish.clone()).await.problem(409, "too_late");
    }
    press(&owner, &message, "send-now").await.problem(409, "too_late");
    press(&owner, &message, "cancel").await.problem(409, "too_late");
    app.app().worker.run_claimed(job).await;
    for wish in &wishes {
        owner.patch(&address, wish.clone()).await.problem(409, "too_late");
    }
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
    let nobody = "/api/messages/00000000-0000-7000-8000-000000000000";
    owner.patch(nobody, json!({ "body": "Hello?" })).await.problem(404, "not_found");
}

async fn what_cannot_be_is_refused_by_its_field(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    let past = app.now().minus(HOUR).to_string();
    for (wish, field) in [
        (json!({ "body": " " }), "body"),
        (json!({ "body": "x".repeat(1_601) }), "body"),
        (json!({ "priority": 11 }), "priority"),
        (json!({ "send_at": past }), "send_at"),
        (json!({ "send_at": later(&app, 400 * 24 * HOUR) }), "send_at"),
        (json!({ "send_at_local": "soon" }), "send_at_local"),
    ] {
        let answer = owner.patch(&format!("/api/messages/{message}"), wish.clone()).await;
        let problem = answer.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{wish}: {problem}");
    }
    assert_eq!(text(&owner.message(&message).await["body"]), "Later");
    app.leaves_jobs();
}

async fn their_answer_calls_off_what_was_only_for_their_silence(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let at = later(&app, HOUR);
    let wish = |body: &str, wanted: bool| json!({ "to": ANA, "body": body, "send_at": at, "cancel_if_answered": wanted });
    let reminder = owner.send_json(wish("Still there?", true)).await;
    let second = owner.send_json(wish("Hello?", false)).await;
    change(&owner, &second, json!({ "cancel_if_answered": true })).await;
    owner.send_json(wish("See you", false)).await;
    let once_more = owner.send_json(wish("Bye", true)).await;
    change(&owner, &once_more, json!({ "cancel_if_answered": false })).await;
    app.receive("SM1", ANA, "Here I am").await;
    app.run_due_jobs().await;
    for message in [&reminder, &second] {
        assert_eq!(owner.state(message).await, "canceled");
    }
    app.after(HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), ["See you", "Bye"]);
}

async fn another_persons_answer_calls_nothing_off(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wish = json!({ "to": ANA, "body": "Still there?", "send_at": later(&app, HOUR), "cancel_if_answered": true });
    owner.send_json(wish).await;
    app.receive("SM1", crate::test_support::BEN, "Hi").await;
    app.after(HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Still there?"]);
}

async fn a_priority_can_be_raised(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wish = json!({ "to": ANA, "body": "Later", "send_at": later(&app, 9 * HOUR), "priority": 1 });
    let message = owner.send_json(wish).await;
    assert_eq!(change(&owner, &message, json!({ "priority": 10 })).await["priority"], 10);
    app.after(9 * HOUR).await;
    assert_eq!(owner.state(&message).await, "sent", "urgent ones pass quiet hours");
}
