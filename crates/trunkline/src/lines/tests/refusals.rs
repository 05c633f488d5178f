//! What cannot be used is refused with the field, the reason and the way out, and changes nothing.

use serde_json::{Value, json};

use super::{draft, make};
use crate::test_support::{LINE, TestSetup, id, on_both_engines, text};

on_both_engines![
    every_field_that_is_wrong_is_named_at_once,
    a_number_or_a_short_name_that_is_taken_is_refused,
    a_line_of_the_configuration_is_shown_and_not_changed,
    a_line_that_is_unknown_is_not_found,
];

fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| text(&error["field"])).collect()
}

async fn every_field_that_is_wrong_is_named_at_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wrong = json!({
        "provider": "twilio", "channel": "email", "slug": "Not a slug", "name": " ", "address": "12", "simulated": true,
        "fields": { "account_sid": "AC1", "auth_token": "has a space", "colour": "red" },
        "failover": ["nowhere"], "limits": { "per_second": 99_000_000, "per_minute": null, "per_day": null },
    });
    let problem = owner.post("/api/line-settings", wrong).await.problem(422, "invalid");
    let expected = [
        "channel",
        "slug",
        "name",
        "address",
        "fields.colour",
        "fields.account_sid",
        "fields.auth_token",
        "failover",
        "limits.per_second",
    ];
    assert_eq!(fields(&problem), expected);
    assert!(!problem.to_string().contains("has a space\""), "{problem}");
    assert!(problem.to_string().contains("console"), "the way out: {problem}");
    let mut missing = draft();
    missing["fields"] = json!({ "account_sid": missing["fields"]["account_sid"] });
    let problem = owner.post("/api/line-settings", missing).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["fields.auth_token"]);
    let mut unknown = draft();
    unknown["provider"] = "carrier pigeon".into();
    let problem = owner.post("/api/line-settings", unknown).await.problem(422, "invalid");
    assert!(text(&problem["detail"]).contains("twilio, telnyx"), "{problem}");
    let list = owner.get("/api/line-settings").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "nothing was made");
}

async fn a_number_or_a_short_name_that_is_taken_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let refused = async |change: &dyn Fn(&mut Value)| {
        let mut draft = draft();
        change(&mut draft);
        owner.post("/api/line-settings", draft).await.problem(422, "invalid")
    };
    let problem = refused(&|draft| draft["address"] = LINE.into()).await;
    assert!(text(&problem["detail"]).contains("main"), "{problem}");
    assert_eq!(fields(&refused(&|_| {}).await), ["address"]);
    let problem = refused(&|draft| {
        draft["address"] = "+14155550188".into();
        draft["slug"] = "main".into();
    });
    assert_eq!(fields(&problem.await), ["slug"]);
    // A short name that is made of the name gives way by itself.
    let mut other = draft();
    other["address"] = "+14155550188".into();
    let other = owner.post("/api/line-settings", other).await.expect(201);
    assert_eq!(text(&other["slug"]), "front-desk-hamburg-2");
    let problem = owner.patch(&path, json!({ "address": "+14155550188" })).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["address"]);
    let problem = owner.patch(&path, json!({ "fields": { "auth_token": "0123456789" } })).await;
    assert!(problem.problem(422, "invalid").to_string().contains("Change credentials"));
}

async fn a_line_of_the_configuration_is_shown_and_not_changed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let list = owner.get("/api/line-settings").await.expect(200);
    let main = &list["items"][0];
    assert_eq!((&main["made"], &main["revision"], text(&main["slug"])), (&json!(false), &json!(0), "main"));
    let path = format!("/api/line-settings/{}", id(main));
    assert_eq!(owner.get(&path).await.expect(200), *main);
    owner.patch(&path, json!({ "name": "Other" })).await.problem(409, "configured");
    owner.delete(&path).await.problem(409, "configured");
    let rotate = json!({ "fields": { "auth_token": "0123456789" } });
    owner.post(&format!("{path}/credentials"), rotate).await.problem(409, "configured");
}

async fn a_line_that_is_unknown_is_not_found(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let path = "/api/line-settings/019c0000-0000-7000-8000-000000000000";
    owner.get(path).await.problem(404, "not_found");
    owner.patch(path, json!({})).await.problem(404, "not_found");
    owner.delete(path).await.problem(404, "not_found");
    owner.post(&format!("{path}/restore"), json!({})).await.problem(404, "not_found");
}
