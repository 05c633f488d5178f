//! Countries by their two letters.

use std::fmt;
use std::str::FromStr;

use super::Id;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country by its ISO 3166-1 alpha-2 code, one that has phone numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountryCode(Id);

impl CountryCode {
    /// The United States, the default of a new installation.
    pub const US: CountryCode = CountryCode(Id::US);

    /// The two upper-case letters.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(super) const fn id(self) -> Id {
        self.0
    }

    pub(super) const fn from_id(id: Id) -> Self {
        CountryCode(id)
    }
}

impl FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = if text.len() == 2 { text.to_ascii_uppercase().parse().ok() } else { None };
        id.map(CountryCode).ok_or_else(|| UnknownCountry(text.chars().take(40).collect()))
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountryCode({self})")
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that names no country with phone numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a country; use its two letters (ISO 3166), like US, GB or FR")]
pub struct UnknownCountry(pub String);
