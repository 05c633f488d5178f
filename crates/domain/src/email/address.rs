//! Email addresses: read once, at the edge, and compared by their text from there on.

use std::fmt;

/// Bytes of an address (RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets).
const ADDRESS_MAX: usize = 254;
/// Bytes before the at sign (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// Characters of a name beside an address that are kept.
pub const TEXT_MAX: usize = 100;

/// An address in lower case. The part before the at sign may differ by case in theory (RFC 5321, 2.4); in practice
/// no one's does, and two contacts for one person would be the worse mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// Why a text is no email address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an email address; it looks like name@example.com.")]
pub struct EmailError(String);

impl EmailAddress {
    /// Reads a bare address: something, an at sign, something with a dot. Who can be reached is found out by writing.
    ///
    /// # Errors
    /// When it could not be an address, with an excerpt of the text.
    pub fn parse(text: &str) -> Result<EmailAddress, EmailError> {
        let text = text.trim();
        let refuse = || EmailError(text.chars().take(80).collect());
        let (local, domain) = text.rsplit_once('@').ok_or_else(refuse)?;
        let fits = text.len() <= ADDRESS_MAX && (1..=LOCAL_MAX).contains(&local.len());
        if !fits || !is_plain(local) || !is_domain(domain) {
            return Err(refuse());
        }
        Ok(EmailAddress(text.to_lowercase()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the at sign.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address with a tag before its at sign: `team+tag@example.com` (RFC 5233). A tag it has already is replaced.
    pub fn tagged(&self, tag: &str) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let base = local.split('+').next().unwrap_or(local);
        format!("{base}+{tag}@{domain}")
    }

    /// The tag of `other`, if it is this address with one.
    pub fn tag_in(&self, other: &str) -> Option<String> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let other = other.trim().to_lowercase();
        let (other_local, other_domain) = other.rsplit_once('@')?;
        let (base, tag) = other_local.split_once('+')?;
        let ours = local.split('+').next().unwrap_or(local);
        (base == ours && other_domain == domain).then(|| tag.to_owned())
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an address that a message goes to or comes from is one for email: no number or sender name has an at sign.
pub fn is_email(address: &str) -> bool {
    address.contains('@')
}

/// No spaces, nothing that ends a header or an angle bracket.
fn is_plain(part: &str) -> bool {
    !part.chars().any(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"' | '\\' | '@')
    })
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        let is_edge = |c: Option<char>| c == Some('-');
        (1..=63).contains(&label.len())
            && !is_edge(label.chars().next())
            && !is_edge(label.chars().last())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    domain.contains('.') && domain.split('.').all(label)
}

/// A name and an address, as headers write them: `Ana <ana@example.net>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, without line breaks and of a bounded length.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

impl Mailbox {
    /// Reads `Ana <ana@example.net>`, `"Ana, B." <…>` or a bare address.
    ///
    /// # Errors
    /// When there is no address in it.
    pub fn parse(text: &str) -> Result<Mailbox, EmailError> {
        let text = text.trim();
        let (Some(open), Some(close)) = (text.rfind('<'), text.rfind('>')) else {
            return Ok(Mailbox { name: None, address: EmailAddress::parse(text)? });
        };
        let inner = text.get(open + 1..close).unwrap_or_default();
        let name = one_line(text[..open].trim().trim_matches('"'), TEXT_MAX);
        Ok(Mailbox { name: Some(name).filter(|name| !name.is_empty()), address: EmailAddress::parse(inner)? })
    }

    /// As a header writes it, the name in quotes: nothing in it can begin another address or header.
    pub fn header(name: &str, address: &str) -> String {
        let name = one_line(name, TEXT_MAX);
        let name: String = name.chars().filter(|c| !matches!(c, '"' | '\\' | '<' | '>')).collect();
        let address = one_line(address, ADDRESS_MAX);
        if name.trim().is_empty() { address } else { format!("\"{}\" <{address}>", name.trim()) }
    }
}

/// At most `max` characters of a text, in one line: a header cannot be ended from within, and nothing invisible turns
/// the reading direction around.
pub fn one_line(text: &str, max: usize) -> String {
    let is_odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let clean: String = text.chars().take(max * 4).map(|c| if is_odd(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    words.join(" ").chars().take(max).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read_and_folded_to_lower_case() {
        let cases = [
            (" Ana.B+x@Example.NET ", Some("ana.b+x@example.net")),
            ("zoë@bücher.example", Some("zoë@bücher.example")),
            ("o'hara@sub.example.co.uk", Some("o'hara@sub.example.co.uk")),
            ("ana@localhost", None),
            ("@example.com", None),
            ("ana@", None),
            ("ana example.com", None),
            ("a@b@example.com", None),
            ("ana@exa mple.com", None),
            ("ana@-example.com", None),
            ("ana@example..com", None),
            ("ana\r\nbcc:x@example.com", None),
            ("<ana@example.com>", None),
        ];
        for (text, expected) in cases {
            assert_eq!(EmailAddress::parse(text).ok().as_ref().map(EmailAddress::as_str), expected, "{text}");
        }
        assert!(EmailAddress::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
        assert!(EmailAddress::parse(&format!("a@{}.com", "b.".repeat(130))).is_err());
    }

    #[test]
    fn a_name_beside_an_address_is_kept_in_one_line() {
        let read = |text: &str| Mailbox::parse(text).map(|m| (m.name, m.address.to_string()));
        assert_eq!(read("Ana <ANA@example.net>"), Ok((Some("Ana".into()), "ana@example.net".into())));
        assert_eq!(read("\"B, Ana\" <a@example.net>"), Ok((Some("B, Ana".into()), "a@example.net".into())));
        assert_eq!(read("a@example.net"), Ok((None, "a@example.net".into())));
        assert!(read("Ana <>").is_err() && read("> <").is_err());
        assert_eq!(
            Mailbox::header("Eve\r\nBcc: x@y.z", "a@example.net"),
            "\"Eve Bcc: x@y.z\" <a@example.net>"
        );
        assert_eq!(Mailbox::header("\" <evil@x.y>, \"", "a@example.net"), "\"evil@x.y,\" <a@example.net>");
        assert_eq!(one_line("a\u{202e}b\u{2028}c\0d", 9), "a b c d");
    }

    #[test]
    fn a_tag_goes_in_and_comes_out() {
        let line = EmailAddress::parse("Team@example.com").unwrap();
        assert_eq!(line.tagged("r-1"), "team+r-1@example.com");
        assert_eq!(line.tag_in("TEAM+R-1@Example.com").as_deref(), Some("r-1"));
        for other in ["team@example.com", "other+r@example.com", "team+r@example.org", "x"] {
            assert_eq!(line.tag_in(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_reading_is_stable(text in ".{0,80}|[a-zA-Z<>@.,\" +-]{0,40}") {
            if let Ok(mailbox) = Mailbox::parse(&text) {
                let again = EmailAddress::parse(mailbox.address.as_str());
                prop_assert_eq!(again, Ok(mailbox.address));
            }
        }

        #[test]
        fn no_name_breaks_out_of_its_header(name in ".{0,60}") {
            let header = Mailbox::header(&name, "a@example.net");
            prop_assert!(!header.contains(['\r', '\n', '\0']));
            let read = Mailbox::parse(&header).unwrap();
            prop_assert_eq!(read.address.as_str(), "a@example.net");
            prop_assert!(header.matches('<').count() <= 1);
        }
    }
}
