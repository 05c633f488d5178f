//! The log of webhooks: found, looked at without secrets, processed again (A6, D3).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_store::sql;

use super::{journal, texts};
use crate::test_support::{ANA, BEN, Client, TOKEN, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    webhooks_are_listed_newest_first_page_by_page,
    a_webhook_is_found_by_what_is_in_it_and_by_what_it_is,
    a_providers_id_leads_to_everything_about_it,
    a_search_looks_at_a_stretch_and_says_how_far_back,
    a_webhook_is_shown_as_it_came_without_its_secrets,
    what_comes_again_is_counted_with_it,
    a_webhook_that_failed_tells_why_and_is_processed_when_replayed,
    all_that_a_search_finds_are_replayed_and_have_no_second_effect,
    a_replay_of_nothing_is_refused,
    errors_are_found_by_what_is_in_them,
    errors_and_webhooks_are_counted_step_by_step,
];

const SID: &str = "SM0123456789abcdef0123456789abcdef";

async fn list(client: &Client, query: &[(&str, &str)]) -> Value {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    client.get(&format!("/api/journal?{query}")).await.expect(200)
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().clone()
}

/// What a search finds, each told by the provider's id.
async fn found(client: &Client, query: &[(&str, &str)]) -> Vec<String> {
    items(&list(client, query).await).iter().map(|entry| text(&entry["session"]).to_owned()).collect()
}

/// A webhook whose processing fails until [`mend`].
async fn receive_broken(app: &TestApp, sid: &str, from: &str) {
    app.leaves_errors();
    let form = [("MessageSid", sid), ("From", from), ("Body", "Hi")];
    app.webhook("/webhooks/twilio/main/messages").form(&form).send().await.expect(200);
}

/// What was wrong with webhooks is put right: they get the parameter that was missing.
async fn mend(app: &TestApp) {
    let mended = sql!(
        sqlite: "update journal set body = cast(cast(body as text) || '&To=%2B14155550142' as blob)",
        postgres: "update journal set body = body || convert_to('&To=%2B14155550142', 'UTF8')"
    );
    app.store.write(move |tx| tx.execute(mended, &[])).await.unwrap();
}

async fn webhooks_are_listed_newest_first_page_by_page(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    assert_eq!(list(&owner, &[]).await, json!({ "items": [], "next_cursor": null, "looked_back_to": null }));
    for number in 1..=5 {
        app.receive(&format!("SM{number}"), ANA, "Hello").await;
        app.advance(Duration::from_millis(3)).await;
    }
    app.run_due_jobs().await;
    assert_eq!(found(&owner, &[]).await, ["SM5", "SM4", "SM3", "SM2", "SM1"]);

    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let mut query = vec![("limit", "2"), ("kind", "twilio.message")];
        if !cursor.is_empty() {
            query.push(("cursor", &cursor));
        }
        let page = list(&owner, &query).await;
        pages.push(items(&page).len());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = next.to_owned();
    }
    assert_eq!(pages, [2, 2, 1]);
}

async fn a_webhook_is_found_by_what_is_in_it_and_by_what_it_is(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "See you, 100% sure").await;
    app.unmarked_report("SM9", "delivered").send().await.expect(200);
    app.run_due_jobs().await;
    app.advance(Duration::from_secs(3_600)).await;
    let noon = app.now().to_string();
    receive_broken(&app, "SM2", BEN).await;
    app.run_due_jobs().await;
    app.receive("SM3", BEN, "Wait for me").await;

    assert_eq!(found(&owner, &[("q", "you, 100% SURE")]).await, ["SM1"]);
    assert_eq!(found(&owner, &[("q", "(212) 555-0163")]).await, ["SM1"]);
    assert_eq!(found(&owner, &[("q", "100%")]).await, ["SM1"]);
    assert!(found(&owner, &[("q", "See%sure")]).await.is_empty(), "nothing stands for anything");
    assert_eq!(found(&owner, &[("kind", "twilio.status")]).await, ["SM9"]);
    assert_eq!(found(&owner, &[("state", "failed")]).await, ["SM2"]);
    assert_eq!(found(&owner, &[("state", "waiting")]).await, ["SM3"]);
    assert_eq!(found(&owner, &[("state", "processed")]).await, ["SM9", "SM1"]);
    assert_eq!(found(&owner, &[("state", "failed"), ("q", ANA)]).await, [""; 0]);
    assert_eq!(found(&owner, &[("from", &noon)]).await, ["SM3", "SM2"]);
    assert_eq!(found(&owner, &[("to", &noon)]).await, ["SM9", "SM1"]);
    assert_eq!(found(&owner, &[("from", &noon), ("state", "failed")]).await, ["SM2"]);
    let lines = owner.get("/api/lines").await.expect(200);
    let line = |slug: &str| {
        let lines = lines["items"].as_array().unwrap();
        id(lines.iter().find(|line| line["slug"] == slug).unwrap())
    };
    assert_eq!(found(&owner, &[("line_id", &line("main"))]).await.len(), 4);
    assert!(found(&owner, &[("line_id", &line("second"))]).await.is_empty());

    let wrong = format!("/api/journal?from={noon}&to=2020-01-01T00:00:00Z");
    assert_eq!(owner.get(&wrong).await.problem(422, "invalid")["field"], "to");
    app.leaves_jobs();
}

/// However old it is, and however far it has come.
async fn a_providers_id_leads_to_everything_about_it(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive(SID, ANA, "Hello").await;
    app.unmarked_report(SID, "delivered").send().await.expect(200);
    app.receive("SM5", ANA, "Another").await;
    app.run_due_jobs().await;
    app.unmarked_report(SID, "read").send().await.expect(200);
    bury(&app, 20_000).await;

    let all = list(&owner, &[("q", &SID.to_lowercase())]).await;
    let told: Vec<_> =
        items(&all).iter().map(|entry| (text(&entry["state"]).to_owned(), entry["status"].clone())).collect();
    let expected =
        [("waiting", json!("read")), ("processed", json!("delivered")), ("processed", json!(null))];
    assert_eq!(told, expected.map(|(state, status)| (state.to_owned(), status)));
    assert_eq!(all["next_cursor"], Value::Null);
    assert_eq!(found(&owner, &[("q", SID), ("kind", "twilio.message")]).await, [SID]);
    app.leaves_jobs();
}

/// So many webhooks come.
async fn bury(app: &TestApp, webhooks: usize) {
    app.advance(Duration::from_secs(60)).await;
    let (ambient, now) = (app.app().ambient.clone(), app.now());
    let rows: Vec<_> = (0..webhooks)
        .map(|number| {
            [
                ambient.id::<trunkline_domain::ids::JournalId>().into(),
                format!("filler {number}").into(),
                now.into(),
            ]
        })
        .collect();
    let insert = sql!(
        sqlite: "insert into journal (id, event_key, kind, url, headers, body, remote_address, received_at, processed_at) \
                 values ($1, $2, 'test', '/', '{}', x'', '', $3, $3)",
        postgres: "insert into journal (id, event_key, kind, url, headers, body, remote_address, received_at, processed_at) \
                   select e.id, e.event_key, 'test', '/', '{}', '', '', e.at, e.at \
                   from unnest($1::uuid[], $2::text[], $3::timestamptz[]) e (id, event_key, at)"
    );
    app.store.write(move |tx| tx.execute_each(insert, &rows)).await.unwrap();
    app.advance(Duration::from_secs(60)).await;
}

async fn a_search_looks_at_a_stretch_and_says_how_far_back(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "Hello").await;
    receive_broken(&app, "SM2", ANA).await;
    app.run_due_jobs().await;
    bury(&app, 20_000).await;

    let first = list(&owner, &[("q", "Hello")]).await;
    assert!(items(&first).is_empty());
    assert!(text(&first["looked_back_to"]) < app.now().to_string().as_str());
    let next = list(&owner, &[("q", "Hello"), ("cursor", text(&first["next_cursor"]))]).await;
    assert_eq!(items(&next)[0]["session"], "SM1");
    assert_eq!((&next["next_cursor"], &next["looked_back_to"]), (&Value::Null, &Value::Null));
    // What failed is found at once, among however many.
    assert_eq!(found(&owner, &[("state", "failed")]).await, ["SM2"]);
    app.leaves_jobs();
}

async fn a_webhook_is_shown_as_it_came_without_its_secrets(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let form = [("AuthToken", "fish"), ("MediaUrl0", "https://127.0.0.1/a?token=fish")];
    app.inbound("SM1", ANA, "Hi 👋").form(&form).send().await.expect(200);
    app.advance(Duration::from_millis(250)).await;
    app.run_due_jobs().await;

    let entry = items(&list(&owner, &[]).await).remove(0);
    let details = owner.get(&format!("/api/journal/{}", id(&entry))).await.expect(200);
    let told = details.to_string();
    assert!(!told.contains("fish") && !told.contains(TOKEN), "{told}");
    let field = |of: &str, name: &str| {
        let fields = details[of].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("{name} in {told}"))["value"].clone()
    };
    assert_eq!(field("headers", "x-twilio-signature"), "••••••");
    assert_eq!(field("params", "AuthToken"), "••••••");
    assert_eq!(field("params", "Body"), "Hi 👋");
    assert!(text(&details["body"]).starts_with("MessageSid=SM1&"), "{told}");
    assert_eq!(details["body_bytes"], journal(&app).await[0].body.len());
    assert_eq!((&details["state"], &details["latency_ms"]), (&json!("processed"), &json!(250)));
    assert_eq!(details["remote_address"], "198.51.100.7");
    let conversations = owner.get("/api/conversations").await.expect(200);
    assert_eq!(details["message"]["conversation_id"], conversations["items"][0]["id"]);
    assert_eq!(
        (&details["message"]["direction"], &details["message"]["state"]),
        (&json!("inbound"), &json!("received"))
    );

    let unknown = "/api/journal/00000000-0000-7000-8000-000000000000";
    owner.get(unknown).await.problem(404, "not_found");
}

/// A report leads to the message it is about, also by our mark in its address, which is not shown.
async fn what_comes_again_is_counted_with_it(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let sent = owner.send(ANA, "Hello").await;
    app.run_due_jobs().await;
    let item = app.carrier.accepted().remove(0);
    for _ in 0..4 {
        app.report(&item, "delivered").send().await.expect(200);
        app.run_due_jobs().await;
    }
    let entry = items(&list(&owner, &[("kind", "twilio.status")]).await).remove(0);
    assert_eq!((&entry["duplicates"], &entry["status"]), (&json!(3), &json!("delivered")));
    let url = text(&entry["url"]);
    assert!(url.contains("m=") && url.contains("t=••••••"), "{url}");
    let details = owner.get(&format!("/api/journal/{}", id(&entry))).await.expect(200);
    assert_eq!(details["message"]["message_id"], sent["id"]);
    assert_eq!(details["message"]["state"], "delivered");
}

async fn a_webhook_that_failed_tells_why_and_is_processed_when_replayed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive_broken(&app, "SM1", ANA).await;
    app.run_due_jobs().await;
    let why = "the webhook has no To; is this URL configured for another kind of event?";

    let failed = items(&list(&owner, &[("state", "failed")]).await).remove(0);
    assert_eq!((text(&failed["last_error"]), &failed["failed_tries"]), (why, &json!(1)));
    assert!(failed["next_try_at"].is_string());
    let address = format!("/api/journal/{}", id(&failed));
    let details = owner.get(&address).await.expect(200);
    assert_eq!(details["errors"][0]["error"], why);
    assert_eq!(details["errors"][0]["entry"]["state"], "failed");

    app.run_to_the_end().await;
    let given_up = items(&list(&owner, &[("state", "failed")]).await).remove(0);
    assert_eq!(given_up["next_try_at"], Value::Null, "it is not tried again by itself");
    mend(&app).await;
    owner.post(&format!("{address}/replay"), json!({})).await.expect(202);
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hi"]);
    assert!(found(&owner, &[("state", "failed")]).await.is_empty());
    let details = owner.get(&address).await.expect(200);
    assert_eq!((&details["state"], &details["last_error"]), (&json!("processed"), &Value::Null));
    assert_eq!(details["errors"][0]["entry"]["state"], "processed", "its errors say that they are over");
}

async fn all_that_a_search_finds_are_replayed_and_have_no_second_effect(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for number in 1..=3 {
        app.receive(&format!("SM{number}"), ANA, "Hello").await;
    }
    receive_broken(&app, "SM4", BEN).await;
    app.run_to_the_end().await;
    mend(&app).await;

    let replay = async |body: Value| owner.post("/api/journal/replay", body).await.expect(200);
    let done = |replayed: usize, missing: usize| json!({ "replayed": replayed, "missing": missing, "next_cursor": null });
    assert_eq!(replay(json!({ "all": true, "state": "failed" })).await, done(1, 0));
    assert_eq!(app.run_due_jobs().await, 1);
    assert_eq!(texts(&app).await, ["Hello", "Hello", "Hello", "Hi"]);

    assert_eq!(replay(json!({ "all": true, "q": ANA })).await, done(3, 0));
    assert_eq!(replay(json!({ "all": true })).await, done(4, 0), "what waits already waits once");
    assert_eq!(app.run_due_jobs().await, 4);
    let ids: Vec<_> = items(&list(&owner, &[]).await).iter().map(id).collect();
    let nothing = "00000000-0000-7000-8000-000000000000";
    assert_eq!(replay(json!({ "ids": [ids[0], ids[0], ids[1], nothing] })).await, done(2, 1));
    assert_eq!(app.run_due_jobs().await, 2);
    assert_eq!(texts(&app).await, ["Hello", "Hello", "Hello", "Hi"]);
    assert_eq!(app.figure("trunkline_journal_replays_total"), 10);
}

async fn a_replay_of_nothing_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let many: Vec<_> = (0..1_001).map(|number| format!("00000000-0000-7000-8000-{number:012}")).collect();
    for body in
        [json!({}), json!({ "ids": [] }), json!({ "ids": [many[0]], "all": true }), json!({ "ids": many })]
    {
        let problem = owner.post("/api/journal/replay", body).await.problem(422, "invalid");
        assert_eq!(problem["field"], "ids");
    }
    let problem = owner.post("/api/journal/replay", json!({ "all": true, "cursor": "x" })).await;
    assert_eq!(problem.problem(422, "invalid")["field"], "cursor");
}

async fn errors_are_found_by_what_is_in_them(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive_broken(&app, "SM1", ANA).await;
    app.run_due_jobs().await;
    let later = {
        app.leaves_jobs();
        app.advance(Duration::from_millis(500)).await;
        app.now().to_string()
    };
    receive_broken(&app, "SM2", BEN).await;
    app.run_due_jobs().await;
    let phones = async |query: &[(&str, &str)]| {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let list = owner.get(&format!("/api/errors?{query}")).await.expect(200);
        items(&list).iter().map(|error| text(&error["phone"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(phones(&[]).await, [BEN, ANA]);
    assert_eq!(phones(&[("q", "HAS NO to")]).await, [BEN, ANA]);
    assert_eq!(phones(&[("q", "212-555-0163")]).await, [ANA]);
    assert_eq!(phones(&[("phone", BEN)]).await, [BEN]);
    assert_eq!(phones(&[("phone", BEN), ("q", "fish")]).await, [""; 0]);
    assert_eq!(phones(&[("kind", "journal"), ("to", &later)]).await, [ANA]);
    assert_eq!(phones(&[("from", &later)]).await, [BEN]);
    assert_eq!(phones(&[("kind", "send")]).await, [""; 0]);
    assert_eq!(phones(&[("session", "SM1")]).await, [ANA]);
    assert_eq!(phones(&[("session", "SM1"), ("phone", BEN)]).await, [""; 0]);
}

async fn errors_and_webhooks_are_counted_step_by_step(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "Hello").await;
    receive_broken(&app, "SM2", ANA).await;
    app.run_due_jobs().await;
    app.advance(Duration::from_secs(3_600)).await;
    app.receive("SM3", ANA, "Hello").await;
    app.receive("SM3", ANA, "Hello").await;

    let day = owner.get("/api/errors/rate").await.expect(200);
    assert_eq!(day["step_seconds"], 900);
    let steps: Vec<_> = items(&day)
        .iter()
        .map(|step| (step["webhooks"].as_i64().unwrap(), step["errors"].as_i64().unwrap()))
        .collect();
    assert_eq!(steps.len(), 97);
    assert_eq!((steps[92], steps[96]), ((2, 1), (1, 0)));
    assert_eq!(steps.iter().map(|(webhooks, errors)| webhooks + errors).sum::<i64>(), 4);
    let long = owner.get("/api/errors/rate?from=2020-01-01T00:00:00Z").await;
    assert_eq!(long.problem(422, "invalid")["field"], "from");
    app.leaves_jobs();
}
