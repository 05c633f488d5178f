//! Sessions and their cookie.

use std::time::Duration;

use axum::http::header;
use serde_json::{Value, json};

use super::site::{Answer, Browser, PASSWORD, sites};
use crate::accounts::session;

const DAY: Duration = Duration::from_secs(86_400);

fn attributes(answer: &Answer) -> Vec<String> {
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    set.split("; ").skip(1).map(str::to_owned).collect()
}

async fn list(browser: &mut Browser) -> Vec<Value> {
    browser.get("/api/sessions").await.expect(200)["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    for site in sites().await {
        let answer = site.browser().sign_up("ada@example.com", None).await;
        assert_eq!(attributes(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax"]);
        assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().starts_with("trunkline_session="));
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    for site in sites().await {
        let mut browser = site.browser().at("10.0.0.1").with("x-forwarded-proto", "https");
        let answer = browser.sign_up("ada@example.com", None).await;
        assert_eq!(attributes(&answer), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax", "Secure"]);
        assert!(browser.who().await.is_some());
        // The plain name may have been planted by another host of the domain.
        browser.cookie = browser.cookie.map(|cookie| cookie.replace("__Host-", ""));
        assert_eq!(browser.who().await, None);
    }
}

#[tokio::test]
async fn the_session_is_found_among_other_cookies() {
    for site in sites().await {
        let mut owner = site.owner().await;
        owner.cookie = owner.cookie.map(|own| format!("a=1; {own}; trunkline_session_x=2"));
        assert!(owner.who().await.is_some());
        for nonsense in ["trunkline_session", "trunkline_session=", "=;;=", "trunkline_session=%00"] {
            owner.cookie = Some(nonsense.to_owned());
            assert_eq!(owner.who().await, None, "{nonsense}");
        }
    }
}

#[tokio::test]
async fn a_session_ends_after_seven_days_and_is_then_cleaned_up() {
    for site in sites().await {
        let mut owner = site.owner().await;
        site.later(DAY * 7 - Duration::from_secs(1));
        assert!(owner.who().await.is_some());
        assert_eq!(site.accounts.clean_up().await.unwrap(), 0);
        site.later(Duration::from_secs(1));
        assert_eq!(owner.who().await, None);
        owner.get("/api/sessions").await.problem(401, "unauthenticated");
        assert_eq!(site.accounts.clean_up().await.unwrap(), 1);
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_forgets_the_cookie() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let stolen = owner.cookie.clone();
        let answer = owner.post("/api/auth/sign-out", json!({})).await;
        assert_eq!(attributes(&answer)[1], "Max-Age=0");
        answer.expect(204);
        assert_eq!(owner.cookie, None);
        owner.cookie = stolen;
        assert_eq!(owner.who().await, None);
        owner.post("/api/auth/sign-out", json!({})).await.expect(204);
    }
}

#[tokio::test]
async fn signing_in_again_replaces_the_session_of_the_browser() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let before = owner.clone();
        owner.sign_in("owner@example.com", PASSWORD).await.expect(200);
        assert_eq!(list(&mut owner).await.len(), 1);
        assert_eq!(before.clone().who().await, None);
    }
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_revoked_at_once() {
    for site in sites().await {
        let mut here = site.owner().await;
        site.later(Duration::from_secs(60));
        let mut phone = site.browser().with("user-agent", "Phone/1.0");
        phone.sign_in("owner@example.com", PASSWORD).await.expect(200);
        let sessions = list(&mut here).await;
        assert_eq!(sessions.len(), 2);
        assert_eq!(
            (&sessions[0]["user_agent"], &sessions[0]["current"]),
            (&json!("Phone/1.0"), &json!(false))
        );
        assert_eq!((&sessions[1]["user_agent"], &sessions[1]["current"]), (&json!(null), &json!(true)));
        let path = format!("/api/sessions/{}", sessions[0]["id"].as_str().unwrap());
        here.delete(&path).await.expect(204);
        phone.get("/api/users").await.problem(401, "unauthenticated");
        here.delete(&path).await.problem(404, "not_found");
        here.delete("/api/sessions/nonsense").await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn nobody_can_end_the_session_of_another_user() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let (mut agent, _) = site.member(&mut owner, "agent").await;
        let id = list(&mut owner).await[0]["id"].as_str().unwrap().to_owned();
        agent.delete(&format!("/api/sessions/{id}")).await.problem(404, "not_found");
        assert!(owner.who().await.is_some());
    }
}

#[tokio::test]
async fn when_a_session_was_last_seen_is_noted_every_five_minutes() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let first = list(&mut owner).await[0]["last_seen_at"].clone();
        site.later(Duration::from_secs(299));
        assert_eq!(seen(&mut owner, |seen| *seen == first).await, first);
        site.later(Duration::from_secs(1));
        let noted = seen(&mut owner, |seen| *seen != first).await;
        assert_eq!(noted, json!(site.accounts.ambient.now()));
    }
}

/// Asks until `last_seen_at` is as expected: it is written after the answer.
async fn seen(browser: &mut Browser, as_expected: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let seen = list(browser).await[0]["last_seen_at"].clone();
        if as_expected(&seen) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never as expected");
}

#[tokio::test]
async fn what_stays_open_can_ask_whether_its_session_still_holds() {
    for site in sites().await {
        let mut owner = site.owner().await;
        let cookie = owner.cookie.clone().unwrap();
        let token = cookie.split_once('=').unwrap().1;
        let actor = session::authenticate(&site.accounts, token).await.unwrap().unwrap();
        assert_eq!(site.accounts.still_signed_in(&actor).await.unwrap().as_ref(), Some(&actor));
        owner.post("/api/auth/sign-out", json!({})).await.expect(204);
        assert_eq!(site.accounts.still_signed_in(&actor).await.unwrap(), None);
    }
}
