//! Dead letters: what was not delivered and waits for a person, taken off their list and put back.

use trunkline_domain::ids::MessageId;
use trunkline_store::{Result, Tx, sql};

use super::Delivery;
use crate::events::Subject;

/// Takes a dead letter off the list. False if it is on none.
pub(super) fn dismiss(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId) -> Result<bool> {
    let now = delivery.ambient.now();
    let dismissed = tx.execute(
        sql!(
            "update messages set dismissed_at = $2 where id = $1 and dismissed_at is null and direction = 'outbound' \
             and (state in ('failed', 'undelivered') or (state = 'unknown' \
             and not exists (select 1 from jobs j where j.kind = 'send' and j.subject = messages.id)))"
        ),
        &[id.into(), now.into()],
    )?;
    if dismissed == 1 {
        delivery.events.record(tx, now, Subject::Message(id))?;
    }
    Ok(dismissed == 1)
}

pub(super) fn revive(tx: &mut Tx<'_>, delivery: &Delivery, id: MessageId) -> Result<()> {
    tx.execute_exactly(1, sql!("update messages set dismissed_at = null where id = $1"), &[id.into()])?;
    delivery.events.record(tx, delivery.ambient.now(), Subject::Message(id))
}

/// Whether another message stands in for a dead letter.
pub(super) fn is_replaced(tx: &mut Tx<'_>, id: MessageId) -> Result<bool> {
    tx.query_opt(
        sql!("select 1 from messages where retry_of = $1 and state <> 'canceled' limit 1"),
        &[id.into()],
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}

/// How many there are.
pub(super) fn count(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        sql!(
            "select count(*) from messages m where m.dead and m.dismissed_at is null and (m.state <> 'unknown' \
             or not exists (select 1 from jobs j where j.kind = 'send' and j.subject = m.id))"
        ),
        &[],
        |row| row.get(0),
    )
}
