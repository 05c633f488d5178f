//! Words that are written once and sent to many (C1, C12).

mod life;
mod preview;
mod sending;

use axum::http::Method;
use serde_json::{Value, json};

use crate::test_support::{Answer, Client};

/// A reminder with a place for everything: a declared value, a default, a format, something built in.
fn reminder() -> Value {
    json!({
        "name": "Reminder",
        "purpose": "transactional",
        "variants": [{ "name": "A", "weight": 1, "bodies": {
            "*": "Hi {{contact.first_name|there}}, {{what}} on {{day}}: {{price}}. {{agent.name}}" } }],
        "variables": [
            { "name": "what", "default": "your visit" },
            { "name": "day", "label": "Day of the visit", "format": "date", "example": "2026-11-21" },
            { "name": "price", "format": "money USD" },
        ],
    })
}

/// Two ways to say hello.
fn greeting() -> Value {
    json!({
        "name": "Greeting",
        "purpose": "reply",
        "variants": [
            { "name": "short", "weight": 3, "bodies": { "*": "Hi!" } },
            { "name": "long", "weight": 1, "bodies": { "*": "Good day to you!", "sms": "Good day!" } },
        ],
    })
}

async fn created(owner: &Client, template: Value) -> String {
    crate::test_support::id(&owner.post("/api/templates", template).await.expect(201))
}

async fn archive(owner: &Client, id: &str) -> Answer {
    owner.ask(Method::DELETE, &format!("/api/templates/{id}"), &[], None).await
}

/// The fields that a problem names, in order.
fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}
