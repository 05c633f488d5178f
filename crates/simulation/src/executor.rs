//! Virtual time: tasks that run one at a time, in an order that follows from the seed alone.
//!
//! A task belongs to a *process*. Killing a process drops its tasks wherever they wait, which is what
//! SIGKILL does to a program; pausing one holds their wake-ups back, as a stopped virtual machine would.
//! Between two waits a task runs alone, so every wait is a place where anything may come between.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A process; [`WORLD`] is everything outside of ours.
pub(crate) type ProcessId = u32;

/// The carrier, the people, the database server: what no crash of ours takes down.
pub(crate) const WORLD: ProcessId = 0;

type TaskId = u64;
type Work = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    process: ProcessId,
    /// `None` while it runs.
    work: Option<Work>,
}

#[derive(Default)]
struct Inner {
    /// Microseconds since the run began; shared with the clocks of the hosts.
    now: Arc<AtomicU64>,
    next: Cell<u64>,
    current: Cell<TaskId>,
    stopped: Cell<bool>,
    wakes: RefCell<BinaryHeap<Reverse<(u64, u64, TaskId)>>>,
    tasks: RefCell<BTreeMap<TaskId, Task>>,
    paused: RefCell<BTreeMap<ProcessId, u64>>,
}

/// The executor; a clone is another handle to it.
#[derive(Clone, Default)]
pub(crate) struct Executor(Rc<Inner>);

impl Executor {
    /// True time, in microseconds since the run began.
    pub(crate) fn now(&self) -> u64 {
        self.0.now.load(Ordering::Relaxed)
    }

    /// The same, for clocks.
    pub(crate) fn shared_now(&self) -> Arc<AtomicU64> {
        self.0.now.clone()
    }

    fn number(&self) -> u64 {
        self.0.next.set(self.0.next.get() + 1);
        self.0.next.get()
    }

    /// Starts a task of `process`; it first runs when the current one waits.
    pub(crate) fn spawn(&self, process: ProcessId, work: impl Future<Output = ()> + 'static) {
        let id = self.number();
        self.0.tasks.borrow_mut().insert(id, Task { process, work: Some(Box::pin(work)) });
        self.wake_at(self.now(), id);
    }

    fn wake_at(&self, at: u64, task: TaskId) {
        self.0.wakes.borrow_mut().push(Reverse((at, self.number(), task)));
    }

    /// Waits in virtual time.
    pub(crate) async fn sleep(&self, time: Duration) {
        let until = self.now() + micros(time);
        self.wake_at(until, self.0.current.get());
        std::future::poll_fn(|_| if self.now() >= until { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Drops every task of `process`, and with each what it held.
    pub(crate) fn kill(&self, process: ProcessId) {
        let mut dead = Vec::new();
        self.0.tasks.borrow_mut().retain(|_, task| {
            if task.process == process {
                dead.extend(task.work.take());
            }
            task.process != process
        });
        self.0.paused.borrow_mut().remove(&process);
    }

    /// Holds `process` still for `time`.
    pub(crate) fn pause(&self, process: ProcessId, time: Duration) {
        self.0.paused.borrow_mut().insert(process, self.now() + micros(time));
    }

    /// Runs until `until`, or until nothing is left to do, or until [`stop`](Self::stop).
    pub(crate) fn run_until(&self, until: u64) {
        while !self.0.stopped.get() {
            let next = self.0.wakes.borrow().peek().map(|Reverse(wake)| *wake);
            let Some((at, _, task)) = next.filter(|(at, ..)| *at <= until) else { break };
            self.0.wakes.borrow_mut().pop();
            self.0.now.store(at, Ordering::Relaxed);
            self.run_one(task);
        }
        if !self.0.stopped.get() {
            self.0.now.store(until.max(self.now()), Ordering::Relaxed);
        }
    }

    /// Ends the run after the current task's turn.
    pub(crate) fn stop(&self) {
        self.0.stopped.set(true);
    }

    /// Drops everything that waits: tasks and the world point at each other.
    pub(crate) fn clear(&self) {
        self.stop();
        let tasks = std::mem::take(&mut *self.0.tasks.borrow_mut());
        drop(tasks);
    }

    fn run_one(&self, id: TaskId) {
        let Some((process, mut work)) = self.take(id) else { return };
        if let Some(until) = self.paused_until(process) {
            self.give_back(id, work);
            return self.wake_at(until, id);
        }
        self.0.current.set(id);
        let done = work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        // A process may die in the middle of its own task: then the place it came from is gone.
        if done {
            self.0.tasks.borrow_mut().remove(&id);
        } else {
            self.give_back(id, work);
        }
    }

    fn take(&self, id: TaskId) -> Option<(ProcessId, Work)> {
        let mut tasks = self.0.tasks.borrow_mut();
        let task = tasks.get_mut(&id)?;
        Some((task.process, task.work.take()?))
    }

    fn give_back(&self, id: TaskId, work: Work) {
        let orphan = match self.0.tasks.borrow_mut().get_mut(&id) {
            Some(task) => task.work.replace(work),
            None => Some(work),
        };
        drop(orphan);
    }

    fn paused_until(&self, process: ProcessId) -> Option<u64> {
        self.0.paused.borrow().get(&process).copied().filter(|until| *until > self.now())
    }
}

/// Something that changes and that tasks wait for.
#[derive(Clone, Default)]
pub(crate) struct Signal(Rc<SignalInner>);

#[derive(Default)]
struct SignalInner {
    version: Cell<u64>,
    waiting: RefCell<Vec<TaskId>>,
}

impl Signal {
    /// What to compare with later: taken before looking, no change can be slept through.
    pub(crate) fn version(&self) -> u64 {
        self.0.version.get()
    }

    /// Wakes everyone who waits.
    pub(crate) fn change(&self, executor: &Executor) {
        self.0.version.set(self.version() + 1);
        for task in self.0.waiting.take() {
            executor.wake_at(executor.now(), task);
        }
    }

    /// Waits until it differs from `seen`, at most until the true time `until`. Returns whether it does.
    pub(crate) async fn changed(&self, executor: &Executor, seen: u64, until: Option<u64>) -> bool {
        if let Some(until) = until {
            executor.wake_at(until, executor.0.current.get());
        }
        std::future::poll_fn(|_| {
            if self.version() != seen {
                return Poll::Ready(true);
            }
            if until.is_some_and(|until| executor.now() >= until) {
                return Poll::Ready(false);
            }
            let (mut waiting, current) = (self.0.waiting.borrow_mut(), executor.0.current.get());
            if !waiting.contains(&current) {
                waiting.push(current);
            }
            Poll::Pending
        })
        .await
    }
}

/// The answer to something that somebody else does; dropped unanswered, it stays out.
pub(crate) struct Slot<T> {
    value: Rc<RefCell<Option<T>>>,
    filled: Signal,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Slot { value: self.value.clone(), filled: self.filled.clone() }
    }
}

impl<T> Slot<T> {
    pub(crate) fn new() -> Self {
        Slot { value: Rc::default(), filled: Signal::default() }
    }

    pub(crate) fn fill(&self, executor: &Executor, value: T) {
        *self.value.borrow_mut() = Some(value);
        self.filled.change(executor);
    }

    /// The answer, or `None` when it is not there after `patience`.
    pub(crate) async fn wait(&self, executor: &Executor, patience: Duration) -> Option<T> {
        let until = executor.now() + micros(patience);
        loop {
            let seen = self.filled.version();
            if let Some(value) = self.value.take() {
                return Some(value);
            }
            if !self.filled.changed(executor, seen, Some(until)).await {
                return None;
            }
        }
    }
}

/// Whole microseconds; the run never gets near the end of them.
pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX / 4)
}
