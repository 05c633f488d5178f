//! A promise that was broken, and where.

use std::cell::RefCell;
use std::fmt;

/// Which promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A text that was acknowledged is not in the journal.
    AcknowledgedLost,
    /// A text is not in the inbox.
    TextLost,
    /// A text is in the inbox more than once.
    TextDoubled,
    /// A message was accepted from its author and is not there, or not with its key.
    RequestLost,
    /// One idempotency key made two messages.
    RequestDoubled,
    /// A message is left in a state that nothing will change and nobody is shown.
    Stuck,
    /// Work is left that never ends.
    WorkLeft,
    /// The provider has a message more often than it may.
    SentTwice,
    /// A message counts as sent and the provider has it not, or another one.
    NotSent,
    /// The provider has a message that counts as not sent.
    SentUnknown,
    /// An attempt began after its recipient's STOP was applied.
    SentAfterStop,
    /// What the provider kept left long after its recipient's STOP was applied, with nothing in the way of
    /// calling it off.
    LeftAfterStop,
    /// Messages to one person reached the provider in another order than they were accepted.
    OutOfOrder,
    /// A state went backwards.
    MovedBack,
    /// A report that was acknowledged is not kept, or not with its message.
    ReceiptLost,
    /// A report is kept twice.
    ReceiptDoubled,
    /// Two attempts to one person were open at once.
    TwoOpenAttempts,
    /// A job was claimed by a node whose end was committed before.
    ClaimedByDead,
    /// Transactions waited for each other in a circle.
    Deadlock,
    /// The provider could still tell what became of a message and was not asked.
    NotSettled,
    /// A message's final state is not the provider's.
    StateDiffers,
}

/// One broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub broken: Broken,
    /// The case.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.broken, self.what)
    }
}

/// What was found in a run.
#[derive(Default)]
pub(crate) struct Findings(RefCell<Vec<Finding>>);

impl Findings {
    pub(crate) fn add(&self, broken: Broken, what: String) {
        self.0.borrow_mut().push(Finding { broken, what });
    }

    pub(crate) fn take(&self) -> Vec<Finding> {
        self.0.take()
    }
}
