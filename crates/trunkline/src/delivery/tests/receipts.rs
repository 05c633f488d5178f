//! What the carrier says of a message, in whatever order (D3): every word is kept, and none takes a tick away.

use serde_json::Value;
use trunkline_simulator::{CreateFault, LedgerItem};
use trunkline_store::sql;

use super::{attempts, receipts, states, timeline};
use crate::test_support::{
    ANA, BEN, Client, TestApp, TestSetup, customer, id, on_both_engines, orders, text,
};

on_both_engines![
    any_order_of_receipts_ends_at_the_furthest,
    a_receipt_may_come_before_our_own_record_of_the_answer,
    an_early_receipt_without_our_mark_waits_for_the_answer,
    a_final_state_stays,
    a_failure_is_told_with_its_reason,
    a_mark_that_is_not_ours_leads_to_no_message,
    a_receipt_settles_a_message_in_doubt,
    a_receipt_settles_a_message_that_waits_for_its_next_try,
    a_receipt_for_an_unknown_message_is_kept,
    a_report_on_what_came_in_changes_nothing,
];

/// Sends a text that the carrier accepts.
async fn sent(app: &TestApp, owner: &Client, to: &str) -> (String, LedgerItem) {
    let message = owner.send(to, "Hello").await;
    app.run_due_jobs().await;
    (id(&message), app.carrier.item(&id(&message)))
}

async fn told(app: &TestApp, item: &LedgerItem, statuses: &[&str]) {
    for status in statuses {
        app.report(item, status).send().await.expect(200);
        app.run_due_jobs().await;
    }
}

/// Every order, each word once and twice, all messages side by side.
async fn any_order_of_receipts_ends_at_the_furthest(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut cases = Vec::new();
    for words in [&["queued", "sent", "delivered"][..], &["queued", "sent", "delivered", "read"][..]] {
        for order in orders(words) {
            for copies in [1, 2] {
                let message = id(&owner.send(&customer(cases.len()), "Hello").await);
                cases.push((message, order.clone(), copies, *words.last().unwrap()));
            }
        }
    }
    app.run_due_jobs().await;
    for step in 0..4 {
        for (message, order, copies, _) in &cases {
            let item = app.carrier.item(message);
            for word in order.get(step).into_iter().cycle().take(order.len().min(*copies)) {
                app.report(&item, word).send().await.expect(200);
            }
        }
        app.run_due_jobs().await;
    }
    for (message, order, copies, last) in &cases {
        assert_eq!(owner.state(message).await, *last, "{order:?} × {copies}");
        assert_eq!(receipts(&app, message).await, *order, "every word is kept");
        let went = states(&app, message).await;
        assert!(went.is_sorted_by_key(|state| rank(state)), "{order:?}: {went:?}");
    }
}

fn rank(state: &str) -> u8 {
    state.parse::<trunkline_domain::message::MessageState>().unwrap().rank()
}

async fn a_receipt_may_come_before_our_own_record_of_the_answer(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    let item = app.carrier.until_accepted(1).await.remove(0);
    assert_eq!(owner.state(&message).await, "sending");

    told(&app, &item, &["delivered", "sent"]).await;
    let early = owner.message(&message).await;
    assert_eq!(
        (text(&early["state"]), text(&early["provider_message_id"])),
        ("delivered", item.sid.as_str())
    );

    app.carrier.open_wire();
    app.until_jobs_ended().await;
    app.run_due_jobs().await;
    assert_eq!(states(&app, &message).await, ["queued", "sending", "delivered"]);
    assert_eq!(receipts(&app, &message).await, ["delivered", "sent"]);
    assert_eq!(attempts(&app, &message).await, ["accepted"]);
}

async fn an_early_receipt_without_our_mark_waits_for_the_answer(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    let item = app.carrier.until_accepted(1).await.remove(0);
    for status in ["undelivered", "sent"] {
        let report = app.unmarked_report(&item.sid, status);
        report.form(&[("ErrorCode", "30003")]).send().await.expect(200);
        app.run_due_jobs().await;
    }
    assert_eq!(owner.state(&message).await, "sending");

    app.carrier.open_wire();
    app.until_jobs_ended().await;
    app.run_due_jobs().await;
    let settled = owner.message(&message).await;
    assert_eq!((text(&settled["state"]), text(&settled["error"]["code"])), ("undelivered", "30003"));
    assert_eq!(receipts(&app, &message).await, ["undelivered", "sent"]);
}

async fn a_final_state_stays(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let cases: [(&[&str], &str); 6] = [
        (&["delivered", "sent", "queued"], "delivered"),
        (&["delivered", "undelivered"], "delivered"),
        (&["delivered", "failed"], "delivered"),
        (&["undelivered", "delivered"], "undelivered"),
        (&["failed", "sent"], "failed"),
        (&["read", "delivered"], "read"),
    ];
    for (number, (words, last)) in cases.iter().enumerate() {
        let (message, item) = sent(&app, &owner, &customer(number)).await;
        told(&app, &item, words).await;
        assert_eq!(owner.state(&message).await, *last, "{words:?}");
        assert_eq!(receipts(&app, &message).await, *words);
    }
}

async fn a_failure_is_told_with_its_reason(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = sent(&app, &owner, ANA).await;
    app.report(&item, "undelivered").form(&[("ErrorCode", "30005")]).send().await.expect(200);
    app.run_due_jobs().await;
    let failed = owner.message(&message).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("undelivered", "30005"));
    let known = trunkline_providers::twilio::errors::lookup("30005").unwrap();
    assert_eq!(
        (text(&failed["error"]["text"]), text(&failed["error"]["help"])),
        (known.meaning, known.help())
    );
    assert!(timeline(&failed).contains(&"Could not be delivered"), "{failed}");
    // The list shows it too, without opening the thread.
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"][0]["last_message"]["state"], "undelivered");
}

async fn a_mark_that_is_not_ours_leads_to_no_message(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let (message, item) = sent(&app, &owner, ANA).await;
    assert_eq!(owner.state(&message).await, "unknown");
    let (marked, _) = item.status_callback.as_deref().unwrap().rsplit_once("&t=").unwrap();
    let path = marked.strip_prefix(&app.base_url()).unwrap();
    let long = "0".repeat(32);
    for (number, mark) in [long.as_str(), "", "x", "ffff"].iter().enumerate() {
        let form = crate::test_support::status_params(&format!("SM{number}"), "delivered");
        app.webhook(&format!("{path}&t={mark}")).form(&form).send().await.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "unknown");
    assert_eq!(receipts(&app, &message).await, [""; 0]);
    assert_eq!(unclaimed(&app).await, 4);
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn a_receipt_settles_a_message_in_doubt(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let (message, item) = sent(&app, &owner, ANA).await;
    let next = owner.send(ANA, "And another").await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&id(&next)).await, "queued");

    told(&app, &item, &["sent"]).await;
    let settled = owner.message(&message).await;
    assert_eq!((text(&settled["state"]), text(&settled["provider_message_id"])), ("sent", item.sid.as_str()));
    assert_eq!(attempts(&app, &message).await, ["accepted"]);
    // No time had to pass: the next one was only waiting for this.
    assert_eq!(owner.state(&id(&next)).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["Hello", "And another"]);
}

/// The look-ups found nothing and it is to be sent again, when the carrier's word on the first copy arrives.
async fn a_receipt_settles_a_message_that_waits_for_its_next_try(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let hidden = trunkline_simulator::Faults { list_lag_ms: 600_000, ..Default::default() };
    app.carrier.misbehave(hidden);
    app.carrier.next([CreateFault::DropAnswer, CreateFault::Throttle]);
    let (message, item) = sent(&app, &owner, ANA).await;
    for wait in [2, 10, 60] {
        app.after(std::time::Duration::from_secs(wait)).await;
    }
    let waiting = owner.message(&message).await;
    assert_eq!((text(&waiting["state"]), &waiting["possibly_doubled"]), ("queued", &Value::Bool(true)));

    told(&app, &item, &["delivered"]).await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "delivered");
    assert_eq!(app.carrier.texts_to(ANA).len(), 1);
}

async fn a_receipt_for_an_unknown_message_is_kept(setup: TestSetup) {
    let app = setup.start().await;
    app.unmarked_report("SM404", "delivered").send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(unclaimed(&app).await, 1);
}

async fn a_report_on_what_came_in_changes_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", BEN, "Hello").await;
    app.unmarked_report("SM1", "failed").send().await.expect(200);
    app.run_due_jobs().await;
    let list = owner.get("/api/messages").await.expect(200);
    assert_eq!(list["items"][0]["state"], "received");
}

/// Receipts that belong to no message we know.
async fn unclaimed(app: &TestApp) -> i64 {
    app.read(|tx| {
        tx.query_one(sql!("select count(*) from receipts where message_id is null"), &[], |row| row.get(0))
    })
    .await
}
