//! Mistakes that can be planted, to show that the simulation finds them.
//!
//! The last ones were not invented: the simulation met them in the protocol. They are planted so that they
//! do not come back.

/// One mistake. Without any, the protocol runs as it is meant to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A webhook is answered 200 before its entry is committed.
    AcknowledgeBeforeCommit,
    /// A 5xx counts as "certainly not sent".
    RetryAfterServerError,
    /// A time-out counts as "certainly not sent".
    RetryAfterTimeout,
    /// A job is ended or given back without asking whether the claim still holds.
    NoEpochCheckOnFinish,
    /// The gate is asked when a message is accepted, and not again before the intent.
    NoGateBeforeIntent,
    /// A look-up takes a message of the provider's that another row owns.
    LookUpIgnoresOwners,
    /// One empty look-up is believed.
    LookUpOnlyOnce,
    /// Look-ups follow each other at once, as if lists never lagged.
    LookUpWithoutLagWaits,
    /// A look-up does not compare the text.
    BodyNotCompared,
    /// A report's state is written as it is, whatever the message has come to.
    ReceiptsMoveBackwards,
    /// A report on a message not known yet is dropped.
    EarlyReceiptDropped,
    /// Reports and answers on one message do not wait for each other.
    ReportsNotHeld,
    /// A message is read without locking its row before it is written.
    MessageNotLocked,
    /// Messages to one person go out as they come.
    NoOrderKey,
    /// As above, and nothing keeps two attempts to one person from being open together.
    NoOrderKeyAndNoOpenAttemptIndex,
    /// The provider is called while the intent is still on its way to the disk.
    IntentNotCommittedBeforeCall,
    /// A node that takes over leaves the claims of its predecessors alone.
    ClaimNotReleasedOnTakeOver,
    /// A claim does not hold its node's row, so its commit may come after the node was reaped.
    ClaimWithoutNodeRow,
    /// A message that a dead worker was sending is queued again.
    DeadWorkersSendingRequeued,
    /// The provider's events are recognised by what this process remembers.
    DedupInMemory,
    /// STOP is applied in a transaction of its own, after the text was taken in.
    StopOutsideTransaction,
    /// An idempotency key is looked up before the transaction, and no index guards it.
    IdempotencyOutsideTransaction,
    /// A node sends without looking at its lease.
    LeaseNotChecked,
    /// A webhook's job ends in a transaction before the one that has its effect.
    JobFinishedBeforeEffect,
    /// Nobody asks the provider what reached it while we were away.
    NoReconciler,
    /// A message whose callbacks stay out is never asked about.
    NoPolls,
    /// An intent and a STOP do not wait for each other: each may miss the other.
    GateNotHeld,
    /// A claim whose commit was not confirmed is taken for none, so its jobs are in nobody's hand.
    LostClaimForgotten,
    /// A node cannot tell its claim of a job from its earlier one of the same job.
    ClaimsNotNumbered,
    /// Messages to one person are ordered by ids, which carry the clocks of several hosts.
    OrderByClock,
    /// A report that brings the provider's id by our mark leaves those alone that came before without it.
    MarkedReportAdoptsNone,
    /// A job that is given back after success keeps its count of failures, and reconciliation, which comes
    /// again for ever, is parked like others when it has had enough of them.
    TriesNeverForgotten,
    /// The heartbeat is written in the transaction that ends other nodes, and waits with it.
    ReapWithHeartbeat,
    /// A message that the provider keeps is called off by us alone.
    KeptMessageCalledOffByUsAlone,
    /// A hand-over without an answer counts as refused.
    DoubtfulHandOverForgotten,
    /// A hand-over whose worker died counts as never made.
    DeadHandOverForgotten,
    /// A STOP is not held against what the provider keeps.
    StopForgetsWhatIsKept,
    /// What the provider says of a copy that was taken back is taken for a word on the message.
    CopyTakenForMessage,
    /// Several hand-overs to one person may be in doubt together.
    HandOversInDoubtTogether,
}

impl Bug {
    /// Every one of them.
    pub const ALL: [Bug; 39] = [
        Bug::AcknowledgeBeforeCommit,
        Bug::RetryAfterServerError,
        Bug::RetryAfterTimeout,
        Bug::NoEpochCheckOnFinish,
        Bug::NoGateBeforeIntent,
        Bug::LookUpIgnoresOwners,
        Bug::LookUpOnlyOnce,
        Bug::LookUpWithoutLagWaits,
        Bug::BodyNotCompared,
        Bug::ReceiptsMoveBackwards,
        Bug::EarlyReceiptDropped,
        Bug::ReportsNotHeld,
        Bug::MessageNotLocked,
        Bug::NoOrderKey,
        Bug::NoOrderKeyAndNoOpenAttemptIndex,
        Bug::IntentNotCommittedBeforeCall,
        Bug::ClaimNotReleasedOnTakeOver,
        Bug::ClaimWithoutNodeRow,
        Bug::DeadWorkersSendingRequeued,
        Bug::DedupInMemory,
        Bug::StopOutsideTransaction,
        Bug::IdempotencyOutsideTransaction,
        Bug::LeaseNotChecked,
        Bug::JobFinishedBeforeEffect,
        Bug::NoReconciler,
        Bug::NoPolls,
        Bug::GateNotHeld,
        Bug::LostClaimForgotten,
        Bug::ClaimsNotNumbered,
        Bug::OrderByClock,
        Bug::MarkedReportAdoptsNone,
        Bug::TriesNeverForgotten,
        Bug::ReapWithHeartbeat,
        Bug::KeptMessageCalledOffByUsAlone,
        Bug::DoubtfulHandOverForgotten,
        Bug::DeadHandOverForgotten,
        Bug::StopForgetsWhatIsKept,
        Bug::CopyTakenForMessage,
        Bug::HandOversInDoubtTogether,
    ];
}
