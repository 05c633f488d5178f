//! No credential is ever seen again, and what is stored of it opens with the right key for the right line only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use trunkline_providers::Secret;
use trunkline_store::sql;

use super::{draft, make, text_to_it};
use crate::lines::{Keys, Known, Lines, Sources, Wire, look};
use crate::test_support::{ANA, SEALING_KEY, TestApp, TestSetup, on_both_engines, text};

on_both_engines![
    no_secret_is_in_any_answer_log_or_row,
    without_the_key_a_line_is_locked_and_its_messages_wait,
    a_row_that_was_changed_or_swapped_does_not_open,
    after_a_change_of_keys_everything_is_sealed_with_the_new_one,
    without_a_key_no_line_is_made,
    who_only_looks_sees_every_line_and_changes_nothing,
];

const SECRET: &str = "5ec2e75ec2e75ec2e75ec2e75ec2e7ab";
const OTHER: &str = "07e207e207e207e207e207e207e207cd";

/// The lines of this app as another process with other keys would see them.
async fn lines_with(app: &TestApp, keys: Keys) -> Lines {
    let wire = Wire { http: reqwest::Client::new(), timeout: std::time::Duration::from_secs(1) };
    let simulator = Some(app.carrier.simulated());
    let sources = Sources { configured: Vec::new(), simulator, keys, wire, default_country: None };
    Lines::open(&app.store, &app.app().ambient, sources).await.unwrap()
}

async fn who_only_looks_sees_every_line_and_changes_nothing(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    make(&owner).await;
    let wire = Wire { http: reqwest::Client::new(), timeout: std::time::Duration::from_secs(1) };
    let right = Keys::new(Some(&Secret::new(SEALING_KEY)), None).unwrap();
    // The line has another name here: whoever opened the lines would write it down.
    let mut configured = app.app().lines.known().lines;
    configured.truncate(1);
    configured[0].name = "Another name".into();
    let simulator = Some(app.carrier.simulated());
    let sources = Sources { configured, simulator, keys: right, wire, default_country: None };
    let slugs = |known: &Known| known.lines.iter().map(|line| line.slug.clone()).collect::<Vec<_>>();
    let known = look(&app.store, &sources).await.unwrap();
    assert_eq!(slugs(&known), ["main", "front-desk-hamburg"]);
    let other = Keys::new(Some(&key(9)), None).unwrap();
    let known = look(&app.store, &Sources { keys: other, ..sources }).await.unwrap();
    assert_eq!(slugs(&known), ["main"]);
    let (slug, reason) = &known.locked[0];
    assert!(slug == "front-desk-hamburg" && reason.contains("sealed with the key"), "{reason}");
    let named = app.store.read(|tx| {
        tx.query_one(sql!("select count(*) from lines where name = 'Another name'"), &[], |row| {
            row.get::<i64>(0)
        })
    });
    assert_eq!(named.await.unwrap(), 0);
}

fn key(byte: u8) -> Secret {
    Secret::new(STANDARD.encode([byte; 32]))
}

async fn no_secret_is_in_any_answer_log_or_row(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let mut seen = Vec::new();
    let mut secret = draft();
    secret["fields"]["auth_token"] = SECRET.into();
    let made = owner.post("/api/line-settings", secret.clone()).await.expect(201);
    let path = format!("/api/line-settings/{}", text(&made["id"]));
    seen.push(made);
    // Asked for again, the answer is a refusal; it must not show the secret either.
    seen.push(owner.post("/api/line-settings", secret).await.problem(422, "invalid"));
    let rotated = json!({ "fields": { "auth_token": OTHER } });
    seen.push(owner.post(&format!("{path}/credentials"), rotated).await.expect(200));
    let wrong = json!({ "fields": { "auth_token": format!("{SECRET} {OTHER}") } });
    seen.push(owner.post(&format!("{path}/credentials"), wrong).await.problem(422, "invalid"));
    let misplaced = json!({ "fields": { "account_sid": SECRET } });
    seen.push(owner.patch(&path, misplaced).await.problem(422, "invalid"));
    text_to_it(&app, "SM1").signed_with("wrong").send().await.expect(401);
    for path in ["/api/line-settings", "/api/lines", &path] {
        seen.push(owner.get(path).await.expect(200));
    }
    seen.push(owner.delete(&path).await.expect(200));

    let line = app.app().lines.made().await.unwrap();
    let rows = app.read(|tx| {
        tx.query(sql!("select settings, hints, sealed from line_settings"), &[], |row| {
            let (settings, hints): (serde_json::Value, serde_json::Value) = (row.get(0)?, row.get(1)?);
            let sealed: Vec<u8> = row.get(2)?;
            Ok(format!("{settings}{hints}{}", String::from_utf8_lossy(&sealed)))
        })
    });
    let everything = format!("{seen:?}{}{line:?}{:?}", app.log.text(), rows.await);
    for secret in [SECRET, OTHER, &SECRET[4..], &OTHER[4..]] {
        assert!(!everything.contains(secret), "a secret is shown");
    }
}

async fn without_the_key_a_line_is_locked_and_its_messages_wait(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let line = path.rsplit('/').next().unwrap();
    owner.send_with_key("waits", json!({ "to": ANA, "body": "Hello", "line_id": line })).await.expect(201);
    let id: uuid::Uuid = line.parse().unwrap();
    let others = lines_with(&app, Keys::new(Some(&key(1)), None).unwrap()).await;
    let reason = others.locked(id.into()).unwrap();
    assert!(reason.contains("installation.secret_key"), "{reason}");
    assert!(others.get(id.into()).is_none() && others.is_locked("front-desk-hamburg"));
    // Whoever has no key at all sees it locked too.
    assert!(lines_with(&app, Keys::default()).await.locked(id.into()).is_some());
    // New credentials open it again.
    let fields = [("auth_token".to_owned(), Secret::new(OTHER))].into_iter().collect();
    others.rotate(id.into(), fields, "Ada").await.unwrap();
    assert!(others.get(id.into()).is_some());
}

async fn a_row_that_was_changed_or_swapped_does_not_open(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    make(&owner).await;
    let mut other = draft();
    (other["address"], other["name"]) = ("+14155550188".into(), "Other".into());
    owner.post("/api/line-settings", other).await.expect(201);
    let swap = app.store.write(|tx| {
        let sealed: Vec<Vec<u8>> =
            tx.query(sql!("select sealed from line_settings order by revision"), &[], |row| row.get(0))?;
        let ids: Vec<uuid::Uuid> =
            tx.query(sql!("select line_id from line_settings order by revision"), &[], |row| row.get(0))?;
        for (id, sealed) in ids.iter().zip(sealed.into_iter().rev()) {
            tx.execute(
                sql!("update line_settings set sealed = $2, revision = revision + 2 where line_id = $1"),
                &[(*id).into(), sealed.into()],
            )?;
        }
        Ok(ids)
    });
    let ids = swap.await.unwrap();
    app.learn_lines().await;
    for id in ids {
        let reason = app.app().lines.locked(id.into()).unwrap();
        assert!(reason.contains("belong to another line"), "{reason}");
    }
    let list = owner.get("/api/line-settings").await.expect(200);
    assert_eq!((text(&list["items"][2]["state"]), text(&list["items"][3]["state"])), ("locked", "locked"));
    text_to_it(&app, "SM1").send().await.expect(503);
}

async fn after_a_change_of_keys_everything_is_sealed_with_the_new_one(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let id: uuid::Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let former = Secret::new(crate::test_support::SEALING_KEY);
    lines_with(&app, Keys::new(Some(&key(2)), Some(&former)).unwrap()).await;
    let new_alone = lines_with(&app, Keys::new(Some(&key(2)), None).unwrap()).await;
    assert!(new_alone.get(id.into()).is_some());
    assert!(lines_with(&app, Keys::new(Some(&former), None).unwrap()).await.get(id.into()).is_none());
}

async fn without_a_key_no_line_is_made(setup: TestSetup) {
    let app = setup.start().await;
    let lines = lines_with(&app, Keys::default()).await;
    let draft = serde_json::from_value(draft()).unwrap();
    let problem = lines.create(&draft, "Ada").await.unwrap_err();
    assert_eq!(problem.code, "no_sealing_key");
    assert!(problem.told().contains("TRUNKLINE_SECRET_KEY"));
}
