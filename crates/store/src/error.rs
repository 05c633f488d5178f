//! What can go wrong in the store, told apart by what the caller can do about it.

/// The result of everything in this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a transaction did not happen.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique index already holds the value. `constraint` is `{table}_{columns}_key`, or `{table}_pkey`
    /// for the primary key, on both engines.
    #[error("already there: {constraint}")]
    Conflict {
        /// The name of the index.
        constraint: String,
    },
    /// A row points to one that does not exist, or would no longer. PostgreSQL names the constraint; SQLite
    /// does not know it.
    #[error("a row that is pointed to does not exist: {0}")]
    Reference(String),
    /// The database cannot be asked now, or could not confirm a commit; the same call may work later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A stored value does not have the form the code relies on.
    #[error("column {column} of a row holds something unexpected: {detail}")]
    Corrupt {
        /// Position or name of the column.
        column: String,
        /// What is wrong with it.
        detail: String,
    },
    /// An update or delete touched another number of rows than its caller relies on.
    #[error("expected to change {expected} row(s), changed {changed}")]
    RowCount {
        /// Rows that had to change.
        expected: u64,
        /// Rows that did.
        changed: u64,
    },
    /// The transaction was called off by the caller's own decision; nothing was written.
    #[error("{0}")]
    Refused(String),
    /// Another process has the file of an embedded database for itself.
    #[error("another process is using this database, {0}; stop it first, or use PostgreSQL to run several")]
    Held(String),
    /// Anything else: a mistake in a statement, a full disk.
    #[error("database error: {0}")]
    Failed(String),
}

impl StoreError {
    /// Whether the same call may succeed later without any change.
    pub fn is_transient(&self) -> bool {
        matches!(self, StoreError::Unavailable(_))
    }

    /// Whether this is a conflict on the named unique index.
    pub fn is_conflict_on(&self, name: &str) -> bool {
        matches!(self, StoreError::Conflict { constraint } if constraint == name)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        let rusqlite::Error::SqliteFailure(code, ref message) = error else {
            return StoreError::Failed(error.to_string());
        };
        let text = message.clone().unwrap_or_else(|| error.to_string());
        match (code.code, code.extended_code) {
            (ErrorCode::ConstraintViolation, ffi::SQLITE_CONSTRAINT_UNIQUE) => {
                StoreError::Conflict { constraint: sqlite_unique(&text) }
            }
            (ErrorCode::ConstraintViolation, ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                StoreError::Conflict { constraint: sqlite_primary_key(&text) }
            }
            (ErrorCode::ConstraintViolation, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
                StoreError::Reference(text)
            }
            (
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory,
                _,
            ) => StoreError::Unavailable(text),
            _ => StoreError::Failed(text),
        }
    }
}

/// SQLite names the columns ("UNIQUE constraint failed: contacts.org, contacts.phone"); PostgreSQL names the
/// index. Indexes are named so that one follows from the other: `contacts_org_phone_key`. Only for an index
/// on expressions does SQLite give the name ("UNIQUE constraint failed: index 'contacts_phone_key'").
fn sqlite_unique(message: &str) -> String {
    let columns = failed_columns(message);
    if let Some(index) = columns.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut name = String::new();
    for (position, column) in columns.split(", ").enumerate() {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if position == 0 {
            name.push_str(table);
        }
        name.push('_');
        name.push_str(column);
    }
    name.push_str("_key");
    name
}

/// PostgreSQL names a primary key after its table alone.
fn sqlite_primary_key(message: &str) -> String {
    let columns = failed_columns(message);
    format!("{}_pkey", columns.split_once('.').map_or(columns, |(table, _)| table))
}

fn failed_columns(message: &str) -> &str {
    message.rsplit(": ").next().unwrap_or(message)
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        let Some(database) = error.as_db_error() else {
            return if error.is_closed()
                || std::error::Error::source(&error).is_some_and(|s| s.is::<std::io::Error>())
            {
                StoreError::Unavailable(error.to_string())
            } else {
                StoreError::Failed(with_cause(&error))
            };
        };
        let text = with_cause(&error);
        match database.code() {
            &SqlState::UNIQUE_VIOLATION => {
                StoreError::Conflict { constraint: database.constraint().unwrap_or_default().to_owned() }
            }
            &SqlState::FOREIGN_KEY_VIOLATION => {
                StoreError::Reference(database.constraint().unwrap_or_default().to_owned())
            }
            code if is_transient(code) || is_stale_statement(&error) => StoreError::Unavailable(text),
            _ => StoreError::Failed(text),
        }
    }
}

/// Transactions rolled back by the server (class 40), locks not had in time, shutdowns and time-outs (class
/// 57), lost connections (class 08), missing resources (class 53) and failing disks (class 58) pass;
/// PostgreSQL, appendix A, "Error Codes".
fn is_transient(code: &postgres::error::SqlState) -> bool {
    *code == postgres::error::SqlState::LOCK_NOT_AVAILABLE
        || ["08", "40", "53", "57", "58"].iter().any(|class| code.code().starts_with(class))
}

/// Whether a statement was refused only because it was prepared before the schema changed ("cached plan must
/// not change result type"), or because the server no longer knows it: prepared again, it would work.
pub(crate) fn is_stale_statement(error: &postgres::Error) -> bool {
    use postgres::error::SqlState;
    error.as_db_error().is_some_and(|error| match *error.code() {
        SqlState::INVALID_SQL_STATEMENT_NAME => true,
        // The code is a general one and the text is translated; the function's name is neither.
        SqlState::FEATURE_NOT_SUPPORTED => error.routine() == Some("RevalidateCachedQuery"),
        _ => false,
    })
}

pub(crate) fn with_cause(error: &postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{sqlite_primary_key, sqlite_unique};

    #[test]
    fn a_sqlite_constraint_gets_the_name_of_its_index() {
        assert_eq!(sqlite_unique("UNIQUE constraint failed: users.email"), "users_email_key");
        assert_eq!(sqlite_unique("UNIQUE constraint failed: a.b, a.c"), "a_b_c_key");
        assert_eq!(sqlite_unique("UNIQUE constraint failed: index 'a_b_key'"), "a_b_key");
        assert_eq!(sqlite_primary_key("UNIQUE constraint failed: a.b, a.c"), "a_pkey");
    }
}
