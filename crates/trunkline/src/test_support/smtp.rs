//! A mail server that takes mail, or does with it what a test says.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use trunkline_providers::Secret;
use trunkline_providers::mail::mime;
use trunkline_providers::mail::{MailServer, ReceivedMail, Security, SignIn};

pub(crate) const SMTP_USER: &str = "team@harbor.example";
pub(crate) const SMTP_PASSWORD: &str = "correct horse battery";

/// What the server does with one mail.
#[derive(Clone, Copy)]
pub(crate) enum Verdict {
    /// Takes the mail.
    Takes,
    /// Answers the recipient so.
    Recipient(&'static str),
    /// Answers the whole mail so.
    Mail(&'static str),
    /// Takes the mail, and the connection breaks before it can say so.
    TakesAndBreaks,
    /// The connection breaks before the dot that ends the mail.
    BreaksBefore,
    /// Refuses the password.
    Password,
}

/// A mail server whose verdicts are planned; without a plan it takes everything.
pub(crate) struct SmtpServer {
    pub(crate) place: MailServer,
    plan: Plan,
    task: JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Plan {
    verdicts: Arc<Mutex<VecDeque<Verdict>>>,
    taken: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpServer {
    pub(crate) async fn start() -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Plan::default();
        let serving = plan.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let plan = serving.clone();
                tokio::spawn(async move { drop(plan.serve(stream).await) });
            }
        });
        let sign_in = SignIn { user: SMTP_USER.into(), password: Secret::new(SMTP_PASSWORD) };
        let (host, security) = ("127.0.0.1".to_owned(), Security::None);
        SmtpServer { place: MailServer { host, port, security, sign_in: Some(sign_in) }, plan, task }
    }

    /// What it does with the next mails, in this order.
    pub(crate) fn next(&self, verdicts: impl IntoIterator<Item = Verdict>) {
        self.plan.verdicts.lock().extend(verdicts);
    }

    /// The mails it has, oldest first.
    pub(crate) fn mails(&self) -> Vec<ReceivedMail> {
        self.plan.taken.lock().iter().filter_map(|bytes| mime::parse(bytes)).collect()
    }
}

impl Plan {
    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let verdict = self.verdicts.lock().pop_front().unwrap_or(Verdict::Takes);
        write.write_all(b"220 mx.harbor.example ESMTP\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let answer = match (word.as_str(), verdict) {
                ("EHLO", _) => "250-mx.harbor.example\r\n250 AUTH PLAIN LOGIN",
                ("AUTH", Verdict::Password) => "535 5.7.8 Error: authentication failed",
                ("AUTH", _) => "235 2.7.0 Welcome",
                ("RCPT", Verdict::Recipient(answer)) => answer,
                ("DATA", Verdict::BreaksBefore) => return Ok(()),
                ("DATA", _) => {
                    write.write_all(b"354 Go ahead\r\n").await?;
                    let mut mail = Vec::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        mail.extend_from_slice(line.strip_prefix('.').unwrap_or(&line).as_bytes());
                        mail.extend_from_slice(b"\r\n");
                    }
                    match verdict {
                        Verdict::Mail(answer) => answer,
                        _ => {
                            self.taken.lock().push(mail);
                            if matches!(verdict, Verdict::TakesAndBreaks) {
                                return Ok(());
                            }
                            "250 2.0.0 Queued"
                        }
                    }
                }
                ("QUIT", _) => {
                    write.write_all(b"221 Bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 2.0.0 Fine",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}
