//! Contacts: one person each (E2).

use futures::future::join_all;
use serde_json::{Value, json};

use crate::test_support::{ANA, BEN, Client, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_contact_is_kept_in_one_form,
    a_taken_phone_or_address_names_its_owner,
    of_many_at_once_one_gets_the_number,
    a_field_left_out_stays_and_null_clears,
    what_cannot_be_right_is_refused_all_at_once,
    a_contact_needs_something_to_go_by,
    the_last_changed_comes_first_in_exact_pages,
    whoever_writes_in_can_be_given_a_name,
];

async fn add(client: &Client, contact: Value) -> Value {
    client.post("/api/contacts", contact).await.expect(201)
}

fn path(contact: &Value) -> String {
    format!("/api/contacts/{}", id(contact))
}

async fn a_contact_is_kept_in_one_form(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let metadata = json!({ "crm": { "id": 7, "tags": ["vip", "Zürich"] }, "note": "\u{1F30A}" });
    let written = json!({
        "name": "  Ana Núñez ", "phone": "(212) 555-0163", "email": " Ana@Example.COM ", "metadata": metadata,
    });
    let contact = add(&owner, written).await;
    assert_eq!((text(&contact["name"]), text(&contact["phone"])), ("Ana Núñez", ANA));
    assert_eq!((text(&contact["email"]), &contact["metadata"]), ("ana@example.com", &metadata));
    assert_eq!((&contact["conversation_id"], &contact["opted_out"]), (&json!(null), &json!(false)));
    assert_eq!(contact["created_at"], contact["updated_at"]);
    assert_eq!(owner.get(&path(&contact)).await.expect(200), contact);
    owner.get("/api/contacts/00000000-0000-7000-8000-000000000000").await.problem(404, "not_found");
}

async fn a_taken_phone_or_address_names_its_owner(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let ana = add(&owner, json!({ "name": "Ana", "phone": ANA, "email": "ana@example.com" })).await;
    let ben = add(&owner, json!({ "name": "Ben", "phone": BEN })).await;
    for (taken, field) in
        [(json!({ "phone": "+1 212 555 0163" }), "phone"), (json!({ "email": "ANA@example.com" }), "email")]
    {
        for answer in
            [owner.post("/api/contacts", taken.clone()).await, owner.patch(&path(&ben), taken.clone()).await]
        {
            let problem = answer.problem(409, "contact_exists");
            assert_eq!((text(&problem["field"]), &problem["existing_id"]), (field, &ana["id"]));
        }
    }
    assert_eq!(owner.get(&path(&ben)).await.expect(200), ben, "nothing of it was changed");
    // One's own is not taken.
    owner.patch(&path(&ana), json!({ "phone": ANA, "email": "ana@example.com" })).await.expect(200);
}

async fn of_many_at_once_one_gets_the_number(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let answers = join_all((0..20).map(|number| {
        let contact = json!({ "name": number.to_string(), "phone": ANA });
        owner.post("/api/contacts", contact)
    }));
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.await.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        assert_eq!(answer.problem(409, "contact_exists")["existing_id"], made[0].json()["id"]);
    }
}

async fn a_field_left_out_stays_and_null_clears(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let contact =
        add(&owner, json!({ "name": "Ana", "phone": ANA, "email": "a@b.co", "metadata": { "x": 1 } })).await;
    let change = async |change: Value| owner.patch(&path(&contact), change).await.expect(200);
    let fields =
        |contact: &Value| json!([contact["name"], contact["phone"], contact["email"], contact["metadata"]]);
    assert_eq!(fields(&change(json!({})).await), json!(["Ana", ANA, "a@b.co", { "x": 1 }]));
    assert_eq!(fields(&change(json!({ "email": null })).await), json!(["Ana", ANA, null, { "x": 1 }]));
    assert_eq!(fields(&change(json!({ "name": " " })).await), json!([null, ANA, null, { "x": 1 }]));
    let renamed = change(json!({ "name": "Ana B.", "metadata": {} })).await;
    assert_eq!(fields(&renamed), json!(["Ana B.", ANA, null, {}]));
    assert!(text(&renamed["updated_at"]) > text(&contact["updated_at"]));
    assert_eq!(renamed["created_at"], contact["created_at"]);
    assert_eq!(fields(&change(json!({ "phone": BEN })).await)[1], BEN);
    owner
        .patch("/api/contacts/00000000-0000-7000-8000-000000000000", json!({ "name": "x" }))
        .await
        .problem(404, "not_found");
}

async fn what_cannot_be_right_is_refused_all_at_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wrong = json!({
        "name": "n".repeat(201), "phone": "12", "email": "ana at example.com",
        "metadata": { "x": "y".repeat(17_000) },
    });
    let problem = owner.post("/api/contacts", wrong.clone()).await.problem(422, "invalid");
    let fields: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| text(&error["field"])).collect();
    assert_eq!(fields, ["name", "phone", "email", "metadata"]);
    assert!(text(&problem["errors"][1]["message"]).contains("+14155550100"), "it shows how: {problem}");
    let contact = add(&owner, json!({ "name": "Ana" })).await;
    owner.patch(&path(&contact), wrong).await.problem(422, "invalid");
    assert_eq!(owner.get(&path(&contact)).await.expect(200), contact);
    for email in ["@x.co", "a@", "a@b", "a@.co", "a@b.", "a b@c.de", "a@b@c.de\n.x"] {
        owner.post("/api/contacts", json!({ "email": email })).await.problem(422, "invalid");
    }
}

async fn a_contact_needs_something_to_go_by(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for nobody in
        [json!({}), json!({ "name": "  " }), json!({ "metadata": { "a": 1 } }), json!({ "phone": null })]
    {
        owner.post("/api/contacts", nobody).await.problem(422, "invalid");
    }
    let ana = add(&owner, json!({ "name": "Ana", "phone": ANA })).await;
    owner.patch(&path(&ana), json!({ "name": null })).await.expect(200);
    owner.patch(&path(&ana), json!({ "phone": null })).await.problem(422, "invalid");
    assert_eq!(owner.get(&path(&ana)).await.expect(200)["phone"], ANA);
}

async fn the_last_changed_comes_first_in_exact_pages(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut contacts = Vec::new();
    for number in 0..9 {
        contacts.push(id(&add(&owner, json!({ "name": format!("Person {number}") })).await));
    }
    same_time(&app).await;
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("/api/contacts?limit=4{cursor}")).await.expect(200);
        found.extend(page["items"].as_array().unwrap().iter().map(id));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    contacts.reverse();
    assert_eq!(found, contacts);
    owner.patch(&format!("/api/contacts/{}", contacts[5]), json!({ "name": "New name" })).await.expect(200);
    let list = owner.get("/api/contacts?limit=1").await.expect(200);
    assert_eq!(id(&list["items"][0]), contacts[5]);
}

/// As after an import.
async fn same_time(app: &TestApp) {
    let now = app.now();
    let touch = trunkline_store::sql!("update contacts set updated_at = $1");
    app.store.write(move |tx| tx.execute(touch, &[now.into()])).await.unwrap();
}

async fn whoever_writes_in_can_be_given_a_name(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", ANA, "Hello").await;
    app.run_due_jobs().await;
    let contact = owner.get("/api/contacts?q=2125550163").await.expect(200)["items"][0].clone();
    owner.patch(&path(&contact), json!({ "name": "Ana" })).await.expect(200);
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"][0]["contact"]["name"], "Ana");
    assert_eq!(inbox["items"][0]["id"], contact["conversation_id"]);
}
