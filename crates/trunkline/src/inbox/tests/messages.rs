//! A thread, page by page, and the messages of all of them.

use serde_json::{Value, json};
use trunkline_store::sql;

use super::{ids, pages, receive};
use crate::test_support::{ANA, BEN, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_thread_is_read_backwards_in_exact_pages,
    filters_narrow_the_list,
    a_page_does_not_move_when_something_new_arrives,
    a_message_that_is_unknown_is_not_found,
];

async fn a_thread_is_read_backwards_in_exact_pages(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..17 {
        app.receive(&format!("SM{number}"), ANA, &number.to_string()).await;
    }
    receive(&app, BEN, "another thread").await;
    app.run_due_jobs().await;
    // The carrier's times have whole seconds, so many are equal.
    let now = app.now();
    let same = sql!("update messages set at = $1");
    app.store.write(move |tx| tx.execute(same, &[now.into()])).await.unwrap();
    let inbox = owner.get("/api/conversations?q=2125550163").await.expect(200);
    let thread = format!("/api/messages?conversation_id={}&", id(&inbox["items"][0]));
    let (whole, _) = pages(&owner, &thread, 200).await;
    assert_eq!(whole.len(), 17);
    for limit in [1, 4, 16, 17, 18] {
        let (items, sizes) = pages(&owner, &thread, limit).await;
        assert_eq!(items, whole, "{limit} a page: {sizes:?}");
        assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
    }
    let (all, _) = pages(&owner, "/api/messages?", 5).await;
    assert_eq!(all.len(), 18);
    assert!(ids(&all).is_sorted_by(|a, b| a > b));
}

async fn filters_narrow_the_list(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive(&app, ANA, "in").await;
    app.inbound("SM99", ANA, "picture")
        .form(&[("MediaUrl0", "https://127.0.0.1/a.png")])
        .send()
        .await
        .expect(200);
    let sent = owner.send(ANA, "out").await;
    app.run_due_jobs().await;
    owner.send(BEN, "waiting").await;
    let bodies = async |query: &str| {
        let list = owner.get(&format!("/api/messages?{query}")).await.expect(200);
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|message| text(&message["body"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(bodies("").await.len(), 4);
    assert_eq!(bodies("direction=inbound").await, ["picture", "in"]);
    assert_eq!(bodies("direction=outbound").await, ["waiting", "out"]);
    assert_eq!(bodies("state=queued").await, ["waiting"]);
    assert_eq!(bodies("state=sent&direction=outbound").await, ["out"]);
    assert_eq!(bodies("state=sent&direction=inbound").await, [""; 0]);
    assert_eq!(bodies("channel=mms").await, ["picture"]);
    let (contact, conversation) = (text(&sent["contact_id"]), text(&sent["conversation_id"]));
    assert_eq!(bodies(&format!("contact_id={contact}")).await, ["out", "picture", "in"]);
    assert_eq!(bodies(&format!("contact_id={contact}&channel=sms&direction=inbound")).await, ["in"]);
    assert_eq!(bodies(&format!("contact_id={contact}&conversation_id={conversation}")).await.len(), 3);
    let other = owner.post("/api/contacts", json!({ "name": "Silent" })).await.expect(201);
    assert_eq!(bodies(&format!("contact_id={}", id(&other))).await, [""; 0]);
    let mismatch = format!("contact_id={contact}&conversation_id={}", id(&other));
    assert_eq!(bodies(&mismatch).await, [""; 0]);
    for nonsense in ["state=teleported", "direction=sideways", "channel=pigeon"] {
        owner.get(&format!("/api/messages?{nonsense}")).await.problem(422, "invalid");
    }
    app.run_due_jobs().await;
}

async fn a_page_does_not_move_when_something_new_arrives(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for body in ["1", "2", "3", "4"] {
        receive(&app, ANA, body).await;
    }
    let first = owner.get("/api/messages?limit=2").await.expect(200);
    receive(&app, ANA, "5").await;
    let next = format!("/api/messages?limit=2&cursor={}", text(&first["next_cursor"]));
    let second = owner.get(&next).await.expect(200);
    let shown: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|message| text(&message["body"]))
        .collect();
    assert_eq!(shown, ["4", "3", "2", "1"]);
    assert_eq!(second["next_cursor"], Value::Null);
}

async fn a_message_that_is_unknown_is_not_found(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let unknown = "/api/messages/00000000-0000-7000-8000-000000000000";
    owner.get(unknown).await.problem(404, "not_found");
    // What came in cannot be called off or sent again, but it has a timeline.
    receive(&app, ANA, "Hello").await;
    let message = id(&owner.get("/api/messages").await.expect(200)["items"][0]);
    assert_eq!(owner.message(&message).await["timeline"][0]["text"], "Came in");
    owner.post(&format!("/api/messages/{message}/cancel"), json!({})).await.problem(404, "not_found");
    owner.post(&format!("/api/messages/{message}/retry"), json!({})).await.problem(409, "not_failed");
}
