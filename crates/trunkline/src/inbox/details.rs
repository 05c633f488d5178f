//! What a message carries beside its text and its files.

use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{LineId, MessageId};
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;
use uuid::Uuid;

/// Characters of a message that are quoted where it is answered.
const QUOTE_CHARS_MAX: usize = 160;

/// What a message carries beside its text and its files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MessageExtras)]
pub(crate) struct Details {
    /// The button or list entry that they tapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tap: Option<TapView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<LocationView>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<Quote>,
    /// `once` or `often`: they passed on what somebody else wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forwarded: Option<String>,
}

/// A tap on a button or a list entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Tap)]
pub(crate) struct TapView {
    pub(crate) text: String,
    /// The id that the template gave it.
    pub(crate) payload: Option<String>,
}

/// A place on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Location)]
pub(crate) struct LocationView {
    /// Degrees north.
    pub(crate) latitude: f64,
    /// Degrees east.
    pub(crate) longitude: f64,
    pub(crate) address: Option<String>,
    pub(crate) label: Option<String>,
}

impl LocationView {
    /// The place in words, for lists and whoever reads only text.
    pub(crate) fn words(&self) -> String {
        let named: Vec<&str> =
            [&self.label, &self.address].into_iter().flatten().map(String::as_str).collect();
        if named.is_empty() { format!("{}, {}", self.latitude, self.longitude) } else { named.join(", ") }
    }
}

/// A message that is answered, as far as an answer shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Quote {
    pub(crate) message_id: Uuid,
    /// `inbound` or `outbound`.
    pub(crate) direction: String,
    pub(crate) text: String,
}

/// The message that the provider knows under this id, to be quoted; `None` if we do not have it.
pub(super) fn quote(tx: &mut Tx<'_>, line: LineId, provider_message_id: &str) -> Result<Option<Quote>> {
    tx.query_opt(
        sql!("select id, direction, body from messages where line_id = $1 and provider_message_id = $2"),
        &[line.into(), provider_message_id.into()],
        |row| {
            let (id, body): (MessageId, String) = (row.get(0)?, row.get(2)?);
            let text = body.chars().take(QUOTE_CHARS_MAX).collect();
            Ok(Quote { message_id: id.into(), direction: row.get(1)?, text })
        },
    )
}
