//! Error codes of all providers, for those who show a code without knowing whose it is.

pub use crate::code_info::CodeInfo;
use crate::{mail, telnyx, twilio};

/// What is known about `code`. No two providers have a code in common, which a test holds fast.
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    twilio::errors::lookup(code)
        .or_else(|| telnyx::errors::lookup(code))
        .or_else(|| mail::codes::lookup(code))
}

#[cfg(test)]
mod tests {
    use trunkline_domain::error_class::ErrorClass;

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
