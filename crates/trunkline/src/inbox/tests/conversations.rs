//! The list of conversations: its pages, its filters and its counts.

use serde_json::json;
use trunkline_store::sql;

use super::{ids, pages, receive};
use crate::test_support::{ANA, BEN, Client, TestApp, TestSetup, customer, id, on_both_engines, text};

on_both_engines![
    pages_are_exact_even_where_times_are_equal,
    the_last_active_comes_first,
    filters_narrow_the_list_and_counts_stay_whole,
    a_search_finds_names_numbers_and_addresses_literally,
    opening_finds_or_makes_the_thread,
    opening_with_what_cannot_be_right_makes_nothing,
    what_is_no_conversation_is_not_found,
];

async fn open(client: &Client, phone: &str) -> String {
    id(&client.post("/api/conversations", json!({ "phone": phone })).await.expect(201))
}

/// A burst of texts, or an import, gives many the same time.
async fn same_activity(app: &TestApp) {
    let now = app.now();
    let touch = sql!("update conversations set last_activity_at = $1");
    app.store.write(move |tx| tx.execute(touch, &[now.into()])).await.unwrap();
}

async fn pages_are_exact_even_where_times_are_equal(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut made = Vec::new();
    for number in 0..23 {
        made.push(open(&owner, &customer(number)).await);
    }
    same_activity(&app).await;
    for limit in [1, 5, 22, 23, 24, 200] {
        let (items, sizes) = pages(&owner, "/api/conversations?", limit).await;
        let mut found = ids(&items);
        assert!(found.is_sorted_by(|a, b| a > b), "among equal times the newest first");
        found.sort();
        assert_eq!(found, made, "each once, {limit} a page");
        assert!(sizes[..sizes.len() - 1].iter().all(|size| *size == limit), "{sizes:?}");
        assert!(sizes.last().is_some_and(|size| (1..=limit).contains(size)), "no empty page: {sizes:?}");
    }
    // Out of range is brought into it.
    let none = owner.get("/api/conversations?limit=0").await.expect(200);
    assert_eq!(none["items"].as_array().unwrap().len(), 1);
    let all = owner.get("/api/conversations?limit=100000").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 23);
}

async fn the_last_active_comes_first(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let (ana, ben) = (open(&owner, ANA).await, open(&owner, BEN).await);
    let order = async || ids(owner.get("/api/conversations").await.expect(200)["items"].as_array().unwrap());
    assert_eq!(order().await, [ben.clone(), ana.clone()]);
    receive(&app, ANA, "Hello").await;
    assert_eq!(order().await, [ana.clone(), ben.clone()]);
    owner.send(BEN, "Hello").await;
    app.run_due_jobs().await;
    assert_eq!(order().await, [ben, ana]);
}

async fn filters_narrow_the_list_and_counts_stay_whole(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut made = Vec::new();
    for (number, status) in ["open", "open", "pending", "snoozed", "resolved", "resolved"].iter().enumerate()
    {
        let conversation = open(&owner, &customer(number)).await;
        owner
            .patch(&format!("/api/conversations/{conversation}"), json!({ "status": status }))
            .await
            .expect(200);
        made.push(conversation);
    }
    receive(&app, &customer(0), "Hello").await;
    let list = async |query: &str| {
        let list = owner.get(&format!("/api/conversations{query}")).await.expect(200);
        assert_eq!(list["counts"], json!({ "open": 2, "pending": 1, "resolved": 2, "unread": 1 }), "{query}");
        let mut found = ids(list["items"].as_array().unwrap());
        found.sort();
        found
    };
    assert_eq!(list("?status=open").await, made[..2]);
    assert_eq!(list("?status=pending").await, made[2..3]);
    assert_eq!(list("?status=snoozed").await, made[3..4]);
    assert_eq!(list("?status=resolved").await, made[4..]);
    assert_eq!(list("?status=all").await, made);
    assert_eq!(list("").await, made);
    assert_eq!(list("?unread=true").await, made[..1]);
    assert_eq!(list("?unread=false").await, made);
    assert!(list("?unread=true&status=resolved").await.is_empty());
    assert_eq!(list(&format!("?status=open&q={}", &customer(1)[1..])).await, made[1..2]);
}

async fn a_search_finds_names_numbers_and_addresses_literally(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let people = [("100% Ana_B", ANA, "ana@example.com"), ("Ben", BEN, "ben@shop.example")];
    for (name, phone, email) in people {
        let contact = json!({ "name": name, "phone": phone, "email": email });
        let contact = owner.post("/api/contacts", contact).await.expect(201);
        owner.post("/api/conversations", json!({ "contact_id": id(&contact) })).await.expect(201);
    }
    for (wanted, found) in [
        ("ana", vec!["100% Ana_B"]),
        ("BEN", vec!["Ben"]),
        ("100%25", vec!["100% Ana_B"]),
        ("a_b", vec!["100% Ana_B"]),
        ("n_b", vec![]),
        ("%25", vec!["100% Ana_B"]),
        ("shop.ex", vec!["Ben"]),
        ("2125550163", vec!["100% Ana_B"]),
        ("(212)%20555-01", vec!["100% Ana_B"]),
        ("%5C", vec![]),
        ("'", vec![]),
    ] {
        for list in ["conversations", "contacts"] {
            let answer = owner.get(&format!("/api/{list}?q={wanted}")).await.expect(200);
            let names: Vec<_> = answer["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item.get("contact").map_or(&item["name"], |contact| &contact["name"])))
                .collect();
            assert_eq!(names, found, "{wanted} in {list}");
        }
    }
}

async fn opening_finds_or_makes_the_thread(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let request = json!({ "phone": "(212) 555-0163", "name": "Ana" });
    let made = owner.post("/api/conversations", request.clone()).await.expect(201);
    assert_eq!((text(&made["contact"]["phone"]), text(&made["contact"]["name"])), (ANA, "Ana"));
    assert_eq!(made["last_message"], json!(null));
    let found = owner.post("/api/conversations", request).await.expect(200);
    assert_eq!(found, made);
    let contact = json!({ "contact_id": made["contact"]["id"] });
    assert_eq!(owner.post("/api/conversations", contact).await.expect(200), made);
    assert_eq!(owner.get(&format!("/api/conversations/{}", id(&made))).await.expect(200), made);

    let by_mail = json!({ "email": "Ben@Shop.example", "name": "Ben" });
    let made = owner.post("/api/conversations", by_mail.clone()).await.expect(201);
    assert_eq!(
        (text(&made["contact"]["email"]), text(&made["contact"]["name"])),
        ("ben@shop.example", "Ben")
    );
    assert_eq!(owner.post("/api/conversations", by_mail).await.expect(200), made);
}

async fn opening_with_what_cannot_be_right_makes_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let contact = owner.post("/api/contacts", json!({ "name": "Ana" })).await.expect(201);
    for wrong in [
        json!({}),
        json!({ "name": "Ben" }),
        json!({ "phone": "12" }),
        json!({ "phone": BEN, "name": "n".repeat(201) }),
        json!({ "phone": BEN, "contact_id": id(&contact) }),
        json!({ "phone": BEN, "email": "ben@shop.example" }),
        json!({ "email": "ben at shop" }),
    ] {
        owner.post("/api/conversations", wrong).await.problem(422, "invalid");
    }
    let contacts = owner.get("/api/contacts").await.expect(200);
    assert_eq!(contacts["items"], json!([contact]));
}

async fn what_is_no_conversation_is_not_found(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    let path = format!("/api/conversations/{unknown}");
    owner.get(&path).await.problem(404, "not_found");
    owner.patch(&path, json!({ "status": "open" })).await.problem(404, "not_found");
    owner.post(&format!("{path}/read"), json!({})).await.problem(404, "not_found");
    owner.post("/api/conversations", json!({ "contact_id": unknown })).await.problem(404, "not_found");
    owner.get(&format!("/api/messages?contact_id={unknown}")).await.problem(404, "not_found");
    let none = owner.get(&format!("/api/messages?conversation_id={unknown}")).await.expect(200);
    assert_eq!(none["items"], json!([]));
}
