//! Rows: reading columns back, with the same types from both engines.

use postgres::types::{FromSql, Type};
use rusqlite::types::ValueRef;
use trunkline_domain::time::Timestamp;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::value::POSTGRES_EPOCH_MICROS;

/// One row of an answer, valid while the closure that got it runs.
pub struct Row<'a>(pub(crate) Inner<'a>);

pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column at `index`, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the stored value does not have the type asked for.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        T::read(self, index)
    }

    /// The column at `index`, parsed from its text: for words such as states and channels.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the text is not one of the words.
    pub fn parse<T>(&self, index: usize) -> Result<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        let text: String = self.get(index)?;
        text.parse().map_err(|error: T::Err| corrupt(index, &error))
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column at `index`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the stored value is of another type.
    fn read(row: &Row<'_>, index: usize) -> Result<Self>;
}

fn corrupt(index: usize, detail: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt { column: index.to_string(), detail: detail.to_string() }
}

macro_rules! column {
    ($type:ty, sqlite: |$value:ident| $from:expr, postgres: $wire:ty => |$read:ident| $to:expr) => {
        impl Column for $type {
            fn read(row: &Row<'_>, index: usize) -> Result<Self> {
                match row.0 {
                    Inner::Sqlite(row) => {
                        let $value = row.get_ref(index).map_err(|error| corrupt(index, &error))?;
                        $from.map_err(|error| corrupt(index, &error))
                    }
                    Inner::Postgres(row) => {
                        let $read: $wire = row.try_get(index).map_err(|error| corrupt(index, &error))?;
                        Ok($to)
                    }
                }
            }
        }
    };
}

column!(bool, sqlite: |v| v.as_i64().map(|n| n != 0), postgres: bool => |v| v);
column!(i64, sqlite: |v| v.as_i64(), postgres: AnyInt => |v| v.0);
column!(f64, sqlite: |v| v.as_f64(), postgres: f64 => |v| v);
column!(String, sqlite: |v| v.as_str().map(str::to_owned), postgres: String => |v| v);
column!(Vec<u8>, sqlite: |v| v.as_blob().map(<[u8]>::to_vec), postgres: Vec<u8> => |v| v);
column!(Uuid, sqlite: |v| sqlite_uuid(v), postgres: Uuid => |v| v);
column!(Timestamp, sqlite: |v| v.as_i64().map(Timestamp::from_micros), postgres: Micros => |v| Timestamp::from_micros(v.0));
column!(serde_json::Value, sqlite: |v| sqlite_json(v), postgres: serde_json::Value => |v| v);

macro_rules! small_ints {
    ($($type:ty),+) => {$(
        impl Column for $type {
            fn read(row: &Row<'_>, index: usize) -> Result<Self> {
                <$type>::try_from(i64::read(row, index)?).map_err(|error| corrupt(index, &error))
            }
        }
    )+};
}

small_ints!(u8, u16, i32, u32, usize, u64);

macro_rules! ids {
    ($($id:ident),+ $(,)?) => {$(
        impl Column for trunkline_domain::ids::$id {
            fn read(row: &Row<'_>, index: usize) -> Result<Self> {
                Uuid::read(row, index).map(Into::into)
            }
        }
    )+};
}

ids!(
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

impl<T: Column> Column for Option<T> {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        let null = match row.0 {
            Inner::Sqlite(row) => {
                row.get_ref(index).map_err(|error| corrupt(index, &error))? == ValueRef::Null
            }
            Inner::Postgres(row) => {
                row.try_get::<_, Presence>(index).map_err(|error| corrupt(index, &error))?.0
            }
        };
        if null { Ok(None) } else { T::read(row, index).map(Some) }
    }
}

fn sqlite_uuid(value: ValueRef<'_>) -> Result<Uuid, String> {
    let bytes = value.as_blob().map_err(|error| error.to_string())?;
    Uuid::from_slice(bytes).map_err(|error| error.to_string())
}

fn sqlite_json(value: ValueRef<'_>) -> Result<serde_json::Value, String> {
    let text = value.as_str().map_err(|error| error.to_string())?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

type SqlError = Box<dyn std::error::Error + Sync + Send>;

/// Any of PostgreSQL's integer widths, as the 64 bits SQLite has.
struct AnyInt(i64);

impl<'a> FromSql<'a> for AnyInt {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, SqlError> {
        Ok(AnyInt(match *ty {
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            _ => i64::from_sql(ty, raw)?,
        }))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8)
    }
}

/// A `timestamptz` as microseconds since 1970.
struct Micros(i64);

impl<'a> FromSql<'a> for Micros {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, SqlError> {
        Ok(Micros(i64::from_sql(&Type::INT8, raw)?.saturating_add(POSTGRES_EPOCH_MICROS)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}

/// Only whether a value is there: true for NULL.
struct Presence(bool);

impl<'a> FromSql<'a> for Presence {
    fn from_sql(_: &Type, _: &'a [u8]) -> Result<Self, SqlError> {
        Ok(Presence(false))
    }

    fn from_sql_null(_: &Type) -> Result<Self, SqlError> {
        Ok(Presence(true))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
