//! What people type into a search field, made fit for a statement.

use trunkline_domain::time::Timestamp;

use super::Problem;

/// Characters of what is searched for; nobody types more.
const WANTED_MAX: usize = 200;

/// The text as a literal part of a LIKE pattern whose escape is a backslash.
pub(crate) fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// What is searched for, in small letters; of a phone number, however it is written, the digits.
///
/// # Errors
/// When it is longer than anybody types.
pub(crate) fn wanted(q: Option<&str>) -> Result<String, Problem> {
    let wanted = q.unwrap_or_default().trim();
    if wanted.chars().count() > WANTED_MAX {
        return Err(Problem::invalid("q", format!("Search for at most {WANTED_MAX} characters.")));
    }
    Ok(phone_digits(wanted).unwrap_or_else(|| wanted.to_lowercase()))
}

/// The digits of what can only be a phone number.
fn phone_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() >= 7 && text.chars().all(|c| c.is_ascii_digit() || "+-.()/ ".contains(c));
    is_phone.then_some(digits)
}

/// A stretch of time as asked for: from its first moment on, up to its last one and without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Stretch {
    /// Left open, it reaches from the first time there is to the last.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub(crate) fn asked(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Self, Problem> {
        let bounded = |at: Timestamp| at.clamp(Timestamp::default(), Timestamp::MAX);
        let (from, to) = (bounded(from.unwrap_or_default()), bounded(to.unwrap_or(Timestamp::MAX)));
        if from > to {
            return Err(Problem::invalid("to", format!("The end, {to}, is before the beginning, {from}.")));
        }
        Ok(Stretch { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_found_however_it_is_written() {
        for text in ["+1 (415) 555-0117", "1.415.555.0117", " 14155550117 "] {
            assert_eq!(wanted(Some(text)).unwrap(), "14155550117");
        }
        assert_eq!(wanted(Some("Error 30005")).unwrap(), "error 30005");
        assert_eq!(wanted(Some("30005")).unwrap(), "30005");
        assert_eq!(wanted(None).unwrap(), "");
    }

    #[test]
    fn what_nobody_types_is_refused() {
        assert!(wanted(Some(&"a".repeat(WANTED_MAX))).is_ok());
        assert_eq!(wanted(Some(&"a".repeat(WANTED_MAX + 1))).unwrap_err().status(), 422);
    }

    #[test]
    fn a_stretch_that_ends_before_it_begins_is_refused() {
        let at = Timestamp::from_secs;
        assert_eq!(Stretch::asked(Some(at(1)), Some(at(2))).unwrap(), Stretch { from: at(1), to: at(2) });
        assert!(Stretch::asked(Some(at(2)), Some(at(1))).is_err());
        let open = Stretch::asked(Some(Timestamp::from_micros(i64::MIN)), None).unwrap();
        assert_eq!((open.from, open.to), (Timestamp::default(), Timestamp::MAX));
    }
}
