//! A connection to a mail server, signed in.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::compose::Composed;
use super::refusal::{self, Stage};
use crate::mail::{MailServer, Security, Trust};
use crate::{Refusal, SendOutcome};

/// A server may look a mail over before it answers for it, so that answer takes longer than others.
const VERDICT_FACTOR: u32 = 6;

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// The ways to sign in that are offered a password, the usual one first (RFC 4954; LOGIN is what some servers have only).
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A server that listens to us.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    patience: Duration,
}

impl Session {
    /// Connects and signs in; each step may take as long as `patience`.
    ///
    /// # Errors
    /// When no mail can be handed over, and why.
    pub(super) async fn open(
        server: &MailServer,
        trust: &Trust,
        patience: Duration,
    ) -> Result<Session, Refusal> {
        if !server.is_safe() {
            return Err(refusal::unencrypted(server));
        }
        let connection = within(server, patience, Stage::Connect, connect(server, trust, patience)).await?;
        let mut session = Session { connection, patience };
        if server.security == Security::Starttls {
            let tls =
                trust.smtp(&server.host).map_err(|error| refusal::of(server, Stage::Encrypt, &error))?;
            let name = ClientId::default();
            let encrypted = session.connection.starttls(tls, &name);
            within(server, patience, Stage::Encrypt, encrypted).await?;
        }
        session.sign_in(server).await?;
        Ok(session)
    }

    async fn sign_in(&mut self, server: &MailServer) -> Result<(), Refusal> {
        let Some(sign_in) = &server.sign_in else { return Ok(()) };
        let credentials = Credentials::new(sign_in.user.clone(), sign_in.password.expose().to_owned());
        let answer = self.connection.auth(&MECHANISMS, &credentials);
        let answer = within(server, self.patience, Stage::SignIn, answer).await?;
        expect(server, Stage::SignIn, &answer, 235)
    }

    /// Everything up to the mail itself.
    ///
    /// # Errors
    /// The server's no. It has nothing of the mail.
    pub(super) async fn announce(&mut self, server: &MailServer, mail: &Composed) -> Result<(), Refusal> {
        let mut options = Vec::new();
        if !mail.addresses_are_ascii() {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(refusal::no_such_letters());
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let sender = self.connection.command(Mail::new(mail.envelope.from().cloned(), options));
        within(server, self.patience, Stage::Sender, sender).await?;
        for to in mail.envelope.to() {
            let recipient = self.connection.command(Rcpt::new(to.clone(), Vec::new()));
            within(server, self.patience, Stage::Recipient, recipient).await?;
        }
        let go_ahead = within(server, self.patience, Stage::Mail, self.connection.command(Data)).await?;
        expect(server, Stage::Mail, &go_ahead, 354)
    }

    /// The mail itself. From here on, only the server's own answer says what became of it.
    pub(super) async fn hand_over(
        &mut self,
        server: &MailServer,
        mail: &Composed,
        longer: Duration,
    ) -> Result<(), SendOutcome> {
        let doubt = |reason: String| SendOutcome::Unknown {
            reason: format!("{} had the whole email, but its answer is missing: {reason}", server.place()),
        };
        let patience = self.patience * VERDICT_FACTOR + longer;
        let answer = timeout(patience, self.connection.message(&mail.bytes)).await;
        match answer {
            Ok(Ok(answer)) if answer.has_code(250) => Ok(()),
            Ok(Ok(answer)) => Err(doubt(format!("it said {}", answer.code()))),
            Ok(Err(error)) if error.status().is_some() => {
                Err(SendOutcome::NotSent(refusal::of(server, Stage::Mail, &error)))
            }
            Ok(Err(error)) => Err(doubt(error.to_string())),
            Err(_) => Err(doubt("it did not come in time".to_owned())),
        }
    }

    /// Takes leave; whoever does not answer is left.
    pub(super) async fn close(mut self) {
        drop(timeout(FAREWELL, self.connection.quit()).await);
    }
}

async fn connect(
    server: &MailServer,
    trust: &Trust,
    patience: Duration,
) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
    let tls: Option<TlsParameters> = match server.security {
        Security::Tls => Some(trust.smtp(&server.host)?),
        Security::Starttls | Security::None => None,
    };
    let place = (server.host.as_str(), server.port);
    AsyncSmtpConnection::connect_tokio1(place, Some(patience), &ClientId::default(), tls, None).await
}

async fn within<T>(
    server: &MailServer,
    patience: Duration,
    stage: Stage,
    step: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Refusal> {
    match timeout(patience, step).await {
        Ok(done) => done.map_err(|error| refusal::of(server, stage, &error)),
        Err(_) => Err(refusal::too_late(server, stage)),
    }
}

/// An answer that is a yes, but to another question, was slipped in before the connection was encrypted.
fn expect(server: &MailServer, stage: Stage, answer: &Response, code: u16) -> Result<(), Refusal> {
    if answer.has_code(code) { Ok(()) } else { Err(refusal::odd(server, stage, &answer.code().to_string())) }
}
