//! Marks that only we can make, so that what comes back with one is known to belong to what went out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use trunkline_domain::email::EmailAddress;
use trunkline_domain::ids::{ConversationId, LineId, MessageId};
use trunkline_providers::Secret;
use uuid::Uuid;

/// Bytes of a mark in an address, where there is little room, and elsewhere.
const SHORT: usize = 6;
const LONG: usize = 16;

/// Bytes before the at sign (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// Makes marks and knows its own.
#[derive(Clone)]
pub(crate) struct Marks {
    pub(crate) key: Secret,
    /// Under which address people reach us.
    pub(crate) base_url: String,
}

impl Marks {
    /// The Message-ID of a message of ours, the same for every attempt, without angle brackets.
    pub(crate) fn message_id(&self, id: MessageId, line: &str) -> String {
        let domain = EmailAddress::parse(line).map(|line| line.domain().to_owned());
        let id = Uuid::from(id).simple().to_string();
        let mark = self.mark("message-id", &id, LONG);
        format!("{id}.{mark}@{}", domain.as_deref().unwrap_or("trunkline.invalid"))
    }

    /// The message that has this Message-ID, if it is one of ours.
    pub(crate) fn message_of(&self, message_id: &str) -> Option<MessageId> {
        let (id, mark) = message_id.split_once('@')?.0.split_once('.')?;
        self.is_mine("message-id", id, mark, LONG).then(|| id.parse().ok())?
    }

    /// Where an answer in this conversation goes: the line's address with a tag, if there is room for one.
    pub(crate) fn reply_address(&self, line: &str, conversation: ConversationId) -> Option<String> {
        let id = Uuid::from(conversation).simple().to_string();
        let mark = self.mark("reply", &id, SHORT);
        let address = EmailAddress::parse(line).ok()?.tagged(&format!("r{id}{mark}"));
        let local = address.split_once('@').map_or(0, |(local, _)| local.len());
        (local <= LOCAL_MAX).then_some(address)
    }

    /// The conversation that one of these addresses names by a tag of ours.
    pub(crate) fn conversation_of(&self, line: &str, to: &[String]) -> Option<ConversationId> {
        let line = EmailAddress::parse(line).ok()?;
        to.iter().find_map(|address| {
            let tag = line.tag_in(address)?;
            let (id, mark) = tag.strip_prefix('r')?.split_at_checked(32)?;
            self.is_mine("reply", id, mark, SHORT).then(|| id.parse().ok())?
        })
    }

    /// The page on which somebody unsubscribes from a line.
    pub(crate) fn unsubscribe_url(&self, line: LineId, address: &str) -> String {
        let subject = format!("{}.{}", Uuid::from(line).simple(), URL_SAFE_NO_PAD.encode(address));
        let mark = self.mark("unsubscribe", &subject, LONG);
        format!("{}/unsubscribe/{subject}.{mark}", self.base_url.trim_end_matches('/'))
    }

    /// Who unsubscribes from what, if the token is ours.
    pub(crate) fn unsubscriber(&self, token: &str) -> Option<(LineId, String)> {
        let (subject, mark) = token.rsplit_once('.')?;
        if !self.is_mine("unsubscribe", subject, mark, LONG) {
            return None;
        }
        let (line, address) = subject.split_once('.')?;
        let address = String::from_utf8(URL_SAFE_NO_PAD.decode(address).ok()?).ok()?;
        Some((line.parse().ok()?, address))
    }

    fn is_mine(&self, purpose: &str, subject: &str, mark: &str, bytes: usize) -> bool {
        let expected = self.mark(purpose, subject, bytes);
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(mark.as_bytes()))
    }

    fn mark(&self, purpose: &str, subject: &str, bytes: usize) -> String {
        // HMAC takes a key of any length, so this cannot fail; an empty mark matches nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()) else {
            return String::new();
        };
        mac.update(format!("{purpose}/{subject}").as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..bytes])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(key: &str) -> Marks {
        Marks { key: Secret::new(key), base_url: "https://desk.example/".into() }
    }

    #[test]
    fn marks_come_back_to_who_made_them_and_to_nobody_else() {
        let (ours, other) = (marks("a"), marks("b"));
        let (message, conversation, line) =
            (Uuid::from_u128(7).into(), Uuid::from_u128(8).into(), Uuid::from_u128(9).into());

        let id = ours.message_id(message, "team@example.com");
        assert!(id.ends_with("@example.com"));
        assert_ne!(id, other.message_id(message, "team@example.com"));
        assert_eq!((ours.message_of(&id), other.message_of(&id)), (Some(message), None));
        assert_eq!((ours.message_of("a.b@c.example"), ours.message_of("")), (None, None));

        let address = ours.reply_address("team@example.com", conversation).unwrap();
        let to = ["x@y.z".to_owned(), address.to_uppercase()];
        assert_eq!(ours.conversation_of("team@example.com", &to), Some(conversation));
        assert_eq!(other.conversation_of("team@example.com", &to), None);
        assert_eq!(ours.conversation_of("team@example.org", &to), None);
        assert_eq!(ours.reply_address(&format!("{}@example.com", "l".repeat(30)), conversation), None);

        let url = ours.unsubscribe_url(line, "ana@example.net");
        let token = url.strip_prefix("https://desk.example/unsubscribe/").unwrap();
        assert_eq!(ours.unsubscriber(token), Some((line, "ana@example.net".to_owned())));
        assert_eq!(other.unsubscriber(token), None);
        for broken in ["", ".", "a.b.c", &token[1..], &format!("{token}0"), "r\u{e9}.x"] {
            assert_eq!(ours.unsubscriber(broken), None, "{broken}");
        }
        assert_eq!(
            ours.conversation_of("team@example.com", &["team+r\u{e9}\u{e9}\u{e9}@example.com".to_owned()]),
            None
        );
    }
}
