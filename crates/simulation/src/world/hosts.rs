//! Hosts: a clock each, and a process that is started again whenever it dies.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use trunkline_domain::ambient::{Ambient, Clock, SeededEntropy};
use trunkline_domain::time::Timestamp;

use super::{BEGIN, World};
use crate::chance::mix;
use crate::executor::ProcessId;
use crate::node::Node;

/// A machine.
pub(super) struct Host {
    clock: Arc<HostClock>,
    process: Option<ProcessId>,
    /// The process, once it serves.
    node: Option<Rc<Node>>,
}

/// The true time, and how far off this host shows it.
struct HostClock {
    now: Arc<AtomicU64>,
    offset: AtomicI64,
}

impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        let since = self.now.load(Ordering::Relaxed) as i64 + self.offset.load(Ordering::Relaxed);
        Timestamp::from_micros(BEGIN.micros() + since)
    }
}

impl World {
    pub(super) fn start_hosts(self: &Rc<Self>, count: usize) {
        for host in 0..count {
            let clock = Arc::new(HostClock { now: self.executor.shared_now(), offset: AtomicI64::new(0) });
            self.hosts.borrow_mut().push(Host { clock, process: None, node: None });
            self.start_process(host);
        }
    }

    fn start_process(self: &Rc<Self>, host: usize) {
        if self.process_on(host).is_some() {
            return;
        }
        self.processes.set(self.processes.get() + 1);
        let process = self.processes.get();
        let clock = self.hosts.borrow()[host].clock.clone();
        let entropy = SeededEntropy::new(mix(self.seed, "process").wrapping_add(u64::from(process)));
        let node = Node::new(self, host, process, Ambient::new(clock, Arc::new(entropy)));
        self.trace(format_args!("n{host} starts as process {process}"));
        self.hosts.borrow_mut()[host].process = Some(process);
        self.executor.spawn(process, node.live());
    }

    /// A process serves from now on.
    pub(crate) fn node_ready(&self, node: &Rc<Node>) {
        self.hosts.borrow_mut()[node.host].node = Some(node.clone());
    }

    pub(super) fn process_on(&self, host: usize) -> Option<ProcessId> {
        self.hosts.borrow()[host].process
    }

    /// Kills the process of a host; it is started again after a while.
    pub(crate) fn crash(&self, host: usize) {
        let Some(process) = self.hosts.borrow_mut()[host].process.take() else { return };
        self.trace(format_args!("n{host} dies"));
        let node = self.hosts.borrow_mut()[host].node.take();
        drop(node);
        self.executor.kill(process);
        self.store.process_died();
        let again = if self.weather.happens(0.7) {
            self.weather.seconds(0.2, 3.0)
        } else {
            self.weather.seconds(10.0, 60.0)
        };
        self.restarts.borrow_mut().push((self.executor.now() + crate::executor::micros(again), host));
        self.restarts_changed.change(&self.executor);
    }

    /// Starts what died, when its time has come.
    pub(super) fn start_supervisor(self: &Rc<Self>) {
        let world = self.clone();
        self.spawn(async move {
            loop {
                let seen = world.restarts_changed.version();
                let now = world.executor.now();
                let due: Vec<usize> = world
                    .restarts
                    .borrow_mut()
                    .extract_if(.., |(at, _)| *at <= now)
                    .map(|(_, host)| host)
                    .collect();
                due.into_iter().for_each(|host| world.start_process(host));
                let next = world.restarts.borrow().iter().map(|(at, _)| *at).min();
                world.restarts_changed.changed(&world.executor, seen, next).await;
            }
        });
    }

    pub(super) fn all_hosts_up(self: &Rc<Self>) {
        self.restarts.borrow_mut().clear();
        let count = self.hosts.borrow().len();
        (0..count).for_each(|host| {
            self.set_clock(host, 0.0);
            self.start_process(host);
        });
    }

    pub(super) fn set_clock(&self, host: usize, seconds: f64) {
        self.hosts.borrow()[host].clock.offset.store((seconds * 1e6) as i64, Ordering::Relaxed);
    }

    /// A node that serves, drawn like a load balancer would; it does not notice one that stands still.
    pub(super) fn any_node(&self) -> Option<Rc<Node>> {
        let up: Vec<Rc<Node>> = self.hosts.borrow().iter().filter_map(|host| host.node.clone()).collect();
        let last = up.len().checked_sub(1)?;
        up.get(self.latency.between(0, last as u64) as usize).cloned()
    }

    /// Has `work` done by a process, if one is up and answers in time.
    pub(super) async fn ask<T: 'static, W>(&self, work: impl FnOnce(Rc<Node>) -> W) -> Option<T>
    where
        W: Future<Output = T> + 'static,
    {
        self.executor.sleep(self.latency.millis(0.5, 5.0)).await;
        let node = self.any_node()?;
        let (answer, executor) = (crate::executor::Slot::new(), self.executor.clone());
        let (told, back, process) = (answer.clone(), self.latency.millis(0.5, 5.0), node.process);
        let work = work(node);
        self.executor.spawn(process, async move {
            let done = work.await;
            executor.sleep(back).await;
            told.fill(&executor, done);
        });
        answer.wait(&self.executor, ANSWER_TIMEOUT).await
    }
}

/// How long the provider and people wait for an answer of ours (Twilio, "Webhooks connection overrides").
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
