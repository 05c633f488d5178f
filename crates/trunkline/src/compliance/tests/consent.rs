//! Consent, caps, and how they are told to make it stop (C8).

use std::time::Duration;

use serde_json::{Value, json};

use crate::test_support::{ANA, BEN, Client, TestSetup, id, on_both_engines, text};

on_both_engines![
    marketing_needs_consent_on_record,
    consent_that_was_withdrawn_counts_no_more,
    consent_withdrawn_for_one_line_counts_for_that_line,
    what_waits_is_refused_when_consent_is_withdrawn,
    what_is_not_marketing_needs_no_consent_but_can_be_refused,
    a_word_on_consent_is_kept_with_its_evidence,
    marketing_has_a_cap_a_day_and_a_week,
    what_is_planned_for_another_week_uses_up_no_cap,
    the_cap_counts_when_a_planned_message_comes_due,
    strangers_are_told_how_to_make_it_stop,
    who_was_never_reached_is_told_the_next_time,
    a_text_that_says_it_itself_is_left_alone,
    no_room_for_the_way_out_is_told_before_anything_is_written,
    another_text_before_it_left_says_it_too,
];

const DAY: Duration = Duration::from_secs(86_400);
const OUT: &str = "Reply STOP to opt out.";

async fn contact(client: &Client, phone: &str) -> String {
    id(&client.post("/api/contacts", json!({ "phone": phone })).await.expect(201))
}

async fn say(client: &Client, contact: &str, status: &str, more: Value) -> Value {
    let mut word = json!({ "status": status, "purpose": "marketing", "source": "form" });
    word.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post(&format!("/api/contacts/{contact}/consent"), word).await.expect(201)
}

fn offer(to: &str) -> Value {
    json!({ "to": to, "body": "Sale", "purpose": "marketing" })
}

async fn rules(admin: &Client, name: &str, value: Value) {
    let mut rules = admin.get("/api/compliance/settings").await.expect(200);
    rules[name] = value;
    admin.put("/api/compliance/settings", rules).await.expect(200);
}

async fn marketing_needs_consent_on_record(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let ana = contact(&owner, ANA).await;
    let problem = owner.try_send_json(offer(ANA)).await.problem(422, "no_consent");
    assert!(text(&problem["detail"]).contains("no record"), "{problem}");
    say(&owner, &ana, "given", json!({})).await;
    owner.send_json(offer(ANA)).await;
    rules(&owner, "require_marketing_consent", json!(false)).await;
    owner.send_json(offer(BEN)).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 2);
}

async fn consent_that_was_withdrawn_counts_no_more(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let ana = contact(&owner, ANA).await;
    say(&owner, &ana, "given", json!({})).await;
    say(&owner, &ana, "revoked", json!({})).await;
    owner.try_send_json(offer(ANA)).await.problem(422, "no_consent");
    // Not even where none is needed: they said no.
    rules(&owner, "require_marketing_consent", json!(false)).await;
    owner.try_send_json(offer(ANA)).await.problem(422, "no_consent");
    owner.send(ANA, "But we can talk").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["But we can talk"]);
}

async fn consent_withdrawn_for_one_line_counts_for_that_line(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let lines = owner.get("/api/lines").await.expect(200);
    let ana = contact(&owner, ANA).await;
    say(&owner, &ana, "given", json!({})).await;
    say(&owner, &ana, "revoked", json!({ "line_id": lines["items"][0]["id"] })).await;
    owner.try_send_json(offer(ANA)).await.problem(422, "no_consent");
    let mut other = offer(ANA);
    other["line_id"] = lines["items"][1]["id"].clone();
    owner.send_json(other).await;
    app.run_due_jobs().await;
}

async fn what_waits_is_refused_when_consent_is_withdrawn(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let ana = contact(&owner, ANA).await;
    say(&owner, &ana, "given", json!({})).await;
    let mut planned = offer(ANA);
    planned["send_at"] = json!(app.now().plus(Duration::from_secs(3_600)).to_string());
    let planned = owner.send_json(planned).await;
    let queued = owner.send_json(offer(ANA)).await;
    say(&owner, &ana, "revoked", json!({})).await;
    app.run_to_the_end().await;
    for message in [planned, queued] {
        let refused = owner.message(&message).await;
        assert_eq!((text(&refused["state"]), text(&refused["error"]["code"])), ("failed", "no_consent"));
    }
    assert!(app.carrier.accepted().is_empty());
}

async fn what_is_not_marketing_needs_no_consent_but_can_be_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let ana = contact(&owner, ANA).await;
    let reminder = json!({ "to": ANA, "body": "At six", "purpose": "transactional" });
    owner.send_json(reminder.clone()).await;
    say(&owner, &ana, "revoked", json!({ "purpose": "transactional" })).await;
    owner.try_send_json(reminder.clone()).await.problem(422, "no_consent");
    // What they said of reminders says nothing of offers.
    say(&owner, &ana, "given", json!({})).await;
    owner.send_json(offer(ANA)).await;
    say(&owner, &ana, "given", json!({ "purpose": "transactional" })).await;
    owner.send_json(reminder).await;
    app.run_due_jobs().await;
}

async fn a_word_on_consent_is_kept_with_its_evidence(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let ana = contact(&owner, ANA).await;
    say(&owner, &ana, "given", json!({ "wording": "Send me offers", "evidence": "form 12" })).await;
    app.receive("SM1", ANA, "Stop").await;
    app.run_due_jobs().await;
    let record = owner.get(&format!("/api/contacts/{ana}/consent")).await.expect(200);
    let seen = |place: usize, name: &str| text(&record["items"][place][name]).to_owned();
    assert_eq!(["status", "source", "evidence"].map(|name| seen(0, name)), ["revoked", "keyword", "Stop"]);
    assert_eq!(
        ["source", "wording", "evidence", "by"].map(|name| seen(1, name)),
        ["form", "Send me offers", "form 12", "Ada"]
    );
    for wrong in [
        json!({ "status": "maybe", "purpose": "marketing", "source": "form" }),
        json!({ "status": "given", "purpose": "any", "source": "form" }),
        json!({ "status": "given", "purpose": "marketing", "source": " " }),
    ] {
        owner.post(&format!("/api/contacts/{ana}/consent"), wrong).await.problem(422, "invalid");
    }
}

async fn marketing_has_a_cap_a_day_and_a_week(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    rules(&owner, "require_marketing_consent", json!(false)).await;
    rules(&owner, "frequency", json!({ "marketing_per_day": 1, "marketing_per_week": 2 })).await;
    owner.send_json(offer(ANA)).await;
    let problem = owner.try_send_json(offer(ANA)).await.problem(422, "frequency_cap");
    assert!(text(&problem["detail"]).contains("a day"), "{problem}");
    owner.send(ANA, "An answer is no offer").await;
    owner.send_json(offer(BEN)).await;
    app.after(DAY + Duration::from_secs(1)).await;
    owner.send_json(offer(ANA)).await;
    app.after(2 * DAY).await;
    let problem = owner.try_send_json(offer(ANA)).await.problem(422, "frequency_cap");
    assert!(text(&problem["detail"]).contains("a week"), "{problem}");
    // The owner's session will have ended by then.
    let agent = app.member(&owner, "agent").await;
    app.after(5 * DAY).await;
    agent.send_json(offer(ANA)).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA).len(), 4);
}

async fn what_is_planned_for_another_week_uses_up_no_cap(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    rules(&owner, "require_marketing_consent", json!(false)).await;
    rules(&owner, "frequency", json!({ "marketing_per_day": 1, "marketing_per_week": null })).await;
    let mut planned = offer(ANA);
    planned["send_at"] = json!(app.now().plus(3 * DAY).to_string());
    let planned = owner.send_json(planned).await;
    let now = owner.send_json(offer(ANA)).await;
    app.run_to_the_end().await;
    for message in [planned, now] {
        assert_eq!(owner.state(&message).await, "sent");
    }
}

async fn the_cap_counts_when_a_planned_message_comes_due(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    rules(&owner, "require_marketing_consent", json!(false)).await;
    rules(&owner, "frequency", json!({ "marketing_per_day": 1, "marketing_per_week": null })).await;
    let mut planned = offer(ANA);
    planned["send_at"] = json!(app.now().plus(DAY / 12).to_string());
    let planned = owner.send_json(planned).await;
    owner.send_json(offer(ANA)).await;
    app.run_to_the_end().await;
    let refused = owner.message(&planned).await;
    assert_eq!((text(&refused["state"]), text(&refused["error"]["code"])), ("failed", "frequency_cap"));
    assert_eq!(app.carrier.texts_to(ANA).len(), 1);
}

fn reminder(to: &str, body: &str) -> Value {
    json!({ "to": to, "body": body, "purpose": "transactional" })
}

async fn strangers_are_told_how_to_make_it_stop(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.send_json(reminder(ANA, "At six")).await;
    app.run_due_jobs().await;
    owner.send_json(reminder(ANA, "See you")).await;
    owner.send(BEN, "Hi, it is Ada").await;
    app.run_due_jobs().await;
    // Who was spoken to before is no stranger.
    owner.send_json(reminder(BEN, "At seven")).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), [format!("At six\n{OUT}"), "See you".to_owned()]);
    assert_eq!(app.carrier.texts_to(BEN), ["Hi, it is Ada", "At seven"]);
    rules(&owner, "first_contact", json!({ "enabled": false, "text": "" })).await;
    owner.send_json(reminder("+14155550163", "At eight")).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to("+14155550163"), ["At eight"]);
}

async fn who_was_never_reached_is_told_the_next_time(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let first = owner.send_json(reminder(ANA, "1")).await;
    owner.post(&format!("/api/messages/{first}/cancel"), json!({})).await.expect(200);
    owner.send_json(reminder(ANA, "2")).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), [format!("2\n{OUT}")]);
}

async fn a_text_that_says_it_itself_is_left_alone(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let body = format!("At six. {OUT} Ada");
    owner.send_json(reminder(ANA, &body)).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), [body]);
}

async fn no_room_for_the_way_out_is_told_before_anything_is_written(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let problem = owner.try_send_json(reminder(ANA, &"x".repeat(1_590))).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "body");
    assert!(text(&problem["detail"]).contains(OUT), "{problem}");
    owner.send_json(reminder(ANA, &"x".repeat(1_577))).await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA).len(), 1);
}

async fn another_text_before_it_left_says_it_too(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut planned = reminder(ANA, "At six");
    planned["send_at"] = json!(app.now().plus(DAY / 12).to_string());
    let planned = owner.send_json(planned).await;
    let changed =
        owner.patch(&format!("/api/messages/{planned}"), json!({ "body": "At seven" })).await.expect(200);
    assert_eq!(text(&changed["body"]), format!("At seven\n{OUT}"));
    let same = json!({ "body": changed["body"] });
    let same = owner.patch(&format!("/api/messages/{planned}"), same).await.expect(200);
    assert_eq!(same["body"], changed["body"]);
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), [format!("At seven\n{OUT}")]);
}
