//! How often things may be asked.

use std::time::Duration;

use serde_json::json;

use super::site::{PASSWORD, sites_with};
use crate::config::Limits;

#[tokio::test]
async fn an_address_gets_ten_tries_a_minute() {
    for site in sites_with(Limits::default()).await {
        site.owner().await;
        for n in 0..9 {
            let mut browser = site.browser();
            browser.sign_in(&format!("u{n}@example.com"), PASSWORD).await.problem(401, "wrong_credentials");
        }
        let problem = site.browser().sign_in("owner@example.com", PASSWORD).await;
        assert_eq!(problem.headers["retry-after"], "6");
        assert_eq!(problem.problem(429, "rate_limited")["retry_after_s"], 6);
        site.browser().at("192.0.2.2").sign_in("owner@example.com", PASSWORD).await.expect(200);
        site.later(Duration::from_secs(6));
        site.browser().sign_in("owner@example.com", PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn an_account_gets_ten_tries_a_minute_from_all_addresses_together() {
    for site in sites_with(Limits::default()).await {
        site.owner().await;
        for n in 1..=10 {
            let mut browser = site.browser().at(&format!("198.51.100.{n}"));
            browser.sign_in("Owner@example.com ", "wrong password").await.problem(401, "wrong_credentials");
        }
        let mut browser = site.browser().at("198.51.100.99");
        browser.sign_in("owner@example.com", PASSWORD).await.problem(429, "rate_limited");
        browser.sign_in("someone-else@example.com", PASSWORD).await.problem(401, "wrong_credentials");
    }
}

#[tokio::test]
async fn guesses_at_the_current_password_are_limited_too() {
    for site in sites_with(Limits::default()).await {
        let mut owner = site.owner().await;
        let change = json!({ "current": "wrong password", "new": "another long one" });
        for _ in 0..9 {
            owner.post("/api/auth/password", change.clone()).await.problem(422, "invalid");
        }
        owner.post("/api/auth/password", change).await.problem(429, "rate_limited");
    }
}

#[tokio::test]
async fn a_user_is_counted_wherever_they_are_and_strangers_by_address() {
    let limits = Limits { auth_per_minute: 100, writes_per_minute: 5, reads_per_minute: 3 };
    for site in sites_with(limits).await {
        let owner = site.owner().await;
        for n in 1..=3 {
            owner.clone().at(&format!("198.51.100.{n}")).get("/api/users").await.expect(200);
        }
        owner.clone().get("/api/users").await.problem(429, "rate_limited");
        // Writes have a bucket of their own.
        owner.clone().post("/api/auth/password", json!({})).await.problem(422, "invalid");
        for _ in 0..3 {
            site.browser().get("/api/session").await.expect(200);
        }
        site.browser().get("/api/session").await.problem(429, "rate_limited");
        site.browser().at("198.51.100.7").get("/api/session").await.expect(200);
        site.later(Duration::from_secs(20));
        owner.clone().get("/api/users").await.expect(200);
    }
}
