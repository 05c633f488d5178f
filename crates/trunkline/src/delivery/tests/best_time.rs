//! The best time to write to somebody (C12).

use std::time::Duration;

use serde_json::{Value, json};

use crate::test_support::{ANA, Client, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_message_leaves_around_the_hour_in_which_they_write,
    without_evidence_or_leave_there_is_no_best_time,
];

const HOUR: Duration = Duration::from_secs(3_600);

async fn allow(owner: &Client, allowed: bool) {
    let mut rules = owner.get("/api/compliance/settings").await.expect(200);
    rules["best_time"] = allowed.into();
    owner.put("/api/compliance/settings", rules).await.expect(200);
}

async fn best_time(owner: &Client) -> Value {
    let contacts = owner.get(&format!("/api/contacts?q={}", ANA.trim_start_matches('+'))).await.expect(200);
    owner.get(&format!("/api/contacts/{}/best-time", id(&contacts["items"][0]))).await.expect(200)
}

/// Ana lives in New York and writes at eight in the evening, day after day.
async fn write_for_days(app: &TestApp, days: u32) {
    for day in 0..days {
        app.after(if day == 0 { HOUR * 7 } else { HOUR * 24 }).await;
        app.receive(&format!("SMbest{day}"), ANA, "Evening!").await;
        app.run_due_jobs().await;
    }
}

async fn a_message_leaves_around_the_hour_in_which_they_write(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    allow(&owner, true).await;
    write_for_days(&app, 6).await;
    let best = best_time(&owner).await;
    assert_eq!((&best["hour"], &best["texts"], &best["days"]), (&json!(20), &json!(6), &json!(6)), "{best}");
    app.after(HOUR * 16).await;

    let planned = json!({ "to": ANA, "body": "Shall we?", "send_at_best": true });
    let planned = owner.send_with_key("best", planned).await.expect(201);
    assert_eq!(text(&planned["state"]), "scheduled");
    app.after(HOUR * 7).await;
    assert!(app.carrier.texts_to(ANA).is_empty(), "it is not eight yet");
    app.after(HOUR).await;
    assert_eq!(app.carrier.texts_to(ANA), ["Shall we?"]);
}

async fn without_evidence_or_leave_there_is_no_best_time(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    write_for_days(&app, 2).await;
    let planned = || json!({ "to": ANA, "body": "Shall we?", "send_at_best": true });
    let refused = owner.send_with_key("one", planned()).await.problem(422, "invalid");
    assert!(text(&refused["detail"]).contains("switched off"), "{refused}");
    allow(&owner, true).await;
    let refused = owner.send_with_key("two", planned()).await.problem(422, "invalid");
    assert!(text(&refused["detail"]).contains("it takes 5 of their texts"), "{refused}");
    assert_eq!(best_time(&owner).await["next_at"], Value::Null);
    assert!(app.carrier.accepted().is_empty());
}
