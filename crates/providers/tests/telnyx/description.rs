//! The names we send and read against Telnyx's own description of its API.

use std::path::PathBuf;

use serde_json::{Value, json};
use trunkline_providers::telnyx::state_of;
use trunkline_providers::telnyx::webhook::{Event, News};
use trunkline_providers::{ListQuery, Provider, RemoteMessage, SendOutcome};

use super::carrier::{Carrier, Reply, data, kept, message, outbound, record};

fn description() -> Value {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs");
    let folder = std::env::var_os("TRUNKLINE_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join("telnyx/telnyx_messaging.trimmed.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; set TRUNKLINE_SPECS to the folder with the API descriptions", path.display())
    });
    serde_json::from_str(&text).unwrap()
}

fn properties<'a>(description: &'a Value, schema: &str) -> &'a Value {
    &description["components"]["schemas"][schema]["properties"]
}

#[track_caller]
fn assert_all_known(object: &Value, known: &Value) {
    for name in object.as_object().unwrap().keys() {
        assert!(known.get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn every_field_of_a_create_exists() {
    let carrier = Carrier::start([]).await;
    carrier.telnyx().send(&outbound()).await;
    carrier.telnyx().send(&kept()).await;
    let description = description();
    for seen in carrier.seen() {
        assert!(seen.body.as_object().unwrap().len() >= 6);
        assert_all_known(&seen.body, properties(&description, "CreateMessageRequest"));
        assert!(description["paths"].get(seen.path.strip_prefix("/v2").unwrap()).is_some());
    }
}

#[tokio::test]
async fn every_filter_of_a_search_is_a_field_of_a_record() {
    let carrier = Carrier::start([]).await;
    let query = ListQuery {
        to: Some("+1".into()),
        from: Some("+2".into()),
        since: Some(Default::default()),
        limit: 5,
    };
    let _ = carrier.telnyx().list(&query).await;
    let (description, seen) = (description(), carrier.seen());
    let known = properties(&description, "MessageDetailRecord");
    for (name, _) in &seen[0].query {
        let filter = name.strip_prefix("filter[").and_then(|rest| rest.split(']').next());
        assert!(filter.is_none_or(|field| known.get(field).is_some()), "{name}");
        let parameter = name.split('[').next();
        let parameters = description["paths"]["/detail_records"]["get"]["parameters"].as_array().unwrap();
        assert!(parameters.iter().any(|known| known["name"].as_str() == parameter), "{name}");
    }
}

/// Every field is filled, so each was read from a name that the sample, and so the description, has.
#[track_caller]
fn assert_filled(read: &RemoteMessage) {
    let texts = [&read.from, &read.to, &read.error_code, &read.service];
    assert!(texts.iter().all(|text| text.is_some()), "{read:?}");
    assert!(read.segments.is_some() && read.price.is_some(), "{read:?}");
    assert!(read.created_at.is_some() && read.sent_at.is_some(), "{read:?}");
}

#[tokio::test]
async fn every_field_we_read_exists() {
    let description = description();
    assert_all_known(&message("m1"), properties(&description, "OutboundMessagePayload"));
    assert_all_known(&record("m1"), properties(&description, "MessageDetailRecord"));
    let carrier = Carrier::start([
        Reply::Json(200, data(message("m1"))),
        Reply::Json(200, json!({"data": [record("m1")], "meta": {"total_pages": 1}})),
    ])
    .await;
    let SendOutcome::Accepted(read) = carrier.telnyx().send(&outbound()).await else { panic!() };
    assert_filled(&read);
    assert_eq!((read.body.as_deref(), read.media_count), (Some("hi"), 2));
    let query = ListQuery { limit: 1, ..ListQuery::default() };
    assert_filled(&carrier.telnyx().list(&query).await.unwrap()[0]);
}

#[tokio::test]
async fn the_descriptions_own_examples_are_read() {
    let description = description();
    let example = &description["components"]["schemas"]["OutboundMessagePayload"]["example"];
    let carrier = Carrier::start([Reply::Json(200, data(example.clone()))]).await;
    let outcome = carrier.telnyx().send(&outbound()).await;
    let SendOutcome::Accepted(read) = outcome else { panic!("{outcome:?}") };
    assert_eq!(json!(read.provider_id), example["id"]);
    assert!(read.created_at.is_some());

    for (schema, is_inbound) in [("InboundMessage", true), ("OutboundMessage", false)] {
        let event = json!({ "data": description["components"]["schemas"][schema]["example"] });
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        assert!(
            matches!(event.news, News::Inbound(_)) == is_inbound && event.news != News::Other,
            "{event:?}"
        );
    }
}

#[test]
fn every_status_of_the_description_has_a_state() {
    let description = description();
    for schema in ["OutboundMessagePayload", "OutboundMessagePayloadCancelled", "InboundMessagePayload"] {
        let to = &properties(&description, schema)["to"]["items"]["properties"]["status"]["enum"];
        for status in to.as_array().unwrap() {
            assert!(state_of(status.as_str().unwrap()).is_some(), "{status}");
        }
    }
}

#[test]
fn every_event_of_the_description_is_understood() {
    let description = description();
    let known = |schema: &str| properties(&description, schema)["event_type"]["enum"].clone();
    assert_eq!(known("InboundMessage"), json!(["message.received"]));
    assert_eq!(known("OutboundMessage"), json!(["message.sent", "message.finalized"]));
}
