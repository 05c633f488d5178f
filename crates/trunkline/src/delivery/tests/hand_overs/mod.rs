//! Planned messages that the carrier keeps until their time (C4).

mod back;
mod doubt;
mod every_failure;
mod nodes;

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use trunkline_simulator::{CreateFault, Faults, LedgerItem, Status};

use super::{attempts, change_rules, states, timeline};
use crate::test_support::{
    ANA, Answer, BEN, Client, LINE, TestApp, TestSetup, id, on_both_engines, soon, text,
};

on_both_engines![
    it_is_handed_over_half_an_hour_before_its_time_and_leaves_by_the_carrier,
    it_is_delivered_by_the_carrier_like_any_other,
    a_line_without_a_service_hands_nothing_over,
    with_little_notice_it_stays_ours,
    what_is_held_for_quiet_hours_stays_ours,
    what_expires_before_its_time_stays_ours,
    two_for_one_person_at_one_time_stay_ours_and_in_order,
    what_the_carrier_refuses_to_keep_leaves_by_us,
    a_busy_carrier_is_not_asked_twice,
    a_line_whose_breaker_is_open_hands_nothing_over,
    the_carrier_is_asked_when_it_reports_nothing,
    it_leaves_though_we_are_down_at_its_time,
    what_somebody_calls_off_at_the_carrier_is_called_off,
    what_expires_after_its_time_is_kept_no_longer,
];

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// A time on a whole second, as people choose them.
fn in_time(app: &TestApp, by: Duration) -> String {
    Timestamp::from_secs(app.now().plus(by).secs()).to_string()
}

/// A message to Ana that is to leave in an hour.
async fn planned(app: &TestApp, owner: &Client, body: &str) -> String {
    owner.send_json(json!({ "to": ANA, "body": body, "send_at": in_time(app, HOUR) })).await
}

/// The same, when the carrier keeps it: half an hour before its time.
async fn handed_over(app: &TestApp, owner: &Client, body: &str) -> (String, LedgerItem) {
    let message = planned(app, owner, body).await;
    app.after(HOUR / 2).await;
    let item = app.carrier.item(&message);
    assert_eq!((item.status, item.body.as_str()), (Status::Scheduled, body));
    (message, item)
}

async fn press(client: &Client, message: &str, button: &str) -> Answer {
    client.post(&format!("/api/messages/{message}/{button}"), json!({})).await
}

async fn change(client: &Client, message: &str, to: Value) -> Answer {
    client.patch(&format!("/api/messages/{message}"), to).await
}

/// Waits until the carrier has told us of a status, and works it off.
async fn told(app: &TestApp, sid: &str, status: Status) {
    let told = |item: &LedgerItem| item.callbacks.iter().any(|entry| entry.status == status);
    soon(app.carrier.simulator.until(|carrier| carrier.ledger_item(sid).filter(told))).await;
    app.run_due_jobs().await;
}

/// Lets the time of a message come that the carrier keeps.
async fn leaves(app: &TestApp, item: &LedgerItem) {
    app.advance(item.send_at.unwrap().since(app.now())).await;
    told(app, &item.sid, Status::Queued).await;
}

/// The texts to a phone that left, or are on their way, in the order in which the carrier accepted them.
fn left_for(app: &TestApp, phone: &str) -> Vec<String> {
    let gone =
        |item: &LedgerItem| item.to == phone && !matches!(item.status, Status::Canceled | Status::Scheduled);
    app.carrier.accepted().into_iter().filter(gone).map(|item| item.body).collect()
}

/// How many messages to a phone left by us: the carrier was not asked to keep them.
fn sent_by_us(app: &TestApp, phone: &str) -> usize {
    app.carrier.accepted().iter().filter(|item| item.to == phone && item.send_at.is_none()).count()
}

async fn it_is_handed_over_half_an_hour_before_its_time_and_leaves_by_the_carrier(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let at = in_time(&app, HOUR);
    let made = owner.try_send_json(json!({ "to": ANA, "body": "Later", "send_at": at })).await.expect(201);
    let message = id(&made);
    app.after(HOUR / 2 - MINUTE).await;
    assert!(app.carrier.accepted().is_empty(), "no earlier than needed");
    app.after(MINUTE).await;

    let item = app.carrier.item(&message);
    assert_eq!((item.status, item.from.as_deref()), (Status::Scheduled, Some(LINE)));
    assert_eq!(item.send_at.map(|at| at.to_string()), Some(at));
    assert_eq!(item.service.as_deref(), Some("MG0123456789abcdef0123456789abcdef"));
    let kept = owner.message(&message).await;
    assert_eq!(text(&kept["state"]), "scheduled");
    assert!(
        timeline(&kept).contains(&"Handed to the carrier, which will send it at its time"),
        "{:?}",
        timeline(&kept)
    );
    assert_eq!(attempts(&app, &message).await, ["handed over"]);
    let thread = format!("/api/conversations/{}", text(&made["conversation_id"]));
    assert_eq!(owner.get(&thread).await.expect(200)["last_message"], Value::Null);
    assert_eq!(owner.get("/api/scheduled").await.expect(200)["total"], 1);

    leaves(&app, &item).await;
    assert_eq!(states(&app, &message).await.last().unwrap(), "sent");
    assert_eq!(owner.get(&thread).await.expect(200)["last_message"]["id"], made["id"]);
    app.after(24 * HOUR).await;
    assert_eq!((left_for(&app, ANA), sent_by_us(&app, ANA)), (vec!["Later".to_owned()], 0));
}

async fn it_is_delivered_by_the_carrier_like_any_other(setup: TestSetup) {
    let app = setup.with_service().lively().polls([20]).start().await;
    let owner = app.sign_up_owner().await;
    let (message, _) = handed_over(&app, &owner, "Later").await;
    app.advance(HOUR / 2).await;
    app.carrier.until_told().await;
    app.run_to_the_end().await;
    let delivered = owner.message(&message).await;
    assert_eq!(text(&delivered["state"]), "delivered");
    assert_eq!(text(&delivered["at"]), text(&delivered["scheduled"]["at"]), "it stands where it left");
    assert_eq!(left_for(&app, ANA), ["Later"]);
}

async fn a_line_without_a_service_hands_nothing_over(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    planned(&app, &owner, "Later").await;
    app.after(HOUR - MINUTE).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(MINUTE).await;
    assert_eq!(sent_by_us(&app, ANA), 1);
}

async fn with_little_notice_it_stays_ours(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let soon = in_time(&app, 5 * MINUTE);
    owner.send_json(json!({ "to": ANA, "body": "Soon", "send_at": soon })).await;
    // Half an hour before its time nobody was there to hand it over.
    let late = in_time(&app, HOUR);
    owner.send_json(json!({ "to": BEN, "body": "Later", "send_at": late })).await;
    app.after(5 * MINUTE).await;
    app.kill();
    app.clock.advance(50 * MINUTE);
    app.restart().await;
    app.run_due_jobs().await;
    assert_eq!((sent_by_us(&app, ANA), app.carrier.accepted().len()), (1, 1));
    app.after(5 * MINUTE).await;
    assert_eq!(sent_by_us(&app, BEN), 1);
}

async fn what_is_held_for_quiet_hours_stays_ours(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    // It is one in the afternoon.
    owner.send_json(json!({ "to": ANA, "body": "Night", "send_at": in_time(&app, 10 * HOUR) })).await;
    app.after(10 * HOUR - MINUTE).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(MINUTE).await;
    app.after(9 * HOUR).await;
    assert_eq!(sent_by_us(&app, ANA), 1);
}

async fn what_expires_before_its_time_stays_ours(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (at, end) = (in_time(&app, HOUR), in_time(&app, HOUR - MINUTE));
    let wish = json!({ "to": ANA, "body": "Never", "send_at": at, "expires_at": end });
    let message = owner.send_json(wish).await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "failed");
    assert!(app.carrier.accepted().is_empty());
}

async fn two_for_one_person_at_one_time_stay_ours_and_in_order(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    for body in ["first", "second"] {
        planned(&app, &owner, body).await;
    }
    app.after(HOUR / 2).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(HOUR / 2).await;
    assert_eq!(left_for(&app, ANA), ["first", "second"]);
}

async fn what_the_carrier_refuses_to_keep_leaves_by_us(setup: TestSetup) {
    let app = setup.with_unknown_service().start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    app.after(HOUR / 2).await;
    assert_eq!(attempts(&app, &message).await, ["not handed over"]);
    let told = owner.message(&message).await;
    assert!(timeline(&told).contains(&"The carrier would not keep it; we send it at its time"));
    app.after(HOUR / 2).await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), &sent["possibly_doubled"]), ("sent", &json!(false)));
    assert_eq!(sent["error"], Value::Null);
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
}

async fn a_busy_carrier_is_not_asked_twice(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    app.carrier.next([CreateFault::Throttle]);
    app.after(HOUR / 2).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(HOUR / 2).await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!(sent_by_us(&app, ANA), 1);
}

async fn a_line_whose_breaker_is_open_hands_nothing_over(setup: TestSetup) {
    let app = setup.with_service().with_failover().breaker_after(1).start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    let lines = owner.get("/api/lines").await.expect(200);
    let main = id(&lines["items"][0]);
    owner.post(&format!("/api/lines/{main}/breaker"), json!({ "action": "open" })).await.expect(200);
    app.after(HOUR / 2).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(HOUR / 2).await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!(sent_by_us(&app, ANA), 1, "by the line that stands in");
}

async fn the_carrier_is_asked_when_it_reports_nothing(setup: TestSetup) {
    let app = setup.with_service().lively().polls([20]).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { callback_loss_rate: 1.0, ..Faults::default() });
    let (message, item) = handed_over(&app, &owner, "Later").await;
    app.advance(HOUR / 2).await;
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "scheduled");
    app.after(20 * SECOND).await;
    let delivered = owner.message(&message).await;
    assert_eq!(text(&delivered["state"]), "delivered");
    let sent_at: jiff::Timestamp = text(&delivered["sent_at"]).parse().unwrap();
    let late = sent_at.as_second() - item.send_at.unwrap().secs();
    assert!((0..20).contains(&late), "it is said to have left when we asked, {late} s after its time");
    assert_eq!(app.carrier.item(&message).sid, item.sid);
    app.run_to_the_end().await;
}

/// The carrier's callbacks found nobody; what became of it is asked when we are back.
async fn it_leaves_though_we_are_down_at_its_time(setup: TestSetup) {
    let app = setup.with_service().lively().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    app.kill();
    app.advance(HOUR).await;
    app.carrier.until_told().await;
    app.restart().await;
    app.run_to_the_end().await;
    let delivered = owner.message(&message).await;
    assert_eq!(text(&delivered["state"]), "delivered");
    assert_eq!(text(&delivered["at"]), item.send_at.unwrap().to_string());
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 0));
}

async fn what_somebody_calls_off_at_the_carrier_is_called_off(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    app.report(&item, "canceled").send().await.expect(200);
    app.run_due_jobs().await;
    let canceled = owner.message(&message).await;
    assert_eq!(text(&canceled["state"]), "canceled");
    assert!(timeline(&canceled).contains(&"Called off at the carrier"));
}

/// The carrier is told how long the message is worth delivering after its time.
async fn what_expires_after_its_time_is_kept_no_longer(setup: TestSetup) {
    let app = setup.with_service().lively().start().await;
    let owner = app.sign_up_owner().await;
    let (at, end) = (in_time(&app, HOUR), in_time(&app, HOUR + MINUTE));
    let wish = json!({ "to": ANA, "body": "Later", "send_at": at, "expires_at": end });
    let message = owner.send_json(wish).await;
    app.after(HOUR / 2).await;
    assert_eq!(app.carrier.item(&message).status, Status::Scheduled);
    app.advance(HOUR / 2).await;
    app.carrier.until_told().await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "delivered");
}
