//! Everything that leaves, leaves once (C2, C5, C10, D3).

mod actions;
mod batches;
mod best_time;
mod breakers;
mod changes;
mod content;
mod dead_letters;
mod death;
mod doubt;
mod every_failure;
mod faults;
mod figures;
mod hand_overs;
mod holds;
mod idempotency;
mod one_door;
mod order;
mod polls;
mod rates;
mod receipts;
mod recording;
mod retries;
mod schedules;
mod storm;
mod telnyx;
mod waiting_list;
mod walk;
mod whatsapp;

use serde_json::Value;
use trunkline_store::sql;
use uuid::Uuid;

use crate::test_support::{Client, TestApp};

/// The states a message went through.
async fn states(app: &TestApp, id: &str) -> Vec<String> {
    let id: Uuid = id.parse().unwrap();
    app.read(move |tx| {
        tx.query(
            sql!("select state from message_transitions where message_id = $1 order by number"),
            &[id.into()],
            |row| row.get(0),
        )
    })
    .await
}

/// How each attempt to send a message ended, in order.
async fn attempts(app: &TestApp, id: &str) -> Vec<String> {
    let id: Uuid = id.parse().unwrap();
    app.read(move |tx| {
        tx.query(
            sql!("select coalesce(outcome, 'open') from attempts where message_id = $1 order by number"),
            &[id.into()],
            |row| row.get(0),
        )
    })
    .await
}

/// The carrier's words on a message, oldest first.
async fn receipts(app: &TestApp, id: &str) -> Vec<String> {
    let id: Uuid = id.parse().unwrap();
    app.read(move |tx| {
        tx.query(
            sql!("select raw_status from receipts where message_id = $1 order by id"),
            &[id.into()],
            |row| row.get(0),
        )
    })
    .await
}

/// The time in so long, as clients write it.
fn later(app: &TestApp, by: std::time::Duration) -> String {
    app.now().plus(by).to_string()
}

/// Changes parts of the rules of sending; what is an object is changed field by field.
async fn change_rules(admin: &Client, changes: Value) {
    let mut rules = admin.get("/api/compliance/settings").await.expect(200);
    for (name, value) in changes.as_object().unwrap() {
        match (rules[name].as_object_mut(), value.as_object()) {
            (Some(old), Some(new)) => old.extend(new.clone()),
            _ => rules[name] = value.clone(),
        }
    }
    admin.put("/api/compliance/settings", rules).await.expect(200);
}

/// The texts of the steps in a message's timeline.
fn timeline(message: &Value) -> Vec<&str> {
    message["timeline"].as_array().unwrap().iter().map(|step| step["text"].as_str().unwrap()).collect()
}
