//! The client against a stand-in that answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::time::Timestamp;
use trunkline_providers::mail::{Email, MailSource};
use trunkline_providers::resend::{Resend, ResendCredentials};
use trunkline_providers::transport::http_client;
use trunkline_providers::{ListQuery, Outbound, Provider, Secret, SendOutcome};
use uuid::Uuid;

#[derive(Clone, Default)]
struct Plan {
    replies: Arc<Mutex<VecDeque<(u16, Value)>>>,
    seen: Arc<Mutex<Vec<(String, HeaderMap, Value)>>>,
}

async fn start(replies: impl IntoIterator<Item = (u16, Value)>) -> (Plan, Resend) {
    let plan = Plan { replies: Arc::new(Mutex::new(replies.into_iter().collect())), ..Plan::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(plan.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let credentials = ResendCredentials { api_key: Secret::new("re_test"), base_url };
    (plan, Resend::new(credentials, http_client().unwrap()))
}

async fn answer(State(plan): State<Plan>, request: Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let seen = (parts.uri.to_string(), parts.headers, serde_json::from_slice(&body).unwrap_or_default());
    plan.seen.lock().unwrap().push(seen);
    let (status, body) = plan.replies.lock().unwrap().pop_front().unwrap_or((500, json!({})));
    (StatusCode::from_u16(status).unwrap(), [("retry-after", "7")], axum::Json(body)).into_response()
}

fn outbound(attempt: u32) -> Outbound {
    Outbound {
        message_id: Uuid::from_u128(7).into(),
        attempt,
        from: "team@example.com".into(),
        to: "ana@example.net".into(),
        body: "Hello".into(),
        media_urls: Vec::new(),
        status_callback: Some("https://x/webhooks/resend/mail?m=7&n=1&t=ab".into()),
        validity: None,
        keep_until: None,
        content: None,
        email: Some(Email {
            from_name: "Team \"x\"\r\nBcc: y".into(),
            subject: "Hi\r\nBcc: z@example.org".into(),
            message_id: "1@example.com".into(),
            in_reply_to: Some("0@example.net".into()),
            references: vec!["0@example.net".into()],
            reply_to: Some("team+r-1@example.com".into()),
            unsubscribe: Some("https://x/u/token".into()),
            automatic: false,
            files: Vec::new(),
        }),
    }
}

#[tokio::test]
async fn every_attempt_is_the_same_request_with_the_same_key() {
    let (plan, resend) = start([(200, json!({"id": "e1"})), (200, json!({"id": "e1"}))]).await;
    for attempt in [1, 2] {
        let SendOutcome::Accepted(remote) = resend.send(&outbound(attempt)).await else { panic!() };
        assert_eq!(remote.provider_id, "e1");
    }
    let seen = plan.seen.lock().unwrap();
    let (path, headers, body) = &seen[0];
    assert_eq!((path.as_str(), &seen[1].2), ("/emails", body));
    assert_eq!(headers["idempotency-key"], seen[1].1["idempotency-key"]);
    assert_eq!(headers["authorization"], "Bearer re_test");
    assert!(headers["user-agent"].to_str().unwrap().starts_with("trunkline/"));
    assert_eq!(body["from"], "\"Team x Bcc: y\" <team@example.com>");
    assert_eq!(
        (&body["subject"], &body["reply_to"]),
        (&json!("Hi Bcc: z@example.org"), &json!(["team+r-1@example.com"]))
    );
    assert_eq!(body["headers"]["References"], "<0@example.net> <1@example.com>");
    assert_eq!(body["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert_eq!(body["tags"][0], json!({"name": "m", "value": "7"}));
}

#[tokio::test]
async fn refusals_have_the_class_that_decides() {
    let error =
        |status: u16, name: &str| (status, json!({"statusCode": status, "name": name, "message": "why"}));
    let (_, resend) = start([
        error(422, "missing_required_field"),
        error(429, "rate_limit_exceeded"),
        error(429, "daily_quota_exceeded"),
        error(403, "invalid_api_key"),
        error(409, "concurrent_idempotent_requests"),
        error(409, "invalid_idempotent_request"),
        error(500, "application_error"),
        (200, json!({})),
    ])
    .await;
    let mut classes = Vec::new();
    for _ in 0..4 {
        let SendOutcome::NotSent(refusal) = resend.send(&outbound(1)).await else { panic!() };
        assert_eq!(refusal.retry_after.map(|wait| wait.as_secs()), Some(7));
        classes.push(refusal.class);
    }
    assert_eq!(
        classes,
        [ErrorClass::Request, ErrorClass::Throttled, ErrorClass::Account, ErrorClass::Account]
    );
    for _ in 0..4 {
        assert!(matches!(resend.send(&outbound(1)).await, SendOutcome::Unknown { .. }));
    }
}

#[tokio::test]
async fn lists_go_back_to_where_they_are_asked_to() {
    let item = |id: &str, to: &str, at: &str| json!({"id": id, "to": [to], "from": "Team <team@example.com>", "created_at": at, "last_event": "delivered"});
    let page = json!({"has_more": true, "data": [
        item("e4", "ana@example.net", "2026-11-20 10:00:04.1+00"), item("e3", "bo@example.net", "2026-11-20 10:00:03.1+00")]});
    let second = json!({"has_more": true, "data": [
        item("e2", "Ana <ANA@example.net>", "2026-11-20 10:00:02.1+00"), item("e1", "ana@example.net", "2026-11-20 09:00:00.1+00")]});
    let (plan, resend) = start([(200, page), (200, second)]).await;
    let since: Timestamp = "2026-11-20T09:59:00Z".parse().unwrap();
    let query = ListQuery {
        to: Some("ana@example.net".into()),
        from: Some("team@example.com".into()),
        since: Some(since),
        limit: 9,
    };
    let found = resend.list(&query).await.unwrap();
    assert_eq!(found.iter().map(|remote| remote.provider_id.as_str()).collect::<Vec<_>>(), ["e4", "e2"]);
    let paths: Vec<String> = plan.seen.lock().unwrap().iter().map(|(path, ..)| path.clone()).collect();
    assert_eq!(paths, ["/emails?limit=100", "/emails?limit=100&after=e3"]);
}

#[tokio::test]
async fn only_its_own_404_says_that_a_mail_is_gone() {
    let theirs = json!({"statusCode": 404, "name": "not_found", "message": "Email not found"});
    let (_, resend) =
        start([(404, theirs), (404, json!({})), (200, json!({"id": "e1", "from": "a@b.example"}))]).await;
    assert_eq!(resend.received("e1").await, Ok(None));
    assert!(resend.received("e1").await.is_err());
    assert_eq!(resend.received("e1").await.unwrap().unwrap().from, "a@b.example");
}
