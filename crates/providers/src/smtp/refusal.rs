//! What a mail server's no means for the mail.

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::Error;
use trunkline_domain::email::one_line;
use trunkline_domain::error_class::ErrorClass;

use crate::Refusal;
use crate::mail::{MailServer, codes};

/// Characters of a server's words that are kept.
const WORDS_MAX: usize = 500;

/// The least wait after "not now". Servers that put off whom they do not know want minutes (RFC 6647, 2.1).
const NOT_NOW: Duration = Duration::from_secs(5 * 60);

/// The least wait after a server was not there.
const NOT_THERE: Duration = Duration::from_secs(30);

/// Where in the dialogue it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Mail,
}

/// What an error at a stage means. Before the end of the mail, the server certainly has nothing of it.
pub(super) fn of(server: &MailServer, stage: Stage, error: &Error) -> Refusal {
    match error.status() {
        Some(code) => {
            let words = error.source().map(ToString::to_string).unwrap_or_default();
            said(stage, &code.to_string(), &words)
        }
        None => broken(server, stage, error),
    }
}

/// A server's no, by its code and words (RFC 5321, 4.2.1; RFC 3463).
fn said(stage: Stage, code: &str, words: &str) -> Refusal {
    let enhanced = words.split_whitespace().find(|word| codes::is_enhanced(word, code));
    let known = enhanced.and_then(codes::detail).or_else(|| codes::reply(code));
    let is_passing = code.starts_with('4');
    let class = match (stage, known.map(|info| info.class)) {
        _ if is_passing => ErrorClass::Retry,
        (Stage::Connect | Stage::Encrypt | Stage::SignIn, _) => ErrorClass::Account,
        (Stage::Sender, Some(ErrorClass::Permanent) | None) => ErrorClass::Misconfigured,
        (_, Some(class)) => class,
        (_, None) => ErrorClass::Permanent,
    };
    Refusal {
        class,
        code: Some(enhanced.unwrap_or(code).to_owned()),
        text: one_line(&format!("{code} {words}"), WORDS_MAX),
        retry_after: is_passing.then_some(NOT_NOW),
    }
}

/// No answer at all.
fn broken(server: &MailServer, stage: Stage, error: &Error) -> Refusal {
    let place = server.place();
    let cause = one_line(&reasons(error), WORDS_MAX);
    let (class, text) = match stage {
        _ if error.is_tls() || cause.contains("certificate") => (
            ErrorClass::Account,
            format!("{place} cannot be trusted, or does not speak TLS on that port: {cause}"),
        ),
        Stage::Encrypt if error.is_client() => (
            ErrorClass::Account,
            format!("{place} offers no encryption (STARTTLS); use the port that does, or security = \"tls\""),
        ),
        Stage::SignIn if error.is_client() => (
            ErrorClass::Account,
            format!("{place} takes no password on this connection; leave out the user, or encrypt it"),
        ),
        Stage::Connect if error.is_response() => (
            ErrorClass::Retry,
            format!("{place} does not speak SMTP there: {cause}; are the port and the encryption right?"),
        ),
        Stage::Connect => (ErrorClass::Retry, format!("{place} cannot be reached: {cause}")),
        _ => (ErrorClass::Retry, format!("{place} broke off before it had the email: {cause}")),
    };
    not_there(class, text)
}

/// The causes of an error, the outermost first, each once.
fn reasons(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

/// A step that took too long.
pub(super) fn too_late(server: &MailServer, stage: Stage) -> Refusal {
    let place = server.place();
    let text = match stage {
        Stage::Connect => {
            format!("{place} does not answer; are the host and the port right, and is it TLS from the start?")
        }
        _ => format!("{place} stopped answering before it had the email"),
    };
    not_there(ErrorClass::Retry, text)
}

/// An answer that fits no question.
pub(super) fn odd(server: &MailServer, stage: Stage, code: &str) -> Refusal {
    not_there(
        ErrorClass::Retry,
        format!("{} answered {code} where that means nothing ({stage:?})", server.place()),
    )
}

/// A password and a mail would go over a network in the clear.
pub(super) fn unencrypted(server: &MailServer) -> Refusal {
    let text = format!("{} is another machine, and nothing goes there unencrypted", server.place());
    Refusal { class: ErrorClass::Account, code: None, text, retry_after: None }
}

/// The address needs SMTPUTF8 (RFC 6531), which the server does not have.
pub(super) fn no_such_letters() -> Refusal {
    let text = "the address has letters that this mail server cannot write to".to_owned();
    Refusal { class: ErrorClass::Permanent, code: Some("5.6.7".to_owned()), text, retry_after: None }
}

fn not_there(class: ErrorClass, text: String) -> Refusal {
    let retry_after = (class == ErrorClass::Retry).then_some(NOT_THERE);
    Refusal { class, code: None, text, retry_after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_have_the_class_that_decides_rightly() {
        use ErrorClass as C;
        let cases = [
            (Stage::Recipient, "550", "5.1.1 <a@b.example>: no such user", C::Permanent, "5.1.1"),
            (Stage::Recipient, "550", "no such user here", C::Permanent, "550"),
            (Stage::Recipient, "451", "4.7.1 Greylisted, come back later", C::Retry, "4.7.1"),
            (Stage::Recipient, "452", "mailbox full", C::Retry, "452"),
            (
                Stage::Sender,
                "553",
                "5.7.1 Sender address rejected: not owned by user",
                C::Misconfigured,
                "5.7.1",
            ),
            (Stage::Sender, "530", "5.7.0 Authentication required", C::Account, "5.7.0"),
            (Stage::Sender, "552", "5.3.4 Message size exceeds fixed limit", C::Request, "5.3.4"),
            (Stage::SignIn, "535", "5.7.8 Error: authentication failed", C::Account, "5.7.8"),
            (Stage::SignIn, "454", "4.7.0 Temporary authentication failure", C::Retry, "4.7.0"),
            (Stage::Mail, "554", "5.7.1 Message refused as spam", C::Permanent, "5.7.1"),
            (Stage::Mail, "552", "Message too large", C::Request, "552"),
            (Stage::Connect, "421", "4.3.2 shutting down", C::Retry, "4.3.2"),
            (Stage::Connect, "554", "no SMTP service here", C::Account, "554"),
            // A number that only looks like a code, or belongs to another class, is none.
            (Stage::Recipient, "550", "from 5.1.1.9 we take 2.1.5 nothing", C::Permanent, "550"),
        ];
        for (stage, code, words, class, shown) in cases {
            let refusal = said(stage, code, words);
            assert_eq!((refusal.class, refusal.code.as_deref()), (class, Some(shown)), "{code} {words}");
            assert_eq!(refusal.retry_after.is_some(), class == C::Retry);
            assert!(codes::lookup(shown).is_some(), "{shown} is explained");
        }
    }
}
