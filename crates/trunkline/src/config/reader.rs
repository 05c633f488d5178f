//! Reads settings one by one, notes what is wrong with them, and knows in the end what nobody asked for.

use std::collections::BTreeSet;

use super::names::{TELNYX, TWILIO};
use super::parse::Parsed;
use super::problem::{Problem, Refusal};
use super::sources::{ALIASES, Given, Sources};

/// Variables with our prefix that are no settings: where the file is, and what the test suite passes around.
const NOT_SETTINGS: [&str; 4] = ["TRUNKLINE_CONFIG", "TRUNKLINE_TEST_", "TRUNKLINE_BIN", "TRUNKLINE_SPECS"];

/// A value and where it was found.
struct Found {
    given: Given,
    place: String,
}

pub(super) struct Reader<'a> {
    sources: &'a Sources,
    problems: Vec<Problem>,
    asked: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(sources: &'a Sources, problems: Vec<Problem>) -> Self {
        Reader { sources, problems, asked: BTreeSet::new() }
    }

    /// The setting, or `None` if it is not set or cannot be used, which is then noted.
    pub(super) fn optional<T>(&mut self, key: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        let found = self.find(key)?;
        self.parsed(&found, parse, true)
    }

    /// Like [`Reader::optional`]; the value is never shown.
    pub(super) fn hidden<T>(&mut self, key: &str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        let found = self.find(key)?;
        self.parsed(&found, parse, false)
    }

    pub(super) fn or<T>(&mut self, key: &str, default: T, parse: impl Fn(&str) -> Parsed<T>) -> T {
        self.optional(key, parse).unwrap_or(default)
    }

    /// A list: an array in the file, text with commas elsewhere.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        default: Vec<T>,
        parse: impl Fn(&str) -> Parsed<T>,
    ) -> Vec<T> {
        let Some(Found { given, place }) = self.find(key) else { return default };
        let items = match given {
            Given::Many(items) => items,
            Given::One(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
        };
        let given: Vec<Found> =
            items.into_iter().map(|item| Found { given: Given::One(item), place: place.clone() }).collect();
        given.iter().filter_map(|item| self.parsed(item, &parse, true)).collect()
    }

    /// The provider whose customary variables are set; Twilio if there are none.
    pub(super) fn usual_provider(&self) -> &'static str {
        if self.sources.has_alias_of(TELNYX) && !self.sources.has_alias_of(TWILIO) { TELNYX } else { TWILIO }
    }

    /// Whether the setting is there, right or wrong.
    pub(super) fn is_set(&mut self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Every key that was asked for so far.
    #[cfg(test)]
    pub(super) fn asked(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(String::as_str)
    }

    /// Notes that something is wrong that has to do with more than one setting.
    pub(super) fn refuse(&mut self, key: &str, refusal: Refusal) {
        let Refusal { message, hint } = refusal;
        self.problems.push(Problem { key: key.to_owned(), value_shown: None, message, hint });
    }

    /// Everything that was noted, and every setting that is there but was not asked for.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        let keys: Vec<&str> = self.asked.iter().map(String::as_str).collect();
        let aliases = ALIASES.iter().map(|(alias, _)| (*alias).to_owned());
        let names: Vec<String> = keys.iter().map(|key| variable(key)).chain(aliases).collect();
        for key in self.sources.file.keys().filter(|key| !self.asked.contains(*key)) {
            let place = format!("{key} (in {})", self.sources.file_name);
            self.problems.push(unknown(place, nearest(key, keys.iter().copied())));
        }
        let variables = self.sources.variables.iter().filter(|(name, text)| is_meant_for_us(name, text));
        for (name, _) in variables.filter(|(name, _)| !names.contains(name)) {
            self.problems.push(unknown(name.clone(), nearest(name, names.iter().map(String::as_str))));
        }
        self.problems
    }

    /// The value of highest rank: argument, variable, alias, file.
    fn find(&mut self, key: &str) -> Option<Found> {
        self.asked.insert(key.to_owned());
        if let Some(text) = self.sources.arguments.get(key) {
            return Some(Found {
                given: Given::One(text.clone()),
                place: format!("{key} (from the command line)"),
            });
        }
        let aliases = ALIASES.iter().filter(|(_, of)| *of == key).map(|(alias, _)| (*alias).to_owned());
        for name in std::iter::once(variable(key)).chain(aliases) {
            if let Some(text) = self.sources.variables.get(&name) {
                let given = Given::One(translated(&name, text));
                return Some(Found { given, place: format!("{key} (from {name})") });
            }
        }
        let given = self.sources.file.get(key)?.clone();
        Some(Found { given, place: format!("{key} (in {})", self.sources.file_name) })
    }

    fn parsed<T>(&mut self, found: &Found, parse: impl Fn(&str) -> Parsed<T>, show: bool) -> Option<T> {
        let Given::One(text) = &found.given else {
            let refusal = Refusal::new("is a list, but takes one value", "");
            self.problems.push(told(found, None, refusal));
            return None;
        };
        let refusal = match parse(text) {
            Ok(value) => return Some(value),
            Err(refusal) => refusal,
        };
        let shown = if show { shown(text) } else { "(hidden)".to_owned() };
        self.problems.push(told(found, Some(shown), refusal));
        None
    }
}

fn told(found: &Found, value_shown: Option<String>, Refusal { message, hint }: Refusal) -> Problem {
    Problem { key: found.place.clone(), value_shown, message, hint }
}

/// The beginning of a value; an address with a user or a password in it is not shown at all.
fn shown(text: &str) -> String {
    if text.contains('@') {
        return "(hidden)".to_owned();
    }
    let start: String = text.chars().take(80).collect();
    format!("{start:?}")
}

/// `server.base_url` is `TRUNKLINE_SERVER_BASE_URL`.
pub(super) fn variable(key: &str) -> String {
    format!("TRUNKLINE_{}", key.to_ascii_uppercase().replace(['.', '-'], "_"))
}

/// Whether a variable looks like a setting of ours. Kubernetes sets `TRUNKLINE_SERVICE_HOST`,
/// `TRUNKLINE_PORT=tcp://…` and more beside every service by the name of `trunkline` (Kubernetes, "Service",
/// "Environment variables"); they must not keep us from starting.
fn is_meant_for_us(name: &str, text: &str) -> bool {
    let kubernetes = name.starts_with("TRUNKLINE_SERVICE_")
        || name.starts_with("TRUNKLINE_PORT_")
        || (name == "TRUNKLINE_PORT" && text.contains("://"));
    name.starts_with("TRUNKLINE_")
        && !kubernetes
        && !NOT_SETTINGS.iter().any(|prefix| name.starts_with(prefix))
}

/// Hosting platforms say only the port, and reach it from outside.
fn translated(name: &str, text: &str) -> String {
    match text.parse::<u16>() {
        Ok(port) if name == "PORT" => format!("0.0.0.0:{port}"),
        _ => text.to_owned(),
    }
}

/// The value is not shown: a misspelt secret is one all the same.
fn unknown(place: String, nearest: Option<&str>) -> Problem {
    let hint = nearest.map_or_else(
        || "trunkline.example.toml has all settings.".to_owned(),
        |nearest| format!("Did you mean {nearest}?"),
    );
    Problem { key: place, value_shown: None, message: "there is no such setting".to_owned(), hint }
}

/// The known name that differs in the fewest letters, if it is few enough for a typing error.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (distance, nearest) = known.map(|candidate| (distance(name, candidate), candidate)).min()?;
    (distance <= 2.max(name.len() / 5)).then_some(nearest)
}

/// How many letters must be added, left out or replaced to make `a` into `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, other) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        for (a, b, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("é", "e", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_typing_error_is_recognised_and_another_word_is_not() {
        let known = ["server.listen", "server.base_url", "log.level"];
        assert_eq!(nearest("server.lisen", known.into_iter()), Some("server.listen"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}
