//! Planned messages that the provider keeps until their time (`delivery/hand_over`).

use std::time::Duration;

use trunkline_domain::hand_over::{self, Event, HandOver, Next, Seen, Stage, Standing};
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::{self, Answer, MessageState, Outgoing};
use trunkline_domain::time::Timestamp;

use super::Node;
use super::jobs::Claimed;
use super::report::Report;
use super::send::Outcome;
use crate::bug::Bug;
use crate::store::{
    Attempt, Job, Kept, Kind, Message, Phone, Result, Sid, SidOwner, StoreError, Subject, Tx, Wish,
};
use crate::world::Outbound;

/// The wait while it is not known whether the provider has another message for the same person.
const RECIPIENT_BUSY: Duration = Duration::from_secs(15);

/// The wait when this node's lease is not fresh enough to start a request.
const LEASE_STALE: Duration = Duration::from_secs(1);

/// The wait before an answer that could not be recorded is recorded again.
const STORE_AWAY: Duration = Duration::from_millis(200);

/// How far the provider's clock may be behind ours.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// Which hand-over.
pub(super) type Key = (MessageId, u32);

/// What a look at the row says has to be done.
enum Plan {
    Nothing,
    HandOver(Message, Key, Timestamp),
    LookUp(Message, Key, Kept),
    Ask(Key, Sid),
    CallBack(Key, Sid),
}

/// What the provider said.
#[derive(Clone, Copy, Debug)]
enum Told {
    Answer(Outcome),
    Saw(Seen, Option<(Sid, MessageState)>),
}

/// What is left to be done.
#[derive(Clone, Copy, Debug)]
enum Done {
    Next(Timestamp),
    Over,
}

fn there(sid: Sid, state: MessageState) -> Told {
    Told::Saw(Seen::There(Standing::of(state)), Some((sid, state)))
}

impl Node {
    pub(super) async fn hand_over_job(&self, job: &Claimed, id: MessageId) -> Result<()> {
        let (key, told) = match self.plan_hand_over(job, id).await {
            Ok(Plan::Nothing) | Err(StoreError::ClaimLost) => return Ok(()),
            Ok(Plan::HandOver(message, key, leaves_at)) => {
                let told = self.ask_to_keep(id, &message, key.1, leaves_at).await;
                (key, told)
            }
            Ok(Plan::LookUp(message, key, kept)) => (key, self.find_kept(&message, &kept).await?),
            Ok(Plan::Ask(key, sid)) => (key, self.fetch_kept(sid).await),
            Ok(Plan::CallBack(key, sid)) => (key, self.call_back(sid).await),
            Err(error) => return Err(error),
        };
        self.trace(format_args!("hand-over of {id}: {told:?}"));
        loop {
            match self.record_told(job, key, told).await {
                Err(StoreError::Unavailable) => self.sleep(STORE_AWAY).await,
                Err(StoreError::ClaimLost) => return Ok(()),
                result => return result,
            }
        }
    }

    async fn plan_hand_over(&self, job: &Claimed, id: MessageId) -> Result<Plan> {
        let mut tx = self.begin().await?;
        let plan = self.planned_hand_over(&mut tx, job, id).await?;
        self.commit(tx).await?;
        Ok(plan)
    }

    async fn planned_hand_over(&self, tx: &mut Tx, job: &Claimed, id: MessageId) -> Result<Plan> {
        tx.statement().await?;
        if let Some(message) = tx.get::<Message>(&id) {
            self.hold_address(tx, message.to).await?;
        }
        let Some(message) = self.lock_message(tx, id).await? else {
            self.finish(tx, job).await?;
            return Ok(Plan::Nothing);
        };
        let Some((key, mut kept)) = self.open_hand_over(tx, id).await? else {
            return self.begin_hand_over(tx, job, id, message).await;
        };
        let now = self.now();
        match (kept.hand_over.stage, kept.sid) {
            (Stage::Asked, _) => {
                let event = if self.has(Bug::DeadHandOverForgotten) {
                    Event::Answered(message::Answer::NotSent {
                        class: trunkline_domain::error_class::ErrorClass::Retry,
                        retry_after: None,
                    })
                } else {
                    Event::WorkerDied
                };
                let done = self.advance(tx, key, &message, &mut kept, event).await?;
                self.go_on(tx, job, done).await?;
                Ok(Plan::Nothing)
            }
            (Stage::Held, Some(sid)) => {
                self.ask_gate_about(tx, key, &mut kept).await?;
                if kept.hand_over.wanted_back {
                    return Ok(Plan::CallBack(key, sid));
                }
                if now >= kept.hand_over.leaves_at {
                    return Ok(Plan::Ask(key, sid));
                }
                let waits = Event::Seen(Seen::There(Standing::Waits));
                let done = self.advance(tx, key, &message, &mut kept, waits).await?;
                self.go_on(tx, job, done).await?;
                Ok(Plan::Nothing)
            }
            (Stage::Watched, Some(sid)) => Ok(Plan::CallBack(key, sid)),
            _ => Ok(Plan::LookUp(message, key, kept)),
        }
    }

    async fn begin_hand_over(
        &self,
        tx: &mut Tx,
        job: &Claimed,
        id: MessageId,
        message: Message,
    ) -> Result<Plan> {
        let now = self.now();
        let waits = message.outgoing.state == MessageState::Scheduled;
        let at = message.planned_for.filter(|_| waits);
        let Some((at, due_at)) = at.and_then(|at| Some((at, hand_over::due(at, now)?))) else {
            self.finish(tx, job).await?;
            return Ok(Plan::Nothing);
        };
        let busy = self.another_is_in_doubt(tx, message.to).await?;
        if due_at > now || busy || !self.is_fresh() {
            let wait = if busy { RECIPIENT_BUSY } else { LEASE_STALE };
            self.postpone(tx, job, due_at.max(now.plus(wait))).await?;
            return Ok(Plan::Nothing);
        }
        if !self.gate(tx, message.to).await? || !self.put_off(tx, id, Timestamp::MAX).await? {
            self.finish(tx, job).await?;
            return Ok(Plan::Nothing);
        }
        tx.statement().await?;
        let number = tx.find::<Attempt>(|(of, _), _| *of == id).len() as u32 + 1;
        let attempt = Attempt { to: message.to, started_at: now, unresolved: false };
        _ = tx.insert((id, number), attempt).await?;
        tx.statement().await?;
        let kept = Kept {
            to: message.to,
            hand_over: HandOver::new(at, message.outgoing.policy),
            sid: None,
            wishes: Vec::new(),
            ask_gate: false,
            started_at: now,
        };
        _ = tx.insert((id, number), kept).await?;
        self.assert_claim(tx, job).await?;
        Ok(Plan::HandOver(message, (id, number), at))
    }

    /// Whether it is not known of another hand-over to the same person what the provider calls it. The caller
    /// holds the address.
    async fn another_is_in_doubt(&self, tx: &Tx, to: Phone) -> Result<bool> {
        if self.has(Bug::HandOversInDoubtTogether) {
            return Ok(false);
        }
        tx.statement().await?;
        let unnamed = |kept: &Kept| kept.to == to && kept.sid.is_none() && kept.hand_over.stage.is_open();
        Ok(!tx.find::<Kept>(|_, kept| unnamed(kept)).is_empty())
    }

    /// Moves the send job of a message that waits, unless somebody has it in hand (`Jobs::reschedule`).
    async fn put_off(&self, tx: &mut Tx, id: MessageId, at: Timestamp) -> Result<bool> {
        tx.statement().await?;
        let key = (Kind::Send, Subject::Message(id));
        let put_off = |job: Job| Some(Job { due_at: at, ready_at: at, ..job });
        tx.update::<Job>(&key, |job| job.epoch.is_none(), put_off).await
    }

    async fn ask_to_keep(&self, id: MessageId, message: &Message, number: u32, at: Timestamp) -> Told {
        if !self.is_fresh() {
            let class = trunkline_domain::error_class::ErrorClass::Retry;
            return Told::Answer(Outcome::NotSent { class, retry_after: None });
        }
        let Message { key, to, body, .. } = *message;
        let outbound = Outbound { id, number, key, to, body, keep_until: Some(at) };
        let exchange = self.world.create(outbound).await;
        self.step().await;
        Told::Answer(self.classify(exchange))
    }

    async fn find_kept(&self, message: &Message, kept: &Kept) -> Result<Told> {
        let since = kept.started_at.minus(CLOCK_SKEW);
        let Some(listed) = self.world.list_outbound(message.to).await else {
            return Ok(Told::Saw(Seen::Unavailable, None));
        };
        self.step().await;
        let alike: Vec<_> = listed
            .into_iter()
            .filter(|remote| remote.kept && remote.body == message.body && remote.created_at >= since)
            .collect();
        self.world
            .store
            .read(|tables| {
                let known = |sid: Sid| {
                    tables.sid_owners.contains_key(&sid)
                        || tables.kept.values().any(|row| row.sid == Some(sid))
                };
                let found = alike.iter().find(|remote| !known(remote.sid));
                found.map_or(Told::Saw(Seen::Missing, None), |remote| there(remote.sid, remote.state))
            })
            .await
    }

    async fn fetch_kept(&self, sid: Sid) -> Told {
        let found = self.world.fetch(sid).await;
        self.step().await;
        match found {
            Some(Some(state)) => there(sid, state),
            Some(None) => Told::Saw(Seen::Missing, None),
            None => Told::Saw(Seen::Unavailable, None),
        }
    }

    async fn call_back(&self, sid: Sid) -> Told {
        let canceled = self.world.cancel(sid).await;
        self.step().await;
        match canceled {
            Some(state) => there(sid, state),
            None => self.fetch_kept(sid).await,
        }
    }

    async fn record_told(&self, job: &Claimed, key: Key, told: Told) -> Result<()> {
        let mut tx = self.begin().await?;
        let sid = match told {
            Told::Answer(Outcome::Accepted(sid)) | Told::Saw(_, Some((sid, _))) => Some(sid),
            _ => None,
        };
        if let Some(sid) = sid {
            self.hold_reports(&tx, sid).await?;
        }
        self.written_told(&mut tx, job, key, told, sid).await?;
        self.commit(tx).await
    }

    async fn written_told(
        &self,
        tx: &mut Tx,
        job: &Claimed,
        key: Key,
        told: Told,
        sid: Option<Sid>,
    ) -> Result<()> {
        let (Some(message), Some(mut kept)) =
            (self.lock_message(tx, key.0).await?, tx.get_locked::<Kept>(&key).await?)
        else {
            return self.finish(tx, job).await;
        };
        let stale = match told {
            Told::Answer(_) => kept.hand_over.stage != Stage::Asked,
            Told::Saw(..) => !kept.hand_over.stage.is_open(),
        };
        if stale {
            return if kept.hand_over.stage.is_open() {
                self.postpone(tx, job, self.now()).await
            } else {
                self.finish(tx, job).await
            };
        }
        kept.sid = sid.or(kept.sid);
        let event = match told {
            Told::Answer(Outcome::Accepted(_)) => Event::Answered(Answer::Accepted),
            Told::Answer(Outcome::NotSent { class, retry_after }) => {
                Event::Answered(Answer::NotSent { class, retry_after })
            }
            Told::Answer(Outcome::Unknown) if self.has(Bug::DoubtfulHandOverForgotten) => {
                let class = trunkline_domain::error_class::ErrorClass::Retry;
                Event::Answered(Answer::NotSent { class, retry_after: None })
            }
            Told::Answer(Outcome::Unknown) => Event::Answered(Answer::Doubtful),
            Told::Saw(Seen::There(Standing::Left), Some((sid, state))) => {
                tx.put(key, Some(kept));
                let report = Report { receipt_id: self.id(), sid, mark: Some(key), state, polled: true };
                self.report(tx, &report).await?;
                return self.finish(tx, job).await;
            }
            Told::Saw(seen, _) => Event::Seen(seen),
        };
        let done = self.advance(tx, key, &message, &mut kept, event).await?;
        self.go_on(tx, job, done).await
    }

    async fn go_on(&self, tx: &mut Tx, job: &Claimed, done: Done) -> Result<()> {
        match done {
            Done::Next(at) => self.postpone(tx, job, at).await,
            Done::Over => self.finish(tx, job).await,
        }
    }

    /// One step, and what follows from it to the message. The caller holds message and row.
    async fn advance(
        &self,
        tx: &mut Tx,
        key: Key,
        message: &Message,
        kept: &mut Kept,
        event: Event,
    ) -> Result<Done> {
        let (now, before) = (self.now(), kept.hand_over);
        let (after, mut next) = before.step(&self.world.timing, now, event);
        kept.hand_over = after;
        if after.stage == Stage::Held && before.stage != Stage::Held {
            self.save(tx, key.0, message, message.outgoing, kept.sid).await?;
            if self.ask_gate_about(tx, key, kept).await? {
                next = Next::CallBackAt(now);
            }
        }
        tx.put(key, Some(kept.clone()));
        match next {
            Next::LookUpAt(at) | Next::AskAt(at) | Next::CallBackAt(at) => Ok(Done::Next(at)),
            Next::AsPlanned => Ok(Done::Next(now)),
            Next::Ours { watch, may_double } => {
                self.is_ours(tx, key.0, message, kept, may_double).await?;
                Ok(watch.map_or(Done::Over, Done::Next))
            }
            Next::Gone => self.is_gone(tx, key.0, message, kept).await.map(|()| Done::Over),
            Next::CalledOff => self.was_called_off(tx, key.0, message).await.map(|()| Done::Over),
            Next::InDoubt => self.in_doubt(tx, key.0, message).await.map(|()| Done::Over),
            Next::MayDouble => self.may_double(tx, key.0).await.map(|()| Done::Over),
            Next::Rest => Ok(Done::Over),
        }
    }

    async fn ask_gate_about(&self, tx: &mut Tx, key: Key, kept: &mut Kept) -> Result<bool> {
        if !std::mem::take(&mut kept.ask_gate) || kept.hand_over.wanted_back {
            return Ok(false);
        }
        tx.statement().await?;
        let allowed = tx.get::<crate::store::OptOut>(&kept.to).is_none();
        if !allowed {
            kept.hand_over = kept.hand_over.step(&self.world.timing, self.now(), Event::WantedBack).0;
        }
        tx.put(key, Some(kept.clone()));
        Ok(!allowed)
    }

    async fn is_ours(
        &self,
        tx: &mut Tx,
        id: MessageId,
        message: &Message,
        kept: &Kept,
        may_double: bool,
    ) -> Result<()> {
        if let Some(sid) = kept.sid {
            tx.statement().await?;
            let forget = |row: Message| Some(Message { sid: None, ..row });
            if tx.update::<Message>(&id, |row| row.sid == Some(sid), forget).await? {
                tx.update::<SidOwner>(&sid, |_| true, |_| None).await?;
            }
        }
        if may_double {
            self.may_double(tx, id).await?;
        }
        if !self.put_off(tx, id, message.planned_for.unwrap_or_default()).await? {
            return Err(StoreError::Corrupt);
        }
        for wish in &kept.wishes {
            match wish {
                Wish::Cancel => self.cancel_ours(tx, id).await.map(|_| ())?,
                Wish::SendNow => self.put_off(tx, id, self.now()).await.map(|_| ())?,
            }
        }
        Ok(())
    }

    async fn is_gone(&self, tx: &mut Tx, id: MessageId, message: &Message, kept: &Kept) -> Result<()> {
        if !message.outgoing.has_not_left() {
            return self.may_double(tx, id).await;
        }
        self.discard(tx, (Kind::Send, Subject::Message(id))).await?;
        let sent = message::Event::Receipt(MessageState::Sent);
        let (after, next) = message.outgoing.step(&self.world.timing, self.now(), sent, 0.0);
        self.save(tx, id, message, after, kept.sid).await?;
        if let message::Next::PollAt(at) = next {
            self.plan_settle(tx, id, at).await?;
        }
        Ok(())
    }

    async fn was_called_off(&self, tx: &mut Tx, id: MessageId, message: &Message) -> Result<()> {
        let canceled = message::Event::CancelRequested;
        let (after, _) = message.outgoing.step(&self.world.timing, self.now(), canceled, 0.0);
        self.discard(tx, (Kind::Send, Subject::Message(id))).await?;
        self.save(tx, id, message, after, None).await
    }

    async fn in_doubt(&self, tx: &mut Tx, id: MessageId, message: &Message) -> Result<()> {
        let unseen = message::Event::NotSeenToLeave;
        let (after, _) = message.outgoing.step(&self.world.timing, self.now(), unseen, 0.0);
        self.discard(tx, (Kind::Send, Subject::Message(id))).await?;
        self.save(tx, id, message, after, None).await
    }

    async fn may_double(&self, tx: &mut Tx, id: MessageId) -> Result<()> {
        let Some(message) = self.lock_message(tx, id).await? else { return Ok(()) };
        if matches!(message.outgoing.state, MessageState::Canceled | MessageState::Failed) {
            return Ok(());
        }
        let after = Outgoing { possibly_doubled: true, ..message.outgoing };
        self.save(tx, id, &message, after, None).await
    }

    /// The hand-over of a message that is not over, locked.
    pub(super) async fn open_hand_over(&self, tx: &mut Tx, id: MessageId) -> Result<Option<(Key, Kept)>> {
        tx.statement().await?;
        let open = tx.find::<Kept>(|(of, _), kept| *of == id && kept.hand_over.stage.is_open());
        let Some((key, _)) = open.into_iter().next() else { return Ok(None) };
        let kept = tx.get_locked::<Kept>(&key).await?;
        Ok(kept.filter(|kept| kept.hand_over.stage.is_open()).map(|kept| (key, kept)))
    }

    /// Leaves a wish about a message that waits at the provider; false if it is ours (`wishes::wish`).
    pub(super) async fn wish(&self, tx: &mut Tx, id: MessageId, wish: Wish) -> Result<bool> {
        if !self.world.keeps || self.has(Bug::KeptMessageCalledOffByUsAlone) {
            return Ok(false);
        }
        let Some((key, mut kept)) = self.open_hand_over(tx, id).await? else { return Ok(false) };
        if !kept.hand_over.stage.binds() {
            return Ok(false);
        }
        let now = self.now();
        if kept.hand_over.stage == Stage::Held && now >= kept.hand_over.leaves_at {
            return Ok(true);
        }
        let (after, next) = kept.hand_over.step(&self.world.timing, now, Event::WantedBack);
        kept.hand_over = after;
        kept.wishes.push(wish);
        tx.put(key, Some(kept));
        if let Next::CallBackAt(at) = next {
            self.hasten(tx, (Kind::HandOver, Subject::Message(id)), at).await?;
        }
        Ok(true)
    }

    /// What an address allows has changed (`recheck_address`).
    pub(super) async fn recheck(&self, tx: &mut Tx, to: Phone) -> Result<()> {
        if !self.world.keeps || self.has(Bug::StopForgetsWhatIsKept) {
            return Ok(());
        }
        tx.statement().await?;
        let open = tx.find::<Kept>(|_, kept| kept.to == to && kept.hand_over.stage.is_open());
        for (key, _) in &open {
            self.lock_message(tx, key.0).await?;
        }
        for (key, _) in open {
            let asked = |kept: Kept| Some(Kept { ask_gate: true, ..kept });
            let is_open = |kept: &Kept| kept.hand_over.stage.is_open();
            tx.statement().await?;
            if tx.update::<Kept>(&key, is_open, asked).await?
                && tx.get::<Kept>(&key).is_some_and(|kept| kept.hand_over.stage == Stage::Held)
            {
                self.hasten(tx, (Kind::HandOver, Subject::Message(key.0)), self.now()).await?;
            }
        }
        Ok(())
    }

    /// Applies a report to the hand-over it is about; true if it is a word on the message itself (`heard`).
    pub(super) async fn heard(
        &self,
        tx: &mut Tx,
        id: MessageId,
        message: &Message,
        report: &Report,
    ) -> Result<bool> {
        if !self.world.keeps {
            return Ok(true);
        }
        tx.statement().await?;
        let by_sid = tx.find::<Kept>(|(of, _), kept| *of == id && kept.sid == Some(report.sid));
        let key = by_sid.first().map(|(key, _)| *key).or(report.mark);
        let Some(key) = key else { return Ok(true) };
        let Some(mut kept) = tx.get_locked::<Kept>(&key).await? else { return Ok(true) };
        let standing = Standing::of(report.state);
        if !kept.hand_over.stage.is_open() {
            return Ok(kept.hand_over.stage == Stage::Left
                || standing == Standing::Left
                || self.has(Bug::CopyTakenForMessage));
        }
        kept.sid.get_or_insert(report.sid);
        let seen = Event::Seen(Seen::There(standing));
        let done = self.advance(tx, key, message, &mut kept, seen).await?;
        let job = (Kind::HandOver, Subject::Message(id));
        match done {
            Done::Over => self.discard(tx, job).await.map(|_| ())?,
            Done::Next(at) => {
                tx.statement().await?;
                let moved = |row: Job| Some(Job { due_at: at, ready_at: at, ..row });
                tx.update::<Job>(&job, |row| row.epoch.is_none(), moved).await.map(|_| ())?;
            }
        }
        Ok(standing == Standing::Left)
    }
}
