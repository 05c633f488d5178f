//! Status callbacks: what they say, how they are signed, and what happens when they cannot be made.

use std::time::Duration;

use tokio::net::TcpListener;
use trunkline_simulator::{Config, Faults, MessagingService, Outcome, Status, sign};

use crate::rig::{
    ACCOUNT, ANA, Heard, Hook, POOL, Reaction, Rig, SERVICE, SHOP, TOKEN, config, redirect, status, xml,
};

fn signature_of(heard: &Heard, url: &str) -> String {
    sign(TOKEN, url, heard.params.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

async fn create(rig: &Rig, callback: &str) -> String {
    let form = [("To", ANA), ("From", SHOP), ("Body", "Hi"), ("StatusCallback", callback)];
    rig.create(&form).await["sid"].as_str().unwrap().to_owned()
}

async fn callbacks_over(rig: &Rig, sid: &str, count: usize) -> trunkline_simulator::LedgerItem {
    rig.ledger(sid, |item| item.callbacks.len() >= count && item.status.is_final()).await
}

#[tokio::test]
async fn sent_and_delivered_are_told_and_the_first_state_is_not() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let url = hook.url("/status?m=1&t=a%2Fb");
    let sid = create(&rig, &url).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    let mut heard = [hook.next().await, hook.next().await];
    // Two callbacks in a row may overtake each other, as at Twilio.
    heard.sort_by_key(|heard| heard.param("MessageStatus").unwrap().len());
    assert!(hook.rest().await.is_empty());
    for (heard, status) in heard.iter().zip(["sent", "delivered"]) {
        assert_eq!(heard.target, "/status?m=1&t=a%2Fb");
        assert_eq!(heard.header("content-type"), "application/x-www-form-urlencoded");
        assert_eq!(heard.header("x-twilio-signature"), signature_of(heard, &url));
        let params = heard.map();
        for (name, value) in [
            ("MessageSid", sid.as_str()),
            ("SmsSid", &sid),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("AccountSid", ACCOUNT),
            ("From", SHOP),
            ("To", ANA),
            ("ApiVersion", "2010-04-01"),
        ] {
            assert_eq!(params[name], value);
        }
        assert_eq!(params.get("ErrorCode"), None);
        let receipt = (status == "delivered").then_some("2611031200");
        assert_eq!(params.get("RawDlrDoneDate").copied(), receipt);
    }
    assert_ne!(heard[0].header("i-twilio-idempotency-token"), heard[1].header("i-twilio-idempotency-token"));
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 1 && entry.answered_status == Some(200)));
}

#[tokio::test]
async fn a_failure_is_told_with_its_code() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    for (outcome, code) in [(Outcome::Undelivered, "30003"), (Outcome::Failed, "30008")] {
        rig.simulator.set_faults(Faults { outcome, ..Faults::default() }).unwrap();
        let sid = create(&rig, &hook.url("/status")).await;
        let told = if outcome == Outcome::Failed { 1 } else { 2 };
        callbacks_over(&rig, &sid, told).await;
        let heard = hook.rest().await;
        assert_eq!(heard.len(), told);
        assert!(heard.iter().any(|heard| heard.param("ErrorCode") == Some(code)));
    }
}

#[tokio::test]
async fn a_service_tells_queued_too_and_a_canceled_schedule_tells_canceled() {
    let hook = Hook::new().await;
    let service = MessagingService {
        sid: SERVICE.into(),
        numbers: vec![POOL.into()],
        status_callback: Some(hook.url("/service")),
        ..MessagingService::default()
    };
    let rig = Rig::with(Config { services: vec![service], ..config() }).await;
    let form = [("To", ANA), ("MessagingServiceSid", SERVICE), ("Body", "Hi")];
    let sid = rig.create(&form).await["sid"].as_str().unwrap().to_owned();
    callbacks_over(&rig, &sid, 3).await;
    let heard = hook.rest().await;
    let mut statuses: Vec<_> = heard.iter().map(|heard| heard.param("MessageStatus").unwrap()).collect();
    statuses.sort();
    assert_eq!(statuses, ["delivered", "queued", "sent"]);
    assert!(heard.iter().all(|heard| heard.param("MessagingServiceSid") == Some(SERVICE)));

    let when = [("ScheduleType", "fixed"), ("SendAt", "2026-11-04T12:00:00Z")];
    let sid = rig.create(&[&form[..], &when].concat()).await["sid"].as_str().unwrap().to_owned();
    rig.post(&format!("/Messages/{sid}.json"), &[("Status", "canceled")]).await;
    assert_eq!(hook.next().await.param("MessageStatus"), Some("canceled"));
}

#[tokio::test]
async fn a_refused_connection_is_tried_twice() {
    let rig = Rig::new().await;
    let sid = create(&rig, &dead_url().await).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 2 && entry.answered_status.is_none()));
}

/// An address where nothing listens any more.
async fn dead_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/gone", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_server_error_is_not_retried_unless_the_url_asks_for_it() {
    let (rig, hook) = (Rig::new().await, Hook::scripted(|_, _| status(503)).await);
    let sid = create(&rig, &hook.url("/status")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 1 && entry.answered_status == Some(503)));
    hook.rest().await;

    let sid = create(&rig, &hook.url("/status?a=1#rc=2&rp=5xx")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 3));
    let heard = hook.rest().await;
    let delivered: Vec<_> =
        heard.iter().filter(|heard| heard.param("MessageStatus") == Some("delivered")).collect();
    assert_eq!(delivered.len(), 3);
    for heard in &delivered {
        let token = "i-twilio-idempotency-token";
        assert_eq!(heard.header(token), delivered[0].header(token), "retries share their token");
        assert_eq!(heard.target, "/status?a=1", "the fragment is not sent");
        assert_eq!(heard.header("x-twilio-signature"), signature_of(heard, &hook.url("/status?a=1")));
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up_after_the_read_time_out() {
    let (rig, hook) = (Rig::new().await, Hook::scripted(|_, _| Reaction::Hang).await);
    let sid = create(&rig, &hook.url("/status#rt=100")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 1 && entry.answered_status.is_none()));
    let sid = create(&rig, &hook.url("/status#rt=100&rc=1&rp=rt")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 2));
    let sid = create(&rig, &hook.url("/status#tt=100&rc=5&rp=all")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 1), "the total bounds the retries too");
}

#[tokio::test]
async fn redirects_are_followed_and_signed_anew() {
    let rig = Rig::new().await;
    let hook = Hook::scripted(|_, heard| match heard.target.as_str() {
        "/old" => redirect(307, "/new?x=1"),
        "/gone" => redirect(302, "/get"),
        "/loop" => redirect(307, "/loop"),
        _ => xml("<Response/>"),
    })
    .await;
    let sid = create(&rig, &hook.url("/old")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| (entry.attempts, entry.answered_status) == (1, Some(200))));
    let heard = hook.rest().await;
    let last = heard.iter().find(|heard| heard.target == "/new?x=1").unwrap();
    assert_eq!((last.method.as_str(), last.param("MessageSid")), ("POST", Some(sid.as_str())));
    assert_eq!(last.header("x-twilio-signature"), signature_of(last, &hook.url("/new?x=1")));

    let sid = create(&rig, &hook.url("/gone")).await;
    callbacks_over(&rig, &sid, 2).await;
    let heard = hook.rest().await;
    let last = heard.iter().find(|heard| heard.target == "/get").unwrap();
    assert_eq!((last.method.as_str(), last.params.len()), ("GET", 0));
    assert_eq!(last.header("x-twilio-signature"), sign(TOKEN, &hook.url("/get"), []));

    let sid = create(&rig, &hook.url("/loop")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.answered_status.is_none()));
    assert_eq!(hook.rest().await.len(), 22, "the first and ten redirects, for two callbacks");
}

#[tokio::test]
async fn credentials_in_the_url_are_sent_only_when_asked_for() {
    let rig = Rig::new().await;
    let hook = Hook::scripted(|_, heard| match heard.header("authorization") {
        "" => Reaction::Answer(axum::response::IntoResponse::into_response((
            axum::http::StatusCode::UNAUTHORIZED,
            [("www-authenticate", "Basic realm=\"x\"")],
        ))),
        _ => status(204),
    })
    .await;
    let url = hook.url("/status").replace("http://", "http://me:secret@");
    let sid = create(&rig, &url).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.answered_status == Some(204)));
    let heard = hook.rest().await;
    let given: Vec<_> = heard.iter().map(|heard| heard.header("authorization")).collect();
    assert_eq!(given.iter().filter(|given| given.is_empty()).count(), 2);
    assert_eq!(given.iter().filter(|given| **given == "Basic bWU6c2VjcmV0").count(), 2);
    assert_eq!(heard[0].header("x-twilio-signature"), signature_of(&heard[0], &hook.url("/status")));
}

#[tokio::test]
async fn lost_callbacks_are_never_made_and_the_ledger_says_so() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    rig.simulator.set_faults(Faults { callback_loss_rate: 1.0, ..Faults::default() }).unwrap();
    let sid = create(&rig, &hook.url("/status")).await;
    let item = callbacks_over(&rig, &sid, 2).await;
    assert!(item.callbacks.iter().all(|entry| entry.attempts == 0));
    assert!(hook.rest().await.is_empty());
}

#[tokio::test]
async fn doubled_callbacks_come_twice_with_tokens_of_their_own() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    rig.simulator.set_faults(Faults { callback_double_rate: 1.0, ..Faults::default() }).unwrap();
    let sid = create(&rig, &hook.url("/status")).await;
    callbacks_over(&rig, &sid, 4).await;
    let heard = hook.rest().await;
    for status in ["sent", "delivered"] {
        let same: Vec<_> =
            heard.iter().filter(|heard| heard.param("MessageStatus") == Some(status)).collect();
        assert_eq!(same.len(), 2);
        assert_eq!(same[0].params, same[1].params);
        let token = "i-twilio-idempotency-token";
        assert_ne!(same[0].header(token), same[1].header(token));
    }
}

#[tokio::test]
async fn reordered_callbacks_tell_the_end_first() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    rig.simulator.set_faults(Faults { callback_reorder_rate: 1.0, ..Faults::default() }).unwrap();
    for _ in 0..3 {
        let sid = create(&rig, &hook.url("/status")).await;
        callbacks_over(&rig, &sid, 2).await;
        let heard = hook.rest().await;
        let statuses: Vec<_> = heard.iter().map(|heard| heard.param("MessageStatus").unwrap()).collect();
        assert_eq!(statuses, ["delivered", "sent"]);
    }
}

#[tokio::test]
async fn a_delayed_callback_comes_long_after_its_state() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let delay = trunkline_simulator::Span { min: 300, max: 400 };
    rig.simulator.set_faults(Faults { callback_delay_ms: delay, ..Faults::default() }).unwrap();
    let started = tokio::time::Instant::now();
    let sid = create(&rig, &hook.url("/status")).await;
    let item = rig.status(&sid, Status::Delivered).await;
    assert!(item.callbacks.is_empty(), "the message is there before anyone is told");
    callbacks_over(&rig, &sid, 2).await;
    assert!(started.elapsed() >= Duration::from_millis(300));
}
