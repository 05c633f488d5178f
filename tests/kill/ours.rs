//! The rehearsals of the program.

use std::time::{Duration, Instant};

use crate::audit::Counts;
use crate::carrier::Carrier;
use crate::chance::{self, Chance};
use crate::database::Database;
use crate::scene::{Scene, rehearse};
use crate::server::Stop;
use crate::tally::Tally;
use crate::traffic::Traffic;

/// Kills in each run, unless the environment says otherwise.
const KILLS: u64 = 50;

/// A run that takes longer hangs: so much for each kill, and for everything else.
const LONGEST: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(420));

/// Rate of kills before which the database ends all its connections, and before which its server is restarted.
const HANG_UP: f64 = 0.2;
const RESTART: f64 = 0.1;

/// Rate of deaths that come before the program is ready, while it takes over from its predecessor.
const EARLY: f64 = 0.2;

/// How long a kill waits for the load, and between two looks at it.
const BUSY_MAX: Duration = Duration::from_millis(800);
const LOOK: Duration = Duration::from_millis(10);

/// Restarts of the database's server in the run that kills nobody.
const RESTARTS: u64 = 8;

/// The most replies that are in flight, and how many milliseconds an answer takes at most: what few are under way
/// is answered soon, and what many are under way late.
const FEW: (usize, u64) = (50, 600);
const MANY: (usize, u64) = (500, 6_000);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_sqlite_with_few_in_flight_however_often_the_program_is_killed() {
    kill_and_reckon(Database::sqlite(), FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_sqlite_with_many_in_flight_however_often_the_program_is_killed() {
    kill_and_reckon(Database::sqlite(), MANY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_postgresql_with_few_in_flight_however_often_the_program_is_killed() {
    kill_and_reckon(Database::postgres().await, FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_on_postgresql_with_many_in_flight_however_often_the_program_is_killed() {
    kill_and_reckon(Database::postgres().await, MANY).await;
}

/// The weather is such that nothing but a restart could be to blame, and nobody is killed who would look for what
/// is missing when he comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarts_of_postgresql_under_load_need_no_restart_of_ours() {
    let (in_flight, answer_max) = FEW;
    rehearse(Database::postgres().await, answer_max, LONGEST.1, async |scene| {
        let office = scene.open().await;
        let traffic = Traffic::start(&office, &scene.carrier, scene.seed, in_flight);
        let chance = Chance::new(scene.seed, "restarts");
        for number in 0..RESTARTS {
            scene.carrier.clear_up(&chance);
            tokio::time::sleep(chance.millis(500, 1_500)).await;
            let how = if number % 2 == 0 { Stop::Fast } else { Stop::Immediate };
            scene.database.restart(how, chance.millis(0, 1_000)).await;
        }
        let counts = scene.reckon(&office, traffic).await;
        println!("PostgreSQL restarted {RESTARTS} times: {counts}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_starts_while_postgresql_is_away_waits_for_it() {
    rehearse(Database::postgres().await, 0, LONGEST.1, async |scene| {
        scene.database.stop(Stop::Fast).await;
        let program = &mut scene.nodes[0];
        program.start();
        program.logged("trying again").await;
        scene.database.start().await;
        program.ready().await;
    })
    .await;
}

async fn kill_and_reckon(database: Database, (most, answer_max): (usize, u64)) {
    let kills = chance::number("TRUNKLINE_KILLS").unwrap_or(KILLS).max(1);
    let longest = LONGEST.0 * u32::try_from(kills).unwrap() + LONGEST.1;
    rehearse(database, answer_max, longest, async |scene| {
        let office = scene.open().await;
        scene.carrier.answer_late();
        let traffic = Traffic::start(&office, &scene.carrier, scene.seed, most);
        let run = kill_again_and_again(kills, scene, most).await;
        let counts = scene.reckon(&office, traffic).await;
        let average = run.in_flight.iter().sum::<usize>() / run.in_flight.len();
        println!("{counts}; {}", spread(run.restarts));
        let Counts { replies: asked, .. } = counts;
        // The reckoning fails with anything that is lost or doubled.
        let who = format!("Trunkline, {}", scene.database.engine());
        Tally { who: &who, kills, in_flight: (most, average), asked, lost: 0, doubled: 0 }.show();
    })
    .await;
}

/// What was seen while the program was killed.
#[derive(Default)]
struct Run {
    /// From a kill until the program was ready again.
    restarts: Vec<Duration>,
    /// Requests open at the carrier at each kill.
    in_flight: Vec<usize>,
}

/// Kills and restarts the nodes, one at a time.
async fn kill_again_and_again(kills: u64, scene: &mut Scene, most: usize) -> Run {
    let chance = Chance::new(scene.seed, "kills");
    let (mut run, mut early) = (Run::default(), false);
    for left in (0..kills).rev() {
        if !early {
            until_busy(&scene.carrier, most).await;
        }
        upset(&scene.database, &chance).await;
        let victim = chance.between(0, scene.nodes.len() as u64 - 1) as usize;
        let program = &mut scene.nodes[victim];
        run.in_flight.push(scene.carrier.simulator.requests_open() as usize);
        let killed = Instant::now();
        program.kill();
        // No kill follows the last one, so nothing may need one to be found or freed.
        if left > 0 {
            scene.carrier.storm(&chance)
        } else {
            scene.carrier.clear_up(&chance)
        }
        program.start();
        early = left > 0 && chance.happens(EARLY);
        if early {
            tokio::time::sleep(chance.millis(0, 250)).await;
            continue;
        }
        program.ready().await;
        run.restarts.push(killed.elapsed());
        tokio::time::sleep(chance.millis(0, 200)).await;
    }
    run
}

/// Waits until as many requests as shall be in flight are open at the carrier, or it is clear that so many will
/// not be, in this weather or on this machine.
async fn until_busy(carrier: &Carrier, most: usize) {
    let began = Instant::now();
    while (carrier.simulator.requests_open() as usize) < most && began.elapsed() < BUSY_MAX {
        tokio::time::sleep(LOOK).await;
    }
}

/// Now and then the database has an accident. Nothing of ours is restarted for it.
async fn upset(database: &Database, chance: &Chance) {
    let (hang_up, restart) = (chance.happens(HANG_UP), chance.happens(RESTART));
    if restart {
        let how = if chance.happens(0.5) { Stop::Fast } else { Stop::Immediate };
        database.restart(how, chance.millis(0, 500)).await;
    } else if hang_up {
        database.hang_up().await;
    }
    if restart || hang_up {
        tokio::time::sleep(chance.millis(50, 500)).await;
    }
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let [median, max] = [times.len() / 2, times.len() - 1].map(|at| times[at].as_millis());
    format!("kill to ready again: median {median} ms, max {max} ms")
}
