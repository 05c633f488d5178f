//! Taking access away.

use trunkline_domain::ids::{SessionId, UserId};
use trunkline_store::{Result, Tx, sql};

/// Makes whoever begins or ends sessions of `user` wait for each other, so that none begins unseen while
/// all are being ended.
pub(super) fn lock(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.lock(&format!("sessions of {user}"))
}

/// Ends every session of `user`. The caller holds [`lock`].
pub(super) fn all_sessions(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.execute(sql!("delete from sessions where user_id = $1"), &[user.into()]).map(|_| ())
}

/// Ends every session of `user` but `kept`. The caller holds [`lock`].
pub(super) fn other_sessions(tx: &mut Tx<'_>, user: UserId, kept: SessionId) -> Result<()> {
    tx.execute(sql!("delete from sessions where user_id = $1 and id <> $2"), &[user.into(), kept.into()])
        .map(|_| ())
}

/// Withdraws what `user` has offered to others: nobody may come in on the word of someone who could not
/// give it any more.
pub(super) fn invitations_by(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.execute(sql!("delete from invitations where invited_by = $1"), &[user.into()]).map(|_| ())
}
