//! The ways a value can be written.

use jiff::civil::{Date, DateTime};

use super::RenderContext;
use crate::phone::{CountryCode, PhoneNumber};
use crate::time::Timestamp;

/// A way to write a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// Every word with a capital, if it is all in one case; "McAdam" stays.
    Title,
    /// The first word only.
    First,
    /// The day of an RFC 3339 time, or a plain `2026-11-21`.
    Date,
    /// The time of day of an RFC 3339 time.
    Time,
    /// Day and time of day of an RFC 3339 time.
    DateTime,
    /// A decimal number, with thousands apart.
    Number,
    /// An amount in a currency.
    Money(Currency),
    /// A phone number as people write it.
    Phone,
}

/// A currency by its three letters (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency([u8; 3]);

/// How dates, times and numbers are written. All texts stay within the characters of GSM 7-bit: a
/// typographic space would make the whole message cost twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// November 21, 2026; 6:00 PM; 1,234.50
    #[default]
    EnUs,
    /// 21 November 2026; 18:00; 1,234.50
    EnGb,
    /// 2026-11-21; 18:00; 1234.50
    Iso,
}

impl Locale {
    /// What is understood in a country: English conventions where English is usual, the ones of ISO 8601
    /// elsewhere.
    pub fn of(country: CountryCode) -> Locale {
        match country.as_str() {
            "US" | "CA" | "PR" | "PH" => Locale::EnUs,
            "GB" | "IE" | "AU" | "NZ" | "IN" | "ZA" | "SG" | "HK" | "NG" | "KE" => Locale::EnGb,
            _ => Locale::Iso,
        }
    }

    const fn date(self) -> &'static str {
        match self {
            Locale::EnUs => "%B %-d, %Y",
            Locale::EnGb => "%-d %B %Y",
            Locale::Iso => "%Y-%m-%d",
        }
    }

    const fn time(self) -> &'static str {
        match self {
            Locale::EnUs => "%-I:%M %p",
            Locale::EnGb | Locale::Iso => "%H:%M",
        }
    }

    const fn groups(self) -> bool {
        !matches!(self, Locale::Iso)
    }
}

/// A text that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownFormat {
    /// No format of that name.
    #[error(
        "'{0}' is not a format; use upper, lower, title, first, date, time, datetime, number, money USD or phone"
    )]
    Name(String),
    /// Money without a currency.
    #[error("'{0}' names no currency; write three capital letters, like money USD")]
    Currency(String),
    /// More formats one after the other than make sense.
    #[error("a value takes at most {CHAIN_MAX} formats; remove some")]
    Many,
}

/// The most formats a value goes through.
const CHAIN_MAX: usize = 4;

/// Formats applied one after the other, separated by colons.
pub(super) fn chain(text: &str) -> Result<Vec<Format>, UnknownFormat> {
    let formats: Vec<Format> = text.split(':').take(CHAIN_MAX + 1).map(one).collect::<Result<_, _>>()?;
    if formats.len() > CHAIN_MAX { Err(UnknownFormat::Many) } else { Ok(formats) }
}

fn one(text: &str) -> Result<Format, UnknownFormat> {
    match text.trim() {
        "upper" => Ok(Format::Upper),
        "lower" => Ok(Format::Lower),
        "title" => Ok(Format::Title),
        "first" => Ok(Format::First),
        "date" => Ok(Format::Date),
        "time" => Ok(Format::Time),
        "datetime" => Ok(Format::DateTime),
        "number" => Ok(Format::Number),
        "phone" => Ok(Format::Phone),
        other => money(other),
    }
}

fn money(text: &str) -> Result<Format, UnknownFormat> {
    let mut words = text.split_whitespace();
    if words.next() != Some("money") {
        return Err(UnknownFormat::Name(text.chars().take(40).collect()));
    }
    match (words.next().map(|code| <[u8; 3]>::try_from(code.as_bytes())), words.next()) {
        (Some(Ok(code)), None) if code.iter().all(u8::is_ascii_uppercase) => {
            Ok(Format::Money(Currency(code)))
        }
        _ => Err(UnknownFormat::Currency(text.chars().take(40).collect())),
    }
}

impl Format {
    /// The text in this format, or what is wrong with it.
    pub(super) fn apply(self, text: &str, context: &RenderContext<'_>) -> Result<String, String> {
        let locale = context.locale;
        match self {
            Format::Upper => Ok(text.to_uppercase()),
            Format::Lower => Ok(text.to_lowercase()),
            Format::Title => Ok(text.split_inclusive(char::is_whitespace).map(titled).collect()),
            Format::First => Ok(text.split_whitespace().next().unwrap_or_default().to_owned()),
            Format::Date => match text.trim().parse::<Date>() {
                // Only a text of exactly a date: jiff would also take the date out of a longer one.
                Ok(date) if text.trim().len() == "2026-11-21".len() => {
                    written(locale.date(), date.to_datetime(jiff::civil::Time::midnight()))
                }
                _ => written(locale.date(), local(text, context)?),
            },
            Format::Time => written(locale.time(), local(text, context)?),
            Format::DateTime => {
                written(&format!("{}, {}", locale.date(), locale.time()), local(text, context)?)
            }
            Format::Number => Decimal::read(text).map(|number| number.written(locale)),
            Format::Money(currency) => currency.written(text, locale),
            Format::Phone => phone(text, context),
        }
    }
}

fn local(text: &str, context: &RenderContext<'_>) -> Result<DateTime, String> {
    let at: Timestamp = text
        .trim()
        .parse()
        .map_err(|_| format!("'{}' is not a time; write it like 2026-11-21T18:00:00Z", excerpt(text)))?;
    Ok(context.zone.to_datetime(at.to_jiff()))
}

fn written(format: &str, at: DateTime) -> Result<String, String> {
    jiff::fmt::strtime::format(format, at).map_err(|error| error.to_string())
}

fn phone(text: &str, context: &RenderContext<'_>) -> Result<String, String> {
    let number = PhoneNumber::parse(text, context.country).map_err(|error| error.to_string())?;
    let at_home = context.country.is_some() && number.country() == context.country;
    Ok(if at_home { number.national() } else { number.international() })
}

/// One word with a capital, part by part: "jean-luc o'neil" has four. A word in mixed case is written as
/// its owner wrote it.
fn titled(word: &str) -> String {
    let (upper, lower) = (word.chars().any(char::is_uppercase), word.chars().any(char::is_lowercase));
    if upper && lower {
        return word.to_owned();
    }
    let (mut text, mut part) = (String::new(), 0);
    for c in word.chars() {
        if part == 0 {
            text.extend(c.to_uppercase());
        } else {
            text.extend(c.to_lowercase());
        }
        // An apostrophe after one letter begins a new part (O'Neil); after more it does not (Maria's).
        let begins =
            c == '-' || (matches!(c, '\'' | '’') && part == 1) || (part == 0 && !c.is_alphanumeric());
        part = if begins { 0 } else { part + 1 };
    }
    text
}

/// A decimal number as digits; never a float, which would change amounts.
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    decimals: &'a str,
}

impl<'a> Decimal<'a> {
    fn read(text: &'a str) -> Result<Self, String> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let trimmed = text.trim();
        let (negative, unsigned) =
            trimmed.strip_prefix('-').map_or((false, trimmed), |unsigned| (true, unsigned));
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        if whole.is_empty() || decimals.is_empty() || !digits(whole) || !digits(decimals) {
            return Err(format!("'{}' is not a number; write it like 1234.50", excerpt(text)));
        }
        let decimals = if unsigned.contains('.') { decimals } else { "" };
        let whole = whole.trim_start_matches('0');
        Ok(Decimal { negative, whole: if whole.is_empty() { "0" } else { whole }, decimals })
    }

    fn written(&self, locale: Locale) -> String {
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}", self.unsigned(locale))
    }

    fn unsigned(&self, locale: Locale) -> String {
        let point = if self.decimals.is_empty() { "" } else { "." };
        format!("{}{point}{}", grouped(self.whole, locale), self.decimals)
    }
}

fn grouped(digits: &str, locale: Locale) -> String {
    let left = |index: usize| digits.len() - index;
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if locale.groups() && index > 0 && left(index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Currency {
    /// Cuts no digits: an amount with more decimals than the currency has is a mistake worth seeing.
    fn written(self, text: &str, locale: Locale) -> Result<String, String> {
        let mut amount = Decimal::read(text)?;
        let places = self.places();
        if amount.decimals.trim_end_matches('0').len() > places {
            let (code, text) = (self.code(), excerpt(text));
            return Err(format!("'{text}' has more decimals than {code} has; round it to {places}"));
        }
        let decimals = format!("{:0<places$.places$}", amount.decimals);
        amount.decimals = &decimals;
        let (sign, number) = (if amount.negative { "-" } else { "" }, amount.unsigned(locale));
        Ok(match self.symbol(locale) {
            Some(symbol) => format!("{sign}{symbol}{number}"),
            None => format!("{sign}{number} {}", self.code()),
        })
    }

    fn code(self) -> String {
        self.0.iter().map(|byte| char::from(*byte)).collect()
    }

    /// The currencies without the usual two decimals (ISO 4217, minor units).
    const fn places(self) -> usize {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// Signs that GSM 7-bit has. A bare dollar sign is the US dollar to readers of American English only.
    const fn symbol(self, locale: Locale) -> Option<&'static str> {
        match (&self.0, locale) {
            (_, Locale::Iso) => None,
            (b"USD", Locale::EnUs) => Some("$"),
            (b"USD", _) => Some("US$"),
            (b"EUR", _) => Some("€"),
            (b"GBP", _) => Some("£"),
            (b"JPY", _) => Some("¥"),
            _ => None,
        }
    }
}

fn excerpt(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
