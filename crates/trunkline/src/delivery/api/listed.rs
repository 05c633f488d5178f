//! Messages in lists across conversations: each with whom it is for.

use std::collections::HashMap;

use serde::Serialize;
use trunkline_domain::ids::{ContactId, MessageId};
use trunkline_store::{Result, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::contacts;
use crate::inbox::{MessageView, load_messages};

/// A message and whom it is for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ListedMessage {
    #[serde(flatten)]
    pub(super) message: MessageView,
    contact: ListedContact,
}

/// Whom a message is for.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ListedContact {
    id: Uuid,
    name: Option<String>,
    phone: Option<String>,
}

/// These messages, in this order.
pub(super) fn with_contacts(tx: &mut Tx<'_>, ids: &[MessageId]) -> Result<Vec<ListedMessage>> {
    let mut messages: HashMap<MessageId, MessageView> =
        load_messages(tx, ids)?.into_iter().map(|message| (message.id, message)).collect();
    let people: Vec<ContactId> = messages.values().map(|message| message.contact_id).collect();
    let people: HashMap<ContactId, _> =
        contacts::names(tx, &people)?.into_iter().map(|person| (person.id, person)).collect();
    let listed = |message: MessageView| {
        let person = people.get(&message.contact_id).cloned();
        let (name, phone) = person.map_or((None, None), |person| (person.name, person.phone));
        let contact = ListedContact { id: message.contact_id.into(), name, phone };
        ListedMessage { message, contact }
    };
    Ok(ids.iter().filter_map(|id| messages.remove(id)).map(listed).collect())
}
