//! What a mailbox that cannot be read means.

use async_imap::error::Error;
use trunkline_domain::email::one_line;
use trunkline_domain::error_class::ErrorClass;

use crate::LookupError;
use crate::mail::MailServer;

/// Characters of a server's words that are kept.
const WORDS_MAX: usize = 300;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Encrypt,
    SignIn,
    Read,
}

/// What an error at a step means.
pub(super) fn of(server: &MailServer, step: Step, error: &Error) -> LookupError {
    let words = one_line(&error.to_string(), WORDS_MAX);
    let place = server.place();
    match (step, error) {
        // RFC 5530, 3: some of the reasons pass.
        (_, Error::No(no)) if ["UNAVAILABLE", "INUSE", "LIMIT"].iter().any(|word| no.contains(word)) => {
            failed(ErrorClass::Retry, format!("{place} cannot be asked for now: {words}"))
        }
        (Step::SignIn, Error::No(_) | Error::Bad(_) | Error::Validate(_)) => {
            failed(ErrorClass::Account, format!("{place} refuses the user or the password: {words}"))
        }
        (Step::Encrypt, Error::No(_) | Error::Bad(_)) => failed(
            ErrorClass::Account,
            format!("{place} offers no encryption (STARTTLS); use the port that does, or tls"),
        ),
        (Step::Read, Error::No(_)) => {
            failed(ErrorClass::Misconfigured, format!("{place} does not show the folder: {words}"))
        }
        (Step::Connect, _) => failed(
            ErrorClass::Retry,
            format!("{place} does not speak IMAP there: {words}; are the port and the encryption right?"),
        ),
        _ => failed(ErrorClass::Retry, format!("{place} broke off: {words}")),
    }
}

pub(super) fn unreachable(server: &MailServer, error: &std::io::Error) -> LookupError {
    failed(ErrorClass::Retry, format!("{} cannot be reached: {error}", server.place()))
}

pub(super) fn not_trusted(server: &MailServer, error: &dyn std::fmt::Display) -> LookupError {
    failed(
        ErrorClass::Account,
        format!("{} cannot be trusted, or does not speak TLS on that port: {error}", server.place()),
    )
}

pub(super) fn too_late(server: &MailServer) -> LookupError {
    failed(
        ErrorClass::Retry,
        format!("{} does not answer; are the host, the port and the encryption right?", server.place()),
    )
}

pub(super) fn unencrypted(server: &MailServer) -> LookupError {
    failed(
        ErrorClass::Account,
        format!("{} is another machine, and nothing goes there unencrypted", server.place()),
    )
}

pub(super) fn failed(class: ErrorClass, text: String) -> LookupError {
    LookupError { class, code: None, text, retry_after: None }
}
