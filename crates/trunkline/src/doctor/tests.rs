//! What the doctor sees, of an installation that works and of one that does not.

use serde_json::Value;
use trunkline_providers::Secret;
use trunkline_providers::transport::http_client;

use super::Doctor;
use crate::clock;
use crate::config::{Config, Credentials, Overrides, Surroundings};
use crate::lines::Known;
use crate::test_support::{Client, TestApp, TestSetup, on_both_engines};

on_both_engines![
    what_works_is_said_to_work,
    credentials_that_were_revoked_are_told,
    a_database_that_is_away_is_told,
    an_address_at_the_provider_that_differs_is_told,
    telnyx_is_asked_as_well,
    a_line_that_only_observes_signatures_is_told,
    a_line_that_cannot_be_used_is_told,
    only_admins_may_ask,
];

async fn examined(owner: &Client) -> Value {
    owner.post("/api/doctor", serde_json::json!({})).await.expect(200)
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name} in {report}"))
}

async fn what_works_is_said_to_work(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let report = examined(&owner).await;
    for name in [
        "configuration",
        "database",
        "schema",
        "nodes",
        "queue",
        "spool",
        "reachability",
        "signature",
        "credentials",
    ] {
        assert_ne!(check(&report, name)["state"], "failed", "{name}: {report}");
    }
    for name in ["schema", "spool", "reachability", "signature", "credentials", "balance"] {
        assert_eq!(check(&report, name)["state"], "ok", "{name}: {report}");
    }
    assert_eq!(check(&report, "balance")["found"], "100.00 USD.");
    assert_eq!(check(&report, "credentials")["line"], "main");
    // Nothing was left behind.
    assert!(app.jobs().await.is_empty());
}

/// A doctor as the command has it.
fn command(app: &TestApp) -> Doctor {
    let around = Surroundings { folder: "/nowhere".into(), ..Surroundings::default() };
    let mut config = Config::load(&Overrides::default(), &around).unwrap();
    config.server.base_url = Some(app.base_url());
    Doctor {
        config,
        lines: std::sync::Arc::new(Known::default),
        store: Ok(Some(app.store.clone())),
        ambient: clock::system(),
        http: http_client().unwrap(),
        is_simulated: true,
    }
}

async fn credentials_that_were_revoked_are_told(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.cut_wire().await;
    let report = examined(&owner).await;
    let credentials = check(&report, "credentials");
    assert_eq!((&report["state"], &credentials["state"]), (&"failed".into(), &"failed".into()));
    assert!(credentials["what_to_do"].as_str().unwrap().contains("reach the provider"), "{credentials}");
    app.carrier.open_wire();
}

async fn a_database_that_is_away_is_told(setup: TestSetup) {
    let app = setup.start().await;
    app.lose_database().await;
    // Who asks the page is looked up in the database too, so here the command's way.
    let doctor = command(&app);
    let report = serde_json::to_value(doctor.examine().await).unwrap();
    assert_eq!(check(&report, "database")["state"], "failed");
    app.regain_database().await;
}

async fn an_address_at_the_provider_that_differs_is_told(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let report = examined(&owner).await;
    let addresses = check(&report, "webhook_addresses");
    assert_eq!(addresses["state"], "warning", "{addresses}");
    assert!(addresses["what_to_do"].as_str().unwrap().contains("trunkline provision"));
}

async fn telnyx_is_asked_as_well(setup: TestSetup) {
    let app = setup.with_telnyx().start().await;
    let owner = app.sign_up_owner().await;
    let report = examined(&owner).await;
    assert_eq!(check(&report, "credentials")["found"], "Telnyx takes them.");
    assert_eq!(check(&report, "balance")["found"], "100.00 USD.");
    assert_eq!(check(&report, "signature")["state"], "skipped");
    // The profile tells of all its numbers at the address of the line main.
    let addresses = |line| {
        let checks = report["checks"].as_array().unwrap();
        let is_it = |check: &&Value| check["name"] == "webhook_addresses" && check["line"] == line;
        checks.iter().find(is_it).unwrap().clone()
    };
    assert_eq!(addresses("main")["state"], "ok", "{report}");
    assert_eq!(addresses("second")["state"], "warning", "{report}");
    assert!(addresses("second")["found"].as_str().unwrap().contains("webhook_url"), "{report}");
}

async fn a_line_that_only_observes_signatures_is_told(setup: TestSetup) {
    let app = setup.observing_signatures().start().await;
    let owner = app.sign_up_owner().await;
    let report = examined(&owner).await;
    let signature = check(&report, "signature");
    assert_eq!(signature["state"], "warning", "{report}");
    assert!(signature["found"].as_str().unwrap().contains("holds. But signatures are only observed"));
    assert!(signature["what_to_do"].as_str().unwrap().contains("\"enforce\""), "{report}");
    // With another token the webhook is let in all the same, and the doctor sees that it does not hold.
    let mut lines = app.app().lines.known();
    let Credentials::Twilio(account) = &mut lines.lines[0].credentials else { panic!("not Twilio's") };
    account.auth_token = Secret::new("0".repeat(32));
    let doctor = Doctor { lines: std::sync::Arc::new(move || lines.clone()), ..command(&app) };
    let report = serde_json::to_value(doctor.examine().await).unwrap();
    let signature = check(&report, "signature");
    assert_eq!(signature["state"], "warning", "{report}");
    assert!(signature["found"].as_str().unwrap().contains("does not hold"), "{report}");
}

async fn a_line_that_cannot_be_used_is_told(setup: TestSetup) {
    let app = setup.start().await;
    let locked = vec![("desk".to_owned(), "its credentials were sealed with another key".to_owned())];
    let known = Known { lines: Vec::new(), locked };
    let doctor = Doctor { lines: std::sync::Arc::new(move || known.clone()), ..command(&app) };
    let report = serde_json::to_value(doctor.examine().await).unwrap();
    let credentials = check(&report, "credentials");
    assert_eq!((&credentials["line"], &credentials["state"]), (&"desk".into(), &"failed".into()));
    assert!(credentials["found"].as_str().unwrap().contains("sealed with another key"));
}

async fn only_admins_may_ask(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let agent = app.member(&owner, "agent").await;
    agent.post("/api/doctor", serde_json::json!({})).await.problem(403, "forbidden");
}
