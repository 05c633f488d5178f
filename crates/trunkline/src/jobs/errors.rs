//! What went wrong, kept where people see it (A6).

use trunkline_domain::ids::{JournalId, MessageId};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, sql};
use uuid::Uuid;

use super::{Job, Jobs, TRIES_MAX, retry_wait};

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
