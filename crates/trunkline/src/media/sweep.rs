//! Deletes what nobody knows of any more.

use std::time::Duration;

use super::vault::Object;
use super::{Media, rows};

/// How old an object without a file must be. Between the writing of bytes and the commit that makes them a file
/// lie seconds; nothing takes longer than this.
const AGE_MIN: Duration = Duration::from_secs(3_600);

/// How long a file is kept that was brought and not sent.
const UNSENT_KEPT: Duration = DAY;

/// As many are deleted in one round; the rest in the next one, an hour later.
const UNSENT_AT_ONCE: usize = 1_000;

const DAY: Duration = Duration::from_secs(86_400);

/// How many days back is looked, each time and at the start of a process, which may have been down for a while.
const DAYS: u32 = 2;
pub(crate) const DAYS_AT_START: u32 = 31;

impl Media {
    /// Deletes bytes of the last days that belong to no file: what a crash, or a commit that failed, left behind.
    /// Returns how many objects there were.
    pub(crate) async fn sweep(&self, at_start: bool) -> anyhow::Result<usize> {
        let mut deleted = 0;
        let now = self.ambient.now();
        for back in 0..if at_start { DAYS_AT_START } else { DAYS } {
            for object in self.vault.made_on(now.minus(DAY * back)).await? {
                if now.since(object.made_at) >= AGE_MIN && !self.is_needed(&object).await? {
                    self.vault.delete(&object.owner).await?;
                    tracing::info!(object = object.name, "a file that belonged to nothing was deleted");
                    deleted += 1;
                }
            }
        }
        Ok(deleted)
    }

    /// Deletes files that somebody brought a day ago. Messages that they were sent with have copies of their own. Returns
    /// how many there were.
    pub(crate) async fn drop_unsent(&self) -> trunkline_store::Result<usize> {
        let before = self.ambient.now().minus(UNSENT_KEPT);
        let unsent = self.store.read(move |tx| rows::unsent(tx, before, UNSENT_AT_ONCE)).await?;
        let mut dropped = 0;
        for (id, object) in unsent {
            // The row first: bytes without one are swept up, a row without bytes would be a file that is missing.
            if self.store.write_in_background(move |tx| rows::delete_unsent(tx, id)).await? {
                // A message may have been sent with it.
                let sought = object.clone();
                if !self.store.read(move |tx| rows::is_known(tx, &sought)).await? {
                    self.forget(&object).await;
                }
                dropped += 1;
            }
        }
        Ok(dropped)
    }

    async fn is_needed(&self, object: &Object) -> trunkline_store::Result<bool> {
        let owner = object.owner.clone();
        self.store.read(move |tx| rows::is_known(tx, &owner)).await
    }
}
