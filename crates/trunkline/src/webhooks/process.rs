//! The job that reads a journal entry and puts it where it belongs.

use anyhow::Context;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::{JournalId, LineId, MessageId};
use trunkline_domain::keywords::{Keyword, maybe_revocation};
use trunkline_providers::twilio::form::Params;
use trunkline_providers::twilio::webhook::{Inbound, StatusReport};
use trunkline_store::{Result, Tx};
use uuid::Uuid;

use super::{TWILIO_MESSAGE, TWILIO_STATUS, Webhooks};
use crate::compliance::{self, Doubt, Said};
use crate::delivery::{self, Report};
use crate::events::Subject;
use crate::inbox::{self, Incoming, MediaItem};
use crate::jobs::{About, Failure, Handlers, Job, claim_was_lost};
use crate::journal::{self, Entry};
use crate::personas;

/// How a message came that a webhook brought.
const RECEIVED: &str = "received";

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
    let about = about(&entry);
    apply(&webhooks, job, entry).await.map_err(|failure| failure.about(about))
}

fn about(entry: &Entry) -> About {
    let params = Params::parse(&entry.body).map(storable).unwrap_or_default();
    let param = |name: &str| params.filled(name).map(str::to_owned);
    About {
        journal_id: Some(entry.id),
        message_id: None,
        session: param("MessageSid"),
        phone: param("From"),
        body: param("Body"),
    }
}

/// The parameters without NUL, which PostgreSQL's texts cannot hold (PostgreSQL, "Character Types"). The
/// journal keeps the body as it came.
fn storable(params: Params) -> Params {
    params.iter().map(|(name, value)| (name, value.replace('\0', "\u{fffd}"))).collect()
}

async fn apply(webhooks: &Webhooks, job: Job, entry: Entry) -> std::result::Result<(), Failure> {
    let line_id = entry.line_id.context("the entry names no line")?;
    let params = storable(Params::parse(&entry.body)?);
    let inner = webhooks.clone();
    let written = match entry.kind.as_str() {
        TWILIO_MESSAGE => {
            let inbound = Inbound::parse(&params)?;
            let incoming = incoming(line_id, &inbound, &entry);
            webhooks
                .store
                .write_in_background(move |tx| {
                    take_in(tx, &inner, &incoming, inbound.opt_out_type.as_deref())?;
                    journal::processed(tx, &inner.jobs, &job, inner.ambient.now())
                })
                .await
        }
        TWILIO_STATUS => {
            let report = status_report(webhooks, line_id, StatusReport::parse(&params)?, &entry);
            webhooks
                .store
                .write_in_background(move |tx| {
                    delivery::report(tx, &inner.delivery, &report)?;
                    journal::processed(tx, &inner.jobs, &job, inner.ambient.now())
                })
                .await
        }
        other => return Err(anyhow::anyhow!("this release cannot read entries of kind '{other}'").into()),
    };
    match written {
        // The claim went to another node; it is doing the same and only one of us can commit.
        Err(error) if claim_was_lost(&error) => Ok(()),
        result => Ok(result?),
    }
}

fn incoming(line_id: LineId, inbound: &Inbound, entry: &Entry) -> Incoming {
    Incoming {
        line_id,
        channel: if inbound.media.is_empty() { Channel::Sms } else { Channel::Mms },
        from: inbound.from.clone(),
        to: inbound.to.clone(),
        body: inbound.body.clone(),
        media: inbound
            .media
            .iter()
            .map(|media| MediaItem { url: media.url.clone(), content_type: media.content_type.clone() })
            .collect(),
        provider_message_id: inbound.provider_id.clone(),
        sender_name: inbound.profile_name.clone(),
        segments: inbound.segments,
        at: entry.received_at,
        cause: RECEIVED,
    }
}

/// The message goes into its thread, and what it asks for by keyword is applied with it: from the moment it
/// is visible, nobody can be texted who said STOP. Returns whether it was new.
pub(crate) fn take_in(
    tx: &mut Tx<'_>,
    webhooks: &Webhooks,
    incoming: &Incoming,
    opt_out_type: Option<&str>,
) -> Result<bool> {
    let ambient = &webhooks.ambient;
    let Some((message, conversation)) = inbox::receive(tx, ambient, &webhooks.events, incoming)? else {
        return Ok(false);
    };
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
    delivery::answered(tx, &webhooks.delivery, conversation)?;
    // Keywords are for no persona, except a "yes" that nothing followed from; what may mean "stop" waits for a person,
    // and what was fetched long after it was written is for people as well.
    let everyday = opt_out_type.is_none() && !changed && Keyword::is_everyday(words);
    if (told.is_none() || everyday) && !maybe_revocation(words) && incoming.cause == RECEIVED {
        personas::came_in(tx, &webhooks.personas, message, line)?;
    }
    Ok(true)
}

fn status_report(webhooks: &Webhooks, line_id: LineId, status: StatusReport, entry: &Entry) -> Report {
    let (message_id, attempt) = marked(webhooks, &entry.url).unzip();
    Report {
        // The entry's own: processed again, it adds no second receipt.
        receipt_id: Uuid::from(entry.id).into(),
        line_id,
        message_id,
        attempt,
        provider_message_id: status.provider_id,
        state: status.state,
        raw_status: status.raw_status,
        error_code: status.error_code,
        source: "callback",
    }
}

/// Our id of the message and the attempt, if the address the report came to carries our mark.
fn marked(webhooks: &Webhooks, url: &str) -> Option<(MessageId, u32)> {
    let query = Params::parse(url.split_once('?')?.1.as_bytes()).ok()?;
    let message: MessageId = query.get("m")?.parse().ok()?;
    let attempt: u32 = query.get("n")?.parse().ok()?;
    webhooks.delivery.callbacks.is_ours(message, attempt, query.get("t")?).then_some((message, attempt))
}
