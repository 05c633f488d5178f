//! The built program as a child process: started, killed, and asked whether it is ready.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use tempfile::TempDir;
use tokio::net::TcpSocket;

use crate::carrier;
use crate::database::Database;

/// Much longer than any start, also on a machine that is busy with other things: what hangs fails the test.
const START_MAX: Duration = Duration::from_secs(120);

/// How long one answer to the question whether it is ready may take. A node with much to do answers late.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// Between two questions whether it is ready.
const LOOK: Duration = Duration::from_millis(5);

/// Lines of the log that a failure shows, and characters of each.
const LOG_SHOWN: (usize, usize) = (12, 240);

/// What turns the clock of a process, of Debian's package libfaketime; $LIB is the machine's folder for libraries.
const CLOCK_LIBRARY: &str = "/usr/$LIB/faketime/libfaketimeMT.so.1";

/// The program, its data and its fixed address.
pub(crate) struct Program {
    pub(crate) database: Database,
    /// What it is called among the nodes of one database.
    name: String,
    roles: &'static str,
    folder: TempDir,
    address: SocketAddr,
    /// Nobody else gets the port while the program is down.
    _reserved: TcpSocket,
    client: Client,
    running: Option<Child>,
    late: Duration,
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.running {
            _ = child.kill();
            _ = child.wait();
        }
    }
}

impl Program {
    /// The node that people and the carrier talk to.
    pub(crate) fn new(database: Database) -> Self {
        Self::node(database, "desk".to_owned(), r#"["web", "work"]"#)
    }

    /// A further node on the same database, which only works.
    pub(crate) fn companion(&self, number: usize) -> Self {
        Self::node(self.database.clone(), format!("worker-{number}"), r#"["work"]"#)
    }

    fn node(database: Database, name: String, roles: &'static str) -> Self {
        let (reserved, address) = crate::reserved_port();
        Program {
            database,
            name,
            roles,
            folder: TempDir::with_prefix("trunkline-kill-").unwrap(),
            address,
            _reserved: reserved,
            client: crate::http_client(ANSWER_MAX),
            running: None,
            late: Duration::ZERO,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the SQLite file is, if that is the engine.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes the configuration, with lines of all kinds at `carrier`. The times are the delivery engine's usual ones made
    /// short; the look-ups still wait longer than the carrier's list lags.
    pub(crate) fn configure(&self, carrier: SocketAddr) {
        let text = format!(
            r#"
            [log]
            level = "info"
            [node]
            name = "{}"
            roles = {}
            [simulator]
            enabled = false
            [limits]
            auth_per_minute = 1000
            writes_per_minute = 1000000
            reads_per_minute = 1000000
            [delivery]
            look_ups_s = [0.2, 0.5, 1]
            polls_s = [0.6, 1, 2, 4, 8, 16, 32]
            backoff_s = 0.2
            breaker_failures = 20
            in_flight_max = 1000
            {}
            {}
            "#,
            self.name,
            self.roles,
            carrier::lines(carrier),
            self.database.settings(),
        );
        std::fs::write(self.folder.path().join("trunkline.toml"), text).unwrap();
    }

    /// Adds to the configuration, which is written already.
    pub(crate) fn configure_further(&self, settings: &str) {
        let mut file = File::options().append(true).open(self.folder.path().join("trunkline.toml")).unwrap();
        file.write_all(settings.as_bytes()).unwrap();
    }

    /// From its next start on, its clock is so much late.
    pub(crate) fn live_ago(&mut self, late: Duration) {
        self.late = late;
    }

    pub(crate) fn start(&mut self) {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
        command
            .arg("serve")
            .arg("--data")
            .arg(self.data())
            .arg("--listen")
            .arg(self.address.to_string())
            .current_dir(self.folder.path())
            // No setting of whoever runs the tests reaches it.
            .env_clear()
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if !self.late.is_zero() {
            command
                .env("LD_PRELOAD", CLOCK_LIBRARY)
                .env("FAKETIME", format!("-{}", self.late.as_secs()))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        self.running = Some(command.spawn().unwrap());
    }

    /// SIGKILL: nothing of the program runs after it. Fails if the program had ended by itself.
    pub(crate) fn kill(&mut self) {
        self.check_alive();
        if let Some(mut child) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Waits until the program says that it can serve.
    pub(crate) async fn ready(&mut self) {
        let began = Instant::now();
        let url = format!("http://{}/readyz", self.address);
        while !self.client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            self.check_alive();
            assert!(began.elapsed() < START_MAX, "{} is not ready after {START_MAX:?}", self.name);
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Fails if the program has ended by itself.
    pub(crate) fn check_alive(&mut self) {
        let ended = self.running.as_mut().and_then(|child| child.try_wait().unwrap());
        assert!(ended.is_none(), "{} ended by itself: {ended:?}", self.name);
    }

    /// Lines of the log that no kill explains.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log()).unwrap();
        let is_complaint = |line: &&str| line.contains("panicked") || line.contains(" ERROR ");
        log.lines().filter(is_complaint).map(str::to_owned).collect()
    }

    /// Waits until the log has a line with `words`.
    pub(crate) async fn logged(&mut self, words: &str) {
        let began = Instant::now();
        while !std::fs::read_to_string(self.log()).unwrap().contains(words) {
            self.check_alive();
            assert!(began.elapsed() < START_MAX, "\"{words}\" not in the log after {START_MAX:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Leaves the folder for whoever looks into a failure, and says where it is and how the log ends.
    pub(crate) fn keep(&mut self) -> String {
        self.folder.disable_cleanup(true);
        format!("{}, {}:\n{}", self.name, self.log().display(), self.log_end())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn log_end(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let (count, width) = LOG_SHOWN;
        let lines: Vec<String> = log.lines().map(|line| line.chars().take(width).collect()).collect();
        lines[lines.len().saturating_sub(count)..].join("\n")
    }
}
