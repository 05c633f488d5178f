//! Nobody is contacted who should not be (C8, promise 3).

mod consent;
mod reviews;

use serde_json::json;
use trunkline_domain::keywords::Keyword;
use trunkline_domain::message::Purpose;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};

use super::{Past, Question, Said, Verdict, apply_keyword, ask};
use crate::test_support::{
    ANA, BEN, Client, LINE, SECOND_LINE, TestApp, TestSetup, id, on_both_engines, text,
};

on_both_engines![
    after_stop_nothing_leaves_and_start_lifts_it,
    stop_counts_for_what_was_accepted_before_it,
    stop_counts_for_its_line_only,
    only_the_keyword_alone_counts,
    a_start_does_not_lift_a_stop_that_came_after_it,
    what_the_carrier_says_it_understood_counts,
    help_changes_nothing,
];

/// Somebody with whom nothing was said before.
struct Stranger;

impl Past for Stranger {
    fn wrote_since(&self, _: &mut Tx<'_>, _: Timestamp) -> Result<bool> {
        Ok(false)
    }

    fn marketing_between(&self, _: &mut Tx<'_>, _: Timestamp, _: Timestamp) -> Result<u32> {
        Ok(0)
    }
}

async fn receive(app: &TestApp, from: &str, body: &str) {
    let sid = format!("SMr{}", app.fresh_number());
    app.receive(&sid, from, body).await;
    app.run_due_jobs().await;
}

async fn is_opted_out(owner: &Client, phone: &str) -> bool {
    let digits = phone.trim_start_matches('+');
    let contacts = owner.get(&format!("/api/contacts?q={digits}")).await.expect(200);
    contacts["items"][0]["opted_out"].as_bool().unwrap()
}

async fn after_stop_nothing_leaves_and_start_lifts_it(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive(&app, ANA, "stop").await;
    assert!(is_opted_out(&owner, ANA).await);
    let problem = owner.try_send(ANA, "One last thing").await.problem(422, "opted_out");
    assert!(text(&problem["detail"]).contains("2026-"), "it says since when: {problem}");

    receive(&app, ANA, " Start ").await;
    assert!(!is_opted_out(&owner, ANA).await);
    owner.send(ANA, "Welcome back").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Welcome back"]);
}

/// The gate is asked again right before the message leaves.
async fn stop_counts_for_what_was_accepted_before_it(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.inbound("SM1", ANA, "STOP").send().await.expect(200);
    for job in app.app().worker.claim(crate::jobs::Queue::Journal).await {
        app.app().worker.run_claimed(job).await;
    }
    app.run_due_jobs().await;
    let refused = owner.message(&message).await;
    assert_eq!((text(&refused["state"]), text(&refused["error"]["code"])), ("failed", "opted_out"));
    assert!(text(&refused["error"]["text"]).contains("START"), "{refused}");
    assert!(app.carrier.accepted().is_empty());
}

async fn stop_counts_for_its_line_only(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    receive(&app, ANA, "STOP").await;
    let lines = owner.get("/api/lines").await.expect(200);
    let other = json!({ "to": ANA, "body": "Hello", "line_id": id(&lines["items"][1]) });
    assert_eq!(text(&owner.send_with_key("other", other).await.expect(201)["from"]), SECOND_LINE);
    owner.try_send(BEN, "Hello").await.expect(201);
    app.run_due_jobs().await;
}

async fn only_the_keyword_alone_counts(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for text in ["Please stop by at six", "stop it", "unstoppable", "don't end"] {
        receive(&app, ANA, text).await;
        assert!(!is_opted_out(&owner, ANA).await, "{text}");
    }
    for text in ["STOP", "Unsubscribe", "quit", "CANCEL"] {
        receive(&app, ANA, text).await;
        assert!(is_opted_out(&owner, ANA).await, "{text}");
        receive(&app, ANA, "START").await;
    }
}

/// Texts are processed side by side and may be fetched late: what was said last counts, not what was
/// processed last.
async fn a_start_does_not_lift_a_stop_that_came_after_it(setup: TestSetup) {
    let app = setup.start().await;
    let line = app.read(|tx| {
        tx.query_one(sql!("select id from lines where slug = 'main'"), &[], |row| {
            row.get::<trunkline_domain::ids::LineId>(0)
        })
    });
    let (line, early) = (line.await, app.now());
    app.advance(std::time::Duration::from_secs(60)).await;
    let (late, store) = (app.now(), app.store.clone());
    let numbers = std::sync::atomic::AtomicU64::new(1);
    let say = |keyword, at| {
        let record = uuid::Uuid::from_u128(numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed).into());
        store.write(move |tx| {
            apply_keyword(tx, keyword, &Said { record: record.into(), line, address: ANA, words: "…", at })?;
            let (purpose, priority) = (Purpose::Reply, 7);
            let question =
                Question { line, address: ANA, purpose, priority, zone: None, at: late, needs_window: false };
            Ok(ask(tx, &[(question, &Stranger)])? == [Verdict::Allow])
        })
    };
    assert!(!say(Keyword::Stop, late).await.unwrap());
    assert!(!say(Keyword::Start, early).await.unwrap());
    // Nor does an old STOP, processed again, make the newer one older.
    assert!(!say(Keyword::Stop, early).await.unwrap());
    assert!(!say(Keyword::Start, early).await.unwrap());
    assert!(say(Keyword::Start, late).await.unwrap());
}

/// Twilio's Advanced Opt-Out knows words of other languages and says which it took it for.
async fn what_the_carrier_says_it_understood_counts(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.inbound("SM1", ANA, "ARRET").form(&[("OptOutType", "STOP")]).send().await.expect(200);
    app.run_due_jobs().await;
    assert!(is_opted_out(&owner, ANA).await);
    app.inbound("SM2", ANA, "d'accord").form(&[("OptOutType", "START")]).send().await.expect(200);
    app.run_due_jobs().await;
    assert!(!is_opted_out(&owner, ANA).await);
}

async fn help_changes_nothing(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.simulator.text(ANA, LINE, "HELP", &[]).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    assert!(!is_opted_out(&owner, ANA).await);
    // The carrier answers HELP itself; so must not we.
    assert!(app.carrier.accepted().is_empty());
}
