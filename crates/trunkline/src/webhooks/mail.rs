//! Mail that came in, in the words of the inbox, however it came.

use anyhow::Context;
use trunkline_domain::channel::Channel;
use trunkline_domain::email::fold;
use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::mail::ReceivedMail;

use super::Webhooks;
use crate::email::{EmailRow, Marks};
use crate::inbox::{Details, Incoming, IncomingEmail};
use crate::jobs::Failure;
use crate::lines::{Line, LineInfo};

/// Who wrote a mail without a readable sender; nothing can be sent there (RFC 2606, `.invalid`).
const UNKNOWN_SENDER: &str = "unknown@sender.invalid";

/// Fetches a mail that a webhook or a list told of.
pub(crate) async fn fetch(
    webhooks: &Webhooks,
    line: LineId,
    id: &str,
    cause: &'static str,
) -> std::result::Result<Incoming, Failure> {
    let line = webhooks.lines.get(line).context("its line is no longer configured")?;
    let source = line.mail.as_ref().context("its line does not receive mail any more")?;
    let mail = source.received(id).await?;
    let LineInfo { provider, .. } = &line.info;
    let mail = mail.with_context(|| format!("{provider} has no mail {id} any more"))?;
    Ok(incoming(&webhooks.delivery.marks, &line, mail, webhooks.ambient.now(), cause))
}

/// The mail as the inbox takes it. What the sender wrote is the text; what they repeated is kept beside it.
fn incoming(marks: &Marks, line: &Line, mail: ReceivedMail, now: Timestamp, cause: &'static str) -> Incoming {
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
        media: Vec::new(),
        provider_message_id: mail.provider_id.clone(),
        sender_name: mail.from_name.clone(),
        segments: None,
        details: Details::default(),
        reply_to: None,
        // The thread goes by the provider's time, unless its clock is ahead of ours.
        at: mail.at.map_or(now, |at| at.min(now)),
        email: Some(IncomingEmail { row, addressed: marks.conversation_of(&line.info.address, &mail.to) }),
        cause,
    }
}
