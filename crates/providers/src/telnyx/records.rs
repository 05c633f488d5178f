//! Detail records: the nearest thing to a list of messages that Telnyx has (Telnyx, Search detail records).

use std::collections::HashSet;

use http::Method;
use serde_json::Value;
use trunkline_domain::error_class::ErrorClass;

use super::client::{Telnyx, refused, unreadable};
use super::wire;
use crate::{ListQuery, LookupError, RemoteMessage};

/// Records per page; 50 is the most (Telnyx, Search detail records, `page[size]`).
const PAGE_SIZE: usize = 50;
/// Room for a page of records, which are about a kilobyte each.
const PAGE_BYTES_MAX: usize = 1024 * 1024;
/// More pages than any query needs: beyond it something is wrong.
const PAGES_MAX: usize = 1_000;

impl Telnyx {
    /// Newest first, without texts. A record that arrives between two pages moves the others on, so that one may
    /// come twice; it is taken once.
    pub(super) async fn list_records(&self, query: &ListQuery) -> Result<Vec<RemoteMessage>, LookupError> {
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        for page in 1..=PAGES_MAX {
            let (records, pages) = get_page(self, query, page).await?;
            let (count, new) =
                (records.len(), |record: &RemoteMessage| known.insert(record.provider_id.clone()));
            found.extend(records.into_iter().filter(new));
            found.truncate(query.limit);
            if count == 0 || page >= pages || found.len() >= query.limit {
                return Ok(found);
            }
        }
        let text = format!("Telnyx's detail records did not end after {PAGES_MAX} pages");
        Err(LookupError { class: ErrorClass::Retry, code: None, text, retry_after: None })
    }
}

async fn get_page(
    telnyx: &Telnyx,
    query: &ListQuery,
    page: usize,
) -> Result<(Vec<RemoteMessage>, usize), LookupError> {
    let request = telnyx.request(Method::GET, "detail_records").query(&parameters(query, page));
    let answer = telnyx.ask(request, PAGE_BYTES_MAX).await?;
    if !answer.status.is_success() {
        return Err(refused(&answer).into());
    }
    answer.json().ok().as_ref().and_then(read_page).ok_or_else(|| unreadable(&answer))
}

fn parameters(query: &ListQuery, page: usize) -> Vec<(&'static str, String)> {
    let mut parameters = vec![("filter[record_type]", "messaging".to_owned())];
    parameters.extend(query.to.iter().map(|to| ("filter[cld]", to.clone())));
    parameters.extend(query.from.iter().map(|from| ("filter[cli]", from.clone())));
    // To the second and never later, whatever the precision that Telnyx compares with.
    let since = query.since.map(|at| at.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    parameters.extend(since.map(|since| ("filter[created_at][gte]", since)));
    parameters.push(("sort", "-created_at".to_owned()));
    parameters.push(("page[number]", page.to_string()));
    parameters.push(("page[size]", PAGE_SIZE.to_string()));
    parameters
}

/// The records of a page, and how many pages there are.
fn read_page(value: &Value) -> Option<(Vec<RemoteMessage>, usize)> {
    // A record that cannot be read may be the one looked for: better no answer than a wrong one.
    let records = value.get("data")?.as_array()?.iter().map(wire::record).collect::<Option<Vec<_>>>()?;
    let pages = value.pointer("/meta/total_pages").and_then(Value::as_u64);
    Some((records, pages.and_then(|pages| usize::try_from(pages).ok()).unwrap_or_default()))
}
