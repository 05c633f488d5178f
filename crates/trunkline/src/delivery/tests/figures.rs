//! How full the queue is, how fast it empties, and what somebody should look at (C9, C11).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use trunkline_simulator::CreateFault;
use trunkline_store::{Sql, sql};

use super::later;
use crate::test_support::{
    ANA, BEN, Client, Engine, TestApp, TestSetup, customer, id, on_both_engines, on_postgres, text,
};

on_both_engines![
    what_waits_is_counted_by_state_and_lane,
    what_left_and_what_did_not_is_told_by_the_minute,
    the_day_is_told_in_quarters_of_an_hour,
    the_past_is_the_same_after_a_restart,
    today_begins_when_the_reader_says,
    the_oldest_in_doubt_is_named,
    pick_up_is_the_wait_for_a_worker,
    webhooks_that_wait_and_that_are_stuck_are_counted,
    a_node_shows_its_last_sign_of_life,
    a_line_that_rests_is_an_alert,
    an_hour_in_which_much_fails_is_an_alert,
    the_past_is_counted_by_indexes_on_time,
];

/// A number that the carrier refuses for good (21211).
const NOBODY: &str = "+15005550001";

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

async fn figures(client: &Client) -> Value {
    client.get("/api/queue").await.expect(200)
}

/// The steps in which something happened: how long ago each began, and what was sent, failed, in doubt.
async fn history(app: &TestApp, client: &Client, span: &str) -> Vec<(u64, [i64; 3])> {
    let history = client.get(&format!("/api/queue/history?span={span}")).await.expect(200);
    let items = history["items"].as_array().unwrap();
    assert_eq!(items.len(), if span == "hour" { 60 } else { 96 });
    let counts = |item: &Value| ["sent", "failed", "in_doubt"].map(|name| item[name].as_i64().unwrap());
    let age = |item: &Value| app.now().since(text(&item["at"]).parse().unwrap()).as_secs() / 60;
    items.iter().map(|item| (age(item), counts(item))).filter(|(_, counts)| *counts != [0; 3]).collect()
}

/// Whether a time that was told is this one; the clock of tests goes on a little whenever it is read.
#[track_caller]
fn assert_is_about(told: &Value, expected: Timestamp) {
    let told: Timestamp = text(told).parse().unwrap();
    let apart = told.since(expected).max(expected.since(told));
    assert!(apart < Duration::from_millis(1), "{told} is not {expected}");
}

fn codes(figures: &Value) -> Vec<&str> {
    figures["alerts"].as_array().unwrap().iter().map(|alert| text(&alert["code"])).collect()
}

async fn what_waits_is_counted_by_state_and_lane(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    owner.send_json(json!({ "to": ANA, "body": "later", "send_at": later(&app, HOUR) })).await;
    let first = app.now();
    owner.send(ANA, "now").await;
    app.advance(MINUTE).await;
    owner.send_json(json!({ "to": BEN, "body": "campaign", "priority": 0 })).await;
    let told = figures(&owner).await;
    assert_eq!(told["states"], json!({ "scheduled": 1, "held": 0, "queued": 2, "sending": 0, "unknown": 0 }));
    let lanes: Vec<_> =
        told["lanes"].as_array().unwrap().iter().map(|lane| (text(&lane["lane"]), &lane["queued"])).collect();
    assert_eq!(lanes, [("fast", &json!(1)), ("standard", &json!(0)), ("bulk", &json!(1))]);
    assert_is_about(&told["oldest_at"], first);
    assert_eq!(told["lines"][0]["queued"], 2);
    assert_eq!(codes(&told), [""; 0]);
    app.leaves_jobs();
}

async fn what_left_and_what_did_not_is_told_by_the_minute(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let undelivered = id(&owner.send(ANA, "1").await);
    owner.send(&customer(1), "2").await;
    app.run_due_jobs().await;
    let told = figures(&owner).await;
    assert_eq!((&told["sent_last_minute"], &told["sent_today"]), (&json!(2), &json!(2)));

    app.after(2 * MINUTE).await;
    owner.send(NOBODY, "3").await;
    app.carrier.next([CreateFault::DropAnswer]);
    owner.send(BEN, "4").await;
    app.run_due_jobs().await;
    // The last two happen in the minute that is still going on.
    app.after(3 * MINUTE).await;
    app.report(&app.carrier.item(&undelivered), "undelivered").send().await.expect(200);
    app.run_to_the_end().await;

    let told = history(&app, &owner, "hour").await;
    let sum = told.iter().fold([0; 3], |sum, (_, counts)| [0, 1, 2].map(|at| sum[at] + counts[at]));
    // The one in doubt was found, and counts as sent from then on.
    assert_eq!(sum, [3, 2, 1], "{told:?}");
    assert_eq!(told[0].1, [2, 0, 0], "{told:?}");
    assert_eq!((told[1].0, told[1].1), (told[0].0 - 2, [0, 1, 1]), "{told:?}");
    let told = figures(&owner).await;
    assert_eq!((&told["failed_24h"], &told["sent_today"]), (&json!(2), &json!(3)));
    assert_eq!(told["states"]["unknown"], 0);
}

async fn the_day_is_told_in_quarters_of_an_hour(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for _ in 0..3 {
        owner.send(ANA, "Hello").await;
        app.run_due_jobs().await;
        app.after(15 * MINUTE).await;
    }
    app.run_to_the_end().await;
    assert_eq!(history(&app, &owner, "hour").await.len(), 3);
    let day = history(&app, &owner, "day").await;
    assert_eq!(day.iter().map(|(_, counts)| counts[0]).collect::<Vec<_>>(), [1, 1, 1]);
    assert!(day.windows(2).all(|pair| pair[0].0 == pair[1].0 + 15), "{day:?}");
    app.advance(2 * HOUR).await;
    assert_eq!(history(&app, &owner, "hour").await, []);
    assert_eq!(history(&app, &owner, "day").await.len(), 3);
    owner.get("/api/queue/history?span=year").await.problem(400, "malformed");
}

async fn the_past_is_the_same_after_a_restart(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..20 {
        let to = if number % 4 == 0 { NOBODY.to_owned() } else { customer(number) };
        owner.send(&to, "Hello").await;
        app.run_due_jobs().await;
        // Minutes are counted while they last, and once more when they are over.
        history(&app, &owner, "hour").await;
        app.after(Duration::from_secs(40)).await;
        history(&app, &owner, "hour").await;
    }
    app.run_to_the_end().await;
    let before = (history(&app, &owner, "hour").await, history(&app, &owner, "day").await);
    app.restart().await;
    let after = (history(&app, &owner, "hour").await, history(&app, &owner, "day").await);
    assert_eq!(before, after);
    let sent: i64 = after.1.iter().map(|(_, counts)| counts[0]).sum();
    assert_eq!(sent, 15);
}

async fn today_begins_when_the_reader_says(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let sent_since = async |from: Timestamp| {
        owner.get(&format!("/api/queue?today_from={from}")).await.expect(200)["sent_today"].clone()
    };
    for number in 0..2 {
        owner.send(&customer(number), "Hello").await;
        app.run_due_jobs().await;
        app.after(HOUR).await;
    }
    assert_eq!(sent_since(app.now().minus(3 * HOUR)).await, 2);
    assert_eq!(sent_since(app.now().minus(90 * MINUTE)).await, 1);
    assert_eq!(sent_since(app.now()).await, 0);
    app.after(26 * HOUR).await;
    assert_eq!(sent_since(Timestamp::default()).await, 0, "more than a day is not counted");
    owner.get("/api/queue?today_from=yesterday").await.problem(400, "malformed");
    app.run_to_the_end().await;
}

async fn the_oldest_in_doubt_is_named(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    assert_eq!(figures(&owner).await["oldest_in_doubt"], Value::Null);
    app.carrier.next([CreateFault::DropAnswer, CreateFault::DropAnswer]);
    let first = id(&owner.send(ANA, "1").await);
    app.run_due_jobs().await;
    app.advance(Duration::from_millis(1)).await;
    owner.send(BEN, "2").await;
    app.run_due_jobs().await;
    let told = figures(&owner).await;
    assert_eq!(told["states"]["unknown"], 2);
    assert_eq!(id(&told["oldest_in_doubt"]), first);
    assert_eq!(text(&told["oldest_in_doubt"]["contact"]["phone"]), ANA);
    app.run_to_the_end().await;
    assert_eq!(figures(&owner).await["oldest_in_doubt"], Value::Null);
}

async fn pick_up_is_the_wait_for_a_worker(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    assert_eq!(figures(&owner).await["pickup"], Value::Null);
    owner.send_json(json!({ "to": BEN, "body": "later", "send_at": later(&app, 10 * MINUTE) })).await;
    for (number, wait) in [200, 100, 5_000].into_iter().enumerate() {
        owner.send(&customer(number), "Hello").await;
        app.after(Duration::from_millis(wait)).await;
    }
    let expected = json!({ "median_ms": 200, "p95_ms": 5_000, "messages": 3 });
    assert_eq!(figures(&owner).await["pickup"], expected);
    app.run_to_the_end().await;
    app.advance(2 * HOUR).await;
    assert_eq!(figures(&owner).await["pickup"], Value::Null, "it was long ago");
}

async fn webhooks_that_wait_and_that_are_stuck_are_counted(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    assert_eq!(figures(&owner).await["webhooks"], json!({ "waiting": 0, "oldest_at": null, "stuck": 0 }));
    let received = app.now();
    app.receive("SM1", ANA, "Hello").await;
    app.receive("SM2", BEN, "Hello").await;
    app.advance(10 * MINUTE).await;
    let told = figures(&owner).await;
    assert_eq!((&told["webhooks"]["waiting"], &told["webhooks"]["stuck"]), (&json!(2), &json!(0)));
    assert_is_about(&told["webhooks"]["oldest_at"], received);
    assert_eq!(codes(&told), ["webhooks_waiting"]);
    app.run_due_jobs().await;

    // This one names no sender, and will never be understood.
    app.webhook("/webhooks/twilio/main/messages").form(&[("MessageSid", "SM3")]).send().await.expect(200);
    app.run_to_the_end().await;
    let told = figures(&owner).await;
    assert_eq!(told["webhooks"], json!({ "waiting": 0, "oldest_at": null, "stuck": 1 }));
    assert_eq!(codes(&told), ["webhooks_stuck"]);
    app.leaves_jobs();
    app.leaves_errors();
}

async fn a_node_shows_its_last_sign_of_life(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let started = app.now();
    app.advance(Duration::from_secs(5)).await;
    let node = figures(&owner).await["nodes"][0].clone();
    assert_eq!((text(&node["name"]), &node["alive"]), ("node", &json!(true)));
    assert_is_about(&node["started_at"], started);
    assert_is_about(&node["heartbeat_at"], app.now());
    app.clock.advance(5 * MINUTE);
    assert_eq!(figures(&owner).await["nodes"][0]["alive"], false);
}

async fn a_line_that_rests_is_an_alert(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let line = owner.get("/api/lines").await.expect(200)["items"][0].clone();
    owner.post(&format!("/api/lines/{}/breaker", id(&line)), json!({ "action": "open" })).await.expect(200);
    let told = figures(&owner).await;
    assert_eq!(codes(&told), ["line_resting"]);
    let words = text(&told["alerts"][0]["text"]);
    assert!(words.contains(text(&line["name"])) && words.contains("Stopped by Ada."), "{words}");
}

async fn an_hour_in_which_much_fails_is_an_alert(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut messages = Vec::new();
    for number in 0..20 {
        messages.push(id(&owner.send(&customer(number), "Hello").await));
    }
    app.run_due_jobs().await;
    for message in &messages[..2] {
        app.report(&app.carrier.item(message), "undelivered").send().await.expect(200);
    }
    app.run_due_jobs().await;
    assert_eq!(codes(&figures(&owner).await), [""; 0], "a tenth is not yet too much");
    app.report(&app.carrier.item(&messages[2]), "undelivered").send().await.expect(200);
    app.run_due_jobs().await;
    let told = figures(&owner).await;
    assert_eq!(told["alerts"][0]["text"], "3 of 20 messages of the last hour failed.");
    app.run_to_the_end().await;
    app.advance(2 * HOUR).await;
    assert_eq!(codes(&figures(&owner).await), [""; 0]);
}

/// With millions of rows nothing else would be quick enough.
async fn the_past_is_counted_by_indexes_on_time(setup: TestSetup) {
    let app = setup.start().await;
    let sent = plan(
        &app,
        sql!(
            sqlite: "explain query plan select sent_at / 60000000, count(*) from messages where sent_at >= $1 group by 1",
            postgres: "explain select floor(extract(epoch from sent_at) / 60)::bigint, count(*) from messages \
                       where sent_at >= $1 group by 1"
        ),
    );
    let trouble = plan(
        &app,
        sql!(
            sqlite: "explain query plan select at / 60000000, state, count(*) from message_transitions where at >= $1 \
                     and (state = 'failed' or state = 'undelivered' or state = 'unknown') group by 1, 2",
            postgres: "explain select floor(extract(epoch from at) / 60)::bigint, state, count(*) from message_transitions \
                       where at >= $1 and (state = 'failed' or state = 'undelivered' or state = 'unknown') group by 1, 2"
        ),
    );
    for (plan, index) in [(sent.await, "messages_sent_at"), (trouble.await, "message_transitions_trouble")] {
        assert!(plan.contains(index), "{plan}");
    }
}

async fn plan(app: &TestApp, statement: &'static Sql) -> String {
    let at = app.now();
    let column = if app.engine == Engine::Sqlite { 3 } else { 0 };
    // PostgreSQL would read an empty table from end to end.
    let by_index = sql!(sqlite: "select ''", postgres: "select set_config('enable_seqscan', 'off', true)");
    let steps: Vec<String> = app
        .read(move |tx| {
            tx.query(by_index, &[], |_| Ok(()))?;
            tx.query(statement, &[at.into()], |row| row.get(column))
        })
        .await;
    steps.join("\n")
}

mod several {
    use super::*;

    on_postgres![a_node_that_fell_silent_is_told_from_the_living];

    async fn a_node_that_fell_silent_is_told_from_the_living(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("two").await;
        app.clock.advance(Duration::from_secs(20));
        other.app().worker.beat().await.unwrap();
        let told = figures(&owner).await;
        let nodes = told["nodes"].as_array().unwrap();
        let alive: Vec<_> = nodes.iter().map(|node| (text(&node["name"]), &node["alive"])).collect();
        // The other one has taken over its work.
        assert_eq!(alive, [("two", &json!(true))]);
    }
}
