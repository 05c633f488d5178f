//! What the store promises, asked of both engines: one suite, and for each engine what only it can break.
//!
//! `TRUNKLINE_TEST_POSTGRES` names a server on which the tests may create databases; each makes its own and
//! drops it. To add a promise: write `async fn it_holds(database: Database)` and name it in `on_both!`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // All of it is test code.

/// Makes a test on each engine of every function named.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(crate::database::Database::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgresql() {
                super::$name(crate::database::Database::postgres()).await;
            }
        }
    )+};
}

mod batcher;
mod database;
mod errors;
mod fairness;
mod groups;
mod kill;
mod migrations;
mod postgres;
mod races;
mod sets;
mod snapshots;
mod things;
mod transactions;
mod values;
