//! Mail that came in, in the words of the inbox, however it came.

use std::time::Duration;

use anyhow::Context;
use sha2::{Digest, Sha256};
use trunkline_domain::channel::Channel;
use trunkline_domain::email::{DsnAction, fold, one_line, read_dsn};
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::LookupError;
use trunkline_providers::mail::{Attachment, ReceivedMail};
use trunkline_store::{Result, Tx};
use uuid::Uuid;

use super::Webhooks;
use super::dialect::RECEIVED;
use super::process::take_in;
use crate::delivery::{self, Report};
use crate::email::{EmailRow, Marks};
use crate::inbox::{Details, Incoming, IncomingEmail, MediaItem};
use crate::jobs::Failure;
use crate::lines::{Line, LineInfo};
use crate::media::{self, Brought};

/// Who wrote a mail without a readable sender; nothing can be sent there (RFC 2606, `.invalid`).
const UNKNOWN_SENDER: &str = "unknown@sender.invalid";

/// Characters that are kept of what a mail server says.
const RAW_STATUS_MAX: usize = 300;

/// How often a provider that asks us to slow down is asked again before that is an error, after how long if it does not
/// say, and after how long at most.
const WAITS_MAX: u32 = 10;
const WAIT: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(5);

/// How a mail came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Just now.
    Received,
    /// It was missed, and fetched afterwards.
    Recovered,
}

impl Cause {
    const fn as_str(self) -> &'static str {
        match self {
            Cause::Received => RECEIVED,
            Cause::Recovered => "recovered",
        }
    }
}

/// What a mail that came in is to us.
pub(crate) enum Letter {
    /// Somebody wrote.
    Message(Box<Incoming>),
    /// A mail server tells what became of an email of ours (RFC 3464).
    Report(Box<Report>),
}

/// Fetches a mail that a webhook or a list told of.
pub(crate) async fn fetch(
    webhooks: &Webhooks,
    line: LineId,
    id: &str,
    cause: Cause,
) -> std::result::Result<Incoming, Failure> {
    let line = webhooks.lines.get(line).context("its line is no longer configured")?;
    let source = line.mail.as_ref().context("its line does not receive mail any more")?;
    let mail = patiently(|| source.received(id)).await?;
    let LineInfo { provider, .. } = &line.info;
    let mail = mail.with_context(|| format!("{provider} has no mail {id} any more"))?;
    Ok(incoming(&webhooks.delivery.marks, &line, mail, webhooks.ambient.now(), cause))
}

/// Resend counts requests of all kinds by the second (Resend, Rate limit): when many write at once, that is a wait and no
/// error that anybody should see.
async fn patiently<T, A>(ask: impl Fn() -> A) -> std::result::Result<T, LookupError>
where
    A: Future<Output = std::result::Result<T, LookupError>>,
{
    for _ in 0..WAITS_MAX {
        match ask().await {
            Err(error) if error.class == ErrorClass::Throttled => {
                tokio::time::sleep(error.retry_after.map_or(WAIT, |wait| wait.min(WAIT_MAX))).await;
            }
            answer => return answer,
        }
    }
    ask().await
}

/// Reads a mail from a mailbox, where reports come as mails.
pub(crate) fn read(webhooks: &Webhooks, line: &Line, mail: ReceivedMail, cause: Cause) -> Letter {
    let marks = &webhooks.delivery.marks;
    match report(marks, line, &mail) {
        Some(report) => Letter::Report(Box::new(report)),
        None => Letter::Message(Box::new(incoming(marks, line, mail, webhooks.ambient.now(), cause))),
    }
}

/// Puts it where it belongs, once, with its files.
pub(crate) fn take_in_mail(
    tx: &mut Tx<'_>,
    webhooks: &Webhooks,
    letter: &Letter,
    files: &[Brought],
) -> Result<()> {
    match letter {
        Letter::Message(incoming) => match take_in(tx, webhooks, incoming, None)? {
            Some(message) => media::attach_all(tx, &webhooks.media, message, incoming.line_id, files),
            None => Ok(()),
        },
        Letter::Report(report) => delivery::report(tx, &webhooks.delivery, report),
    }
}

/// A file that the provider keeps; those of mailboxes come with the mail.
fn to_fetch(file: &Attachment) -> Option<MediaItem> {
    Some(MediaItem { url: file.url.clone()?, content_type: file.content_type.clone() })
}

/// The report that a mail is. One about a mail that is not ours is a mail like others.
fn report(marks: &Marks, line: &Line, mail: &ReceivedMail) -> Option<Report> {
    let (status, returned) = mail.report.as_ref()?;
    let dsn = read_dsn(status)?;
    let provider_message_id = returned.clone()?;
    let words = dsn.diagnostic.as_deref().unwrap_or_default();
    Some(Report {
        receipt_id: receipt_id(line.info.id, &mail.provider_id).into(),
        line_id: line.info.id,
        message_id: Some(marks.message_of(&provider_message_id)?),
        attempt: None,
        provider_message_id,
        state: dsn.action.state(),
        raw_status: one_line(&format!("{} {words}", dsn.action.as_str()), RAW_STATUS_MAX),
        error_code: dsn.status.filter(|_| dsn.action == DsnAction::Failed),
        recipient: None,
        source: "mailbox",
    })
}

/// The same for the same mail, so that read again it adds no second receipt.
fn receipt_id(line: LineId, mail: &str) -> Uuid {
    let hash = Sha256::digest(format!("{line}/{mail}"));
    uuid::Builder::from_custom_bytes(std::array::from_fn(|at| hash[at])).into_uuid()
}

/// The mail as the inbox takes it. What the sender wrote is the text; what they repeated is kept beside it.
fn incoming(marks: &Marks, line: &Line, mail: ReceivedMail, now: Timestamp, cause: Cause) -> Incoming {
    let text = mail.text.replace("\r\n", "\n");
    let folded = fold(&text);
    let from = if mail.from.is_empty() { UNKNOWN_SENDER } else { &mail.from };
    let row = EmailRow {
        subject: mail.subject.clone(),
        rfc_id: mail.message_id(),
        in_reply_to: mail.in_reply_to().pop(),
        thread: mail.references(),
        quoted: folded.quoted.to_owned(),
        html: mail.html.clone(),
        // From ourselves it can only be a loop.
        automatic: mail.automatic().is_some() || from == line.info.address,
    };
    Incoming {
        line_id: line.info.id,
        channel: Channel::Email,
        from: from.to_owned(),
        to: line.info.address.clone(),
        body: folded.fresh.trim().to_owned(),
        media: mail.attachments.iter().filter_map(to_fetch).collect(),
        provider_message_id: mail.provider_id.clone(),
        sender_name: mail.from_name.clone(),
        segments: None,
        details: Details::default(),
        reply_to: None,
        // The thread goes by the provider's time, unless its clock is ahead of ours.
        at: mail.at.map_or(now, |at| at.min(now)),
        email: Some(IncomingEmail { row, addressed: marks.conversation_of(&line.info.address, &mail.to) }),
        cause: cause.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn asked(
        answers: &[std::result::Result<u32, ErrorClass>],
    ) -> (std::result::Result<u32, ErrorClass>, usize) {
        let times = Cell::new(0);
        let answer = patiently(|| {
            let answer = answers[times.get().min(answers.len() - 1)];
            times.set(times.get() + 1);
            let retry_after = Some(Duration::ZERO);
            let failed = |class| LookupError { class, code: None, text: "no".to_owned(), retry_after };
            std::future::ready(answer.map_err(failed))
        });
        let answer = answer.await.map_err(|error| error.class);
        (answer, times.get())
    }

    #[tokio::test]
    async fn whoever_is_asked_to_slow_down_waits_and_gives_up_in_the_end() {
        let slow = Err(ErrorClass::Throttled);
        assert_eq!(asked(&[slow, slow, Ok(7)]).await, (Ok(7), 3));
        assert_eq!(asked(&[slow]).await, (slow, WAITS_MAX as usize + 1));
        assert_eq!(asked(&[Err(ErrorClass::Retry)]).await, (Err(ErrorClass::Retry), 1));
    }
}
