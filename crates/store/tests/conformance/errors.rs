//! What goes wrong has the same name on both engines.

use trunkline_store::{Result, StoreError, Tx, Value, sql};

use crate::database::Database;
use crate::things::{self, add, add_named};

on_both!(
    a_conflict_names_the_index,
    a_reference_to_nothing_is_told_apart,
    other_refusals_of_the_database_are_failures,
    errors_leave_the_store_usable,
);

fn add_part(tx: &mut Tx<'_>, thing: i64, number: i64, label: impl Into<Value>) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!("insert into parts (thing_id, number, label) values ($1, $2, $3)"),
        &[thing.into(), number.into(), label.into()],
    )
}

fn conflict(result: Result<()>) -> String {
    match result {
        Err(StoreError::Conflict { constraint }) => constraint,
        other => panic!("not a conflict: {other:?}"),
    }
}

async fn a_conflict_names_the_index(database: Database) {
    let store = database.store().await;
    store
        .write(|tx| {
            add_named(tx, 1, "one")?;
            add_named(tx, 2, "two")?;
            add_part(tx, 1, 1, "Wheel")
        })
        .await
        .unwrap();
    assert_eq!(conflict(store.write(|tx| add_named(tx, 3, "one")).await), "things_name_key");
    assert_eq!(conflict(store.write(|tx| add_named(tx, 1, "three")).await), "things_pkey");
    assert_eq!(conflict(store.write(|tx| add_part(tx, 1, 1, "axle")).await), "parts_pkey");
    assert_eq!(conflict(store.write(|tx| add_part(tx, 1, 2, "Wheel")).await), "parts_thing_id_label_key");
    let coded = store.write(|tx| {
        add_part(tx, 2, 1, Value::Null)?;
        add_part(tx, 2, 2, Value::Null)?;
        tx.execute(sql!("update parts set code = 'x' where thing_id = 2 and number = 1"), &[])?;
        tx.execute_exactly(1, sql!("update parts set code = 'X' where thing_id = 2 and number = 2"), &[])
    });
    assert_eq!(conflict(coded.await), "parts_code_key", "an index on an expression");
    let by_update = store.write(|tx| tx.execute(sql!("update things set name = 'same'"), &[])).await;
    assert!(by_update.as_ref().is_err_and(|error| error.is_conflict_on("things_name_key")));
    assert!(!by_update.unwrap_err().is_transient());
}

async fn a_reference_to_nothing_is_told_apart(database: Database) {
    let store = database.store().await;
    let missing = store.write(|tx| add_part(tx, 7, 1, Value::Null)).await;
    assert!(matches!(missing, Err(StoreError::Reference(_))), "{missing:?}");
    store
        .write(|tx| {
            add(tx, 7)?;
            add_part(tx, 7, 1, Value::Null)
        })
        .await
        .unwrap();
    let needed = store.write(|tx| tx.execute(sql!("delete from things where id = 7"), &[])).await;
    assert!(matches!(needed, Err(StoreError::Reference(_))), "{needed:?}");
    assert_eq!(things::all(&store).await, [7]);
}

async fn other_refusals_of_the_database_are_failures(database: Database) {
    let store = database.store().await;
    let failures = [
        store.write(|tx| tx.execute(sql!("insert into things (id) values (1)"), &[])).await,
        store
            .write(|tx| {
                add(tx, 1)?;
                tx.execute(sql!("insert into parts (thing_id, number, weight) values (1, 1, 0)"), &[])
            })
            .await,
        store.write(|tx| tx.execute(sql!("insert into nowhere values (1)"), &[])).await,
        store.write(|tx| tx.execute(sql!("select from where"), &[])).await,
        store.write(|tx| tx.execute(sql!("delete from things where id = $1"), &[])).await,
    ];
    for failure in failures {
        assert!(matches!(failure, Err(StoreError::Failed(_))), "{failure:?}");
    }
}

async fn errors_leave_the_store_usable(database: Database) {
    let store = database.store().await;
    store.write(|tx| add(tx, 0)).await.unwrap();
    for id in 1..20 {
        assert!(store.write(|tx| add(tx, 0)).await.is_err());
        assert!(store.read(|tx| tx.query(sql!("select nonsense"), &[], |_| Ok(()))).await.is_err());
        store.write(move |tx| add(tx, id)).await.unwrap();
    }
    assert_eq!(things::all(&store).await.len(), 20);
}
