//! What became of the messages made from a template is counted by variant (C12).

use std::time::Duration;

use serde_json::{Value, json};

use crate::test_support::{ANA, BEN, Client, TestApp, TestSetup, customer, id, on_both_engines, text};

on_both_engines![
    what_became_of_each_variant_is_counted,
    only_what_came_within_72_hours_counts,
    a_span_or_a_version_narrows_the_count,
    a_clear_lead_is_told_with_confidence,
];

fn variant(name: &str, weight: u32, body: &str) -> Value {
    json!({ "name": name, "weight": weight, "bodies": { "*": body } })
}

/// A template whose first variant alone is sent; the second can be given the weight instead.
async fn template(owner: &Client) -> String {
    let variants = [variant("A", 1, "Fancy a pizza?"), variant("B", 0, "Pizza!")];
    let template = json!({ "name": "Pizza", "purpose": "reply", "variants": variants });
    id(&owner.post("/api/templates", template).await.expect(201))
}

/// From now on the second variant is sent, as another version.
async fn turn(owner: &Client, template: &str) {
    let variants = [variant("A", 0, "Fancy a pizza?"), variant("B", 1, "Pizza!")];
    owner.patch(&format!("/api/templates/{template}"), json!({ "variants": variants })).await.expect(200);
}

async fn send(app: &TestApp, owner: &Client, template: &str, to: &str) -> String {
    let key = app.fresh_number().to_string();
    let message = owner.send_with_key(&key, json!({ "to": to, "template_id": template })).await.expect(201);
    app.run_due_jobs().await;
    id(&message)
}

async fn report(app: &TestApp, message: &str, status: &str) {
    app.report(&app.carrier.item(message), status).send().await.expect(200);
    app.run_due_jobs().await;
}

async fn say(app: &TestApp, from: &str, words: &str) {
    app.receive(&format!("SMr{}", app.fresh_number()), from, words).await;
    app.run_due_jobs().await;
}

async fn results(owner: &Client, template: &str, query: &str) -> Value {
    owner.get(&format!("/api/templates/{template}/results?{query}")).await.expect(200)
}

/// `sent`, `delivered`, `answered`, `opted_out`, `failed` of a variant.
fn counts(results: &Value, variant: usize) -> [u64; 5] {
    ["sent", "delivered", "answered", "opted_out", "failed"]
        .map(|name| results["variants"][variant][name].as_u64().unwrap())
}

async fn what_became_of_each_variant_is_counted(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = template(&owner).await;
    let nothing = results(&owner, &template, "").await;
    assert_eq!((counts(&nothing, 0), counts(&nothing, 1)), ([0; 5], [0; 5]));
    assert_eq!((&nothing["better"], &nothing["variants"][0]["version"]), (&Value::Null, &Value::Null));

    for number in 0..4 {
        let message = send(&app, &owner, &template, &customer(number)).await;
        report(&app, &message, if number == 3 { "undelivered" } else { "delivered" }).await;
    }
    say(&app, &customer(0), "Yes please").await;
    say(&app, &customer(0), "With olives").await;
    say(&app, &customer(1), "STOP").await;
    // It is an opt-out also if they change their mind.
    say(&app, &customer(1), "START").await;
    turn(&owner, &template).await;
    send(&app, &owner, &template, BEN).await;
    // What is no template's does not count.
    owner.send(ANA, "Hello").await;
    app.run_due_jobs().await;

    let found = results(&owner, &template, "").await;
    assert_eq!(text(&found["variants"][0]["name"]), "A");
    // START is an answer, STOP is none.
    assert_eq!((counts(&found, 0), counts(&found, 1)), ([4, 3, 2, 1, 1], [1, 0, 0, 0, 0]));
    let version = |variant: usize| found["variants"][variant]["version"].as_u64();
    assert_eq!((version(0), version(1)), (Some(1), Some(2)));
    let rate = &found["variants"][0]["rates"]["delivered"];
    let part = |name: &str| rate[name].as_f64().unwrap();
    assert_eq!(part("value"), 0.75);
    assert!(part("low") > 0.2 && part("low") < 0.75 && part("high") > 0.75 && part("high") < 1.0, "{rate}");
    assert_eq!(found["better"], json!({ "variant": "A", "metric": "answered", "confident": false }));
}

async fn only_what_came_within_72_hours_counts(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = template(&owner).await;
    say(&app, ANA, "before").await;
    app.advance(Duration::from_secs(1)).await;
    send(&app, &owner, &template, ANA).await;
    send(&app, &owner, &template, BEN).await;
    app.advance(Duration::from_secs(72 * 3_600 - 60)).await;
    say(&app, BEN, "just in time").await;
    app.advance(Duration::from_secs(120)).await;
    say(&app, ANA, "late").await;
    say(&app, ANA, "STOP").await;
    assert_eq!(counts(&results(&owner, &template, "").await, 0), [2, 0, 1, 0, 0]);
}

async fn a_span_or_a_version_narrows_the_count(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = template(&owner).await;
    send(&app, &owner, &template, ANA).await;
    app.advance(Duration::from_secs(60)).await;
    let between = app.now();
    app.advance(Duration::from_secs(60)).await;
    let words = [variant("A", 1, "How about a pizza?"), variant("B", 0, "Pizza!")];
    owner.patch(&format!("/api/templates/{template}"), json!({ "variants": words })).await.expect(200);
    for _ in 0..2 {
        send(&app, &owner, &template, BEN).await;
    }
    for (query, sent) in [
        (String::new(), 3),
        (format!("from={between}"), 2),
        (format!("to={between}"), 1),
        (format!("from={between}&to={between}"), 0),
        ("version=1".to_owned(), 1),
        ("version=2".to_owned(), 2),
        ("version=3&from=-009000-01-01T00:00:00Z".to_owned(), 0),
    ] {
        assert_eq!(counts(&results(&owner, &template, &query).await, 0)[0], sent, "{query}");
    }
    assert_eq!(results(&owner, &template, "").await["variants"][0]["version"], Value::Null, "of both");
    for query in ["from=yesterday", "version=x"] {
        let path = format!("/api/templates/{template}/results?{query}");
        owner.get(&path).await.problem(400, "malformed");
    }
}

async fn a_clear_lead_is_told_with_confidence(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = template(&owner).await;
    for number in 0..40 {
        if number == 20 {
            turn(&owner, &template).await;
        }
        send(&app, &owner, &template, &customer(number)).await;
        // Few answer the first variant, most the second.
        if number % 10 == 0 || (number >= 20 && number % 10 < 8) {
            say(&app, &customer(number), "Yes").await;
        }
    }
    let found = results(&owner, &template, "").await;
    assert_eq!((counts(&found, 0)[2], counts(&found, 1)[2]), (2, 16));
    assert_eq!(found["better"], json!({ "variant": "B", "metric": "answered", "confident": true }));

    // A variant that is gone is still counted, after those of today.
    let only = json!({ "variants": [variant("C", 1, "Pasta?")] });
    owner.patch(&format!("/api/templates/{template}"), only).await.expect(200);
    let found = results(&owner, &template, "").await;
    let names: Vec<&str> =
        found["variants"].as_array().unwrap().iter().map(|item| text(&item["name"])).collect();
    assert_eq!(names, ["C", "A", "B"]);
}
