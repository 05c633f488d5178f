//! A file comes in with a message (A2, C12, E3).

use serde_json::json;
use sha2::{Digest, Sha256};
use trunkline_store::sql;

use super::{header, jpeg, png};
use crate::test_support::{TestApp, TestSetup, on_both_engines, text};

on_both_engines![
    a_picture_is_fetched_with_credentials_and_made_small,
    a_picture_through_telnyx_is_fetched_without_any,
    several_files_keep_their_order,
    a_webhook_that_comes_twice_has_its_file_once,
    a_file_that_is_no_picture_is_kept_as_what_it_is,
    browsers_hear_when_a_file_is_here,
    media_of_old_messages_are_still_shown,
];

async fn a_picture_is_fetched_with_credentials_and_made_small(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let picture = jpeg(1_600, 1_200);
    app.sends_file("image/jpeg", picture.clone()).await;

    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!(medium["state"], "kept", "{medium}");
    assert_eq!(medium["content_type"], "image/jpeg");
    assert_eq!((&medium["width"], &medium["height"]), (&json!(1_600), &json!(1_200)));
    assert_eq!(medium["bytes"], picture.len());

    let served = owner.get(text(&medium["url"])).await;
    assert_eq!((served.status.as_u16(), &served.body[..]), (200, &picture[..]));
    assert_eq!(header(&served, "etag"), format!("\"{}\"", hex::encode(Sha256::digest(&picture))));
    let small = owner.get(text(&medium["thumbnail_url"])).await;
    let decoded = image::load_from_memory(&small.body).unwrap();
    assert_eq!((header(&small, "content-type"), decoded.width(), decoded.height()), ("image/jpeg", 640, 480));
    assert_eq!(app.objects(), 2);
}

async fn a_picture_through_telnyx_is_fetched_without_any(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(40, 30)).await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["state"]), text(&medium["content_type"])), ("kept", "image/png"), "{medium}");
    assert_eq!(owner.get(text(&medium["url"])).await.body, png(40, 30));
}

async fn several_files_keep_their_order(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let files = [
        ("image/jpeg", jpeg(30, 20)),
        ("image/png", png(10, 10)),
        ("text/vcard", b"BEGIN:VCARD\r\n".to_vec()),
    ];
    let carrier = &app.carrier.simulator;
    let urls = files.map(|(kind, bytes)| carrier.add_file(kind, bytes.into()).unwrap());
    app.sends_media(&urls).await;
    app.run_due_jobs().await;
    let media = app.media(&owner).await;
    let kinds: Vec<&str> = media.iter().map(|medium| text(&medium["content_type"])).collect();
    assert_eq!(kinds, ["image/jpeg", "image/png", "text/vcard"]);
}

async fn a_webhook_that_comes_twice_has_its_file_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(trunkline_simulator::Faults { webhook_double_rate: 1.0, ..Default::default() });
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    app.medium(&owner).await;
    assert_eq!(app.objects(), 2);
}

async fn a_file_that_is_no_picture_is_kept_as_what_it_is(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    // Its sender says it is a picture.
    app.sends_file("image/jpeg", b"%PDF-1.7\n%rest".to_vec()).await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["state"]), text(&medium["content_type"])), ("kept", "application/pdf"));
    assert_eq!((&medium["thumbnail_url"], &medium["width"]), (&json!(null), &json!(null)));
}

async fn browsers_hear_when_a_file_is_here(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut live = owner.live().await;
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    live.until(|event| event.data["media"][0]["state"] == "kept").await;
}

/// Messages of the releases before have no files of their own, only an address.
async fn media_of_old_messages_are_still_shown(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    forget_rows(&app).await;
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["state"]), &medium["id"]), ("elsewhere", &json!(null)));
    assert!(text(&medium["url"]).starts_with("http"), "{medium}");
}

async fn forget_rows(app: &TestApp) {
    app.store.write(|tx| tx.execute(sql!("delete from media"), &[])).await.unwrap();
}
