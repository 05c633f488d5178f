//! Fetches templates from the provider and submits new ones.

use std::sync::Arc;
use std::time::Duration;

use trunkline_domain::channel::Channel;
use trunkline_domain::ids::RecordId;
use trunkline_providers::LookupError;
use trunkline_providers::twilio::content::{ContentTemplate, NewContent, Templates};
use trunkline_store::{Result, StoreError};
use uuid::Uuid;

use super::{Contents, storage};
use crate::jobs::{Failure, Handlers, Job, NewJob, Queue};
use crate::lines::Line;

/// The kind of the job that fetches them.
const JOB: &str = "content";
/// Between two looks: a decision of WhatsApp's takes minutes to a day.
const REGULAR: Duration = Duration::from_secs(15 * 60);

/// Why something could not be done at the provider.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Asked(#[from] LookupError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Registers the job of this room.
pub(crate) fn handlers(contents: &Contents, handlers: &mut Handlers) {
    let contents = contents.clone();
    handlers.add(JOB, move |job| run(contents.clone(), job));
    handlers.keep_trying(JOB);
}

/// Makes a look due now, and from then on regularly.
pub(crate) async fn begin(contents: &Contents) -> Result<()> {
    let (jobs, ambient) = (contents.jobs.clone(), contents.ambient.clone());
    let write = contents.store.write(move |tx| {
        let now = ambient.now();
        jobs.enqueue(tx, ambient.id(), now, &NewJob::plain(Queue::Settle, JOB, Uuid::nil(), now))?;
        jobs.hasten(tx, JOB, Uuid::nil(), now)
    });
    write.await.map(|_| ())
}

async fn run(contents: Contents, job: Job) -> std::result::Result<(), Failure> {
    let tried = sync(&contents).await;
    let (jobs, at) = (contents.jobs.clone(), contents.ambient.now().plus(REGULAR));
    if let Err(error) = &tried {
        tracing::warn!(%error, "the templates of WhatsApp could not be fetched");
    }
    Ok(contents.store.write_in_background(move |tx| jobs.postpone(tx, &job, at)).await?)
}

/// The lines that can have approved templates.
pub(super) fn lines(contents: &Contents) -> Vec<Arc<Line>> {
    contents
        .lines
        .all()
        .filter(|line| line.content.is_some() && line.info.channel == Channel::Whatsapp)
        .collect()
}

/// Fetches those of every line.
pub(super) async fn sync(contents: &Contents) -> std::result::Result<(), Trouble> {
    for line in lines(contents) {
        let Some(templates) = &line.content else { continue };
        let (began, told) = (contents.ambient.now(), templates.contents().await?);
        let (ambient, id) = (contents.ambient.clone(), line.info.id);
        let write = contents.store.write(move |tx| {
            for template in &told {
                storage::put(tx, id, ambient.id::<RecordId>().into(), template, began)?;
            }
            storage::forget_older(tx, id, began)
        });
        write.await?;
    }
    Ok(())
}

/// Makes a template and submits it; gives our id of it. If only submitting fails, it stays, unsubmitted.
pub(super) async fn create(
    contents: &Contents,
    (line, templates): (&Line, &Templates),
    new: &NewContent,
    category: &str,
) -> std::result::Result<Uuid, Trouble> {
    let made = templates.create_content(new).await?;
    let id = keep(contents, line, made.clone()).await?;
    let status = templates.submit_content(&made.sid, &new.name, category).await?;
    keep(contents, line, ContentTemplate { status, category: Some(category.to_owned()), ..made }).await?;
    Ok(id)
}

async fn keep(contents: &Contents, line: &Line, told: ContentTemplate) -> Result<Uuid> {
    let (id, now) = (line.info.id, contents.ambient.now());
    let new_id: RecordId = contents.ambient.id();
    contents.store.write(move |tx| storage::put(tx, id, new_id.into(), &told, now)).await
}
