//! The Telnyx client against a server that answers in every way that matters.

use std::time::Duration;

use serde_json::json;
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::message::MessageState;
use trunkline_providers::{Direction, Outbound, Provider, Refusal, SendOutcome};

use super::carrier::{Carrier, Reply, data, error, kept, message, outbound, telnyx};

async fn outcome_of(reply: Reply) -> SendOutcome {
    Carrier::start([reply]).await.telnyx().send(&outbound()).await
}

async fn refusal_of(reply: Reply) -> Refusal {
    match outcome_of(reply).await {
        SendOutcome::NotSent(refusal) => refusal,
        other => panic!("certainly not sent, but: {other:?}"),
    }
}

#[track_caller]
fn assert_unknown(outcome: &SendOutcome, reason_part: &str) {
    let SendOutcome::Unknown { reason } = outcome else { panic!("nobody can tell, but: {outcome:?}") };
    assert!(reason.contains(reason_part), "{reason}");
}

#[tokio::test]
async fn a_created_message_is_accepted() {
    let carrier = Carrier::start([Reply::Json(200, data(message("m1")))]).await;
    let SendOutcome::Accepted(accepted) = carrier.telnyx().send(&outbound()).await else { panic!() };
    assert_eq!((accepted.provider_id.as_str(), accepted.direction), ("m1", Direction::Outbound));

    let seen = &carrier.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v2/messages"));
    assert_eq!(seen.headers["authorization"], "Bearer KEY0123");
    assert_eq!(seen.headers["idempotency-key"], "00000000-0000-0000-0000-000000000000-2");
    let expected = json!({
        "from": "+14155550100", "to": "+14155550142", "text": "Hi & welcome",
        "media_urls": ["https://example.com/a.png"],
        "messaging_profile_id": "4000eba1-a0c0-4563-9925-b25e842a7cb6",
        "webhook_url": "https://example.com/webhooks/telnyx/main?m=1",
    });
    assert_eq!(seen.body, expected);
}

#[tokio::test]
async fn empty_parts_are_left_out() {
    let carrier = Carrier::start([]).await;
    let bare = Outbound { body: String::new(), media_urls: Vec::new(), status_callback: None, ..outbound() };
    carrier.telnyx().send(&bare).await;
    let sent: Vec<_> = carrier.seen()[0].body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(sent, ["from", "messaging_profile_id", "to"]);
}

/// Telnyx counts in minutes: at no time before the one that was asked for.
#[tokio::test]
async fn a_message_to_be_kept_names_the_next_whole_minute() {
    let mut scheduled = message("m1");
    scheduled["to"][0]["status"] = json!("scheduled");
    let carrier = Carrier::start([Reply::Json(200, data(scheduled))]).await;
    let SendOutcome::Accepted(accepted) = carrier.telnyx().send(&kept()).await else { panic!() };
    assert_eq!(accepted.state, MessageState::Scheduled);
    assert_eq!(carrier.seen()[0].body["send_at"], "2026-11-05T12:01:00Z");
}

#[tokio::test]
async fn refusals_are_certain_and_classified_by_their_code() {
    for (code, class) in [
        ("40300", ErrorClass::OptedOut),
        ("40310", ErrorClass::Permanent),
        ("40305", ErrorClass::Misconfigured),
        ("40318", ErrorClass::Throttled),
        ("40302", ErrorClass::Request),
    ] {
        let refusal = refusal_of(error(422, code, "No.")).await;
        assert_eq!(
            (refusal.class, refusal.code.as_deref(), refusal.text.as_str()),
            (class, Some(code), "No.")
        );
    }
}

#[tokio::test]
async fn a_refusal_without_a_known_code_is_classified_by_its_status() {
    for (status, class) in [
        (400, ErrorClass::Request),
        (401, ErrorClass::Account),
        (403, ErrorClass::Account),
        (404, ErrorClass::Misconfigured),
        (422, ErrorClass::Request),
        (429, ErrorClass::Throttled),
    ] {
        assert_eq!(refusal_of(Reply::Raw(status, "<html>")).await.class, class, "{status}");
        assert_eq!(refusal_of(error(status, "99999", "?")).await.class, class, "{status}");
    }
}

#[tokio::test]
async fn the_reset_of_a_limit_is_waited_for() {
    let refusal = refusal_of(Reply::With(429, "x-ratelimit-reset", "7")).await;
    assert_eq!((refusal.class, refusal.retry_after), (ErrorClass::Throttled, Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn no_connection_is_certainly_not_sent() {
    let SendOutcome::NotSent(refusal) = telnyx("http://127.0.0.1:1").send(&outbound()).await else {
        panic!()
    };
    assert_eq!(refusal.class, ErrorClass::Retry);
    assert!(refusal.text.contains("Telnyx could not be reached"), "{}", refusal.text);
}

#[tokio::test]
async fn whatever_else_happens_leaves_doubt() {
    assert_unknown(&outcome_of(Reply::Raw(500, "oops")).await, "500");
    assert_unknown(&outcome_of(Reply::Raw(301, "")).await, "301");
    assert_unknown(&outcome_of(Reply::Hang).await, "no answer");
    assert_unknown(&outcome_of(Reply::Raw(200, "{\"data\":")).await, "not JSON");
    assert_unknown(&outcome_of(Reply::Json(200, data(json!({"text": "hi"})))).await, "no message");
}

#[tokio::test]
async fn a_message_is_fetched_and_only_telnyx_can_say_that_there_is_none() {
    let replies = [
        Reply::Json(200, data(message("m1"))),
        error(404, "10005", "Resource not found"),
        Reply::Raw(404, "<html>"),
        Reply::Raw(500, ""),
    ];
    let carrier = Carrier::start(replies).await;
    let telnyx = carrier.telnyx();
    assert_eq!(telnyx.fetch("m 1").await.unwrap().unwrap().state, MessageState::Undelivered);
    assert_eq!(carrier.seen()[0].path, "/v2/messages/m%201");
    assert_eq!(telnyx.fetch("m1").await, Ok(None));
    assert!(!telnyx.fetch("m1").await.unwrap_err().class.is_retryable());
    assert!(telnyx.fetch("m1").await.unwrap_err().class.is_retryable());
}

#[tokio::test]
async fn a_scheduled_message_is_called_off_or_the_refusal_told() {
    let mut cancelled = message("m1");
    cancelled["to"][0]["status"] = json!("cancelled");
    // The description shows this answer without a `data` around it.
    let replies = [Reply::Json(200, cancelled), Reply::Json(403, json!({"code": "1", "title": "Too late"}))];
    let carrier = Carrier::start(replies).await;
    assert_eq!(carrier.telnyx().cancel("m1").await.unwrap().state, MessageState::Canceled);
    assert_eq!(carrier.seen()[0].method, "DELETE");
    assert_eq!(carrier.telnyx().cancel("m1").await.unwrap_err().text, "Too late");
}
