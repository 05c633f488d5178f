//! The pace of each line: how fast it may send, shared by all nodes, and whether it works at all.
//!
//! A line's rate and breaker stand in one row that all nodes lock for a moment when they lease a block of send
//! slots; nothing shared is touched per message. A message takes its slot right before it is handed over. The
//! breaker of a node decides alone and tells the others by the row.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use futures::FutureExt;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::breaker::{self, Breaker, Health, Outcome, Permit, Position};
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::{LineId, MessageId};
use trunkline_domain::rate::{Ask, LATENESS, Rate, Reserved, Slots};
use trunkline_domain::time::Timestamp;
use trunkline_providers::SendOutcome;
use trunkline_store::{Engine, Result, Store, Tx, sql};
use uuid::Uuid;

use crate::config;
use crate::jobs::{Job, Pools, Room};
use crate::lines::{Line, Lines};

/// Jobs of a line without limits that start at once.
const UNLIMITED: usize = 100;

/// A slot further away than this is not waited for: the message goes back to its queue.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// How much later than its slot a message may leave, so that no second holds more than the rate.
const WOKEN_LATE: Duration = Duration::from_millis(LATENESS.as_millis() as u64 / 2);

/// How often a message asks for a slot before it goes back.
const TRIES: usize = 5;

/// How old what we know of other nodes' breakers may be.
const NEWS_AGE: Duration = Duration::from_secs(1);

/// When an open breaker that a person has to close is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// The provider's "too fast" without a time to wait.
const PAUSE: Duration = Duration::from_secs(1);

/// The pace of every line.
#[derive(Clone)]
pub(crate) struct Pace {
    store: Store,
    ambient: Ambient,
    settings: breaker::Settings,
    in_flight_max: usize,
    lines: Lines,
    /// Of each line that was in use since this process started.
    states: Arc<ArcSwap<HashMap<LineId, Arc<Mutex<Now>>>>>,
}

/// A line as it is now, and its state, which outlives changes to the line.
#[derive(Clone)]
struct PacedLine {
    line: Arc<Line>,
    now: Arc<Mutex<Now>>,
}

#[derive(Default)]
struct Now {
    slots: Slots,
    breaker: Breaker,
    /// Claimed, and no slot taken yet.
    waiting: HashSet<Uuid>,
    /// When the row was read last.
    read_at: Timestamp,
    /// The provider asked us to keep away until then.
    paused_until: Option<Timestamp>,
    /// The next job claimed is to try a line whose breaker is half open.
    probe_granted: bool,
    /// The message that does, and has not reached the provider yet.
    probing: Option<Uuid>,
}

/// What a message that wants to leave hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is its turn.
    Now,
    /// Not before then.
    Later(Timestamp),
}

/// The row of a line.
#[derive(Default)]
struct Shared {
    rate: Rate,
    breaker: Breaker,
}

impl Pace {
    pub(crate) async fn open(
        store: &Store,
        ambient: &Ambient,
        lines: &Lines,
        config: &config::Delivery,
    ) -> Result<Pace> {
        let pace = Pace {
            store: store.clone(),
            ambient: ambient.clone(),
            settings: breaker::Settings {
                failures_in_row: config.breaker_failures,
                ..breaker::Settings::default()
            },
            in_flight_max: config.in_flight_max,
            lines: lines.clone(),
            states: Arc::default(),
        };
        for line in lines.all() {
            pace.paced(line.info.id).await?;
        }
        Ok(pace)
    }

    /// The line, if it is in use; its state is read when it is needed first.
    async fn paced(&self, id: LineId) -> Result<Option<PacedLine>> {
        if let Some(paced) = self.known(id) {
            return Ok(Some(paced));
        }
        if self.lines.get(id).is_none() {
            return Ok(None);
        }
        let now = self.ambient.now();
        let Shared { rate, breaker } = self.store.write(move |tx| first_read(tx, id, now)).await?;
        let paused_until = rate.paused_until(now);
        let state = Arc::new(Mutex::new(Now { breaker, read_at: now, paused_until, ..Now::default() }));
        self.states.rcu(|states| {
            let mut states = HashMap::clone(states);
            // Whoever was first wins: two states would give out two budgets.
            states.entry(id).or_insert_with(|| state.clone());
            states
        });
        Ok(self.known(id))
    }

    fn known(&self, id: LineId) -> Option<PacedLine> {
        let (line, now) = (self.lines.get(id)?, self.states.load().get(&id)?.clone());
        Some(PacedLine { line, now })
    }

    /// The line that a message of this one is better sent through now: this one's breaker is open, and the
    /// other's is not.
    pub(super) fn detour(&self, id: LineId) -> Option<Arc<Line>> {
        if self.position(id) != Position::Open {
            return None;
        }
        self.others(id).find(|other| self.position(other.info.id) == Position::Closed)
    }

    /// The lines that may stand in for this one, in order.
    pub(super) fn others(&self, id: LineId) -> impl Iterator<Item = Arc<Line>> + use<'_> {
        self.lines.stand_ins(id)
    }

    fn position(&self, id: LineId) -> Position {
        match self.known(id) {
            Some(paced) => paced.now.lock().breaker.position(),
            // A line that is gone is never tried again, whatever may stand in for it.
            None if self.lines.get(id).is_none() => Position::Open,
            None => Position::Closed,
        }
    }

    /// What to show of a line's breaker.
    pub(crate) fn health(&self, id: LineId) -> Option<Health> {
        self.known(id).map(|paced| paced.now.lock().breaker.health())
    }

    /// What a line used of its rate: in the last minute, in the last day, and until when it is paused.
    pub(crate) fn usage(
        tx: &mut Tx<'_>,
        id: LineId,
        now: Timestamp,
    ) -> Result<(u32, u32, Option<Timestamp>)> {
        let Shared { rate, .. } = read(tx, id)?.unwrap_or_default();
        Ok((rate.used_last_minute(now), rate.used_today(now), rate.paused_until(now)))
    }

    /// A person opens or closes a line's breaker.
    pub(crate) async fn force(&self, id: LineId, open: Option<String>) -> Result<()> {
        let Some(paced) = self.paced(id).await? else { return Ok(()) };
        let now = self.ambient.now();
        let breaker = {
            let mut held = paced.now.lock();
            match open {
                Some(reason) => held.breaker.force_open(now, &reason),
                None => held.breaker.force_close(),
            }
            held.breaker.clone()
        };
        self.tell(id, breaker, now).await
    }

    /// Waits for the turn of a message of so many segments.
    pub(super) async fn turn(&self, id: LineId, message: MessageId, segments: u32) -> Result<Turn> {
        let Some(paced) = self.paced(id).await? else { return Ok(Turn::Now) };
        if paced.line.is_unlimited() {
            let mut held = paced.now.lock();
            held.waiting.remove(&message.into());
            return Ok(held.paused(self.ambient.now()).map_or(Turn::Now, Turn::Later));
        }
        let mut again_at = self.ambient.now().plus(PAUSE);
        for _ in 0..TRIES {
            let now = self.ambient.now();
            let taken = paced.now.lock().take(message, segments, now);
            if let Some(at) = taken {
                tokio::time::sleep(at.since(now)).await;
                if self.ambient.now() <= at.max(now).plus(WOKEN_LATE) {
                    return Ok(Turn::Now);
                }
                // The processor was busy elsewhere, and the slot has passed: a later one is needed.
                continue;
            }
            let leased = self.lease(&paced, now, Some(segments)).await?;
            if let Some(wait) = leased {
                again_at = wait;
                if wait.since(now) > WAIT_MAX {
                    break;
                }
                tokio::time::sleep(wait.since(now)).await;
            }
        }
        Ok(Turn::Later(again_at))
    }

    /// Takes note of how a request to the provider ended.
    pub(super) async fn heard(&self, id: LineId, outcome: &SendOutcome) -> Result<()> {
        let (Some(paced), now) = (self.known(id), self.ambient.now()) else { return Ok(()) };
        if let SendOutcome::NotSent(refusal) = outcome
            && refusal.class == ErrorClass::Throttled
        {
            self.pause(id, now, now.plus(refusal.retry_after.unwrap_or(PAUSE))).await?;
        }
        let (changed, breaker) = {
            let mut held = paced.now.lock();
            held.probing = None;
            (held.breaker.step(&self.settings, now, seen_by_breaker(outcome)), held.breaker.clone())
        };
        let Some(position) = changed else { return Ok(()) };
        tracing::warn!(line = paced.line.info.slug, %position, "the breaker of a line has moved");
        metrics::counter!("trunkline_breaker_moves_total", "to" => position.as_str()).increment(1);
        self.tell(id, breaker, now).await
    }

    async fn pause(&self, id: LineId, now: Timestamp, until: Timestamp) -> Result<()> {
        let Some(paced) = self.known(id) else { return Ok(()) };
        // What was leased before would only be refused.
        paced.now.lock().slots = Slots::default();
        let paused_until = self
            .store
            .write_in_background(move |tx| {
                change(tx, id, now, |shared| {
                    shared.rate.pause(now, until);
                    shared.rate.paused_until(now)
                })
            })
            .await?;
        paced.now.lock().paused_until = paused_until;
        Ok(())
    }

    async fn tell(&self, id: LineId, breaker: Breaker, now: Timestamp) -> Result<()> {
        self.store
            .write_in_background(move |tx| {
                change(tx, id, now, move |shared| shared.breaker = breaker).map(|_| ())
            })
            .await
    }

    /// Leases slots for what is due on a line, and for `more` segments that are in hand. `Some`: none before
    /// then.
    async fn lease(&self, paced: &PacedLine, now: Timestamp, more: Option<u32>) -> Result<Option<Timestamp>> {
        let (id, limits) = (paced.line.info.id, paced.line.limits);
        let unused = paced.now.lock().slots.unused();
        let (reserved, breaker) = self
            .store
            .write_in_background(move |tx| {
                let (sum, largest) = segments_due(tx, id, now)?;
                let wanted = sum.saturating_add(more.unwrap_or(0));
                if wanted == 0 {
                    return Ok((None, None));
                }
                let ask = Ask::new(wanted, largest.max(more.unwrap_or(1)));
                let (reserved, breaker) = change(tx, id, now, |shared| {
                    unused.iter().for_each(|slots| shared.rate.give_back(*slots));
                    (shared.rate.reserve(&limits, now, ask), shared.breaker.clone())
                })?;
                Ok((Some(reserved), Some(breaker)))
            })
            .await?;
        let mut held = paced.now.lock();
        if let Some(breaker) = breaker {
            held.learn(breaker, now, self.store.engine());
        }
        Ok(match reserved {
            Some(Reserved::Slots(lease)) => {
                held.slots.add(lease);
                None
            }
            Some(Reserved::WaitUntil(at)) => Some(at),
            None => None,
        })
    }

    async fn room_of(&self, paced: &PacedLine, now: Timestamp) -> Result<Room> {
        self.hear_news(paced, now).await?;
        let paused = paced.now.lock().paused(now);
        if let Some(until) = paused.filter(|_| self.detour(paced.line.info.id).is_none()) {
            return Ok(Room::NoneUntil(until));
        }
        if let Some(room) = self.room_by_breaker(paced, now).await? {
            return Ok(room);
        }
        if paced.line.is_unlimited() {
            return Ok(Room::UpTo(UNLIMITED));
        }
        if paced.now.lock().free(now) == 0
            && let Some(wait) = self.lease(paced, now, None).await?
        {
            return Ok(Room::NoneUntil(wait));
        }
        Ok(Room::UpTo(paced.now.lock().free(now)))
    }

    /// What the breaker says, unless it is closed.
    async fn room_by_breaker(&self, paced: &PacedLine, now: Timestamp) -> Result<Option<Room>> {
        let health = paced.now.lock().breaker.health();
        if health.position == Position::Closed {
            return Ok(None);
        }
        if health.position == Position::Open && self.detour(paced.line.info.id).is_some() {
            return Ok(Some(Room::UpTo(UNLIMITED)));
        }
        if health.position == Position::Open && health.until.is_none_or(|until| until > now) {
            return Ok(Some(Room::NoneUntil(health.until.unwrap_or_else(|| now.plus(LOOK_AGAIN)))));
        }
        let id = paced.line.info.id;
        // A probe that is granted has to be used, so there must be something to probe with.
        let (due, _) = self.store.read(move |tx| segments_due(tx, id, now)).await?;
        if due == 0 {
            return Ok(Some(Room::UpTo(0)));
        }
        let mut held = paced.now.lock();
        Ok(match held.breaker.allow(&self.settings, now) {
            Permit::Yes => None,
            Permit::Probe => {
                held.probe_granted = true;
                Some(Room::UpTo(1))
            }
            Permit::No { until } => Some(Room::NoneUntil(until.unwrap_or_else(|| now.plus(LOOK_AGAIN)))),
        })
    }

    /// Learns what other nodes made of the line's breaker.
    async fn hear_news(&self, paced: &PacedLine, now: Timestamp) -> Result<()> {
        let engine = self.store.engine();
        if engine == Engine::Sqlite || now.since(paced.now.lock().read_at) < NEWS_AGE {
            return Ok(());
        }
        let id = paced.line.info.id;
        let shared = self.store.read(move |tx| read(tx, id)).await?.unwrap_or_default();
        let mut held = paced.now.lock();
        held.paused_until = shared.rate.paused_until(now);
        held.learn(shared.breaker, now, engine);
        Ok(())
    }
}

impl Now {
    fn take(&mut self, message: MessageId, segments: u32, now: Timestamp) -> Option<Timestamp> {
        let at = self.slots.take(segments, now)?;
        self.waiting.remove(&message.into());
        Some(at)
    }

    /// Until when the provider is to be left alone, if it is.
    fn paused(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.filter(|until| *until > now)
    }

    /// Of what was claimed, the job that is to try the line; without one the next may.
    fn choose_probe(&mut self, claimed: &[Job]) {
        if std::mem::take(&mut self.probe_granted) {
            self.probing = claimed.first().map(|job| job.subject);
            if self.probing.is_none() {
                self.breaker.unused();
            }
        }
    }

    /// A job has run: what it was given and did not use is free again. True if that was anything.
    fn take_back(&mut self, subject: Uuid) -> bool {
        let probe = self.probing.take_if(|probing| *probing == subject).is_some();
        if probe {
            self.breaker.unused();
        }
        self.waiting.remove(&subject) || probe
    }

    /// Slots that nobody claimed a job for.
    fn free(&mut self, now: Timestamp) -> usize {
        (self.slots.left(now) as usize).saturating_sub(self.waiting.len())
    }

    /// On one node what it knows itself is the truth.
    fn learn(&mut self, breaker: Breaker, now: Timestamp, engine: Engine) {
        self.read_at = now;
        let moved = breaker.position() != self.breaker.position();
        if engine == Engine::Postgres && moved && self.breaker.position() != Position::HalfOpen {
            self.breaker = breaker;
        }
    }
}

impl Pools for Pace {
    fn running_max(&self) -> usize {
        self.in_flight_max
    }

    fn ids(&self) -> Vec<Uuid> {
        self.lines.ever()
    }

    fn room(&self, pool: Uuid, now: Timestamp) -> BoxFuture<'_, Result<Room>> {
        async move {
            match self.paced(pool.into()).await? {
                Some(paced) => self.room_of(&paced, now).await,
                // Its credentials may be had again, so its messages wait.
                None if self.lines.locked(pool.into()).is_some() => Ok(Room::NoneUntil(now.plus(LOOK_AGAIN))),
                // The line is gone: its messages take another, or end as dead letters, at any pace.
                None => Ok(Room::UpTo(UNLIMITED)),
            }
        }
        .boxed()
    }

    fn started(&self, pool: Uuid, jobs: &[Job]) {
        if let Some(paced) = self.known(pool.into()) {
            let mut held = paced.now.lock();
            held.waiting.extend(jobs.iter().map(|job| job.subject));
            held.choose_probe(jobs);
        }
    }

    fn ended(&self, pool: Uuid, job: &Job) -> bool {
        self.known(pool.into()).is_some_and(|paced| paced.now.lock().take_back(job.subject))
    }
}

/// A provider that refuses one message for its own sake works.
fn seen_by_breaker(outcome: &SendOutcome) -> Outcome {
    match outcome {
        SendOutcome::Accepted(_) => Outcome::Success,
        SendOutcome::Unknown { reason } => Outcome::Failure { reason: reason.clone() },
        SendOutcome::NotSent(refusal) => match refusal.class {
            ErrorClass::Throttled => Outcome::Throttled,
            ErrorClass::Retry | ErrorClass::Account => Outcome::Failure { reason: refusal.text.clone() },
            _ => Outcome::Success,
        },
    }
}

/// Opens the breaker of a line for a reason, or closes it, without a process that runs. Nodes hear of it like of each
/// other's.
pub(crate) async fn pause(store: &Store, now: Timestamp, id: LineId, reason: Option<String>) -> Result<()> {
    store
        .write(move |tx| {
            first_read(tx, id, now)?;
            change(tx, id, now, |shared| match &reason {
                Some(reason) => shared.breaker.force_open(now, reason),
                None => shared.breaker.force_close(),
            })
        })
        .await
}

/// Whether the breaker of a line is open, without a process that runs.
pub(crate) async fn rests(store: &Store, id: LineId) -> Result<bool> {
    let shared = store.read(move |tx| read(tx, id)).await?;
    Ok(shared.is_some_and(|shared| shared.breaker.health().position == Position::Open))
}

/// The segments of what is due on a line: in all, and of the largest. A hundred messages are looked at.
fn segments_due(tx: &mut Tx<'_>, id: LineId, now: Timestamp) -> Result<(u32, u32)> {
    tx.query_one(
        sql!(
            "select cast(coalesce(sum(d.segments), 0) as bigint), coalesce(max(d.segments), 1) from (select coalesce(m.segments, 1) as segments \
             from jobs j join messages m on m.id = j.subject \
             where j.pool = $1 and j.lane in (0, 1, 2) and j.due_at <= $2 and j.epoch is null limit 100) d"
        ),
        &[id.into(), now.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

fn first_read(tx: &mut Tx<'_>, id: LineId, now: Timestamp) -> Result<Shared> {
    tx.execute(
        sql!(
            "insert into line_states (line_id, rate, breaker, updated_at) values ($1, $2, $3, $4) \
             on conflict (line_id) do nothing"
        ),
        &[
            id.into(),
            serde_json::json!(Rate::default()).into(),
            serde_json::json!(Breaker::default()).into(),
            now.into(),
        ],
    )?;
    Ok(read(tx, id)?.unwrap_or_default())
}

fn read(tx: &mut Tx<'_>, id: LineId) -> Result<Option<Shared>> {
    tx.query_opt(sql!("select rate, breaker from line_states where line_id = $1"), &[id.into()], |row| {
        let (rate, breaker): (serde_json::Value, serde_json::Value) = (row.get(0)?, row.get(1)?);
        // What another release wrote and this one cannot read starts anew.
        Ok(Shared {
            rate: serde_json::from_value(rate).unwrap_or_default(),
            breaker: serde_json::from_value(breaker).unwrap_or_default(),
        })
    })
}

/// Changes the row of a line while nobody else can.
fn change<T>(
    tx: &mut Tx<'_>,
    id: LineId,
    now: Timestamp,
    change: impl FnOnce(&mut Shared) -> T,
) -> Result<T> {
    tx.lock(&format!("pace/{id}"))?;
    let mut shared = read(tx, id)?.unwrap_or_default();
    let result = change(&mut shared);
    tx.execute(
        sql!("update line_states set rate = $2, breaker = $3, updated_at = $4 where line_id = $1"),
        &[
            id.into(),
            serde_json::json!(shared.rate).into(),
            serde_json::json!(shared.breaker).into(),
            now.into(),
        ],
    )?;
    Ok(result)
}
