//! An inbound message has one answer, however often the work on it is done.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use trunkline_simulator::{Extras, Faults};

use super::{Office, of_role};
use crate::jobs::Queue;
use crate::test_support::{ANA, BEN, LINE, TestSetup, customer, on_both_engines, soon, text};

on_both_engines![
    a_text_is_answered_and_the_answer_says_by_whom_why_and_at_what_cost,
    one_answer_though_the_node_dies_while_the_model_speaks,
    one_answer_though_the_same_work_is_done_twice,
    an_answer_is_not_lost_while_the_database_is_away,
    what_was_sent_twice_is_answered_once,
    what_was_just_missed_is_answered_and_what_is_old_is_left_to_people,
    by_whatsapp_they_see_that_somebody_writes,
    several_pieces_are_answered_together,
    what_comes_while_the_model_speaks_is_answered_with_it,
    two_hundred_conversations_hold_up_nobody_else,
    without_a_persona_on_the_line_nobody_is_asked,
    switched_off_nothing_is_planned,
];

async fn a_text_is_answered_and_the_answer_says_by_whom_why_and_at_what_cost(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Do you repair boilers?").await;
    assert_eq!(office.ana_got(), ["Happy to help!"]);
    assert_eq!(office.status().await, "pending");

    let list = office.owner.get("/api/messages?direction=outbound").await.expect(200);
    let persona = &list["items"][0]["persona"];
    assert_eq!(
        (text(&persona["slug"]), text(&persona["name"]), text(&persona["model"])),
        ("robin", "Robin", "test/model")
    );
    // 100 tokens at 1 and 10 at 10 for a million.
    assert_eq!(
        (&persona["tokens"], &persona["micros"], &persona["currency"]),
        (&json!(110), &json!(200), &json!("USD"))
    );
    assert!(text(&persona["reason"]).contains("nobody on the team had answered"));
    assert!(list["items"][0]["author"].is_null());

    let run = &office.persona().await["runs"][0];
    assert_eq!((&run["outcome"], &run["micros"]), (&json!("answered"), &json!(200)));
    assert_eq!(run["reply_id"], list["items"][0]["id"]);
    let question = &office.model.asked()[0];
    let told = of_role(question, "system").concat();
    assert!(
        told.contains("You are Robin, and brief.") && told.contains("A visit costs 95 dollars."),
        "{told}"
    );
}

async fn one_answer_though_the_node_dies_while_the_model_speaks(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello?").await;
    office.begin_answer(1).await;
    office.restart().await;
    office.model.release();
    office.run_due_jobs().await;
    assert_eq!(office.ana_got(), ["Happy to help!"]);
    // The one that was broken off may have been paid for, and counts.
    assert_eq!(office.outcomes().await, ["asked", "answered"]);
    assert!(office.persona().await["used"]["tokens"].as_u64().unwrap() > 110);
}

async fn one_answer_though_the_same_work_is_done_twice(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello?").await;
    office.file_what_came().await;
    let worker = office.app.app().worker.clone();
    let job = worker.claim(Queue::Persona).await.remove(0);
    // At the same time, and once more when it is long over.
    join_all([worker.run_claimed(job.clone()), worker.run_claimed(job.clone())]).await;
    worker.run_claimed(job).await;
    office.run_due_jobs().await;
    assert_eq!(office.ana_got(), ["Happy to help!"]);
}

async fn an_answer_is_not_lost_while_the_database_is_away(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello?").await;
    office.begin_answer(1).await;
    office.lose_database().await;
    office.model.release();
    let failed = async {
        while !office.log.text().contains("could not be written down") {
            tokio::task::yield_now().await;
        }
    };
    soon(failed).await;
    office.regain_database().await;
    office.end_answer().await;
    assert_eq!(office.ana_got(), ["Happy to help!"]);
    assert_eq!(office.model.asked().len(), 1);
}

async fn what_was_sent_twice_is_answered_once(setup: TestSetup) {
    let office = Office::open(setup).await;
    for _ in 0..3 {
        office.receive("SM1", ANA, "Hello?").await;
        office.run_due_jobs().await;
    }
    assert_eq!(office.ana_got().len(), 1);
    assert_eq!(office.model.asked().len(), 1);
}

/// The look at the carrier's list may come before the webhook; after an outage it comes too late.
async fn what_was_just_missed_is_answered_and_what_is_old_is_left_to_people(setup: TestSetup) {
    let office = Office::open(setup).await;
    let app = &office.app;
    app.leaves_jobs();
    for (customer, age) in [(BEN, 121), (ANA, 60)] {
        app.carrier.misbehave(Faults { webhook_loss_rate: 1.0, ..Faults::default() });
        app.carrier.simulator.text(customer, LINE, "Hello?", &[]).unwrap();
        app.advance(Duration::from_secs(age)).await;
        app.app().reconciler.start().await.unwrap();
        office.run_due_jobs().await;
    }
    let inbox = office.owner.get("/api/messages?direction=inbound").await.expect(200);
    assert_eq!(inbox["items"].as_array().unwrap().len(), 2);
    assert_eq!((office.ana_got().len(), office.model.asked().len()), (1, 1));
}

async fn by_whatsapp_they_see_that_somebody_writes(setup: TestSetup) {
    let office = Office::with(setup.with_whatsapp(), json!({ "lines": ["whatsapp"] })).await;
    let phone = &office.carrier.simulator;
    phone.write(ANA, &format!("whatsapp:{LINE}"), "Are you open?", Extras::default()).unwrap();
    office.carrier.until_told().await;
    office.file_what_came().await;
    let shown = || phone.phone_messages(ANA).iter().any(|message| message.typing_until.is_some());
    assert!(!shown());
    office.begin_answer(1).await;
    soon(async {
        while !shown() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    office.end_answer().await;
    assert_eq!(office.outcomes().await, ["answered"]);
}

async fn several_pieces_are_answered_together(setup: TestSetup) {
    let office = Office::with(setup, json!({ "wait_seconds": 5 })).await;
    office.ana_writes("Hello").await;
    office.ana_writes("my boiler is cold").await;
    assert_eq!(office.model.asked().len(), 0);
    office.after(std::time::Duration::from_secs(5)).await;
    assert_eq!(office.ana_got().len(), 1);
    let asked = office.model.asked();
    assert_eq!(asked.len(), 1);
    let said = of_role(&asked[0], "user").concat();
    assert!(said.contains("Hello") && said.contains("my boiler is cold"), "{said}");
}

async fn what_comes_while_the_model_speaks_is_answered_with_it(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello").await;
    office.begin_answer(1).await;
    office.ana_texts("Are you there?").await;
    office.file_what_came().await;
    office.end_answer().await;
    assert_eq!(office.ana_got(), ["Happy to help!"]);
    assert_eq!(office.outcomes().await, ["superseded", "answered"]);
}

async fn two_hundred_conversations_hold_up_nobody_else(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.model.hold();
    for number in 0..200 {
        office.receive(&format!("SM{number}"), &customer(number), "Hello?").await;
    }
    office.start_worker();
    office.model.until_asked(200).await;
    // All of them wait for the model; a person's message leaves all the same.
    office.owner.send(&customer(200), "We are here.").await;
    office.carrier.until_accepted(1).await;
    office.model.release();
    let accepted = office.carrier.until_accepted(201).await;
    assert_eq!(accepted.iter().filter(|item| item.body == "Happy to help!").count(), 200);
    office.leaves_jobs();
}

async fn without_a_persona_on_the_line_nobody_is_asked(setup: TestSetup) {
    let office = Office::with(setup, json!({ "lines": ["second"] })).await;
    office.ana_writes("Hello?").await;
    assert_eq!(office.model.asked().len(), 0);
    assert_eq!(office.outcomes().await, Vec::<String>::new());
    assert_eq!(office.status().await, "open");
}

async fn switched_off_nothing_is_planned(setup: TestSetup) {
    let app = setup.start().await;
    app.receive("SM1", ANA, "Hello?").await;
    app.run_due_jobs().await;
    assert!(app.carrier.texts_to(ANA).is_empty());
}
