//! What becomes of an accepted message, and what the provider tells of it: late, twice, out of order, never.

use std::rc::Rc;

use trunkline_domain::message::MessageState;

use super::{Outbound, World};
use crate::store::{Sid, Webhook};

impl World {
    pub(super) fn start_life(self: &Rc<Self>, sid: Sid, outbound: Outbound) {
        let world = self.clone();
        self.spawn(async move {
            let chance = &world.provider.chance;
            let outcome = match chance.between(0, 19) {
                0 => None,
                1..=2 => Some(MessageState::Undelivered),
                3 => Some(MessageState::Failed),
                _ => Some(MessageState::Delivered),
            };
            world.executor.sleep(chance.millis(0.0, 3_000.0)).await;
            world.tell(sid, outbound, MessageState::Sent);
            world.executor.sleep(chance.seconds(0.0, 20.0)).await;
            let Some(outcome) = outcome else { return };
            if let Some(item) = world.provider.accepted.borrow_mut().iter_mut().find(|item| item.sid == sid) {
                item.state = outcome;
            }
            world.tell(sid, outbound, outcome);
        });
    }

    /// Tells us, if nothing comes between.
    pub(super) fn tell(self: &Rc<Self>, sid: Sid, outbound: Outbound, state: MessageState) {
        let chance = &self.provider.chance;
        let faults = self.rates.borrow().provider.clone();
        if chance.happens(faults.callback_lost) {
            return;
        }
        // One without our mark comes to an address of a former system.
        let mark = Some((outbound.id, outbound.number)).filter(|_| !chance.happens(faults.callback_unmarked));
        let times = if chance.happens(faults.callback_doubled) { 2 } else { 1 };
        for _ in 0..times {
            let slow = chance.happens(0.3);
            let wait = chance.seconds(0.0, if slow { faults.callback_delay_max } else { 0.2 });
            let world = self.clone();
            self.spawn(async move {
                world.executor.sleep(wait).await;
                if world.knock(Webhook::Status { sid, state, mark }).await {
                    world.witness.reported(sid, state);
                }
            });
        }
    }

    /// Calls a webhook, and once again if it was not answered. Returns whether it was acknowledged.
    pub(super) async fn knock(self: &Rc<Self>, webhook: Webhook) -> bool {
        for _ in 0..2 {
            let knocked = webhook.clone();
            if self.ask(|node| node.take(knocked)).await == Some(Ok(())) {
                return true;
            }
            self.executor.sleep(self.latency.millis(100.0, 2_000.0)).await;
        }
        false
    }
}
