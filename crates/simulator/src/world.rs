//! Everything the carrier knows, behind one lock. Synchronous: nothing here waits or calls out, except for
//! the line appended to the ledger file.

use std::collections::{HashMap, HashSet, VecDeque};

use trunkline_domain::ambient::Ambient;
use trunkline_domain::segments::Segments;
use trunkline_domain::time::Timestamp;

use crate::config::{BusinessNumber, Config, MessagingService, Phone, TelnyxAccount};
use crate::faults::{CreateFault, Faults};
use crate::files;
use crate::ledger::{LedgerError, LedgerFile, Line};
use crate::names::Names;
use crate::record::{Direction, Medium, Record, Status};
use crate::whatsapp::{self, Extras};

/// A message to be accepted.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) direction: Direction,
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
    pub(crate) service: Option<String>,
    pub(crate) status: Status,
    pub(crate) status_callback: Option<String>,
    pub(crate) failover_callback: Option<String>,
    pub(crate) send_at: Option<Timestamp>,
    pub(crate) validity_s: Option<u32>,
    pub(crate) extras: Extras,
}

impl Draft {
    /// A message that waits to leave or, from a phone, has arrived.
    pub(crate) fn new(direction: Direction, from: &str, to: &str, body: &str) -> Self {
        let inbound = direction == Direction::Inbound;
        Draft {
            direction,
            from: Some(from.to_owned()),
            to: to.to_owned(),
            body: body.to_owned(),
            media: Vec::new(),
            service: None,
            status: if inbound { Status::Received } else { Status::Queued },
            status_callback: None,
            failover_callback: None,
            send_at: None,
            validity_s: None,
            extras: Extras::default(),
        }
    }
}

/// What a client asks to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Create,
    Cancel,
}

/// The carrier's memory.
pub(crate) struct World {
    pub(crate) numbers: Vec<BusinessNumber>,
    pub(crate) services: Vec<MessagingService>,
    /// Telnyx's account, if there is one.
    telnyx: Option<TelnyxAccount>,
    pub(crate) phones: Vec<Phone>,
    /// Templates, in the order they were made.
    pub(crate) contents: Vec<whatsapp::Content>,
    pub(crate) faults: Faults,
    pub(crate) one_shots: VecDeque<CreateFault>,
    /// The same for requests to cancel.
    pub(crate) cancel_shots: VecDeque<CreateFault>,
    pub(crate) names: Names,
    /// In order of acceptance: message `n` is at `n - 1`.
    records: Vec<Record>,
    by_sid: HashMap<String, u64>,
    /// Ascending message numbers by sender and by receiver.
    by_address: HashMap<String, Vec<u64>>,
    /// Pairs of sender (or its service) and phone between which nothing may pass.
    blocked: HashSet<(String, String)>,
    scheduled: usize,
    file: Option<LedgerFile>,
    first_phones: Vec<Phone>,
}

impl World {
    pub(crate) fn new(config: &Config, ambient: &Ambient) -> Result<Self, LedgerError> {
        let mut world = World {
            numbers: config.numbers.clone(),
            services: config.services.clone(),
            telnyx: config.telnyx.clone(),
            phones: config.phones.clone(),
            contents: Vec::new(),
            faults: Faults::default(),
            one_shots: VecDeque::new(),
            cancel_shots: VecDeque::new(),
            names: Names::new(ambient),
            records: Vec::new(),
            by_sid: HashMap::new(),
            by_address: HashMap::new(),
            blocked: HashSet::new(),
            scheduled: 0,
            file: None,
            first_phones: config.phones.clone(),
        };
        if let Some(path) = &config.ledger_path {
            let (file, lines) = LedgerFile::open(path)?;
            let is_new = lines.is_empty();
            lines.into_iter().for_each(|line| world.restore(line));
            world.file = Some(file);
            if is_new {
                world.write(&Line::Names(world.names.clone()))?;
            }
        }
        Ok(world)
    }

    fn restore(&mut self, line: Line) {
        match line {
            Line::Names(names) => self.names = names,
            Line::Phone(phone) => self.put_phone(phone),
            Line::Block { sender, phone, blocked } => _ = self.put_block((sender, phone), blocked),
            Line::Record(record) => match self.records.get_mut(index(record.n)) {
                Some(known) => {
                    let (n, before) = (record.n, known.status);
                    *known = *record;
                    self.reindex(n, before);
                }
                None => self.put_record(*record),
            },
        }
    }

    fn write(&mut self, line: &Line) -> Result<(), LedgerError> {
        self.file.as_mut().map_or(Ok(()), |file| file.append(line))
    }

    /// For changes after the yes: there is nobody left to tell, so a failure is only logged.
    fn note(&mut self, line: &Line) {
        if let Err(error) = self.write(line) {
            tracing::error!(%error, "a change was not kept");
        }
    }

    /// Takes a message in. It is in the ledger file when this returns.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then nothing was accepted.
    pub(crate) fn accept(&mut self, draft: Draft, now: Timestamp) -> Result<Record, LedgerError> {
        let n = self.records.len() as u64 + 1;
        let record = self.record(n, draft, now);
        self.write(&Line::Record(Box::new(record.clone())))?;
        self.put_record(record.clone());
        Ok(record)
    }

    fn record(&self, n: u64, draft: Draft, now: Timestamp) -> Record {
        let prefix = if draft.media.is_empty() { "SM" } else { "MM" };
        let media = draft.media.into_iter().enumerate().map(|(i, url)| self.medium(n, i, url)).collect();
        let inbound = draft.direction == Direction::Inbound;
        let ours = if inbound { Some(&draft.to) } else { draft.from.as_ref() };
        let telnyx = ours.is_some_and(|number| self.is_telnyx(number));
        let subject = format!("message {n}");
        Record {
            n,
            sid: if telnyx { self.names.token(&subject) } else { self.names.sid(prefix, &subject) },
            telnyx,
            direction: draft.direction,
            // Not counted until the sender is known, as at Twilio.
            segments: match &draft.from {
                _ if whatsapp::is_address(&draft.to) => 1,
                Some(_) => Segments::of(&draft.body).count(),
                None => 0,
            },
            from: draft.from,
            to: draft.to,
            body: draft.body,
            redacted: false,
            deleted: false,
            media,
            service: draft.service,
            status: draft.status,
            error_code: None,
            status_callback: draft.status_callback,
            failover_callback: draft.failover_callback,
            send_at: draft.send_at,
            validity_s: draft.validity_s,
            accepted_at: now,
            updated_at: now,
            sent_at: inbound.then_some(now),
            ended_at: inbound.then_some(now),
            callbacks: Vec::new(),
            webhook: None,
            told: !inbound,
            extras: draft.extras,
            typing_until: None,
        }
    }

    fn medium(&self, n: u64, index: usize, url: String) -> Medium {
        let sid = self.names.sid("ME", &format!("medium {n} {index}"));
        Medium { sid, content_type: files::type_of(&url).to_owned(), url }
    }

    fn put_record(&mut self, record: Record) {
        self.by_sid.insert(record.sid.clone(), record.n);
        self.put_address(&record.to, record.n);
        if let Some(from) = &record.from {
            self.put_address(from, record.n);
        }
        self.scheduled += usize::from(record.status == Status::Scheduled);
        self.records.push(record);
    }

    fn put_address(&mut self, address: &str, n: u64) {
        let list = self.by_address.entry(address.to_owned()).or_default();
        let place = list.partition_point(|known| *known < n);
        if list.get(place) != Some(&n) {
            list.insert(place, n);
        }
    }

    /// Changes a message and gives back what it is now. Nothing if a reset has forgotten it.
    pub(crate) fn change(
        &mut self,
        sid: &str,
        now: Timestamp,
        change: impl FnOnce(&mut Record),
    ) -> Option<Record> {
        let n = self.number_of(sid)?;
        let record = self.records.get_mut(index(n))?;
        let before = record.status;
        change(record);
        record.updated_at = now;
        let after = record.clone();
        self.reindex(n, before);
        self.note(&Line::Record(Box::new(after.clone())));
        Some(after)
    }

    /// Keeps the counts and lists right after message `n`, which was in state `before`, changed.
    fn reindex(&mut self, n: u64, before: Status) {
        let Some(record) = self.records.get(index(n)) else { return };
        let left = before == Status::Scheduled && record.status != Status::Scheduled;
        self.scheduled = self.scheduled.saturating_sub(usize::from(left));
        // A service may have chosen its sender by now.
        if let Some(from) = record.from.clone().filter(|_| record.service.is_some()) {
            self.put_address(&from, n);
        }
    }

    /// Message number `n`, even a deleted one.
    pub(crate) fn numbered(&self, n: u64) -> Option<&Record> {
        self.records.get(index(n))
    }

    /// The message with this SID, even a deleted one.
    pub(crate) fn get(&self, sid: &str) -> Option<&Record> {
        self.numbered(self.number_of(sid)?)
    }

    /// The ledger number behind a SID, even of a deleted message.
    pub(crate) fn number_of(&self, sid: &str) -> Option<u64> {
        self.by_sid.get(sid).copied()
    }

    /// All messages, oldest first.
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Messages sent by or to `address`, oldest first.
    pub(crate) fn with_address(&self, address: &str) -> &[u64] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn scheduled(&self) -> usize {
        self.scheduled
    }

    pub(crate) fn number(&self, number: &str) -> Option<&BusinessNumber> {
        self.numbers.iter().find(|known| known.number == number)
    }

    pub(crate) fn service(&self, sid: &str) -> Option<&MessagingService> {
        self.services.iter().find(|service| service.sid == sid)
    }

    pub(crate) fn service_of(&self, number: &str) -> Option<&MessagingService> {
        self.services.iter().find(|service| service.numbers.iter().any(|known| known == number))
    }

    /// Telnyx's account as it is set up now.
    pub(crate) fn telnyx(&self) -> Option<&TelnyxAccount> {
        self.telnyx.as_ref()
    }

    pub(crate) fn telnyx_mut(&mut self) -> Option<&mut TelnyxAccount> {
        self.telnyx.as_mut()
    }

    /// Whether `number` is on Telnyx's messaging profile.
    pub(crate) fn is_telnyx(&self, number: &str) -> bool {
        self.profile_of(number).is_some()
    }

    fn profile_of(&self, number: &str) -> Option<&str> {
        let account = self.telnyx.as_ref()?;
        account.numbers.iter().any(|known| known == number).then_some(account.profile_id.as_str())
    }

    /// An opt-out covers the whole service a number belongs to (Twilio, error 21610), or the messaging profile
    /// (Telnyx, Opt-in and opt-out).
    fn pair(&self, sender: &str, phone: &str) -> (String, String) {
        let service = self.service_of(sender).map(|service| service.sid.as_str());
        let group = self.profile_of(sender).or(service).unwrap_or(sender);
        (group.to_owned(), phone.to_owned())
    }

    /// Whether `phone` opted out of `sender`, which is a number or a service.
    pub(crate) fn is_blocked(&self, sender: &str, phone: &str) -> bool {
        self.blocked.contains(&self.pair(sender, phone))
    }

    /// Blocks or opens the way from `sender` to `phone`; tells whether that changed anything.
    pub(crate) fn block(&mut self, sender: &str, phone: &str, blocked: bool) -> bool {
        let pair = self.pair(sender, phone);
        let changed = self.put_block(pair.clone(), blocked);
        if changed {
            self.note(&Line::Block { sender: pair.0, phone: pair.1, blocked });
        }
        changed
    }

    fn put_block(&mut self, pair: (String, String), blocked: bool) -> bool {
        if blocked { self.blocked.insert(pair) } else { self.blocked.remove(&pair) }
    }

    pub(crate) fn has_phone(&self, number: &str) -> bool {
        self.phones.iter().any(|phone| phone.number == number)
    }

    pub(crate) fn add_phone(&mut self, phone: Phone) -> Result<(), LedgerError> {
        self.write(&Line::Phone(phone.clone()))?;
        self.put_phone(phone);
        Ok(())
    }

    fn put_phone(&mut self, phone: Phone) {
        self.phones.retain(|known| known.number != phone.number);
        self.phones.push(phone);
    }

    /// What keeps the request that just came in from being processed.
    pub(crate) fn fault_before(&mut self, asked: Asked, ambient: &Ambient) -> CreateFault {
        let shots = self.shots(asked);
        match shots.front().copied() {
            Some(fault) if fault.is_before() => {
                shots.pop_front();
                fault
            }
            // Kept for the moment after acceptance.
            Some(_) => CreateFault::None,
            None => self.faults.draw_before(ambient),
        }
    }

    /// What happens to the answer to the request that was just granted.
    pub(crate) fn fault_after(&mut self, asked: Asked, ambient: &Ambient) -> CreateFault {
        let shots = self.shots(asked);
        match shots.front().copied() {
            // Came in between; it is for the next request.
            Some(fault) if fault.is_before() => CreateFault::None,
            Some(fault) => {
                shots.pop_front();
                fault
            }
            None => self.faults.draw_after(ambient),
        }
    }

    fn shots(&mut self, asked: Asked) -> &mut VecDeque<CreateFault> {
        match asked {
            Asked::Create => &mut self.one_shots,
            Asked::Cancel => &mut self.cancel_shots,
        }
    }

    /// Forgets messages, opt-outs, faults and added phones.
    pub(crate) fn reset(&mut self, ambient: &Ambient) -> Result<(), LedgerError> {
        self.names = Names::new(ambient);
        if let Some(file) = &mut self.file {
            file.clear()?;
        }
        self.write(&Line::Names(self.names.clone()))?;
        self.faults = Faults::default();
        self.one_shots.clear();
        self.cancel_shots.clear();
        self.records.clear();
        self.by_sid.clear();
        self.by_address.clear();
        self.blocked.clear();
        self.scheduled = 0;
        self.phones = self.first_phones.clone();
        Ok(())
    }
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX).wrapping_sub(1)
}
