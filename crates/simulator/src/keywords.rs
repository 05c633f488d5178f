//! The carrier's own handling of STOP, START and HELP on long codes
//! (Twilio, Support for opt-out keywords).

/// What a text from a phone means to the carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    Stop,
    Start,
    Help,
}

/// The keyword `body` consists of. It must be the only word; case does not matter.
pub(crate) fn keyword(body: &str) -> Option<Keyword> {
    match body.trim().to_ascii_uppercase().as_str() {
        "STOP" | "UNSUBSCRIBE" | "END" | "QUIT" | "STOPALL" | "REVOKE" | "OPTOUT" | "CANCEL" => {
            Some(Keyword::Stop)
        }
        "START" | "YES" | "UNSTOP" => Some(Keyword::Start),
        "HELP" | "INFO" => Some(Keyword::Help),
        _ => None,
    }
}

impl Keyword {
    /// What the carrier answers by itself.
    pub(crate) const fn reply(self) -> &'static str {
        match self {
            Keyword::Stop => {
                "You have successfully been unsubscribed. You will not receive any more messages from this \
                 number. Reply START to resubscribe."
            }
            Keyword::Start => {
                "You have successfully been re-subscribed to messages from this number. Reply HELP for help. \
                 Reply STOP to unsubscribe. Msg&Data Rates May Apply."
            }
            Keyword::Help => "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_stands_alone_in_any_case() {
        assert_eq!(keyword(" stop\n"), Some(Keyword::Stop));
        assert_eq!(keyword("Unstop"), Some(Keyword::Start));
        assert_eq!(keyword("info"), Some(Keyword::Help));
        assert_eq!(keyword("STOP PLEASE"), None);
        assert_eq!(keyword("stop."), None);
    }
}
