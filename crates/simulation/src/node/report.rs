//! What the provider says of a message, by callback or by poll (`delivery/report.rs`).

use trunkline_domain::ids::{MessageId, ReceiptId};
use trunkline_domain::message::{Event, MessageState, Next};
use trunkline_domain::time::Timestamp;

use super::Node;
use crate::bug::Bug;
use crate::store::{Kept, Kind, Mark, Message, Receipt, Result, Sid, SidOwner, Subject, Tx};

/// A provider's word on a message.
pub(super) struct Report {
    pub(super) receipt_id: ReceiptId,
    pub(super) sid: Sid,
    /// Our own id of the message and the attempt, if the report came to an address that carries our mark.
    pub(super) mark: Option<Mark>,
    pub(super) state: MessageState,
    pub(super) polled: bool,
}

impl Node {
    /// Keeps a report and applies it. One for a message we do not know yet waits to be adopted.
    pub(super) async fn report(&self, tx: &mut Tx, report: &Report) -> Result<()> {
        self.hold_reports(tx, report.sid).await?;
        tx.statement().await?;
        let id = tx.get::<SidOwner>(&report.sid).map(|owner| owner.0).or(report.mark.map(|mark| mark.0));
        let id = id.or_else(|| {
            let copies = tx.find::<Kept>(|_, kept| kept.sid == Some(report.sid));
            copies.first().map(|((id, _), _)| *id)
        });
        let message = match id {
            Some(id) => self.lock_message(tx, id).await?.map(|message| (id, message)),
            None => None,
        };
        if message.is_none() && self.has(Bug::EarlyReceiptDropped) {
            return Ok(());
        }
        tx.statement().await?;
        let receipt = Receipt {
            message: message.as_ref().map(|(id, _)| *id),
            sid: report.sid,
            state: report.state,
            polled: report.polled,
        };
        _ = tx.insert(report.receipt_id, receipt).await?;
        match message {
            Some((id, message)) => {
                self.apply_report(tx, id, &message, report).await?;
                self.adopt_if_new(tx, id, &message, report.sid).await
            }
            None => Ok(()),
        }
    }

    /// A report with our mark may be what tells us the provider's id, and others may have come before it.
    async fn adopt_if_new(&self, tx: &mut Tx, id: MessageId, message: &Message, sid: Sid) -> Result<()> {
        if message.sid.is_some() || self.has(Bug::MarkedReportAdoptsNone) {
            return Ok(());
        }
        self.adopt_early(tx, id, sid).await
    }

    async fn apply_report(
        &self,
        tx: &mut Tx,
        id: MessageId,
        message: &Message,
        report: &Report,
    ) -> Result<()> {
        let (state, sid) = (report.state, report.sid);
        if message.sid.is_some_and(|known| known != sid) {
            // A second copy of a message that was sent again in doubt: kept, but it is not this one.
            return Ok(());
        }
        if !self.heard(tx, id, message, report).await? {
            return Ok(());
        }
        // What was heard of a hand-over may have changed it.
        let again = if self.world.keeps { tx.get::<Message>(&id) } else { None };
        let message = again.as_ref().unwrap_or(message);
        let now = self.now();
        let (mut after, next) = message.outgoing.step(&self.world.timing, now, Event::Receipt(state), 0.0);
        if self.has(Bug::ReceiptsMoveBackwards) {
            after.state = state;
        }
        self.save(tx, id, message, after, Some(sid)).await?;
        self.end_attempt(tx, id, true).await?;
        match next {
            Next::PollAt(at) => self.plan_settle(tx, id, at).await?,
            Next::Rest => {
                self.discard(tx, (Kind::Settle, Subject::Message(id))).await?;
            }
            _ => return Ok(()),
        }
        self.hasten(tx, (Kind::Send, Subject::Message(id)), now).await
    }

    /// Plans to ask the provider what became of a message, unless that is planned already.
    pub(super) async fn plan_settle(&self, tx: &mut Tx, id: MessageId, at: Timestamp) -> Result<()> {
        if self.has(Bug::NoPolls) {
            return Ok(());
        }
        self.enqueue_job(tx, (Kind::Settle, Subject::Message(id)), None, at).await
    }

    /// Applies the reports that came before the message's id at the provider was known. The caller holds
    /// the reports off.
    pub(super) async fn adopt_early(&self, tx: &mut Tx, id: MessageId, sid: Sid) -> Result<()> {
        tx.statement().await?;
        let early = tx.find::<Receipt>(|_, receipt| receipt.sid == sid && receipt.message.is_none());
        // In the order they came, which their ids carry: of two that are both final, the first counts.
        for (receipt_id, receipt) in early {
            let adopt = |row: Receipt| Some(Receipt { message: Some(id), ..row });
            if !tx.update::<Receipt>(&receipt_id, |row| row.message.is_none(), adopt).await? {
                continue;
            }
            let Some(current) = self.lock_message(tx, id).await? else { return Ok(()) };
            let Receipt { state, polled, .. } = receipt;
            let report = Report { receipt_id, sid, mark: None, state, polled };
            self.apply_report(tx, id, &current, &report).await?;
        }
        Ok(())
    }
}
