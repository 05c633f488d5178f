//! Personas as their authors meet them: files, and what is said about mistakes (A5).

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;

use super::*;

/// A Tuesday, one in the afternoon in New York.
const NOW: Timestamp = Timestamp::from_secs(1_793_728_800);

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn persona(&self, slug: &str, definition: &Value) -> &Self {
        self.write(&format!("{slug}/persona.json"), &definition.to_string());
        self.write(&format!("{slug}/soul.md"), "You are kind.")
    }

    fn open(&self) -> Catalog {
        Catalog::open(self.0.path().to_owned(), vec!["main".into(), "second".into()])
    }

    /// The places and words of what is wrong with the one persona.
    fn problems(&self) -> Vec<String> {
        let entries = self.open().entries();
        assert_eq!(entries.len(), 1);
        entries[0].problems.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn the_samples_are_good() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../personas");
    let catalog = Catalog::open(folder, vec!["main".into()]);
    let entries = catalog.entries();
    assert_eq!(entries.len(), 3);
    for entry in entries.iter() {
        assert_eq!(entry.problems, [], "{}", entry.slug);
        assert!(
            answering(&entries, "main", NOW).is_none(),
            "a sample must answer nobody until it is given a line"
        );
    }
}

#[test]
fn the_documentation_names_every_field() {
    let guide = include_str!("../../../../../docs/personas.md");
    let folder = Folder::new();
    folder.persona(
        "a",
        &json!({ "x": 1, "limits": { "x": 1 }, "memory": { "x": 1 }, "hand_over": { "x": 1 },
        "price": { "x": 1 }, "hours": { "x": 1 } }),
    );
    let told = folder.problems().join("\n");
    let fields: Vec<&str> = told
        .lines()
        .filter_map(|line| Some(line.split_once("there are ")?.1))
        .flat_map(|all| all.split(", "))
        .collect();
    assert!(fields.len() > 25, "{told}");
    for field in fields {
        assert!(guide.contains(&format!("`{field}`")), "docs/personas.md does not describe {field}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let folder = Folder::new();
    let definition = json!({
        "name": "", "model": 5, "temperature": 3, "max_tokens": 1.5, "lines": ["mian"], "tools": ["fly"],
        "hours": { "time_zone": "Mars", "days": ["mon", "someday"], "from": "8", "to": "25:00" },
        "limits": { "reply_characters": 5000, "tokens_per_dya": 5 }, "memory": [], "wait_second": 2,
    });
    folder.persona("a", &definition).write("a/soul.txt", "x").write("a/knowledge/prices.pdf", "x");
    let told = folder.problems();
    let places: Vec<&str> = told.iter().map(|problem| problem.split_once(": ").unwrap().0).collect();
    let expected = [
        "knowledge/prices.pdf",
        "soul.txt",
        "persona.json, name",
        "persona.json, model",
        "persona.json, temperature",
        "persona.json, max_tokens",
        "persona.json, lines",
        "persona.json, hours.time_zone",
        "persona.json, hours.days",
        "persona.json, hours.from",
        "persona.json, hours.to",
        "persona.json, tools",
        "persona.json, limits.reply_characters",
        "persona.json, limits.tokens_per_dya",
        "persona.json, memory",
        "persona.json, wait_second",
    ];
    assert_eq!(places, expected, "{told:#?}");
}

#[test]
fn files_that_cannot_be_read_are_told() {
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("persona.json", b"{".to_vec(), "persona.json: is not JSON"),
        ("persona.json", b"[]".to_vec(), "persona.json: is not an object"),
        ("persona.json", b"".to_vec(), "persona.json: is empty"),
        ("soul.md", vec![0xff], "soul.md: is not UTF-8"),
        ("soul.md", vec![b'a'; 70_000], "soul.md: is longer than 65536 bytes"),
        ("soul.md", b" \n".to_vec(), "soul.md: is empty"),
    ];
    for (name, bytes, expected) in cases {
        let folder = Folder::new();
        folder.persona("a", &json!({ "name": "A" }));
        fs::write(folder.0.path().join("a").join(name), bytes).unwrap();
        let told = folder.problems();
        assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    }
}

#[test]
fn a_folder_without_its_files_or_with_a_name_for_nobody_is_told() {
    let folder = Folder::new();
    folder.write("Front Desk/notes.md", "x").write("_old/persona.json", "{");
    let told = folder.problems();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.iter().any(|problem| problem.starts_with("persona.json: is missing")));
    assert!(told.iter().any(|problem| problem.starts_with("soul.md: is missing")));
    assert!(told.iter().any(|problem| problem.starts_with("notes.md: is not read")));
    assert!(told.iter().any(|problem| problem.contains("not a short name")));
}

#[tokio::test]
async fn a_change_is_seen_and_a_broken_one_keeps_what_was_good() {
    let folder = Folder::new();
    let catalog = folder.persona("a", &json!({ "name": "Ann", "lines": ["main"] })).open();
    let name = |entries: &[Entry]| answering(entries, "main", NOW).map(|persona| persona.name.clone());
    assert_eq!(name(&catalog.entries()).as_deref(), Some("Ann"));

    folder.persona("a", &json!({ "name": "Annabel", "lines": ["main"] }));
    let entries = catalog.refreshed().await.unwrap();
    assert_eq!(name(&entries).as_deref(), Some("Annabel"));

    folder.write("a/persona.json", "{ this is being written");
    let entries = catalog.refreshed().await.unwrap();
    assert_eq!(name(&entries).as_deref(), Some("Annabel"));
    assert_eq!(entries[0].problems.len(), 1);

    fs::remove_dir_all(folder.0.path().join("a")).unwrap();
    assert_eq!(name(&catalog.refreshed().await.unwrap()), None);
}

#[test]
fn a_persona_answers_on_its_lines_within_its_hours() {
    let hours = |days: Value, from: &str, to: &str| {
        json!({ "name": "A", "lines": ["main"],
            "hours": { "time_zone": "America/New_York", "days": days, "from": from, "to": to } })
    };
    // It is a Tuesday, 13:00 there.
    let cases = [
        (hours(json!(["tue"]), "09:00", "17:00"), true),
        (hours(json!(["tue"]), "13:00", "13:01"), true),
        (hours(json!(["tue"]), "09:00", "13:00"), false),
        (hours(json!(["mon"]), "09:00", "17:00"), false),
        (hours(json!(["mon"]), "20:00", "14:00"), true),
        (hours(json!(["tue"]), "20:00", "14:00"), false),
        (hours(json!(["tue"]), "00:00", "00:00"), true),
        (json!({ "name": "A", "lines": ["*"] }), true),
        (json!({ "name": "A", "lines": ["second"] }), false),
        (json!({ "name": "A" }), false),
    ];
    for (definition, expected) in cases {
        let folder = Folder::new();
        let entries = folder.persona("a", &definition).open().entries();
        assert_eq!(entries[0].problems, [], "{definition}");
        assert_eq!(answering(&entries, "main", NOW).is_some(), expected, "{definition}");
    }
}
