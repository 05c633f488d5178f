//! What kind of failure it was, and so what becomes of the message.
//!
//! Every provider has hundreds of error codes; the engine knows seven classes. The table from code to
//! class belongs to the provider, the consequence of a class is here.

use serde::{Deserialize, Serialize};

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// Passing trouble at the provider, the carrier or on the way. The message is tried again with
    /// growing waits; when the retries are used up it becomes a dead letter.
    Retry,
    /// We were too fast, or a queue is full. The line slows down and the message is tried again; this is
    /// not the message's fault and uses up no retry, only its time.
    Throttled,
    /// This recipient or this text will never work. Dead letter at once.
    Permanent,
    /// The recipient does not want it, or blocked us. Dead letter at once, and the contact counts as
    /// opted out on this line.
    OptedOut,
    /// The provider refuses the account: credentials, suspension, credit. Dead letter, and it counts against the
    /// breaker of the line, because every further message would fail alike.
    Account,
    /// Sender, service or number are set up wrongly. Dead letter; an administrator has to act, after which
    /// it can be sent again by hand.
    Misconfigured,
    /// The request itself is wrong (too long, bad media link, missing field). Dead letter; a person has to
    /// change the message, or we have a bug.
    Request,
}

impl ErrorClass {
    /// Every class, in the order of the documentation.
    pub const ALL: [ErrorClass; 7] = [
        ErrorClass::Retry,
        ErrorClass::Throttled,
        ErrorClass::Permanent,
        ErrorClass::OptedOut,
        ErrorClass::Account,
        ErrorClass::Misconfigured,
        ErrorClass::Request,
    ];

    /// The same message may well go through later, with nothing changed.
    pub const fn is_retryable(self) -> bool {
        matches!(self, ErrorClass::Retry | ErrorClass::Throttled)
    }

    /// The word used in API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorClass::Retry => "retry",
            ErrorClass::Throttled => "throttled",
            ErrorClass::Permanent => "permanent",
            ErrorClass::OptedOut => "opted_out",
            ErrorClass::Account => "account",
            ErrorClass::Misconfigured => "misconfigured",
            ErrorClass::Request => "request",
        }
    }
}

impl std::fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ErrorClass {
    type Err = UnknownErrorClass;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ErrorClass::ALL
            .into_iter()
            .find(|class| class.as_str() == text)
            .ok_or_else(|| UnknownErrorClass(text.to_owned()))
    }
}

/// A word that names no error class.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not an error class")]
pub struct UnknownErrorClass(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_same_in_serde_display_and_from_str() {
        for class in ErrorClass::ALL {
            assert_eq!(serde_json::to_string(&class).unwrap(), format!("\"{class}\""));
            assert_eq!(class.to_string().parse(), Ok(class));
        }
    }

    #[test]
    fn only_passing_trouble_is_retried() {
        let retried: Vec<_> = ErrorClass::ALL.into_iter().filter(|class| class.is_retryable()).collect();
        assert_eq!(retried, [ErrorClass::Retry, ErrorClass::Throttled]);
    }
}
