//! All or nothing, and what follows only after all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use trunkline_store::{Result, StoreError, sql};

use crate::database::{CONNECTIONS, Database};
use crate::things::{self, Held, add, add_named, begin, begin_write, eventually};

on_both!(
    what_is_written_is_there_when_write_returns,
    an_error_undoes_the_whole_closure,
    a_panic_undoes_the_closure_and_the_store_goes_on,
    hooks_run_after_the_commit_and_see_it,
    hooks_of_a_write_that_failed_never_run,
    a_panic_after_the_commit_harms_nobody,
    a_failed_statement_fails_the_transaction_even_if_passed_over,
    a_reader_of_rows_may_refuse_without_failing_the_transaction,
    the_number_of_changed_rows_is_asserted,
    the_number_of_rows_found_is_asserted,
    work_is_done_though_its_caller_went_away,
    a_store_may_be_dropped_by_its_own_work,
    a_dropped_store_finishes_what_it_had_taken,
);

async fn what_is_written_is_there_when_write_returns(database: Database) {
    let store = database.store().await;
    let answer = store.write(|tx| add(tx, 1).map(|()| "added")).await.unwrap();
    assert_eq!(answer, "added");
    store.write_in_background(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(things::all(&store).await, [1, 2]);
    drop(store);
    assert_eq!(things::all(&database.open()).await, [1, 2]);
}

async fn an_error_undoes_the_whole_closure(database: Database) {
    let store = database.store().await;
    let refused: Result<()> = store
        .write(|tx| {
            add(tx, 1)?;
            tx.execute(sql!("update things set name = 'changed'"), &[])?;
            Err(StoreError::Refused("changed my mind".into()))
        })
        .await;
    assert!(matches!(refused, Err(StoreError::Refused(why)) if why == "changed my mind"));
    assert!(things::all(&store).await.is_empty());
}

async fn a_panic_undoes_the_closure_and_the_store_goes_on(database: Database) {
    let store = database.store().await;
    // More often than there are threads, so that one lost each time would be missed.
    for id in 0..2 * CONNECTIONS as i64 {
        let panicked: Result<()> = store
            .write(move |tx| {
                add(tx, id)?;
                panic!("a mistake in a write");
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Failed(_))), "{panicked:?}");
        let panicked: Result<()> = store
            .read(|tx| {
                things::count(tx)?;
                panic!("a mistake in a read");
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Failed(_))), "{panicked:?}");
    }
    store.write(|tx| add(tx, 100)).await.unwrap();
    assert_eq!(things::all(&store).await, [100]);
}

async fn hooks_run_after_the_commit_and_see_it(database: Database) {
    let store = database.store().await;
    let (told, hears) = channel();
    let (other, runtime) = (store.clone(), tokio::runtime::Handle::current());
    store
        .write(move |tx| {
            // A hook must not wait for the store, so it looks from a thread of its own.
            tx.after_commit(move || {
                let seen = std::thread::spawn(move || runtime.block_on(things::all(&other)));
                told.send(seen.join().unwrap()).unwrap();
            });
            add(tx, 1)
        })
        .await
        .unwrap();
    assert_eq!(hears.try_recv().unwrap(), [1], "it ran before the write returned, on what was committed");

    let (told, hears) = channel();
    store
        .read(move |tx| {
            tx.after_commit(move || told.send(()).unwrap());
            Ok(())
        })
        .await
        .unwrap();
    hears.try_recv().expect("a read ends well too");
}

async fn hooks_of_a_write_that_failed_never_run(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 1)).await.unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    for ending in ["refused", "panic", "conflict", "passed over"] {
        let hook = ran.clone();
        let ended: Result<()> = store
            .write(move |tx| {
                tx.after_commit(move || {
                    hook.fetch_add(1, Ordering::SeqCst);
                });
                match ending {
                    "refused" => Err(StoreError::Refused(String::new())),
                    "panic" => panic!("a mistake"),
                    "conflict" => add(tx, 1),
                    _ => add(tx, 1).or(Ok(())),
                }
            })
            .await;
        assert!(ended.is_err(), "{ending}");
    }
    store.write(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}

async fn a_panic_after_the_commit_harms_nobody(database: Database) {
    let store = database.store().await;
    let ran = Arc::new(AtomicUsize::new(0));
    for id in 0..2 * CONNECTIONS as i64 {
        let hook = ran.clone();
        store
            .write(move |tx| {
                tx.after_commit(|| panic!("a mistake in a hook"));
                tx.after_commit(move || {
                    hook.fetch_add(1, Ordering::SeqCst);
                });
                add(tx, id)
            })
            .await
            .expect("it was committed");
    }
    assert_eq!(ran.load(Ordering::SeqCst), 2 * CONNECTIONS, "the other hooks ran");
    assert_eq!(things::all(&store).await.len(), 2 * CONNECTIONS);
}

async fn a_failed_statement_fails_the_transaction_even_if_passed_over(database: Database) {
    let store = database.store().await;
    store.write(|tx| add_named(tx, 1, "taken")).await.unwrap();
    let passed_over = store
        .write(|tx| {
            add(tx, 2)?;
            drop(add_named(tx, 3, "taken"));
            let after = add(tx, 4);
            assert!(
                after.is_err_and(|error| error.is_conflict_on("things_name_key")),
                "it fails from then on"
            );
            Ok(())
        })
        .await;
    assert!(passed_over.is_err_and(|error| error.is_conflict_on("things_name_key")));
    assert_eq!(things::all(&store).await, [1]);

    let mistaken = store.read(|tx| tx.query(sql!("select nonsense"), &[], |_| Ok(())).or(Ok(vec![]))).await;
    assert!(matches!(mistaken, Err(StoreError::Failed(_))));
    assert_eq!(things::all(&store).await, [1]);
}

async fn a_reader_of_rows_may_refuse_without_failing_the_transaction(database: Database) {
    let store = database.store().await;
    store
        .write(|tx| {
            add(tx, 1)?;
            let refused: Result<Vec<()>> = tx.query(
                sql!("insert into things (id, name) values (2, 'two'), (3, 'three') returning id"),
                &[],
                |_| Err(StoreError::Refused(String::new())),
            );
            assert!(matches!(refused, Err(StoreError::Refused(_))));
            add(tx, 4)
        })
        .await
        .unwrap();
    assert_eq!(things::all(&store).await, [1, 2, 3, 4], "all rows were inserted, though one was read");
}

async fn the_number_of_changed_rows_is_asserted(database: Database) {
    let store = database.store().await;
    store.write(|tx| (1..=3).try_for_each(|id| add(tx, id))).await.unwrap();
    let too_many = store
        .write(|tx| tx.execute_exactly(2, sql!("update things set size = 1 where id <= $1"), &[3.into()]))
        .await;
    assert!(matches!(too_many, Err(StoreError::RowCount { expected: 2, changed: 3 })), "{too_many:?}");
    let (changed, same, deleted, skipped) = store
        .write(|tx| {
            let none = tx.execute_exactly(1, sql!("update things set size = 1 where size = 1"), &[]);
            assert!(matches!(none, Err(StoreError::RowCount { expected: 1, changed: 0 })), "all was undone");
            Ok((
                tx.execute(sql!("update things set size = 2"), &[])?,
                tx.execute(sql!("update things set size = 2"), &[])?,
                tx.execute(sql!("delete from things where id > 1"), &[])?,
                tx.execute(
                    sql!("insert into things (id, name) values (1, 'x') on conflict do nothing"),
                    &[],
                )?,
            ))
        })
        .await
        .unwrap();
    assert_eq!((changed, same, deleted, skipped), (3, 3, 2, 0));
}

async fn the_number_of_rows_found_is_asserted(database: Database) {
    let store = database.store().await;
    store.write(|tx| (1..=3).try_for_each(|id| add(tx, id))).await.unwrap();
    let found = |most: i64| {
        let store = store.clone();
        async move {
            let opt = store
                .read(move |tx| {
                    tx.query_opt(sql!("select id from things where id <= $1"), &[most.into()], |row| {
                        row.get(0)
                    })
                })
                .await;
            let one = store
                .read(move |tx| {
                    tx.query_one(sql!("select id from things where id <= $1"), &[most.into()], |row| {
                        row.get(0)
                    })
                })
                .await;
            (opt, one)
        }
    };
    let (opt, one): (Result<Option<i64>>, Result<i64>) = found(0).await;
    assert!(matches!(opt, Ok(None)));
    assert!(matches!(one, Err(StoreError::RowCount { expected: 1, changed: 0 })));
    let (opt, one) = found(1).await;
    assert!(matches!((opt, one), (Ok(Some(1)), Ok(1))));
    let (opt, one) = found(3).await;
    assert!(matches!(opt, Err(StoreError::RowCount { expected: 1, changed: 3 })));
    assert!(matches!(one, Err(StoreError::RowCount { expected: 1, changed: 3 })));
}

async fn work_is_done_though_its_caller_went_away(database: Database) {
    let store = database.store().await;
    Held::in_write(&store, |tx| add(tx, 1)).await.abandon();
    eventually(|| async { things::all(&store).await == [1] }).await;
}

async fn a_store_may_be_dropped_by_its_own_work(database: Database) {
    let store = database.store().await;
    let held = Held::in_write(&store, |_| Ok(())).await;
    let inside = store.clone();
    drop(begin_write(&store, move |tx| {
        // With the callers gone this is the last handle, and it ends on a thread of the store itself.
        tx.after_commit(move || drop(inside));
        add(tx, 1)
    }));
    drop(store);
    held.abandon();
    let store = database.open();
    eventually(|| async { things::all(&store).await == [1] }).await;
}

async fn a_dropped_store_finishes_what_it_had_taken(database: Database) {
    let store = database.store().await;
    let held = Held::in_write(&store, |tx| add(tx, 1)).await;
    for id in 2..10 {
        drop(begin_write(&store, move |tx| add(tx, id)));
    }
    for id in 10..20 {
        let store = store.clone();
        drop(begin(async move { store.write_in_background(move |tx| add(tx, id)).await }));
    }
    drop(store);
    held.abandon();
    let store = database.open();
    eventually(|| async { things::all(&store).await.len() == 19 }).await;
}
