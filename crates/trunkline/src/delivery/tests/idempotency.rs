//! A repeated request has one effect (C6).

use futures::future::join_all;
use serde_json::{Value, json};
use trunkline_store::sql;

use crate::test_support::{ANA, BEN, TestApp, TestSetup, id, on_both_engines};

on_both_engines![
    the_same_key_gives_the_same_message,
    the_same_key_for_another_message_is_refused,
    twenty_at_once_make_one_message,
    keys_are_each_users_own,
    a_key_is_needed,
    what_is_refused_leaves_nothing_behind,
];

async fn the_same_key_gives_the_same_message(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let request = json!({ "to": ANA, "body": "Hello" });
    let first = owner.send_with_key("k", request.clone()).await.expect(201);
    let again = owner.send_with_key("k", request.clone()).await.expect(200);
    assert_eq!(first, again);
    app.run_due_jobs().await;
    // The same recipient, named in another way, is the same request.
    let thread = json!({ "conversation_id": first["conversation_id"], "body": "Hello" });
    let later = owner.send_with_key("k", thread).await.expect(200);
    assert_eq!((id(&later), later["state"].as_str()), (id(&first), Some("sent")));
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn the_same_key_for_another_message_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.send_with_key("k", json!({ "to": ANA, "body": "Hello" })).await.expect(201);
    for other in [json!({ "to": ANA, "body": "Hello!" }), json!({ "to": BEN, "body": "Hello" })] {
        owner.send_with_key("k", other).await.problem(422, "idempotency_mismatch");
    }
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 1);
    assert_eq!(contacts(&app).await, [ANA]);
}

async fn twenty_at_once_make_one_message(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let request = || owner.send_with_key("k", json!({ "to": ANA, "body": "Hello" }));
    let answers = join_all((0..20).map(|_| request())).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let ids: Vec<Value> = answers
        .into_iter()
        .map(|answer| {
            assert!([200, 201].contains(&answer.status.as_u16()), "{}", answer.json());
            answer.json()["id"].clone()
        })
        .collect();
    assert_eq!(created, 1);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn keys_are_each_users_own(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let agent = app.member(&owner, "agent").await;
    let request = json!({ "to": ANA, "body": "Hello" });
    let first = owner.send_with_key("k", request.clone()).await.expect(201);
    let second = agent.send_with_key("k", request).await.expect(201);
    assert_ne!(id(&first), id(&second));
    app.run_due_jobs().await;
}

async fn a_key_is_needed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let request = json!({ "to": ANA, "body": "Hello" });
    for key in ["", "   ", &"k".repeat(256)] {
        let problem = owner.send_with_key(key, request.clone()).await.problem(422, "invalid");
        assert_eq!(problem["field"], "Idempotency-Key");
    }
    owner.post("/api/messages", request.clone()).await.problem(422, "invalid");
    owner.send_with_key(&"k".repeat(255), request).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 1);
}

/// Neither a contact nor a thread for someone who was not written to.
async fn what_is_refused_leaves_nothing_behind(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "STOP").await;
    app.run_due_jobs().await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    owner.try_send(ANA, "Hello").await.problem(422, "opted_out");
    for refused in [
        json!({ "to": BEN, "body": "" }),
        json!({ "to": BEN, "body": "a".repeat(1_601) }),
        json!({ "to": BEN, "body": "Hello", "line_id": unknown }),
        json!({ "to": BEN, "body": "Hello", "channel": "pigeon" }),
        json!({ "to": BEN, "contact_id": unknown, "body": "Hello" }),
        json!({ "body": "Hello" }),
        json!({ "to": "555", "body": "Hello" }),
    ] {
        owner.send_with_key("k", refused).await.problem(422, "invalid");
    }
    for refused in ["contact_id", "conversation_id"] {
        let request = json!({ refused: unknown, "body": "Hello" });
        owner.send_with_key("k", request).await.problem(404, "not_found");
    }
    assert_eq!(contacts(&app).await, [ANA]);
    assert!(app.jobs().await.is_empty());
    // The key is still free.
    owner.send_with_key("k", json!({ "to": BEN, "body": "Hello" })).await.expect(201);
    app.run_due_jobs().await;
}

/// The phones of everyone we know.
async fn contacts(app: &TestApp) -> Vec<String> {
    app.read(|tx| tx.query(sql!("select phone from contacts order by id"), &[], |row| row.get(0))).await
}
