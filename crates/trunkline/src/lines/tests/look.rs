//! A look at the provider, and its webhooks set from the app (D1).

use serde_json::{Value, json};

use super::{draft, make};
use crate::test_support::{SPARE_NUMBER, TestSetup, id, on_both_engines, text};

on_both_engines![
    what_is_right_and_what_is_wrong_is_told_before_a_line_is_made,
    a_telnyx_line_is_looked_at_as_well,
    webhooks_are_shown_set_and_brought_back,
    what_cannot_be_set_for_a_person_is_told_them,
    numbers_of_the_simulator_are_offered_until_a_line_has_them,
];

fn outcomes(check: &Value) -> Vec<(&str, &str)> {
    let findings = check["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(&finding["about"]), text(&finding["outcome"]))).collect()
}

async fn what_is_right_and_what_is_wrong_is_told_before_a_line_is_made(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let check = async |change: &dyn Fn(&mut Value)| {
        let mut draft = draft();
        change(&mut draft);
        owner.post("/api/line-settings/check", draft).await.expect(200)
    };
    let good = check(&|_| {}).await;
    assert_eq!(
        (&good["usable"], outcomes(&good)),
        (&json!(true), vec![("credentials", "ok"), ("address", "ok")])
    );
    assert!(text(&good["findings"][1]["told"]).contains(SPARE_NUMBER), "{good}");
    let token = check(&|draft| draft["fields"]["auth_token"] = "0".repeat(32).into()).await;
    assert_eq!((&token["usable"], outcomes(&token)), (&json!(false), vec![("credentials", "failed")]));
    assert!(text(&token["findings"][0]["fix"]).contains("console"), "{token}");
    let number = check(&|draft| draft["address"] = "+14155550199".into()).await;
    assert_eq!(outcomes(&number), [("credentials", "ok"), ("address", "failed")]);
    let service = "MGffffffffffffffffffffffffffffffff";
    let service = check(&|draft| draft["fields"]["messaging_service_sid"] = service.into()).await;
    assert_eq!(outcomes(&service)[2], ("service", "failed"));
    app.carrier.cut_wire().await;
    let away = check(&|_| {}).await;
    assert_eq!((&away["usable"], outcomes(&away)), (&json!(false), vec![("credentials", "unknown")]));
    let list = owner.get("/api/line-settings").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "nothing was made");
}

async fn a_telnyx_line_is_looked_at_as_well(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    let lines = owner.get("/api/line-settings").await.expect(200);
    let path = format!("/api/line-settings/{}/check", text(&lines["items"][0]["id"]));
    let check = owner.post(&path, json!({})).await.expect(200);
    assert_eq!(outcomes(&check), [("credentials", "ok"), ("address", "ok"), ("profile", "ok")], "{check}");
    assert!(text(&check["findings"][2]["told"]).contains("all countries"), "{check}");
}

async fn webhooks_are_shown_set_and_brought_back(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = format!("{}/webhooks", make(&owner).await);
    let shown = owner.get(&path).await.expect(200);
    let change = &shown["changes"][0];
    assert_eq!((text(&change["parameter"]), &shown["undo"]), ("SmsUrl", &Value::Null));
    let wanted = format!("{}/webhooks/twilio/front-desk-hamburg/messages", app.base_url());
    assert!(text(&change["after"]).starts_with(&wanted), "{shown}");

    let fallback = json!({ "fallback_url": "https://somebody:secret@example.com/bin" });
    let set = owner.post(&path, fallback).await.expect(200);
    assert_eq!(set["changes"], json!([]), "it is as it should be");
    assert_eq!(set["undo"]["changes"].as_array().unwrap().len(), 2);
    assert!(!set.to_string().contains(":secret@"), "{set}");
    assert_eq!(owner.post(&path, json!({})).await.expect(200)["changes"], json!([]), "it can be done again");
    // What the phone sends now comes to the new line.
    app.carrier.simulator.text(crate::test_support::ANA, SPARE_NUMBER, "Hello", &[]).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1);

    let back = owner.post(&format!("{path}/undo"), json!({})).await.expect(200);
    assert_eq!((&back["changes"], &back["undo"]), (&shown["changes"], &Value::Null));
    owner.post(&format!("{path}/undo"), json!({})).await.problem(409, "nothing_to_undo");
    owner.post(&path, json!({ "fallback_url": "no address" })).await.problem(422, "invalid");
    app.carrier.cut_wire().await;
    let away = owner.get(&path).await.problem(502, "provider_refused");
    assert!(!text(&away["detail"]).starts_with("line "), "{away}");
}

async fn numbers_of_the_simulator_are_offered_until_a_line_has_them(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let offered = owner.get("/api/line-settings").await.expect(200);
    let offer = &offered["simulated"][0];
    assert_eq!(text(&offer["address"]), SPARE_NUMBER);
    let made = json!({
        "provider": offer["provider"], "name": offer["name"], "address": offer["address"], "fields": offer["fields"],
        "simulated": true,
    });
    owner.post("/api/line-settings", made).await.expect(201);
    assert_eq!(owner.get("/api/line-settings").await.expect(200)["simulated"], json!([]));
}

async fn what_cannot_be_set_for_a_person_is_told_them(setup: TestSetup) {
    let app = setup.with_email().start().await;
    let owner = app.sign_up_owner().await;
    let lines = owner.get("/api/lines").await.expect(200);
    let email = lines["items"].as_array().unwrap().iter().find(|line| line["channel"] == "email").unwrap();
    let told = owner.get(&format!("/api/line-settings/{}/webhooks", id(email))).await.expect(200);
    let words = text(&told["by_hand"]);
    assert!(words.starts_with("Set http") && words.contains("/webhooks/resend/"), "{words}");
    assert_eq!(told["changes"], json!([]));
}
