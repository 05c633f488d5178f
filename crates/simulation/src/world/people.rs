//! People: authors who send with idempotency keys and ask again when no answer came, and customers who text.

use std::rc::Rc;
use std::time::Duration;

use trunkline_domain::ids::MessageId;
use trunkline_domain::message::DoubtPolicy;

use super::STORM;
use super::World;
use crate::node::{Accepted, Request};
use crate::store::{Phone, Webhook};

/// Customers.
const PHONES: u64 = 6;

/// Programs and people who send.
const AUTHORS: u64 = 3;

/// How often an author asks for one message.
const TRIES: usize = 8;

impl World {
    pub(super) fn start_people(self: &Rc<Self>) {
        for author in 0..AUTHORS {
            let world = self.clone();
            self.spawn(async move { world.write(author).await });
        }
        for phone in 0..PHONES {
            let world = self.clone();
            self.spawn(async move { world.text(phone as Phone).await });
        }
    }

    fn over(&self) -> bool {
        self.executor.now() >= crate::executor::micros(STORM)
    }

    async fn write(self: Rc<Self>, author: u64) {
        for number in 0.. {
            // Bursts: what comes together meets in the queue.
            let pause = if self.people.happens(0.6) { 2.0 } else { 50.0 };
            self.executor.sleep(self.people.seconds(0.0, pause)).await;
            if self.over() {
                return;
            }
            let request = self.draw_request(author * 1_000 + number);
            if self.people.happens(0.05) {
                self.send_past_us(request.to, 900 + request.body);
            }
            self.send(request).await;
        }
    }

    fn draw_request(&self, key: u64) -> Request {
        let policy = if self.people.happens(0.5) { DoubtPolicy::MustArrive } else { DoubtPolicy::NeverTwice };
        // People repeat themselves: the same few texts to the same few phones.
        let (to, body) = (self.people.between(0, PHONES - 1) as Phone, self.people.between(0, 3) as u32);
        let planned = self.keeps && self.plans.happens(0.3);
        let planned_in = planned.then(|| self.plans.seconds(300.0, 900.0));
        Request { key, to, body, policy, planned_in }
    }

    /// Asks until somebody answers; impatient authors ask again while the first request is under way.
    async fn send(self: &Rc<Self>, request: Request) {
        self.witness.asked(&request);
        if self.people.happens(0.1) {
            let (world, again) = (self.clone(), request.clone());
            self.spawn(async move {
                world.executor.sleep(world.people.millis(0.0, 10.0)).await;
                world.send_once(&again).await;
            });
        }
        for _ in 0..TRIES {
            if let Some(id) = self.send_once(&request).await {
                self.maybe_change_plan(&request, id);
                return self.maybe_cancel(id).await;
            }
            self.executor.sleep(self.people.seconds(0.1, 5.0)).await;
        }
    }

    async fn send_once(&self, request: &Request) -> Option<Option<MessageId>> {
        let asked = request.clone();
        let answer = self.ask(|node| async move { node.enqueue(&asked).await }).await?.ok()?;
        self.trace(format_args!("request {} to {}: {answer:?}", request.key, request.to));
        match answer {
            Accepted::New(id) | Accepted::Again(id) => {
                self.witness.acknowledged(request.key, id);
                Some(Some(id))
            }
            Accepted::Refused => Some(None),
            Accepted::KeyReused => {
                self.witness.key_reused(request.key);
                Some(None)
            }
        }
    }

    /// Of what waits for its time, some is called off and some sent at once.
    fn maybe_change_plan(self: &Rc<Self>, request: &Request, id: Option<MessageId>) {
        let Some(id) = id.filter(|_| request.planned_in.is_some()) else { return };
        let (world, wait) = (self.clone(), self.plans.seconds(0.0, 900.0));
        let (cancels, hurries) = (self.plans.happens(0.25), self.plans.happens(0.15));
        self.spawn(async move {
            world.executor.sleep(wait).await;
            if hurries {
                world.ask(|node| async move { node.send_now(id).await }).await;
            }
            if cancels {
                world.ask(|node| async move { node.cancel(id).await }).await;
            }
        });
    }

    async fn maybe_cancel(&self, id: Option<MessageId>) {
        if let Some(id) = id.filter(|_| self.people.happens(0.05)) {
            self.ask(|node| async move { node.cancel(id).await }).await;
        }
    }

    async fn text(self: Rc<Self>, phone: Phone) {
        // Half of them say STOP at some time.
        let stop_at = if self.people.happens(0.5) { self.people.seconds(30.0, 550.0) } else { Duration::MAX };
        let mut stopped = false;
        loop {
            self.executor.sleep(self.people.seconds(0.0, 60.0)).await;
            if self.over() {
                return;
            }
            let stops = !stopped && self.executor.now() >= crate::executor::micros(stop_at);
            stopped |= stops;
            let body =
                if stops { "Stop.".to_owned() } else { format!("hello {}", self.people.between(0, 9)) };
            let sid = self.text_in(phone, body.clone());
            let acknowledged = self.knock(Webhook::Text { sid, from: phone, body }).await;
            if let Some(text) = self.provider.texts.borrow_mut().iter_mut().find(|text| text.sid == sid) {
                text.acknowledged = acknowledged;
            }
        }
    }
}
