//! What a persona may do besides answering.

use std::time::Duration;

use serde_json::json;

use super::Office;
use crate::test_support::{TestSetup, Turn, on_both_engines, text};

on_both_engines![
    handed_over_it_is_silent_until_it_is_given_back,
    words_that_need_a_person_hand_over_without_the_model,
    tags_are_put_on_the_conversation,
    a_scheduled_reply_leaves_unless_they_write_first,
    a_tool_it_may_not_use_does_nothing,
    arguments_that_make_no_sense_are_refused_to_the_model,
    a_model_that_only_asks_for_tools_gives_no_answer,
];

fn asks(name: &'static str, arguments: serde_json::Value) -> Turn {
    Turn::Asks(vec![(name, arguments)], "")
}

async fn handed_over_it_is_silent_until_it_is_given_back(setup: TestSetup) {
    let office = Office::with(setup, json!({ "hand_over": { "message": "A colleague takes over." } })).await;
    office.model.next([asks("hand_over", json!({ "reason": "They want a quote." }))]);
    office.ana_writes("What does a new boiler cost?").await;
    assert_eq!(office.ana_got(), ["A colleague takes over."]);
    let persona = office.persona().await;
    assert_eq!((&persona["mode"], &persona["reason"]), (&json!("handed_over"), &json!("They want a quote.")));
    assert_eq!(office.status().await, "open");

    office.ana_writes("Hello?").await;
    assert_eq!(office.model.asked().len(), 1);
    assert_eq!(office.outcomes().await, ["handed_over", "handed_over_before"]);
    office.set_mode("answers").await;
    office.ana_writes("Hello again?").await;
    assert_eq!(office.ana_got().len(), 2);
    assert_eq!(office.persona().await["by"], "Ada");
}

async fn words_that_need_a_person_hand_over_without_the_model(setup: TestSetup) {
    let hand_over = json!({ "words": ["Smell gas"], "message": "Leave the house and call 911." });
    let office = Office::with(setup, json!({ "hand_over": hand_over })).await;
    office.ana_writes("I smell GAS in here").await;
    assert_eq!(office.ana_got(), ["Leave the house and call 911."]);
    assert_eq!(office.model.asked().len(), 0);
    let persona = office.persona().await;
    assert_eq!(persona["mode"], "handed_over");
    assert_eq!(persona["runs"].as_array().unwrap().len(), 1);
}

async fn tags_are_put_on_the_conversation(setup: TestSetup) {
    let office = Office::open(setup).await;
    let tags = vec![("tag", json!({ "tag": "New  Customer" })), ("tag", json!({ "tag": "boiler" }))];
    office.model.next([Turn::Asks(tags, ""), Turn::Says("Sure.".into())]);
    office.ana_writes("Do you repair boilers?").await;
    assert_eq!(office.ana_got(), ["Sure."]);
    assert_eq!(office.persona().await["tags"], json!(["new customer", "boiler"]));
    // What the tools came to was told to the model.
    let second = &office.model.asked()[1]["messages"];
    let messages = second.as_array().unwrap();
    assert_eq!(messages[messages.len() - 1]["tool_call_id"], "call1");
    assert_eq!(messages[messages.len() - 3]["tool_calls"][0]["function"]["name"], "tag");
    assert_eq!(office.persona().await["used"]["tokens"], 220);
}

async fn a_scheduled_reply_leaves_unless_they_write_first(setup: TestSetup) {
    let office = Office::open(setup).await;
    let later = || {
        Turn::Asks(vec![("schedule_reply", json!({ "in_minutes": 60, "text": "Is it warm now?" }))], "Ok.")
    };
    office.model.next([later()]);
    office.ana_writes("Ask me in an hour").await;
    office.after(Duration::from_secs(3_600)).await;
    assert_eq!(office.ana_got(), ["Ok.", "Is it warm now?"]);
    let list = office.owner.get("/api/messages?direction=outbound").await.expect(200);
    assert_eq!(list["items"][0]["persona"]["reason"], "They asked to be written to later.");

    office.model.next([later()]);
    office.ana_writes("Ask me again in an hour").await;
    office.ana_writes("No need, it works").await;
    office.after(Duration::from_secs(7_200)).await;
    assert_eq!(office.ana_got(), ["Ok.", "Is it warm now?", "Ok.", "Happy to help!"]);
}

async fn a_tool_it_may_not_use_does_nothing(setup: TestSetup) {
    let office = Office::with(setup, json!({ "tools": ["tag"] })).await;
    office.model.next([asks("hand_over", json!({ "reason": "x" })), Turn::Says("Sorry.".into())]);
    office.ana_writes("Hello?").await;
    assert_eq!(
        (office.ana_got(), &office.persona().await["mode"]),
        (vec!["Sorry.".into()], &json!("answers"))
    );
    let offered = office.model.asked()[0]["tools"].clone();
    assert_eq!(offered.as_array().unwrap().len(), 1);
}

async fn arguments_that_make_no_sense_are_refused_to_the_model(setup: TestSetup) {
    let office = Office::open(setup).await;
    let calls = vec![
        ("schedule_reply", json!({ "in_minutes": 1, "text": "x" })),
        ("remember", json!([])),
        ("tag", json!({ "tag": "\u{0} \n" })),
        ("fly", json!({})),
    ];
    office.model.next([Turn::Asks(calls, ""), Turn::Says("Ok.".into())]);
    office.ana_writes("Hello?").await;
    assert_eq!(office.ana_got(), ["Ok."]);
    let told = super::of_role(&office.model.asked()[1], "tool").join(" ");
    for word in ["in_minutes", "the fact", "the tag", "no such tool"] {
        assert!(told.contains(word), "{told}");
    }
    assert_eq!(office.persona().await["tags"], json!([]));
}

async fn a_model_that_only_asks_for_tools_gives_no_answer(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.model.next(vec![asks("tag", json!({ "tag": "a" })); 4]);
    office.ana_writes("Hello?").await;
    assert_eq!(office.model.asked().len(), 4);
    let errors = office.owner.get("/api/errors").await.expect(200);
    assert!(text(&errors["items"][0]["cause_chain"][0]).contains("again and again"));
    office.after(Duration::from_secs(2)).await;
    assert_eq!(office.ana_got().len(), 1);
    office.leaves_errors();
}
