//! What is set at a provider around messages: numbers, pools of numbers and their webhooks.

use std::collections::BTreeMap;

/// A number, or what numbers are gathered in (a messaging service, a messaging profile), and what is set on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The provider's id.
    pub sid: String,
    /// Its name for people.
    pub name: String,
    /// The values by parameter, as the provider names them; what is not set is empty.
    pub settings: BTreeMap<String, String>,
}

/// What a number can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Texts.
    pub sms: bool,
    /// Texts with media.
    pub mms: bool,
    /// Calls.
    pub voice: bool,
}
