//! Lines that are made in the running program (A2, A3, A7, E4).

mod diagnosis;
mod life;
mod look;
mod nodes;
mod refusals;
mod secrets;

use serde_json::{Value, json};

use crate::test_support::{ACCOUNT, Client, SPARE_NUMBER, TOKEN, TestApp, Webhook, id, inbound_params};

/// What a further line is made of.
fn draft() -> Value {
    json!({
        "provider": "twilio", "name": "Front desk (Hamburg)", "address": "(415) 555-0144", "simulated": true,
        "fields": { "account_sid": ACCOUNT, "auth_token": TOKEN },
    })
}

/// Makes it and gives its address in the API.
async fn make(client: &Client) -> String {
    format!("/api/line-settings/{}", id(&client.post("/api/line-settings", draft()).await.expect(201)))
}

/// A text to the new line.
fn text_to_it(app: &TestApp, sid: &str) -> Webhook {
    let mut params = inbound_params(sid, crate::test_support::ANA, "Hello");
    params[5].1 = SPARE_NUMBER.to_owned();
    app.webhook("/webhooks/twilio/front-desk-hamburg/messages").form(&params)
}
