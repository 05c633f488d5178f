//! A persona's folder: what is in it, within bounds, and whether that has changed.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::FileProblem;

/// Personas of one installation.
const PERSONAS_MAX: usize = 100;
/// Files in the folder `knowledge`.
const KNOWLEDGE_MAX: usize = 50;
/// Bytes of one file.
const FILE_MAX: u64 = 64 * 1024;
/// Bytes of everything that a model is told: about 60,000 tokens, more than most models read with care.
const TEXTS_MAX: usize = 256 * 1024;

/// The files that are read, besides those in `knowledge`.
const DEFINITION: &str = "persona.json";
const SOUL: &str = "soul.md";
const EXAMPLES: &str = "examples.md";
const KNOWLEDGE: &str = "knowledge";

/// By what a change is noticed: which files there are, how long they are, and when they were written.
pub(super) type Fingerprint = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// The folders that may hold personas, by name. What begins with a dot or an underscore is put aside.
pub(super) fn folders(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = names(folder);
    found.retain(|(name, path)| !name.starts_with(['.', '_']) && path.is_dir());
    found.truncate(PERSONAS_MAX);
    found
}

/// Names and paths of what is in a folder, in order; of names that are not UTF-8 we want nothing.
fn names(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(String, PathBuf)> =
        entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path()))).collect();
    found.sort();
    found
}

/// See [`Fingerprint`].
pub(super) fn fingerprint(folder: &Path) -> Fingerprint {
    let inside = names(folder).into_iter().chain(names(&folder.join(KNOWLEDGE)));
    inside
        .map(|(_, path)| {
            let about = fs::metadata(&path).ok();
            let written = about.as_ref().and_then(|about| about.modified().ok());
            (path, about.map_or(0, |about| about.len()), written)
        })
        .collect()
}

/// The texts of a folder.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) definition: String,
    pub(super) soul: String,
    pub(super) examples: Option<String>,
    /// By the name of the file, without its ending.
    pub(super) knowledge: Vec<(String, String)>,
}

impl Source {
    /// Reads a folder; what is wrong with it is told.
    pub(super) fn read(folder: &Path) -> (Source, Vec<FileProblem>) {
        let mut reader = Reader { folder, problems: Vec::new(), bytes: 0 };
        let source = Source {
            definition: reader.needed(DEFINITION, "It says how the persona is called and where it answers."),
            soul: reader.needed(SOUL, "It says who the persona is and what it is to do."),
            examples: folder.join(EXAMPLES).exists().then(|| reader.text(EXAMPLES)).flatten(),
            knowledge: reader.knowledge(),
        };
        reader.refuse_others();
        (source, reader.problems)
    }
}

struct Reader<'a> {
    folder: &'a Path,
    problems: Vec<FileProblem>,
    bytes: usize,
}

impl Reader<'_> {
    fn refuse(&mut self, file: &str, message: impl Into<String>) {
        self.problems.push(FileProblem { file: file.to_owned(), field: None, message: message.into() });
    }

    fn needed(&mut self, name: &str, why: &str) -> String {
        if !self.folder.join(name).exists() {
            self.refuse(name, format!("is missing. {why}"));
            return String::new();
        }
        let text = self.text(name).unwrap_or_default();
        if text.trim().is_empty() && !self.problems.iter().any(|problem| problem.file == name) {
            self.refuse(name, format!("is empty. {why}"));
        }
        text
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match read_bounded(&self.folder.join(name)) {
            Ok(text) => {
                self.bytes += text.len();
                if self.bytes > TEXTS_MAX && self.bytes - text.len() <= TEXTS_MAX {
                    self.refuse(name, format!("makes the texts together longer than {TEXTS_MAX} bytes"));
                }
                Some(text)
            }
            Err(why) => {
                self.refuse(name, why);
                None
            }
        }
    }

    fn knowledge(&mut self) -> Vec<(String, String)> {
        let mut files = names(&self.folder.join(KNOWLEDGE));
        files.retain(|(name, _)| !name.starts_with('.'));
        if files.len() > KNOWLEDGE_MAX {
            self.refuse(KNOWLEDGE, format!("has {} files; {KNOWLEDGE_MAX} are read at most", files.len()));
            files.truncate(KNOWLEDGE_MAX);
        }
        let mut texts = Vec::new();
        for (name, _) in files {
            let file = format!("{KNOWLEDGE}/{name}");
            match name.strip_suffix(".md") {
                Some(title) => texts.extend(self.text(&file).map(|text| (title.to_owned(), text))),
                None => self.refuse(&file, "is not read: only files that end in .md are"),
            }
        }
        texts
    }

    /// A misspelt name would be missed by nobody until a customer asks.
    fn refuse_others(&mut self) {
        for (name, _) in names(self.folder) {
            let known = [DEFINITION, SOUL, EXAMPLES, KNOWLEDGE].contains(&name.as_str());
            if !known && !name.starts_with('.') {
                let read = "persona.json, soul.md, examples.md and the folder knowledge";
                self.refuse(&name, format!("is not read: a persona is made of {read}"));
            }
        }
    }
}

/// A file's text. It may grow while it is read, so its length is not asked but counted.
fn read_bounded(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read ({error})");
    if !path.is_file() {
        return Err("is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(format!("is longer than {FILE_MAX} bytes. Split it up."));
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    if text.contains('\0') {
        return Err("holds the character NUL".to_owned());
    }
    Ok(text)
}
