//! Message templates: text with named places for values.
//!
//! `{{name}}` is replaced by a value, `{{name|there}}` by a default when there is none, `{{name:title}}`
//! by the value in a [`Format`]; both can be combined. `\{{` writes two braces.
//!
//! The room promises that nothing half-filled leaves: a text is rendered whole or every reason why not is
//! named at once. A value is only ever text. It is never read for braces, so nobody can smuggle a
//! placeholder in through a name. Where values come from, the room must not know.

mod declared;
mod format;
mod parse;

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::phone::CountryCode;
use crate::time::Timestamp;

pub use declared::{DeclareError, Declared};
pub use format::{Currency, Format, Locale, UnknownFormat};
pub use parse::{BadName, Problem, TemplateError};

/// The longest template, in characters.
pub const TEMPLATE_CHARS_MAX: usize = 10_000;
/// The longest name of a variable, in characters.
pub const NAME_CHARS_MAX: usize = 64;
/// The longest value, in characters.
pub const VALUE_CHARS_MAX: usize = 2_000;

/// The names every template may use without declaring them. `contact.` may also be followed by the key
/// of a contact's metadata.
pub const BUILT_IN: [&str; 9] = [
    "contact.name",
    "contact.first_name",
    "contact.phone",
    "contact.email",
    "line.name",
    "line.address",
    "agent.name",
    TODAY,
    NOW,
];

/// The day of rendering in the recipient's zone, written as a date unless a format says otherwise.
const TODAY: &str = "today";
/// The moment of rendering in the recipient's zone, written as date and time unless a format says otherwise.
const NOW: &str = "now";

/// Whether `name` has a meaning without being declared.
pub fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name) || name.strip_prefix("contact.").is_some_and(|key| !key.is_empty())
}

/// A template that was read and can be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A stretch of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Place),
}

/// A place for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    name: String,
    formats: Vec<Format>,
    default: Option<String>,
}

/// What a rendering depends on besides the values.
#[derive(Clone, Debug)]
pub struct RenderContext<'a> {
    /// The time of rendering: the values of `today` and `now`.
    pub now: Timestamp,
    /// The recipient's time zone, for dates and times.
    pub zone: &'a TimeZone,
    /// How dates, times and numbers are written.
    pub locale: Locale,
    /// The recipient's country: numbers of it are written the national way by `:phone`.
    pub country: Option<CountryCode>,
}

/// Why a template could not be rendered: everything at once, so that one look is enough to mend it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderErrors {
    /// Names without a value and without a default, in the order of the template.
    pub missing: Vec<String>,
    /// Values that cannot be written as asked, in the order of the template.
    pub unfit: Vec<Unfit>,
}

/// A value that cannot be written as the template asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The variable.
    pub name: String,
    /// What is wrong and what would be right, for a person.
    pub problem: String,
}

impl std::error::Error for RenderErrors {}

impl std::fmt::Display for RenderErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let missing = self.missing.iter().map(|name| format!("{name} has no value"));
        let unfit = self.unfit.iter().map(|unfit| format!("{}: {}", unfit.name, unfit.problem));
        f.write_str(&missing.chain(unfit).collect::<Vec<_>>().join("; "))
    }
}

impl RenderErrors {
    fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unfit.is_empty()
    }

    fn add_missing(&mut self, name: &str) {
        if !self.missing.iter().any(|known| known == name) {
            self.missing.push(name.to_owned());
        }
    }

    fn add_unfit(&mut self, name: &str, problem: String) {
        let unfit = Unfit { name: name.to_owned(), problem };
        if !self.unfit.contains(&unfit) {
            self.unfit.push(unfit);
        }
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Names the line and the column of the first mistake and the way out.
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        parse::pieces(text).map(|pieces| Template { pieces })
    }

    /// The names used, each once, in the order of the text.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let mut seen = BTreeSet::new();
        self.places().map(|place| place.name.as_str()).filter(move |name| seen.insert(*name))
    }

    /// The names used that are neither declared nor built in: most often a typing error.
    pub fn unknown<'a>(&'a self, declared: &'a Declared) -> impl Iterator<Item = &'a str> {
        self.variables().filter(|name| !is_built_in(name) && !declared.contains(name))
    }

    /// The text with every place filled. `value` is asked once per place; a blank value counts as none,
    /// because "Hi ," is what defaults are there to prevent. Defaults are written as they stand; formats
    /// are for values. A format in the template goes before the declared one, and so does a default.
    ///
    /// # Errors
    /// Lists every missing variable and every value that does not fit.
    pub fn render(
        &self,
        value: &dyn Fn(&str) -> Option<String>,
        declared: &Declared,
        context: &RenderContext<'_>,
    ) -> Result<String, RenderErrors> {
        let (text, errors) = self.sketch(value, declared, context);
        if errors.is_empty() { Ok(text) } else { Err(errors) }
    }

    /// The text as far as it can be written, for someone who is still at work on it: a place that cannot be
    /// filled shows its name in braces. Never to be sent. The errors are those of [`Template::render`].
    pub fn sketch(
        &self,
        value: &dyn Fn(&str) -> Option<String>,
        declared: &Declared,
        context: &RenderContext<'_>,
    ) -> (String, RenderErrors) {
        let (mut text, mut errors) = (String::new(), RenderErrors::default());
        for piece in &self.pieces {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Place(place) => {
                    text.push_str(&place.fill(value, declared, context, &mut errors));
                }
            }
        }
        (text, errors)
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Place(place) => Some(place),
            Piece::Text(_) => None,
        })
    }
}

impl Place {
    /// What is written here; the name in braces when an error was noted.
    fn fill<'a>(
        &'a self,
        value: &dyn Fn(&str) -> Option<String>,
        declared: &'a Declared,
        context: &RenderContext<'_>,
        errors: &mut RenderErrors,
    ) -> Cow<'a, str> {
        let given = self.clock(context).or_else(|| value(&self.name)).filter(|text| !text.trim().is_empty());
        let default = || self.default.as_deref().or_else(|| declared.default_of(&self.name));
        match (given, default()) {
            (Some(given), _) => match self.written(given, declared, context) {
                Ok(text) => return Cow::Owned(text),
                Err(problem) => errors.add_unfit(&self.name, problem),
            },
            (None, Some(default)) => return Cow::Borrowed(default),
            (None, None) => errors.add_missing(&self.name),
        }
        Cow::Owned(format!("{{{{{}}}}}", self.name))
    }

    fn clock(&self, context: &RenderContext<'_>) -> Option<String> {
        matches!(self.name.as_str(), TODAY | NOW).then(|| context.now.to_string())
    }

    fn written(
        &self,
        given: String,
        declared: &Declared,
        context: &RenderContext<'_>,
    ) -> Result<String, String> {
        if given.chars().nth(VALUE_CHARS_MAX).is_some() {
            return Err(format!("the value is longer than {VALUE_CHARS_MAX} characters; shorten it"));
        }
        self.formats(declared).iter().try_fold(given, |text, format| format.apply(&text, context))
    }

    fn formats<'a>(&'a self, declared: &'a Declared) -> &'a [Format] {
        match (self.formats.as_slice(), self.name.as_str()) {
            ([], TODAY) => &[Format::Date],
            ([], NOW) => &[Format::DateTime],
            ([], name) => declared.formats_of(name),
            (own, _) => own,
        }
    }
}

#[cfg(test)]
mod tests;
