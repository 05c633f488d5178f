//! What certainly was not sent is tried again, within bounds (C5).

use std::time::Duration;

use trunkline_domain::time::Timestamp;
use trunkline_simulator::{CreateFault, Faults};
use trunkline_store::sql;

use super::{attempts, states};
use crate::test_support::{ANA, BEN, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    waits_grow_and_then_it_is_a_dead_letter,
    throttling_uses_up_no_retry_but_ends_after_a_day,
    a_permanent_refusal_is_final_at_once,
    an_opt_out_at_the_carrier_is_remembered,
];

/// When the one job is due.
async fn due_at(app: &TestApp) -> Timestamp {
    app.jobs().await[0].due_at
}

async fn waits_grow_and_then_it_is_a_dead_letter(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let message = id(&owner.send(ANA, "Hello").await);
    app.run_due_jobs().await;
    for minutes in [2, 4, 8] {
        let wait = due_at(&app).await.since(app.now()).as_secs_f64() / 60.0;
        assert!((wait / f64::from(minutes) - 1.0).abs() <= 0.11, "{wait} is not about {minutes} minutes");
        app.after(Duration::from_secs_f64(wait * 60.0 + 1.0)).await;
    }
    let dead = owner.message(&message).await;
    assert_eq!(text(&dead["state"]), "failed");
    assert!(text(&dead["error"]["text"]).contains("could not be reached"), "{dead}");
    assert!(text(&dead["error"]["help"]).ends_with('.'));
    assert_eq!(attempts(&app, &message).await, ["not sent", "not sent", "not sent", "refused"]);
    assert_eq!(states(&app, &message).await.last().unwrap(), "failed");

    // Everything is kept, so a person can send it again.
    app.carrier.open_wire();
    let again =
        owner.post(&format!("/api/messages/{message}/retry"), serde_json::json!({})).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&id(&again)).await, "sent");
    assert_eq!(app.carrier.texts_to(ANA), ["Hello"]);
}

async fn throttling_uses_up_no_retry_but_ends_after_a_day(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::Throttle; 12]);
    let message = id(&owner.send(ANA, "patient").await);
    app.run_to_the_end().await;
    assert_eq!(owner.state(&message).await, "sent");
    assert_eq!(attempts(&app, &message).await.len(), 13);

    app.carrier.misbehave(Faults { throttle_rate: 1.0, ..Faults::default() });
    let message = id(&owner.send(ANA, "too late").await);
    app.run_due_jobs().await;
    app.after(Duration::from_secs(86_399)).await;
    assert_eq!(owner.state(&message).await, "queued");
    app.after(Duration::from_secs(2)).await;
    let dead = owner.message(&message).await;
    assert_eq!((text(&dead["state"]), text(&dead["error"]["code"])), ("failed", "20429"));
}

async fn a_permanent_refusal_is_final_at_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    // The number that Twilio's test credentials refuse as no mobile number.
    let message = id(&owner.send("+15005550009", "Hello").await);
    app.run_due_jobs().await;
    let failed = owner.message(&message).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("failed", "21614"));
    assert!(!text(&failed["error"]["text"]).is_empty());
    assert_eq!(
        text(&failed["error"]["help"]),
        trunkline_providers::twilio::errors::lookup("21614").unwrap().help()
    );
    assert_eq!(attempts(&app, &message).await, ["refused"]);
    assert!(app.carrier.accepted().is_empty());
}

/// The carrier knows of a STOP that never reached us.
async fn an_opt_out_at_the_carrier_is_remembered(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { webhook_loss_rate: 1.0, ..Faults::default() });
    app.carrier.simulator.text(BEN, crate::test_support::LINE, "STOP", &[]).unwrap();
    let message = id(&owner.send(BEN, "Hello").await);
    app.run_due_jobs().await;
    let failed = owner.message(&message).await;
    assert_eq!((text(&failed["state"]), text(&failed["error"]["code"])), ("failed", "21610"));
    let source: String =
        app.read(|tx| tx.query_one(sql!("select source from opt_outs"), &[], |row| row.get(0))).await;
    assert_eq!(source, "provider");

    let problem = owner.try_send(BEN, "Please?").await.problem(422, "opted_out");
    assert!(text(&problem["detail"]).contains("START"), "{problem}");
    let inbox = owner.get("/api/conversations").await.expect(200);
    assert_eq!(inbox["items"][0]["contact"]["opted_out"], true);
    owner
        .post(&format!("/api/messages/{message}/retry"), serde_json::json!({}))
        .await
        .problem(422, "opted_out");
}
