//! What a message or a call may come from.

use std::fmt;

use super::PhoneNumber;

/// The longest sender kept. Real ones are far shorter.
const SENDER_CHARS_MAX: usize = 255;

/// Where a message or a call came from, as the provider's `From` says (Twilio: "a caller id may also be a
/// short code, an alphanumeric sender or a channel address"). Whatever it is, the message is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SenderAddress {
    /// A phone number. A channel prefix such as `whatsapp:` is not part of it.
    Phone(PhoneNumber),
    /// A short code: 3 to 7 digits that only work in one country.
    ShortCode(String),
    /// A sender name of up to 11 letters, digits, spaces and a few signs (GSM, 3GPP TS 23.040), which
    /// cannot be answered.
    Alphanumeric(String),
    /// A caller who withheld the number.
    Anonymous,
    /// Anything else, cut to 255 characters.
    Other(String),
}

impl SenderAddress {
    /// Reads a `From`. Never fails: what is not understood becomes [`Other`](Self::Other).
    pub fn parse(text: &str) -> SenderAddress {
        let bare = text.trim();
        let address = without_channel(bare);
        if is_anonymous(address) {
            return SenderAddress::Anonymous;
        }
        if let Ok(number) = address.parse() {
            return SenderAddress::Phone(number);
        }
        match bare {
            _ if is_short_code(bare) => SenderAddress::ShortCode(bare.to_owned()),
            _ if is_sender_name(bare) => SenderAddress::Alphanumeric(bare.to_owned()),
            _ => SenderAddress::Other(text.chars().take(SENDER_CHARS_MAX).collect()),
        }
    }

    /// The phone number, if it is one and so can be answered.
    pub const fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            SenderAddress::Phone(number) => Some(number),
            _ => None,
        }
    }
}

impl fmt::Display for SenderAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SenderAddress::Phone(number) => number.fmt(f),
            SenderAddress::Anonymous => f.write_str("anonymous"),
            SenderAddress::ShortCode(text)
            | SenderAddress::Alphanumeric(text)
            | SenderAddress::Other(text) => f.write_str(text),
        }
    }
}

fn without_channel(text: &str) -> &str {
    ["whatsapp:", "rcs:", "tel:"].into_iter().find_map(|channel| text.strip_prefix(channel)).unwrap_or(text)
}

/// The words for a withheld caller id, and the same words typed on a phone's keys, in which form they reach
/// a field that wants a number (`+266696687` spells ANONYMOUS, and is no number of Lesotho).
fn is_anonymous(text: &str) -> bool {
    const KEYED: [&str; 4] = ["266696687", "7378742833", "2562533", "86282452253"];
    const SPELLED: [&str; 7] =
        ["", "anonymous", "unknown", "unavailable", "restricted", "private", "blocked"];
    let word = text.trim_start_matches('+').to_ascii_lowercase();
    SPELLED.contains(&word.as_str()) || (text.starts_with('+') && KEYED.contains(&word.as_str()))
}

fn is_short_code(text: &str) -> bool {
    (3..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_sender_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b" +-_&.".contains(&b);
    (1..=11).contains(&text.len())
        && text.bytes().all(allowed)
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_of_sender_is_told_apart() {
        let phone = SenderAddress::Phone("+14155550100".parse().unwrap());
        assert_eq!(SenderAddress::parse("+14155550100"), phone);
        assert_eq!(SenderAddress::parse("whatsapp:+14155550100"), phone);
        assert_eq!(SenderAddress::parse("72345"), SenderAddress::ShortCode("72345".into()));
        assert_eq!(SenderAddress::parse("Bright Dent"), SenderAddress::Alphanumeric("Bright Dent".into()));
        for text in ["anonymous", "Anonymous", "unknown", "", " ", "RESTRICTED", "+", "+266696687"] {
            assert_eq!(SenderAddress::parse(text), SenderAddress::Anonymous, "{text:?}");
        }
        for text in ["client:agent7", "messenger:123456789012345", "4155550100", "日本語"] {
            assert_eq!(SenderAddress::parse(text), SenderAddress::Other(text.into()), "{text:?}");
        }
    }

    #[test]
    fn a_very_long_sender_is_cut() {
        let SenderAddress::Other(kept) = SenderAddress::parse(&"é".repeat(4_000)) else { panic!() };
        assert_eq!(kept.chars().count(), 255);
    }

    proptest! {
        #[test]
        fn never_panics_and_reads_its_own_text_alike(text in any::<String>()) {
            let address = SenderAddress::parse(&text);
            let again = SenderAddress::parse(&address.to_string());
            prop_assert_eq!(address.phone(), again.phone());
        }
    }
}
