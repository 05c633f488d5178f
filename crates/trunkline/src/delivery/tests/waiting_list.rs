//! The list of what waits, and the door for outside schedulers (E6).

use std::time::Duration;

use serde_json::{Value, json};

use super::later;
use crate::test_support::{ANA, BEN, Client, TestSetup, id, on_both_engines, text};

on_both_engines![
    what_waits_is_listed_soonest_first,
    the_list_goes_on_behind_its_cursor,
    the_list_can_be_narrowed,
    an_outside_scheduler_needs_the_secret,
    without_a_secret_no_scheduler_is_let_in,
];

const HOUR: Duration = Duration::from_secs(3_600);

async fn list(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/scheduled?{query}")).await.expect(200)
}

fn bodies(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| text(&item["body"])).collect()
}

async fn what_waits_is_listed_soonest_first(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.post("/api/contacts", json!({ "name": "Ana", "phone": ANA })).await.expect(201);
    for hours in [5, 3, 4] {
        let wish = json!({ "to": ANA, "body": hours.to_string(), "send_at": later(&app, hours * HOUR) });
        owner.send_json(wish).await;
    }
    let gone = owner.send_json(json!({ "to": ANA, "body": "off", "send_at": later(&app, HOUR) })).await;
    owner.post(&format!("/api/messages/{gone}/cancel"), json!({})).await.expect(200);
    owner.send(BEN, "now").await;
    app.run_due_jobs().await;
    let waiting = list(&owner, "").await;
    assert_eq!(bodies(&waiting), ["3", "4", "5"]);
    assert_eq!((&waiting["total"], &waiting["next_cursor"]), (&json!(3), &Value::Null));
    let ana = &waiting["items"][0]["contact"];
    assert_eq!((text(&ana["name"]), text(&ana["phone"])), ("Ana", ANA));

    // At nine in the evening it is held until eight, and listed by that.
    app.after(5 * HOUR).await;
    owner.send_json(json!({ "to": ANA, "body": "night", "send_at": later(&app, 4 * HOUR) })).await;
    app.after(5 * HOUR).await;
    owner.send_json(json!({ "to": BEN, "body": "soon", "send_at": later(&app, HOUR) })).await;
    assert_eq!(bodies(&list(&owner, "").await), ["soon", "night"]);
    assert_eq!(list(&owner, "").await["items"][1]["hold"]["until"], "2026-11-04T13:00:00.000000Z");
    app.leaves_jobs();
}

async fn the_list_goes_on_behind_its_cursor(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let at = later(&app, HOUR);
    for number in 0..5 {
        owner.send_json(json!({ "to": ANA, "body": number.to_string(), "send_at": at })).await;
    }
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let part = list(&owner, &query).await;
        seen.extend(bodies(&part).into_iter().map(str::to_owned));
        assert_eq!(part["total"], 5);
        let Some(cursor) = part["next_cursor"].as_str() else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["0", "1", "2", "3", "4"]);
    owner.get("/api/scheduled?cursor=made-up").await.problem(422, "invalid");
    app.leaves_jobs();
}

async fn the_list_can_be_narrowed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let lines = owner.get("/api/lines").await.expect(200);
    let second = id(&lines["items"][1]);
    let at = later(&app, HOUR);
    owner.send_json(json!({ "to": ANA, "body": "100% off", "send_at": at })).await;
    let wish = json!({ "to": BEN, "body": "Hello", "send_at": at, "line_id": second });
    let hello = owner.try_send_json(wish).await.expect(201);
    let thread = text(&hello["conversation_id"]);
    assert_eq!(bodies(&list(&owner, "q=0%25%20OFF").await), ["100% off"]);
    assert_eq!(bodies(&list(&owner, "q=0x").await), [""; 0]);
    assert_eq!(bodies(&list(&owner, &format!("line_id={second}")).await), ["Hello"]);
    assert_eq!(bodies(&list(&owner, &format!("conversation_id={thread}")).await), ["Hello"]);
    app.leaves_jobs();
}

async fn knock(client: &Client, secret: Option<&str>) -> crate::test_support::Answer {
    let shown = secret.map(|secret| format!("Bearer {secret}"));
    let headers: Vec<(&str, &str)> = shown.iter().map(|shown| ("authorization", shown.as_str())).collect();
    client.ask(axum::http::Method::POST, "/api/scheduled", &headers, None).await
}

async fn an_outside_scheduler_needs_the_secret(setup: TestSetup) {
    let secret = "an outside scheduler's long secret";
    let app = setup.cron_secret(secret).start().await;
    let owner = app.sign_up_owner().await;
    let message = owner.send_json(json!({ "to": ANA, "body": "Later", "send_at": later(&app, HOUR) })).await;
    assert_eq!(knock(&app.visitor(), Some(secret)).await.expect(202)["due"], 0);
    app.advance(HOUR).await;
    assert_eq!(knock(&app.visitor(), Some(secret)).await.expect(202)["due"], 1);
    for wrong in [None, Some(""), Some("wrong")] {
        knock(&app.visitor(), wrong).await.problem(401, "unauthenticated");
    }
    let viewer = app.member(&owner, "viewer").await;
    knock(&viewer, None).await.problem(403, "forbidden");
    let agent = app.member(&owner, "agent").await;
    assert_eq!(knock(&agent, None).await.expect(202)["due"], 1);
    app.run_due_jobs().await;
    assert_eq!(knock(&agent, None).await.expect(202)["due"], 0);
    assert_eq!(owner.state(&message).await, "sent");
    assert!(!app.log.text().contains(secret));
}

async fn without_a_secret_no_scheduler_is_let_in(setup: TestSetup) {
    let app = setup.start().await;
    for guess in [None, Some(""), Some("null"), Some("undefined")] {
        knock(&app.visitor(), guess).await.problem(401, "unauthenticated");
    }
}
