//! The variables a template's author declared.

use std::collections::BTreeMap;

use super::format::{self, Format, UnknownFormat};
use super::parse::{BadName, checked_name};
use super::{VALUE_CHARS_MAX, is_built_in};

/// The declared variables of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared(BTreeMap<String, Declaration>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Declaration {
    default: Option<String>,
    formats: Vec<Format>,
}

impl Declared {
    /// Declares one more variable. `format` is written as in a template, without the first colon:
    /// `money USD`, or `first:title` for one after the other.
    ///
    /// # Errors
    /// The name is no name, is taken or built in, the format does not exist, or the default is too long.
    pub fn declare(
        &mut self,
        name: &str,
        default: Option<&str>,
        format: Option<&str>,
    ) -> Result<(), DeclareError> {
        let name = checked_name(name)?;
        if is_built_in(name) {
            return Err(DeclareError::BuiltIn(name.to_owned()));
        }
        if self.0.contains_key(name) {
            return Err(DeclareError::Twice(name.to_owned()));
        }
        if default.is_some_and(|text| text.chars().nth(VALUE_CHARS_MAX).is_some()) {
            return Err(DeclareError::LongDefault(name.to_owned()));
        }
        let formats = format.filter(|text| !text.trim().is_empty()).map(format::chain).transpose()?;
        let declaration =
            Declaration { default: default.map(str::to_owned), formats: formats.unwrap_or_default() };
        self.0.insert(name.to_owned(), declaration);
        Ok(())
    }

    /// Whether `name` is declared.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn default_of(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.default.as_deref()
    }

    pub(super) fn formats_of(&self, name: &str) -> &[Format] {
        self.0.get(name).map(|declaration| declaration.formats.as_slice()).unwrap_or_default()
    }
}

/// Why a variable cannot be declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclareError {
    /// The name is no name.
    #[error(transparent)]
    Name(#[from] BadName),
    /// The format does not exist.
    #[error(transparent)]
    Format(#[from] UnknownFormat),
    /// The name already means something.
    #[error("'{0}' is built in; choose another name")]
    BuiltIn(String),
    /// The name was declared before.
    #[error("'{0}' is declared twice; remove one")]
    Twice(String),
    /// The default is longer than a value may be.
    #[error("the default of '{0}' is longer than {VALUE_CHARS_MAX} characters; shorten it")]
    LongDefault(String),
}
