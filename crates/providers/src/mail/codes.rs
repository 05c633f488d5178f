//! What a mail was refused with: the names that Resend gives, and the replies and enhanced status codes of mail servers.

use trunkline_domain::error_class::ErrorClass;

use crate::code_info::CodeInfo;

const fn info(class: ErrorClass, meaning: &'static str, help: &'static str) -> CodeInfo {
    CodeInfo { code: 0, class, meaning, help }
}

const NO_MAILBOX: &str = "There is no such mailbox. Ask the customer for the right address, correct it on their contact, and send it again.";
const FULL: &str = "The customer's mailbox is full. Nothing can be done from here; send it again later or reach them another way.";
const CONTENT: &str = "The customer's mail server refused what the email says or carries. Change the text or leave out links and files, and send it again.";
const ACCOUNT: &str = "Resend refuses the account itself, so no email of this line can leave. An administrator has to check the API key and the plan at Resend.";
const SETUP: &str = "The sending address is not set up for this. An administrator has to verify its domain, then the email can be sent again.";
const SLOWER: &str =
    "We were asked to slow down. Nothing is lost: the email waits and leaves as soon as there is room.";
const LATER: &str = "Something on the way failed for the moment. The email is tried again by itself; if it still fails, send it once more later.";
const SIGN_IN: &str = "The mail server does not let this line in, so none of its emails can leave. An administrator has to check the user and the password; many providers want a password that is made for programs.";
const OURS: &str = "The email could not be accepted as it was written. Change it and send it again.";

/// Names at Resend (Resend, Errors; webhook events `email.bounced`, `email.failed`, `email.suppressed`,
/// `email.complained`).
static NAMES: [(&str, CodeInfo); 23] = [
    ("bounced", info(ErrorClass::Permanent, "The mail server of the customer returned it", NO_MAILBOX)),
    (
        "bounced.content",
        info(ErrorClass::Permanent, "The mail server of the customer refused the content", CONTENT),
    ),
    ("bounced.full", info(ErrorClass::Permanent, "The mailbox of the customer is full", FULL)),
    (
        "complained",
        info(
            ErrorClass::OptedOut,
            "The customer reported it as spam",
            "The customer marked an email of yours as spam. Do not write to this address again unless they ask you to.",
        ),
    ),
    (
        "suppressed.previous_bounce",
        info(ErrorClass::Permanent, "An earlier email to this address came back", NO_MAILBOX),
    ),
    (
        "suppressed.previous_complaint",
        info(
            ErrorClass::OptedOut,
            "The customer reported an earlier email as spam",
            "The customer marked an earlier email as spam. Do not write to this address again unless they ask you to.",
        ),
    ),
    ("delivery_failed", info(ErrorClass::Permanent, "Resend could not send it", OURS)),
    ("validation_error", info(ErrorClass::Request, "Resend refused what the email contains", OURS)),
    ("missing_required_field", info(ErrorClass::Request, "A field is missing", OURS)),
    ("invalid_attachment", info(ErrorClass::Request, "An attachment was refused", OURS)),
    ("invalid_parameter", info(ErrorClass::Request, "A field was refused", OURS)),
    ("invalid_idempotency_key", info(ErrorClass::Request, "The key of the request was refused", OURS)),
    ("invalid_from_address", info(ErrorClass::Misconfigured, "The sending address was refused", SETUP)),
    ("invalid_region", info(ErrorClass::Misconfigured, "The region was refused", SETUP)),
    ("not_found", info(ErrorClass::Misconfigured, "Resend does not know that address", SETUP)),
    ("missing_api_key", info(ErrorClass::Account, "The API key is missing", ACCOUNT)),
    ("invalid_api_key", info(ErrorClass::Account, "The API key is wrong", ACCOUNT)),
    ("restricted_api_key", info(ErrorClass::Account, "The API key may not do this", ACCOUNT)),
    ("invalid_access", info(ErrorClass::Account, "The account may not do this", ACCOUNT)),
    ("rate_limit_exceeded", info(ErrorClass::Throttled, "Too many requests at once", SLOWER)),
    ("daily_quota_exceeded", info(ErrorClass::Account, "The emails of the day are used up", ACCOUNT)),
    ("monthly_quota_exceeded", info(ErrorClass::Account, "The emails of the month are used up", ACCOUNT)),
    ("security_error", info(ErrorClass::Permanent, "Resend refused it for safety", OURS)),
];

/// Enhanced status codes (RFC 3463) that say more than their class.
static DETAILS: [(&str, CodeInfo); 13] = [
    ("5.1.1", info(ErrorClass::Permanent, "There is no such mailbox", NO_MAILBOX)),
    ("5.1.2", info(ErrorClass::Permanent, "There is no such mail domain", NO_MAILBOX)),
    ("5.1.10", info(ErrorClass::Permanent, "The domain takes no mail", NO_MAILBOX)),
    ("5.2.1", info(ErrorClass::Permanent, "The mailbox is disabled", NO_MAILBOX)),
    ("5.2.2", info(ErrorClass::Permanent, "The mailbox is full", FULL)),
    ("5.3.4", info(ErrorClass::Request, "The email is too large for the server", OURS)),
    ("5.6.7", info(ErrorClass::Permanent, "The mail server cannot write to such an address", NO_MAILBOX)),
    ("5.7.0", info(ErrorClass::Account, "The mail server wants us to sign in", SIGN_IN)),
    ("5.7.1", info(ErrorClass::Permanent, "The mail server of the customer does not allow it", CONTENT)),
    ("5.7.8", info(ErrorClass::Account, "The mail server refuses the password", SIGN_IN)),
    ("5.7.9", info(ErrorClass::Account, "The mail server wants another kind of password", SIGN_IN)),
    (
        "5.1.8",
        info(ErrorClass::Misconfigured, "The domain of the sending address cannot be written to", SETUP),
    ),
    ("5.7.26", info(ErrorClass::Misconfigured, "The email is not authenticated for its domain", SETUP)),
];

/// Replies of mail servers that name no enhanced status code and say more than their class (RFC 5321, 4.2.3; RFC 4954, 6).
static REPLIES: [(&str, CodeInfo); 10] = [
    ("421", info(ErrorClass::Retry, "The mail server is closing for the moment", LATER)),
    ("450", info(ErrorClass::Retry, "The mailbox cannot be reached for now", LATER)),
    ("451", info(ErrorClass::Retry, "The mail server could not take it for now", LATER)),
    ("452", info(ErrorClass::Retry, "The mail server has no room for now", LATER)),
    ("530", info(ErrorClass::Account, "The mail server wants us to sign in", SIGN_IN)),
    ("535", info(ErrorClass::Account, "The mail server refuses the password", SIGN_IN)),
    ("550", info(ErrorClass::Permanent, "The mailbox cannot be written to", NO_MAILBOX)),
    ("552", info(ErrorClass::Request, "The email is too large for the server", OURS)),
    ("553", info(ErrorClass::Permanent, "The mail server does not take such an address", NO_MAILBOX)),
    ("554", info(ErrorClass::Permanent, "The mail server refused it for good", CONTENT)),
];

static PERMANENT: CodeInfo = info(ErrorClass::Permanent, "The mail server refused it for good", CONTENT);
static PASSING: CodeInfo = info(ErrorClass::Retry, "The mail server could not take it for now", LATER);

/// What is known about a name of Resend's, an enhanced status code or a reply of a mail server's.
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    find(&NAMES, code).or_else(|| detail(code)).or_else(|| reply(code))
}

/// What is known about an enhanced status code.
pub fn detail(code: &str) -> Option<&'static CodeInfo> {
    find(&DETAILS, code).or_else(|| by_class(code))
}

/// What is known about a reply of a mail server's, such as `550`.
pub fn reply(code: &str) -> Option<&'static CodeInfo> {
    find(&REPLIES, code)
}

/// Whether a word is an enhanced status code of the class that a reply such as `550` has (RFC 2034, 4).
pub fn is_enhanced(word: &str, reply: &str) -> bool {
    by_class(word).is_some() && word.chars().next() == reply.chars().next()
}

fn find(table: &'static [(&str, CodeInfo)], code: &str) -> Option<&'static CodeInfo> {
    table.iter().find(|(known, _)| *known == code).map(|(_, info)| info)
}

fn by_class(code: &str) -> Option<&'static CodeInfo> {
    let mut parts = code.split('.');
    let class = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let is_code = rest.len() == 2 && rest.iter().all(|part| part.parse::<u16>().is_ok());
    match class {
        "5" if is_code => Some(&PERMANENT),
        "4" if is_code => Some(&PASSING),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_class_that_decides_rightly() {
        use ErrorClass as C;
        let expected = [
            ("complained", Some(C::OptedOut)),
            ("suppressed.previous_bounce", Some(C::Permanent)),
            ("rate_limit_exceeded", Some(C::Throttled)),
            ("invalid_api_key", Some(C::Account)),
            ("5.1.1", Some(C::Permanent)),
            ("5.9.9", Some(C::Permanent)),
            ("4.4.7", Some(C::Retry)),
            ("5.1", None),
            ("21610", None),
            ("", None),
        ];
        for (code, class) in expected {
            assert_eq!(lookup(code).map(|info| info.class), class, "{code}");
        }
        let all = NAMES.iter().chain(&DETAILS).chain(&REPLIES);
        assert!(all.into_iter().all(|(_, info)| info.help().ends_with('.') && !info.meaning.is_empty()));
    }
}
