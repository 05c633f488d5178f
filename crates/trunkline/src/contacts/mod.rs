//! Contacts: one person each, with the addresses they can be reached at.
//!
//! The room promises that a phone number and an email address belong to one contact only, and that whoever
//! writes in for the first time gets exactly one, however many of their messages arrive at once. It must
//! not know conversations, messages or lines.

mod routes;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::ContactId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Tx, Value, sql};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::events::{Events, Subject};
pub(crate) use crate::http::search::like;

pub(crate) use routes::{Contacts, like_phone, refuse_name, routes};

/// What is to happen, in the same transaction, when something changed that decides when a contact may be
/// written to; `None`: for everybody.
pub(crate) type Reconsider = Arc<dyn Fn(&mut Tx<'_>, Option<ContactId>) -> Result<()> + Send + Sync>;

/// One person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Contact {
    #[schema(value_type = Uuid)]
    pub(crate) id: ContactId,
    pub(crate) name: Option<String>,
    /// E.164.
    pub(crate) phone: Option<String>,
    /// Lower case.
    pub(crate) email: Option<String>,
    /// Whatever the team keeps about them.
    #[schema(value_type = Object)]
    pub(crate) metadata: serde_json::Value,
    /// Their thread, if there is one.
    pub(crate) conversation_id: Option<Uuid>,
    /// They asked not to be texted, on at least one line.
    pub(crate) opted_out: bool,
    /// Somebody on the team blocked them: nothing is sent to their number.
    pub(crate) blocked: bool,
    /// Their time zone as set by hand, an IANA name.
    pub(crate) time_zone: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Timestamp,
}

pub(crate) fn read_contact(row: &Row<'_>) -> Result<Contact> {
    Ok(Contact {
        id: row.get(0)?,
        name: row.get(1)?,
        phone: row.get(2)?,
        email: row.get(3)?,
        metadata: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
        conversation_id: row.get(7)?,
        opted_out: row.get(8)?,
        blocked: row.get(9)?,
        time_zone: row.get(10)?,
    })
}

/// The contact with this id.
pub(crate) fn find(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
    tx.query_opt(
        sql!(
            "select c.id, c.name, c.phone, c.email, c.metadata, c.created_at, c.updated_at, \
             (select v.id from conversations v where v.contact_id = c.id), \
             exists (select 1 from opt_outs o where o.address in (c.phone, c.email)), \
             exists (select 1 from blocks b where b.address in (c.phone, c.email)), c.time_zone \
             from contacts c where c.id = $1"
        ),
        &[id.into()],
        read_contact,
    )
}

/// The contact who is reached at this address over this channel, made if there is none. `name` is used only for a new
/// one.
pub(crate) fn find_or_create(
    tx: &mut Tx<'_>,
    events: &Events,
    now: Timestamp,
    new_id: ContactId,
    (channel, address): (Channel, &str),
    name: Option<&str>,
) -> Result<ContactId> {
    let id_by = if channel == Channel::Email { id_by_email } else { id_by_phone };
    if let Some(id) = id_by(tx, address)? {
        return Ok(id);
    }
    let add = if channel == Channel::Email {
        sql!(
            "insert into contacts (id, name, email, metadata, created_at, updated_at) values ($1, $2, $3, '{}', $4, $4) \
             on conflict (email) do nothing"
        )
    } else {
        sql!(
            "insert into contacts (id, name, phone, metadata, created_at, updated_at) values ($1, $2, $3, '{}', $4, $4) \
             on conflict (phone) do nothing"
        )
    };
    let added = tx.execute(add, &[new_id.into(), name.into(), address.into(), now.into()])?;
    if added == 1 {
        events.record(tx, now, Subject::Contact(new_id))?;
        return Ok(new_id);
    }
    // Another transaction added it a moment ago, and has committed since we waited for its row.
    id_by(tx, address)?.ok_or(trunkline_store::StoreError::RowCount { expected: 1, changed: 0 })
}

/// How a contact is named in lists.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) id: ContactId,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
}

/// Name and phone number of these contacts, in no particular order.
pub(crate) fn names(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<Vec<Named>> {
    let ids: Vec<String> = ids.iter().map(|id| Uuid::from(*id).simple().to_string()).collect();
    tx.query(
        sql!(
            sqlite: "select id, name, phone from contacts where id in (select unhex(value) from json_each($1))",
            postgres: "select id, name, phone from contacts \
                       where id in (select value::uuid from jsonb_array_elements_text($1))"
        ),
        &[serde_json::json!(ids).into()],
        |row| Ok(Named { id: row.get(0)?, name: row.get(1)?, phone: row.get(2)? }),
    )
}

/// The time zone that was set for a contact by hand.
pub(crate) fn time_zone(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<String>> {
    Ok(time_zones(tx, &[id])?.remove(&id))
}

/// The time zones of those for whom one was set by hand.
pub(crate) fn time_zones(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<HashMap<ContactId, String>> {
    let ids: Vec<[Value; 1]> = ids.iter().map(|id| [(*id).into()]).collect();
    let known = tx.query_each(
        sql!(
            sqlite: "select id, time_zone from contacts where id = $1 and time_zone is not null",
            postgres: "select id, time_zone from contacts where id = any($1) and time_zone is not null"
        ),
        &ids,
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(known.into_iter().collect())
}

pub(crate) fn id_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<ContactId>> {
    tx.query_opt(sql!("select id from contacts where email = $1"), &[email.into()], |row| row.get(0))
}

pub(crate) fn id_by_phone(tx: &mut Tx<'_>, phone: &str) -> Result<Option<ContactId>> {
    tx.query_opt(sql!("select id from contacts where phone = $1"), &[phone.into()], |row| row.get(0))
}
