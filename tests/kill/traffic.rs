//! Customers who text and are answered, all at once, until told to stop.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trunkline_simulator::{Simulator, Way};
use uuid::Uuid;

use crate::carrier::{Carrier, NUMBER};
use crate::chance::Chance;
use crate::office::Office;

/// Customers for each reply in flight, and at least: each writes one text or gets one reply at a time, and one
/// person's replies go out one after the other.
const CUSTOMERS: (f64, usize) = (1.2, 80);

/// What all customers together would like to say and hear in a second. More would keep the machine so busy with
/// listening that little is sent.
const WORDS_PER_SECOND: u64 = 150;
/// Rate of texts among that; the others are replies.
const TEXTS: f64 = 0.3;

/// A moment of silence.
const SILENCE: Duration = Duration::from_millis(50);

/// Rate of replies that say what others said before, as people do: a look-up has to tell them apart.
const USUAL_WORDS: f64 = 0.3;
/// Rate of replies that are planned for a moment later, and how much later in milliseconds.
const PLANNED: f64 = 0.2;
const PLANNED_FOR: (u64, u64) = (300, 2_500);
/// Rate of requests sent twice at the same moment, as by two impatient clicks.
const AT_ONCE: f64 = 0.1;
/// Rate of requests sent again after they were acknowledged.
const ONCE_MORE: f64 = 0.1;

/// Customers at work.
pub(crate) struct Traffic {
    stop: CancellationToken,
    customers: Vec<JoinHandle<Said>>,
}

/// What was said, by customers and to them.
#[derive(Default)]
pub(crate) struct Said {
    /// In the order of each customer.
    pub(crate) texts: Vec<Text>,
    /// In the order of each customer.
    pub(crate) replies: Vec<Reply>,
}

/// A text that a customer's phone has sent.
pub(crate) struct Text {
    pub(crate) sid: String,
    pub(crate) from: String,
    pub(crate) body: String,
}

/// A reply that the program has acknowledged.
pub(crate) struct Reply {
    pub(crate) id: Uuid,
    pub(crate) to: String,
    pub(crate) body: String,
    /// It was planned for later, so it keeps no order with the others.
    pub(crate) planned: bool,
}

impl Traffic {
    /// Customers fall silent for a moment whenever `in_flight` replies are on their way to the carrier. Pushing
    /// ever more into a program that dies every second would only measure the machine.
    pub(crate) fn start(office: &Office, carrier: &Carrier, seed: u64, in_flight: usize) -> Self {
        let stop = CancellationToken::new();
        let pace = Arc::new(Pace::new(&carrier.simulator, in_flight));
        let count = CUSTOMERS.1.max((in_flight as f64 * CUSTOMERS.0) as usize);
        let pause_max = 2_000 * count as u64 / WORDS_PER_SECOND;
        let customer = |number| {
            let phone = carrier.simulator.add_phone(&format!("Customer {number}"), None).unwrap();
            let customer = Customer {
                phone: phone.number,
                office: office.clone(),
                simulator: carrier.simulator.clone(),
                pace: pace.clone(),
                chance: Chance::new(seed, &format!("customer {number}")),
                pause_max,
                said: Said::default(),
            };
            tokio::spawn(customer.talk(stop.clone()))
        };
        Traffic { customers: (0..count).map(customer).collect(), stop }
    }

    /// Lets everyone finish what they are saying.
    pub(crate) async fn stop(self) -> Said {
        self.stop.cancel();
        let mut all = Said::default();
        for said in join_all(self.customers).await {
            // As if the customer's failure had happened here: its message says what is wrong.
            let said = said.unwrap_or_else(|ended| resume_unwind(ended.into_panic()));
            all.texts.extend(said.texts);
            all.replies.extend(said.replies);
        }
        all
    }
}

/// Counts what is in flight.
struct Pace {
    in_flight_max: usize,
    simulator: Simulator,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    acknowledged: usize,
    at_the_carrier: usize,
    /// How far the ledger was read.
    position: u64,
}

impl Pace {
    fn new(simulator: &Simulator, in_flight_max: usize) -> Self {
        Pace { in_flight_max, simulator: simulator.clone(), counts: Mutex::default() }
    }

    fn acknowledged(&self) {
        self.counts.lock().acknowledged += 1;
    }

    fn is_too_fast(&self) -> bool {
        self.in_flight() > self.in_flight_max
    }

    fn in_flight(&self) -> usize {
        let mut counts = self.counts.lock();
        for item in self.simulator.ledger(counts.position, usize::MAX) {
            counts.at_the_carrier += usize::from(item.direction == Way::ToPhone);
            counts.position = item.n;
        }
        // The carrier may have a reply before its acknowledgement is here.
        counts.acknowledged.saturating_sub(counts.at_the_carrier)
    }
}

struct Customer {
    phone: String,
    office: Office,
    simulator: Simulator,
    pace: Arc<Pace>,
    chance: Chance,
    /// The longest pause between two words, in milliseconds.
    pause_max: u64,
    said: Said,
}

impl Customer {
    async fn talk(mut self, stop: CancellationToken) -> Said {
        while !stop.is_cancelled() {
            let pause = self.chance.millis(0, self.pause_max);
            // Nobody is kept waiting for the end of a long pause.
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                break;
            }
            if self.pace.is_too_fast() {
                tokio::time::sleep(SILENCE).await;
                continue;
            }
            if self.chance.happens(TEXTS) { self.text() } else { self.hear().await }
        }
        self.said
    }

    fn text(&mut self) {
        let body = format!("Text {} of {}", self.said.texts.len() + 1, self.phone);
        let sent = self.simulator.text(&self.phone, NUMBER, &body, &[]).unwrap();
        self.said.texts.push(Text { sid: sent.sid, from: self.phone.clone(), body });
    }

    /// The office replies. The next reply waits for its acknowledgement, so the order is known.
    async fn hear(&mut self) {
        let number = self.said.replies.len() + 1;
        let key = format!("{} {number}", self.phone);
        let usual = self.chance.happens(USUAL_WORDS);
        let body = if usual { "On our way.".into() } else { format!("Reply {number} to {}", self.phone) };
        let planned = self.chance.happens(PLANNED);
        let at = self.chance.ambient().now().plus(self.chance.millis(PLANNED_FOR.0, PLANNED_FOR.1));
        let send = || self.office.reply(&key, &self.phone, &body, planned.then_some(at));
        // The first words to someone also make the contact and the conversation: the likeliest place for a race.
        let id = if number == 1 || self.chance.happens(AT_ONCE) {
            let (one, other) = tokio::join!(send(), send());
            assert_eq!(one, other, "one key, two messages");
            one
        } else {
            send().await
        };
        if self.chance.happens(ONCE_MORE) {
            assert_eq!(send().await, id, "the same key gave another message");
        }
        self.pace.acknowledged();
        self.said.replies.push(Reply { id, to: self.phone.clone(), body, planned });
    }
}
