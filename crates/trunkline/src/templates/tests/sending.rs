//! Templates become messages: whole, or not at all (C1, C12).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{archive, created, fields, greeting, reminder};
use crate::test_support::{ANA, BEN, Client, TestApp, TestSetup, customer, id, on_both_engines, text};

on_both_engines![
    a_template_is_filled_and_the_text_is_what_is_kept,
    values_given_go_before_what_is_built_in,
    everything_that_is_missing_is_named_and_nothing_is_queued,
    a_batch_tells_what_is_missing_item_by_item,
    a_text_or_a_template_but_not_both,
    a_repeated_request_finds_the_message_although_the_words_have_changed,
    a_person_gets_the_same_variant_and_many_are_spread_by_weight,
    archived_templates_cannot_be_sent,
    the_purpose_is_the_templates_unless_another_is_named,
    dates_mean_the_day_it_leaves_where_they_are,
    what_comes_out_too_long_or_empty_is_refused,
    a_check_shows_the_text,
    what_is_sent_again_is_still_the_templates,
];

async fn send(owner: &Client, app: &TestApp, message: Value) -> Value {
    owner.send_with_key(&app.fresh_number().to_string(), message).await.expect(201)
}

fn day_and_price() -> Value {
    json!({ "day": "2026-11-21", "price": "20" })
}

/// A template of one variant that asks for nothing but what is built in.
fn plain(name: &str, body: &str) -> Value {
    json!({ "name": name, "purpose": "reply", "variants": [{ "name": "A", "weight": 1, "bodies": { "*": body } }] })
}

async fn messages(owner: &Client) -> usize {
    owner.get("/api/messages").await.expect(200)["items"].as_array().unwrap().len()
}

async fn a_template_is_filled_and_the_text_is_what_is_kept(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.post("/api/contacts", json!({ "name": "Ana Lopez", "phone": ANA })).await.expect(201);
    let template = created(&owner, reminder()).await;
    let wanted =
        json!({ "to": ANA, "template_id": template, "variables": day_and_price(), "purpose": "reply" });
    let message = send(&owner, &app, wanted).await;
    let expected = "Hi Ana, your visit on November 21, 2026: $20.00. Ada";
    assert_eq!(text(&message["body"]), expected);
    let used = json!({ "id": template, "name": "Reminder", "version": 1, "variant": "A" });
    assert_eq!(message["template"], used);
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), [expected]);

    // Other words later change nothing about it; only the name is shown as it is now.
    let path = format!("/api/templates/{template}");
    let other = plain("Later", "Something else");
    owner.patch(&path, json!({ "name": "Later", "variants": other["variants"] })).await.expect(200);
    let kept = owner.message(&id(&message)).await;
    assert_eq!((text(&kept["body"]), &kept["template"]["version"]), (expected, &json!(1)));
    assert_eq!(text(&kept["template"]["name"]), "Later");
}

async fn values_given_go_before_what_is_built_in(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let metadata = json!({ "plan": "gold", "seats": 4, "vip": true, "tags": ["a"] });
    let ben = json!({ "name": "Ben", "phone": BEN, "metadata": metadata });
    owner.post("/api/contacts", ben).await.expect(201);
    let body = "{{contact.name}} {{contact.plan}} {{contact.seats}} {{contact.vip}} {{contact.tags|none}} \
                {{contact.phone:phone}} {{line.name}}";
    let template = created(&owner, plain("Built in", body)).await;
    let wanted = |variables: Value| json!({ "to": BEN, "template_id": template, "variables": variables });
    let message = send(&owner, &app, wanted(json!({}))).await;
    assert_eq!(text(&message["body"]), "Ben gold 4 true none (312) 555-0128 main");
    let message = send(&owner, &app, wanted(json!({ "contact.name": "{{line.name}}", "more": "x" }))).await;
    assert_eq!(text(&message["body"]), "{{line.name}} gold 4 true none (312) 555-0128 main");
    app.run_due_jobs().await;
}

async fn everything_that_is_missing_is_named_and_nothing_is_queued(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, reminder()).await;
    let wanted = |variables: Value| json!({ "to": ANA, "template_id": template, "variables": variables });
    let problem = owner.send_with_key("k", wanted(json!({ "what": "" }))).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["variables.day", "variables.price"]);
    assert!(text(&problem["detail"]).contains("{{day}} has no value"), "{problem}");
    let unfit = json!({ "day": "soon", "price": "20.005" });
    let problem = owner.send_with_key("k", wanted(unfit)).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["variables.day", "variables.price"]);
    let unknown = "00000000-0000-7000-8000-000000000000";
    let problem = owner.send_with_key("k", json!({ "to": ANA, "template_id": unknown })).await;
    assert_eq!(fields(&problem.problem(422, "invalid")), ["template_id"]);

    assert_eq!((messages(&owner).await, app.jobs().await.len()), (0, 0));
    assert_eq!(owner.get("/api/contacts").await.expect(200)["items"], json!([]));
    // The key is still free.
    owner.send_with_key("k", wanted(day_and_price())).await.expect(201);
    app.leaves_jobs();
}

async fn a_batch_tells_what_is_missing_item_by_item(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, reminder()).await;
    let item = |key: &str, to: &str, variables: Value| {
        let (template_id, purpose) = (&template, "reply");
        json!({ "idempotency_key": key, "to": to, "template_id": template_id, "variables": variables, "purpose": purpose })
    };
    let items = [item("1", ANA, day_and_price()), item("2", BEN, json!({ "day": "2026-11-21" }))];
    let answer = owner.post("/api/messages/batch", json!({ "items": items })).await.expect(200);
    let status = |index: usize| answer["items"][index]["status"].as_u64().unwrap();
    assert_eq!((status(0), status(1)), (201, 422));
    assert_eq!(text(&answer["items"][1]["code"]), "invalid");
    assert!(text(&answer["items"][1]["detail"]).contains("{{price}}"), "{answer}");
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 1);
}

async fn a_text_or_a_template_but_not_both(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, greeting()).await;
    for (request, field) in [
        (json!({ "to": ANA, "body": "Hi", "template_id": template }), "body"),
        (json!({ "to": ANA }), "body"),
        (json!({ "to": ANA, "body": "Hi", "variables": {} }), "variables"),
    ] {
        let problem = owner.send_with_key("k", request).await.problem(422, "invalid");
        assert_eq!(fields(&problem), [field]);
    }
}

/// C6: the text may differ by then, so the template and the recipient decide.
async fn a_repeated_request_finds_the_message_although_the_words_have_changed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, plain("Now", "It is {{now}}")).await;
    let request = json!({ "to": ANA, "template_id": template });
    let first = owner.send_with_key("k", request.clone()).await.expect(201);
    app.advance(Duration::from_secs(3_600)).await;
    let other = plain("Now", "Other words");
    owner
        .patch(&format!("/api/templates/{template}"), json!({ "variants": other["variants"] }))
        .await
        .expect(200);
    assert_eq!(owner.send_with_key("k", request.clone()).await.expect(200), first);
    archive(&owner, &template).await.expect(204);
    assert_eq!(owner.send_with_key("k", request).await.expect(200), first);

    let another = created(&owner, plain("Another", "It is {{now}}")).await;
    for mismatch in [
        json!({ "to": BEN, "template_id": template }),
        json!({ "to": ANA, "template_id": another }),
        json!({ "to": ANA, "body": "It is late" }),
    ] {
        owner.send_with_key("k", mismatch).await.problem(422, "idempotency_mismatch");
    }
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 1);
}

async fn a_person_gets_the_same_variant_and_many_are_spread_by_weight(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, greeting()).await;
    let item = |number: usize, round: &str| {
        let (key, to) = (format!("{number} {round}"), customer(number));
        json!({ "idempotency_key": key, "to": to, "template_id": template })
    };
    let items: Vec<Value> = (0..400).map(|number| item(number, "first")).collect();
    owner.post("/api/messages/batch", json!({ "items": items })).await.expect(200);
    let items: Vec<Value> = (0..20).map(|number| item(number, "second")).collect();
    owner.post("/api/messages/batch", json!({ "items": items })).await.expect(200);

    let mut variants: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut cursor, mut short) = (String::new(), 0);
    loop {
        let page = owner.get(&format!("/api/messages?limit=200{cursor}")).await.expect(200);
        for message in page["items"].as_array().unwrap() {
            let variant = text(&message["template"]["variant"]).to_owned();
            let body = if variant == "short" { "Hi!" } else { "Good day!" };
            assert_eq!(text(&message["body"]), body);
            variants.entry(text(&message["to"]).to_owned()).or_default().push(variant);
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(variants.len(), 400);
    for given in variants.values() {
        assert!(given.iter().all(|variant| *variant == given[0]), "{given:?}");
        short += usize::from(given[0] == "short");
    }
    // Three of four, with four standard deviations of room.
    assert!((265..=335).contains(&short), "{short} of 400");
    app.leaves_jobs();
}

async fn archived_templates_cannot_be_sent(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, greeting()).await;
    let request = json!({ "to": ANA, "template_id": template });
    archive(&owner, &template).await.expect(204);
    let problem = owner.send_with_key("k", request.clone()).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["template_id"]);
    assert!(text(&problem["detail"]).contains("archived"), "{problem}");
    assert!(app.jobs().await.is_empty());
    owner.post(&format!("/api/templates/{template}/restore"), json!({})).await.expect(200);
    owner.send_with_key("k", request).await.expect(201);
    app.run_due_jobs().await;
}

/// And with it what is usual: how urgent it is, and what is added on first contact.
async fn the_purpose_is_the_templates_unless_another_is_named(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, reminder()).await;
    let mut request = json!({ "to": ANA, "template_id": template, "variables": day_and_price() });
    let message = send(&owner, &app, request.clone()).await;
    assert_eq!((text(&message["purpose"]), &message["priority"]), ("transactional", &json!(5)));
    assert!(text(&message["body"]).ends_with("Ada\nReply STOP to opt out."), "{message}");
    request["purpose"] = json!("reply");
    let message = send(&owner, &app, request.clone()).await;
    assert_eq!((text(&message["purpose"]), &message["priority"]), ("reply", &json!(7)));
    request["priority"] = json!(2);
    assert_eq!(send(&owner, &app, request).await["priority"], 2);
    app.run_due_jobs().await;

    // The gate judges by that purpose, too.
    let offer = json!({ "name": "Offer", "purpose": "marketing", "variants": greeting()["variants"] });
    let offer = created(&owner, offer).await;
    let request = json!({ "to": BEN, "template_id": offer });
    owner.send_with_key("offer", request).await.problem(422, "no_consent");
}

async fn dates_mean_the_day_it_leaves_where_they_are(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, plain("Today", "{{today}}, {{now:time}}")).await;
    let message = send(&owner, &app, json!({ "to": ANA, "template_id": template })).await;
    assert_eq!(text(&message["body"]), "November 3, 2026, 1:00 PM");
    let later = json!({ "to": ANA, "template_id": template, "send_at": "2026-12-25T02:30:00Z" });
    assert_eq!(text(&send(&owner, &app, later).await["body"]), "December 24, 2026, 9:30 PM");
    let wall = json!({ "to": BEN, "template_id": template, "send_at_local": "2026-12-24T10:15" });
    assert_eq!(text(&send(&owner, &app, wall).await["body"]), "December 24, 2026, 10:15 AM");
    let past = json!({ "to": ANA, "template_id": template, "send_at": "2020-01-01T00:00:00Z" });
    let problem = owner.send_with_key("past", past).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["send_at"]);
    app.leaves_jobs();
}

async fn what_comes_out_too_long_or_empty_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut wanted = plain("Free", "{{words|}}");
    wanted["variables"] = json!([{ "name": "words" }]);
    let template = created(&owner, wanted).await;
    for words in ["", &"x".repeat(1_601)] {
        let request = json!({ "to": ANA, "template_id": template, "variables": { "words": words } });
        let problem = owner.send_with_key("k", request).await.problem(422, "invalid");
        assert_eq!(fields(&problem), ["body"]);
    }
    let words = json!({ "words": "x".repeat(1_600) });
    let request = json!({ "to": ANA, "template_id": template, "variables": words });
    owner.send_with_key("k", request).await.expect(201);
    app.run_due_jobs().await;
}

async fn a_check_shows_the_text(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let viewer = app.member(&owner, "viewer").await;
    let template = created(&owner, reminder()).await;
    let request = json!({ "to": ANA, "template_id": template, "variables": day_and_price() });
    let check = viewer.post("/api/messages/check", request.clone()).await.expect(200);
    let body = "Hi there, your visit on November 21, 2026: $20.00. Ada\nReply STOP to opt out.";
    assert_eq!((&check["ok"], text(&check["body"])), (&json!(true), body));
    let missing = json!({ "to": ANA, "template_id": template });
    let problem = viewer.post("/api/messages/check", missing).await.problem(422, "invalid");
    assert_eq!(fields(&problem), ["variables.day", "variables.price"]);

    app.receive("SM1", ANA, "STOP").await;
    app.run_due_jobs().await;
    let check = viewer.post("/api/messages/check", request).await.expect(200);
    assert_eq!((&check["ok"], text(&check["code"])), (&json!(false), "opted_out"));
    assert!(text(&check["body"]).starts_with("Hi there, your visit"), "{check}");
    assert_eq!(messages(&owner).await, 1, "only what came in");
}

/// Its results would otherwise leave out whoever was reached at the second try.
async fn what_is_sent_again_is_still_the_templates(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, greeting()).await;
    let message = send(&owner, &app, json!({ "to": ANA, "template_id": template })).await;
    app.run_due_jobs().await;
    let item = app.carrier.item(&id(&message));
    app.report(&item, "undelivered").send().await.expect(200);
    app.run_due_jobs().await;
    let path = format!("/api/messages/{}/retry", id(&message));
    let again = owner.post(&path, json!({})).await.expect(201);
    assert_eq!((&again["template"], &again["body"]), (&message["template"], &message["body"]));
    app.run_due_jobs().await;
}
