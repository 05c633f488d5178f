//! What a persona keeps in mind, and what people see and delete of it.

use serde_json::{Value, json};

use super::{Office, of_role};
use crate::test_support::{TestSetup, Turn, id, on_both_engines, text};

on_both_engines![
    it_is_told_the_thread_word_for_word,
    facts_are_remembered_seen_and_deleted,
    a_long_thread_is_summarised_and_the_summary_told,
    what_did_not_leave_was_not_said,
];

async fn it_is_told_the_thread_word_for_word(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Hello").await;
    office.ana_writes("Do you repair boilers?").await;
    let asked = office.model.asked();
    let user = of_role(&asked[1], "user");
    assert!(user[0].contains("\"Hello\"") && user[1].contains("Do you repair boilers?"), "{user:?}");
    assert_eq!(of_role(&asked[1], "assistant"), ["Happy to help!"]);
}

async fn facts_are_remembered_seen_and_deleted(setup: TestSetup) {
    let office = Office::open(setup).await;
    let fact = json!({ "fact": "Has a gas\nfurnace from 2011. \"}]" });
    office.model.next([Turn::Asks(vec![("remember", fact.clone())], "Noted.")]);
    office.ana_writes("I have a gas furnace from 2011").await;
    let contact = office.owner.get("/api/contacts").await.expect(200);
    let path = format!("/api/contacts/{}/facts", id(&contact["items"][0]));
    let facts = office.owner.get(&path).await.expect(200);
    let known = &facts["items"][0];
    assert_eq!(
        (&known["text"], &known["persona"]),
        (&json!("Has a gas furnace from 2011. \"}]"), &json!("robin"))
    );

    office.model.next([Turn::Asks(vec![("remember", fact)], "Noted.")]);
    office.ana_writes("What do I have?").await;
    let about: Value =
        serde_json::from_str(of_role(&office.model.asked()[1], "user")[0].lines().next().unwrap()).unwrap();
    assert_eq!(about["about_this_customer"]["facts"], json!(["Has a gas furnace from 2011. \"}]"]));
    assert_eq!(office.owner.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 1);

    let fact = format!("/api/facts/{}", id(known));
    let delete = || office.owner.ask(axum::http::Method::DELETE, &fact, &[], None);
    delete().await.expect(204);
    delete().await.problem(404, "not_found");
    office.ana_writes("And now?").await;
    assert!(!of_role(&office.model.asked()[2], "user").concat().contains("furnace from 2011. "));
}

async fn a_long_thread_is_summarised_and_the_summary_told(setup: TestSetup) {
    let memory = json!({ "recent_characters": 200, "summary_characters": 50 });
    let office = Office::with(setup, json!({ "memory": memory })).await;
    let long = |word: &str| format!("{word} {}", "x".repeat(90));
    office.ana_writes(&long("first")).await;
    let summary = format!("They said much. {}", "y".repeat(100));
    office.model.next([Turn::Says(summary), Turn::Says("I see.".into())]);
    office.ana_writes(&long("second")).await;
    let asked = office.model.asked();
    assert_eq!(asked.len(), 3);
    let said = of_role(&asked[1], "user").concat();
    assert!(
        said.contains("first") && of_role(&asked[1], "system")[0].contains("At most 50 characters"),
        "{said}"
    );
    assert!(asked[1]["tools"].is_null());
    let told = of_role(&asked[2], "user").concat();
    assert!(told.contains("They said much.") && told.contains("second") && !told.contains("first"), "{told}");
    let kept = office.persona().await["summary"].clone();
    assert_eq!(text(&kept).chars().count(), 50);

    // It is kept, and not made anew for each message.
    office.ana_writes("third").await;
    assert_eq!(office.model.asked().len(), 4);
    assert!(of_role(&office.model.asked()[3], "user").concat().contains("They said much."));
}

async fn what_did_not_leave_was_not_said(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Hello").await;
    let conversation = office.conversation().await;
    let planned =
        json!({ "conversation_id": conversation, "body": "A plan", "send_at": "2026-11-20T15:00:00Z" });
    let planned = office.owner.send_json(planned).await;
    office.owner.post(&format!("/api/messages/{planned}/cancel"), json!({})).await.expect(200);
    office.ana_writes("Still there?").await;
    assert!(!office.model.asked()[1].to_string().contains("A plan"));
}
