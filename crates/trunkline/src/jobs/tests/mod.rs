//! The queue and its workers (A1, A6).

mod failures;
mod loops;
mod nodes;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use trunkline_domain::ids::JobId;
use uuid::Uuid;

use super::{Failure, Job, NewJob, Queue, Worker};
use crate::test_support::TestApp;

/// A worker with jobs of the test's own, beside those of the app.
#[derive(Clone)]
struct Workshop {
    app: TestApp,
    worker: Worker,
    /// Which subjects had their job run, in that order.
    ran: Arc<Mutex<Vec<u128>>>,
}

impl Workshop {
    /// A job of kind `note` notes that it ran, and ends.
    fn new(app: &TestApp) -> Workshop {
        let (mut worker, ran) = (app.app().worker.clone(), Arc::new(Mutex::new(Vec::new())));
        let (store, jobs, noted) = (worker.store.clone(), worker.jobs.clone(), ran.clone());
        worker.handlers.add("note", move |job: Job| {
            let (store, jobs, noted) = (store.clone(), jobs.clone(), noted.clone());
            async move {
                noted.lock().push(job.subject.as_u128());
                store.write(move |tx| jobs.finish(tx, &job)).await?;
                Ok(())
            }
        });
        Workshop { app: app.clone(), worker, ran }
    }

    /// The same with a further kind of job.
    fn with<Fut>(mut self, kind: &'static str, run: impl Fn(Job) -> Fut + Send + Sync + 'static) -> Workshop
    where
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.worker.handlers.add(kind, run);
        self
    }

    async fn add(&self, kind: &'static str, subject: u128, order_key: Option<&str>, wait: Duration) {
        let (jobs, id, now) = (self.worker.jobs.clone(), self.worker.ambient.id::<JobId>(), self.app.now());
        let subject = Uuid::from_u128(subject);
        let order_key = order_key.map(str::to_owned);
        let job = NewJob { order_key, ..NewJob::plain(Queue::Send, kind, subject, now.plus(wait)) };
        self.worker.store.write(move |tx| jobs.enqueue(tx, id, now, &job)).await.unwrap();
    }

    /// Adds jobs that are due now.
    async fn add_notes(&self, subjects: impl IntoIterator<Item = u128>, order_key: Option<&str>) {
        for subject in subjects {
            self.add("note", subject, order_key, Duration::ZERO).await;
        }
    }

    async fn claim(&self) -> Vec<Job> {
        self.worker.claim(Queue::Send).await
    }

    async fn run(&self, job: Job) {
        self.worker.run_claimed(job).await;
    }

    fn ran(&self) -> Vec<u128> {
        std::mem::take(&mut self.ran.lock())
    }
}

fn subjects(jobs: &[Job]) -> Vec<u128> {
    jobs.iter().map(|job| job.subject.as_u128()).collect()
}
