//! The contacts of the API (E2).

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use trunkline_domain::ambient::Ambient;
use trunkline_domain::email::EmailAddress;
use trunkline_domain::ids::ContactId;
use trunkline_domain::phone::{CountryCode, PhoneNumber};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Store, StoreError, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Contact, Reconsider, find, read_contact};
use crate::events::{Events, Subject};
use crate::http::cursor::{limit, page};
use crate::http::problem::FieldError;
use crate::http::search::like;
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Path, Problem, Query};

/// Characters of a name.
const NAME_MAX: usize = 200;
/// Bytes of the metadata as JSON.
const METADATA_MAX: usize = 16_384;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct Contacts {
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    pub(crate) events: Events,
    /// Asked when a contact's time zone changed.
    pub(crate) reconsider: Reconsider,
    pub(crate) default_country: Option<CountryCode>,
}

pub(crate) fn routes() -> ApiRoutes<Contacts> {
    ApiRoutes::new()
        .viewer(routes!(list_contacts))
        .viewer(routes!(get_contact))
        .agent(routes!(create_contact))
        .agent(routes!(update_contact))
}

/// A page of contacts, the last changed first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactList {
    items: Vec<Contact>,
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
struct ContactFilter {
    /// Part of a name, phone number or email address.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// What may be set on a contact. A field left out stays as it is; `null` clears it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ContactInput {
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    /// In any usual way of writing; kept as E.164.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// An IANA name such as `Europe/Berlin`; `null`: what their number tells.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Tells a field that was sent as `null` from one that was not sent.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

impl ContactInput {
    /// Checks every field and brings it into the form that is kept.
    fn checked(mut self, country: Option<CountryCode>) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut refuse =
            |field: &str, message: String| errors.push(FieldError { field: field.into(), message });
        for value in [&mut self.name, &mut self.phone, &mut self.email].into_iter().flatten() {
            *value = value.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        if let Some(problem) = self.name.iter().flatten().find_map(|name| refuse_name(name)) {
            refuse("name", problem);
        }
        if let Some(Some(phone)) = &mut self.phone {
            match PhoneNumber::parse(phone, country) {
                Ok(number) => *phone = number.as_str().to_owned(),
                Err(error) => refuse("phone", error.to_string()),
            }
        }
        if let Some(Some(email)) = &mut self.email {
            match EmailAddress::parse(email) {
                Ok(address) => *email = address.as_str().to_owned(),
                Err(error) => refuse("email", error.to_string()),
            }
        }
        if let Some(Some(zone)) = &self.time_zone
            && trunkline_domain::schedule::zone(zone).is_err()
        {
            refuse("time_zone", format!("'{zone}' is not a time zone; one looks like America/New_York."));
        }
        if self
            .metadata
            .as_ref()
            .is_some_and(|map| serde_json::to_vec(map).map_or(0, |json| json.len()) > METADATA_MAX)
        {
            refuse("metadata", format!("Metadata takes at most {METADATA_MAX} bytes as JSON."));
        }
        if errors.is_empty() { Ok(self) } else { Err(Problem::invalid_fields(errors)) }
    }
}

/// What is wrong with a name, if anything is.
pub(crate) fn refuse_name(name: &str) -> Option<String> {
    (name.chars().count() > NAME_MAX).then(|| format!("A name has at most {NAME_MAX} characters."))
}

/// The contacts, the last changed first.
#[utoipa::path(get, path = "/api/contacts", tag = "contacts", params(ContactFilter),
    responses((status = 200, body = ContactList), (status = 422, body = Problem)))]
async fn list_contacts(
    State(contacts): State<Contacts>,
    Query(filter): Query<ContactFilter>,
) -> ApiResult<Json<ContactList>> {
    let (after, count) = (Cursor::decode(filter.cursor.as_deref())?, limit(filter.limit));
    let wanted = filter.q.unwrap_or_default().trim().to_lowercase();
    let rows = contacts.store.read(move |tx| search(tx, &wanted, after, count + 1)).await?;
    let (items, next_cursor) = page(rows, count, |row| Cursor::new(row.updated_at, row.id));
    Ok(Json(ContactList { items, next_cursor }))
}

fn search(
    tx: &mut Tx<'_>,
    wanted: &str,
    after: Cursor,
    count: usize,
) -> trunkline_store::Result<Vec<Contact>> {
    tx.query(
        sql!(
            "select c.id, c.name, c.phone, c.email, c.metadata, c.created_at, c.updated_at, \
             (select v.id from conversations v where v.contact_id = c.id), \
             exists (select 1 from opt_outs o where o.address = c.phone), \
             exists (select 1 from blocks b where b.address = c.phone), c.time_zone \
             from contacts c where (c.updated_at, c.id) < ($1, $2) and ($3 = '' \
             or lower(c.name) like '%' || $3 || '%' escape '\\' or c.email like '%' || $3 || '%' escape '\\' \
             or c.phone like '%' || $4 || '%' escape '\\') \
             order by c.updated_at desc, c.id desc limit $5"
        ),
        &[after.at.into(), after.id.into(), like(wanted).into(), like_phone(wanted).into(), count.into()],
        read_contact,
    )
}

/// The digits of what may be part of a phone number, however it is written; else the text as it is.
pub(crate) fn like_phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 3 { digits } else { like(text) }
}

/// One contact.
#[utoipa::path(get, path = "/api/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 200, body = Contact), (status = 404, body = Problem)))]
async fn get_contact(
    State(contacts): State<Contacts>,
    Path(id): Path<ContactId>,
) -> ApiResult<Json<Contact>> {
    let found = contacts.store.read(move |tx| find(tx, id)).await?;
    found.map(Json).ok_or_else(|| Problem::not_found("contact"))
}

/// Adds a contact.
#[utoipa::path(post, path = "/api/contacts", tag = "contacts", request_body = ContactInput,
    responses((status = 201, body = Contact), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create_contact(
    State(contacts): State<Contacts>,
    Json(input): Json<ContactInput>,
) -> ApiResult<(StatusCode, Json<Contact>)> {
    let input = input.checked(contacts.default_country)?;
    let (id, now) = (contacts.ambient.id(), contacts.ambient.now());
    let contact = save(&contacts, input, move |tx, input| insert(tx, id, now, input), id, now).await?;
    Ok((StatusCode::CREATED, Json(contact)))
}

/// Changes a contact.
#[utoipa::path(patch, path = "/api/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)), request_body = ContactInput,
    responses((status = 200, body = Contact), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update_contact(
    State(contacts): State<Contacts>,
    Path(id): Path<ContactId>,
    Json(input): Json<ContactInput>,
) -> ApiResult<Json<Contact>> {
    let input = input.checked(contacts.default_country)?;
    let now = contacts.ambient.now();
    save(&contacts, input, move |tx, input| update(tx, id, now, input), id, now).await.map(Json)
}

/// What a contact is told that would be left with nothing to go by.
const NOBODY: &str = "A contact has at least a name, a phone number or an email address.";

/// Writes through `write` and turns a taken address into a problem that names its owner.
async fn save(
    contacts: &Contacts,
    input: ContactInput,
    write: impl FnOnce(&mut Tx<'_>, ContactInput) -> trunkline_store::Result<()> + Send + 'static,
    id: ContactId,
    now: Timestamp,
) -> ApiResult<Contact> {
    let (events, reconsider) = (contacts.events.clone(), contacts.reconsider.clone());
    let zone_given = input.time_zone.is_some();
    let taken = (input.phone.clone().flatten(), input.email.clone().flatten());
    let saved = contacts
        .store
        .write(move |tx| {
            write(tx, input)?;
            if zone_given {
                reconsider(tx, Some(id))?;
            }
            events.record(tx, now, Subject::Contact(id))?;
            let contact = find(tx, id)?;
            let is_nobody = |contact: &Contact| {
                contact.name.as_ref().or(contact.phone.as_ref()).or(contact.email.as_ref()).is_none()
            };
            if contact.as_ref().is_some_and(is_nobody) {
                return Err(StoreError::Refused(NOBODY.to_owned()));
            }
            Ok(contact)
        })
        .await;
    match saved {
        Ok(contact) => contact.ok_or_else(|| Problem::not_found("contact")),
        Err(StoreError::Refused(why)) => Err(Problem::invalid("name", why)),
        Err(StoreError::RowCount { .. }) => Err(Problem::not_found("contact")),
        Err(StoreError::Conflict { constraint }) => Err(taken_by(contacts, &constraint, taken).await?),
        Err(error) => Err(error.into()),
    }
}

async fn taken_by(
    contacts: &Contacts,
    constraint: &str,
    (phone, email): (Option<String>, Option<String>),
) -> ApiResult<Problem> {
    let is_phone = constraint == "contacts_phone_key";
    let (field, value) = if is_phone { ("phone", phone) } else { ("email", email) };
    let value = value.unwrap_or_default();
    let detail = format!("Another contact already has {value}.");
    let owner: Option<Uuid> = contacts
        .store
        .read(move |tx| {
            let by = if is_phone {
                sql!("select id from contacts where phone = $1")
            } else {
                sql!("select id from contacts where email = $1")
            };
            tx.query_opt(by, &[value.into()], |row| row.get(0))
        })
        .await?;
    let problem = Problem::new(StatusCode::CONFLICT, "contact_exists", detail).with_field(field);
    Ok(owner.into_iter().fold(problem, Problem::with_existing))
}

fn insert(
    tx: &mut Tx<'_>,
    id: ContactId,
    now: Timestamp,
    input: ContactInput,
) -> trunkline_store::Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into contacts (id, name, phone, email, metadata, created_at, updated_at, time_zone) \
             values ($1, $2, $3, $4, $5, $6, $6, $7)"
        ),
        &[
            id.into(),
            input.name.flatten().into(),
            input.phone.flatten().into(),
            input.email.flatten().into(),
            serde_json::Value::Object(input.metadata.unwrap_or_default()).into(),
            now.into(),
            input.time_zone.flatten().into(),
        ],
    )
}

fn update(
    tx: &mut Tx<'_>,
    id: ContactId,
    now: Timestamp,
    input: ContactInput,
) -> trunkline_store::Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "update contacts set name = case when $2 then $3 else name end, phone = case when $4 then $5 else phone end, \
             email = case when $6 then $7 else email end, metadata = coalesce($8, metadata), updated_at = $9, \
             time_zone = case when $10 then $11 else time_zone end where id = $1"
        ),
        &[
            id.into(),
            input.name.is_some().into(),
            input.name.flatten().into(),
            input.phone.is_some().into(),
            input.phone.flatten().into(),
            input.email.is_some().into(),
            input.email.flatten().into(),
            input.metadata.map(serde_json::Value::Object).into(),
            now.into(),
            input.time_zone.is_some().into(),
            input.time_zone.flatten().into(),
        ],
    )
}
