//! A transaction in progress: the only door to the data.

use std::collections::HashMap;

use crate::Engine;
use crate::error::{Result, StoreError};
use crate::row::{Inner as RowInner, Row};
use crate::sql::Sql;
use crate::value::Value;

/// Something to do once the transaction is durable, such as waking a worker. Never run otherwise.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

/// Prepared statements of one PostgreSQL connection, by the address of their [`Sql`], which is static.
pub(crate) type Prepared = HashMap<usize, postgres::Statement>;

/// A transaction in progress.
pub struct Tx<'a> {
    pub(crate) inner: Inner<'a>,
    pub(crate) after_commit: Vec<AfterCommit>,
}

pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres { tx: postgres::Transaction<'a>, prepared: &'a mut Prepared },
}

impl<'a> Tx<'a> {
    pub(crate) fn new(inner: Inner<'a>) -> Self {
        Tx { inner, after_commit: Vec::new() }
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
    /// Any [`StoreError`]; on PostgreSQL the transaction can then only be given up.
    pub fn execute(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64> {
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql.text(Engine::Sqlite))?;
                Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
            }
            Inner::Postgres { tx, prepared } => {
                let statement = prepare(tx, prepared, sql)?;
                Ok(tx.execute(&statement, &as_dyn(params))?)
            }
        }
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
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql.text(Engine::Sqlite))?;
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                let mut out = Vec::new();
                while let Some(row) = rows.next()? {
                    out.push(read(&Row(RowInner::Sqlite(row)))?);
                }
                Ok(out)
            }
            Inner::Postgres { tx, prepared } => {
                let statement = prepare(tx, prepared, sql)?;
                let rows = tx.query(&statement, &as_dyn(params))?;
                rows.iter().map(|row| read(&Row(RowInner::Postgres(row)))).collect()
            }
        }
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

    /// Holds everyone else who locks the same key until this transaction ends. SQLite has one writer, so
    /// there it is already held.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub fn lock(&mut self, key: &str) -> Result<()> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self
                .query(
                    crate::sql!(sqlite: "select $1", postgres: "select pg_advisory_xact_lock(hashtextextended($1, 0))"),
                    &[key.into()],
                    |_| Ok(()),
                )
                .map(|_| ()),
        }
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
        match &mut self.inner {
            Inner::Sqlite(connection) => connection.prepare(sql.text(Engine::Sqlite)).map(|_| ())?,
            Inner::Postgres { tx, .. } => tx.prepare(sql.text(Engine::Postgres)).map(|_| ())?,
        }
        Ok(())
    }

    /// Runs a text of several statements; only migrations have such.
    pub(crate) fn run_script(&mut self, text: &str) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(connection) => connection.execute_batch(text)?,
            Inner::Postgres { tx, .. } => tx.batch_execute(text)?,
        }
        Ok(())
    }
}

fn as_dyn(params: &[Value]) -> Vec<&(dyn postgres::types::ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect()
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
