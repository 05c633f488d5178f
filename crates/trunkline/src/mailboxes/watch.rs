//! Waits at servers that tell of news by themselves (RFC 2177).

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::Mailboxes;
use crate::lines::Line;

/// Servers end a wait after half an hour (RFC 2177, 3).
const WAIT_MAX: Duration = Duration::from_secs(25 * 60);

/// Before a server is asked again that broke off, or that never tells by itself.
const AGAIN: Duration = Duration::from_secs(60);

impl Mailboxes {
    /// For ever: whoever tells of news is heard.
    pub(crate) async fn watch(&self) {
        let mut changes = self.webhooks.lines.changes();
        loop {
            let lines: Vec<Arc<Line>> =
                self.webhooks.lines.all().filter(|line| line.mailbox.is_some()).collect();
            // None of them ends, but there may be none.
            let waiting = async {
                join_all(lines.iter().map(|line| self.watch_one(line))).await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = waiting => {}
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn watch_one(&self, line: &Line) {
        loop {
            if let Err(error) = self.wait_at(line).await {
                tracing::debug!(line = line.info.slug, %error, "a mailbox cannot be waited at; it is looked into regularly");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Until the connection is lost, or at once if the server tells nothing by itself.
    async fn wait_at(&self, line: &Line) -> anyhow::Result<()> {
        let Some(mailbox) = &line.mailbox else { return Ok(()) };
        let mut opened = mailbox.open().await?;
        // What came while nobody waited was told to nobody.
        self.hasten(vec![line.info.id]).await?;
        while opened.can_wait {
            let (next, heard) = opened.wait(WAIT_MAX).await?;
            opened = next;
            if heard {
                self.hasten(vec![line.info.id]).await?;
            }
        }
        opened.close().await;
        Ok(())
    }
}
