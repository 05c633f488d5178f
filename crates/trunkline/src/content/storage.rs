//! What the provider last told of its templates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trunkline_domain::ids::LineId;
use trunkline_domain::placeholders;
use trunkline_domain::time::Timestamp;
use trunkline_providers::twilio::content::ContentTemplate;
use trunkline_store::{Result, Row, Tx, sql};
use utoipa::ToSchema;
use uuid::Uuid;

/// A button under a message that answers with one tap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ContentButton {
    pub(crate) title: String,
    /// What comes back with a tap.
    pub(crate) id: Option<String>,
}

/// A template that WhatsApp approves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ContentTemplate)]
pub(crate) struct ContentTemplateView {
    pub(crate) id: Uuid,
    #[schema(value_type = Uuid)]
    pub(crate) line_id: LineId,
    /// The provider's id.
    pub(crate) content_sid: String,
    pub(crate) name: String,
    /// A language code such as `en`.
    pub(crate) language: String,
    /// The provider's word for what it consists of, such as `twilio/text`.
    kind: String,
    /// With places for values such as `{{1}}`; none if it has no text of its own.
    pub(crate) body: Option<String>,
    pub(crate) buttons: Vec<ContentButton>,
    /// The names of its places, in the order they stand there.
    variables: Vec<String>,
    /// An example of each value.
    samples: BTreeMap<String, String>,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    pub(crate) category: Option<String>,
    /// `unsubmitted`, `received`, `pending`, `approved`, `rejected`, `paused` or `disabled`.
    pub(crate) status: String,
    /// Why WhatsApp rejected it.
    rejection: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    synced_at: Timestamp,
}

fn read(row: &Row<'_>) -> Result<ContentTemplateView> {
    let (buttons, samples): (serde_json::Value, serde_json::Value) = (row.get(7)?, row.get(8)?);
    let body: Option<String> = row.get(6)?;
    Ok(ContentTemplateView {
        id: row.get(0)?,
        line_id: row.get(1)?,
        content_sid: row.get(2)?,
        name: row.get(3)?,
        language: row.get(4)?,
        kind: row.get(5)?,
        variables: body.as_deref().map(placeholders::names).unwrap_or_default(),
        body,
        buttons: serde_json::from_value(buttons).unwrap_or_default(),
        samples: serde_json::from_value(samples).unwrap_or_default(),
        category: row.get(9)?,
        status: row.get(10)?,
        rejection: row.get(11)?,
        synced_at: row.get(12)?,
    })
}

/// All of them by name.
pub(super) fn list(tx: &mut Tx<'_>) -> Result<Vec<ContentTemplateView>> {
    tx.query(
        sql!(
            "select id, line_id, content_sid, name, language, kind, body, buttons, samples, category, status, rejection, \
             synced_at from content_templates order by name, id"
        ),
        &[],
        read,
    )
}

/// One of them.
pub(crate) fn find(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<ContentTemplateView>> {
    tx.query_opt(
        sql!(
            "select id, line_id, content_sid, name, language, kind, body, buttons, samples, category, status, rejection, \
             synced_at from content_templates where id = $1"
        ),
        &[id.into()],
        read,
    )
}

/// Writes down what the provider told of one; `new_id` if it is not known yet.
pub(super) fn put(
    tx: &mut Tx<'_>,
    line: LineId,
    new_id: Uuid,
    told: &ContentTemplate,
    now: Timestamp,
) -> Result<Uuid> {
    let buttons =
        told.buttons.iter().map(|reply| ContentButton { title: reply.title.clone(), id: reply.id.clone() });
    tx.query_one(
        sql!(
            "insert into content_templates (id, line_id, content_sid, name, language, kind, body, buttons, samples, \
             category, status, rejection, synced_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             on conflict (line_id, content_sid) do update set name = excluded.name, language = excluded.language, \
             kind = excluded.kind, body = excluded.body, buttons = excluded.buttons, samples = excluded.samples, \
             category = excluded.category, status = excluded.status, rejection = excluded.rejection, \
             synced_at = excluded.synced_at returning id"
        ),
        &[
            new_id.into(),
            line.into(),
            told.sid.as_str().into(),
            told.name.as_str().into(),
            told.language.as_str().into(),
            told.kind.as_str().into(),
            told.body.clone().into(),
            serde_json::json!(buttons.collect::<Vec<_>>()).into(),
            serde_json::json!(told.samples).into(),
            told.category.clone().into(),
            told.status.as_str().into(),
            told.rejection.clone().into(),
            now.into(),
        ],
        |row| row.get(0),
    )
}

/// Forgets what the provider no longer lists for a line.
pub(super) fn forget_older(tx: &mut Tx<'_>, line: LineId, before: Timestamp) -> Result<()> {
    tx.execute(
        sql!("delete from content_templates where line_id = $1 and synced_at < $2"),
        &[line.into(), before.into()],
    )
    .map(|_| ())
}
