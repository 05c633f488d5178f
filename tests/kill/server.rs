//! A PostgreSQL server of one test's own, which may be stopped and started under its feet.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use parking_lot::Mutex;
use tokio::net::TcpSocket;

/// Makes, starts and stops the server, and removes it when this process is gone.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/lib/private-postgres.sh");

/// How a server is told to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// It rolls back what is open and closes its books.
    Fast,
    /// It drops everything, as in a crash, and recovers at the next start.
    Immediate,
}

/// A running server.
pub(crate) struct Server {
    address: String,
    script: Mutex<Script>,
    /// Nobody else gets the port while the server is down.
    _reserved: TcpSocket,
}

struct Script {
    process: Child,
    /// Closed, it tells the script to end.
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Drop for Script {
    fn drop(&mut self) {
        self.commands = None;
        _ = self.process.wait();
    }
}

impl Script {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "{SCRIPT} has failed; what it says of it stands above");
        line.trim_end().to_owned()
    }

    fn obey(&mut self, command: &str) {
        let commands = self.commands.as_mut().unwrap();
        writeln!(commands, "{command}").unwrap();
        assert_eq!(self.line(), "done");
    }
}

impl Server {
    /// Makes a new server and starts it. Blocks, as the others do.
    pub(crate) fn start_new() -> Self {
        let (reserved, address) = crate::reserved_port();
        let mut process = Command::new(SCRIPT)
            .arg(address.port().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (commands, answers) = (process.stdin.take(), process.stdout.take().unwrap());
        let mut script = Script { process, commands, answers: BufReader::new(answers) };
        Server { address: script.line(), script: Mutex::new(script), _reserved: reserved }
    }

    /// The address of someone who may do anything there.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn stop(&self, how: Stop) {
        self.script.lock().obey(match how {
            Stop::Fast => "stop fast",
            Stop::Immediate => "stop immediate",
        });
    }

    pub(crate) fn start(&self) {
        self.script.lock().obey("start");
    }
}
