//! Whatever the carrier does to a request, the message leaves once (C5, promise 2).

use std::time::Duration;

use serde_json::Value;
use trunkline_simulator::{CreateFault, Faults};

use super::{attempts, states};
use crate::test_support::{ANA, Client, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_throttled_request_is_tried_again_when_the_carrier_says,
    an_error_before_acceptance_is_looked_up_and_sent_again,
    an_error_after_acceptance_is_found,
    a_dropped_answer_is_found,
    a_hung_answer_is_given_up_and_found,
    a_garbled_answer_is_found,
    a_refused_connection_is_tried_again,
    a_message_that_appears_late_in_the_list_is_found,
    a_carrier_that_cannot_be_asked_is_asked_again,
    one_fault_after_another_ends_right,
];

async fn sent_through(app: &TestApp, fault: CreateFault) -> (Client, String) {
    let owner = app.sign_up_owner().await;
    app.carrier.next([fault]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    (owner, message)
}

/// The message is at the carrier, once, and we know under which id.
async fn is_sent_once(app: &TestApp, owner: &Client, id: &str) -> Value {
    let message = owner.message(id).await;
    let items = app.carrier.accepted();
    assert_eq!(items.len(), 1);
    assert_eq!(
        (text(&message["state"]), text(&message["provider_message_id"])),
        ("sent", items[0].sid.as_str())
    );
    assert_eq!(message["error"], Value::Null, "what was overcome is no error any more");
    message
}

/// Whatever became of the answer, the first look-up finds the message.
async fn is_found(app: &TestApp, fault: CreateFault) {
    let (owner, message) = sent_through(app, fault).await;
    assert_eq!(owner.state(&message).await, "unknown");
    assert_eq!(app.carrier.accepted().len(), 1);
    assert_eq!(app.after(Duration::from_millis(1_990)).await, 0, "the list may not show it yet");
    assert_eq!(app.after(Duration::from_millis(10)).await, 1);
    let found = is_sent_once(app, &owner, &message).await;
    assert_eq!(found["possibly_doubled"], false);
    assert_eq!(states(app, &message).await, ["queued", "sending", "unknown", "sent"]);
    assert_eq!(attempts(app, &message).await, ["accepted"]);
}

async fn an_error_after_acceptance_is_found(setup: TestSetup) {
    is_found(&setup.start().await, CreateFault::ErrorAfter).await;
}

async fn a_dropped_answer_is_found(setup: TestSetup) {
    is_found(&setup.start().await, CreateFault::DropAnswer).await;
}

async fn a_hung_answer_is_given_up_and_found(setup: TestSetup) {
    is_found(&setup.provider_timeout(Duration::from_millis(400)).start().await, CreateFault::HangAnswer)
        .await;
}

async fn a_garbled_answer_is_found(setup: TestSetup) {
    is_found(&setup.start().await, CreateFault::GarbledAnswer).await;
}

async fn a_throttled_request_is_tried_again_when_the_carrier_says(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, message) = sent_through(&app, CreateFault::Throttle).await;
    let waiting = owner.message(&message).await;
    assert_eq!((text(&waiting["state"]), text(&waiting["error"]["code"])), ("queued", "20429"));
    assert_eq!(app.after(Duration::from_millis(990)).await, 0);
    assert_eq!(app.after(Duration::from_millis(10)).await, 1);
    is_sent_once(&app, &owner, &message).await;
    assert_eq!(attempts(&app, &message).await, ["not sent", "accepted"]);
}

/// A 500 says nothing about what was done. Only when three looks found nothing is it sent again, and then it
/// says that it may arrive twice.
async fn an_error_before_acceptance_is_looked_up_and_sent_again(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, message) = sent_through(&app, CreateFault::ErrorBefore).await;
    for wait in [2, 10, 60] {
        assert_eq!(owner.state(&message).await, "unknown");
        assert!(app.carrier.accepted().is_empty());
        app.after(Duration::from_secs(wait)).await;
    }
    let sent = is_sent_once(&app, &owner, &message).await;
    assert_eq!(sent["possibly_doubled"], true);
    assert_eq!(states(&app, &message).await, ["queued", "sending", "unknown", "queued", "sending", "sent"]);
}

async fn a_refused_connection_is_tried_again(setup: TestSetup) {
    let app = setup.start().await;
    app.carrier.cut_wire().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    let waiting = owner.message(&message).await;
    assert_eq!(text(&waiting["state"]), "queued");
    assert!(text(&waiting["error"]["text"]).contains("could not be reached"), "{waiting}");

    app.carrier.open_wire();
    // Two minutes, a tenth more or less.
    assert_eq!(app.after(Duration::from_secs(107)).await, 0);
    assert_eq!(app.after(Duration::from_secs(25)).await, 1);
    let sent = is_sent_once(&app, &owner, &message).await;
    assert_eq!(sent["possibly_doubled"], false, "not a byte had left");
}

async fn a_message_that_appears_late_in_the_list_is_found(setup: TestSetup) {
    let app = setup.start().await;
    app.carrier.misbehave(Faults { list_lag_ms: 30_000, ..Faults::default() });
    let (owner, message) = sent_through(&app, CreateFault::DropAnswer).await;
    for wait in [2, 10] {
        app.after(Duration::from_secs(wait)).await;
        assert_eq!(owner.state(&message).await, "unknown");
    }
    app.after(Duration::from_secs(60)).await;
    assert_eq!(is_sent_once(&app, &owner, &message).await["possibly_doubled"], false);
}

/// That nobody answers proves nothing, so it does not count as a look that found nothing.
async fn a_carrier_that_cannot_be_asked_is_asked_again(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, message) = sent_through(&app, CreateFault::DropAnswer).await;
    app.carrier.cut_wire().await;
    for _ in 0..20 {
        app.after(Duration::from_secs(60)).await;
        assert_eq!(owner.state(&message).await, "unknown");
    }
    app.carrier.open_wire();
    app.after(Duration::from_secs(60)).await;
    is_sent_once(&app, &owner, &message).await;
}

/// Each fault followed by each. A fault that the first message leaves unused meets the second.
async fn one_fault_after_another_ends_right(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let faults = [
        CreateFault::Throttle,
        CreateFault::ErrorBefore,
        CreateFault::ErrorAfter,
        CreateFault::DropAnswer,
        CreateFault::GarbledAnswer,
    ];
    let mut sent = 0;
    for first in faults {
        for second in faults {
            let phone = crate::test_support::customer(sent);
            sent += 1;
            app.carrier.next([first, second]);
            let message = id(&owner.send(&phone, "Hello").await);
            app.run_to_the_end().await;
            assert_eq!(owner.state(&message).await, "sent", "{first:?}, {second:?}");
            assert_eq!(app.carrier.texts_to(&phone).len(), 1, "{first:?}, {second:?}");
            let message = id(&owner.send(ANA, "Hello").await);
            app.run_to_the_end().await;
            assert_eq!(owner.state(&message).await, "sent", "{first:?}, {second:?}");
        }
    }
    assert_eq!(app.carrier.texts_to(ANA).len(), sent);
}
