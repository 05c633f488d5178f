//! A text from a phone: taken in, told to the business by webhook, and its answer carried out.

use trunkline_domain::ambient::Ambient;

use crate::config::Phone;
use crate::faults::{Faults, happens};
use crate::keywords::{Keyword, keyword};
use crate::ledger::{LedgerError, PhoneMessage};
use crate::record::{Direction, Record, WebhookEntry};
use crate::simulator::{ControlError, Simulator, Work, is_e164, is_valid_text};
use crate::telnyx;
use crate::twiml::{self, Reply, Verb};
use crate::webhook::{Answer, Call, Params, resolve};
use crate::whatsapp::{self, Extras};
use crate::world::{Draft, World};

/// What happens to the webhook of one text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fate {
    lost: bool,
    doubled: bool,
}

impl Fate {
    fn draw(faults: &Faults, ambient: &Ambient) -> Self {
        Fate {
            lost: happens(ambient, faults.webhook_loss_rate),
            doubled: happens(ambient, faults.webhook_double_rate),
        }
    }
}

/// Takes a text from `from` in. It is a message of the API from here on, whatever becomes of the webhook.
pub(crate) fn receive(
    simulator: &Simulator,
    from: &str,
    to: &str,
    body: &str,
    media: &[String],
    extras: Extras,
) -> Result<PhoneMessage, ControlError> {
    let tapped = extras.tap.as_ref().map(|tap| tap.title.clone());
    let body = tapped.as_deref().unwrap_or(body);
    if !is_valid_text(body, media) && extras.location.is_none() {
        return Err(ControlError::InvalidText);
    }
    let mut world = simulator.world();
    check_addresses(&mut world, from, to)?;
    // A customer has one number, and writes from it by the channel of whom they write to.
    let from = if whatsapp::is_address(to) { whatsapp::address_of(from) } else { from.to_owned() };
    let draft = Draft {
        media: media.to_vec(),
        service: world.service_of(to).map(|service| service.sid.clone()),
        extras,
        ..Draft::new(Direction::Inbound, &from, to, body)
    };
    let record = world.accept(draft, simulator.ambient().now())?;
    let fate = Fate::draw(&world.faults, simulator.ambient());
    handle_keyword(simulator, &mut world, &record)?;
    drop(world);
    simulator.push(Work::Inbound { sid: record.sid.clone(), fate });
    simulator.announce(&record);
    Ok(PhoneMessage::from(&record))
}

fn check_addresses(world: &mut World, from: &str, to: &str) -> Result<(), ControlError> {
    if world.number(to).is_none() {
        return Err(ControlError::UnknownNumber(to.to_owned()));
    }
    if !is_e164(from) || world.number(from).is_some() {
        return Err(ControlError::InvalidNumber(from.to_owned()));
    }
    if !world.has_phone(from) {
        world.add_phone(Phone { number: from.to_owned(), name: from.to_owned() })?;
    }
    Ok(())
}

/// The carrier answers STOP and START by itself when they change something, HELP always. The text goes on
/// to the webhook in any case.
fn handle_keyword(simulator: &Simulator, world: &mut World, record: &Record) -> Result<(), LedgerError> {
    let (number, phone) = (&record.to, record.phone());
    if record.telnyx {
        // Telnyx blocks the pair and leaves the answer to the profile's own settings.
        if let Some(blocks) = telnyx::keyword(&record.body) {
            world.block(number, phone, blocks);
        }
        return Ok(());
    }
    // On WhatsApp Twilio leaves keywords to the business.
    let Some(keyword) = keyword(&record.body).filter(|_| !whatsapp::is_address(number)) else {
        return Ok(());
    };
    let answers = match keyword {
        Keyword::Stop => world.block(number, phone, true),
        Keyword::Start => world.block(number, phone, false),
        Keyword::Help => true,
    };
    if answers {
        let draft = Draft::new(Direction::OutboundReply, number, phone, keyword.reply());
        simulator.send(world, draft)?;
    }
    Ok(())
}

/// Calls the webhook of a text and carries out the answer.
pub(crate) async fn tell(simulator: &Simulator, sid: &str, fate: Fate) {
    let Some((record, urls)) = prepare(simulator, sid) else { return };
    if record.telnyx {
        let copies = if fate.lost { 0 } else { 1 + u32::from(fate.doubled) };
        let entry = telnyx::tell(simulator, &record, copies).await;
        simulator.change(sid, |record| (record.told, record.webhook) = (true, entry));
        return;
    }
    let mut log = Log::default();
    let copies = if fate.lost { 0 } else { 1 + u32::from(fate.doubled) };
    if let Some(urls) = &urls {
        for copy in 0..copies {
            let token = simulator.world().names.token(&format!("webhook {} {copy}", record.sid));
            let teller = Teller { simulator, record: &record, params: params(simulator, &record), token };
            teller.tell(urls, &mut log).await;
        }
    }
    simulator.change(sid, |record| {
        record.told = true;
        record.webhook = urls.map(|_| log.entry());
    });
}

/// A webhook and the URL to ask when it fails.
struct Urls {
    primary: String,
    fallback: Option<String>,
}

fn prepare(simulator: &Simulator, sid: &str) -> Option<(Record, Option<Urls>)> {
    let world = simulator.world();
    let record = world.get(sid)?;
    Some((record.clone(), urls(&world, &record.to)))
}

/// The service's webhook goes before the number's unless it says otherwise (Twilio, Service resource,
/// UseInboundWebhookOnNumber).
fn urls(world: &World, number: &str) -> Option<Urls> {
    let number = world.number(number)?;
    match world.service_of(&number.number).filter(|service| !service.use_inbound_webhook_on_number) {
        Some(service) => {
            Some(Urls { primary: service.inbound_url.clone()?, fallback: service.fallback_url.clone() })
        }
        None => Some(Urls { primary: number.sms_url.clone()?, fallback: number.sms_fallback_url.clone() }),
    }
}

/// What the ledger will say about the webhook.
#[derive(Default)]
struct Log {
    attempts: u32,
    answered_status: Option<u16>,
    used_fallback: bool,
    error_code: Option<u32>,
}

impl Log {
    fn entry(self) -> WebhookEntry {
        WebhookEntry {
            attempts: self.attempts,
            answered_status: self.answered_status,
            used_fallback: self.used_fallback,
            error_code: self.error_code,
        }
    }
}

/// The carrier itself failed (Twilio, error 12400).
const INTERNAL: u32 = 12_400;
/// At most this many `<Redirect>`s are followed in one answer.
const REDIRECTS_MAX: usize = 10;

struct Teller<'a> {
    simulator: &'a Simulator,
    record: &'a Record,
    params: Params,
    token: String,
}

impl Teller<'_> {
    /// Asks the webhook and, if it fails, the fallback, which also learns what failed and where.
    async fn tell(&self, urls: &Urls, log: &mut Log) {
        let failed = match self.ask(&urls.primary, &self.params, log).await {
            Ok(verbs) => return self.carry_out(verbs, log).await,
            Err(code) => code,
        };
        log.error_code = Some(failed);
        let Some(fallback) = &urls.fallback else { return };
        log.used_fallback = true;
        let mut params = self.params.clone();
        params.push(("ErrorCode".into(), failed.to_string()));
        params.push(("ErrorUrl".into(), urls.primary.clone()));
        match self.ask(fallback, &params, log).await {
            Ok(verbs) => self.carry_out(verbs, log).await,
            Err(code) => log.error_code = Some(code),
        }
    }

    /// # Errors
    ///
    /// Twilio's debugger code of what went wrong.
    async fn ask(&self, url: &str, params: &Params, log: &mut Log) -> Result<Document, u32> {
        let call = Call { url, params, token: self.token.clone() };
        let outcome = self.simulator.courier().deliver(&call).await;
        log.attempts += outcome.attempts;
        log.answered_status = outcome.status();
        let answer = outcome.result.map_err(|failure| failure as u32)?;
        let verbs = twiml::read(&answer).map_err(|unusable| unusable as u32)?;
        Ok(Document { verbs, answer })
    }

    /// Verbs after a `<Redirect>` are never reached.
    async fn carry_out(&self, mut document: Document, log: &mut Log) {
        for _ in 0..=REDIRECTS_MAX {
            let Some(next) = self.perform(&document, log) else { return };
            match self.ask(&next, &self.params, log).await {
                Ok(answer) => document = answer,
                Err(code) => return log.error_code = Some(code),
            }
        }
    }

    /// Sends the replies and gives back where a `<Redirect>` leads.
    fn perform(&self, document: &Document, log: &mut Log) -> Option<String> {
        for verb in &document.verbs {
            match verb {
                Verb::Redirect(url) => return resolve(&document.answer.url, url),
                Verb::Message(reply) => {
                    if let Err(code) = self.reply(reply, &document.answer.url) {
                        log.error_code = Some(code);
                    }
                }
            }
        }
        None
    }

    /// Sends one reply. Refusals are Twilio's codes, shown in its debugger and nowhere else.
    fn reply(&self, reply: &Reply, base: &str) -> Result<(), u32> {
        let to = reply.to.as_deref().unwrap_or(self.record.phone());
        let from = reply.from.as_deref().unwrap_or(&self.record.to);
        let mut world = self.simulator.world();
        check_reply(&world, from, to, reply)?;
        let callback = reply.status_callback.as_deref().and_then(|url| resolve(base, url));
        let draft = Draft {
            media: reply.media.clone(),
            status_callback: callback,
            ..Draft::new(Direction::OutboundReply, from, to, &reply.body)
        };
        let sent = self.simulator.send(&mut world, draft);
        drop(world);
        let record = sent.map_err(|_| INTERNAL)?;
        self.simulator.announce(&record);
        Ok(())
    }
}

/// An answer that could be read, and where it came from.
struct Document {
    verbs: Vec<Verb>,
    answer: Answer,
}

fn check_reply(world: &World, from: &str, to: &str, reply: &Reply) -> Result<(), u32> {
    if !is_e164(whatsapp::number_in(to)) {
        return Err(21_211);
    }
    if world.number(from).is_none() {
        return Err(21_606);
    }
    if !is_valid_text(&reply.body, &reply.media) {
        return Err(if reply.body.is_empty() { 21_602 } else { 21_617 });
    }
    if world.is_blocked(from, to) { Err(21_610) } else { Ok(()) }
}

/// The parameters of the webhook for an inbound text (Twilio, Webhook request parameters).
fn params(simulator: &Simulator, record: &Record) -> Params {
    let account_sid = &simulator.config().account_sid;
    let (from, to) = (record.phone(), record.to.as_str());
    let mut params: Params = Vec::new();
    let mut put = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
    for (side, number) in [("To", to), ("From", from)] {
        put(&format!("{side}Country"), country(whatsapp::number_in(number)));
        // Known to Twilio for some numbers only, and then sent empty.
        ["State", "City", "Zip"].iter().for_each(|part| put(&format!("{side}{part}"), ""));
    }
    ["SmsMessageSid", "SmsSid", "MessageSid"].iter().for_each(|name| put(name, &record.sid));
    put("NumMedia", &record.media.len().to_string());
    put("SmsStatus", record.status.as_str());
    put("Body", &record.body);
    put("To", to);
    put("NumSegments", &record.segments.to_string());
    put("AccountSid", account_sid);
    put("From", from);
    put("ApiVersion", crate::api::VERSION);
    if let Some(service) = &record.service {
        put("MessagingServiceSid", service);
    }
    if whatsapp::is_address(to) {
        let world = simulator.world();
        let name = world.phones.iter().find(|phone| phone.number == whatsapp::number_in(from));
        let quoted = record.extras.reply_to.as_deref().and_then(|sid| world.get(sid));
        let sender = quoted.and_then(|quoted| quoted.from.as_deref());
        params.extend(whatsapp::params(record, name.map(|phone| phone.name.as_str()), sender));
    }
    for (index, medium) in record.media.iter().enumerate() {
        params.push((format!("MediaContentType{index}"), medium.content_type.clone()));
        let path = crate::api::medium_path(account_sid, &record.sid, &medium.sid);
        let public = simulator.config().public_url.as_ref();
        let url = public.map(|base| format!("{}{path}", base.trim_end_matches('/')));
        params.push((format!("MediaUrl{index}"), url.unwrap_or_else(|| medium.url.clone())));
    }
    params
}

/// The country of a number, for the calling codes a demo is likely to use.
fn country(number: &str) -> &'static str {
    let known = [("+1", "US"), ("+44", "GB"), ("+49", "DE"), ("+33", "FR"), ("+34", "ES"), ("+52", "MX")];
    known.iter().find(|(code, _)| number.starts_with(code)).map_or("", |(_, country)| country)
}
