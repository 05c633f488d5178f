//! Lists of mails, page by page, newest first (Resend, List emails and List received emails).

use serde_json::Value;
use trunkline_domain::time::Timestamp;

use super::client::{Resend, refused};
use super::wire;
use crate::json::text;
use crate::{ListQuery, LookupError, RemoteMessage};

/// Mails on one page, which is the most (Resend, Pagination).
const PAGE: usize = 100;
/// Bytes of one page.
const PAGE_MAX: usize = 8 * 1024 * 1024;

impl Resend {
    /// Mails that went out.
    pub(super) async fn list_sent(&self, query: &ListQuery) -> Result<Vec<RemoteMessage>, LookupError> {
        let wanted = |remote: &RemoteMessage| {
            let fits = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
            fits(&query.to, &remote.to) && fits(&query.from, &remote.from)
        };
        let mut found = Vec::new();
        self.pages("emails", query, |value| {
            found.extend(wire::sent(value).filter(wanted));
            found.len()
        })
        .await?;
        found.truncate(query.limit);
        Ok(found)
    }

    /// The ids of mails that came in to an address, with or without a tag in it.
    pub(super) async fn list_incoming(&self, query: &ListQuery) -> Result<Vec<String>, LookupError> {
        let mut found = Vec::new();
        self.pages("emails/receiving", query, |value| {
            if query.to.as_deref().is_none_or(|to| is_to(value, to)) {
                found.extend(text(value, "id"));
            }
            found.len()
        })
        .await?;
        found.truncate(query.limit);
        Ok(found)
    }

    /// Shows every item since [`ListQuery::since`] to `take`, which says how many it kept.
    async fn pages(
        &self,
        path: &str,
        query: &ListQuery,
        mut take: impl FnMut(&Value) -> usize,
    ) -> Result<(), LookupError> {
        let mut after: Option<String> = None;
        loop {
            let page = self.page(path, after.as_deref()).await?;
            let items = page.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            for item in items {
                if is_older(item, query.since) || take(item) >= query.limit {
                    return Ok(());
                }
            }
            let last = items.last().and_then(|item| text(item, "id"));
            let goes_on = page.get("has_more").and_then(Value::as_bool).unwrap_or(false);
            // A list that does not move on would be read for ever.
            if !goes_on || last.is_none() || last == after {
                return Ok(());
            }
            after = last;
        }
    }

    async fn page(&self, path: &str, after: Option<&str>) -> Result<Value, LookupError> {
        let after = after.map(|id| format!("&after={id}")).unwrap_or_default();
        let answer = self.ask(&format!("{path}?limit={PAGE}{after}"), PAGE_MAX).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer).into());
        }
        answer.json().map_err(|_| crate::transport::unreadable("Resend", &answer))
    }
}

fn is_older(item: &Value, since: Option<Timestamp>) -> bool {
    wire::time(item, "created_at").zip(since).is_some_and(|(at, since)| at < since)
}

fn is_to(item: &Value, to: &str) -> bool {
    let lists = ["to", "cc", "bcc"].into_iter().filter_map(|list| item.get(list)?.as_array());
    let addresses = lists.flatten().filter_map(Value::as_str).filter_map(wire::address);
    super::webhook::names_line(addresses, to)
}
