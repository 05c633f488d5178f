//! Who works, and what of a queue waits: for people to look at.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Engine, Result, Tx, sql};
use utoipa::ToSchema;

use super::Queue;
use super::node::LEASE;

/// On SQLite a node is alone and shows a sign of life once a minute only.
const QUIET_ON_SQLITE: Duration = Duration::from_secs(150);

/// A process of the installation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Node)]
pub(crate) struct NodeView {
    pub(crate) name: String,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) started_at: Timestamp,
    /// Its last sign of life.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) heartbeat_at: Timestamp,
    /// Whether that is recent enough: one that is not will lose its work to the others.
    pub(crate) alive: bool,
}

/// Every node that has not been taken for dead, by name.
pub(crate) fn nodes(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<NodeView>> {
    let quiet_max = match tx.engine() {
        Engine::Sqlite => QUIET_ON_SQLITE,
        Engine::Postgres => LEASE,
    };
    tx.query(sql!("select name, started_at, heartbeat_at from nodes order by name"), &[], |row| {
        let heartbeat_at = row.get(2)?;
        let alive = now.since(heartbeat_at) <= quiet_max;
        Ok(NodeView { name: row.get(0)?, started_at: row.get(1)?, heartbeat_at, alive })
    })
}

/// How far a piece of work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Progress {
    /// It has had its effect, and its job has ended.
    Processed,
    /// It waits for its first try, or that is being made.
    Waiting,
    /// At least one try failed. It is tried again by itself, unless it failed too often.
    Failed,
}

impl Progress {
    /// Told by its job: how many tries have failed, if there is one.
    pub(crate) fn of(failed_tries: Option<u32>) -> Self {
        match failed_tries {
            None => Progress::Processed,
            Some(0) => Progress::Waiting,
            Some(_) => Progress::Failed,
        }
    }
}

/// What of a queue has not been done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Backlog {
    /// Those that will be done by themselves, the ones in work included.
    pub(crate) waiting: i64,
    /// Since when the oldest of them waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) oldest_at: Option<Timestamp>,
    /// Those that failed too often: nothing happens to them until somebody has them done again.
    pub(crate) stuck: i64,
}

/// Since when the oldest piece of work is due that nobody has taken up. Pools are left out: their work waits for its
/// pace.
pub(crate) fn oldest_untaken(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Timestamp>> {
    tx.query_one(
        sql!("select min(due_at) from jobs where pool is null and not parked and epoch is null and due_at <= $1"),
        &[now.into()],
        |row| row.get(0),
    )
}

/// What of a queue without pools has not been done.
pub(crate) fn backlog(tx: &mut Tx<'_>, queue: Queue) -> Result<Backlog> {
    tx.query_one(
        sql!(
            "select count(*), min(case when due_at < $2 then created_at end), count(case when due_at >= $2 then 1 end) \
             from jobs where queue = $1 and pool is null"
        ),
        &[queue.as_str().into(), Timestamp::MAX.into()],
        |row| {
            let (all, oldest_at, stuck): (i64, Option<Timestamp>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Backlog { waiting: all - stuck, oldest_at, stuck })
        },
    )
}
