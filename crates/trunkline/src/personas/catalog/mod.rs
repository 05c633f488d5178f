//! The personas in their folder, as they are now.
//!
//! * `files.rs` reads a folder within bounds, and tells whether it has changed;
//! * `fields.rs` reads a JSON object field by field and notes everything that is wrong with it;
//! * `definition.rs` makes a persona of both; `hours.rs` knows when one answers.
//!
//! Whether a file has changed is asked when somebody wants a persona: a few file dates cost nothing beside an answer
//! of a model. A watcher would have to run for ever, and hears nothing of network drives and of folders that are
//! swapped whole, as containers do. A persona that was good and is broken by an edit keeps answering as it was, and
//! the list says what is wrong.

mod definition;
mod fields;
mod files;
mod hours;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use serde::Serialize;
use trunkline_domain::time::Timestamp;
use utoipa::ToSchema;

pub(super) use definition::{Limits, Persona, ToolName};
use files::{Fingerprint, Source};

/// Something that is wrong in a persona's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PersonaProblem)]
pub(super) struct FileProblem {
    /// Beside the folder's name: `persona.json`, `knowledge/prices.md`; empty for the folder itself.
    pub(super) file: String,
    /// The field of a JSON file, such as `limits.tokens_per_day`.
    pub(super) field: Option<String>,
    /// What is wrong, and what would be right.
    pub(super) message: String,
}

/// A folder as it was read last.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) slug: String,
    /// What answers; after an edit that broke it, as it was before.
    pub(super) persona: Option<Arc<Persona>>,
    /// What is wrong with the files as they are.
    pub(super) problems: Vec<FileProblem>,
    fingerprint: Fingerprint,
    /// The lines that there were when it was read.
    lines: Arc<Vec<String>>,
}

/// Every persona there is.
#[derive(Clone)]
pub(crate) struct Catalog(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    /// The slugs of the lines, which personas name.
    lines: RwLock<Arc<Vec<String>>>,
    entries: RwLock<Arc<Vec<Entry>>>,
    /// Held while files are read, so that two do not read the same change.
    reading: Mutex<()>,
}

impl Catalog {
    /// Reads the folder for the first time. One that is not there is an empty one.
    pub(crate) fn open(folder: PathBuf, lines: Vec<String>) -> Catalog {
        let lines = RwLock::new(Arc::new(lines));
        let catalog =
            Catalog(Arc::new(Inner { folder, lines, entries: RwLock::default(), reading: Mutex::default() }));
        catalog.read_changes();
        catalog
    }

    /// There are other lines now: what names one of them is looked at again when it is next asked for.
    pub(super) fn set_lines(&self, lines: Vec<String>) {
        *self.0.lines.write() = Arc::new(lines);
    }

    /// Every folder, by name, as it was read last.
    pub(super) fn entries(&self) -> Arc<Vec<Entry>> {
        self.0.entries.read().clone()
    }

    /// Every folder, by name, as it is.
    pub(super) async fn refreshed(&self) -> anyhow::Result<Arc<Vec<Entry>>> {
        let catalog = self.clone();
        tokio::task::spawn_blocking(move || catalog.read_changes()).await?;
        Ok(self.entries())
    }

    fn read_changes(&self) {
        let _reading = self.0.reading.lock();
        let before: BTreeMap<String, Entry> =
            self.entries().iter().map(|entry| (entry.slug.clone(), entry.clone())).collect();
        let found = files::folders(&self.0.folder);
        let now: Vec<Entry> = found.into_iter().map(|(slug, path)| self.entry(slug, path, &before)).collect();
        *self.0.entries.write() = Arc::new(now);
    }

    fn entry(&self, slug: String, path: PathBuf, before: &BTreeMap<String, Entry>) -> Entry {
        let known = before.get(&slug);
        let (fingerprint, lines) = (files::fingerprint(&path), self.0.lines.read().clone());
        if let Some(known) = known.filter(|known| known.fingerprint == fingerprint && known.lines == lines) {
            return known.clone();
        }
        let (source, mut problems) = Source::read(&path);
        let persona = Persona::parse(&slug, &source, &lines, &mut problems);
        let good = problems.is_empty().then_some(persona).flatten().map(Arc::new);
        if good.is_none() {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            tracing::warn!(persona = slug, problems = told.join("; "), "a persona cannot be used as it is");
        }
        let persona = good.or_else(|| known.and_then(|known| known.persona.clone()));
        Entry { slug, persona, problems, fingerprint, lines }
    }
}

/// The persona that answers on a line at a time: the first by the name of its folder.
pub(super) fn answering(entries: &[Entry], line: &str, at: Timestamp) -> Option<Arc<Persona>> {
    let mut personas = entries.iter().filter_map(|entry| entry.persona.as_ref());
    personas.find(|persona| persona.answers_on(line) && persona.is_on_duty(at)).cloned()
}

impl std::fmt::Display for FileProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(field) = &self.field {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}", self.message)
    }
}
