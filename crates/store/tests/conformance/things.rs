//! Tables for the tests, and the few statements that most of them need.

use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::oneshot;
use trunkline_store::{Migration, Result, Store, Tx, sql};

pub(crate) static MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "things",
    sqlite: "
        create table things (id integer primary key, name text not null, size integer not null default 0) strict;
        create unique index things_name_key on things (name);
        create table parts (
            thing_id integer not null references things (id),
            number integer not null,
            label text,
            code text,
            weight integer check (weight > 0),
            primary key (thing_id, number)
        ) strict;
        create unique index parts_thing_id_label_key on parts (thing_id, label) where label is not null;
        create unique index parts_code_key on parts (lower(code));
        create table kinds (
            id integer primary key, flag integer, number integer, small integer, ratio real, words text,
            bytes blob, uuid blob, at integer, doc text
        ) strict;",
    postgres: "
        create table things (id bigint primary key, name text not null, size bigint not null default 0);
        create unique index things_name_key on things (name);
        create table parts (
            thing_id bigint not null references things (id),
            number bigint not null,
            label text,
            code text,
            weight bigint check (weight > 0),
            primary key (thing_id, number)
        );
        create unique index parts_thing_id_label_key on parts (thing_id, label) where label is not null;
        create unique index parts_code_key on parts (lower(code));
        create table kinds (
            id bigint primary key, flag boolean, number bigint, small smallint, ratio double precision, words text,
            bytes bytea, uuid uuid, at timestamptz, doc jsonb
        );",
}];

/// Adds a thing whose name follows from its id.
pub(crate) fn add(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    add_named(tx, id, &format!("thing {id}"))
}

pub(crate) fn add_named(tx: &mut Tx<'_>, id: i64, name: &str) -> Result<()> {
    tx.execute_exactly(1, sql!("insert into things (id, name) values ($1, $2)"), &[id.into(), name.into()])
}

pub(crate) fn count(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(sql!("select count(*) from things"), &[], |row| row.get(0))
}

pub(crate) fn ids(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    tx.query(sql!("select id from things order by id"), &[], |row| row.get(0))
}

/// The ids of all things there are.
pub(crate) async fn all(store: &Store) -> Vec<i64> {
    store.read(ids).await.unwrap()
}

/// A call that has begun: what it asks for is in the queue. Dropping it is the caller going away.
pub(crate) type Begun<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Begins a call, up to where it has to wait for its answer.
pub(crate) fn begin<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> Begun<T> {
    // Unconstrained, because the runtime may otherwise make it wait for no reason of ours.
    let mut call = Box::pin(tokio::task::unconstrained(call));
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Box::pin(std::future::ready(answer)),
        Poll::Pending => call,
    }
}

/// Begins a write.
pub(crate) fn begin_write<F>(store: &Store, work: F) -> Begun<Result<()>>
where
    F: FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
{
    let store = store.clone();
    begin(async move { store.write(work).await })
}

/// A closure that is inside its transaction until it is let go.
pub(crate) struct Held {
    done: Begun<Result<()>>,
    release: Sender<()>,
}

impl Held {
    /// Begins a write, runs `first` in it and returns once it stands still there.
    pub(crate) async fn in_write(
        store: &Store,
        first: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Held {
        let (entered, release, stand_still) = pause();
        let done = begin_write(store, |tx| {
            let outcome = first(tx);
            stand_still();
            outcome
        });
        entered.await.unwrap();
        Held { done, release }
    }

    /// Begins a read and returns once it stands still in it.
    pub(crate) async fn in_read(store: &Store) -> Held {
        let (entered, release, stand_still) = pause();
        let store = store.clone();
        let read = |tx: &mut Tx<'_>| {
            count(tx)?;
            stand_still();
            Ok(())
        };
        let done = begin(async move { store.read(read).await });
        entered.await.unwrap();
        Held { done, release }
    }

    /// Lets the closure end, and says how it did.
    pub(crate) async fn end(self) -> Result<()> {
        self.release.send(()).unwrap();
        self.done.await
    }

    /// Lets the closure end when its caller has gone away.
    pub(crate) fn abandon(self) {
        drop(self.done);
        self.release.send(()).unwrap();
    }
}

/// A place to stand still in: tells that it has been reached, and waits to be released.
pub(crate) fn pause() -> (oneshot::Receiver<()>, Sender<()>, impl FnOnce() + Send + 'static) {
    let (reached, entered) = oneshot::channel();
    let (release, released): (Sender<()>, Receiver<()>) = channel();
    let stand_still = move || {
        reached.send(()).unwrap();
        // An end that is gone, because its test failed, releases as well.
        released.recv().ok();
    };
    (entered, release, stand_still)
}

/// Waits until `holds`, a generous while.
pub(crate) async fn eventually<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come about in ten seconds");
}
