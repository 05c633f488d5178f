//! The guard: roles, other sites, and bodies that are none.

use axum::http::Method;
use serde_json::json;

use super::site::{PASSWORD, sites};

/// Every route that needs someone signed in, with the least role.
const ROUTES: [(Method, &str, &str); 9] = [
    (Method::GET, "/api/sessions", "viewer"),
    (Method::DELETE, "/api/sessions/01890a5d-ac96-774b-bcce-b302099a8057", "viewer"),
    (Method::POST, "/api/auth/password", "viewer"),
    (Method::GET, "/api/users", "viewer"),
    (Method::PATCH, "/api/users/01890a5d-ac96-774b-bcce-b302099a8057", "admin"),
    (Method::GET, "/api/invitations", "admin"),
    (Method::POST, "/api/invitations", "admin"),
    (Method::DELETE, "/api/invitations/01890a5d-ac96-774b-bcce-b302099a8057", "admin"),
    (Method::HEAD, "/api/invitations", "admin"),
];

const ROLES: [&str; 4] = ["viewer", "agent", "admin", "owner"];

fn rank(role: &str) -> usize {
    ROLES.iter().position(|known| *known == role).unwrap()
}

#[tokio::test]
async fn a_route_opens_from_its_role_upwards_and_for_nobody_else() {
    for site in sites().await {
        let mut owner = site.owner().await;
        for role in ROLES {
            let mut browser =
                if role == "owner" { owner.clone() } else { site.member(&mut owner, role).await.0 };
            for (method, path, needed) in ROUTES {
                let body = (method != Method::GET && method != Method::HEAD).then(|| "{}".to_owned());
                let answer = browser.ask(method.clone(), path, body).await;
                let refused = answer.status == 403;
                assert_eq!(refused, rank(role) < rank(needed), "{role} {method} {path}: {answer:?}");
                if refused && method != Method::HEAD {
                    let detail = answer.problem(403, "forbidden")["detail"].to_string();
                    assert!(detail.contains(needed) && detail.contains(role), "{detail}");
                }
            }
        }
    }
}

#[tokio::test]
async fn without_a_session_every_route_but_the_public_ones_is_closed() {
    for site in sites().await {
        site.owner().await;
        for (method, path, _) in ROUTES.into_iter().filter(|(method, ..)| *method != Method::HEAD) {
            site.browser().ask(method, path, Some("{}".to_owned())).await.problem(401, "unauthenticated");
        }
        for path in ["/api/session", "/echo"] {
            site.browser().get(path).await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_public_route_knows_who_is_signed_in() {
    for site in sites().await {
        let mut owner = site.owner().await;
        assert_eq!(owner.get("/echo").await.expect(200), json!({ "actor": "owner@example.com" }));
        assert_eq!(site.browser().get("/echo").await.expect(200), json!({ "actor": null }));
    }
}

#[tokio::test]
async fn writes_that_another_site_makes_the_browser_send_are_refused() {
    for site in sites().await {
        let owner = site.owner().await;
        for (header, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "http://inbox.example.com:8080"),
            ("origin", "http://inbox.example.com.evil.example"),
            ("origin", "null"),
        ] {
            let mut forged = owner.clone().with(header, value);
            forged.post("/api/auth/sign-out", json!({})).await.problem(403, "cross_site");
            let change = json!({ "current": PASSWORD, "new": "attacker's choice" });
            forged.post("/api/auth/password", change).await.problem(403, "cross_site");
            forged.sign_in("owner@example.com", PASSWORD).await.problem(403, "cross_site");
            // Reading changes nothing, and the other site cannot see the answer.
            forged.get("/api/users").await.expect(200);
        }
        assert!(owner.clone().who().await.is_some());
    }
}

#[tokio::test]
async fn writes_from_our_own_pages_and_from_programs_pass() {
    for site in sites().await {
        site.owner().await;
        for (header, value) in [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
            ("origin", "http://inbox.example.com"),
            ("origin", "https://inbox.example.com"),
            ("accept", "application/json"),
        ] {
            let mut browser = site.browser().with(header, value);
            browser.sign_in("owner@example.com", PASSWORD).await.expect(200);
        }
        let mut browser = site.browser().at("10.0.0.1").with("x-forwarded-host", "shop.example");
        browser = browser.with("origin", "https://shop.example");
        browser.sign_in("owner@example.com", PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn answers_are_not_kept_by_the_browser() {
    for site in sites().await {
        let mut owner = site.owner().await;
        assert_eq!(owner.get("/api/users").await.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_or_too_large_are_refused() {
    for site in sites().await {
        let mut owner = site.owner().await;
        for (path, method) in [
            ("/api/auth/sign-in", Method::POST),
            ("/api/auth/sign-up", Method::POST),
            ("/api/auth/password", Method::POST),
            ("/api/invitations", Method::POST),
            ("/api/users/01890a5d-ac96-774b-bcce-b302099a8057", Method::PATCH),
        ] {
            for nonsense in ["", "{", "\u{0}", "{\"email\": \"a"] {
                owner.ask(method.clone(), path, Some(nonsense.to_owned())).await.problem(400, "malformed");
            }
            owner.ask(method.clone(), path, Some("\"text\"".to_owned())).await.problem(422, "invalid");
            let large = format!("{{\"name\": \"{}\"}}", "x".repeat(3 << 20));
            owner.ask(method.clone(), path, Some(large)).await.problem(413, "too_large");
        }
    }
}
