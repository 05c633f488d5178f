//! The account itself: what a client fetches to see whether its credentials are right.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::simulator::Simulator;

use super::{VERSION, resource};

/// What the account has, for ever.
pub(crate) const BALANCE: &str = "100.00";

/// `GET /Accounts/{sid}.json`.
pub(crate) async fn fetch(State(simulator): State<Simulator>) -> Json<Value> {
    let sid = &simulator.config().account_sid;
    let created = resource::date(simulator.ambient().now());
    let path = format!("/{VERSION}/Accounts/{sid}");
    let below = |name: &str, file: &str| (name.to_owned(), json!(format!("{path}/{file}.json")));
    let uris: Map<String, Value> =
        [below("messages", "Messages"), below("incoming_phone_numbers", "IncomingPhoneNumbers")]
            .into_iter()
            .collect();
    Json(json!({
        // The real API shows the token to whoever has it; a simulator need not.
        "auth_token": null,
        "date_created": created,
        "date_updated": created,
        "friendly_name": "Simulated account",
        "owner_account_sid": sid,
        "sid": sid,
        "status": "active",
        "subresource_uris": uris,
        "type": "Full",
        "uri": format!("{path}.json"),
    }))
}

/// `GET /Accounts/{sid}/Balance.json`. Nothing costs anything here.
pub(crate) async fn balance(State(simulator): State<Simulator>) -> Json<Value> {
    let sid = &simulator.config().account_sid;
    Json(json!({ "account_sid": sid, "balance": BALANCE, "currency": "USD" }))
}
