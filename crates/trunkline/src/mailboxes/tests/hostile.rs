//! What no person writes.

use super::{Desk, mail};
use crate::test_support::{TestSetup, on_both_engines};

on_both_engines![nothing_that_a_stranger_sends_stops_the_mail_behind_it];

async fn nothing_that_a_stranger_sends_stops_the_mail_behind_it(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let nested: String =
        (0..2_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    let headers = format!("From: a@evil.example\n{}\nhello", "X-Many: 1\n".repeat(50_000));
    let huge =
        format!("From: b@evil.example\nSubject: {}\n\n{}", "s".repeat(900_000), "t\u{0}".repeat(2_000_000));
    let hostile = [
        nested.into_bytes(),
        headers.into_bytes(),
        huge.into_bytes(),
        b"\xff\xfe\x00\x01 no header at all".to_vec(),
        b"\n\n".to_vec(),
        b"From: <<<@@@>>>\nTo:\nSubject: =?x?q?=00?=\nContent-Type: text/html; charset=utf-99\n\n<<<p"
            .to_vec(),
        b"From: a@evil.example, b@evil.example\nContent-Transfer-Encoding: base64\n\n!!!!".to_vec(),
    ];
    let count = hostile.len();
    for bytes in hostile {
        desk.post.append(&desk.address, "INBOX", None, &bytes).await;
    }
    let letter = mail("ana@customer.example", &desk.address, "1@customer.example", "Still here?");
    desk.post.append(&desk.address, "INBOX", None, letter.as_bytes()).await;
    desk.look().await;
    let bodies = desk.bodies().await;
    assert_eq!(bodies.last().map(String::as_str), Some("Still here?"));
    assert_eq!(bodies.len(), count + 1);
}
