//! Why a message was not delivered, in the words of the dead letters page.

use trunkline_providers::codes;

/// A reason, for people.
pub(super) struct Reason {
    /// What happened, in a few words.
    pub(super) title: String,
    /// What it means and what to do.
    pub(super) help: String,
    /// Sending the same again may help.
    pub(super) retryable: bool,
}

/// Our own reasons: code, title, help, and whether sending again may help.
const OURS: [(&str, &str, &str, bool); 9] = [
    (
        "in_doubt",
        "Nobody knows whether it arrived",
        "The carrier's answer was lost and its list does not show the message. It was not sent again, since twice \
         would be worse than not at all. Ask the customer, or send it again if twice does no harm.",
        true,
    ),
    (
        "opted_out",
        "They opted out",
        "They asked not to be texted from this number. Only they can change that, by writing START.",
        false,
    ),
    (
        "blocked",
        "Blocked by your team",
        "Somebody blocked this number. Unblock the contact to write to them.",
        false,
    ),
    (
        "no_consent",
        "No consent on record",
        "Marketing leaves only for those who agreed to it. Record their consent, then send it again.",
        true,
    ),
    (
        "frequency_cap",
        "Too many marketing messages",
        "They had as many as your limit allows. Send it again later.",
        true,
    ),
    (
        "expired",
        "Too late to be of use",
        "It could not leave before the time you set. Send it again if it still helps.",
        true,
    ),
    (
        "too_late",
        "Came due while we were down",
        "Its time passed while nothing could be sent. Look whether it still makes sense, then send it again.",
        true,
    ),
    (
        "no_line",
        "The line is gone",
        "The line it should have used was removed, and none stands in for it. Send it by another line.",
        true,
    ),
    (
        "",
        "Not sent, without a code",
        "The provider could not be reached often enough, or refused without a reason. Look at a timeline, then send again.",
        true,
    ),
];

/// What a code means.
pub(super) fn of(code: &str) -> Reason {
    if let Some((_, title, help, retryable)) = OURS.iter().find(|(ours, ..)| *ours == code) {
        return Reason { title: (*title).to_owned(), help: (*help).to_owned(), retryable: *retryable };
    }
    match codes::lookup(code) {
        Some(info) => Reason {
            title: info.meaning.to_owned(),
            help: info.help().to_owned(),
            retryable: info.class.is_retryable(),
        },
        None => Reason {
            title: format!("The carrier reported error {code}"),
            help: "Look the code up with your provider, then send again or reach them another way."
                .to_owned(),
            retryable: true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_the_carriers_and_unknown_codes_all_have_words() {
        for code in ["", "in_doubt", "opted_out", "30003", "21610", "40300", "99999"] {
            let reason = of(code);
            assert!(!reason.title.is_empty() && reason.help.ends_with('.'), "{code}");
        }
        assert!(of("99999").title.contains("99999"));
        assert!(!of("opted_out").retryable && of("30003").retryable);
    }
}
