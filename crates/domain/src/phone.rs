//! Phone numbers in E.164, and what else a message may come from.
//!
//! A number is read once, at the edge, in whatever way a person or a file writes it, and is E.164 from
//! there on: two numbers are the same when their text is the same. The rules of national numbering come
//! from the `phonenumber` crate (libphonenumber's data). They decide what is *possible*, not what is
//! assigned: new ranges and test numbers must not be locked out by data that is a year old.

mod country;
mod sender;

use std::fmt;
use std::str::FromStr;

use phonenumber::Mode;
use phonenumber::country::Id;
use phonenumber::metadata::{DATABASE, Metadata};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use country::{CountryCode, UnknownCountry};
pub use sender::SenderAddress;

/// The fewest digits taken for a number that can be written to from abroad.
const DIGITS_MIN: usize = 8;
/// The most digits E.164 allows.
const DIGITS_MAX: usize = 15;
/// Longer input is no phone number, whatever is in it.
const TEXT_BYTES_MAX: usize = 128;

/// A phone number in E.164: `+`, country code, national number, 8 to 15 digits in all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people write it: international (`+1 (415) 555-0100`, `tel:+14155550100`) or, with
    /// a default country, as dialled there (`(415) 555-0100`, `011 44 20 7946 0958`).
    ///
    /// # Errors
    /// Says what is wrong with the text and how to write it instead.
    pub fn parse(text: &str, default_country: Option<CountryCode>) -> Result<PhoneNumber, PhoneError> {
        let written = cleaned(text)?;
        let number = if written.starts_with('+') {
            international(&written, text)
        } else {
            let country = default_country.ok_or_else(|| PhoneError::NoCountry(excerpt(text)))?;
            national(&written, country, text)
        }?;
        settled(number, text)
    }

    /// The number as E.164 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country the number suggests; the main one of its country code when the range is unknown
    /// (`+1 555…` gives US), and `None` for numbers of no country (`+800…`). Numbers are portable and
    /// people travel, so this is a guess at where its holder is.
    pub fn country(&self) -> Option<CountryCode> {
        let number = self.parsed()?;
        let known = number.country().id();
        let main = || regions(number.country().code()).into_iter().find(|m| m.is_main_country_for_code());
        known.map(CountryCode::from_id).or_else(|| main()?.id().parse().ok())
    }

    /// The number as written inside its country: `(415) 555-0100`.
    pub fn national(&self) -> String {
        self.formatted(Mode::National)
    }

    /// The number as written for readers anywhere: `+1 415-555-0100`.
    pub fn international(&self) -> String {
        self.formatted(Mode::International)
    }

    fn parsed(&self) -> Option<phonenumber::PhoneNumber> {
        phonenumber::parse(None, &self.0).ok()
    }

    /// Falls back to E.164 for a number the library cannot place.
    fn formatted(&self, mode: Mode) -> String {
        let written = self.parsed().and_then(|number| written(&number, mode));
        written.unwrap_or_else(|| self.0.clone())
    }
}

/// Strict E.164, as providers and our own API write it. Nothing is guessed and nothing is looked up.
impl FromStr for PhoneNumber {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let right_length = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len());
        if right_length && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(PhoneNumber(text.to_owned()))
        } else {
            Err(PhoneError::NotE164(excerpt(text)))
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.0)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is no phone number. Each carries the text (shortened if it is long) and names the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was given.
    #[error("the phone number is empty; write it like +14155550100")]
    Empty,
    /// There are signs in it that no phone number has.
    #[error("'{0}' is not a phone number; use digits, written like +14155550100")]
    NotANumber(String),
    /// It is a number in a company, behind another number.
    #[error("'{0}' has an extension, which cannot receive texts; leave the extension out")]
    Extension(String),
    /// It is written the national way and nobody said in which nation.
    #[error("'{0}' has no country code; write it with one, like +14155550100")]
    NoCountry(String),
    /// Its country code belongs to no country.
    #[error("'{0}' does not begin with a country code in use; after the + comes one, like +1 or +44")]
    UnknownCountryCode(String),
    /// Too few digits for its country.
    #[error("'{0}' has too few digits; include the area code, like +14155550100")]
    TooShort(String),
    /// Too many digits for its country.
    #[error("'{0}' has too many digits for its country; check for a doubled or an extra one")]
    TooLong(String),
    /// A number of digits that its country does not use.
    #[error("'{0}' does not have a number of digits used in its country; check for a missing one")]
    WrongLength(String),
    /// It had to be E.164 and is not.
    #[error("'{0}' is not in E.164; write + and 8 to 15 digits without spaces, like +14155550100")]
    NotE164(String),
}

/// The part of a refused text that is worth repeating to its author.
fn excerpt(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

/// Digits, with a `+` before them when the text had one. What people put between digits is dropped, what
/// cannot be part of a number is refused. From here on the library sees nothing but ASCII digits.
fn cleaned(text: &str) -> Result<String, PhoneError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(PhoneError::NotANumber(excerpt(text)));
    }
    let bare = text.trim_matches(is_separator);
    let bare = bare.strip_prefix("tel:").unwrap_or(bare);
    let mut written = String::with_capacity(bare.len());
    for character in bare.chars() {
        match (digit(character), character) {
            (Some(digit), _) => written.push(digit),
            (None, '+' | '＋') if written.is_empty() => written.push('+'),
            (None, 'x' | 'X' | '#' | ';' | ',') if written.len() > 3 => {
                return Err(PhoneError::Extension(excerpt(text)));
            }
            (None, other) if is_separator(other) => {}
            _ => return Err(PhoneError::NotANumber(excerpt(text))),
        }
    }
    if written.is_empty() { Err(PhoneError::Empty) } else { Ok(without_trunk_zero(bare, written)) }
}

/// `+44 (0)20 …` is the common way to give both forms at once: from abroad the zero is not dialled.
fn without_trunk_zero(bare: &str, written: String) -> String {
    let Some((before, after)) = bare.split_once("(0)").filter(|_| written.starts_with('+')) else {
        return written;
    };
    let digits = |part: &str| part.chars().filter_map(digit).collect::<String>();
    format!("+{}{}", digits(before), digits(after))
}

/// A decimal digit of the scripts that phones type numbers in, as ASCII.
fn digit(character: char) -> Option<char> {
    const ZEROS: [char; 4] = ['0', '０', '٠', '۰'];
    let offset = |zero: char| u32::from(character).checked_sub(u32::from(zero)).filter(|value| *value < 10);
    ZEROS.into_iter().find_map(offset).and_then(|value| char::from_digit(value, 10))
}

/// What is written between digits, and the invisible marks that come along when a number is copied.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '/' | '(' | ')' | '[' | ']' | '‐'..='―' | '−' | '·' | '（' | '）' | '－')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || c == '\u{feff}'
}

fn international(written: &str, text: &str) -> Result<phonenumber::PhoneNumber, PhoneError> {
    phonenumber::parse(None, written).map_err(|error| refusal(&error, text))
}

fn national(written: &str, country: CountryCode, text: &str) -> Result<phonenumber::PhoneNumber, PhoneError> {
    phonenumber::parse(Some(country.id()), written).map_err(|error| refusal(&error, text))
}

fn refusal(error: &phonenumber::ParseError, text: &str) -> PhoneError {
    use phonenumber::ParseError as E;
    let text = excerpt(text);
    match error {
        E::InvalidCountryCode => PhoneError::UnknownCountryCode(text),
        E::TooShortAfterIdd | E::TooShortNsn => PhoneError::TooShort(text),
        E::TooLong => PhoneError::TooLong(text),
        _ => PhoneError::NotANumber(text),
    }
}

/// Checks the length and makes sure that the number, read again, is the same number: the library may strip
/// a trunk prefix that only shows once another one is gone.
fn settled(number: phonenumber::PhoneNumber, text: &str) -> Result<PhoneNumber, PhoneError> {
    let mut number = number;
    for _ in 0..3 {
        possible(&number, text)?;
        let e164: PhoneNumber = written(&number, Mode::E164).unwrap_or_default().parse()?;
        let again = international(e164.as_str(), text)?;
        if written(&again, Mode::E164).as_deref() == Some(e164.as_str()) {
            return Ok(e164);
        }
        number = again;
    }
    Err(PhoneError::NotANumber(excerpt(text)))
}

/// Whether the number's region has numbers of this length. Whether the range is assigned is not asked.
fn possible(number: &phonenumber::PhoneNumber, text: &str) -> Result<(), PhoneError> {
    let length = number.national().to_string().len();
    let lengths: Vec<usize> = governing(number).into_iter().flat_map(possible_lengths).collect();
    match (lengths.iter().min(), lengths.iter().max()) {
        (None, _) | (_, None) => Err(PhoneError::UnknownCountryCode(excerpt(text))),
        (Some(min), _) if length < *min => Err(PhoneError::TooShort(excerpt(text))),
        (_, Some(max)) if length > *max => Err(PhoneError::TooLong(excerpt(text))),
        _ if lengths.contains(&length) => Ok(()),
        _ => Err(PhoneError::WrongLength(excerpt(text))),
    }
}

/// The region whose rules a number follows: its own; the main one of its country code when its range is
/// in no region's data; failing that, any of them.
fn governing(number: &phonenumber::PhoneNumber) -> Vec<&'static Metadata> {
    let all = regions(number.country().code());
    let main = || all.iter().copied().find(|region| region.is_main_country_for_code());
    number.metadata(&DATABASE).or_else(main).map_or(all.clone(), |region| vec![region])
}

fn regions(country_code: u16) -> Vec<&'static Metadata> {
    DATABASE.by_code(&country_code).unwrap_or_default()
}

/// The lengths of national numbers in a region, over all kinds of numbers that can be dialled from abroad.
fn possible_lengths(region: &Metadata) -> Vec<usize> {
    let kinds = region.descriptors();
    let of_kind = [
        kinds.fixed_line(),
        kinds.mobile(),
        kinds.toll_free(),
        kinds.premium_rate(),
        kinds.shared_cost(),
        kinds.personal_number(),
        kinds.voip(),
        kinds.pager(),
        kinds.uan(),
    ];
    let all = std::iter::once(kinds.general()).chain(of_kind.into_iter().flatten());
    all.flat_map(|kind| kind.possible_length()).map(|length| usize::from(*length)).collect()
}

/// The number in the wanted form; `None` when the library has no rules for its country code.
fn written(number: &phonenumber::PhoneNumber, mode: Mode) -> Option<String> {
    let mut text = String::new();
    fmt::write(&mut text, format_args!("{}", number.format().mode(mode))).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests;
