//! What mail servers write back (RFC 3464).

use serde_json::json;

use super::{Desk, mail};
use crate::test_support::{TestSetup, on_both_engines, text};

on_both_engines![
    a_mail_that_comes_back_is_undelivered,
    a_mail_that_comes_back_resolves_doubt,
    a_report_about_somebody_elses_mail_is_a_mail,
    the_server_itself_refuses_and_puts_off,
];

async fn a_mail_that_comes_back_is_undelivered(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let sent = desk
        .owner
        .send_json(json!({"to": "gone1@customer.example", "subject": "Hello", "body": "Hello"}))
        .await;
    desk.app.run_due_jobs().await;
    assert_eq!(desk.owner.state(&sent).await, "sent");
    desk.post.until_it_has(&desk.address, 1).await;
    for _ in 0..2 {
        desk.look().await;
    }
    let message = desk.owner.get(&format!("/api/messages/{sent}")).await.expect(200);
    assert_eq!(text(&message["state"]), "undelivered");
    assert!(text(&message["error"]["code"]).starts_with("5."), "{message}");
    assert!(text(&message["error"]["help"]).ends_with('.'), "{message}");
    // The report itself is nobody's message.
    assert_eq!(desk.messages().await.len(), 1);
}

/// A report about an email whose acceptance nobody heard of: it shows that the server had it.
async fn a_mail_that_comes_back_resolves_doubt(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let sent = desk
        .owner
        .send_json(json!({"to": "ana@customer.example", "subject": "Hello", "body": "Hello"}))
        .await;
    let id = desk.app.app().webhooks.delivery.marks.message_id(sent.parse().unwrap(), &desk.address);
    desk.post.append(&desk.address, "INBOX", None, report("failed", "5.1.1", &id).as_bytes()).await;
    desk.look().await;
    let message = desk.owner.get(&format!("/api/messages/{sent}")).await.expect(200);
    assert_eq!((text(&message["state"]), text(&message["error"]["code"])), ("undelivered", "5.1.1"));
}

async fn a_report_about_somebody_elses_mail_is_a_mail(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let forged = report("failed", "5.1.1", "0123456789abcdef.0123456789abcdef@harbor.example");
    desk.post.append(&desk.address, "INBOX", None, forged.as_bytes()).await;
    desk.post
        .append(
            &desk.address,
            "INBOX",
            None,
            mail("a@b.example", &desk.address, "1@b.example", "Hi").as_bytes(),
        )
        .await;
    desk.look().await;
    assert_eq!(desk.messages().await.len(), 2);
}

async fn the_server_itself_refuses_and_puts_off(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let send = async |to: &str| {
        let sent = desk.owner.send_json(json!({"to": to, "subject": "Hello", "body": "Hello"})).await;
        desk.app.run_due_jobs().await;
        desk.owner.get(&format!("/api/messages/{sent}")).await.expect(200)
    };
    let refused = send("nobody@customer.example").await;
    assert_eq!((text(&refused["state"]), text(&refused["error"]["code"])), ("failed", "5.1.1"));
    let put_off = send("later@customer.example").await;
    assert_eq!(text(&put_off["state"]), "queued", "{put_off}");
}

/// As a mail server writes it about a mail with this Message-ID.
fn report(action: &str, status: &str, id: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered\nMessage-ID: <r{status}@mx.example.net>\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n\
         Final-Recipient: rfc822; ana@customer.example\nAction: {action}\nStatus: {status}\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nSubject: Hello\nMessage-ID: <{id}>\n\n--b--\n"
    )
}
