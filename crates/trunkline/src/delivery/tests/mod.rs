//! Everything that leaves, leaves once (C2, C5, C10, D3).

mod actions;
mod death;
mod doubt;
mod every_failure;
mod faults;
mod idempotency;
mod order;
mod polls;
mod receipts;
mod recording;
mod retries;
mod storm;
mod walk;

use serde_json::Value;
use trunkline_store::sql;
use uuid::Uuid;

use crate::test_support::TestApp;

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

/// The texts of the steps in a message's timeline.
fn timeline(message: &Value) -> Vec<&str> {
    message["timeline"].as_array().unwrap().iter().map(|step| step["text"].as_str().unwrap()).collect()
}
