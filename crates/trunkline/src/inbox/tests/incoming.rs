//! What comes in finds its thread.

use serde_json::json;

use super::receive;
use crate::test_support::{ANA, BEN, LINE, TestSetup, customer, id, on_both_engines, text};

on_both_engines![
    a_first_text_makes_a_contact_and_a_thread,
    texts_of_one_person_share_a_thread_and_count_as_unread,
    a_text_opens_a_resolved_thread_again,
    pictures_come_with_their_text,
    a_known_persons_text_keeps_their_name,
    many_first_texts_at_once_make_one_thread_each,
];

async fn a_first_text_makes_a_contact_and_a_thread(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive(&app, ANA, "Hello 👋").await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    let conversation = &inbox["items"][0];
    assert_eq!((text(&conversation["status"]), &conversation["unread_count"]), ("open", &1.into()));
    assert_eq!(
        (text(&conversation["contact"]["phone"]), &conversation["contact"]["name"]),
        (ANA, &json!(null))
    );
    assert_eq!(text(&conversation["last_message"]["preview"]), "Hello 👋");
    let list = owner.get("/api/messages").await.expect(200);
    let message = &list["items"][0];
    assert_eq!((text(&message["from"]), text(&message["to"])), (ANA, LINE));
    assert_eq!((text(&message["direction"]), text(&message["channel"])), ("inbound", "sms"));
    assert!(text(&message["provider_message_id"]).starts_with("SM"));
    let contact = owner.get(&format!("/api/contacts/{}", text(&message["contact_id"]))).await.expect(200);
    assert_eq!(contact["conversation_id"], conversation["id"]);
}

async fn texts_of_one_person_share_a_thread_and_count_as_unread(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for body in ["1", "2", "3"] {
        receive(&app, ANA, body).await;
    }
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1);
    assert_eq!(inbox["items"][0]["unread_count"], 3);
    assert_eq!(inbox["items"][0]["last_message"]["preview"], "3");
    let read = format!("/api/conversations/{}/read", id(&inbox["items"][0]));
    for _ in 0..2 {
        owner.post(&read, json!({})).await.expect(204);
        let inbox = owner.get("/api/conversations").await.expect(200);
        assert_eq!((&inbox["items"][0]["unread_count"], &inbox["counts"]["unread"]), (&0.into(), &0.into()));
    }
    // An answer is nothing to read.
    owner.send(ANA, "answer").await;
    app.run_due_jobs().await;
    assert_eq!(owner.get("/api/conversations").await.expect(200)["items"][0]["unread_count"], 0);
}

async fn a_text_opens_a_resolved_thread_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive(&app, ANA, "Hello").await;
    let conversation = id(&owner.get("/api/conversations").await.expect(200)["items"][0]);
    let path = format!("/api/conversations/{conversation}");
    for status in ["resolved", "snoozed", "pending"] {
        let changed = owner.patch(&path, json!({ "status": status })).await.expect(200);
        assert_eq!(changed["status"], status);
        // What we say leaves it as it is.
        owner.send(ANA, "Bye").await;
        app.run_due_jobs().await;
        assert_eq!(owner.get(&path).await.expect(200)["status"], status);
        receive(&app, ANA, "One more thing").await;
        assert_eq!(owner.get(&path).await.expect(200)["status"], "open");
    }
}

async fn pictures_come_with_their_text(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    // Where nothing is fetched from: they are refused at once, and stand there with the reason.
    let pictures = ["https://127.0.0.1/a.png".to_owned(), "https://127.0.0.1/b.jpg".to_owned()];
    app.carrier.simulator.text(ANA, LINE, "", &pictures).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let list = owner.get("/api/messages").await.expect(200);
    let message = &list["items"][0];
    assert_eq!((text(&message["channel"]), text(&message["body"])), ("mms", ""));
    assert_eq!(
        (&message["media"][0]["content_type"], &message["media"][0]["state"]),
        (&json!("image/png"), &json!("refused"))
    );
    assert_eq!(message["media"].as_array().unwrap().len(), 2);
}

async fn a_known_persons_text_keeps_their_name(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let contact = owner.post("/api/contacts", json!({ "name": "Ben", "phone": BEN })).await.expect(201);
    app.inbound("SM1", BEN, "Hi").form(&[("ProfileName", "benny")]).send().await.expect(200);
    app.inbound("SM2", ANA, "Hi").form(&[("ProfileName", "Ana 🌊")]).send().await.expect(200);
    app.run_due_jobs().await;
    let inbox = owner.get("/api/conversations?q=ben").await.expect(200);
    assert_eq!(inbox["items"][0]["contact"]["id"], contact["id"]);
    assert_eq!(inbox["items"][0]["contact"]["name"], "Ben");
    let inbox = owner.get("/api/conversations?q=ana").await.expect(200);
    assert_eq!(inbox["items"][0]["contact"]["name"], "Ana 🌊");
}

/// All processed side by side.
async fn many_first_texts_at_once_make_one_thread_each(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..40 {
        let sid = format!("SM{number}");
        app.receive(&sid, &customer(number % 4), &number.to_string()).await;
    }
    app.run_due_jobs().await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"].as_array().unwrap().len(), 4);
    for conversation in inbox["items"].as_array().unwrap() {
        assert_eq!(conversation["unread_count"], 10);
        let thread = format!("/api/messages?conversation_id={}", id(conversation));
        let thread = owner.get(&thread).await.expect(200);
        let shown: Vec<u32> =
            thread["items"].as_array().unwrap().iter().map(|m| text(&m["body"]).parse().unwrap()).collect();
        assert!(shown.is_sorted_by(|a, b| a > b), "newest first: {shown:?}");
        // Whatever was processed last, what was written last is shown.
        assert_eq!(text(&conversation["last_message"]["preview"]), shown[0].to_string());
    }
}
