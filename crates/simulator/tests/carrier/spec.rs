//! Answers compared with Twilio's published description of its API.

use std::path::PathBuf;

use serde_json::Value;

/// The older API and, in a file of its own, the one of messaging services.
const MAIN: &str = "twilio_api_v2010.trimmed.json";
const MESSAGING: &str = "twilio_messaging_v1.json";

/// A file below `TRUNKLINE_SPECS`, or beside the repository.
fn description(file: &str) -> Value {
    let folder = std::env::var_os("TRUNKLINE_SPECS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs")),
        PathBuf::from,
    );
    let path = folder.join("twilio").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; set TRUNKLINE_SPECS to the folder of the API descriptions", path.display())
    });
    serde_json::from_str(&text).unwrap()
}

/// Checks that `value` has exactly the fields of the named schema, each of a type it allows.
pub(crate) fn assert_schema(name: &str, value: &Value) {
    let description = description(if name.starts_with("messaging.v1.") { MESSAGING } else { MAIN });
    let schemas = &description["components"]["schemas"];
    assert_object(schemas, &schemas[name], value, name);
}

/// Checks a page of the list at `path`.
pub(crate) fn assert_list(path: &str, value: &Value) {
    let description = description(MAIN);
    let answer = &description["paths"][path]["get"]["responses"]["200"];
    let schema = &answer["content"]["application/json"]["schema"];
    assert_object(&description["components"]["schemas"], schema, value, path);
}

fn assert_object(schemas: &Value, schema: &Value, value: &Value, place: &str) {
    let fields = schema["properties"].as_object().unwrap_or_else(|| panic!("no schema for {place}"));
    let value = value.as_object().unwrap_or_else(|| panic!("{place} is no object"));
    let mut expected: Vec<_> = fields.keys().collect();
    let mut found: Vec<_> = value.keys().collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "fields of {place}");
    for (name, schema) in fields {
        assert_field(schemas, schema, &value[name], &format!("{place}.{name}"));
    }
}

fn assert_field(schemas: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return assert_field(schemas, &schemas[name], value, place);
    }
    if value.is_null() {
        return assert_eq!(schema["nullable"], true, "{place} may not be null");
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value} is not one of {values:?}");
    }
    match schema["type"].as_str() {
        Some("string") => assert_text(schema, value, place),
        Some("integer") => assert!(value.is_i64() || value.is_u64(), "{place}: {value}"),
        Some("boolean") => assert!(value.is_boolean(), "{place}: {value}"),
        Some("array") => {
            for (index, item) in value.as_array().unwrap().iter().enumerate() {
                let name = schema["items"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                assert_object(schemas, &schemas[name], item, &format!("{place}[{index}]"));
            }
        }
        Some("object") => assert!(value.is_object(), "{place}: {value}"),
        other => panic!("{place}: type {other:?} is not expected in the description"),
    }
}

fn assert_text(schema: &Value, value: &Value, place: &str) {
    let text = value.as_str().unwrap_or_else(|| panic!("{place}: {value} is no text"));
    if schema["format"] == "date-time-rfc-2822" {
        let parsed = jiff::fmt::rfc2822::parse(text).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(text.ends_with(" +0000") && parsed.timestamp().as_second() > 0, "{place}: {text}");
    }
    if schema["format"] == "date-time" {
        let parsed: jiff::Timestamp = text.parse().unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(text.ends_with('Z') && parsed.as_second() > 0, "{place}: {text}");
    }
    // All patterns in use are a prefix of two letters, or two of them, and 32 hexadecimal digits.
    // The published examples leave some of them empty.
    if let Some(pattern) = schema["pattern"].as_str().filter(|_| !text.is_empty()) {
        let (prefix, digits) = text.split_at(2);
        assert!(pattern.contains(prefix), "{place}: {text} is not {pattern}");
        assert!(digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{place}: {text}");
    }
}
