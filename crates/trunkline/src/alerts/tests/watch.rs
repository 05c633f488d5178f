//! What opens an alert, and what closes it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::test_support::{ANA, Client, TestApp, TestSetup, id, inbound_params, on_both_engines, soon};

on_both_engines![
    three_webhooks_that_fail_within_five_minutes_open_one_alert,
    two_of_them_or_wrong_signatures_open_none,
    what_failed_while_nobody_could_look_is_told_of_afterwards,
    a_fallback_that_was_used_and_messages_that_were_fetched_are_told_of,
    an_alert_that_is_over_is_closed_and_opens_anew,
    work_that_nobody_takes_up_is_told_of,
    an_alert_is_muted_for_a_while_by_admins,
];

/// As every node does every few seconds.
async fn look(app: &TestApp) {
    app.app().alerts.look(app.now()).await.unwrap();
}

async fn alerts(owner: &Client) -> Value {
    owner.get("/api/alerts").await.expect(200)
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|alert| alert["code"].as_str().unwrap()).collect()
}

/// A webhook that no one can read.
async fn fail_one(app: &TestApp, number: usize) {
    let form = [("CallSid", format!("CA{number}")), ("From", ANA.to_owned())];
    app.webhook("/webhooks/twilio/main/messages").form(&form).send().await.expect(200);
    app.run_due_jobs().await;
}

async fn three_webhooks_that_fail_within_five_minutes_open_one_alert(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    app.leaves_errors();
    let owner = app.sign_up_owner().await;
    for number in 0..2 {
        fail_one(&app, number).await;
    }
    look(&app).await;
    assert!(codes(&alerts(&owner).await["open"]).is_empty());
    fail_one(&app, 2).await;
    look(&app).await;
    look(&app).await;
    let list = alerts(&owner).await;
    assert_eq!(codes(&list["open"]), ["webhook_failures"]);
    assert!(list["open"][0]["what_to_do"].as_str().unwrap().contains("Operations"));
    assert_eq!(list["targets"], json!([]));
}

async fn two_of_them_or_wrong_signatures_open_none(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..5 {
        app.inbound(&format!("SM{number}"), ANA, "Hello").signed_with("another").send().await.expect(401);
    }
    look(&app).await;
    assert!(codes(&alerts(&owner).await["open"]).is_empty());
}

async fn what_failed_while_nobody_could_look_is_told_of_afterwards(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let looked_at = app.now();
    app.lose_database().await;
    app.clock.advance(Duration::from_secs(1));
    for number in 0..3 {
        app.receive(&format!("SM{number}"), ANA, "Hello").await;
    }
    app.app().alerts.look(looked_at).await.unwrap_err();
    app.clock.advance(Duration::from_secs(1_200));
    app.regain_database().await;
    app.app().alerts.look(looked_at).await.unwrap();
    assert_eq!(codes(&alerts(&owner).await["open"]), ["webhook_failures"]);
    app.replay_spool();
    soon(async { while app.jobs().await.is_empty() {} }).await;
    app.run_due_jobs().await;
}

async fn a_fallback_that_was_used_and_messages_that_were_fetched_are_told_of(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    app.webhook("/webhooks/twilio/main/fallback")
        .form(&inbound_params("SM1", ANA, "Hi"))
        .send()
        .await
        .expect(200);
    app.carrier.misbehave(trunkline_simulator::Faults { webhook_loss_rate: 1.0, ..Default::default() });
    app.carrier.simulator.text(ANA, crate::test_support::LINE, "Hello", &[]).unwrap();
    app.app().reconciler.start().await.unwrap();
    app.run_due_jobs().await;
    look(&app).await;
    let list = alerts(&owner).await;
    assert_eq!(codes(&list["open"]), ["fallback_used", "messages_recovered"]);
    assert!(list["open"][1]["text"].as_str().unwrap().contains("1, for main"), "{list}");
}

async fn an_alert_that_is_over_is_closed_and_opens_anew(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let fallback = async |sid: &str| {
        let params = inbound_params(sid, ANA, "Hi");
        app.webhook("/webhooks/twilio/main/fallback").form(&params).send().await.expect(200);
        app.run_due_jobs().await;
        look(&app).await;
    };
    fallback("SM1").await;
    for _ in 0..2 {
        app.advance(Duration::from_secs(16 * 60)).await;
        look(&app).await;
    }
    let list = alerts(&owner).await;
    assert!(codes(&list["open"]).is_empty());
    assert_eq!(codes(&list["past"]), ["fallback_used"]);
    assert!(list["past"][0]["closed_at"].is_string());
    fallback("SM2").await;
    let list = alerts(&owner).await;
    assert_eq!((codes(&list["open"]).len(), codes(&list["past"]).len()), (1, 1));
}

async fn work_that_nobody_takes_up_is_told_of(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "Hello").await;
    app.advance(Duration::from_secs(180)).await;
    look(&app).await;
    assert_eq!(codes(&alerts(&owner).await["open"]), ["no_worker"]);
    app.run_due_jobs().await;
}

async fn an_alert_is_muted_for_a_while_by_admins(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.webhook("/webhooks/twilio/main/fallback")
        .form(&inbound_params("SM1", ANA, "Hi"))
        .send()
        .await
        .expect(200);
    app.run_due_jobs().await;
    look(&app).await;
    let path = format!("/api/alerts/{}/mute", id(&alerts(&owner).await["open"][0]));
    app.member(&owner, "viewer").await.post(&path, json!({ "minutes": 60 })).await.problem(403, "forbidden");
    owner.post(&path, json!({ "minutes": 20_000 })).await.problem(422, "invalid");
    owner.post(&path, json!({ "minutes": 60 })).await.expect(204);
    assert!(alerts(&owner).await["open"][0]["muted_until"].is_string());
    owner.post(&path, json!({ "minutes": 0 })).await.expect(204);
    assert!(alerts(&owner).await["open"][0]["muted_until"].is_null());
    let none = "/api/alerts/00000000-0000-7000-8000-000000000000/mute";
    owner.post(none, json!({ "minutes": 1 })).await.problem(404, "not_found");
}

mod nodes {
    use super::*;

    crate::test_support::on_postgres!(several_nodes_open_one_alert);

    async fn several_nodes_open_one_alert(setup: TestSetup) {
        let app = setup.start().await;
        let other = app.another_node("other").await;
        let owner = app.sign_up_owner().await;
        let fallback = app.webhook("/webhooks/twilio/main/fallback").form(&inbound_params("SM1", ANA, "Hi"));
        fallback.send().await.expect(200);
        app.run_due_jobs().await;
        look(&app).await;
        let (one, two) = (app.app(), other.app());
        let (one, two) = tokio::join!(one.alerts.look(app.now()), two.alerts.look(app.now()));
        one.and(two).unwrap();
        let list = alerts(&owner).await;
        assert_eq!(codes(&list["open"]), ["fallback_used"]);
        assert_eq!(codes(&list["past"]), Vec::<&str>::new());
    }
}
