//! The worker's own loop: woken by what is added, and by time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use trunkline_simulator::CreateFault;

use super::{Job, Workshop};
use crate::test_support::{ANA, TestSetup, id, on_both_engines, soon};

on_both_engines![
    what_is_added_is_started_at_once,
    what_has_to_wait_is_started_in_its_time,
    a_worker_that_is_stopped_finishes_what_it_began,
    slow_jobs_do_not_stop_others,
];

async fn what_is_added_is_started_at_once(setup: TestSetup) {
    let app = setup.in_real_time().lively().start().await;
    let owner = app.sign_up_owner().await;
    app.start_worker();
    for round in 1..=3 {
        // The worker sleeps by now: nothing is due.
        let message = id(&owner.send(ANA, "Hello").await);
        app.carrier.until_accepted(round).await;
        app.carrier.until_told().await;
        soon(async { while owner.state(&message).await != "delivered" || !app.jobs().await.is_empty() {} })
            .await;
    }
}

async fn what_has_to_wait_is_started_in_its_time(setup: TestSetup) {
    let app = setup.in_real_time().start().await;
    let owner = app.sign_up_owner().await;
    app.start_worker();
    for fault in [CreateFault::DropAnswer, CreateFault::ErrorBefore] {
        app.carrier.next([fault]);
        let message = id(&owner.send(ANA, "Hello").await);
        soon(async { while owner.state(&message).await != "sent" || !app.jobs().await.is_empty() {} }).await;
    }
}

async fn a_worker_that_is_stopped_finishes_what_it_began(setup: TestSetup) {
    let app = setup.in_real_time().start().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, waits, workshop) = (begun.clone(), go_on.clone(), Workshop::new(&app));
    let (store, jobs) = (workshop.worker.store.clone(), workshop.worker.jobs.clone());
    let ran = workshop.ran.clone();
    let workshop = workshop.with("slow", move |job: Job| {
        let (begins, waits, ran) = (begins.clone(), waits.clone(), ran.clone());
        let (store, jobs) = (store.clone(), jobs.clone());
        async move {
            begins.notify_one();
            waits.notified().await;
            ran.lock().push(job.subject.as_u128());
            Ok(store.write(move |tx| jobs.finish(tx, &job)).await?)
        }
    });
    let stop = CancellationToken::new();
    let worker = tokio::spawn(workshop.worker.clone().run(stop.clone()));
    workshop.add("slow", 1, None, Duration::ZERO).await;
    soon(begun.notified()).await;
    stop.cancel();
    workshop.add_notes([2], None).await;
    go_on.notify_one();
    soon(worker).await.unwrap();
    assert_eq!(workshop.ran(), [1]);
    assert_eq!(app.jobs().await.len(), 1, "what was not begun waits for the next process");
    app.leaves_jobs();
}

async fn slow_jobs_do_not_stop_others(setup: TestSetup) {
    let app = setup.in_real_time().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.hold_answers();
    app.start_worker();
    let held = id(&owner.send(ANA, "Hello").await);
    app.carrier.until_accepted(1).await;
    // Webhooks are processed while the send waits for its answer.
    app.receive("SM1", ANA, "Hi").await;
    let inbound = async || owner.get("/api/messages?direction=inbound").await.expect(200)["items"].clone();
    soon(async { while inbound().await == json!([]) {} }).await;
    assert_eq!(owner.state(&held).await, "sending");
    app.carrier.open_wire();
    soon(async { while owner.state(&held).await != "sent" || !app.jobs().await.is_empty() {} }).await;
}
