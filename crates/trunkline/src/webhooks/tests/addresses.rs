//! The signature holds under every address the carrier may have called (A9).

use crate::test_support::{ANA, Answer, TestApp, TestSetup, on_both_engines};

on_both_engines![
    behind_a_trusted_proxy_the_forwarded_address_counts,
    a_stranger_cannot_claim_an_address,
    the_configured_address_counts_whatever_the_host_says,
    a_proxy_that_hides_https_is_seen_through,
    the_port_may_be_named_or_not,
];

const PATH: &str = "/webhooks/twilio/main/messages";

/// A text that the carrier signed for `url`, as it comes from `peer` with these headers.
async fn text(app: &TestApp, url: &str, peer: &str, headers: &[(&str, &str)]) -> Answer {
    let sid = format!("SM{}", app.fresh_number());
    let webhook = app.inbound(&sid, ANA, "Hello").signed_for(&format!("{url}{PATH}")).over(peer);
    headers.iter().fold(webhook, |webhook, (name, value)| webhook.header(name, value)).send().await
}

const FORWARDED: [(&str, &str); 3] =
    [("x-forwarded-proto", "https"), ("x-forwarded-host", "shop.example"), ("host", "inner:4470")];

async fn behind_a_trusted_proxy_the_forwarded_address_counts(setup: TestSetup) {
    let app = setup.trusted_proxy("10.0.0.0/8").start().await;
    text(&app, "https://shop.example", "10.1.2.3", &FORWARDED).await.expect(200);
    // Also for those who come around the proxy.
    text(&app, "http://inner:4470", "10.1.2.3", &FORWARDED).await.expect(200);
    text(&app, "https://other.example", "10.1.2.3", &FORWARDED).await.problem(401, "wrong_signature");
    app.run_due_jobs().await;
}

async fn a_stranger_cannot_claim_an_address(setup: TestSetup) {
    let app = setup.trusted_proxy("10.0.0.0/8").start().await;
    let answer = text(&app, "https://shop.example", "198.51.100.7", &FORWARDED).await;
    answer.problem(401, "wrong_signature");
}

async fn the_configured_address_counts_whatever_the_host_says(setup: TestSetup) {
    let app = setup.base_url("https://shop.example").start().await;
    let host = [("host", "10.0.0.5:4470")];
    text(&app, "https://shop.example", "198.51.100.7", &host).await.expect(200);
    text(&app, "http://10.0.0.5:4470", "198.51.100.7", &host).await.expect(200);
    text(&app, "https://evil.example", "198.51.100.7", &host).await.problem(401, "wrong_signature");
    app.run_due_jobs().await;
}

async fn a_proxy_that_hides_https_is_seen_through(setup: TestSetup) {
    let app = setup.start().await;
    let host = [("host", "shop.example")];
    text(&app, "https://shop.example", "127.0.0.1", &host).await.expect(200);
    text(&app, "http://shop.example", "127.0.0.1", &host).await.expect(200);
    app.run_due_jobs().await;
}

async fn the_port_may_be_named_or_not(setup: TestSetup) {
    let app = setup.start().await;
    text(&app, "https://shop.example:443", "127.0.0.1", &[("host", "shop.example")]).await.expect(200);
    text(&app, "https://shop.example", "127.0.0.1", &[("host", "shop.example:443")]).await.expect(200);
    app.run_due_jobs().await;
}
