//! Every store operation on the way of a text and its answer fails, one after the other: the first, the second
//! … until a run meets none. Before the transaction, and after it was committed and its answer lost.

use serde_json::json;
use trunkline_store::faults::Fault;
use trunkline_store::sql;

use crate::test_support::{Client, LINE, TestApp, TestSetup, on_both_engines, text};

on_both_engines![any_operation_may_fail_before_it_begins, the_answer_to_any_commit_may_be_lost,];

/// More than any run has; without this bound a run that never gets through would go on for ever.
const OPERATIONS_MAX: u64 = 400;

async fn any_operation_may_fail_before_it_begins(setup: TestSetup) {
    fail_each(setup, Fault::Before).await;
}

async fn the_answer_to_any_commit_may_be_lost(setup: TestSetup) {
    fail_each(setup, Fault::After).await;
}

async fn fail_each(setup: TestSetup, fault: Fault) {
    let app = setup.lively().polls([20, 60]).start().await;
    app.leaves_errors();
    let owner = app.sign_up_owner().await;
    for number in 1..OPERATIONS_MAX {
        let phone = format!("+1415555{:04}", 1_000 + number);
        app.carrier.simulator.add_phone("Customer", Some(&phone)).unwrap();
        let faults = app.store.faults().expect("faults can be planned");
        faults.plan(number, fault);
        exchange(&app, &owner, &phone).await;
        let met_none = faults.call_off();
        app.run_to_the_end().await;
        check(&app, &owner, &phone, &format!("{fault:?}, operation {number}")).await;
        if met_none {
            assert!(number > 10, "only {number} operations: the run is not what it should be");
            return;
        }
    }
    panic!("a run has more than {OPERATIONS_MAX} operations");
}

/// A text comes in and is answered; whoever gets no answer asks again.
async fn exchange(app: &TestApp, owner: &Client, phone: &str) {
    // The carrier of this test does not call again when a webhook fails; its customer does.
    while inbound(app, phone).await == 0 {
        app.carrier.simulator.text(phone, LINE, "Are you open?", &[]).unwrap();
        app.carrier.until_told().await;
        app.run_to_the_end_with_the_carrier().await;
    }
    let reply = json!({ "to": phone, "body": "Until six." });
    while owner.send_with_key(&format!("key {phone}"), reply.clone()).await.status.is_server_error() {}
    app.run_to_the_end_with_the_carrier().await;
}

async fn inbound(app: &TestApp, phone: &str) -> i64 {
    let phone = phone.to_owned();
    app.read(move |tx| {
        tx.query_one(
            sql!("select count(*) from messages where from_address = $1 and direction = 'inbound'"),
            &[phone.into()],
            |row| row.get(0),
        )
    })
    .await
}

/// It came in once, the answer left once and is settled, and nothing is left to do.
async fn check(app: &TestApp, owner: &Client, phone: &str, when: &str) {
    let texts = app.carrier.texts_to(phone);
    assert_eq!(texts, ["Until six."], "{when}");
    let contacts = owner.get(&format!("/api/contacts?q={}", phone.trim_start_matches('+'))).await.expect(200);
    let contact = text(&contacts["items"][0]["id"]).to_owned();
    let all = owner.get(&format!("/api/messages?contact_id={contact}")).await.expect(200);
    let mut said: Vec<(String, String)> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (text(&message["direction"]).to_owned(), text(&message["state"]).to_owned()))
        .collect();
    said.sort();
    let expected = [("inbound", "received"), ("outbound", "delivered")];
    let expected: Vec<_> = expected.map(|(one, other)| (one.to_owned(), other.to_owned())).into();
    assert_eq!(said, expected, "{when}");
}
