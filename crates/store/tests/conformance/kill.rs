//! What was acknowledged is there after the process was killed, and no second process may touch the file.
//!
//! The process that is killed is this test binary itself, started again for one test with the location of
//! the database in its environment.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use trunkline_store::{Location, Store};

use crate::database::Database;
use crate::things::{self, add};

const LOCATION: &str = "TRUNKLINE_STORE_TEST_LOCATION";
const ROUND: &str = "TRUNKLINE_STORE_TEST_ROUND";

/// Ids of one round, far more than are written before the kill.
const IDS_PER_ROUND: i64 = 1_000_000;

/// Writers in the process that is killed.
const WRITERS: i64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill_on_sqlite() {
    match child_location() {
        Some(location) => write_until_killed(location).await,
        None => {
            kill_again_and_again(&Database::sqlite(), "acknowledged_writes_survive_a_kill_on_sqlite").await
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill_on_postgresql() {
    match child_location() {
        Some(location) => write_until_killed(location).await,
        None => {
            kill_again_and_again(&Database::postgres(), "acknowledged_writes_survive_a_kill_on_postgresql")
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    if let Some(location) = child_location() {
        return write_until_killed(location).await;
    }
    let database = Database::sqlite();
    drop(database.store().await);
    let mut first = spawn(&database, 0, "a_second_process_is_refused_until_the_first_is_gone");
    acknowledged(&mut first).take(10).for_each(drop);
    let refused = Store::open(&database.location()).unwrap_err().to_string();
    assert!(refused.contains("another process is using this database"), "{refused}");
    kill(&mut first);
    assert!(things::all(&database.open()).await.len() >= 10);
}

async fn kill_again_and_again(database: &Database, test: &str) {
    drop(database.store().await);
    let mut promised = BTreeSet::new();
    for round in 0..5 {
        let mut child = spawn(database, round, test);
        // Killed in the middle of its work; what it had still said is promised too.
        promised.extend(acknowledged(&mut child).take(150 + 40 * round));
        child.kill().unwrap();
        promised.extend(acknowledged(&mut child));
        child.wait().unwrap();
        let there: BTreeSet<i64> = things::all(&database.open()).await.into_iter().collect();
        let lost: Vec<_> = promised.difference(&there).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
    }
    assert!(promised.len() >= 5 * 150);
}

/// In the process that is to be killed: where to write.
fn child_location() -> Option<Location> {
    let place = std::env::var(LOCATION).ok()?;
    Some(if place.starts_with("postgres://") {
        Location::Postgres { url: place, connections: 4 }
    } else {
        Location::Sqlite(place.into())
    })
}

async fn write_until_killed(location: Location) {
    let round: i64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = Store::open(&location).unwrap();
    let writers = (0..WRITERS).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for id in (0..IDS_PER_ROUND / WRITERS).map(|n| round * IDS_PER_ROUND + n * WRITERS + writer) {
                store.write(move |tx| add(tx, id)).await.unwrap();
                writeln!(std::io::stdout().lock(), "acknowledged {id}").unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    panic!("nobody killed this process");
}

fn spawn(database: &Database, round: usize, test: &str) -> Child {
    let place = match database {
        Database::Sqlite { .. } => database.file().into_os_string(),
        Database::Postgres { .. } => database.url().into(),
    };
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("kill::{test}"), "--nocapture"])
        .env(LOCATION, place)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The ids that the process says it has written, until it says no more.
fn acknowledged(child: &mut Child) -> impl Iterator<Item = i64> {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok())
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
