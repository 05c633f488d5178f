//! Who is not answered, and when the model is not even asked.

use std::time::Duration;

use serde_json::json;

use super::Office;
use crate::test_support::{ANA, TestSetup, Turn, on_both_engines};

on_both_engines![
    keywords_are_never_answered,
    a_yes_without_an_opt_out_is_an_answer_like_any_other,
    what_may_mean_stop_waits_for_a_person,
    a_stop_while_the_model_speaks_is_obeyed,
    whoever_is_blocked_is_not_answered,
    a_person_who_replies_meanwhile_is_not_talked_over,
    after_a_person_replied_it_keeps_out_of_it_until_it_is_given_back,
    a_conversation_that_was_closed_meanwhile_is_left_alone,
    switched_off_in_a_conversation_it_is_silent_there,
    what_it_planned_is_called_off_when_people_take_over,
    what_is_too_old_is_left_to_people,
    outside_of_its_hours_it_is_silent,
    an_answer_that_quiet_hours_hold_waits_like_any_other,
];

async fn keywords_are_never_answered(setup: TestSetup) {
    let office = Office::open(setup).await;
    for word in ["HELP", "start", "STOP", "Unsubscribe", "help!"] {
        office.ana_writes(word).await;
    }
    assert_eq!(office.model.asked().len(), 0);
    assert!(office.ana_got().is_empty());
    // And whoever said so is not answered afterwards either.
    office.ana_writes("Are you there?").await;
    assert_eq!(office.model.asked().len(), 0);
    assert_eq!(office.outcomes().await, ["not_allowed"]);
}

async fn a_yes_without_an_opt_out_is_an_answer_like_any_other(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Yes!").await;
    assert_eq!(office.ana_got().len(), 1);
    office.ana_writes("STOP").await;
    office.ana_writes("yes").await;
    assert_eq!(office.ana_got().len(), 1);
}

async fn what_may_mean_stop_waits_for_a_person(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("please leave me alone").await;
    assert_eq!(office.model.asked().len(), 0);
}

async fn a_stop_while_the_model_speaks_is_obeyed(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello?").await;
    office.begin_answer(1).await;
    office.ana_texts("STOP").await;
    office.file_what_came().await;
    office.end_answer().await;
    assert!(office.ana_got().is_empty());
    assert_eq!(office.outcomes().await, ["not_allowed"]);
    assert_eq!(office.persona().await["used"]["tokens"], 110);
}

async fn whoever_is_blocked_is_not_answered(setup: TestSetup) {
    let office = Office::open(setup).await;
    let contact = office.owner.post("/api/contacts", json!({ "phone": ANA })).await.expect(201);
    let path = format!("/api/contacts/{}/block", crate::test_support::id(&contact));
    office.owner.put(&path, json!({})).await;
    office.ana_writes("Hello?").await;
    assert_eq!(office.model.asked().len(), 0);
    assert_eq!(office.outcomes().await, ["not_allowed"]);
}

async fn a_person_who_replies_meanwhile_is_not_talked_over(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello?").await;
    office.begin_answer(1).await;
    office.owner.send(ANA, "Ada here, how can I help?").await;
    office.end_answer().await;
    assert_eq!(office.ana_got(), ["Ada here, how can I help?"]);
    assert_eq!(office.outcomes().await, ["person_replied"]);
}

async fn after_a_person_replied_it_keeps_out_of_it_until_it_is_given_back(setup: TestSetup) {
    let office = Office::with(setup, json!({ "hand_over": { "silent_hours": 2 } })).await;
    office.ana_writes("Hello?").await;
    office.owner.send(ANA, "Ada here.").await;
    office.run_due_jobs().await;
    office.ana_writes("Hi Ada").await;
    assert_eq!(office.ana_got(), ["Happy to help!", "Ada here."]);
    office.set_mode("answers").await;
    office.ana_writes("And now?").await;
    assert_eq!(office.ana_got().len(), 3);
    // Or when enough time has passed.
    office.owner.send(ANA, "Ada again.").await;
    office.run_due_jobs().await;
    office.ana_writes("Hi again").await;
    assert_eq!(office.ana_got().len(), 4);
    office.advance(Duration::from_secs(2 * 3_600)).await;
    office.ana_writes("Still there?").await;
    assert_eq!(office.ana_got().len(), 5);
}

async fn a_conversation_that_was_closed_meanwhile_is_left_alone(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Thanks, all is well").await;
    office.begin_answer(1).await;
    let path = format!("/api/conversations/{}", office.conversation().await);
    office.owner.patch(&path, json!({ "status": "resolved" })).await.expect(200);
    office.end_answer().await;
    assert!(office.ana_got().is_empty());
    assert_eq!((office.outcomes().await, office.status().await), (vec!["settled".into()], "resolved".into()));
}

async fn switched_off_in_a_conversation_it_is_silent_there(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Hello?").await;
    office.set_mode("off").await;
    office.ana_writes("Hello again").await;
    assert_eq!(office.ana_got().len(), 1);
    assert_eq!(office.outcomes().await, ["answered", "off"]);
    office.set_mode("answers").await;
    office.ana_writes("And now?").await;
    assert_eq!(office.ana_got().len(), 2);
}

async fn what_it_planned_is_called_off_when_people_take_over(setup: TestSetup) {
    let office = Office::with(setup, json!({ "hand_over": { "words": ["manager"] } })).await;
    let later = || Turn::Asks(vec![("schedule_reply", json!({ "in_minutes": 60, "text": "Warm?" }))], "Ok.");
    for step in 0..3 {
        office.model.next([later()]);
        office.ana_writes("Ask me in an hour").await;
        match step {
            0 => drop(office.owner.send(ANA, "Ada here.").await),
            1 => office.set_mode("off").await,
            _ => office.ana_writes("Give me the manager").await,
        }
        office.after(Duration::from_secs(2 * 3_600)).await;
        office.set_mode("answers").await;
    }
    assert!(!office.ana_got().contains(&"Warm?".to_owned()), "{:?}", office.ana_got());
    let list = office.owner.get("/api/messages?direction=outbound&state=canceled").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
}

async fn what_is_too_old_is_left_to_people(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_texts("Hello?").await;
    office.file_what_came().await;
    office.after(Duration::from_secs(901)).await;
    assert_eq!(office.model.asked().len(), 0);
    assert_eq!((office.outcomes().await, office.status().await), (vec!["too_late".into()], "open".into()));
}

async fn outside_of_its_hours_it_is_silent(setup: TestSetup) {
    let hours = json!({ "time_zone": "America/New_York", "days": ["sun"], "from": "08:00", "to": "12:00" });
    let office = Office::with(setup, json!({ "hours": hours })).await;
    office.ana_writes("Hello?").await;
    assert_eq!(office.model.asked().len(), 0);
}

async fn an_answer_that_quiet_hours_hold_waits_like_any_other(setup: TestSetup) {
    let office = Office::open(setup).await;
    // Eleven at night in New York. They wrote just now, so an answer may leave; a day later it has to
    // wait for the morning.
    office.advance(Duration::from_secs(10 * 3_600)).await;
    let later = Turn::Asks(
        vec![("schedule_reply", json!({ "in_minutes": 1560, "text": "Good morning!" }))],
        "Gladly.",
    );
    office.model.next([later]);
    office.ana_writes("Can you write to me later?").await;
    assert_eq!(office.ana_got(), ["Gladly."]);
    office.after(Duration::from_secs(26 * 3_600)).await;
    assert_eq!(office.ana_got(), ["Gladly."]);
    office.after(Duration::from_secs(8 * 3_600)).await;
    assert_eq!(office.ana_got(), ["Gladly.", "Good morning!"]);
}
