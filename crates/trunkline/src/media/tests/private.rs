//! No request goes to a private address because a stranger wrote it into a message.

use axum::Router;
use axum::extract::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use trunkline_simulator::{Faults, MediaFault};

use super::jpeg;
use crate::test_support::{TestApp, TestSetup, on_both_engines, text};

on_both_engines![
    an_address_that_is_private_in_any_form_is_not_asked,
    a_name_that_leads_to_a_private_address_is_not_asked,
    a_redirect_to_a_private_address_is_not_followed,
    redirects_come_to_an_end,
    what_is_no_web_address_is_refused,
];

/// Someone on this machine who must hear nothing.
async fn listener() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = heard.clone();
    let router = Router::new().fallback(move |_: Request| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { "secret" }
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (port, heard)
}

/// A message names each address, and each is refused with this in its reason.
async fn all_refused(app: &TestApp, urls: &[String], reason: &str) {
    let owner = app.sign_up_owner().await;
    for (number, chunk) in urls.chunks(10).enumerate() {
        let mut params: Vec<(String, String)> =
            crate::test_support::inbound_params(&format!("MM{number:032}"), crate::test_support::ANA, "Look")
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .filter(|(name, _)| name != "NumMedia")
                .collect();
        params.push(("NumMedia".into(), chunk.len().to_string()));
        params.extend(chunk.iter().enumerate().map(|(n, url)| (format!("MediaUrl{n}"), url.clone())));
        let params: Vec<(&str, String)> =
            params.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        app.webhook("/webhooks/twilio/main/messages").form(&params).send().await.expect(200);
        app.run_due_jobs().await;
        let media = app.media(&owner).await;
        assert_eq!(media.len(), chunk.len());
        for (medium, url) in media.iter().zip(chunk) {
            assert_eq!(medium["state"], "refused", "{url} {medium}");
            assert!(text(&medium["reason"]).contains(reason), "{url} {medium}");
        }
    }
}

async fn an_address_that_is_private_in_any_form_is_not_asked(setup: TestSetup) {
    let app = setup.start().await;
    let (port, heard) = listener().await;
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "10.0.0.1",
        "192.168.0.1",
        "１２７.0.0.1",
    ];
    let urls = hosts.map(|host| format!("http://{host}:{port}/latest/meta-data/"));
    all_refused(&app, &urls, "not a public one").await;
    assert_eq!(heard.load(Ordering::Relaxed), 0);
}

async fn a_name_that_leads_to_a_private_address_is_not_asked(setup: TestSetup) {
    let app = setup.start().await;
    let (port, heard) = listener().await;
    let urls = ["localhost", "LOCALHOST"].map(|host| format!("http://{host}:{port}/"));
    all_refused(&app, &urls, "not a public one").await;
    assert_eq!(heard.load(Ordering::Relaxed), 0);
}

async fn what_is_no_web_address_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let urls = ["file:///etc/passwd", "ftp://8.8.8.8/x", "http://user:pass@8.8.8.8/", "nonsense", "http://"];
    all_refused(&app, &urls.map(str::to_owned), "not one of the web").await;
}

async fn a_redirect_to_a_private_address_is_not_followed(setup: TestSetup) {
    refused_by(setup, MediaFault::RedirectPrivate, "169.254.169.254").await;
}

async fn redirects_come_to_an_end(setup: TestSetup) {
    refused_by(setup, MediaFault::RedirectLoop, "more than 5 times").await;
}

async fn refused_by(setup: TestSetup, fault: MediaFault, reason: &str) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { media: Some(fault), ..Faults::default() });
    app.sends_file("image/jpeg", jpeg(9, 9)).await;
    app.run_due_jobs().await;
    let medium = app.medium(&owner).await;
    assert_eq!(medium["state"], "refused");
    assert!(text(&medium["reason"]).contains(reason), "{medium}");
}
