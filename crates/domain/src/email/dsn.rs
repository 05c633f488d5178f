//! Delivery status notifications: what mail servers write back about a mail (RFC 3464).

use crate::message::MessageState;

/// What became of the mail for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DsnAction {
    /// It will not arrive.
    Failed,
    /// Not yet; the server goes on trying.
    Delayed,
    /// It arrived, or was passed on to where nobody will tell.
    Delivered,
}

impl DsnAction {
    /// The word for it (RFC 3464, 2.3.3).
    pub const fn as_str(self) -> &'static str {
        match self {
            DsnAction::Failed => "failed",
            DsnAction::Delayed => "delayed",
            DsnAction::Delivered => "delivered",
        }
    }

    /// The state it puts a message in; a delay changes none.
    pub const fn state(self) -> Option<MessageState> {
        match self {
            DsnAction::Failed => Some(MessageState::Undelivered),
            DsnAction::Delayed => None,
            DsnAction::Delivered => Some(MessageState::Delivered),
        }
    }
}

/// The report of the first recipient that it names: our mails have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dsn {
    /// What became of it.
    pub action: DsnAction,
    /// The enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// The words of the server that refused it.
    pub diagnostic: Option<String>,
    /// Whom it was for.
    pub recipient: Option<String>,
}

/// Characters of a diagnostic that are kept.
const DIAGNOSTIC_MAX: usize = 500;

/// Reads the `message/delivery-status` part of a report; `None` if it does not say what became of the mail.
pub fn read_dsn(part: &str) -> Option<Dsn> {
    let fields = fields(part);
    let value = |name: &str| {
        fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let action = match value("action")?.to_ascii_lowercase().as_str() {
        "failed" => DsnAction::Failed,
        "delayed" => DsnAction::Delayed,
        "delivered" | "relayed" | "expanded" => DsnAction::Delivered,
        _ => return None,
    };
    let address = |value: &str| value.rsplit(';').next().map(|address| address.trim().to_lowercase());
    Some(Dsn {
        action,
        status: value("status")
            .and_then(|text| text.split_whitespace().next())
            .filter(|code| is_code(code))
            .map(str::to_owned),
        diagnostic: value("diagnostic-code").map(|text| super::one_line(text, DIAGNOSTIC_MAX)),
        recipient: value("original-recipient").or(value("final-recipient")).and_then(address),
    })
}

/// `5.1.1`: a class, a subject and a detail.
fn is_code(code: &str) -> bool {
    let parts: Vec<&str> = code.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

/// The fields of all blocks, continued lines joined.
fn fields(part: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in part.lines().take(500) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_report_is_read() {
        let part = "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; Ana@Example.net\r\nAction: failed\r\n\
                    Status: 5.1.1 (no such user)\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n <ana@example.net>: unknown\r\n";
        let expected = Dsn {
            action: DsnAction::Failed,
            status: Some("5.1.1".into()),
            diagnostic: Some("smtp; 550 5.1.1 <ana@example.net>: unknown".into()),
            recipient: Some("ana@example.net".into()),
        };
        assert_eq!(read_dsn(part), Some(expected));
        assert_eq!(read_dsn("Action: delayed\nStatus: x").unwrap().action.state(), None);
        assert_eq!(read_dsn("Action: relayed").unwrap().action.state(), Some(MessageState::Delivered));
        assert_eq!((read_dsn("Action: eaten"), read_dsn("hello")), (None, None));
    }

    proptest! {
        #[test]
        fn any_part_is_read_without_panic(part in "(Action|Status|Diagnostic-Code| |\t|.{0,5}|:|;|failed|\r?\n){0,40}") {
            let _ = read_dsn(&part);
        }
    }
}
