//! The client of language models against a server that is slow and faulty on demand (A5).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod model;

use std::time::Duration;

use serde_json::json;
use trunkline_domain::ambient::{Ambient, ManualClock, SeededEntropy};
use trunkline_domain::backoff::Backoff;
use trunkline_domain::error_class::ErrorClass;
use trunkline_providers::Secret;
use trunkline_providers::llm::{Chat, ChatMessage, Finish, Llm, Patience, Role, Tool, Usage};
use trunkline_providers::transport::http_client_builder;

use model::{Model, Turn, error, hello, piece, stream};

const KEY: &str = "sk-secret-key";
const LONG: Duration = Duration::from_secs(30);

fn llm(model: &Model) -> Llm {
    let http = http_client_builder().no_proxy().build().unwrap();
    Llm::new(http, &format!("{}/v1/", model.base_url), Some(Secret::new(KEY)))
}

fn chat() -> Chat {
    Chat {
        model: "test/model".into(),
        messages: vec![ChatMessage::new(Role::System, "Be kind."), ChatMessage::new(Role::User, "Hi")],
        temperature: Some(0.5),
        max_tokens: 100,
        tools: Vec::new(),
    }
}

fn ambient() -> Ambient {
    Ambient::new(std::sync::Arc::new(ManualClock::default()), std::sync::Arc::new(SeededEntropy::new(1)))
}

fn patience(budget: Duration) -> Patience {
    let base = Duration::from_millis(1);
    Patience { budget, tries: 4, backoff: Backoff { base, factor: 2.0, max: base, jitter: 0.0 } }
}

#[tokio::test]
async fn an_answer_comes_in_pieces_and_is_put_together() {
    let model = Model::start([hello()]).await;
    let tool = Tool { name: "tag", description: "Tags.", parameters: json!({ "type": "object" }) };
    let asked = Chat { tools: vec![tool], ..chat() };
    let answer = llm(&model).once(&asked, LONG).await.unwrap();
    assert_eq!((answer.content.as_str(), answer.finish), ("Hello there", Finish::Stop));
    assert_eq!(answer.usage, Some(Usage { prompt_tokens: 11, completion_tokens: 3 }));

    let seen = model.seen();
    assert_eq!(seen[0].path, "/v1/chat/completions");
    assert_eq!(seen[0].authorization.as_deref(), Some("Bearer sk-secret-key"));
    assert_eq!(
        seen[0].body,
        json!({ "model": "test/model", "max_tokens": 100, "temperature": 0.5, "stream": true,
            "stream_options": { "include_usage": true },
            "messages": [{ "role": "system", "content": "Be kind." }, { "role": "user", "content": "Hi" }],
            "tools": [{ "type": "function", "function":
                { "name": "tag", "description": "Tags.", "parameters": { "type": "object" } } }] })
    );
}

#[tokio::test]
async fn what_passes_is_tried_again_and_the_rest_is_not() {
    let passing = [
        Turn::Json(429, error(429, "slow down"), None),
        Turn::Json(503, error(503, "no provider"), None),
        Turn::Stream(stream(&[piece("Hel"), error(502, "provider went away")])),
        hello(),
    ];
    let model = Model::start(passing).await;
    let asked = llm(&model).ask(&chat(), &patience(LONG), &ambient()).await;
    assert_eq!(asked.outcome.unwrap().content, "Hello there");
    assert_eq!((model.seen().len(), asked.lost), (4, 1));

    let lasting = [(401, ErrorClass::Account), (402, ErrorClass::Account), (404, ErrorClass::Misconfigured)];
    for (status, class) in lasting {
        let model = Model::start([Turn::Json(status, error(status, "no"), None), hello()]).await;
        let asked = llm(&model).ask(&chat(), &patience(LONG), &ambient()).await;
        assert_eq!((asked.outcome.unwrap_err().class, model.seen().len()), (class, 1), "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let cases = [
        Turn::Stream(stream(&[piece("Hel")])),
        Turn::Stream("data: {\"choices\"".into()),
        Turn::Stream(String::new()),
        Turn::Broken(stream(&[piece("Hel")])),
        Turn::Stream(format!("data: {}", "x".repeat(2_000_000))),
        Turn::Json(200, error(502, "bad gateway"), None),
        Turn::Json(200, json!({ "choices": [] }), None),
        Turn::Json(500, json!("no object"), None),
    ];
    for turn in cases {
        let model = Model::start([turn]).await;
        let error = llm(&model).once(&chat(), LONG).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Retry, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_stream_is_understood() {
    let whole = json!({ "choices": [{ "message": { "content": "Hi" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 2 } });
    let model = Model::start([Turn::Json(200, whole, None)]).await;
    assert_eq!(llm(&model).once(&chat(), LONG).await.unwrap().content, "Hi");
}

#[tokio::test]
async fn the_time_budget_ends_an_answer_that_never_ends() {
    for turn in [Turn::Silent, Turn::Endless] {
        let model = Model::start([turn]).await;
        let error = llm(&model).once(&chat(), Duration::from_millis(200)).await.unwrap_err();
        assert_eq!((error.class, error.had_begun), (ErrorClass::Retry, true));
    }
}

#[tokio::test]
async fn a_wait_that_is_longer_than_the_budget_is_not_begun() {
    let model = Model::start([Turn::Json(429, error(429, "later"), Some("3600")), hello()]).await;
    let asked = llm(&model).ask(&chat(), &patience(LONG), &ambient()).await;
    let error = asked.outcome.unwrap_err();
    assert_eq!((error.class, error.retry_after), (ErrorClass::Throttled, Some(Duration::from_secs(3_600))));
    assert_eq!((model.seen().len(), asked.lost), (1, 0));
}

#[tokio::test]
async fn nobody_there_is_passing_and_costs_nothing() {
    let http = http_client_builder().no_proxy().build().unwrap();
    let llm = Llm::new(http, "http://127.0.0.1:1/v1", None);
    let error = llm.once(&chat(), LONG).await.unwrap_err();
    assert_eq!((error.class, error.had_begun), (ErrorClass::Retry, false));
}

#[tokio::test]
async fn a_key_that_is_repeated_to_us_is_not_shown() {
    let told = format!("Incorrect API key provided: {KEY}");
    let model = Model::start([Turn::Json(401, error(401, &told), None)]).await;
    let llm = llm(&model);
    let error = llm.once(&chat(), LONG).await.unwrap_err();
    assert!(!format!("{error} {error:?} {llm:?}").contains(KEY), "{error}");
}
