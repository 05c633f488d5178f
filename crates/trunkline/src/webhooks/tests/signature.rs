//! Only what the carrier signed is taken (A3).

use trunkline_providers::Secret;
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::signature::sign;

use super::{journal, texts};
use crate::test_support::{ANA, Answer, TOKEN, TestApp, TestSetup, inbound_params, on_both_engines};

on_both_engines![
    a_signed_text_is_acknowledged_with_an_empty_document,
    a_wrong_signature_is_refused_and_counted,
    a_missing_or_garbled_signature_is_refused,
    what_was_changed_on_the_way_is_refused,
    a_signature_for_one_line_does_not_open_another,
    while_a_token_is_changed_both_are_accepted,
    an_observed_signature_is_reported_and_let_through,
];

const MESSAGES: &str = "/webhooks/twilio/main/messages";

async fn a_signed_text_is_acknowledged_with_an_empty_document(setup: TestSetup) {
    let app = setup.start().await;
    let answer = app.inbound("SM1", ANA, "Hello").send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/xml; charset=utf-8");
    let document = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(document.starts_with("<?xml") && document.contains("<Response"), "{document}");
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="accepted"}"#), 1);

    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert!(journal(&app).await[0].processed);
}

/// 401, and no trace but in the figures.
async fn is_refused(app: &TestApp, answer: Answer, refused_so_far: u64) {
    let problem = answer.problem(401, "wrong_signature");
    assert!(!problem.to_string().contains("HMAC"), "{problem}");
    assert!(journal(app).await.is_empty());
    assert!(app.jobs().await.is_empty());
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="signature_refused"}"#), refused_so_far);
}

async fn a_wrong_signature_is_refused_and_counted(setup: TestSetup) {
    let app = setup.start().await;
    let answer = app.inbound("SM1", ANA, "Hello").signed_with("another token").send().await;
    is_refused(&app, answer, 1).await;
    // The log helps to find out why, without the token.
    assert_eq!(app.log.count("signature does not match"), 1);
    assert_eq!(app.log.count(MESSAGES), 1);
}

async fn a_missing_or_garbled_signature_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let answer = app.inbound("SM1", ANA, "Hello").unsigned().send().await;
    is_refused(&app, answer, 1).await;
    for (count, garbled) in ["", "****", "AAAA", "Zm9v"].into_iter().enumerate() {
        let webhook = app.inbound("SM1", ANA, "Hello").unsigned();
        is_refused(&app, webhook.header("x-twilio-signature", garbled).send().await, count as u64 + 2).await;
    }
}

async fn what_was_changed_on_the_way_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let signed = inbound_params("SM1", ANA, "Hello");
    let signed: Params = signed.into_iter().collect();
    let signature = sign(&format!("{}{MESSAGES}", app.base_url()), &signed, &Secret::new(TOKEN));
    let mut refused = 0;
    for (path, extra, body) in [
        (MESSAGES, None, "Hello!"),
        (MESSAGES, Some(("ExtraParam", "1")), "Hello"),
        ("/webhooks/twilio/main/messages?x=1", None, "Hello"),
    ] {
        let mut webhook = app.webhook(path).form(&inbound_params("SM1", ANA, body));
        if let Some(extra) = extra {
            webhook = webhook.form(&[extra]);
        }
        refused += 1;
        let answer = webhook.unsigned().header("x-twilio-signature", &signature).send().await;
        is_refused(&app, answer, refused).await;
    }
}

async fn a_signature_for_one_line_does_not_open_another(setup: TestSetup) {
    let app = setup.start().await;
    let answer = app
        .webhook("/webhooks/twilio/second/messages")
        .form(&inbound_params("SM1", ANA, "Hello"))
        .signed_for(&format!("{}{MESSAGES}", app.base_url()))
        .send()
        .await;
    is_refused(&app, answer, 1).await;
}

async fn while_a_token_is_changed_both_are_accepted(setup: TestSetup) {
    let app = setup.former_token("the former token").start().await;
    app.inbound("SM1", ANA, "old").signed_with("the former token").send().await.expect(200);
    app.inbound("SM2", ANA, "new").send().await.expect(200);
    app.inbound("SM3", ANA, "none").signed_with("").send().await.problem(401, "wrong_signature");
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["old", "new"]);
}

async fn an_observed_signature_is_reported_and_let_through(setup: TestSetup) {
    let app = setup.observing_signatures().start().await;
    app.inbound("SM1", ANA, "Hello").unsigned().send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="signature_observed"}"#), 1);
    assert_eq!(app.log.count("signature does not match"), 1);
}
