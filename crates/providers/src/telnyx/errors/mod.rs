//! Telnyx's error codes: which class they are, what they mean, and what a person can do.
//!
//! Codes reach us at once in a refusal (403xx, and 100xx of the API as a whole) or later in a
//! `message.finalized` (400xx). Telnyx itself repeats only 40006 and 40008.

pub(crate) mod table;

use trunkline_domain::error_class::ErrorClass;

use crate::code_info::{self, CodeInfo};

/// What the table says about `code`.
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    code_info::find(table::CODES, code)
}

/// Help for a failure of which only the class is known.
pub(crate) const fn help_for_class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Retry => {
            "Something between Telnyx and the phone failed for the moment. The message is tried again by \
             itself; if it still fails, send it once more later."
        }
        ErrorClass::Throttled => {
            "Telnyx or the carrier asked us to slow down. Nothing is lost: the message waits and leaves as \
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
            "Telnyx refuses the account itself, so no message of this line can leave. An administrator has \
             to check API key, balance and status in the Telnyx portal, then send it again."
        }
        ErrorClass::Misconfigured => {
            "The sending number or messaging profile is not set up for this. An administrator has to correct \
             it in the Telnyx portal, then the message can be sent again."
        }
        ErrorClass::Request => {
            "Telnyx could not accept the message as it was written. Change the text or the attachment and \
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
        assert!(table::CODES.len() > 50);
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
            ("40300", C::OptedOut),
            ("40310", C::Permanent),
            ("40001", C::Permanent),
            ("40302", C::Request),
            ("40305", C::Misconfigured),
            ("40010", C::Misconfigured),
            ("40318", C::Throttled),
            ("40002", C::Throttled),
            ("40008", C::Retry),
            ("10009", C::Account),
            ("40333", C::Throttled),
        ];
        for (code, class) in expected {
            let info = lookup(code).unwrap();
            assert_eq!(info.class, class, "{code}");
            assert_ne!(info.help(), help_for_class(class), "{code} is common: it needs its own help");
        }
        // Those that Telnyx itself repeats.
        assert!(["40006", "40008"].iter().all(|code| lookup(code).unwrap().class.is_retryable()));
        assert!(["99999", "", "abc", "-1"].iter().all(|code| lookup(code).is_none()));
    }
}
