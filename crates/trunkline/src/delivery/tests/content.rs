//! Approved templates of WhatsApp: made, approved, sent outside of the window (C12).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::{CreateFault, Extras};

use crate::test_support::{ANA, Client, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_template_is_submitted_approved_and_sent_when_the_window_is_closed,
    what_cannot_be_a_template_is_refused_field_by_field,
    a_template_that_is_not_approved_or_not_filled_is_not_sent,
    a_template_whose_answer_was_lost_is_found_and_not_sent_again,
    a_template_goes_to_nobody_who_said_stop,
];

const SENDER: &str = "whatsapp:+14155550142";

fn reminder() -> Value {
    json!({
        "name": "visit_reminder", "language": "en", "category": "UTILITY",
        "body": "Hi {{1}}, see you on {{2}}.", "buttons": ["Yes", "Another day"],
        "samples": { "1": "Ana", "2": "Tuesday" },
    })
}

/// An approved template, and its id.
async fn approved(app: &TestApp, owner: &Client) -> String {
    let made = owner.post("/api/content-templates", reminder()).await.expect(201);
    assert_eq!(made["status"], "received");
    assert_eq!(app.carrier.simulator.decide_templates(None), 1);
    let synced = owner.post("/api/content-templates/sync", json!({})).await.expect(200);
    assert_eq!(synced["items"][0]["status"], "approved");
    id(&synced["items"][0])
}

async fn a_template_is_submitted_approved_and_sent_when_the_window_is_closed(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let template = approved(&app, &owner).await;
    let message =
        json!({ "to": ANA, "content_template": template, "variables": { "1": "Ana", "2": "Friday" } });
    let sent = owner.send_with_key("reminder", message.clone()).await.expect(201);
    assert_eq!((text(&sent["body"]), text(&sent["channel"])), ("Hi Ana, see you on Friday.", "whatsapp"));
    assert_eq!(
        (text(&sent["purpose"]), &sent["content"]["buttons"][1]["title"]),
        ("transactional", &json!("Another day"))
    );
    assert_eq!(id(&owner.send_with_key("reminder", message).await.expect(200)), id(&sent));
    app.run_due_jobs().await;
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    assert_eq!(owner.message(&id(&sent)).await["state"], "delivered");
    let shown = app.carrier.simulator.phone_messages(ANA).remove(0);
    assert_eq!((shown.body.as_str(), shown.extras.buttons.len()), ("Hi Ana, see you on Friday.", 2));

    // A tap on one of its buttons comes in, with the template's id for it, and opens the window.
    let tap = Some(shown.extras.buttons[0].clone());
    app.carrier.simulator.write(ANA, SENDER, "", Extras { tap, ..Extras::default() }).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let tapped = owner.get("/api/messages?direction=inbound").await.expect(200);
    assert_eq!(tapped["items"][0]["details"]["tap"], json!({ "text": "Yes", "payload": "reply_1" }));
}

async fn what_cannot_be_a_template_is_refused_field_by_field(setup: TestSetup) {
    let app = setup.with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let wrong = json!({
        "name": "Visit reminder", "language": "english!", "category": "NEWS", "body": "Hi {{1}}",
        "buttons": ["a very long word on a button"], "samples": {},
    });
    let refused = owner.post("/api/content-templates", wrong).await.problem(422, "invalid");
    let mut fields: Vec<_> =
        refused["errors"].as_array().unwrap().iter().map(|error| text(&error["field"])).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["buttons", "category", "language", "name", "samples.1"]);
    assert_eq!(owner.get("/api/content-templates").await.expect(200)["items"], json!([]));
}

async fn a_template_that_is_not_approved_or_not_filled_is_not_sent(setup: TestSetup) {
    let app = setup.with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let made = owner.post("/api/content-templates", reminder()).await.expect(201);
    let values = json!({ "1": "Ana", "2": "Friday" });
    let message = json!({ "to": ANA, "content_template": made["id"], "variables": values });
    let refused = owner.send_with_key("early", message.clone()).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "content_template");
    assert_eq!(app.carrier.simulator.decide_templates(Some("INVALID_FORMAT")), 1);
    let synced = owner.post("/api/content-templates/sync", json!({})).await.expect(200);
    let rejected = &synced["items"][0];
    assert_eq!((text(&rejected["status"]), text(&rejected["rejection"])), ("rejected", "INVALID_FORMAT"));
    owner.send_with_key("rejected", message).await.problem(422, "invalid");

    let mut other = reminder();
    other["name"] = json!("other");
    owner.post("/api/content-templates", other).await.expect(201);
    app.carrier.simulator.decide_templates(None);
    let synced = owner.post("/api/content-templates/sync", json!({})).await.expect(200);
    let unfilled =
        json!({ "to": ANA, "content_template": synced["items"][0]["id"], "variables": { "1": "Ana" } });
    let refused = owner.send_with_key("unfilled", unfilled).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "variables.2");
    assert!(app.carrier.accepted().is_empty());
}

async fn a_template_whose_answer_was_lost_is_found_and_not_sent_again(setup: TestSetup) {
    let app = setup.with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let template = approved(&app, &owner).await;
    app.carrier.next([CreateFault::DropAnswer]);
    let values = json!({ "1": "Ana", "2": "Friday" });
    let message = json!({ "to": ANA, "content_template": template, "variables": values });
    let sent = owner.send_with_key("lost", message).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(owner.message(&id(&sent)).await["state"], "unknown");
    app.after(Duration::from_secs(5)).await;
    assert_eq!(owner.message(&id(&sent)).await["state"], "sent");
    assert_eq!(app.carrier.accepted().len(), 1);
}

async fn a_template_goes_to_nobody_who_said_stop(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let template = approved(&app, &owner).await;
    app.carrier.simulator.write(ANA, SENDER, "STOP", Extras::default()).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let values = json!({ "1": "Ana", "2": "Friday" });
    let message = json!({ "to": ANA, "content_template": template, "variables": values });
    owner.send_with_key("stopped", message).await.problem(422, "opted_out");
}
