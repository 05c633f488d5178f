//! A template is written, changed, taken out of use and back (C1).

use futures::future::join_all;
use serde_json::{Value, json};

use super::{archive, created, fields, greeting, reminder};
use crate::test_support::{Client, TestSetup, id, on_both_engines, text};

on_both_engines![
    a_template_is_kept_as_it_was_written,
    other_words_make_a_version_and_the_old_ones_stay,
    changes_at_the_same_moment_are_all_kept,
    a_name_is_used_once_among_those_in_use,
    archived_templates_are_out_of_the_way_until_they_come_back,
    every_mistake_is_named_at_once,
    too_much_of_anything_is_refused,
    what_is_unknown_is_not_found,
];

async fn names(owner: &Client, query: &str) -> Vec<String> {
    let list = owner.get(&format!("/api/templates?{query}")).await.expect(200);
    list["items"].as_array().unwrap().iter().map(|item| text(&item["name"]).to_owned()).collect()
}

async fn a_template_is_kept_as_it_was_written(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let mut written = reminder();
    written["name"] = json!("  Reminder ");
    let template = owner.post("/api/templates", written).await.expect(201);
    assert_eq!((text(&template["name"]), text(&template["purpose"])), ("Reminder", "transactional"));
    assert_eq!((&template["version"], &template["archived"]), (&json!(1), &json!(false)));
    assert_eq!(template["variants"], reminder()["variants"]);
    let label = |number: usize| text(&template["variables"][number]["label"]);
    assert_eq!((label(0), label(1)), ("what", "Day of the visit"), "a label is the name unless given");
    assert_eq!(template["updated_by"], "Ada");
    let path = format!("/api/templates/{}", id(&template));
    assert_eq!(owner.get(&path).await.expect(200), template);

    created(&owner, greeting()).await;
    assert_eq!(names(&owner, "").await, ["Greeting", "Reminder"]);
    assert_eq!(names(&owner, "q=MIND").await, ["Reminder"]);
    assert!(names(&owner, "q=%25").await.is_empty());
}

/// What was sent can always be traced to its words.
async fn other_words_make_a_version_and_the_old_ones_stay(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let path = format!("/api/templates/{}", created(&owner, greeting()).await);
    let renamed = json!({ "name": "Hello", "purpose": "marketing", "variants": greeting()["variants"] });
    let renamed = owner.patch(&path, renamed).await.expect(200);
    assert_eq!((&renamed["version"], text(&renamed["name"])), (&json!(1), "Hello"), "its words are the same");
    assert_eq!(text(&renamed["purpose"]), "marketing");

    let agent = app.member(&owner, "agent").await;
    let variants = json!([{ "name": "only", "weight": 1, "bodies": { "*": "Hello {{who|you}}" } }]);
    owner.patch(&path, json!({ "variants": variants })).await.problem(422, "invalid");
    let who = json!({ "variants": variants, "variables": [{ "name": "who" }] });
    let changed = agent.patch(&path, who).await.expect(200);
    assert_eq!((&changed["version"], &changed["variants"]), (&json!(2), &variants));

    let versions = owner.get(&format!("{path}/versions")).await.expect(200);
    let numbers: Vec<&Value> =
        versions["items"].as_array().unwrap().iter().map(|item| &item["version"]).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(versions["items"][1]["variants"], greeting()["variants"]);
    assert_eq!(text(&versions["items"][1]["by"]), "Ada");
}

async fn changes_at_the_same_moment_are_all_kept(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let path = format!("/api/templates/{}", created(&owner, greeting()).await);
    let change = |number: usize| {
        let bodies = json!({ "*": format!("Hello number {number}") });
        let variants = json!({ "variants": [{ "name": "only", "weight": 1, "bodies": bodies }] });
        owner.patch(&path, variants)
    };
    let client = &change;
    for answer in join_all((0..8).map(client)).await {
        answer.expect(200);
    }
    let versions = owner.get(&format!("{path}/versions")).await.expect(200);
    assert_eq!(versions["items"].as_array().unwrap().len(), 9);
    assert_eq!(owner.get(&path).await.expect(200)["version"], 9);
}

async fn a_name_is_used_once_among_those_in_use(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let first = created(&owner, greeting()).await;
    let taken = owner.post("/api/templates", greeting()).await.problem(409, "template_exists");
    assert_eq!((text(&taken["existing_id"]), text(&taken["field"])), (first.as_str(), "name"));
    let other = created(&owner, reminder()).await;
    let rename = json!({ "name": "Greeting" });
    let path = format!("/api/templates/{other}");
    let taken = owner.patch(&path, rename).await.problem(409, "template_exists");
    assert_eq!(text(&taken["existing_id"]), first);

    archive(&owner, &first).await.expect(204);
    let second = created(&owner, greeting()).await;
    let back = owner.post(&format!("/api/templates/{first}/restore"), json!({})).await;
    assert_eq!(text(&back.problem(409, "template_exists")["existing_id"]), second);
}

async fn archived_templates_are_out_of_the_way_until_they_come_back(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let template = created(&owner, greeting()).await;
    let path = format!("/api/templates/{template}");
    archive(&owner, &template).await.expect(204);
    archive(&owner, &template).await.expect(204);
    assert!(names(&owner, "").await.is_empty());
    assert_eq!(names(&owner, "archived=true").await, ["Greeting"]);
    assert_eq!(owner.get(&path).await.expect(200)["archived"], true);
    owner.patch(&path, json!({ "name": "Hello" })).await.problem(409, "archived");

    let back = owner.post(&format!("{path}/restore"), json!({})).await.expect(200);
    assert_eq!((&back["archived"], &back["version"]), (&json!(false), &json!(1)));
    assert_eq!(names(&owner, "").await, ["Greeting"]);
    assert!(names(&owner, "archived=true").await.is_empty());
}

async fn every_mistake_is_named_at_once(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let wrong = json!({
        "name": " ",
        "purpose": "reply",
        "variants": [
            { "name": "A", "weight": 0, "bodies": { "*": "Hi {{nmae}}", "sms": "Hi {{name" } },
            { "name": "A", "weight": 0, "bodies": { "*": "  ", "pigeon": "Coo" } },
            { "name": "", "weight": 0, "bodies": {} },
        ],
        "variables": [
            { "name": "name" },
            { "name": "name" },
            { "name": "first name" },
            { "name": "contact.name" },
            { "name": "sum", "format": "money dollars" },
        ],
    });
    let problem = owner.post("/api/templates", wrong).await.problem(422, "invalid");
    assert_eq!(
        fields(&problem),
        [
            "name",
            "variants",
            "variants.1.name",
            "variants.2.name",
            "variables.1.name",
            "variables.2.name",
            "variables.3.name",
            "variables.4.format",
            "variants.0.bodies.*",
            "variants.0.bodies.sms",
            "variants.1.bodies.pigeon",
            "variants.1.bodies.*",
            "variants.2.bodies.*",
        ]
    );
    let message = |number: usize| text(&problem["errors"][number]["message"]);
    assert!(message(8).contains("{{nmae}} is neither declared nor built in"), "{}", message(8));
    assert!(message(9).starts_with("Line 1, column 4"), "{}", message(9));
    assert!(names(&owner, "").await.is_empty());
}

async fn too_much_of_anything_is_refused(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let variants = |count: usize| -> Value {
        (0..count).map(|n| json!({ "name": n.to_string(), "weight": n, "bodies": { "*": "Hi" } })).collect()
    };
    let variables =
        |count: usize| -> Value { (0..count).map(|n| json!({ "name": n.to_string() })).collect() };
    let attempt = |field: &str, value: Value| {
        let mut template = greeting();
        template[field] = value;
        owner.post("/api/templates", template)
    };
    let long = "x".repeat(101);
    for (field, value, named) in [
        ("variants", variants(0), "variants"),
        ("variants", variants(21), "variants"),
        ("variables", variables(51), "variables"),
        ("name", json!(long), "name"),
        ("name", json!("two\nlines"), "name"),
        ("variants", json!([{ "name": "A", "weight": 1001, "bodies": { "*": "Hi" } }]), "variants.0.weight"),
        (
            "variants",
            json!([{ "name": "A", "weight": 1, "bodies": { "*": "x".repeat(10_001) } }]),
            "variants.0.bodies.*",
        ),
        ("variables", json!([{ "name": "a", "label": long }]), "variables.0.label"),
        ("variables", json!([{ "name": "a", "default": "x".repeat(2_001) }]), "variables.0.default"),
        ("variables", json!([{ "name": "a", "example": "x".repeat(501) }]), "variables.0.example"),
    ] {
        let problem = attempt(field, value).await.problem(422, "invalid");
        assert!(fields(&problem).contains(&named), "{named}: {problem}");
    }
    for misspelt in [json!([{ "name": "a", "defualt": "b" }]), json!([{ "label": "no name" }])] {
        attempt("variables", misspelt).await.problem(422, "invalid");
    }
    attempt("purpose", json!("fun")).await.problem(422, "invalid");
    attempt("variants", variants(20)).await.expect(201);
}

async fn what_is_unknown_is_not_found(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    let path = "/api/templates/00000000-0000-7000-8000-000000000000";
    for part in ["", "/versions", "/results"] {
        owner.get(&format!("{path}{part}")).await.problem(404, "not_found");
    }
    owner.patch(path, json!({ "name": "Hello" })).await.problem(404, "not_found");
    owner.post(&format!("{path}/restore"), json!({})).await.problem(404, "not_found");
    archive(&owner, path.rsplit('/').next().unwrap()).await.problem(404, "not_found");
}
