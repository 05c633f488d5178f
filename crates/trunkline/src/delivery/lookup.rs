//! Asks the provider about a message in doubt, before anything is sent again.

use std::time::Duration;

use trunkline_domain::channel::Channel;
use trunkline_domain::message::MessageState;
use trunkline_providers::{Direction, ListQuery, LookupError, RemoteMessage};
use trunkline_store::Result;

use super::attempts::Attempt;
use super::{Delivery, hand_over, report};
use crate::inbox::messages::{self, Message};
use crate::lines::Line;

/// How far the provider's clock may be behind ours. Its creation times have whole seconds (Twilio, Message
/// resource, `date_created` is RFC 2822).
pub(super) const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// Messages to one recipient since the attempt began. More than a few would be another attempt's fault.
pub(super) const LIST_MAX: usize = 100;

/// What the provider said.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// It has the message.
    Message(Box<RemoteMessage>),
    /// It lists nothing that could be it.
    Nothing,
    /// The same, but its list need not show everything: that proves nothing.
    Unproven,
    /// It could not be asked.
    Unavailable,
}

/// Looks for the message of an attempt: same sender, recipient and text, made since the attempt began, and
/// not known to be another message of ours. Since one attempt per line and recipient is open at a time,
/// what is left can only be this one.
pub(super) async fn find(
    delivery: &Delivery,
    line: &Line,
    message: &Message,
    attempt: &Attempt,
) -> Result<Found> {
    let since = attempt.started_at.minus(CLOCK_SKEW);
    let query = ListQuery {
        to: Some(message.to.clone()),
        from: Some(message.from.clone()),
        since: Some(since),
        limit: LIST_MAX,
    };
    let listed = match line.provider.list(&query).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(message = %message.id, attempt = %attempt.id, %error, "a look-up failed");
            // A list that is refused for good, and would prove little, is not waited for without end.
            let is_vain = !error.class.is_retryable() && !line.provider.lists_everything();
            return Ok(if is_vain { Found::Unproven } else { Found::Unavailable });
        }
    };
    let alike = listed.into_iter().filter(|remote| {
        remote.direction == Direction::Outbound
            // What the provider keeps until its time is none that was sent at once.
            && remote.state != MessageState::Scheduled
            && remote.body.as_ref().is_none_or(|body| is_same(message, body, remote))
            && remote.to.as_deref().is_none_or(|to| to == message.to)
            && remote.from.as_deref().is_none_or(|from| from == message.from)
            && remote.created_at.is_none_or(|at| at >= since)
    });
    for remote in not_ours(delivery, message, alike.collect()).await? {
        match whole(line, remote).await {
            Ok(Some(remote)) if remote.body.as_ref().is_some_and(|body| is_same(message, body, &remote)) => {
                return Ok(Found::Message(Box::new(remote)));
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(message = %message.id, attempt = %attempt.id, %error, "a look-up failed");
                return Ok(Found::Unavailable);
            }
        }
    }
    Ok(if line.provider.lists_everything() { Found::Nothing } else { Found::Unproven })
}

/// Whether what a provider has is this message, by its text and its files.
fn is_same(message: &Message, text: &str, remote: &RemoteMessage) -> bool {
    is_same_text(message, text) && has_as_many_files(remote, message)
}

/// Whether a provider's text is a message's. Of a template a provider may show no text, until it is filled there.
fn is_same_text(message: &Message, theirs: &str) -> bool {
    theirs == message.body || (theirs.is_empty() && message.content.is_some())
}

/// Two messages may differ in nothing but their files. Those that an approved template brings are not ours to count, and
/// providers of email do not count.
pub(super) fn has_as_many_files(remote: &RemoteMessage, message: &Message) -> bool {
    message.content.is_some()
        || message.channel == Channel::Email
        || usize::try_from(remote.media_count) == Ok(message.media.len())
}

/// Those of `alike` that are not known to be another message of ours.
async fn not_ours(
    delivery: &Delivery,
    message: &Message,
    alike: Vec<RemoteMessage>,
) -> Result<Vec<RemoteMessage>> {
    let (line_id, sought) = (message.line_id, message.id);
    delivery
        .store
        .read(move |tx| {
            let mut unknown = Vec::new();
            for remote in alike {
                let known = messages::id_by_provider_id(tx, line_id, &remote.provider_id)?.is_some()
                    || hand_over::knows(tx, line_id, &remote.provider_id)?;
                if !known && !report::is_of_another(tx, line_id, &remote.provider_id, sought)? {
                    unknown.push(remote);
                }
            }
            Ok(unknown)
        })
        .await
}

/// The message with its text, which some lists do not show. `None` if it is gone.
pub(crate) async fn whole(
    line: &Line,
    listed: RemoteMessage,
) -> std::result::Result<Option<RemoteMessage>, LookupError> {
    if listed.body.is_some() { Ok(Some(listed)) } else { line.provider.fetch(&listed.provider_id).await }
}
