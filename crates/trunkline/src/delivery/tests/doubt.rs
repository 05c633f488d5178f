//! A message in doubt: looked up, never guessed (promise 2).

use std::time::Duration;

use trunkline_simulator::{CreateFault, Faults};
use trunkline_store::sql;
use uuid::Uuid;

use super::{attempts, receipts};
use crate::test_support::{ANA, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_look_up_never_adopts_another_message_of_ours,
    a_look_up_does_not_adopt_a_text_from_before,
    what_must_not_leave_twice_is_parked,
    a_parked_message_is_settled_by_a_late_receipt,
    what_became_of_a_found_message_is_known_at_once,
    a_second_copy_is_kept_apart,
];

/// The one before has the same text, and is in the same list.
async fn a_look_up_never_adopts_another_message_of_ours(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let first = owner.send(ANA, "Yes").await;
    app.run_due_jobs().await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let second = owner.send(ANA, "Yes").await;
    app.run_to_the_end().await;

    let (first, second) = (owner.message(&id(&first)).await, owner.message(&id(&second)).await);
    assert_eq!((text(&first["state"]), text(&second["state"])), ("sent", "sent"));
    assert_ne!(first["provider_message_id"], second["provider_message_id"]);
    assert_eq!(app.carrier.texts_to(ANA), ["Yes", "Yes"]);
}

/// Someone sent the same text by other means, long before the attempt began.
async fn a_look_up_does_not_adopt_a_text_from_before(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let first = id(&owner.send(ANA, "Yes").await);
    app.run_due_jobs().await;
    forget(&app, &first).await;
    app.advance(Duration::from_secs(120)).await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let second = id(&owner.send(ANA, "Yes").await);
    app.run_to_the_end().await;
    let sids: Vec<_> = app.carrier.accepted().into_iter().map(|item| item.sid).collect();
    assert_eq!(text(&owner.message(&second).await["provider_message_id"]), sids[1]);
}

/// Makes us forget that we know a message at the carrier.
async fn forget(app: &TestApp, message: &str) {
    let id: Uuid = message.parse().unwrap();
    let forget = sql!("update messages set provider_message_id = null where id = $1");
    app.store.write(move |tx| tx.execute_exactly(1, forget, &[id.into()])).await.unwrap();
}

/// As campaigns will ask for it: a second copy is worse than none.
async fn never_twice(app: &TestApp, message: &str) {
    let id: Uuid = message.parse().unwrap();
    let policy = sql!("update messages set policy = 'never_twice' where id = $1");
    app.store.write(move |tx| tx.execute_exactly(1, policy, &[id.into()])).await.unwrap();
}

async fn what_must_not_leave_twice_is_parked(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let message = id(&owner.send(ANA, "Sale!").await);
    never_twice(&app, &message).await;
    let next = id(&owner.send(ANA, "Your code is 1234").await);
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "unknown");
    assert_eq!(attempts(&app, &message).await, ["unknown"]);
    // It does not hold up what comes after it for ever.
    assert_eq!(owner.state(&next).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["Your code is 1234"]);
}

async fn a_parked_message_is_settled_by_a_late_receipt(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { list_lag_ms: 600_000, ..Faults::default() });
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Sale!").await);
    never_twice(&app, &message).await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "unknown");
    let item = app.carrier.accepted().remove(0);
    app.report(&item, "delivered").send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "delivered");
}

/// The list tells the state too, so receipts that were lost meanwhile are not missed.
async fn what_became_of_a_found_message_is_known_at_once(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults {
        callback_loss_rate: 1.0,
        outcome: trunkline_simulator::Outcome::Undelivered,
        error_code: Some(30_006),
        ..Faults::default()
    });
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    app.carrier.until_told().await;
    app.after(Duration::from_secs(2)).await;
    let found = owner.message(&message).await;
    assert_eq!((text(&found["state"]), text(&found["error"]["code"])), ("undelivered", "30006"));
}

/// It was sent again, and then the first copy turns up. Its receipts are kept, but the message goes on to
/// stand for the second.
async fn a_second_copy_is_kept_apart(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { list_lag_ms: 600_000, ..Faults::default() });
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_to_the_end().await;
    let copies = app.carrier.accepted();
    assert_eq!(copies.len(), 2);
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), text(&sent["provider_message_id"])), ("sent", copies[1].sid.as_str()));
    assert_eq!(sent["possibly_doubled"], true);

    app.report(&copies[0], "undelivered").send().await.expect(200);
    app.report(&copies[1], "delivered").send().await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "delivered");
    assert_eq!(receipts(&app, &message).await.len(), 2);
}
