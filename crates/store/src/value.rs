//! Parameters: what goes into a statement, in the form each engine wants it.

use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use trunkline_domain::time::Timestamp;
use uuid::Uuid;

use crate::error::{Result as StoreResult, StoreError};

/// One parameter of a statement. What one of the engines cannot hold is refused on both: a NUL character in
/// a text or in JSON, a number that is none, a time before the year -4712.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// `boolean`; 0 or 1 in SQLite.
    Bool(bool),
    /// Any integer column.
    Int(i64),
    /// `double precision`.
    Float(f64),
    /// `text`.
    Text(String),
    /// `bytea` or `blob`.
    Bytes(Vec<u8>),
    /// `uuid`; 16 bytes in SQLite.
    Uuid(Uuid),
    /// `timestamptz`; microseconds since 1970 in SQLite.
    Time(Timestamp),
    /// `jsonb`; text in SQLite.
    Json(serde_json::Value),
}

/// PostgreSQL counts microseconds from 2000-01-01.
pub(crate) const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The first instant of `timestamptz` (PostgreSQL, table 8.9, "Date/Time Types": 4713 BC). Its last one lies
/// after the last [`Timestamp`].
const FIRST_MICROS: i64 = -210_866_803_200_000_000;

impl Value {
    /// Refuses a value that would be stored on one engine only, or differently.
    pub(crate) fn check(&self) -> StoreResult<()> {
        let problem = match self {
            Value::Text(text) if text.contains('\0') => "a text holds a NUL character",
            Value::Json(json) if has_nul(json) => "a text in JSON holds a NUL character",
            Value::Float(number) if number.is_nan() => "a number is not a number",
            Value::Time(at) if at.micros() < FIRST_MICROS => "a time is too long ago",
            _ => return Ok(()),
        };
        Err(StoreError::Failed(format!("{problem}, which not every database can store")))
    }
}

fn has_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_nul),
        serde_json::Value::Object(fields) => {
            fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value))
        }
        _ => false,
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Value {
                $to
            }
        }
    )+};
}

from! {
    bool => |v| Value::Bool(v),
    i64 => |v| Value::Int(v),
    i32 => |v| Value::Int(v.into()),
    u32 => |v| Value::Int(v.into()),
    u16 => |v| Value::Int(v.into()),
    usize => |v| Value::Int(i64::try_from(v).unwrap_or(i64::MAX)),
    f64 => |v| Value::Float(v),
    &str => |v| Value::Text(v.to_owned()),
    String => |v| Value::Text(v),
    &String => |v| Value::Text(v.clone()),
    Vec<u8> => |v| Value::Bytes(v),
    &[u8] => |v| Value::Bytes(v.to_vec()),
    Uuid => |v| Value::Uuid(v),
    Timestamp => |v| Value::Time(v),
    serde_json::Value => |v| Value::Json(v),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! from_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl From<trunkline_domain::ids::$id> for Value {
            fn from(id: trunkline_domain::ids::$id) -> Value {
                Value::Uuid(id.into())
            }
        }
    )+};
}

from_ids!(
    LineId,
    ContactId,
    ConversationId,
    MessageId,
    AttemptId,
    ReceiptId,
    JournalId,
    JobId,
    UserId,
    SessionId,
    InvitationId,
    TemplateId,
    MediaId,
    RecordId,
);

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(v) => ToSqlOutput::Borrowed(ValueRef::Integer((*v).into())),
            Value::Int(v) => ToSqlOutput::Borrowed(ValueRef::Integer(*v)),
            Value::Float(v) => ToSqlOutput::Borrowed(ValueRef::Real(*v)),
            Value::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Value::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Value::Uuid(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v.as_bytes())),
            Value::Time(v) => ToSqlOutput::Borrowed(ValueRef::Integer(v.micros())),
            Value::Json(v) => ToSqlOutput::Owned(Owned::Text(v.to_string())),
        })
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Bool(v) => v.to_sql_checked(ty, out),
            Value::Int(v) => int_to_sql(*v, ty, out),
            Value::Float(v) => v.to_sql_checked(ty, out),
            // An empty or oversized text may stand where the server expects another textual type.
            Value::Text(v) => v.to_sql_checked(ty, out),
            Value::Bytes(v) => v.to_sql_checked(ty, out),
            Value::Uuid(v) => v.to_sql_checked(ty, out),
            Value::Time(v) if *ty == Type::TIMESTAMPTZ => {
                (v.micros() - POSTGRES_EPOCH_MICROS).to_sql(&Type::INT8, out)
            }
            Value::Time(_) => Err(format!("a time was given where the statement expects {ty}").into()),
            Value::Json(v) => v.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn int_to_sql(
    value: i64,
    ty: &Type,
    out: &mut postgres::types::private::BytesMut,
) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
    match *ty {
        Type::INT2 => i16::try_from(value)?.to_sql(ty, out),
        Type::INT4 => i32::try_from(value)?.to_sql(ty, out),
        _ => value.to_sql_checked(ty, out),
    }
}
