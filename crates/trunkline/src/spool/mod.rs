//! A spool: records on the local disk, for as long as the database cannot take them (D2).
//!
//! It promises that a record whose [`Spool::put`] returned is on disk, is given out by [`Spool::oldest`] until
//! somebody says that it is safe elsewhere, and is never given out damaged. It may be given out twice, after a
//! crash: whoever takes it must not mind. Several processes may share a folder: each writes files of its own, and a
//! file is held by a lock that ends with whoever holds it. It must not know what a record means.
//!
//! * `file.rs` is how records stand in a file, each with its length and a checksum;
//! * `writer.rs` is the thread that writes them, many with one flush.

mod file;
#[cfg(test)]
mod tests;
mod writer;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::oneshot;
use trunkline_domain::ambient::Ambient;

use file::DONE;
use writer::{Order, Writer};

/// Records that wait to be written before callers are told that there is no room. Each holds a request's body.
const QUEUE_MAX: usize = 4_096;

/// What becomes of the name of a file that holds something unreadable, so that a person may look at it.
const DAMAGED: &str = "damaged";

/// The handle of a spool. Clones are the same one; the thread behind them ends with the last.
#[derive(Clone)]
pub(crate) struct Spool {
    folder: PathBuf,
    orders: std::sync::mpsc::SyncSender<Order>,
}

/// What is in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    /// Files with something that could not be read.
    pub(crate) damaged: usize,
}

impl Spool {
    /// A spool in `folder`, which is made with the first record, and which holds about `bytes_max` at most.
    pub(crate) fn open(folder: PathBuf, bytes_max: u64, ambient: &Ambient) -> io::Result<Spool> {
        let (orders, taken) = std::sync::mpsc::sync_channel(QUEUE_MAX);
        let writer = Writer::new(folder.clone(), bytes_max, ambient.clone());
        std::thread::Builder::new().name("spool".into()).spawn(move || writer.serve(&taken))?;
        Ok(Spool { folder, orders })
    }

    /// Writes a record down; on return it is on disk.
    ///
    /// # Errors
    /// When the disk refuses, or the spool is as large as it may be. The record may then be there or not.
    pub(crate) async fn put(&self, record: Vec<u8>) -> io::Result<()> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Put(record, answer);
        self.orders.try_send(order).map_err(|_| io::Error::other("too much waits to be spooled"))?;
        answered.await.map_err(|_| io::Error::other("the spool has ended"))?
    }

    /// Ends the file that this process writes, so that it can be read.
    pub(crate) async fn roll(&self) {
        let (answer, answered) = oneshot::channel();
        if self.orders.try_send(Order::Roll(answer)).is_ok() {
            drop(answered.await);
        }
    }

    /// The names of the files that have been ended or left behind, oldest first. Some may be another process's.
    pub(crate) fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = list(&self.folder, DONE)?;
        files.sort();
        Ok(files)
    }

    /// What waits in the folder, whoever wrote it.
    pub(crate) fn waiting(&self) -> io::Result<Waiting> {
        waiting(&self.folder)
    }
}

/// What waits in a folder, whoever wrote it.
pub(crate) fn waiting(folder: &Path) -> io::Result<Waiting> {
    let files = list(folder, DONE)?;
    let bytes = files.iter().filter_map(|path| fs::metadata(path).ok()).map(|found| found.len()).sum();
    Ok(Waiting { files: files.len(), bytes, damaged: list(folder, DAMAGED)?.len() })
}

/// The files of a folder whose names end like this; none if there is no folder.
fn list(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect())
}

/// A file with its records, held against everybody else.
pub(crate) struct Batch {
    path: PathBuf,
    pub(crate) records: Vec<Vec<u8>>,
    /// Something in it could not be read.
    is_damaged: bool,
    _lock: File,
}

impl Batch {
    /// Takes a file in hand; `None` if somebody else has it, or it is gone.
    pub(crate) fn take(path: &Path) -> io::Result<Option<Batch>> {
        let mut lock = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Ok(None),
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
        let (records, is_damaged) = file::read(&mut lock)?;
        Ok(Some(Batch { path: path.to_owned(), records, is_damaged, _lock: lock }))
    }

    /// Its records are safe elsewhere.
    pub(crate) fn done(self) -> io::Result<()> {
        if self.is_damaged {
            tracing::error!(file = %self.path.display(), "a spooled record is damaged; its file was put aside");
            return fs::rename(&self.path, self.path.with_extension(DAMAGED));
        }
        fs::remove_file(&self.path)
    }
}
