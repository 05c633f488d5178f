//! Many small writes as few large ones, without making anyone wait for company.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::error::{Result, StoreError};
use crate::{Store, Tx};

type Flush<In, Out> = dyn Fn(&mut Tx<'_>, &[In]) -> Result<Vec<Out>> + Send + Sync;

/// Gathers items while the previous transaction commits and writes them together in the next.
///
/// The first item goes out at once. Items that arrive while `lanes` transactions are under way wait for
/// one of them to return and then leave together: under load the batches grow, at rest nothing is delayed.
pub struct Batcher<In, Out> {
    shared: Arc<Shared<In, Out>>,
}

struct Shared<In, Out> {
    store: Store,
    items_max: usize,
    lanes: usize,
    flush: Box<Flush<In, Out>>,
    state: Mutex<State<In, Out>>,
}

struct State<In, Out> {
    pending: Vec<(In, oneshot::Sender<Result<Out>>)>,
    running: usize,
}

impl<In, Out> Clone for Batcher<In, Out> {
    fn clone(&self) -> Self {
        Batcher { shared: self.shared.clone() }
    }
}

impl<In, Out> Batcher<In, Out>
where
    In: Send + Sync + 'static,
    Out: Send + 'static,
{
    /// `flush` writes a batch of at most `items_max` and gives one result per item, in order. At most
    /// `lanes` batches are under way at a time.
    pub fn new(
        store: Store,
        items_max: usize,
        lanes: usize,
        flush: impl Fn(&mut Tx<'_>, &[In]) -> Result<Vec<Out>> + Send + Sync + 'static,
    ) -> Self {
        let state = Mutex::new(State { pending: Vec::new(), running: 0 });
        let shared = Shared { store, items_max, lanes, flush: Box::new(flush), state };
        Batcher { shared: Arc::new(shared) }
    }

    /// Writes `item` and waits until it is durable.
    ///
    /// # Errors
    /// Those of the transaction its batch went into; then nothing of the batch was written.
    pub async fn push(&self, item: In) -> Result<Out> {
        let (answer, answered) = oneshot::channel();
        let start = {
            let mut state = self.shared.state.lock();
            state.pending.push((item, answer));
            let start = state.running < self.shared.lanes;
            state.running += usize::from(start);
            start
        };
        if start {
            tokio::spawn(self.shared.clone().drain());
        }
        answered.await.map_err(|_| StoreError::Unavailable("the store was closed".into()))?
    }
}

impl<In, Out> Shared<In, Out>
where
    In: Send + Sync + 'static,
    Out: Send + 'static,
{
    async fn drain(self: Arc<Self>) {
        while let Some(batch) = self.take() {
            self.clone().write(batch).await;
        }
    }

    fn take(&self) -> Option<Vec<(In, oneshot::Sender<Result<Out>>)>> {
        let mut state = self.state.lock();
        let count = state.pending.len().min(self.items_max);
        if count == 0 {
            state.running -= 1;
            return None;
        }
        Some(state.pending.drain(..count).collect())
    }

    async fn write(self: Arc<Self>, batch: Vec<(In, oneshot::Sender<Result<Out>>)>) {
        let (items, answers): (Vec<In>, Vec<_>) = batch.into_iter().unzip();
        let expected = items.len();
        let shared = self.clone();
        let written = self.store.write(move |tx| (shared.flush)(tx, &items)).await.and_then(|results| {
            if results.len() == expected { Ok(results) } else { Err(miscounted(expected, results.len())) }
        });
        match written {
            Ok(results) => {
                results.into_iter().zip(answers).for_each(|(result, answer)| drop(answer.send(Ok(result))))
            }
            Err(error) => answers.into_iter().for_each(|answer| drop(answer.send(Err(repeated(&error))))),
        }
    }
}

fn miscounted(expected: usize, got: usize) -> StoreError {
    StoreError::Failed(format!("a batch of {expected} gave {got} results"))
}

/// One failure, told to everyone in the batch.
fn repeated(error: &StoreError) -> StoreError {
    if error.is_transient() {
        StoreError::Unavailable(error.to_string())
    } else {
        StoreError::Failed(error.to_string())
    }
}
