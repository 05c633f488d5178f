//! Several nodes on one database.

use futures::join;

use super::*;
use crate::test_support::{customer, on_postgres};

on_postgres![two_nodes_hand_over_what_is_due_once, what_is_wanted_back_meanwhile_comes_back];

async fn two_nodes_hand_over_what_is_due_once(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let other = app.another_node("two").await;
    for number in 0..40 {
        let at = in_time(&app, HOUR);
        owner.send_json(json!({ "to": customer(number), "body": "Later", "send_at": at })).await;
    }
    app.advance_beside(&other, HOUR / 2 + SECOND).await;
    join!(app.run_due_jobs(), other.run_due_jobs());
    assert_eq!(app.carrier.accepted().len(), 40);
    assert!(app.carrier.accepted().iter().all(|item| item.status == Status::Scheduled));
    app.advance_beside(&other, HOUR / 2).await;
    for item in app.carrier.accepted() {
        told(&app, &item.sid, Status::Queued).await;
    }
    app.run_to_the_end().await;
    for number in 0..40 {
        assert_eq!(left_for(&app, &customer(number)), ["Later"]);
    }
}

/// While one node hands over, people call off and customers say STOP.
async fn what_is_wanted_back_meanwhile_comes_back(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let mut messages = Vec::new();
    for number in 0..30 {
        let wish = json!({ "to": customer(number), "body": "Later", "send_at": in_time(&app, HOUR),
            "cancel_if_answered": true });
        messages.push(owner.send_json(wish).await);
    }
    app.advance(HOUR / 2 + SECOND).await;
    let cancel = async {
        for message in messages.iter().step_by(3) {
            press(&owner, message, "cancel").await;
        }
    };
    let stop = async {
        for number in (1..30).step_by(3) {
            app.receive(&format!("SM{number}"), &customer(number), "STOP").await;
        }
    };
    join!(app.run_due_jobs(), cancel, stop);
    app.run_due_jobs().await;
    let canceled = app.carrier.accepted().into_iter().filter(|item| item.status == Status::Canceled);
    for item in canceled {
        told(&app, &item.sid, Status::Canceled).await;
    }
    app.run_to_the_end().await;
    for (number, message) in messages.iter().enumerate() {
        let left = left_for(&app, &customer(number));
        if number % 3 == 2 {
            assert_eq!(left, ["Later"]);
        } else {
            assert!(left.is_empty(), "{}", owner.state(message).await);
        }
    }
    assert_eq!(app.log.count("deadlock"), 0, "{}", app.log.text());
}
