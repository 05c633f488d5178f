//! What Telnyx tells, in whatever order and however often (A2, A3).

use std::time::Duration;

use serde_json::json;
use trunkline_simulator::Faults;
use trunkline_store::sql;

use super::{journal, texts};
use crate::test_support::{ANA, LINE, SECOND_LINE, TestApp, TestSetup, on_both_engines, telnyx_inbound};

on_both_engines![
    a_text_that_is_told_twice_is_there_once,
    a_text_that_is_told_as_another_event_is_there_once,
    texts_stand_in_the_order_they_were_written_in,
    a_text_to_another_number_of_the_profile_comes_to_its_line,
    a_profile_that_the_app_answers_late_tells_again,
    only_what_is_signed_is_taken,
    a_replay_is_refused_by_its_age,
    while_a_key_is_changed_both_are_accepted,
    an_observed_signature_is_reported_and_let_through,
    the_addresses_of_one_provider_are_not_the_others,
    what_nobody_knows_is_kept_and_does_nothing,
    what_cannot_be_read_is_kept_for_people_to_see,
    stop_counts_here_too,
    people_see_whom_an_event_is_about_and_no_signature,
];

const EVENTS: &str = "/webhooks/telnyx/main";

/// By Telnyx itself, over HTTP.
async fn a_text_that_is_told_twice_is_there_once(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    app.carrier.misbehave(Faults { webhook_double_rate: 1.0, ..Faults::default() });
    app.carrier
        .simulator
        .text(ANA, LINE, "Olá 👋 | \"quotes\"", &["https://127.0.0.1/a.png".into()])
        .unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;

    assert_eq!(texts(&app).await, ["Olá 👋 | \"quotes\""]);
    assert_eq!(journal(&app).await.len(), 1);
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="duplicate"}"#), 1);
    let message = app.sign_up_owner().await.get("/api/messages").await.expect(200)["items"][0].clone();
    assert_eq!((&message["channel"], &message["from"]), (&json!("mms"), &json!(ANA)));
    assert_eq!(message["media"][0]["content_type"], "image/png");
}

async fn a_text_that_is_told_as_another_event_is_there_once(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    for event in ["e1", "e2"] {
        let event = telnyx_inbound(event, "m1", ANA, "Hello", app.now());
        app.telnyx_event(EVENTS, &event).send().await.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!((texts(&app).await.len(), journal(&app).await.len()), (1, 2));
    let inbox = app.sign_up_owner().await.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"][0]["unread_count"], 1);
}

/// The second one overtook the first.
async fn texts_stand_in_the_order_they_were_written_in(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let minute = Duration::from_secs(60);
    for (id, text, ago) in [("2", "second", 1), ("1", "first", 2), ("3", "from a clock that is ahead", 0)] {
        let at = if ago == 0 { app.now().plus(minute) } else { app.now().minus(minute * ago) };
        let event = telnyx_inbound(id, id, ANA, text, at);
        app.telnyx_event(EVENTS, &event).send().await.expect(200);
        app.run_due_jobs().await;
    }
    assert_eq!(texts(&app).await, ["first", "second", "from a clock that is ahead"]);
}

/// A profile has one address for all its numbers.
async fn a_text_to_another_number_of_the_profile_comes_to_its_line(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    app.carrier.simulator.text(ANA, SECOND_LINE, "Hello, second", &[]).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let kept = journal(&app).await.remove(0);
    assert_eq!((kept.line.as_str(), kept.url.as_str()), ("second", EVENTS));
    let message = app.sign_up_owner().await.get("/api/messages").await.expect(200)["items"][0].clone();
    assert_eq!(message["to"], SECOND_LINE);
}

async fn a_profile_that_the_app_answers_late_tells_again(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    app.leave_no_room_to_spool();
    app.lose_database().await;
    app.carrier.simulator.text(ANA, LINE, "Anybody there?", &[]).unwrap();
    app.carrier.until_told().await;
    let webhook = app.carrier.simulator.ledger(0, 1).remove(0).webhook.unwrap();
    assert_eq!((webhook.attempts, webhook.answered_status), (3, Some(503)));
    app.regain_database().await;
    assert!(texts(&app).await.is_empty());
}

async fn only_what_is_signed_is_taken(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let event = telnyx_inbound("e1", "m1", ANA, "Hello", app.now());
    let signed = || app.telnyx_event(EVENTS, &event);
    let changed = event.to_string().replace("Hello", "Jello");
    let refused = [
        app.webhook(EVENTS).unsigned().raw(event.to_string()),
        app.webhook(EVENTS).raw(event.to_string()),
        signed().raw(changed),
        signed().signed_by_telnyx([7; 32], app.now()),
    ];
    for webhook in refused {
        let problem = webhook.send().await.problem(401, "wrong_signature");
        assert!(problem["detail"].as_str().unwrap().contains("public key"), "{problem}");
    }
    assert!(journal(&app).await.is_empty() && app.jobs().await.is_empty());
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="signature_refused"}"#), 4);
}

/// The signature of a captured request stays true for ever; the time that it covers does not.
async fn a_replay_is_refused_by_its_age(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let event = telnyx_inbound("e1", "m1", ANA, "Hello", app.now());
    let minutes = Duration::from_secs(300);
    let second = Duration::from_secs(1);
    for at in [app.now().minus(minutes + second), app.now().plus(minutes + second)] {
        let webhook =
            app.telnyx_event(EVENTS, &event).signed_by_telnyx(crate::test_support::SIGNING_SEED, at);
        webhook.send().await.problem(401, "wrong_signature");
    }
    let at = app.now().minus(minutes);
    let webhook = app.telnyx_event(EVENTS, &event).signed_by_telnyx(crate::test_support::SIGNING_SEED, at);
    webhook.send().await.expect(200);
    app.run_due_jobs().await;
}

async fn while_a_key_is_changed_both_are_accepted(setup: TestSetup) {
    let app = setup.with_telnyx().former_token(&public_key_of([7; 32])).start().await;
    for (id, seed) in [("1", [7; 32]), ("2", crate::test_support::SIGNING_SEED)] {
        let event = telnyx_inbound(id, id, ANA, id, app.now());
        app.telnyx_event(EVENTS, &event).signed_by_telnyx(seed, app.now()).send().await.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await.len(), 2);
}

async fn an_observed_signature_is_reported_and_let_through(setup: TestSetup) {
    let app = setup.with_telnyx().observing_signatures().start().await;
    let event = telnyx_inbound("e1", "m1", ANA, "Hello", app.now());
    app.webhook(EVENTS).unsigned().raw(event.to_string()).send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="signature_observed"}"#), 1);
}

async fn the_addresses_of_one_provider_are_not_the_others(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let event = telnyx_inbound("e1", "m1", ANA, "Hello", app.now());
    app.telnyx_event("/webhooks/telnyx/nobody", &event).send().await.problem(404, "not_found");
    app.inbound("SM1", ANA, "Hello").send().await.problem(404, "not_found");
    assert!(journal(&app).await.is_empty());
}

async fn what_nobody_knows_is_kept_and_does_nothing(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let event = json!({"data": {"event_type": "message.delivered", "id": "e1", "payload": {"id": "m1"}}});
    app.telnyx_event(EVENTS, &event).send().await.expect(200);
    app.run_due_jobs().await;
    let kept = journal(&app).await.remove(0);
    assert!(kept.processed && kept.headers["telnyx-timestamp"].is_string());
    assert_eq!(kept.body, event.to_string());
    assert!(texts(&app).await.is_empty());
}

/// A later release may know how.
async fn what_cannot_be_read_is_kept_for_people_to_see(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    app.leaves_errors();
    app.leaves_jobs();
    let event = json!({"data": {"event_type": "message.received", "id": "e1", "payload": {"id": "m1"}}});
    app.telnyx_event(EVENTS, &event).send().await.expect(200);
    app.run_due_jobs().await;
    assert!(!journal(&app).await[0].processed);
    let error: String =
        app.read(|tx| tx.query_one(sql!("select error from processing_errors"), &[], |row| row.get(0))).await;
    assert!(error.contains("data.payload.from.phone_number"), "{error}");
}

async fn stop_counts_here_too(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    say(&app, "1", "Revoke").await;
    owner.try_send(ANA, "One last thing").await.problem(422, "opted_out");
    say(&app, "2", "UNSTOP").await;
    owner.send(ANA, "Welcome back").await;
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Welcome back"]);
}

async fn say(app: &TestApp, id: &str, words: &str) {
    app.advance(Duration::from_secs(1)).await;
    let event = telnyx_inbound(id, id, ANA, words, app.now());
    app.telnyx_event(EVENTS, &event).send().await.expect(200);
    app.run_due_jobs().await;
}

fn public_key_of(seed: [u8; 32]) -> String {
    use base64::Engine as _;
    use ring::signature::KeyPair as _;
    let key = ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    base64::engine::general_purpose::STANDARD.encode(key.public_key())
}

/// In the list of webhooks and in full, as any provider's (A6).
async fn people_see_whom_an_event_is_about_and_no_signature(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let event = telnyx_inbound("e1", "m1", ANA, "Hello", app.now());
    app.telnyx_event(EVENTS, &event).send().await.expect(200);
    app.run_due_jobs().await;

    let owner = app.sign_up_owner().await;
    let listed = owner.get("/api/journal").await.expect(200)["items"][0].clone();
    let told = |field: &str| listed[field].as_str().unwrap_or_default().to_owned();
    assert_eq!([told("kind"), told("session"), told("state")], ["telnyx.event", "m1", "processed"]);
    assert_eq!([told("from"), told("to"), told("text")], [ANA, LINE, "Hello"]);
    let details = owner.get(&format!("/api/journal/{}", told("id"))).await.expect(200);
    assert_eq!(details["message"]["direction"], "inbound");
    assert_eq!(details["params"], json!([]), "it is no form");
    assert!(details["body"].as_str().unwrap().contains("message.received"));
    let signature = details["headers"].as_array().unwrap().iter();
    let mut signature = signature.filter(|header| header["name"] == "telnyx-signature-ed25519");
    assert_eq!(signature.next().unwrap()["value"], "••••••");
}
