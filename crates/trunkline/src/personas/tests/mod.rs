//! Personas as customers, the team and a failing model meet them (A5).

mod answers;
mod api;
mod failures;
mod memory;
mod nodes;
mod silence;
mod tools;

use std::fs;
use std::ops::Deref;

use serde_json::{Value, json};

use crate::jobs::Queue;
use crate::test_support::{ANA, Client, Model, TestApp, TestSetup, id, text};

/// An app with one persona, Robin, on the line `main`, and the model it speaks through.
struct Office {
    app: TestApp,
    owner: Client,
    model: Model,
    folder: tempfile::TempDir,
}

impl Deref for Office {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

/// Robin with these fields besides the usual ones.
fn robin(fields: &Value) -> Value {
    let mut definition = json!({
        "name": "Robin", "lines": ["main"], "wait_seconds": 0,
        "tools": ["hand_over", "tag", "remember", "schedule_reply"],
    });
    let all = definition.as_object_mut().unwrap();
    all.extend(fields.as_object().unwrap().clone());
    definition
}

impl Office {
    async fn open(setup: TestSetup) -> Office {
        Office::with(setup, json!({})).await
    }

    async fn with(setup: TestSetup, fields: Value) -> Office {
        let (folder, model) = (tempfile::tempdir().unwrap(), Model::start().await);
        write(&folder, &robin(&fields));
        let app = setup.personas(folder.path(), &model.base_url).start().await;
        let owner = app.sign_up_owner().await;
        Office { app, owner, model, folder }
    }

    /// Ana writes, and everything that follows from it happens.
    async fn ana_writes(&self, words: &str) {
        self.ana_texts(words).await;
        self.run_due_jobs().await;
    }

    /// Ana writes.
    async fn ana_texts(&self, words: &str) {
        let sid = format!("SM{}", self.fresh_number());
        self.receive(&sid, ANA, words).await;
    }

    /// What came in is put into its thread; nobody is answered yet.
    async fn file_what_came(&self) {
        let worker = self.app.app().worker.clone();
        for job in worker.claim(Queue::Journal).await {
            worker.run_claimed(job).await;
        }
    }

    /// What Ana got.
    fn ana_got(&self) -> Vec<String> {
        self.carrier.texts_to(ANA)
    }

    async fn conversation(&self) -> String {
        let list = self.owner.get("/api/conversations").await.expect(200);
        id(&list["items"][0])
    }

    /// Who answers in Ana's conversation, and what was answered.
    async fn persona(&self) -> Value {
        let path = format!("/api/conversations/{}/persona", self.conversation().await);
        self.owner.get(&path).await.expect(200)
    }

    /// What came of the runs, oldest first.
    async fn outcomes(&self) -> Vec<String> {
        let persona = self.persona().await;
        let runs = persona["runs"].as_array().unwrap().iter().rev();
        runs.map(|run| text(&run["outcome"]).to_owned()).collect()
    }

    async fn set_mode(&self, mode: &str) {
        let path = format!("/api/conversations/{}/persona", self.conversation().await);
        self.owner.put(&path, json!({ "mode": mode })).await.expect(200);
    }

    async fn status(&self) -> String {
        let path = format!("/api/conversations/{}", self.conversation().await);
        text(&self.owner.get(&path).await.expect(200)["status"]).to_owned()
    }

    /// Begins the work on what is due, and waits until the model was asked so often.
    async fn begin_answer(&self, asked: usize) {
        self.model.hold();
        self.spawn_due_jobs();
        self.model.until_asked(asked).await;
    }

    /// Lets the model speak, and everything that follows happen.
    async fn end_answer(&self) {
        self.model.release();
        self.until_jobs_ended().await;
        self.run_due_jobs().await;
    }
}

fn write(folder: &tempfile::TempDir, definition: &Value) {
    let folder = folder.path().join("robin");
    fs::create_dir_all(folder.join("knowledge")).unwrap();
    fs::write(folder.join("persona.json"), definition.to_string()).unwrap();
    fs::write(folder.join("soul.md"), "You are Robin, and brief.").unwrap();
    fs::write(folder.join("knowledge/prices.md"), "A visit costs 95 dollars.").unwrap();
}

/// The messages of a question with this role.
fn of_role<'a>(question: &'a Value, role: &str) -> Vec<&'a str> {
    let messages = question["messages"].as_array().unwrap().iter();
    messages.filter(|message| message["role"] == role).map(|message| text(&message["content"])).collect()
}
