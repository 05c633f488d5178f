//! Who holds what until a transaction ends, and who waits for whom.

use std::collections::BTreeMap;

pub(crate) type TxId = u64;

/// Something that can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lock {
    /// A row, or a key of a unique index, of this table.
    Row(u8, u128),
    /// That a row keeps its key: what a deletion waits for and an update of other columns does not.
    RowKey(u8, u128),
    /// Jobs with one order key.
    Order(u8),
    /// Reports on one message of the provider's.
    Reports(u32),
    /// What may be sent to one address.
    Address(u8),
}

#[derive(Default)]
struct Holders {
    alone: Option<TxId>,
    shared: Vec<TxId>,
}

/// The lock table.
#[derive(Default)]
pub(crate) struct Locks {
    held: BTreeMap<Lock, Holders>,
    of: BTreeMap<TxId, Vec<Lock>>,
    waiting: BTreeMap<TxId, Lock>,
}

impl Locks {
    /// Takes the lock if it is free. With `shared`, others may share it.
    pub(crate) fn try_take(&mut self, tx: TxId, lock: Lock, shared: bool) -> bool {
        let holders = self.held.entry(lock).or_default();
        if holders.alone == Some(tx) {
            return true;
        }
        let others = holders.alone.is_some() || holders.shared.iter().any(|holder| *holder != tx);
        let free = if shared { holders.alone.is_none() } else { !others };
        if free {
            if shared {
                holders.shared.push(tx);
            } else {
                holders.alone = Some(tx);
            }
            self.of.entry(tx).or_default().push(lock);
            self.waiting.remove(&tx);
        }
        free
    }

    /// Notes that `tx` waits. Tells who waits for what if that closes a circle.
    pub(crate) fn waits(&mut self, tx: TxId, lock: Lock) -> Option<String> {
        self.waiting.insert(tx, lock);
        self.reaches(tx, tx, 0).then(|| format!("{tx} closes a circle; all wait for {:?}", self.waiting))
    }

    fn reaches(&self, from: TxId, target: TxId, depth: usize) -> bool {
        let Some(holders) = self.waiting.get(&from).and_then(|lock| self.held.get(lock)) else {
            return false;
        };
        let others = holders.alone.iter().chain(&holders.shared).filter(|holder| **holder != from);
        let mut next = others.copied().peekable();
        depth < 16 && next.any(|holder| holder == target || self.reaches(holder, target, depth + 1))
    }

    /// Ends everything `tx` holds or waits for.
    pub(crate) fn release(&mut self, tx: TxId) {
        self.waiting.remove(&tx);
        for lock in self.of.remove(&tx).unwrap_or_default() {
            if let Some(holders) = self.held.get_mut(&lock) {
                holders.alone = holders.alone.filter(|holder| *holder != tx);
                holders.shared.retain(|holder| *holder != tx);
                if holders.alone.is_none() && holders.shared.is_empty() {
                    self.held.remove(&lock);
                }
            }
        }
    }
}
