//! Many small writes as few large ones, without making anyone wait for company.

use std::ops::Range;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::error::{Result, StoreError};
use crate::queue::closed;
use crate::{Store, Tx, Urgency};

type Flush<In, Out> = dyn Fn(&mut Tx<'_>, &[In]) -> Result<Vec<Out>> + Send + Sync;

/// An item, and who waits for it.
type Pending<In, Out> = (In, oneshot::Sender<Result<Out>>);

/// Gathers items while the previous transaction commits and writes them together in the next.
///
/// The first item goes out at once. Items that arrive while `lanes` transactions are under way wait for
/// one of them to return and then leave together: under load the batches grow, at rest nothing is delayed.
pub struct Batcher<In, Out> {
    shared: Arc<Shared<In, Out>>,
}

struct Shared<In, Out> {
    store: Store,
    urgency: Urgency,
    items_max: usize,
    lanes: usize,
    flush: Box<Flush<In, Out>>,
    state: Mutex<State<In, Out>>,
}

struct State<In, Out> {
    pending: Vec<Pending<In, Out>>,
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
    /// `lanes` batches are under way at a time. After a failure it is called again with parts of the batch.
    pub fn new(
        store: Store,
        items_max: usize,
        lanes: usize,
        flush: impl Fn(&mut Tx<'_>, &[In]) -> Result<Vec<Out>> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Urgency::Waiting, store, items_max, lanes, flush)
    }

    /// The same for work that nobody waits for: it yields to writes that someone does, as
    /// [`Store::write_in_background`].
    pub fn in_background(
        store: Store,
        items_max: usize,
        lanes: usize,
        flush: impl Fn(&mut Tx<'_>, &[In]) -> Result<Vec<Out>> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Urgency::Background, store, items_max, lanes, flush)
    }

    fn of(
        urgency: Urgency,
        store: Store,
        items_max: usize,
        lanes: usize,
        flush: impl Fn(&mut Tx<'_>, &[In]) -> Result<Vec<Out>> + Send + Sync + 'static,
    ) -> Self {
        let state = Mutex::new(State { pending: Vec::new(), running: 0 });
        let shared = Shared { store, urgency, items_max, lanes, flush: Box::new(flush), state };
        Batcher { shared: Arc::new(shared) }
    }

    /// Writes `item` and waits until it is durable.
    ///
    /// # Errors
    /// Those of the last transaction it was part of; then it was not written. An error that may pass reaches
    /// everyone in the batch, any other one only those items that cannot be written even alone.
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
        answered.await.map_err(|_| closed())?
    }
}

impl<In, Out> Shared<In, Out>
where
    In: Send + Sync + 'static,
    Out: Send + 'static,
{
    async fn drain(self: Arc<Self>) {
        while let Some(batch) = self.take() {
            self.write(batch).await;
        }
    }

    fn take(&self) -> Option<Vec<Pending<In, Out>>> {
        let mut state = self.state.lock();
        let count = state.pending.len().min(self.items_max);
        if count == 0 {
            state.running -= 1;
            return None;
        }
        Some(state.pending.drain(..count).collect())
    }

    /// Writes a batch and answers everyone in it. When it fails for good it is halved until the item that
    /// cannot be written stands alone, so that it does not take its neighbours with it.
    async fn write(self: &Arc<Self>, batch: Vec<Pending<In, Out>>) {
        let (items, answers): (Vec<In>, Vec<_>) = batch.into_iter().unzip();
        let (items, mut answers) = (Arc::new(items), answers.into_iter());
        // The last one is the next one, so the answers are given in order.
        let mut parts: Vec<_> = std::iter::once(0..items.len()).collect();
        while let Some(part) = parts.pop() {
            match self.write_part(&items, part.clone()).await {
                Err(error) if part.len() > 1 && !error.is_transient() => {
                    let middle = part.start + part.len() / 2;
                    parts.extend([middle..part.end, part.start..middle]);
                }
                Err(error) => {
                    answers
                        .by_ref()
                        .take(part.len())
                        .for_each(|answer| drop(answer.send(Err(error.clone()))));
                }
                Ok(results) => {
                    results
                        .into_iter()
                        .zip(&mut answers)
                        .for_each(|(result, answer)| drop(answer.send(Ok(result))));
                }
            }
        }
    }

    async fn write_part(self: &Arc<Self>, items: &Arc<Vec<In>>, part: Range<usize>) -> Result<Vec<Out>> {
        let (shared, items) = (self.clone(), items.clone());
        self.store
            .write_as(self.urgency, move |tx| {
                let results = (shared.flush)(tx, &items[part.clone()])?;
                // Checked before the commit: afterwards nobody could be told what became of the item.
                if results.len() == part.len() {
                    Ok(results)
                } else {
                    Err(miscounted(part.len(), results.len()))
                }
            })
            .await
    }
}

fn miscounted(expected: usize, got: usize) -> StoreError {
    StoreError::Failed(format!("a batch of {expected} gave {got} results"))
}
