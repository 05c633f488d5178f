//! A transaction in progress.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{Engine, Inner, Layer, Lock, Open, Result, SERVER, Store, StoreError, Table, TxId};
use crate::executor::{ProcessId, Slot, micros};

/// PostgreSQL gives up waiting for a lock after this long (the sessions' lock_timeout).
const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// A caller never waits longer for a commit's answer than its connection may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Longer than any run.
const FOR_EVER: Duration = Duration::from_secs(1 << 20);

/// A transaction in progress. Dropped, it is rolled back.
pub(crate) struct Tx {
    store: Store,
    process: ProcessId,
    id: TxId,
    own: Layer,
    ended: bool,
}

pub(super) async fn begin(store: &Store, process: ProcessId) -> Result<Tx> {
    let inner = &store.0;
    match inner.engine {
        Engine::Sqlite => {
            while inner.writer.open.get() || inner.writer.flushing.get() {
                let seen = inner.writer.turn.version();
                inner.writer.turn.changed(&inner.executor, seen, None).await;
            }
            inner.writer.open.set(true);
        }
        Engine::Postgres => {
            inner.executor.sleep(inner.chance.millis(0.1, 1.0)).await;
            if inner.down.get() {
                return Err(StoreError::Unavailable);
            }
        }
    }
    inner.next_tx.set(inner.next_tx.get() + 1);
    let id = inner.next_tx.get();
    if inner.engine == Engine::Postgres {
        inner.open.borrow_mut().insert(id, Open { process, alive: true });
    }
    Ok(Tx { store: store.clone(), process, id, own: Layer::default(), ended: false })
}

impl Tx {
    fn inner(&self) -> &Inner {
        &self.store.0
    }

    /// The way of a statement to the server: others come between, the connection may break.
    pub(crate) async fn statement(&self) -> Result<()> {
        let inner = self.inner();
        if inner.engine == Engine::Postgres {
            inner.executor.sleep(inner.chance.millis(0.1, 2.0)).await;
            let broken = inner.chance.happens(inner.faults.borrow().broken);
            if broken || !self.alive() {
                return Err(StoreError::Unavailable);
            }
        }
        Ok(())
    }

    fn alive(&self) -> bool {
        self.inner().open.borrow().get(&self.id).is_some_and(|open| open.alive)
    }

    /// Holds something until the transaction ends. SQLite has one writer, so there it is held already.
    pub(crate) async fn lock(&self, lock: Lock) -> Result<()> {
        self.take(lock, false).await
    }

    /// Holds something together with others who do.
    pub(crate) async fn lock_shared(&self, lock: Lock) -> Result<()> {
        self.take(lock, true).await
    }

    async fn take(&self, lock: Lock, shared: bool) -> Result<()> {
        let inner = self.inner();
        if inner.engine == Engine::Sqlite {
            return Ok(());
        }
        let until = inner.executor.now() + micros(LOCK_TIMEOUT);
        loop {
            let seen = inner.released.version();
            if !self.alive() {
                return Err(StoreError::Unavailable);
            }
            if inner.locks.borrow_mut().try_take(self.id, lock, shared) {
                return Ok(());
            }
            let circle = inner.locks.borrow_mut().waits(self.id, lock);
            if let Some(circle) = circle {
                inner.deadlocks.borrow_mut().push(circle);
                return Err(StoreError::Unavailable);
            }
            if !inner.released.changed(&inner.executor, seen, Some(until)).await {
                return Err(StoreError::Unavailable);
            }
        }
    }

    /// Takes a lock only if nobody has it ("skip locked").
    pub(crate) fn try_lock(&self, lock: Lock) -> bool {
        let inner = self.inner();
        inner.engine == Engine::Sqlite || inner.locks.borrow_mut().try_take(self.id, lock, false)
    }

    /// The row as this transaction sees it now.
    pub(crate) fn get<T: Table>(&self, key: &T::Key) -> Option<T> {
        if let Some(own) = T::changed(&self.own).get(key) {
            return own.clone();
        }
        if let Some(grouped) = T::changed(&self.inner().writer.group.borrow()).get(key) {
            return grouped.clone();
        }
        T::committed(&self.inner().tables.borrow()).get(key).cloned()
    }

    /// The rows that `wanted` names, as this transaction sees them now.
    pub(crate) fn find<T: Table>(&self, wanted: impl Fn(&T::Key, &T) -> bool) -> Vec<(T::Key, T)> {
        let (group, tables) = (self.inner().writer.group.borrow(), self.inner().tables.borrow());
        let (own, group) = (T::changed(&self.own), T::changed(&group));
        let mut found = Vec::new();
        let mut look = |key: &T::Key, row: &T| {
            if wanted(key, row) {
                found.push((*key, row.clone()));
            }
        };
        for (key, row) in T::committed(&tables) {
            if !own.contains_key(key) && !group.contains_key(key) {
                look(key, row);
            }
        }
        group.iter().filter(|(key, _)| !own.contains_key(key)).for_each(|(key, row)| {
            row.iter().for_each(|row| look(key, row));
        });
        own.iter().for_each(|(key, row)| row.iter().for_each(|row| look(key, row)));
        found.sort_by_key(|(key, _)| *key);
        found
    }

    /// The row, locked ("for update"): after a wait, as it is then.
    pub(crate) async fn get_locked<T: Table>(&self, key: &T::Key) -> Result<Option<T>> {
        if self.get::<T>(key).is_none() {
            return Ok(None);
        }
        self.lock(Lock::Row(T::NUMBER, T::name(key))).await?;
        Ok(self.get(key))
    }

    /// Changes or deletes a row if `change` wants to, with the condition asked of the row as it is once it
    /// is locked. Returns whether it was changed.
    pub(crate) async fn update<T: Table>(
        &mut self,
        key: &T::Key,
        wanted: impl Fn(&T) -> bool,
        change: impl FnOnce(T) -> Option<T>,
    ) -> Result<bool> {
        if !self.get::<T>(key).is_some_and(|row| wanted(&row)) {
            return Ok(false);
        }
        self.lock(Lock::Row(T::NUMBER, T::name(key))).await?;
        let Some(row) = self.get::<T>(key).filter(|row| wanted(row)) else { return Ok(false) };
        let after = change(row);
        T::changed_mut(&mut self.own).insert(*key, after);
        Ok(true)
    }

    /// Adds a row. `Break` if the key is there, also when it was added by someone we had to wait for.
    pub(crate) async fn insert<T: Table>(&mut self, key: T::Key, row: T) -> Result<ControlFlow<()>> {
        self.lock(Lock::Row(T::NUMBER, T::name(&key))).await?;
        if self.get::<T>(&key).is_some() {
            return Ok(ControlFlow::Break(()));
        }
        T::changed_mut(&mut self.own).insert(key, Some(row));
        Ok(ControlFlow::Continue(()))
    }

    /// Writes a row whatever is there; the caller holds it.
    pub(crate) fn put<T: Table>(&mut self, key: T::Key, row: Option<T>) {
        T::changed_mut(&mut self.own).insert(key, row);
    }

    /// Makes it durable. An error says that it was not, or that nobody can tell.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.ended = true;
        match self.inner().engine {
            Engine::Sqlite => self.commit_in_group().await,
            Engine::Postgres => self.commit_on_server().await,
        }
    }

    async fn commit_in_group(&mut self) -> Result<()> {
        let answer = Slot::new();
        let (store, own) = (self.store.clone(), std::mem::take(&mut self.own));
        let writer = &store.0.writer;
        own.onto(&mut writer.group.borrow_mut());
        let first = writer.answers.borrow().is_empty();
        writer.answers.borrow_mut().push(answer.clone());
        writer.open.set(false);
        writer.turn.change(&store.0.executor);
        if first {
            store.start_flush(self.process);
        }
        // The writer is a thread of the same process: it answers, or neither is there any more.
        answer.wait(&store.0.executor, FOR_EVER).await.unwrap_or(Err(StoreError::Unavailable))
    }

    async fn commit_on_server(&mut self) -> Result<()> {
        let (store, id, own) = (self.store.clone(), self.id, std::mem::take(&mut self.own));
        let inner = &store.0;
        let (there, back) = (inner.chance.millis(0.1, 4.0), inner.chance.millis(0.1, 4.0));
        let lost = inner.chance.happens(inner.faults.borrow().answer_lost);
        // Often an answer is lost because the server goes down, and then it is away for a while.
        let away = (lost && inner.chance.happens(0.4)).then(|| inner.chance.seconds(0.2, 8.0));
        let (answer, done, server) = (Slot::new(), inner.executor.clone(), store.clone());
        let told = answer.clone();
        inner.executor.spawn(SERVER, async move {
            done.sleep(there).await;
            let committed = server.commit_on_server(id, own);
            if let Some(away) = away {
                server.go_away(away);
            }
            done.sleep(back).await;
            told.fill(&done, committed && !lost && !server.0.down.get());
        });
        match answer.wait(&inner.executor, SILENCE_MAX).await {
            Some(true) => Ok(()),
            _ => Err(StoreError::Unavailable),
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let inner = &self.store.0;
        match inner.engine {
            Engine::Sqlite => {
                inner.writer.open.set(false);
                inner.writer.turn.change(&inner.executor);
            }
            Engine::Postgres => {
                // The server learns of it only after a while; until then it keeps the locks.
                let (store, id, wait) = (self.store.clone(), self.id, inner.chance.millis(0.0, 20.0));
                inner.executor.spawn(SERVER, async move {
                    store.0.executor.sleep(wait).await;
                    store.0.open.borrow_mut().remove(&id);
                    store.release(id);
                });
            }
        }
    }
}
