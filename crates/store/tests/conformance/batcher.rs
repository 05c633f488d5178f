//! Many small writes as few large ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use trunkline_store::{Batcher, Result, Store, StoreError, Tx};

use crate::database::Database;
use crate::things::{self, Begun, add, begin};

on_both!(
    everyone_gets_the_answer_to_their_own_item,
    nothing_waits_at_rest,
    batches_grow_while_others_are_under_way,
    no_more_batches_are_under_way_than_lanes,
    an_error_that_may_pass_reaches_everyone,
    an_item_that_cannot_be_written_fails_alone,
    a_batch_with_too_few_answers_is_not_written,
);

/// Sizes of the batches in the order in which they were tried.
type Sizes = Arc<Mutex<Vec<usize>>>;

/// Writes things, gives back ten times their id, and keeps the sizes of the batches.
fn batcher(store: &Store, items_max: usize, lanes: usize) -> (Batcher<i64, i64>, Sizes) {
    let sizes = Sizes::default();
    let seen = sizes.clone();
    let batcher = Batcher::new(store.clone(), items_max, lanes, move |tx, ids: &[i64]| {
        seen.lock().push(ids.len());
        write_all(tx, ids)
    });
    (batcher, sizes)
}

fn write_all(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<i64>> {
    ids.iter().map(|id| add(tx, *id).map(|()| id * 10)).collect()
}

/// Pushes all at once; they are in line when it returns.
fn push_all(
    batcher: &Batcher<i64, i64>,
    ids: impl IntoIterator<Item = i64>,
) -> Vec<(i64, Begun<Result<i64>>)> {
    let push = |id| {
        let batcher = batcher.clone();
        (id, begin(async move { batcher.push(id).await }))
    };
    ids.into_iter().map(push).collect()
}

async fn answers(pushes: Vec<(i64, Begun<Result<i64>>)>) -> Vec<(i64, Result<i64>)> {
    let mut answers = Vec::new();
    for (id, push) in pushes {
        answers.push((id, push.await));
    }
    answers
}

async fn everyone_gets_the_answer_to_their_own_item(database: Database) {
    let store = database.store().await;
    let (batcher, sizes) = batcher(&store, 16, 2);
    for (id, answer) in answers(push_all(&batcher, 0..500)).await {
        assert_eq!(answer.unwrap(), id * 10);
    }
    assert_eq!(things::all(&store).await, (0..500).collect::<Vec<_>>());
    assert_eq!(sizes.lock().iter().sum::<usize>(), 500);
    assert!(sizes.lock().iter().all(|size| *size <= 16));
}

async fn nothing_waits_at_rest(database: Database) {
    let store = database.store().await;
    let (batcher, sizes) = batcher(&store, 16, 1);
    for id in 0..10 {
        assert_eq!(batcher.push(id).await.unwrap(), id * 10);
    }
    assert_eq!(*sizes.lock(), [1; 10]);
}

async fn batches_grow_while_others_are_under_way(database: Database) {
    let store = database.store().await;
    let (entered, release, stand_still) = things::pause();
    let (first, sizes) = (Mutex::new(Some(stand_still)), Sizes::default());
    let seen = sizes.clone();
    let batcher = Batcher::new(store.clone(), 64, 1, move |tx, ids: &[i64]| {
        seen.lock().push(ids.len());
        if let Some(stand_still) = first.lock().take() {
            stand_still();
        }
        write_all(tx, ids)
    });
    let first = push_all(&batcher, [0]);
    entered.await.unwrap();
    let others = push_all(&batcher, 1..=100);
    release.send(()).unwrap();
    assert!(answers(first).await.into_iter().all(|(_, answer)| answer.is_ok()));
    assert!(answers(others).await.into_iter().all(|(_, answer)| answer.is_ok()));
    assert_eq!(*sizes.lock(), [1, 64, 36]);
}

async fn no_more_batches_are_under_way_than_lanes(database: Database) {
    let store = database.store().await;
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (under_way.clone(), most.clone());
    let batcher = Batcher::new(store.clone(), 1, 2, move |tx, ids: &[i64]| {
        peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(2));
        let written = write_all(tx, ids);
        now.fetch_sub(1, Ordering::SeqCst);
        written
    });
    assert!(answers(push_all(&batcher, 0..50)).await.into_iter().all(|(_, answer)| answer.is_ok()));
    // SQLite has one writer, PostgreSQL has connections for more.
    let expected = if matches!(database, Database::Sqlite { .. }) { 1 } else { 2 };
    assert_eq!(most.load(Ordering::SeqCst), expected);
}

/// Ten items in one batch, of which `flush` decides the fate.
async fn ten_in_one_batch(
    store: &Store,
    flush: impl Fn(&mut Tx<'_>, &[i64]) -> Result<Vec<i64>> + Send + Sync + 'static,
) -> (Vec<(i64, Result<i64>)>, usize) {
    let (entered, release, stand_still) = things::pause();
    let (first, calls) = (Mutex::new(Some(stand_still)), Arc::new(AtomicUsize::new(0)));
    let counted = calls.clone();
    let batcher = Batcher::new(store.clone(), 64, 1, move |tx, ids: &[i64]| match first.lock().take() {
        Some(stand_still) => {
            stand_still();
            Ok(vec![0; ids.len()])
        }
        None => {
            counted.fetch_add(1, Ordering::SeqCst);
            flush(tx, ids)
        }
    });
    let opener = push_all(&batcher, [1_000]);
    entered.await.unwrap();
    let ten = push_all(&batcher, 0..10);
    release.send(()).unwrap();
    assert_eq!(answers(opener).await.len(), 1);
    (answers(ten).await, calls.load(Ordering::SeqCst))
}

async fn an_error_that_may_pass_reaches_everyone(database: Database) {
    let store = database.store().await;
    let (answers, calls) = ten_in_one_batch(&store, |tx, ids| {
        write_all(tx, ids)?;
        Err(StoreError::Unavailable("not now".into()))
    })
    .await;
    assert!(
        answers.iter().all(|(_, answer)| matches!(answer, Err(StoreError::Unavailable(_)))),
        "{answers:?}"
    );
    assert_eq!(calls, 1, "it is for the callers to try again");
    assert!(things::all(&store).await.is_empty());
}

async fn an_item_that_cannot_be_written_fails_alone(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 3)).await.unwrap();
    let (answers, _) = ten_in_one_batch(&store, |tx, ids| {
        assert!(!ids.contains(&6), "a mistake in the code for one item");
        write_all(tx, ids)
    })
    .await;
    for (id, answer) in answers {
        match id {
            3 => assert!(answer.unwrap_err().is_conflict_on("things_pkey")),
            6 => assert!(matches!(answer, Err(StoreError::Failed(_)))),
            _ => assert_eq!(answer.unwrap(), id * 10),
        }
    }
    assert_eq!(things::all(&store).await, [0, 1, 2, 3, 4, 5, 7, 8, 9]);
}

async fn a_batch_with_too_few_answers_is_not_written(database: Database) {
    let store = database.store().await;
    let (answers, _) = ten_in_one_batch(&store, |tx, ids| {
        let mut answers = write_all(tx, ids)?;
        answers.pop();
        Ok(answers)
    })
    .await;
    assert!(answers.iter().all(|(_, answer)| matches!(answer, Err(StoreError::Failed(_)))), "{answers:?}");
    assert!(things::all(&store).await.is_empty(), "what is reported as failed is not there");
}
