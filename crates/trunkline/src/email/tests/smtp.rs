//! Email out through a mail server (E4, C12): what it says decides, and silence is doubt.

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_domain::email::is_email;

use super::CUSTOMER;
use crate::test_support::{
    Client, MAIL_LINE, SmtpServer, TestApp, TestSetup, Verdict, id, on_both_engines, text,
};

on_both_engines![
    a_mail_leaves_with_everything_that_belongs_to_it,
    an_offer_says_how_to_make_it_stop,
    what_the_server_says_decides,
    not_now_is_tried_again_as_the_same_mail,
    a_lost_answer_is_never_repeated,
    a_connection_lost_before_the_end_is_no_doubt,
    a_line_can_be_made_and_looked_at,
];

async fn started(setup: TestSetup) -> (TestApp, Client, SmtpServer) {
    let server = SmtpServer::start().await;
    let app = setup.with_smtp(&server.place).start().await;
    let owner = app.sign_up_owner().await;
    (app, owner, server)
}

fn hello(to: &str) -> Value {
    json!({"to": to, "subject": "Your table", "body": "Hello Ana,\n.is at eight.\n"})
}

async fn shown(owner: &Client, message: &str) -> Value {
    owner.get(&format!("/api/messages/{message}")).await.expect(200)
}

async fn a_mail_leaves_with_everything_that_belongs_to_it(setup: TestSetup) {
    let (app, owner, server) = started(setup).await;
    let first = owner.send_json(hello(CUSTOMER)).await;
    app.run_due_jobs().await;
    // The server took it; nobody will say that it arrived.
    assert_eq!(owner.state(&first).await, "sent");
    let conversation = text(&shown(&owner, &first).await["conversation_id"]).to_owned();
    let second = json!({"conversation_id": conversation, "body": "See you."});
    let second = owner.send_json(second).await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&second).await, "sent");

    let mails = server.mails();
    let (one, two) = (&mails[0], &mails[1]);
    assert_eq!((one.from.as_str(), one.from_name.as_deref()), (MAIL_LINE, Some("Team \"Harbor\"")));
    assert_eq!((one.to.as_slice(), one.subject.as_str()), ([CUSTOMER.to_owned()].as_slice(), "Your table"));
    assert_eq!(one.text.replace("\r\n", "\n").trim_end(), "Hello Ana,\n.is at eight.");
    let own = one.message_id().unwrap();
    assert!(is_email(&own) && own.ends_with("@harbor.example"), "{own}");
    assert_eq!(two.in_reply_to().first(), Some(&own));
    assert_eq!(two.references(), [own, two.message_id().unwrap()]);
    assert_eq!(two.subject, "Re: Your table");
    assert!(two.header("reply-to").is_some_and(|to| to.contains("team+r")), "{:?}", two.headers);
}

async fn an_offer_says_how_to_make_it_stop(setup: TestSetup) {
    let (app, owner, server) = started(setup).await;
    let contact = owner.post("/api/contacts", json!({"name": "Ana", "email": CUSTOMER})).await.expect(201);
    let consent = json!({"purpose": "marketing", "status": "given", "source": "form"});
    owner.post(&format!("/api/contacts/{}/consent", id(&contact)), consent).await.expect(201);
    let offer = json!({"to": CUSTOMER, "subject": "Half price", "body": "Come in", "purpose": "marketing", "priority": 10});
    owner.send_json(offer).await;
    app.run_due_jobs().await;
    let mail = server.mails().remove(0);
    assert_eq!(mail.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    let url = mail.header("list-unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    assert!(mail.text.replace("\r\n", "").contains(&url), "{}", mail.text);
}

async fn what_the_server_says_decides(setup: TestSetup) {
    let (app, owner, server) = started(setup).await;
    let cases = [
        (Verdict::Recipient("550 5.1.1 No such user"), "5.1.1"),
        (Verdict::Mail("554-5.7.1 Spam\r\n554 5.7.1 Go away"), "5.7.1"),
        (Verdict::Mail("552 Too much"), "552"),
        (Verdict::Password, "5.7.8"),
    ];
    for (number, (verdict, code)) in cases.into_iter().enumerate() {
        server.next([verdict]);
        let sent = owner.send_json(hello(&format!("ana{number}@customer.example"))).await;
        app.run_due_jobs().await;
        let message = shown(&owner, &sent).await;
        assert_eq!((text(&message["state"]), text(&message["error"]["code"])), ("failed", code));
        assert!(text(&message["error"]["help"]).ends_with('.'), "{message}");
    }
    assert!(server.mails().is_empty());
}

async fn not_now_is_tried_again_as_the_same_mail(setup: TestSetup) {
    let (app, owner, server) = started(setup).await;
    server
        .next([Verdict::Recipient("451 4.7.1 Greylisted, come back later"), Verdict::Mail("452 4.3.1 Full")]);
    let sent = owner.send_json(hello(CUSTOMER)).await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&sent).await, "queued");
    // Who is put off comes back after minutes, not at once.
    app.after(Duration::from_secs(240)).await;
    assert_eq!(owner.state(&sent).await, "queued");
    app.run_to_the_end().await;
    assert_eq!((owner.state(&sent).await, server.mails().len()), ("sent".into(), 1));
}

async fn a_lost_answer_is_never_repeated(setup: TestSetup) {
    let (app, owner, server) = started(setup).await;
    server.next([Verdict::TakesAndBreaks]);
    // Though it is one that must arrive: a mail server can prove nothing.
    let sent = owner.send_json(hello(CUSTOMER)).await;
    app.run_to_the_end().await;
    assert_eq!((owner.state(&sent).await, server.mails().len()), ("unknown".into(), 1));
}

async fn a_connection_lost_before_the_end_is_no_doubt(setup: TestSetup) {
    let (app, owner, server) = started(setup).await;
    server.next([Verdict::BreaksBefore, Verdict::BreaksBefore]);
    let sent = owner.send_json(hello(CUSTOMER)).await;
    app.run_to_the_end().await;
    assert_eq!((owner.state(&sent).await, server.mails().len()), ("sent".into(), 1));
}

async fn a_line_can_be_made_and_looked_at(setup: TestSetup) {
    let server = SmtpServer::start().await;
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let line =
        |fields: Value| json!({"provider": "smtp", "name": "Post", "address": MAIL_LINE, "fields": fields});
    let fields = json!({
        "host": "127.0.0.1", "port": server.place.port.to_string(), "security": "none", "user": "team", "password": "secret words",
    });
    let look = owner.post("/api/line-settings/check", line(fields.clone())).await.expect(200);
    assert_eq!((&look["usable"], text(&look["findings"][0]["outcome"])), (&json!(true), "ok"), "{look}");
    server.next([Verdict::Password]);
    let look = owner.post("/api/line-settings/check", line(fields.clone())).await.expect(200);
    assert_eq!((&look["usable"], text(&look["findings"][0]["outcome"])), (&json!(false), "failed"), "{look}");

    let wrong = |name: &str, value: Value| {
        let mut fields = fields.clone();
        fields[name] = value;
        line(fields)
    };
    for (name, value, field) in [
        ("host", "mail.example.com", "fields.security"),
        ("security", "ssl", "fields.security"),
        ("port", "0", "fields.port"),
        ("password", "", "fields.user"),
        ("host", "not a host", "fields.host"),
    ] {
        let refused =
            owner.post("/api/line-settings", wrong(name, json!(value))).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    let made = owner.post("/api/line-settings", line(fields)).await.expect(201);
    app.learn_lines().await;
    let sent = json!({"to": CUSTOMER, "subject": "Hello", "body": "Hello", "line_id": made["id"]});
    let sent = owner.send_json(sent).await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&sent).await, "sent");
    app.leaves_jobs();
}
