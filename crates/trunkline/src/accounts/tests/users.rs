//! Roles, and who may change them.

use futures::future::join_all;
use serde_json::json;
use trunkline_store::sql;

use super::site::{PASSWORD, Site, sites};

async fn id_of(site: &Site, email: &'static str) -> String {
    let id = site.accounts.store.read(move |tx| {
        tx.query_one(sql!("select id from users where email = $1"), &[email.into()], |row| {
            row.get::<uuid::Uuid>(0)
        })
    });
    id.await.unwrap().to_string()
}

#[tokio::test]
async fn the_team_is_listed_in_the_order_they_joined_without_secrets() {
    for site in sites().await {
        let mut owner = site.owner().await;
        site.later(std::time::Duration::from_secs(1));
        let (mut viewer, _) = site.member(&mut owner, "viewer").await;
        let body = viewer.get("/api/users").await.expect(200);
        let users = body["items"].as_array().unwrap();
        assert_eq!([&users[0]["role"], &users[1]["role"]], ["owner", "viewer"]);
        let mut keys: Vec<_> = users[0].as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["created_at", "disabled", "email", "id", "name", "role"]);
    }
}

#[tokio::test]
async fn a_new_role_counts_from_the_next_request_on() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (mut agent, id) = site.member(&mut owner, "agent").await;
        agent.get("/api/invitations").await.problem(403, "forbidden");
        let changed = owner.patch(&format!("/api/users/{id}"), json!({ "role": "admin" })).await.expect(200);
        assert_eq!(changed["role"], "admin");
        agent.get("/api/invitations").await.expect(200);
        owner.patch(&format!("/api/users/{id}"), json!({ "role": "viewer" })).await.expect(200);
        agent.get("/api/invitations").await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once_and_cannot_come_back() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (mut agent, id) = site.member(&mut owner, "agent").await;
        let path = format!("/api/users/{id}");
        assert_eq!(owner.patch(&path, json!({ "disabled": true })).await.expect(200)["disabled"], true);
        agent.get("/api/users").await.problem(401, "unauthenticated");
        agent.sign_in("agent@example.com", PASSWORD).await.problem(403, "forbidden");
        agent.sign_in("agent@example.com", "wrong password").await.problem(401, "wrong_credentials");
        owner.patch(&path, json!({ "disabled": false })).await.expect(200);
        // The sessions of before stay ended.
        assert_eq!(agent.who().await, None);
        agent.sign_in("agent@example.com", PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let own = format!("/api/users/{}", id_of(&site, "owner@example.com").await);
        owner.patch(&own, json!({ "role": "admin" })).await.problem(409, "last_owner");
        owner.patch(&own, json!({ "disabled": true })).await.problem(409, "own_account");
        let (mut second, id) = site.member(&mut owner, "admin").await;
        let path = format!("/api/users/{id}");
        owner.patch(&path, json!({ "role": "owner", "disabled": true })).await.expect(200);
        // An owner who cannot sign in is none.
        owner.patch(&own, json!({ "role": "admin" })).await.problem(409, "last_owner");
        owner.patch(&path, json!({ "disabled": false })).await.expect(200);
        owner.patch(&own, json!({ "role": "admin" })).await.expect(200);
        second.sign_in("admin@example.com", PASSWORD).await.expect(200);
        second.patch(&path, json!({ "role": "viewer" })).await.problem(409, "last_owner");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn owners_who_demote_each_other_at_once_leave_one() {
    for site in sites().await {
        let mut first = site.owner().await;
        let own = id_of(&site, "owner@example.com").await;
        let (second, other) = site.member(&mut first, "admin").await;
        first.patch(&format!("/api/users/{other}"), json!({ "role": "owner" })).await.expect(200);
        let pairs = [(first.clone(), other), (second, own)];
        let demotions = pairs.map(|(mut browser, target)| async move {
            browser.patch(&format!("/api/users/{target}"), json!({ "role": "viewer" })).await.status
        });
        let statuses = join_all(demotions).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    }
}

#[tokio::test]
async fn an_admin_manages_everyone_but_owners() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (mut admin, own) = site.member(&mut owner, "admin").await;
        let (_, agent) = site.member(&mut owner, "agent").await;
        let owners = format!("/api/users/{}", id_of(&site, "owner@example.com").await);
        admin.patch(&owners, json!({ "disabled": true })).await.problem(403, "forbidden");
        admin.patch(&owners, json!({ "role": "agent" })).await.problem(403, "forbidden");
        admin.patch(&format!("/api/users/{own}"), json!({ "role": "owner" })).await.problem(403, "forbidden");
        admin
            .patch(&format!("/api/users/{agent}"), json!({ "role": "owner" }))
            .await
            .problem(403, "forbidden");
        admin.patch(&format!("/api/users/{agent}"), json!({ "role": "admin" })).await.expect(200);
        admin
            .patch(&format!("/api/users/{own}"), json!({ "disabled": true }))
            .await
            .problem(409, "own_account");
    }
}

#[tokio::test]
async fn who_is_not_there_cannot_be_changed() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let path = "/api/users/01890a5d-ac96-774b-bcce-b302099a8057";
        owner.patch(path, json!({ "role": "agent" })).await.problem(404, "not_found");
        owner.patch("/api/users/me", json!({ "role": "agent" })).await.problem(404, "not_found");
    }
}
