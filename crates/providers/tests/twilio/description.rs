//! The names we send and read against Twilio's own description of its API.

use std::path::PathBuf;

use super::carrier::{Carrier, Reply, kept, message, outbound};
use serde_json::{Value, json};
use trunkline_providers::twilio::setup::PlaceKind;
use trunkline_providers::twilio::state_of;
use trunkline_providers::{ListQuery, Provider, RemoteMessage, SendOutcome};

const MESSAGES: &str = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
const ONE_MESSAGE: &str = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json";

fn description() -> Value {
    description_in("twilio_api_v2010.trimmed.json")
}

fn description_in(file: &str) -> Value {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs");
    let folder = std::env::var_os("TRUNKLINE_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join("twilio").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; set TRUNKLINE_SPECS to the folder with the API descriptions", path.display())
    });
    serde_json::from_str(&text).unwrap()
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn form_params<'a>(description: &'a Value, path: &str) -> Vec<&'a str> {
    let body = &description["paths"][path]["post"]["requestBody"]["content"];
    keys(&body["application/x-www-form-urlencoded"]["schema"]["properties"])
}

#[tokio::test]
async fn every_parameter_of_a_create_exists() {
    let carrier = Carrier::start([]).await;
    carrier.twilio().send(&outbound()).await;
    let mut to_service = outbound();
    to_service.from = format!("MG{}", "0".repeat(32));
    carrier.twilio().send(&to_service).await;
    carrier.twilio().send(&kept()).await;

    let description = description();
    let known = form_params(&description, MESSAGES);
    for seen in carrier.seen() {
        assert!(seen.form.iter().count() >= 7);
        for (name, _) in seen.form.iter() {
            assert!(known.contains(&name), "{name}");
        }
    }
}

#[tokio::test]
async fn every_parameter_of_a_list_and_a_cancel_exists() {
    let carrier = Carrier::start([]).await;
    let query = ListQuery { to: Some("+1".into()), from: Some("+2".into()), since: None, limit: 5 };
    let _ = (carrier.twilio().list(&query).await, carrier.twilio().cancel("SM1").await);
    let (description, seen) = (description(), carrier.seen());

    let parameters = description["paths"][MESSAGES]["get"]["parameters"].as_array().unwrap();
    for (name, _) in seen[0].query.iter() {
        assert!(parameters.iter().any(|parameter| parameter["name"] == name), "{name}");
    }
    let changes = form_params(&description, ONE_MESSAGE);
    assert!(seen[1].form.iter().all(|(name, _)| changes.contains(&name)));
    let statuses = &description["components"]["schemas"]["message_enum_update_status"]["enum"];
    assert!(statuses.as_array().unwrap().contains(&json!(seen[1].form.get("Status"))));
}

/// Every field is filled, so each was read from a name that the sample, and so the description, has.
#[track_caller]
fn assert_filled(read: &RemoteMessage) {
    let texts = [&read.from, &read.to, &read.error_code];
    assert!(texts.iter().all(|text| text.is_some()), "{read:?}");
    assert!(read.segments.is_some() && read.price.is_some() && read.media_count == 2, "{read:?}");
    assert!(read.created_at.is_some() && read.sent_at.is_some() && read.body.is_some(), "{read:?}");
    assert!(read.service.is_some(), "{read:?}");
}

#[tokio::test]
async fn every_field_we_read_exists() {
    let description = description();
    let known = keys(&description["components"]["schemas"]["api.v2010.account.message"]["properties"]);
    let sample = message("SM1");
    for field in keys(&sample) {
        assert!(known.contains(&field), "{field}");
    }
    let carrier = Carrier::start([Reply::Json(201, sample)]).await;
    let SendOutcome::Accepted(read) = carrier.twilio().send(&outbound()).await else { panic!() };
    assert_filled(&read);
}

#[test]
fn the_fields_of_a_list_exist() {
    let description = description();
    let answer = &description["paths"][MESSAGES]["get"]["responses"]["200"]["content"]["application/json"];
    let known = keys(&answer["schema"]["properties"]);
    assert!(known.contains(&"messages") && known.contains(&"next_page_uri"));
}

#[tokio::test]
async fn the_descriptions_own_examples_are_read() {
    let description = description();
    let responses =
        &description["paths"][MESSAGES]["post"]["responses"]["201"]["content"]["application/json"];
    for (name, example) in responses["examples"].as_object().unwrap() {
        let carrier = Carrier::start([Reply::Json(201, example["value"].clone())]).await;
        let outcome = carrier.twilio().send(&outbound()).await;
        let SendOutcome::Accepted(read) = outcome else { panic!("{name}: {outcome:?}") };
        assert_eq!(json!(read.provider_id), example["value"]["sid"], "{name}");
        assert!(read.created_at.is_some(), "{name}");
    }
}

#[test]
fn every_status_of_the_description_has_a_state() {
    let description = description();
    let statuses = description["components"]["schemas"]["message_enum_status"]["enum"].as_array().unwrap();
    assert!(statuses.len() >= 13);
    for status in statuses {
        assert!(state_of(status.as_str().unwrap()).is_some(), "{status}");
    }
}

/// What can be set on a place are parameters of its update, and is read from the fields of the same names.
async fn assert_place(description: &Value, path: &str, kind: PlaceKind, schema: &str) {
    let methods = &description["paths"][path];
    let fields = keys(&description["components"]["schemas"][schema]["properties"]);
    let sample: serde_json::Map<_, _> =
        fields.iter().map(|field| ((*field).to_owned(), json!(format!("the {field}")))).collect();
    let carrier = Carrier::start([Reply::Json(200, sample.into())]).await;
    let place = carrier.twilio().place(kind, "PN1").await.unwrap().unwrap();
    assert_eq!((place.sid.as_str(), place.name.as_str()), ("the sid", "the friendly_name"));
    let known = form_params(description, path);
    assert!(place.settings.len() >= 5 && methods["get"].is_object());
    for (parameter, value) in &place.settings {
        assert!(known.contains(&parameter.as_str()), "{parameter}");
        let field = parameter.split(char::is_uppercase).skip(1).map(str::len);
        let words = field.scan(parameter.as_str(), |rest, length| {
            let (word, tail) = rest.split_at(length + 1);
            *rest = tail;
            Some(word.to_lowercase())
        });
        assert_eq!(*value, format!("the {}", words.collect::<Vec<_>>().join("_")));
    }
}

#[tokio::test]
async fn what_is_set_on_numbers_and_messaging_services_exists() {
    let number = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json";
    assert_place(&description(), number, PlaceKind::Number, "api.v2010.account.incoming_phone_number").await;
    let messaging = description_in("twilio_messaging_v1.json");
    assert_place(&messaging, "/v1/Services/{Sid}", PlaceKind::Service, "messaging.v1.service").await;
}
