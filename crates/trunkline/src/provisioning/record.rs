//! What was changed at a provider, kept in files so that it can be undone.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;

/// The folder below the data folder.
const FOLDER: &str = "provisioned";

/// One value that is set anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// The slug of the line it is for.
    pub(crate) line: String,
    /// The provider's id of the number or messaging service.
    pub(crate) sid: String,
    /// Its name at the provider.
    pub(crate) name: String,
    /// As the provider calls it.
    pub(crate) parameter: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Change {
    pub(super) fn reversed(&self) -> Change {
        Change { before: self.after.clone(), after: self.before.clone(), ..self.clone() }
    }
}

/// A file with changes.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    pub(crate) changes: Vec<Change>,
}

impl Record {
    /// Writes down what is about to be changed. On return it is on disk: whoever dies while changing it can still
    /// undo it. Only its owner may read it, since an address may carry a password.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(data_dir: &Path, at: Timestamp, changes: &[Change]) -> anyhow::Result<Record> {
        let folder = data_dir.join(FOLDER);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join(format!("{}.json", at.micros()));
        let written = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = written.and_then(|mut file| {
            serde_json::to_writer_pretty(&mut file, changes)?;
            file.flush()?;
            file.sync_all()
        });
        written.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Record { path, changes: changes.to_vec() })
    }

    /// The newest that was not undone.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub(crate) fn newest(data_dir: &Path) -> anyhow::Result<Option<Record>> {
        let folder = data_dir.join(FOLDER);
        let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(None) };
        let number = |path: &PathBuf| path.file_stem()?.to_str()?.parse::<i64>().ok();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        let Some((_, path)) = paths.filter_map(|path| Some((number(&path)?, path))).max() else {
            return Ok(None);
        };
        let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let changes = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        Ok(Some(Record { path, changes }))
    }

    /// It has been undone.
    ///
    /// # Errors
    /// When the file cannot be renamed.
    pub(crate) fn set_undone(&self) -> anyhow::Result<()> {
        let undone = self.path.with_extension("undone");
        std::fs::rename(&self.path, &undone).with_context(|| format!("cannot rename {}", self.path.display()))
    }

    /// Its changes line by line.
    pub(crate) fn by_line(&self) -> impl Iterator<Item = &[Change]> {
        self.changes.chunk_by(|one, next| one.line == next.line)
    }
}
