//! What would come out is seen before anything is sent, or even kept (C1).

use serde_json::{Value, json};

use super::{created, fields, reminder};
use crate::test_support::{ANA, Client, LINE, TestSetup, id, on_both_engines, text};

on_both_engines![
    words_are_tried_while_they_are_written,
    a_template_is_tried_for_a_contact,
    words_that_cannot_be_read_are_told_by_place,
    a_preview_keeps_nothing,
];

async fn preview(owner: &Client, request: Value) -> Vec<Value> {
    let answer = owner.post("/api/templates/preview", request).await.expect(200);
    answer["variants"].as_array().unwrap().clone()
}

async fn words_are_tried_while_they_are_written(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let request = json!({
        "variants": [
            { "name": "A", "weight": 0, "bodies": { "*": "Hi {{name:title}}, {{total}} {{oops}} {{day}}" } },
            { "name": "", "weight": 1, "bodies": { "*": "{{agent.name}} at {{line.address}} 🌊", "email": "mail" } },
            { "name": "empty", "weight": 1, "bodies": {} },
        ],
        "variables": [{ "name": "name" }, { "name": "total", "format": "money USD" }, { "name": "day" }],
        "values": { "name": "ANA", "total": "much", "day": " " },
    });
    let shown = preview(&owner, request.clone()).await;
    assert_eq!(text(&shown[0]["body"]), "Hi Ana, {{total}} {{oops}} {{day}}");
    assert_eq!((&shown[0]["missing"], &shown[0]["unknown"]), (&json!(["oops", "day"]), &json!(["oops"])));
    assert_eq!(text(&shown[0]["unfit"][0]["name"]), "total");
    assert_eq!(text(&shown[0]["encoding"]), "GSM-7");
    assert_eq!(text(&shown[1]["body"]), format!("Ada at {LINE} 🌊"));
    assert_eq!((text(&shown[1]["encoding"]), &shown[1]["segments"]), ("UCS-2", &json!(1)));
    assert_eq!(text(&shown[2]["body"]), "");
    let mut as_mail = request;
    as_mail["channel"] = json!("email");
    assert_eq!(text(&preview(&owner, as_mail).await[1]["body"]), "mail");
}

async fn a_template_is_tried_for_a_contact(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, reminder()).await;
    let ana = json!({ "name": "Ana Lopez", "phone": ANA });
    let ana = id(&owner.post("/api/contacts", ana).await.expect(201));
    let values = json!({ "day": "2026-11-22T02:00:00Z", "price": "20" });
    let request = json!({ "template_id": template, "contact_id": ana, "values": values });
    let shown = preview(&owner, request).await;
    // Where she is, it is still the evening before.
    assert_eq!(text(&shown[0]["body"]), "Hi Ana, your visit on November 21, 2026: $20.00. Ada");
    assert_eq!(shown[0]["missing"], json!([]));
    let shown = preview(&owner, json!({ "template_id": template })).await;
    assert_eq!(shown[0]["missing"], json!(["day", "price"]));
}

async fn words_that_cannot_be_read_are_told_by_place(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wrong = json!({
        "variants": [
            { "name": "A", "weight": 1, "bodies": { "*": "Hi" } },
            { "name": "B", "weight": 1, "bodies": { "*": "Hi {{name:loud}}" } },
        ],
        "variables": [{ "name": "name", "format": "louder" }],
    });
    let problem = owner.post("/api/templates/preview", wrong).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["variables.0.format", "variants.1.bodies.*"]);
    let unknown = "00000000-0000-7000-8000-000000000000";
    for (request, status) in [
        (json!({}), 422),
        (json!({ "variants": [] }), 422),
        (json!({ "variants": [], "template_id": unknown }), 422),
        (json!({ "template_id": unknown }), 404),
        (json!({ "variants": [], "contact_id": unknown }), 404),
        (json!({ "variants": [], "channel": "pigeon" }), 422),
    ] {
        let answer = owner.post("/api/templates/preview", request.clone()).await;
        assert_eq!(answer.status, status, "{request}: {}", answer.json());
    }
}

async fn a_preview_keeps_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let viewer = app.member(&owner, "viewer").await;
    preview(&viewer, json!({ "variants": reminder()["variants"], "variables": reminder()["variables"] }))
        .await;
    assert_eq!(owner.get("/api/templates").await.expect(200)["items"], json!([]));
    assert!(app.jobs().await.is_empty());
}
