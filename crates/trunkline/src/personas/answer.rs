//! The job of one inbound message.
//!
//! Nothing is locked while the model is at work. So the look before it only saves money; what counts is the one after
//! it, which holds the conversation, and then writes the reply, its job, what the run cost and the end of this job in
//! one transaction. The reply's key is the id of the message: a job that runs twice finds what the first one did.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use trunkline_domain::ids::MessageId;
use trunkline_domain::message::Purpose;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx};

use super::catalog::{self, Entry, Persona};
use super::runs::{self, End, Spent, Start};
use super::stance::{self, SCOPE};
use super::talk::{self, Answer, Talk, TalkError};
use super::task::Task;
use super::threads::{self, Hand, Mode};
use super::tools::{Later, Wishes};
use super::{JOB, Personas, facts, past};
use crate::contacts;
use crate::delivery::{self, Accepted, By, Recipient, Refusal, Request, When};
use crate::events::Subject;
use crate::inbox::conversations::{self, Status};
use crate::inbox::messages::PersonaMark;
use crate::jobs::{About, Failure, Handlers, Job, claim_was_lost};

/// How an answer that can never be had is remembered, so that its job ends at the next try.
const GAVE_UP: &str = "gave_up";

/// Before it is shown anew that somebody writes: WhatsApp shows it for 25 seconds (Twilio, Typing indicators resource).
const TYPING_AGAIN: Duration = Duration::from_secs(20);

/// How often, and after which wait, an answer that was had is written down before its job fails.
const WRITES_MAX: u32 = 5;
const WRITE_AGAIN: Duration = Duration::from_millis(500);

/// Registers the job of this room.
pub(crate) fn handlers(personas: &Personas, handlers: &mut Handlers) {
    let personas = personas.clone();
    handlers.add(JOB, move |job| run(personas.clone(), job));
}

async fn run(personas: Personas, job: Job) -> std::result::Result<(), Failure> {
    let entries = personas.catalog.refreshed().await?;
    let (at_work, claimed) = (personas.clone(), job.clone());
    let store = &personas.delivery.store;
    let begun = store.write_in_background(move |tx| begin(tx, &at_work, &claimed, &entries)).await;
    let Some(task) = unless_taken_over(begun)?.flatten() else { return Ok(()) };
    let about = about(&task);
    answer(&personas, job, task).await.map_err(|failure| failure.about(about))
}

/// What happened, unless another node has the job: it is doing the same, and only one of us can commit.
fn unless_taken_over<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Err(error) if claim_was_lost(&error) => Ok(None),
        result => result.map(Some),
    }
}

fn about(task: &Task) -> About {
    About {
        message_id: Some(task.inbound.id),
        session: Some(task.inbound.conversation.to_string()),
        phone: Some(task.inbound.from.clone()),
        body: Some(task.inbound.body.clone()),
        ..About::default()
    }
}

/// Looks whether to answer, and begins a run. `None`: there is nothing more to do, and the job has ended.
fn begin(tx: &mut Tx<'_>, personas: &Personas, job: &Job, entries: &[Entry]) -> Result<Option<Box<Task>>> {
    let begun = prepare(tx, personas, job.subject.into(), entries)?;
    let jobs = &personas.delivery.jobs;
    match &begun {
        Some(_) => jobs.assert_claim(tx, job)?,
        None => jobs.finish(tx, job)?,
    }
    Ok(begun)
}

fn prepare(
    tx: &mut Tx<'_>,
    personas: &Personas,
    message: MessageId,
    entries: &[Entry],
) -> Result<Option<Box<Task>>> {
    let Some(inbound) = past::inbound(tx, message)? else { return Ok(None) };
    let slug = personas.delivery.lines.get(inbound.line).map(|line| line.info.slug.clone());
    let persona = slug.and_then(|slug| catalog::answering(entries, &slug, inbound.created_at));
    let Some(persona) = persona.filter(|_| personas.settings.enabled) else { return Ok(None) };
    if runs::ended_as(tx, message, GAVE_UP)? {
        return Ok(None);
    }
    let now = personas.delivery.ambient.now();
    let task = task(tx, personas, inbound, persona, now)?;
    let start = start(&task, Some(message));
    let thread = threads::of(tx, task.inbound.conversation)?;
    let settings = &personas.settings;
    if let Some(silence) = stance::silence(tx, &task.inbound, &task.persona, &thread, settings, now)? {
        runs::note(tx, &start, silence.as_str(), silence.told())?;
        return Ok(None);
    }
    if let Some(words) = asks_for_a_person(&task) {
        runs::note(tx, &start, "asked", "")?;
        hand_over_unasked(tx, personas, &task, &words)?;
        return Ok(None);
    }
    if let Some(exhausted) = runs::begin(tx, &start, &task.persona.limits, settings)? {
        runs::note(tx, &start, "no_budget", &exhausted)?;
        return Ok(None);
    }
    Ok(Some(Box::new(task)))
}

/// Everything an answer is made of.
pub(super) fn task(
    tx: &mut Tx<'_>,
    personas: &Personas,
    inbound: past::Inbound,
    persona: Arc<Persona>,
    now: Timestamp,
) -> Result<Task> {
    let summary = threads::of(tx, inbound.conversation)?.summary;
    let contact = contacts::find(tx, inbound.contact)?;
    let known = facts::of(tx, inbound.contact, persona.memory.facts)?;
    Ok(Task {
        run: personas.delivery.ambient.id(),
        model: personas.model_of(&persona),
        price: persona.price.or(personas.settings.price),
        contact_name: contact.and_then(|contact| contact.name),
        facts: known.into_iter().map(|fact| fact.text).collect(),
        said: past::since(tx, inbound.conversation, summary.as_ref().map(|summary| summary.upto))?,
        summary,
        persona,
        inbound,
        now,
    })
}

pub(super) fn start(task: &Task, message: Option<MessageId>) -> Start<'_> {
    Start {
        id: task.run,
        conversation: task.inbound.conversation,
        message,
        persona: &task.persona.slug,
        model: &task.model,
        estimate: task.estimate(),
        price: task.price,
        at: task.now,
    }
}

/// The words of theirs that need a person, whatever a model would say.
fn asks_for_a_person(task: &Task) -> Option<String> {
    let body = task.inbound.body.to_lowercase();
    task.persona.hand_over.words.iter().find(|words| body.contains(words.as_str())).cloned()
}

fn hand_over_unasked(tx: &mut Tx<'_>, personas: &Personas, task: &Task, words: &str) -> Result<()> {
    let wishes = Wishes { hand_over: Some(format!("They wrote \"{words}\".")), ..Wishes::default() };
    conclude(tx, personas, task, &Answer { text: None, wishes, summary: None }, Spent::default())
}

async fn answer(personas: &Personas, job: Job, task: Box<Task>) -> std::result::Result<(), Failure> {
    let waited = personas.delivery.ambient.now().since(task.inbound.created_at);
    let budget: Duration = personas.settings.answer_within.saturating_sub(waited);
    let Talk { outcome, spent } = tokio::select! {
        talk = talk::talk(personas, &task, budget) => talk,
        never = show_typing(personas, &task) => match never {},
    };
    match outcome {
        Ok(answer) => Ok(take(personas, job, task, answer, spent).await?),
        Err(error) => {
            let (outcome, told) = (failed_as(&error), error.to_string());
            metrics::counter!("trunkline_persona_failures_total", "outcome" => outcome).increment(1);
            let (at_work, store) = (personas.clone(), &personas.delivery.store);
            let written = store.write_in_background(move |tx| {
                let end = ending(&at_work, &task, outcome, Some(&told), spent);
                runs::end(tx, task.run, &end)?;
                at_work.delivery.jobs.assert_claim(tx, &job)
            });
            match unless_taken_over(written.await)? {
                // Kept where people see it, and tried again, unless it can never be had.
                Some(()) => Err(anyhow::Error::new(error).context("a persona could not answer").into()),
                None => Ok(()),
            }
        }
    }
}

/// For as long as the model is at work, the customer sees that somebody writes, where the channel shows that. It is
/// courtesy: whether it can be shown changes nothing.
async fn show_typing(personas: &Personas, task: &Task) -> Infallible {
    let line = personas.delivery.lines.get(task.inbound.line);
    let shown = line.zip(task.inbound.provider_id.as_deref());
    let Some((line, id)) = shown else { return std::future::pending().await };
    loop {
        if let Err(error) = line.provider.show_typing(id).await {
            tracing::debug!(%error, "that somebody writes cannot be shown");
        }
        tokio::time::sleep(TYPING_AGAIN).await;
    }
}

/// Writes the answer down together with the end of the job. It took its time and was paid for, so a database that is
/// away for a moment is asked again: done twice, the second time finds that the claim is gone.
async fn take(personas: &Personas, job: Job, task: Box<Task>, answer: Answer, spent: Spent) -> Result<()> {
    let shared = Arc::new((personas.clone(), job, task, answer));
    for _ in 1..WRITES_MAX {
        match write(&shared, spent).await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "a persona's answer could not be written down; trying again");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
            done => return done,
        }
    }
    write(&shared, spent).await
}

async fn write(shared: &Arc<(Personas, Job, Box<Task>, Answer)>, spent: Spent) -> Result<()> {
    let at_work = shared.clone();
    let written = shared.0.delivery.store.write_in_background(move |tx| {
        let (personas, job, task, answer) = &*at_work;
        conclude(tx, personas, task, answer, spent)?;
        personas.delivery.jobs.finish(tx, job)
    });
    unless_taken_over(written.await).map(|_| ())
}

fn failed_as(error: &TalkError) -> &'static str {
    if error.is_passing() { "failed" } else { GAVE_UP }
}

fn ending<'a>(
    personas: &Personas,
    task: &Task,
    outcome: &'a str,
    reason: Option<&'a str>,
    spent: Spent,
) -> End<'a> {
    let (price, at) = (task.price, personas.delivery.ambient.now());
    End { outcome, reason, reply: None, spent, price, at }
}

/// Looks once more, and takes the answer if nothing has changed.
fn conclude(tx: &mut Tx<'_>, personas: &Personas, task: &Task, answer: &Answer, spent: Spent) -> Result<()> {
    let conversation = task.inbound.conversation;
    // From here on nothing comes in, and nobody else answers or takes over.
    let status = conversations::hold(tx, conversation)?;
    let (now, thread) = (personas.delivery.ambient.now(), threads::of(tx, conversation)?);
    let silence = stance::silence(tx, &task.inbound, &task.persona, &thread, &personas.settings, now)?;
    if let Some(silence) = silence {
        let end = ending(personas, task, silence.as_str(), Some(silence.told()), spent);
        return runs::end(tx, task.run, &end);
    }
    remember(tx, personas, task, answer, now)?;
    if answer.wishes.hand_over.is_some() {
        // Before the last word: what was planned earlier.
        delivery::silence_personas(tx, &personas.delivery, conversation, "handed over to a person")?;
    }
    let sent = send(tx, personas, task, answer, spent)?;
    let handed_over = answer.wishes.hand_over.as_deref();
    if let Some(reason) = handed_over {
        let hand = Hand { at: now, reason: Some(reason), by: None };
        threads::set_mode(tx, conversation, Mode::HandedOver, &hand)?;
    }
    let (outcome, reason) = match (&sent, handed_over) {
        (Err(why), _) => ("refused", Some(why.as_str())),
        (Ok(_), Some(reason)) => ("handed_over", Some(reason)),
        (Ok(_), None) => ("answered", None),
    };
    let reply = sent.as_ref().ok().copied().flatten();
    runs::end(tx, task.run, &End { reply, ..ending(personas, task, outcome, reason, spent) })?;
    // What a persona answered waits for nobody on the team; what it could not, does.
    let wanted = if outcome == "answered" { Status::Pending } else { Status::Open };
    let events = &personas.delivery.events;
    if status != wanted {
        conversations::set_status(tx, events, now, conversation, wanted)?;
    }
    events.record(tx, now, Subject::Conversation(conversation))
}

/// What it learned, and what it wants the team to find.
fn remember(
    tx: &mut Tx<'_>,
    personas: &Personas,
    task: &Task,
    answer: &Answer,
    now: Timestamp,
) -> Result<()> {
    let conversation = task.inbound.conversation;
    threads::add_tags(tx, conversation, &answer.wishes.tags, now)?;
    if let Some(summary) = &answer.summary {
        threads::summarise(tx, conversation, summary, now)?;
    }
    for text in &answer.wishes.facts {
        let new = facts::NewFact {
            id: personas.delivery.ambient.id(),
            contact: task.inbound.contact,
            persona: &task.persona.slug,
            message: task.inbound.id,
            text,
            at: now,
        };
        facts::learn(tx, &new)?;
    }
    Ok(())
}

/// Hands the reply to delivery, and what is to follow later. The reply if there is one, or why it was refused.
fn send(
    tx: &mut Tx<'_>,
    personas: &Personas,
    task: &Task,
    answer: &Answer,
    spent: Spent,
) -> Result<std::result::Result<Option<MessageId>, String>> {
    let key = task.inbound.id.to_string();
    let (text, reason) = match &answer.wishes.hand_over {
        Some(why) => {
            (answer.text.clone().or(task.persona.hand_over.message.clone()), format!("Handed over: {why}"))
        }
        None => (answer.text.clone(), "They wrote, and nobody on the team had answered.".to_owned()),
    };
    let mut reply = None;
    if let Some(text) = text {
        let request = request(task, text, Purpose::Reply, key.clone(), mark(personas, task, reason, spent));
        match accepted(delivery::accept(tx, &personas.delivery, &request)?) {
            Ok(id) => reply = Some(id),
            Err(why) => return Ok(Err(why)),
        }
    }
    if let Some(Later { after, text }) =
        answer.wishes.later.clone().filter(|_| answer.wishes.hand_over.is_none())
    {
        let reason = "They asked to be written to later.".to_owned();
        let mark = mark(personas, task, reason, Spent::default());
        let request = Request {
            when: Some(When::At(personas.delivery.ambient.now().plus(after))),
            cancel_if_answered: true,
            ..request(task, text, Purpose::Transactional, format!("{key}/later"), mark)
        };
        if let Err(why) = accepted(delivery::accept(tx, &personas.delivery, &request)?) {
            return Ok(Err(why));
        }
    }
    Ok(Ok(reply))
}

fn request(task: &Task, text: String, purpose: Purpose, key: String, mark: PersonaMark) -> Request {
    let recipient = Recipient::Conversation(task.inbound.conversation);
    Request {
        by: By { line: Some(task.inbound.line), channel: None },
        persona: Some(mark),
        ..Request::new(recipient, text, purpose, (SCOPE.to_owned(), key))
    }
}

fn mark(personas: &Personas, task: &Task, reason: String, spent: Spent) -> PersonaMark {
    PersonaMark {
        slug: task.persona.slug.clone(),
        name: task.persona.name.clone(),
        reason,
        model: task.model.clone(),
        tokens: spent.tokens(),
        micros: task.price.map(|price| spent.micros(Some(price))),
        currency: personas.settings.currency.clone(),
    }
}

fn accepted(accepted: Accepted) -> std::result::Result<MessageId, String> {
    match accepted {
        Accepted::New(id) | Accepted::Again(id) => Ok(id),
        Accepted::Refused(Refusal::Gate { reason, .. } | Refusal::Time(_, reason)) => Err(reason),
        Accepted::Refused(refusal) => Err(format!("The message was not accepted: {refusal:?}.")),
    }
}
