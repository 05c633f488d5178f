//! How servers are spoken to: encrypted, known, and in words when they are not.

use serde_json::{Value, json};
use trunkline_domain::error_class::ErrorClass;
use trunkline_providers::Secret;
use trunkline_providers::imap::{Mailbox, MailboxCredentials};
use trunkline_providers::mail::{MailServer, Security, Trust};
use trunkline_providers::smtp::{Smtp, SmtpCredentials};

use crate::test_support::{PostOffice, TestSetup, on_both_engines, text};

on_both_engines![what_is_wrong_is_said_in_words];

async fn open(server: MailServer, trust: Trust) -> Result<(), trunkline_providers::LookupError> {
    let mailbox = Mailbox::new(MailboxCredentials { server, folder: "INBOX".into() }, trust);
    mailbox.open().await.map(|opened| assert!(opened.can_wait))
}

async fn sign_in(server: MailServer, trust: Trust) -> Result<(), trunkline_providers::LookupError> {
    let smtp = Smtp::new(SmtpCredentials { server, trust });
    crate::lines::sign_in(&smtp).await
}

#[tokio::test]
async fn encryption_works_both_ways_and_certificates_are_looked_at() {
    let post = PostOffice::open();
    let user = post.address("team");
    for (port, security) in [(post.imap, Security::Starttls), (post.imaps, Security::Tls)] {
        let server = post.server(&user, port, security);
        open(server.clone(), post.trust()).await.unwrap();
        let stranger = open(server, Trust::default()).await.unwrap_err();
        assert_eq!(stranger.class, ErrorClass::Account, "{stranger}");
        assert!(stranger.text.contains("cannot be trusted"), "{stranger}");
    }
    let server = post.server(&user, post.smtp, Security::Starttls);
    sign_in(server.clone(), post.trust()).await.unwrap();
    let stranger = sign_in(server, Trust::default()).await.unwrap_err();
    assert_eq!(stranger.class, ErrorClass::Account, "{stranger}");
    assert!(stranger.text.contains("cannot be trusted"), "{stranger}");
}

#[tokio::test]
async fn another_machine_is_not_spoken_to_in_the_clear() {
    let post = PostOffice::open();
    let server = MailServer { host: "192.0.2.1".into(), ..post.server("team", post.imap, Security::None) };
    for refused in [open(server.clone(), Trust::default()).await, sign_in(server, Trust::default()).await] {
        assert!(refused.unwrap_err().text.contains("unencrypted"));
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_folder_are_told_apart() {
    let post = PostOffice::open();
    let mut server = post.server(&post.address("team"), post.imap, Security::None);
    let credentials = MailboxCredentials { server: server.clone(), folder: "Nowhere".into() };
    let folder = Mailbox::new(credentials, Trust::default()).open().await.unwrap_err();
    assert_eq!(folder.class, ErrorClass::Misconfigured, "{folder}");
    server.sign_in = server.sign_in.map(|mut sign_in| {
        sign_in.password = Secret::new("wrong");
        sign_in
    });
    let password = open(server, Trust::default()).await.unwrap_err();
    assert_eq!(password.class, ErrorClass::Account, "{password}");
    assert!(password.text.contains("user or the password"), "{password}");
}

async fn what_is_wrong_is_said_in_words(setup: TestSetup) {
    let post = PostOffice::open();
    let (app, address) = (setup.start().await, post.address("team"));
    let owner = app.sign_up_owner().await;
    let look = async |changes: Value| {
        let mut fields = json!({
            "host": "127.0.0.1", "port": post.smtp.to_string(), "security": "none", "user": address,
            "password": post.password, "imap_host": "127.0.0.1", "imap_port": post.imap.to_string(), "imap_security": "none",
        });
        for (name, value) in changes.as_object().unwrap() {
            fields[name] = value.clone();
        }
        let line = json!({"provider": "smtp", "name": "Post", "address": address, "fields": fields});
        let check = owner.post("/api/line-settings/check", line).await.expect(200);
        let findings = check["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| (text(&finding["outcome"]).to_owned(), text(&finding["told"]).to_owned()))
            .collect::<Vec<_>>()
    };
    let outcomes = |findings: &[(String, String)]| {
        findings.iter().map(|(outcome, _)| outcome.clone()).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&look(json!({})).await), ["ok", "ok"]);
    let cases = [
        (json!({"imap_password": "wrong"}), ["ok", "failed"], "password"),
        (json!({"imap_folder": "Nowhere"}), ["ok", "failed"], "folder"),
        (json!({"imap_security": "starttls"}), ["ok", "failed"], "trusted"),
        (json!({"imap_port": post.smtp.to_string()}), ["ok", "unknown"], "does not speak IMAP"),
        (json!({"security": "starttls"}), ["failed", "ok"], "trusted"),
        (json!({"port": post.imap.to_string()}), ["unknown", "ok"], "does not speak SMTP"),
        (json!({"port": "1"}), ["unknown", "ok"], "cannot be reached"),
    ];
    for (changes, expected, words) in cases {
        let findings = look(changes.clone()).await;
        assert_eq!(outcomes(&findings), expected, "{changes} {findings:?}");
        let told = findings.iter().find(|(outcome, _)| outcome != "ok").unwrap();
        assert!(told.1.contains(words), "{changes} {told:?}");
    }
}
