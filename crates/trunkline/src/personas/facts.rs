//! What a persona learned about a contact. People see it, and delete what is wrong.

use serde::Serialize;
use trunkline_domain::ids::{ContactId, MessageId, RecordId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;

/// Facts about one contact; a persona learns no more.
pub(super) const FACTS_MAX: usize = 100;

/// One thing that is known.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ContactFact)]
pub(super) struct Fact {
    #[schema(value_type = Uuid)]
    id: RecordId,
    pub(super) text: String,
    /// Who noted it.
    persona: String,
    /// In answering which message.
    #[schema(value_type = Option<Uuid>)]
    message_id: Option<MessageId>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// What is known of a contact, the latest first.
pub(super) fn of(tx: &mut Tx<'_>, contact: ContactId, count: usize) -> Result<Vec<Fact>> {
    tx.query(
        sql!(
            "select id, text, persona, message_id, at from persona_facts where contact_id = $1 \
             order by at desc, id desc limit $2"
        ),
        &[contact.into(), count.into()],
        |row| {
            Ok(Fact {
                id: row.get(0)?,
                text: row.get(1)?,
                persona: row.get(2)?,
                message_id: row.get(3)?,
                at: row.get(4)?,
            })
        },
    )
}

/// Something to be noted.
pub(super) struct NewFact<'a> {
    pub(super) id: RecordId,
    pub(super) contact: ContactId,
    pub(super) persona: &'a str,
    pub(super) message: MessageId,
    pub(super) text: &'a str,
    pub(super) at: Timestamp,
}

/// Notes it, unless it is known already or enough is.
pub(super) fn learn(tx: &mut Tx<'_>, fact: &NewFact<'_>) -> Result<()> {
    tx.execute(
        sql!(
            "insert into persona_facts (id, contact_id, persona, message_id, text, at) \
             select $1, $2, $3, $4, $5, $6 where (select count(*) from persona_facts where contact_id = $2) < $7 \
             on conflict (contact_id, text) do nothing"
        ),
        &[
            fact.id.into(),
            fact.contact.into(),
            fact.persona.into(),
            fact.message.into(),
            fact.text.into(),
            fact.at.into(),
            FACTS_MAX.into(),
        ],
    )?;
    Ok(())
}

/// Forgets it. False if there is no such fact.
pub(super) fn forget(tx: &mut Tx<'_>, id: RecordId) -> Result<bool> {
    let forgotten = tx.execute(sql!("delete from persona_facts where id = $1"), &[id.into()])?;
    Ok(forgotten > 0)
}
