//! Finds webhooks, newest first, however many there are.
//!
//! The journal has no index but its ids, since each would be paid for by every webhook. Its ids sort by time. So
//! an answer looks at a stretch of it, says how far back it looked, and the next page goes on from there. What
//! waits or failed is found by its jobs, of which there are few, and a provider's id through the indexes that
//! lead from it to what it became: both find everything, however old.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{JournalId, LineId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, Value, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{Webhooks, twilio};
use super::entry::{self, JournalEntry};
use crate::http::cursor::{limit, page};
use crate::http::search::{Stretch, like, wanted};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Problem, Query};
use crate::jobs::{self, Progress};
use crate::journal::{self, first_id};

/// Entries of the journal that one answer looks at.
const LOOK_MAX: usize = 20_000;
/// Of those that wait or failed, which are fetched one by one.
const JOBS_MAX: usize = 2_000;
/// How far an id and the time of arrival may be apart: they are read from the same clock, one after the other.
const SLACK: std::time::Duration = std::time::Duration::from_secs(1);

pub(super) fn routes() -> ApiRoutes<Webhooks> {
    ApiRoutes::new().admin(routes!(list_journal))
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JournalFilter {
    /// Searched for in the address and the body: a phone number, words of a text, any parameter. A provider's id
    /// is found however old it is.
    q: Option<String>,
    /// Only webhooks of this kind, such as `twilio.message`.
    kind: Option<String>,
    /// Only webhooks of this line.
    #[param(value_type = Option<Uuid>)]
    line_id: Option<LineId>,
    /// Only those that have come so far.
    #[param(inline)]
    state: Option<Progress>,
    /// Only webhooks from this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only webhooks before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// A page of webhooks, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JournalList {
    pub(super) items: Vec<JournalEntry>,
    pub(super) next_cursor: Option<String>,
    /// Only webhooks since then were looked at; the next page goes on from there. Absent when the page is full or
    /// nothing is left to look at.
    #[schema(value_type = Option<String>, format = DateTime)]
    looked_back_to: Option<Timestamp>,
}

/// Every webhook as it came, newest first, with what became of it.
#[utoipa::path(get, path = "/api/journal", tag = "operations", params(JournalFilter),
    responses((status = 200, body = JournalList), (status = 400, body = Problem), (status = 422, body = Problem)))]
async fn list_journal(
    State(webhooks): State<Webhooks>,
    Query(filter): Query<JournalFilter>,
) -> ApiResult<Json<JournalList>> {
    let search = Search::asked(Wanted {
        q: filter.q,
        kind: filter.kind,
        line_id: filter.line_id,
        state: filter.state,
        from: filter.from,
        to: filter.to,
        cursor: filter.cursor,
        count: limit(filter.limit),
    })?;
    let list = webhooks.store.clone().read(move |tx| search.page(tx, &webhooks)).await?;
    Ok(Json(list))
}

/// What is looked for, as it was asked.
pub(super) struct Wanted {
    pub(super) q: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) line_id: Option<LineId>,
    pub(super) state: Option<Progress>,
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
    pub(super) cursor: Option<String>,
    pub(super) count: usize,
}

/// A search that can be made.
#[derive(Clone, Debug)]
pub(super) struct Search {
    q: String,
    kind: String,
    line_id: Option<LineId>,
    state: Option<Progress>,
    time: Stretch,
    /// Only ids from this one on, and before that one.
    ids: (Uuid, Uuid),
    count: usize,
}

impl Search {
    /// # Errors
    /// When it cannot be made, with the field that is to blame.
    pub(super) fn asked(wanted_: Wanted) -> std::result::Result<Self, Problem> {
        let time = Stretch::asked(wanted_.from, wanted_.to)?;
        let after = Cursor::decode(wanted_.cursor.as_deref())?;
        let ids = (first_id(time.from.minus(SLACK)), first_id(time.to.plus(SLACK)).min(after.id));
        Ok(Search {
            q: wanted(wanted_.q.as_deref())?,
            kind: wanted_.kind.unwrap_or_default(),
            line_id: wanted_.line_id,
            state: wanted_.state,
            time,
            ids,
            count: wanted_.count,
        })
    }

    pub(super) fn page(&self, tx: &mut Tx<'_>, webhooks: &Webhooks) -> Result<JournalList> {
        let (found, end) = self.find(tx, webhooks)?;
        let (mut items, next_cursor) =
            page(found, self.count, |entry| Cursor::new(entry.received_at, entry.id));
        let end = end.filter(|_| next_cursor.is_none());
        tell_errors(tx, &mut items)?;
        Ok(JournalList {
            items,
            next_cursor: next_cursor.or(end.map(Cursor::encode)),
            looked_back_to: end.map(|end| end.at),
        })
    }

    /// What fits, newest first, one more than wanted if there are more; and the last entry looked at, if there may
    /// be more behind it.
    fn find(&self, tx: &mut Tx<'_>, webhooks: &Webhooks) -> Result<(Vec<JournalEntry>, Option<Cursor>)> {
        if let Some(sid) = provider_id(&self.q) {
            let mut ids = of_provider_id(tx, webhooks, &sid)?;
            // What has not been read yet led to nothing that could be found.
            ids.extend(self.undone(tx, Progress::Waiting)?);
            return Ok((self.among(tx, &ids)?, None));
        }
        match self.state {
            Some(state @ (Progress::Waiting | Progress::Failed)) => {
                let ids = self.undone(tx, state)?;
                let end = ids.get(JOBS_MAX - 1).copied();
                let found = self.among(tx, &ids)?;
                Ok((found, end.map(|id| journal::load(tx, id)).transpose()?.flatten().map(at)))
            }
            Some(Progress::Processed) | None => {
                let found = self.scan(tx)?;
                let end = if self.look() == LOOK_MAX { self.end_of_scan(tx)? } else { None };
                Ok((found, end))
            }
        }
    }

    /// Entries that a scan looks at: no more than it gives, if every one of them fits.
    fn look(&self) -> usize {
        let takes_all = self.q.is_empty() && self.kind.is_empty() && self.line_id.is_none();
        let takes_any_time = self.time == Stretch { from: Timestamp::default(), to: Timestamp::MAX };
        if takes_all && takes_any_time && self.state.is_none() { self.count + 1 } else { LOOK_MAX }
    }

    /// The newest stretch of the journal.
    fn scan(&self, tx: &mut Tx<'_>) -> Result<Vec<JournalEntry>> {
        tx.query(
            sql!(
                sqlite: "select e.id, e.received_at, e.processed_at, e.kind, e.line_id, e.url, e.body, e.duplicates, \
                         j.attempt, j.due_at \
                         from (select * from journal where id >= $1 and id < $2 order by id desc limit $3) e \
                         left join jobs j on j.kind = 'journal' and j.subject = e.id \
                         where e.received_at >= $4 and e.received_at < $5 and ($6 = '' or e.kind = $6) \
                         and (e.line_id = $7 or $7 is null) and (not $8 or j.subject is null) and ($9 = '' \
                         or cast(e.body as text) like '%' || $9 || '%' escape '\\' \
                         or cast(e.body as text) like '%' || $10 || '%' escape '\\' \
                         or e.url like '%' || $9 || '%' escape '\\') order by e.id desc limit $11",
                postgres: "select e.id, e.received_at, e.processed_at, e.kind, e.line_id, e.url, e.body, e.duplicates, \
                         j.attempt, j.due_at \
                         from (select * from journal where id >= $1 and id < $2 order by id desc limit $3) e \
                         left join jobs j on j.kind = 'journal' and j.subject = e.id \
                         where e.received_at >= $4 and e.received_at < $5 and ($6 = '' or e.kind = $6) \
                         and (e.line_id = $7 or $7 is null) and (not $8 or j.subject is null) and ($9 = '' \
                         or lower(encode(e.body, 'escape')) like '%' || $9 || '%' escape '\\' \
                         or lower(encode(e.body, 'escape')) like '%' || $10 || '%' escape '\\' \
                         or lower(e.url) like '%' || $9 || '%' escape '\\') order by e.id desc limit $11"
            ),
            &[
                self.ids.0.into(),
                self.ids.1.into(),
                self.look().into(),
                self.time.from.into(),
                self.time.to.into(),
                self.kind.as_str().into(),
                self.line_id.into(),
                (self.state == Some(Progress::Processed)).into(),
                like(&self.q).into(),
                encoded(&self.q).into(),
                (self.count + 1).into(),
            ],
            entry::read,
        )
    }

    /// The last entry that a scan looked at, if there may be more behind it.
    fn end_of_scan(&self, tx: &mut Tx<'_>) -> Result<Option<Cursor>> {
        tx.query_opt(
            sql!("select received_at, id from journal where id >= $1 and id < $2 order by id desc limit 1 offset $3"),
            &[self.ids.0.into(), self.ids.1.into(), (LOOK_MAX - 1).into()],
            |row| Ok(Cursor { at: row.get(0)?, id: row.get(1)? }),
        )
    }

    /// The newest entries that wait, or those of which a try has failed.
    fn undone(&self, tx: &mut Tx<'_>, state: Progress) -> Result<Vec<JournalId>> {
        let params: [Value; 3] = [self.ids.0.into(), self.ids.1.into(), JOBS_MAX.into()];
        if state == Progress::Failed {
            tx.query(
                sql!(
                    "select subject from jobs where kind = 'journal' and attempt > 0 and subject >= $1 and subject < $2 \
                     order by subject desc limit $3"
                ),
                &params,
                |row| row.get(0),
            )
        } else {
            tx.query(
                sql!(
                    "select subject from jobs where kind = 'journal' and attempt = 0 and subject >= $1 and subject < $2 \
                     order by subject desc limit $3"
                ),
                &params,
                |row| row.get(0),
            )
        }
    }

    /// What fits among these entries, newest first.
    fn among(&self, tx: &mut Tx<'_>, ids: &[JournalId]) -> Result<Vec<JournalEntry>> {
        let (q, encoded) = (like(&self.q), encoded(&self.q));
        let row = |id: &JournalId| {
            [
                (*id).into(),
                self.time.from.into(),
                self.time.to.into(),
                self.kind.as_str().into(),
                self.line_id.into(),
                q.as_str().into(),
                encoded.as_str().into(),
            ]
        };
        let mut found = tx.query_each(
            sql!(
                sqlite: "select e.id, e.received_at, e.processed_at, e.kind, e.line_id, e.url, e.body, e.duplicates, \
                         j.attempt, j.due_at \
                         from journal e left join jobs j on j.kind = 'journal' and j.subject = e.id where e.id = $1 \
                         and e.received_at >= $2 and e.received_at < $3 and ($4 = '' or e.kind = $4) \
                         and (e.line_id = $5 or $5 is null) and ($6 = '' \
                         or cast(e.body as text) like '%' || $6 || '%' escape '\\' \
                         or cast(e.body as text) like '%' || $7 || '%' escape '\\' \
                         or e.url like '%' || $6 || '%' escape '\\')",
                postgres: "select e.id, e.received_at, e.processed_at, e.kind, e.line_id, e.url, e.body, e.duplicates, \
                         j.attempt, j.due_at \
                         from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::uuid[], $6::text[], \
                         $7::text[]) w (id, first, last, kind, line_id, q, encoded) join journal e on e.id = w.id \
                         left join jobs j on j.kind = 'journal' and j.subject = e.id \
                         where e.received_at >= w.first and e.received_at < w.last and (w.kind = '' or e.kind = w.kind) \
                         and (e.line_id = w.line_id or w.line_id is null) and (w.q = '' \
                         or lower(encode(e.body, 'escape')) like '%' || w.q || '%' escape '\\' \
                         or lower(encode(e.body, 'escape')) like '%' || w.encoded || '%' escape '\\' \
                         or lower(e.url) like '%' || w.q || '%' escape '\\')"
            ),
            &ids.iter().map(row).collect::<Vec<_>>(),
            entry::read,
        )?;
        found.retain(|entry| self.state.is_none_or(|state| entry.state == state) && self.holds(entry.id));
        found.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        found.dedup_by_key(|entry| entry.id);
        Ok(found)
    }

    fn holds(&self, id: JournalId) -> bool {
        let id = Uuid::from(id);
        self.ids.0 <= id && id < self.ids.1
    }
}

fn at(entry: journal::Entry) -> Cursor {
    Cursor::new(entry.received_at, entry.id)
}

/// Says of those that failed why.
fn tell_errors(tx: &mut Tx<'_>, entries: &mut [JournalEntry]) -> Result<()> {
    let failed = entries.iter().filter(|entry| entry.state == Progress::Failed);
    let mut errors = jobs::last_errors(tx, &failed.map(|entry| entry.id).collect::<Vec<_>>())?;
    for entry in entries {
        entry.last_error = errors.remove(&entry.id);
    }
    Ok(())
}

/// The text as it stands in a form-encoded body, as part of a LIKE pattern.
fn encoded(wanted: &str) -> String {
    like(&form_urlencoded::byte_serialize(wanted.as_bytes()).collect::<String>().to_lowercase())
}

/// A provider's id of a message in the spelling of its provider: Twilio's are two capitals and 32 small hex digits
/// (Twilio docs, "What is a String Identifier (SID)?").
fn provider_id(wanted: &str) -> Option<String> {
    let (kind, rest) = wanted.split_at_checked(2)?;
    let is_sid = kind.chars().all(|c| c.is_ascii_alphabetic())
        && rest.len() == 32
        && rest.chars().all(|c| c.is_ascii_hexdigit());
    is_sid.then(|| format!("{}{rest}", kind.to_uppercase()))
}

/// Webhooks about this message that have been read, or that failed. Each way has an index: the message itself by the
/// name of its event, reports by what they left behind (a receipt has its entry's id), failures by their session.
fn of_provider_id(tx: &mut Tx<'_>, webhooks: &Webhooks, sid: &str) -> Result<Vec<JournalId>> {
    let lines: Vec<_> = webhooks.lines.all().collect();
    let events = lines.iter().map(|line| [format!("{}/{}/{sid}", twilio::MESSAGE, line.info.slug).into()]);
    let mut ids = tx.query_each(
        sql!(
            sqlite: "select id from journal where event_key = $1",
            postgres: "select id from journal where event_key = any($1)"
        ),
        &events.collect::<Vec<_>>(),
        |row| row.get(0),
    )?;
    let reports = lines.iter().map(|line| [line.info.id.into(), sid.into()]);
    ids.extend(tx.query_each(
        sql!(
            sqlite: "select id from receipts where line_id = $1 and provider_message_id = $2 order by id desc limit 500",
            postgres: "select r.id from unnest($1::uuid[], $2::text[]) w (line_id, sid), lateral (select id from receipts \
                       where line_id = w.line_id and provider_message_id = w.sid order by id desc limit 500) r"
        ),
        &reports.collect::<Vec<_>>(),
        |row| row.get::<JournalId>(0),
    )?);
    ids.extend(tx.query(
        sql!(
            "select journal_id from processing_errors where session = $1 and journal_id is not null \
             order by at desc limit 500"
        ),
        &[sid.into()],
        |row| row.get::<JournalId>(0),
    )?);
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::{encoded, provider_id};

    #[test]
    fn only_a_whole_id_is_one() {
        let sid = format!("SM{}", "0a".repeat(16));
        assert_eq!(provider_id(&sid.to_lowercase()), Some(sid.clone()));
        for text in ["", "é", "SM1", &sid[1..], &format!("{sid}0"), &sid.replace('0', "g"), "hello there"] {
            assert_eq!(provider_id(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_typed_is_searched_for_as_it_was_sent() {
        assert_eq!(encoded("see you, ana_b"), "see+you\\%2c+ana\\_b");
    }
}
