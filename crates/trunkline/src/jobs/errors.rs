//! What went wrong, kept where people see it (A6).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::{JournalId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Row, Store, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Job, Jobs, TRIES_MAX, retry_wait};
use crate::http::cursor::{limit, page};
use crate::http::{ApiResult, ApiRoutes, Cursor, Json, Problem, Query};

/// Bytes of a body that an error keeps: enough to recognise it.
const BODY_MAX: usize = 4_000;

/// What a failed job was about, as far as its handler knew.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub(crate) journal_id: Option<JournalId>,
    pub(crate) message_id: Option<MessageId>,
    /// Groups the errors of one conversation or call.
    pub(crate) session: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) body: Option<String>,
}

/// Why a job failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: anyhow::Error,
    pub(crate) about: Box<About>,
}

impl Failure {
    pub(crate) fn about(mut self, about: About) -> Self {
        *self.about = about;
        self
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure { error: error.into(), about: Box::default() }
    }
}

/// One failure, ready to be written.
pub(super) struct Record {
    id: Uuid,
    at: Timestamp,
    error: String,
    cause_chain: Vec<String>,
    about: About,
    attempts: u32,
}

impl Record {
    pub(super) fn new(id: JournalId, at: Timestamp, job: &Job, failure: &Failure) -> Self {
        Record {
            id: id.into(),
            at,
            error: storable(&failure.error.to_string()),
            cause_chain: failure.error.chain().skip(1).map(|cause| storable(&cause.to_string())).collect(),
            about: (*failure.about).clone(),
            attempts: job.attempt + 1,
        }
    }

    /// Keeps the error and gives the job back for a later try, or parks it when it had enough.
    /// A standing job, which nobody would replay by hand, is never parked.
    pub(super) fn write(self, tx: &mut Tx<'_>, jobs: &Jobs, job: &Job, standing: bool) -> Result<()> {
        let parked = self.attempts >= TRIES_MAX && !standing;
        let due_at = if parked { Timestamp::MAX } else { self.at.plus(retry_wait(job.attempt)) };
        let kept = |text: Option<String>| text.as_deref().map(storable);
        let body = kept(self.about.body).map(|body| body.chars().take(BODY_MAX).collect::<String>());
        tx.execute_exactly(
            1,
            sql!(
                "insert into processing_errors (id, at, kind, job_id, journal_id, message_id, session, phone, \
                 error, cause_chain, body, attempts) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            ),
            &[
                self.id.into(),
                self.at.into(),
                job.kind.as_str().into(),
                job.id.into(),
                self.about.journal_id.into(),
                self.about.message_id.into(),
                kept(self.about.session).into(),
                kept(self.about.phone).into(),
                self.error.into(),
                serde_json::json!(self.cause_chain).into(),
                body.into(),
                self.attempts.into(),
            ],
        )?;
        jobs.retry(tx, job, due_at, self.attempts)
    }
}

/// The text without NUL, which PostgreSQL's texts cannot hold: what went wrong must not keep us from saying so.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A processing error as shown to people.
#[derive(Debug, Serialize, ToSchema)]
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
    error: String,
    /// What caused it, outermost first.
    cause_chain: Vec<String>,
    body: Option<String>,
    /// Tries so far, this one included.
    attempts: u32,
}

/// A page of processing errors, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcessingErrorList {
    items: Vec<ProcessingError>,
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct ErrorFilter {
    /// Only errors of this conversation or call.
    session: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

pub(crate) fn routes() -> ApiRoutes<Store> {
    ApiRoutes::new().admin(routes!(list_errors))
}

/// What went wrong in the background, newest first.
#[utoipa::path(get, path = "/api/errors", tag = "operations", params(ErrorFilter),
    responses((status = 200, body = ProcessingErrorList), (status = 422, body = Problem)))]
async fn list_errors(
    State(store): State<Store>,
    Query(filter): Query<ErrorFilter>,
) -> ApiResult<Json<ProcessingErrorList>> {
    let (after, count) = (Cursor::decode(filter.cursor.as_deref())?, limit(filter.limit));
    let rows = store
        .read(move |tx| {
            tx.query(
                sql!(
                    "select id, at, kind, message_id, journal_id, session, phone, error, cause_chain, body, attempts \
                     from processing_errors where (at, id) < ($1, $2) and ($3 = '' or session = $3) \
                     order by at desc, id desc limit $4"
                ),
                &[after.at.into(), after.id.into(), filter.session.unwrap_or_default().into(), (count + 1).into()],
                read_error,
            )
        })
        .await?;
    let (items, next_cursor) = page(rows, count, |row| Cursor::new(row.at, row.id));
    Ok(Json(ProcessingErrorList { items, next_cursor }))
}

fn read_error(row: &Row<'_>) -> Result<ProcessingError> {
    let chain: serde_json::Value = row.get(8)?;
    Ok(ProcessingError {
        id: row.get(0)?,
        at: row.get(1)?,
        kind: row.get(2)?,
        message_id: row.get(3)?,
        journal_id: row.get(4)?,
        session: row.get(5)?,
        phone: row.get(6)?,
        error: row.get(7)?,
        cause_chain: serde_json::from_value(chain).unwrap_or_default(),
        body: row.get(9)?,
        attempts: row.get(10)?,
    })
}
