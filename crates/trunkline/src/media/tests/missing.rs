//! A file that cannot be had says why, and is asked for again as long as that may help (A2).

use std::time::Duration;

use serde_json::json;
use trunkline_simulator::{Faults, MediaFault};

use super::{jpeg, png};
use crate::test_support::{TestApp, TestSetup, on_both_engines, text};

on_both_engines![
    a_provider_that_fails_is_asked_again,
    a_file_that_never_comes_is_given_up_and_can_be_asked_for_by_hand,
    a_file_that_is_gone_says_so,
    a_file_that_is_not_there_yet_is_waited_for,
    a_page_that_says_it_is_a_picture_is_refused,
    a_program_is_refused,
    a_file_that_never_ends_is_refused,
    a_file_that_stalls_is_asked_for_again,
    only_what_is_missing_is_asked_for_again,
];

fn fault(app: &TestApp, media: impl Into<Option<MediaFault>>) {
    app.carrier.misbehave(Faults { media: media.into(), ..Faults::default() });
}

async fn a_provider_that_fails_is_asked_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    fault(&app, MediaFault::Error);
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!(medium["state"], "waiting");
    assert!(text(&medium["reason"]).contains("500"), "{medium}");

    fault(&app, None);
    app.after(Duration::from_secs(5)).await;
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["state"]), &medium["reason"]), ("kept", &json!(null)));
}

async fn a_file_that_never_comes_is_given_up_and_can_be_asked_for_by_hand(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    fault(&app, MediaFault::Error);
    app.sends_file("image/png", png(10, 10)).await;
    app.run_to_the_end().await;
    let medium = app.medium(&owner).await;
    assert_eq!(medium["state"], "refused");
    assert!(text(&medium["reason"]).contains("9 times"), "{medium}");

    fault(&app, None);
    let again = format!("/api/media/{}/fetch", text(&medium["id"]));
    assert_eq!(owner.post(&again, json!({})).await.expect(202)["state"], "waiting");
    app.run_due_jobs().await;
    assert_eq!(app.medium(&owner).await["state"], "kept");
}

async fn a_file_that_is_gone_says_so(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let url = app.carrier.simulator.add_file("image/png", png(10, 10).into()).unwrap();
    app.carrier.simulator.forget_files();
    app.sends_media(&[url]).await;
    app.run_to_the_end().await;
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["state"]), &medium["url"]), ("gone", &json!(null)));
    assert_eq!(medium["reason"], "The provider no longer has it.");
}

async fn a_file_that_is_not_there_yet_is_waited_for(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    fault(&app, MediaFault::NotFound);
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    assert_eq!(app.medium(&owner).await["state"], "waiting");
    fault(&app, None);
    app.after(Duration::from_secs(5)).await;
    assert_eq!(app.medium(&owner).await["state"], "kept");
}

/// The state and the reason of a file that is sent and asked for once.
async fn outcome(
    setup: TestSetup,
    media: Option<MediaFault>,
    kind: &str,
    bytes: Vec<u8>,
) -> (String, String) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    fault(&app, media);
    app.sends_file(kind, bytes).await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!(app.objects(), 0, "nothing is left of what is refused");
    (text(&medium["state"]).to_owned(), text(&medium["reason"]).to_owned())
}

async fn a_page_that_says_it_is_a_picture_is_refused(setup: TestSetup) {
    let (state, reason) = outcome(setup, Some(MediaFault::WrongType), "image/jpeg", jpeg(9, 9)).await;
    assert_eq!(state, "refused");
    assert_eq!(reason, "It was said to be image/jpeg, but it is text/html.");
}

async fn a_program_is_refused(setup: TestSetup) {
    let program = [&b"MZ\x90\0"[..], &[0; 56], b"\x40\0\0\0PE\0\0", &[0; 40]].concat();
    let (state, reason) = outcome(setup, None, "application/octet-stream", program).await;
    assert_eq!(state, "refused");
    assert!(reason.contains("program"), "{reason}");
}

async fn a_file_that_never_ends_is_refused(setup: TestSetup) {
    let setup = setup.file_max(3_000_000);
    let (state, reason) = outcome(setup, Some(MediaFault::Endless), "image/jpeg", jpeg(9, 9)).await;
    assert_eq!(state, "refused");
    assert_eq!(reason, "It is larger than 2.9 MB, which is the most that is kept.");
}

async fn a_file_that_stalls_is_asked_for_again(setup: TestSetup) {
    let app = setup.fetch_within(Duration::from_millis(300)).start().await;
    let owner = app.sign_up_owner().await;
    fault(&app, MediaFault::Stalled);
    app.sends_file("image/jpeg", jpeg(9, 9)).await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!((text(&medium["state"]), text(&medium["reason"])), ("waiting", "It took too long to come."));
    app.leaves_jobs();
}

async fn only_what_is_missing_is_asked_for_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(10, 10)).await;
    app.run_due_jobs().await;
    let again = format!("/api/media/{}/fetch", text(&app.medium(&owner).await["id"]));
    owner.post(&again, json!({})).await.problem(409, "not_missing");
}
