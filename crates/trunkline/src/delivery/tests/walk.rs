//! A text goes out, to the end.

use serde_json::json;

use super::{attempts, receipts, states, timeline};
use crate::test_support::{ANA, BEN, LINE, SECOND_LINE, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_text_is_accepted_sent_and_delivered,
    a_text_from_a_phone_is_answered_in_its_thread,
    the_line_is_the_one_asked_for_or_the_one_used_last,
    a_recipient_is_named_in_one_of_three_ways,
];

async fn a_text_is_accepted_sent_and_delivered(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    let accepted = owner.send("(212) 555-0163", "Hello Ana").await;
    assert_eq!(accepted["state"], "queued");
    assert_eq!((text(&accepted["to"]), text(&accepted["from"])), (ANA, LINE));
    assert_eq!(accepted["author"]["name"], "Ada");
    assert_eq!(accepted["segments"], 1);
    assert!(app.carrier.accepted().is_empty());

    app.run_due_jobs().await;
    app.carrier.until_told().await;
    app.run_due_jobs().await;

    let id = id(&accepted);
    let message = owner.message(&id).await;
    let item = app.carrier.accepted().remove(0);
    assert_eq!((message["state"].as_str(), message["error"].as_str()), (Some("delivered"), None));
    assert_eq!(text(&message["provider_message_id"]), item.sid);
    assert!(text(&message["delivered_at"]) >= text(&message["sent_at"]));
    assert_eq!(states(&app, &id).await, ["queued", "sending", "sent", "delivered"]);
    assert_eq!(attempts(&app, &id).await, ["accepted"]);
    let mut told = receipts(&app, &id).await;
    told.sort();
    assert_eq!(told, ["delivered", "sent"]);
    assert_eq!(timeline(&message)[0], "Accepted and waiting to be sent");
    assert!(timeline(&message).contains(&"Delivered"), "{message}");
    let shown = app.carrier.simulator.phone_messages(ANA);
    assert_eq!(shown.iter().map(|text| text.body.as_str()).collect::<Vec<_>>(), ["Hello Ana"]);
}

async fn a_text_from_a_phone_is_answered_in_its_thread(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.simulator.text(ANA, SECOND_LINE, "Are you open?", &[]).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    let conversation = id(&inbox["items"][0]);
    let reply = json!({ "conversation_id": conversation, "body": "Until six." });
    let reply = owner.send_with_key("reply", reply).await.expect(201);
    // A customer sees one number: the one they wrote to.
    assert_eq!(text(&reply["from"]), SECOND_LINE);
    app.run_due_jobs().await;
    app.carrier.until_told().await;
    app.run_due_jobs().await;

    let thread = owner.get(&format!("/api/messages?conversation_id={conversation}")).await.expect(200);
    let shown: Vec<_> =
        thread["items"].as_array().unwrap().iter().map(|m| (text(&m["body"]), text(&m["state"]))).collect();
    assert_eq!(shown, [("Until six.", "delivered"), ("Are you open?", "received")]);
}

async fn the_line_is_the_one_asked_for_or_the_one_used_last(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let lines = owner.get("/api/lines").await.expect(200);
    let second = id(&lines["items"][1]);
    let from = |message: serde_json::Value| text(&message["from"]).to_owned();

    assert_eq!(from(owner.send(ANA, "default").await), LINE);
    let asked = json!({ "to": ANA, "body": "asked", "line_id": second });
    assert_eq!(from(owner.send_with_key("asked", asked).await.expect(201)), SECOND_LINE);
    assert_eq!(from(owner.send(ANA, "as before").await), SECOND_LINE);
    assert_eq!(from(owner.send(BEN, "another thread").await), LINE);
    app.run_due_jobs().await;
}

async fn a_recipient_is_named_in_one_of_three_ways(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let contact = owner.post("/api/contacts", json!({ "name": "Ana", "phone": ANA })).await.expect(201);
    let by_contact = json!({ "contact_id": id(&contact), "body": "one" });
    let first = owner.send_with_key("1", by_contact).await.expect(201);
    let by_thread = json!({ "conversation_id": first["conversation_id"], "body": "two" });
    let second = owner.send_with_key("2", by_thread).await.expect(201);
    let third = owner.send(ANA, "three").await;
    for message in [&first, &second, &third] {
        assert_eq!(message["contact_id"], contact["id"]);
        assert_eq!(message["conversation_id"], first["conversation_id"]);
    }
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["one", "two", "three"]);

    let nameless = owner.post("/api/contacts", json!({ "name": "No phone" })).await.expect(201);
    let unreachable = json!({ "contact_id": id(&nameless), "body": "four" });
    owner.send_with_key("4", unreachable).await.problem(422, "invalid");
}
