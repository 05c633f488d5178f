//! The schema moves forward, once per step, whoever starts when.

use trunkline_store::{Migration, Store, StoreError, sql};

use crate::database::Database;

on_both!(
    each_is_applied_once,
    an_edited_one_is_refused,
    one_that_fails_leaves_nothing,
    an_older_release_runs_on_a_newer_schema,
    stores_that_start_together_apply_each_once,
);

const fn step(version: i64, name: &'static str, script: &'static str) -> Migration {
    Migration { version, name, sqlite: script, postgres: script }
}

static FIRST: &[Migration] = &[step(1, "first", "create table a (x bigint); insert into a values (1);")];

static BOTH: &[Migration] = &[
    step(1, "first", "create table a (x bigint); insert into a values (1);"),
    step(2, "second", "create table b (x bigint); insert into a values (2);"),
];

static EDITED: &[Migration] = &[
    step(1, "first", "create table a (x bigint); insert into a values (9);"),
    step(2, "second", "create table b (x bigint); insert into a values (2);"),
];

static FAILING: &[Migration] = &[
    step(1, "first", "create table a (x bigint); insert into a values (1);"),
    step(2, "second", "create table b (x bigint); insert into nowhere values (2);"),
];

async fn rows_of_a(store: &Store) -> trunkline_store::Result<Vec<i64>> {
    store.read(|tx| tx.query(sql!("select x from a order by x"), &[], |row| row.get(0))).await
}

async fn each_is_applied_once(database: Database) {
    let store = database.open();
    assert_eq!(store.migrate(FIRST).await.unwrap(), 1);
    assert_eq!(store.migrate(FIRST).await.unwrap(), 0);
    assert_eq!(store.migrate(BOTH).await.unwrap(), 1);
    drop(store);
    let store = database.open();
    assert_eq!(store.migrate(BOTH).await.unwrap(), 0);
    assert_eq!(rows_of_a(&store).await.unwrap(), [1, 2]);
}

async fn an_edited_one_is_refused(database: Database) {
    let store = database.open();
    store.migrate(FIRST).await.unwrap();
    let refused = store.migrate(EDITED).await.unwrap_err();
    assert!(refused.to_string().contains("migration 1 (first) differs"), "{refused}");
    assert_eq!(rows_of_a(&store).await.unwrap(), [1], "and the step after it was not applied");
    assert_eq!(store.migrate(BOTH).await.unwrap(), 1);
}

async fn one_that_fails_leaves_nothing(database: Database) {
    let store = database.open();
    assert!(matches!(store.migrate(FAILING).await, Err(StoreError::Failed(_))));
    assert!(rows_of_a(&store).await.is_err(), "the steps before it are gone as well");
    assert_eq!(store.migrate(BOTH).await.unwrap(), 2);
}

async fn an_older_release_runs_on_a_newer_schema(database: Database) {
    let store = database.open();
    store.migrate(BOTH).await.unwrap();
    assert_eq!(store.migrate(FIRST).await.unwrap(), 0);
}

async fn stores_that_start_together_apply_each_once(database: Database) {
    let first = database.open();
    // Only one store may open a SQLite file; there two starts of one store stand for it.
    let second = if matches!(database, Database::Sqlite { .. }) { first.clone() } else { database.open() };
    let (one, other) = tokio::join!(first.migrate(BOTH), second.migrate(BOTH));
    let mut applied = [one.unwrap(), other.unwrap()];
    applied.sort_unstable();
    assert_eq!(applied, [0, 2]);
    assert_eq!(rows_of_a(&second).await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_migration_may_take_its_time_on_postgresql() {
    static SLOW: &[Migration] = &[Migration {
        version: 1,
        name: "slow",
        sqlite: "",
        postgres: "create table a (statement text, lock text); \
                   insert into a values (current_setting('statement_timeout'), current_setting('lock_timeout'))",
    }];
    let database = Database::postgres();
    let store = database.open();
    store.migrate(SLOW).await.unwrap();
    let (limits, usual) = store
        .write(|tx| {
            let read = |row: &trunkline_store::Row<'_>| Ok((row.get::<String>(0)?, row.get::<String>(1)?));
            let limits = tx.query_one(sql!("select statement, lock from a"), &[], read)?;
            let usual = sql!("select current_setting('statement_timeout'), current_setting('lock_timeout')");
            Ok((limits, tx.query_one(usual, &[], read)?))
        })
        .await
        .unwrap();
    assert_eq!(limits, ("0".to_owned(), "20s".to_owned()), "but it holds up no table for long");
    assert_eq!(usual, ("1min".to_owned(), "20s".to_owned()));
}
