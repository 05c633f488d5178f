//! What a run comes to, in one line, the same for ours and for others.

use std::fmt;
use std::fs::File;
use std::io::Write;

/// Names a file that collects the lines of many runs.
const FILE: &str = "TRUNKLINE_KILL_TALLY";

/// The counts of one run.
pub(crate) struct Tally<'a> {
    pub(crate) who: &'a str,
    pub(crate) kills: u64,
    /// How many sends were in flight, at most and at the average kill.
    pub(crate) in_flight: (usize, usize),
    /// How many sends were asked for.
    pub(crate) asked: usize,
    /// Of these, how many the carrier never got.
    pub(crate) lost: usize,
    /// How many the carrier got once too often.
    pub(crate) doubled: usize,
}

impl fmt::Display for Tally<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { who, kills, in_flight: (most, average), asked, lost, doubled } = self;
        write!(
            f,
            "{who:<18} {kills:>5} kills, {average:>3} of at most {most:>3} in flight: \
             {asked:>6} sends, {lost:>4} lost, {doubled:>5} doubled"
        )
    }
}

impl Tally<'_> {
    /// Shows the line, and adds it to the file that collects such lines, if there is one.
    pub(crate) fn show(&self) {
        println!("{self}");
        if let Ok(path) = std::env::var(FILE) {
            let mut file = File::options().create(true).append(true).open(path).unwrap();
            writeln!(file, "{self}").unwrap();
        }
    }
}
