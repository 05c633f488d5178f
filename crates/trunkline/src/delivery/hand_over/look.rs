//! Looks whether a provider has a message that it was asked to keep.

use trunkline_domain::hand_over::{Seen, Standing};
use trunkline_providers::{Direction, ListQuery, RemoteMessage};
use trunkline_store::Result;

use super::rows::{self, Row};
use crate::delivery::lookup::{CLOCK_SKEW, LIST_MAX, has_as_many_files};
use crate::delivery::{Delivery, report};
use crate::inbox::messages::{self, Message};

/// What the provider said.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) seen: Seen,
    pub(super) remote: Option<RemoteMessage>,
}

impl Found {
    pub(super) fn there(remote: RemoteMessage) -> Self {
        Found { seen: Seen::There(Standing::of(remote.state)), remote: Some(remote) }
    }

    pub(super) const fn nothing() -> Self {
        Found { seen: Seen::Missing, remote: None }
    }

    pub(super) const fn unavailable() -> Self {
        Found { seen: Seen::Unavailable, remote: None }
    }
}

/// Looks for the message of a hand-over whose answer was lost: same sender, recipient and text, in the line's
/// messaging service, made since we asked, and not known to be another message of ours. What is sent at once
/// goes to no messaging service, so what is found can only be this one.
pub(super) async fn find(delivery: &Delivery, message: &Message, row: &Row) -> Result<Found> {
    let Some(line) = delivery.lines.get(row.line_id) else { return Ok(Found::unavailable()) };
    let since = row.started_at.minus(CLOCK_SKEW);
    let query = ListQuery {
        to: Some(message.to.clone()),
        // Not by the sender: a service may show none while a message waits (Twilio, Message resource, `from`).
        from: None,
        since: Some(since),
        limit: LIST_MAX,
    };
    let listed = match line.provider.list(&query).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(message = %message.id, %error, "a look-up failed");
            return Ok(Found::unavailable());
        }
    };
    let alike: Vec<RemoteMessage> = listed
        .into_iter()
        .filter(|remote| {
            remote.direction == Direction::Outbound
                && remote.service == line.keeps_by
                && remote.body.as_ref() == Some(&message.body)
                && has_as_many_files(remote, message)
                && remote.to.as_deref().is_none_or(|to| to == message.to)
                && remote.from.as_deref().is_none_or(|from| from == message.from)
                && remote.created_at.is_none_or(|at| at >= since)
        })
        .collect();
    let (line_id, sought) = (row.line_id, row.message_id);
    delivery
        .store
        .read(move |tx| {
            for remote in alike {
                let id = &remote.provider_id;
                let known = messages::id_by_provider_id(tx, line_id, id)?.is_some()
                    || rows::knows(tx, line_id, id)?
                    || report::is_of_another(tx, line_id, id, sought)?;
                if !known {
                    return Ok(Found::there(remote));
                }
            }
            Ok(Found::nothing())
        })
        .await
}
