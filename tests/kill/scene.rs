//! Where a rehearsal takes place: nodes, carrier and office around one database; and what is shown when it fails.

use std::any::Any;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use futures::FutureExt;

use crate::audit::{Audit, Counts};
use crate::carrier::Carrier;
use crate::chance::{self, Chance};
use crate::database::Database;
use crate::office::Office;
use crate::program::Program;
use crate::traffic::Traffic;

/// Nodes beside the first one, where the database can be shared.
const COMPANIONS: usize = 2;

/// Everyone but the customers.
pub(crate) struct Scene {
    pub(crate) seed: u64,
    pub(crate) database: Database,
    /// The first is the one that people and the carrier talk to.
    pub(crate) nodes: Vec<Program>,
    pub(crate) carrier: Carrier,
}

impl Scene {
    async fn set(database: Database, answer_max: u64) -> Self {
        let seed = chance::seed();
        let program = Program::new(database.clone());
        let carrier = Carrier::start(&Chance::new(seed, "carrier"), program.address(), answer_max).await;
        let nodes = with_companions(program);
        nodes.iter().for_each(|node| node.configure(carrier.address()));
        Scene { seed, database, nodes, carrier }
    }

    /// Starts every node and opens the office.
    pub(crate) async fn open(&mut self) -> Office {
        for node in &mut self.nodes {
            node.start();
            node.ready().await;
        }
        Office::open(self.nodes[0].address()).await
    }

    /// Lets everyone come to an end and holds the inbox against the ledger.
    pub(crate) async fn reckon(&mut self, office: &Office, traffic: Traffic) -> Counts {
        let said = traffic.stop().await;
        self.carrier.be_fair();
        Audit { nodes: &mut self.nodes, carrier: &self.carrier, office, said: &said }.run().await
    }

    /// What everyone is doing at this moment, while they still do it.
    async fn explain(&mut self) {
        for node in &mut self.nodes {
            println!("── {}", node.keep());
        }
        println!("── {} is doing:\n{}", self.database.engine(), self.database.activity().await.join("\n"));
    }
}

/// Plays a scene to its end, which takes `longest` at most. A failure is shown with what led to it and, since the
/// end of a long log is what people see of it, with its reason last.
pub(crate) async fn rehearse(
    database: Database,
    answer_max: u64,
    longest: Duration,
    play: impl AsyncFnOnce(&mut Scene),
) {
    let mut scene = Scene::set(database, answer_max).await;
    println!("{}: TRUNKLINE_KILL_SEED={}", scene.database.engine(), scene.seed);
    let played = AssertUnwindSafe(tokio::time::timeout(longest, play(&mut scene))).catch_unwind().await;
    let panic: Box<dyn Any + Send> = match played {
        Ok(Ok(())) => return,
        Ok(Err(_)) => Box::new(format!("not done after {longest:?}")),
        Err(panic) => panic,
    };
    scene.explain().await;
    println!("── FAILED, TRUNKLINE_KILL_SEED={}: {}\n", scene.seed, words_of(&*panic));
    drop(scene);
    resume_unwind(panic)
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

/// The program, and what shares its database.
fn with_companions(program: Program) -> Vec<Program> {
    let companions = match program.database {
        Database::Sqlite => 0,
        Database::Postgres(_) => COMPANIONS,
    };
    let others: Vec<Program> = (1..=companions).map(|number| program.companion(number)).collect();
    std::iter::once(program).chain(others).collect()
}
