//! What went wrong, for people: searched, newest first, with what caused it (A6).
//!
//! The errors of a session or a phone have an index. Any other search looks through a stretch of the newest
//! errors, says how far back it looked, and goes on from there when it is asked for the next page: so each answer
//! comes at once, however many errors there are.

use std::collections::HashMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::JournalId;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Store, Tx, Value, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::Progress;
use crate::http::cursor::{limit, page};
use crate::http::search::{Stretch, like, wanted};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Problem, Query};

/// Errors that one search looks at.
const LOOK_MAX: usize = 20_000;

/// A processing error as shown to people.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProcessingError {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The kind of job that failed.
    kind: String,
    message_id: Option<Uuid>,
    journal_id: Option<Uuid>,
    session: Option<String>,
    phone: Option<String>,
    pub(crate) error: String,
    /// What caused it, outermost first.
    cause_chain: Vec<String>,
    body: Option<String>,
    /// Tries so far, this one included.
    attempts: u32,
    /// What became of the webhook since, if it was one that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryProgress>,
}

/// How far a webhook has come since one of its tries failed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct EntryProgress {
    state: Progress,
    /// When it is tried again by itself; absent when it is not.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_try_at: Option<Timestamp>,
}

/// A page of processing errors, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcessingErrorList {
    items: Vec<ProcessingError>,
    next_cursor: Option<String>,
    /// Only errors since then were looked at; the next page goes on from there. Absent when the page is full or
    /// nothing is left to look at.
    #[schema(value_type = Option<String>, format = DateTime)]
    looked_back_to: Option<Timestamp>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ErrorFilter {
    /// Searched for in the error, its causes, the session, the phone number and the body.
    q: Option<String>,
    /// Only errors of this conversation or call.
    session: Option<String>,
    /// Only errors about this phone number, as `+14155550117`.
    phone: Option<String>,
    /// Only errors of this kind of job.
    kind: Option<String>,
    /// Only errors from this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only errors before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<usize>,
}

pub(crate) fn routes() -> ApiRoutes<Store> {
    ApiRoutes::new().admin(routes!(list_errors))
}

/// What went wrong in the background, newest first.
#[utoipa::path(get, path = "/api/errors", tag = "operations", params(ErrorFilter),
    responses((status = 200, body = ProcessingErrorList), (status = 400, body = Problem), (status = 422, body = Problem)))]
async fn list_errors(
    State(store): State<Store>,
    Query(filter): Query<ErrorFilter>,
) -> ApiResult<Json<ProcessingErrorList>> {
    let search = Search::asked(filter)?;
    let list = store.read(move |tx| search.page(tx)).await?;
    Ok(Json(list))
}

/// A search that can be made.
struct Search {
    /// What is found is older than this.
    before: Cursor,
    from: Timestamp,
    kind: String,
    q: String,
    session: String,
    phone: String,
    count: usize,
}

impl Search {
    fn asked(filter: ErrorFilter) -> std::result::Result<Self, Problem> {
        let stretch = Stretch::asked(filter.from, filter.to)?;
        let after = Cursor::decode(filter.cursor.as_deref())?;
        let end = Cursor::new(stretch.to, Uuid::nil());
        Ok(Search {
            before: if (after.at, after.id) < (end.at, end.id) { after } else { end },
            from: stretch.from,
            kind: filter.kind.unwrap_or_default(),
            q: wanted(filter.q.as_deref())?,
            session: filter.session.unwrap_or_default(),
            phone: filter.phone.unwrap_or_default(),
            count: limit(filter.limit),
        })
    }

    /// Errors that one answer looks at: no more than it gives, if every one of them fits.
    fn look(&self) -> usize {
        if self.q.is_empty() && self.kind.is_empty() { self.count + 1 } else { LOOK_MAX }
    }

    fn page(&self, tx: &mut Tx<'_>) -> Result<ProcessingErrorList> {
        let found = self.find(tx)?;
        let (items, next_cursor) = page(found, self.count, |row| Cursor::new(row.at, row.id));
        let looked_at_some = self.look() == LOOK_MAX && self.session.is_empty() && self.phone.is_empty();
        let end = if next_cursor.is_none() && looked_at_some { self.end(tx)? } else { None };
        Ok(ProcessingErrorList {
            items,
            next_cursor: next_cursor.or(end.map(Cursor::encode)),
            looked_back_to: end.map(|end| end.at),
        })
    }

    fn params(&self) -> [Value; 8] {
        [
            self.before.at.into(),
            self.before.id.into(),
            self.from.into(),
            self.look().into(),
            self.kind.as_str().into(),
            like(&self.q).into(),
            self.session.as_str().into(),
            self.phone.as_str().into(),
        ]
    }

    /// What fits of the errors looked at, newest first; one more than wanted tells that there are more.
    fn find(&self, tx: &mut Tx<'_>) -> Result<Vec<ProcessingError>> {
        let mut params = self.params().to_vec();
        params.push((self.count + 1).into());
        if !self.session.is_empty() {
            tx.query(
                sql!(
                    "select p.id, p.at, p.kind, p.message_id, p.journal_id, p.session, p.phone, p.error, p.cause_chain, \
                     p.body, p.attempts, j.attempt, j.due_at from (select * from processing_errors where session = $7 \
                     and (at, id) < ($1, $2) and at >= $3 order by at desc, id desc limit $4) p \
                     left join jobs j on j.kind = 'journal' and j.subject = p.journal_id \
                     where ($5 = '' or p.kind = $5) and ($8 = '' or p.phone = $8) and ($6 = '' \
                     or lower(p.error || ' ' || cast(p.cause_chain as text) || ' ' || coalesce(p.session, '') || ' ' \
                     || coalesce(p.phone, '') || ' ' || coalesce(p.body, '')) like '%' || $6 || '%' escape '\\') \
                     order by p.at desc, p.id desc limit $9"
                ),
                &params,
                read_error,
            )
        } else if !self.phone.is_empty() {
            tx.query(
                sql!(
                    "select p.id, p.at, p.kind, p.message_id, p.journal_id, p.session, p.phone, p.error, p.cause_chain, \
                     p.body, p.attempts, j.attempt, j.due_at from (select * from processing_errors where phone = $8 \
                     and (at, id) < ($1, $2) and at >= $3 order by at desc, id desc limit $4) p \
                     left join jobs j on j.kind = 'journal' and j.subject = p.journal_id \
                     where ($5 = '' or p.kind = $5) and ($7 = '' or p.session = $7) and ($6 = '' \
                     or lower(p.error || ' ' || cast(p.cause_chain as text) || ' ' || coalesce(p.session, '') || ' ' \
                     || coalesce(p.phone, '') || ' ' || coalesce(p.body, '')) like '%' || $6 || '%' escape '\\') \
                     order by p.at desc, p.id desc limit $9"
                ),
                &params,
                read_error,
            )
        } else {
            tx.query(
                sql!(
                    "select p.id, p.at, p.kind, p.message_id, p.journal_id, p.session, p.phone, p.error, p.cause_chain, \
                     p.body, p.attempts, j.attempt, j.due_at from (select * from processing_errors where \
                     (at, id) < ($1, $2) and at >= $3 order by at desc, id desc limit $4) p \
                     left join jobs j on j.kind = 'journal' and j.subject = p.journal_id \
                     where ($5 = '' or p.kind = $5) and ($7 = '' or p.session = $7) and ($8 = '' or p.phone = $8) \
                     and ($6 = '' \
                     or lower(p.error || ' ' || cast(p.cause_chain as text) || ' ' || coalesce(p.session, '') || ' ' \
                     || coalesce(p.phone, '') || ' ' || coalesce(p.body, '')) like '%' || $6 || '%' escape '\\') \
                     order by p.at desc, p.id desc limit $9"
                ),
                &params,
                read_error,
            )
        }
    }

    /// The last error that was looked at, if there may be more behind it.
    fn end(&self, tx: &mut Tx<'_>) -> Result<Option<Cursor>> {
        tx.query_opt(
            sql!(
                "select at, id from processing_errors where (at, id) < ($1, $2) and at >= $3 \
                 order by at desc, id desc limit 1 offset $4"
            ),
            &[self.before.at.into(), self.before.id.into(), self.from.into(), (LOOK_MAX - 1).into()],
            |row| Ok(Cursor { at: row.get(0)?, id: row.get(1)? }),
        )
    }
}

/// The errors of a webhook, newest first, at most `count`.
pub(crate) fn errors_of_entry(tx: &mut Tx<'_>, id: JournalId, count: usize) -> Result<Vec<ProcessingError>> {
    tx.query(
        sql!(
            "select p.id, p.at, p.kind, p.message_id, p.journal_id, p.session, p.phone, p.error, p.cause_chain, \
             p.body, p.attempts, j.attempt, j.due_at from processing_errors p \
             left join jobs j on j.kind = 'journal' and j.subject = p.journal_id \
             where p.journal_id = $1 order by p.at desc, p.id desc limit $2"
        ),
        &[id.into(), count.into()],
        read_error,
    )
}

/// The latest error of each of these webhooks that has one.
pub(crate) fn last_errors(tx: &mut Tx<'_>, ids: &[JournalId]) -> Result<HashMap<JournalId, String>> {
    let last = tx.query_each(
        sql!(
            sqlite: "select journal_id, error from processing_errors where journal_id = $1 \
                     order by at desc, id desc limit 1",
            postgres: "select p.journal_id, p.error from unnest($1::uuid[]) e (id), lateral (select journal_id, error \
                       from processing_errors where journal_id = e.id order by at desc, id desc limit 1) p"
        ),
        &ids.iter().map(|id| [(*id).into()]).collect::<Vec<_>>(),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(last.into_iter().collect())
}

/// How many errors there were in each of these stretches of time, the first moment included and the last one not.
pub(crate) fn count_errors(tx: &mut Tx<'_>, stretches: &[(Timestamp, Timestamp)]) -> Result<Vec<i64>> {
    tx.query_each(
        sql!(
            sqlite: "select count(*) from processing_errors where at >= $1 and at < $2",
            postgres: "select (select count(*) from processing_errors where at >= s.first and at < s.last) \
                       from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality s (first, last, place) \
                       order by place"
        ),
        &stretches.iter().map(|(from, to)| [(*from).into(), (*to).into()]).collect::<Vec<_>>(),
        |row| row.get(0),
    )
}

fn read_error(row: &Row<'_>) -> Result<ProcessingError> {
    let (journal_id, chain): (Option<Uuid>, serde_json::Value) = (row.get(4)?, row.get(8)?);
    let (failed_tries, due_at): (Option<u32>, Option<Timestamp>) = (row.get(11)?, row.get(12)?);
    let entry = journal_id.map(|_| EntryProgress {
        state: Progress::of(failed_tries),
        next_try_at: due_at.filter(|at| *at < Timestamp::MAX),
    });
    Ok(ProcessingError {
        id: row.get(0)?,
        at: row.get(1)?,
        kind: row.get(2)?,
        message_id: row.get(3)?,
        journal_id,
        session: row.get(5)?,
        phone: row.get(6)?,
        error: row.get(7)?,
        cause_chain: serde_json::from_value(chain).unwrap_or_default(),
        body: row.get(9)?,
        attempts: row.get(10)?,
        entry,
    })
}
