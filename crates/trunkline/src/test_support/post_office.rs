//! A real mail server, Exim before Dovecot, that the test script has started (tests/lib/mail.sh).

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use trunkline_providers::Secret;
use trunkline_providers::imap::{Mailbox, MailboxCredentials};
use trunkline_providers::mail::{MailServer, ReceivedMail, Security, SignIn, Trust};

use super::soon;
use crate::config::SmtpAccount;

/// Longer than any mail is on its way within one machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The mail server. Every address has a mailbox; each test takes its own.
pub(crate) struct PostOffice {
    folder: PathBuf,
    pub(crate) smtp: u16,
    pub(crate) imap: u16,
    pub(crate) imaps: u16,
    pub(crate) password: String,
}

impl PostOffice {
    pub(crate) fn open() -> PostOffice {
        let folder = std::env::var("TRUNKLINE_TEST_MAIL").expect(
            "these tests need a mail server: run them by `./dev test rust`, or see tests/lib/mail.sh",
        );
        let read = |name: &str| std::fs::read_to_string(Path::new(&folder).join(name)).unwrap();
        let ports: Vec<u16> = read("ports").split_whitespace().map(|port| port.parse().unwrap()).collect();
        let password = read("password").trim().to_owned();
        PostOffice { smtp: ports[0], imap: ports[1], imaps: ports[2], password, folder: folder.into() }
    }

    /// An address that nobody had before.
    pub(crate) fn address(&self, name: &str) -> String {
        // Short enough for the tag of an address for answers.
        let chance: [u8; 6] = crate::clock::system().bytes();
        format!("{name}-{}@harbor.example", hex::encode(chance))
    }

    /// Who signed the server's certificate.
    pub(crate) fn trust(&self) -> Trust {
        let pem = std::fs::read(self.folder.join("authority.pem")).unwrap();
        Trust { authorities: Trust::read_pem(&pem).unwrap() }
    }

    pub(crate) fn server(&self, user: &str, port: u16, security: Security) -> MailServer {
        let sign_in = SignIn { user: user.to_owned(), password: Secret::new(self.password.clone()) };
        MailServer { host: "127.0.0.1".into(), port, security, sign_in: Some(sign_in) }
    }

    /// How a line with this address sends, and reads a folder.
    pub(crate) fn account(&self, address: &str, folder: &str) -> SmtpAccount {
        let server = |port| self.server(address, port, Security::None);
        let mailbox = MailboxCredentials { server: server(self.imap), folder: folder.to_owned() };
        SmtpAccount { server: server(self.smtp), mailbox: Some(mailbox) }
    }

    pub(crate) fn mailbox(&self, address: &str) -> Mailbox {
        let server = self.server(address, self.imap, Security::None);
        Mailbox::new(MailboxCredentials { server, folder: "INBOX".into() }, Trust::default())
    }

    /// Somebody sends a mail; it is in the mailbox when this returns.
    pub(crate) async fn post(&self, from: &str, to: &str, mail: &str) {
        let before = self.read(to).await.len();
        let envelope = Envelope::new(Some(from.parse().unwrap()), vec![to.parse().unwrap()]).unwrap();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(self.smtp)
            .credentials(Credentials::new(from.to_owned(), self.password.clone()))
            .build();
        transport.send_raw(&envelope, mail.replace('\n', "\r\n").as_bytes()).await.unwrap();
        self.until_it_has(to, before + 1).await;
    }

    /// Waits until there are so many mails in an inbox, and gives them.
    pub(crate) async fn until_it_has(&self, address: &str, count: usize) -> Vec<ReceivedMail> {
        let mailbox = self.mailbox(address);
        let wait = async {
            let mut opened = mailbox.open().await.unwrap();
            while opened.uids_after(0).await.unwrap().len() < count {
                // A mail that came between the question and the wait is told of by nobody.
                (opened, _) = opened.wait(Duration::from_millis(200)).await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the mail did not arrive");
        self.read(address).await
    }

    /// The mails in an inbox, oldest first.
    pub(crate) async fn read(&self, address: &str) -> Vec<ReceivedMail> {
        let mut opened = self.mailbox(address).open().await.unwrap();
        let mut mails = Vec::new();
        for uid in opened.uids_after(0).await.unwrap() {
            mails.extend(opened.fetch(uid).await.unwrap().map(|fetched| fetched.mail));
        }
        mails
    }

    /// Puts a mail into a folder as if it had come at this time, such as `01-Feb-2026 10:00:00 +0000`, or just now.
    pub(crate) async fn append(&self, address: &str, folder: &str, at: Option<&str>, mail: &[u8]) {
        let at = at.map(|at| format!("\"{at}\" ")).unwrap_or_default();
        self.order(address, &format!("APPEND {folder} {at}{{{}+}}", mail.len()), mail).await;
    }

    /// Gives one IMAP command, and returns all that the server says.
    pub(crate) async fn order(&self, address: &str, command: &str, literal: &[u8]) -> String {
        soon(async {
            let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", self.imap)).await.unwrap());
            let mut greeting = String::new();
            stream.read_line(&mut greeting).await.unwrap();
            let sign_in = format!("a LOGIN {address} {}\r\n", self.password);
            stream.write_all(format!("{sign_in}b {command}\r\n").as_bytes()).await.unwrap();
            stream.write_all(literal).await.unwrap();
            stream.write_all(b"\r\nc LOGOUT\r\n").await.unwrap();
            let mut said = Vec::new();
            stream.read_to_end(&mut said).await.unwrap();
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(said.contains("\nb OK"), "{said}");
            said
        })
        .await
    }
}
