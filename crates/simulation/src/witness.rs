//! What was seen from outside: every commit, and every answer that somebody got.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use trunkline_domain::ids::MessageId;
use trunkline_domain::keywords::Keyword;
use trunkline_domain::message::MessageState;

use crate::executor::Executor;
use crate::findings::{Broken, Findings};
use crate::node::Request;
use crate::store::{JobKey, Layer, Message, Phone, Sid, Tables};
use crate::trace::Trace;

/// A message that somebody asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) request: Request,
    /// When it was first asked for.
    pub(crate) at: u64,
    /// What was answered, and when.
    pub(crate) acknowledged: Option<(MessageId, u64)>,
}

/// The witness of a run.
pub(crate) struct Witness {
    executor: Executor,
    trace: Rc<Trace>,
    pub(crate) findings: Findings,
    pub(crate) asked: RefCell<BTreeMap<u64, Asked>>,
    /// Who said STOP in a text that is in the inbox.
    stopped: RefCell<BTreeSet<Phone>>,
    /// When that was.
    pub(crate) stopped_at: RefCell<BTreeMap<Phone, u64>>,
    /// Reports that we acknowledged.
    pub(crate) reported: RefCell<BTreeSet<(Sid, u8)>>,
}

impl Witness {
    pub(crate) fn new(executor: &Executor, trace: &Rc<Trace>) -> Self {
        Witness {
            executor: executor.clone(),
            trace: trace.clone(),
            findings: Findings::default(),
            asked: RefCell::default(),
            stopped: RefCell::default(),
            stopped_at: RefCell::default(),
            reported: RefCell::default(),
        }
    }

    /// A broken promise; nothing that follows is of interest.
    pub(crate) fn find(&self, broken: Broken, what: String) {
        self.trace.add(self.executor.now(), format_args!("BROKEN {broken:?}: {what}"));
        self.findings.add(broken, what);
        self.executor.stop();
    }

    pub(crate) fn asked(&self, request: &Request) {
        let asked = Asked { request: request.clone(), at: self.executor.now(), acknowledged: None };
        self.asked.borrow_mut().insert(request.key, asked);
    }

    pub(crate) fn acknowledged(&self, key: u64, id: MessageId) {
        let mut asked = self.asked.borrow_mut();
        let Some(asked) = asked.get_mut(&key) else { return };
        match asked.acknowledged {
            Some((first, _)) if first != id => {
                self.find(Broken::RequestDoubled, format!("request {key} was accepted as two messages"));
            }
            Some(_) => {}
            None => asked.acknowledged = Some((id, self.executor.now())),
        }
    }

    pub(crate) fn key_reused(&self, key: u64) {
        self.find(Broken::RequestLost, format!("request {key} was taken for another one"));
    }

    pub(crate) fn reported(&self, sid: Sid, state: MessageState) {
        self.reported.borrow_mut().insert((sid, state.rank()));
    }

    /// Looks at a commit before anybody else can.
    pub(crate) fn committed(&self, tables: &Tables, layer: &Layer) {
        for (id, after) in &layer.messages {
            let (before, Some(after)) = (tables.messages.get(id), after) else { continue };
            self.moved(before, after);
        }
        for (key, job) in &layer.jobs {
            if let Some(epoch) = job.as_ref().and_then(|job| job.epoch) {
                self.claimed(tables, layer, key, epoch);
            }
        }
        for ((id, number), attempt) in &layer.attempts {
            let Some(attempt) = attempt else { continue };
            if attempt.unresolved && !tables.attempts.contains_key(&(*id, *number)) {
                self.intended(tables, layer, attempt.to, *id);
            }
        }
        for (key, kept) in &layer.kept {
            if let Some(kept) = kept.as_ref().filter(|_| !tables.kept.contains_key(key)) {
                self.not_after_stop(tables, kept.to);
            }
        }
        let texts = layer.inbox.values().flatten();
        let stops = texts.filter(|text| text.keyword == Some(Keyword::Stop)).map(|text| text.from);
        for phone in stops {
            self.stopped.borrow_mut().insert(phone);
            self.stopped_at.borrow_mut().entry(phone).or_insert_with(|| self.executor.now());
        }
    }

    /// A claim belongs to a node that others can see to be alive, or nobody would ever release it.
    fn claimed(&self, tables: &Tables, layer: &Layer, key: &JobKey, epoch: i64) {
        let before = tables.jobs.get(key).and_then(|job| job.epoch);
        let alive = layer.nodes.get(&epoch).map_or(tables.nodes.contains_key(&epoch), Option::is_some);
        if before != Some(epoch) && !alive {
            self.find(Broken::ClaimedByDead, format!("{key:?} by epoch {epoch}"));
        }
    }

    fn moved(&self, before: Option<&Message>, after: &Message) {
        let (from, to) = (before.map(|before| before.outgoing.state), after.outgoing.state);
        if from != Some(to) {
            let known = from.map_or("", MessageState::as_str);
            self.trace.add(self.executor.now(), format_args!("message {}: {known} -> {to}", after.key));
        }
        let Some(from) = from else { return };
        let was_settled = from.rank() >= MessageState::Sent.rank();
        let stays = to == from || to.rank() > from.rank();
        // Of two final words the first counts.
        if was_settled && (!stays || (from.is_final() && to != from && to != MessageState::Read)) {
            self.find(Broken::MovedBack, format!("message {} went from {from} to {to}", after.key));
        }
    }

    fn not_after_stop(&self, tables: &Tables, to: Phone) {
        if tables.opt_outs.contains_key(&to) || self.stopped.borrow().contains(&to) {
            self.find(Broken::SentAfterStop, format!("an attempt to phone {to} after its STOP"));
        }
    }

    fn intended(&self, tables: &Tables, layer: &Layer, to: Phone, id: MessageId) {
        self.not_after_stop(tables, to);
        let open = tables.attempts.iter().filter(|(key, attempt)| {
            let now = layer.attempts.get(key).map_or(Some(*attempt), Option::as_ref);
            key.0 != id && now.is_some_and(|attempt| attempt.unresolved && attempt.to == to)
        });
        if open.count() > 0 {
            self.find(Broken::TwoOpenAttempts, format!("two open attempts to phone {to}"));
        }
    }
}
