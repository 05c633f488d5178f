//! A mail server, to send through or to fetch from: where it is, and how it is spoken to.

use std::net::IpAddr;

use crate::Secret;

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// It begins plain and must change to TLS before anything else is said (RFC 3207, RFC 9051).
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Not at all: only to a server on this machine.
    None,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name, as its certificate has it, or its address.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// How to sign in; some servers ask nobody on their own network.
    pub sign_in: Option<SignIn>,
}

/// A user of a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The name of the user, often the whole address.
    pub user: String,
    /// The password, often one that was made for programs.
    pub password: Secret,
}

impl MailServer {
    /// Passwords and mails go over no network in the clear.
    pub fn is_safe(&self) -> bool {
        self.security != Security::None || is_this_machine(&self.host)
    }

    /// For people: where it is.
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Whether a host is the machine that this program runs on.
pub fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let server =
            |host: &str, security| MailServer { host: host.into(), port: 25, security, sign_in: None };
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1", "[::1]"] {
            assert!(server(host, Security::None).is_safe(), "{host}");
        }
        for host in ["mail.example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0", ""] {
            assert!(!server(host, Security::None).is_safe(), "{host}");
            assert!(server(host, Security::Starttls).is_safe() && server(host, Security::Tls).is_safe());
        }
    }
}
