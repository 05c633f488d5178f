//! Twilio's error codes: which class they are, what they mean, and what a person can do.
//!
//! Codes reach us at once in a refusal (20xxx, 21xxx) or later in a receipt (30xxx, 63xxx). Twilio's API
//! description warns that meanings may change; a code that is not in the table is retried until the
//! retries are used up.

pub(crate) mod table;

use trunkline_domain::error_class::ErrorClass;

use crate::code_info::{self, CodeInfo};

/// "The requested resource was not found."
pub(super) const NOT_FOUND: &str = "20404";

/// What the table says about `code`.
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    code_info::find(table::CODES, code)
}

/// The class of `code`. Unknown codes are [`ErrorClass::Retry`]: tried again, and a dead letter when the
/// retries are used up.
pub fn class_of(code: &str) -> ErrorClass {
    lookup(code).map_or(ErrorClass::Retry, |info| info.class)
}

/// Help for any code or none: the code's own, or that of `class`.
pub fn help(code: Option<&str>, class: ErrorClass) -> &'static str {
    code.and_then(lookup).map_or(help_for_class(class), CodeInfo::help)
}

/// Help for a failure of which only the class is known.
pub const fn help_for_class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Retry => {
            "Something between Twilio and the phone failed for the moment. The message is tried again by \
             itself; if it still fails, send it once more later."
        }
        ErrorClass::Throttled => {
            "Twilio or the carrier asked us to slow down. Nothing is lost: the message waits and leaves as \
             soon as there is room."
        }
        ErrorClass::Permanent => {
            "This message cannot reach this number, and trying again will not change that. Check the number \
             and the text, or reach the customer another way."
        }
        ErrorClass::OptedOut => {
            "The customer, or the carrier on their behalf, has blocked texts from this number. Do not send \
             again unless they text START themselves."
        }
        ErrorClass::Account => {
            "Twilio refuses the account itself, so no message of this line can leave. An administrator has \
             to check credentials, balance and status in the Twilio console, then send it again."
        }
        ErrorClass::Misconfigured => {
            "The sending number or service is not set up for this. An administrator has to correct it in the \
             Twilio console, then the message can be sent again."
        }
        ErrorClass::Request => {
            "Twilio could not accept the message as it was written. Change the text or the attachment and \
             send it again."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_without_doubles() {
        assert!(table::CODES.is_sorted_by(|a, b| a.code < b.code));
        assert!(table::CODES.len() > 150);
    }

    #[test]
    fn every_code_has_a_meaning_and_help_in_sentences() {
        for info in table::CODES {
            assert!(!info.meaning.is_empty(), "{}", info.code);
            assert!(info.help().ends_with('.') && info.help().len() > 40, "{}", info.code);
        }
    }

    #[test]
    fn common_codes_have_the_class_that_decides_rightly() {
        use ErrorClass as C;
        let expected = [
            ("21211", C::Permanent),
            ("21408", C::Misconfigured),
            ("21610", C::OptedOut),
            ("21614", C::Permanent),
            ("21617", C::Request),
            ("20003", C::Account),
            ("20429", C::Throttled),
            ("30003", C::Retry),
            ("30004", C::OptedOut),
            ("30007", C::Permanent),
            ("63016", C::Request),
            ("11200", C::Misconfigured),
        ];
        for (code, class) in expected {
            assert_eq!(class_of(code), class, "{code}");
            assert_ne!(
                lookup(code).unwrap().help(),
                help_for_class(class),
                "{code} is common: it needs its own help"
            );
        }
    }

    #[test]
    fn an_unknown_code_is_retried_with_the_help_of_its_class() {
        for code in ["99999", "", "abc", "-1", "99999999999999999999"] {
            assert_eq!((lookup(code), class_of(code)), (None, ErrorClass::Retry), "{code}");
        }
        assert_eq!(help(Some("99999"), ErrorClass::Account), help_for_class(ErrorClass::Account));
        assert_eq!(help(None, ErrorClass::Retry), help_for_class(ErrorClass::Retry));
    }
}
