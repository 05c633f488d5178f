//! What feature tests stand on: the whole app on a clean database, a simulated carrier, and hands to work them.
//!
//! A test is a plain `async fn(TestSetup)`; [`on_both_engines!`] lists the tests of a file and runs each on
//! SQLite and on PostgreSQL. [`TestSetup::start`] gives a [`TestApp`]: everything `App::build` wires, its
//! carrier a real simulator over HTTP. Nothing happens by itself: jobs run when the test calls
//! [`TestApp::run_due_jobs`], the clock moves when it calls [`TestApp::advance`], and the carrier reports
//! only if the test asked for a lively one. So a week of retries takes a moment, and every run is the same.
//!
//! # To add a feature test
//!
//! 1. In the feature's `tests` folder, write an `async fn` whose name says what the product does, begin it with
//!    `setup.start().await`, and add it to the list of its file.
//! 2. Speak to the app as its users do: [`TestApp::sign_up_owner`] and [`Client`] for people,
//!    [`TestApp::webhook`] for the carrier, `app.carrier` to see what left and to make the carrier misbehave.
//! 3. Wait for events (`carrier.until_accepted`, [`soon`]), never for a time.
//!
//! At its end a test fails if work is left in the queue, if a job failed, if the carrier holds a message
//! twice, or if a secret stands in the log, unless it said that it means to leave that behind.

mod app;
mod carrier;
mod checks;
mod client;
pub(crate) mod clock;
mod database;
mod live;
mod log;
mod model;
mod post_office;
mod server;
mod setup;
mod smtp;
mod webhook;
mod wire;

use std::cell::RefCell;
use std::rc::Rc;

use metrics_exporter_prometheus::PrometheusBuilder;

pub(crate) use trunkline_store::Engine;

pub(crate) use app::TestApp;
pub(crate) use client::{Answer, Client, id, text};
pub(crate) use database::Database;
pub(crate) use live::{LiveEvent, LiveStream};
pub(crate) use log::Log;
pub(crate) use model::{Model, Turn};
pub(crate) use post_office::PostOffice;
pub(crate) use setup::{
    ACCOUNT, LINE, MAIL_LINE, SEALING_KEY, SECOND_LINE, SIGNING_SEED, SPARE_NUMBER, TOKEN, TestSetup,
};
pub(crate) use smtp::{SmtpServer, Verdict};
pub(crate) use webhook::{Webhook, inbound_params, status_params, telnyx_inbound};

/// Customers' phones.
pub(crate) const ANA: &str = "+12125550163";
pub(crate) const BEN: &str = "+13125550128";

/// The phone of one of many customers: North America sets 555-0100 to 555-0199 aside in every area.
pub(crate) fn customer(number: usize) -> String {
    let area = [202, 203, 205, 206, 207, 208, 209, 210][number / 100];
    format!("+1{area}555{:04}", 100 + number % 100)
}

/// Every order of the items.
pub(crate) fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let starting_with = |first: usize| {
        let mut rest = items.to_vec();
        let item = rest.remove(first);
        orders(&rest).into_iter().map(move |rest| [vec![item.clone()], rest].concat())
    };
    (0..items.len()).flat_map(starting_with).collect()
}

/// Runs each test of the list on both engines. A test that is not in the list is dead code, which does not
/// pass the lints, so none is forgotten.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $test() {
                    $crate::test_support::run($crate::test_support::Engine::Sqlite, super::$test).await;
                }
            )+
        }
        $crate::test_support::on_postgres!($($test),+);
    };
}

/// Runs each test of the list on PostgreSQL, for what only it can do: several nodes, open transactions.
macro_rules! on_postgres {
    ($($test:ident),+ $(,)?) => {
        mod on_postgres {
            $(
                #[tokio::test]
                async fn $test() {
                    $crate::test_support::run($crate::test_support::Engine::Postgres, super::$test).await;
                }
            )+
        }
    };
}

pub(crate) use {on_both_engines, on_postgres};

/// Runs one test on one engine, and checks every app it started when it is over.
pub(crate) async fn run<Test: Future<Output = ()>>(engine: Engine, test: impl FnOnce(TestSetup) -> Test) {
    // Both are the thread's own, and so is the runtime: tests that run beside this one are not heard.
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let (log, _logging) = Log::start();
    let apps = Rc::new(RefCell::new(Vec::new()));
    test(TestSetup::new(engine, log.clone(), recorder.handle(), apps.clone())).await;
    for app in apps.take() {
        app.finish().await;
    }
    checks::no_secret_in(&log);
}

/// Waits for `future`, but not for ever: longer than anything takes, so that a test that would hang fails.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, future).await.expect("what was waited for did not happen")
}
