//! Reads a JSON object field by field and notes everything that is wrong with it, not only the first.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::FileProblem;

/// One object of a file, at `place` in it.
pub(super) struct Fields<'a> {
    file: &'static str,
    place: String,
    object: Map<String, Value>,
    asked: BTreeSet<&'static str>,
    problems: &'a mut Vec<FileProblem>,
}

impl<'a> Fields<'a> {
    /// The object that a file holds.
    pub(super) fn of_file(
        file: &'static str,
        text: &str,
        problems: &'a mut Vec<FileProblem>,
    ) -> Option<Self> {
        let refused = match serde_json::from_str(text) {
            Ok(Value::Object(object)) => {
                let (place, asked) = (String::new(), BTreeSet::new());
                return Some(Fields { file, place, object, asked, problems });
            }
            Ok(_) => "is not an object: begin it with {".to_owned(),
            Err(error) => format!("is not JSON: {error}"),
        };
        problems.push(FileProblem { file: file.to_owned(), field: None, message: refused });
        None
    }

    /// The object in a field; an empty one if it is left out.
    pub(super) fn inner(&mut self, name: &'static str) -> Fields<'_> {
        let object = match self.take(name) {
            Some(Value::Object(object)) => object,
            None => Map::new(),
            Some(_) => {
                self.refuse(name, "is not an object: write it in { }");
                Map::new()
            }
        };
        let place = format!("{}{name}.", self.place);
        Fields { file: self.file, place, object, asked: BTreeSet::new(), problems: self.problems }
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    pub(super) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        let field = Some(format!("{}{name}", self.place));
        self.problems.push(FileProblem { file: self.file.to_owned(), field, message: message.into() });
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.asked.insert(name);
        self.object.get(name).filter(|value| !value.is_null()).cloned()
    }

    /// A text of at most `max` characters, not empty.
    pub(super) fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let value = self.take(name)?;
        let text = value.as_str().map(str::trim).filter(|text| (1..=max).contains(&text.chars().count()));
        if text.is_none() {
            self.refuse(name, format!("is not a text of 1 to {max} characters"));
        }
        text.map(str::to_owned)
    }

    pub(super) fn needed_text(&mut self, name: &'static str, max: usize) -> String {
        if !self.is_set(name) {
            self.asked.insert(name);
            self.refuse(name, "is missing");
        }
        self.text(name, max).unwrap_or_default()
    }

    /// Texts of at most `max` characters each, at most `count`.
    pub(super) fn texts(&mut self, name: &'static str, count: usize, max: usize) -> Vec<String> {
        let Some(value) = self.take(name) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.refuse(name, "is not a list: write it in [ ]");
            return Vec::new();
        };
        let usable = |text: &&str| (1..=max).contains(&text.trim().chars().count());
        let texts: Vec<String> = items
            .iter()
            .filter_map(|item| item.as_str().filter(usable))
            .map(|t| t.trim().to_owned())
            .collect();
        if texts.len() != items.len() || items.len() > count {
            self.refuse(name, format!("is not a list of at most {count} texts of 1 to {max} characters"));
        }
        texts
    }

    /// A whole number within `range`; `default` if it is left out.
    pub(super) fn number(&mut self, name: &'static str, default: u64, range: RangeInclusive<u64>) -> u64 {
        self.optional_number(name, range).unwrap_or(default)
    }

    pub(super) fn optional_number(&mut self, name: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.take(name)?;
        let number = value.as_u64().filter(|number| range.contains(number));
        self.told(name, number, "a whole number", &range)
    }

    /// A number, with decimals if need be, within `range`.
    pub(super) fn decimal(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.take(name)?;
        let number = value.as_f64().filter(|number| range.contains(number));
        self.told(name, number, "a number", &range)
    }

    fn told<T: Display>(
        &mut self,
        name: &str,
        number: Option<T>,
        what: &str,
        range: &RangeInclusive<T>,
    ) -> Option<T> {
        if number.is_none() {
            self.refuse(name, format!("is not {what} from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// Refuses what was not asked for: a misspelt limit is no limit.
    pub(super) fn end(mut self) {
        let known: Vec<&str> = self.asked.iter().copied().collect();
        let unknown: Vec<String> =
            self.object.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            let name: String = name.chars().take(60).collect();
            self.refuse(&name, format!("is not known here; there are {}", known.join(", ")));
        }
    }
}
