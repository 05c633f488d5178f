//! Subjects.

use super::one_line;

/// Characters of a subject; more is no subject any more (RFC 5322, 2.1.1 allows 998 in a line).
pub const SUBJECT_MAX: usize = 250;

/// Words that programs put before the subject of an answer, in the languages of common mail programs.
const PREFIXES: [&str; 10] = ["re", "aw", "sv", "vs", "antw", "ref", "res", "rif", "odp", "ynt"];

/// The subject of an answer: `Re: ` before it, once.
pub fn reply_subject(subject: &str) -> String {
    let subject = one_line(subject, SUBJECT_MAX);
    let rest = without_prefix(&subject);
    one_line(&format!("Re: {rest}"), SUBJECT_MAX)
}

fn without_prefix(mut subject: &str) -> &str {
    while let Some((word, rest)) = subject.split_once(':') {
        // Some write the count: "Re[2]:".
        let word = word.trim().split(['[', '(']).next().unwrap_or_default();
        if !PREFIXES.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            break;
        }
        subject = rest.trim_start();
    }
    subject.trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_answer_says_re_once() {
        let cases = [
            ("Your order", "Re: Your order"),
            ("RE: Your order", "Re: Your order"),
            ("Aw: Re[2]: Your order", "Re: Your order"),
            ("Reply: yes", "Re: Reply: yes"),
            ("", "Re:"),
            ("a\r\nBcc: x@y.z", "Re: a Bcc: x@y.z"),
        ];
        for (subject, expected) in cases {
            assert_eq!(reply_subject(subject), expected, "{subject}");
        }
    }

    proptest! {
        #[test]
        fn the_answer_to_an_answer_has_the_same_subject(subject in ".{0,300}") {
            let once = reply_subject(&subject);
            prop_assert!(once.chars().count() <= SUBJECT_MAX && !once.contains(['\r', '\n']));
            if once.chars().count() < SUBJECT_MAX {
                prop_assert_eq!(reply_subject(&once), once);
            }
        }
    }
}
