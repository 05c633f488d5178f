//! Addresses of former systems do what the present ones do (A8).

use super::{journal, texts};
use crate::test_support::{
    ANA, Answer, SECOND_LINE, TestApp, TestSetup, inbound_params, on_both_engines, status_params,
};

on_both_engines![
    they_answer_byte_for_byte_like_the_present_ones,
    each_use_is_logged_and_counted,
    a_text_reaches_the_line_of_its_number,
    one_address_takes_texts_and_reports,
    an_event_at_two_addresses_has_one_effect,
];

const MESSAGES: [&str; 4] =
    ["/api/twilio/sms-webhook", "/api/sms/webhook", "/functions/v1/sms-inbound", "/api/webhooks/twilio"];
const STATUS: [&str; 2] = ["/functions/v1/sms-status", "/api/webhooks/twilio"];

/// All of an answer.
fn whole(answer: &Answer) -> String {
    format!("{} {:?} {}", answer.status, answer.headers, String::from_utf8_lossy(&answer.body))
}

/// The answers of `address` to a right, a repeated, a forged and an unreadable webhook.
async fn answers(app: &TestApp, address: &str, form: &[(&str, String)]) -> Vec<String> {
    let webhook = || app.webhook(address).form(form);
    let answers = [
        webhook().send().await,
        webhook().send().await,
        webhook().signed_with("another token").send().await,
        webhook().unsigned().send().await,
        app.webhook(address).raw("a=1&".repeat(501)).send().await,
        app.webhook(address).raw(vec![b'a'; 2_000_000]).send().await,
    ];
    answers.iter().map(whole).collect()
}

async fn they_answer_byte_for_byte_like_the_present_ones(setup: TestSetup) {
    let app = setup.start().await;
    let present = answers(&app, "/webhooks/twilio/main/messages", &inbound_params("SM1", ANA, "Hello")).await;
    for (number, address) in MESSAGES.iter().enumerate() {
        let form = inbound_params(&format!("SM1{number}"), ANA, "Hello");
        assert_eq!(answers(&app, address, &form).await, present, "{address}");
    }
    let present = answers(&app, "/webhooks/twilio/main/status", &status_params("SM2", "sent")).await;
    for (number, address) in STATUS.iter().enumerate() {
        let form = status_params(&format!("SM2{number}"), "sent");
        assert_eq!(answers(&app, address, &form).await, present, "{address}");
    }
    app.run_due_jobs().await;
}

async fn each_use_is_logged_and_counted(setup: TestSetup) {
    let app = setup.start().await;
    for address in MESSAGES {
        app.webhook(address).form(&inbound_params("SM1", ANA, "Hello")).send().await.expect(200);
        let logged = app.log.text();
        let line = logged.lines().find(|line| line.contains("deprecated") && line.contains(address));
        assert!(line.is_some_and(|line| line.contains("WARN")), "{logged}");
        assert_eq!(app.figure(&format!("trunkline_legacy_webhooks_total{{path=\"{address}\"}}")), 1);
    }
    app.run_due_jobs().await;
}

async fn a_text_reaches_the_line_of_its_number(setup: TestSetup) {
    let app = setup.start().await;
    for (sid, to) in [("SM1", SECOND_LINE), ("SM2", "+19995550100"), ("SM3", "")] {
        let mut form = inbound_params(sid, ANA, "Hello");
        form[5].1 = to.to_owned();
        app.webhook("/api/sms/webhook").form(&form).send().await.expect(200);
    }
    app.run_due_jobs().await;
    let lines: Vec<_> = journal(&app).await.into_iter().map(|kept| kept.line).collect();
    // A number that is not ours is most likely one that was ported or forwarded: the default line takes it.
    assert_eq!(lines, ["second", "main", "main"]);
    app.leaves_errors(); // The third names no recipient, which is kept as an error.
    app.leaves_jobs();
}

async fn one_address_takes_texts_and_reports(setup: TestSetup) {
    let app = setup.start().await;
    let address = "/api/webhooks/twilio";
    let mut text = inbound_params("SM1", ANA, "Hello").to_vec();
    text.push(("SmsStatus", "received".to_owned()));
    app.webhook(address).form(&text).send().await.expect(200);
    app.webhook(address).form(&status_params("SM2", "delivered")).send().await.expect(200);
    app.run_due_jobs().await;
    let kinds: Vec<_> = journal(&app).await.into_iter().map(|kept| kept.kind).collect();
    assert_eq!(kinds, ["twilio.message", "twilio.status"]);
    assert_eq!(texts(&app).await, ["Hello"]);
}

async fn an_event_at_two_addresses_has_one_effect(setup: TestSetup) {
    let app = setup.start().await;
    app.receive("SM1", ANA, "Hello").await;
    for address in MESSAGES {
        app.webhook(address).form(&inbound_params("SM1", ANA, "Hello")).send().await.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(journal(&app).await.len(), 1);
}
