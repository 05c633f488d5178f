//! Texts from phones: the webhook, its fallback, TwiML answers, and the carrier's own keywords.

use trunkline_simulator::{
    Config, ControlError, Direction, Faults, LedgerItem, MessagingService, Status, Way, WebhookEntry, sign,
};

use crate::rig::{
    ACCOUNT, ANA, Heard, Hook, POOL, Reaction, Rig, SERVICE, SHOP, TOKEN, config, redirect, status, xml,
};
use crate::spec::assert_schema;

/// Writes a text and waits until its webhook is over.
async fn text(rig: &Rig, body: &str) -> LedgerItem {
    let sid = rig.simulator.text(ANA, SHOP, body, &[]).unwrap().sid;
    rig.ledger(&sid, |item| item.webhook.is_some()).await
}

fn webhook(rig: &Rig, primary: &str, fallback: Option<&str>) {
    rig.simulator.set_webhook(SHOP, Some(primary), fallback).unwrap();
}

fn signature_of(heard: &Heard, url: &str) -> String {
    sign(TOKEN, url, heard.params.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn entry(
    attempts: u32,
    answered_status: Option<u16>,
    used_fallback: bool,
    code: Option<u32>,
) -> WebhookEntry {
    WebhookEntry { attempts, answered_status, used_fallback, error_code: code }
}

#[tokio::test]
async fn the_webhook_gets_all_parameters_and_a_signature() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let url = hook.url("/sms?line=shop");
    webhook(&rig, &format!("{url}#rc=3"), None);
    let item = text(&rig, "Olá, +1 for 3pm? ☕").await;
    let heard = hook.next().await;
    assert_eq!((heard.method.as_str(), heard.target.as_str()), ("POST", "/sms?line=shop"));
    assert_eq!(heard.header("x-twilio-signature"), signature_of(&heard, &url));
    let mut params: Vec<_> = heard.map().into_iter().collect();
    params.sort();
    assert_eq!(
        params,
        [
            ("AccountSid", ACCOUNT),
            ("ApiVersion", "2010-04-01"),
            ("Body", "Olá, +1 for 3pm? ☕"),
            ("From", ANA),
            ("FromCity", ""),
            ("FromCountry", "US"),
            ("FromState", ""),
            ("FromZip", ""),
            ("MessageSid", &item.sid),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("SmsMessageSid", &item.sid),
            ("SmsSid", &item.sid),
            ("SmsStatus", "received"),
            ("To", SHOP),
            ("ToCity", ""),
            ("ToCountry", "US"),
            ("ToState", ""),
            ("ToZip", ""),
        ]
    );
    assert_eq!(item.webhook, Some(entry(1, Some(200), false, None)));
    let (_, message) = rig.get(&format!("/Messages/{}.json", item.sid)).await;
    assert_schema("api.v2010.account.message", &message);
    assert_eq!(
        (message["status"].as_str(), message["direction"].as_str()),
        (Some("received"), Some("inbound"))
    );
}

#[tokio::test]
async fn media_are_addresses_of_the_api_where_it_knows_its_own() {
    let hook = Hook::new().await;
    let rig = Rig::with(Config { public_url: Some("http://api.example.test/".into()), ..config() }).await;
    webhook(&rig, &hook.url("/sms"), None);
    let files = ["https://example.com/a.png".to_owned(), "https://example.com/b".to_owned()];
    let message = rig.simulator.text(ANA, SHOP, "", &files).unwrap();
    assert_eq!((message.media, message.direction), (files.to_vec(), Way::FromPhone));
    let heard = hook.next().await;
    assert_eq!(heard.param("NumMedia"), Some("2"));
    assert_eq!(heard.param("MediaContentType0"), Some("image/png"));
    let prefix =
        format!("http://api.example.test/2010-04-01/Accounts/{ACCOUNT}/Messages/{}/Media/ME", message.sid);
    assert!(heard.param("MediaUrl1").unwrap().starts_with(&prefix));

    let plain = Rig::new().await;
    webhook(&plain, &hook.url("/sms"), None);
    plain.simulator.text(ANA, SHOP, "", &files).unwrap();
    assert_eq!(hook.next().await.param("MediaUrl1"), Some("https://example.com/b"));
}

#[tokio::test]
async fn the_message_exists_whatever_becomes_of_the_webhook() {
    let (rig, hook) = (Rig::new().await, Hook::scripted(|_, _| status(500)).await);
    webhook(&rig, &hook.url("/sms"), None);
    let item = text(&rig, "anyone there?").await;
    assert_eq!(item.webhook, Some(entry(1, Some(500), false, Some(11_200))));
    rig.simulator.set_webhook(SHOP, None, None).unwrap();
    rig.simulator.text(ANA, SHOP, "no webhook at all", &[]).unwrap();
    let (_, list) = rig.get("/Messages.json?From=%2B12125550163").await;
    let statuses: Vec<_> = list["messages"].as_array().unwrap().iter().map(|m| m["status"].clone()).collect();
    assert_eq!(statuses, ["received", "received"]);
}

#[tokio::test]
async fn the_fallback_is_asked_with_what_failed_and_where() {
    let rig = Rig::new().await;
    let hook = Hook::scripted(|_, heard| match heard.target.as_str() {
        "/fallback" => xml("<Response><Message>From the fallback</Message></Response>"),
        "/error" => status(404),
        "/garbage" => xml("<Response><Message>"),
        "/root" => xml("<Reply/>"),
        "/json" => Reaction::Answer(axum::response::IntoResponse::into_response(axum::Json(()))),
        "/loop" => redirect(307, "/loop"),
        "/big" => xml(&format!("<Response>{}</Response>", " ".repeat(65 * 1024))),
        _ => Reaction::Hang,
    })
    .await;
    for (path, code) in [
        ("/error", 11_200),
        ("/garbage", 12_100),
        ("/root", 12_102),
        ("/json", 12_300),
        ("/loop", 11_215),
        ("/big", 11_750),
        ("/hang#rt=100", 11_200),
    ] {
        let primary = hook.url(path);
        webhook(&rig, &primary, Some(&hook.url("/fallback")));
        let item = text(&rig, "Hi").await;
        assert_eq!(item.webhook, Some(entry(2, Some(200), true, Some(code))), "{path}");
        let heard = hook.rest().await;
        let (first, last) = (&heard[0], heard.last().unwrap());
        assert_eq!(last.target, "/fallback");
        assert_eq!(last.header("x-twilio-signature"), signature_of(last, &hook.url("/fallback")));
        let extra = [("ErrorCode".to_owned(), code.to_string()), ("ErrorUrl".to_owned(), primary)];
        assert_eq!(last.params, [first.params.clone(), extra.to_vec()].concat(), "{path}");
    }
    let replies = rig.simulator.ledger(0, 100);
    assert_eq!(replies.iter().filter(|item| item.kind == Direction::OutboundReply).count(), 7);
}

#[tokio::test]
async fn a_dead_primary_is_tried_twice_before_the_fallback() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    let dead = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/sms", listener.local_addr().unwrap())
    };
    webhook(&rig, &dead, Some(&hook.url("/fallback")));
    let item = text(&rig, "Hi").await;
    assert_eq!(item.webhook, Some(entry(3, Some(200), true, Some(11_205))));
    assert_eq!(hook.next().await.param("ErrorUrl"), Some(dead.as_str()));
}

#[tokio::test]
async fn a_twiml_message_becomes_a_reply_with_callbacks_of_its_own() {
    let rig = Rig::new().await;
    let hook = Hook::scripted(|_, heard| match heard.target.as_str() {
        "/hooks/sms" => xml("<Response><Message action=\"sent?x=1\"><Body>See you!</Body>\
                             <Media>https://example.com/map.png</Media></Message></Response>"),
        _ => status(204),
    })
    .await;
    webhook(&rig, &hook.url("/hooks/sms"), None);
    text(&rig, "Hi").await;
    let reply = rig.simulator.ledger(1, 1).remove(0);
    assert_eq!((reply.kind, reply.direction), (Direction::OutboundReply, Way::ToPhone));
    assert_eq!((reply.from.as_deref(), reply.to.as_str()), (Some(SHOP), ANA));
    assert_eq!(reply.status_callback, Some(hook.url("/hooks/sent?x=1")));
    rig.ledger(&reply.sid, |item| item.callbacks.len() == 2).await;
    let (_, message) = rig.get(&format!("/Messages/{}.json", reply.sid)).await;
    assert_eq!(message["direction"], "outbound-reply");
    assert_eq!(message["num_media"], "1");
    let thread = rig.simulator.phone_messages(ANA);
    let thread: Vec<_> = thread.iter().map(|message| (message.direction, message.body.as_str())).collect();
    assert_eq!(thread, [(Way::FromPhone, "Hi"), (Way::ToPhone, "See you!")]);
}

#[tokio::test]
async fn a_twiml_redirect_is_asked_next() {
    let rig = Rig::new().await;
    let hook = Hook::scripted(|_, heard| match heard.target.as_str() {
        "/sms" => xml("<Response><Message>one</Message><Redirect>/more?a=1&amp;b=2</Redirect>\
                       <Message>never</Message></Response>"),
        _ => xml("<Response><Message>two</Message></Response>"),
    })
    .await;
    webhook(&rig, &hook.url("/sms"), None);
    let item = text(&rig, "Hi").await;
    assert_eq!(item.webhook, Some(entry(2, Some(200), false, None)));
    let replies: Vec<_> = rig.simulator.ledger(1, 10).into_iter().map(|item| item.body).collect();
    assert_eq!(replies, ["one", "two"]);
    assert_eq!(hook.next().await.params, hook.next().await.params);
}

#[tokio::test]
async fn stop_blocks_the_pair_is_answered_once_and_still_forwarded() {
    let rig = Rig::new().await;
    let hook = Hook::scripted(|_, _| xml("<Response><Message>We are sorry</Message></Response>")).await;
    webhook(&rig, &hook.url("/sms"), None);
    let item = text(&rig, " Stop ").await;
    assert_eq!(hook.next().await.param("Body"), Some(" Stop "));
    assert_eq!(item.webhook.unwrap().error_code, Some(21_610), "the program's own answer is not sent");
    let form = [("To", ANA), ("From", SHOP), ("Body", "Hi")];
    assert_eq!(rig.refused(&form).await, 21_610);
    assert_eq!(rig.create(&[("To", ANA), ("From", POOL), ("Body", "Hi")]).await["status"], "queued");

    text(&rig, "STOP").await;
    let replies = rig.simulator.ledger(0, 100);
    let replies: Vec<_> = replies.iter().filter(|item| item.kind == Direction::OutboundReply).collect();
    assert_eq!(replies.len(), 1, "the second STOP changes nothing");
    rig.status(&replies[0].sid, Status::Delivered).await;
    let thread = rig.simulator.phone_messages(ANA);
    assert!(thread.iter().any(|message| message.body.contains("successfully been unsubscribed")));

    text(&rig, "START").await;
    rig.create(&form).await;
}

#[tokio::test]
async fn help_is_answered_and_ordinary_words_are_not() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    webhook(&rig, &hook.url("/sms"), None);
    for (body, replies) in [("help", 1), ("YES", 0), ("please STOP", 0)] {
        let before = rig.simulator.ledger(0, 100).len();
        text(&rig, body).await;
        assert_eq!(rig.simulator.ledger(0, 100).len() - before, 1 + replies, "{body}");
    }
}

#[tokio::test]
async fn an_opt_out_covers_the_whole_service() {
    let rig = Rig::new().await;
    rig.simulator.text(ANA, POOL, "STOP", &[]).unwrap();
    assert_eq!(rig.refused(&[("To", ANA), ("MessagingServiceSid", SERVICE), ("Body", "Hi")]).await, 21_610);
    assert_eq!(rig.refused(&[("To", ANA), ("From", POOL), ("Body", "Hi")]).await, 21_610);
}

#[tokio::test]
async fn a_service_takes_its_numbers_texts_unless_told_otherwise() {
    let hook = Hook::new().await;
    for (on_number, target) in [(false, "/service"), (true, "/number")] {
        let service = MessagingService {
            sid: SERVICE.into(),
            numbers: vec![POOL.into()],
            inbound_url: Some(hook.url("/service")),
            use_inbound_webhook_on_number: on_number,
            ..MessagingService::default()
        };
        let rig = Rig::with(Config { services: vec![service], ..config() }).await;
        rig.simulator.set_webhook(POOL, Some(&hook.url("/number")), None).unwrap();
        rig.simulator.text(ANA, POOL, "Hi", &[]).unwrap();
        let heard = hook.next().await;
        assert_eq!((heard.target.as_str(), heard.param("MessagingServiceSid")), (target, Some(SERVICE)));
    }
}

#[tokio::test]
async fn webhooks_can_get_lost_or_come_twice() {
    let (rig, hook) = (Rig::new().await, Hook::new().await);
    webhook(&rig, &hook.url("/sms"), None);
    rig.simulator.set_faults(Faults { webhook_loss_rate: 1.0, ..Faults::default() }).unwrap();
    assert_eq!(text(&rig, "lost").await.webhook, Some(entry(0, None, false, None)));
    rig.simulator.set_faults(Faults { webhook_double_rate: 1.0, ..Faults::default() }).unwrap();
    assert_eq!(text(&rig, "twice").await.webhook, Some(entry(2, Some(200), false, None)));
    let heard = hook.rest().await;
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].params, heard[1].params);
    let token = "i-twilio-idempotency-token";
    assert_ne!(heard[0].header(token), heard[1].header(token));
}

#[tokio::test]
async fn a_text_needs_words_and_known_ends() {
    let rig = Rig::new().await;
    let text = |from: &str, to: &str, body: &str| rig.simulator.text(from, to, body, &[]).unwrap_err();
    assert!(matches!(text(ANA, SHOP, ""), ControlError::InvalidText));
    assert!(matches!(text(ANA, SHOP, &"x".repeat(1_601)), ControlError::InvalidText));
    assert!(matches!(text(ANA, "+19995550100", "Hi"), ControlError::UnknownNumber(_)));
    assert!(matches!(text("5550100", SHOP, "Hi"), ControlError::InvalidNumber(_)));
    assert!(matches!(text(POOL, SHOP, "Hi"), ControlError::InvalidNumber(_)));
    rig.simulator.text("+442079460018", SHOP, "Hi", &[]).unwrap();
    assert!(rig.simulator.state().phones.iter().any(|phone| phone.number == "+442079460018"));
}
