//! Every store operation on the way of a message that the carrier keeps fails, one after the other: before the
//! transaction, and after it was committed and its answer lost.

use trunkline_store::faults::Fault;

use super::*;

on_both_engines![any_operation_may_fail_before_it_begins, the_answer_to_any_commit_may_be_lost,];

/// More than any run has.
const OPERATIONS_MAX: u64 = 200;

async fn any_operation_may_fail_before_it_begins(setup: TestSetup) {
    fail_each(setup, Fault::Before).await;
}

async fn the_answer_to_any_commit_may_be_lost(setup: TestSetup) {
    fail_each(setup, Fault::After).await;
}

async fn fail_each(setup: TestSetup, fault: Fault) {
    let app = setup.with_service().lively().polls([20, 60]).start().await;
    app.leaves_errors();
    let owner = app.sign_up_owner().await;
    change_rules(&owner, json!({ "quiet_hours": { "enabled": false, "starts": "21:00", "ends": "08:00" } }))
        .await;
    let (mut stays, mut goes) = (false, false);
    for number in 1..OPERATIONS_MAX {
        // One leaves by the carrier, the other is changed first and then called off.
        if !stays {
            stays = kept(&app, &owner, number, fault).await;
        }
        if !goes {
            goes = called_off(&app, &owner, number, fault).await;
        }
        if stays && goes {
            assert!(number > 5, "only {number} operations: the run is not what it should be");
            return;
        }
    }
    panic!("a run has more than {OPERATIONS_MAX} operations");
}

async fn plan_for(app: &TestApp, owner: &Client, phone: &str) -> String {
    app.carrier.simulator.add_phone("Customer", Some(phone)).unwrap();
    owner.send_json(json!({ "to": phone, "body": "Later", "send_at": in_time(app, HOUR) })).await
}

/// Everything from here on meets the planned fault. True if there was no operation to meet it.
async fn settle(app: &TestApp) -> bool {
    app.run_to_the_end().await;
    app.carrier.until_told().await;
    let met_none = app.store.faults().unwrap().call_off();
    app.run_to_the_end().await;
    met_none
}

async fn kept(app: &TestApp, owner: &Client, number: u64, fault: Fault) -> bool {
    let phone = format!("+1415555{:04}", 1_000 + number);
    let message = plan_for(app, owner, &phone).await;
    app.store.faults().expect("faults can be planned").plan(number, fault);
    app.after(HOUR / 2).await;
    let met_none = settle(app).await;
    let state = owner.state(&message).await;
    assert_eq!(
        (state.as_str(), left_for(app, &phone).len()),
        ("delivered", 1),
        "{fault:?}, operation {number}"
    );
    met_none
}

async fn called_off(app: &TestApp, owner: &Client, number: u64, fault: Fault) -> bool {
    let phone = format!("+1415555{:04}", 3_000 + number);
    let message = plan_for(app, owner, &phone).await;
    app.after(HOUR / 2).await;
    app.store.faults().expect("faults can be planned").plan(number, fault);
    while change(owner, &message, json!({ "body": "Other" })).await.status.is_server_error() {}
    app.run_due_jobs().await;
    while press(owner, &message, "cancel").await.status.is_server_error() {}
    app.run_due_jobs().await;
    let met_none = settle(app).await;
    let state = owner.state(&message).await;
    assert_eq!(
        (state.as_str(), left_for(app, &phone).len()),
        ("canceled", 0),
        "{fault:?}, operation {number}"
    );
    met_none
}
