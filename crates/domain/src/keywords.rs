//! Opt-out, opt-in and help keywords in what customers write.
//!
//! A keyword counts only when it is the whole message: "STOP" ends all texts, "I'll stop by at 5" is an
//! appointment. Wishes in other words are legally just as binding (FCC, 47 CFR 64.1200(a)(10)), but no
//! list can recognise them safely, so [`maybe_revocation`] only asks for a person's eyes.

use serde::{Deserialize, Serialize};

/// What a one-word message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keyword {
    /// Send nothing any more.
    Stop,
    /// Send again. "Yes" is one of these words and also an everyday answer: it means something only for a
    /// recipient who is opted out.
    Start,
    /// Say who is writing and how to stop it.
    Help,
}

/// Twilio's default keywords, the FCC's list of words that always count, and the spellings people use.
const KEYWORDS: [(&str, Keyword); 19] = [
    ("stop", Keyword::Stop),
    ("stopall", Keyword::Stop),
    ("stop all", Keyword::Stop),
    ("unsubscribe", Keyword::Stop),
    ("cancel", Keyword::Stop),
    ("end", Keyword::Stop),
    ("quit", Keyword::Stop),
    ("revoke", Keyword::Stop),
    ("optout", Keyword::Stop),
    ("opt out", Keyword::Stop),
    ("opt-out", Keyword::Stop),
    ("start", Keyword::Start),
    ("unstop", Keyword::Start),
    ("yes", Keyword::Start),
    ("optin", Keyword::Start),
    ("opt in", Keyword::Start),
    ("opt-in", Keyword::Start),
    ("help", Keyword::Help),
    ("info", Keyword::Help),
];

/// No keyword is longer; the rest of a novel need not be looked at.
const KEYWORD_BYTES_MAX: usize = 64;

impl Keyword {
    /// The keyword that `text` consists of. Upper and lower case, white space, quotation marks,
    /// punctuation, emoji and the invisible marks that keyboards add make no difference.
    pub fn recognise(text: &str) -> Option<Keyword> {
        let text = text.trim();
        if text.len() > KEYWORD_BYTES_MAX {
            return None;
        }
        let said = words(text).join(" ");
        KEYWORDS.iter().find(|(word, _)| *word == said).map(|(_, keyword)| *keyword)
    }

    /// Whether `text` is a keyword that people also say without meaning one: "yes", to whatever they were asked.
    pub fn is_everyday(text: &str) -> bool {
        text.len() <= KEYWORD_BYTES_MAX && words(text) == ["yes"]
    }

    /// The word used in API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Keyword::Stop => "stop",
            Keyword::Start => "start",
            Keyword::Help => "help",
        }
    }
}

/// Wordings, already in lower case and without apostrophes, that a reasonable person may read as "do not
/// write to me again". English and the Spanish ones seen most in the United States.
const REVOCATIONS: [&str; 44] = [
    "cease and desist",
    "cease contact",
    "do not call",
    "do not contact",
    "do not message",
    "do not send me",
    "do not text",
    "do not write",
    "dont call",
    "dont contact",
    "dont message",
    "dont send me",
    "dont text",
    "dont want any more",
    "dont want these",
    "dont write",
    "delete my number",
    "leave me alone",
    "lose my number",
    "no longer wish to receive",
    "no more messages",
    "no more texts",
    "no more sms",
    "opt me out",
    "opt out",
    "quit contacting",
    "quit messaging",
    "quit texting",
    "remove me",
    "remove my number",
    "revoke my consent",
    "stop calling",
    "stop contacting",
    "stop messaging",
    "stop sending",
    "stop spamming",
    "stop texting",
    "stop the messages",
    "stop the texts",
    "take me off",
    "unsubscribe",
    "no mas mensajes",
    "no me escriban",
    "dejen de escribir",
];

/// Beginnings that ask to stop when little else follows.
const SHORT_REVOCATIONS: [&str; 6] =
    ["stop", "please stop", "pls stop", "just stop", "please quit", "no mas"];

/// "Stop please now" is a wish to be left alone, "stop at the corner of 5th and Main" is not.
const SHORT_WORDS_MAX: usize = 4;

/// Words that make an innocent "stop" of a short message ("stop by", "stop in").
const INNOCENT: [&str; 8] = ["by", "at", "in", "over", "off", "for", "here", "there"];

/// The first part of a text, in bytes, that is looked at. Longer texts cost no more than this.
const REVOCATION_BYTES_MAX: usize = 4_096;

/// Whether `text` may ask, in words of its own, not to be contacted any more. Meant to put the message
/// before a person, never to act alone: it errs on the side of asking.
pub fn maybe_revocation(text: &str) -> bool {
    let start = text.floor_char_boundary(REVOCATION_BYTES_MAX);
    let words = words(&text[..start]);
    let said = format!(" {} ", words.join(" "));
    REVOCATIONS.iter().any(|phrase| said.contains(&format!(" {phrase} "))) || is_short_revocation(&words)
}

fn is_short_revocation(words: &[String]) -> bool {
    if words.len() > SHORT_WORDS_MAX || words.iter().any(|word| INNOCENT.contains(&word.as_str())) {
        return false;
    }
    let said = format!("{} ", words.join(" "));
    SHORT_REVOCATIONS.iter().any(|beginning| said.starts_with(&format!("{beginning} ")))
}

/// The words of `text` in lower case: separated by anything that is neither letter, digit, apostrophe nor
/// hyphen, with apostrophes dropped ("don't" and "dont" are one word) and Spanish accents removed.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && !is_apostrophe(c) && c != '-')
        .map(|word| {
            let word = word.trim_matches('-').chars().filter(|c| !is_apostrophe(*c));
            word.flat_map(char::to_lowercase).map(|c| if c == 'á' { 'a' } else { c }).collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn yes_is_an_everyday_word_and_the_others_are_not() {
        for text in ["yes", "Yes!", " YES 👍"] {
            assert!(Keyword::is_everyday(text) && Keyword::recognise(text) == Some(Keyword::Start), "{text}");
        }
        for text in ["start", "yes please", "no", "", "stop"] {
            assert!(!Keyword::is_everyday(text), "{text}");
        }
    }

    #[test]
    fn the_whole_message_is_the_keyword() {
        for text in
            ["STOP", "stop", " Stop \n", "STOP.", "stop!!", "\"STOP\"", "“Stop”", "stop  all", "Stop 🛑"]
        {
            assert_eq!(Keyword::recognise(text), Some(Keyword::Stop), "{text:?}");
        }
        for text in ["Unsubscribe", "CANCEL", "end", "Quit.", "revoke", "OptOut", "opt out", "OPT-OUT"] {
            assert_eq!(Keyword::recognise(text), Some(Keyword::Stop), "{text:?}");
        }
        for text in ["START", "unstop", "Yes!", "yes"] {
            assert_eq!(Keyword::recognise(text), Some(Keyword::Start), "{text:?}");
        }
        for text in ["HELP", "info", "Help?"] {
            assert_eq!(Keyword::recognise(text), Some(Keyword::Help), "{text:?}");
        }
    }

    #[test]
    fn a_keyword_inside_a_sentence_is_no_keyword() {
        for text in
            ["stop please", "I will stop by at 5", "yes please", "help me", "", "!", "the end", "STOP 2"]
        {
            assert_eq!(Keyword::recognise(text), None, "{text:?}");
        }
    }

    #[test]
    fn wishes_in_other_words_are_flagged() {
        for text in [
            "Please stop texting me",
            "don’t text me again",
            "DON'T CONTACT ME",
            "take me off your list!!",
            "stop please",
            "please stop",
            "No más mensajes",
            "who is this? remove me",
            "I no longer wish to receive these",
            "leave me alone",
        ] {
            assert!(maybe_revocation(text), "{text:?}");
        }
    }

    #[test]
    fn everyday_messages_are_not_flagged() {
        for text in [
            "Can I stop by at 5?",
            "I'll stop by tomorrow",
            "stop by anytime",
            "yes, see you at the bus stop",
            "Don't forget the keys",
            "cancel my appointment on Tuesday please",
            "",
        ] {
            assert!(!maybe_revocation(text), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert!(!maybe_revocation(&"é".repeat(5_000)));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = (Keyword::recognise(&text), maybe_revocation(&text));
        }

        #[test]
        fn case_and_padding_make_no_difference(
            index in 0..KEYWORDS.len(), before in "[ \\n\"]{0,3}", after in "[ .!\\t]{0,3}", upper: bool,
        ) {
            let (word, keyword) = KEYWORDS[index];
            let word = if upper { word.to_uppercase() } else { word.to_owned() };
            prop_assert_eq!(Keyword::recognise(&format!("{before}{word}{after}")), Some(keyword));
        }

        #[test]
        fn a_further_word_makes_it_an_ordinary_message(index in 0..KEYWORDS.len(), more in "zz[a-z]{1,8}") {
            let text = format!("{} {}", KEYWORDS[index].0, more);
            prop_assert_eq!(Keyword::recognise(&text), None);
        }
    }
}
