//! What must be true at the end of every test.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use trunkline_simulator::Status;
use trunkline_store::sql;
use uuid::Uuid;

use super::client::PASSWORD;
use super::setup::TOKEN;
use super::{Log, TestApp};

pub(super) async fn at_the_end(app: &TestApp) {
    if !app.leaves_jobs.load(Ordering::Relaxed) {
        let jobs = app.jobs().await;
        assert!(jobs.is_empty(), "work is left in the queue: {jobs:#?}");
    }
    if !app.leaves_errors.load(Ordering::Relaxed) {
        let errors = app.read(|tx| {
            tx.query(sql!("select kind, error from processing_errors order by id"), &[], |row| {
                Ok((row.get::<String>(0)?, row.get::<String>(1)?))
            })
        });
        let errors = errors.await;
        assert!(errors.is_empty(), "jobs failed: {errors:#?}");
    }
    nothing_left_twice(app).await;
    marks_agree(app).await;
}

/// The marks that indexes go by say what the states say.
async fn marks_agree(app: &TestApp) {
    let disagreeing = app.read(|tx| {
        tx.query(
            sql!(
                "select id, state from messages where waits <> (state in ('scheduled', 'held')) \
                 or dead <> (direction = 'outbound' and state in ('failed', 'undelivered', 'unknown'))"
            ),
            &[],
            |row| Ok((row.get::<Uuid>(0)?, row.get::<String>(1)?)),
        )
    });
    let disagreeing = disagreeing.await;
    assert!(disagreeing.is_empty(), "the marks of messages disagree with their states: {disagreeing:?}");
}

/// The second promise: the carrier has accepted each message once, unless it was sent again knowingly.
async fn nothing_left_twice(app: &TestApp) {
    let mut copies: HashMap<Uuid, usize> = HashMap::new();
    // What was called off before its time never left.
    let left = app.carrier.accepted().into_iter().filter(|item| item.status != Status::Canceled);
    for item in left {
        *copies.entry(message_of(&item.status_callback.unwrap())).or_default() += 1;
    }
    let known = app.read(|tx| {
        tx.query(sql!("select id from messages where possibly_doubled"), &[], |row| row.get::<Uuid>(0))
    });
    let known = known.await;
    copies.retain(|message, count| *count > 1 && !known.contains(message));
    assert!(copies.is_empty(), "the carrier accepted messages more than once: {copies:?}");
}

/// Our id of the message, as the address for its receipts carries it.
fn message_of(status_callback: &str) -> Uuid {
    let url = url::Url::parse(status_callback).unwrap();
    url.query_pairs().find(|(name, _)| name == "m").unwrap().1.parse().unwrap()
}

pub(super) fn no_secret_in(log: &Log) {
    let text = log.text();
    for secret in [TOKEN, PASSWORD] {
        assert!(!text.contains(secret), "a secret is in the log");
    }
}
