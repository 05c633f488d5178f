//! Who gets a file, and under which headers (E3, E8).

use axum::http::Method;
use serde_json::json;

use super::{header, jpeg, png};
use crate::test_support::{Answer, Client, TestApp, TestSetup, on_both_engines, text};

on_both_engines![
    a_file_is_for_whoever_may_see_the_message,
    a_stranger_s_file_can_do_no_harm,
    a_browser_that_has_a_file_does_not_get_it_again,
    a_film_can_be_had_in_parts,
    what_somebody_brings_is_kept_and_looked_at,
    what_is_too_large_or_empty_or_a_program_is_not_taken,
];

async fn received(app: &TestApp, client: &Client, kind: &str, bytes: Vec<u8>) -> String {
    app.sends_file(kind, bytes).await;
    app.run_due_jobs().await;
    text(&app.medium(client).await["url"]).to_owned()
}

async fn a_file_is_for_whoever_may_see_the_message(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let url = received(&app, &owner, "image/png", png(10, 10)).await;
    for path in [url.clone(), format!("{url}/thumbnail")] {
        app.visitor().get(&path).await.problem(401, "unauthenticated");
        assert_eq!(app.member(&owner, "viewer").await.get(&path).await.status, 200);
    }
}

async fn a_stranger_s_file_can_do_no_harm(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let page = b"<html><script>alert(document.cookie)</script></html>".to_vec();
    for (kind, bytes, disposition) in [
        ("text/html", page, "attachment"),
        (
            "image/svg+xml",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            "attachment",
        ),
        ("application/pdf", b"%PDF-1.7\n".to_vec(), "attachment"),
        ("image/jpeg", jpeg(10, 10), "inline"),
    ] {
        let url = received(&app, &owner, kind, bytes).await;
        let answer = owner.get(&url).await;
        assert!(header(&answer, "content-disposition").starts_with(disposition), "{kind}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        let policy = header(&answer, "content-security-policy");
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
        assert_eq!(answer.headers.get_all("content-security-policy").iter().count(), 1);
        assert!(header(&answer, "cache-control").contains("private"));
        assert_eq!(header(&answer, "content-encoding"), "");
    }
}

async fn a_browser_that_has_a_file_does_not_get_it_again(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let url = received(&app, &owner, "image/png", png(10, 10)).await;
    for path in [url.clone(), format!("{url}/thumbnail")] {
        let etag = header(&owner.get(&path).await, "etag").to_owned();
        let answer = owner.ask(Method::GET, &path, &[("if-none-match", &etag)], None).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0));
        let answer = owner.ask(Method::GET, &path, &[("if-none-match", "\"other\"")], None).await;
        assert_eq!(answer.status, 200);
    }
}

async fn a_film_can_be_had_in_parts(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &(0..200).collect::<Vec<u8>>()].concat();
    let url = received(&app, &owner, "video/mp4", film.clone()).await;
    let part =
        async |range: &str| -> Answer { owner.ask(Method::GET, &url, &[("range", range)], None).await };

    let answer = part("bytes=10-19").await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (206, &film[10..20]));
    assert_eq!(header(&answer, "content-range"), format!("bytes 10-19/{}", film.len()));
    assert_eq!(header(&answer, "content-length"), "10");
    assert_eq!(part("bytes=-5").await.body, film[film.len() - 5..]);
    assert_eq!(part("bytes=0-1,5-6").await.body, film);
    let answer = part("bytes=9999-").await;
    assert_eq!(header(&answer, "content-range"), format!("bytes */{}", film.len()));
    answer.problem(416, "no_such_part");
    let other = [("range", "bytes=0-1"), ("if-range", "\"other\"")];
    assert_eq!(owner.ask(Method::GET, &url, &other, None).await.body, film);
}

async fn bring(client: &Client, name: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/api/media?name={name}");
    client.ask(Method::POST, &path, &[("content-type", kind)], Some(bytes.into())).await
}

async fn what_somebody_brings_is_kept_and_looked_at(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let medium =
        bring(&owner, "..%2Fmenu%20of%20the%20day.jpg", "image/png", jpeg(800, 400)).await.expect(201);
    assert_eq!((text(&medium["name"]), text(&medium["content_type"])), ("menu of the day.jpg", "image/jpeg"));
    assert_eq!((&medium["width"], &medium["height"]), (&json!(800), &json!(400)));
    let answer = owner.get(text(&medium["url"])).await;
    assert_eq!(header(&answer, "content-disposition"), "inline; filename*=UTF-8''menu%20of%20the%20day.jpg");
    let viewer = app.member(&owner, "viewer").await;
    bring(&viewer, "x", "image/png", png(1, 1)).await.problem(403, "forbidden");
}

async fn what_is_too_large_or_empty_or_a_program_is_not_taken(setup: TestSetup) {
    let app = setup.file_max(2_000_000).start().await;
    let owner = app.sign_up_owner().await;
    let problem = bring(&owner, "x", "image/png", vec![1; 2_000_001]).await.problem(413, "too_large");
    assert!(text(&problem["detail"]).contains("than 2 MB"), "{problem}");
    // Larger than what other requests may have, and still small enough.
    bring(&owner, "x", "application/octet-stream", vec![1; 2_000_000]).await.expect(201);
    let problem = bring(&owner, "x", "image/png", Vec::new()).await.problem(422, "invalid");
    assert_eq!(problem["field"], "file");
    bring(&owner, "x.sh", "text/plain", b"#!/bin/sh\nrm -rf /\n".to_vec()).await.problem(422, "invalid");
    assert_eq!(app.objects(), 1, "nothing is left of what was refused");
}
