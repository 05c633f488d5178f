//! Listing messages, page by page.
//!
//! `DateSent` is not used as a filter: it is empty while a message is queued, which is just when a look-up
//! after a lost answer needs to see it. Instead the pages, newest first, are followed until they are older
//! than what is asked for.

use http::Method;
use trunkline_domain::error_class::ErrorClass;
use trunkline_domain::time::Timestamp;
use url::form_urlencoded::Serializer;

use super::client::{Twilio, refused, unreadable};
use super::wire;
use crate::{ListQuery, LookupError, RemoteMessage};

/// Messages per page; Twilio's default is 50, its limit 1,000.
const PAGE_SIZE_MAX: usize = 200;
/// Room for a page of the longest messages in the least compact JSON (about 11 kB each).
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// More pages than any query needs. Beyond it something is wrong, and a list cut short would be taken for
/// proof that a message does not exist.
const PAGES_MAX: usize = 500;

impl Twilio {
    /// See [`Provider::list`](crate::Provider::list).
    pub(super) async fn list_messages(&self, query: &ListQuery) -> Result<Vec<RemoteMessage>, LookupError> {
        let mut found = Vec::new();
        let mut next = Some(first_page(self, query));
        for _ in 0..PAGES_MAX {
            let Some(url) = next.filter(|_| found.len() < query.limit) else {
                return Ok(found);
            };
            let (messages, next_uri) = get_page(self, &url).await?;
            let older =
                !messages.is_empty() && messages.iter().all(|message| !is_since(message, query.since));
            found.extend(messages.into_iter().filter(|message| is_since(message, query.since)));
            found.truncate(query.limit);
            next = if older { None } else { next_uri.map(|uri| follow(self, &uri)).transpose()? };
        }
        Err(failure(ErrorClass::Retry, format!("Twilio's list did not end after {PAGES_MAX} pages")))
    }
}

fn first_page(twilio: &Twilio, query: &ListQuery) -> String {
    let mut params = Serializer::new(String::new());
    params.append_pair("PageSize", &query.limit.clamp(1, PAGE_SIZE_MAX).to_string());
    for (name, value) in [("To", &query.to), ("From", &query.from)] {
        if let Some(value) = value {
            params.append_pair(name, &twilio.addresses().outside(value));
        }
    }
    twilio.account_url(&format!("Messages.json?{}", params.finish()))
}

async fn get_page(twilio: &Twilio, url: &str) -> Result<(Vec<RemoteMessage>, Option<String>), LookupError> {
    let answer = twilio.ask(twilio.request(Method::GET, url), PAGE_BYTES_MAX).await?;
    if !answer.status.is_success() {
        return Err(refused(&answer).into());
    }
    answer.json().ok().as_ref().and_then(wire::page).ok_or_else(|| unreadable(&answer))
}

/// The address of the next page. Credentials go along, so it must lead nowhere else: it is a path, and is
/// put behind the address we know.
fn follow(twilio: &Twilio, uri: &str) -> Result<String, LookupError> {
    if uri.starts_with('/') {
        return Ok(format!("{}{uri}", twilio.base_url()));
    }
    Err(failure(ErrorClass::Misconfigured, "Twilio's list continues at another address".to_owned()))
}

/// A message without a time is as new as can be.
fn is_since(message: &RemoteMessage, since: Option<Timestamp>) -> bool {
    match (message.created_at, since) {
        (Some(created), Some(since)) => created >= since,
        _ => true,
    }
}

const fn failure(class: ErrorClass, text: String) -> LookupError {
    LookupError { class, code: None, text, retry_after: None }
}
