//! Signing up, signing in, and passwords.

use futures::future::join_all;
use serde_json::json;
use trunkline_store::sql;

use super::site::{PASSWORD, sites};
use crate::accounts::session::NewSession;
use crate::accounts::sign_up::{Newcomer, join};

#[tokio::test]
async fn the_first_one_becomes_the_owner_and_is_signed_in() {
    for site in sites().await {
        let mut browser = site.browser();
        let before = browser.get("/api/session").await.expect(200);
        assert_eq!(before["user"], json!(null));
        let installation = json!({
            "name": "Test", "version": "0.0.1", "has_owner": false, "simulator": true, "default_country": "US"
        });
        assert_eq!(before["installation"], installation);
        let body = browser.sign_up("  Ada@Example.com ", None).await.expect(201);
        assert_eq!(
            (&body["user"]["email"], &body["user"]["role"]),
            (&json!("ada@example.com"), &json!("owner"))
        );
        let after = browser.get("/api/session").await.expect(200);
        assert_eq!(after["user"], body["user"]);
        assert_eq!(after["installation"]["has_owner"], json!(true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_first_sign_ups_at_once_one_becomes_the_owner() {
    for site in sites().await {
        let tries = (0..8).map(|n| {
            let mut browser = site.browser();
            tokio::spawn(async move { browser.sign_up(&format!("u{n}@example.com"), None).await.status })
        });
        let statuses = join_all(tries).await.into_iter().map(Result::unwrap);
        let (joined, refused): (Vec<_>, Vec<_>) = statuses.partition(|status| *status == 201);
        assert_eq!(joined.len(), 1);
        assert!(refused.iter().all(|status| *status == 403), "{refused:?}");
        let count = site.accounts.store.read(|tx| {
            tx.query_one(sql!("select count(*) from users where role = 'owner'"), &[], |row| {
                row.get::<i64>(0)
            })
        });
        assert_eq!(count.await.unwrap(), 1);
    }
}

/// Passwords are hashed a few at a time, which keeps whole sign-ups apart; here they meet in the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_first_users_written_at_once_one_is_kept() {
    for site in sites().await {
        let store = &site.accounts.store;
        for _ in 0..10 {
            store.write(|tx| tx.execute(sql!("delete from users"), &[])).await.unwrap();
            let writes = (0..8).map(|n| {
                let session = NewSession::new(&site.accounts, "");
                let newcomer = Newcomer {
                    id: site.accounts.ambient.id(),
                    name: "Ada".to_owned(),
                    email: format!("u{n}@example.com"),
                    password_hash: String::new(),
                    invitation: None,
                };
                store.write(move |tx| join(tx, newcomer, &session))
            });
            let joined = join_all(writes).await.into_iter().filter(|joined| joined.as_ref().unwrap().is_ok());
            assert_eq!(joined.count(), 1);
        }
    }
}

#[tokio::test]
async fn a_stranger_cannot_sign_up_once_there_is_an_owner() {
    for site in sites().await {
        site.owner().await;
        site.browser().sign_up("eve@example.com", None).await.problem(403, "forbidden");
        let problem =
            site.browser().sign_up("eve@example.com", Some("made-up")).await.problem(422, "invalid");
        assert_eq!(problem["field"], "invitation");
    }
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named_at_once() {
    for site in sites().await {
        let body = json!({ "name": " ", "email": "ada", "password": "short" });
        let problem = site.browser().post("/api/auth/sign-up", body).await.problem(422, "invalid");
        let fields: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["name", "email", "password"]);
    }
}

#[tokio::test]
async fn the_password_opens_and_a_wrong_one_or_address_gives_the_same_refusal() {
    for site in sites().await {
        site.owner().await;
        let mut browser = site.browser();
        let wrong = browser
            .sign_in("owner@example.com", "correct horse batterx")
            .await
            .problem(401, "wrong_credentials");
        let unknown = browser.sign_in("nobody@example.com", PASSWORD).await.problem(401, "wrong_credentials");
        let no_address = browser.sign_in("nobody", PASSWORD).await.problem(401, "wrong_credentials");
        let too_long =
            browser.sign_in("owner@example.com", &"x".repeat(201)).await.problem(401, "wrong_credentials");
        assert!([&unknown, &no_address, &too_long].iter().all(|other| **other == wrong));
        assert_eq!(browser.who().await, None);
        browser.sign_in(" OWNER@example.com", PASSWORD).await.expect(200);
        assert_eq!(browser.who().await.as_deref(), Some("owner@example.com"));
    }
}

#[tokio::test]
async fn only_an_argon2id_hash_of_the_password_and_a_digest_of_the_token_are_stored() {
    for site in sites().await {
        let owner = site.owner().await;
        let stored = site.accounts.store.read(|tx| {
            let hash: String =
                tx.query_one(sql!("select password_hash from users"), &[], |row| row.get(0))?;
            let token: Vec<u8> =
                tx.query_one(sql!("select token_hash from sessions"), &[], |row| row.get(0))?;
            Ok((hash, token))
        });
        let (hash, token) = stored.await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let cookie = owner.cookie.unwrap();
        let (_, sent) = cookie.split_once('=').unwrap();
        assert_eq!(sent.len(), 43);
        assert_eq!(token, crate::accounts::token::hash(sent));
    }
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    for site in sites().await {
        let mut here = site.owner().await;
        let mut elsewhere = site.browser();
        elsewhere.sign_in("owner@example.com", PASSWORD).await.expect(200);
        let change = json!({ "current": PASSWORD, "new": "another long one" });
        here.post("/api/auth/password", change.clone()).await.expect(204);
        assert!(here.who().await.is_some());
        assert_eq!(elsewhere.who().await, None);
        elsewhere.sign_in("owner@example.com", PASSWORD).await.problem(401, "wrong_credentials");
        elsewhere.sign_in("owner@example.com", "another long one").await.expect(200);
        let problem = here.post("/api/auth/password", change).await.problem(422, "invalid");
        assert_eq!(problem["field"], "current");
    }
}

#[tokio::test]
async fn a_new_password_must_be_one() {
    for site in sites().await {
        let mut owner = site.owner().await;
        for new in ["short", &"x".repeat(201)] {
            let change = json!({ "current": PASSWORD, "new": new });
            let problem = owner.post("/api/auth/password", change).await.problem(422, "invalid");
            assert_eq!(problem["field"], "new");
        }
    }
}

#[tokio::test]
async fn of_two_changes_at_once_one_holds() {
    for site in sites().await {
        let owner = site.owner().await;
        let change = |new: &'static str| {
            let mut browser = owner.clone();
            async move {
                browser.post("/api/auth/password", json!({ "current": PASSWORD, "new": new })).await.status
            }
        };
        let (first, second) = tokio::join!(change("the first new one"), change("the second new one"));
        assert_eq!([first, second].iter().filter(|status| **status == 204).count(), 1, "{first} {second}");
    }
}
