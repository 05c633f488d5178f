//! A job that fails is kept with its reason, tried again, and parked before it tries for ever (A6).

use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use trunkline_store::sql;

use super::{Failure, Job, Workshop};
use crate::jobs::{About, TRIES_MAX};
use crate::test_support::{ANA, Client, TestApp, TestSetup, on_both_engines, soon, text};

on_both_engines![
    a_failure_is_kept_with_its_causes_and_tried_again,
    waits_double_up_to_ten_minutes_and_then_it_is_parked,
    a_parked_job_runs_again_when_its_entry_is_replayed,
    a_standing_job_is_tried_for_ever,
    a_panic_costs_one_try_and_nothing_else,
    a_job_nobody_knows_is_not_dropped,
    a_failure_is_recorded_when_the_database_is_back,
    errors_are_listed_newest_first_and_by_session,
    an_error_with_a_character_that_no_database_takes_is_recorded,
];

async fn errors(client: &Client, query: &str) -> Vec<Value> {
    let list = client.get(&format!("/api/errors{query}")).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// A job of kind `fail` fails, for a reason that has reasons.
fn failing(app: &TestApp) -> Workshop {
    app.leaves_errors();
    Workshop::new(app).with("fail", |_| async {
        let result: anyhow::Result<()> = Err(std::io::Error::other("the disk is full"))
            .context("writing page 7")
            .context("saving the photo");
        let about = About {
            session: Some("CA1".into()),
            phone: Some(ANA.into()),
            body: Some("Hello".into()),
            ..About::default()
        };
        result.map_err(|error| Failure::from(error).about(about))
    })
}

async fn a_failure_is_kept_with_its_causes_and_tried_again(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, workshop) = (app.sign_up_owner().await, failing(&app));
    app.leaves_jobs();
    workshop.add("fail", 1, None, Duration::ZERO).await;
    assert_eq!(workshop.worker.run_due().await, 1);

    let error = errors(&owner, "").await.remove(0);
    assert_eq!(error["error"], "saving the photo");
    assert_eq!(error["cause_chain"], json!(["writing page 7", "the disk is full"]));
    assert_eq!((text(&error["kind"]), text(&error["session"])), ("fail", "CA1"));
    assert_eq!((text(&error["phone"]), text(&error["body"])), (ANA, "Hello"));
    assert_eq!(error["attempts"], 1);
    assert_eq!(app.figure(r#"trunkline_job_failures_total{kind="fail"}"#), 1);

    assert_eq!(workshop.worker.run_due().await, 0, "not at once");
    app.advance(Duration::from_secs(1)).await;
    assert_eq!(workshop.worker.run_due().await, 1);
    assert_eq!(errors(&owner, "").await[0]["attempts"], 2);
}

async fn waits_double_up_to_ten_minutes_and_then_it_is_parked(setup: TestSetup) {
    let app = setup.start().await;
    let workshop = failing(&app);
    app.leaves_jobs();
    workshop.add("fail", 1, None, Duration::ZERO).await;
    workshop.worker.run_due().await;
    for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600] {
        let wait = app.jobs().await[0].due_at.since(app.now());
        assert_eq!(wait.as_secs_f64().round() as u64, expected);
        app.advance(wait).await;
        assert_eq!(workshop.worker.run_due().await, 1);
    }
    let parked = app.jobs().await.remove(0);
    assert_eq!((parked.due_at, parked.attempt, parked.claimed), (Timestamp::MAX, TRIES_MAX, false));
    app.advance(Duration::from_secs(30 * 86_400)).await;
    assert_eq!(workshop.worker.run_due().await, 0);
}

/// The webhook was malformed, and whoever sent it has explained what was meant.
async fn a_parked_job_runs_again_when_its_entry_is_replayed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.leaves_errors();
    app.webhook("/webhooks/twilio/main/messages")
        .form(&[("From", ANA), ("Body", "Hi")])
        .send()
        .await
        .expect(200);
    app.run_to_the_end().await;
    let kept = errors(&owner, "").await;
    assert_eq!(kept.len(), TRIES_MAX as usize);
    let replay = format!("/api/journal/{}/replay", text(&kept[0]["journal_id"]));

    owner.post(&replay, json!({})).await.expect(202);
    assert_eq!(app.run_due_jobs().await, 1);
    assert_eq!(errors(&owner, "").await.len(), TRIES_MAX as usize + 1, "nothing was mended yet");
    assert_eq!(app.jobs().await[0].due_at, Timestamp::MAX, "one replay is one try");

    let body = b"MessageSid=SM1&From=%2B12125550163&To=%2B14155550142&Body=Hi".to_vec();
    let mend = sql!("update journal set body = $1");
    app.store.write(move |tx| tx.execute_exactly(1, mend, &[body.into()])).await.unwrap();
    owner.post(&replay, json!({})).await.expect(202);
    app.run_due_jobs().await;
    let list = owner.get("/api/messages").await.expect(200);
    assert_eq!(list["items"][0]["body"], "Hi");
    let unknown = "/api/journal/00000000-0000-7000-8000-000000000000/replay";
    owner.post(unknown, json!({})).await.problem(404, "not_found");
}

async fn a_panic_costs_one_try_and_nothing_else(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, workshop) = (app.sign_up_owner().await, Workshop::new(&app));
    app.leaves_errors();
    app.leaves_jobs();
    let workshop = workshop.with("panic", |_| async { panic!("a bug") });
    workshop.add("panic", 1, None, Duration::ZERO).await;
    workshop.add_notes([2], None).await;
    workshop.worker.run_due().await;
    assert_eq!(workshop.ran(), [2]);
    let error = errors(&owner, "").await.remove(0);
    assert_eq!(error["error"], "the code that handles this kind of job panicked");
    assert!(!app.jobs().await[0].claimed);
}

/// The next release may know it.
async fn a_job_nobody_knows_is_not_dropped(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, workshop) = (app.sign_up_owner().await, Workshop::new(&app));
    app.leaves_errors();
    workshop.add("tomorrow", 1, None, Duration::ZERO).await;
    workshop.worker.run_due().await;
    assert_eq!(
        errors(&owner, "").await[0]["error"],
        "this release has no handler for jobs of kind 'tomorrow'"
    );
    app.restart().await;
    let updated = Workshop::new(&app);
    let (store, jobs) = (updated.worker.store.clone(), updated.worker.jobs.clone());
    let updated = updated.with("tomorrow", move |job: Job| {
        let (store, jobs) = (store.clone(), jobs.clone());
        async move { Ok(store.write(move |tx| jobs.finish(tx, &job)).await?) }
    });
    app.advance(Duration::from_secs(1)).await;
    assert_eq!(updated.worker.run_due().await, 1);
    assert!(app.jobs().await.is_empty());
}

/// Until then the claim stays, so that nobody else takes the job.
async fn a_failure_is_recorded_when_the_database_is_back(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, workshop) = (app.sign_up_owner().await, failing(&app));
    app.leaves_jobs();
    workshop.add("fail", 1, None, Duration::ZERO).await;
    let job = workshop.claim().await.remove(0);
    app.lose_database().await;
    let running = workshop.run(job);
    tokio::pin!(running);
    let could_not = async {
        while app.log.count("a failed job could not be recorded") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = &mut running => panic!("it was recorded without a database"),
        () = soon(could_not) => {}
    }
    app.regain_database().await;
    soon(running).await;
    assert_eq!(errors(&owner, "").await.len(), 1);
    assert!(!app.jobs().await[0].claimed);
}

async fn errors_are_listed_newest_first_and_by_session(setup: TestSetup) {
    let app = setup.start().await;
    let (owner, workshop) = (app.sign_up_owner().await, failing(&app));
    app.leaves_jobs();
    for subject in 1..=3 {
        workshop.add("fail", subject, None, Duration::ZERO).await;
    }
    workshop.worker.run_due().await;
    let workshop = workshop.with("other", |_| async { Err(anyhow::anyhow!("another").into()) });
    workshop.add("other", 4, None, Duration::ZERO).await;
    workshop.worker.run_due().await;

    let all = errors(&owner, "").await;
    assert_eq!(all.len(), 4);
    assert_eq!(all[0]["error"], "another");
    assert_eq!(errors(&owner, "?session=CA1").await, all[1..]);
    assert!(errors(&owner, "?session=CA2").await.is_empty());

    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("/api/errors?limit=3{cursor}")).await.expect(200);
        pages.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(pages, all);
}

/// If it were not, the job would neither be tried again nor parked.
async fn an_error_with_a_character_that_no_database_takes_is_recorded(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.leaves_errors();
    app.leaves_jobs();
    let workshop = Workshop::new(&app).with("nul", |_| async {
        let about = About { body: Some("a\0b".into()), phone: Some("\0".into()), ..About::default() };
        Err(Failure::from(anyhow::anyhow!("in\0ner").context("out\0er")).about(about))
    });
    workshop.add("nul", 1, None, Duration::ZERO).await;
    let job = workshop.claim().await.remove(0);
    soon(workshop.worker.run_claimed(job)).await;
    let error = errors(&owner, "").await.remove(0);
    assert_eq!((text(&error["error"]), text(&error["body"])), ("out\u{fffd}er", "a\u{fffd}b"));
}

/// Reconciliation lives for ever: an outage of half an hour must not end it.
async fn a_standing_job_is_tried_for_ever(setup: TestSetup) {
    let app = setup.start().await;
    let mut workshop = failing(&app);
    workshop.worker.handlers.keep_trying("fail");
    app.leaves_jobs();
    workshop.add("fail", 1, None, Duration::ZERO).await;
    for _ in 0..TRIES_MAX + 3 {
        assert_eq!(workshop.worker.run_due().await, 1);
        app.advance(Duration::from_secs(700)).await;
    }
}
