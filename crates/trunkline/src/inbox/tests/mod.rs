//! Conversations and the messages in them (E3).

mod conversations;
mod incoming;
mod messages;
mod results;

use serde_json::Value;

use crate::test_support::{Client, TestApp, id};

/// A text that came in.
async fn receive(app: &TestApp, from: &str, body: &str) {
    let sid = format!("SMr{}", app.fresh_number());
    app.receive(&sid, from, body).await;
    app.run_due_jobs().await;
}

/// Every page of a list, and how many items each had.
async fn pages(client: &Client, path: &str, limit: usize) -> (Vec<Value>, Vec<usize>) {
    let (mut items, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let list = client.get(&format!("{path}limit={limit}{cursor}")).await.expect(200);
        let page = list["items"].as_array().unwrap().clone();
        sizes.push(page.len());
        items.extend(page);
        let Some(next) = list["next_cursor"].as_str() else { return (items, sizes) };
        cursor = format!("&cursor={next}");
    }
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(id).collect()
}
