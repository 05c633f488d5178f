//! The built program, killed with SIGKILL again and again while texts come in and replies go out.
//!
//! The carrier lives in this process, so its ledger survives every death of the program and can be held
//! against the inbox at the end: each text once, each reply once, every message in a final state, nothing
//! left to do. On the way the carrier loses answers, and tells of its messages late, twice, in the wrong
//! order or never. Among the deaths are some before the program is ready again.
//!
//! On SQLite the program is one process, on PostgreSQL three nodes, of which one at a time is killed. There the
//! database has its accidents as well: all connections are ended now and then, or the whole server is restarted,
//! with which everyone has to go on by itself.
//!
//! * `TRUNKLINE_KILLS`: how often it is killed in each run; 50 unless set.
//! * `TRUNKLINE_KILL_SEED`: draws the same kills and faults as the run that printed it. The machine still
//!   decides what they meet, so it brings back the weather, not the moment.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // All of it is test code.

mod audit;
mod carrier;
mod chance;
mod customers;
mod database;
mod model;
mod office;
mod ours;
mod outage;
mod peers;
mod program;
mod scene;
mod server;
mod tally;
mod traffic;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpSocket;

/// A port of this machine, bound but never listening: the system gives it to nobody else while whoever it is for
/// is down.
fn reserved_port() -> (TcpSocket, SocketAddr) {
    let reserved = TcpSocket::new_v4().unwrap();
    // With this another may listen at an address that is bound already, as long as nobody else listens.
    reserved.set_reuseaddr(true).unwrap();
    reserved.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = reserved.local_addr().unwrap();
    (reserved, address)
}

/// A client that goes to this machine only.
fn http_client(timeout: Duration) -> reqwest::Client {
    // None can be built without a TLS provider. An error only says that there is one.
    _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(timeout).build().unwrap()
}
