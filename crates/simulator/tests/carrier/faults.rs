//! Faults as a client meets them.

use std::time::Duration;

use futures::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trunkline_simulator::{CreateFault, Faults, Span};

use crate::rig::{ACCOUNT, ANA, Rig, SHOP, TOKEN, config, soon};

const FORM: [(&str, &str); 3] = [("To", ANA), ("From", SHOP), ("Body", "Hi")];

fn accepted(rig: &Rig) -> usize {
    rig.simulator.ledger(0, 10_000).len()
}

#[tokio::test]
async fn throttled_and_failed_before_acceptance_leave_nothing_behind() {
    let rig = Rig::new().await;
    rig.next(CreateFault::Throttle);
    let response = soon(rig.posting("/Messages.json", &FORM).send()).await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(response.json::<serde_json::Value>().await.unwrap()["code"], 20429);
    rig.next(CreateFault::ErrorBefore);
    let (status, error) = rig.post("/Messages.json", &FORM).await;
    assert_eq!((status.as_u16(), error["code"].as_i64()), (500, Some(20500)));
    assert_eq!(accepted(&rig), 0);
}

#[tokio::test]
async fn an_error_after_acceptance_hides_a_message_that_is_there() {
    let rig = Rig::new().await;
    rig.next(CreateFault::ErrorAfter);
    assert_eq!(rig.post("/Messages.json", &FORM).await.0, 500);
    let (_, list) = rig.get("/Messages.json?To=%2B12125550163").await;
    assert_eq!(list["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_garbled_answer_is_created_but_unreadable() {
    let rig = Rig::new().await;
    rig.next(CreateFault::GarbledAnswer);
    let response = soon(rig.posting("/Messages.json", &FORM).send()).await.unwrap();
    assert_eq!(response.status(), 201);
    let body = response.bytes().await.unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&body).is_err());
    let sid = rig.simulator.ledger(0, 1).remove(0).sid;
    assert!(!String::from_utf8_lossy(&body).contains(&sid), "the client must not learn the SID");
}

/// Creates a message over a bare socket and reads what comes until the other side closes.
async fn raw_create(rig: &Rig) -> Vec<u8> {
    let mut stream = TcpStream::connect(rig.base.strip_prefix("http://").unwrap()).await.unwrap();
    let body = "To=%2B12125550163&From=%2B14155550142&Body=Hi";
    let request = rig.posting("/Messages.json", &[]).build().unwrap();
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let text = format!(
        "POST {} HTTP/1.1\r\nHost: carrier\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        request.url().path(),
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    soon(stream.read_to_end(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn a_dropped_answer_closes_the_connection_without_a_byte() {
    let rig = Rig::new().await;
    rig.next(CreateFault::DropAnswer);
    assert_eq!(raw_create(&rig).await, b"");
    assert_eq!(accepted(&rig), 1);
    rig.next(CreateFault::DropAnswer);
    let error = soon(rig.posting("/Messages.json", &FORM).send()).await.unwrap_err();
    assert!(error.is_request() && !error.is_connect() && !error.is_timeout(), "{error:?}");
    rig.send(ANA, "the next one gets through").await;
    assert_eq!(accepted(&rig), 3);
}

#[tokio::test]
async fn a_hanging_answer_never_comes_and_holds_up_nobody_else() {
    let rig = Rig::new().await;
    let faults = Faults { concurrency_max: Some(1), ..Faults::default() };
    rig.simulator.set_faults(faults).unwrap();
    rig.next(CreateFault::HangAnswer);
    let hanging = rig.posting("/Messages.json", &FORM).timeout(Duration::from_secs(1)).send();
    let meanwhile = async {
        rig.simulator.until(|simulator| simulator.ledger(0, 1).pop()).await;
        // The accepted message may be seen a moment before its request stops counting.
        while rig.post("/Messages.json", &FORM).await.0 != 201 {}
    };
    let (hung, ()) = soon(async { tokio::join!(hanging, meanwhile) }).await;
    assert!(hung.unwrap_err().is_timeout());
    assert_eq!(accepted(&rig), 2);
}

#[tokio::test]
async fn one_shot_faults_come_in_order_before_the_rates_and_skip_refused_requests() {
    let rig = Rig::new().await;
    rig.simulator.set_faults(Faults { throttle_rate: 1.0, ..Faults::default() }).unwrap();
    rig.simulator
        .next_faults([CreateFault::ErrorAfter, CreateFault::ErrorBefore, CreateFault::None])
        .unwrap();
    assert_eq!(rig.refused(&[("From", SHOP)]).await, 21_604);
    for expected in [500, 500, 201, 429] {
        assert_eq!(rig.post("/Messages.json", &FORM).await.0, expected);
    }
    assert_eq!(accepted(&rig), 2);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let faults = Faults {
        throttle_rate: 0.3,
        error_before_rate: 0.2,
        error_after_rate: 0.3,
        garbled_answer_rate: 0.3,
        ..Faults::default()
    };
    let mut runs = Vec::new();
    for (seed, polls) in [(1, 0), (1, 2), (2, 0)] {
        let rig = Rig::seeded(config(), seed).await;
        rig.simulator.set_faults(faults.clone()).unwrap();
        let mut answers = Vec::new();
        for _ in 0..40 {
            let (status, body) = rig.post("/Messages.json", &FORM).await;
            answers.push((status.as_u16(), body.is_object()));
            for _ in 0..polls {
                rig.get("/Messages.json").await;
            }
        }
        runs.push((answers, accepted(&rig)));
    }
    assert_eq!(runs[0], runs[1], "reading in between changes nothing");
    assert_ne!(runs[0], runs[2]);
    let kinds: std::collections::BTreeSet<_> = runs[0].0.iter().collect();
    assert!(kinds.len() >= 4, "201, 429, 500 and garbled: {kinds:?}");
}

#[tokio::test]
async fn more_requests_at_once_than_allowed_are_not_processed() {
    let rig = Rig::new().await;
    // Long enough that all six are there before the first is done.
    let slow = Span { min: 1_000, max: 1_000 };
    let faults = Faults { concurrency_max: Some(2), latency_ms: slow, ..Faults::default() };
    rig.simulator.set_faults(faults).unwrap();
    let answers = join_all((0..6).map(|_| rig.post("/Messages.json", &FORM))).await;
    let taken = answers.iter().filter(|(status, _)| *status == 201).count();
    let refused = answers.iter().filter(|(_, error)| error["code"] == 20429).count();
    assert_eq!((taken, refused), (2, 4));
    assert_eq!(accepted(&rig), 2);
}

#[tokio::test]
async fn latency_holds_every_answer_back() {
    let rig = Rig::new().await;
    let slow = Span { min: 150, max: 200 };
    rig.simulator.set_faults(Faults { latency_ms: slow, ..Faults::default() }).unwrap();
    let started = tokio::time::Instant::now();
    rig.get("/Messages.json").await;
    assert!(started.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_message_is_taken_before_a_late_answer_and_stays_taken_without_a_listener() {
    let rig = Rig::new().await;
    let late = Span { min: 600_000, max: 600_000 };
    rig.simulator.set_faults(Faults { answer_latency_ms: late, ..Faults::default() }).unwrap();
    let taken = async { soon(rig.simulator.until(|_| (accepted(&rig) == 1).then_some(()))).await };
    tokio::select! {
        _ = rig.post("/Messages.json", &FORM) => panic!("an answer before its time"),
        () = taken => {}
    }
    assert_eq!(accepted(&rig), 1);
}

#[tokio::test]
async fn a_lagging_list_shows_a_message_later_than_a_fetch() {
    let rig = Rig::new().await;
    rig.simulator.set_faults(Faults { list_lag_ms: 5_000, ..Faults::default() }).unwrap();
    let sid = rig.send(ANA, "Hi").await;
    let listed = async || rig.get("/Messages.json").await.1["messages"].as_array().unwrap().len();
    rig.clock.advance(Duration::from_millis(4_999));
    assert_eq!(listed().await, 0);
    assert_eq!(rig.get(&format!("/Messages/{sid}.json")).await.0, 200);
    rig.clock.advance(Duration::from_millis(1));
    assert_eq!(listed().await, 1);
}

#[tokio::test]
async fn a_message_can_stay_sent() {
    let rig = Rig::new().await;
    rig.simulator.set_faults(Faults { never_delivered_rate: 1.0, ..Faults::default() }).unwrap();
    let stuck = rig.send(ANA, "stuck").await;
    rig.simulator.set_faults(Faults::default()).unwrap();
    let later = rig.send(ANA, "later").await;
    rig.ledger(&later, |item| item.status.is_final()).await;
    assert_eq!(rig.simulator.ledger_item(&stuck).unwrap().status, trunkline_simulator::Status::Sent);
    let thread = rig.simulator.phone_messages(ANA);
    assert_eq!(thread.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["later"]);
}

#[tokio::test]
async fn a_client_that_sends_the_credentials_of_another_account_draws_no_fault() {
    let rig = Rig::new().await;
    rig.next(CreateFault::ErrorAfter);
    let request = rig.client.post(rig.url("/Messages.json")).basic_auth(ACCOUNT, Some("wrong")).form(&FORM);
    assert_eq!(soon(request.send()).await.unwrap().status(), 401);
    let request = rig.client.post(rig.url("/Messages.json")).basic_auth(ACCOUNT, Some(TOKEN)).form(&FORM);
    assert_eq!(soon(request.send()).await.unwrap().status(), 500);
}
