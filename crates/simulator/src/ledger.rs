//! What the carrier accepted, as the outside may see it, and the file that outlives a restart.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;

use crate::config::Phone;
use crate::names::Names;
use crate::record::{CallbackEntry, Direction, Record, Status, WebhookEntry};
use crate::whatsapp::{Extras, Via, number_in};

/// Which way a message went, seen from a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the business.
    ToPhone,
    /// From the customer.
    FromPhone,
}

/// One message the carrier accepted and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerItem {
    /// Position in the ledger, from 1.
    pub n: u64,
    /// Message SID.
    pub sid: String,
    /// Which way it went.
    pub direction: Way,
    /// The same in Twilio's words, which tell replies from messages created through the API.
    pub kind: Direction,
    /// Nothing while a messaging service has not chosen a sender.
    pub from: Option<String>,
    /// The receiver.
    pub to: String,
    /// The text as accepted, even if the API was told to forget it.
    pub body: String,
    /// When the carrier said yes.
    pub accepted_at: Timestamp,
    /// The messaging service it was handed to.
    pub service: Option<String>,
    /// When it is to leave, if the carrier was asked to keep it until then.
    pub send_at: Option<Timestamp>,
    /// Its present state.
    pub status: Status,
    /// Why it failed or did not arrive.
    pub error_code: Option<u32>,
    /// Where its states are told.
    pub status_callback: Option<String>,
    /// The callbacks that are over.
    pub callbacks: Vec<CallbackEntry>,
    /// The webhook of an inbound text, once it is over.
    pub webhook: Option<WebhookEntry>,
}

/// A message as a phone shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhoneMessage {
    /// Message SID.
    pub sid: String,
    /// Which way it went.
    pub direction: Way,
    /// The sender.
    pub from: String,
    /// The receiver.
    pub to: String,
    /// The text.
    pub body: String,
    /// Addresses of the files that came with it.
    pub media: Vec<String>,
    /// When it was sent by or reached the phone.
    pub at: Timestamp,
    /// Its state.
    pub status: Status,
    /// Why it failed or did not arrive.
    pub error_code: Option<u32>,
    /// How it travelled. The numbers above are bare.
    pub channel: Via,
    /// What WhatsApp adds.
    #[serde(flatten)]
    pub extras: Extras,
    /// Until when the business is shown to be writing an answer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typing_until: Option<Timestamp>,
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Inbound => Way::FromPhone,
            Direction::OutboundApi | Direction::OutboundReply => Way::ToPhone,
        }
    }
}

impl From<&Record> for LedgerItem {
    fn from(record: &Record) -> Self {
        LedgerItem {
            n: record.n,
            sid: record.sid.clone(),
            direction: record.direction.into(),
            kind: record.direction,
            from: record.from.clone(),
            to: record.to.clone(),
            body: record.body.clone(),
            accepted_at: record.accepted_at,
            service: record.service.clone(),
            send_at: record.send_at,
            status: record.status,
            error_code: record.error_code,
            status_callback: record.status_callback.clone(),
            callbacks: record.callbacks.clone(),
            webhook: record.webhook.clone(),
        }
    }
}

impl From<&Record> for PhoneMessage {
    fn from(record: &Record) -> Self {
        PhoneMessage {
            sid: record.sid.clone(),
            direction: record.direction.into(),
            from: number_in(record.from.as_deref().unwrap_or_default()).to_owned(),
            to: number_in(&record.to).to_owned(),
            body: record.body.clone(),
            media: record.media.iter().map(|medium| medium.url.clone()).collect(),
            at: record.ended_at.unwrap_or(record.accepted_at),
            status: record.status,
            error_code: record.error_code,
            channel: Via::of(&record.to),
            extras: record.extras.clone(),
            typing_until: record.typing_until,
        }
    }
}

/// One line of the file. A later line about the same thing replaces the earlier one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    Names(Names),
    Record(Box<Record>),
    Phone(Phone),
    Block { sender: String, phone: String, blocked: bool },
}

/// The file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the ledger file {path}: {problem}")]
pub struct LedgerError {
    /// The file.
    pub path: PathBuf,
    /// What went wrong with it.
    pub problem: LedgerProblem,
}

/// What went wrong with the ledger file.
#[derive(Debug, thiserror::Error)]
pub enum LedgerProblem {
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A line that this program did not write.
    #[error("line {line} is no ledger line: {error}")]
    Line {
        /// From 1.
        line: usize,
        /// Why it cannot be read.
        error: serde_json::Error,
    },
}

/// The append-only file.
#[derive(Debug)]
pub(crate) struct LedgerFile {
    path: PathBuf,
    file: File,
}

impl LedgerFile {
    /// Opens or creates the file and reads what is in it. A last line without its end was being written
    /// when the process died, before the carrier said yes to it: it is cut off.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<Line>), LedgerError> {
        let wrap = |problem| LedgerError { path: path.to_owned(), problem };
        let (file, text) = open(path).map_err(|error| wrap(error.into()))?;
        let lines = read_lines(&text).map_err(wrap)?;
        Ok((LedgerFile { path: path.to_owned(), file }, lines))
    }

    /// Adds a line. It has reached the operating system when this returns.
    pub(crate) fn append(&mut self, line: &Line) -> Result<(), LedgerError> {
        let written = serde_json::to_vec(line).map_err(std::io::Error::other).and_then(|mut text| {
            text.push(b'\n');
            self.file.write_all(&text)
        });
        written.map_err(|error| self.wrap(error))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) -> Result<(), LedgerError> {
        let cleared = self.file.set_len(0).and_then(|()| self.file.rewind());
        cleared.map_err(|error| self.wrap(error))
    }

    fn wrap(&self, error: std::io::Error) -> LedgerError {
        LedgerError { path: self.path.clone(), problem: error.into() }
    }
}

fn open(path: &Path) -> std::io::Result<(File, Vec<u8>)> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    text.truncate(whole);
    file.set_len(whole as u64)?;
    file.seek(SeekFrom::End(0))?;
    Ok((file, text))
}

fn read_lines(text: &[u8]) -> Result<Vec<Line>, LedgerProblem> {
    let lines = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_slice(line).map_err(|error| LedgerProblem::Line { line: index + 1, error })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(name: &str) -> Line {
        Line::Phone(Phone { number: "+14155550117".into(), name: name.into() })
    }

    #[test]
    fn a_line_cut_short_by_a_crash_is_dropped_and_the_file_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.jsonl");
        LedgerFile::open(&path).unwrap().0.append(&phone("Amelia")).unwrap();
        let mut torn = std::fs::read(&path).unwrap();
        torn.extend_from_slice(b"{\"phone\":{\"numb");
        std::fs::write(&path, torn).unwrap();

        let (mut file, lines) = LedgerFile::open(&path).unwrap();
        assert_eq!(lines.len(), 1);
        file.append(&phone("Priya")).unwrap();
        assert_eq!(LedgerFile::open(&path).unwrap().1.len(), 2);
    }

    #[test]
    fn a_foreign_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.jsonl");
        std::fs::write(&path, "{\"shopping\":\"milk\"}\n").unwrap();
        let error = LedgerFile::open(&path).unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
