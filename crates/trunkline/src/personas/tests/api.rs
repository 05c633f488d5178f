//! Personas as the team sees them.

use std::fs;
use std::time::Duration;

use serde_json::json;

use super::Office;
use trunkline_store::sql;

use crate::test_support::{TestSetup, Turn, on_both_engines, text};

on_both_engines![
    the_list_shows_what_is_wrong_and_what_was_used,
    a_changed_file_counts_from_the_next_message_on,
    a_dry_run_asks_the_model_and_sends_nothing,
    a_dry_run_says_why_it_cannot_be_had,
    runs_are_kept_for_ninety_days,
];

async fn the_list_shows_what_is_wrong_and_what_was_used(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Hello?").await;
    fs::create_dir(office.folder.path().join("zoe")).unwrap();
    let list = office.owner.get("/api/personas").await.expect(200);
    assert_eq!(
        (&list["enabled"], &list["used"]["tokens"], &list["used"]["answers"]),
        (&json!(true), &json!(110), &json!(1))
    );
    let (robin, zoe) = (&list["items"][0], &list["items"][1]);
    assert_eq!(
        (text(&robin["state"]), text(&robin["name"]), text(&robin["model"])),
        ("ready", "Robin", "test/model")
    );
    assert_eq!(text(&zoe["state"]), "broken");
    let files: Vec<&str> =
        zoe["problems"].as_array().unwrap().iter().map(|problem| text(&problem["file"])).collect();
    assert_eq!(files, ["persona.json", "soul.md"]);
}

async fn a_changed_file_counts_from_the_next_message_on(setup: TestSetup) {
    let office = Office::open(setup).await;
    fs::write(office.folder.path().join("robin/soul.md"), "You are Robin, and talkative.").unwrap();
    office.ana_writes("Hello?").await;
    assert!(super::of_role(&office.model.asked()[0], "system")[0].contains("talkative"));
    fs::write(office.folder.path().join("robin/persona.json"), "{").unwrap();
    office.ana_writes("Hello again").await;
    assert_eq!(office.ana_got().len(), 2);
    assert_eq!(office.owner.get("/api/personas").await.expect(200)["items"][0]["state"], "kept");
}

async fn a_dry_run_asks_the_model_and_sends_nothing(setup: TestSetup) {
    let office = Office::with(setup, json!({ "lines": [] })).await;
    office.ana_writes("Do you repair boilers?").await;
    office.model.next([Turn::Asks(vec![("tag", json!({ "tag": "boiler" }))], "We do.")]);
    let wanted = json!({ "conversation_id": office.conversation().await });
    let tried = office.owner.post("/api/personas/robin/dry-run", wanted).await.expect(200);
    assert_eq!(
        (&tried["asked"], &tried["text"], &tried["tags"], &tried["micros"]),
        (&json!("Do you repair boilers?"), &json!("We do."), &json!(["boiler"]), &json!(200))
    );
    office.run_due_jobs().await;
    assert!(office.ana_got().is_empty());
    let persona = office.persona().await;
    assert_eq!((&persona["tags"], &persona["used"]["tokens"]), (&json!([]), &json!(110)));
    assert_eq!(office.outcomes().await, ["dry_run"]);
}

async fn a_dry_run_says_why_it_cannot_be_had(setup: TestSetup) {
    let office = Office::with(setup, json!({ "lines": [] })).await;
    office.ana_writes("Hello?").await;
    let wanted = json!({ "conversation_id": office.conversation().await });
    office.owner.post("/api/personas/nobody/dry-run", wanted.clone()).await.problem(404, "not_found");
    let nowhere = json!({ "conversation_id": "00000000-0000-7000-8000-000000000000" });
    office.owner.post("/api/personas/robin/dry-run", nowhere).await.problem(404, "not_found");
    office.model.next([Turn::Refuses(401)]);
    let refused = office.owner.post("/api/personas/robin/dry-run", wanted).await;
    refused.problem(502, "model_failed");
}

async fn runs_are_kept_for_ninety_days(setup: TestSetup) {
    let office = Office::open(setup).await;
    office.ana_writes("Hello?").await;
    let runs = || {
        office
            .read(|tx| tx.query_one(sql!("select count(*) from persona_runs"), &[], |row| row.get::<i64>(0)))
    };
    office.advance(Duration::from_secs(89 * 86_400)).await;
    office.app().clear_out().await;
    assert_eq!(runs().await, 1);
    office.advance(Duration::from_secs(2 * 86_400)).await;
    office.app().clear_out().await;
    assert_eq!(runs().await, 0);
}
