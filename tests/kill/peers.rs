//! The same with the job queues that a user would pick instead, at the settings their documentation recommends:
//! each job is one send to the same carrier, and the process that works on them is killed while so many sends are
//! open. What they lose and double is counted and shown, never judged.
//!
//! The weather is fair, so that nothing but the kills is to blame, and no peer has to ask a carrier that fails. They
//! are killed only when all sends are open that may be. Then they get all the time they want.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use trunkline_simulator::Way;

use crate::carrier::{ACCOUNT, Carrier, TOKEN};
use crate::chance::{self, Chance};
use crate::server::Server;
use crate::tally::Tally;

/// The peers' side: what fills their queues and works on them.
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/send/peers");

/// Starts a Redis as durable as the others are.
const REDIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/lib/durable-redis.sh");

/// Kills of each peer, unless the environment says otherwise. A kill costs them the same each time.
const KILLS: u64 = 5;

/// How many sends are open, and how many milliseconds an answer takes at most.
const FEW: (usize, u64) = (50, 600);
const MANY: (usize, u64) = (500, 6_000);

/// Jobs that a worker of graphile-worker takes out of the queue before it needs them (`localQueue.size`); a kill
/// strands them with those in flight.
const TAKEN_AHEAD: usize = 500;

/// How long a worker may take until so many sends are open.
const BUSY_MAX: Duration = Duration::from_secs(60);

/// BullMQ looks every 30 s for jobs whose lock of 30 s is over; this is much longer.
const FINISH_MAX: Duration = Duration::from_secs(300);

/// Between two looks at a queue.
const LOOK: Duration = Duration::from_millis(10);
const LOOK_AT_QUEUE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_kills_cost_bullmq_with_few_in_flight() {
    let redis = Redis::start();
    kill_and_count(&Peer::bullmq(&redis), FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_kills_cost_bullmq_with_many_in_flight() {
    let redis = Redis::start();
    kill_and_count(&Peer::bullmq(&redis), MANY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_kills_cost_graphile_worker_with_few_in_flight() {
    let server = Server::start_new();
    kill_and_count(&Peer::graphile_worker(&server), FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_kills_cost_graphile_worker_with_many_in_flight() {
    let server = Server::start_new();
    kill_and_count(&Peer::graphile_worker(&server), MANY).await;
}

async fn kill_and_count(peer: &Peer, (in_flight, answer_max): (usize, u64)) {
    let kills = chance::number("TRUNKLINE_KILLS").unwrap_or(KILLS).max(1);
    let (_reserved, nobody) = crate::reserved_port();
    let carrier = Carrier::start(&Chance::new(chance::seed(), "carrier"), nobody, answer_max).await;
    carrier.answer_late();
    let address = messages_of(&carrier);
    // More than all kills together can strand, so that no worker runs out of work.
    let asked = (kills as usize + 1) * (2 * in_flight + TAKEN_AHEAD);
    peer.run("fill", &["0", &asked.to_string()]);
    assert_eq!(peer.unfinished(), asked, "what is asked for is known exactly");

    let mut open = Vec::new();
    for _ in 0..kills {
        let mut worker = peer.work(&address, in_flight);
        until_open(&carrier, in_flight).await;
        open.push(carrier.simulator.requests_open() as usize);
        worker.kill();
    }
    carrier.be_fair();
    peer.forget_the_dead();
    let worker = peer.work(&address, in_flight);
    let began = Instant::now();
    while peer.unfinished() > 0 {
        assert!(began.elapsed() < FINISH_MAX, "{} is not done after {FINISH_MAX:?}", peer.name);
        tokio::time::sleep(LOOK_AT_QUEUE).await;
    }
    drop(worker);

    let sent: Vec<usize> = carrier.ledger(Way::ToPhone).iter().map(|item| number_in(&item.body)).collect();
    let different: BTreeSet<usize> = sent.iter().copied().collect();
    assert!(different.iter().all(|number| *number < asked), "only what was asked for");
    let (lost, doubled) = (asked - different.len(), sent.len() - different.len());
    let average = open.iter().sum::<usize>() / open.len();
    Tally { who: peer.name, kills, in_flight: (in_flight, average), asked, lost, doubled }.show();
}

/// Where messages are made, with the credentials.
fn messages_of(carrier: &Carrier) -> String {
    format!("http://{ACCOUNT}:{TOKEN}@{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", carrier.address())
}

async fn until_open(carrier: &Carrier, count: usize) {
    let began = Instant::now();
    while (carrier.simulator.requests_open() as usize) < count && began.elapsed() < BUSY_MAX {
        tokio::time::sleep(LOOK).await;
    }
}

/// The number behind `bench-`, by which a job's send is known.
fn number_in(body: &str) -> usize {
    let digits = body.strip_prefix("bench-").and_then(|rest| rest.split(' ').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("not a peer's send: {body}"))
}

/// A job queue with one task: to send.
struct Peer {
    name: &'static str,
    script: &'static str,
    /// Where its queue is.
    place: String,
    /// Whether it has to be told that a worker is dead: graphile-worker would wait for four hours, and
    /// recommends to do that.
    waits_for_the_dead: bool,
}

impl Peer {
    fn bullmq(redis: &Redis) -> Self {
        let place = redis.port.to_string();
        Peer { name: "BullMQ", script: "bullmq.mjs", place, waits_for_the_dead: false }
    }

    fn graphile_worker(server: &Server) -> Self {
        let place = server.address().to_owned();
        Peer { name: "graphile-worker", script: "graphile.mjs", place, waits_for_the_dead: true }
    }

    fn command(&self, what: &str, arguments: &[&str]) -> Command {
        let node = Path::new(SCRIPTS).join("node_modules/.bin/node");
        assert!(node.exists(), "the peers are not installed; ./dev peers does that");
        let mut command = Command::new(node);
        command.arg(Path::new(SCRIPTS).join(self.script)).arg(what).arg(&self.place).args(arguments);
        command
    }

    /// Runs a command of the script and returns what it says.
    fn run(&self, what: &str, arguments: &[&str]) -> String {
        let output = self.command(what, arguments).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "{} {what} failed", self.script);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn unfinished(&self) -> usize {
        self.run("count", &[]).parse().unwrap()
    }

    fn forget_the_dead(&self) {
        if self.waits_for_the_dead {
            self.run("unlock", &[]);
        }
    }

    /// A worker that is at work.
    fn work(&self, address: &str, in_flight: usize) -> Running {
        Running::start(self.command("work", &[address, &in_flight.to_string()]), "ready")
    }
}

/// A Redis with a folder of its own.
struct Redis {
    port: u16,
    _server: Running,
    _folder: TempDir,
}

impl Redis {
    fn start() -> Self {
        let folder = TempDir::with_prefix("trunkline-redis-").unwrap();
        let (_reserved, address) = crate::reserved_port();
        let mut command = Command::new(REDIS);
        command.arg(folder.path()).arg(address.port().to_string());
        let server = Running::start(command, "Ready to accept");
        Redis { port: address.port(), _server: server, _folder: folder }
    }
}

/// A process that ends with its owner.
struct Running {
    process: Child,
    /// What goes on reading, or the process would stand still once nobody takes what it says.
    _reader: std::thread::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Running {
    /// Waits until it has said `ready`.
    fn start(mut command: Command, ready: &str) -> Self {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let is_ready = lines.any(|line| line.contains(ready));
        assert!(is_ready, "{command:?} ended before it was ready");
        Running { process, _reader: std::thread::spawn(move || lines.for_each(drop)) }
    }

    /// SIGKILL: nothing of it runs after it.
    fn kill(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
