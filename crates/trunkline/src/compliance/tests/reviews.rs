//! Texts in free words that may mean "stop" are put before a person (FCC, 47 CFR 64.1200(a)(10)).

use serde_json::{Value, json};

use crate::test_support::{ANA, BEN, Client, TestSetup, id, on_both_engines, text};

on_both_engines![
    free_words_are_put_before_a_person,
    a_person_who_says_they_meant_it_opts_them_out,
    a_person_who_says_they_did_not_changes_nothing,
    reviews_are_listed_newest_first,
];

const WORDS: &str = "please stop texting me";

async fn open(client: &Client) -> Vec<Value> {
    client.get("/api/reviews").await.expect(200)["items"].as_array().unwrap().clone()
}

async fn free_words_are_put_before_a_person(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.post("/api/contacts", json!({ "name": "Ana", "phone": ANA })).await.expect(201);
    app.receive("SM1", ANA, WORDS).await;
    app.receive("SM2", BEN, "Can we meet at the bus stop?").await;
    app.receive("SM3", BEN, "STOP").await;
    app.run_due_jobs().await;
    let open = open(&owner).await;
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(
        (text(&open[0]["text"]), text(&open[0]["name"]), text(&open[0]["address"])),
        (WORDS, "Ana", ANA)
    );
    // Until somebody decides they can be written to.
    owner.send(ANA, "Do you want us to stop?").await;
    app.run_due_jobs().await;
    let viewer = app.member(&owner, "viewer").await;
    let address = format!("/api/reviews/{}", id(&open[0]));
    viewer.post(&address, json!({ "action": "opt_out" })).await.problem(403, "forbidden");
}

async fn a_person_who_says_they_meant_it_opts_them_out(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let waiting = json!({ "to": ANA, "body": "Later", "send_at": app.now().plus(std::time::Duration::from_secs(60)).to_string() });
    let waiting = owner.send_json(waiting).await;
    app.receive("SM1", ANA, WORDS).await;
    app.run_due_jobs().await;
    let address = format!("/api/reviews/{}", id(&open(&owner).await[0]));
    owner.post(&address, json!({ "action": "opt_out" })).await.expect(204);
    assert!(open(&owner).await.is_empty());
    owner.post(&address, json!({ "action": "ignore" })).await.problem(404, "not_found");
    owner.try_send(ANA, "Hello").await.problem(422, "opted_out");
    app.run_to_the_end().await;
    assert_eq!(owner.state(&waiting).await, "failed");
    let contact = owner.get("/api/contacts?q=12125550163").await.expect(200)["items"][0].clone();
    let record = owner.get(&format!("/api/contacts/{}/consent", id(&contact))).await.expect(200);
    assert_eq!(record["items"][0]["source"], "review");
    assert_eq!(record["items"][0]["evidence"], WORDS);
}

async fn a_person_who_says_they_did_not_changes_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, WORDS).await;
    app.run_due_jobs().await;
    let address = format!("/api/reviews/{}", id(&open(&owner).await[0]));
    owner.post(&address, json!({ "action": "shrug" })).await.problem(422, "invalid");
    owner.post(&address, json!({ "action": "ignore" })).await.expect(204);
    assert!(open(&owner).await.is_empty());
    owner.send(ANA, "Hello").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn reviews_are_listed_newest_first(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..3 {
        app.receive(&format!("SM{number}"), ANA, WORDS).await;
        app.after(std::time::Duration::from_secs(1)).await;
    }
    let first = owner.get("/api/reviews?limit=2").await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert!(text(&first["items"][0]["at"]) > text(&first["items"][1]["at"]));
    let next = owner.get(&format!("/api/reviews?cursor={}", text(&first["next_cursor"]))).await.expect(200);
    assert_eq!((next["items"].as_array().unwrap().len(), &next["next_cursor"]), (1, &Value::Null));
}
