//! Migrations: numbered pairs of scripts, applied once each and never edited afterwards.

use sha2::{Digest, Sha256};

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::{Engine, sql};

/// One step of the schema, written for both engines. The previous release must keep running on the new
/// schema: first expand, in a later release contract.
#[derive(Debug)]
pub struct Migration {
    /// Counts from 1 without gaps.
    pub version: i64,
    /// Says what it is for.
    pub name: &'static str,
    /// The script for SQLite.
    pub sqlite: &'static str,
    /// The script for PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    fn script(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    fn checksum(&self, engine: Engine) -> String {
        hex::encode(Sha256::digest(self.script(engine).as_bytes()))
    }
}

/// Applies what is missing, all in the transaction given, and returns how many that were. Nodes that start
/// together wait for each other.
pub(crate) fn apply(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<usize> {
    wait_for_turn(tx)?;
    tx.run_script(
        "create table if not exists schema_migrations (version bigint primary key, name text not null, checksum text not null)",
    )?;
    let applied = applied(tx)?;
    let engine = tx.engine();
    for (migration, (version, checksum)) in migrations.iter().zip(&applied) {
        if migration.version != *version || migration.checksum(engine) != *checksum {
            return Err(StoreError::Failed(format!(
                "migration {version} ({}) differs from the one this database was made with",
                migration.name
            )));
        }
    }
    let missing = migrations.get(applied.len()..).unwrap_or_default();
    for migration in missing {
        apply_one(tx, migration, engine)?;
    }
    Ok(missing.len())
}

/// Another node's migrations may take longer than any statement otherwise may, and so may ours. Only for the
/// lock on a table they do not wait long: everyone who needs the table would stand in line behind them.
fn wait_for_turn(tx: &mut Tx<'_>) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    tx.run_script("set local statement_timeout = 0; set local lock_timeout = 0")?;
    tx.lock("trunkline migrations")?;
    tx.run_script("set local lock_timeout = '20s'")
}

fn applied(tx: &mut Tx<'_>) -> Result<Vec<(i64, String)>> {
    tx.query(sql!("select version, checksum from schema_migrations order by version"), &[], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

fn apply_one(tx: &mut Tx<'_>, migration: &Migration, engine: Engine) -> Result<()> {
    tracing::info!(version = migration.version, name = migration.name, "applying migration");
    tx.run_script(migration.script(engine))?;
    tx.execute_exactly(
        1,
        sql!("insert into schema_migrations (version, name, checksum) values ($1, $2, $3)"),
        &[migration.version.into(), migration.name.into(), migration.checksum(engine).into()],
    )
}
