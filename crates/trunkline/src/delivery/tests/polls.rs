//! Receipts that stay out: the carrier is asked (C10).

use std::time::Duration;

use trunkline_simulator::{Faults, Outcome};

use super::{receipts, timeline};
use crate::test_support::{ANA, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_poll_brings_what_a_lost_receipt_did_not,
    a_receipt_makes_the_poll_needless,
    polls_end_when_the_carrier_never_says_more,
];

async fn a_poll_brings_what_a_lost_receipt_did_not(setup: TestSetup) {
    let app = setup.lively().polls([20, 120]).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults {
        callback_loss_rate: 1.0,
        outcome: Outcome::Undelivered,
        error_code: Some(30_004),
        ..Faults::default()
    });
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    app.carrier.until_told().await;
    assert_eq!(owner.state(&message).await, "sent");
    app.after(Duration::from_secs(20)).await;
    let settled = owner.message(&message).await;
    assert_eq!((text(&settled["state"]), text(&settled["error"]["code"])), ("undelivered", "30004"));
    assert_eq!(receipts(&app, &message).await, ["undelivered"]);
    assert!(timeline(&settled).contains(&"We asked the carrier: undelivered"), "{settled}");
}

async fn a_receipt_makes_the_poll_needless(setup: TestSetup) {
    let app = setup.polls([20, 120]).start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    assert_eq!(app.jobs().await.len(), 1);
    let item = app.carrier.accepted().remove(0);
    app.report(&item, "delivered").send().await.expect(200);
    app.run_due_jobs().await;
    assert!(app.jobs().await.is_empty());
    assert_eq!(owner.state(&message).await, "delivered");
}

async fn polls_end_when_the_carrier_never_says_more(setup: TestSetup) {
    let app = setup.polls([20, 120, 600]).start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    for wait in [20, 120, 600] {
        assert_eq!(app.after(Duration::from_secs(wait)).await, 1);
    }
    assert!(app.jobs().await.is_empty());
    assert_eq!(owner.state(&message).await, "sent");
}
