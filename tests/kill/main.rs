//! The built program, killed with SIGKILL again and again while texts come in and replies go out.
//!
//! The carrier lives in this process, so its ledger survives every death of the program and can be held
//! against the inbox at the end: each text once, each reply once, every message in a final state, nothing
//! left to do. On the way the carrier loses answers, and tells of its messages late, twice, in the wrong
//! order or never. Among the deaths are some before the program is ready again.
//!
//! On SQLite the program is one process, on PostgreSQL three nodes, of which one at a time is killed; there all
//! connections to the database are ended now and then as well, with which everyone has to go on by itself.
//!
//! * `TRUNKLINE_KILLS`: how often it is killed on each engine; 50 unless set.
//! * `TRUNKLINE_KILL_IN_FLIGHT`: how many replies are on their way to the carrier at most; 250 unless set.
//! * `TRUNKLINE_KILL_SEED`: draws the same kills and faults as the run that printed it. The machine still
//!   decides what they meet, so it brings back the weather, not the moment.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // All of it is test code.

mod audit;
mod carrier;
mod chance;
mod database;
mod office;
mod program;
mod traffic;

use std::time::{Duration, Instant};

use crate::audit::Audit;
use crate::carrier::Carrier;
use crate::chance::Chance;
use crate::database::Database;
use crate::office::Office;
use crate::program::Program;
use crate::traffic::Traffic;

/// Kills on each engine, unless the environment says otherwise.
const KILLS: u64 = 50;

/// Rate of kills before which the database ends all its connections.
const HANG_UP: f64 = 0.3;

/// Nodes beside the first one, where the database can be shared.
const COMPANIONS: usize = 2;

/// A run that takes longer hangs: so much for each kill, and for everything else.
const LONGEST: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(300));

/// Rate of deaths that come before the program is ready, while it takes over from its predecessor.
const EARLY: f64 = 0.2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_sqlite_however_often_the_program_is_killed() {
    rehearse(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_postgresql_however_often_the_program_is_killed() {
    rehearse(Database::postgres().await).await;
}

async fn rehearse(database: Database) {
    let kills = chance::number("TRUNKLINE_KILLS").unwrap_or(KILLS).max(1);
    let longest = LONGEST.0 * u32::try_from(kills).unwrap() + LONGEST.1;
    let run = tokio::time::timeout(longest, kill_and_reckon(database, kills));
    run.await.unwrap_or_else(|_| panic!("not done after {longest:?}"));
}

async fn kill_and_reckon(database: Database, kills: u64) {
    let seed = chance::seed();
    // Shown with a failure.
    println!("{}: TRUNKLINE_KILL_SEED={seed}", database.engine());
    let chance = Chance::new(seed, "kills");
    let program = Program::new(database);
    let carrier = Carrier::start(&Chance::new(seed, "carrier"), program.address()).await;
    let mut nodes = with_companions(program);
    for node in &mut nodes {
        node.configure(carrier.address());
        node.start();
        node.ready().await;
    }

    let office = Office::open(nodes[0].address()).await;
    let traffic = Traffic::start(&office, &carrier, seed);
    let restarts = kill_again_and_again(kills, &mut nodes, &carrier, &chance).await;
    let said = traffic.stop().await;
    carrier.be_fair();
    let audit = Audit { nodes: &mut nodes, carrier: &carrier, office: &office, said: &said };
    let counts = audit.run().await;
    let (engine, count) = (nodes[0].engine(), nodes.len());
    println!("{engine}, {count} nodes: {kills} kills, {counts}, {}", spread(restarts));
}

/// The program, and what shares its database.
fn with_companions(program: Program) -> Vec<Program> {
    let companions = match program.database {
        Database::Sqlite => 0,
        Database::Postgres { .. } => COMPANIONS,
    };
    let others: Vec<Program> = (1..=companions).map(|number| program.companion(number)).collect();
    std::iter::once(program).chain(others).collect()
}

/// Kills and restarts the program; returns how long it took to be ready again, from the kill on.
async fn kill_again_and_again(
    kills: u64,
    nodes: &mut [Program],
    carrier: &Carrier,
    chance: &Chance,
) -> Vec<Duration> {
    let mut restarts = Vec::new();
    tokio::time::sleep(chance.millis(200, 800)).await;
    for left in (0..kills).rev() {
        if chance.happens(HANG_UP) {
            // Nothing of ours is restarted for it.
            nodes[0].database.hang_up().await;
            tokio::time::sleep(chance.millis(50, 500)).await;
        }
        let victim = chance.between(0, nodes.len() as u64 - 1) as usize;
        let program = &mut nodes[victim];
        let killed = Instant::now();
        program.kill();
        // No kill follows the last one, so nothing may need one to be found or freed.
        if left > 0 {
            carrier.storm(chance)
        } else {
            carrier.clear_up(chance)
        }
        program.start();
        if left > 0 && chance.happens(EARLY) {
            tokio::time::sleep(chance.millis(0, 250)).await;
            continue;
        }
        program.ready().await;
        restarts.push(killed.elapsed());
        tokio::time::sleep(chance.millis(50, 1_000)).await;
    }
    restarts
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let [median, max] = [times.len() / 2, times.len() - 1].map(|at| times[at].as_millis());
    format!("kill to ready again: median {median} ms, max {max} ms")
}

/// A client that goes to this machine only.
fn http_client(timeout: Duration) -> reqwest::Client {
    // None can be built without a TLS provider. An error only says that there is one.
    _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(timeout).build().unwrap()
}
