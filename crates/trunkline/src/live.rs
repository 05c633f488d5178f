//! The live stream: one SSE connection per browser, resumed where it broke off.
//!
//! One task per process follows the event log, reads each changed thing once and hands it to every browser.
//! A browser that comes back names the last event it saw and first gets what it missed; one that was away
//! too long is told to fetch everything anew. So no client ever polls, and none misses a change.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event as SseEvent, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio::sync::{Notify, watch};
use tokio::time::Interval;
use tokio_util::sync::CancellationToken;
use trunkline_domain::ids::{ContactId, ConversationId, MessageId};
use trunkline_store::{Engine, Result, Store, Tx};
use utoipa_axum::routes;

use crate::accounts::{Accounts, Actor};
use crate::contacts;
use crate::events::{self, Event, EventCursor, Events, Subject};
use crate::http::ApiRoutes;
use crate::inbox::{load_conversations, load_messages};

/// Entries read at a time.
const READ_MAX: usize = 500;
/// Entries a returning browser is told one by one; further behind, fetching anew is cheaper.
const BACKLOG_MAX: usize = 1_000;
/// Batches a slow browser may be behind before it has to start over.
const LAG_MAX: usize = 256;
/// How often PostgreSQL is asked for what other nodes have recorded.
const POLL: Duration = Duration::from_millis(250);
/// How often the log is looked at while nobody watches: only so that whoever comes does not begin long ago.
const UNWATCHED: Duration = Duration::from_millis(500);
/// The wait after the database could not be asked.
const STORE_AWAY: Duration = Duration::from_millis(500);
/// How often a stream makes sure that its browser is still signed in, and shows a sign of life, so that
/// proxies keep the connection open and the app notices one that is half open.
const SESSION_CHECK: Duration = Duration::from_secs(15);

/// One change as browsers get it.
#[derive(Debug)]
struct Change {
    cursor: EventCursor,
    kind: &'static str,
    data: String,
}

/// The handle of the stream.
#[derive(Clone)]
pub(crate) struct Live {
    store: Store,
    events: Events,
    accounts: Accounts,
    changes: Sender<Arc<Vec<Change>>>,
    /// Whether the log is being followed: what is recorded from then on reaches every browser.
    following: watch::Sender<bool>,
    /// A browser came.
    joined: Arc<Notify>,
    stop: CancellationToken,
}

impl Live {
    pub(crate) fn new(store: Store, events: Events, accounts: Accounts, stop: CancellationToken) -> Self {
        let (changes, following) = (Sender::new(LAG_MAX), watch::Sender::new(false));
        Live { store, events, accounts, changes, following, joined: Arc::default(), stop }
    }

    /// Follows the log until the process stops.
    pub(crate) async fn follow(self) {
        let mut news = self.events.news();
        let mut cursor = self.start().await;
        self.following.send_replace(true);
        loop {
            news.mark_unchanged();
            if self.changes.receiver_count() == 0 {
                cursor = self.skip(cursor).await;
                tokio::select! {
                    () = self.stop.cancelled() => return,
                    () = self.joined.notified() => {}
                    () = quiet(self.store.engine(), &mut news) => {}
                }
                continue;
            }
            match self.next(cursor).await {
                Ok(Some((after, changes))) => {
                    cursor = after;
                    // Without browsers there is nobody to tell, which is no error.
                    drop(self.changes.send(Arc::new(changes)));
                    continue;
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "the event log could not be read");
                    tokio::time::sleep(STORE_AWAY).await;
                    continue;
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                _ = news.changed() => {}
                () = poll(self.store.engine()) => {}
            }
        }
    }

    /// Where to go on from when nobody was there to be told of anything before: reading things for nobody would
    /// cost as much as changing them. What a browser that comes meanwhile may not know is not skipped.
    async fn skip(&self, cursor: EventCursor) -> EventCursor {
        match self.store.read(events::latest).await {
            Ok(latest) if self.changes.receiver_count() == 0 => cursor.max(latest),
            Ok(_) => cursor,
            Err(error) => {
                tracing::warn!(%error, "the event log could not be read");
                cursor
            }
        }
    }

    async fn start(&self) -> EventCursor {
        loop {
            match self.store.read(events::latest).await {
                Ok(cursor) => return cursor,
                Err(error) => tracing::warn!(%error, "the event log could not be read"),
            }
            tokio::time::sleep(STORE_AWAY).await;
        }
    }

    async fn next(&self, cursor: EventCursor) -> Result<Option<(EventCursor, Vec<Change>)>> {
        self.store
            .read(move |tx| {
                let entries = events::since(tx, cursor, READ_MAX)?;
                let Some(last) = entries.last().map(|entry| entry.cursor) else { return Ok(None) };
                Ok(Some((last, changes(tx, &entries)?)))
            })
            .await
    }

    /// What a browser missed since `cursor`, or `None` if that is too much or no longer known.
    async fn missed(&self, cursor: EventCursor) -> Result<Option<Vec<Change>>> {
        self.store
            .read(move |tx| {
                // Older than the log goes back, or the cursor of another database.
                let known = events::oldest(tx)?..=events::latest(tx)?;
                if !known.contains(&cursor) {
                    return Ok(None);
                }
                let entries = events::since(tx, cursor, BACKLOG_MAX + 1)?;
                if entries.len() > BACKLOG_MAX { Ok(None) } else { changes(tx, &entries).map(Some) }
            })
            .await
    }
}

/// Until something happened, and a moment longer: nobody watches.
async fn quiet(engine: Engine, news: &mut watch::Receiver<()>) {
    tokio::select! {
        _ = news.changed() => {}
        () = poll(engine) => {}
    }
    tokio::time::sleep(UNWATCHED).await;
}

async fn poll(engine: Engine) {
    match engine {
        Engine::Sqlite => std::future::pending().await,
        Engine::Postgres => tokio::time::sleep(POLL).await,
    }
}

/// Reads the things that changed, each once, as they are now; the latest mention of each counts.
fn changes(tx: &mut Tx<'_>, entries: &[Event]) -> Result<Vec<Change>> {
    let mut seen = HashSet::new();
    let mut latest: Vec<(EventCursor, Subject)> = entries
        .iter()
        .rev()
        .filter_map(|entry| entry.subject.map(|subject| (entry.cursor, subject)))
        .filter(|(_, subject)| seen.insert(*subject))
        .collect();
    latest.reverse();
    let bodies = bodies(tx, &latest)?;
    let change = |(cursor, subject)| {
        let (kind, data) = bodies.get(&subject)?.clone();
        Some(Change { cursor, kind, data })
    };
    Ok(latest.into_iter().filter_map(change).collect())
}

type Bodies = HashMap<Subject, (&'static str, String)>;

fn bodies(tx: &mut Tx<'_>, subjects: &[(EventCursor, Subject)]) -> Result<Bodies> {
    let (mut messages, mut conversations, mut people): (Vec<MessageId>, Vec<ConversationId>, Vec<ContactId>) =
        Default::default();
    for (_, subject) in subjects {
        match *subject {
            Subject::Message(id) => messages.push(id),
            Subject::Conversation(id) => conversations.push(id),
            Subject::Contact(id) => people.push(id),
        }
    }
    let mut bodies = Bodies::new();
    for view in load_messages(tx, &messages)? {
        bodies.insert(Subject::Message(view.id), ("message", json(&view)));
    }
    for view in load_conversations(tx, &conversations)? {
        bodies.insert(Subject::Conversation(view.id), ("conversation", json(&view)));
    }
    for id in people {
        if let Some(contact) = contacts::find(tx, id)? {
            bodies.insert(Subject::Contact(id), ("contact", json(&contact)));
        }
    }
    Ok(bodies)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn routes() -> ApiRoutes<Live> {
    ApiRoutes::new().viewer(routes!(stream_events))
}

/// Changes as they happen, as server-sent events: `message`, `conversation` and `contact` carry the thing as
/// it is now; `ping` comes every 15 seconds; `resync` means that too much was missed and everything has to be fetched anew; `session` that
/// the session has ended.
#[utoipa::path(get, path = "/api/events", tag = "live",
    params(("Last-Event-ID" = Option<String>, Header, description = "Resume after this event")),
    responses((status = 200, description = "A stream of server-sent events", content_type = "text/event-stream")))]
async fn stream_events(State(live): State<Live>, actor: Actor, headers: HeaderMap) -> Response {
    let last: Option<EventCursor> =
        headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let stream = browser(live, actor, last);
    let mut response = Sse::new(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather a response before passing it on would hold the stream back (nginx).
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// One browser's stream. It subscribes before it looks for what was missed, so nothing falls between.
fn browser(
    live: Live,
    actor: Actor,
    last: Option<EventCursor>,
) -> impl Stream<Item = std::result::Result<SseEvent, Infallible>> {
    let mut changes = live.changes.subscribe();
    live.joined.notify_one();
    async_stream::stream! {
        // Before that, a change could fall between what was missed and what is followed.
        let mut following = live.following.subscribe();
        tokio::select! {
            () = live.stop.cancelled() => return,
            _ = following.wait_for(|following| *following) => {}
        }
        let (first, seen) = first_events(&live, last).await;
        for event in first {
            yield Ok(event);
        }
        let mut check = tokio::time::interval(SESSION_CHECK);
        loop {
            match next(&live, &actor, &mut changes, &mut check).await {
                Step::Changes(batch) => {
                    for change in batch.iter().filter(|change| change.cursor > seen) {
                        yield Ok(sse(change));
                    }
                }
                Step::TooSlow => yield Ok(resync()),
                Step::StillHere => yield Ok(ping()),
                Step::SignedOut => {
                    yield Ok(SseEvent::default().event("session").data(r#"{"signed_out":true}"#));
                    return;
                }
                Step::Stopping => return,
            }
        }
    }
}

/// What a browser is told at once, and up to where it then knows everything: what it missed, or that it has
/// to fetch everything anew. One that knows nothing yet is told its place, so that it can resume from there
/// even if it is cut off before anything happens.
async fn first_events(live: &Live, last: Option<EventCursor>) -> (Vec<SseEvent>, EventCursor) {
    let missed = match last {
        Some(last) => live.missed(last).await.ok().flatten(),
        None => None,
    };
    match (missed, last) {
        (Some(missed), Some(last)) => {
            let seen = missed.iter().map(|change| change.cursor).fold(last, EventCursor::max);
            let connected = SseEvent::default().comment("connected");
            (std::iter::once(connected).chain(missed.iter().map(sse)).collect(), seen)
        }
        (_, last) => {
            let mut events = vec![place(live).await];
            events.extend(last.map(|_| resync()));
            (events, EventCursor::default())
        }
    }
}

/// An event without data: browsers keep its id and show nothing (HTML, server-sent events, "dispatch the
/// event").
async fn place(live: &Live) -> SseEvent {
    match live.store.read(events::latest).await {
        Ok(latest) => SseEvent::default().id(latest.to_string()),
        Err(_) => SseEvent::default().comment("connected"),
    }
}

/// What a stream does next.
enum Step {
    Changes(Arc<Vec<Change>>),
    /// This browser fell too far behind.
    TooSlow,
    /// The session is still valid.
    StillHere,
    SignedOut,
    /// The process ends.
    Stopping,
}

async fn next(
    live: &Live,
    actor: &Actor,
    changes: &mut Receiver<Arc<Vec<Change>>>,
    check: &mut Interval,
) -> Step {
    tokio::select! {
        () = live.stop.cancelled() => Step::Stopping,
        received = changes.recv() => match received {
            Ok(batch) => Step::Changes(batch),
            Err(RecvError::Lagged(_)) => Step::TooSlow,
            Err(RecvError::Closed) => Step::Stopping,
        },
        _ = check.tick() => match live.accounts.still_signed_in(actor).await {
            Ok(None) => Step::SignedOut,
            // A database that is away for a moment signs nobody out.
            Ok(Some(_)) | Err(_) => Step::StillHere,
        },
    }
}

fn sse(change: &Change) -> SseEvent {
    SseEvent::default().id(change.cursor.to_string()).event(change.kind).data(&change.data)
}

/// A sign of life that the app can see: browsers hide comments, and a connection that is half open shows no
/// other difference to one on which nothing happens.
fn ping() -> SseEvent {
    SseEvent::default().event("ping").data("{}")
}

fn resync() -> SseEvent {
    SseEvent::default().event("resync").data("{}")
}
