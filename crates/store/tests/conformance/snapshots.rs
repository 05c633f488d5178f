//! Reads: one view of the data, and no way to change it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trunkline_store::{StoreError, Tx, sql};

use crate::database::{CONNECTIONS, Database};
use crate::things::{self, Held, add, begin, count, pause};

on_both!(
    a_read_cannot_write,
    a_read_sees_one_view_of_the_data,
    a_read_does_not_see_what_is_not_committed,
    a_read_that_nobody_waits_for_is_not_run,
);

async fn a_read_cannot_write(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 1)).await.unwrap();
    let attempts = [
        store.read(|tx| tx.execute(sql!("insert into things (id, name) values (2, 'x')"), &[])).await,
        store.read(|tx| tx.execute(sql!("update things set size = 5"), &[])).await,
        store.read(|tx| tx.execute(sql!("delete from things"), &[])).await,
        store.read(|tx| tx.execute(sql!("drop table things"), &[])).await,
    ];
    for attempt in attempts {
        assert!(matches!(attempt, Err(StoreError::Failed(_))), "{attempt:?}");
    }
    assert_eq!(things::all(&store).await, [1]);
}

async fn a_read_sees_one_view_of_the_data(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 1)).await.unwrap();
    let (entered, release, stand_still) = pause();
    let reading = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .read(move |tx| {
                    let before = count(tx)?;
                    stand_still();
                    Ok((before, count(tx)?))
                })
                .await
        }
    });
    entered.await.unwrap();
    store.write(|tx| add(tx, 2)).await.expect("a read holds up no write");
    release.send(()).unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), (1, 1));
    assert_eq!(things::all(&store).await, [1, 2], "the next one sees what is new");
}

async fn a_read_does_not_see_what_is_not_committed(database: Database) {
    let store = database.store().await;
    let held = Held::in_write(&store, |tx| add(tx, 1)).await;
    assert!(things::all(&store).await.is_empty());
    held.end().await.unwrap();
    assert_eq!(things::all(&store).await, [1]);
}

async fn a_read_that_nobody_waits_for_is_not_run(database: Database) {
    let store = database.store().await;
    let mut busy = Vec::new();
    // SQLite has as many readers as this suite gives PostgreSQL connections.
    for _ in 0..CONNECTIONS {
        busy.push(Held::in_read(&store).await);
    }
    let ran = Arc::new(AtomicBool::new(false));
    let (other, flag) = (store.clone(), ran.clone());
    let read = move |_: &mut Tx<'_>| {
        flag.store(true, Ordering::SeqCst);
        Ok(())
    };
    drop(begin(async move { other.read(read).await }));
    for held in busy {
        held.end().await.unwrap();
    }
    // Whoever takes this from the queue has passed the abandoned one.
    assert!(things::all(&store).await.is_empty());
    assert!(!ran.load(Ordering::SeqCst));
}
