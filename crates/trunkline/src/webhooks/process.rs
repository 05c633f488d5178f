//! The job that reads a journal entry and puts it where it belongs.

use std::time::Duration;

use anyhow::Context;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{JournalId, LineId, MessageId};
use trunkline_domain::keywords::{Keyword, maybe_revocation};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};
use url::form_urlencoded;
use uuid::Uuid;

use super::dialect::{Dialect, Glance, RECEIVED, Told, Word};
use super::mail::{self, Cause};
use super::{Webhooks, resend, telnyx, twilio};
use crate::compliance::{self, Doubt, Said};
use crate::delivery::{self, Report};
use crate::events::Subject;
use crate::inbox::{self, Incoming};
use crate::jobs::{Failure, Handlers, Job, claim_was_lost};
use crate::journal::{self, Entry};
use crate::media::{self, Source};
use crate::personas;

/// What was fetched is answered by itself within this time from when it was written; later it is for people.
const FRESH: Duration = Duration::from_secs(120);

/// Every provider's.
const DIALECTS: [&Dialect; 3] = [&twilio::DIALECT, &telnyx::DIALECT, &resend::DIALECT];

/// What an entry of this kind seems to be about; nothing of one that this release does not know.
pub(super) fn glance(kind: &str, body: &[u8]) -> Glance {
    dialect_of(kind).map(|dialect| (dialect.glance)(body)).unwrap_or_default()
}

fn dialect_of(kind: &str) -> Option<&'static Dialect> {
    DIALECTS.into_iter().find(|dialect| dialect.kinds.contains(&kind))
}

/// Registers the job of this room.
pub(crate) fn handlers(webhooks: &Webhooks, handlers: &mut Handlers) {
    let webhooks = webhooks.clone();
    handlers.add(journal::JOB, move |job| process(webhooks.clone(), job));
}

async fn process(webhooks: Webhooks, job: Job) -> std::result::Result<(), Failure> {
    let id: JournalId = job.subject.into();
    let Some(entry) = webhooks.store.read(move |tx| journal::load(tx, id)).await? else {
        let jobs = webhooks.jobs.clone();
        return Ok(webhooks.store.write_in_background(move |tx| jobs.finish(tx, &job)).await?);
    };
    let about = glance(&entry.kind, &entry.body).about(&entry);
    apply(&webhooks, job, entry).await.map_err(|failure| failure.about(about))
}

async fn apply(webhooks: &Webhooks, job: Job, entry: Entry) -> std::result::Result<(), Failure> {
    let line_id = entry.line_id.context("the entry names no line")?;
    let kind = &entry.kind;
    let dialect =
        dialect_of(kind).with_context(|| format!("this release cannot read entries of kind '{kind}'"))?;
    let told = match (dialect.read)(line_id, &entry)? {
        Told::Mail(id) => {
            Told::Message(Box::new(mail::fetch(webhooks, line_id, &id, Cause::Received).await?), None)
        }
        told => told,
    };
    let inner = webhooks.clone();
    let written = webhooks.store.write_in_background(move |tx| {
        match &told {
            Told::Message(incoming, opt_out_type) => {
                take_in(tx, &inner, incoming, opt_out_type.as_deref())?;
            }
            Told::Status(word) => {
                delivery::report(tx, &inner.delivery, &status_report(&inner, line_id, word, &entry))?;
            }
            Told::Nothing | Told::Mail(_) => {}
        }
        journal::processed(tx, &inner.jobs, &job, inner.ambient.now())
    });
    match written.await {
        // The claim went to another node; it is doing the same and only one of us can commit.
        Err(error) if claim_was_lost(&error) => Ok(()),
        result => Ok(result?),
    }
}

/// The message goes into its thread, and what it asks for by keyword is applied with it: from the moment it
/// is visible, nobody can be texted who said STOP. Returns its id if it is new.
pub(crate) fn take_in(
    tx: &mut Tx<'_>,
    webhooks: &Webhooks,
    incoming: &Incoming,
    opt_out_type: Option<&str>,
) -> Result<Option<MessageId>> {
    let ambient = &webhooks.ambient;
    let Some((message, conversation)) = inbox::receive(tx, ambient, &webhooks.events, incoming)? else {
        return Ok(None);
    };
    let sources = incoming.media.iter();
    let sources = sources.map(|item| Source { url: &item.url, declared_type: &item.content_type });
    media::plan(tx, &webhooks.media, message, incoming.line_id, sources)?;
    let told = opt_out_type.and_then(Keyword::recognise).or_else(|| Keyword::recognise(&incoming.body));
    let (line, address, words) = (incoming.line_id, incoming.from.as_str(), incoming.body.as_str());
    let mut changed = false;
    if let Some(keyword) = told {
        let said = Said { record: ambient.id(), line, address, words, at: incoming.at };
        changed = compliance::apply_keyword(tx, keyword, &said)?;
        if changed {
            webhooks.events.record(tx, ambient.now(), Subject::Conversation(conversation))?;
            delivery::recheck_address(tx, &webhooks.delivery, address)?;
        }
    } else if maybe_revocation(words) {
        let (id, at) = (ambient.id(), incoming.at);
        compliance::ask_for_review(tx, &Doubt { id, at, message, conversation, line, address, body: words })?;
    }
    if incoming.channel == Channel::Whatsapp {
        compliance::window_opened(tx, line, address, incoming.at)?;
    }
    delivery::answered(tx, &webhooks.delivery, conversation)?;
    // Keywords are for no persona, except a "yes" that nothing followed from; what may mean "stop" waits for a person.
    let everyday = opt_out_type.is_none() && !changed && Keyword::is_everyday(words);
    let wants_answer = !incoming.is_automatic() && !is_stale(incoming, ambient.now());
    if (told.is_none() || everyday) && !maybe_revocation(words) && wants_answer {
        personas::came_in(tx, &webhooks.personas, message, line)?;
    }
    Ok(Some(message))
}

/// Whether it was fetched so long after it was written that an answer by itself would astonish. A look at the provider's
/// list may also be just ahead of the webhook, or of the provider's next try after a restart: that is no reason.
fn is_stale(incoming: &Incoming, now: Timestamp) -> bool {
    incoming.cause != RECEIVED && now.since(incoming.at) > FRESH
}

fn status_report(webhooks: &Webhooks, line_id: LineId, word: &Word, entry: &Entry) -> Report {
    let mark = word.mark.as_deref().or_else(|| Some(entry.url.split_once('?')?.1));
    let (message_id, attempt) = mark.and_then(|query| marked(webhooks, query)).unzip();
    Report {
        // The entry's own: processed again, it adds no second receipt.
        receipt_id: Uuid::from(entry.id).into(),
        line_id,
        message_id,
        attempt,
        provider_message_id: word.provider_message_id.clone(),
        state: word.state,
        raw_status: word.raw_status.clone(),
        error_code: word.error_code.clone(),
        recipient: word.recipient.clone(),
        source: "callback",
    }
}

/// Our id of the message and the attempt, if the report came with our mark.
fn marked(webhooks: &Webhooks, query: &str) -> Option<(MessageId, u32)> {
    let param = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value)
    };
    let message: MessageId = param("m")?.parse().ok()?;
    let attempt: u32 = param("n")?.parse().ok()?;
    webhooks.delivery.callbacks.is_ours(message, attempt, &param("t")?).then_some((message, attempt))
}
