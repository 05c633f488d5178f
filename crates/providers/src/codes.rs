//! Error codes of all providers, for those who show a code without knowing whose it is.

use trunkline_domain::error_class::ErrorClass;

use crate::{telnyx, twilio};

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

/// What is known about `code`. No two providers have a code in common, which a test holds fast.
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    twilio::errors::lookup(code).or_else(|| telnyx::errors::lookup(code))
}

/// The entry for `code` in a table that is in numerical order.
pub(crate) fn find(table: &'static [CodeInfo], code: &str) -> Option<&'static CodeInfo> {
    let code: u32 = code.trim().parse().ok()?;
    let index = table.binary_search_by_key(&code, |info| info.code).ok()?;
    table.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_providers_have_a_code_in_common() {
        for info in telnyx::errors::table::CODES {
            assert_eq!(twilio::errors::lookup(&info.code.to_string()), None, "{}", info.code);
        }
        assert_eq!(lookup("21610").map(|info| info.class), Some(ErrorClass::OptedOut));
        assert_eq!(lookup("40300").map(|info| info.class), Some(ErrorClass::OptedOut));
        assert_eq!(lookup("99999"), None);
    }
}
