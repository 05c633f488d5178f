//! The job that fetches a file.

use std::time::Duration;

use trunkline_domain::ids::{LineId, MediaId, MessageId};
use trunkline_store::{Result, Tx};

use super::Media;
use super::keep::{Given, NotKept, too_large};
use super::rows::Kept;
use super::rows::{self, State, Wanted};
use super::wire::NoFile;
use crate::events::Subject;
use crate::jobs::{Failure, Handlers, Job, NewJob, Queue, claim_was_lost};

/// The kind of the job.
const JOB: &str = "media";

/// How often a file that could not be had is asked for; the waits between make some nine hours.
const TRIES_MAX: u32 = 9;

/// How often one is asked for that seems not to be there: it may be on its way to where it should be.
const NOT_FOUND_MAX: u32 = 4;

/// A file as a provider tells of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) url: &'a str,
    /// What it is said to be; may be empty.
    pub(crate) declared_type: &'a str,
}

/// Notes the files of a message that came in through a line, and plans a job for each that fetches it.
pub(crate) fn plan<'a>(
    tx: &mut Tx<'_>,
    media: &Media,
    message: MessageId,
    line: LineId,
    sources: impl IntoIterator<Item = Source<'a>>,
) -> Result<()> {
    let now = media.ambient.now();
    for (position, source) in sources.into_iter().enumerate() {
        let id: MediaId = media.ambient.id();
        rows::insert_waiting(tx, id, now, message, line, (position, source.url, source.declared_type))?;
        want(tx, media, id)?;
    }
    Ok(())
}

/// Plans the job that fetches a file.
pub(super) fn want(tx: &mut Tx<'_>, media: &Media, id: MediaId) -> Result<()> {
    let now = media.ambient.now();
    media.jobs.enqueue(tx, media.ambient.id(), now, &NewJob::plain(Queue::Media, JOB, id.into(), now))
}

/// Registers the job of this room.
pub(crate) fn handlers(media: &Media, handlers: &mut Handlers) {
    let media = media.clone();
    handlers.add(JOB, move |job| run(media.clone(), job));
    // What fails here is ours, such as a full disk: when that is over, the file is fetched by itself.
    handlers.keep_trying(JOB);
}

async fn run(media: Media, job: Job) -> std::result::Result<(), Failure> {
    let id: MediaId = job.subject.into();
    let found = match media.store.read(move |tx| rows::wanted(tx, id)).await? {
        Some(wanted) => Some((wanted.message, fetch(&media, wanted).await?)),
        None => None,
    };
    let object = match &found {
        Some((_, Found::Kept(kept))) => Some(kept.object.clone()),
        _ => None,
    };
    let (writing, ended) = (media.clone(), job.clone());
    let written = media.store.write_in_background(move |tx| end(tx, &writing, &ended, found.as_ref())).await;
    match written {
        Ok(true) => Ok(()),
        // Somebody else was faster, or the claim went to another node, which does the same: ours is not needed.
        Ok(false) => {
            forget(&media, object).await;
            Ok(())
        }
        Err(error) if claim_was_lost(&error) => {
            forget(&media, object).await;
            Ok(())
        }
        // The commit may have arrived, and then the file is needed. If not, it is swept up.
        Err(error) => Err(error.into()),
    }
}

async fn forget(media: &Media, object: Option<String>) {
    if let Some(object) = object {
        media.forget(&object).await;
    }
}

/// What came of it.
#[derive(Debug)]
enum Found {
    Kept(Box<Kept>),
    Missing(NoFile),
}

/// # Errors
/// When our own place for files fails.
async fn fetch(media: &Media, wanted: Wanted) -> std::result::Result<Found, object_store::Error> {
    let late = || NoFile::Later { reason: "It took too long to come.".to_owned(), after: None };
    match tokio::time::timeout(media.fetch_within, take(media, wanted)).await {
        Ok(Ok(kept)) => Ok(Found::Kept(Box::new(kept))),
        Ok(Err(Missed::Missing(missing))) => Ok(Found::Missing(missing)),
        Ok(Err(Missed::Vault(error))) => Err(error),
        Err(_) => Ok(Found::Missing(late())),
    }
}

enum Missed {
    Missing(NoFile),
    Vault(object_store::Error),
}

async fn take(media: &Media, wanted: Wanted) -> std::result::Result<Kept, Missed> {
    let line = wanted.line.and_then(|line| media.lines.get(line));
    let access = line.and_then(|line| line.provider.media_access());
    let asked = media.wire.ask(&wanted.url, access.as_ref()).await;
    let (response, name) = asked.map_err(Missed::Missing)?;
    if response.content_length().is_some_and(|length| length > media.file_max) {
        return Err(Missed::Missing(NoFile::Refused(too_large(media.file_max))));
    }
    let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let given = Given {
        name: name.or_else(|| header("content-disposition").as_deref().and_then(name_in)),
        declared_type: wanted.declared_type.or_else(|| header("content-type")),
    };
    media.keep(given, response.bytes_stream()).await.map_err(|error| match error {
        NotKept::TooLarge => Missed::Missing(NoFile::Refused(too_large(media.file_max))),
        NotKept::Refused(reason) => Missed::Missing(NoFile::Refused(reason)),
        NotKept::BrokenOff(reason) => {
            let reason = format!("It broke off while it came: {reason}.");
            Missed::Missing(NoFile::Later { reason, after: None })
        }
        NotKept::Vault(error) => Missed::Vault(error),
    })
}

/// `attachment; filename="cat.jpg"`.
fn name_in(disposition: &str) -> Option<String> {
    let (_, name) = disposition.split_once("filename=")?;
    let name = name.split(';').next().unwrap_or_default().trim().trim_matches('"');
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// Writes what came of it, together with the end of the job. False if nobody waited for the file any more.
fn end(
    tx: &mut Tx<'_>,
    media: &Media,
    job: &Job,
    found: Option<&(Option<MessageId>, Found)>,
) -> Result<bool> {
    let Some((message, found)) = found else { return media.jobs.finish(tx, job).map(|()| false) };
    let (id, now): (MediaId, _) = (job.subject.into(), media.ambient.now());
    let waited = match found {
        Found::Kept(kept) => {
            media.jobs.finish(tx, job)?;
            rows::set_kept(tx, id, now, kept)?
        }
        Found::Missing(missing) => match outcome(missing, job.attempt) {
            Outcome::Over(state, reason) => {
                media.jobs.finish(tx, job)?;
                rows::set_missing(tx, id, state, &reason)?
            }
            Outcome::Again(reason, wait) => {
                media.jobs.retry(tx, job, now.plus(wait), job.attempt + 1)?;
                rows::set_missing(tx, id, State::Waiting, &reason)?
            }
        },
    };
    if let Some(message) = message.filter(|_| waited) {
        media.events.record(tx, now, Subject::Message(message))?;
    }
    Ok(waited)
}

/// What becomes of a file that is not there.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Over(State, String),
    Again(String, Duration),
}

/// `failed` tries have failed before this one.
fn outcome(missing: &NoFile, failed: u32) -> Outcome {
    let gone = || Outcome::Over(State::Gone, "The provider no longer has it.".to_owned());
    match missing {
        NoFile::Gone => gone(),
        NoFile::NotFound if failed + 1 >= NOT_FOUND_MAX => gone(),
        NoFile::NotFound => Outcome::Again("The provider does not have it yet.".to_owned(), wait(failed)),
        NoFile::Refused(reason) => Outcome::Over(State::Refused, reason.clone()),
        NoFile::Later { reason, .. } if failed + 1 >= TRIES_MAX => {
            Outcome::Over(State::Refused, format!("{reason} It was tried {TRIES_MAX} times."))
        }
        NoFile::Later { reason, after } => {
            Outcome::Again(reason.clone(), after.unwrap_or_default().max(wait(failed)))
        }
    }
}

/// 5 seconds, and each time three times as long: the eighth wait is some three hours.
fn wait(failed: u32) -> Duration {
    Duration::from_secs(5) * 3_u32.saturating_pow(failed.min(7))
}
