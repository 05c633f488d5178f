//! An answer to be made, and everything it is made of.

use std::sync::Arc;

use trunkline_domain::ids::RecordId;
use trunkline_domain::time::Timestamp;

use super::catalog::Persona;
use super::past::{Inbound, Said};
use super::threads::Summary;
use crate::config::ModelPrice;

/// An answer to be made.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) run: RecordId,
    pub(super) inbound: Inbound,
    pub(super) persona: Arc<Persona>,
    pub(super) model: String,
    pub(super) price: Option<ModelPrice>,
    pub(super) contact_name: Option<String>,
    pub(super) facts: Vec<String>,
    pub(super) summary: Option<Summary>,
    /// What was said since the summary.
    pub(super) said: Vec<Said>,
    pub(super) now: Timestamp,
}

impl Task {
    /// What is to be told in short, and what word for word. Once the thread is too long, half of what may be told is
    /// kept, so that not every message needs a new summary. The last message is always told.
    pub(super) fn split(&self) -> (&[Said], &[Said]) {
        let max = self.persona.memory.recent_characters;
        let length: usize = self.said.iter().map(Said::length).sum();
        if length <= max {
            return (&[], &self.said);
        }
        let mut kept = 0;
        let fits = self.said.iter().rev().take_while(|said| {
            kept += said.length();
            kept <= max / 2
        });
        let count = fits.count().max(1).min(self.said.len());
        self.said.split_at(self.said.len() - count)
    }
}
