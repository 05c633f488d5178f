//! How fast a line sends, who goes first, and what a carrier that is too busy means (C3, C7).

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_domain::rate::Limits;
use trunkline_domain::time::Timestamp;
use trunkline_simulator::CreateFault;

use crate::test_support::{
    ANA, BEN, Client, TestApp, TestSetup, customer, id, on_both_engines, on_postgres, text,
};

on_both_engines![
    never_more_than_its_rate_in_any_second,
    no_more_than_its_rate_in_a_minute,
    a_rate_counts_segments,
    an_answer_goes_before_a_campaign,
    a_campaign_goes_on_beside_many_answers,
    a_carrier_that_is_too_busy_pauses_a_line_with_a_rate,
    a_carrier_that_is_too_busy_pauses_a_line_without_one,
    a_pause_outlives_a_restart,
];

const PER_SECOND: Limits = Limits { per_second: Some(5), per_minute: None, per_day: None };
const PER_MINUTE: Limits = Limits { per_second: None, per_minute: Some(10), per_day: None };

/// What a busy machine may add to the way of one message; it then comes close to the next.
const LATE: Duration = Duration::from_millis(500);

/// Since the work began, no message came before its turn; and no second holds more than five, but for those
/// that were late.
#[track_caller]
fn assert_paced(app: &TestApp, count: usize, begun: Timestamp) {
    let mut times: Vec<Timestamp> = app.carrier.accepted().iter().map(|item| item.accepted_at).collect();
    times.sort_unstable();
    assert_eq!(times.len(), count);
    for (number, at) in (0..).zip(&times) {
        assert!(at.since(begun) >= Duration::from_millis(200) * number, "message {number}: {times:?}");
    }
    for (first, sixth) in times.iter().zip(&times[5..]) {
        assert!(sixth.since(*first) + LATE >= Duration::from_secs(1), "{times:?}");
    }
}

async fn never_more_than_its_rate_in_any_second(setup: TestSetup) {
    let app = setup.rate(PER_SECOND).in_real_time().start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..14 {
        owner.send(&customer(number), "Hello").await;
    }
    let begun = app.now();
    app.start_worker();
    app.carrier.until_accepted(14).await;
    let took = app.now().since(begun);
    assert!(took < Duration::from_secs(10), "the rate is made use of: {took:?}");
    assert_paced(&app, 14, begun);
    until_idle(&app).await;
}

async fn until_idle(app: &TestApp) {
    crate::test_support::soon(async { while !app.jobs().await.is_empty() {} }).await;
}

async fn states(client: &Client, state: &str) -> usize {
    let list = client.get(&format!("/api/messages?limit=200&state={state}")).await.expect(200);
    list["items"].as_array().unwrap().len()
}

async fn no_more_than_its_rate_in_a_minute(setup: TestSetup) {
    let app = setup.rate(PER_MINUTE).start().await;
    let owner = app.sign_up_owner().await;
    for number in 0..25 {
        owner.send(&customer(number), "Hello").await;
    }
    for expected in [10, 20, 25] {
        app.run_due_jobs().await;
        assert_eq!(app.carrier.accepted().len(), expected);
        app.after(Duration::from_secs(30)).await;
        assert_eq!(app.carrier.accepted().len(), expected);
        app.advance(Duration::from_secs(35)).await;
    }
    assert_eq!(states(&owner, "sent").await, 25);
}

async fn a_rate_counts_segments(setup: TestSetup) {
    let app = setup.rate(PER_MINUTE).start().await;
    let owner = app.sign_up_owner().await;
    let long = "x".repeat(500);
    for number in 0..5 {
        assert_eq!(owner.send(&customer(number), &long).await["segments"], 4);
    }
    app.run_due_jobs().await;
    assert_eq!(app.carrier.accepted().len(), 2, "eight segments; twelve would be too many");
    for _ in 0..2 {
        app.after(Duration::from_secs(65)).await;
    }
    assert_eq!(app.carrier.accepted().len(), 5);
}

async fn enqueue(client: &Client, count: usize, priority: u8) -> Vec<Value> {
    let items: Vec<Value> = (0..count)
        .map(|number| {
            let to = customer(number + 100 * usize::from(priority));
            json!({ "to": to, "body": priority.to_string(), "priority": priority, "idempotency_key": to })
        })
        .collect();
    client.post("/api/messages/batch", json!({ "items": items })).await.expect(200)["items"]
        .as_array()
        .unwrap()
        .clone()
}

async fn an_answer_goes_before_a_campaign(setup: TestSetup) {
    let app = setup.rate(PER_MINUTE).start().await;
    let owner = app.sign_up_owner().await;
    enqueue(&owner, 40, 1).await;
    app.run_due_jobs().await;
    app.advance(Duration::from_secs(65)).await;
    owner.send(ANA, "Yes, at six").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.texts_to(ANA), ["Yes, at six"], "30 wait before it");
    assert_eq!(app.carrier.accepted().len(), 20);
    app.leaves_jobs();
}

async fn a_campaign_goes_on_beside_many_answers(setup: TestSetup) {
    let app = setup.rate(PER_MINUTE).start().await;
    let owner = app.sign_up_owner().await;
    enqueue(&owner, 40, 1).await;
    enqueue(&owner, 40, 7).await;
    let accepted = |body: &str| app.carrier.accepted().iter().filter(|item| item.body == body).count();
    app.run_due_jobs().await;
    assert!(accepted("1") >= 1 && accepted("7") >= 6, "{} and {}", accepted("1"), accepted("7"));
    // Now the campaign waits longer than it should.
    app.after(Duration::from_secs(65)).await;
    assert!(accepted("1") >= 4 && accepted("7") >= 9, "{} and {}", accepted("1"), accepted("7"));
    assert_eq!(app.carrier.accepted().len(), 20);
    app.leaves_jobs();
}

/// The carrier says 429 and how long to wait: others wait as well, and then all leave.
async fn is_paused(app: TestApp) {
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::Throttle]);
    let first = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    let second = id(&owner.send(BEN, "Hello").await);
    app.run_due_jobs().await;
    assert!(app.carrier.accepted().is_empty(), "the carrier asked to wait");
    let lines = owner.get("/api/lines").await.expect(200);
    let paused: Timestamp = text(&lines["items"][0]["rate"]["paused_until"]).parse().unwrap();
    assert!(paused > app.now());
    app.advance(paused.since(app.now())).await;
    // Its slots may begin a moment later.
    app.after(Duration::from_secs(1)).await;
    app.after(Duration::from_secs(1)).await;
    for message in [&first, &second] {
        assert_eq!(owner.state(message).await, "sent");
    }
}

async fn a_carrier_that_is_too_busy_pauses_a_line_with_a_rate(setup: TestSetup) {
    is_paused(setup.rate(PER_SECOND).start().await).await;
}

async fn a_carrier_that_is_too_busy_pauses_a_line_without_one(setup: TestSetup) {
    is_paused(setup.start().await).await;
}

async fn a_pause_outlives_a_restart(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::Throttle]);
    owner.send(ANA, "Hello").await;
    app.run_due_jobs().await;
    app.restart().await;
    owner.send(BEN, "Hello").await;
    app.run_due_jobs().await;
    assert!(app.carrier.accepted().is_empty());
    app.run_to_the_end().await;
    assert_eq!(app.carrier.accepted().len(), 2);
}

mod several {
    use super::*;

    on_postgres![nodes_share_a_rate, nodes_hear_of_a_pause];

    async fn nodes_share_a_rate(setup: TestSetup) {
        let app = setup.rate(PER_SECOND).in_real_time().start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("two").await;
        for number in 0..14 {
            owner.send(&customer(number), "Hello").await;
        }
        let begun = app.now();
        app.start_worker();
        other.start_worker();
        app.carrier.until_accepted(14).await;
        assert_paced(&app, 14, begun);
        until_idle(&app).await;
    }

    async fn nodes_hear_of_a_pause(setup: TestSetup) {
        let app = setup.start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("two").await;
        // What it knows of other nodes is then older than a second.
        app.advance_beside(&other, Duration::from_secs(2)).await;
        app.carrier.next([CreateFault::Throttle]);
        owner.send(ANA, "Hello").await;
        app.run_due_jobs().await;
        owner.send(BEN, "Hello").await;
        other.run_due_jobs().await;
        assert!(app.carrier.accepted().is_empty());
        app.run_to_the_end().await;
    }
}
