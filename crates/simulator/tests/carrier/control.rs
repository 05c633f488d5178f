//! The control API.

use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use trunkline_simulator::{Config, Status};

use crate::rig::{ACCOUNT, ANA, BEN, Hook, Rig, SHOP, soon};

#[tokio::test]
async fn the_state_shows_the_account_its_numbers_the_phones_and_the_faults() {
    let rig = Rig::new().await;
    let (status, state) = rig.control(Method::GET, "/state", Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(state["account_sid"], ACCOUNT);
    assert_eq!(
        state["numbers"][0],
        json!({"address": SHOP, "number": SHOP, "name": "Shop", "channel": "sms"})
    );
    assert_eq!(state["phones"], json!([{"number": ANA, "name": "Ana"}, {"number": BEN, "name": "Ben"}]));
    assert_eq!(state["faults"]["outcome"], "delivered");
    assert_eq!(state["faults"]["latency_ms"], json!({"min": 0, "max": 0}));
}

#[tokio::test]
async fn a_text_goes_in_and_the_answer_shows_on_the_phone() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    rig.simulator.set_webhook(SHOP, Some(&hook.url("/sms")), None).unwrap();
    let path = format!("/phones/{ANA}/texts");
    let (status, text) = rig.control(Method::POST, &path, json!({"to": SHOP, "body": "Hello"})).await;
    assert_eq!(status, 201);
    assert_eq!(
        text,
        json!({"sid": text["sid"], "direction": "from_phone", "from": ANA, "to": SHOP, "body": "Hello",
               "channel": "sms", "media": [], "at": "2026-11-03T12:00:00.000000Z", "status": "received",
               "error_code": null})
    );
    assert_eq!(hook.next().await.param("Body"), Some("Hello"));
    let sid = rig.send(ANA, "Hi Ana").await;
    rig.status(&sid, Status::Delivered).await;
    // A plus in a path may come escaped.
    let path = format!("/phones/{}/messages", ANA.replace('+', "%2B"));
    let (_, thread) = rig.control(Method::GET, &path, Value::Null).await;
    let thread = thread["items"].as_array().unwrap();
    let bodies: Vec<_> = thread.iter().map(|message| message["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["Hello", "Hi Ana"]);
    assert_eq!(thread[1]["direction"], "to_phone");
}

#[tokio::test]
async fn the_stream_tells_what_phones_come_to_show() {
    let rig = Rig::new().await;
    let request = rig.client.get(format!("{}/simulator/stream", rig.base));
    let response = soon(request.send()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut chunks = response.bytes_stream();
    rig.send(ANA, "Your table is ready").await;
    let mut text = String::new();
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(&soon(chunks.next()).await.unwrap().unwrap()).unwrap());
    }
    let (event, data) = text.split_once('\n').unwrap();
    assert_eq!(event, "event: message");
    let message: Value = serde_json::from_str(data.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((&message["body"], &message["status"]), (&json!("Your table is ready"), &json!("delivered")));
}

#[tokio::test]
async fn phones_can_be_added_with_or_without_a_number() {
    let rig = Rig::new().await;
    let (status, phone) = rig.control(Method::POST, "/phones", json!({"name": "Zoë"})).await;
    assert_eq!((status.as_u16(), &phone), (201, &json!({"name": "Zoë", "number": "+14155550100"})));
    let (_, next) = rig.control(Method::POST, "/phones", json!({"name": "Noa"})).await;
    assert_eq!(next["number"], "+14155550101");
    let given = json!({"name": "Max", "number": "+4930901820"});
    assert_eq!(rig.control(Method::POST, "/phones", given.clone()).await.0, 201);
    assert_eq!(rig.control(Method::POST, "/phones", given).await.1["code"], "number_taken");
    let shop = json!({"name": "Max", "number": SHOP});
    assert_eq!(rig.control(Method::POST, "/phones", shop).await.1["code"], "number_taken");
}

#[tokio::test]
async fn faults_are_replaced_whole_and_checked() {
    let rig = Rig::new().await;
    let set = json!({"latency_ms": {"min": 1, "max": 2}, "throttle_rate": 0.5, "outcome": "failed",
                     "error_code": 30007});
    let (status, faults) = rig.control(Method::PUT, "/faults", set).await;
    assert_eq!((status.as_u16(), &faults["throttle_rate"]), (200, &json!(0.5)));
    assert_eq!(rig.control(Method::GET, "/faults", Value::Null).await.1, faults);
    for (wrong, code) in [
        (json!({"throttle_rate": 1.5}), "invalid"),
        (json!({"latency_ms": {"min": 3, "max": 2}}), "invalid"),
        (json!({"list_lag_ms": 600_001}), "invalid"),
        (json!({"thorttle_rate": 1}), "malformed"),
        (json!({"outcome": "lost"}), "malformed"),
    ] {
        let (status, problem) = rig.control(Method::PUT, "/faults", wrong.clone()).await;
        assert!(status.is_client_error());
        assert_eq!(problem["code"], code, "{wrong}");
    }
    assert_eq!(rig.control(Method::GET, "/faults", Value::Null).await.1, faults, "wrong ones change nothing");
    rig.control(Method::PUT, "/faults", json!({})).await;
    let next = json!({"faults": ["error_after", "drop_answer"]});
    assert_eq!(rig.control(Method::POST, "/faults/next", next).await.0, 204);
    let form = [("To", ANA), ("From", SHOP), ("Body", "Hi")];
    assert_eq!(rig.post("/Messages.json", &form).await.0, 500);
    assert!(soon(rig.posting("/Messages.json", &form).send()).await.is_err());
    let unknown = json!({"faults": ["explode"]});
    assert_eq!(rig.control(Method::POST, "/faults/next", unknown).await.1["code"], "malformed");
}

#[tokio::test]
async fn the_ledger_is_read_in_parts() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let url = hook.url("/status");
    let form = [("To", ANA), ("From", SHOP), ("Body", "one"), ("StatusCallback", url.as_str())];
    let sid = rig.create(&form).await["sid"].as_str().unwrap().to_owned();
    rig.ledger(&sid, |item| item.callbacks.len() == 2).await;
    rig.send(ANA, "two").await;
    let (_, first) = rig.control(Method::GET, "/ledger?limit=1", Value::Null).await;
    let item = &first["items"][0];
    assert_eq!((&item["n"], &item["sid"], &item["body"]), (&json!(1), &json!(sid), &json!("one")));
    assert_eq!((&item["direction"], &item["kind"]), (&json!("to_phone"), &json!("outbound-api")));
    assert_eq!((&item["status"], &item["status_callback"]), (&json!("delivered"), &json!(url)));
    assert_eq!(item["webhook"], Value::Null);
    let callbacks = item["callbacks"].as_array().unwrap();
    let delivered = callbacks.iter().find(|entry| entry["status"] == "delivered").unwrap();
    assert_eq!(
        delivered,
        &json!({"status": "delivered", "url": url, "attempts": 1, "answered_status": 200,
                "at": "2026-11-03T12:00:00.000000Z"})
    );
    let (_, rest) = rig.control(Method::GET, "/ledger?after=1", Value::Null).await;
    assert_eq!((&rest["items"][0]["body"], &rest["next_after"]), (&json!("two"), &json!(2)));
    assert_eq!(rig.control(Method::GET, "/ledger?after=2", Value::Null).await.1["next_after"], 2);
    assert_eq!(rig.control(Method::GET, "/ledger?after=x", Value::Null).await.1["code"], "invalid");
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_configuration() {
    let rig = Rig::new().await;
    rig.simulator.text(ANA, SHOP, "STOP", &[]).unwrap();
    let before = rig.send(BEN, "Hi").await;
    rig.control(Method::PUT, "/faults", json!({"throttle_rate": 1})).await;
    rig.control(Method::POST, "/phones", json!({"name": "Zoë"})).await;
    assert_eq!(rig.control(Method::POST, "/reset", Value::Null).await.0, 204);
    assert!(rig.simulator.ledger(0, 10).is_empty());
    assert!(rig.simulator.phone_messages(ANA).is_empty());
    assert_eq!(rig.simulator.state().phones.len(), 2);
    let after = rig.send(ANA, "no longer blocked").await;
    assert_ne!(before, after);
    rig.status(&after, Status::Delivered).await;
    assert_eq!(rig.get(&format!("/Messages/{before}.json")).await.0, 404);
}

#[tokio::test]
async fn what_is_wrong_is_told_as_a_problem() {
    let rig = Rig::new().await;
    let texts = format!("/phones/{ANA}/texts");
    for (method, path, body, status, code) in [
        (Method::GET, "/nothing", Value::Null, 404, "not_found"),
        (Method::GET, "/phones/5550100/messages", Value::Null, 422, "invalid"),
        (Method::POST, texts.as_str(), json!({"to": SHOP}), 422, "invalid"),
        (Method::POST, &texts, json!({"to": "+19995550100", "body": "Hi"}), 422, "unknown_number"),
        (Method::POST, &texts, json!({"body": "Hi"}), 400, "malformed"),
        (Method::POST, "/phones", json!({"name": " "}), 422, "invalid"),
    ] {
        let (answered, problem) = rig.control(method, path, body).await;
        assert_eq!((answered.as_u16(), problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    let huge = rig.control(Method::POST, &texts, json!({"to": SHOP, "body": "x".repeat(70_000)})).await;
    assert_eq!(huge.0, 413);
}

#[test]
fn the_demo_is_a_small_shop() {
    let demo =
        Config::demo("http://127.0.0.1:8080/webhooks/twilio/main/messages", "http://127.0.0.1:8080/whatsapp");
    assert_eq!((demo.numbers.len(), demo.phones.len()), (2, 4));
    // The same for texts and for WhatsApp.
    assert_eq!(demo.numbers[1].number, format!("whatsapp:{}", demo.numbers[0].number));
    assert_eq!(demo.account_sid.len(), 34);
    assert!(demo.account_sid.starts_with("AC") && demo.auth_token.len() == 32);
    assert!(demo.phones.iter().any(|phone| !phone.name.is_ascii()));
}
