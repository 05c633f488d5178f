//! Places for values in approved templates: `{{1}}`, `{{2}}` or a name (Twilio, Content API, "variables").

use std::collections::BTreeMap;

/// The names in `text`, each once, in the order they stand there.
pub fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, name) in pieces(text) {
        if let Some(name) = name.filter(|name| !names.iter().any(|known| known == name)) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The text with its values.
///
/// # Errors
/// The names that have no value, or an empty one.
pub fn fill(text: &str, values: &BTreeMap<String, String>) -> Result<String, Vec<String>> {
    let value = |name: &str| values.get(name).map(String::as_str).filter(|value| !value.trim().is_empty());
    let missing: Vec<String> = names(text).into_iter().filter(|name| value(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(pieces(text)
        .map(|(before, name)| [before, name.and_then(value).unwrap_or_default()].concat())
        .collect())
}

/// What stands before each place, and its name; the last piece has none.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut from = 0;
        while let Some(start) = text[from..].find("{{").map(|at| from + at) {
            let Some(end) = text[start..].find("}}").map(|at| start + at) else { break };
            let name = text[start + 2..end].trim();
            if is_name(name) {
                rest = Some(&text[end + 2..]);
                return Some((&text[..start], Some(name)));
            }
            from = start + 2;
        }
        rest = None;
        Some((text, None))
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_place_gets_its_value() {
        let text = "Hi {{1}}, see you {{ 2 }}. {{1}}, bye";
        assert_eq!(names(text), ["1", "2"]);
        let filled = fill(text, &values(&[("1", "Ana"), ("2", "Tuesday {{1}}")]));
        assert_eq!(filled.unwrap(), "Hi Ana, see you Tuesday {{1}}. Ana, bye");
    }

    #[test]
    fn what_is_missing_or_empty_is_named() {
        assert_eq!(fill("{{1}} {{when}}", &values(&[("1", " ")])), Err(vec!["1".into(), "when".into()]));
    }

    #[test]
    fn what_is_no_place_stays() {
        for text in ["{{", "}}", "{{a b}}", "{{}}", "{1}", "{{{}}}", ""] {
            assert_eq!(fill(text, &BTreeMap::new()).as_deref(), Ok(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_nothing_but_its_places_changes(text in "[{}a1 é]{0,40}") {
            let filled = fill(&text, &names(&text).into_iter().map(|name| (name, "V".to_owned())).collect());
            prop_assert!(filled.is_ok());
            if names(&text).is_empty() { prop_assert_eq!(filled.unwrap(), text); }
        }
    }
}
