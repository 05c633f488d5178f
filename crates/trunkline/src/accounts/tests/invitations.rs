//! Joining by invitation.

use std::time::Duration;

use serde_json::{Value, json};

use super::site::{Browser, sites};

async fn invite(browser: &mut Browser, email: &str, role: &str) -> (Value, String) {
    let invited = browser.post("/api/invitations", json!({ "email": email, "role": role })).await.expect(201);
    let url = invited["url"].as_str().unwrap();
    let token = url.strip_prefix("http://inbox.example.com/join/").unwrap().to_owned();
    (invited, token)
}

async fn list(browser: &mut Browser) -> Vec<Value> {
    browser.get("/api/invitations").await.expect(200)["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_invitation_lets_its_address_join_once_with_its_role() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (invited, token) = invite(&mut owner, " Bob@Example.com", "agent").await;
        assert_eq!(invited["expires_at"], "2025-06-22T15:06:40.000000Z");
        let mut bob = site.browser();
        let offer = bob.get(&format!("/api/invitations/{token}")).await.expect(200);
        assert_eq!(offer, json!({ "email": "bob@example.com", "role": "agent", "invited_by": "Ada" }));
        let other = bob.sign_up("mallory@example.com", Some(&token)).await.problem(422, "invalid");
        assert_eq!(other["field"], "email");
        let body = bob.sign_up("BOB@example.com", Some(&token)).await.expect(201);
        assert_eq!(
            (&body["user"]["role"], &body["user"]["email"]),
            (&json!("agent"), &json!("bob@example.com"))
        );
        site.browser().sign_up("bob@example.com", Some(&token)).await.problem(422, "invalid");
        bob.get(&format!("/api/invitations/{token}")).await.problem(404, "not_found");
        assert!(list(&mut owner).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_used_twice_at_once_makes_one_user() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (_, token) = invite(&mut owner, "bob@example.com", "agent").await;
        let (mut one, mut other) = (site.browser(), site.browser());
        let (first, second) = tokio::join!(
            one.sign_up("bob@example.com", Some(&token)),
            other.sign_up("bob@example.com", Some(&token))
        );
        let joined = [&first, &second].iter().filter(|answer| answer.status == 201).count();
        assert_eq!(joined, 1, "{first:?} {second:?}");
    }
}

#[tokio::test]
async fn an_invitation_expires_after_seven_days() {
    for site in sites().await {
        let mut owner = site.owner().await;
        site.later(Duration::from_secs(3_600));
        let (_, token) = invite(&mut owner, "bob@example.com", "agent").await;
        site.later(Duration::from_secs(7 * 86_400));
        site.browser().get(&format!("/api/invitations/{token}")).await.problem(404, "not_found");
        site.browser().sign_up("bob@example.com", Some(&token)).await.problem(422, "invalid");
        assert_eq!(site.accounts.clean_up().await.unwrap(), 2, "the owner's session and the invitation");
    }
}

#[tokio::test]
async fn inviting_again_gives_a_new_link_and_the_old_one_ends() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (_, first) = invite(&mut owner, "bob@example.com", "agent").await;
        let (_, second) = invite(&mut owner, "bob@example.com", "viewer").await;
        let pending = list(&mut owner).await;
        assert_eq!(pending.len(), 1);
        assert_eq!((&pending[0]["role"], &pending[0]["url"]), (&json!("viewer"), &json!(null)));
        site.browser().get(&format!("/api/invitations/{first}")).await.problem(404, "not_found");
        site.browser().get(&format!("/api/invitations/{second}")).await.expect(200);
    }
}

#[tokio::test]
async fn a_withdrawn_invitation_does_not_work() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (invited, token) = invite(&mut owner, "bob@example.com", "agent").await;
        let path = format!("/api/invitations/{}", invited["id"].as_str().unwrap());
        owner.delete(&path).await.expect(204);
        owner.delete(&path).await.problem(404, "not_found");
        owner.delete(&format!("/api/invitations/{token}")).await.problem(404, "not_found");
        site.browser().sign_up("bob@example.com", Some(&token)).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn who_is_in_the_team_cannot_be_invited() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let asked = json!({ "email": "owner@example.com", "role": "agent" });
        owner.post("/api/invitations", asked).await.problem(409, "email_taken");
        let asked = json!({ "email": "nonsense", "role": "agent" });
        assert_eq!(owner.post("/api/invitations", asked).await.problem(422, "invalid")["field"], "email");
        let asked = json!({ "email": "bob@example.com", "role": "king" });
        owner.post("/api/invitations", asked).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn only_an_owner_can_invite_an_owner() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (mut admin, _) = site.member(&mut owner, "admin").await;
        let asked = json!({ "email": "bob@example.com", "role": "owner" });
        admin.post("/api/invitations", asked.clone()).await.problem(403, "forbidden");
        owner.post("/api/invitations", asked).await.expect(201);
        invite(&mut admin, "carol@example.com", "admin").await;
    }
}

#[tokio::test]
async fn the_invitations_of_someone_who_is_disabled_or_demoted_end() {
    for patch in [json!({ "disabled": true }), json!({ "role": "agent" })] {
        for site in sites().await {
            let mut owner = site.owner().await;
            let (mut admin, id) = site.member(&mut owner, "admin").await;
            let (_, token) = invite(&mut admin, "bob@example.com", "admin").await;
            owner.patch(&format!("/api/users/{id}"), patch.clone()).await.expect(200);
            site.browser().sign_up("bob@example.com", Some(&token)).await.problem(422, "invalid");
        }
    }
}
