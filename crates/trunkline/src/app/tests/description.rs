//! The description of the API is served as it is, and a change of it is seen in review (E9).

use std::path::Path;

use super::{description, operations};
use crate::test_support::{TestSetup, on_both_engines};

on_both_engines![the_description_is_served_as_it_is];

async fn the_description_is_served_as_it_is(setup: TestSetup) {
    let app = setup.start().await;
    let answer = app.visitor().get("/api/openapi.json").await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.expect(200), description());
}

/// `UPDATE_SNAPSHOTS=1 cargo test` writes it anew.
#[test]
fn the_description_is_the_one_in_the_repository() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let described = crate::app::describe().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &described).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == described,
        "docs/openapi.json is stale: run UPDATE_SNAPSHOTS=1 cargo test, and look at the diff"
    );
}

#[test]
fn every_operation_says_what_it_does_and_what_can_go_wrong() {
    for operation in operations() {
        let (name, described) = (operation.name(), &operation.described);
        assert!(described["summary"].as_str().is_some_and(|text| text.len() > 5), "{name} has no summary");
        assert!(described["operationId"].is_string() && described["tags"].is_array(), "{name}");
        let responses = described["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            let content =
                response["content"].as_object().unwrap_or_else(|| panic!("{name} {status} has no body"));
            assert!(
                content.contains_key("application/problem+json"),
                "{name} {status} is no problem document"
            );
        }
    }
}
