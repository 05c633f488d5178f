//! The database file: opened with the settings that make its promises true, and by one process at a time.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Result, StoreError};

/// How long a statement waits for a lock that somebody outside this process holds, such as a backup tool.
pub(super) const BUSY_PATIENCE: Duration = Duration::from_secs(10);

/// A store that was just dropped, here or in a process that is ending, may still be finishing.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
}

pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(512);
    connection.busy_timeout(BUSY_PATIENCE)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        // SQLite does not fail where the file system cannot share memory, it stays in the old mode.
        return Err(StoreError::Failed(format!(
            "{} is on a file system that cannot hold a write-ahead log; put it on a local disk",
            path.display()
        )));
    }
    // FULL flushes the log at every commit: what was acknowledged survives a loss of power. On macOS only
    // `fullfsync` reaches the disk itself; elsewhere it changes nothing.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    // Plans are made once, whatever values come first: else every execution with other values in a statement that
    // could use a partial index has it planned anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

/// Two processes on one file would each believe it is the only node. The lock goes with the file handle,
/// so it ends with the process, however that ends.
pub(super) fn lock(path: &Path) -> Result<File> {
    let beside = beside(path, ".lock");
    let failed = |detail: &dyn std::fmt::Display| {
        StoreError::Failed(format!("cannot lock {}: {detail}", beside.display()))
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(|error| failed(&error))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
    }
    Err(StoreError::Held(path.display().to_string()))
}

/// The file next to the database, however that was reached: SQLite follows links, so we must too.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    name.into()
}
