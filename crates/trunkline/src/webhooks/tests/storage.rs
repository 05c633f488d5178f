//! What is acknowledged is on disk, and what is not on disk is not acknowledged (A1).

use super::{journal, texts};
use crate::test_support::{ANA, TestSetup, on_both_engines, soon};

on_both_engines![
    where_nothing_can_be_written_nothing_is_acknowledged,
    what_was_acknowledged_survives_a_kill,
    what_is_no_message_is_kept_with_its_error,
    a_text_with_a_character_that_no_database_takes_arrives_all_the_same,
];

async fn where_nothing_can_be_written_nothing_is_acknowledged(setup: TestSetup) {
    let app = setup.start().await;
    app.leave_no_room_to_spool();
    app.lose_database().await;
    let problem = app.inbound("SM1", ANA, "Hello").send().await.problem(503, "unavailable");
    assert_eq!(problem["retry_after_s"], 1);
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="not_stored"}"#), 1);
    app.regain_database().await;
    assert!(journal(&app).await.is_empty());
    std::fs::remove_file(app.data().join("spool")).unwrap();
    app.replay_spool();

    app.receive("SM1", ANA, "Hello").await;
    soon(async { while journal(&app).await.is_empty() {} }).await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
}

async fn what_was_acknowledged_survives_a_kill(setup: TestSetup) {
    let app = setup.start().await;
    app.receive("SM1", ANA, "before").await;
    app.restart().await;
    app.receive("SM2", ANA, "after").await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["before", "after"]);
}

async fn what_is_no_message_is_kept_with_its_error(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    app.leaves_errors();
    app.webhook("/webhooks/twilio/main/messages")
        .form(&[("CallSid", "CA1"), ("From", ANA)])
        .send()
        .await
        .expect(200);
    app.run_due_jobs().await;
    let errors = app.sign_up_owner().await.get("/api/errors").await.expect(200);
    let error = &errors["items"][0];
    assert_eq!(error["phone"], ANA);
    assert_eq!(error["kind"], "journal");
    assert_eq!(
        error["error"],
        "the webhook has no MessageSid; is this URL configured for another kind of event?"
    );
    assert!(error["journal_id"].is_string());
    assert!(!journal(&app).await[0].processed);
}

/// PostgreSQL's texts cannot hold NUL. A text with one is still a text from a customer.
async fn a_text_with_a_character_that_no_database_takes_arrives_all_the_same(setup: TestSetup) {
    let app = setup.start().await;
    app.inbound("SM1", ANA, "a\0b").form(&[("ProfileName", "An\0a")]).send().await.expect(200);
    app.unmarked_report("S\0M2", "del\0ivered").form(&[("ErrorCode", "\0")]).send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["a\u{fffd}b"]);
}
