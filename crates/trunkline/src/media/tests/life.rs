//! What happens to bytes when a process dies, when work is done twice, and when nobody needs them any more.

use std::time::Duration;

use trunkline_store::sql;

use super::png;
use crate::jobs::Queue;
use crate::media::rows::Kept;
use crate::media::{Given, attach};
use crate::test_support::{TestApp, TestSetup, on_both_engines, on_postgres, text};

on_both_engines![
    bytes_without_a_commit_are_swept_up,
    a_process_that_dies_while_it_fetches_leaves_no_trace,
    a_job_that_runs_twice_keeps_one_file,
    bytes_that_another_room_has_are_attached_to_its_message,
    what_is_brought_and_not_sent_is_deleted_after_a_day,
];

async fn keep(app: &TestApp, bytes: Vec<u8>) -> Kept {
    let given = Given { name: Some("terms.png".into()), declared_type: None };
    let chunks = bytes.chunks(7).map(|chunk| Ok::<_, String>(chunk.to_vec().into())).collect::<Vec<_>>();
    app.app().media.keep(given, futures::stream::iter(chunks)).await.unwrap()
}

async fn bytes_without_a_commit_are_swept_up(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(20, 20)).await;
    app.run_due_jobs().await;
    keep(&app, png(10, 10)).await;
    assert_eq!(app.objects(), 4);
    // It may be about to be committed.
    app.advance(Duration::from_secs(3_500)).await;
    assert_eq!(app.app().media.sweep(false).await.unwrap(), 0);
    app.advance(Duration::from_secs(200)).await;
    assert_eq!(app.app().media.sweep(false).await.unwrap(), 2);
    assert_eq!(app.objects(), 2, "what belongs to a message stays");
    assert_eq!(owner.get(text(&app.medium(&owner).await["url"])).await.status, 200);
}

async fn a_process_that_dies_while_it_fetches_leaves_no_trace(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(20, 20)).await;
    // The webhook is read; the file is claimed by a process that dies.
    let journal = app.app().worker.claim(Queue::Journal).await.remove(0);
    app.app().worker.run_claimed(journal).await;
    assert_eq!(app.app().worker.claim(Queue::Media).await.len(), 1);
    keep(&app, png(20, 20)).await;
    app.restart().await;
    app.run_due_jobs().await;
    assert_eq!(app.medium(&owner).await["state"], "kept");
    app.advance(Duration::from_secs(4_000)).await;
    app.app().media.sweep(true).await.unwrap();
    assert_eq!(app.objects(), 2);
}

/// Its first run lost the claim: what that one fetched must not show, nor stay.
async fn a_job_that_runs_twice_keeps_one_file(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(20, 20)).await;
    let journal = app.app().worker.claim(Queue::Journal).await.remove(0);
    app.app().worker.run_claimed(journal).await;
    let lost = app.app().worker.claim(Queue::Media).await.remove(0);
    app.restart().await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    app.app().worker.run_claimed(lost).await;
    assert_eq!(app.medium(&owner).await, medium);
    assert_eq!(app.objects(), 2);
}

async fn bytes_that_another_room_has_are_attached_to_its_message(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.receive("SM1", crate::test_support::ANA, "See the attachment").await;
    app.run_due_jobs().await;
    let kept = keep(&app, png(20, 20)).await;
    let media = app.app().media.clone();
    let message = app.read(|tx| tx.query_one(sql!("select id from messages"), &[], |row| row.get(0))).await;
    app.store.write(move |tx| attach(tx, &media, message, 0, &kept)).await.unwrap();
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["name"]), text(&medium["content_type"])), ("terms.png", "image/png"));
    assert_eq!(owner.get(text(&medium["url"])).await.body, png(20, 20));
}

async fn what_is_brought_and_not_sent_is_deleted_after_a_day(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    let brought = owner.ask(
        axum::http::Method::POST,
        "/api/media?name=a.png",
        &[("content-type", "image/png")],
        Some(png(30, 30).into()),
    );
    let url = text(&brought.await.expect(201)["url"]).to_owned();
    app.advance(Duration::from_secs(86_000)).await;
    assert_eq!(app.app().media.drop_unsent().await.unwrap(), 0);
    assert_eq!(owner.get(&url).await.status, 200);
    app.advance(Duration::from_secs(1_000)).await;
    assert_eq!(app.app().media.drop_unsent().await.unwrap(), 1);
    owner.get(&url).await.problem(404, "not_found");
    assert_eq!(app.objects(), 2, "what came with a message stays");
}

mod nodes {
    use super::*;

    on_postgres![two_nodes_keep_one_file];

    async fn two_nodes_keep_one_file(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("other").await;
        app.sends_file("image/png", png(20, 20)).await;
        tokio::join!(app.run_due_jobs(), other.run_due_jobs());
        app.run_due_jobs().await;
        assert_eq!(app.medium(&owner).await["state"], "kept");
        assert_eq!(other.objects(), 2);
    }
}
