//! Urgent work goes first, and background work goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use trunkline_store::{Result, Store, Tx};

use crate::database::{CONNECTIONS, Database};
use crate::things::{self, Begun, add, begin, begin_write, pause};

on_both!(background_work_goes_on_under_a_stream_of_urgent_work, urgent_work_goes_ahead_of_background_work);

const PATIENCE: Duration = Duration::from_secs(20);

async fn background_work_goes_on_under_a_stream_of_urgent_work(database: Database) {
    let store = database.store().await;
    let stop = Arc::new(AtomicBool::new(false));
    for _ in 0..2 * CONNECTIONS {
        keep_writing(store.clone(), stop.clone());
    }
    for id in 0..10 {
        let background = store.write_in_background(move |tx| add(tx, id));
        timeout(PATIENCE, background).await.expect("it was never its turn").unwrap();
    }
    stop.store(true, Ordering::SeqCst);
    assert_eq!(things::all(&store).await.len(), 10);
}

/// Each urgent write puts the next one in the queue before it ends, so there is always one waiting.
fn keep_writing(store: Store, stop: Arc<AtomicBool>) {
    let again = store.clone();
    drop(begin_write(&store, move |_| {
        if !stop.load(Ordering::SeqCst) {
            keep_writing(again, stop);
        }
        Ok(())
    }));
}

async fn urgent_work_goes_ahead_of_background_work(database: Database) {
    let store = database.store().await;
    let on_sqlite = matches!(database, Database::Sqlite { .. });
    let done = Arc::new(AtomicUsize::new(0));
    // As much as can run at a time stands still: SQLite's one writer, or all connections but the one kept.
    let (mut releases, mut background) = (Vec::new(), Vec::new());
    for _ in 0..if on_sqlite { 1 } else { CONNECTIONS - 1 } {
        let (entered, release, stand_still) = pause();
        background.push(begin_background(&store, &done, stand_still));
        entered.await.unwrap();
        releases.push(release);
    }
    background.extend((0..500).map(|_| begin_background(&store, &done, || {})));
    let (before, earlier) = (Arc::new(AtomicUsize::new(0)), done.clone());
    let seen = before.clone();
    let urgent = begin_write(&store, move |_| {
        seen.store(earlier.load(Ordering::SeqCst), Ordering::SeqCst);
        Ok(())
    });
    if on_sqlite {
        // The writer must then take the urgent one before all the others that came earlier.
        releases.clear();
    }
    timeout(PATIENCE, urgent).await.expect("background work was in the way").unwrap();
    assert_eq!(before.load(Ordering::SeqCst), usize::from(on_sqlite));
    drop(releases);
    for work in background {
        work.await.unwrap();
    }
    assert!(done.load(Ordering::SeqCst) > 500);
}

fn begin_background(
    store: &Store,
    done: &Arc<AtomicUsize>,
    work: impl FnOnce() + Send + 'static,
) -> Begun<Result<()>> {
    let (store, done) = (store.clone(), done.clone());
    let work = move |_: &mut Tx<'_>| {
        work();
        done.fetch_add(1, Ordering::SeqCst);
        Ok(())
    };
    begin(async move { store.write_in_background(work).await })
}
