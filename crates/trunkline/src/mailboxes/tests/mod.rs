//! Mail through a real mail server, both ways (E4, C8, C12): what comes in is here once, whatever happens meanwhile.

mod hostile;
mod look;
mod reports;
mod servers;

use serde_json::Value;

use crate::test_support::{Client, PostOffice, TestApp, TestSetup, text};

/// A line with a mailbox of its own, and who looks after it.
struct Desk {
    post: PostOffice,
    /// The line's.
    address: String,
    app: TestApp,
    owner: Client,
}

impl Desk {
    async fn open(setup: TestSetup) -> Desk {
        Desk::with_folder(setup, "INBOX").await
    }

    async fn with_folder(setup: TestSetup, folder: &str) -> Desk {
        let post = PostOffice::open();
        let address = post.address("team");
        let app = setup.with_mail_server(&address, &post.account(&address, folder)).start().await;
        // The next look is always planned.
        app.leaves_jobs();
        let owner = app.sign_up_owner().await;
        Desk { post, address, app, owner }
    }

    /// The mailbox is looked into now.
    async fn look(&self) {
        self.app.app().mailboxes.start().await.unwrap();
        self.app.run_due_jobs().await;
    }

    /// All messages, oldest first.
    async fn messages(&self) -> Vec<Value> {
        let list = self.owner.get("/api/messages?limit=100").await.expect(200);
        let mut items = list["items"].as_array().unwrap().clone();
        items.reverse();
        items
    }

    async fn bodies(&self) -> Vec<String> {
        self.messages().await.iter().map(|message| text(&message["body"]).to_owned()).collect()
    }
}

/// A mail as its bytes.
fn mail(from: &str, to: &str, id: &str, words: &str) -> String {
    format!(
        "From: Ana <{from}>\nTo: {to}\nSubject: A question\nMessage-ID: <{id}>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\n{words}\n"
    )
}
