//! Telnyx's API and its webhooks, as a client and a web server see them.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{Method, StatusCode};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};
use std::time::Duration;
use trunkline_simulator::{BusinessNumber, Config, CreateFault, Faults, Outcome, Status, TelnyxAccount};

use super::rig::{ANA, BEN, Heard, Hook, NOW, Rig, SHOP, answer, config, status, xml};

const NUMBER: &str = "+14155550144";

fn account(webhook: Option<String>) -> TelnyxAccount {
    TelnyxAccount::demo(NUMBER, webhook)
}

fn with_telnyx(account: TelnyxAccount) -> Config {
    let mut config = config();
    config.numbers.push(BusinessNumber { number: NUMBER.into(), ..BusinessNumber::default() });
    config.telnyx = Some(account);
    config
}

async fn ask(rig: &Rig, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let request =
        rig.client.request(method, format!("{}/v2{path}", rig.base)).bearer_auth(account(None).api_key);
    answer(if body.is_null() { request } else { request.json(&body) }).await
}

async fn create(rig: &Rig, body: Value) -> Value {
    let (status, answer) = ask(rig, Method::POST, "/messages", body).await;
    assert_eq!(status, 200, "{answer}");
    answer["data"].clone()
}

async fn refused(rig: &Rig, body: Value) -> (u16, String) {
    let (status, answer) = ask(rig, Method::POST, "/messages", body).await;
    let error = &answer["errors"][0];
    assert!(error["title"].is_string() && error["meta"]["url"].is_string(), "{answer}");
    (status.as_u16(), error["code"].as_str().unwrap().to_owned())
}

fn text(body: &str) -> Value {
    json!({ "from": NUMBER, "to": ANA, "text": body })
}

/// What was told, if it is signed as the documentation says.
fn genuine(heard: &Heard) -> Value {
    let key = BASE64_STANDARD.decode(account(None).public_key()).unwrap();
    let signature = BASE64_STANDARD.decode(heard.header("telnyx-signature-ed25519")).unwrap();
    let signed = [heard.header("telnyx-timestamp").as_bytes(), b"|", &heard.body].concat();
    UnparsedPublicKey::new(&ED25519, key).verify(&signed, &signature).unwrap();
    assert_eq!(heard.header("content-type"), "application/json");
    serde_json::from_slice(&heard.body).unwrap()
}

fn told(heard: &Heard) -> (String, String) {
    let event = genuine(heard);
    let field = |value: &Value| value.as_str().unwrap().to_owned();
    (field(&event["data"]["event_type"]), field(&event["data"]["payload"]["to"][0]["status"]))
}

#[tokio::test]
async fn a_message_is_created_sent_and_finalized() {
    let (rig, hook) = (Rig::with(with_telnyx(account(None))).await, Hook::new().await);
    let mut body = text("Hello");
    body["webhook_url"] = json!(hook.url("/told?m=1"));
    let message = create(&rig, body).await;
    assert_eq!((&message["to"][0]["status"], &message["direction"]), (&json!("queued"), &json!("outbound")));
    assert_schema("OutboundMessagePayload", &message);

    let (sent, finalized) = (hook.next().await, hook.next().await);
    assert_eq!(told(&sent), ("message.sent".into(), "sent".into()));
    assert_eq!(told(&finalized), ("message.finalized".into(), "delivered".into()));
    assert_eq!((sent.target.as_str(), genuine(&sent)["meta"]["attempt"].as_u64()), ("/told?m=1", Some(1)));
    assert_ne!(genuine(&sent)["data"]["id"], genuine(&finalized)["data"]["id"]);
    assert_schema("OutboundMessage", &genuine(&finalized)["data"]);
    let path = format!("/messages/{}", message["id"].as_str().unwrap());
    let (_, fetched) = ask(&rig, Method::GET, &path, Value::Null).await;
    assert_eq!(fetched["data"]["to"][0]["status"], "delivered");
    assert_eq!(fetched["data"]["cost"]["currency"], "USD");
}

#[tokio::test]
async fn a_text_is_told_up_to_three_times_at_each_address_with_one_name() {
    let (silent, backup) = (
        Hook::scripted(|_, _| status(301)).await,
        Hook::scripted(|count, _| if count < 2 { status(500) } else { xml("") }).await,
    );
    let mut account = account(Some(silent.url("/events")));
    account.webhook_failover_url = Some(backup.url("/backup"));
    let rig = Rig::with(with_telnyx(account)).await;
    let sid = rig.simulator.text(ANA, NUMBER, "Hi", &["https://example.com/a.png".into()]).unwrap().sid;
    let item = rig.ledger(&sid, |item| item.webhook.is_some()).await;
    let webhook = item.webhook.unwrap();
    assert_eq!((webhook.attempts, webhook.answered_status, webhook.used_fallback), (6, Some(200), true));

    let heard: Vec<Value> = silent.rest().await.iter().chain(&backup.rest().await).map(genuine).collect();
    let attempts: Vec<_> = heard.iter().map(|event| event["meta"]["attempt"].as_u64().unwrap()).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6]);
    assert!(heard.iter().all(|event| event["data"] == heard[0]["data"]));
    assert_eq!(heard[5]["meta"]["delivered_to"], backup.url("/backup"));
    assert_schema("InboundMessage", &heard[0]["data"]);
    let payload = &heard[0]["data"]["payload"];
    assert_eq!((&payload["id"], &payload["from"]["phone_number"]), (&json!(sid), &json!(ANA)));
    assert_eq!(
        (&payload["type"], &payload["media"][0]["content_type"]),
        (&json!("MMS"), &json!("image/png"))
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_code() {
    let rig = Rig::with(with_telnyx(account(None))).await;
    let with = |name: &str, value: Value| {
        let mut body = text("Hello");
        body[name] = value;
        body
    };
    for (body, code) in [
        (with("to", json!("12345")), "40310"),
        (with("to", Value::Null), "10015"),
        (with("from", json!(SHOP)), "40305"),
        (with("text", json!("")), "40316"),
        (with("text", json!("a".repeat(1_531))), "40302"),
        (with("media_urls", json!(vec!["https://x"; 11])), "40317"),
        (with("messaging_profile_id", json!("another")), "10015"),
        (with("send_at", json!("tomorrow")), "10015"),
        (json!([1]), "10015"),
    ] {
        assert_eq!(refused(&rig, body.clone()).await, (400, code.to_owned()), "{body}");
    }
    assert_eq!(rig.simulator.ledger(0, 9).len(), 0);
    let request = rig.client.post(format!("{}/v2/messages", rig.base)).json(&text("Hello"));
    let (status, error) = answer(request.bearer_auth("KEYwrong")).await;
    assert_eq!((status.as_u16(), &error["errors"][0]["code"]), (401, &json!("10009")));
    let (status, error) = ask(&rig, Method::GET, "/messages/nothing", Value::Null).await;
    assert_eq!((status.as_u16(), &error["errors"][0]["code"]), (404, &json!("10005")));
    // Neither provider's API knows the other's messages.
    let ours = create(&rig, text("Hello")).await;
    let twilios = rig.send(BEN, "Hi").await;
    assert_eq!(rig.get(&format!("/Messages/{}.json", ours["id"].as_str().unwrap())).await.0, 404);
    assert_eq!(ask(&rig, Method::GET, &format!("/messages/{twilios}"), Value::Null).await.0, 404);
    assert_eq!(rig.refused(&[("To", ANA), ("From", NUMBER), ("Body", "Hi")]).await, 21_606);
}

#[tokio::test]
async fn stop_blocks_the_profile_until_start() {
    let rig = Rig::with(with_telnyx(account(None))).await;
    rig.simulator.text(ANA, NUMBER, "Stop all", &[]).unwrap();
    assert_eq!(refused(&rig, text("Hello")).await, (400, "40300".into()));
    rig.send(ANA, "The other provider knows nothing of it").await;
    rig.simulator.text(ANA, NUMBER, "UNSTOP", &[]).unwrap();
    create(&rig, text("Hello")).await;
}

#[tokio::test]
async fn a_message_is_kept_for_five_minutes_to_five_days_and_called_off_until_a_minute_before() {
    let rig = Rig::with(with_telnyx(account(None))).await;
    let at = |seconds: i64| jiff::Timestamp::from_second(NOW + seconds).unwrap().to_string();
    let later = |seconds: i64| {
        let mut body = text("Later");
        body["send_at"] = json!(at(seconds));
        body
    };
    for seconds in [299, 432_001, -1] {
        assert_eq!(refused(&rig, later(seconds)).await, (400, "10015".into()), "{seconds}");
    }
    let paths: Vec<String> = [create(&rig, later(300)).await, create(&rig, later(432_000)).await]
        .iter()
        .map(|message| {
            assert_eq!(message["to"][0]["status"], "scheduled");
            format!("/messages/{}", message["id"].as_str().unwrap())
        })
        .collect();
    let (status, cancelled) = ask(&rig, Method::DELETE, &paths[1], Value::Null).await;
    assert_eq!((status.as_u16(), &cancelled["to"][0]["status"]), (200, &json!("cancelled")));
    assert_schema("OutboundMessagePayloadCancelled", &cancelled);
    rig.clock.advance(Duration::from_secs(240));
    let (status, _) = ask(&rig, Method::DELETE, &paths[0], Value::Null).await;
    assert_eq!(status, 403, "a minute is left");
    rig.clock.advance(Duration::from_secs(60));
    rig.simulator.clock_moved();
    rig.status(paths[0].strip_prefix("/messages/").unwrap(), Status::Delivered).await;
}

#[tokio::test]
async fn detail_records_tell_of_what_has_come_to_its_end() {
    let mut config = with_telnyx(account(None));
    config.timing.final_after = Duration::from_millis(4);
    let rig = Rig::with(config).await;
    let faults = Faults { outcome: Outcome::Undelivered, ..Faults::default() };
    rig.simulator.set_faults(faults).unwrap();
    let ended = create(&rig, text("one")).await;
    rig.status(ended["id"].as_str().unwrap(), Status::Undelivered).await;
    rig.simulator.set_faults(Faults { never_delivered_rate: 1.0, ..Faults::default() }).unwrap();
    let sent = create(&rig, text("two")).await;
    rig.status(sent["id"].as_str().unwrap(), Status::Sent).await;
    let came = rig.simulator.text(ANA, NUMBER, "three", &[]).unwrap().sid;

    let search = |query: &str| format!("/detail_records?filter[record_type]=messaging&{query}");
    let ids = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|one| one["uuid"].as_str().unwrap().to_owned()).collect()
    };
    let (_, all) = ask(&rig, Method::GET, &search(""), Value::Null).await;
    assert_eq!(ids(&all), [came.as_str(), ended["id"].as_str().unwrap()]);
    assert!(all["data"].as_array().unwrap().iter().all(|record| record.get("text").is_none()));
    all["data"].as_array().unwrap().iter().for_each(|record| assert_schema("MessageDetailRecord", record));
    let (_, page) = ask(&rig, Method::GET, &search("page[size]=1&page[number]=2"), Value::Null).await;
    assert_eq!((ids(&page).len(), page["meta"]["total_pages"].as_u64()), (1, Some(2)));
    let (_, inbound) = ask(&rig, Method::GET, &search("filter[direction]=inbound"), Value::Null).await;
    assert_eq!(ids(&inbound), [came]);
    let (status, _) = ask(&rig, Method::GET, "/detail_records", Value::Null).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_create_misbehaves_on_demand() {
    let rig = Rig::with(with_telnyx(account(None))).await;
    rig.next(CreateFault::Throttle);
    let (status, error) = ask(&rig, Method::POST, "/messages", text("a")).await;
    assert_eq!((status.as_u16(), &error["errors"][0]["code"]), (429, &json!("10011")));
    rig.next(CreateFault::GarbledAnswer);
    let request = rig.client.post(format!("{}/v2/messages", rig.base)).bearer_auth(account(None).api_key);
    let garbled = request.json(&text("b")).send().await.unwrap();
    assert!(garbled.status() == 200 && garbled.json::<Value>().await.is_err());
    rig.next(CreateFault::DropAnswer);
    let request = rig.client.post(format!("{}/v2/messages", rig.base)).bearer_auth(account(None).api_key);
    assert!(request.json(&text("c")).send().await.is_err());
    let bodies: Vec<String> = rig.simulator.ledger(0, 9).into_iter().map(|item| item.body).collect();
    assert_eq!(bodies, ["b", "c"]);
}

/// Checks that every field of `value` is one of the named schema, and a word one of those it allows.
fn assert_schema(name: &str, value: &Value) {
    let folder = std::env::var_os("TRUNKLINE_SPECS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs")),
        PathBuf::from,
    );
    let path = folder.join("telnyx/telnyx_messaging.trimmed.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; set TRUNKLINE_SPECS to the folder of the API descriptions", path.display())
    });
    let description: Value = serde_json::from_str(&text).unwrap();
    let schemas = &description["components"]["schemas"];
    assert_value(schemas, &schemas[name], value, name);
}

fn assert_value(schemas: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        return assert_value(schemas, &schemas[reference.rsplit('/').next().unwrap()], value, place);
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{place}: {value} is not one of {words:?}");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec!["object"],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
    };
    let fits = types.contains(&kind) || (kind == "integer" && types.contains(&"number"));
    assert!(fits, "{place}: {value} is no {types:?}");
    for item in value.as_array().into_iter().flatten() {
        assert_value(schemas, &schema["items"], item, &format!("{place}[]"));
    }
    let known = schema["properties"].as_object();
    for (name, inner) in value.as_object().into_iter().flatten() {
        // What is described as an object and no more may hold anything.
        let Some(known) = known else { continue };
        let schema = known.get(name).unwrap_or_else(|| panic!("{place}.{name} is not described"));
        assert_value(schemas, schema, inner, &format!("{place}.{name}"));
    }
}
