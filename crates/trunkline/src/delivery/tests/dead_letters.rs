//! What was not delivered waits for a person, who can do something about it and undo that (C5, C9).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::CreateFault;

use super::states;
use crate::test_support::{
    ANA, BEN, Client, SECOND_LINE, TestApp, TestSetup, customer, id, on_both_engines, text,
};

on_both_engines![
    dead_letters_are_grouped_with_words,
    dead_letters_are_listed_newest_first_and_narrowed,
    one_sent_again_leaves_after_ten_seconds,
    one_is_sent_again_with_another_text,
    one_is_sent_again_by_another_line,
    what_is_dropped_is_kept_and_comes_back_when_undone,
    what_was_sent_again_is_called_off_when_undone,
    undoing_comes_too_late_once_it_has_left,
    all_that_a_filter_finds_are_taken,
    what_cannot_be_taken_says_why,
    a_parked_message_is_sent_again_by_a_person,
    a_parked_message_is_dropped,
    one_that_fails_again_is_a_dead_letter_of_its_own,
];

/// A number that the carrier refuses for good (21211).
const NOBODY: &str = "+15005550001";
/// A number that the carrier does not reach from here (21612).
const FAR: &str = "+15005550002";

const UNDO: Duration = Duration::from_secs(10);

async fn dead(app: &TestApp, owner: &Client, to: &str, body: &str) -> String {
    let message = id(&owner.send(to, body).await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "failed");
    message
}

async fn groups(owner: &Client) -> Value {
    owner.get("/api/dead-letters/groups").await.expect(200)
}

async fn list(owner: &Client, query: &str) -> Value {
    owner.get(&format!("/api/dead-letters?{query}")).await.expect(200)
}

fn bodies(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| text(&item["body"])).collect()
}

async fn act(owner: &Client, what: &str, selection: Value) -> Value {
    owner.post(&format!("/api/dead-letters/{what}"), selection).await.expect(200)
}

async fn undo(owner: &Client, action: &Value) -> Value {
    act(owner, "undo", json!({ "action_id": action["action_id"] })).await
}

/// The message that stands in for this one.
async fn replacement(owner: &Client, dead: &str) -> Value {
    let all = owner.get("/api/messages?direction=outbound").await.expect(200);
    let items = all["items"].as_array().unwrap();
    items.iter().find(|item| item["retry_of"] == dead).expect("a replacement").clone()
}

async fn dead_letters_are_grouped_with_words(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    dead(&app, &owner, NOBODY, "1").await;
    dead(&app, &owner, NOBODY, "2").await;
    dead(&app, &owner, FAR, "3").await;
    app.carrier.cut_wire().await;
    owner.send(ANA, "4").await;
    app.run_to_the_end().await;
    app.carrier.open_wire();
    let groups = groups(&owner).await;
    assert_eq!(groups["total"], 4);
    let items = groups["items"].as_array().unwrap();
    let counts: Vec<_> =
        items.iter().map(|group| (text(&group["code"]), group["count"].as_i64().unwrap())).collect();
    assert_eq!(counts, [("21211", 2), ("", 1), ("21612", 1)]);
    for group in items {
        assert!(!text(&group["title"]).is_empty() && text(&group["help"]).ends_with('.'), "{group}");
        assert!(text(&group["oldest_at"]) <= text(&group["newest_at"]));
    }
    assert_eq!((&items[0]["retryable"], &items[1]["retryable"]), (&json!(false), &json!(true)));
}

async fn dead_letters_are_listed_newest_first_and_narrowed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.post("/api/contacts", json!({ "name": "Nobody", "phone": NOBODY })).await.expect(201);
    for body in ["one", "two", "three"] {
        dead(&app, &owner, NOBODY, body).await;
    }
    dead(&app, &owner, FAR, "four").await;
    owner.send(BEN, "arrives").await;
    app.run_due_jobs().await;
    let first = list(&owner, "limit=2").await;
    assert_eq!((bodies(&first), &first["total"]), (vec!["four", "three"], &json!(4)));
    assert_eq!(first["items"][1]["contact"]["name"], "Nobody");
    let next = list(&owner, &format!("limit=2&cursor={}", text(&first["next_cursor"]))).await;
    assert_eq!((bodies(&next), &next["next_cursor"]), (vec!["two", "one"], &Value::Null));
    assert_eq!(bodies(&list(&owner, "code=21612").await), ["four"]);
    assert_eq!(bodies(&list(&owner, "code=").await), [""; 0]);
    assert_eq!(bodies(&list(&owner, "q=TWO").await), ["two"]);
    let lines = owner.get("/api/lines").await.expect(200);
    assert_eq!(bodies(&list(&owner, &format!("line_id={}", id(&lines["items"][1]))).await), [""; 0]);
}

async fn one_sent_again_leaves_after_ten_seconds(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let message = owner
        .send_json(json!({ "to": ANA, "body": "Hello", "priority": 3, "purpose": "transactional" }))
        .await;
    app.run_to_the_end().await;
    app.carrier.open_wire();
    let action = act(&owner, "retry", json!({ "ids": [message] })).await;
    assert_eq!((&action["done"], &action["refused"]), (&json!(1), &json!([])));
    let again = replacement(&owner, &message).await;
    assert_eq!((text(&again["state"]), &again["priority"]), ("scheduled", &json!(3)));
    assert_eq!(
        (text(&again["purpose"]), text(&again["body"])),
        ("transactional", "Hello\nReply STOP to opt out.")
    );
    assert!(owner.message(&message).await["dismissed_at"].is_string());
    assert_eq!(groups(&owner).await["total"], 0);
    app.after(UNDO - Duration::from_secs(1)).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(Duration::from_secs(1)).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello\nReply STOP to opt out."]);
    assert_eq!(owner.state(&message).await, "failed", "what happened to it stays on record");
}

async fn one_is_sent_again_with_another_text(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let (message, other) = (id(&owner.send(ANA, "Helo").await), id(&owner.send(BEN, "Hi").await));
    app.run_to_the_end().await;
    app.carrier.open_wire();
    let both = json!({ "ids": [message, other], "body": "Hello" });
    owner.post("/api/dead-letters/retry", both).await.problem(422, "invalid");
    let everyone = json!({ "all": true, "body": "Hello" });
    owner.post("/api/dead-letters/retry", everyone).await.problem(422, "invalid");
    let empty = json!({ "ids": [message], "body": " " });
    owner.post("/api/dead-letters/retry", empty).await.problem(422, "invalid");
    act(&owner, "retry", json!({ "ids": [message], "body": "Hello" })).await;
    app.after(UNDO).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
    assert_eq!(bodies(&list(&owner, "").await), ["Hi"]);
}

async fn one_is_sent_again_by_another_line(setup: TestSetup) {
    let app = setup.with_foreign_main().start().await;
    let owner = app.sign_up_owner().await;
    let message = dead(&app, &owner, ANA, "Hello").await;
    let lines = owner.get("/api/lines").await.expect(200);
    let second = id(&lines["items"][1]);
    act(&owner, "retry", json!({ "ids": [message], "line_id": second })).await;
    app.after(UNDO).await;
    assert_eq!(app.carrier.accepted()[0].from.as_deref(), Some(SECOND_LINE));
    let nowhere = json!({ "ids": [message], "line_id": "00000000-0000-7000-8000-000000000000" });
    owner.post("/api/dead-letters/retry", nowhere).await.problem(422, "invalid");
}

async fn what_is_dropped_is_kept_and_comes_back_when_undone(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = dead(&app, &owner, NOBODY, "Hello").await;
    let action = act(&owner, "drop", json!({ "ids": [message] })).await;
    assert_eq!(action["done"], 1);
    assert_eq!(groups(&owner).await["total"], 0);
    assert_eq!(owner.state(&message).await, "failed");
    assert_eq!(undo(&owner, &action).await, json!({ "undone": 1, "too_late": 0 }));
    assert_eq!(groups(&owner).await["total"], 1);
    assert_eq!(owner.message(&message).await["dismissed_at"], Value::Null);
    let again = json!({ "action_id": action["action_id"] });
    owner.post("/api/dead-letters/undo", again).await.problem(404, "not_found");
}

async fn what_was_sent_again_is_called_off_when_undone(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let messages = [dead(&app, &owner, NOBODY, "1").await, dead(&app, &owner, FAR, "2").await];
    let action = act(&owner, "retry", json!({ "ids": messages })).await;
    app.after(UNDO / 2).await;
    assert_eq!(undo(&owner, &action).await, json!({ "undone": 2, "too_late": 0 }));
    for message in &messages {
        let again = replacement(&owner, message).await;
        assert_eq!(states(&app, &id(&again)).await, ["scheduled", "canceled"]);
    }
    assert_eq!(groups(&owner).await["total"], 2);
    app.after(UNDO).await;
    assert!(app.carrier.accepted().is_empty());
    // What is back can be tried anew.
    assert_eq!(act(&owner, "retry", json!({ "ids": messages })).await["done"], 2);
    app.run_to_the_end().await;
}

async fn undoing_comes_too_late_once_it_has_left(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let (ana, ben) = (id(&owner.send(ANA, "Hello").await), id(&owner.send(BEN, "Hello").await));
    app.run_to_the_end().await;
    app.carrier.open_wire();
    let action = act(&owner, "retry", json!({ "ids": [ana, ben] })).await;
    let again = id(&replacement(&owner, &ben).await);
    owner
        .patch(&format!("/api/messages/{again}"), json!({ "send_at": super::later(&app, 6 * UNDO) }))
        .await
        .expect(200);
    app.after(UNDO).await;
    assert_eq!(undo(&owner, &action).await, json!({ "undone": 1, "too_late": 1 }));
    assert_eq!(bodies(&list(&owner, "").await), ["Hello"]);
    assert_eq!(list(&owner, "").await["items"][0]["id"], ben);
    app.after(6 * UNDO).await;
    assert_eq!((app.carrier.texts_to(ANA).len(), app.carrier.texts_to(BEN).len()), (1, 0));
}

async fn all_that_a_filter_finds_are_taken(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let end = super::later(&app, UNDO);
    for number in 0..120 {
        let body = if number < 110 { "sale" } else { "code" };
        owner.send_json(json!({ "to": customer(number), "body": body, "expires_at": end })).await;
    }
    app.after(UNDO).await;
    dead(&app, &owner, NOBODY, "sale").await;
    for wrong in [
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": [id(&list(&owner, "").await["items"][0])], "all": true }),
    ] {
        owner.post("/api/dead-letters/drop", wrong).await.problem(422, "invalid");
    }
    let action = act(&owner, "retry", json!({ "all": true, "code": "expired", "q": "sale" })).await;
    assert_eq!((&action["done"], &action["refused"]), (&json!(110), &json!([])));
    assert_eq!(groups(&owner).await["total"], 11);
    let dropped = act(&owner, "drop", json!({ "all": true })).await;
    assert_eq!(dropped["done"], 11);
    app.run_to_the_end().await;
    assert_eq!(app.carrier.accepted().len(), 110);
    assert_eq!(undo(&owner, &dropped).await["undone"], 11);
}

async fn what_cannot_be_taken_says_why(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let stopped = id(&owner.send(ANA, "Hello").await);
    let fine = id(&owner.send(BEN, "Hello").await);
    app.run_to_the_end().await;
    app.carrier.open_wire();
    let sent = id(&owner.send("+14155550163", "Hello").await);
    app.receive("SM1", ANA, "STOP").await;
    app.run_due_jobs().await;
    let stranger = "00000000-0000-7000-8000-000000000000";
    let action = act(&owner, "retry", json!({ "ids": [stopped, sent, fine, fine, stranger] })).await;
    assert_eq!(action["done"], 1);
    let refused = action["refused"].as_array().unwrap();
    let codes: Vec<_> = refused.iter().map(|left| (text(&left["id"]), text(&left["code"]))).collect();
    let expected = [
        (stopped.as_str(), "opted_out"),
        (&sent, "not_found"),
        (&fine, "not_found"),
        (stranger, "not_found"),
    ];
    assert_eq!(codes, expected);
    assert!(refused.iter().all(|left| text(&left["reason"]).ends_with('.')));
    assert_eq!(list(&owner, "").await["items"][0]["id"], stopped, "it is still there");
    app.run_to_the_end().await;
}

/// An offer about which nobody knows whether it arrived: it is not sent again by itself.
async fn parked(app: &TestApp, owner: &Client) -> String {
    super::change_rules(owner, json!({ "require_marketing_consent": false })).await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let message = owner.send_json(json!({ "to": ANA, "body": "Sale", "purpose": "marketing" })).await;
    app.run_due_jobs().await;
    assert_eq!(groups(owner).await["total"], 0, "while it is being looked up it is none");
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "unknown");
    message
}

async fn a_parked_message_is_sent_again_by_a_person(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = parked(&app, &owner).await;
    let groups = groups(&owner).await;
    let group = &groups["items"][0];
    assert_eq!((text(&group["code"]), &group["retryable"]), ("in_doubt", &json!(true)));
    assert_eq!(bodies(&list(&owner, "code=in_doubt").await), ["Sale\nReply STOP to opt out."]);
    // It holds up nobody.
    let next = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&next).await, "sent");
    assert_eq!(act(&owner, "retry", json!({ "ids": [message] })).await["done"], 1);
    app.after(UNDO).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello", "Sale\nReply STOP to opt out."]);
}

async fn a_parked_message_is_dropped(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = parked(&app, &owner).await;
    let action = act(&owner, "drop", json!({ "all": true, "code": "in_doubt" })).await;
    assert_eq!(action["done"], 1);
    assert_eq!(groups(&owner).await["total"], 0);
    undo(&owner, &action).await;
    assert_eq!(list(&owner, "").await["items"][0]["id"], message);
}

async fn one_that_fails_again_is_a_dead_letter_of_its_own(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = dead(&app, &owner, NOBODY, "Hello").await;
    act(&owner, "retry", json!({ "ids": [message] })).await;
    app.after(UNDO).await;
    let dead = list(&owner, "").await;
    assert_eq!((&dead["total"], &dead["items"][0]["retry_of"]), (&json!(1), &json!(message)));
}
