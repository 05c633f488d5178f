//! What leaves through Telnyx, which has no list of messages to look into (A2, C2, C8, D3).

use std::time::Duration;

use serde_json::json;
use trunkline_simulator::{CreateFault, Faults, Outcome, Simulator};
use trunkline_store::sql;

use super::{attempts, receipts, states};
use crate::test_support::{ANA, BEN, Client, LINE, TestApp, TestSetup, id, on_both_engines, soon, text};

on_both_engines![
    a_text_is_answered_and_the_answer_delivered_whatever_the_order_of_events,
    what_was_heard_again_is_kept_and_moves_nothing,
    a_dropped_answer_is_settled_by_the_mark_in_the_reports,
    a_dropped_answer_is_settled_by_a_detail_record,
    what_cannot_be_proved_is_left_to_a_person_and_never_sent_again,
    a_block_at_the_carrier_is_remembered,
    a_block_that_only_a_report_tells_of_is_remembered,
    a_limit_that_is_reached_slows_the_line_down,
    what_was_missed_is_fetched_with_its_text,
    a_planned_message_stays_ours_until_its_time,
];

/// Everything that happens at the carrier happens, and everything it told is processed.
async fn settle(app: &TestApp) {
    app.carrier.until_told().await;
    app.run_due_jobs().await;
}

async fn is_opted_out(owner: &Client) -> bool {
    let inbox = owner.get("/api/conversations").await.expect(200);
    inbox["items"][0]["contact"]["opted_out"].as_bool().unwrap()
}

async fn a_text_is_answered_and_the_answer_delivered_whatever_the_order_of_events(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults {
        webhook_double_rate: 1.0,
        callback_reorder_rate: 1.0,
        callback_double_rate: 1.0,
        ..Faults::default()
    });
    app.carrier.simulator.text(ANA, LINE, "Are you open?", &[]).unwrap();
    settle(&app).await;
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"][0]["unread_count"], 1);

    let conversation = id(&inbox["items"][0]);
    let reply = json!({ "conversation_id": conversation, "body": "Until six 🙂" });
    let reply = id(&owner.send_with_key("reply", reply).await.expect(201));
    app.run_due_jobs().await;
    // The last state may be told first: what is waited for is that both were, twice.
    let told = |carrier: &Simulator| {
        carrier.ledger(0, usize::MAX).iter().any(|item| item.callbacks.len() == 4).then_some(())
    };
    soon(app.carrier.simulator.until(told)).await;
    settle(&app).await;

    let item = app.carrier.accepted().remove(0);
    let message = owner.message(&reply).await;
    assert_eq!(
        (text(&message["state"]), text(&message["provider_message_id"])),
        ("delivered", item.sid.as_str())
    );
    assert_eq!(states(&app, &reply).await.last().map(String::as_str), Some("delivered"));
    assert_eq!(attempts(&app, &reply).await, ["accepted"]);
    let mut told = receipts(&app, &reply).await;
    told.sort();
    assert_eq!(told, ["delivered", "sent"]);
    assert!(
        item.status_callback
            .unwrap()
            .starts_with(&format!("{}/webhooks/telnyx/main?m={reply}&", app.base_url()))
    );
    let shown = app.carrier.simulator.phone_messages(ANA);
    assert_eq!(
        shown.iter().map(|text| text.body.as_str()).collect::<Vec<_>>(),
        ["Are you open?", "Until six 🙂"]
    );
}

/// The same status under the name of another event.
async fn what_was_heard_again_is_kept_and_moves_nothing(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    settle(&app).await;
    let sid = app.carrier.item(&message).sid;
    for (event, status) in [("late", "sent"), ("again", "delivered"), ("odd", "sending_failed")] {
        let payload = json!({"id": sid, "to": [{"phone_number": ANA, "status": status}]});
        let event = json!({"data": {"event_type": "message.finalized", "id": event, "payload": payload}});
        app.telnyx_event("/webhooks/telnyx/main", &event).send().await.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "delivered");
    assert_eq!(receipts(&app, &message).await.len(), 5);
    assert_eq!(states(&app, &message).await.iter().filter(|state| *state == "delivered").count(), 1);
}

async fn a_dropped_answer_is_settled_by_the_mark_in_the_reports(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    settle(&app).await;
    app.run_to_the_end().await;

    assert_eq!(owner.state(&message).await, "delivered");
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
    assert_eq!(owner.message(&message).await["possibly_doubled"], false);
}

/// No report arrives; the record of what has come to its end does.
async fn a_dropped_answer_is_settled_by_a_detail_record(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    let owner = app.sign_up_owner().await;
    let before = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    settle(&app).await;
    app.carrier.misbehave(Faults { callback_loss_rate: 1.0, ..Faults::default() });
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "unknown");
    app.carrier.until_told().await;
    app.after(Duration::from_secs(2)).await;

    assert_eq!(owner.state(&message).await, "delivered");
    let (before, message) = (owner.message(&before).await, owner.message(&message).await);
    assert_ne!(before["provider_message_id"], message["provider_message_id"]);
    assert_eq!(app.carrier.texts_to(ANA), ["Hello", "Hello"]);
}

/// A reply, which must arrive; but that nothing is found proves nothing here.
async fn what_cannot_be_proved_is_left_to_a_person_and_never_sent_again(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Hello").await);
    let next = id(&owner.send(ANA, "Your code is 1234").await);
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "unknown");
    assert_eq!(attempts(&app, &message).await, ["unknown"]);
    assert_eq!(app.carrier.texts_to(ANA), ["Hello", "Your code is 1234"]);
    assert_eq!(owner.state(&next).await, "sent");

    // A late report still settles it.
    let item = app.carrier.item(&message);
    let payload = json!({"id": item.sid, "to": [{"phone_number": ANA, "status": "delivered"}]});
    let event = json!({"data": {"event_type": "message.finalized", "id": "late", "payload": payload}});
    let address = item.status_callback.unwrap();
    let path = address.strip_prefix(&app.base_url()).unwrap();
    app.telnyx_event(path, &event).send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "delivered");
}

/// Telnyx knows of a STOP that never reached us.
async fn a_block_at_the_carrier_is_remembered(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { webhook_loss_rate: 1.0, ..Faults::default() });
    app.carrier.simulator.text(BEN, LINE, "STOP", &[]).unwrap();
    let message = id(&owner.send(BEN, "Hello").await);
    app.run_due_jobs().await;
    let failed = owner.message(&message).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("failed", "40300"));
    assert!(text(&failed["error"]["help"]).contains("START"), "{failed}");
    owner.try_send(BEN, "Please?").await.problem(422, "opted_out");
    assert!(is_opted_out(&owner).await && app.carrier.accepted().is_empty());
    let source: String =
        app.read(|tx| tx.query_one(sql!("select source from opt_outs"), &[], |row| row.get(0))).await;
    assert_eq!(source, "provider");
}

async fn a_block_that_only_a_report_tells_of_is_remembered(setup: TestSetup) {
    let app = setup.with_telnyx().lively().start().await;
    let owner = app.sign_up_owner().await;
    let faults = Faults { outcome: Outcome::Failed, error_code: Some(40_300), ..Faults::default() };
    app.carrier.misbehave(faults);
    let message = id(&owner.send(BEN, "Hello").await);
    app.run_due_jobs().await;
    settle(&app).await;
    assert_eq!(owner.state(&message).await, "failed");
    assert!(is_opted_out(&owner).await);
    owner.try_send(BEN, "Please?").await.problem(422, "opted_out");

    // They come back, and somebody has the old report processed again.
    app.advance(Duration::from_secs(60)).await;
    app.carrier.misbehave(Faults::default());
    app.carrier.simulator.text(BEN, LINE, "START", &[]).unwrap();
    settle(&app).await;
    assert!(!is_opted_out(&owner).await);
    let entry: uuid::Uuid = app
        .read(|tx| tx.query_one(sql!("select id from journal order by id limit 1"), &[], |row| row.get(0)))
        .await;
    owner.post(&format!("/api/journal/{entry}/replay"), json!({})).await.expect(202);
    app.run_due_jobs().await;
    assert!(!is_opted_out(&owner).await);
}

async fn a_limit_that_is_reached_slows_the_line_down(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::Throttle]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "queued");
    app.after(Duration::from_secs(2)).await;
    assert_eq!(owner.state(&message).await, "sent");
}

/// Records hold no text: it is asked for by the message's id.
async fn what_was_missed_is_fetched_with_its_text(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { webhook_loss_rate: 1.0, ..Faults::default() });
    let at = app.now().secs();
    app.carrier.simulator.text(ANA, LINE, "Anybody there?", &[]).unwrap();
    app.advance(Duration::from_secs(3_600)).await;
    for _ in 0..2 {
        app.app().reconciler.start().await.unwrap();
        app.run_due_jobs().await;
    }
    let list = owner.get("/api/messages").await.expect(200);
    let messages = list["items"].as_array().unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(text(&messages[0]["body"]), "Anybody there?");
    let shown: trunkline_domain::time::Timestamp = text(&messages[0]["at"]).parse().unwrap();
    assert_eq!(shown.secs(), at, "the carrier's time, not ours");
    assert_eq!(app.figure("trunkline_recovered_messages_total"), 1);
}

/// One whose answer was lost could neither be found at Telnyx nor called off there.
async fn a_planned_message_stays_ours_until_its_time(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    let at = super::later(&app, Duration::from_secs(3_600));
    owner.send_json(json!({"to": ANA, "body": "Reminder", "send_at": at})).await;
    app.after(Duration::from_secs(3_599)).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(Duration::from_secs(2)).await;
    let item = app.carrier.accepted().remove(0);
    assert_eq!((item.body.as_str(), item.send_at), ("Reminder", None));
}
