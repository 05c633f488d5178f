//! What goes wrong, and how often: each run has a climate of its own, so that some see much of one fault
//! and nothing of another. A fault that is always there hides those that need its absence.

use std::rc::Rc;
use std::time::Duration;

use super::World;
use crate::chance::Chance;
use crate::node::Node;
use crate::store::{Engine, StoreFaults};

/// PostgreSQL ends a transaction whose client is silent this long (the sessions'
/// idle_in_transaction_session_timeout).
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// What a run can expect.
#[derive(Clone, Debug)]
pub(crate) struct Climate {
    /// The provider accepts and lists within the time in which look-ups are made, so that no message may
    /// be doubled at all. Elsewhere one may, if it must arrive and says so.
    pub(crate) prompt: bool,
    factors: [f64; 8],
}

/// Rates of trouble at this moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates {
    /// At each step of a node.
    crash: f64,
    pause: f64,
    /// Seconds by which a host's clock may jump.
    jump: f64,
    /// Seconds between blows at any moment, not only at steps; 0: none.
    between_blows: f64,
    pub(super) store: StoreFaults,
    pub(super) provider: ProviderFaults,
}

/// What the provider does wrong, as rates, and seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct ProviderFaults {
    pub(super) no_connection: f64,
    pub(super) throttled: f64,
    pub(super) refused: f64,
    pub(super) error_before: f64,
    pub(super) vanished: f64,
    pub(super) error_after: f64,
    pub(super) answer_dropped: f64,
    pub(super) answer_hangs: f64,
    pub(super) late: f64,
    pub(super) late_max: f64,
    pub(super) list_lag_max: f64,
    pub(super) list_fails: f64,
    pub(super) callback_lost: f64,
    pub(super) callback_doubled: f64,
    pub(super) callback_delay_max: f64,
    pub(super) callback_unmarked: f64,
}

impl Climate {
    pub(super) fn draw(chance: &Chance) -> Climate {
        let factors = std::array::from_fn(|_| [0.0, 0.5, 1.0, 1.0, 4.0][chance.between(0, 4) as usize]);
        Climate { prompt: chance.happens(0.75), factors }
    }

    pub(super) fn storm(&self, engine: Engine) -> Rates {
        let [crash, pause, jump, blows, store, refusals, doubts, callbacks] = self.factors;
        // Slow as it may be, a prompt provider is done before the last look-up, at +72 s.
        let (late_max, list_lag_max) = if self.prompt { (20.0, 25.0) } else { (60.0, 120.0) };
        // On SQLite there is one clock, and whatever it does nobody else sees another.
        let jump_max = if self.prompt { 4.0 } else { 20.0 };
        Rates {
            crash: 0.0015 * crash,
            pause: if engine == Engine::Postgres { 0.0015 * pause } else { 0.0005 * pause },
            jump: if jump > 0.0 { jump_max } else { 0.0 },
            between_blows: if blows > 0.0 { 120.0 / blows } else { 0.0 },
            store: StoreFaults {
                broken: 0.001 * store,
                answer_lost: 0.006 * store,
                flush_failed: 0.002 * store,
            },
            provider: ProviderFaults {
                no_connection: 0.03 * refusals,
                throttled: 0.06 * refusals,
                refused: 0.02 * refusals,
                error_before: 0.02 * doubts,
                vanished: 0.02 * doubts,
                error_after: 0.02 * doubts,
                answer_dropped: 0.03 * doubts,
                answer_hangs: 0.02 * doubts,
                late: 0.02 * doubts,
                late_max,
                list_lag_max,
                list_fails: 0.1 * doubts,
                callback_lost: 0.1 * callbacks,
                callback_doubled: 0.15 * callbacks,
                callback_delay_max: 15.0 * callbacks,
                callback_unmarked: 0.2,
            },
        }
    }
}

impl World {
    /// What may hit a process at this very step.
    pub(crate) async fn strike(&self, node: &Node) {
        let (crash, pause) = (self.rates.borrow().crash, self.rates.borrow().pause);
        if self.weather.happens(crash) {
            self.crash(node.host);
            // The process is gone; nothing of it goes on.
            return std::future::pending().await;
        }
        if self.weather.happens(pause) {
            self.pause(node.host);
            // The next wake-up is held back.
            self.executor.sleep(Duration::ZERO).await;
        }
    }

    /// Whether the provider can always be asked what became of a message, also in the storm.
    pub(crate) fn polls_work(&self) -> bool {
        self.climate.storm(self.store.engine()).provider.list_fails == 0.0
    }

    /// Stands a process still: most times shorter than a lease, sometimes longer than all look-ups.
    fn pause(&self, host: usize) {
        let time = match self.weather.between(0, 9) {
            0..=4 => self.weather.seconds(0.1, 14.0),
            5..=7 => self.weather.seconds(15.0, 40.0),
            _ => self.weather.seconds(80.0, 110.0),
        };
        self.trace(format_args!("n{host} stands still for {time:?}"));
        if let Some(process) = self.process_on(host) {
            self.executor.pause(process, time);
            if time > IDLE_TIMEOUT {
                let (store, executor) = (self.store.clone(), self.executor.clone());
                self.spawn(async move {
                    executor.sleep(IDLE_TIMEOUT).await;
                    store.end_idle(process);
                });
            }
        }
    }

    pub(super) fn start_weather(self: &Rc<Self>) {
        let world = self.clone();
        self.spawn(async move {
            loop {
                let between = world.rates.borrow().between_blows;
                if between == 0.0 {
                    return;
                }
                world.executor.sleep(world.weather.seconds(0.0, 2.0 * between)).await;
                world.blow().await;
            }
        });
    }

    /// Trouble that does not wait for a step.
    async fn blow(self: &Rc<Self>) {
        if self.rates.borrow().between_blows == 0.0 {
            return;
        }
        let host = self.weather.between(0, self.hosts.borrow().len() as u64 - 1) as usize;
        match self.weather.between(0, 4) {
            0 => self.crash(host),
            1 => self.pause(host),
            2 => self.jump(host),
            3 => self.provider_away().await,
            _ => self.restart_server(),
        }
    }

    fn jump(&self, host: usize) {
        let most = self.rates.borrow().jump;
        if most > 0.0 {
            let offset = self.weather.fraction() * 2.0 * most - most;
            self.trace(format_args!("n{host} has its clock {offset:.3} s off"));
            self.set_clock(host, offset);
        }
    }

    /// The provider cannot be reached at all for a while.
    async fn provider_away(&self) {
        let usual = self.rates.borrow().provider.clone();
        if usual.list_fails == 0.0 {
            return;
        }
        self.trace(format_args!("the provider is away"));
        let away = ProviderFaults { no_connection: 1.0, list_fails: 1.0, ..usual.clone() };
        self.rates.borrow_mut().provider = away;
        self.executor.sleep(self.weather.seconds(10.0, 180.0)).await;
        if self.rates.borrow().between_blows > 0.0 {
            self.rates.borrow_mut().provider = usual;
        }
    }

    fn restart_server(&self) {
        if self.store.engine() == Engine::Sqlite || self.rates.borrow().store.answer_lost == 0.0 {
            return;
        }
        self.trace(format_args!("the database server restarts"));
        self.store.go_away(self.weather.seconds(0.3, 8.0));
    }
}
