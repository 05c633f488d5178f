//! Files that go out with a message, and the address at which a provider fetches them.
//!
//! A message takes a copy of what is known of each file, never the file itself: the same picture may go to many, go
//! once more after a failure, or be passed on. The bytes are one object, kept as long as anything names it.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::{MediaId, MessageId};
use trunkline_domain::media::Attached;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_store::{Result, Tx, sql};

use super::{Media, routes, rows};
use crate::http::{ApiResult, Path, Problem};

/// How long an address is good for after a message leaves. Providers fetch at once, or when their queue comes to it:
/// Twilio's is ten hours long (Twilio, Message resource, `ValidityPeriod`).
const GOOD_FOR: Duration = Duration::from_secs(24 * 3_600);

/// Makes addresses that only we can make.
#[derive(Clone)]
pub(crate) struct Links {
    pub(crate) base_url: String,
    pub(crate) key: Secret,
}

impl Links {
    /// Where a provider fetches the file that is at `address` for people, for a message that leaves at `at`.
    pub(crate) fn for_provider(&self, address: &str, at: Timestamp) -> Option<String> {
        let id: MediaId = address.rsplit('/').next()?.parse().ok()?;
        let end = at.plus(GOOD_FOR).secs();
        Some(format!("{}/media/{id}.{end}.{}", self.base_url.trim_end_matches('/'), self.mark(id, end)))
    }

    /// The file that an address of ours names, as long as it is good.
    fn file(&self, token: &str, now: Timestamp) -> Option<MediaId> {
        let (rest, mark) = token.rsplit_once('.')?;
        let (id, end) = rest.split_once('.')?;
        let (id, end): (MediaId, i64) = (id.parse().ok()?, end.parse().ok()?);
        let is_ours = bool::from(self.mark(id, end).as_bytes().ct_eq(mark.as_bytes()));
        (is_ours && now.secs() <= end).then_some(id)
    }

    fn mark(&self, id: MediaId, end: i64) -> String {
        // HMAC takes a key of any length, so this cannot fail; an empty mark would open nothing: it is compared to
        // what was made in the same way.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()) else {
            return String::new();
        };
        mac.update(format!("media/{id}/{end}").as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

/// The door for providers: whoever has the address gets the file, for a while.
pub(crate) fn public_router(media: Media) -> Router {
    Router::new().route("/media/{token}", get(fetch)).with_state(media)
}

async fn fetch(
    State(media): State<Media>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let id = media.links.file(&token, media.ambient.now()).ok_or_else(|| Problem::not_found("file"))?;
    let served = routes::find(&media, id).await?;
    routes::serve(&media, &served, &headers).await
}

impl Media {
    /// Where a provider fetches the file that is at `address` for people, for a message that leaves at `at`.
    pub(crate) fn for_provider(&self, address: &str, at: Timestamp) -> Option<String> {
        self.links.for_provider(address, at)
    }

    /// The files of a message that carries them itself, in their order.
    ///
    /// # Errors
    /// When one of them cannot be had now.
    pub(crate) async fn parcels(&self, message: MessageId) -> anyhow::Result<Vec<Parcel>> {
        let files = self.store.read(move |tx| {
            let ids = ids_of(tx, message)?;
            ids.into_iter().map(|id| rows::served(tx, id)).collect::<Result<Vec<_>>>()
        });
        let mut parcels = Vec::new();
        for file in files.await?.into_iter().flatten() {
            let bytes = self.vault.read_whole(&file.object).await?;
            parcels.push(Parcel { name: file.name, content_type: file.content_type, bytes });
        }
        Ok(parcels)
    }
}

/// A file with what is in it.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) name: Option<String>,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// A file that may go out.
#[derive(Clone, Debug)]
pub(crate) struct Sendable {
    id: MediaId,
    name: Option<String>,
    content_type: String,
    bytes: u64,
    sha256: String,
}

impl Sendable {
    /// As the limits of channels see it.
    pub(crate) fn attached(&self) -> Attached<'_> {
        let name = self.name.as_deref().unwrap_or("The file");
        Attached { name, content_type: &self.content_type, bytes: self.bytes }
    }
}

/// The files with these ids, in that order; `None` if one is not here.
pub(crate) fn sendable(tx: &mut Tx<'_>, ids: &[MediaId]) -> Result<Option<Vec<Sendable>>> {
    let mut files = Vec::new();
    for id in ids {
        let file = tx.query_opt(
            sql!("select id, name, content_type, bytes, sha256 from media where id = $1 and state = 'kept'"),
            &[(*id).into()],
            |row| {
                Ok(Sendable {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    content_type: row.get(2)?,
                    bytes: row.get(3)?,
                    sha256: row.get(4)?,
                })
            },
        )?;
        let Some(file) = file else { return Ok(None) };
        files.push(file);
    }
    Ok(Some(files))
}

/// The files of a message that are here, in their order.
pub(crate) fn ids_of(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<MediaId>> {
    tx.query(
        sql!("select id from media where message_id = $1 and state = 'kept' order by position"),
        &[message.into()],
        |row| row.get(0),
    )
}

/// Whether a message has just these files, whatever they are called.
pub(crate) fn has_files(tx: &mut Tx<'_>, message: MessageId, wanted: &[MediaId]) -> Result<bool> {
    let own = ids_of(tx, message)?;
    let (Some(own), Some(wanted)) = (sendable(tx, &own)?, sendable(tx, wanted)?) else { return Ok(false) };
    Ok(own.iter().map(|file| &file.sha256).eq(wanted.iter().map(|file| &file.sha256)))
}

/// Gives a message copies of files. It must be there already.
pub(crate) fn send_along(
    tx: &mut Tx<'_>,
    now: Timestamp,
    message: MessageId,
    files: &[Copied],
) -> Result<()> {
    for (position, Copied { id, file }) in files.iter().enumerate() {
        tx.execute_exactly(
            1,
            sql!(
                sqlite: "insert into media (id, message_id, position, direction, uploader_id, name, declared_type, content_type, \
                          bytes, sha256, width, height, thumbnail, state, object, created_at, kept_at) \
                          select $1, $2, $3, 'outbound', uploader_id, name, declared_type, content_type, bytes, sha256, width, \
                          height, thumbnail, state, object, $4, kept_at from media where id = $5 and state = 'kept'",
                // Whoever deletes the file meanwhile waits, and then sees that a message has it.
                postgres: "insert into media (id, message_id, position, direction, uploader_id, name, declared_type, content_type, \
                            bytes, sha256, width, height, thumbnail, state, object, created_at, kept_at) \
                            select $1, $2, $3, 'outbound', uploader_id, name, declared_type, content_type, bytes, sha256, width, \
                            height, thumbnail, state, object, $4, kept_at from media where id = $5 and state = 'kept' for key share"
            ),
            &[(*id).into(), message.into(), position.into(), now.into(), file.id.into()],
        )?;
    }
    Ok(())
}

/// A file as a message of its own will have it.
#[derive(Debug)]
pub(crate) struct Copied {
    id: MediaId,
    file: Sendable,
}

impl Copied {
    /// Where people see it.
    pub(crate) fn url(&self) -> String {
        format!("/api/media/{}", self.id)
    }

    pub(crate) fn content_type(&self) -> &str {
        &self.file.content_type
    }
}

/// Names for the copies that a message will have.
pub(crate) fn copies(ambient: &Ambient, files: Vec<Sendable>) -> Vec<Copied> {
    files.into_iter().map(|file| Copied { id: ambient.id(), file }).collect()
}
