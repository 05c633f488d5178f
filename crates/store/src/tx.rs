//! A transaction in progress: the only door to the data.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use crate::Engine;
use crate::error::{Result, StoreError, is_stale_statement};
use crate::row::{Inner as RowInner, Row};
use crate::sql::{Sql, numbered};
use crate::value::Value;

/// Something to do once the transaction is durable, such as waking a worker. Never run otherwise.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

/// Prepared statements of one PostgreSQL connection, by the address of their [`Sql`], which is static: there
/// can be no more of them than the program has statements.
pub(crate) type Prepared = HashMap<usize, postgres::Statement>;

/// A transaction in progress.
///
/// Once a statement has failed, the transaction can only be given up: every later statement fails with the
/// same error, and so does the transaction, even if the closure passes over it. PostgreSQL works like that;
/// SQLite is held to it, so that the same code means the same on both.
pub struct Tx<'a> {
    inner: Inner<'a>,
    after_commit: Vec<AfterCommit>,
    failed: Option<StoreError>,
}

pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres { tx: postgres::Transaction<'a>, prepared: &'a mut Prepared },
}

impl<'a> Tx<'a> {
    pub(crate) fn new(inner: Inner<'a>) -> Self {
        Tx { inner, after_commit: Vec::new(), failed: None }
    }

    /// What the closure's result comes to, and what to do if it can be committed.
    pub(crate) fn conclude<T>(&mut self, result: Result<T>) -> (Result<T>, Vec<AfterCommit>) {
        let result = match self.failed.take() {
            Some(error) => result.and(Err(error)),
            None => result,
        };
        let hooks = if result.is_ok() { std::mem::take(&mut self.after_commit) } else { Vec::new() };
        (result, hooks)
    }

    /// Makes PostgreSQL's commit; SQLite's is made by its writer, for many at once.
    pub(crate) fn commit(self) -> Result<()> {
        let Inner::Postgres { tx, .. } = self.inner else { return Ok(()) };
        tx.commit().map_err(|error| match error.as_db_error() {
            Some(_) => StoreError::from(error),
            // The answer is lost, not necessarily the commit.
            None => StoreError::Unavailable(error.to_string()),
        })
    }

    /// Which database answers.
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Any [`StoreError`]; the transaction can then only be given up.
    pub fn execute(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64> {
        self.attempt(params, |inner| match inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql.text(Engine::Sqlite))?;
                Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
            }
            Inner::Postgres { tx, prepared } => {
                let statement = prepare(tx, prepared, sql)?;
                answered(prepared, tx.execute(&statement, &as_dyn(params)))
            }
        })
    }

    /// Runs a statement that must change exactly `expected` rows: the check that its WHERE repeats held.
    ///
    /// # Errors
    /// [`StoreError::RowCount`] when it changed another number, and any other [`StoreError`].
    pub fn execute_exactly(&mut self, expected: u64, sql: &'static Sql, params: &[Value]) -> Result<()> {
        let changed = self.execute(sql, params)?;
        if changed == expected { Ok(()) } else { Err(StoreError::RowCount { expected, changed }) }
    }

    /// Runs a query and reads every row.
    ///
    /// # Errors
    /// Any [`StoreError`], also those of `read`.
    pub fn query<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        // What `read` refuses is the caller's affair; the statement as such succeeded.
        self.attempt(params, |inner| match inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql.text(Engine::Sqlite))?;
                let mut out = Vec::new();
                let read = read_all(&mut statement, params, &mut read, &mut out)?;
                Ok(read.map(|()| out))
            }
            Inner::Postgres { tx, prepared } => {
                let statement = prepare(tx, prepared, sql)?;
                let rows = answered(prepared, tx.query(&statement, &as_dyn(params)))?;
                Ok(rows.iter().map(|row| read(&Row(RowInner::Postgres(row)))).collect())
            }
        })?
    }

    /// Runs a statement once for each of `rows` and returns how many rows changed in all.
    ///
    /// On SQLite `$2` is the second value of a row, and the statement runs as often as there are rows: there are
    /// no round trips to save. On PostgreSQL it runs once, and `$2` is the **array** of all second values, to be
    /// taken apart with `unnest`. So such a statement is always written for both: see [`sql!`](crate::sql).
    ///
    /// # Errors
    /// Any [`StoreError`]; the transaction can then only be given up.
    pub fn execute_each<const N: usize>(&mut self, sql: &'static Sql, rows: &[[Value; N]]) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        self.attempt(rows.as_flattened(), |inner| match inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql.text(Engine::Sqlite))?;
                rows.iter().try_fold(0, |changed, row| {
                    Ok(changed + statement.execute(rusqlite::params_from_iter(row))? as u64)
                })
            }
            Inner::Postgres { tx, prepared } => {
                let statement = prepare(tx, prepared, sql)?;
                let columns = columns_of(rows);
                answered(prepared, tx.execute(&statement, &as_dyn(&columns)))
            }
        })
    }

    /// Runs a query once for each of `rows`, in the manner of [`Tx::execute_each`], and reads every row of every
    /// answer. SQLite answers in the order of `rows`; for PostgreSQL the statement has to say so if it matters.
    ///
    /// # Errors
    /// Any [`StoreError`], also those of `read`.
    pub fn query_each<T, const N: usize>(
        &mut self,
        sql: &'static Sql,
        rows: &[[Value; N]],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.attempt(rows.as_flattened(), |inner| match inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql.text(Engine::Sqlite))?;
                let mut out = Vec::with_capacity(rows.len());
                for params in rows {
                    if let Err(error) = read_all(&mut statement, params, &mut read, &mut out)? {
                        return Ok(Err(error));
                    }
                }
                Ok(Ok(out))
            }
            Inner::Postgres { tx, prepared } => {
                let statement = prepare(tx, prepared, sql)?;
                let columns = columns_of(rows);
                let answer = answered(prepared, tx.query(&statement, &as_dyn(&columns)))?;
                Ok(answer.iter().map(|row| read(&Row(RowInner::Postgres(row)))).collect())
            }
        })?
    }

    /// Runs a query that gives one row or none.
    ///
    /// # Errors
    /// [`StoreError::RowCount`] when there are more, and any other [`StoreError`].
    pub fn query_opt<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut rows = self.query(sql, params, read)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            more => Err(StoreError::RowCount { expected: 1, changed: more as u64 }),
        }
    }

    /// Runs a query that gives exactly one row.
    ///
    /// # Errors
    /// [`StoreError::RowCount`] when it does not, and any other [`StoreError`].
    pub fn query_one<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, read)?.ok_or(StoreError::RowCount { expected: 1, changed: 0 })
    }

    /// Holds everyone else who locks the same key until this transaction ends. SQLite has one writer, so in
    /// a write it is already held there.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub fn lock(&mut self, key: &str) -> Result<()> {
        self.lock_all([key.to_owned()])
    }

    /// The same for many keys, which are taken in one order by everybody: two that want the same ones do not wait
    /// for each other in a circle.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub fn lock_all(&mut self, keys: impl IntoIterator<Item = String>) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let mut keys: Vec<String> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        let keys: Vec<[Value; 1]> = keys.into_iter().map(|key| [key.into()]).collect();
        self.query_each(
            crate::sql!(
                sqlite: "select $1",
                postgres: "select pg_advisory_xact_lock(hashtextextended(k.key, 0)) \
                           from unnest($1::text[]) with ordinality k (key, n) order by n"
            ),
            &keys,
            |_| Ok(()),
        )
        .map(|_| ())
    }

    /// Asks for `work` to be done once this transaction is durable, and never otherwise.
    pub fn after_commit(&mut self, work: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(work));
    }

    /// Prepares a statement without running it, for the test that every one of them is understood.
    ///
    /// # Errors
    /// When the engine does not understand it.
    pub fn check(&mut self, sql: &'static Sql) -> Result<()> {
        let text = sql.text(self.engine());
        self.check_text(text).map(|_| ())
    }

    /// Like [`Tx::check`], for a text that was found in the source. Returns how many parameters it has.
    #[doc(hidden)]
    pub fn check_text(&mut self, text: &str) -> Result<usize> {
        self.attempt(&[], |inner| match inner {
            Inner::Sqlite(connection) => {
                let text = numbered(text);
                let statement = connection.prepare(&text)?;
                let named = (1..=statement.parameter_count())
                    .find_map(|index| statement.parameter_name(index).filter(|name| name.starts_with('$')));
                match named {
                    // It would be bound by where it stands first, not by its number.
                    Some(name) => Err(StoreError::Failed(format!("parameter {name} was not numbered"))),
                    None => Ok(statement.parameter_count()),
                }
            }
            Inner::Postgres { tx, .. } => Ok(tx.prepare(text)?.params().len()),
        })
    }

    /// Runs a text of several statements; only migrations have such.
    pub(crate) fn run_script(&mut self, text: &str) -> Result<()> {
        self.attempt(&[], |inner| match inner {
            Inner::Sqlite(connection) => Ok(connection.execute_batch(text)?),
            Inner::Postgres { tx, .. } => Ok(tx.batch_execute(text)?),
        })
    }

    /// Runs one statement, unless an earlier one failed, and remembers it if this one does.
    fn attempt<T>(
        &mut self,
        params: &[Value],
        statement: impl FnOnce(&mut Inner<'a>) -> Result<T>,
    ) -> Result<T> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = params.iter().try_for_each(Value::check).and_then(|()| statement(&mut self.inner));
        self.failed = result.as_ref().err().cloned();
        result
    }
}

/// Turns a panic into an error of the one whose code it was; the thread goes on.
pub(crate) fn guard<T>(work: impl FnOnce() -> T) -> Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| StoreError::Failed("the code inside a transaction panicked".into()))
}

/// A hook that panics cannot undo the commit, so it is reported and no more.
pub(crate) fn run_hooks(hooks: Vec<AfterCommit>) {
    for hook in hooks {
        if guard(hook).is_err() {
            tracing::error!("the code that follows a commit panicked");
        }
    }
}

/// Runs a query on SQLite and adds what it answers to `out`. The inner error is that of `read`.
fn read_all<T>(
    statement: &mut rusqlite::Statement<'_>,
    params: &[Value],
    read: &mut impl FnMut(&Row<'_>) -> Result<T>,
    out: &mut Vec<T>,
) -> Result<Result<()>> {
    let mut answer = statement.query(rusqlite::params_from_iter(params))?;
    while let Some(row) = answer.next()? {
        match read(&Row(RowInner::Sqlite(row))) {
            Ok(item) => out.push(item),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}

fn as_dyn<T: postgres::types::ToSql + Sync>(params: &[T]) -> Vec<&(dyn postgres::types::ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect()
}

/// The rows turned on their side: one array for each parameter.
fn columns_of<const N: usize>(rows: &[[Value; N]]) -> [Vec<&Value>; N] {
    std::array::from_fn(|column| rows.iter().map(|row| &row[column]).collect())
}

fn prepare(
    tx: &mut postgres::Transaction<'_>,
    prepared: &mut Prepared,
    sql: &'static Sql,
) -> Result<postgres::Statement> {
    let address = std::ptr::from_ref(sql).addr();
    if let Some(statement) = prepared.get(&address) {
        return Ok(statement.clone());
    }
    let statement = tx.prepare(sql.text(Engine::Postgres))?;
    prepared.insert(address, statement.clone());
    Ok(statement)
}

/// The server's answer. If it says that a prepared statement no longer fits the schema, all of them are
/// prepared anew: the transaction is lost, but the next one works.
fn answered<T>(prepared: &mut Prepared, answer: Result<T, postgres::Error>) -> Result<T> {
    answer.map_err(|error| {
        if is_stale_statement(&error) {
            prepared.clear();
        }
        error.into()
    })
}
