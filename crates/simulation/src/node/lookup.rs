//! Asks the provider about a message in doubt, before anything is sent again (`delivery/lookup.rs`).

use std::time::Duration;

use trunkline_domain::message::MessageState;

use super::Node;
use crate::bug::Bug;
use crate::store::{Attempt, Message, Result, Sid};

/// How far the provider's clock may be behind ours.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// What the provider said.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Message(Sid, MessageState),
    Nothing,
    Unavailable,
}

impl Node {
    pub(super) async fn find_at_provider(&self, message: &Message, attempt: &Attempt) -> Result<Found> {
        let since = attempt.started_at.minus(CLOCK_SKEW);
        let Some(listed) = self.world.list_outbound(message.to).await else { return Ok(Found::Unavailable) };
        self.step().await;
        let any_body = self.has(Bug::BodyNotCompared);
        let alike = listed
            .into_iter()
            // What the provider keeps until its time is none that was sent at once.
            .filter(|remote| remote.state != MessageState::Scheduled)
            .filter(|remote| (any_body || remote.body == message.body) && remote.created_at >= since);
        let alike: Vec<_> = alike.collect();
        let any_owner = self.has(Bug::LookUpIgnoresOwners);
        self.world
            .store
            .read(|tables| {
                let handed_over = |sid: &Sid| tables.kept.values().any(|kept| kept.sid == Some(*sid));
                let free =
                    |sid: &Sid| any_owner || !(tables.sid_owners.contains_key(sid) || handed_over(sid));
                let found = alike.iter().find(|remote| free(&remote.sid));
                found.map_or(Found::Nothing, |remote| Found::Message(remote.sid, remote.state))
            })
            .await
    }
}
