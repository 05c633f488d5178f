//! What a person can do about a message: send it again, or call it off (C4, C5).

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use trunkline_simulator::CreateFault;

use crate::test_support::{ANA, Answer, Client, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_failed_message_is_sent_again_once,
    a_message_that_did_not_fail_is_not_sent_again,
    a_message_is_called_off_before_it_leaves,
    a_message_that_waits_for_its_next_try_is_called_off,
    a_message_behind_another_is_called_off,
    a_message_that_left_cannot_be_called_off,
    a_message_in_a_workers_hand_cannot_be_called_off,
];

async fn retry(client: &Client, message: &str) -> Answer {
    client.post(&format!("/api/messages/{message}/retry"), json!({})).await
}

async fn cancel(client: &Client, message: &str) -> Answer {
    client.post(&format!("/api/messages/{message}/cancel"), json!({})).await
}

async fn undelivered(app: &TestApp, owner: &Client) -> String {
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    let item = app.carrier.accepted().pop().unwrap();
    app.report(&item, "undelivered").send().await.expect(200);
    app.run_due_jobs().await;
    message
}

async fn a_failed_message_is_sent_again_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let agent = app.member(&owner, "agent").await;
    let failed = undelivered(&app, &owner).await;
    // Two people press the button, and one of them twice.
    let presses = [&owner, &agent, &agent].map(|client| retry(client, &failed));
    let answers = join_all(presses).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 201]);
    let again: Vec<Value> = answers.iter().map(Answer::json).collect();
    assert!(again.iter().all(|message| message["id"] == again[0]["id"]));
    assert_ne!(id(&again[0]), failed);
    assert_eq!(text(&again[0]["body"]), "Hello");
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Hello", "Hello"]);
    assert_eq!(owner.state(&failed).await, "undelivered");
}

async fn a_message_that_did_not_fail_is_not_sent_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    retry(&owner, &message).await.problem(409, "not_failed");
    app.run_due_jobs().await;
    retry(&owner, &message).await.problem(409, "not_failed");
    retry(&owner, "00000000-0000-7000-8000-000000000000").await.problem(404, "not_found");
    assert_eq!(app.carrier.accepted().len(), 1);
}

async fn a_message_is_called_off_before_it_leaves(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Oops").await);
    assert_eq!(cancel(&owner, &message).await.expect(200)["state"], "canceled");
    assert_eq!(cancel(&owner, &message).await.expect(200)["state"], "canceled", "twice is no harm");
    assert_eq!(app.run_due_jobs().await, 0);
    assert!(app.carrier.accepted().is_empty());
}

async fn a_message_that_waits_for_its_next_try_is_called_off(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::Throttle]);
    let message = id(&owner.send(ANA, "Oops").await);
    let next = id(&owner.send(ANA, "What I meant").await);
    app.run_due_jobs().await;
    assert_eq!(cancel(&owner, &message).await.expect(200)["state"], "canceled");
    app.run_to_the_end().await;
    assert_eq!(owner.state(&next).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["What I meant"]);
}

async fn a_message_behind_another_is_called_off(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    owner.send(ANA, "1").await;
    let second = id(&owner.send(ANA, "2").await);
    owner.send(ANA, "3").await;
    app.run_due_jobs().await;
    assert_eq!(cancel(&owner, &second).await.expect(200)["state"], "canceled");
    // The first is still in doubt, so the third goes on waiting.
    assert_eq!(app.run_due_jobs().await, 0);
    app.after(Duration::from_secs(2)).await;
    assert_eq!(app.carrier.texts_to(ANA), ["1", "3"]);
}

async fn a_message_that_left_cannot_be_called_off(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let sent = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let doubtful = id(&owner.send(ANA, "Hello?").await);
    app.run_due_jobs().await;
    for message in [&sent, &doubtful] {
        cancel(&owner, message).await.problem(409, "too_late");
    }
    app.run_to_the_end().await;
    assert_eq!((owner.state(&sent).await, owner.state(&doubtful).await), ("sent".into(), "sent".into()));
    cancel(&owner, "00000000-0000-7000-8000-000000000000").await.problem(404, "not_found");
}

/// It is claimed, and nobody can tell how far that worker is.
async fn a_message_in_a_workers_hand_cannot_be_called_off(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    let claimed = app.app().worker.claim(crate::jobs::Queue::Send).await.remove(0);
    cancel(&owner, &message).await.problem(409, "too_late");
    app.app().worker.run_claimed(claimed).await;
    assert_eq!(owner.state(&message).await, "sent");
}

mod races {
    use futures::join;

    use super::*;
    use crate::test_support::{customer, on_postgres};

    on_postgres![calling_off_while_the_one_before_ends_is_decided_cleanly];

    /// The one before lets the next one go in the same moment in which that is called off: either is right,
    /// but neither may fail, and a message that was called off never leaves.
    async fn calling_off_while_the_one_before_ends_is_decided_cleanly(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        for round in 0..25 {
            let phone = customer(round);
            owner.send(&phone, "first").await;
            let second = id(&owner.send(&phone, "second").await);
            let (_, answer) = join!(app.run_due_jobs(), cancel(&owner, &second));
            app.run_to_the_end().await;
            let left = app.carrier.texts_to(&phone).len();
            match answer.status.as_u16() {
                200 => assert_eq!((left, owner.state(&second).await.as_str()), (1, "canceled")),
                409 => assert_eq!((left, owner.state(&second).await.as_str()), (2, "sent")),
                other => panic!("{other}: {}", answer.json()),
            }
        }
        assert_eq!(app.log.count("deadlock"), 0, "{}", app.log.text());
    }
}
