//! How far each mailbox was read.

use trunkline_domain::ids::LineId;
use trunkline_store::{Result, Tx, sql};

/// A place in a mailbox. UIDs are those of this folder and validity, and mean nothing elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bookmark {
    pub(super) folder: String,
    pub(super) validity: u32,
    /// Every mail up to this one is here.
    pub(super) last_uid: u32,
}

pub(super) fn bookmark(tx: &mut Tx<'_>, line: LineId) -> Result<Option<Bookmark>> {
    tx.query_opt(
        sql!("select folder, uid_validity, last_uid from mailboxes where line_id = $1"),
        &[line.into()],
        |row| {
            let (validity, last_uid): (i64, i64) = (row.get(1)?, row.get(2)?);
            // Both were 32 bits wide when they were written.
            let number = |number: i64| u32::try_from(number).unwrap_or_default();
            Ok(Bookmark { folder: row.get(0)?, validity: number(validity), last_uid: number(last_uid) })
        },
    )
}

/// Moves on. Within one mailbox it never goes back, whoever comes late.
pub(super) fn move_on(tx: &mut Tx<'_>, line: LineId, to: &Bookmark) -> Result<()> {
    tx.execute(
        sql!(
            "insert into mailboxes (line_id, folder, uid_validity, last_uid) values ($1, $2, $3, $4) \
             on conflict (line_id) do update set folder = $2, uid_validity = $3, last_uid = $4 \
             where mailboxes.folder <> $2 or mailboxes.uid_validity <> $3 or mailboxes.last_uid < $4"
        ),
        &[
            line.into(),
            to.folder.as_str().into(),
            i64::from(to.validity).into(),
            i64::from(to.last_uid).into(),
        ],
    )?;
    Ok(())
}
