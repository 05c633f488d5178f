//! One run from seed to verdict.

use std::rc::Rc;
use std::time::Duration;

use crate::audit::{self, Counts};
use crate::bug::Bug;
use crate::executor::micros;
use crate::findings::Finding;
use crate::store::{Engine, Kind};
use crate::trace::Trace;
use crate::world::{STORM, World};

/// The calm lasts at least so long: until the reconciler has had a regular run on a list that shows all.
const CALM_MIN: Duration = Duration::from_secs(460);

/// What is unfinished after this long is stuck.
const CALM_MAX: Duration = Duration::from_secs(1_500);

/// Between two looks at what is left.
const LOOK: Duration = Duration::from_secs(20);

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Which store is modelled.
    pub engine: Engine,
    /// Everything follows from it.
    pub seed: u64,
    /// A mistake to plant.
    pub bug: Option<Bug>,
    /// Whether to keep the trace as text.
    pub with_text: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The broken promises.
    pub findings: Vec<Finding>,
    /// Names everything that happened, in its order.
    pub hash: u64,
    /// The same in words, if it was asked for.
    pub text: Option<String>,
    /// How much happened.
    pub counts: Counts,
}

impl Run {
    /// Plays it through.
    pub fn play(self) -> Outcome {
        let trace = Rc::new(Trace::new(self.with_text));
        let world = World::new(self.engine, self.seed, self.bug, trace.clone());
        world.trace(format_args!("{:?}, seed {}: {:?}", self.engine, self.seed, world.climate));
        world.start();
        world.executor.run_until(micros(STORM));
        world.calm();
        let mut until = STORM + CALM_MIN;
        world.executor.run_until(micros(until));
        while work_left(&world) && until < STORM + CALM_MAX {
            until += LOOK;
            world.executor.run_until(micros(until));
        }
        audit::audit(&world);
        let (findings, counts) = (world.witness.findings.take(), audit::counts(&world));
        // Tasks and the world hold each other; without this neither would ever go.
        world.executor.clear();
        Outcome { findings, hash: trace.hash(), text: trace.text(), counts }
    }
}

fn work_left(world: &World) -> bool {
    world.store.look(|tables| tables.jobs.keys().any(|(kind, _)| *kind != Kind::Reconcile))
}
