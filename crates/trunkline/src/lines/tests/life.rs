//! A line is made, changed, rotated, removed and restored.

use std::time::Duration;

use serde_json::{Value, json};

use super::{draft, make, text_to_it};
use crate::test_support::{ANA, SECOND_LINE, SPARE_NUMBER, TOKEN, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_line_that_was_made_sends_and_takes,
    it_is_there_after_a_restart_and_its_history_stays_when_it_is_removed,
    what_is_changed_is_in_use_at_once,
    two_tokens_are_accepted_until_the_former_one_is_retired,
    what_waits_on_a_removed_line_takes_the_one_that_stands_in,
    what_waits_on_a_removed_line_without_another_is_told_apart,
    a_removed_line_can_be_restored_for_a_day,
];

async fn a_line_that_was_made_sends_and_takes(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let made = owner.post("/api/line-settings", draft()).await.expect(201);
    assert_eq!((text(&made["slug"]), text(&made["address"])), ("front-desk-hamburg", SPARE_NUMBER));
    assert_eq!(
        (text(&made["state"]), &made["made"], &made["limits"]["per_second"]),
        ("ready", &json!(true), &json!(10))
    );
    assert_eq!(text(&made["credentials"]["auth_token"]["ends_with"]), &TOKEN[28..]);
    app.learn_lines().await;

    text_to_it(&app, "SM1").send().await.expect(200);
    let sent = json!({ "to": ANA, "body": "From the new one", "line_id": id(&made) });
    let sent = owner.send_with_key("new", sent).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(
        app.carrier.accepted().first().and_then(|item| item.from.clone()),
        Some(SPARE_NUMBER.to_owned())
    );
    assert_eq!(owner.state(&id(&sent)).await, "sent");
    let lines = owner.get("/api/lines").await.expect(200);
    let slugs: Vec<_> = lines["items"].as_array().unwrap().iter().map(|line| text(&line["slug"])).collect();
    assert_eq!(slugs, ["main", "second", "front-desk-hamburg"]);
}

async fn it_is_there_after_a_restart_and_its_history_stays_when_it_is_removed(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    app.restart().await;
    text_to_it(&app, "SM1").send().await.expect(200);
    app.run_due_jobs().await;
    owner.delete(&path).await.expect(200);
    text_to_it(&app, "SM2").send().await.expect(404);
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1, "{inbox}");
    let lines = owner.get("/api/lines").await.expect(200);
    assert_eq!(lines["items"].as_array().unwrap().len(), 2);
}

async fn what_is_changed_is_in_use_at_once(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let seen = owner.get(&path).await.expect(200);
    let change = json!({
        "revision": seen["revision"], "name": "Hamburg", "signature": "observe", "failover": ["second"],
        "limits": { "per_second": 3, "per_minute": null, "per_day": 500 },
        "fields": { "messaging_service_sid": "MG0123456789abcdef0123456789abcdef" },
    });
    let changed = owner.patch(&path, change.clone()).await.expect(200);
    assert_eq!((text(&changed["name"]), &changed["limits"]), ("Hamburg", &change["limits"]));
    assert_eq!(changed["fields"]["messaging_service_sid"], change["fields"]["messaging_service_sid"]);
    assert_eq!(text(&changed["changed_by"]), "Ada");
    let line = app.app().lines.by_slug("front-desk-hamburg").unwrap();
    assert_eq!((line.failover.as_slice(), line.limits.per_day), (&["second".to_owned()][..], Some(500)));
    text_to_it(&app, "SM1").signed_with("some other token").send().await.expect(200);
    // Somebody who looked at it before does not overwrite that.
    let late = owner.patch(&path, json!({ "revision": seen["revision"], "name": "Late" })).await;
    let problem = late.problem(409, "changed_meanwhile");
    assert!(text(&problem["detail"]).contains("Ada"), "{problem}");
    let gone = owner.patch(&path, json!({ "fields": { "messaging_service_sid": "" } })).await.expect(200);
    assert_eq!(gone["fields"]["messaging_service_sid"], Value::Null);
}

async fn two_tokens_are_accepted_until_the_former_one_is_retired(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let new = "0f0e0d0c0b0a09080706050403020100";
    let rotate = |token: &str| json!({ "fields": { "auth_token": token } });
    let changed = owner.post(&format!("{path}/credentials"), rotate(new)).await.expect(200);
    assert_eq!(text(&changed["credentials"]["auth_token"]["ends_with"]), "0100");
    assert_eq!(text(&changed["credentials"]["auth_token_previous"]["ends_with"]), &TOKEN[28..]);
    text_to_it(&app, "SM1").signed_with(TOKEN).send().await.expect(200);
    text_to_it(&app, "SM2").signed_with(new).send().await.expect(200);

    let third = owner.post(&format!("{path}/credentials"), rotate(&"1".repeat(32))).await;
    let problem = third.problem(422, "invalid");
    assert_eq!(text(&problem["field"]), "fields.auth_token");
    let retired = owner.delete(&format!("{path}/credentials/former")).await.expect(200);
    assert_eq!(retired["credentials"]["auth_token_previous"], Value::Null);
    text_to_it(&app, "SM3").signed_with(TOKEN).send().await.expect(401);
    text_to_it(&app, "SM4").signed_with(new).send().await.expect(200);
    owner.post(&format!("{path}/credentials"), rotate(&"1".repeat(32))).await.expect(200);
}

async fn what_waits_on_a_removed_line_takes_the_one_that_stands_in(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    owner.patch(&path, json!({ "failover": ["second"] })).await.expect(200);
    let line = path.rsplit('/').next().unwrap();
    let sent = owner
        .send_with_key("waits", json!({ "to": ANA, "body": "Hello", "line_id": line }))
        .await
        .expect(201);
    owner.delete(&path).await.expect(200);
    app.run_due_jobs().await;
    let message = owner.message(&id(&sent)).await;
    assert_eq!((text(&message["state"]), text(&message["from"])), ("sent", SECOND_LINE), "{message}");
}

async fn what_waits_on_a_removed_line_without_another_is_told_apart(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let line = path.rsplit('/').next().unwrap();
    let sent = owner
        .send_with_key("waits", json!({ "to": ANA, "body": "Hello", "line_id": line }))
        .await
        .expect(201);
    owner.delete(&path).await.expect(200);
    app.run_due_jobs().await;
    let message = owner.message(&id(&sent)).await;
    assert_eq!((text(&message["state"]), app.carrier.accepted().len()), ("failed", 0));
    assert!(message["error"].to_string().contains("removed"), "{message}");
    let dead = owner.get("/api/dead-letters").await.expect(200);
    assert_eq!(dead["items"].as_array().unwrap().len(), 1, "{dead}");
}

async fn a_removed_line_can_be_restored_for_a_day(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let removed = owner.delete(&path).await.expect(200);
    assert_eq!(text(&removed["state"]), "removed");
    owner.post(&format!("{path}/restore"), json!({})).await.expect(200);
    text_to_it(&app, "SM1").send().await.expect(200);

    owner.delete(&path).await.expect(200);
    app.advance(Duration::from_secs(86_401)).await;
    app.app().lines.forget_removed().await.unwrap();
    let late = owner.post(&format!("{path}/restore"), json!({})).await.problem(409, "not_restorable");
    assert!(text(&late["detail"]).contains("same short name"), "{late}");
    let mut again = draft();
    again["slug"] = "front-desk-hamburg".into();
    let again = owner.post("/api/line-settings", again).await.expect(201);
    assert!(path.ends_with(&id(&again)), "it takes up its history");
}
