//! What a provider said is recorded, whatever the database does.

use std::time::Duration;

use trunkline_domain::ids::MessageId;
use trunkline_store::Result;

use crate::jobs::{Failure, claim_was_lost};

/// The wait before an answer that could not be recorded is recorded again.
const STORE_AWAY: Duration = Duration::from_millis(200);

/// Records what a provider said of a message, however long the database is away: we are the only ones who know
/// it. If we die first, the provider is asked. A claim that was lost means that somebody else does it.
pub(super) async fn insist<F>(message: MessageId, mut write: impl FnMut() -> F) -> Result<(), Failure>
where
    F: Future<Output = Result<()>>,
{
    loop {
        match write().await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_transient() => {
                tracing::warn!(%message, %error, "an answer could not be recorded; trying again");
                tokio::time::sleep(STORE_AWAY).await;
            }
            Err(error) if claim_was_lost(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}
