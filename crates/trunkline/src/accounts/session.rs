//! Sessions as stored: begun, looked up, kept fresh.

use std::time::Duration;

use trunkline_domain::ids::{SessionId, UserId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, sql};

use super::{Accounts, Actor, LIFETIME, token};

/// How exact `last_seen_at` is: a session in use is written once in this time.
const SEEN_EVERY: Duration = Duration::from_secs(300);

/// A session that is about to begin.
pub(super) struct NewSession {
    /// For the cookie; not stored.
    pub(super) token: String,
    pub(super) id: SessionId,
    pub(super) user_agent: String,
    pub(super) now: Timestamp,
}

impl NewSession {
    pub(super) fn new(accounts: &Accounts, user_agent: &str) -> Self {
        NewSession {
            token: token::fresh(&accounts.ambient),
            id: accounts.ambient.id(),
            // Long enough for a person to tell their browsers apart.
            user_agent: user_agent.chars().take(300).collect(),
            now: accounts.ambient.now(),
        }
    }

    pub(super) fn begin(&self, tx: &mut Tx<'_>, user: UserId) -> Result<()> {
        tx.execute_exactly(
            1,
            sql!(
                "insert into sessions (id, user_id, token_hash, user_agent, created_at, last_seen_at, expires_at)
                 values ($1, $2, $3, $4, $5, $5, $6)"
            ),
            &[
                self.id.into(),
                user.into(),
                token::hash(&self.token).into(),
                (&self.user_agent).into(),
                self.now.into(),
                self.now.plus(LIFETIME).into(),
            ],
        )
    }
}

/// Ends the session that a browser had before it was given another one, or signed out.
pub(super) fn end(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    tx.execute(sql!("delete from sessions where token_hash = $1"), &[token::hash(token).into()]).map(|_| ())
}

/// Whose session this token is, if it is one. Reads by one unique index and keeps nothing, so that what was
/// revoked, on whichever node, is refused at once.
pub(super) async fn authenticate(accounts: &Accounts, token: &str) -> Result<Option<Actor>> {
    let (hash, now) = (token::hash(token), accounts.ambient.now());
    let found = accounts.store.read(move |tx| {
        tx.query_opt(
            sql!(
                "select s.id, u.id, u.name, u.email, u.role, s.last_seen_at
                 from sessions s join users u on u.id = s.user_id
                 where s.token_hash = $1 and s.expires_at > $2 and not u.disabled"
            ),
            &[hash.into(), now.into()],
            |row| Ok((actor(row)?, row.get::<Timestamp>(5)?)),
        )
    });
    let Some((actor, last_seen_at)) = found.await? else { return Ok(None) };
    if now.since(last_seen_at) >= SEEN_EVERY {
        seen(accounts, actor.session_id, now);
    }
    Ok(Some(actor))
}

/// Whose session `id` is, unless it has ended.
pub(super) fn by_id(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> Result<Option<Actor>> {
    tx.query_opt(
        sql!(
            "select s.id, u.id, u.name, u.email, u.role from sessions s join users u on u.id = s.user_id
             where s.id = $1 and s.expires_at > $2 and not u.disabled"
        ),
        &[id.into(), now.into()],
        actor,
    )
}

fn actor(row: &Row<'_>) -> Result<Actor> {
    Ok(Actor {
        session_id: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        role: row.parse(4)?,
    })
}

/// Notes that the session is in use. The request does not wait for it, and its loss would only make
/// "last seen" a little older.
fn seen(accounts: &Accounts, id: SessionId, now: Timestamp) {
    let store = accounts.store.clone();
    tokio::spawn(async move {
        let written = store.write_in_background(move |tx| {
            tx.execute(
                sql!("update sessions set last_seen_at = $2 where id = $1 and last_seen_at <= $3"),
                &[id.into(), now.into(), now.minus(SEEN_EVERY).into()],
            )
        });
        if let Err(error) = written.await {
            tracing::warn!(%error, "when a session was last seen could not be noted");
        }
    });
}
