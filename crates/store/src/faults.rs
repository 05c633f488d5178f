//! Transactions that fail on demand, for tests of whoever uses the store: the database cannot be reached, or it
//! commits and the answer is lost on the way.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::error::{Result, StoreError};

/// How a transaction fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never begins.
    Before,
    /// It is committed, and the caller hears an error.
    After,
}

/// Which transaction is to fail, and how many there were.
#[derive(Debug, Default)]
pub struct Faults {
    planned: Mutex<Option<(u64, Fault)>>,
    seen: AtomicU64,
}

impl Faults {
    /// Makes the `number`th transaction from now on fail, counted from 1, and forgets earlier plans.
    pub fn plan(&self, number: u64, fault: Fault) {
        self.seen.store(0, Ordering::SeqCst);
        *self.planned.lock() = Some((number, fault));
    }

    /// Whether the planned failure has not come yet; it is called off.
    pub fn call_off(&self) -> bool {
        self.planned.lock().take().is_some()
    }

    /// What is to happen to the transaction that begins now.
    pub(crate) fn next(&self) -> Option<Fault> {
        let number = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        let mut planned = self.planned.lock();
        match *planned {
            Some((at, fault)) if at == number => {
                *planned = None;
                Some(fault)
            }
            _ => None,
        }
    }
}

/// Fails a transaction as planned; otherwise its own result.
pub(crate) fn settle<T>(fault: Option<Fault>, result: Result<T>) -> Result<T> {
    match fault {
        Some(Fault::After) => result.and_then(|_| Err(lost())),
        _ => result,
    }
}

pub(crate) fn lost() -> StoreError {
    StoreError::Unavailable("the connection was lost, as a test wanted".into())
}
