//! What is known about an error code of a provider.

use trunkline_domain::error_class::ErrorClass;

/// One code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The number in the provider's list of codes.
    pub code: u32,
    /// What becomes of the message.
    pub class: ErrorClass,
    /// What it means, in a few words.
    pub meaning: &'static str,
    pub(crate) help: &'static str,
}

impl CodeInfo {
    /// What happened, what it means for the customer and what to do, for someone who is no telecom expert.
    pub const fn help(&self) -> &'static str {
        self.help
    }
}

/// The entry for `code` in a table that is in numerical order.
pub(crate) fn find(table: &'static [CodeInfo], code: &str) -> Option<&'static CodeInfo> {
    let code: u32 = code.trim().parse().ok()?;
    let index = table.binary_search_by_key(&code, |info| info.code).ok()?;
    table.get(index)
}
