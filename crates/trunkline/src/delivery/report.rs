//! What providers say of a message, by callback or by poll: each word is kept, and moves the message
//! forward or not at all (D3).

use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::{LineId, MessageId, ReceiptId};
use trunkline_domain::message::{Event, MessageState, Next};
use trunkline_domain::time::Timestamp;
use trunkline_providers::codes;
use trunkline_store::{Result, Row, Tx, sql};

use super::attempts::{self, Ending};
use super::follow_up::{error_text, hasten_send, plan_settle};
use super::hand_over::{self, Heard};
use super::{Delivery, SETTLE_JOB};
use crate::compliance::{self, Said};
use crate::inbox::messages::{self, Facts, Message, Step};

/// A provider's word on a message.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// Names the report: kept again under the same id, it is kept once.
    pub(crate) receipt_id: ReceiptId,
    pub(crate) line_id: LineId,
    pub(crate) provider_message_id: String,
    /// Our own id of the message, if the report came to an address that carries our mark.
    pub(crate) message_id: Option<MessageId>,
    /// The attempt that the mark names.
    pub(crate) attempt: Option<u32>,
    /// `None` for a status we do not know; it is kept all the same.
    pub(crate) state: Option<MessageState>,
    pub(crate) raw_status: String,
    pub(crate) error_code: Option<String>,
    /// Whom the message was for, where the report came by itself: should it say that they opted out, that is
    /// remembered.
    pub(crate) recipient: Option<String>,
    /// `callback` or `poll`.
    pub(crate) source: &'static str,
}

/// Keeps a report and applies it. One for a message we do not know yet waits for [`adopt_early`].
pub(crate) fn report(tx: &mut Tx<'_>, delivery: &Delivery, report: &Report) -> Result<()> {
    let now = delivery.ambient.now();
    let opted_out = who_opted_out(report);
    compliance::hold_addresses(tx, opted_out.map(|address| (report.line_id, address)))?;
    hold_reports(tx, [(report.line_id, report.provider_message_id.as_str())])?;
    if let Some(address) = opted_out {
        opt_out(tx, delivery, report, address)?;
    }
    let message = match find(tx, report)? {
        Some(id) => messages::lock(tx, id)?,
        None => None,
    };
    keep(tx, report, message.as_ref().map(|message| message.id), now)?;
    match (message, report.state) {
        (Some(message), Some(state)) => apply(tx, delivery, &message, state, report, now),
        _ => Ok(()),
    }
}

/// The recipient, if the report says that they do not want to be written to.
fn who_opted_out(report: &Report) -> Option<&str> {
    let told = report.error_code.as_deref().and_then(codes::lookup)?;
    report.recipient.as_deref().filter(|_| told.class == ErrorClass::OptedOut)
}

/// A provider that tells it only in a report knows it all the same. Processed again, an old report must not undo
/// a START that came since.
fn opt_out(tx: &mut Tx<'_>, delivery: &Delivery, report: &Report, address: &str) -> Result<()> {
    let kept = sql!("select 1 from receipts where id = $1");
    if tx.query_opt(kept, &[report.receipt_id.into()], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let words = report.error_code.as_deref().map(error_text).unwrap_or_default();
    let (record, at) = (delivery.ambient.id(), delivery.ambient.now());
    let said = Said { record, line: report.line_id, address, words: &words, at };
    if compliance::opt_out(tx, "provider", &said)? {
        hand_over::recheck_address(tx, delivery, address)?;
    }
    Ok(())
}

/// Held by whoever records something of a provider's messages, until the transaction ends: without it a
/// report could miss the message whose answer is being recorded, and the worker miss the report. It is
/// always taken before the messages' rows, so that nobody waits in a circle.
pub(super) fn hold_reports<'a>(
    tx: &mut Tx<'_>,
    remote: impl IntoIterator<Item = (LineId, &'a str)>,
) -> Result<()> {
    tx.lock_all(remote.into_iter().map(|(line, provider_id)| format!("report/{line}/{provider_id}")))
}

fn find(tx: &mut Tx<'_>, report: &Report) -> Result<Option<MessageId>> {
    match messages::id_by_provider_id(tx, report.line_id, &report.provider_message_id)?.or(report.message_id)
    {
        Some(id) => Ok(Some(id)),
        // Perhaps of a copy that was taken back.
        None => hand_over::message_of(tx, report.line_id, &report.provider_message_id),
    }
}

fn keep(tx: &mut Tx<'_>, report: &Report, message: Option<MessageId>, now: Timestamp) -> Result<()> {
    tx.execute(
        sql!(
            "insert into receipts (id, line_id, message_id, provider_message_id, state, raw_status, error_code, source, at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing"
        ),
        &[
            report.receipt_id.into(),
            report.line_id.into(),
            message.into(),
            report.provider_message_id.as_str().into(),
            report.state.map(MessageState::as_str).into(),
            report.raw_status.as_str().into(),
            report.error_code.clone().into(),
            report.source.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

fn apply(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    message: &Message,
    state: MessageState,
    report: &Report,
    now: Timestamp,
) -> Result<()> {
    if message.provider_message_id.as_deref().is_some_and(|known| known != report.provider_message_id) {
        // A second copy of a message that was sent again in doubt: kept above, but it is not this one.
        return Ok(());
    }
    if hand_over::heard(tx, delivery, message, state, report)? == Heard::Done {
        return Ok(());
    }
    // What was heard of a hand-over may have changed it.
    let Some(message) = &messages::lock(tx, message.id)? else { return Ok(()) };
    let (after, next) = message.outgoing.step(&delivery.timing, now, Event::Receipt(state), 0.0);
    let error = report.error_code.clone().map(|code| (Some(code.clone()), error_text(&code)));
    let facts =
        Facts { provider_message_id: Some(report.provider_message_id.clone()), error, ..Facts::default() };
    messages::save(tx, &delivery.events, now, Step { before: message, after, facts, cause: report.source })?;
    attempts::end(tx, now, &[Ending::resolved(message.id, "accepted")])?;
    follow(tx, delivery, message, next, now)?;
    if message.provider_message_id.is_none() {
        // Our mark told us the provider's id: what came before without a mark can be placed now.
        adopt_early(tx, delivery, &[(message, report.provider_message_id.as_str())])?;
    }
    Ok(())
}

/// What has to be done after a report: the poll is planned or dropped, a look-up no longer needed ends.
fn follow(tx: &mut Tx<'_>, delivery: &Delivery, message: &Message, next: Next, now: Timestamp) -> Result<()> {
    match next {
        Next::PollAt(at) => plan_settle(tx, delivery, message.id, at, now)?,
        Next::Rest => {
            delivery.jobs.discard(tx, SETTLE_JOB, message.id.into())?;
        }
        _ => return Ok(()),
    }
    hasten_send(tx, delivery, message.id, now)
}

/// Applies the reports that came before the messages' ids at the provider were known. The caller holds the
/// reports off.
pub(super) fn adopt_early(tx: &mut Tx<'_>, delivery: &Delivery, messages: &[(&Message, &str)]) -> Result<()> {
    let rows = messages
        .iter()
        .map(|(message, provider_id)| [message.line_id.into(), (*provider_id).into(), message.id.into()]);
    let mut early = tx.query_each(
        sql!(
            sqlite: "update receipts set message_id = $3 \
                     where line_id = $1 and provider_message_id = $2 and message_id is null \
                     returning id, line_id, message_id, provider_message_id, state, raw_status, error_code",
            postgres: "update receipts r set message_id = m.id \
                       from unnest($1::uuid[], $2::text[], $3::uuid[]) m (line_id, provider_message_id, id) \
                       where r.line_id = m.line_id and r.provider_message_id = m.provider_message_id and r.message_id is null \
                       returning r.id, r.line_id, r.message_id, r.provider_message_id, r.state, r.raw_status, r.error_code"
        ),
        &rows.collect::<Vec<_>>(),
        read_early,
    )?;
    // In the order they came: of two that are both final, the first counts.
    early.sort_by_key(|report| report.receipt_id);
    for report in early {
        let (Some(state), Some(id)) = (report.state, report.message_id) else { continue };
        let Some(current) = messages::lock(tx, id)? else { continue };
        apply(tx, delivery, &current, state, &report, delivery.ambient.now())?;
    }
    Ok(())
}

fn read_early(row: &Row<'_>) -> Result<Report> {
    let state: Option<String> = row.get(4)?;
    Ok(Report {
        receipt_id: row.get(0)?,
        line_id: row.get(1)?,
        message_id: row.get(2)?,
        attempt: None,
        provider_message_id: row.get(3)?,
        state: state.and_then(|word| word.parse().ok()),
        raw_status: row.get(5)?,
        error_code: row.get(6)?,
        recipient: None,
        source: "callback",
    })
}

/// Whether a report with another message's mark told of this provider message: it is that one's second copy.
pub(super) fn is_of_another(
    tx: &mut Tx<'_>,
    line: LineId,
    provider_message_id: &str,
    message: MessageId,
) -> Result<bool> {
    tx.query_opt(
        sql!(
            "select 1 from receipts where line_id = $1 and provider_message_id = $2 and message_id <> $3 limit 1"
        ),
        &[line.into(), provider_message_id.into(), message.into()],
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}
