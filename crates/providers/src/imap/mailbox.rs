//! A mailbox: opened, looked at, waited for.

use std::collections::HashSet;
use std::time::Duration;

use async_imap::extensions::idle::IdleResponse;
use async_imap::{Client, Session};
use futures::TryStreamExt as _;
use rustls::pki_types::ServerName;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::time::Timestamp;

use super::failure::{self, Step};
use super::stream::{Bounded, Wire};
use crate::LookupError;
use crate::mail::{MailFile, MailServer, ReceivedMail, Security, Trust, mime};
use crate::transport::REQUEST_TIMEOUT;

/// The most that is read of one mail; what is beyond is cut off.
const MAIL_MAX: usize = 40 * 1024 * 1024;

/// Bytes of all other answers: the numbers of half a million mails.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// A mail may be large, so it may take longer than an answer.
const MAIL_FACTOR: u32 = 12;

/// Servers compare days only, each by its own zone.
const DAY: Duration = Duration::from_secs(86_400);

/// Which mailbox, and how to get at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxCredentials {
    /// The server that keeps it.
    pub server: MailServer,
    /// The folder, usually `INBOX`.
    pub folder: String,
}

/// A mailbox at its server.
#[derive(Clone, Debug)]
pub struct Mailbox {
    credentials: MailboxCredentials,
    trust: Trust,
    timeout: Duration,
}

/// A mail as the mailbox has it.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// What is in it. Its id is made of what is in it.
    pub mail: ReceivedMail,
    /// What came along.
    pub files: Vec<MailFile>,
    /// When it came in, by the server's clock.
    pub came_at: Option<Timestamp>,
}

/// A mailbox with a connection to it.
#[derive(Debug)]
pub struct Opened {
    session: Session<Bounded>,
    server: MailServer,
    patience: Duration,
    /// UIDs are those of this validity.
    pub validity: u32,
    /// The server tells of news by itself (RFC 2177).
    pub can_wait: bool,
}

impl Mailbox {
    /// A mailbox.
    pub fn new(credentials: MailboxCredentials, trust: Trust) -> Mailbox {
        Mailbox { credentials, trust, timeout: REQUEST_TIMEOUT }
    }

    /// The same mailbox with another time-out for each step.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Mailbox {
        self.timeout = timeout;
        self
    }

    /// The folder that is read.
    pub fn folder(&self) -> &str {
        &self.credentials.folder
    }

    /// Signs in and opens the folder for reading only.
    ///
    /// # Errors
    /// When it cannot be read, and why.
    pub async fn open(&self) -> Result<Opened, LookupError> {
        let server = self.credentials.server.clone();
        if !server.is_safe() {
            return Err(failure::unencrypted(&server));
        }
        let client = self.within(self.connect()).await??;
        let mut session = self.within(self.sign_in(client)).await??;
        let read = |error| failure::of(&server, Step::Read, &error);
        let capabilities = self.within(session.capabilities()).await?.map_err(read)?;
        let opened = self.within(session.examine(&self.credentials.folder)).await?.map_err(read)?;
        let validity = opened.uid_validity.ok_or_else(|| {
            let text = format!("{} gives the mails of this folder no lasting numbers", server.place());
            failure::failed(ErrorClass::Misconfigured, text)
        })?;
        let can_wait = capabilities.has_str("IDLE");
        Ok(Opened { session, server, patience: self.timeout, validity, can_wait })
    }

    async fn within<T>(&self, step: impl Future<Output = T>) -> Result<T, LookupError> {
        timeout(self.timeout, step).await.map_err(|_| failure::too_late(&self.credentials.server))
    }

    async fn connect(&self) -> Result<Client<Bounded>, LookupError> {
        let server = &self.credentials.server;
        let tcp = TcpStream::connect((server.host.as_str(), server.port)).await;
        let tcp: Box<dyn Wire> = Box::new(tcp.map_err(|error| failure::unreachable(server, &error))?);
        match server.security {
            Security::Tls => self.greeted(self.encrypted(tcp).await?).await,
            Security::None => self.greeted(tcp).await,
            Security::Starttls => {
                let mut plain = self.greeted(tcp).await?;
                plain
                    .run_command_and_check_ok("STARTTLS", None)
                    .await
                    .map_err(|error| failure::of(server, Step::Encrypt, &error))?;
                // What was said before is forgotten with its buffer: nothing can be slipped in.
                let wire = self.encrypted(plain.into_inner().into_inner()).await?;
                Ok(Client::new(Bounded::new(wire, ANSWER_MAX)))
            }
        }
    }

    async fn greeted(&self, wire: Box<dyn Wire>) -> Result<Client<Bounded>, LookupError> {
        let server = &self.credentials.server;
        let mut client = Client::new(Bounded::new(wire, ANSWER_MAX));
        let greeting = client.read_response().await;
        match greeting.map_err(|error| failure::of(server, Step::Connect, &error.into()))? {
            Some(_) => Ok(client),
            None => Err(failure::of(server, Step::Connect, &async_imap::error::Error::ConnectionLost)),
        }
    }

    async fn encrypted(&self, wire: Box<dyn Wire>) -> Result<Box<dyn Wire>, LookupError> {
        let server = &self.credentials.server;
        let config = self.trust.config().map_err(|error| failure::not_trusted(server, &error))?;
        let name = ServerName::try_from(server.host.clone());
        let name = name.map_err(|error| failure::not_trusted(server, &error))?;
        let encrypted = TlsConnector::from(config).connect(name, wire).await;
        Ok(Box::new(encrypted.map_err(|error| failure::not_trusted(server, &error))?))
    }

    async fn sign_in(&self, client: Client<Bounded>) -> Result<Session<Bounded>, LookupError> {
        let server = &self.credentials.server;
        let Some(sign_in) = &server.sign_in else {
            let text = format!("{} wants a user and a password", server.place());
            return Err(failure::failed(ErrorClass::Account, text));
        };
        let signed_in = client.login(&sign_in.user, sign_in.password.expose()).await;
        signed_in.map_err(|(error, _)| failure::of(server, Step::SignIn, &error))
    }
}

impl Opened {
    /// The UIDs behind this one, the oldest first.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn uids_after(&mut self, uid: u32) -> Result<Vec<u32>, LookupError> {
        // `n:*` names the last mail even if it is before n (RFC 9051, 9, seq-range).
        let found = self.search(format!("UID {}:*", uid.saturating_add(1))).await?;
        Ok(sorted(found, |found| found > uid))
    }

    /// The UIDs of what came in since a day, in the server's time zone: the day before, to be sure.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn uids_since(&mut self, since: Timestamp) -> Result<Vec<u32>, LookupError> {
        let day = jiff::Timestamp::from_second(since.minus(DAY).secs()).unwrap_or_default();
        let day = day.strftime("%-d-%b-%Y").to_string();
        let found = self.search(format!("SINCE {day}")).await?;
        Ok(sorted(found, |_| true))
    }

    async fn search(&mut self, query: String) -> Result<HashSet<u32>, LookupError> {
        self.session.get_mut().allow(ANSWER_MAX);
        let found = timeout(self.patience, self.session.uid_search(query)).await;
        self.read(found)
    }

    /// One mail, without marking it as read. `None`: it is gone.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn fetch(&mut self, uid: u32) -> Result<Option<Fetched>, LookupError> {
        self.session.get_mut().allow(MAIL_MAX + ANSWER_MAX);
        let question = format!("(UID INTERNALDATE BODY.PEEK[]<0.{MAIL_MAX}>)");
        let asked = async {
            let answers = self.session.uid_fetch(uid.to_string(), question).await?;
            // A server may tell of changes to other mails in between.
            answers
                .try_filter(|answer| std::future::ready(answer.uid == Some(uid) && answer.body().is_some()))
                .try_collect::<Vec<_>>()
                .await
        };
        let answers = timeout(self.patience * MAIL_FACTOR, asked).await;
        let answers = self.read(answers)?;
        Ok(answers.first().and_then(|answer| {
            let came_at = answer.internal_date().map(|at| Timestamp::from_secs(at.timestamp()));
            let raw = answer.body()?;
            let mut mail = mime::parse_anything(raw);
            mail.provider_id = identity(&mail, raw);
            Some(Fetched { mail, files: mime::files(raw), came_at })
        }))
    }

    /// Waits until the server tells that something changed, but not longer than `most`. Returns whether it did.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn wait(self, most: Duration) -> Result<(Opened, bool), LookupError> {
        let Opened { mut session, server, patience, validity, can_wait } = self;
        session.get_mut().allow(ANSWER_MAX);
        let broken = |error: async_imap::error::Error| failure::of(&server, Step::Read, &error);
        let mut idle = session.idle();
        timeout(patience, idle.init()).await.map_err(|_| failure::too_late(&server))?.map_err(broken)?;
        let (news, _interrupt) = idle.wait_with_timeout(most);
        let heard = matches!(news.await.map_err(broken)?, IdleResponse::NewData(_));
        let session =
            timeout(patience, idle.done()).await.map_err(|_| failure::too_late(&server))?.map_err(broken)?;
        Ok((Opened { session, server, patience, validity, can_wait }, heard))
    }

    /// Takes leave.
    pub async fn close(mut self) {
        drop(timeout(Duration::from_secs(1), self.session.logout()).await);
    }

    fn read<T>(
        &self,
        answer: Result<Result<T, async_imap::error::Error>, tokio::time::error::Elapsed>,
    ) -> Result<T, LookupError> {
        let answer = answer.map_err(|_| failure::too_late(&self.server))?;
        answer.map_err(|error| failure::of(&self.server, Step::Read, &error))
    }
}

/// What tells a mail from all others, wherever and however often a mailbox has it. Its Message-ID alone does not: some
/// programs give every mail the same one, or none.
fn identity(mail: &ReceivedMail, raw: &[u8]) -> String {
    let id = mail.message_id().unwrap_or_default();
    let hash = if id.is_empty() {
        Sha256::digest(raw)
    } else {
        let date = mail.header("date").unwrap_or_default();
        Sha256::digest(format!("{date}\0{}\0{}\0{}", mail.from, mail.subject, mail.text))
    };
    format!("{id}/{}", hex::encode(&hash[..8]))
}

fn sorted(found: HashSet<u32>, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut uids: Vec<u32> = found.into_iter().filter(|uid| wanted(*uid)).collect();
    uids.sort_unstable();
    uids
}
