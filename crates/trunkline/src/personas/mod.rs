//! Personas: an inbound message is answered by a model that plays a part the team wrote (A5).
//!
//! * `catalog/` reads the parts, folders of Markdown and JSON, and says what is wrong with them;
//! * `answer.rs` is the job of one inbound message: it looks whether to answer, asks the model outside of any
//!   transaction, looks again, and hands the reply to delivery together with the end of the job;
//! * `stance.rs` is that look: whether anybody replied meanwhile, opted out, took over, or wrote once more;
//! * `task.rs` is what an answer is made of; `talk.rs` asks the model, `prompt.rs` says what it is told, `tools.rs` what
//!   it may ask for;
//! * `runs.rs` counts what it costs and keeps it within its budgets, `threads.rs` remembers who answers in a
//!   conversation, `facts.rs` what is known of a contact, `past.rs` reads what was said;
//! * `routes.rs` are the doors.
//!
//! The room promises that an inbound message is answered at most once, however often its job is run; that nobody is
//! answered who opted out, whom a person answered, or in whose conversation a person took over; and that what a
//! customer writes reaches a model as data, never as an instruction. It sends nothing by itself: a reply is a message
//! like any other and goes through the one gate. It must not know webhooks, nor any provider of messages.

mod answer;
mod catalog;
mod facts;
mod past;
mod prompt;
mod routes;
mod runs;
mod stance;
mod talk;
mod task;
#[cfg(test)]
mod tests;
mod threads;
mod tools;

use std::sync::Arc;
use std::time::Duration;

use trunkline_domain::ids::{LineId, MessageId};
use trunkline_providers::llm::Llm;
use trunkline_store::{Result, Tx};

pub(crate) use answer::handlers;
pub(crate) use routes::routes;
pub(crate) use runs::prune;

use crate::config;
use crate::delivery::Delivery;
use crate::jobs::{NewJob, Queue};
use catalog::{Catalog, Persona};

/// The kind of the job that answers an inbound message.
const JOB: &str = "persona";

/// What personas need.
#[derive(Clone)]
pub(crate) struct Personas {
    delivery: Delivery,
    catalog: Catalog,
    settings: Arc<config::Personas>,
    llm: Llm,
}

impl Personas {
    /// Reads the folder of personas.
    pub(crate) fn open(delivery: &Delivery, settings: &config::Personas, http: &reqwest::Client) -> Self {
        Personas {
            delivery: delivery.clone(),
            catalog: Catalog::open(settings.folder.clone(), slugs(delivery)),
            settings: Arc::new(settings.clone()),
            llm: Llm::new(http.clone(), &settings.endpoint, settings.api_key.clone()),
        }
    }

    /// The lines have changed.
    pub(crate) fn learn_lines(&self) {
        self.catalog.set_lines(slugs(&self.delivery));
    }

    /// The model that a persona speaks through. Without its own it is the installation's, which there is once
    /// personas are switched on.
    fn model_of(&self, persona: &Persona) -> String {
        persona.model.clone().or_else(|| self.settings.model.clone()).unwrap_or_default()
    }
}

/// The lines that personas may name.
fn slugs(delivery: &Delivery) -> Vec<String> {
    delivery.lines.all().map(|line| line.info.slug.clone()).collect()
}

/// A message came in that asks for an answer: a job is planned that looks who answers. It waits a moment, since people
/// often write in several pieces.
pub(crate) fn came_in(tx: &mut Tx<'_>, personas: &Personas, message: MessageId, line: LineId) -> Result<()> {
    if !personas.settings.enabled {
        return Ok(());
    }
    let delivery = &personas.delivery;
    let (now, line) = (delivery.ambient.now(), delivery.lines.get(line));
    let persona = line.and_then(|line| catalog::answering(&personas.catalog.entries(), &line.info.slug, now));
    let wait = persona.map_or(Duration::ZERO, |persona| persona.wait);
    let job = NewJob::plain(Queue::Persona, JOB, message.into(), now.plus(wait));
    delivery.jobs.enqueue(tx, delivery.ambient.id(), now, &job)
}
