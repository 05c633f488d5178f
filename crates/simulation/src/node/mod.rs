//! A node: the protocol as the product's code has it, step by step in the same order.
//!
//! The files carry the names of those they follow in `crates/trunkline/src` (`delivery`, `jobs`, `webhooks`,
//! `reconcile`, `compliance`). What becomes of a message is decided by `trunkline_domain::message` alone;
//! here is what surrounds the decision: which rows are read under which lock, what is written together,
//! and what happens when any of it does not come back.

mod enqueue;
mod hand_over;
mod jobs;
mod lease;
mod lookup;
mod process;
mod reconcile;
mod report;
mod send;
mod settle;
mod webhooks;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::{Id, JobId};
use trunkline_domain::message::Outgoing;
use trunkline_domain::time::Timestamp;

use crate::bug::Bug;
use crate::executor::ProcessId;
use crate::store::{Engine, EventKey, Message, Result, Tx};
use crate::world::World;

pub(crate) use enqueue::{Accepted, Request};

/// One process of the product.
pub(crate) struct Node {
    pub(crate) world: Rc<World>,
    pub(crate) host: usize,
    pub(crate) process: ProcessId,
    ambient: Ambient,
    epoch: Cell<i64>,
    renewed_at: Cell<Timestamp>,
    stopping: Cell<bool>,
    reconciled: Cell<bool>,
    /// Jobs that tasks of this process work on.
    in_hand: RefCell<BTreeSet<JobId>>,
    /// What a planted bug takes for a record of the events that came.
    memory: RefCell<BTreeSet<EventKey>>,
}

impl Node {
    pub(crate) fn new(world: &Rc<World>, host: usize, process: ProcessId, ambient: Ambient) -> Rc<Node> {
        Rc::new(Node {
            world: world.clone(),
            host,
            process,
            ambient,
            epoch: Cell::new(0),
            renewed_at: Cell::default(),
            stopping: Cell::new(false),
            reconciled: Cell::new(false),
            in_hand: RefCell::default(),
            memory: RefCell::default(),
        })
    }

    fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    fn id<T: Id>(&self) -> T {
        self.ambient.id()
    }

    fn has(&self, bug: Bug) -> bool {
        self.world.bug == Some(bug)
    }

    fn is_sqlite(&self) -> bool {
        self.world.store.engine() == Engine::Sqlite
    }

    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        self.world.executor.spawn(self.process, work);
    }

    async fn sleep(&self, time: Duration) {
        self.world.executor.sleep(time).await;
    }

    fn trace(&self, what: fmt::Arguments<'_>) {
        self.world.trace(format_args!("n{} {what}", self.host));
    }

    /// A place where the process may die or stand still.
    async fn step(&self) {
        self.world.strike(self).await;
    }

    async fn begin(&self) -> Result<Tx> {
        self.step().await;
        self.world.store.begin(self.process).await
    }

    async fn commit(&self, tx: Tx) -> Result<()> {
        self.step().await;
        let result = tx.commit().await;
        self.step().await;
        result
    }

    /// Writes what a step made of a message and the provider's id, which is set once (`messages::save`).
    async fn save(
        &self,
        tx: &mut Tx,
        id: trunkline_domain::ids::MessageId,
        message: &Message,
        after: Outgoing,
        sid: Option<u32>,
    ) -> Result<()> {
        tx.statement().await?;
        let sid = message.sid.or(sid);
        if let Some(sid) = sid.filter(|_| message.sid.is_none())
            && tx.insert(sid, crate::store::SidOwner(id)).await?.is_break()
        {
            return Err(crate::store::StoreError::SidOwned);
        }
        // The update finds the row as it is now: its id stays, whatever was read before.
        let changed = tx
            .update::<Message>(
                &id,
                |_| true,
                |row| Some(Message { outgoing: after, sid: row.sid.or(sid), ..row }),
            )
            .await?;
        if changed { Ok(()) } else { Err(crate::store::StoreError::RowCount) }
    }
}
