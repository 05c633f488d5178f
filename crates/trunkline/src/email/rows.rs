//! One row per email.

use trunkline_domain::email::{MessageIds, SUBJECT_MAX, one_line, references_of_reply, reply_subject};
use trunkline_domain::ids::{ConversationId, MessageId};
use trunkline_store::{Result, Row, Tx, sql};

/// What an email has beside its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EmailRow {
    /// In one line.
    pub(crate) subject: String,
    /// Its Message-ID, without angle brackets.
    pub(crate) rfc_id: Option<String>,
    pub(crate) in_reply_to: Option<String>,
    /// The ids of its thread before it, the oldest first.
    pub(crate) thread: MessageIds,
    /// What the sender repeated below their own words.
    pub(crate) quoted: String,
    /// As it came: nothing in it may be trusted.
    pub(crate) html: Option<String>,
    /// A program wrote it.
    pub(crate) automatic: bool,
}

impl EmailRow {
    /// A new thread.
    pub(crate) fn first(subject: &str) -> EmailRow {
        EmailRow { subject: one_line(subject, SUBJECT_MAX), ..EmailRow::default() }
    }

    /// An answer to this email, under its subject.
    pub(crate) fn answer(&self) -> EmailRow {
        let subject = reply_subject(&self.subject);
        let Some(parent) = &self.rfc_id else { return EmailRow { subject, ..EmailRow::default() } };
        EmailRow {
            subject,
            in_reply_to: Some(parent.clone()),
            thread: references_of_reply(&self.thread, parent),
            ..EmailRow::default()
        }
    }
}

/// Keeps what an email has beside its message, whose row is there already.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    id: MessageId,
    conversation: ConversationId,
    row: &EmailRow,
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into emails (message_id, conversation, subject, rfc_id, in_reply_to, thread, quoted, html, automatic) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            id.into(),
            conversation.into(),
            row.subject.as_str().into(),
            row.rfc_id.as_deref().into(),
            row.in_reply_to.as_deref().into(),
            serde_json::json!(row.thread).into(),
            row.quoted.as_str().into(),
            row.html.as_deref().into(),
            row.automatic.into(),
        ],
    )
}

fn read(row: &Row<'_>) -> Result<EmailRow> {
    let thread: serde_json::Value = row.get(3)?;
    Ok(EmailRow {
        subject: row.get(0)?,
        rfc_id: row.get(1)?,
        in_reply_to: row.get(2)?,
        thread: serde_json::from_value(thread).unwrap_or_default(),
        quoted: row.get(4)?,
        html: row.get(5)?,
        automatic: row.get(6)?,
    })
}

/// What this message has, if it is an email.
pub(crate) fn of_message(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<EmailRow>> {
    tx.query_opt(
        sql!(
            "select subject, rfc_id, in_reply_to, thread, quoted, html, automatic from emails where message_id = $1"
        ),
        &[id.into()],
        read,
    )
}

/// The latest email of a conversation, either way: what an answer answers.
pub(crate) fn last_of(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Option<EmailRow>> {
    tx.query_opt(
        sql!(
            "select subject, rfc_id, in_reply_to, thread, '', null, automatic from emails where conversation = $1 \
             order by message_id desc limit 1"
        ),
        &[conversation.into()],
        read,
    )
}

/// The conversation in which one of these Message-IDs is; the last of them goes before the others.
pub(crate) fn conversation_of(tx: &mut Tx<'_>, ids: &[String]) -> Result<Option<ConversationId>> {
    for id in ids.iter().rev() {
        let found = tx.query_opt(
            sql!("select conversation from emails where rfc_id = $1 order by message_id limit 1"),
            &[id.as_str().into()],
            |row| row.get(0),
        )?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
