//! Everything that happened, as one number, and as text when somebody wants to read it.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Write};

/// The trace of a run.
pub(crate) struct Trace {
    hash: Cell<u64>,
    /// `None` unless wanted: text costs more than the run itself.
    text: Option<RefCell<String>>,
}

impl Trace {
    pub(crate) fn new(with_text: bool) -> Self {
        Trace { hash: Cell::new(0xcbf2_9ce4_8422_2325), text: with_text.then(RefCell::default) }
    }

    /// Adds what happened at `now` microseconds.
    pub(crate) fn add(&self, now: u64, what: fmt::Arguments<'_>) {
        let mut hasher = Fnv(self.hash.get());
        // Neither writer can fail.
        _ = write!(hasher, "{now} {what}");
        self.hash.set(hasher.0);
        if let Some(text) = &self.text {
            _ = writeln!(text.borrow_mut(), "{:>11.6} {what}", now as f64 / 1e6);
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash.get()
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.text.as_ref().map(RefCell::take)
    }
}

/// FNV-1a: short, and the same on every machine.
struct Fnv(u64);

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 =
            text.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        Ok(())
    }
}
