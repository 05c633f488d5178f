//! A line that fails is left alone until it works again, and another stands in for it (C9, "Beyond").

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::CreateFault;

use super::attempts;
use crate::test_support::{
    ANA, BEN, Client, LINE, SECOND_LINE, TestApp, TestSetup, customer, id, on_both_engines, on_postgres, text,
};

on_both_engines![
    failures_open_the_breaker_and_messages_wait,
    a_probe_that_fails_opens_it_for_longer,
    probes_that_succeed_close_it,
    a_probe_that_did_not_leave_makes_way_for_the_next,
    refusals_of_single_messages_open_nothing,
    an_open_breaker_outlives_a_restart,
    a_person_stops_a_line_and_lets_it_go_on,
    look_ups_go_on_while_it_is_open,
    another_line_stands_in_and_the_conversation_stays_with_it,
    what_waits_for_its_next_try_goes_through_the_other_line,
    those_to_one_person_change_lines_in_their_order,
    nobody_changes_lines_while_an_attempt_is_in_doubt,
    what_may_not_leave_from_here_leaves_from_the_other_line,
    what_may_leave_from_nowhere_is_tried_once_by_each_line,
    without_another_line_it_is_a_dead_letter,
];

const FAILURES: u32 = 3;
const WAIT: Duration = Duration::from_secs(30);

async fn health(client: &Client) -> Value {
    client.get("/api/lines").await.expect(200)["items"][0]["health"].clone()
}

/// Three messages fail, and the main line's breaker opens. They will be tried again in two minutes or so.
async fn open_breaker(app: &TestApp, owner: &Client) {
    app.carrier.cut_wire().await;
    for number in 0..FAILURES as usize {
        owner.send(&customer(number), "fails").await;
    }
    app.run_due_jobs().await;
    app.carrier.open_wire();
    assert_eq!(health(owner).await["breaker"], "open");
}

async fn failures_open_the_breaker_and_messages_wait(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    for number in 0..2 {
        owner.send(&customer(number), "fails").await;
    }
    app.run_due_jobs().await;
    assert_eq!(health(&owner).await["breaker"], "closed");
    owner.send(&customer(2), "fails").await;
    app.run_due_jobs().await;
    app.carrier.open_wire();
    let told = health(&owner).await;
    assert_eq!(text(&told["breaker"]), "open");
    assert!(text(&told["reason"]).contains("could not be reached"), "{told}");
    assert!(text(&told["until"]) > text(&told["since"]));
    let message = id(&owner.send(ANA, "waits").await);
    app.after(WAIT - Duration::from_secs(1)).await;
    assert_eq!(owner.state(&message).await, "queued");
    assert!(attempts(&app, &message).await.is_empty());
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn a_probe_that_fails_opens_it_for_longer(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    open_breaker(&app, &owner).await;
    let mut waiting = Vec::new();
    for number in 10..15 {
        waiting.push(id(&owner.send(&customer(number), "waits").await));
    }
    app.carrier.cut_wire().await;
    app.after(WAIT).await;
    let mut tried = 0;
    for message in &waiting {
        tried += attempts(&app, message).await.len();
    }
    assert_eq!((tried, text(&health(&owner).await["breaker"])), (1, "open"));
    app.carrier.open_wire();
    app.after(2 * WAIT - Duration::from_secs(1)).await;
    assert!(app.carrier.accepted().is_empty());
    app.after(Duration::from_secs(2)).await;
    assert_eq!(health(&owner).await["breaker"], "closed");
    app.run_to_the_end().await;
    assert_eq!(app.carrier.accepted().len(), 8);
}

async fn probes_that_succeed_close_it(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    open_breaker(&app, &owner).await;
    for number in 10..12 {
        owner.send(&customer(number), "waits").await;
    }
    app.after(WAIT).await;
    // Three have to succeed, and there were two.
    assert_eq!((app.carrier.accepted().len(), text(&health(&owner).await["breaker"])), (2, "half_open"));
    owner.send(ANA, "Hello").await;
    app.run_due_jobs().await;
    assert_eq!((app.carrier.accepted().len(), text(&health(&owner).await["breaker"])), (3, "closed"));
    assert_eq!(health(&owner).await["reason"], Value::Null);
    app.run_to_the_end().await;
}

/// The one chosen to try the line with is refused by the gate: that tells nothing of the line.
async fn a_probe_that_did_not_leave_makes_way_for_the_next(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    open_breaker(&app, &owner).await;
    let refused = id(&owner.send(ANA, "Hello").await);
    let message = id(&owner.send(BEN, "Hello").await);
    app.receive("SM1", ANA, "STOP").await;
    app.after(WAIT).await;
    assert_eq!(owner.state(&refused).await, "failed");
    assert_eq!(owner.state(&message).await, "sent");
    app.run_to_the_end().await;
}

async fn refusals_of_single_messages_open_nothing(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    for _ in 0..5 {
        owner.send("+15005550001", "nobody").await;
    }
    app.run_due_jobs().await;
    assert_eq!(health(&owner).await["breaker"], "closed");
}

async fn an_open_breaker_outlives_a_restart(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    open_breaker(&app, &owner).await;
    app.restart().await;
    let message = id(&owner.send(ANA, "waits").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "queued");
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn a_person_stops_a_line_and_lets_it_go_on(setup: TestSetup) {
    let app = setup.breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    let line = id(&owner.get("/api/lines").await.expect(200)["items"][0]);
    let address = format!("/api/lines/{line}/breaker");
    let stopped = owner.post(&address, json!({ "action": "open" })).await.expect(200);
    assert_eq!((text(&stopped["health"]["breaker"]), &stopped["health"]["until"]), ("open", &Value::Null));
    let message = id(&owner.send(ANA, "Hello").await);
    app.after(Duration::from_secs(3_600)).await;
    assert_eq!(owner.state(&message).await, "queued");
    let agent = app.member(&owner, "agent").await;
    agent.post(&address, json!({ "action": "close" })).await.problem(403, "forbidden");
    owner.post(&address, json!({ "action": "close" })).await.expect(200);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn look_ups_go_on_while_it_is_open(setup: TestSetup) {
    let app = setup.breaker_after(1).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    assert_eq!(health(&owner).await["breaker"], "open");
    app.after(Duration::from_secs(2)).await;
    assert_eq!(owner.state(&message).await, "sent");
}

async fn another_line_stands_in_and_the_conversation_stays_with_it(setup: TestSetup) {
    let app = setup.with_failover().breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    owner.send(ANA, "by main").await;
    app.run_due_jobs().await;
    open_breaker(&app, &owner).await;
    let message = owner.send(ANA, "by second").await;
    assert_eq!(text(&message["from"]), LINE);
    app.run_due_jobs().await;
    let sent = owner.message(&id(&message)).await;
    assert_eq!((text(&sent["state"]), text(&sent["from"])), ("sent", SECOND_LINE));
    app.after(Duration::from_secs(600)).await;
    app.run_to_the_end().await;
    let main = id(&owner.get("/api/lines").await.expect(200)["items"][0]);
    owner.post(&format!("/api/lines/{main}/breaker"), json!({ "action": "close" })).await.expect(200);
    owner.send(ANA, "still by second").await;
    owner.send(BEN, "by main").await;
    app.run_due_jobs().await;
    let from = |to: &str| -> Vec<String> {
        app.carrier.accepted().into_iter().filter(|item| item.to == to).filter_map(|item| item.from).collect()
    };
    assert_eq!(from(ANA), [LINE, SECOND_LINE, SECOND_LINE]);
    assert_eq!(from(BEN), [LINE]);
}

async fn what_waits_for_its_next_try_goes_through_the_other_line(setup: TestSetup) {
    let app = setup.with_failover().breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    open_breaker(&app, &owner).await;
    let main = id(&owner.get("/api/lines").await.expect(200)["items"][0]);
    owner.post(&format!("/api/lines/{main}/breaker"), json!({ "action": "open" })).await.expect(200);
    app.run_to_the_end().await;
    let accepted = app.carrier.accepted();
    assert_eq!(accepted.len(), FAILURES as usize);
    assert!(accepted.iter().all(|item| item.from.as_deref() == Some(SECOND_LINE)));
}

async fn those_to_one_person_change_lines_in_their_order(setup: TestSetup) {
    let app = setup.with_failover().breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    for body in ["1", "2", "3", "4"] {
        owner.send(ANA, body).await;
    }
    open_breaker_behind(&app, &owner).await;
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["1", "2", "3", "4"]);
}

/// A person stops the main line before anything of it was claimed.
async fn open_breaker_behind(app: &TestApp, owner: &Client) {
    let main = id(&owner.get("/api/lines").await.expect(200)["items"][0]);
    owner.post(&format!("/api/lines/{main}/breaker"), json!({ "action": "open" })).await.expect(200);
    app.run_due_jobs().await;
}

async fn nobody_changes_lines_while_an_attempt_is_in_doubt(setup: TestSetup) {
    let app = setup.with_failover().breaker_after(FAILURES).start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::ErrorBefore]);
    let doubtful = id(&owner.send(ANA, "1").await);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&doubtful).await, "unknown");
    open_breaker(&app, &owner).await;
    let next = id(&owner.send(ANA, "2").await);
    app.run_due_jobs().await;
    for wait in [2, 10] {
        app.after(Duration::from_secs(wait)).await;
        assert_eq!(owner.state(&doubtful).await, "unknown");
        assert_eq!(owner.state(&next).await, "queued");
    }
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["1", "2"]);
}

async fn what_may_not_leave_from_here_leaves_from_the_other_line(setup: TestSetup) {
    let app = setup.with_foreign_main().with_failover().start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "1").await);
    owner.send(ANA, "2").await;
    app.run_due_jobs().await;
    let sent = owner.message(&message).await;
    assert_eq!((text(&sent["state"]), text(&sent["from"])), ("sent", SECOND_LINE));
    assert_eq!(sent["error"], Value::Null);
    assert_eq!(attempts(&app, &message).await, ["not sent", "accepted"]);
    assert!(super::timeline(&sent).iter().any(|step| step.contains("through main")), "{sent}");
    owner.send(ANA, "3").await;
    app.run_to_the_end().await;
    assert_eq!(app.carrier.texts_to(ANA), ["1", "2", "3"]);
}

async fn what_may_leave_from_nowhere_is_tried_once_by_each_line(setup: TestSetup) {
    let app = setup.with_failover().start().await;
    let owner = app.sign_up_owner().await;
    for far in ["+15005550002", "+15005550003"] {
        let message = id(&owner.send(far, "Hello").await);
        app.run_to_the_end().await;
        assert_eq!(owner.state(&message).await, "failed");
        assert_eq!(attempts(&app, &message).await, ["not sent", "refused"]);
    }
}

async fn without_another_line_it_is_a_dead_letter(setup: TestSetup) {
    let app = setup.with_foreign_main().start().await;
    let owner = app.sign_up_owner().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    let failed = owner.message(&message).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("failed", "21606"));
}

mod several {
    use super::*;

    on_postgres![a_breaker_that_opens_on_one_node_opens_on_the_others, nodes_close_it_together];

    async fn a_breaker_that_opens_on_one_node_opens_on_the_others(setup: TestSetup) {
        let app = setup.breaker_after(FAILURES).start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("two").await;
        open_breaker(&app, &owner).await;
        let message = id(&owner.send(ANA, "waits").await);
        app.advance_beside(&other, Duration::from_secs(2)).await;
        other.run_due_jobs().await;
        assert_eq!(owner.state(&message).await, "queued");
        app.run_to_the_end().await;
    }

    async fn nodes_close_it_together(setup: TestSetup) {
        let app = setup.breaker_after(FAILURES).start().await;
        let owner = app.sign_up_owner().await;
        let other = app.another_node("two").await;
        open_breaker(&app, &owner).await;
        for number in 10..20 {
            owner.send(&customer(number), "waits").await;
        }
        app.advance_beside(&other, WAIT).await;
        futures::join!(app.run_due_jobs(), other.run_due_jobs());
        app.advance_beside(&other, Duration::from_secs(2)).await;
        futures::join!(app.run_due_jobs(), other.run_due_jobs());
        assert_eq!(app.carrier.accepted().len(), 10);
        app.run_to_the_end().await;
    }
}
