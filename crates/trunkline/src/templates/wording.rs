//! What a template is made of, and what can be wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::template::{DeclareError, Declared, Template};
use utoipa::ToSchema;

use crate::http::problem::FieldError;

/// More than this nobody can compare.
const VARIANTS_MAX: usize = 20;
const VARIABLES_MAX: usize = 50;
const WEIGHT_MAX: u32 = 1_000;
/// Characters of the name of a template, a variant, or of a label.
const NAME_MAX: usize = 100;
/// Characters of an example.
const EXAMPLE_MAX: usize = 500;

/// The body for every channel that has none of its own.
const ANY_CHANNEL: &str = "*";

/// One way to say it. Recipients are spread over the variants by their weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TemplateVariant)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// 0 to 1000; nobody new gets a variant of weight 0.
    pub(crate) weight: u32,
    /// The text by channel; `*` is for every channel that is not named.
    pub(crate) bodies: BTreeMap<String, String>,
}

impl Variant {
    /// The text for a channel, and the key it stands under.
    pub(super) fn body(&self, channel: &str) -> Option<(&str, &str)> {
        let found = self.bodies.get_key_value(channel).or_else(|| self.bodies.get_key_value(ANY_CHANNEL));
        found.map(|(key, body)| (key.as_str(), body.as_str()))
    }
}

/// A value that a template asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TemplateVariable)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    /// As it stands between the braces.
    pub(crate) name: String,
    /// What people are asked for; the name if left out.
    #[serde(default)]
    pub(crate) label: String,
    /// Written where no value is given.
    pub(crate) default: Option<String>,
    /// How the value is written unless a place says otherwise, such as `title` or `money USD`.
    pub(crate) format: Option<String>,
    /// A value to try the template with.
    pub(crate) example: Option<String>,
}

/// The words of a template: what a version keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wording {
    pub(crate) variants: Vec<Variant>,
    pub(crate) variables: Vec<Variable>,
}

/// Collects what is wrong, so that all of it is told at once.
#[derive(Default)]
pub(super) struct Problems(Vec<FieldError>);

impl Problems {
    pub(super) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    pub(super) fn into_result(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// Whether `name` can be the name of a template, a variant, or a label.
pub(super) fn check_name(field: &str, name: &str, problems: &mut Problems) {
    let length = name.chars().count();
    if length == 0 {
        problems.add(field, "Give it a name.");
    } else if length > NAME_MAX || name.chars().any(char::is_control) {
        problems.add(field, format!("A name has at most {NAME_MAX} characters, on one line."));
    }
}

impl Wording {
    /// Without space around names, and with a label for every variable.
    pub(super) fn tidied(mut self) -> Self {
        let blank = |text: &mut Option<String>| text.take().filter(|text| !text.trim().is_empty());
        for variant in &mut self.variants {
            variant.name = variant.name.trim().to_owned();
        }
        for variable in &mut self.variables {
            variable.name = variable.name.trim().to_owned();
            let label = variable.label.trim();
            variable.label = if label.is_empty() { variable.name.clone() } else { label.to_owned() };
            variable.format = blank(&mut variable.format);
            variable.example = blank(&mut variable.example);
        }
        self
    }

    /// Everything that stands against keeping it.
    pub(super) fn check(&self, problems: &mut Problems) {
        self.check_form(problems);
        let declared = self.declared(problems);
        for (number, variant) in self.variants.iter().enumerate() {
            check_variant(number, variant, problems);
            for (channel, body) in &variant.bodies {
                check_body(&format!("variants.{number}.bodies.{channel}"), body, &declared, problems);
            }
        }
    }

    /// What cannot even be previewed: too many of something.
    pub(super) fn check_size(&self, problems: &mut Problems) {
        if self.variants.is_empty() || self.variants.len() > VARIANTS_MAX {
            problems.add("variants", format!("A template has 1 to {VARIANTS_MAX} variants."));
        }
        if self.variables.len() > VARIABLES_MAX {
            problems.add("variables", format!("A template has at most {VARIABLES_MAX} variables."));
        }
    }

    fn check_form(&self, problems: &mut Problems) {
        self.check_size(problems);
        if self.variants.iter().all(|variant| variant.weight == 0) {
            problems.add("variants", "Give at least one variant a weight above 0, or nobody gets any.");
        }
        let mut seen = BTreeSet::new();
        for (number, variant) in self.variants.iter().enumerate() {
            let field = format!("variants.{number}.name");
            check_name(&field, &variant.name, problems);
            if !seen.insert(&variant.name) {
                problems.add(field, format!("There are two variants '{}'; rename one.", variant.name));
            }
        }
        for (number, variable) in self.variables.iter().enumerate() {
            let example = variable.example.as_deref().unwrap_or_default();
            if variable.label.chars().count() > NAME_MAX {
                let told = format!("A label has at most {NAME_MAX} characters.");
                problems.add(format!("variables.{number}.label"), told);
            }
            if example.chars().count() > EXAMPLE_MAX {
                let told = format!("An example has at most {EXAMPLE_MAX} characters.");
                problems.add(format!("variables.{number}.example"), told);
            }
        }
    }

    /// The variables as the rules know them; those that cannot be declared are named.
    pub(super) fn declared(&self, problems: &mut Problems) -> Declared {
        let mut declared = Declared::default();
        for (number, variable) in self.variables.iter().enumerate() {
            let (default, format) = (variable.default.as_deref(), variable.format.as_deref());
            if let Err(error) = declared.declare(&variable.name, default, format) {
                let part = match &error {
                    DeclareError::Name(_) | DeclareError::BuiltIn(_) | DeclareError::Twice(_) => "name",
                    DeclareError::Format(_) => "format",
                    DeclareError::LongDefault(_) => "default",
                };
                problems.add(format!("variables.{number}.{part}"), sentence(&error));
            }
        }
        declared
    }
}

fn check_variant(number: usize, variant: &Variant, problems: &mut Problems) {
    if variant.weight > WEIGHT_MAX {
        let told = format!("A weight is a number from 0 to {WEIGHT_MAX}.");
        problems.add(format!("variants.{number}.weight"), told);
    }
    if !variant.bodies.contains_key(ANY_CHANNEL) {
        let told = "Write the text for every channel that has none of its own.";
        problems.add(format!("variants.{number}.bodies.{ANY_CHANNEL}"), told);
    }
    for channel in variant.bodies.keys().filter(|channel| *channel != ANY_CHANNEL) {
        if let Err(error) = channel.parse::<Channel>() {
            problems.add(format!("variants.{number}.bodies.{channel}"), sentence(&error));
        }
    }
}

fn check_body(field: &str, body: &str, declared: &Declared, problems: &mut Problems) {
    if body.trim().is_empty() {
        problems.add(field, "Write something: the text is empty.");
    }
    let Some(template) = parsed(field, body, problems) else { return };
    let unknown: Vec<String> = template.unknown(declared).map(|name| format!("{{{{{name}}}}}")).collect();
    if !unknown.is_empty() {
        let told = format!(
            "{} is neither declared nor built in: declare it as a variable, or correct the name.",
            unknown.join(", ")
        );
        problems.add(field, told);
    }
}

/// The text read as a template, or the problem added.
pub(super) fn parsed(field: &str, body: &str, problems: &mut Problems) -> Option<Template> {
    Template::parse(body).map_err(|error| problems.add(field, sentence(&error))).ok()
}

/// An error of the rules as a sentence of its own.
fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
