//! One statement for many rows does on both engines what it would do for each.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, StoreError, Tx, Value, sql};
use uuid::Uuid;

use crate::database::Database;
use crate::things::{add, count};

on_both!(
    a_statement_runs_once_for_each_row,
    a_query_answers_for_each_row,
    no_rows_are_no_statement,
    one_row_that_fails_takes_all_with_it,
    every_kind_of_value_fits_into_a_row,
    what_one_engine_cannot_hold_is_refused_in_any_row,
    keys_taken_together_in_any_order_make_nobody_wait_in_a_circle,
);

fn add_all(tx: &mut Tx<'_>, ids: &[i64]) -> Result<u64> {
    let rows: Vec<[Value; 2]> = ids.iter().map(|id| [(*id).into(), format!("thing {id}").into()]).collect();
    tx.execute_each(
        sql!(
            sqlite: "insert into things (id, name) values ($1, $2) on conflict (id) do nothing",
            postgres: "insert into things (id, name) select * from unnest($1::bigint[], $2::text[]) \
                       on conflict (id) do nothing"
        ),
        &rows,
    )
}

async fn a_statement_runs_once_for_each_row(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 2)).await.unwrap();
    let added = store.write(|tx| add_all(tx, &[1, 2, 3])).await.unwrap();
    assert_eq!(added, 2, "what was changed, in all");
    assert_eq!(store.read(count).await.unwrap(), 3);
}

async fn a_query_answers_for_each_row(database: Database) {
    let store = database.store().await;
    store.write(|tx| add_all(tx, &[1, 2, 3, 4])).await.unwrap();
    let answer = store
        .read(|tx| {
            tx.query_each(
                sql!(
                    sqlite: "select name from things where id = $1",
                    postgres: "select t.name from unnest($1::bigint[]) with ordinality q (id, n) \
                               join things t on t.id = q.id order by q.n"
                ),
                &[[4.into()], [9.into()], [2.into()]] as &[[Value; 1]],
                |row| row.get::<String>(0),
            )
        })
        .await
        .unwrap();
    assert_eq!(answer, ["thing 4", "thing 2"], "in the order asked for, and nothing for what is not there");
}

async fn no_rows_are_no_statement(database: Database) {
    let store = database.store().await;
    assert_eq!(store.write(|tx| add_all(tx, &[])).await.unwrap(), 0);
    store.write(|tx| tx.lock_all(Vec::new())).await.unwrap();
}

async fn one_row_that_fails_takes_all_with_it(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 1)).await.unwrap();
    let twice = store.write(|tx| {
        tx.execute_each(
            sql!(
                sqlite: "insert into things (id, name) values ($1, $2)",
                postgres: "insert into things (id, name) select * from unnest($1::bigint[], $2::text[])"
            ),
            &[[5.into(), "new".into()], [6.into(), "thing 1".into()]] as &[[Value; 2]],
        )
    });
    let error = twice.await.unwrap_err();
    assert!(error.is_conflict_on("things_name_key"), "{error}");
    assert_eq!(store.read(count).await.unwrap(), 1);
}

async fn every_kind_of_value_fits_into_a_row(database: Database) {
    let store = database.store().await;
    let (uuid, at) = (Uuid::from_u128(7), Timestamp::from_secs(1_800_000_000));
    let full: [Value; 9] = [
        1.into(),
        true.into(),
        (-5_i64).into(),
        0.5.into(),
        "Größe, {\"a,b\"}".into(),
        vec![0_u8, 255].into(),
        uuid.into(),
        at.into(),
        json!({ "a": [1, null] }).into(),
    ];
    let mut empty: [Value; 9] = std::array::from_fn(|_| Value::Null);
    empty[0] = 2.into();
    store
        .write(move |tx| {
            tx.execute_each(
                sql!(
                    sqlite: "insert into kinds (id, flag, number, ratio, words, bytes, uuid, at, doc) \
                             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    postgres: "insert into kinds (id, flag, number, ratio, words, bytes, uuid, at, doc) \
                               select * from unnest($1::bigint[], $2::boolean[], $3::bigint[], $4::double precision[], \
                               $5::text[], $6::bytea[], $7::uuid[], $8::timestamptz[], $9::jsonb[])"
                ),
                &[full, empty],
            )
        })
        .await
        .unwrap();
    let read = store.read(|tx| {
        tx.query(
            sql!("select flag, number, ratio, words, bytes, uuid, at, doc from kinds order by id"),
            &[],
            |row| {
                let numbers: (Option<bool>, Option<i64>, Option<f64>) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                let texts: (Option<String>, Option<Vec<u8>>) = (row.get(3)?, row.get(4)?);
                let rest: (Option<Uuid>, Option<Timestamp>, Option<serde_json::Value>) =
                    (row.get(5)?, row.get(6)?, row.get(7)?);
                Ok((numbers, texts, rest))
            },
        )
    });
    let full = (
        (Some(true), Some(-5), Some(0.5)),
        (Some("Größe, {\"a,b\"}".to_owned()), Some(vec![0, 255])),
        (Some(uuid), Some(at), Some(json!({ "a": [1, null] }))),
    );
    let empty = ((None, None, None), (None, None), (None, None, None));
    assert_eq!(read.await.unwrap(), [full, empty]);
}

async fn what_one_engine_cannot_hold_is_refused_in_any_row(database: Database) {
    let store = database.store().await;
    let refused = store.write(|tx| {
        tx.execute_each(
            sql!(
                sqlite: "insert into things (id, name) values ($1, $2)",
                postgres: "insert into things (id, name) select * from unnest($1::bigint[], $2::text[])"
            ),
            &[[1.into(), "fine".into()], [2.into(), "not\0fine".into()]] as &[[Value; 2]],
        )
    });
    assert!(matches!(refused.await, Err(StoreError::Failed(_))));
    assert_eq!(store.read(count).await.unwrap(), 0);
}

async fn keys_taken_together_in_any_order_make_nobody_wait_in_a_circle(database: Database) {
    let store = database.store().await;
    let take = |number: usize| {
        let store = store.clone();
        async move {
            for _ in 0..20 {
                let mut keys = vec!["one".to_owned(), "two".to_owned(), "two".to_owned(), "three".to_owned()];
                keys.rotate_left(number % 4);
                store.write(move |tx| tx.lock_all(keys)).await?;
            }
            Ok::<_, StoreError>(())
        }
    };
    let everybody = (0..8).map(take).collect::<JoinSet<_>>().join_all();
    let done = tokio::time::timeout(Duration::from_secs(60), everybody).await.expect("nobody waits for ever");
    done.into_iter().collect::<Result<Vec<()>>>().unwrap();
}
