//! What has a time leaves then, once (C4).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::CreateFault;

use super::{change_rules, later};
use crate::test_support::{ANA, BEN, Client, TestSetup, id, on_both_engines, on_postgres, text};

on_both_engines![
    a_message_leaves_at_its_time_once,
    it_leaves_once_though_we_restart_across_its_time,
    a_wall_time_is_the_recipients,
    a_wall_time_that_the_clocks_skip_is_the_next_there_is,
    a_time_that_cannot_be_is_refused_by_its_field,
    what_is_planned_holds_up_no_reply,
    what_comes_due_behind_a_message_in_doubt_waits_for_it,
    those_of_one_instant_leave_in_the_order_they_were_made,
    one_that_is_due_goes_before_a_reply_made_later,
    what_came_due_long_ago_is_a_dead_letter,
    what_came_due_long_ago_leaves_if_the_rules_say_so,
    what_expired_while_it_waited_does_not_leave,
    a_plan_made_days_ago_has_its_full_time_at_a_busy_carrier,
];

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

async fn a_message_leaves_at_its_time_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let at = later(&app, 2 * HOUR);
    let made = owner.try_send_json(json!({ "to": ANA, "body": "Later", "send_at": at })).await.expect(201);
    assert_eq!((text(&made["state"]), text(&made["scheduled"]["at"])), ("scheduled", at.as_str()));
    let thread = owner.get(&format!("/api/conversations/{}", text(&made["conversation_id"]))).await;
    assert_eq!(thread.expect(200)["last_message"], Value::Null, "it moves its thread only when it leaves");

    app.after(2 * HOUR - MINUTE).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(MINUTE).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Later"]);
    let sent = owner.message(&id(&made)).await;
    assert_eq!((text(&sent["state"]), text(&sent["scheduled"]["at"])), ("sent", at.as_str()));
    let thread = owner.get(&format!("/api/conversations/{}", text(&made["conversation_id"]))).await;
    assert_eq!(thread.expect(200)["last_message"]["id"], made["id"]);
    app.after(DAY).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Later"]);
}

async fn it_leaves_once_though_we_restart_across_its_time(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    app.after(HOUR - MINUTE).await;
    app.kill();
    app.clock.advance(2 * MINUTE);
    app.restart().await;
    // And once more, with the job in hand.
    assert_eq!(app.app().worker.claim(crate::jobs::Queue::Send).await.len(), 1);
    app.restart().await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["Later"]);
}

/// When the message is to leave, with the wall time and zone it was asked for in.
async fn planned(owner: &Client, message: Value) -> [String; 3] {
    let made = owner.try_send_json(message).await.expect(201);
    owner.post(&format!("/api/messages/{}/cancel", id(&made)), json!({})).await.expect(200);
    ["at", "local", "time_zone"].map(|name| text(&made["scheduled"][name]).to_owned())
}

async fn a_wall_time_is_the_recipients(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let nine = "2026-11-04T09:00";
    let asked = |to: &str| json!({ "to": to, "body": "Good morning", "send_at_local": nine });
    let expect = |at: &str, zone: &str| [at.to_owned(), nine.to_owned(), zone.to_owned()];
    assert_eq!(planned(&owner, asked(ANA)).await, expect("2026-11-04T14:00:00.000000Z", "America/New_York"));
    assert_eq!(planned(&owner, asked(BEN)).await, expect("2026-11-04T15:00:00.000000Z", "America/Chicago"));
    let mut berlin = asked(ANA);
    berlin["time_zone"] = json!("Europe/Berlin");
    assert_eq!(planned(&owner, berlin).await, expect("2026-11-04T08:00:00.000000Z", "Europe/Berlin"));

    let ana = owner.get("/api/contacts?q=12125550163").await.expect(200)["items"][0].clone();
    owner
        .patch(&format!("/api/contacts/{}", id(&ana)), json!({ "time_zone": "Asia/Tokyo" }))
        .await
        .expect(200);
    assert_eq!(planned(&owner, asked(ANA)).await, expect("2026-11-04T00:00:00.000000Z", "Asia/Tokyo"));
}

/// On 14 March 2027 the clocks of New York go from two to three.
async fn a_wall_time_that_the_clocks_skip_is_the_next_there_is(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let skipped = json!({ "to": ANA, "body": "Hello", "send_at_local": "2027-03-14T02:30" });
    assert_eq!(planned(&owner, skipped).await[0], "2027-03-14T07:00:00.000000Z");
}

async fn a_time_that_cannot_be_is_refused_by_its_field(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let past = app.now().minus(2 * MINUTE).to_string();
    let local = "2026-11-04T09:00";
    for (fields, field) in [
        (json!({ "send_at": past }), "send_at"),
        (json!({ "send_at": later(&app, 367 * DAY) }), "send_at"),
        (json!({ "send_at": later(&app, HOUR), "send_at_local": local }), "send_at"),
        (json!({ "send_at_local": "2026-11-03T09:00" }), "send_at_local"),
        (json!({ "send_at_local": "2028-11-03T09:00" }), "send_at_local"),
        (json!({ "send_at_local": "tomorrow" }), "send_at_local"),
        (json!({ "send_at_local": "2026-11-04T09:00+01:00" }), "send_at_local"),
        (json!({ "send_at_local": local, "time_zone": "Mars/Olympus" }), "time_zone"),
        (json!({ "time_zone": "Europe/Berlin" }), "time_zone"),
        (json!({ "cancel_if_answered": true }), "cancel_if_answered"),
        (json!({ "expires_at": past }), "expires_at"),
    ] {
        let mut message = json!({ "to": ANA, "body": "Hello" });
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let problem = owner.try_send_json(message).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{fields}: {problem}");
    }
    // Clocks of browsers differ a little.
    let just_now = app.now().minus(MINUTE / 2).to_string();
    owner.send_json(json!({ "to": ANA, "body": "Now", "send_at": just_now })).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Now"]);
}

async fn what_is_planned_holds_up_no_reply(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    owner.send(ANA, "Now").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Now"]);
    app.after(HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Now", "Later"]);
}

async fn what_comes_due_behind_a_message_in_doubt_waits_for_it(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let soon = later(&app, Duration::from_secs(1));
    owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": soon })).await;
    app.carrier.next([CreateFault::ErrorBefore]);
    owner.send(ANA, "Now").await;
    app.run_due_jobs().await;
    app.after(Duration::from_secs(1)).await;
    assert!(app.carrier.accepted().is_empty(), "one attempt to a person at a time");
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Now", "Later"]);
}

async fn those_of_one_instant_leave_in_the_order_they_were_made(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let at = later(&app, HOUR);
    let mut made = Vec::new();
    for number in 0..10 {
        let planned = if number == 3 { later(&app, 2 * HOUR) } else { at.clone() };
        let message = json!({ "to": ANA, "body": number.to_string(), "send_at": planned });
        made.push(owner.send_json(message).await);
    }
    // Brought forward, it takes the place it was made at.
    owner.patch(&format!("/api/messages/{}", made[3]), json!({ "send_at": at })).await.expect(200);
    app.after(HOUR).await;
    let expected: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    assert_eq!(app.carrier.texts_to(ANA), expected);
}

/// Both can leave at the same moment, and only one has been claimed yet.
async fn one_that_is_due_goes_before_a_reply_made_later(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.send_json(json!({ "to": ANA, "body": "planned", "send_at": later(&app, HOUR) })).await;
    app.advance(HOUR).await;
    let planned = app.app().worker.claim(crate::jobs::Queue::Send).await.remove(0);
    owner.send(ANA, "reply").await;
    app.carrier.hold_answers();
    let worker = app.app().worker.clone();
    let first = tokio::spawn(async move { worker.run_claimed(planned).await });
    app.carrier.until_accepted(1).await;
    assert_eq!(app.run_due_jobs().await, 0, "the reply waits for its turn");
    app.carrier.open_wire();
    first.await.unwrap();
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["planned", "reply"]);
}

async fn what_came_due_long_ago_is_a_dead_letter(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let late = owner.send_json(json!({ "to": ANA, "body": "late", "send_at": later(&app, HOUR) })).await;
    let early = json!({ "to": BEN, "body": "in time", "send_at": later(&app, 3 * HOUR) });
    let early = owner.send_json(early).await;
    app.kill();
    app.clock.advance(26 * HOUR);
    app.restart().await;
    app.run_due_jobs().await;
    let late = owner.message(&late).await;
    assert_eq!((text(&late["state"]), text(&late["error"]["code"])), ("failed", "too_late"));
    assert_eq!(owner.state(&early).await, "sent");
    let groups = owner.get("/api/dead-letters/groups").await.expect(200);
    assert_eq!((&groups["items"][0]["code"], &groups["total"]), (&json!("too_late"), &json!(1)));
}

async fn what_came_due_long_ago_leaves_if_the_rules_say_so(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    change_rules(&owner, json!({ "late": { "after_seconds": 60, "action": "send" } })).await;
    owner.send_json(json!({ "to": ANA, "body": "late", "send_at": later(&app, HOUR) })).await;
    app.kill();
    app.clock.advance(26 * HOUR);
    app.restart().await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["late"]);
}

async fn what_expired_while_it_waited_does_not_leave(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let (at, end) = (later(&app, HOUR), later(&app, 2 * HOUR));
    let planned = json!({ "to": ANA, "body": "planned", "send_at": at, "expires_at": end });
    let planned = owner.send_json(planned).await;
    let queued = owner.send_json(json!({ "to": BEN, "body": "queued", "expires_at": end })).await;
    app.kill();
    app.clock.advance(2 * HOUR);
    app.restart().await;
    app.run_due_jobs().await;
    for message in [planned, queued] {
        let message = owner.message(&message).await;
        assert_eq!((text(&message["state"]), text(&message["error"]["code"])), ("failed", "expired"));
    }
    assert!(app.carrier.accepted().is_empty());
}

/// How long a busy carrier is tried counts from when it may leave, not from when it was planned.
async fn a_plan_made_days_ago_has_its_full_time_at_a_busy_carrier(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message =
        owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, 3 * DAY) })).await;
    app.carrier.next([CreateFault::Throttle]);
    app.after(3 * DAY).await;
    assert_eq!(owner.state(&message).await, "queued");
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
}

mod several {
    use futures::join;

    use super::*;
    use crate::test_support::customer;

    on_postgres![two_nodes_send_what_is_due_once];

    async fn two_nodes_send_what_is_due_once(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("two").await;
        let at = later(&app, HOUR);
        for number in 0..40 {
            for body in ["1", "2"] {
                owner.send_json(json!({ "to": customer(number), "body": body, "send_at": at })).await;
            }
        }
        app.advance_beside(&other, HOUR).await;
        join!(app.run_due_jobs(), other.run_due_jobs());
        app.run_to_the_end().await;
        for number in 0..40 {
            assert_eq!(app.carrier.texts_to(&customer(number)), ["1", "2"]);
        }
        assert_eq!(app.log.count("deadlock"), 0, "{}", app.log.text());
    }
}
