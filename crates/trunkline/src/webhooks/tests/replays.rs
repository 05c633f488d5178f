//! An event has one effect, however often it arrives, and nothing about it is dropped (A3).

use futures::future::join_all;
use trunkline_store::sql;
use uuid::Uuid;

use super::{journal, texts};
use crate::test_support::{ANA, TestApp, TestSetup, inbound_params, on_both_engines};

on_both_engines![
    a_text_that_comes_again_has_one_effect,
    fifty_copies_at_once_have_one_effect,
    two_statuses_of_one_message_are_two_events,
    what_nobody_knows_is_kept,
    a_status_word_of_tomorrow_is_kept,
    an_entry_processed_again_by_hand_has_no_second_effect,
];

async fn a_text_that_comes_again_has_one_effect(setup: TestSetup) {
    let app = setup.start().await;
    app.receive("SM1", ANA, "Hello").await;
    app.receive("SM1", ANA, "Hello").await;
    app.run_due_jobs().await;
    app.receive("SM1", ANA, "Hello").await;
    app.run_due_jobs().await;

    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(journal(&app).await.len(), 1);
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="duplicate"}"#), 2);
    let conversations = app.sign_up_owner().await.get("/api/conversations").await.expect(200);
    assert_eq!(conversations["items"][0]["unread_count"], 1);
}

async fn fifty_copies_at_once_have_one_effect(setup: TestSetup) {
    let app = setup.start().await;
    let copies = (0..50).map(|_| app.inbound("SM1", ANA, "Hello").send());
    for answer in join_all(copies).await {
        answer.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(journal(&app).await.len(), 1);
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="duplicate"}"#), 49);
}

async fn two_statuses_of_one_message_are_two_events(setup: TestSetup) {
    let app = setup.start().await;
    for status in ["sent", "delivered", "sent"] {
        app.unmarked_report("SM1", status).send().await.expect(200);
        app.run_due_jobs().await;
    }
    assert_eq!(receipts(&app).await, ["sent", "delivered"]);
}

async fn what_nobody_knows_is_kept(setup: TestSetup) {
    let app = setup.start().await;
    let webhook = app.inbound("SM1", ANA, "Hi 👋").form(&[("Tomorrow", "a=b&c"), ("Tomorrow", "again")]);
    webhook.header("i-twilio-idempotency-token", "token-1").send().await.expect(200);
    app.run_due_jobs().await;

    let kept = journal(&app).await.pop().unwrap();
    let params: Vec<_> = form_urlencoded::parse(kept.body.as_bytes()).into_owned().collect();
    let sent = inbound_params("SM1", ANA, "Hi 👋").map(|(name, value)| (name.to_owned(), value));
    assert_eq!(params[..9], sent);
    assert_eq!(
        params[9..],
        [("Tomorrow", "a=b&c"), ("Tomorrow", "again")].map(|(n, v)| (n.into(), v.into()))
    );
    assert_eq!((kept.kind.as_str(), kept.line.as_str()), ("twilio.message", "main"));
    assert_eq!(kept.headers["i-twilio-idempotency-token"], "token-1");
    assert!(kept.headers["x-twilio-signature"].is_string());
}

async fn a_status_word_of_tomorrow_is_kept(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let sent = owner.send(ANA, "Hello").await;
    app.run_due_jobs().await;
    let item = app.carrier.accepted().remove(0);
    app.report(&item, "teleported").send().await.expect(200);
    app.run_due_jobs().await;

    assert_eq!(receipts(&app).await, ["teleported"]);
    let message = owner.message(sent["id"].as_str().unwrap()).await;
    assert_eq!(message["state"], "sent");
    assert!(message["timeline"].to_string().contains("teleported"), "{message}");
}

async fn an_entry_processed_again_by_hand_has_no_second_effect(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "Hello").await;
    app.unmarked_report("SM2", "delivered").send().await.expect(200);
    app.run_due_jobs().await;

    let entries =
        app.read(|tx| tx.query(sql!("select id from journal"), &[], |row| row.get::<Uuid>(0))).await;
    for entry in entries {
        owner.post(&format!("/api/journal/{entry}/replay"), serde_json::json!({})).await.expect(202);
    }
    assert_eq!(app.run_due_jobs().await, 2);
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(receipts(&app).await, ["delivered"]);
    let conversations = owner.get("/api/conversations").await.expect(200);
    assert_eq!(conversations["items"][0]["unread_count"], 1);
}

/// The carrier's words on messages, oldest first.
async fn receipts(app: &TestApp) -> Vec<String> {
    app.read(|tx| tx.query(sql!("select raw_status from receipts order by id"), &[], |row| row.get(0))).await
}
