//! Templates and their versions in the database.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use trunkline_domain::ids::{TemplateId, UserId};
use trunkline_domain::message::Purpose;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, StoreError, Tx, sql};
use utoipa::ToSchema;

use super::wording::{Variable, Variant, Wording};
use crate::contacts::like;

/// Templates in a list: a team has dozens.
const LIST_MAX: usize = 1_000;
/// Versions in a list.
const VERSIONS_MAX: usize = 500;

/// A template in its current version.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateView {
    #[schema(value_type = Uuid)]
    pub(crate) id: TemplateId,
    pub(crate) name: String,
    /// `reply`, `transactional` or `marketing`: of messages made from it, unless they say otherwise.
    #[schema(value_type = String)]
    pub(crate) purpose: Purpose,
    /// From 1, one more with every change of the words.
    pub(crate) version: u32,
    pub(crate) variants: Vec<Variant>,
    pub(crate) variables: Vec<Variable>,
    /// Kept for what was sent with it, but not to be sent any more.
    pub(crate) archived: bool,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Timestamp,
    /// Who wrote the current version.
    pub(crate) updated_by: Option<String>,
}

impl TemplateView {
    pub(super) fn wording(&self) -> Wording {
        Wording { variants: self.variants.clone(), variables: self.variables.clone() }
    }
}

/// The words of a template as they were.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVersion)]
pub(super) struct VersionView {
    version: u32,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    by: Option<String>,
    variants: Vec<Variant>,
    variables: Vec<Variable>,
}

/// Who writes, and when.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    pub(super) at: Timestamp,
    pub(super) by: (UserId, String),
}

fn document<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    serde_json::from_value(row.get(column)?)
        .map_err(|error| StoreError::Corrupt { column: column.to_string(), detail: error.to_string() })
}

fn read_template(row: &Row<'_>) -> Result<TemplateView> {
    Ok(TemplateView {
        id: row.get(0)?,
        name: row.get(1)?,
        purpose: row.parse(2)?,
        version: row.get(3)?,
        archived: row.get::<Option<Timestamp>>(4)?.is_some(),
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
        variants: document(row, 7)?,
        variables: document(row, 8)?,
        updated_by: row.get(9)?,
    })
}

/// The template with this id, archived or not.
pub(crate) fn find(tx: &mut Tx<'_>, id: TemplateId) -> Result<Option<TemplateView>> {
    tx.query_opt(
        sql!(
            "select t.id, t.name, t.purpose, t.version, t.archived_at, t.created_at, t.updated_at, v.variants, \
             v.variables, v.by_name from templates t join template_versions v on v.template_id = t.id \
             and v.version = t.version where t.id = $1"
        ),
        &[id.into()],
        read_template,
    )
}

/// The same, locked until the transaction ends: of two who change it, the second sees what the first wrote.
pub(super) fn lock(tx: &mut Tx<'_>, id: TemplateId) -> Result<Option<TemplateView>> {
    tx.query_opt(
        sql!(
            sqlite: "select 1 from templates where id = $1",
            postgres: "select 1 from templates where id = $1 for update"
        ),
        &[id.into()],
        |_| Ok(()),
    )?;
    find(tx, id)
}

/// The templates whose name contains `wanted`, by name.
pub(super) fn list(tx: &mut Tx<'_>, wanted: &str, archived: bool) -> Result<Vec<TemplateView>> {
    let mut found = tx.query(
        sql!(
            "select t.id, t.name, t.purpose, t.version, t.archived_at, t.created_at, t.updated_at, v.variants, \
             v.variables, v.by_name from templates t join template_versions v on v.template_id = t.id \
             and v.version = t.version where (t.archived_at is not null) = $2 \
             and ($1 = '' or lower(t.name) like '%' || $1 || '%' escape '\\') \
             order by t.updated_at desc, t.id desc limit $3"
        ),
        &[like(wanted).into(), archived.into(), LIST_MAX.into()],
        read_template,
    )?;
    // Here and not in the statement: the engines sort letters differently.
    found.sort_by_cached_key(|template| template.name.to_lowercase());
    Ok(found)
}

/// Every version, newest first.
pub(super) fn versions(tx: &mut Tx<'_>, id: TemplateId) -> Result<Vec<VersionView>> {
    tx.query(
        sql!(
            "select version, at, by_name, variants, variables from template_versions where template_id = $1 \
             order by version desc limit $2"
        ),
        &[id.into(), VERSIONS_MAX.into()],
        |row| {
            Ok(VersionView {
                version: row.get(0)?,
                at: row.get(1)?,
                by: row.get(2)?,
                variants: document(row, 3)?,
                variables: document(row, 4)?,
            })
        },
    )
}

/// Writes a template for the first time.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: TemplateId,
    name: &str,
    purpose: Purpose,
    wording: &Wording,
    hand: &Hand,
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into templates (id, name, purpose, version, created_at, updated_at) \
             values ($1, $2, $3, 1, $4, $4)"
        ),
        &[id.into(), name.into(), purpose.as_str().into(), hand.at.into()],
    )?;
    insert_version(tx, id, 1, wording, hand)
}

fn insert_version(
    tx: &mut Tx<'_>,
    id: TemplateId,
    version: u32,
    wording: &Wording,
    hand: &Hand,
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into template_versions (template_id, version, at, by_id, by_name, variants, variables) \
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            id.into(),
            version.into(),
            hand.at.into(),
            hand.by.0.into(),
            hand.by.1.as_str().into(),
            json!(wording.variants).into(),
            json!(wording.variables).into(),
        ],
    )
}

/// Changes a template that the caller has locked. Other words are a version of their own.
pub(super) fn change(
    tx: &mut Tx<'_>,
    before: &TemplateView,
    name: &str,
    purpose: Purpose,
    wording: &Wording,
    hand: &Hand,
) -> Result<()> {
    let mut version = before.version;
    if *wording != before.wording() {
        version += 1;
        insert_version(tx, before.id, version, wording, hand)?;
    }
    tx.execute_exactly(
        1,
        sql!("update templates set name = $2, purpose = $3, version = $4, updated_at = $5 where id = $1"),
        &[before.id.into(), name.into(), purpose.as_str().into(), version.into(), hand.at.into()],
    )
}

/// Takes a template out of use, or back into it. Returns whether there is one.
pub(super) fn set_archived(
    tx: &mut Tx<'_>,
    id: TemplateId,
    archived: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        sql!("update templates set archived_at = $2, updated_at = $3 where id = $1"),
        &[id.into(), archived.into(), now.into()],
    )?;
    Ok(changed > 0)
}

/// Which template in use has this name.
pub(super) fn id_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<TemplateId>> {
    tx.query_opt(
        sql!("select id from templates where name = $1 and archived_at is null"),
        &[name.into()],
        |row| row.get(0),
    )
}
