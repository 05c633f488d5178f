//! Mail that no person wrote must never be answered by itself: two programs would write to each other for ever.

/// Why a mail is taken for automatic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Automatic {
    /// It says so itself (RFC 3834, `Auto-Submitted`).
    AutoSubmitted,
    /// A report on the delivery of another mail.
    Report,
    /// It came over a mailing list or in bulk.
    Bulk,
    /// It has no sender to answer (RFC 5321, the null path), or one that names a program.
    NoSender,
}

/// The headers of a mail: name and value, in any case and order.
pub type Headers<'a> = &'a [(String, String)];

/// Whether a mail was made by a program, and how that shows.
///
/// Sources: RFC 3834 (2: what not to answer, 5: `Auto-Submitted`), RFC 2919 (`List-Id`), RFC 2369 (`List-*`); the
/// `Precedence` values and the `X-` names are what programs use beside them.
pub fn automatic(headers: Headers<'_>, sender: &str) -> Option<Automatic> {
    let value = |name: &str| {
        headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_ascii_lowercase())
    };
    let has = |name: &str| value(name).is_some();
    let kind = value("content-type").unwrap_or_default();
    if kind.starts_with("multipart/report") {
        return Some(Automatic::Report);
    }
    let said =
        value("auto-submitted").map(|word| word.split([';', ' ']).next().unwrap_or_default().to_owned());
    let replies = ["x-autoreply", "x-autorespond", "x-auto-reply-from"];
    if said.is_some_and(|word| word != "no") || replies.into_iter().any(has) {
        return Some(Automatic::AutoSubmitted);
    }
    let suppressed = value("x-auto-response-suppress").is_some_and(|value| value != "none");
    let precedence = value("precedence").unwrap_or_default();
    let lists = ["list-id", "list-unsubscribe", "list-post", "feedback-id"];
    if matches!(precedence.as_str(), "bulk" | "list" | "junk" | "auto_reply")
        || suppressed
        || lists.into_iter().any(has)
    {
        return Some(Automatic::Bulk);
    }
    let null_path = value("return-path").is_some_and(|path| path == "<>");
    (null_path || is_a_program(sender)).then_some(Automatic::NoSender)
}

/// Addresses behind which nobody reads (RFC 3834, 2; RFC 2142 for the names of roles).
fn is_a_program(sender: &str) -> bool {
    let local = sender.rsplit_once('@').map_or(sender, |(local, _)| local).to_ascii_lowercase();
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    local.is_empty()
        || ["mailerdaemon", "postmaster", "noreply", "donotreply", "bounce", "bounces"]
            .contains(&plain.as_str())
        || local.starts_with("bounce+")
        || local.starts_with("bounces+")
        || local.ends_with("-bounces")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&str, &str)], sender: &str) -> Option<Automatic> {
        let headers: Vec<_> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        automatic(&headers, sender)
    }

    #[test]
    fn what_programs_write_is_recognised() {
        use Automatic as A;
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<Automatic>);
        let cases: [Case<'_>; 14] = [
            (&[], "ana@example.net", None),
            (&[("Auto-Submitted", "no")], "ana@example.net", None),
            (&[("auto-submitted", "auto-replied; owner-email=x")], "ana@example.net", Some(A::AutoSubmitted)),
            (&[("Auto-Submitted", "auto-generated")], "ana@example.net", Some(A::AutoSubmitted)),
            (&[("X-Autoreply", "yes")], "ana@example.net", Some(A::AutoSubmitted)),
            (&[("Precedence", "BULK")], "ana@example.net", Some(A::Bulk)),
            (&[("Precedence", "first-class")], "ana@example.net", None),
            (&[("List-Id", "<x.example.net>")], "ana@example.net", Some(A::Bulk)),
            (&[("X-Auto-Response-Suppress", "OOF")], "ana@example.net", Some(A::Bulk)),
            (&[("Return-Path", "<>")], "ana@example.net", Some(A::NoSender)),
            (&[("Content-Type", "multipart/report; report-type=delivery-status")], "x@y.z", Some(A::Report)),
            (&[], "MAILER-DAEMON@example.net", Some(A::NoSender)),
            (&[], "no-reply@example.net", Some(A::NoSender)),
            (&[], "", Some(A::NoSender)),
        ];
        for (headers, sender, expected) in cases {
            assert_eq!(of(headers, sender), expected, "{headers:?} {sender}");
        }
    }
}
