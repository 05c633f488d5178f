//! Looking into a mailbox.

use serde_json::json;
use trunkline_store::faults::Fault;
use trunkline_store::sql;

use super::{Desk, mail};
use crate::email::tests::bring;
use crate::test_support::{TestSetup, on_both_engines, soon, text};

on_both_engines![
    a_mail_comes_in_once_and_stays_unread_in_its_mailbox,
    its_answer_arrives_and_keeps_to_the_thread,
    any_operation_may_fail_and_each_mail_is_there_once,
    a_rebuilt_mailbox_doubles_and_loses_nothing,
    what_was_missed_is_for_people,
    mails_with_the_same_id_are_told_apart,
    who_waits_hears_at_once,
    files_come_with_a_mail,
    files_go_with_a_mail,
];

const ANA: &str = "ana@customer.example";

async fn a_mail_comes_in_once_and_stays_unread_in_its_mailbox(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    desk.post
        .post(ANA, &desk.address, &mail(ANA, &desk.address, "1@customer.example", "Are you open?"))
        .await;
    for _ in 0..3 {
        desk.look().await;
    }
    assert_eq!(desk.bodies().await, ["Are you open?"]);
    let message = desk.messages().await.remove(0);
    assert_eq!((text(&message["from"]), text(&message["email"]["subject"])), (ANA, "A question"));
    let flags = desk.post.order(&desk.address, "STATUS INBOX (UNSEEN)", b"").await;
    assert!(flags.contains("UNSEEN 1"), "{flags}");
    desk.post.post(ANA, &desk.address, &mail(ANA, &desk.address, "2@customer.example", "Hello?")).await;
    desk.look().await;
    assert_eq!(desk.bodies().await, ["Are you open?", "Hello?"]);
}

async fn its_answer_arrives_and_keeps_to_the_thread(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let ana = desk.post.address("ana");
    desk.post
        .post(&ana, &desk.address, &mail(&ana, &desk.address, "q1@customer.example", "Are you open?"))
        .await;
    desk.look().await;
    let conversation = text(&desk.messages().await[0]["conversation_id"]).to_owned();
    let sent = desk
        .owner
        .send_json(json!({"conversation_id": conversation, "body": "Until six.\n.\nReally."}))
        .await;
    desk.app.run_due_jobs().await;
    assert_eq!(desk.owner.state(&sent).await, "sent");
    let answer = desk.post.until_it_has(&ana, 1).await.remove(0);
    assert_eq!((answer.from.as_str(), answer.subject.as_str()), (desk.address.as_str(), "Re: A question"));
    assert_eq!(answer.text.replace("\r\n", "\n").trim_end(), "Until six.\n.\nReally.");
    assert_eq!(answer.in_reply_to(), ["q1@customer.example"]);
    let ours = answer.message_id().unwrap();
    // From another address, by the thread alone.
    let reply = mail("work@ana.example", &desk.address, "q2@ana.example", "Thanks!\n\n> Until six.");
    let reply = reply.replace("Subject:", &format!("In-Reply-To: <{ours}>\nSubject:"));
    desk.post.post("work@ana.example", &desk.address, &reply).await;
    desk.look().await;
    let last = desk.messages().await.pop().unwrap();
    assert_eq!((text(&last["body"]), text(&last["conversation_id"])), ("Thanks!", conversation.as_str()));
}

/// Before each store operation, and after each commit whose answer is lost.
async fn any_operation_may_fail_and_each_mail_is_there_once(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    desk.app.leaves_errors();
    let mut expected = 0;
    for fault in [Fault::Before, Fault::After] {
        for number in 1..100 {
            expected += 1;
            let letter = mail(
                ANA,
                &desk.address,
                &format!("{expected}@customer.example"),
                &format!("Mail {expected}"),
            );
            desk.post.append(&desk.address, "INBOX", None, letter.as_bytes()).await;
            let faults = desk.app.store.faults().expect("faults can be planned");
            faults.plan(number, fault);
            let started = desk.app.app().mailboxes.start().await;
            desk.app.run_due_jobs().await;
            let met_none = faults.call_off();
            if started.is_err() || !met_none {
                // A job that failed waits a little.
                desk.app.after(std::time::Duration::from_secs(3_600)).await;
            }
            desk.look().await;
            assert_eq!(count(&desk).await, expected, "{fault:?}, operation {number}");
            if met_none {
                assert!(number > 4, "only {number} operations: the run is not what it should be");
                break;
            }
        }
    }
}

async fn count(desk: &Desk) -> i64 {
    let count = sql!("select count(*) from messages where direction = 'inbound'");
    desk.app.read(move |tx| tx.query_one(count, &[], |row| row.get(0))).await
}

async fn a_rebuilt_mailbox_doubles_and_loses_nothing(setup: TestSetup) {
    let desk = Desk::with_folder(setup, "Support").await;
    let letter = |number: u32| {
        mail(ANA, &desk.address, &format!("{number}@customer.example"), &format!("Mail {number}"))
    };
    let append =
        async |number: u32| desk.post.append(&desk.address, "Support", None, letter(number).as_bytes()).await;
    desk.post.order(&desk.address, "CREATE Support", b"").await;
    append(1).await;
    append(2).await;
    desk.look().await;
    let before = bookmark(&desk).await;
    desk.post.order(&desk.address, "DELETE Support", b"").await;
    desk.post.order(&desk.address, "CREATE Support", b"").await;
    // Restored from a copy, in another order, with one that came meanwhile.
    for number in [2, 3, 1] {
        append(number).await;
    }
    desk.look().await;
    assert_eq!(desk.bodies().await, ["Mail 1", "Mail 2", "Mail 3"]);
    let after = bookmark(&desk).await;
    assert_ne!(before.0, after.0, "the validity is another one");
    assert_eq!(after.1, 3);
    append(4).await;
    desk.look().await;
    assert_eq!(desk.bodies().await.len(), 4);
}

async fn bookmark(desk: &Desk) -> (i64, i64) {
    let row = sql!("select uid_validity, last_uid from mailboxes");
    desk.app.read(move |tx| tx.query_one(row, &[], |row| Ok((row.get(0)?, row.get(1)?)))).await
}

async fn what_was_missed_is_for_people(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    // The clock of the test stands at the beginning of November 2026.
    let letter = |id: &str| mail(ANA, &desk.address, id, id);
    desk.post
        .append(&desk.address, "INBOX", Some("03-Nov-2026 10:00:00 +0000"), letter("missed").as_bytes())
        .await;
    desk.post.append(&desk.address, "INBOX", None, letter("new").as_bytes()).await;
    desk.look().await;
    let causes = desk.app.read(|tx| {
        let causes = sql!("select m.body, t.cause from message_transitions t join messages m on m.id = t.message_id order by m.body");
        tx.query(causes, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))
    });
    let expected = [("missed", "recovered"), ("new", "received")];
    assert_eq!(causes.await, expected.map(|(body, cause)| (body.to_owned(), cause.to_owned())));
}

/// Some programs give every mail the same id, or none.
async fn mails_with_the_same_id_are_told_apart(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    for words in ["Order 1", "Order 2", "Order 1"] {
        let letter = mail(ANA, &desk.address, "form@localhost", words);
        desk.post.append(&desk.address, "INBOX", None, letter.as_bytes()).await;
        let without = letter.replace("Message-ID: <form@localhost>\n", "").replace("Order", "Plain order");
        desk.post.append(&desk.address, "INBOX", None, without.as_bytes()).await;
    }
    desk.look().await;
    assert_eq!(desk.bodies().await, ["Order 1", "Plain order 1", "Order 2", "Plain order 2"]);
}

async fn who_waits_hears_at_once(setup: TestSetup) {
    let desk = Desk::open(setup.in_real_time()).await;
    let mut live = desk.owner.live().await;
    desk.app.watch_mailboxes();
    desk.app.start_worker();
    // The first look finds nothing, and the next would be a minute later.
    soon(async {
        while bookmarked_looks(&desk).await == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    desk.post.post(ANA, &desk.address, &mail(ANA, &desk.address, "1@customer.example", "Quick!")).await;
    soon(async {
        while live.next().await.is_some_and(|event| !event.data.to_string().contains("Quick!")) {}
    })
    .await;
    assert_eq!(desk.bodies().await, ["Quick!"]);
}

/// How many times the mailbox was looked into to the end: the next look is planned then.
async fn bookmarked_looks(desk: &Desk) -> usize {
    let now = desk.app.now();
    desk.app.jobs().await.iter().filter(|job| job.kind == "mailbox" && job.due_at > now).count()
}

async fn files_come_with_a_mail(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let part = |kind: &str, name: &str, content: &str| {
        format!("--b\nContent-Type: {kind}; name=\"{name}\"\nContent-Disposition: attachment\n\n{content}\n")
    };
    let letter = mail(ANA, &desk.address, "1@customer.example", "").replace(
        "\n\n\n",
        &format!(
            "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nAttached.\n{}{}--b--\n",
            part("text/csv", "../prices.csv", "a,b\n1,2"),
            part("image/png", "cat.png", "#!/bin/sh\necho hello"),
        ),
    );
    desk.post.post(ANA, &desk.address, &letter).await;
    for _ in 0..2 {
        desk.look().await;
    }
    let message = desk.messages().await.remove(0);
    assert_eq!(text(&message["body"]), "Attached.");
    let media = &message["media"];
    assert_eq!((text(&media[0]["state"]), text(&media[0]["name"])), ("kept", "prices.csv"), "{media}");
    assert_eq!(&desk.owner.get(text(&media[0]["url"])).await.body[..], b"a,b\r\n1,2");
    assert_eq!((text(&media[1]["state"]), media.as_array().unwrap().len()), ("refused", 2), "{media}");
}

async fn files_go_with_a_mail(setup: TestSetup) {
    let desk = Desk::open(setup).await;
    let ana = desk.post.address("ana");
    let bytes: &'static [u8] = b"%PDF-1.4\n.\n\x00\xff binary\r\n";
    let menu = bring(&desk.owner, "menu.pdf", bytes).await;
    let offer = json!({"to": ana, "subject": "Menu", "body": "Attached.", "media": [menu]});
    let sent = desk.owner.send_json(offer).await;
    desk.app.run_due_jobs().await;
    assert_eq!(desk.owner.state(&sent).await, "sent");
    desk.post.until_it_has(&ana, 1).await;
    let mut mailbox = desk.post.mailbox(&ana).open().await.unwrap();
    let arrived = mailbox.fetch(1).await.unwrap().unwrap();
    assert_eq!((arrived.mail.text.trim_end(), arrived.files.len()), ("Attached.", 1));
    let file = &arrived.files[0];
    assert_eq!((file.about.filename.as_deref(), file.bytes.as_slice()), (Some("menu.pdf"), bytes));
}
