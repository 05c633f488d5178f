//! The Twilio client against a server that answers in every way that matters.

use std::time::Duration;

use super::carrier::{
    ACCOUNT, Carrier, Reply, closing_after, credentials, hasty, http, kept, message, outbound, twilio,
};
use serde_json::{Value, json};
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;
use trunkline_providers::twilio::Twilio;
use trunkline_providers::{
    Direction, KeepUntil, ListQuery, Provider, Refusal, RemoteMessage, Secret, SendOutcome,
};

async fn outcome_of(reply: Reply) -> SendOutcome {
    Carrier::start([reply]).await.twilio().send(&outbound()).await
}

async fn refusal_of(reply: Reply) -> Refusal {
    match outcome_of(reply).await {
        SendOutcome::NotSent(refusal) => refusal,
        other => panic!("certainly not sent, but: {other:?}"),
    }
}

fn error(code: u32, status: u16) -> Reply {
    Reply::Json(status, json!({"code": code, "message": "No.", "more_info": "https://x", "status": status}))
}

#[track_caller]
fn assert_unknown(outcome: &SendOutcome, reason_part: &str) {
    let SendOutcome::Unknown { reason } = outcome else { panic!("nobody can tell, but: {outcome:?}") };
    assert!(reason.contains(reason_part), "{reason}");
}

#[tokio::test]
async fn a_created_message_is_accepted() {
    let carrier = Carrier::start([Reply::Json(201, message("SM1"))]).await;
    let SendOutcome::Accepted(accepted) = carrier.twilio().send(&outbound()).await else { panic!() };
    assert_eq!((accepted.provider_id.as_str(), accepted.direction), ("SM1", Direction::Outbound));

    let seen = &carrier.seen()[0];
    assert_eq!(seen.path, format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    let sent: Vec<_> = seen.form.iter().collect();
    let expected = [
        ("To", "+14155550142"),
        ("From", "+14155550100"),
        ("Body", "Hi & welcome + more"),
        ("MediaUrl", "https://example.com/a.png"),
        ("MediaUrl", "https://example.com/b.png"),
        ("StatusCallback", "https://example.com/webhooks/twilio/main/status?m=1"),
        ("ValidityPeriod", "600"),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_messaging_service_is_named_as_one_and_empty_parts_are_left_out() {
    let carrier = Carrier::start([Reply::Json(201, message("SM1"))]).await;
    let service = "MG0123456789abcdef0123456789ABCDEF".to_owned();
    let mut outbound = outbound();
    (outbound.from, outbound.body, outbound.status_callback) = (service.clone(), String::new(), None);
    (outbound.media_urls, outbound.validity) = (Vec::new(), Some(Duration::from_secs(1_000_000)));
    carrier.twilio().send(&outbound).await;
    let seen = &carrier.seen()[0];
    let sent: Vec<_> = seen.form.iter().collect();
    assert_eq!(
        sent,
        [("To", "+14155550142"), ("MessagingServiceSid", &service), ("ValidityPeriod", "36000")]
    );
}

/// From the number that customers know, at no time before the one that was asked for.
#[tokio::test]
async fn a_message_to_be_kept_names_service_and_sender_and_the_next_whole_second() {
    let scheduled = json!({"sid": "SM1", "status": "scheduled", "messaging_service_sid": "MG1"});
    let carrier = Carrier::start([Reply::Json(201, scheduled)]).await;
    let SendOutcome::Accepted(accepted) = carrier.twilio().send(&kept()).await else { panic!() };
    assert_eq!((accepted.state, accepted.service.as_deref()), (MessageState::Scheduled, Some("MG1")));
    let form = &carrier.seen()[0].form;
    for (name, value) in [
        ("From", "+14155550100"),
        ("MessagingServiceSid", "MG0123456789abcdef0123456789abcdef"),
        ("ScheduleType", "fixed"),
        ("SendAt", "2026-11-05T12:00:01Z"),
    ] {
        assert_eq!(form.get(name), Some(value));
    }
    let whole = KeepUntil { at: Timestamp::from_secs(1_793_880_000), service: String::new() };
    assert_eq!(whole.second(), whole.at);
}

#[tokio::test]
async fn what_twilio_will_not_keep_is_certainly_not_sent() {
    let cases = [
        (35_111, ErrorClass::Request),
        (35_114, ErrorClass::Request),
        (35_115, ErrorClass::Request),
        (35_117, ErrorClass::Request),
        (35_118, ErrorClass::Request),
        (35_125, ErrorClass::Throttled),
        (35_126, ErrorClass::Request),
        (21_701, ErrorClass::Misconfigured),
        (21_712, ErrorClass::Misconfigured),
    ];
    for (code, class) in cases {
        let outcome = Carrier::start([error(code, 400)]).await.twilio().send(&kept()).await;
        let SendOutcome::NotSent(refusal) = outcome else { panic!("{code}: {outcome:?}") };
        assert_eq!((refusal.class, refusal.code), (class, Some(code.to_string())));
    }
}

#[tokio::test]
async fn the_api_key_is_used_when_there_is_one() {
    let carrier = Carrier::start([Reply::Json(201, message("SM1")), Reply::Json(201, message("SM2"))]).await;
    carrier.twilio().send(&outbound()).await;
    let mut with_key = credentials(&carrier.base_url);
    with_key.api_key = Some(("SK1".to_owned(), Secret::new("key-secret")));
    assert!(!format!("{with_key:?}").contains("key-secret"));
    Twilio::new(with_key, http()).send(&outbound()).await;
    let users: Vec<_> = carrier.seen().iter().map(|seen| seen.headers["authorization"].clone()).collect();
    use base64::Engine as _;
    let basic = |text: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text));
    assert_eq!(users, [basic(&format!("{ACCOUNT}:auth-token")), basic("SK1:key-secret")]);
}

#[tokio::test]
async fn a_refusal_is_certainly_not_sent_and_classified_by_its_code() {
    let cases = [
        (21211, 400, ErrorClass::Permanent),
        (21610, 400, ErrorClass::OptedOut),
        (21408, 403, ErrorClass::Misconfigured),
        (21617, 400, ErrorClass::Request),
        (20003, 401, ErrorClass::Account),
        (21611, 400, ErrorClass::Throttled),
        (29999, 400, ErrorClass::Retry),
    ];
    for (code, status, class) in cases {
        let refusal = refusal_of(error(code, status)).await;
        let expected = Refusal { class, code: Some(code.to_string()), text: "No.".into(), retry_after: None };
        assert_eq!(refusal, expected);
    }
}

#[tokio::test]
async fn a_refusal_without_a_readable_body_is_classified_by_its_status() {
    let cases = [(400, ErrorClass::Request), (401, ErrorClass::Account), (404, ErrorClass::Misconfigured)];
    for (status, class) in cases {
        let refusal = refusal_of(Reply::Raw(status, b"<html>nginx</html>")).await;
        assert_eq!((refusal.class, refusal.code), (class, None), "{status}");
        assert!(refusal.text.contains(&status.to_string()), "{}", refusal.text);
    }
}

#[tokio::test]
async fn throttling_carries_the_wait_twilio_asks_for() {
    let body = json!({"code": 20429, "message": "Too Many Requests"}).to_string();
    let refusal = refusal_of(Reply::With(429, "retry-after", "7", body)).await;
    assert_eq!((refusal.class, refusal.retry_after), (ErrorClass::Throttled, Some(Duration::from_secs(7))));
    let bare = refusal_of(Reply::Raw(429, b"")).await;
    assert_eq!((bare.class, bare.retry_after), (ErrorClass::Throttled, None));
}

#[tokio::test]
async fn an_answer_that_proves_nothing_leaves_it_unknown() {
    assert_unknown(&outcome_of(Reply::Raw(500, b"oops")).await, "500");
    assert_unknown(&outcome_of(error(20503, 503)).await, "503");
    assert_unknown(&outcome_of(Reply::Raw(201, b"{\"sid\": \"SM")).await, "not JSON");
    assert_unknown(&outcome_of(Reply::Raw(201, b"{\"status\": \"queued\"}")).await, "no message");
    assert_unknown(&outcome_of(Reply::Raw(200, b"")).await, "not JSON");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let carrier = Carrier::start([
        Reply::With(307, "location", "/elsewhere", String::new()),
        Reply::Json(201, message("SM1")),
    ])
    .await;
    assert_unknown(&carrier.twilio().send(&outbound()).await, "307");
    assert_eq!(carrier.seen().len(), 1);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    const LONG: &[u8] = &[b' '; 1_100_000];
    assert_unknown(&outcome_of(Reply::Raw(201, LONG)).await, "longer than");
}

#[tokio::test]
async fn silence_after_the_request_leaves_it_unknown() {
    let silent = Carrier::start([Reply::Hang]).await;
    assert_unknown(&hasty(&silent.base_url).send(&outbound()).await, "no answer");
    let dropped = twilio(&closing_after(b"").await).send(&outbound()).await;
    assert_unknown(&dropped, "no answer");
    let broken_off =
        closing_after(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"sid\":\"SM1\"").await;
    assert_unknown(&twilio(&broken_off).send(&outbound()).await, "broke off");
}

#[tokio::test]
async fn no_connection_is_certainly_not_sent() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let no_tls = closing_after(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.replace("http:", "https:");
    let unknown_host = "http://no-such-host.invalid".to_owned();
    for base_url in [format!("http://{closed}"), no_tls, unknown_host, "not a url".to_owned()] {
        let outcome = twilio(&base_url).send(&outbound()).await;
        let SendOutcome::NotSent(refusal) = outcome else { panic!("{base_url}: {outcome:?}") };
        assert_eq!(refusal.class, ErrorClass::Retry, "{base_url}");
        assert!(!refusal.text.contains(ACCOUNT), "{}", refusal.text);
    }
}

#[tokio::test]
async fn a_fetched_message_is_read() {
    let carrier = Carrier::start([Reply::Json(200, message("SM1"))]).await;
    let found = carrier.twilio().fetch("SM1").await.unwrap().unwrap();
    assert_eq!((found.state, found.error_code.as_deref()), (MessageState::Failed, Some("30003")));
    assert_eq!(carrier.seen()[0].path, format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1.json"));
}

#[tokio::test]
async fn only_twilios_own_404_means_that_there_is_no_such_message() {
    let carrier = Carrier::start([error(20404, 404), Reply::Raw(404, b"<html>")]).await;
    assert_eq!(carrier.twilio().fetch("SM1").await, Ok(None));
    assert_eq!(carrier.twilio().fetch("SM1").await.unwrap_err().class, ErrorClass::Misconfigured);
}

#[tokio::test]
async fn an_id_cannot_reach_another_resource() {
    let carrier = Carrier::start([error(20404, 404)]).await;
    let _ = carrier.twilio().fetch("../../Calls").await;
    assert_eq!(
        carrier.seen()[0].path,
        format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/%2E%2E%2F%2E%2E%2FCalls.json")
    );
}

#[tokio::test]
async fn trouble_while_asking_says_whether_asking_again_helps() {
    let carrier =
        Carrier::start([error(20003, 401), Reply::Raw(502, b""), Reply::Raw(200, b"?"), Reply::Hang]).await;
    for expected in [ErrorClass::Account, ErrorClass::Retry, ErrorClass::Retry] {
        assert_eq!(carrier.twilio().fetch("SM1").await.unwrap_err().class, expected);
    }
    let silent = hasty(&carrier.base_url).fetch("SM1").await.unwrap_err();
    assert_eq!(silent.class, ErrorClass::Retry);
}

#[tokio::test]
async fn a_cancel_asks_for_the_only_status_that_may_be_set_and_says_what_became_of_it() {
    let canceled = json!({"sid": "SM1", "status": "canceled"});
    let carrier =
        Carrier::start([Reply::Json(200, canceled), error(30409, 409), Reply::Raw(200, b"ok")]).await;
    let after = carrier.twilio().cancel("SM1").await.unwrap();
    assert_eq!(after.state, MessageState::Canceled);
    let seen = &carrier.seen()[0];
    assert_eq!((seen.method.as_str(), seen.form.get("Status")), ("POST", Some("canceled")));
    let late = carrier.twilio().cancel("SM1").await.unwrap_err();
    assert_eq!((late.class, late.code.as_deref()), (ErrorClass::Request, Some("30409")));
    assert_eq!(carrier.twilio().cancel("SM1").await.unwrap_err().class, ErrorClass::Retry);
}

fn page(sids: &[&str], next: Option<&str>) -> Reply {
    let messages: Vec<Value> = sids.iter().map(|sid| message(sid)).collect();
    Reply::Json(200, json!({"messages": messages, "next_page_uri": next}))
}

fn sids(messages: &[RemoteMessage]) -> Vec<&str> {
    messages.iter().map(|message| message.provider_id.as_str()).collect()
}

#[tokio::test]
async fn a_list_follows_its_pages_up_to_the_limit() {
    let next = "/2010-04-01/Accounts/AC/Messages.json?Page=1&PageToken=PASM2";
    let carrier =
        Carrier::start([page(&["SM1", "SM2"], Some(next)), page(&["SM3", "SM4"], Some(next))]).await;
    let query = ListQuery { to: Some("+14155550142".into()), limit: 3, ..ListQuery::default() };
    assert_eq!(sids(&carrier.twilio().list(&query).await.unwrap()), ["SM1", "SM2", "SM3"]);
    let seen = carrier.seen();
    assert_eq!(seen[0].query.iter().collect::<Vec<_>>(), [("PageSize", "3"), ("To", "+14155550142")]);
    assert_eq!(seen[1].query.get("PageToken"), Some("PASM2"));
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn a_list_stops_at_the_first_page_that_is_too_old() {
    let carrier = Carrier::start([page(&["SM1"], Some("/older")), page(&["SM2"], Some("/oldest"))]).await;
    let at = Timestamp::from_secs(1_692_853_305);
    let until = ListQuery { since: Some(at), limit: 1, ..ListQuery::default() };
    assert_eq!(sids(&carrier.twilio().list(&until).await.unwrap()), ["SM1"]);
    let after = ListQuery { since: Some(at.plus(Duration::from_secs(1))), limit: 9, ..ListQuery::default() };
    assert_eq!(carrier.twilio().list(&after).await, Ok(Vec::new()));
    assert_eq!(carrier.seen().len(), 2);
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    let unreadable = json!({"messages": [message("SM1"), {"body": "no sid"}]});
    let carrier = Carrier::start([
        Reply::Json(200, unreadable),
        page(&["SM1"], Some("https://evil.example/steal")),
        page(&["SM1"], Some("/next")),
        Reply::Raw(503, b""),
    ])
    .await;
    let query = ListQuery { limit: 10, ..ListQuery::default() };
    for expected in ["no message", "another address", "503"] {
        let failed = carrier.twilio().list(&query).await.unwrap_err();
        assert!(failed.to_string().contains(expected), "{failed}");
    }
}
