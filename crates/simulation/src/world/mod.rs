//! Everything around the nodes: hosts that die, a provider with a ledger, people, and the weather.

mod callbacks;
mod hosts;
mod people;
mod provider;
mod weather;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use trunkline_domain::backoff::Backoff;
use trunkline_domain::message::Timing;
use trunkline_domain::time::Timestamp;

pub(crate) use provider::{Accepted, Exchange, Outbound};
pub(crate) use weather::Climate;

use crate::bug::Bug;
use crate::chance::Chance;
use crate::executor::{Executor, Signal, WORLD};
use crate::store::{Engine, Store};
use crate::trace::Trace;
use crate::witness::Witness;
use hosts::Host;
use provider::Provider;
use weather::Rates;

/// When every run begins.
pub(crate) const BEGIN: Timestamp = Timestamp::from_secs(1_700_000_000);

/// How long people write and things go wrong.
pub(crate) const STORM: Duration = Duration::from_secs(600);

/// Everything of one run.
pub(crate) struct World {
    pub(crate) executor: Executor,
    pub(crate) store: Store,
    pub(crate) bug: Option<Bug>,
    pub(crate) climate: Climate,
    /// Lines are in a messaging service, so that the provider keeps what is planned; in one run of four, and by a
    /// chance of its own, so that the other runs are what they were.
    pub(crate) keeps: bool,
    /// What people plan for later.
    plans: Chance,
    pub(crate) timing: Timing,
    pub(crate) provider: Provider,
    pub(crate) witness: Rc<Witness>,
    /// Delays that are no faults.
    pub(crate) latency: Chance,
    trace: Rc<Trace>,
    /// What goes wrong.
    weather: Chance,
    rates: RefCell<Rates>,
    /// What people do.
    people: Chance,
    hosts: RefCell<Vec<Host>>,
    processes: Cell<u32>,
    /// Hosts whose process died, and when it is started again.
    restarts: RefCell<Vec<(u64, usize)>>,
    restarts_changed: Signal,
    seed: u64,
}

impl World {
    pub(crate) fn new(engine: Engine, seed: u64, bug: Option<Bug>, trace: Rc<Trace>) -> Rc<World> {
        let executor = Executor::default();
        let witness = Rc::new(Witness::new(&executor, &trace));
        let observer = witness.clone();
        let observe = Box::new(move |tables: &_, layer: &_| observer.committed(tables, layer));
        let store = Store::new(engine, &executor, Chance::new(seed, "store"), observe);
        let weather = Chance::new(seed, "weather");
        let climate = Climate::draw(&weather);
        let plans = Chance::new(seed, "plans");
        let keeps = plans.happens(0.25);
        Rc::new(World {
            store,
            bug,
            keeps,
            plans,
            timing: timing(),
            provider: Provider::new(Chance::new(seed, "provider")),
            witness,
            latency: Chance::new(seed, "latency"),
            trace,
            rates: RefCell::new(climate.storm(engine)),
            climate,
            weather,
            people: Chance::new(seed, "people"),
            hosts: RefCell::default(),
            processes: Cell::new(WORLD),
            restarts: RefCell::default(),
            restarts_changed: Signal::default(),
            seed,
            executor,
        })
    }

    /// Starts hosts, people and weather.
    pub(crate) fn start(self: &Rc<Self>) {
        self.store.set_faults(self.rates.borrow().store.clone());
        self.start_hosts(if self.store.engine() == Engine::Sqlite { 1 } else { 3 });
        self.start_supervisor();
        self.start_people();
        self.start_weather();
    }

    /// The storm is over: nothing fails any more, and what is down comes up.
    pub(crate) fn calm(self: &Rc<Self>) {
        self.trace(format_args!("the storm is over"));
        *self.rates.borrow_mut() = Rates::default();
        self.store.set_faults(self.rates.borrow().store.clone());
        self.store.server_up();
        self.all_hosts_up();
    }

    pub(crate) fn trace(&self, what: fmt::Arguments<'_>) {
        self.trace.add(self.executor.now(), what);
    }

    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        self.executor.spawn(WORLD, work);
    }
}

/// The product's look-ups; retries and polls that fit into a run of ten minutes.
fn timing() -> Timing {
    Timing {
        polls: [20, 60, 120].map(Duration::from_secs).to_vec(),
        backoff: Backoff { base: Duration::from_secs(5), ..Backoff::SENDS },
        ..Timing::default()
    }
}
