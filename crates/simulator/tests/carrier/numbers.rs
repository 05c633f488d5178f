//! The account and its numbers, as a set-up program reads and changes them.

use serde_json::{Value, json};

use crate::rig::{ACCOUNT, ANA, Hook, POOL, Rig, SERVICE, SHOP, TOKEN, soon};
use crate::spec::{assert_list, assert_schema};

const NUMBERS_PATH: &str = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json";

#[tokio::test]
async fn the_account_can_be_fetched() {
    let rig = Rig::new().await;
    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}.json", rig.base);
    let request = rig.client.get(url).basic_auth(ACCOUNT, Some(TOKEN));
    let account: Value = soon(request.send()).await.unwrap().json().await.unwrap();
    assert_schema("api.v2010.account", &account);
    assert_eq!((&account["sid"], &account["status"]), (&json!(ACCOUNT), &json!("active")));
}

#[tokio::test]
async fn numbers_are_listed_and_their_webhook_can_be_set() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let (_, all) = rig.get("/IncomingPhoneNumbers.json").await;
    assert_list(NUMBERS_PATH, &all);
    assert_eq!(all["incoming_phone_numbers"].as_array().unwrap().len(), 2);
    let (_, one) = rig.get("/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550143").await;
    assert_eq!(one["incoming_phone_numbers"][0]["phone_number"], POOL);
    let (_, shop) = rig.get("/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550142").await;
    let sid = shop["incoming_phone_numbers"][0]["sid"].as_str().unwrap();
    let path = format!("/IncomingPhoneNumbers/{sid}.json");

    let url = hook.url("/sms");
    let (status, changed) = rig.post(&path, &[("SmsUrl", &url), ("FriendlyName", "Front desk")]).await;
    assert_eq!(status, 200);
    assert_schema("api.v2010.account.incoming_phone_number", &changed);
    assert_eq!(rig.get(&path).await.1, changed);
    rig.simulator.text(ANA, SHOP, "Hi", &[]).unwrap();
    assert_eq!(hook.next().await.target, "/sms");
    let (_, cleared) = rig.post(&path, &[("SmsUrl", "")]).await;
    assert_eq!((&cleared["sms_url"], &cleared["friendly_name"]), (&json!(""), &json!("Front desk")));
    assert_eq!(rig.get("/IncomingPhoneNumbers/PN0.json").await.1["code"], 20404);
}

#[tokio::test]
async fn a_messaging_service_is_shown_and_its_webhooks_can_be_set() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let url = format!("{}/v1/Services/{SERVICE}", rig.base);
    let get = rig.client.get(&url).basic_auth(ACCOUNT, Some(TOKEN));
    let before: Value = soon(get.send()).await.unwrap().json().await.unwrap();
    assert_schema("messaging.v1.service", &before);

    let inbound = hook.url("/pool");
    let wanted = [("InboundRequestUrl", inbound.as_str()), ("UseInboundWebhookOnNumber", "false")];
    let post = rig.client.post(&url).basic_auth(ACCOUNT, Some(TOKEN)).form(&wanted);
    let after: Value = soon(post.send()).await.unwrap().json().await.unwrap();
    assert_schema("messaging.v1.service", &after);
    assert_eq!(after["inbound_request_url"], inbound);
    rig.simulator.text(ANA, POOL, "Hi", &[]).unwrap();
    assert_eq!(hook.next().await.target, "/pool");

    let unknown = rig.client.get(format!("{url}0")).basic_auth(ACCOUNT, Some(TOKEN));
    let refused: Value = soon(unknown.send()).await.unwrap().json().await.unwrap();
    assert_eq!(refused["code"], 20404);
    let nobody = soon(rig.client.get(&url).send()).await.unwrap();
    assert_eq!(nobody.status(), 401);
}
