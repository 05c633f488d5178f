//! WhatsApp, both ways, and its 24-hour window (C12).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::{Button, Extras, Place, Status};

use super::{later, states, timeline};
use crate::test_support::{ANA, Client, LINE, SECOND_LINE, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_message_is_answered_by_whatsapp_and_read,
    what_they_tap_send_and_quote_is_kept,
    the_window_closes_a_day_after_their_last_message,
    a_window_that_closes_while_a_message_waits_ends_it_with_the_way_out,
    who_never_wrote_can_only_be_sent_templates,
    the_provider_s_word_on_a_closed_window_is_told,
    a_text_and_a_whatsapp_message_are_one_conversation,
    every_way_to_a_person_says_whether_it_is_open,
    a_stop_by_whatsapp_holds_for_whatsapp,
    another_channel_takes_over_only_where_that_is_configured,
];

const DAY: Duration = Duration::from_secs(24 * 3_600);
const SENDER: &str = "whatsapp:+14155550142";

/// Ana writes by WhatsApp; the message as the inbox has it.
async fn writes(app: &TestApp, owner: &Client, body: &str, extras: Extras) -> Value {
    app.carrier.simulator.write(ANA, SENDER, body, extras).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let messages = owner.get("/api/messages?direction=inbound").await.expect(200);
    messages["items"][0].clone()
}

/// The steps that the carrier reports are taken in.
async fn told(app: &TestApp) {
    app.carrier.until_told().await;
    app.run_due_jobs().await;
}

async fn ways(owner: &Client, conversation: &Value) -> Vec<Value> {
    let id = text(conversation);
    let ways = owner.get(&format!("/api/conversations/{id}/ways")).await.expect(200);
    ways["items"].as_array().unwrap().clone()
}

async fn a_message_is_answered_by_whatsapp_and_read(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "Are you open?", Extras::default()).await;
    assert_eq!((text(&asked["channel"]), text(&asked["from"]), text(&asked["to"])), ("whatsapp", ANA, LINE));
    let contacts = owner.get("/api/contacts").await.expect(200);
    assert_eq!((&contacts["items"][0]["name"], &contacts["items"][0]["phone"]), (&json!("Ana"), &json!(ANA)));

    let long = "Until six. ".repeat(40);
    let reply = json!({ "conversation_id": asked["conversation_id"], "body": long.trim() });
    let reply = owner.send_with_key("reply", reply).await.expect(201);
    // It leaves by the channel of their last message, and however long it is, it is one.
    assert_eq!((text(&reply["channel"]), &reply["segments"]), ("whatsapp", &json!(1)));
    app.run_due_jobs().await;
    told(&app).await;
    let sent = app.carrier.accepted().remove(0);
    assert_eq!((sent.from.as_deref(), sent.to), (Some(SENDER), format!("whatsapp:{ANA}")));
    assert_eq!(owner.message(&id(&reply)).await["state"], "delivered");

    assert_eq!(app.carrier.simulator.read(ANA, LINE).unwrap(), 1);
    told(&app).await;
    assert_eq!(states(&app, &id(&reply)).await, ["queued", "sending", "sent", "delivered", "read"]);
}

async fn what_they_tap_send_and_quote_is_kept(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let hello = writes(&app, &owner, "Hello", Extras::default()).await;
    assert_eq!(hello["details"], Value::Null);
    let reply = json!({ "conversation_id": hello["conversation_id"], "body": "Tuesday at nine?" });
    let reply = owner.send_with_key("reply", reply).await.expect(201);
    app.run_due_jobs().await;
    told(&app).await;

    let sid = owner.message(&id(&reply)).await["provider_message_id"].clone();
    let tap = Button { title: "Yes".into(), id: Some("confirm".into()) };
    let extras = Extras { tap: Some(tap), reply_to: Some(text(&sid).into()), ..Extras::default() };
    let tapped = writes(&app, &owner, "", extras).await;
    assert_eq!(tapped["body"], "Yes");
    assert_eq!(tapped["details"]["tap"], json!({ "text": "Yes", "payload": "confirm" }));
    let quoted = json!({ "message_id": reply["id"], "direction": "outbound", "text": "Tuesday at nine?" });
    assert_eq!(tapped["details"]["reply_to"], quoted);

    let place = Place {
        latitude: 37.7955,
        longitude: -122.3937,
        address: Some("1 Ferry Plaza".into()),
        label: Some("Ferry Building".into()),
    };
    let extras = Extras { location: Some(place), forwarded: true, ..Extras::default() };
    let sent = writes(&app, &owner, "", extras).await;
    assert_eq!(sent["body"], "Ferry Building, 1 Ferry Plaza");
    assert_eq!(sent["details"]["location"]["latitude"], 37.7955);
    assert_eq!(sent["details"]["forwarded"], "once");
    // What answers a message that we never had is kept without it.
    let extras = Extras { reply_to: Some("SM00000000000000000000000000000000".into()), ..Extras::default() };
    assert_eq!(writes(&app, &owner, "That one", extras).await["details"], Value::Null);
}

async fn the_window_closes_a_day_after_their_last_message(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "Are you open?", Extras::default()).await;
    let conversation = &asked["conversation_id"];
    let send = |key: &'static str, more: Value| {
        let mut message = json!({ "conversation_id": conversation, "body": key });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        owner.send_with_key(key, message)
    };
    // A text that would leave when the window is closed is refused before it is written.
    let too_late =
        send("too late", json!({ "send_at": later(&app, DAY) })).await.problem(422, "window_closed");
    assert!(text(&too_late["detail"]).contains("approved template"), "{too_late}");
    app.advance(DAY - Duration::from_secs(1)).await;
    send("in time", json!({})).await.expect(201);
    app.run_due_jobs().await;
    told(&app).await;
    app.advance(Duration::from_secs(1)).await;
    send("a second late", json!({})).await.problem(422, "window_closed");
    let check =
        owner.post("/api/messages/check", json!({ "conversation_id": conversation, "body": "x" })).await;
    assert_eq!(check.expect(200)["code"], "window_closed");
    // They write, and it is open again.
    writes(&app, &owner, "Still there?", Extras::default()).await;
    send("open again", json!({})).await.expect(201);
    app.run_due_jobs().await;
    told(&app).await;
    let texts: Vec<_> = app.carrier.accepted().into_iter().map(|item| item.body).collect();
    assert_eq!(texts, ["in time", "open again"]);
}

async fn a_window_that_closes_while_a_message_waits_ends_it_with_the_way_out(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "Are you open?", Extras::default()).await;
    let message = json!({ "conversation_id": asked["conversation_id"], "body": "Yes" });
    let queued = owner.send_with_key("queued", message).await.expect(201);
    // Nobody works for a day.
    app.advance(DAY).await;
    app.run_due_jobs().await;
    assert!(app.carrier.accepted().is_empty());
    let failed = owner.message(&id(&queued)).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("failed", "window_closed"));
    assert!(text(&failed["error"]["text"]).contains("approved template"), "{failed}");
}

async fn who_never_wrote_can_only_be_sent_templates(setup: TestSetup) {
    let app = setup.with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let first = json!({ "to": ANA, "channel": "whatsapp", "body": "Hello" });
    let refused = owner.send_with_key("first", first).await.problem(422, "window_closed");
    assert!(text(&refused["detail"]).contains("not written to this WhatsApp number"), "{refused}");
    let unknown = json!({ "to": ANA, "channel": "fax", "body": "Hello" });
    owner.send_with_key("fax", unknown).await.problem(422, "invalid");
    // By text they can be written to all the same, and that opens nothing.
    owner.send_with_key("sms", json!({ "to": ANA, "channel": "sms", "body": "Hello" })).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

/// The provider's clock may see the window closed before ours does (error 63016).
async fn the_provider_s_word_on_a_closed_window_is_told(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "Are you open?", Extras::default()).await;
    app.carrier.misbehave(trunkline_simulator::Faults {
        outcome: trunkline_simulator::Outcome::Failed,
        error_code: Some(63_016),
        ..trunkline_simulator::Faults::default()
    });
    let message = json!({ "conversation_id": asked["conversation_id"], "body": "Yes" });
    let sent = owner.send_with_key("sent", message).await.expect(201);
    app.run_due_jobs().await;
    told(&app).await;
    let failed = owner.message(&id(&sent)).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("failed", "63016"));
    assert!(text(&failed["error"]["help"]).contains("template"), "{failed}");
    assert!(app.carrier.accepted().iter().all(|item| item.status == Status::Failed));
}

async fn a_text_and_a_whatsapp_message_are_one_conversation(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.simulator.text(ANA, SECOND_LINE, "By text", &[]).unwrap();
    told(&app).await;
    let by_whatsapp = writes(&app, &owner, "By WhatsApp", Extras::default()).await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1);
    assert_eq!(inbox["items"][0]["last_message"]["channel"], "whatsapp");
    let thread = owner.get("/api/messages").await.expect(200);
    let channels: Vec<_> = thread["items"].as_array().unwrap().iter().map(|m| text(&m["channel"])).collect();
    assert_eq!(channels, ["whatsapp", "sms"]);
    // Another text of theirs, and the answer goes out as a text.
    app.carrier.simulator.text(ANA, SECOND_LINE, "By text again", &[]).unwrap();
    told(&app).await;
    let reply = json!({ "conversation_id": by_whatsapp["conversation_id"], "body": "Fine" });
    let reply = owner.send_with_key("reply", reply).await.expect(201);
    assert_eq!((text(&reply["channel"]), text(&reply["from"])), ("sms", SECOND_LINE));
    app.run_due_jobs().await;
    told(&app).await;
}

async fn every_way_to_a_person_says_whether_it_is_open(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "Are you open?", Extras::default()).await;
    let known = ways(&owner, &asked["conversation_id"]).await;
    let told_of: Vec<_> = known
        .iter()
        .map(|way| (text(&way["line"]["slug"]), way["is_default"] == true, way["reaches"] == true))
        .collect();
    assert_eq!(told_of, [("main", false, true), ("second", false, true), ("whatsapp", true, true)]);
    assert_eq!(known[2]["window"]["open"], true);
    let (closes, came) = (text(&known[2]["window"]["until"]), text(&asked["at"]));
    assert_eq!(closes.split_once('T').unwrap().1, came.split_once('T').unwrap().1);
    assert!(closes > came);
    assert_eq!(known[0]["window"], Value::Null);

    app.advance(DAY).await;
    let whatsapp = ways(&owner, &asked["conversation_id"]).await.remove(2);
    assert_eq!((&whatsapp["reaches"], &whatsapp["by_template"]), (&json!(false), &json!(true)));
    assert_eq!((text(&whatsapp["code"]), &whatsapp["window"]["open"]), ("window_closed", &json!(false)));

    let nameless = owner.post("/api/contacts", json!({ "name": "No phone" })).await.expect(201);
    let thread = owner.post("/api/conversations", json!({ "contact_id": id(&nameless) })).await.expect(201);
    let known = ways(&owner, &thread["id"]).await;
    assert!(known.iter().all(|way| way["reaches"] == false && way["code"] == "no_address"), "{known:?}");
    let nobody = "/api/conversations/00000000-0000-7000-8000-000000000000/ways";
    owner.get(nobody).await.problem(404, "not_found");
}

async fn a_stop_by_whatsapp_holds_for_whatsapp(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "STOP", Extras::default()).await;
    let reply = json!({ "conversation_id": asked["conversation_id"], "body": "Sorry" });
    owner.send_with_key("reply", reply).await.problem(422, "opted_out");
    let known = ways(&owner, &asked["conversation_id"]).await;
    assert_eq!((text(&known[2]["code"]), &known[2]["by_template"]), ("opted_out", &json!(false)));
    assert_eq!(known[0]["reaches"], true);
    writes(&app, &owner, "START", Extras::default()).await;
    assert_eq!(ways(&owner, &asked["conversation_id"]).await[2]["reaches"], true);
}

async fn another_channel_takes_over_only_where_that_is_configured(setup: TestSetup) {
    let app = setup.lively().with_whatsapp().with_failover().start().await;
    let owner = app.sign_up_owner().await;
    let asked = writes(&app, &owner, "Are you open?", Extras::default()).await;
    // The sender was taken off WhatsApp.
    app.carrier.simulator.forget_number(SENDER);
    let message = json!({ "conversation_id": asked["conversation_id"], "body": "Yes" });
    let sent = owner.send_with_key("sent", message).await.expect(201);
    app.run_due_jobs().await;
    told(&app).await;
    let message = owner.message(&id(&sent)).await;
    assert_eq!((text(&message["state"]), text(&message["channel"])), ("delivered", "sms"));
    assert!(
        timeline(&message).contains(&"Another line takes it over and sends it as a text, not by WhatsApp"),
        "{message}"
    );
    assert_eq!(app.carrier.texts_to(ANA), ["Yes"]);
}
