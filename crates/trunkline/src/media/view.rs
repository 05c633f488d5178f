//! Media as the API and the live stream show them.

use serde::Serialize;
use trunkline_domain::ids::{MediaId, MessageId};
use trunkline_store::{Result, Row, Tx, sql};
use utoipa::ToSchema;
use uuid::Uuid;

use super::rows::State;

/// A file that came or goes with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Media)]
pub(crate) struct MediaView {
    /// None for one of an old message, which lies where `url` says and nowhere else.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) id: Option<MediaId>,
    /// `waiting` to be fetched, `kept`, `refused`, `gone`, or `elsewhere`.
    state: &'static str,
    /// Why it is not here, for a person.
    reason: Option<String>,
    /// Where it is; none as long as it is not here.
    url: Option<String>,
    /// Where a small picture of it is, if there is one: JPEG or PNG, no side longer than 640 pixels.
    thumbnail_url: Option<String>,
    /// As its sender named it.
    name: Option<String>,
    /// What its bytes show; as long as it is not here, what its sender said.
    content_type: Option<String>,
    bytes: Option<u64>,
    /// In pixels, of a picture.
    width: Option<u32>,
    height: Option<u32>,
}

impl MediaView {
    /// One of which only an address is known.
    pub(crate) fn elsewhere(url: String, content_type: String) -> Self {
        MediaView {
            id: None,
            state: "elsewhere",
            reason: None,
            url: Some(url),
            thumbnail_url: None,
            name: None,
            content_type: Some(content_type).filter(|kind| !kind.is_empty()),
            bytes: None,
            width: None,
            height: None,
        }
    }
}

/// The files of these messages, each message's in their order.
pub(crate) fn of_messages(tx: &mut Tx<'_>, messages: &[MessageId]) -> Result<Vec<(MessageId, MediaView)>> {
    let ids: Vec<String> = messages.iter().map(|id| Uuid::from(*id).simple().to_string()).collect();
    tx.query(
        sql!(
            sqlite: "select id, state, reason, name, coalesce(content_type, declared_type), bytes, width, height, \
                     thumbnail, message_id from media where message_id in (select unhex(value) from json_each($1)) \
                     order by message_id, position",
            postgres: "select id, state, reason, name, coalesce(content_type, declared_type), bytes, width, height, \
                       thumbnail, message_id from media \
                       where message_id in (select value::uuid from jsonb_array_elements_text($1)) \
                       order by message_id, position"
        ),
        &[serde_json::json!(ids).into()],
        |row| Ok((row.get(9)?, read(row)?)),
    )
}

/// One file.
pub(super) fn load(tx: &mut Tx<'_>, id: MediaId) -> Result<Option<MediaView>> {
    tx.query_opt(
        sql!(
            "select id, state, reason, name, coalesce(content_type, declared_type), bytes, width, height, thumbnail \
             from media where id = $1"
        ),
        &[id.into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<MediaView> {
    let (id, state): (MediaId, State) = (row.get(0)?, row.parse(1)?);
    let is_kept = state == State::Kept;
    let has_thumbnail: bool = row.get(8)?;
    Ok(MediaView {
        id: Some(id),
        state: state.as_str(),
        reason: row.get(2)?,
        url: is_kept.then(|| format!("/api/media/{id}")),
        thumbnail_url: (is_kept && has_thumbnail).then(|| format!("/api/media/{id}/thumbnail")),
        name: row.get(3)?,
        content_type: row.get(4)?,
        bytes: row.get(5)?,
        width: row.get(6)?,
        height: row.get(7)?,
    })
}
