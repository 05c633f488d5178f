//! SQLite's group commit when something breaks in it: who is told what, and what is left behind.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use trunkline_store::{Result, Store, StoreError, Tx, sql};

use crate::database::Database;
use crate::things::{self, Held, add, add_named, begin_write};

fn is_unavailable(result: &Result<()>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

/// Runs a pragma that answers with a row, on the connection that writes.
fn pragma(tx: &mut Tx<'_>, pragma: &'static trunkline_store::Sql) -> Result<()> {
    tx.query(pragma, &[], |_| Ok(())).map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_leaves_the_others_of_its_commit_alone() {
    let database = Database::sqlite();
    let store = database.store().await;
    let held = Held::in_write(&store, |tx| add(tx, 1)).await;
    let conflict = begin_write(&store, |tx| {
        add(tx, 2)?;
        add_named(tx, 3, "thing 1")
    });
    let refused = begin_write(&store, |tx| {
        add(tx, 4)?;
        Err(StoreError::Refused("no".into()))
    });
    let panicked = begin_write(&store, |tx| {
        add(tx, 5)?;
        panic!("a mistake");
    });
    let fine = begin_write(&store, |tx| add(tx, 6));
    held.end().await.unwrap();
    assert!(conflict.await.unwrap_err().is_conflict_on("things_name_key"), "it saw its neighbour");
    assert!(matches!(refused.await, Err(StoreError::Refused(_))));
    assert!(matches!(panicked.await, Err(StoreError::Failed(_))));
    fine.await.unwrap();
    assert_eq!(things::all(&store).await, [1, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_a_commit_fails_alone_as_well() {
    let database = Database::sqlite();
    let store = database.store().await;
    let first = Held::in_write(&store, |tx| {
        add(tx, 1)?;
        Err(StoreError::Refused("no".into()))
    })
    .await;
    let (next, last) =
        (begin_write(&store, |tx| add_named(tx, 2, "thing 1")), begin_write(&store, |tx| add(tx, 3)));
    assert!(matches!(first.end().await, Err(StoreError::Refused(_))));
    next.await.expect("what the first wrote is gone, its name too");
    last.await.unwrap();
    assert_eq!(things::all(&store).await, [2, 3]);
}

/// Fills the file up to its limit. SQLite then rolls back the whole transaction, not just the statement.
fn fill_the_disk(tx: &mut Tx<'_>) -> Result<()> {
    pragma(tx, sql!("pragma max_page_count = 40"))?;
    let full = tx.execute(sql!("insert into things (id, name) values (99, hex(zeroblob(1000000)))"), &[]);
    assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
    full.map(drop)
}

async fn make_room(store: &Store) {
    store.write(|tx| pragma(tx, sql!("pragma max_page_count = 1000000"))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_fails_the_whole_commit_and_nothing_of_it_is_written() {
    let database = Database::sqlite();
    let store = database.store().await;
    let before = Held::in_write(&store, |tx| add(tx, 1)).await;
    let full = begin_write(&store, fill_the_disk);
    assert!(is_unavailable(&before.end().await));
    assert!(is_unavailable(&full.await));
    assert!(things::all(&store).await.is_empty());
    make_room(&store).await;
    store.write(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(things::all(&store).await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_outside_a_transaction_after_sqlite_gave_it_up() {
    let database = Database::sqlite();
    let store = database.store().await;
    let heedless = store
        .write(|tx| {
            drop(fill_the_disk(tx));
            // Here SQLite is in its autocommit mode: a statement that reached it would be durable at once.
            drop(add(tx, 1));
            Ok(())
        })
        .await;
    assert!(is_unavailable(&heedless));
    assert!(things::all(&store).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_commit_fails_everyone_hears_that_and_nothing_else() {
    let database = Database::sqlite();
    let store = database.store().await;
    let held = Held::in_write(&store, |tx| add(tx, 1)).await;
    // A reference that is only checked at the commit, which it then makes fail.
    let spoiler = begin_write(&store, |tx| {
        pragma(tx, sql!("pragma defer_foreign_keys = on"))?;
        tx.execute_exactly(1, sql!("insert into parts (thing_id, number) values (77, 1)"), &[])
    });
    // Its conflict is with a row that will never have been there, so it must not be told of one.
    let misled = begin_write(&store, |tx| add_named(tx, 2, "thing 1"));
    assert!(is_unavailable(&held.end().await));
    assert!(is_unavailable(&spoiler.await));
    assert!(is_unavailable(&misled.await));
    assert!(things::all(&store).await.is_empty());
    store.write(|tx| add_named(tx, 2, "thing 1")).await.expect("the next commit is not hurt");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_transaction_can_begin_no_closure_is_run() {
    let database = Database::sqlite();
    let store = database.store().await;
    let ran = Arc::new(AtomicBool::new(false));
    let held = Held::in_write(&store, |tx| pragma(tx, sql!("pragma busy_timeout = 50"))).await;
    held.end().await.unwrap();
    let backup = hold_write_lock(&database.file());
    let flag = ran.clone();
    let write = store.write(move |tx| {
        flag.store(true, Ordering::SeqCst);
        add(tx, 1)
    });
    assert!(is_unavailable(&write.await));
    assert!(!ran.load(Ordering::SeqCst));
    drop(backup);
    store.write(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(things::all(&store).await, [2]);
}

/// Another program, such as a backup, that keeps the file to itself.
fn hold_write_lock(file: &Path) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("begin immediate").unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_though_there_is_always_a_reader() {
    let database = Database::sqlite();
    let store = database.store().await;
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> =
        (0..3).map(|_| tokio::spawn(read_all_the_time(store.clone(), stop.clone()))).collect();
    let log = database.file().with_extension("db-wal");
    let mut longest = 0;
    for id in 0..150 {
        let add_a_megabyte = sql!("insert into kinds (id, bytes) values ($1, zeroblob(1000000))");
        store.write(move |tx| tx.execute_exactly(1, add_a_megabyte, &[i64::into(id)])).await.unwrap();
        longest = longest.max(std::fs::metadata(&log).unwrap().len());
    }
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(longest < 100 << 20, "the log grew to {longest} bytes while 150 MB were written");
}

/// One read after the other, each long enough to overlap with others.
async fn read_all_the_time(store: Store, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::SeqCst) {
        let read = store.read(|tx| {
            things::count(tx)?;
            std::thread::sleep(Duration::from_millis(30));
            Ok(())
        });
        read.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_commit_is_flushed_to_the_disk() {
    let database = Database::sqlite();
    let store = database.store().await;
    let settings = store
        .write(|tx| {
            let number = |row: &trunkline_store::Row<'_>| row.get::<i64>(0);
            Ok((
                tx.query_one(sql!("pragma journal_mode"), &[], |row| row.get::<String>(0))?,
                tx.query_one(sql!("pragma synchronous"), &[], number)?,
                tx.query_one(sql!("pragma fullfsync"), &[], number)?,
                tx.query_one(sql!("pragma foreign_keys"), &[], number)?,
            ))
        })
        .await
        .unwrap();
    // SQLite, "PRAGMA synchronous": 2 is FULL.
    assert_eq!(settings, ("wal".to_owned(), 2, 1, 1));
}
