//! What goes in comes out, on both engines the same.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use trunkline_domain::ids::ContactId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Column, Row, Store, StoreError, Tx, Value, sql};
use uuid::Uuid;

use crate::database::Database;

on_both!(
    extreme_values_come_back_as_they_went_in,
    arbitrary_values_come_back_as_they_went_in,
    null_is_none_in_every_type_and_unexpected_in_every_other,
    a_value_of_another_type_is_told_apart,
    small_integers_keep_their_bounds,
    parameters_go_by_number,
    what_one_engine_cannot_hold_is_refused_by_both,
);

/// One row of the table of all kinds.
#[derive(Clone, Debug, Default, PartialEq)]
struct Kinds {
    flag: Option<bool>,
    number: Option<i64>,
    ratio: Option<f64>,
    words: Option<String>,
    bytes: Option<Vec<u8>>,
    uuid: Option<Uuid>,
    at: Option<Timestamp>,
    doc: Option<serde_json::Value>,
}

impl Kinds {
    fn write(&self, tx: &mut Tx<'_>, id: i64) -> trunkline_store::Result<()> {
        let own = self.clone();
        tx.execute_exactly(
            1,
            sql!(
                "insert into kinds (id, flag, number, ratio, words, bytes, uuid, at, doc) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            &[
                id.into(),
                own.flag.into(),
                own.number.into(),
                own.ratio.into(),
                own.words.into(),
                own.bytes.into(),
                own.uuid.into(),
                own.at.into(),
                own.doc.into(),
            ],
        )
    }

    fn read(row: &Row<'_>) -> trunkline_store::Result<Self> {
        Ok(Kinds {
            flag: row.get(0)?,
            number: row.get(1)?,
            ratio: row.get(2)?,
            words: row.get(3)?,
            bytes: row.get(4)?,
            uuid: row.get(5)?,
            at: row.get(6)?,
            doc: row.get(7)?,
        })
    }
}

async fn come_back(store: &Store, rows: Vec<Kinds>) {
    let written = rows.clone();
    store.write(move |tx| (0..).zip(&written).try_for_each(|(id, kinds)| kinds.write(tx, id))).await.unwrap();
    let read = store
        .read(|tx| {
            tx.query(
                sql!("select flag, number, ratio, words, bytes, uuid, at, doc from kinds order by id"),
                &[],
                Kinds::read,
            )
        })
        .await
        .unwrap();
    for (position, (written, read)) in rows.iter().zip(&read).enumerate() {
        assert_eq!(written, read, "row {position}");
    }
    assert_eq!(rows.len(), read.len());
}

async fn extreme_values_come_back_as_they_went_in(database: Database) {
    let store = database.store().await;
    // The first instant of PostgreSQL, the epochs of both engines and their neighbours, the last ones.
    let times = [-210_866_803_200_000_000, -1, 0, 1, 946_684_799_999_999, 946_684_800_000_000, i64::MAX]
        .map(Timestamp::from_micros);
    let docs = [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1.5e300),
        json!({"a": {"b": [1, "zwei", 3.5, null, true, {"": "\u{1F4DE} \" \\ \n"}]}}),
    ];
    let texts =
        ["", " ", "O'Hara \"x\" $1 ?1 \\", "\u{1F4DE} \u{10FFFF} e\u{301} \r\n\t\u{1}", &"x".repeat(1 << 20)];
    let every_byte: Vec<u8> = (0..=255).collect();
    let mut rows = vec![Kinds::default()];
    rows.extend([true, false].map(|flag| Kinds { flag: Some(flag), ..Kinds::default() }));
    rows.extend([i64::MIN, -1, 0, 1, i64::MAX].map(|n| Kinds { number: Some(n), ..Kinds::default() }));
    rows.extend(
        [f64::MIN, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY, 0.1, 0.0, 1e15 + 0.3]
            .map(|n| Kinds { ratio: Some(n), ..Kinds::default() }),
    );
    rows.extend(texts.map(|text| Kinds { words: Some(text.to_owned()), ..Kinds::default() }));
    rows.extend([vec![], vec![0], every_byte].map(|bytes| Kinds { bytes: Some(bytes), ..Kinds::default() }));
    rows.extend([Uuid::nil(), Uuid::max()].map(|uuid| Kinds { uuid: Some(uuid), ..Kinds::default() }));
    rows.extend(times.map(|at| Kinds { at: Some(at), ..Kinds::default() }));
    rows.push(Kinds { at: Some(Timestamp::MAX), ..Kinds::default() });
    rows.extend(docs.map(|doc| Kinds { doc: Some(doc), ..Kinds::default() }));
    come_back(&store, rows).await;
}

async fn arbitrary_values_come_back_as_they_went_in(database: Database) {
    let text = proptest::option::of("[^\\x00]{0,40}");
    let time = proptest::option::of(-210_866_803_200_000_000..=i64::MAX);
    let doc = proptest::option::of("[^\\x00]{0,20}");
    let kinds = (
        any::<Option<bool>>(),
        any::<Option<i64>>(),
        proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::INFINITE),
        text,
        any::<Option<Vec<u8>>>(),
        any::<Option<[u8; 16]>>(),
        time,
        doc,
    )
        .prop_map(|(flag, number, ratio, words, bytes, uuid, at, doc)| Kinds {
            flag,
            number,
            ratio,
            words,
            bytes,
            uuid: uuid.map(Uuid::from_bytes),
            at: at.map(Timestamp::from_micros),
            doc: doc.map(|text| json!({ text.clone(): [text, number] })),
        });
    let mut runner = TestRunner::deterministic();
    let rows = (0..200).map(|_| kinds.new_tree(&mut runner).unwrap().current()).collect();
    come_back(&database.store().await, rows).await;
}

/// Reads column `index` of the row that [`one_row`] wrote.
async fn read_as<T: Column + Send + 'static>(store: &Store, index: usize) -> trunkline_store::Result<T> {
    store
        .read(move |tx| {
            tx.query_one(
                sql!("select flag, number, ratio, words, bytes, uuid, at, doc from kinds"),
                &[],
                |row| row.get(index),
            )
        })
        .await
}

async fn one_row(database: &Database, kinds: Kinds) -> Store {
    let store = database.store().await;
    store.write(move |tx| kinds.write(tx, 1)).await.unwrap();
    store
}

fn is_corrupt<T>(result: &trunkline_store::Result<T>) -> bool {
    matches!(result, Err(StoreError::Corrupt { .. }))
}

async fn null_is_none_in_every_type_and_unexpected_in_every_other(database: Database) {
    let store = one_row(&database, Kinds::default()).await;
    assert_eq!(read_as::<Option<bool>>(&store, 0).await.unwrap(), None);
    assert_eq!(read_as::<Option<u32>>(&store, 1).await.unwrap(), None);
    assert_eq!(read_as::<Option<ContactId>>(&store, 5).await.unwrap(), None);
    assert!(is_corrupt(&read_as::<bool>(&store, 0).await));
    assert!(is_corrupt(&read_as::<i64>(&store, 1).await));
    assert!(is_corrupt(&read_as::<f64>(&store, 2).await));
    assert!(is_corrupt(&read_as::<String>(&store, 3).await));
    assert!(is_corrupt(&read_as::<Vec<u8>>(&store, 4).await));
    assert!(is_corrupt(&read_as::<Uuid>(&store, 5).await));
    assert!(is_corrupt(&read_as::<Timestamp>(&store, 6).await));
    assert!(is_corrupt(&read_as::<serde_json::Value>(&store, 7).await));
    assert!(is_corrupt(&read_as::<Option<i64>>(&store, 8).await), "there is no such column");
}

async fn a_value_of_another_type_is_told_apart(database: Database) {
    let kinds =
        Kinds { number: Some(7), words: Some("seven".into()), bytes: Some(vec![7]), ..Kinds::default() };
    let store = one_row(&database, kinds).await;
    assert!(is_corrupt(&read_as::<String>(&store, 1).await));
    assert!(is_corrupt(&read_as::<Option<String>>(&store, 1).await));
    assert!(is_corrupt(&read_as::<i64>(&store, 3).await));
    assert!(is_corrupt(&read_as::<Vec<u8>>(&store, 3).await));
    assert!(is_corrupt(&read_as::<Uuid>(&store, 4).await));
    assert!(is_corrupt(&read_as::<Timestamp>(&store, 3).await));
    assert!(is_corrupt(&read_as::<serde_json::Value>(&store, 1).await));
}

async fn small_integers_keep_their_bounds(database: Database) {
    let store = one_row(&database, Kinds { number: Some(65_536), ..Kinds::default() }).await;
    assert_eq!(read_as::<u32>(&store, 1).await.unwrap(), 65_536);
    assert_eq!(read_as::<usize>(&store, 1).await.unwrap(), 65_536);
    assert!(is_corrupt(&read_as::<u16>(&store, 1).await));
    let small = store
        .write(|tx| {
            tx.execute(sql!("update kinds set small = $1"), &[i64::from(i16::MIN).into()])?;
            tx.query_one(sql!("select small from kinds"), &[], |row| row.get::<i32>(0))
        })
        .await
        .unwrap();
    assert_eq!(small, i32::from(i16::MIN));
}

async fn parameters_go_by_number(database: Database) {
    let answer = database
        .store()
        .await
        .read(|tx| {
            tx.query_one(
                sql!(
                    "select cast($2 as text), cast($1 as text), '$1' || cast($2 as text), -- the caller's $3\n\
                     cast($10 as text), cast($3 as text) || $4 || $5 || $6 || $7 || $8 || $9"
                ),
                &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"].map(Value::from),
                |row| (0..5).map(|index| row.get(index)).collect::<trunkline_store::Result<Vec<String>>>(),
            )
        })
        .await
        .unwrap();
    assert_eq!(answer, ["2", "1", "$12", "10", "3456789"]);
}

async fn what_one_engine_cannot_hold_is_refused_by_both(database: Database) {
    let store = database.store().await;
    let unfit = [
        Kinds { words: Some("a\0b".into()), ..Kinds::default() },
        Kinds { doc: Some(json!({"a": ["b", "c\0"]})), ..Kinds::default() },
        Kinds { doc: Some(json!({"a\0": 1})), ..Kinds::default() },
        Kinds { ratio: Some(f64::NAN), ..Kinds::default() },
        Kinds { at: Some(Timestamp::from_micros(-210_866_803_200_000_001)), ..Kinds::default() },
        Kinds { at: Some(Timestamp::from_micros(i64::MIN)), ..Kinds::default() },
    ];
    for kinds in unfit {
        let shown = format!("{kinds:?}");
        let refused = store.write(move |tx| kinds.write(tx, 1)).await;
        assert!(matches!(refused, Err(StoreError::Failed(_))), "{shown}: {refused:?}");
    }
}
