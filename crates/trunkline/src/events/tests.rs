//! The log that every consumer reads with a cursor.

use std::sync::mpsc;
use std::time::Duration;

use trunkline_domain::ids::ContactId;
use uuid::Uuid;

use super::{Event, EventCursor, Subject, latest, oldest, prune, since};
use crate::test_support::{TestApp, TestSetup, on_both_engines, on_postgres, soon};

on_both_engines![
    entries_are_read_in_order_and_page_by_page,
    what_is_rolled_back_was_never_there,
    old_entries_are_forgotten_from_the_oldest_on,
];

fn subject(number: u128) -> Subject {
    Subject::Contact(ContactId::from(Uuid::from_u128(number)))
}

async fn record(app: &TestApp, number: u128) {
    let (events, now) = (super::Events::new(), app.now());
    app.store.write(move |tx| events.record(tx, now, subject(number))).await.unwrap();
}

async fn read(app: &TestApp, cursor: EventCursor, limit: usize) -> Vec<Event> {
    app.read(move |tx| since(tx, cursor, limit)).await
}

/// The first `count` entries, as soon as they can be read: on PostgreSQL whatever is open for a moment on the
/// same server, even in another database, holds them back.
async fn read_all(app: &TestApp, cursor: EventCursor, count: usize) -> Vec<Event> {
    soon(async {
        loop {
            let events = read(app, cursor, count + 1).await;
            assert!(events.len() <= count, "{events:?}");
            if events.len() == count {
                return events;
            }
        }
    })
    .await
}

fn subjects(events: &[Event]) -> Vec<Option<Subject>> {
    events.iter().map(|event| event.subject).collect()
}

async fn entries_are_read_in_order_and_page_by_page(setup: TestSetup) {
    let app = setup.start().await;
    let start = app.read(latest).await;
    for number in 1..=5 {
        record(&app, number).await;
    }
    let all = read_all(&app, start, 5).await;
    assert_eq!(subjects(&all), (1..=5).map(|number| Some(subject(number))).collect::<Vec<_>>());
    assert!(all.is_sorted_by_key(|event| event.cursor));
    let (mut pages, mut cursor) = (Vec::new(), start);
    while let [.., last] = &*read(&app, cursor, 2).await {
        cursor = last.cursor;
        pages.push(cursor);
    }
    assert_eq!(pages, [all[1].cursor, all[3].cursor, all[4].cursor]);
    assert_eq!(app.read(latest).await, all[4].cursor);
    let text = all[4].cursor.to_string();
    assert_eq!(text.parse(), Ok(all[4].cursor));
}

async fn what_is_rolled_back_was_never_there(setup: TestSetup) {
    let app = setup.start().await;
    let (events, now, start) = (super::Events::new(), app.now(), app.read(latest).await);
    let undone = app.store.write(move |tx| {
        events.record(tx, now, subject(1))?;
        Err::<(), _>(trunkline_store::StoreError::Refused("no".into()))
    });
    undone.await.unwrap_err();
    record(&app, 2).await;
    assert_eq!(subjects(&read_all(&app, start, 1).await), [Some(subject(2))]);
}

async fn old_entries_are_forgotten_from_the_oldest_on(setup: TestSetup) {
    let app = setup.start().await;
    record(&app, 1).await;
    app.advance(Duration::from_secs(60)).await;
    let horizon = app.now();
    record(&app, 2).await;
    assert_eq!(app.store.write(move |tx| prune(tx, horizon)).await.unwrap(), 1);
    let left = read_all(&app, EventCursor::default(), 1).await;
    assert_eq!(subjects(&left), [Some(subject(2))]);
    assert_eq!(app.read(oldest).await, left[0].cursor);
}

mod several_writers {
    use super::*;

    on_postgres![an_open_transaction_delays_what_came_after_it_but_loses_nothing];

    /// Transactions commit in another order than they took their numbers.
    async fn an_open_transaction_delays_what_came_after_it_but_loses_nothing(setup: TestSetup) {
        let app = setup.start().await;
        let start = app.read(latest).await;
        let (recorded, is_recorded) = tokio::sync::oneshot::channel();
        let (commit, may_commit) = mpsc::channel::<()>();
        let (events, now, store) = (super::super::Events::new(), app.now(), app.store.clone());
        let slow = tokio::spawn(async move {
            let write = store.write(move |tx| {
                events.record(tx, now, subject(1))?;
                recorded.send(()).unwrap();
                may_commit.recv().unwrap();
                Ok(())
            });
            write.await.unwrap();
        });
        soon(is_recorded).await.unwrap();
        record(&app, 2).await;
        // The second is committed, but to pass it on now would be to skip the first for ever.
        assert!(read(&app, start, 10).await.is_empty());
        assert_eq!(app.read(latest).await, start);
        commit.send(()).unwrap();
        soon(slow).await.unwrap();
        let both = read_all(&app, start, 2).await;
        assert_eq!(subjects(&both), [Some(subject(1)), Some(subject(2))]);
    }
}
