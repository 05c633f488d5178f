//! The job that reads what is new in a mailbox.
//!
//! Think of the process dying between any two lines here. A mail that was fetched and not committed is fetched again,
//! since the bookmark is still before it; one that was committed is behind it. The end of a look is only a date.

use std::time::Duration;

use anyhow::Context;
use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::imap::{Fetched, Opened};

use super::Mailboxes;
use super::rows::{self, Bookmark};
use crate::jobs::{Failure, Job};
use crate::lines::{self, Line};
use crate::media::{Brought, Given};
use crate::webhooks::{Cause, Letter, read_mail, take_in_mail};

/// Between looks; a server that tells of news by itself is looked at sooner.
const EVERY: Duration = Duration::from_secs(60);

/// How far back a mailbox is read that has no bookmark, beyond what is known to be complete: clocks differ.
const OVERLAP: Duration = Duration::from_secs(15 * 60);

/// What came in longer ago was missed: it is for people, not for programs that answer.
const FRESH: Duration = Duration::from_secs(15 * 60);

impl Mailboxes {
    pub(super) async fn look(self, job: Job) -> Result<(), Failure> {
        let id: LineId = job.subject.into();
        let (jobs, store) = (self.webhooks.jobs.clone(), self.webhooks.store.clone());
        let line = self.webhooks.lines.get(id).filter(|line| line.mailbox.is_some());
        let Some(line) = line else {
            // It was removed, or only sends by now.
            return Ok(store.write_in_background(move |tx| jobs.finish(tx, &job)).await?);
        };
        let began = self.webhooks.ambient.now();
        self.read_news(&line).await?;
        let next = self.webhooks.ambient.now().plus(EVERY);
        let ended = store.write_in_background(move |tx| {
            lines::set_complete_until(tx, id, began)?;
            jobs.postpone(tx, &job, next)
        });
        Ok(ended.await?)
    }

    async fn read_news(&self, line: &Line) -> Result<(), Failure> {
        let Some(mailbox) = &line.mailbox else { return Ok(()) };
        let mut opened = mailbox.open().await?;
        let mut place = self.place(line, mailbox.folder(), opened.validity).await?;
        loop {
            let uids = match &place {
                Some(place) => opened.uids_after(place.last_uid).await?,
                None => opened.uids_since(self.complete_until(line).await?.minus(OVERLAP)).await?,
            };
            let Some(last_uid) = uids.last().copied() else { break };
            for uid in uids {
                self.take(line, &mut opened, mailbox.folder(), uid).await?;
            }
            // What came meanwhile is not left to the next look.
            place =
                Some(Bookmark { folder: mailbox.folder().to_owned(), validity: opened.validity, last_uid });
        }
        opened.close().await;
        Ok(())
    }

    /// Where the last look ended, if this is the same mailbox still.
    async fn place(&self, line: &Line, folder: &str, validity: u32) -> Result<Option<Bookmark>, Failure> {
        let id = line.info.id;
        let place = self.webhooks.store.read(move |tx| rows::bookmark(tx, id)).await?;
        let is_same = |place: &Bookmark| place.folder == folder && place.validity == validity;
        if place.as_ref().is_some_and(|place| !is_same(place)) {
            tracing::warn!(
                line = line.info.slug,
                "the mailbox was rebuilt or is another one; it is compared by date"
            );
        }
        Ok(place.filter(is_same))
    }

    async fn complete_until(&self, line: &Line) -> Result<Timestamp, Failure> {
        let id = line.info.id;
        Ok(self.webhooks.store.read(move |tx| lines::complete_until(tx, id)).await?)
    }

    /// One mail and the bookmark behind it, both or neither.
    async fn take(&self, line: &Line, opened: &mut Opened, folder: &str, uid: u32) -> Result<(), Failure> {
        let fetched = opened.fetch(uid).await?;
        let mail = match fetched {
            Some(fetched) => Some(self.open_letter(line, fetched).await?),
            None => None,
        };
        let place = Bookmark { folder: folder.to_owned(), validity: opened.validity, last_uid: uid };
        let (webhooks, id) = (self.webhooks.clone(), line.info.id);
        let taken = self.webhooks.store.write_in_background(move |tx| {
            if let Some((letter, files)) = &mail {
                take_in_mail(tx, &webhooks, letter, files)?;
            }
            rows::move_on(tx, id, &place)
        });
        Ok(taken.await?)
    }

    /// What the mail is to us, its files already kept: those that no message takes after all are swept up.
    async fn open_letter(&self, line: &Line, fetched: Fetched) -> Result<(Letter, Vec<Brought>), Failure> {
        let Fetched { mut mail, files, came_at } = fetched;
        let now = self.webhooks.ambient.now();
        let is_fresh = came_at.is_none_or(|at| now.since(at) <= FRESH);
        mail.at = came_at.or(mail.at);
        let cause = if is_fresh { Cause::Received } else { Cause::Recovered };
        let letter = read_mail(&self.webhooks, line, mail, cause);
        let mut brought = Vec::new();
        if matches!(letter, Letter::Message(_)) {
            for file in files {
                let given = Given { name: file.about.filename, declared_type: Some(file.about.content_type) };
                let kept = self.webhooks.media.bring(given, file.bytes).await;
                brought.push(kept.context("a file of an email could not be kept")?);
            }
        }
        Ok((letter, brought))
    }
}
