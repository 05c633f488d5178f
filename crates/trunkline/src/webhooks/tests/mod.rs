//! What happens at the doors that providers knock at (A1, A3, A4, A8, A9).

mod addresses;
mod legacy;
mod log;
mod refusals;
mod replays;
mod signature;
mod spool;
mod storage;
mod telnyx;

use serde_json::Value;
use trunkline_store::sql;

use crate::test_support::TestApp;

/// An entry of the journal.
#[derive(Debug, PartialEq)]
struct Kept {
    line: String,
    kind: String,
    url: String,
    headers: Value,
    body: String,
    processed: bool,
}

/// What the journal holds, oldest first.
async fn journal(app: &TestApp) -> Vec<Kept> {
    app.read(|tx| {
        tx.query(
            sql!(
                "select l.slug, j.kind, j.url, j.headers, j.body, j.processed_at is not null \
                 from journal j join lines l on l.id = j.line_id order by j.id"
            ),
            &[],
            |row| {
                Ok(Kept {
                    line: row.get(0)?,
                    kind: row.get(1)?,
                    url: row.get(2)?,
                    headers: row.get(3)?,
                    body: String::from_utf8(row.get(4)?).unwrap(),
                    processed: row.get(5)?,
                })
            },
        )
    })
    .await
}

/// The texts in the inbox, oldest first.
async fn texts(app: &TestApp) -> Vec<String> {
    app.read(|tx| {
        tx.query(sql!("select body from messages where direction = 'inbound' order by at"), &[], |row| {
            row.get(0)
        })
    })
    .await
}
