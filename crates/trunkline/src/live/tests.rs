//! Browsers see what changes, as it changes, and miss nothing (E8).

use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use trunkline_store::sql;

use super::BACKLOG_MAX;
use crate::events::{self, EventCursor, Subject};
use crate::test_support::{
    ANA, BEN, Client, LiveEvent, TestApp, TestSetup, id, on_both_engines, on_postgres, soon, text,
};

on_both_engines![
    a_text_that_comes_in_is_seen_at_once,
    every_step_of_a_message_is_seen,
    a_contact_that_changes_is_seen,
    a_stream_that_broke_off_is_resumed_without_a_gap,
    a_stream_that_never_had_an_event_is_resumed_from_its_place,
    whoever_was_away_too_long_is_told_to_fetch_everything,
    whoever_missed_what_was_forgotten_is_told_to_fetch_everything,
    a_place_from_another_database_is_not_believed,
    whoever_is_not_signed_in_gets_no_stream,
];

fn is_message(event: &LiveEvent, state: &str) -> bool {
    event.kind == "message" && event.data["state"] == state
}

async fn a_text_that_comes_in_is_seen_at_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut stream = owner.live().await;
    app.receive("SM1", ANA, "Hello").await;
    app.run_due_jobs().await;
    let events = stream.until(|event| event.kind == "conversation").await;
    let message = events.iter().find(|event| event.kind == "message").unwrap();
    assert_eq!((text(&message.data["body"]), text(&message.data["state"])), ("Hello", "received"));
    // What it carries is what the list gives.
    let list = owner.get("/api/messages").await.expect(200);
    assert_eq!(message.data, list["items"][0]);
    let conversation = events.last().unwrap();
    assert_eq!(conversation.data, owner.get("/api/conversations").await.expect(200)["items"][0]);
    assert_eq!(conversation.data["unread_count"], 1);
    assert!(events.iter().all(|event| event.id.is_some()));
}

async fn every_step_of_a_message_is_seen(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut stream = owner.live().await;
    let message = id(&owner.send(ANA, "Hello").await);
    stream.until(|event| is_message(event, "queued")).await;
    app.run_due_jobs().await;
    stream.until(|event| is_message(event, "sent")).await;
    app.report(&app.carrier.item(&message), "delivered").send().await.expect(200);
    app.run_due_jobs().await;
    let events = stream.until(|event| event.kind == "conversation").await;
    assert!(events.iter().any(|event| is_message(event, "delivered")));
    // The list shows the last message's mark.
    assert_eq!(events.last().unwrap().data["last_message"]["state"], "delivered");
}

async fn a_contact_that_changes_is_seen(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut stream = owner.live().await;
    let contact = owner.post("/api/contacts", json!({ "name": "Ana" })).await.expect(201);
    let event = stream.next().await.unwrap();
    assert_eq!((event.kind.as_str(), &event.data), ("contact", &contact));
    owner.patch(&format!("/api/contacts/{}", id(&contact)), json!({ "name": "Ana B." })).await.expect(200);
    assert_eq!(stream.next().await.unwrap().data["name"], "Ana B.");
}

/// Waits until everything that was recorded can be read: on PostgreSQL whatever is open for a moment on the
/// same server, even in another database, holds it back.
async fn is_told(app: &TestApp) {
    let newest = sql!("select count(*) from events");
    let all: usize = app.read(move |tx| tx.query_one(newest, &[], |row| row.get(0))).await;
    soon(async {
        while app.read(move |tx| events::since(tx, EventCursor::default(), all)).await.len() < all {}
    })
    .await;
}

/// Adds contacts with these names.
async fn add_contacts(client: &Client, names: impl IntoIterator<Item = u32>) {
    for name in names {
        client.post("/api/contacts", json!({ "name": name.to_string() })).await.expect(201);
    }
}

fn names(events: &[LiveEvent]) -> Vec<u32> {
    events.iter().map(|event| text(&event.data["name"]).parse().unwrap()).collect()
}

async fn a_stream_that_broke_off_is_resumed_without_a_gap(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut first = owner.live().await;
    add_contacts(&owner, 1..=3).await;
    let seen = first.until(|event| event.data["name"] == "2").await;
    drop(first);
    add_contacts(&owner, 4..=5).await;
    let last = seen.last().unwrap().id.clone();
    let mut resumed = owner.resume_live(last.as_deref()).await;
    add_contacts(&owner, 6..=7).await;
    let events = resumed.until(|event| event.data["name"] == "7").await;
    assert_eq!(names(&events), [3, 4, 5, 6, 7]);
}

async fn a_stream_that_never_had_an_event_is_resumed_from_its_place(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    add_contacts(&owner, 1..=2).await;
    is_told(&app).await;
    let place = owner.live().await.place;
    add_contacts(&owner, 3..=4).await;
    let mut resumed = owner.resume_live(place.as_deref()).await;
    let events = resumed.until(|event| event.data["name"] == "4").await;
    assert_eq!(names(&events), [3, 4]);
}

/// Expects to be told to fetch everything, and then what happens next.
async fn has_to_start_over(owner: &Client, last: &str) {
    let mut stream = owner.resume_live(Some(last)).await;
    let event = stream.next().await.unwrap();
    assert_eq!((event.kind.as_str(), event.data), ("resync", json!({})));
    add_contacts(owner, [99]).await;
    stream.until(|event| event.data["name"] == "99").await;
}

async fn whoever_was_away_too_long_is_told_to_fetch_everything(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut stream = owner.live().await;
    add_contacts(&owner, [1]).await;
    let last = stream.next().await.unwrap().id.unwrap();
    let contact = id(&owner.get("/api/contacts").await.expect(200)["items"][0]);
    let (events, now) = (events::Events::new(), app.now());
    let subject = Subject::Contact(contact.parse().unwrap());
    let many = move |tx: &mut trunkline_store::Tx<'_>| {
        (0..=BACKLOG_MAX).try_for_each(|_| events.record(tx, now, subject))
    };
    app.store.write(many).await.unwrap();
    is_told(&app).await;
    has_to_start_over(&owner, &last).await;
}

/// The log goes back some days only; a laptop may sleep longer.
async fn whoever_missed_what_was_forgotten_is_told_to_fetch_everything(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut stream = owner.live().await;
    add_contacts(&owner, 1..=2).await;
    let seen = stream.until(|event| event.data["name"] == "1").await;
    app.advance(Duration::from_secs(4 * 86_400)).await;
    let horizon = app.now();
    add_contacts(&owner, [3]).await;
    app.store.write(move |tx| events::prune(tx, horizon)).await.unwrap();
    is_told(&app).await;
    has_to_start_over(&owner, seen[0].id.as_deref().unwrap()).await;
}

async fn a_place_from_another_database_is_not_believed(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    add_contacts(&owner, [1]).await;
    has_to_start_over(&owner, &format!("{0}-{0}", i64::MAX)).await;
    // What is no place at all is the same as none.
    for nonsense in ["", "x", "1", "1-x", "99999999999999999999-1"] {
        let mut stream = owner.resume_live(Some(nonsense)).await;
        add_contacts(&owner, [2]).await;
        assert_eq!(names(&[stream.next().await.unwrap()]), [2], "{nonsense}");
    }
}

async fn whoever_is_not_signed_in_gets_no_stream(setup: TestSetup) {
    let app = setup.start().await;
    app.sign_up_owner().await;
    app.visitor().get("/api/events").await.problem(401, "unauthenticated");
}

mod several_nodes {
    use super::*;

    on_postgres![
        what_another_node_changes_is_seen_too,
        an_open_transaction_delays_a_change_but_never_loses_it,
    ];

    async fn what_another_node_changes_is_seen_too(setup: TestSetup) {
        let app = setup.start().await;
        let other = app.another_node("other").await;
        let owner = app.sign_up_owner().await;
        let mut stream = owner.live().await;
        other.receive("SM1", BEN, "Hello").await;
        other.run_due_jobs().await;
        let events = stream.until(|event| event.kind == "message").await;
        assert_eq!(events.last().unwrap().data["body"], "Hello");
    }

    async fn an_open_transaction_delays_a_change_but_never_loses_it(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        add_contacts(&owner, [1]).await;
        let first = id(&owner.get("/api/contacts").await.expect(200)["items"][0]);
        let mut stream = owner.live().await;
        let (recorded, is_recorded) = tokio::sync::oneshot::channel();
        let (commit, may_commit) = mpsc::channel::<()>();
        let (events, now, store) = (events::Events::new(), app.now(), app.store.clone());
        let slow = tokio::spawn(async move {
            let write = store.write(move |tx| {
                events.record(tx, now, Subject::Contact(first.parse().unwrap()))?;
                recorded.send(()).unwrap();
                may_commit.recv().unwrap();
                Ok(())
            });
            write.await.unwrap();
        });
        soon(is_recorded).await.unwrap();
        add_contacts(&owner, [2]).await;
        commit.send(()).unwrap();
        soon(slow).await.unwrap();
        let seen = stream.until(|event| event.data["name"] == "2").await;
        assert_eq!(names(&seen), [1, 2]);
        // Resumed in between, nothing is skipped either.
        let mut resumed = owner.resume_live(seen[0].id.as_deref()).await;
        assert_eq!(names(&[resumed.next().await.unwrap()]), [2]);
    }
}
