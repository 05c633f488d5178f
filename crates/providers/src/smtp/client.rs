//! A mail server as a provider of messages.

use std::time::Duration;

use futures::FutureExt as _;
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::message::MessageState;

use super::compose::{self, Composed};
use super::session::Session;
use crate::mail::{MailServer, Trust, patience_for};
use crate::transport::REQUEST_TIMEOUT;
use crate::{
    AccountState, BoxFuture, Direction, ListQuery, LookupError, Outbound, Provider, Refusal, RemoteMessage,
    SendOutcome,
};

/// Where mail goes out.
#[derive(Clone, Debug)]
pub struct SmtpCredentials {
    /// The server that takes it.
    pub server: MailServer,
    /// Whose certificates are believed.
    pub trust: Trust,
}

/// A mail server that takes mail.
#[derive(Clone, Debug)]
pub struct Smtp {
    credentials: SmtpCredentials,
    timeout: Duration,
}

impl Smtp {
    /// A client of one server.
    pub fn new(credentials: SmtpCredentials) -> Self {
        Smtp { credentials, timeout: REQUEST_TIMEOUT }
    }

    /// The same client with another time-out for each step.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn open(&self) -> Result<Session, Refusal> {
        Session::open(&self.credentials.server, &self.credentials.trust, self.timeout).await
    }

    async fn deliver(&self, message: &Outbound) -> SendOutcome {
        let email = message.email.clone().unwrap_or_default();
        let composed = match compose::compose(message, &email) {
            Ok(composed) => composed,
            Err(text) => {
                return not_sent(Refusal { class: ErrorClass::Request, code: None, text, retry_after: None });
            }
        };
        match self.hand_over(&composed, patience_for(&email.files)).await {
            Ok(()) => SendOutcome::Accepted(sent(message, email.message_id)),
            Err(outcome) => outcome,
        }
    }

    /// `longer`: what the mail itself takes beyond what any does.
    async fn hand_over(&self, mail: &Composed, longer: Duration) -> Result<(), SendOutcome> {
        let server = &self.credentials.server;
        let mut session = self.open().await.map_err(not_sent)?;
        session.announce(server, mail).await.map_err(not_sent)?;
        session.hand_over(server, mail, longer).await?;
        session.close().await;
        Ok(())
    }
}

impl Provider for Smtp {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome> {
        self.deliver(message).boxed()
    }

    /// A mail server tells nothing of what it took.
    fn fetch<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<RemoteMessage>, LookupError>> {
        std::future::ready(Ok(None)).boxed()
    }

    /// It has no list of what it took.
    fn list<'a>(&'a self, _: &'a ListQuery) -> BoxFuture<'a, Result<Vec<RemoteMessage>, LookupError>> {
        std::future::ready(Ok(Vec::new())).boxed()
    }

    fn lists_everything(&self) -> bool {
        false
    }

    /// Signs in, and says nothing more.
    fn account(&self) -> BoxFuture<'_, Result<AccountState, LookupError>> {
        async move {
            self.open().await?.close().await;
            Ok(AccountState::default())
        }
        .boxed()
    }

    fn cancel<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<RemoteMessage, LookupError>> {
        let text = "a mail server gives nothing back".to_owned();
        let refused = LookupError { class: ErrorClass::Request, code: None, text, retry_after: None };
        std::future::ready(Err(refused)).boxed()
    }
}

fn not_sent(refusal: Refusal) -> SendOutcome {
    SendOutcome::NotSent(refusal)
}

/// What the server has now. Its name for it is ours: the Message-ID, which reports come back with.
fn sent(message: &Outbound, message_id: String) -> RemoteMessage {
    RemoteMessage {
        provider_id: message_id,
        direction: Direction::Outbound,
        from: Some(message.from.clone()),
        to: Some(message.to.clone()),
        body: None,
        state: MessageState::Sent,
        error_code: None,
        segments: None,
        media_count: 0,
        price: None,
        created_at: None,
        sent_at: None,
        service: None,
    }
}
