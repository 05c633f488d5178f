//! What is around the API: addresses that are none, pages, and what operators ask.

use axum::http::Method;

use crate::test_support::{TestSetup, on_both_engines};

on_both_engines![
    an_address_that_is_none_is_told_as_a_problem,
    a_method_that_is_not_offered_is_told_as_a_problem,
    pages_trust_nothing_but_us,
    operators_see_whether_it_runs_and_can_serve,
    nothing_of_the_api_is_kept_by_browsers,
];

async fn an_address_that_is_none_is_told_as_a_problem(setup: TestSetup) {
    let app = setup.start().await;
    let visitor = app.visitor();
    for path in ["/api/nowhere", "/api/contacts/x/y/z", "/api/"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            visitor.ask(method, path, &[], None).await.problem(404, "not_found");
        }
    }
    // Anything else is an address inside the browser app.
    assert_eq!(visitor.get("/conversations/some/where").await.status, 200);
    assert_eq!(visitor.get("/assets/nowhere.js").await.status, 404);
}

async fn a_method_that_is_not_offered_is_told_as_a_problem(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let answer = owner.ask(Method::DELETE, "/api/contacts", &[], None).await;
    assert_eq!(answer.headers["allow"], "GET,HEAD,POST");
    answer.problem(405, "method_not_allowed");
    let answer = owner.ask(Method::PUT, "/api/messages", &[], Some("{}".into())).await;
    answer.problem(405, "method_not_allowed");
}

async fn pages_trust_nothing_but_us(setup: TestSetup) {
    let app = setup.trusted_proxy("192.0.2.0/24").start().await;
    let https = [("x-forwarded-proto", "https")];
    for path in ["/", "/api/session", "/conversations"] {
        let answer = app.visitor().ask(Method::GET, path, &https, None).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap();
        assert!(header("content-security-policy").contains("default-src 'self'"), "{path}");
        assert_eq!(
            (header("x-frame-options"), header("x-content-type-options")),
            ("DENY", "nosniff"),
            "{path}"
        );
        assert!(header("strict-transport-security").contains("max-age"), "{path}");
    }
    let plain = app.visitor().get("/").await;
    assert!(!plain.headers.contains_key("strict-transport-security"), "it would lock plain HTTP out");
}

async fn operators_see_whether_it_runs_and_can_serve(setup: TestSetup) {
    let app = setup.start().await;
    let visitor = app.visitor();
    assert_eq!(visitor.get("/healthz").await.expect(200)["status"], "ok");
    assert_eq!(visitor.get("/readyz").await.expect(200)["status"], "ok");
    assert_eq!(visitor.get("/metrics").await.status, 200);
    if app.engine == crate::test_support::Engine::Postgres {
        app.lose_database().await;
        visitor.get("/readyz").await.problem(503, "unavailable");
        visitor.get("/healthz").await.expect(200);
        app.regain_database().await;
        visitor.get("/readyz").await.expect(200);
    }
}

/// What one user saw must not be shown to the next one of the same browser.
async fn nothing_of_the_api_is_kept_by_browsers(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    for path in ["/api/contacts", "/api/session", "/api/messages"] {
        assert_eq!(owner.get(path).await.headers["cache-control"], "no-store", "{path}");
    }
}
