//! Files go out: what may, where the provider fetches them, and once only (C12, E4, E8).

use axum::http::Method;
use serde_json::{Value, json};
use trunkline_simulator::{CreateFault, Extras, Faults, Outcome};

use super::{header, jpeg, png};
use crate::test_support::{ANA, Answer, BEN, Client, LINE, TestApp, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_picture_reaches_the_phone,
    a_picture_reaches_the_phone_through_telnyx,
    a_picture_reaches_the_phone_by_whatsapp_one_at_a_time,
    a_file_needs_no_text_beside_it,
    an_address_for_providers_opens_one_file_for_a_while,
    a_line_tells_which_files_it_takes,
    what_a_channel_does_not_take_is_refused_before_it_is_queued,
    the_same_key_with_other_files_is_another_message,
    one_file_may_go_to_many_and_stays,
    a_message_that_failed_is_sent_again_with_its_files,
    a_lost_answer_is_found_with_its_files,
    what_somebody_sent_can_be_passed_on,
];

async fn bring(client: &Client, kind: &str, bytes: Vec<u8>) -> String {
    let path = "/api/media?name=cat.jpg";
    let answer = client.ask(Method::POST, path, &[("content-type", kind)], Some(bytes.into())).await;
    id(&answer.expect(201))
}

async fn send(client: &Client, mut message: Value) -> Answer {
    message["to"] = json!(ANA);
    client.try_send_json(message).await
}

/// The files that Ana's phone has, the newest message's.
async fn on_the_phone(app: &TestApp) -> Vec<Vec<u8>> {
    app.carrier.until_told().await;
    let carrier = &app.carrier.simulator;
    let media = carrier.phone_messages(ANA).pop().unwrap().media;
    media.iter().map(|url| carrier.file(url).unwrap().to_vec()).collect()
}

async fn a_picture_reaches_the_phone(setup: TestSetup) {
    reaches_the_phone(setup.lively()).await;
}

async fn a_picture_reaches_the_phone_through_telnyx(setup: TestSetup) {
    reaches_the_phone(setup.with_telnyx().lively()).await;
}

async fn reaches_the_phone(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let (first, second) = (jpeg(300, 200), png(20, 20));
    let media =
        [bring(&owner, "image/jpeg", first.clone()).await, bring(&owner, "image/png", second.clone()).await];
    let sent = send(&owner, json!({ "body": "Your cat", "media": media })).await.expect(201);
    assert_eq!((text(&sent["channel"]), text(&sent["media"][0]["name"])), ("mms", "cat.jpg"));
    app.run_due_jobs().await;
    assert_eq!(on_the_phone(&app).await, [first.clone(), second]);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&id(&sent)).await, "delivered");
    // People see it where they see all files.
    let url = text(&app.media(&owner).await[0]["url"]).to_owned();
    assert_eq!(owner.get(&url).await.body, first);
}

async fn a_picture_reaches_the_phone_by_whatsapp_one_at_a_time(setup: TestSetup) {
    let app = setup.with_whatsapp().lively().start().await;
    let owner = app.sign_up_owner().await;
    // They wrote, so the window is open.
    app.carrier.simulator.write(ANA, &format!("whatsapp:{LINE}"), "A picture?", Extras::default()).unwrap();
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    let (first, second) = (jpeg(300, 200), png(20, 20));
    let media = [bring(&owner, "image/jpeg", first.clone()).await, bring(&owner, "image/png", second).await];
    let both = send(&owner, json!({ "channel": "whatsapp", "body": "Here", "media": media })).await;
    assert!(both.problem(422, "invalid")["errors"][0]["message"].as_str().unwrap().contains("1 file"));
    let one = json!({ "channel": "whatsapp", "body": "Here", "media": [&media[0]] });
    let sent = send(&owner, one).await.expect(201);
    assert_eq!(text(&sent["channel"]), "whatsapp");
    app.run_due_jobs().await;
    assert_eq!(on_the_phone(&app).await, [first]);
    app.run_due_jobs().await;
    assert_eq!(owner.state(&id(&sent)).await, "delivered");
}

async fn a_file_needs_no_text_beside_it(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    let media = [bring(&owner, "image/png", png(20, 20)).await];
    send(&owner, json!({ "media": media })).await.expect(201);
    send(&owner, json!({ "media": [] })).await.problem(422, "invalid");
    app.run_due_jobs().await;
    assert_eq!(on_the_phone(&app).await, [png(20, 20)]);
    app.run_due_jobs().await;
}

async fn an_address_for_providers_opens_one_file_for_a_while(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mine = bring(&owner, "image/png", png(20, 20)).await;
    let other = bring(&owner, "image/png", png(9, 9)).await;
    let links = app.app().media.links.clone();
    let path = |id: &str| {
        let url = links.for_provider(&format!("/api/media/{id}"), app.now()).unwrap();
        url.strip_prefix(&app.base_url()).unwrap().to_owned()
    };
    let (path, other) = (path(&mine), path(&other));

    let visitor = app.visitor();
    let answer = visitor.get(&path).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "content-type")), (200, "image/png"));
    assert_eq!(answer.body, png(20, 20));
    let head = visitor.ask(Method::HEAD, &path, &[], None).await;
    assert_eq!((head.status.as_u16(), header(&head, "content-type"), head.body.len()), (200, "image/png", 0));

    let (start, _) = path.rsplit_once('.').unwrap();
    let others = other.rsplit('.').next().unwrap();
    let wrong =
        [format!("{start}.{others}"), format!("{start}."), format!("{path}0"), format!("/media/{mine}")];
    for wrong in wrong.iter().map(String::as_str).chain(["/media/x.y.z"]) {
        visitor.get(wrong).await.problem(404, "not_found");
    }
    app.advance(std::time::Duration::from_secs(24 * 3_600 + 1)).await;
    visitor.get(&path).await.problem(404, "not_found");
}

/// So that people are told before they have waited for a film to arrive.
async fn a_line_tells_which_files_it_takes(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let media = owner.get("/api/lines").await.expect(200)["items"][0]["media"].clone();
    assert_eq!((&media["count_max"], &media["total_max_bytes"]), (&json!(10), &json!(5 * 1024 * 1024)));
    let types = media["types"].as_array().unwrap();
    let audio = json!({ "starts_with": "audio/", "max_bytes": 500 * 1024 });
    assert!(types.contains(&audio), "{types:?}");
}

async fn what_a_channel_does_not_take_is_refused_before_it_is_queued(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &vec![0; 600 * 1024]].concat();
    let film = [bring(&owner, "video/mp4", film).await];
    let problem = send(&owner, json!({ "body": "See", "media": film })).await.problem(422, "invalid");
    assert_eq!(problem["field"], "media");
    for part in ["cat.jpg", "500 KB", "link"] {
        assert!(text(&problem["detail"]).contains(part), "{problem}");
    }
    // Told before the click as well.
    let check = json!({ "to": ANA, "body": "See", "media": film });
    let check = owner.post("/api/messages/check", check).await.expect(200);
    assert_eq!(check["ok"], false, "{check}");
    let nothing = json!({ "body": "See", "media": ["00000000-0000-7000-8000-000000000000"] });
    send(&owner, nothing).await.problem(422, "invalid");
    assert!(app.jobs().await.is_empty());
}

async fn the_same_key_with_other_files_is_another_message(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let one = bring(&owner, "image/png", png(20, 20)).await;
    let two = bring(&owner, "image/png", png(9, 9)).await;
    let message = |media: Value| json!({ "to": ANA, "body": "Hi", "media": media });
    let first = owner.send_with_key("k", message(json!([one]))).await.expect(201);
    assert_eq!(id(&owner.send_with_key("k", message(json!([one]))).await.expect(200)), id(&first));
    for other in [json!([two]), json!([one, two]), json!([])] {
        owner.send_with_key("k", message(other)).await.problem(422, "idempotency_mismatch");
    }
    app.run_due_jobs().await;
}

async fn one_file_may_go_to_many_and_stays(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let media = [bring(&owner, "image/png", png(20, 20)).await];
    for body in ["One", "Two"] {
        send(&owner, json!({ "body": body, "media": media })).await.expect(201);
        app.run_due_jobs().await;
    }
    assert_eq!(app.objects(), 2);
    app.advance(std::time::Duration::from_secs(90_000)).await;
    assert_eq!(app.app().media.drop_unsent().await.unwrap(), 1);
    app.app().media.sweep(true).await.unwrap();
    let url = text(&app.medium(&owner).await["url"]).to_owned();
    assert_eq!(owner.get(&url).await.body, png(20, 20));
}

async fn a_message_that_failed_is_sent_again_with_its_files(setup: TestSetup) {
    let app = setup.lively().start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.misbehave(Faults { outcome: Outcome::Failed, ..Faults::default() });
    let media = [bring(&owner, "image/png", png(20, 20)).await];
    let failed = id(&send(&owner, json!({ "body": "Look", "media": media })).await.expect(201));
    app.run_due_jobs().await;
    app.carrier.until_told().await;
    app.run_due_jobs().await;
    assert_eq!(owner.state(&failed).await, "failed");

    app.carrier.misbehave(Faults::default());
    owner.post(&format!("/api/messages/{failed}/retry"), json!({})).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(on_the_phone(&app).await, [png(20, 20)]);
    app.run_due_jobs().await;
}

async fn a_lost_answer_is_found_with_its_files(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.carrier.next([CreateFault::DropAnswer]);
    let media = [bring(&owner, "image/png", png(20, 20)).await];
    let sent = id(&send(&owner, json!({ "body": "Look", "media": media })).await.expect(201));
    app.run_due_jobs().await;
    assert_eq!(owner.state(&sent).await, "unknown");
    app.run_to_the_end().await;
    let item = app.carrier.item(&sent);
    let message = owner.message(&sent).await;
    assert_eq!((text(&message["state"]), text(&message["provider_message_id"])), ("sent", &*item.sid));
}

async fn what_somebody_sent_can_be_passed_on(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.sends_file("image/png", png(20, 20)).await;
    app.run_due_jobs().await;
    let media = [text(&app.medium(&owner).await["id"]).to_owned()];
    owner.try_send_json(json!({ "to": BEN, "body": "From Ana", "media": media })).await.expect(201);
    app.run_due_jobs().await;
    assert_eq!(app.objects(), 2);
}
