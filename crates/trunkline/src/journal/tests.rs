//! Webhooks on disk, each event once (A1, A3).

use futures::join;
use serde_json::json;
use trunkline_store::sql;

use super::{Appended, Entry, append, load};
use crate::test_support::{TestApp, TestSetup, on_both_engines, on_postgres};

on_both_engines![
    an_entry_comes_back_as_it_was,
    of_a_batch_each_event_is_taken_once,
    an_entry_that_cannot_be_stored_does_not_take_others_with_it,
];

fn entry(app: &TestApp, event: &str) -> Entry {
    Entry {
        id: app.app().worker.ambient.id(),
        event_key: event.to_owned(),
        line_id: None,
        kind: "test".into(),
        url: "/webhooks/test?a=%20b".into(),
        headers: json!({ "content-type": "text/plain", "note": "ü \"quoted\"" }).to_string(),
        body: (0..=255).collect(),
        remote_address: "2001:db8::1".into(),
        received_at: app.now(),
    }
}

async fn written(app: &TestApp, entries: Vec<Entry>) -> Vec<Appended> {
    let worker = app.app().worker.clone();
    let entries: Vec<_> = entries.into_iter().map(std::sync::Arc::new).collect();
    let write = app.store.write(move |tx| append(tx, &worker.ambient, &worker.jobs, &entries));
    write.await.unwrap()
}

async fn an_entry_comes_back_as_it_was(setup: TestSetup) {
    let app = setup.start().await;
    let entry = entry(&app, "event");
    assert_eq!(written(&app, vec![entry.clone()]).await, [Appended::New]);
    let id = entry.id;
    let kept = app.read(move |tx| load(tx, id)).await.unwrap();
    assert_eq!(format!("{kept:?}"), format!("{entry:?}"));
    app.leaves_jobs();
}

async fn of_a_batch_each_event_is_taken_once(setup: TestSetup) {
    let app = setup.start().await;
    let batch = |events: &[&str]| events.iter().map(|event| entry(&app, event)).collect::<Vec<_>>();
    use Appended::{Duplicate, New};
    assert_eq!(written(&app, batch(&["a", "b", "a"])).await, [New, New, Duplicate]);
    assert_eq!(written(&app, batch(&["c", "b", "d", "c"])).await, [New, Duplicate, New, Duplicate]);
    assert_eq!(app.jobs().await.len(), 4, "each has its job");
    app.leaves_jobs();
}

/// They only happen to be written together.
async fn an_entry_that_cannot_be_stored_does_not_take_others_with_it(setup: TestSetup) {
    let app = setup.start().await;
    let worker = app.app().worker.clone();
    let journal = super::Journal::new(&app.store, &worker.ambient, &worker.jobs);
    let poison = Entry { url: "\0".into(), ..entry(&app, "poison") };
    let (first, second, third, fourth) = join!(
        journal.append(entry(&app, "a").into()),
        journal.append(entry(&app, "b").into()),
        journal.append(poison.into()),
        journal.append(entry(&app, "c").into()),
    );
    assert_eq!([first.unwrap(), second.unwrap(), fourth.unwrap()], [Appended::New; 3]);
    third.unwrap_err();
    app.leaves_jobs();
}

mod several_writers {
    use super::*;

    on_postgres![batches_with_the_same_events_never_wait_in_a_circle];

    /// A provider that repeats itself, to several nodes, in another order.
    async fn batches_with_the_same_events_never_wait_in_a_circle(setup: TestSetup) {
        let app = setup.start().await;
        app.leaves_jobs();
        for round in 0..10 {
            let events: Vec<_> = (0..200).map(|number| format!("{round}/{number}")).collect();
            let there = events.iter().map(|event| entry(&app, event)).collect();
            let back = events.iter().rev().map(|event| entry(&app, event)).collect();
            let (one, two) = join!(written(&app, there), written(&app, back));
            let new = [one, two].concat().into_iter().filter(|appended| *appended == Appended::New);
            assert_eq!(new.count(), 200);
        }
        let count = sql!("select count(*) from journal");
        let kept: i64 = app.read(move |tx| tx.query_one(count, &[], |row| row.get(0))).await;
        assert_eq!(kept, 2_000);
    }
}
