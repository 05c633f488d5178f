//! What is known of each file.

use trunkline_domain::ids::{LineId, MediaId, MessageId, UserId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, Value, sql};

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is to be fetched.
    Waiting,
    /// It is here.
    Kept,
    /// It will not be taken, or could not be.
    Refused,
    /// Who had it has it no more, and it is not here.
    Gone,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Kept => "kept",
            State::Refused => "refused",
            State::Gone => "gone",
        }
    }
}

impl std::str::FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let known = [State::Waiting, State::Kept, State::Refused, State::Gone];
        let found = known.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| format!("'{text}' is no state of media"))
    }
}

/// A file that is to be fetched.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) message: Option<MessageId>,
    pub(super) declared_type: Option<String>,
    pub(super) url: String,
    pub(super) line: Option<LineId>,
}

/// Notes a file that is to be fetched from `url`.
pub(super) fn insert_waiting(
    tx: &mut Tx<'_>,
    id: MediaId,
    now: Timestamp,
    message: MessageId,
    line: LineId,
    (position, url, declared_type): (usize, &str, &str),
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into media (id, message_id, position, direction, declared_type, thumbnail, state, source_url, line_id, \
             created_at) values ($1, $2, $3, 'inbound', $4, false, 'waiting', $5, $6, $7)"
        ),
        &[
            id.into(),
            message.into(),
            position.into(),
            Some(declared_type).filter(|kind| !kind.is_empty()).map(str::to_owned).into(),
            url.into(),
            line.into(),
            now.into(),
        ],
    )
}

/// Notes a file that came and is not kept.
pub(super) fn insert_refused(
    tx: &mut Tx<'_>,
    id: MediaId,
    now: Timestamp,
    message: MessageId,
    line: LineId,
    (position, declared_type, reason): (usize, &str, &str),
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into media (id, message_id, position, direction, declared_type, thumbnail, state, reason, line_id, created_at) \
             values ($1, $2, $3, 'inbound', $4, false, 'refused', $5, $6, $7)"
        ),
        &[
            id.into(),
            message.into(),
            position.into(),
            Some(declared_type).filter(|kind| !kind.is_empty()).map(str::to_owned).into(),
            reason.into(),
            line.into(),
            now.into(),
        ],
    )
}

/// Whose a file is that is here already.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner {
    /// It came with a message, as its n-th file.
    Message(MessageId, usize),
    /// Somebody brought it, to send it along.
    Uploader(UserId),
}

/// A file that is in the vault and belongs to nobody yet: [`attach`](super::attach) it soon, or it is deleted.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(super) object: String,
    pub(super) name: Option<String>,
    pub(super) declared_type: Option<String>,
    /// What its bytes show.
    pub(crate) content_type: String,
    pub(crate) bytes: u64,
    pub(super) sha256: String,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) thumbnail: bool,
}

impl Kept {
    /// What is written of its bytes: content_type, bytes, sha256, width, height, thumbnail, object.
    fn written(&self) -> [Value; 7] {
        [
            self.content_type.as_str().into(),
            i64::try_from(self.bytes).unwrap_or(i64::MAX).into(),
            self.sha256.as_str().into(),
            self.width.into(),
            self.height.into(),
            self.thumbnail.into(),
            self.object.as_str().into(),
        ]
    }
}

/// Notes a file that is here.
pub(super) fn insert_kept(
    tx: &mut Tx<'_>,
    id: MediaId,
    now: Timestamp,
    owner: Owner,
    kept: &Kept,
) -> Result<()> {
    let (message, position, direction, uploader) = match owner {
        Owner::Message(message, position) => (Some(message), position, "inbound", None),
        Owner::Uploader(uploader) => (None, 0, "outbound", Some(uploader)),
    };
    let own: [Value; 8] = [
        id.into(),
        now.into(),
        message.into(),
        position.into(),
        direction.into(),
        uploader.into(),
        kept.name.clone().into(),
        kept.declared_type.clone().into(),
    ];
    tx.execute_exactly(
        1,
        sql!(
            "insert into media (id, created_at, kept_at, message_id, position, direction, uploader_id, name, declared_type, \
             content_type, bytes, sha256, width, height, thumbnail, object, state) \
             values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'kept')"
        ),
        &[&own[..], &kept.written()].concat(),
    )
}

/// The file, if it is still to be fetched.
pub(super) fn wanted(tx: &mut Tx<'_>, id: MediaId) -> Result<Option<Wanted>> {
    tx.query_opt(
        sql!(
            "select message_id, declared_type, source_url, line_id from media \
             where id = $1 and state = 'waiting' and source_url is not null"
        ),
        &[id.into()],
        |row| {
            Ok(Wanted {
                message: row.get(0)?,
                declared_type: row.get(1)?,
                url: row.get(2)?,
                line: row.get(3)?,
            })
        },
    )
}

/// It is here now. False if it was not waited for.
pub(super) fn set_kept(tx: &mut Tx<'_>, id: MediaId, now: Timestamp, kept: &Kept) -> Result<bool> {
    let changed = tx.execute(
        sql!(
            "update media set state = 'kept', reason = null, kept_at = $2, name = coalesce($3, name), content_type = $4, \
             bytes = $5, sha256 = $6, width = $7, height = $8, thumbnail = $9, object = $10 \
             where id = $1 and state = 'waiting'"
        ),
        &[&[id.into(), now.into(), kept.name.clone().into()][..], &kept.written()].concat(),
    )?;
    Ok(changed > 0)
}

/// It is not here, and why. False if it was not waited for.
pub(super) fn set_missing(tx: &mut Tx<'_>, id: MediaId, state: State, reason: &str) -> Result<bool> {
    let changed = tx.execute(
        sql!("update media set state = $2, reason = $3 where id = $1 and state = 'waiting'"),
        &[id.into(), state.as_str().into(), reason.into()],
    )?;
    Ok(changed > 0)
}

/// It is to be fetched once more. Gives its message; `None` if it is not one that could be.
pub(super) fn set_waiting_again(tx: &mut Tx<'_>, id: MediaId) -> Result<Option<MessageId>> {
    tx.query_opt(
        sql!(
            "update media set state = 'waiting', reason = null \
             where id = $1 and state in ('refused', 'gone') and source_url is not null and message_id is not null \
             returning message_id"
        ),
        &[id.into()],
        |row| row.get(0),
    )
}

/// A file that is here, as it is served.
#[derive(Clone, Debug)]
pub(super) struct Served {
    pub(super) object: String,
    pub(super) content_type: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) name: Option<String>,
    pub(super) thumbnail: bool,
}

pub(super) fn served(tx: &mut Tx<'_>, id: MediaId) -> Result<Option<Served>> {
    tx.query_opt(
        sql!(
            "select object, content_type, bytes, sha256, name, thumbnail from media \
             where id = $1 and state = 'kept' and object is not null"
        ),
        &[id.into()],
        |row| {
            Ok(Served {
                object: row.get(0)?,
                content_type: row.get(1)?,
                bytes: row.get(2)?,
                sha256: row.get(3)?,
                name: row.get(4)?,
                thumbnail: row.get(5)?,
            })
        },
    )
}

/// Files that were brought before a time and sent with nothing, and the objects that belong to them.
pub(super) fn unsent(tx: &mut Tx<'_>, before: Timestamp, limit: usize) -> Result<Vec<(MediaId, String)>> {
    tx.query(
        sql!(
            "select id, object from media where message_id is null and created_at < $1 and object is not null \
             order by created_at limit $2"
        ),
        &[before.into(), limit.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Deletes a file that belongs to no message. False if one took it meanwhile.
pub(super) fn delete_unsent(tx: &mut Tx<'_>, id: MediaId) -> Result<bool> {
    let deleted = tx.execute(sql!("delete from media where id = $1 and message_id is null"), &[id.into()])?;
    Ok(deleted > 0)
}

/// Whether a file belongs to this object.
pub(super) fn is_known(tx: &mut Tx<'_>, object: &str) -> Result<bool> {
    tx.query_opt(sql!("select 1 from media where object = $1 limit 1"), &[object.into()], |_| Ok(()))
        .map(|found| found.is_some())
}
