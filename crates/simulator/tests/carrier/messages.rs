//! The message resource: create, fetch, list, update, delete, media, and who may ask.

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::{ApiKey, Config, Faults, Outcome, Status};

use crate::rig::{ACCOUNT, ANA, BEN, POOL, Rig, SERVICE, SHOP, TOKEN, config, soon};
use crate::spec::{assert_list, assert_schema};

const MESSAGE: &str = "api.v2010.account.message";
const MESSAGES_PATH: &str = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
const MEDIA_PATH: &str = "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media.json";

fn path(sid: &str) -> String {
    format!("/Messages/{sid}.json")
}

fn bodies(page: &Value) -> Vec<&str> {
    page["messages"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_created_message_has_the_published_shape_and_first_values() {
    let rig = Rig::new().await;
    let message = rig.create(&[("To", ANA), ("From", SHOP), ("Body", "Hello! 👍")]).await;
    assert_schema(MESSAGE, &message);
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM"));
    let own = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}");
    assert_eq!(
        message,
        json!({
            "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": "Hello! 👍",
            "date_created": "Tue, 03 Nov 2026 12:00:00 +0000", "date_sent": null,
            "date_updated": "Tue, 03 Nov 2026 12:00:00 +0000", "direction": "outbound-api",
            "error_code": null, "error_message": null, "from": SHOP, "messaging_service_sid": null,
            "num_media": "0", "num_segments": "1", "price": null, "price_unit": null, "sid": sid,
            "status": "queued", "to": ANA, "uri": format!("{own}.json"),
            "subresource_uris": {
                "media": format!("{own}/Media.json"), "feedback": format!("{own}/Feedback.json"),
            },
        })
    );
}

#[tokio::test]
async fn a_delivered_message_has_a_date_a_negative_price_and_its_segments() {
    let rig = Rig::new().await;
    let sid = rig.send(ANA, &"long ".repeat(60)).await;
    rig.status(&sid, Status::Delivered).await;
    let (_, message) = rig.get(&path(&sid)).await;
    assert_schema(MESSAGE, &message);
    assert_eq!(message["status"], "delivered");
    assert_eq!(message["num_segments"], "2");
    assert_eq!((&message["price"], &message["price_unit"]), (&json!("-0.01580"), &json!("USD")));
    assert_eq!(message["date_sent"], "Tue, 03 Nov 2026 12:00:00 +0000");
    assert_eq!(rig.get(&format!("/Messages/{sid}")).await.1, message, "the .json may be left out");
}

#[tokio::test]
async fn an_undelivered_message_tells_why() {
    let rig = Rig::new().await;
    for (outcome, code, status, date, priced) in [
        (Outcome::Undelivered, None, "undelivered", true, true),
        (Outcome::Failed, Some(30_007), "failed", false, false),
    ] {
        let faults = Faults { outcome, error_code: code, ..Faults::default() };
        rig.simulator.set_faults(faults).unwrap();
        let sid = rig.send(ANA, "Hi").await;
        rig.ledger(&sid, |item| item.status.is_final()).await;
        let (_, message) = rig.get(&path(&sid)).await;
        assert_schema(MESSAGE, &message);
        assert_eq!(message["status"], status);
        assert_eq!(message["error_code"], code.unwrap_or(30_003));
        assert!(message["error_message"].is_string());
        assert_eq!((message["date_sent"].is_string(), message["price"].is_string()), (date, priced));
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_an_api_key_is_as_good_as_the_token() {
    let key = ApiKey { sid: "SK0123".into(), secret: "s3cret".into() };
    let rig = Rig::with(Config { api_key: Some(key), ..config() }).await;
    for (user, password, expected) in
        [(ACCOUNT, TOKEN, 200), ("SK0123", "s3cret", 200), ("SK0123", TOKEN, 401), (ACCOUNT, "wrong", 401)]
    {
        let request = rig.client.get(rig.url("/Messages.json")).basic_auth(user, Some(password));
        assert_eq!(soon(request.send()).await.unwrap().status().as_u16(), expected, "{user}");
    }
    let response = soon(rig.client.get(rig.url("/Messages.json")).send()).await.unwrap();
    assert!(response.headers().contains_key("www-authenticate"));
    let error: Value = response.json().await.unwrap();
    assert_eq!(
        error,
        json!({"code": 20003, "message": "Authenticate", "status": 401,
               "more_info": "https://www.twilio.com/docs/errors/20003"})
    );
}

#[tokio::test]
async fn what_does_not_exist_is_20404_and_a_wrong_method_20004() {
    let rig = Rig::new().await;
    let other = format!("{}/2010-04-01/Accounts/AC{}/Messages.json", rig.base, "9".repeat(32));
    let request = rig.client.get(other).basic_auth(ACCOUNT, Some(TOKEN));
    assert_eq!(soon(request.send()).await.unwrap().status(), 404, "another account");
    for gone in ["/Messages/SM00000000000000000000000000000000.json", "/Nothing.json"] {
        let (status, error) = rig.get(gone).await;
        assert_eq!((status.as_u16(), &error["code"]), (404, &json!(20404)));
        let message = format!("The requested resource /2010-04-01/Accounts/{ACCOUNT}{gone} was not found");
        assert_eq!(error["message"], message);
    }
    let request = rig.client.put(rig.url("/Messages.json")).basic_auth(ACCOUNT, Some(TOKEN));
    let error: Value = soon(request.send()).await.unwrap().json().await.unwrap();
    assert_eq!((&error["code"], &error["status"]), (&json!(20004), &json!(405)));
}

#[tokio::test]
async fn answers_carry_a_request_id_of_their_own_and_the_concurrency() {
    let rig = Rig::new().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let request = rig.client.get(rig.url("/Messages.json")).basic_auth(ACCOUNT, Some(TOKEN));
        let response = soon(request.send()).await.unwrap();
        assert_eq!(response.headers()["twilio-concurrent-requests"], "1");
        ids.push(response.headers()["twilio-request-id"].to_str().unwrap().to_owned());
    }
    assert!(ids.iter().all(|id| id.starts_with("RQ") && id.len() == 34));
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_list_is_newest_first_and_filtered_by_both_ends() {
    let rig = Rig::new().await;
    for (to, body) in [(ANA, "one"), (BEN, "two"), (ANA, "three")] {
        rig.send(to, body).await;
    }
    rig.simulator.text(ANA, SHOP, "four", &[]).unwrap();
    let (_, all) = rig.get("/Messages.json").await;
    assert_list(MESSAGES_PATH, &all);
    assert_eq!(bodies(&all), ["four", "three", "two", "one"]);
    let (to, from) = ("To=%2B12125550163", "From=%2B14155550142");
    assert_eq!(bodies(&rig.get(&format!("/Messages.json?{to}")).await.1), ["three", "one"]);
    assert_eq!(bodies(&rig.get(&format!("/Messages.json?{from}")).await.1), ["three", "two", "one"]);
    assert_eq!(bodies(&rig.get(&format!("/Messages.json?{to}&{from}")).await.1), ["three", "one"]);
    assert_eq!(bodies(&rig.get("/Messages?From=%2B12125550163").await.1), ["four"]);
    assert!(bodies(&rig.get("/Messages.json?To=%2B19995550100").await.1).is_empty());
}

#[tokio::test]
async fn pages_are_followed_forth_and_back_while_new_messages_come_in() {
    let rig = Rig::new().await;
    for n in 1..=5 {
        rig.send(ANA, &n.to_string()).await;
    }
    let (_, first) = rig.get("/Messages.json?To=%2B12125550163&PageSize=2").await;
    assert_eq!(bodies(&first), ["5", "4"]);
    let own = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B12125550163&PageSize=2");
    assert_eq!(first["uri"], format!("{own}&Page=0"));
    assert_eq!(first["first_page_uri"], format!("{own}&Page=0"));
    assert_eq!(first["previous_page_uri"], Value::Null);
    assert_eq!((&first["start"], &first["end"], &first["page_size"]), (&json!(0), &json!(1), &json!(2)));

    rig.send(ANA, "6").await;
    let second = follow(&rig, &first["next_page_uri"]).await;
    assert_list(MESSAGES_PATH, &second);
    assert_eq!(bodies(&second), ["3", "2"]);
    assert_eq!((&second["page"], &second["start"], &second["end"]), (&json!(1), &json!(2), &json!(3)));
    let third = follow(&rig, &second["next_page_uri"]).await;
    assert_eq!(bodies(&third), ["1"]);
    assert_eq!(third["next_page_uri"], Value::Null);
    assert_eq!(bodies(&follow(&rig, &second["previous_page_uri"]).await), ["5", "4"]);
    assert_eq!(bodies(&rig.get("/Messages.json?PageSize=2&Page=1").await.1), ["4", "3"]);
    let (_, empty) = rig.get("/Messages.json?To=%2B19995550100&PageSize=25").await;
    assert_eq!((&empty["start"], &empty["end"]), (&json!(0), &json!(0)));
}

async fn follow(rig: &Rig, uri: &Value) -> Value {
    let url = format!("{}{}", rig.base, uri.as_str().unwrap());
    let request = rig.client.get(url).basic_auth(ACCOUNT, Some(TOKEN));
    soon(request.send()).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn date_filters_take_whole_days_and_skip_what_was_not_sent() {
    let rig = Rig::new().await;
    let first = rig.send(ANA, "tuesday").await;
    rig.status(&first, Status::Delivered).await;
    rig.clock.advance(Duration::from_secs(86_400));
    let second = rig.send(ANA, "wednesday").await;
    rig.status(&second, Status::Delivered).await;
    rig.simulator.set_faults(Faults { outcome: Outcome::Failed, ..Faults::default() }).unwrap();
    let third = rig.send(ANA, "never sent").await;
    rig.status(&third, Status::Failed).await;
    for (query, expected) in [
        ("DateSent=2026-11-03", vec!["tuesday"]),
        ("DateSent%3E=2026-11-04", vec!["wednesday"]),
        ("DateSent%3C=2026-11-03", vec!["tuesday"]),
        ("DateSent%3E=2026-11-03&DateSent%3C=2026-11-04", vec!["wednesday", "tuesday"]),
        ("DateSent%3E=2026-11-04T12:00:00Z", vec!["wednesday"]),
        ("DateSent%3E=2026-11-04T12:00:01Z", vec![]),
        ("DateSent=2026-11-05", vec![]),
    ] {
        assert_eq!(bodies(&rig.get(&format!("/Messages.json?{query}")).await.1), expected, "{query}");
    }
    assert_eq!(rig.get("/Messages.json?DateSent=soon").await.1["code"], 20001);
}

#[tokio::test]
async fn a_waiting_message_can_be_canceled_and_a_finished_one_not() {
    let rig = Rig::new().await;
    let form = [
        ("To", ANA),
        ("MessagingServiceSid", SERVICE),
        ("Body", "later"),
        ("ScheduleType", "fixed"),
        ("SendAt", "2026-11-04T12:00:00Z"),
    ];
    let message = rig.create(&form).await;
    assert_schema(MESSAGE, &message);
    assert_eq!((&message["status"], &message["from"]), (&json!("scheduled"), &Value::Null));
    assert_eq!(message["num_segments"], "0");
    let sid = message["sid"].as_str().unwrap();
    let (status, canceled) = rig.post(&path(sid), &[("Status", "canceled")]).await;
    assert_eq!((status.as_u16(), &canceled["status"]), (200, &json!("canceled")));
    assert_eq!(rig.post(&path(sid), &[("Status", "canceled")]).await.1["code"], 30409);
    assert_eq!(rig.post(&path(sid), &[("Status", "canceled"), ("Body", "")]).await.1["code"], 30400);
    assert_eq!(rig.post(&path(sid), &[("Status", "sent")]).await.1["code"], 30400);
    assert_eq!(rig.post(&path(sid), &[("Body", "other words")]).await.1["code"], 30400);
}

#[tokio::test]
async fn a_message_of_a_service_gets_its_sender_later() {
    let rig = Rig::new().await;
    let message = rig.create(&[("To", ANA), ("MessagingServiceSid", SERVICE), ("Body", "Hi")]).await;
    assert_eq!((&message["status"], &message["from"]), (&json!("accepted"), &Value::Null));
    let sid = message["sid"].as_str().unwrap();
    rig.status(sid, Status::Delivered).await;
    let (_, message) = rig.get(&path(sid)).await;
    assert_eq!((&message["from"], &message["num_segments"]), (&json!(POOL), &json!("1")));
    assert_eq!(message["messaging_service_sid"], SERVICE);
    let (_, found) = rig.get("/Messages.json?From=%2B14155550143").await;
    assert_eq!(bodies(&found), ["Hi"], "lists find it by the sender chosen later");
}

#[tokio::test]
async fn redacting_and_deleting_are_for_complete_messages_and_spare_the_ledger() {
    let rig = Rig::new().await;
    rig.simulator.set_faults(Faults { never_delivered_rate: 1.0, ..Faults::default() }).unwrap();
    let open = rig.send(ANA, "open").await;
    rig.status(&open, Status::Sent).await;
    let request = rig.client.delete(rig.url(&path(&open))).basic_auth(ACCOUNT, Some(TOKEN));
    let error: Value = soon(request.send()).await.unwrap().json().await.unwrap();
    assert_eq!(error["code"], 20009);
    assert_eq!(rig.post(&path(&open), &[("Body", "")]).await.1["code"], 20009);

    rig.simulator.set_faults(Faults::default()).unwrap();
    let sid = rig.send(ANA, "secret").await;
    rig.status(&sid, Status::Delivered).await;
    assert_eq!(rig.post(&path(&sid), &[("Body", "")]).await.1["body"], "");
    assert_eq!(rig.delete(&path(&sid)).await, 204);
    assert_eq!(rig.get(&path(&sid)).await.0, 404);
    assert_eq!(bodies(&rig.get("/Messages.json").await.1), ["open"]);
    assert_eq!(rig.simulator.ledger_item(&sid).unwrap().body, "secret");
    assert_eq!(rig.simulator.phone_messages(ANA)[0].body, "secret");
}

#[tokio::test]
async fn media_are_listed_described_and_redirected_to() {
    let rig = Rig::new().await;
    let plain = rig.send(ANA, "no media").await;
    let (_, empty) = rig.get(&format!("/Messages/{plain}/Media.json")).await;
    assert_list(MEDIA_PATH, &empty);
    assert_eq!(empty["media_list"], json!([]));

    let file = "https://example.com/menu.png?v=2";
    let message = rig.create(&[("To", ANA), ("From", SHOP), ("MediaUrl", file)]).await;
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("MM"));
    assert_eq!((&message["num_media"], &message["body"]), (&json!("1"), &json!("")));
    let (_, list) = rig.get(&format!("/Messages/{sid}/Media.json")).await;
    assert_list(MEDIA_PATH, &list);
    let medium = &list["media_list"][0];
    assert_eq!(medium["content_type"], "image/png");
    let uri = medium["uri"].as_str().unwrap();
    assert_eq!(&follow(&rig, &medium["uri"]).await, medium);
    let bytes = format!("{}{}", rig.base, uri.strip_suffix(".json").unwrap());
    let request = rig.client.get(bytes).basic_auth(ACCOUNT, Some(TOKEN));
    let response = soon(request.send()).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["location"].to_str().unwrap()), (307, file));
    assert_eq!(rig.get(&format!("/Messages/{sid}/Media/ME0.json")).await.1["code"], 20404);
}

#[tokio::test]
async fn feedback_is_taken() {
    let rig = Rig::new().await;
    let sid = rig.send(ANA, "Hi").await;
    let feedback = format!("/Messages/{sid}/Feedback.json");
    let (status, answer) = rig.post(&feedback, &[("Outcome", "confirmed")]).await;
    assert_eq!(status, 200);
    assert_schema("api.v2010.account.message.message_feedback", &answer);
    assert_eq!(rig.post(&feedback, &[("Outcome", "maybe")]).await.1["code"], 20422);
}
