//! The simulator itself: what tests and the control API may ask of it, and the work it does by itself.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use parking_lot::{Mutex, MutexGuard};
use serde::Serialize;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::time::Timestamp;

use crate::callbacks::{self, Callback};
use crate::config::{Config, Phone};
use crate::faults::{CreateFault, Faults, InvalidFaults};
use crate::files::Files;
use crate::inbound;
use crate::ledger::{LedgerError, LedgerItem, PhoneMessage};
use crate::lifecycle::{self, Plan};
use crate::record::{Direction, Record};
use crate::webhook::Courier;
use crate::whatsapp::{self, Extras, Via};
use crate::world::World;
use crate::{resend, telnyx};

/// A simulated carrier. Cheap to clone; all clones are the same carrier.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    config: Config,
    ambient: Ambient,
    world: Mutex<World>,
    courier: Courier,
    files: Files,
    telnyx: Option<telnyx::Courier>,
    office: Mutex<resend::Office>,
    mail_client: reqwest::Client,
    changed: watch::Sender<u64>,
    clock_moved: watch::Sender<()>,
    stream: broadcast::Sender<PhoneMessage>,
    work: mpsc::UnboundedSender<Work>,
    queue: tokio::sync::Mutex<mpsc::UnboundedReceiver<Work>>,
    in_flight: AtomicU32,
    requests: AtomicU64,
}

/// Something [`Simulator::run`] does in the background.
pub(crate) enum Work {
    /// Take a message through its states.
    Live { sid: String, plan: Plan },
    /// Make these callbacks, one after the other.
    Callbacks(Vec<Callback>),
    /// Tell the business that a text came in.
    Inbound { sid: String, fate: inbound::Fate },
    /// Something about a mail.
    Mail(resend::Task),
}

/// The simulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The ledger file cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The HTTP client for webhooks cannot be built.
    #[error("the client for webhooks: {0}")]
    Client(#[from] reqwest::Error),
    /// Webhooks of Telnyx's cannot be signed.
    #[error("the seed of the signing key makes no Ed25519 key")]
    SigningKey,
}

/// The control API or a test asked for something that cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Not a number in E.164.
    #[error("'{0}' is not a phone number in E.164, such as +14155550117")]
    InvalidNumber(String),
    /// Not one of the business's numbers.
    #[error("'{0}' is not a number of this account")]
    UnknownNumber(String),
    /// A customer already has the number, or the business itself.
    #[error("'{0}' is already taken")]
    NumberTaken(String),
    /// All numbers set aside for made-up phones are taken.
    #[error("no made-up number is left; give one")]
    NoNumberLeft,
    /// A text without a word or a file, or with too much of either.
    #[error("a text has 1 to 1600 characters or 1 to 10 files")]
    InvalidText,
    /// A file that is empty or too large.
    #[error("a file has 1 byte to 32 MB")]
    InvalidFile,
    /// A file cannot be written.
    #[error("the file cannot be kept: {0}")]
    File(std::io::Error),
    /// A mail without sender or recipient, or with a file that cannot be read.
    #[error("a mail needs a sender and a recipient such as ana@example.net, and its files are base64")]
    InvalidMail,
    /// A name that is empty or too long.
    #[error("a name has 1 to 100 characters")]
    InvalidName,
    /// A rate or time out of range.
    #[error(transparent)]
    InvalidFaults(#[from] InvalidFaults),
    /// More one-shot faults than anyone can keep track of.
    #[error("at most 10000 one-shot faults can wait")]
    TooManyFaults,
    /// The ledger file cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What the control API shows of the whole.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    /// The account.
    pub account_sid: String,
    /// The business's numbers.
    pub numbers: Vec<Sender>,
    /// The customers' phones.
    pub phones: Vec<Phone>,
    /// The business's addresses for mail.
    pub mailboxes: Vec<Mailbox>,
    /// How the carrier misbehaves.
    pub faults: Faults,
}

/// A number of the business's.
#[derive(Clone, Debug, Serialize)]
pub struct Sender {
    /// What to write to: the number, on WhatsApp with the channel before it.
    pub address: String,
    /// In E.164.
    pub number: String,
    /// What people call it.
    pub name: String,
    /// How it is written to.
    pub channel: Via,
}

/// An address for mail, and whose it is.
#[derive(Clone, Debug, Serialize)]
pub struct Mailbox {
    /// The address.
    pub address: String,
    /// Whose it is.
    pub name: String,
}

/// One-shot faults that may wait at once.
const ONE_SHOTS_MAX: usize = 10_000;

fn add_shots(
    waiting: &mut VecDeque<CreateFault>,
    faults: impl IntoIterator<Item = CreateFault>,
) -> Result<(), ControlError> {
    let faults: Vec<CreateFault> = faults.into_iter().take(ONE_SHOTS_MAX + 1).collect();
    if waiting.len() + faults.len() > ONE_SHOTS_MAX {
        return Err(ControlError::TooManyFaults);
    }
    waiting.extend(faults);
    Ok(())
}

impl Simulator {
    /// A carrier with what `config` describes and, if it names a file, all that happened before.
    ///
    /// A process that has not chosen a TLS provider gets rustls with ring, because webhooks may be https.
    ///
    /// # Errors
    ///
    /// When the ledger file cannot be used or the HTTP client cannot be built.
    pub fn new(config: Config, ambient: Ambient) -> Result<Simulator, SimulatorError> {
        // An error only says that the process has chosen already.
        _ = rustls::crypto::ring::default_provider().install_default();
        let (work, queue) = mpsc::unbounded_channel();
        let simulator = Simulator(Arc::new(Inner {
            world: Mutex::new(World::new(&config, &ambient)?),
            courier: Courier::new(&config.auth_token)?,
            files: Files::new(&config),
            telnyx: config.telnyx.as_ref().map(telnyx::Courier::new).transpose()?,
            office: Mutex::default(),
            mail_client: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            config,
            ambient,
            changed: watch::Sender::new(0),
            clock_moved: watch::Sender::new(()),
            stream: broadcast::Sender::new(1024),
            work,
            queue: tokio::sync::Mutex::new(queue),
            in_flight: AtomicU32::new(0),
            requests: AtomicU64::new(0),
        }));
        simulator.resume();
        Ok(simulator)
    }

    /// Takes up what an earlier process left unfinished: the carrier, unlike this program, never stops.
    fn resume(&self) {
        let world = self.world();
        for record in world.records() {
            match record.direction {
                Direction::Inbound if !record.told => {
                    self.push(Work::Inbound { sid: record.sid.clone(), fate: inbound::Fate::default() });
                }
                Direction::OutboundApi | Direction::OutboundReply if !record.status.is_final() => {
                    self.push(Work::Live { sid: record.sid.clone(), plan: self.plan(record, &world.faults) });
                }
                _ => {}
            }
        }
    }

    /// Makes callbacks and webhooks and moves messages on until `shutdown` is ready. What is unfinished
    /// then is dropped; with a ledger file the next process takes it up again. One call does the work at a
    /// time; a second one waits for the first to end.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut queue = self.0.queue.lock().await;
        let mut tasks = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                Some(work) = queue.recv() => { tasks.spawn(self.clone().perform(work)); }
                Some(done) = tasks.join_next() => {
                    if let Err(error) = done {
                        tracing::error!(%error, "background work ended badly");
                    }
                }
            }
        }
    }

    async fn perform(self, work: Work) {
        match work {
            Work::Live { sid, plan } => lifecycle::live(&self, &sid, plan).await,
            Work::Callbacks(callbacks) => callbacks::make(&self, callbacks).await,
            Work::Inbound { sid, fate } => inbound::tell(&self, &sid, fate).await,
            Work::Mail(task) => resend::perform(&self, task).await,
        }
    }

    /// A customer writes to the business: the carrier takes the text and will call the number's webhook.
    /// A phone not known yet is added under its number.
    ///
    /// # Errors
    ///
    /// When either number or the text is not valid, or the ledger file cannot be written.
    pub fn text(
        &self,
        from: &str,
        to: &str,
        body: &str,
        media: &[String],
    ) -> Result<PhoneMessage, ControlError> {
        inbound::receive(self, from, to, body, media, Extras::default())
    }

    /// The same with what WhatsApp adds; `to` is then one of the business's WhatsApp senders, `whatsapp:` and its
    /// number.
    ///
    /// # Errors
    ///
    /// As for [`Simulator::text`].
    pub fn write(
        &self,
        from: &str,
        to: &str,
        body: &str,
        extras: Extras,
    ) -> Result<PhoneMessage, ControlError> {
        inbound::receive(self, from, to, body, &[], extras)
    }

    /// A customer writes a mail to the business: the carrier takes it and will tell the business's webhook.
    ///
    /// # Errors
    ///
    /// When it has no sender or recipient, or a file is not base64.
    pub fn mail(&self, new: resend::NewMail) -> Result<resend::MailView, ControlError> {
        resend::write(self, new)
    }

    /// How many mails are under way, and tellings of them.
    pub fn mail_pending(&self) -> usize {
        self.office().pending()
    }

    /// What somebody with this address wrote and got, oldest first.
    pub fn mails_of(&self, address: &str) -> Vec<resend::MailView> {
        resend::mails_of(self, address)
    }

    /// Adds a customer, with the next free made-up number if none is given.
    ///
    /// # Errors
    ///
    /// When the number or the name is not valid, the number is taken, or the ledger file cannot be written.
    pub fn add_phone(&self, name: &str, number: Option<&str>) -> Result<Phone, ControlError> {
        if name.trim().is_empty() || name.chars().count() > 100 {
            return Err(ControlError::InvalidName);
        }
        let mut world = self.world();
        let number = match number {
            Some(number) => free_number(&world, number)?,
            None => made_up_number(&world).ok_or(ControlError::NoNumberLeft)?,
        };
        let phone = Phone { number, name: name.trim().to_owned() };
        world.add_phone(phone.clone())?;
        drop(world);
        self.touch();
        Ok(phone)
    }

    /// What the phone with this number shows, oldest first.
    pub fn phone_messages(&self, number: &str) -> Vec<PhoneMessage> {
        let world = self.world();
        let by_whatsapp = whatsapp::address_of(number);
        let numbers = world.with_address(number).iter().chain(world.with_address(&by_whatsapp));
        let records = numbers.filter_map(|n| world.numbered(*n));
        let mut messages: Vec<PhoneMessage> = records
            .filter(|record| whatsapp::number_in(record.phone()) == number && record.is_on_phone())
            .map(PhoneMessage::from)
            .collect();
        // A quick second text can arrive before a slow first one.
        messages.sort_by_key(|message| message.at);
        messages
    }

    /// Messages as phones come to show them, from now on. A receiver that falls more than 1,024 behind
    /// misses some.
    pub fn stream(&self) -> broadcast::Receiver<PhoneMessage> {
        self.0.stream.subscribe()
    }

    /// At most `limit` accepted messages after position `after`, in order of acceptance.
    pub fn ledger(&self, after: u64, limit: usize) -> Vec<LedgerItem> {
        let world = self.world();
        let skip = usize::try_from(after).unwrap_or(usize::MAX);
        world.records().iter().skip(skip).take(limit).map(LedgerItem::from).collect()
    }

    /// The ledger's entry for a message, even a deleted one.
    pub fn ledger_item(&self, sid: &str) -> Option<LedgerItem> {
        let world = self.world();
        world.get(sid).map(LedgerItem::from)
    }

    /// How many requests to the API are being worked on at this moment: taken or not, unanswered in any case.
    pub fn requests_open(&self) -> u32 {
        self.in_flight().load(Ordering::Relaxed)
    }

    /// How the carrier misbehaves.
    pub fn faults(&self) -> Faults {
        self.world().faults.clone()
    }

    /// Sets how the carrier misbehaves from now on. What messages already accepted go through was drawn
    /// when they were accepted.
    ///
    /// # Errors
    ///
    /// When a rate or time is out of range; then nothing changes.
    pub fn set_faults(&self, faults: Faults) -> Result<(), ControlError> {
        faults.validate()?;
        self.world().faults = faults;
        self.touch();
        Ok(())
    }

    /// Queues faults for the next create requests, in order; they go before the rates.
    ///
    /// # Errors
    ///
    /// When too many are waiting; then none is added.
    pub fn next_faults(&self, faults: impl IntoIterator<Item = CreateFault>) -> Result<(), ControlError> {
        add_shots(&mut self.world().one_shots, faults)
    }

    /// The same for the next requests to cancel a message.
    ///
    /// # Errors
    ///
    /// When too many are waiting; then none is added.
    pub fn next_cancel_faults(
        &self,
        faults: impl IntoIterator<Item = CreateFault>,
    ) -> Result<(), ControlError> {
        add_shots(&mut self.world().cancel_shots, faults)
    }

    /// Tells that the clock was set to another time, for clocks that do not go by themselves: scheduled
    /// messages look at it again.
    pub fn clock_moved(&self) {
        self.0.clock_moved.send_replace(());
    }

    /// Waits until the carrier's clock shows `at`.
    pub(crate) async fn until_time(&self, at: Timestamp) {
        let mut moved = self.0.clock_moved.subscribe();
        loop {
            let left = at.since(self.0.ambient.now());
            if left.is_zero() {
                return;
            }
            // Either way it is looked at again.
            _ = tokio::time::timeout(left, moved.changed()).await;
        }
    }

    /// Sets the webhook and the fallback of a number, as its owner would in the provider's console.
    ///
    /// # Errors
    ///
    /// When the number is not the business's.
    pub fn set_webhook(
        &self,
        number: &str,
        url: Option<&str>,
        fallback: Option<&str>,
    ) -> Result<(), ControlError> {
        let mut world = self.world();
        let Some(known) = world.numbers.iter_mut().find(|known| known.number == number) else {
            return Err(ControlError::UnknownNumber(number.to_owned()));
        };
        known.sms_url = url.map(str::to_owned);
        known.sms_fallback_url = fallback.map(str::to_owned);
        Ok(())
    }

    /// Takes a number or a WhatsApp sender away from the business.
    pub fn forget_number(&self, address: &str) {
        self.world().numbers.retain(|known| known.number != address);
    }

    /// The account, its numbers, the phones and the faults.
    pub fn state(&self) -> State {
        let world = self.world();
        let number = |known: &crate::BusinessNumber| Sender {
            address: known.number.clone(),
            number: whatsapp::number_in(&known.number).to_owned(),
            name: known.name.clone(),
            channel: Via::of(&known.number),
        };
        State {
            account_sid: self.0.config.account_sid.clone(),
            numbers: world.numbers.iter().map(number).collect(),
            phones: world.phones.clone(),
            mailboxes: self.mailboxes(),
            faults: world.faults.clone(),
        }
    }

    fn mailboxes(&self) -> Vec<Mailbox> {
        let addresses = self.0.config.resend.iter().flat_map(|account| &account.addresses);
        addresses.map(|(address, name)| Mailbox { address: address.clone(), name: name.clone() }).collect()
    }

    /// Forgets messages, opt-outs, faults and added phones. Work under way for a forgotten message ends.
    ///
    /// # Errors
    ///
    /// When the ledger file cannot be emptied.
    pub fn reset(&self) -> Result<(), ControlError> {
        self.world().reset(&self.0.ambient)?;
        self.forget_files();
        *self.office() = resend::Office::default();
        self.touch();
        Ok(())
    }

    /// Tells that something changed. The number in it grows with every change.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Waits until `look` finds what it looks for; asked now and after every change.
    pub async fn until<T>(&self, mut look: impl FnMut(&Simulator) -> Option<T>) -> T {
        let mut changed = self.changed();
        loop {
            changed.borrow_and_update();
            if let Some(found) = look(self) {
                return found;
            }
            // Cannot end: this value holds the sender.
            _ = changed.changed().await;
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn ambient(&self) -> &Ambient {
        &self.0.ambient
    }

    /// Calls webhooks as Telnyx does, if there is an account there.
    pub(crate) fn telnyx_courier(&self) -> Option<&telnyx::Courier> {
        self.0.telnyx.as_ref()
    }

    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    pub(crate) fn office(&self) -> MutexGuard<'_, resend::Office> {
        self.0.office.lock()
    }

    pub(crate) fn mail_client(&self) -> &reqwest::Client {
        &self.0.mail_client
    }

    /// The id of the mail that will be the `position`th.
    pub(crate) fn mail_id(&self, position: usize) -> String {
        self.world().names.token(&format!("mail {position}"))
    }

    /// Something about a mail that was under way has come to its end.
    pub(crate) fn mail_ended(&self) {
        self.office().pending -= 1;
        self.mail_changed();
    }

    /// Tells those who wait that something about a mail changed.
    pub(crate) fn mail_changed(&self) {
        self.touch();
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    pub(crate) fn in_flight(&self) -> &AtomicU32 {
        &self.0.in_flight
    }

    pub(crate) fn requests(&self) -> &AtomicU64 {
        &self.0.requests
    }

    pub(crate) fn push(&self, work: Work) {
        // Cannot fail: this value holds the receiver.
        _ = self.0.work.send(work);
    }

    fn touch(&self) {
        self.0.changed.send_modify(|version| *version += 1);
    }

    /// Changes something about a message that its phone does not show.
    pub(crate) fn change(&self, sid: &str, change: impl FnOnce(&mut Record)) -> Option<Record> {
        let changed = self.world().change(sid, self.0.ambient.now(), change);
        self.touch();
        changed
    }

    /// Tells those who watch that `record` is new or has a new state.
    pub(crate) fn announce(&self, record: &Record) {
        self.touch();
        if record.is_on_phone() {
            // An error only says that nobody watches.
            _ = self.0.stream.send(PhoneMessage::from(record));
        }
    }

    /// Draws what message `record` will go through.
    pub(crate) fn plan(&self, record: &Record, faults: &Faults) -> Plan {
        lifecycle::plan(record, faults, self.0.config.timing, &self.0.ambient)
    }

    /// Takes an outbound message in and starts its life.
    pub(crate) fn send(&self, world: &mut World, draft: crate::world::Draft) -> Result<Record, LedgerError> {
        let record = world.accept(draft, self.0.ambient.now())?;
        let plan = self.plan(&record, &world.faults);
        self.push(Work::Live { sid: record.sid.clone(), plan });
        Ok(record)
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("account_sid", &self.0.config.account_sid).finish_non_exhaustive()
    }
}

/// Whether `number` is written in E.164: a plus and 7 to 15 digits, the first not a zero.
pub(crate) fn is_e164(number: &str) -> bool {
    let Some(digits) = number.strip_prefix('+') else { return false };
    (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

fn free_number(world: &World, number: &str) -> Result<String, ControlError> {
    if !is_e164(number) {
        return Err(ControlError::InvalidNumber(number.to_owned()));
    }
    if world.has_phone(number) || world.number(number).is_some() {
        return Err(ControlError::NumberTaken(number.to_owned()));
    }
    Ok(number.to_owned())
}

/// The next free one of the numbers that North America sets aside for fiction: 555-0100 to 555-0199 in
/// every area code.
fn made_up_number(world: &World) -> Option<String> {
    const AREAS: [u16; 12] = [415, 212, 312, 617, 206, 303, 404, 512, 602, 702, 808, 907];
    let numbers = AREAS.iter().flat_map(|area| (100..200).map(move |n| format!("+1{area}5550{n}")));
    numbers.into_iter().find(|number| free_number(world, number).is_ok())
}

/// Whether the body and the media of a text are within what a carrier takes.
pub(crate) fn is_valid_text(body: &str, media: &[String]) -> bool {
    let empty = body.is_empty() && media.is_empty();
    !empty && body.chars().count() <= 1_600 && media.len() <= 10
}
