//! Inbound texts as the carrier would send them: every parameter, a valid signature, each one different.

use std::borrow::Cow;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::Serializer;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The account the texts are for.
pub(crate) struct Account {
    /// The account's SID.
    pub(crate) sid: String,
    /// The secret that signs.
    pub(crate) token: String,
    /// The number that is texted, in E.164.
    pub(crate) number: String,
    /// Where its customers live: the area code of their numbers.
    pub(crate) area: u16,
}

/// Builds the requests of one run.
pub(crate) struct Requests {
    url: String,
    authority: String,
    path: String,
    account: Account,
    signer: Hmac<Sha1>,
    seed: u64,
}

impl Requests {
    /// For a plain `http://` address; `seed` tells the messages of one run from those of another.
    pub(crate) fn new(url: &str, account: Account, seed: u64) -> anyhow::Result<Self> {
        let rest = url.strip_prefix("http://").context("the address must start with http://")?;
        let (authority, path) = rest.split_once('/').context("the address needs a path")?;
        Ok(Requests {
            url: url.to_owned(),
            authority: authority.to_owned(),
            path: format!("/{path}"),
            signer: Hmac::new_from_slice(account.token.as_bytes())?,
            account,
            seed,
        })
    }

    /// `ADDRESS:PORT`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The bytes of request number `index`.
    pub(crate) fn build(&self, index: u64) -> Vec<u8> {
        let params = self.params(index);
        let body = Serializer::new(String::new()).extend_pairs(&params).finish();
        let signature = sign(self.signer.clone(), &self.url, &params);
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nUser-Agent: TwilioProxy/1.1\r\nX-Twilio-Signature: {signature}\r\n\r\n",
            self.path,
            self.authority,
            body.len(),
        );
        [head.into_bytes(), body.into_bytes()].concat()
    }

    /// The parameters of an inbound text (Twilio, "Twilio's request to your webhook URL"), sorted by name.
    fn params(&self, index: u64) -> Vec<(&'static str, Cow<'_, str>)> {
        let sid = format!("SM{:016x}{index:016x}", self.seed);
        // 120 characters, as the benchmark's rules ask.
        let text =
            format!("{:<120}", format!("Hello, is my order number {index} of day {} ready?", self.seed));
        let customer = format!("+1{:03}555{:04}", self.account.area, index % 10_000);
        vec![
            ("AccountSid", self.account.sid.as_str().into()),
            ("ApiVersion", "2010-04-01".into()),
            ("Body", text.into()),
            ("From", customer.into()),
            ("FromCity", "WASHINGTON".into()),
            ("FromCountry", "US".into()),
            ("FromState", "DC".into()),
            ("FromZip", "20001".into()),
            ("MessageSid", sid.clone().into()),
            ("NumMedia", "0".into()),
            ("NumSegments", "1".into()),
            ("SmsMessageSid", sid.clone().into()),
            ("SmsSid", sid.into()),
            ("SmsStatus", "received".into()),
            ("To", self.account.number.as_str().into()),
            ("ToCity", "NEW YORK".into()),
            ("ToCountry", "US".into()),
            ("ToState", "NY".into()),
            ("ToZip", "10001".into()),
        ]
    }
}

/// Twilio's signature: HMAC-SHA1 over the address and the parameters in the order of their names.
fn sign(mut signer: Hmac<Sha1>, url: &str, sorted_params: &[(&str, Cow<'_, str>)]) -> String {
    signer.update(url.as_bytes());
    for (name, value) in sorted_params {
        signer.update(name.as_bytes());
        signer.update(value.as_bytes());
    }
    STANDARD.encode(signer.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(seed: u64) -> Requests {
        let account =
            Account { sid: "AC1".into(), token: "12345".into(), number: "+12025550100".into(), area: 202 };
        Requests::new("http://127.0.0.1:8080/webhooks/twilio/main/messages", account, seed).unwrap()
    }

    #[test]
    fn the_signature_is_the_one_in_twilios_documentation() {
        let params = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ]
        .map(|(name, value)| (name, Cow::from(value)));
        let signer = requests(0).signer;
        let signature = sign(signer, "https://example.com/myapp.php?foo=1&bar=2", &params);
        assert_eq!(signature, "L/OH5YylLD5NRKLltdqwSvS0BnU=");
    }

    #[test]
    fn parameters_are_in_the_order_that_is_signed() {
        assert!(requests(0).params(7).is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn no_two_requests_are_the_same_message() {
        let sid = |seed, index| requests(seed).params(index)[8].1.to_string();
        let sids = [sid(0, 0), sid(0, 1), sid(1, 0), sid(1, 1)];
        let distinct: std::collections::HashSet<_> = sids.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert!(sids.iter().all(|sid| sid.len() == 34));
    }

    #[test]
    fn a_request_is_complete_http() {
        let bytes = requests(0).build(0);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /webhooks/twilio/main/messages HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"));
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
