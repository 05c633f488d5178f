//! Many messages at once (C3), and no text twice (C6).

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use super::later;
use crate::test_support::{ANA, BEN, Client, TestSetup, customer, id, on_both_engines, text};

on_both_engines![
    each_message_of_a_batch_has_its_own_result,
    a_batch_sent_again_changes_nothing,
    a_batch_beyond_the_limit_is_refused,
    ten_thousand_usual_messages_fit_into_a_request,
    other_requests_stay_small,
    batches_at_the_same_time_do_not_disturb_each_other,
    the_same_text_in_the_window_is_refused,
    the_text_with_the_way_out_is_the_same_text,
    at_the_same_moment_one_text_leaves_once,
];

async fn batch(client: &Client, items: Value) -> Vec<Value> {
    let answer = client.post("/api/messages/batch", json!({ "items": items })).await.expect(200);
    answer["items"].as_array().unwrap().clone()
}

fn statuses(results: &[Value]) -> Vec<u64> {
    results.iter().map(|result| result["status"].as_u64().unwrap()).collect()
}

async fn each_message_of_a_batch_has_its_own_result(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", BEN, "STOP").await;
    app.run_due_jobs().await;
    let results = batch(
        &owner,
        json!([
            { "to": ANA, "body": "1", "idempotency_key": "a" },
            { "to": "nobody", "body": "2", "idempotency_key": "b" },
            { "to": BEN, "body": "3", "idempotency_key": "c" },
            { "to": ANA, "body": "1", "idempotency_key": "a" },
            { "to": ANA, "body": "another", "idempotency_key": "a" },
            { "to": ANA, "body": "no key" },
            { "to": ANA, "body": "4", "idempotency_key": "d", "send_at": later(&app, Duration::from_secs(60)) },
            { "to": ANA, "idempotency_key": "e" },
            { "to": ANA, "body": "5", "idempotency_key": "f", "purpose": "gossip" },
            { "to": ANA, "body": "6", "idempotency_key": "g", "wrong": 1 },
            "not even an object",
            { "to": ANA, "body": "7", "idempotency_key": "h" },
        ]),
    )
    .await;
    assert_eq!(statuses(&results), [201, 422, 422, 200, 422, 422, 201, 422, 422, 422, 422, 201]);
    let codes: Vec<_> = results.iter().map(|result| result["code"].as_str().unwrap_or_default()).collect();
    let expected = [
        "",
        "invalid",
        "opted_out",
        "",
        "idempotency_mismatch",
        "invalid",
        "",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "",
    ];
    assert_eq!(codes, expected);
    assert!(results.iter().enumerate().all(|(index, result)| result["index"] == index));
    assert_eq!(results[0]["id"], results[3]["id"]);
    for refused in results.iter().filter(|result| result["status"] == 422) {
        assert!(refused["id"].is_null() && !text(&refused["detail"]).is_empty(), "{refused}");
    }
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["1", "7", "4"]);
}

async fn a_batch_sent_again_changes_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let items: Vec<Value> = (0..250)
        .map(|number| json!({ "to": customer(number), "body": "Hello", "idempotency_key": number.to_string() }))
        .collect();
    let first = batch(&owner, json!(items)).await;
    assert!(first.iter().all(|result| result["status"] == 201));
    let again = batch(&owner, json!(items)).await;
    assert!(again.iter().all(|result| result["status"] == 200));
    let ids = |results: &[Value]| results.iter().map(id).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&again));
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 250);
}

async fn a_batch_beyond_the_limit_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for count in [0, 10_001] {
        let items = vec![json!({}); count];
        let answer = owner.post("/api/messages/batch", json!({ "items": items })).await;
        assert_eq!(answer.problem(422, "invalid")["errors"][0]["field"], "items");
    }
    let viewer = app.member(&owner, "viewer").await;
    viewer.post("/api/messages/batch", json!({ "items": [] })).await.problem(403, "forbidden");
}

/// Three segments each, with every field that a campaign names. None has a key that can be used, so that this
/// is about the size of the request only.
async fn ten_thousand_usual_messages_fit_into_a_request(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let item = json!({ "to": ANA, "body": "x".repeat(459), "purpose": "marketing", "priority": 1,
        "send_at_local": "2026-11-04T09:00", "expires_at": later(&app, Duration::from_secs(86_400)),
        "idempotency_key": "k".repeat(256) });
    let results = batch(&owner, json!(vec![item; 10_000])).await;
    assert_eq!(results.len(), 10_000);
    assert!(results.iter().all(|result| result["status"] == 422));
}

async fn other_requests_stay_small(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let large = "x".repeat(2_000_000);
    owner.try_send(ANA, &large).await.problem(413, "too_large");
    let huge = json!({ "items": [{ "to": ANA, "body": large.repeat(10) }] });
    owner.post("/api/messages/batch", huge).await.problem(413, "too_large");
}

async fn batches_at_the_same_time_do_not_disturb_each_other(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let item = |number: usize| json!({ "to": customer(number), "body": "Hello", "idempotency_key": number.to_string() });
    let forward: Vec<Value> = (0..60).map(item).collect();
    let backward: Vec<Value> = (0..60).rev().map(item).collect();
    let orders = [&forward, &backward, &forward, &backward];
    let results = join_all(orders.map(|items| batch(&owner, json!(items)))).await;
    let made = results.iter().flatten().filter(|result| result["status"] == 201).count();
    assert_eq!(made, 60);
    assert!(results.iter().flatten().all(|result| [200, 201].contains(&result["status"].as_u64().unwrap())));
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 60);
}

fn once(to: &str, body: &str) -> Value {
    json!({ "to": to, "body": body, "dedupe_seconds": 600 })
}

async fn the_same_text_in_the_window_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let first = owner.send_json(once(ANA, "Hello")).await;
    let problem = owner.try_send_json(once(ANA, "Hello")).await.problem(409, "duplicate");
    assert_eq!(text(&problem["existing_id"]), first);
    owner.send_json(once(ANA, "Hello!")).await;
    owner.send_json(once(BEN, "Hello")).await;
    // A colleague may well say the same.
    let agent = app.member(&owner, "agent").await;
    agent.send_json(once(ANA, "Hello")).await;
    // Who does not ask for it is not held to it.
    owner.send(BEN, "Hello").await;
    app.after(Duration::from_secs(601)).await;
    let again = owner.send_json(once(ANA, "Hello")).await;
    // What was called off did not go to them.
    owner.post(&format!("/api/messages/{again}/cancel"), json!({})).await.expect(200);
    owner.send_json(once(ANA, "Hello")).await;
    app.run_due_jobs().await;
    let long = json!({ "to": ANA, "body": "Hello", "dedupe_seconds": 86_401 });
    owner.try_send_json(long).await.problem(422, "invalid");
}

/// On first contact the rules add to it how to make it stop.
async fn the_text_with_the_way_out_is_the_same_text(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut code = once(ANA, "Your table is ready");
    code["purpose"] = json!("transactional");
    owner.send_json(code.clone()).await;
    app.run_due_jobs().await;
    owner.try_send_json(code).await.problem(409, "duplicate");
    assert_eq!(app.carrier.texts_to(ANA).len(), 1);
}

async fn at_the_same_moment_one_text_leaves_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let answers = join_all((0..10).map(|_| owner.try_send_json(once(ANA, "Hello")))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[..2], [201, 409]);
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}
