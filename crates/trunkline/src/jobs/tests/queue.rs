//! Which job is due when.

use std::time::Duration;

use trunkline_store::StoreError;
use uuid::Uuid;

use super::{Queue, Workshop, subjects};
use crate::jobs::claim_was_lost;
use crate::test_support::{TestSetup, on_both_engines};

on_both_engines![
    jobs_with_one_key_run_in_the_order_they_were_made,
    a_job_given_back_keeps_its_place,
    dropping_a_job_lets_the_next_one_go,
    a_claim_takes_a_batch_of_what_is_due_longest,
    there_is_one_job_of_a_kind_for_a_subject,
    a_job_is_hastened_only_while_it_waits_for_its_time,
    ending_a_job_under_a_lost_claim_undoes_the_transaction,
    what_is_not_committed_is_not_there,
    a_claim_of_the_same_node_is_told_from_the_one_before,
    what_was_claimed_without_our_knowledge_is_free_again,
    the_line_goes_by_places_not_by_clocks,
    a_parked_job_holds_nobody_up_and_takes_its_place_when_due,
];

async fn jobs_with_one_key_run_in_the_order_they_were_made(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1, 2, 3], Some("ana")).await;
    workshop.add_notes([4], Some("ben")).await;
    workshop.add_notes([5], None).await;
    let first = workshop.claim().await;
    assert_eq!(subjects(&first), [1, 4, 5]);
    assert!(workshop.claim().await.is_empty());
    for job in first {
        workshop.run(job).await;
    }
    assert_eq!(workshop.worker.run_due().await, 2);
    assert_eq!(workshop.ran(), [1, 4, 5, 2, 3]);
}

async fn a_job_given_back_keeps_its_place(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1, 2], Some("ana")).await;
    let (jobs, first) = (workshop.worker.jobs.clone(), workshop.claim().await.remove(0));
    let later = workshop.app.now().plus(Duration::from_secs(60));
    workshop.worker.store.write(move |tx| jobs.postpone(tx, &first, later)).await.unwrap();
    assert!(workshop.claim().await.is_empty());
    workshop.app.advance(Duration::from_secs(60)).await;
    workshop.worker.run_due().await;
    assert_eq!(workshop.ran(), [1, 2]);
}

async fn dropping_a_job_lets_the_next_one_go(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1, 2], Some("ana")).await;
    let drop_first = |workshop: &Workshop| {
        let (store, jobs) = (workshop.worker.store.clone(), workshop.worker.jobs.clone());
        async move { store.write(move |tx| jobs.discard(tx, "note", Uuid::from_u128(1))).await.unwrap() }
    };
    assert!(drop_first(&workshop).await);
    assert!(!drop_first(&workshop).await, "it is gone");
    let claimed = workshop.claim().await;
    assert_eq!(subjects(&claimed), [2]);
    // One that a worker has in hand is not dropped.
    workshop.add_notes([1], None).await;
    let second = workshop.claim().await;
    assert!(!drop_first(&workshop).await);
    for job in [claimed, second].concat() {
        workshop.run(job).await;
    }
    assert_eq!(workshop.ran(), [2, 1]);
}

async fn a_claim_takes_a_batch_of_what_is_due_longest(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes(1..=250, None).await;
    workshop.add("note", 251, None, Duration::from_secs(3_600)).await;
    let batches = [workshop.claim().await, workshop.claim().await, workshop.claim().await];
    assert_eq!(batches.each_ref().map(Vec::len), [100, 100, 50]);
    assert_eq!(subjects(&batches.concat()), (1..=250).collect::<Vec<_>>());
    workshop.app.restart().await;
    let workshop = Workshop::new(&workshop.app);
    assert_eq!(workshop.worker.run_due().await, 250);
    workshop.app.advance(Duration::from_secs(3_600)).await;
    assert_eq!(workshop.worker.run_due().await, 1);
}

async fn there_is_one_job_of_a_kind_for_a_subject(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1, 1, 1], None).await;
    workshop.worker.run_due().await;
    assert_eq!(workshop.ran(), [1]);
}

async fn a_job_is_hastened_only_while_it_waits_for_its_time(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add("note", 1, Some("ana"), Duration::from_secs(60)).await;
    workshop.add_notes([2], Some("ana")).await;
    let hasten = |subject: u128| {
        let (jobs, now) = (workshop.worker.jobs.clone(), workshop.app.now());
        let subject = Uuid::from_u128(subject);
        workshop.worker.store.write(move |tx| jobs.hasten(tx, "note", subject, now))
    };
    // The second waits for the first, not for its time.
    hasten(2).await.unwrap();
    assert!(workshop.claim().await.is_empty());
    hasten(1).await.unwrap();
    workshop.worker.run_due().await;
    assert_eq!(workshop.ran(), [1, 2]);
}

/// The two must not both count as done by whoever writes something together with the end of the job.
async fn ending_a_job_under_a_lost_claim_undoes_the_transaction(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1], None).await;
    let (mut job, jobs) = (workshop.claim().await.remove(0), workshop.worker.jobs.clone());
    let (claim, now, id) = (job.claim, workshop.app.now(), workshop.worker.ambient.id());
    job.claim ^= 1;
    let other = super::NewJob::plain(Queue::Send, "note", Uuid::from_u128(2), now);
    let lost = workshop.worker.store.write({
        let (jobs, job) = (jobs.clone(), job.clone());
        move |tx| {
            jobs.enqueue(tx, id, now, &other)?;
            jobs.finish(tx, &job)
        }
    });
    assert!(claim_was_lost(&lost.await.unwrap_err()));
    let rows = workshop.app.jobs().await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].claimed);
    job.claim = claim;
    workshop.worker.store.write(move |tx| jobs.finish(tx, &job)).await.unwrap();
}

async fn what_is_not_committed_is_not_there(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    let (jobs, now, id) = (workshop.worker.jobs.clone(), workshop.app.now(), workshop.worker.ambient.id());
    let job = super::NewJob::plain(Queue::Send, "note", Uuid::from_u128(1), now);
    let undone = workshop.worker.store.write(move |tx| {
        jobs.enqueue(tx, id, now, &job)?;
        Err::<(), _>(StoreError::Refused("on second thoughts".into()))
    });
    undone.await.unwrap_err();
    assert_eq!(workshop.worker.run_due().await, 0);
    assert!(workshop.ran().is_empty());
}

/// The end of a job was committed, its answer lost; meanwhile this node claimed the job anew.
async fn a_claim_of_the_same_node_is_told_from_the_one_before(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1], None).await;
    let (before, jobs) = (workshop.claim().await.remove(0), workshop.worker.jobs.clone());
    let (given_back, now) = (before.clone(), workshop.app.now());
    let inside = jobs.clone();
    let postpone = workshop.worker.store.write(move |tx| inside.postpone(tx, &given_back, now));
    postpone.await.unwrap();
    let after = workshop.claim().await.remove(0);
    assert_eq!((before.id, before.epoch), (after.id, after.epoch));
    let inside = jobs.clone();
    let lost = workshop.worker.store.write(move |tx| inside.finish(tx, &before)).await;
    assert!(claim_was_lost(&lost.unwrap_err()));
    workshop.worker.store.write(move |tx| jobs.finish(tx, &after)).await.unwrap();
}

/// The claim is in the database, its answer never came: nobody runs the job, and this node lives on.
async fn what_was_claimed_without_our_knowledge_is_free_again(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1, 2], None).await;
    let worker = workshop.worker.clone();
    let failed = worker.take(|_, _| Err(StoreError::Unavailable("the answer was lost".into()))).await;
    assert!(failed.is_err());
    assert_eq!(workshop.claim().await.len(), 2, "as the lost claim did");
    let (now, limit) = (workshop.app.now(), 10);
    let claimed = worker.take(move |tx, by| crate::jobs::Jobs::claim(tx, Queue::Send, by, now, limit)).await;
    assert_eq!(claimed.unwrap().len(), 2);
    // What is in hand stays there after the next doubt.
    drop(worker.take(|_, _| Err(StoreError::Unavailable("again".into()))).await);
    let again = worker.take(move |tx, by| crate::jobs::Jobs::claim(tx, Queue::Send, by, now, limit)).await;
    assert!(again.unwrap().is_empty());
    workshop.app.leaves_jobs();
}

/// Two nodes whose clocks differ make jobs for one person: ids follow clocks, places follow the line.
async fn the_line_goes_by_places_not_by_clocks(setup: TestSetup) {
    let workshop = Workshop::new(&setup.start().await);
    workshop.add_notes([1], Some("ana")).await;
    let (jobs, now) = (workshop.worker.jobs.clone(), workshop.app.now());
    for (subject, id) in [(2_u128, 900_u128), (3, 800)] {
        let subject = Uuid::from_u128(subject);
        let order_key = Some("ana".to_owned());
        let job = super::NewJob { order_key, ..super::NewJob::plain(Queue::Send, "note", subject, now) };
        let inside = jobs.clone();
        let add =
            workshop.worker.store.write(move |tx| inside.enqueue(tx, Uuid::from_u128(id).into(), now, &job));
        add.await.unwrap();
    }
    workshop.worker.run_due().await;
    assert_eq!(workshop.ran(), [1, 2, 3]);
}

async fn a_parked_job_holds_nobody_up_and_takes_its_place_when_due(setup: TestSetup) {
    let app = setup.start().await;
    let workshop = Workshop::new(&app);
    let (jobs, ambient) = (workshop.worker.jobs.clone(), workshop.worker.ambient.clone());
    let (now, hour) = (app.now(), Duration::from_secs(3_600));
    for (subject, wait) in [(1_u128, hour), (2, hour)] {
        let job = super::NewJob {
            order_key: Some("ana".to_owned()),
            parked: true,
            ..super::NewJob::plain(Queue::Send, "note", Uuid::from_u128(subject), now.plus(wait))
        };
        let (inside, id) = (jobs.clone(), ambient.id());
        workshop.worker.store.write(move |tx| inside.enqueue(tx, id, now, &job)).await.unwrap();
    }
    workshop.add_notes([3], Some("ana")).await;
    assert_eq!(subjects(&workshop.claim().await), [3]);
    app.advance(hour + Duration::from_secs(1)).await;
    let due = workshop.claim().await;
    assert_eq!(subjects(&due), [1, 2]);
    // The second to be made is run first: it waits for the other, and for the one in hand.
    let later = app.now();
    let mut joined = Vec::new();
    for job in due.into_iter().rev() {
        let inside = jobs.clone();
        joined.push(workshop.worker.store.write(move |tx| inside.join_line(tx, &job, later)).await.unwrap());
    }
    assert_eq!(joined, [false, false]);
    app.leaves_jobs();
}

mod several_writers {
    use std::sync::mpsc;

    use trunkline_store::sql;

    use super::*;
    use crate::test_support::{TestApp, on_postgres, soon};

    on_postgres![dropping_a_job_while_the_one_before_ends_waits_its_turn];

    /// The end of the first makes the second due in the same moment in which that is dropped. Whoever comes
    /// second waits; if each held what the other needs, PostgreSQL would end one of them with an error.
    async fn dropping_a_job_while_the_one_before_ends_waits_its_turn(setup: TestSetup) {
        let workshop = Workshop::new(&setup.start().await);
        workshop.add_notes([1, 2, 3], Some("ana")).await;
        let (first, jobs) = (workshop.claim().await.remove(0), workshop.worker.jobs.clone());
        let ((has_key, key_is_held), (go_on, may_go_on)) =
            (tokio::sync::oneshot::channel(), mpsc::channel::<()>());
        let (store, ending) = (workshop.worker.store.clone(), jobs.clone());
        let ended = tokio::spawn(async move {
            let end = store.write(move |tx| {
                tx.lock("ana")?;
                has_key.send(()).unwrap();
                may_go_on.recv().unwrap();
                ending.finish(tx, &first)
            });
            end.await
        });
        soon(key_is_held).await.unwrap();
        let store = workshop.worker.store.clone();
        let dropped =
            tokio::spawn(
                async move { store.write(move |tx| jobs.discard(tx, "note", Uuid::from_u128(2))).await },
            );
        soon(async { while !somebody_waits(&workshop.app).await {} }).await;
        go_on.send(()).unwrap();
        soon(ended).await.unwrap().unwrap();
        assert!(soon(dropped).await.unwrap().unwrap());
        workshop.worker.run_due().await;
        assert_eq!(workshop.ran(), [3]);
    }

    /// Whether a connection to this database waits for a lock.
    async fn somebody_waits(app: &TestApp) -> bool {
        let waiting = sql!(
            sqlite: "select 0",
            postgres: "select count(*) from pg_stat_activity \
                       where datname = current_database() and wait_event_type = 'Lock'"
        );
        app.read(move |tx| tx.query_one(waiting, &[], |row| row.get::<i64>(0))).await > 0
    }
}
