//! The lines in the database: every line there ever was, and the settings of those that were made in the program.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::LineId;
use trunkline_domain::rate::Limits;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, sql};
use uuid::Uuid;

use super::LineInfo;
use super::seal::Sealed;
use crate::config::Signature;

/// A line that was made in the program, as stored.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) id: LineId,
    pub(crate) slug: String,
    /// Of all lines together: no two changes have the same.
    pub(crate) revision: i64,
    pub(crate) settings: Settings,
    pub(crate) sealed: Sealed,
    /// By credential.
    pub(crate) hints: BTreeMap<String, Hint>,
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    pub(crate) changed_by: String,
    pub(crate) removed_at: Option<Timestamp>,
}

impl Made {
    /// Whose API it uses.
    pub(crate) fn provider_name(&self) -> &str {
        &self.settings.provider
    }
}

/// What is no secret of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) channel: Channel,
    pub(crate) provider: String,
    pub(crate) address: String,
    /// It leads to the built-in simulator, wherever that listens.
    pub(crate) simulated: bool,
    /// The provider's fields that are no secrets.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) signature: Signature,
    pub(crate) limits: Limits,
    pub(crate) failover: Vec<String>,
}

/// What is shown of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Hint {
    /// Its last four characters.
    pub(crate) ends_with: String,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) set_at: Timestamp,
}

/// Everything that is stored of lines.
pub(super) struct Stored {
    pub(super) revision: i64,
    pub(super) made: Vec<Made>,
    /// Every line there ever was.
    pub(super) ever: Vec<Uuid>,
}

/// The newest change to any line that was made; 0 without any.
pub(super) fn revision(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(sql!("select cast(coalesce(max(revision), 0) as bigint) from line_settings"), &[], |row| {
        row.get(0)
    })
}

pub(super) fn load(tx: &mut Tx<'_>) -> Result<Stored> {
    let made = tx.query(
        sql!(
            "select s.line_id, l.slug, s.revision, s.settings, s.sealed, s.key_id, s.hints, s.created_at, s.changed_at, \
             s.changed_by, s.removed_at from line_settings s join lines l on l.id = s.line_id \
             order by s.created_at, s.line_id"
        ),
        &[],
        read,
    )?;
    let ever = tx.query(sql!("select id from lines"), &[], |row| row.get(0))?;
    Ok(Stored { revision: revision(tx)?, made, ever })
}

/// One of them, whether it was removed or not.
pub(super) fn find(tx: &mut Tx<'_>, id: LineId) -> Result<Option<Made>> {
    tx.query_opt(
        sql!(
            "select s.line_id, l.slug, s.revision, s.settings, s.sealed, s.key_id, s.hints, s.created_at, s.changed_at, \
             s.changed_by, s.removed_at from line_settings s join lines l on l.id = s.line_id where s.line_id = $1"
        ),
        &[id.into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Made> {
    Ok(Made {
        id: row.get(0)?,
        slug: row.get(1)?,
        revision: row.get(2)?,
        settings: json(row, 3)?,
        sealed: Sealed { bytes: row.get(4)?, key_id: row.get(5)? },
        hints: json(row, 6)?,
        created_at: row.get(7)?,
        changed_at: row.get(8)?,
        changed_by: row.get(9)?,
        removed_at: row.get(10)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<T> {
    serde_json::from_value(row.get(index)?).map_err(|error| trunkline_store::StoreError::Corrupt {
        column: format!("line_settings, column {index}"),
        detail: error.to_string(),
    })
}

/// Nobody else changes lines until the transaction ends. Gives the revision of the next change.
pub(super) fn hold(tx: &mut Tx<'_>) -> Result<i64> {
    tx.lock("line_settings")?;
    Ok(revision(tx)? + 1)
}

/// The id of the line with this slug, and whether it was made in the program and is still in use.
pub(super) fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<(LineId, bool)>> {
    tx.query_opt(
        sql!(
            "select l.id, s.line_id is not null and s.removed_at is null from lines l \
             left join line_settings s on s.line_id = l.id where l.slug = $1"
        ),
        &[slug.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Writes a line down, new or changed.
pub(super) fn save(tx: &mut Tx<'_>, made: &Made) -> Result<()> {
    let info = made.info();
    upsert(tx, &info, made.changed_at)?;
    tx.execute_exactly(
        1,
        sql!(
            "insert into line_settings (line_id, revision, settings, sealed, key_id, hints, created_at, changed_at, \
             changed_by, removed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (line_id) do update \
             set revision = excluded.revision, settings = excluded.settings, sealed = excluded.sealed, \
             key_id = excluded.key_id, hints = excluded.hints, changed_at = excluded.changed_at, \
             changed_by = excluded.changed_by, removed_at = excluded.removed_at"
        ),
        &[
            made.id.into(),
            made.revision.into(),
            serde_json::json!(made.settings).into(),
            made.sealed.bytes.clone().into(),
            made.sealed.key_id.as_str().into(),
            serde_json::json!(made.hints).into(),
            made.created_at.into(),
            made.changed_at.into(),
            made.changed_by.as_str().into(),
            made.removed_at.into(),
        ],
    )
}

impl Made {
    pub(super) fn info(&self) -> LineInfo {
        let settings = &self.settings;
        LineInfo {
            id: self.id,
            slug: self.slug.clone(),
            name: settings.name.clone(),
            channel: settings.channel,
            provider: settings.provider.clone(),
            address: settings.address.clone(),
            simulated: settings.simulated,
            made: true,
        }
    }
}

/// Remembers a line; its id, which is the one it had before if there was one with its slug.
pub(super) fn upsert(tx: &mut Tx<'_>, line: &LineInfo, now: Timestamp) -> Result<LineId> {
    tx.query_one(
        sql!(
            "insert into lines (id, slug, name, channel, provider, address, simulated, created_at, last_seen_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (slug) do update set name = excluded.name, \
             channel = excluded.channel, provider = excluded.provider, address = excluded.address, \
             simulated = excluded.simulated returning id"
        ),
        &[
            line.id.into(),
            line.slug.as_str().into(),
            line.name.as_str().into(),
            line.channel.as_str().into(),
            line.provider.as_str().into(),
            line.address.as_str().into(),
            line.simulated.into(),
            now.into(),
        ],
        |row| row.get(0),
    )
}

/// Up to when what came to a line is known to be complete.
pub(crate) fn complete_until(tx: &mut Tx<'_>, id: LineId) -> Result<Timestamp> {
    tx.query_one(sql!("select last_seen_at from lines where id = $1"), &[id.into()], |row| row.get(0))
}

/// Remembers that what came to a line until `at` is complete.
pub(crate) fn set_complete_until(tx: &mut Tx<'_>, id: LineId, at: Timestamp) -> Result<()> {
    tx.execute_exactly(1, sql!("update lines set last_seen_at = $2 where id = $1"), &[id.into(), at.into()])
}
