//! What changes after the hand-over still takes effect: the carrier gives the message back first.

use super::*;

on_both_engines![
    who_says_stop_gets_nothing_that_the_carrier_keeps,
    who_is_blocked_gets_nothing_that_the_carrier_keeps,
    rules_that_change_count_for_what_the_carrier_keeps,
    a_rule_that_changes_nothing_for_it_leaves_it_there,
    it_is_canceled_when_the_carrier_has_confirmed_it,
    it_is_canceled_though_the_answer_to_that_is_lost,
    it_is_canceled_though_the_carrier_fails_at_first,
    it_is_canceled_though_we_die_while_the_carrier_is_asked,
    a_cancel_that_comes_too_late_leaves_it_sent,
    a_wish_after_its_time_is_too_late,
    an_edit_takes_it_back_and_hands_the_new_text_over,
    another_time_takes_it_back,
    sent_now_it_leaves_by_us_at_once,
    their_answer_takes_it_back,
    several_wishes_are_granted_in_order,
    what_is_called_off_before_it_was_handed_over_leaves_no_work,
];

/// The carrier gave it back and told so, by its answer and by its callback.
async fn given_back(app: &TestApp, item: &LedgerItem) {
    app.run_due_jobs().await;
    told(app, &item.sid, Status::Canceled).await;
    assert_eq!(app.carrier.simulator.ledger_item(&item.sid).unwrap().status, Status::Canceled);
}

async fn who_says_stop_gets_nothing_that_the_carrier_keeps(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    app.receive("SM1", ANA, "STOP").await;
    given_back(&app, &item).await;
    let back = owner.message(&message).await;
    assert!(timeline(&back).contains(&"The carrier gave it back"), "{:?}", timeline(&back));
    app.run_to_the_end().await;
    let refused = owner.message(&message).await;
    assert_eq!((text(&refused["state"]), text(&refused["error"]["code"])), ("failed", "opted_out"));
    assert!(left_for(&app, ANA).is_empty());
}

async fn who_is_blocked_gets_nothing_that_the_carrier_keeps(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    let contact = text(&owner.message(&message).await["contact_id"]).to_owned();
    owner.put(&format!("/api/contacts/{contact}/block"), json!({ "reason": "abuse" })).await.expect(200);
    given_back(&app, &item).await;
    app.run_to_the_end().await;
    let refused = owner.message(&message).await;
    assert_eq!((text(&refused["state"]), text(&refused["error"]["code"])), ("failed", "blocked"));
    assert!(left_for(&app, ANA).is_empty());
}

/// From one in the afternoon on it is to be quiet.
async fn rules_that_change_count_for_what_the_carrier_keeps(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    change_rules(&owner, json!({ "quiet_hours": { "enabled": true, "starts": "13:15", "ends": "18:00" } }))
        .await;
    given_back(&app, &item).await;
    app.after(HOUR / 2).await;
    assert_eq!(owner.state(&message).await, "held");
    app.after(5 * HOUR).await;
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
}

async fn a_rule_that_changes_nothing_for_it_leaves_it_there(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    change_rules(&owner, json!({ "quiet_hours": { "enabled": true, "starts": "22:00", "ends": "07:00" } }))
        .await;
    app.receive("SM1", ANA, "HELP").await;
    app.run_due_jobs().await;
    assert_eq!(app.carrier.item(&message).status, Status::Scheduled);
    leaves(&app, &item).await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn it_is_canceled_when_the_carrier_has_confirmed_it(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    let asked = press(&owner, &message, "cancel").await.expect(202);
    assert_eq!(text(&asked["state"]), "scheduled", "the carrier has the last word");
    given_back(&app, &item).await;
    let canceled = owner.message(&message).await;
    assert_eq!(text(&canceled["state"]), "canceled");
    let told = timeline(&canceled);
    assert!(told.contains(&"The carrier is asked to give it back") && told.contains(&"Canceled"), "{told:?}");
    assert_eq!(canceled["provider_message_id"], Value::Null);
    press(&owner, &message, "cancel").await.expect(200);
    app.after(HOUR).await;
    assert!(left_for(&app, ANA).is_empty());
}

async fn it_is_canceled_though_the_answer_to_that_is_lost(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    for fault in [CreateFault::ErrorAfter, CreateFault::DropAnswer, CreateFault::GarbledAnswer] {
        let (message, item) = handed_over(&app, &owner, "Later").await;
        app.carrier.simulator.next_cancel_faults([fault]).unwrap();
        press(&owner, &message, "cancel").await.expect(202);
        given_back(&app, &item).await;
        assert_eq!(owner.state(&message).await, "canceled", "{fault:?}");
    }
}

async fn it_is_canceled_though_the_carrier_fails_at_first(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    let faults = [CreateFault::ErrorBefore, CreateFault::Throttle, CreateFault::ErrorBefore];
    app.carrier.simulator.next_cancel_faults(faults).unwrap();
    press(&owner, &message, "cancel").await.expect(202);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "scheduled");
    for _ in 0..3 {
        app.after(MINUTE).await;
    }
    given_back(&app, &item).await;
    assert_eq!(owner.state(&message).await, "canceled");
}

async fn it_is_canceled_though_we_die_while_the_carrier_is_asked(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    press(&owner, &message, "cancel").await.expect(202);
    app.restart().await;
    app.carrier.hold_answers();
    app.spawn_due_jobs();
    let canceled = |carrier: &trunkline_simulator::Simulator| {
        carrier.ledger_item(&item.sid).filter(|item| item.status == Status::Canceled)
    };
    soon(app.carrier.simulator.until(canceled)).await;
    app.restart().await;
    app.carrier.open_wire();
    given_back(&app, &item).await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "canceled");
}

/// The wish is on disk, and nobody gets to ask the carrier in time.
async fn a_cancel_that_comes_too_late_leaves_it_sent(setup: TestSetup) {
    let app = setup.with_service().lively().polls([20]).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { callback_loss_rate: 1.0, ..Faults::default() });
    let (message, _) = handed_over(&app, &owner, "Later").await;
    press(&owner, &message, "cancel").await.expect(202);
    app.advance(HOUR / 2).await;
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let sent = owner.message(&message).await;
    assert_eq!(text(&sent["state"]), "delivered");
    let told = timeline(&sent);
    assert!(told.contains(&"The carrier sent it before it could be called back"), "{told:?}");
    app.run_to_the_end().await;
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 0));
}

async fn a_wish_after_its_time_is_too_late(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    app.advance(HOUR / 2).await;
    press(&owner, &message, "cancel").await.problem(409, "too_late");
    press(&owner, &message, "send-now").await.problem(409, "too_late");
    change(&owner, &message, json!({ "body": "Other" })).await.problem(409, "too_late");
    told(&app, &item.sid, Status::Queued).await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn an_edit_takes_it_back_and_hands_the_new_text_over(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    let asked = change(&owner, &message, json!({ "body": "Much later" })).await.expect(202);
    assert_eq!(text(&asked["body"]), "Later", "what the carrier has is what will leave");
    given_back(&app, &item).await;
    let changed = owner.message(&message).await;
    assert_eq!((text(&changed["state"]), text(&changed["body"])), ("scheduled", "Much later"));
    let again = app.carrier.item(&message);
    assert_eq!((again.status, again.body.as_str()), (Status::Scheduled, "Much later"));
    assert_eq!(attempts(&app, &message).await, ["handed over", "handed over"]);
    leaves(&app, &again).await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), text(&sent["provider_message_id"])), ("sent", again.sid.as_str()));
    assert_eq!((left_for(&app, ANA), sent_by_us(&app, ANA)), (vec!["Much later".to_owned()], 0));
}

async fn another_time_takes_it_back(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    change(&owner, &message, json!({ "send_at": in_time(&app, 3 * HOUR) })).await.expect(202);
    given_back(&app, &item).await;
    app.after(HOUR).await;
    assert!(left_for(&app, ANA).is_empty());
    app.after(HOUR + HOUR / 2).await;
    let again = app.carrier.item(&message);
    assert_ne!(again.sid, item.sid);
    leaves(&app, &again).await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!(left_for(&app, ANA), ["Later"]);
}

async fn sent_now_it_leaves_by_us_at_once(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    press(&owner, &message, "send-now").await.expect(202);
    given_back(&app, &item).await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!((left_for(&app, ANA).len(), sent_by_us(&app, ANA)), (1, 1));
    app.after(HOUR).await;
    assert_eq!(left_for(&app, ANA).len(), 1);
}

async fn their_answer_takes_it_back(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let at = in_time(&app, HOUR);
    let wish = json!({ "to": ANA, "body": "Still there?", "send_at": at, "cancel_if_answered": true });
    let message = owner.send_json(wish).await;
    app.after(HOUR / 2).await;
    let item = app.carrier.item(&message);
    app.receive("SM1", ANA, "Here I am").await;
    given_back(&app, &item).await;
    let canceled = owner.message(&message).await;
    assert_eq!(text(&canceled["state"]), "canceled");
    assert!(timeline(&canceled).contains(&"Called off: they answered"));
    app.after(HOUR).await;
    assert!(left_for(&app, ANA).is_empty());
}

async fn several_wishes_are_granted_in_order(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let (message, item) = handed_over(&app, &owner, "Later").await;
    let fields = json!({ "body": "Two", "priority": 3, "cancel_if_answered": true });
    for wish in [json!({ "body": "One" }), fields] {
        change(&owner, &message, wish).await.expect(202);
    }
    let local = json!({ "send_at_local": "2026-11-04T12:00", "time_zone": "America/Chicago" });
    change(&owner, &message, local).await.expect(202);
    given_back(&app, &item).await;
    let changed = owner.message(&message).await;
    assert_eq!((text(&changed["body"]), &changed["priority"]), ("Two", &json!(3)));
    assert_eq!(text(&changed["scheduled"]["local"]), "2026-11-04T12:00");
    press(&owner, &message, "cancel").await.expect(200);
    app.after(24 * HOUR).await;
    assert!(left_for(&app, ANA).is_empty());
}

async fn what_is_called_off_before_it_was_handed_over_leaves_no_work(setup: TestSetup) {
    let app = setup.with_service().start().await;
    let owner = app.sign_up_owner().await;
    let message = planned(&app, &owner, "Later").await;
    assert_eq!(app.jobs().await.len(), 2);
    press(&owner, &message, "cancel").await.expect(200);
    assert!(app.jobs().await.is_empty());
    let message = planned(&app, &owner, "Later").await;
    press(&owner, &message, "send-now").await.expect(200);
    app.run_due_jobs().await;
    assert!(app.jobs().await.is_empty());
    let message = planned(&app, &owner, "Later").await;
    change(&owner, &message, json!({ "send_at": in_time(&app, 2 * MINUTE) })).await.expect(200);
    assert_eq!(app.jobs().await.len(), 1, "too near to be handed over");
    app.after(2 * MINUTE).await;
    assert_eq!(sent_by_us(&app, ANA), 2);
}
