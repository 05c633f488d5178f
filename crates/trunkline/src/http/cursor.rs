//! Cursors of lists: the sort key of the last row, opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use trunkline_domain::time::Timestamp;
use uuid::Uuid;

use super::Problem;

/// The place in a list ordered by `(time, id)`, newest first: what follows is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) at: Timestamp,
    pub(crate) id: Uuid,
}

impl Cursor {
    /// Before everything: where a list begins.
    pub(crate) const START: Cursor = Cursor { at: Timestamp::MAX, id: Uuid::max() };

    /// The row with this key.
    pub(crate) fn new(at: Timestamp, id: impl Into<Uuid>) -> Self {
        Cursor { at, id: id.into() }
    }

    /// The form given to clients.
    pub(crate) fn encode(self) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.at.micros().to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what a client sent back; nothing sent means the beginning.
    pub(crate) fn decode(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text else { return Ok(Cursor::START) };
        let refused =
            || Problem::invalid("cursor", "This cursor was not made by this server; start the list again.");
        let bytes: [u8; 24] =
            URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(refused)?;
        let (at, id) = bytes.split_at(8);
        let at = Timestamp::from_micros(i64::from_be_bytes(at.try_into().map_err(|_| refused())?));
        // Nothing is older than 1970 here, and not every database can compare what is.
        if !(Timestamp::default()..=Timestamp::MAX).contains(&at) {
            return Err(refused());
        }
        Ok(Cursor { at, id: Uuid::from_slice(id).map_err(|_| refused())? })
    }
}

/// How many rows a list gives: `asked`, or 50, and never more than 200.
pub(crate) fn limit(asked: Option<usize>) -> usize {
    asked.unwrap_or(50).clamp(1, 200)
}

/// Splits off the row read beyond the limit, which tells that there is more, and makes the next cursor.
pub(crate) fn page<T>(
    mut rows: Vec<T>,
    limit: usize,
    key: impl Fn(&T) -> Cursor,
) -> (Vec<T>, Option<String>) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| key(row).encode());
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_trip_to_the_client() {
        let cursor = Cursor::new(Timestamp::from_micros(1_700_000_000_000_001), Uuid::from_u128(42));
        assert_eq!(Cursor::decode(Some(&cursor.encode())).unwrap(), cursor);
        assert_eq!(Cursor::decode(None).unwrap(), Cursor::START);
    }

    #[test]
    fn a_made_up_cursor_is_refused() {
        let before_time = Cursor::new(Timestamp::from_micros(i64::MIN), Uuid::nil()).encode();
        let after_time = Cursor::new(Timestamp::from_micros(i64::MAX), Uuid::nil()).encode();
        for text in ["", "x", "AAAA", "****", &"A".repeat(200), &before_time, &after_time] {
            assert!(Cursor::decode(Some(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_page_knows_whether_more_follows() {
        let key = |n: &u128| Cursor::new(Timestamp::from_secs(1), Uuid::from_u128(*n));
        assert_eq!(page(vec![1, 2], 2, key).1, None);
        let (rows, next) = page(vec![1, 2, 3], 2, key);
        assert_eq!((rows, next), (vec![1, 2], Some(key(&2).encode())));
    }
}
