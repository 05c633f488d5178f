//! While the database is away webhooks are acknowledged all the same, and arrive once it is back (D2, A1).

use trunkline_domain::time::Timestamp;

use super::{journal, texts};
use crate::test_support::{
    ANA, BEN, TestApp, TestSetup, inbound_params, on_both_engines, soon, telnyx_inbound, text,
};

on_both_engines![
    what_comes_without_the_database_is_acknowledged_and_arrives_once_it_is_back,
    what_was_spooled_survives_a_kill,
    what_the_provider_sends_again_after_the_outage_has_no_second_effect,
    a_replay_that_was_interrupted_doubles_nothing,
    telnyx_is_answered_as_well,
    a_wrong_signature_is_refused_without_the_database_too,
    the_fallback_address_takes_what_the_first_did_not,
];

/// The journal and the spool's folder are looked at until as many entries arrived and no file is left.
async fn until_replayed(app: &TestApp, entries: usize) {
    let spool = app.data().join("spool");
    let files = || std::fs::read_dir(&spool).map_or(0, Iterator::count);
    soon(async {
        while journal(app).await.len() < entries || files() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

async fn what_comes_without_the_database_is_acknowledged_and_arrives_once_it_is_back(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let came: Timestamp = app.now();
    app.replay_spool();
    app.lose_database().await;
    let answer = app.inbound("SM1", ANA, "Hello").send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.headers["content-type"].to_str().unwrap()),
        (200, "text/xml; charset=utf-8")
    );
    app.receive("SM2", BEN, "Anybody?").await;
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="spooled"}"#), 2);
    app.clock.advance(std::time::Duration::from_secs(600));
    app.regain_database().await;

    until_replayed(&app, 2).await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await.len(), 2);
    assert_eq!(app.figure("trunkline_spool_replayed_total"), 2);
    let list = owner.get("/api/messages").await.expect(200);
    for message in list["items"].as_array().unwrap() {
        let at: Timestamp = text(&message["at"]).parse().unwrap();
        assert_eq!(at.secs(), came.secs(), "when it came, not when it was replayed");
    }
    // From now on the journal takes them at once.
    app.receive("SM3", ANA, "Thanks").await;
    assert_eq!(app.figure(r#"trunkline_webhooks_total{result="accepted"}"#), 1);
    app.run_due_jobs().await;
}

async fn what_was_spooled_survives_a_kill(setup: TestSetup) {
    let app = setup.start().await;
    app.lose_database().await;
    app.receive("SM1", ANA, "before").await;
    app.kill();
    app.regain_database().await;
    app.restart().await;
    app.replay_spool();
    until_replayed(&app, 1).await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["before"]);
}

async fn what_the_provider_sends_again_after_the_outage_has_no_second_effect(setup: TestSetup) {
    let app = setup.start().await;
    app.lose_database().await;
    app.receive("SM1", ANA, "Hello").await;
    app.receive("SM1", ANA, "Hello").await;
    app.regain_database().await;
    app.replay_spool();
    until_replayed(&app, 1).await;
    app.receive("SM1", ANA, "Hello").await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
}

/// The journal has it, and the process dies before the file is taken away.
async fn a_replay_that_was_interrupted_doubles_nothing(setup: TestSetup) {
    let app = setup.start().await;
    app.lose_database().await;
    app.receive("SM1", ANA, "Hello").await;
    app.kill();
    let spool = app.data().join("spool");
    let file = std::fs::read_dir(&spool).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&file).unwrap();
    app.regain_database().await;
    for _ in 0..2 {
        app.restart().await;
        std::fs::write(&file, &bytes).unwrap();
        app.replay_spool();
        until_replayed(&app, 1).await;
        app.run_due_jobs().await;
    }
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(app.figure("trunkline_spool_replayed_total"), 2);
}

async fn telnyx_is_answered_as_well(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    app.lose_database().await;
    let event = telnyx_inbound("e-1", "m-1", ANA, "Hello", app.now());
    app.telnyx_event("/webhooks/telnyx/main", &event).send().await.expect(200);
    app.telnyx_event("/webhooks/telnyx/main/fallback", &event).send().await.expect(200);
    app.regain_database().await;
    app.replay_spool();
    until_replayed(&app, 1).await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(app.figure("trunkline_fallback_webhooks_total"), 1);
}

async fn a_wrong_signature_is_refused_without_the_database_too(setup: TestSetup) {
    let app = setup.start().await;
    app.lose_database().await;
    app.inbound("SM1", ANA, "Hello").signed_with("another").send().await.problem(401, "wrong_signature");
    assert!(!app.data().join("spool").exists());
    app.regain_database().await;
}

async fn the_fallback_address_takes_what_the_first_did_not(setup: TestSetup) {
    let app = setup.start().await;
    let params = inbound_params("SM1", ANA, "Hello");
    let why = [("ErrorCode", "11200"), ("ErrorUrl", "https://inbox.example/webhooks/twilio/main/messages")];
    let fallback = || app.webhook("/webhooks/twilio/main/fallback").form(&params).form(&why);
    fallback().send().await.expect(200);
    fallback().unsigned().send().await.expect(401);
    // Twilio's first request did arrive, only its answer was late.
    app.receive("SM1", ANA, "Hello").await;
    app.run_due_jobs().await;
    assert_eq!(texts(&app).await, ["Hello"]);
    assert_eq!(app.figure("trunkline_fallback_webhooks_total"), 1, "only a signed one is the provider's");
}

mod nodes {
    crate::test_support::on_postgres!(a_further_process_replays_what_the_first_left_behind);

    use super::a_further_process_replays_what_the_first_left_behind;
}

async fn a_further_process_replays_what_the_first_left_behind(setup: TestSetup) {
    let app = setup.start().await;
    let other = app.another_node("other").await;
    app.lose_database().await;
    app.receive("SM1", ANA, "Hello").await;
    app.kill();
    // In life its lock ends with the process; here both are one.
    let file = std::fs::read_dir(app.data().join("spool")).unwrap().next().unwrap().unwrap().path();
    std::fs::rename(&file, file.with_extension("held")).unwrap();
    std::fs::copy(file.with_extension("held"), &file).unwrap();
    std::fs::remove_file(file.with_extension("held")).unwrap();
    app.regain_database().await;
    other.replay_spool();
    until_replayed(&other, 1).await;
    other.run_due_jobs().await;
    assert_eq!(texts(&other).await, ["Hello"]);
}
