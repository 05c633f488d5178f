//! What is no webhook is refused and leaves nothing behind (A3).

use axum::http::Method;

use super::journal;
use crate::test_support::{ANA, TestApp, TestSetup, on_both_engines};

on_both_engines![
    other_methods_are_not_allowed,
    a_body_that_is_too_large_is_refused,
    a_form_that_cannot_be_read_is_refused,
    an_unknown_line_is_not_found,
];

const ADDRESSES: [&str; 7] = [
    "/webhooks/twilio/main/messages",
    "/webhooks/twilio/main/status",
    "/api/twilio/sms-webhook",
    "/api/sms/webhook",
    "/functions/v1/sms-inbound",
    "/functions/v1/sms-status",
    "/api/webhooks/twilio",
];

async fn nothing_was_stored(app: &TestApp) {
    assert!(journal(app).await.is_empty());
    assert!(app.jobs().await.is_empty());
}

async fn other_methods_are_not_allowed(setup: TestSetup) {
    let app = setup.start().await;
    for address in ADDRESSES {
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = app.webhook(address).method(method.clone()).send().await;
            assert_eq!(answer.status, 405, "{method} {address}");
            assert_eq!(answer.headers["allow"], "POST", "{method} {address}");
        }
    }
    nothing_was_stored(&app).await;
}

/// Longer than any webhook, and then longer than any request.
async fn a_body_that_is_too_large_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    for address in ADDRESSES {
        for length in [300_000, 2_000_000] {
            let webhook = app.webhook(address).form(&[("MessageSid", "SM1"), ("Body", &"a".repeat(length))]);
            webhook.send().await.problem(413, "too_large");
        }
    }
    nothing_was_stored(&app).await;
}

async fn a_form_that_cannot_be_read_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    for address in ADDRESSES {
        app.webhook(address).raw("a=1&".repeat(501)).send().await.problem(400, "malformed");
    }
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="malformed"}"#), 7);
    nothing_was_stored(&app).await;
}

async fn an_unknown_line_is_not_found(setup: TestSetup) {
    let app = setup.start().await;
    for address in ["/webhooks/twilio/nowhere/messages", "/webhooks/twilio/nowhere/status"] {
        app.webhook(address).form(&[("From", ANA)]).send().await.problem(404, "not_found");
    }
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="unknown_line"}"#), 2);
    nothing_was_stored(&app).await;
}
