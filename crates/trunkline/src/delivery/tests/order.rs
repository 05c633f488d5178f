//! Messages to one person keep their order, whatever happens to one of them (C2, promise 2).

use std::time::Duration;

use trunkline_simulator::CreateFault;

use crate::test_support::{ANA, BEN, TestSetup, customer, id, on_both_engines};

on_both_engines![
    the_second_waits_while_the_first_is_in_doubt,
    others_are_not_held_up,
    the_order_is_kept_through_every_fault,
    a_dead_letter_lets_the_next_one_go,
    the_order_is_kept_over_a_restart,
    lines_do_not_wait_for_each_other,
];

async fn the_second_waits_while_the_first_is_in_doubt(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let first = id(&owner.send(ANA, "1").await);
    let second = id(&owner.send(ANA, "2").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&first).await, "unknown");
    assert_eq!(owner.state(&second).await, "queued");
    assert_eq!(app.carrier.texts_to(ANA), ["1"]);
    app.after(Duration::from_secs(2)).await;
    assert_eq!(owner.state(&second).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["1", "2"]);
}

async fn others_are_not_held_up(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    owner.send(ANA, "1").await;
    app.run_due_jobs().await;
    let other = id(&owner.send(BEN, "2").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&other).await, "sent");
    app.run_to_the_end().await;
}

async fn the_order_is_kept_through_every_fault(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let faults = [
        CreateFault::Throttle,
        CreateFault::ErrorBefore,
        CreateFault::ErrorAfter,
        CreateFault::DropAnswer,
        CreateFault::GarbledAnswer,
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let phone = customer(number);
        app.carrier.next([CreateFault::None, fault, CreateFault::None, fault, CreateFault::None]);
        for text in ["1", "2", "3", "4", "5"] {
            owner.send(&phone, text).await;
        }
        app.run_to_the_end().await;
        assert_eq!(app.carrier.texts_to(&phone), ["1", "2", "3", "4", "5"], "{fault:?}");
        owner.send(ANA, "takes the faults that are left").await;
        app.run_to_the_end().await;
    }
}

async fn a_dead_letter_lets_the_next_one_go(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let first = id(&owner.send(ANA, "1").await);
    let second = id(&owner.send(ANA, "2").await);
    app.run_due_jobs().await;
    for _ in 0..3 {
        assert_eq!(owner.state(&second).await, "queued");
        app.after(Duration::from_secs(900)).await;
    }
    assert_eq!(owner.state(&first).await, "failed");
    app.carrier.open_wire();
    app.run_to_the_end().await;
    assert_eq!(owner.state(&second).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["2"]);
}

async fn the_order_is_kept_over_a_restart(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    for text in ["1", "2", "3"] {
        owner.send(ANA, text).await;
    }
    app.run_due_jobs().await;
    app.restart().await;
    owner.send(ANA, "4").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["1"]);
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["1", "2", "3", "4"]);
}

async fn lines_do_not_wait_for_each_other(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let lines = owner.get("/api/lines").await.expect(200);
    app.carrier.next([CreateFault::DropAnswer]);
    owner.send(ANA, "main").await;
    app.run_due_jobs().await;
    let other = serde_json::json!({ "to": ANA, "body": "second", "line_id": id(&lines["items"][1]) });
    let other = id(&owner.send_with_key("other", other).await.expect(201));
    app.run_due_jobs().await;
    assert_eq!(owner.state(&other).await, "sent");
    app.run_to_the_end().await;
}
