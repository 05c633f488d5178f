//! Who is told, in which words, and what happens when they cannot be reached.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use trunkline_providers::Secret;

use crate::config::{AlertEmail, AlertSettings};
use crate::test_support::{ANA, TestApp, TestSetup, inbound_params, on_both_engines};

on_both_engines![
    everyone_is_told_once_and_again_when_it_is_over,
    whoever_cannot_be_reached_is_tried_again,
    a_test_reaches_everyone_and_says_what_went_wrong,
    without_anyone_named_a_test_says_so,
    a_mail_server_gets_the_alert,
];

const SECRET: &str = "0123456789abcdef0123456789abcdef";

type Heard = (String, HeaderMap, Vec<u8>);

/// Somebody outside who listens.
#[derive(Clone)]
struct Outside {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<StatusCode>>,
}

impl Outside {
    async fn start() -> Outside {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let outside =
            Outside { address, heard: Arc::default(), answers: Arc::new(Mutex::new(StatusCode::OK)) };
        let router = axum::Router::new().fallback(hear).with_state(outside.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        outside
    }

    fn settings(&self) -> AlertSettings {
        let url = |path: &str| Some(Secret::new(format!("http://{}/{path}", self.address)));
        AlertSettings {
            webhook_url: url("webhook"),
            webhook_secret: Some(Secret::new(SECRET)),
            slack_url: url("slack"),
            discord_url: url("discord"),
            email: None,
            remind: Duration::from_secs(14_400),
        }
    }

    /// What was heard at a path since the last time.
    fn take(&self, path: &str) -> Vec<Value> {
        let mut heard = self.heard.lock();
        let (these, others) = std::mem::take(&mut *heard).into_iter().partition(|(at, ..)| at == path);
        *heard = others;
        let these: Vec<Heard> = these;
        these.iter().map(|(.., body)| serde_json::from_slice(body).unwrap()).collect()
    }
}

async fn hear(State(outside): State<Outside>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    outside.heard.lock().push((uri.path().to_owned(), headers, body.to_vec()));
    *outside.answers.lock()
}

/// Something happens that is an alert.
async fn alarm(app: &TestApp) {
    let params = inbound_params("SM1", ANA, "Hi");
    app.webhook("/webhooks/twilio/main/fallback").form(&params).send().await.expect(200);
    look(app).await;
}

async fn look(app: &TestApp) {
    app.app().alerts.look(app.now()).await.unwrap();
    app.run_due_jobs().await;
}

async fn everyone_is_told_once_and_again_when_it_is_over(setup: TestSetup) {
    let outside = Outside::start().await;
    let app = setup.alerts(outside.settings()).start().await;
    alarm(&app).await;
    look(&app).await;
    let (_, headers, body) =
        outside.heard.lock().iter().find(|(path, ..)| path == "/webhook").unwrap().clone();
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp"));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = ring::hmac::sign(&key, &[signed.as_bytes(), &body].concat());
    use base64::Engine as _;
    let expected = base64::engine::general_purpose::STANDARD.encode(tag.as_ref());
    assert_eq!(header("webhook-signature"), format!("v1,{expected}"));

    let told = outside.take("/webhook");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["happened"], &told[0]["code"]), (&json!("opened"), &json!("fallback_used")));
    let text = outside.take("/slack")[0]["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("Trunkline: Alert: A provider turned to the fallback address"), "{text}");
    let discord = outside.take("/discord");
    assert_eq!(discord[0]["allowed_mentions"]["parse"], json!([]));

    for _ in 0..2 {
        app.advance(Duration::from_secs(16 * 60)).await;
        look(&app).await;
    }
    let over = outside.take("/webhook");
    assert_eq!((over.len(), &over[0]["happened"]), (1, &json!("closed")));
    assert!(over[0]["closed_at"].is_string());
}

async fn whoever_cannot_be_reached_is_tried_again(setup: TestSetup) {
    let outside = Outside::start().await;
    let settings = AlertSettings { slack_url: None, discord_url: None, ..outside.settings() };
    let app = setup.alerts(settings).start().await;
    app.leaves_errors();
    let owner = app.sign_up_owner().await;
    *outside.answers.lock() = StatusCode::BAD_GATEWAY;
    alarm(&app).await;
    let list = owner.get("/api/alerts").await.expect(200);
    let notice = &list["open"][0]["notices"][0];
    assert_eq!((&notice["told_at"], &notice["error"]), (&Value::Null, &json!("it answered 502 Bad Gateway")));
    *outside.answers.lock() = StatusCode::NO_CONTENT;
    app.after(Duration::from_secs(2)).await;
    let list = owner.get("/api/alerts").await.expect(200);
    assert!(list["open"][0]["notices"][0]["told_at"].is_string());
    let told = outside.take("/webhook");
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["id"], told[1]["id"], "the same word, said again");
}

async fn a_test_reaches_everyone_and_says_what_went_wrong(setup: TestSetup) {
    let outside = Outside::start().await;
    let app = setup.alerts(outside.settings()).start().await;
    let owner = app.sign_up_owner().await;
    let answer = owner.post("/api/alerts/test", json!({})).await.expect(202);
    assert_eq!(answer["targets"], json!(["webhook", "slack", "discord"]));
    app.run_due_jobs().await;
    assert_eq!(outside.heard.lock().len(), 3);
    let tests = owner.get("/api/alerts").await.expect(200)["tests"].clone();
    assert!(tests.as_array().unwrap().iter().all(|test| test["told_at"].is_string()), "{tests}");
}

async fn without_anyone_named_a_test_says_so(setup: TestSetup) {
    let app = setup.start().await;
    app.sign_up_owner().await.post("/api/alerts/test", json!({})).await.problem(422, "no_targets");
}

/// A mail server that says yes to everything (RFC 5321).
async fn mail_server() -> (SocketAddr, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, mail) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(String::new())));
    let kept = mail.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
        let mut is_data = false;
        while let Ok(Some(line)) = lines.next_line().await {
            kept.lock().push_str(&format!("{line}\n"));
            let answer = match line.as_str() {
                "." => "250 taken\r\n",
                _ if is_data => "",
                "DATA" => "354 go on\r\n",
                "QUIT" => "221 bye\r\n",
                _ => "250 yes\r\n",
            };
            is_data = line == "DATA" || (is_data && line != ".");
            write.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (address, mail)
}

async fn a_mail_server_gets_the_alert(setup: TestSetup) {
    let (address, mail) = mail_server().await;
    let email = AlertEmail {
        smtp_url: Secret::new(format!("smtp://{address}")),
        from: "Trunkline <trunkline@example.com>".parse().unwrap(),
        to: vec!["ops@example.com".parse().unwrap()],
    };
    let settings = AlertSettings {
        webhook_url: None,
        webhook_secret: None,
        slack_url: None,
        discord_url: None,
        email: Some(email),
        remind: Duration::from_secs(14_400),
    };
    let app = setup.alerts(settings).start().await;
    alarm(&app).await;
    let mail = mail.lock().clone();
    assert!(mail.contains("RCPT TO:<ops@example.com>"), "{mail}");
    assert!(mail.contains("Subject: Trunkline: Alert: A provider turned to the fallback address"), "{mail}");
    assert!(mail.contains("trunkline doctor"), "{mail}");
}
