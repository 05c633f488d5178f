//! What the gate holds back, and when it lets it go (C8).

use std::time::Duration;

use serde_json::{Value, json};

use super::{change_rules, later, states};
use crate::test_support::{
    ANA, BEN, Client, LiveStream, TestApp, TestSetup, id, on_both_engines, soon, text,
};

on_both_engines![
    at_night_a_message_waits_for_the_morning_of_its_recipient,
    the_zone_of_the_contact_counts_before_that_of_the_number,
    who_wrote_within_a_day_is_answered_at_night,
    an_urgent_message_passes_quiet_hours,
    states_with_stricter_laws_have_other_hours,
    a_planned_message_is_held_when_its_time_falls_into_the_night,
    a_held_message_holds_up_no_other,
    rules_that_change_count_for_what_is_held,
    their_writing_lets_a_held_message_go,
    a_held_message_that_is_hurried_is_held_again,
    the_gate_is_asked_again_right_before_a_message_leaves,
    a_stop_ends_what_is_held_and_what_is_planned,
    a_block_ends_what_waits,
    what_expired_while_it_was_held_does_not_leave,
    a_check_says_what_would_happen,
];

const HOUR: Duration = Duration::from_secs(3_600);

/// Eight in the morning in New York, on the day after tests begin.
const MORNING: &str = "2026-11-04T13:00:00.000000Z";

/// Half past nine in the evening in New York, half past six in San Francisco.
async fn in_the_evening(setup: TestSetup) -> (TestApp, Client) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.advance(Duration::from_secs(8 * 3_600 + 1_800)).await;
    (app, owner)
}

async fn until_morning(app: &TestApp) {
    let morning: trunkline_domain::time::Timestamp = MORNING.parse().unwrap();
    app.after(morning.since(app.now()) - Duration::from_secs(60)).await;
    assert!(app.carrier.texts_to(ANA).is_empty());
    app.after(Duration::from_secs(60)).await;
}

#[track_caller]
fn assert_held(message: &Value) {
    assert_eq!(
        (text(&message["state"]), text(&message["hold"]["code"])),
        ("held", "quiet_hours"),
        "{message}"
    );
    assert_eq!(text(&message["hold"]["until"]), MORNING);
    assert!(text(&message["hold"]["reason"]).contains("quiet hours"), "{message}");
}

async fn at_night_a_message_waits_for_the_morning_of_its_recipient(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let held = owner.send(ANA, "Hello").await;
    assert_held(&held);
    assert!(text(&held["hold"]["reason"]).contains("America/New_York"), "{held}");
    owner.send("+14155550163", "Hello").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to("+14155550163"), ["Hello"], "there it is still day");
    until_morning(&app).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
    assert_eq!(states(&app, &id(&held)).await, ["held", "queued", "sending", "sent"]);
    assert_eq!(owner.message(&id(&held)).await["hold"], Value::Null);
}

async fn the_zone_of_the_contact_counts_before_that_of_the_number(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let zone = |phone: &str, zone: &str| json!({ "phone": phone, "time_zone": zone });
    owner.post("/api/contacts", zone(ANA, "America/Los_Angeles")).await.expect(201);
    owner.post("/api/contacts", zone("+14155550163", "America/New_York")).await.expect(201);
    assert_eq!(text(&owner.send(ANA, "Hello").await["state"]), "queued");
    assert_held(&owner.send("+14155550163", "Hello").await);
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
    app.run_to_the_end().await;
}

async fn who_wrote_within_a_day_is_answered_at_night(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "Are you there?").await;
    app.after(Duration::from_secs(23 * 3_600)).await;
    assert_eq!(text(&owner.send(ANA, "Yes").await["state"]), "queued");
    // At nine in the evening of the next day it is more than a day ago.
    app.after(Duration::from_secs(9 * 3_600)).await;
    assert_eq!(text(&owner.send(ANA, "Still here").await["state"]), "held");
    app.run_to_the_end().await;
}

async fn an_urgent_message_passes_quiet_hours(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let wish = |priority: u8| json!({ "to": ANA, "body": "Your code", "priority": priority });
    assert_eq!(text(&owner.try_send_json(wish(9)).await.expect(201)["state"]), "held");
    let urgent = owner.send_json(wish(10)).await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&urgent).await, "sent");
    app.run_to_the_end().await;
}

async fn states_with_stricter_laws_have_other_hours(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    // Half past eight in the evening on the east coast.
    app.advance(Duration::from_secs(7 * 3_600 + 1_800)).await;
    assert_eq!(text(&owner.send(ANA, "New York").await["state"]), "queued");
    assert_eq!(text(&owner.send("+13055550163", "Florida").await["state"]), "held");
    let region = json!([{ "region": "US-FL", "starts": "22:00", "ends": "07:00" }]);
    change_rules(&owner, json!({ "regions": region })).await;
    assert_eq!(text(&owner.send("+13055550164", "Florida").await["state"]), "queued");
    app.run_to_the_end().await;
}

async fn a_planned_message_is_held_when_its_time_falls_into_the_night(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wish = json!({ "to": ANA, "body": "Hello", "send_at": later(&app, 9 * HOUR) });
    let message = owner.try_send_json(wish).await.expect(201);
    assert_eq!((text(&message["state"]), &message["hold"]), ("scheduled", &Value::Null));
    app.after(9 * HOUR).await;
    let held = owner.message(&id(&message)).await;
    assert_held(&held);
    assert_eq!(held["scheduled"], message["scheduled"], "what was asked for stays on record");
    until_morning(&app).await;
    assert_eq!(states(&app, &id(&message)).await, ["scheduled", "held", "queued", "sending", "sent"]);
}

async fn a_held_message_holds_up_no_other(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    owner.send(ANA, "can wait").await;
    owner.send_json(json!({ "to": ANA, "body": "cannot", "priority": 10 })).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["cannot"]);
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["cannot", "can wait"]);
}

async fn rules_that_change_count_for_what_is_held(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let ana = owner.send(ANA, "Hello").await;
    let ben = json!({ "to": "+13055550163", "body": "Hello" });
    let ben = owner.send_json(ben).await;
    // Later in the morning: it is held for longer, and everyone is told.
    let mut browser = owner.live().await;
    change_rules(&owner, json!({ "quiet_hours": { "ends": "10:00" } })).await;
    app.run_due_jobs().await;
    let hears = async |browser: &mut LiveStream| {
        let event = browser.next().await.unwrap();
        event.data["id"] == ana["id"] && event.data["hold"]["until"] == "2026-11-04T15:00:00.000000Z"
    };
    soon(async { while !hears(&mut browser).await {} }).await;
    // Their zone turns out to be another: only theirs is asked about.
    let contact = text(&ana["contact_id"]);
    let zone = json!({ "time_zone": "America/Los_Angeles" });
    owner.patch(&format!("/api/contacts/{contact}"), zone).await.expect(200);
    app.run_due_jobs().await;
    assert_eq!((owner.state(&id(&ana)).await, owner.state(&ben).await), ("sent".into(), "held".into()));
    change_rules(&owner, json!({ "quiet_hours": { "enabled": false } })).await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&ben).await, "sent");
}

async fn their_writing_lets_a_held_message_go(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let ana = id(&owner.send(ANA, "Hello").await);
    let ben = owner.send_json(json!({ "to": "+13055550163", "body": "Hello" })).await;
    app.receive("SM1", ANA, "Anybody there?").await;
    app.run_due_jobs().await;
    assert_eq!((owner.state(&ana).await, owner.state(&ben).await), ("sent".into(), "held".into()));
    app.run_to_the_end().await;
}

async fn a_held_message_that_is_hurried_is_held_again(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let message = id(&owner.send(ANA, "Hello").await);
    owner.post(&format!("/api/messages/{message}/send-now"), json!({})).await.expect(200);
    app.run_due_jobs().await;
    assert_held(&owner.message(&message).await);
    until_morning(&app).await;
    assert_eq!(owner.state(&message).await, "sent");
}

/// It was accepted by day, and its turn came at night.
async fn the_gate_is_asked_again_right_before_a_message_leaves(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let first = id(&owner.send(ANA, "Hello").await);
    let second = id(&owner.send(ANA, "And").await);
    app.advance(9 * HOUR).await;
    app.run_due_jobs().await;
    assert_held(&owner.message(&first).await);
    assert_held(&owner.message(&second).await);
    until_morning(&app).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello", "And"]);
}

async fn a_stop_ends_what_is_held_and_what_is_planned(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let held = id(&owner.send(ANA, "held").await);
    let planned = json!({ "to": ANA, "body": "planned", "send_at": later(&app, 24 * HOUR) });
    let planned = owner.send_json(planned).await;
    app.receive("SM1", ANA, "STOP").await;
    app.run_to_the_end().await;
    for message in [held, planned] {
        let message = owner.message(&message).await;
        assert_eq!((text(&message["state"]), text(&message["error"]["code"])), ("failed", "opted_out"));
        assert!(text(&message["error"]["text"]).contains("START"), "{message}");
    }
    assert!(app.carrier.texts_to(ANA).is_empty());
}

async fn a_block_ends_what_waits(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let held = owner.send(ANA, "held").await;
    let block = format!("/api/contacts/{}/block", text(&held["contact_id"]));
    owner.put(&block, json!({ "reason": "Rude" })).await.expect(200);
    owner.try_send(ANA, "Hello").await.problem(422, "blocked");
    app.run_to_the_end().await;
    let ended = owner.message(&id(&held)).await;
    assert_eq!((text(&ended["state"]), text(&ended["error"]["code"])), ("failed", "blocked"));
    owner.ask(axum::http::Method::DELETE, &block, &[], None).await.expect(204);
    owner.send(ANA, "Hello again").await;
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello again"]);
}

async fn what_expired_while_it_was_held_does_not_leave(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let wish = json!({ "to": ANA, "body": "Tonight only", "expires_at": later(&app, 2 * HOUR) });
    let message = owner.send_json(wish).await;
    app.run_to_the_end().await;
    let expired = owner.message(&message).await;
    assert_eq!((text(&expired["state"]), text(&expired["error"]["code"])), ("failed", "expired"));
}

async fn a_check_says_what_would_happen(setup: TestSetup) {
    let (app, owner) = in_the_evening(setup).await;
    let check = async |message: Value| owner.post("/api/messages/check", message).await.expect(200);
    let night = check(json!({ "to": ANA, "body": "Hello" })).await;
    assert_eq!((&night["ok"], text(&night["hold_until"])), (&json!(true), MORNING));
    assert_eq!(night["recipient_time_zone"]["zones"], json!(["America/New_York"]));
    assert_eq!(night["recipient_time_zone"]["local_time"], "2026-11-03T21:30");
    app.receive("SM1", BEN, "STOP").await;
    app.run_due_jobs().await;
    let stopped = check(json!({ "to": BEN, "body": "Hello" })).await;
    assert_eq!((&stopped["ok"], text(&stopped["code"])), (&json!(false), "opted_out"));
    let offer = check(json!({ "to": ANA, "body": "Hello", "purpose": "transactional" })).await;
    assert_eq!(text(&offer["body"]), "Hello\nReply STOP to opt out.");
    assert!(app.jobs().await.is_empty(), "it changes nothing");
}
