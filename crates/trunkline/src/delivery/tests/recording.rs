//! The database goes away while a message is out: the answer is recorded when it comes back.

use trunkline_simulator::CreateFault;

use super::states;
use crate::test_support::{ANA, TestApp, TestSetup, id, on_both_engines, soon};

on_both_engines![an_answer_waits_for_the_database, a_doubt_waits_for_the_database];

/// The database is lost while the answer is on its way, and comes back after it could not be recorded.
async fn answered_without_database(app: &TestApp) {
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    app.carrier.until_accepted(1).await;
    app.lose_database().await;
    app.carrier.open_wire();
    soon(async {
        while app.log.count("an answer could not be recorded") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    app.regain_database().await;
    app.until_jobs_ended().await;
}

async fn an_answer_waits_for_the_database(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    answered_without_database(&app).await;
    assert_eq!(states(&app, &message).await, ["queued", "sending", "sent"]);
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn a_doubt_waits_for_the_database(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::ErrorAfter]);
    let message = id(&owner.send(ANA, "Hello").await);
    answered_without_database(&app).await;
    assert_eq!(owner.state(&message).await, "unknown");
    app.run_to_the_end().await;
    assert_eq!(states(&app, &message).await, ["queued", "sending", "unknown", "sent"]);
}
