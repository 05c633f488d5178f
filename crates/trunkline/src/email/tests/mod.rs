//! Email both ways, by Resend as the simulator plays it (E4, A3, C8, D "Beyond").

mod smtp;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use trunkline_simulator::{CreateFault, Faults, MailView, NewMail, NewMailFile};

use crate::test_support::{ANA, Client, MAIL_LINE, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_mail_makes_a_contact_and_its_answer_stays_in_the_thread,
    an_answer_from_another_address_stays_in_the_thread,
    one_contact_has_one_thread_over_all_channels,
    a_mail_that_is_told_twice_is_there_once,
    what_was_missed_is_fetched_once,
    a_lost_answer_is_looked_for_and_nothing_leaves_twice,
    what_comes_back_is_undelivered_and_who_complains_is_left_alone,
    an_offer_can_be_unsubscribed_from_by_post_alone,
    an_email_needs_a_subject_unless_it_is_an_answer,
    html_is_shown_clean_and_without_remote_images,
    no_header_can_be_smuggled_in,
    only_what_is_signed_is_taken,
    files_come_with_a_mail,
    files_go_with_a_mail_once,
];

const CUSTOMER: &str = "ana@customer.example";

fn mail(from: &str, subject: &str, words: &str) -> NewMail {
    NewMail {
        from: from.into(),
        to: Some(MAIL_LINE.into()),
        subject: Some(subject.into()),
        text: words.into(),
        ..NewMail::default()
    }
}

/// A customer writes, and it is in the inbox.
async fn arrives(app: &TestApp, mail: NewMail) -> MailView {
    let view = app.carrier.simulator.mail(mail).unwrap();
    app.carrier.until_mail_told().await;
    app.run_due_jobs().await;
    view
}

/// What the team sent is at its end, and the reports are in.
async fn leaves(app: &TestApp) {
    app.run_due_jobs().await;
    app.carrier.until_mail_told().await;
    app.run_due_jobs().await;
}

async fn messages(owner: &Client) -> Vec<Value> {
    let list = owner.get("/api/messages").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn a_mail_makes_a_contact_and_its_answer_stays_in_the_thread(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let first = arrives(&app, mail("Ana B. <ANA@customer.example>", "A question", "Are you open?")).await;
    let came = messages(&owner).await.remove(0);
    assert_eq!(
        (text(&came["channel"]), text(&came["from"]), text(&came["to"])),
        ("email", CUSTOMER, MAIL_LINE)
    );
    assert_eq!((text(&came["body"]), text(&came["email"]["subject"])), ("Are you open?", "A question"));
    let conversation = text(&came["conversation_id"]).to_owned();
    let contact = owner.get(&format!("/api/conversations/{conversation}")).await.expect(200);
    assert_eq!(
        (&contact["contact"]["name"], &contact["contact"]["email"]),
        (&json!("Ana B."), &json!(CUSTOMER))
    );

    let sent = owner.send_json(json!({"conversation_id": conversation, "body": "Until six."})).await;
    leaves(&app).await;
    assert_eq!(owner.state(&sent).await, "delivered");
    let theirs = app.carrier.simulator.mails_of(CUSTOMER);
    let answer = theirs.last().unwrap();
    assert_eq!((answer.subject.as_str(), answer.text.as_deref()), ("Re: A question", Some("Until six.")));
    assert_eq!(answer.headers["In-Reply-To"], first.message_id);
    assert!(answer.headers["References"].starts_with(&first.message_id));
    assert_eq!(answer.from, format!("\"Team Harbor\" <{MAIL_LINE}>"));
    assert!(answer.reply_to[0].starts_with("team+r"), "{:?}", answer.reply_to);

    let again = NewMail {
        answers: Some(answer.id.clone()),
        subject: Some("Something else".into()),
        to: None,
        ..mail(CUSTOMER, "", "Thanks!")
    };
    arrives(&app, NewMail { subject: None, ..again }).await;
    let all = messages(&owner).await;
    let last = all.iter().find(|message| text(&message["body"]) == "Thanks!").unwrap();
    assert_eq!((text(&last["body"]), &last["email"]["has_quoted"]), ("Thanks!", &json!(true)));
    assert_eq!(text(&last["conversation_id"]), conversation);
    let whole = owner.get(&format!("/api/messages/{}/email", id(last))).await.expect(200);
    assert!(text(&whole["quoted"]).contains("> Until six."), "{whole}");
}

async fn an_answer_from_another_address_stays_in_the_thread(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    arrives(&app, mail(CUSTOMER, "A question", "Are you open?")).await;
    let conversation = text(&messages(&owner).await[0]["conversation_id"]).to_owned();
    owner.send_json(json!({"conversation_id": conversation, "body": "Until six."})).await;
    leaves(&app).await;
    let answer = app.carrier.simulator.mails_of(CUSTOMER).pop().unwrap();
    // By the thread alone, then by the address alone.
    let by_thread = NewMail {
        answers: Some(answer.id.clone()),
        ..mail("work@ana.example", "Re: A question", "From work")
    };
    let by_address =
        NewMail { to: Some(answer.reply_to[0].clone()), ..mail("home@ana.example", "Hello", "From home") };
    let forged = NewMail {
        to: Some("team+r0123456789abcdef0123456789abcdef0123456789ab@harbor.example".into()),
        ..mail("eve@evil.example", "Hello", "Let me in")
    };
    for mail in [by_thread, by_address, forged] {
        arrives(&app, mail).await;
    }
    let all = messages(&owner).await;
    let of = |words: &str| {
        all.iter().find(|message| text(&message["body"]) == words).unwrap()["conversation_id"].clone()
    };
    assert_eq!((of("From work"), of("From home")), (json!(conversation), json!(conversation)));
    assert_ne!(of("Let me in"), json!(conversation));
}

async fn one_contact_has_one_thread_over_all_channels(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let contact = owner
        .post("/api/contacts", json!({"name": "Ana", "phone": ANA, "email": CUSTOMER}))
        .await
        .expect(201);
    arrives(&app, mail(CUSTOMER, "Hello", "By mail")).await;
    app.receive("SM1", ANA, "By text").await;
    app.run_due_jobs().await;
    let all = messages(&owner).await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|message| message["contact_id"] == contact["id"]));
    assert_eq!(all[0]["conversation_id"], all[1]["conversation_id"]);
    // The last channel they used answers, unless another is named.
    let conversation = text(&all[0]["conversation_id"]);
    let by_mail = owner
        .send_json(json!({"conversation_id": conversation, "channel": "email", "body": "x".repeat(5_000)}))
        .await;
    assert_eq!(owner.get(&format!("/api/messages/{by_mail}")).await.expect(200)["to"], CUSTOMER);
    let too_long = json!({"conversation_id": conversation, "channel": "sms", "body": "x".repeat(5_000)});
    owner.try_send_json(too_long).await.problem(422, "invalid");
    leaves(&app).await;
}

async fn a_mail_that_is_told_twice_is_there_once(setup: TestSetup) {
    let app = setup.with_email().start().await;
    app.carrier.misbehave(Faults { webhook_double_rate: 1.0, ..Faults::default() });
    arrives(&app, mail(CUSTOMER, "Hello", "Once")).await;
    assert_eq!(messages(&app.sign_up_owner().await).await.len(), 1);
}

async fn what_was_missed_is_fetched_once(setup: TestSetup) {
    let app = setup.with_email().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { webhook_loss_rate: 1.0, ..Faults::default() });
    let at = app.now().secs();
    arrives(&app, mail(CUSTOMER, "Hello", "Anybody there?")).await;
    arrives(
        &app,
        NewMail { to: Some("other@harbor.example".into()), ..mail(CUSTOMER, "Hello", "Not for you") },
    )
    .await;
    app.advance(Duration::from_secs(3_600)).await;
    app.leaves_jobs();
    for _ in 0..2 {
        app.app().reconciler.start().await.unwrap();
        app.run_due_jobs().await;
    }
    let all = messages(&owner).await;
    assert_eq!((all.len(), text(&all[0]["body"])), (1, "Anybody there?"));
    let shown: trunkline_domain::time::Timestamp = text(&all[0]["at"]).parse().unwrap();
    assert_eq!((shown.secs(), text(&all[0]["email"]["subject"])), (at, "Hello"));
}

async fn a_lost_answer_is_looked_for_and_nothing_leaves_twice(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let faults = [
        CreateFault::DropAnswer,
        CreateFault::ErrorAfter,
        CreateFault::GarbledAnswer,
        CreateFault::ErrorBefore,
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        app.carrier.next([fault]);
        let to = format!("ana{number}@customer.example");
        let sent =
            owner.send_json(json!({"to": to, "subject": "Hello", "body": format!("Once {number}")})).await;
        app.run_to_the_end().await;
        app.carrier.until_mail_told().await;
        app.run_to_the_end().await;
        assert_eq!(owner.state(&sent).await, "delivered", "{fault:?}");
        assert_eq!(app.carrier.simulator.mails_of(&to).len(), 1, "{fault:?}");
    }
}

async fn what_comes_back_is_undelivered_and_who_complains_is_left_alone(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let bounced =
        owner.send_json(json!({"to": "bounced@resend.dev", "subject": "Hello", "body": "One"})).await;
    let complained =
        owner.send_json(json!({"to": "complained@resend.dev", "subject": "Hello", "body": "Two"})).await;
    leaves(&app).await;
    assert_eq!(
        (owner.state(&bounced).await, owner.state(&complained).await),
        ("undelivered".into(), "delivered".into())
    );
    let why = owner.get(&format!("/api/messages/{bounced}")).await.expect(200)["error"].clone();
    assert_eq!((text(&why["code"]), text(&why["help"]).contains("mailbox")), ("bounced", true));
    let again = json!({"to": "complained@resend.dev", "subject": "Hello", "body": "Three"});
    owner.try_send_json(again).await.problem(422, "opted_out");
    // The carrier keeps its own list.
    let suppressed =
        owner.send_json(json!({"to": "bounced@resend.dev", "subject": "Hello", "body": "Four"})).await;
    leaves(&app).await;
    assert_eq!(owner.state(&suppressed).await, "undelivered");
}

async fn an_offer_can_be_unsubscribed_from_by_post_alone(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let contact = owner.post("/api/contacts", json!({"name": "Ana", "email": CUSTOMER})).await.expect(201);
    let consent = json!({"purpose": "marketing", "status": "given", "source": "form"});
    owner.post(&format!("/api/contacts/{}/consent", id(&contact)), consent).await.expect(201);
    let offer = json!({"to": CUSTOMER, "subject": "Half price", "body": "Come in", "purpose": "marketing", "priority": 10});
    owner.send_json(offer.clone()).await;
    leaves(&app).await;
    let mail = app.carrier.simulator.mails_of(CUSTOMER).pop().unwrap();
    assert_eq!(mail.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    let url = mail.headers["List-Unsubscribe"].trim_matches(['<', '>']).to_owned();
    assert!(mail.text.as_deref().is_some_and(|text| text.contains(&url)));
    let path = url.strip_prefix(&app.base_url()).unwrap().to_owned();

    let visitor = app.visitor();
    let page = visitor.get(&path).await;
    assert_eq!(page.status, 200);
    owner.send_json(json!({"to": CUSTOMER, "subject": "Hi", "body": "Looking changes nothing"})).await;
    assert_eq!(visitor.get("/unsubscribe/nonsense").await.status, 404);
    assert_eq!(visitor.post(&path, json!({})).await.status, 200);
    assert_eq!(visitor.post(&path, json!({})).await.status, 200);
    owner.try_send_json(offer).await.problem(422, "opted_out");
    leaves(&app).await;
}

async fn an_email_needs_a_subject_unless_it_is_an_answer(setup: TestSetup) {
    let app = setup.with_email().start().await;
    let owner = app.sign_up_owner().await;
    let refused = owner.try_send_json(json!({"to": CUSTOMER, "body": "Hello"})).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "subject");
    owner
        .try_send_json(json!({"to": "not@an address", "subject": "x", "body": "Hello"}))
        .await
        .problem(422, "invalid");
}

async fn html_is_shown_clean_and_without_remote_images(setup: TestSetup) {
    let app = setup.with_email().start().await;
    let owner = app.sign_up_owner().await;
    let html = "<p>Hello <b>you</b></p><script>alert(1)</script><img src=\"https://track.example/1.gif\">";
    arrives(&app, NewMail { html: Some(html.into()), ..mail(CUSTOMER, "Hello", "Hello you") }).await;
    let message = messages(&owner).await.remove(0);
    assert_eq!(message["email"]["has_html"], true);
    let path = format!("/api/messages/{}/html", id(&message));
    let shown = owner.get(&path).await;
    assert_eq!(shown.status, 200);
    let policy = shown.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("sandbox") && !policy.contains("img-src")
    );
    assert_eq!(shown.headers["x-frame-options"], "SAMEORIGIN");
    let page = String::from_utf8(shown.body.to_vec()).unwrap();
    assert!(
        page.contains("<b>you</b>") && !page.contains("script>") && !page.contains("track.example"),
        "{page}"
    );
    let asked = String::from_utf8(owner.get(&format!("{path}?images=true")).await.body.to_vec()).unwrap();
    assert!(asked.contains("https://track.example/1.gif"));
    app.visitor().get(&path).await.problem(401, "unauthenticated");
}

async fn no_header_can_be_smuggled_in(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let evil = json!({"to": CUSTOMER, "subject": "Hello\r\nBcc: everyone@example.com", "body": "Hello"});
    owner.send_json(evil).await;
    leaves(&app).await;
    let mail = app.carrier.simulator.mails_of(CUSTOMER).pop().unwrap();
    assert_eq!(mail.subject, "Hello Bcc: everyone@example.com");
    arrives(&app, mail_with_odd_headers()).await;
    assert_eq!(messages(&owner).await.len(), 2);
}

fn mail_with_odd_headers() -> NewMail {
    let mut odd = mail("\"Eve\u{202e}\r\n\" <eve@customer.example>", "\u{0}Hello\u{2028}", "a\u{0}b");
    odd.headers.insert("references".into(), "<".repeat(5_000));
    odd
}

async fn only_what_is_signed_is_taken(setup: TestSetup) {
    let app = setup.with_email().start().await;
    let event =
        json!({"type": "email.received", "created_at": "2026-11-20T00:00:00Z", "data": {"email_id": "x"}});
    let knock =
        || app.webhook("/webhooks/resend/mail").unsigned().raw(event.to_string()).header("svix-id", "msg_1");
    knock().send().await.problem(401, "wrong_signature");
    let stamp = app.now().secs().to_string();
    let signed = knock().header("svix-timestamp", &stamp).header("svix-signature", "v1,AAAA");
    signed.send().await.problem(401, "wrong_signature");
    app.webhook("/webhooks/resend/mail")
        .method(axum::http::Method::GET)
        .send()
        .await
        .problem(405, "method_not_allowed");
    app.webhook("/webhooks/resend/nobody").unsigned().raw("{}").send().await.problem(404, "not_found");
}

async fn files_come_with_a_mail(setup: TestSetup) {
    let app = setup.with_email().start().await;
    let owner = app.sign_up_owner().await;
    let file = |filename: &str, content_type: &str, bytes: &[u8]| NewMailFile {
        filename: filename.into(),
        content_type: content_type.into(),
        content_id: None,
        content: BASE64.encode(bytes),
    };
    let files = vec![
        file("menu.pdf", "application/pdf", b"%PDF-1.4 menu"),
        file("run.sh", "image/png", b"#!/bin/sh\nrm -rf ~\n"),
    ];
    arrives(&app, NewMail { files, ..mail(CUSTOMER, "Menu", "Attached.") }).await;
    app.run_due_jobs().await;
    let media = messages(&owner).await.remove(0)["media"].clone();
    assert_eq!((text(&media[0]["state"]), text(&media[0]["name"])), ("kept", "menu.pdf"), "{media}");
    assert_eq!(owner.get(text(&media[0]["url"])).await.body, &b"%PDF-1.4 menu"[..]);
    assert_eq!(text(&media[1]["state"]), "refused", "{media}");
    assert!(text(&media[1]["reason"]).contains("program"), "{media}");
}

async fn files_go_with_a_mail_once(setup: TestSetup) {
    let app = setup.with_email().lively().start().await;
    let owner = app.sign_up_owner().await;
    let menu = bring(&owner, "menu.pdf", b"%PDF-1.4 menu").await;
    app.carrier.next([CreateFault::DropAnswer]);
    let offer = json!({"to": CUSTOMER, "subject": "Menu", "body": "Attached.", "media": [menu]});
    let sent = owner.send_json(offer).await;
    app.run_to_the_end().await;
    app.carrier.until_mail_told().await;
    app.run_to_the_end().await;
    assert_eq!(owner.state(&sent).await, "delivered");
    let mails = app.carrier.simulator.mails_of(CUSTOMER);
    assert_eq!((mails.len(), mails[0].files.as_slice()), (1, ["menu.pdf".to_owned()].as_slice()));
}

/// Somebody brings a file, to send it along.
pub(crate) async fn bring(owner: &Client, name: &str, bytes: &'static [u8]) -> String {
    let path = format!("/api/media?name={name}");
    let kind = [("content-type", "application/octet-stream")];
    id(&owner.ask(axum::http::Method::POST, &path, &kind, Some(bytes.into())).await.expect(201))
}
