//! Mailboxes: mail of lines whose provider calls nobody is fetched.
//!
//! * `look.rs` is the job that reads what is new in one mailbox, mail by mail;
//! * `watch.rs` waits at servers that tell of news by themselves, and has the job look at once;
//! * `rows.rs` keeps how far each mailbox was read.
//!
//! The room promises that each mail comes in once: the bookmark moves in the transaction that takes the mail in, and a
//! mail that is read again, after a crash or because the mailbox was rebuilt, is known by what is in it. The job is one
//! for each line, so one node reads a mailbox at a time; that others wait at it as well changes nothing. It owns
//! `mailboxes`, only reads at the server, and must not know what a mail then does.

mod look;
mod rows;
#[cfg(test)]
mod tests;
mod watch;

use trunkline_domain::ids::LineId;
use trunkline_store::Result;

use crate::jobs::{Handlers, NewJob, Queue};
use crate::webhooks::Webhooks;

/// Looks into one mailbox; its subject is the line.
const JOB: &str = "mailbox";

/// Reads the mailboxes of all lines that have one.
#[derive(Clone)]
pub(crate) struct Mailboxes {
    webhooks: Webhooks,
}

impl Mailboxes {
    pub(crate) fn new(webhooks: Webhooks) -> Self {
        Mailboxes { webhooks }
    }

    /// Registers the job of this room.
    pub(crate) fn handlers(&self, handlers: &mut Handlers) {
        let mailboxes = self.clone();
        handlers.add(JOB, move |job| mailboxes.clone().look(job));
        handlers.keep_trying(JOB);
    }

    /// Sees to it that every mailbox is looked into, at once and from then on.
    pub(crate) async fn start(&self) -> Result<()> {
        let lines = self.webhooks.lines.all().filter(|line| line.mailbox.is_some());
        self.hasten(lines.map(|line| line.info.id).collect()).await
    }

    async fn hasten(&self, lines: Vec<LineId>) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let (jobs, ambient) = (self.webhooks.jobs.clone(), self.webhooks.ambient.clone());
        let planned = self.webhooks.store.write(move |tx| {
            let now = ambient.now();
            for line in lines {
                jobs.enqueue(tx, ambient.id(), now, &NewJob::plain(Queue::Settle, JOB, line.into(), now))?;
                jobs.hasten(tx, JOB, line.into(), now)?;
            }
            Ok(())
        });
        planned.await
    }
}
