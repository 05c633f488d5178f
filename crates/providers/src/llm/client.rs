//! One exchange with an endpoint, or as many as a time budget allows.

use std::time::Duration;

use http::header;
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};
use trunkline_domain::ambient::Ambient;
use trunkline_domain::backoff::Backoff;

use super::{Assembly, Chat, Completion, Events, ModelError};
use crate::Secret;
use crate::transport::{BODY_MAX, describe, retry_after};

/// Bytes of a whole stream: far more than the longest answer takes, with all that is told about each piece.
const STREAM_MAX: usize = 16 * 1024 * 1024;

/// A connection on which nothing came for so long is dead. Endpoints that let one wait send comments meanwhile
/// (OpenRouter, "Streaming", "Comments").
const SILENCE_MAX: Duration = Duration::from_secs(180);

/// How long, and how often, a model is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// For everything together: answers, failures and waits.
    pub budget: Duration,
    /// The most requests.
    pub tries: u32,
    /// The waits between them.
    pub backoff: Backoff,
}

/// What came of asking.
#[derive(Debug)]
pub struct Asked {
    /// The answer, or the last failure.
    pub outcome: Result<Completion, ModelError>,
    /// How many answers began and then failed. The endpoint may charge for them and does not say what.
    pub lost: u32,
}

/// An endpoint, and the key to it.
#[derive(Clone, Debug)]
pub struct Llm {
    http: Client,
    base_url: String,
    key: Option<Secret>,
}

impl Llm {
    /// The endpoint at `base_url`, such as [`super::OPENROUTER`]. A server on one's own machine may need no key.
    pub fn new(http: Client, base_url: &str, key: Option<Secret>) -> Self {
        Llm { http, base_url: base_url.trim_end_matches('/').to_owned(), key }
    }

    /// Asks until there is an answer, a failure that no further try can help, or the patience is used up.
    pub async fn ask(&self, chat: &Chat, patience: &Patience, ambient: &Ambient) -> Asked {
        let (began, mut retries, mut lost) = (Instant::now(), 0, 0);
        loop {
            let left = patience.budget.saturating_sub(began.elapsed());
            let outcome = self.once(chat, left).await;
            let Err(error) = &outcome else { return Asked { outcome, lost } };
            lost += u32::from(error.had_begun);
            let wait = patience.backoff.delay_honouring(retries, ambient.fraction(), error.retry_after);
            retries += 1;
            let left = patience.budget.saturating_sub(began.elapsed());
            if !error.class.is_retryable() || retries >= patience.tries || wait >= left {
                return Asked { outcome, lost };
            }
            tracing::debug!(%error, retries, "the model is asked again");
            sleep(wait).await;
        }
    }

    /// Asks once.
    ///
    /// # Errors
    /// When there is no whole answer within `budget`.
    pub async fn once(&self, chat: &Chat, budget: Duration) -> Result<Completion, ModelError> {
        let answer = timeout(budget, self.exchange(chat)).await;
        let late = || ModelError { had_begun: true, ..ModelError::passing("the model took too long") };
        answer.unwrap_or_else(|_| Err(late())).map_err(|error| self.without_key(error))
    }

    async fn exchange(&self, chat: &Chat) -> Result<Completion, ModelError> {
        let mut request = self.http.post(format!("{}/chat/completions", self.base_url)).json(&chat.to_json());
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose());
        }
        let unreachable = |error| ModelError::passing(format!("no answer: {}", describe(error)));
        let response = request.send().await.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_stream = content_type.is_none_or(|kind| kind.starts_with("text/event-stream"));
        let read = if is_stream { read_stream(response).await } else { read_whole(response).await };
        read.map_err(|error| ModelError { had_begun: true, ..error })
    }

    /// Some endpoints repeat a key that they do not know.
    fn without_key(&self, error: ModelError) -> ModelError {
        let Some(key) = self.key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) else {
            return error;
        };
        ModelError { text: error.text.replace(key, "***"), ..error }
    }
}

async fn refusal(response: Response) -> ModelError {
    let (status, wait) = (response.status(), retry_after(response.headers()));
    let body = crate::transport::read(response, BODY_MAX).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    ModelError { retry_after: wait, ..ModelError::of_status(status, &body) }
}

async fn read_stream(mut response: Response) -> Result<Completion, ModelError> {
    let (mut events, mut assembly, mut length) = (Events::default(), Assembly::default(), 0);
    while let Some(chunk) = next_chunk(&mut response).await? {
        length += chunk.len();
        if length > STREAM_MAX {
            return Err(ModelError::passing(format!("the stream is longer than {STREAM_MAX} bytes")));
        }
        for data in events.push(&chunk).map_err(ModelError::passing)? {
            assembly.take(&data)?;
        }
        if assembly.is_done() {
            return assembly.complete();
        }
    }
    events.finish().map_or(Ok(()), |data| assembly.take(&data))?;
    assembly.complete()
}

async fn next_chunk(response: &mut Response) -> Result<Option<Vec<u8>>, ModelError> {
    let chunk = timeout(SILENCE_MAX, response.chunk()).await;
    let chunk = chunk.map_err(|_| ModelError::passing("the model fell silent"))?;
    let broken = |error| ModelError::passing(format!("the answer broke off: {}", describe(error)));
    Ok(chunk.map_err(broken)?.map(|bytes| bytes.to_vec()))
}

/// A server that does not know how to stream, or has an error to tell.
async fn read_whole(response: Response) -> Result<Completion, ModelError> {
    let wait = retry_after(response.headers());
    let body = crate::transport::read(response, BODY_MAX).await.map_err(ModelError::passing)?;
    let mut assembly = Assembly::default();
    let taken = assembly.take(&String::from_utf8_lossy(&body));
    taken.map_err(|error| ModelError { retry_after: wait, ..error })?;
    assembly.complete()
}
