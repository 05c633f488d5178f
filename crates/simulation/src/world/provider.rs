//! The provider: it accepts, answers or not, lists with a lag, and keeps a ledger that survives us.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::ids::MessageId;
use trunkline_domain::message::MessageState;
use trunkline_domain::time::Timestamp;

use super::World;
use crate::chance::Chance;
use crate::executor::Slot;
use crate::store::{Phone, Sid};

/// How long a node waits for a whole exchange.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The provider keeps a message at least so long.
const KEPT_MIN: Duration = Duration::from_secs(300);

/// A message handed over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outbound {
    pub(crate) id: MessageId,
    pub(crate) number: u32,
    pub(crate) key: u64,
    pub(crate) to: Phone,
    pub(crate) body: u32,
    /// The provider is to keep it until then.
    pub(crate) keep_until: Option<Timestamp>,
}

/// What a node hears of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exchange {
    Created(Sid),
    NotConnected,
    Throttled(Duration),
    Refused(ErrorClass),
    ServerError,
    /// A time-out, a reset, an answer that cannot be read.
    NoAnswer,
}

/// A message in the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) sid: Sid,
    pub(crate) to: Phone,
    pub(crate) body: u32,
    /// Whose it is; `None` for one that somebody sent past us, from the same number.
    pub(crate) from: Option<Outbound>,
    /// True time, in microseconds since the run began.
    pub(crate) at: u64,
    listed_at: u64,
    pub(crate) state: MessageState,
    /// When it left, if the provider kept it until its time.
    pub(crate) left_at: Option<u64>,
}

/// A text from a phone.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) sid: Sid,
    pub(crate) from: Phone,
    pub(crate) body: String,
    pub(crate) created_at: Timestamp,
    listed_at: u64,
    pub(crate) acknowledged: bool,
}

/// A message as the provider lists it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remote {
    pub(crate) sid: Sid,
    pub(crate) body: u32,
    pub(crate) state: MessageState,
    pub(crate) created_at: Timestamp,
    /// It was handed over to be kept until its time.
    pub(crate) kept: bool,
}

/// The ledger.
pub(crate) struct Provider {
    pub(super) chance: Chance,
    next_sid: Cell<Sid>,
    pub(crate) accepted: RefCell<Vec<Accepted>>,
    pub(crate) texts: RefCell<Vec<Text>>,
}

impl Provider {
    pub(super) fn new(chance: Chance) -> Self {
        Provider { chance, next_sid: Cell::new(0), accepted: RefCell::default(), texts: RefCell::default() }
    }

    fn sid(&self) -> Sid {
        self.next_sid.set(self.next_sid.get() + 1);
        self.next_sid.get()
    }
}

/// What becomes of a request: whether it is accepted, and what is answered.
struct Fate {
    accepted: bool,
    /// How long the request takes to be accepted or refused.
    there: Duration,
    /// `None`: what a success says.
    answer: Option<Exchange>,
    /// No answer ever comes.
    silent: bool,
}

impl World {
    /// One request to create a message. It goes on at the provider when its sender dies.
    pub(crate) async fn create(self: &Rc<Self>, outbound: Outbound) -> Exchange {
        let fate = self.fate();
        let (answer, world) = (Slot::new(), self.clone());
        let told = answer.clone();
        self.spawn(async move {
            world.executor.sleep(fate.there).await;
            let created = fate.accepted.then(|| world.accept_or_refuse(outbound));
            world.executor.sleep(world.latency.millis(5.0, 150.0)).await;
            if let (false, Some(said)) = (fate.silent, fate.answer.or(created)) {
                told.fill(&world.executor, said);
            }
        });
        answer.wait(&self.executor, REQUEST_TIMEOUT).await.unwrap_or(Exchange::NoAnswer)
    }

    fn fate(&self) -> Fate {
        let (rates, chance) = (self.rates.borrow(), &self.provider.chance);
        let faults = &rates.provider;
        let mut draw = chance.fraction();
        let mut is = |rate: f64| {
            draw -= rate;
            draw < 0.0
        };
        let there = self.latency.millis(5.0, 400.0);
        let refused = |answer| Fate { accepted: false, there, answer: Some(answer), silent: false };
        let taken = |answer| Fate { accepted: true, there, answer, silent: false };
        if is(faults.no_connection) {
            refused(Exchange::NotConnected)
        } else if is(faults.throttled) {
            refused(Exchange::Throttled(chance.seconds(1.0, 20.0)))
        } else if is(faults.refused) {
            let classes = [ErrorClass::Permanent, ErrorClass::Request, ErrorClass::OptedOut];
            refused(Exchange::Refused(classes[chance.between(0, 2) as usize]))
        } else if is(faults.error_before) {
            refused(Exchange::ServerError)
        } else if is(faults.vanished) {
            Fate { silent: true, ..refused(Exchange::NoAnswer) }
        } else if is(faults.error_after) {
            taken(Some(Exchange::ServerError))
        } else if is(faults.answer_dropped) {
            taken(Some(Exchange::NoAnswer))
        } else if is(faults.answer_hangs) {
            Fate { silent: true, ..taken(None) }
        } else if is(faults.late) {
            Fate { there: chance.seconds(2.0, faults.late_max), silent: chance.happens(0.5), ..taken(None) }
        } else {
            taken(None)
        }
    }

    /// It keeps nothing for less than five minutes (Twilio, error 35117).
    fn accept_or_refuse(self: &Rc<Self>, outbound: Outbound) -> Exchange {
        let now = super::BEGIN.plus(Duration::from_micros(self.executor.now()));
        match outbound.keep_until {
            Some(at) if at.since(now) < KEPT_MIN => Exchange::Refused(ErrorClass::Request),
            _ => Exchange::Created(self.accept(outbound)),
        }
    }

    fn accept(self: &Rc<Self>, outbound: Outbound) -> Sid {
        let sid = self.enter(Some(outbound), outbound.to, outbound.body);
        self.trace(format_args!("provider accepts message {} ({}) as {sid}", outbound.key, outbound.number));
        match outbound.keep_until {
            None => self.start_life(sid, outbound),
            Some(at) => self.keep(sid, outbound, at),
        }
        sid
    }

    /// Keeps a message until its time.
    fn keep(self: &Rc<Self>, sid: Sid, outbound: Outbound, at: Timestamp) {
        self.set_state(sid, MessageState::Scheduled);
        let (world, until) = (self.clone(), crate::executor::micros(at.since(super::BEGIN)));
        self.spawn(async move {
            world.executor.sleep(Duration::from_micros(until.saturating_sub(world.executor.now()))).await;
            if world.state_of(sid) != Some(MessageState::Scheduled) {
                return;
            }
            world.set_state(sid, MessageState::Sent);
            let now = world.executor.now();
            world.trace(format_args!("provider sends {sid}, which it kept"));
            if let Some(item) = world.provider.accepted.borrow_mut().iter_mut().find(|item| item.sid == sid) {
                item.left_at = Some(now);
            }
            world.start_life(sid, outbound);
        });
    }

    fn state_of(&self, sid: Sid) -> Option<MessageState> {
        self.provider.accepted.borrow().iter().find(|item| item.sid == sid).map(|item| item.state)
    }

    fn set_state(&self, sid: Sid, state: MessageState) {
        if let Some(item) = self.provider.accepted.borrow_mut().iter_mut().find(|item| item.sid == sid) {
            item.state = state;
        }
    }

    /// Calls a message off that is kept; what it is then, or `None` without an answer.
    pub(crate) async fn cancel(self: &Rc<Self>, sid: Sid) -> Option<MessageState> {
        if !self.asked().await {
            return None;
        }
        if self.state_of(sid) == Some(MessageState::Scheduled) {
            self.set_state(sid, MessageState::Canceled);
            self.trace(format_args!("provider calls {sid} off"));
            let item = self.provider.accepted.borrow().iter().find(|item| item.sid == sid).cloned();
            if let Some(outbound) = item.and_then(|item| item.from) {
                self.tell(sid, outbound, MessageState::Canceled);
            }
        }
        // The answer may be lost as well.
        if self.provider.chance.happens(self.rates.borrow().provider.list_fails) {
            return None;
        }
        self.state_of(sid)
    }

    /// A person writes to `to` past us, from the same number.
    pub(super) fn send_past_us(&self, to: Phone, body: u32) {
        let sid = self.enter(None, to, body);
        self.trace(format_args!("somebody sends {sid} past us"));
    }

    fn enter(&self, from: Option<Outbound>, to: Phone, body: u32) -> Sid {
        let (sid, at) = (self.provider.sid(), self.executor.now());
        let listed_at = at + self.list_lag();
        let state = MessageState::Sent;
        self.provider.accepted.borrow_mut().push(Accepted {
            sid,
            to,
            body,
            from,
            at,
            listed_at,
            state,
            left_at: None,
        });
        sid
    }

    fn list_lag(&self) -> u64 {
        let most = self.rates.borrow().provider.list_lag_max;
        let lag = if self.provider.chance.happens(0.5) { most } else { most / 20.0 };
        crate::executor::micros(self.provider.chance.seconds(0.0, lag))
    }

    /// A person texts in. Returns the provider's id.
    pub(super) fn text_in(&self, from: Phone, body: String) -> Sid {
        let (sid, now) = (self.provider.sid(), self.executor.now());
        let listed_at = now + self.list_lag();
        self.trace(format_args!("phone {from} texts {body:?} as {sid}"));
        let text =
            Text { sid, from, body, created_at: self.whole_second(now), listed_at, acknowledged: false };
        self.provider.texts.borrow_mut().push(text);
        sid
    }

    /// The provider's times have whole seconds.
    fn whole_second(&self, at: u64) -> Timestamp {
        Timestamp::from_secs(super::BEGIN.plus(Duration::from_micros(at)).secs())
    }

    async fn asked(&self) -> bool {
        self.executor.sleep(self.latency.millis(5.0, 300.0)).await;
        !self.provider.chance.happens(self.rates.borrow().provider.list_fails)
    }

    /// What was sent to `to`, newest first, as far as the list shows it; `None` if it cannot be had.
    pub(crate) async fn list_outbound(&self, to: Phone) -> Option<Vec<Remote>> {
        if !self.asked().await {
            return None;
        }
        let now = self.executor.now();
        let accepted = self.provider.accepted.borrow();
        let listed = accepted.iter().rev().filter(|item| item.to == to && item.listed_at <= now);
        let remote = |item: &Accepted| Remote {
            sid: item.sid,
            body: item.body,
            state: item.state,
            created_at: self.whole_second(item.at),
            kept: item.from.is_some_and(|from| from.keep_until.is_some()),
        };
        Some(listed.map(remote).collect())
    }

    /// What came in, oldest first.
    pub(crate) async fn list_inbound(&self) -> Option<Vec<Text>> {
        if !self.asked().await {
            return None;
        }
        let now = self.executor.now();
        Some(self.provider.texts.borrow().iter().filter(|text| text.listed_at <= now).cloned().collect())
    }

    /// What became of one message; the outer `None` if it cannot be asked.
    pub(crate) async fn fetch(&self, sid: Sid) -> Option<Option<MessageState>> {
        if !self.asked().await {
            return None;
        }
        Some(self.provider.accepted.borrow().iter().find(|item| item.sid == sid).map(|item| item.state))
    }
}
