//! The thread that writes records: whatever waits goes out with one flush.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use tokio::sync::oneshot;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::JournalId;
use uuid::Uuid;

use super::file::{self, DONE, MARK};

/// A file that is larger is ended: it is read as a whole.
const FILE_MAX: u64 = 8 * 1024 * 1024;

/// Records in one flush.
const FLUSH_MAX: usize = 256;

/// What the thread is asked for.
pub(super) enum Order {
    /// Write this and say when it is on disk.
    Put(Vec<u8>, oneshot::Sender<io::Result<()>>),
    /// End the file.
    Roll(oneshot::Sender<()>),
}

pub(super) struct Writer {
    folder: PathBuf,
    bytes_max: u64,
    ambient: Ambient,
    current: Option<Current>,
}

/// The file that is being written, locked.
struct Current {
    file: File,
    bytes: u64,
    /// What the other files of the folder held when this one was begun.
    beside: u64,
}

impl Writer {
    pub(super) fn new(folder: PathBuf, bytes_max: u64, ambient: Ambient) -> Self {
        Writer { folder, bytes_max, ambient, current: None }
    }

    /// Until every handle is gone.
    pub(super) fn serve(mut self, orders: &Receiver<Order>) {
        while let Ok(first) = orders.recv() {
            let (mut puts, mut rolls) = (Vec::new(), Vec::new());
            for order in std::iter::once(first).chain(orders.try_iter()).take(FLUSH_MAX) {
                match order {
                    Order::Put(record, answer) => puts.push((record, answer)),
                    Order::Roll(answer) => rolls.push(answer),
                }
            }
            self.put(puts);
            if !rolls.is_empty() {
                self.current = None;
            }
            for answer in rolls {
                // Whoever asked may be gone.
                answer.send(()).ok();
            }
        }
    }

    fn put(&mut self, puts: Vec<(Vec<u8>, oneshot::Sender<io::Result<()>>)>) {
        if puts.is_empty() {
            return;
        }
        let written = self.write(puts.iter().map(|(record, _)| record.as_slice()));
        if written.is_err() {
            // What is in the file now, nobody knows; the next record must not stand behind it.
            self.current = None;
        }
        for (_, answer) in puts {
            let result = match &written {
                Ok(()) => Ok(()),
                Err(error) => Err(io::Error::other(error.to_string())),
            };
            drop(answer.send(result));
        }
    }

    fn write<'a>(&mut self, records: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
        let too_large = || io::Error::other("the record is too large");
        let mut bytes = Vec::new();
        for record in records {
            bytes.extend(file::framed(record).ok_or_else(too_large)?);
        }
        let (bytes_max, length) = (self.bytes_max, bytes.len() as u64);
        let current = self.current()?;
        if current.beside + current.bytes + length > bytes_max {
            return Err(io::Error::other(format!("the spool holds the {bytes_max} bytes that it may")));
        }
        current.file.write_all(&bytes)?;
        current.file.sync_data()?;
        current.bytes += length;
        if current.bytes > FILE_MAX {
            self.current = None;
        }
        Ok(())
    }

    fn current(&mut self) -> io::Result<&mut Current> {
        let current = match self.current.take() {
            Some(current) => current,
            None => self.begin()?,
        };
        Ok(self.current.insert(current))
    }

    /// A new file. It is locked before it has the name that others look for, or somebody might find it empty and
    /// take it away.
    fn begin(&self) -> io::Result<Current> {
        fs::create_dir_all(&self.folder)?;
        let beside = size_of(&self.folder)?;
        let name = Uuid::from(self.ambient.id::<JournalId>()).simple();
        let unborn = self.folder.join(format!("{name}.new"));
        let mut file = File::options().write(true).create_new(true).open(&unborn)?;
        file.try_lock().map_err(io::Error::other)?;
        file.write_all(MARK)?;
        fs::rename(&unborn, self.folder.join(format!("{name}.{DONE}")))?;
        // The name has to be on disk as well.
        File::open(&self.folder)?.sync_all()?;
        Ok(Current { file, bytes: MARK.len() as u64, beside })
    }
}

fn size_of(folder: &Path) -> io::Result<u64> {
    let sizes = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()));
    Ok(sizes.sum())
}
