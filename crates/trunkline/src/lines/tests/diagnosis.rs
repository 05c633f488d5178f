//! A signature that does not hold is explained to whoever looks after the line, and to nobody else (A3).

use serde_json::{Value, json};

use super::{draft, text_to_it};
use crate::test_support::{
    Client, SIGNING_SEED, TOKEN, TestApp, TestSetup, on_both_engines, soon, telnyx_inbound, text,
};

on_both_engines![
    the_address_that_would_fit_is_named,
    a_changed_path_is_told_from_another_host,
    the_line_whose_token_would_fit_is_named,
    what_nobody_signed_is_told_apart_from_what_is_missing,
    a_clock_that_is_wrong_is_named,
    many_of_one_kind_are_one_row,
];

/// The findings of a line, once there are any.
async fn findings(client: &Client, path: &str) -> Vec<Value> {
    findings_once(client, path, |found| !found.is_empty()).await
}

/// The findings of a line, once they are as they should be. They are written down beside the answer, and nothing tells
/// of that.
async fn findings_once(client: &Client, path: &str, are_there: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    soon(async {
        loop {
            let found = client.get(&format!("{path}/signatures")).await.expect(200);
            let found = found["items"].as_array().unwrap().clone();
            if are_there(&found) {
                return found;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

async fn main_line(client: &Client) -> String {
    let lines = client.get("/api/line-settings").await.expect(200);
    format!("/api/line-settings/{}", text(&lines["items"][0]["id"]))
}

fn inbound(app: &TestApp) -> crate::test_support::Webhook {
    app.inbound("SM1", crate::test_support::ANA, "Hello")
}

const PATH: &str = "/webhooks/twilio/main/messages";

async fn the_address_that_would_fit_is_named(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let signed = format!("https://public.example.com{PATH}");
    let webhook = inbound(&app).header("x-forwarded-host", "public.example.com").signed_for(&signed);
    let refused = webhook.send().await.problem(401, "wrong_signature");
    assert!(!refused.to_string().contains("public.example.com"), "the caller learns nothing: {refused}");
    let found = findings(&owner, &main_line(&owner).await).await;
    assert_eq!(text(&found[0]["reason"]), "other_address");
    assert!(text(&found[0]["told"]).contains(&signed), "{found:?}");
    assert!(text(&found[0]["fix"]).contains("server.base_url to https://public.example.com"), "{found:?}");
    assert!(app.log.text().contains("server.trusted_proxies"), "it is in the log as well");
}

async fn a_changed_path_is_told_from_another_host(setup: TestSetup) {
    let app = setup.observing_signatures().start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let signed = format!("{}{PATH}/", app.base_url());
    inbound(&app).signed_for(&signed).send().await.expect(200);
    let found = findings(&owner, &main_line(&owner).await).await;
    assert_eq!(text(&found[0]["reason"]), "other_address");
    assert!(text(&found[0]["fix"]).contains("slash"), "{found:?}");
}

async fn the_line_whose_token_would_fit_is_named(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let mut other = draft();
    other["fields"]["auth_token"] = "1".repeat(32).into();
    owner.post("/api/line-settings", other).await.expect(201);
    inbound(&app).signed_with(&"1".repeat(32)).send().await.expect(401);
    let found = findings(&owner, &main_line(&owner).await).await;
    assert_eq!(text(&found[0]["reason"]), "other_line");
    assert!(text(&found[0]["told"]).contains("Front desk (Hamburg)"), "{found:?}");
}

async fn what_nobody_signed_is_told_apart_from_what_is_missing(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = super::make(&owner).await;
    inbound(&app).signed_with("nobody's").send().await.expect(401);
    text_to_it(&app, "SM2").unsigned().send().await.expect(401);
    assert_eq!(text(&findings(&owner, &main_line(&owner).await).await[0]["reason"]), "unknown_key");
    let missing = findings(&owner, &path).await;
    assert_eq!(text(&missing[0]["reason"]), "missing");
    assert!(!format!("{missing:?}").contains(TOKEN));
}

async fn a_clock_that_is_wrong_is_named(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    let event = telnyx_inbound("e1", "m1", crate::test_support::ANA, "Hello", app.now());
    let old = app.now().minus(std::time::Duration::from_secs(3_600));
    let webhook = app.telnyx_event("/webhooks/telnyx/main", &event).signed_by_telnyx(SIGNING_SEED, old);
    webhook.send().await.problem(401, "wrong_signature");
    let found = findings(&owner, &main_line(&owner).await).await;
    assert_eq!(text(&found[0]["reason"]), "clock");
    assert!(text(&found[0]["told"]).contains("3600 seconds"), "{found:?}");
}

async fn many_of_one_kind_are_one_row(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for _ in 0..20 {
        inbound(&app).signed_with("nobody's").send().await.expect(401);
    }
    let path = main_line(&owner).await;
    assert_eq!(findings(&owner, &path).await.len(), 1);
    app.advance(std::time::Duration::from_secs(6)).await;
    inbound(&app).signed_with("nobody's").send().await.expect(401);
    findings_once(&owner, &path, |found| found.iter().any(|found| found["count"] == json!(21))).await;
}
