//! Several nodes: what one changes, the others use.

use serde_json::json;

use super::{make, text_to_it};
use crate::test_support::{TOKEN, TestSetup, id, on_postgres, text};

on_postgres![
    a_line_made_on_one_node_takes_webhooks_on_another_at_once,
    of_two_who_change_a_line_at_once_one_is_told,
    while_a_token_is_changed_no_webhook_is_refused_anywhere,
    a_line_removed_on_one_node_is_gone_on_the_others,
];

async fn a_line_made_on_one_node_takes_webhooks_on_another_at_once(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let other = app.another_node("two").await;
    make(&owner).await;
    text_to_it(&other, "SM1").send().await.expect(200);
}

async fn of_two_who_change_a_line_at_once_one_is_told(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let other = app.another_node("two").await;
    let seen = owner.get(&path).await.expect(200);
    let line: uuid::Uuid = id(&seen).parse().unwrap();
    let change =
        |name: &str| serde_json::from_value(json!({ "revision": seen["revision"], "name": name })).unwrap();
    let (here, there) = (app.app().lines.clone(), other.app().lines.clone());
    let (one, two) = tokio::join!(
        here.change(line.into(), change("One"), "Ada"),
        there.change(line.into(), change("Two"), "Bea")
    );
    let refused = [&one, &two].into_iter().filter_map(|result| result.as_ref().err());
    assert_eq!(refused.map(|problem| problem.code).collect::<Vec<_>>(), ["changed_meanwhile"]);
    let name = one.or(two).unwrap().settings.name;
    app.learn_lines().await;
    assert_eq!(text(&owner.get(&path).await.expect(200)["name"]), name);
}

/// Signed with either of the two tokens, while the other node rotates and retires (A3).
async fn while_a_token_is_changed_no_webhook_is_refused_anywhere(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let other = app.another_node("two").await;
    let mut token = TOKEN.to_owned();
    for round in 0..5 {
        let new = format!("{round}").repeat(32);
        let rotation = json!({ "fields": { "auth_token": new } });
        let credentials = format!("{path}/credentials");
        let rotate = owner.post(&credentials, rotation);
        let before: Vec<_> = (0..10).map(|number| format!("SM{round}a{number}")).collect();
        let meanwhile = async {
            for sid in &before {
                text_to_it(&other, sid).signed_with(&token).send().await.expect(200);
            }
        };
        tokio::join!(async { rotate.await.expect(200) }, meanwhile);
        // The other node was told nothing.
        text_to_it(&other, &format!("SM{round}b")).signed_with(&new).send().await.expect(200);
        text_to_it(&other, &format!("SM{round}c")).signed_with(&token).send().await.expect(200);
        owner.delete(&format!("{path}/credentials/former")).await.expect(200);
        token = new;
    }
}

async fn a_line_removed_on_one_node_is_gone_on_the_others(setup: TestSetup) {
    let app = setup.start().await;
    app.leaves_jobs();
    let owner = app.sign_up_owner().await;
    let path = make(&owner).await;
    let other = app.another_node("two").await;
    assert!(other.app().lines.by_slug("front-desk-hamburg").is_some());
    let mut changes = other.app().lines.changes();
    let app_of_other = other.app();
    let follow = app_of_other.lines.follow();
    owner.delete(&path).await.expect(200);
    // Within a second, by itself.
    tokio::select! {
        () = follow => unreachable!(),
        changed = crate::test_support::soon(changes.changed()) => changed.unwrap(),
    }
    assert!(other.app().lines.by_slug("front-desk-hamburg").is_none());
    text_to_it(&other, "SM1").send().await.expect(404);
}
