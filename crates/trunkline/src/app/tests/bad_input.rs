//! Whatever is wrong with a request is told with the right code, and has no effect.

use axum::http::Method;
use serde_json::{Map, Value, json};
use trunkline_store::sql;

use super::{NOTHING, Operation, description, operations};
use crate::test_support::{Answer, Client, TestApp, TestSetup, on_both_engines};

on_both_engines![
    a_body_that_is_no_json_is_malformed,
    a_body_of_another_shape_is_invalid,
    a_body_that_is_too_large_is_refused,
    an_id_that_is_none_leads_nowhere,
    a_cursor_that_was_not_given_out_is_refused,
    a_query_that_cannot_be_read_is_refused,
];

/// Operations that take a body of JSON.
fn with_body() -> Vec<Operation> {
    let takes_json = |operation: &Operation| {
        operation.described["requestBody"]["content"].get("application/json").is_some()
    };
    operations().into_iter().filter(takes_json).collect()
}

/// The properties that the body of an operation may have.
fn properties(operation: &Operation) -> Vec<String> {
    let description = description();
    let content = &operation.described["requestBody"]["content"]["application/json"]["schema"];
    let reference = content["$ref"].as_str().expect("a named schema");
    let schema = description.pointer(reference.trim_start_matches('#')).unwrap();
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

async fn send(client: &Client, operation: &Operation, body: impl Into<Vec<u8>>) -> Answer {
    let body = Some(body.into().into());
    let key = [("idempotency-key", "key")];
    client.ask(operation.method.clone(), &operation.with(NOTHING), &key, body).await
}

/// How many rows there are of everything that a request could make.
async fn everything(app: &TestApp) -> Vec<i64> {
    app.read(|tx| {
        tx.query_one(
            sql!(
                "select (select count(*) from users), (select count(*) from sessions), \
                 (select count(*) from invitations), (select count(*) from contacts), \
                 (select count(*) from conversations), (select count(*) from messages), \
                 (select count(*) from jobs), (select count(*) from events), (select count(*) from journal)"
            ),
            &[],
            |row| (0..9).map(|column| row.get(column)).collect(),
        )
    })
    .await
}

async fn a_body_that_is_no_json_is_malformed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let before = everything(&app).await;
    for operation in with_body() {
        for body in ["", "{", "{]", "nonsense", "{\"a\":1,}", "\u{feff}{}", "{\"name\":\"\u{1}\"}"] {
            let answer = send(&owner, &operation, body).await;
            assert_eq!(answer.status, 400, "{} {body:?}", operation.name());
            answer.problem(400, "malformed");
        }
        let mut not_unicode = format!("{{\"{}\":\"?\"}}", properties(&operation)[0]).into_bytes();
        let place = not_unicode.iter().position(|byte| *byte == b'?').unwrap();
        not_unicode[place] = 0xff;
        send(&owner, &operation, not_unicode).await.problem(400, "malformed");
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        send(&owner, &operation, deep).await.problem(400, "malformed");
        let as_form = [("content-type", "application/x-www-form-urlencoded"), ("idempotency-key", "key")];
        let path = operation.with(NOTHING);
        let answer = owner.ask(operation.method.clone(), &path, &as_form, Some("a=1".into())).await;
        answer.problem(415, "malformed");
    }
    assert_eq!(everything(&app).await, before);
}

/// Takes many messages in one request, each refused by itself, and has a limit of its own for that; see the
/// tests of delivery.
const BATCH: &str = "/api/messages/batch";

async fn a_body_of_another_shape_is_invalid(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let before = everything(&app).await;
    for operation in with_body() {
        let name = operation.name();
        let mut bodies =
            vec![json!([]), json!(["Ana"]), json!("text"), json!(5), json!(null), json!({ "surprise": 1 })];
        for property in properties(&operation) {
            // A list of lists is what no property is; but each item of a batch is refused by itself.
            if operation.path != BATCH {
                bodies.push(Value::Object(Map::from_iter([(property.clone(), json!([[]]))])));
            }
            bodies.push(Value::Object(Map::from_iter([(property, json!("a\0b"))])));
        }
        for body in bodies {
            let answer = send(&owner, &operation, body.to_string()).await;
            assert_eq!(answer.status, 422, "{name} {body}: {}", answer.json());
            answer.problem(422, "invalid");
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_body_that_is_too_large_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let large = json!({ "name": "n".repeat(2_000_000) }).to_string();
    for operation in with_body().into_iter().filter(|operation| operation.path != BATCH) {
        send(&owner, &operation, large.clone()).await.problem(413, "too_large");
    }
}

async fn an_id_that_is_none_leads_nowhere(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let before = everything(&app).await;
    for operation in operations().into_iter().filter(|operation| operation.path.contains('{')) {
        for id in
            ["x", "1", "-", "%00", "%ff", "..%2F..", "00000000-0000-7000-8000-00000000000g", &"9".repeat(500)]
        {
            let body = (operation.method != Method::GET).then(|| valid_body(&operation).into());
            let answer = owner.ask(operation.method.clone(), &operation.with(id), &[], body).await;
            assert_eq!(answer.status, 404, "{} {id}: {}", operation.name(), answer.json());
            answer.problem(404, "not_found");
        }
    }
    assert_eq!(everything(&app).await, before);
}

/// A body that nothing is wrong with.
fn valid_body(operation: &Operation) -> String {
    match operation.name().as_str() {
        "PATCH /api/conversations/{id}" => json!({ "status": "open" }).to_string(),
        "PUT /api/conversations/{id}/persona" => json!({ "mode": "off" }).to_string(),
        "POST /api/personas/{slug}/dry-run" => json!({ "conversation_id": NOTHING }).to_string(),
        _ => "{}".to_owned(),
    }
}

async fn a_cursor_that_was_not_given_out_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let lists: Vec<_> = operations().into_iter().filter(|list| list.has_parameter("cursor")).collect();
    assert!(lists.len() >= 4, "{lists:?}");
    let extremes = [
        "gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "f_____________________________8",
        "________________________________",
    ];
    for list in lists {
        for cursor in ["", "x", "1", "AAAA", "%00", "'", &"A".repeat(5_000)].iter().chain(&extremes) {
            let answer = owner.get(&format!("{}?cursor={cursor}", list.path)).await;
            assert_eq!(answer.status, 422, "{} {cursor}: {}", list.path, answer.json());
            answer.problem(422, "invalid");
        }
    }
}

async fn a_query_that_cannot_be_read_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for list in operations().into_iter().filter(|list| list.has_parameter("limit")) {
        for limit in ["-1", "x", "", "1.5", "99999999999999999999999"] {
            owner.get(&format!("{}?limit={limit}", list.path)).await.problem(400, "malformed");
        }
        owner.get(&format!("{}?limit=1&limit=2", list.path)).await.problem(400, "malformed");
    }
    for query in
        ["conversations?status=sideways", "messages?state=x", "messages?direction=x", "messages?channel=x"]
    {
        owner.get(&format!("/api/{query}")).await.problem(422, "invalid");
    }
    for query in ["conversations?unread=perhaps", "messages?conversation_id=x", "messages?contact_id=1"] {
        owner.get(&format!("/api/{query}")).await.problem(400, "malformed");
    }
    // What is searched for may be anything.
    for list in operations().into_iter().filter(|list| list.has_parameter("q")) {
        for wanted in ["%25", "%27%22%3B--", "%F0%9F%8C%8A", "%00", &"a".repeat(20_000)] {
            let answer = owner.get(&format!("{}?q={wanted}", list.path)).await;
            assert!(
                [200, 422].contains(&answer.status.as_u16()),
                "{} {wanted}: {}",
                list.path,
                answer.json()
            );
        }
    }
}
