//! Paging: sizes, tokens and the addresses of neighbouring pages (Twilio, Paging).

use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::form::Form;

/// Which page is wanted.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) size: usize,
    pub(crate) number: usize,
    pub(crate) place: Place,
}

/// Where a page lies in a list that grows at its front.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// So many pages from the front.
    Counted,
    /// Right after this entry.
    After(String),
    /// Right before this entry.
    Before(String),
}

/// One page of entries, newest first, each with its SID.
pub(crate) struct Slice {
    pub(crate) entries: Vec<(String, Value)>,
    pub(crate) has_next: bool,
}

const SIZE_DEFAULT: usize = 50;
const SIZE_MAX: usize = 1_000;
const PAGING: [&str; 3] = ["PageSize", "Page", "PageToken"];

impl Page {
    pub(crate) fn parse(query: &Form) -> Result<Self, ApiError> {
        let number = |name: &str| match query.filled(name).map(str::parse::<usize>) {
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(ApiError::bad(20_001, format!("Parameter '{name}' is not a number"))),
            None => Ok(None),
        };
        let place = match query.filled("PageToken").map(|token| token.split_at_checked(2)) {
            None => Place::Counted,
            Some(Some(("PA", sid))) => Place::After(sid.to_owned()),
            Some(Some(("PB", sid))) => Place::Before(sid.to_owned()),
            Some(_) => return Err(ApiError::bad(20_001, "Parameter 'PageToken' is not valid")),
        };
        Ok(Page {
            size: number("PageSize")?.unwrap_or(SIZE_DEFAULT).clamp(1, SIZE_MAX),
            number: number("Page")?.unwrap_or(0),
            place,
        })
    }

    /// The answer: the entries under `key`, and where to find the pages around them.
    pub(crate) fn answer(&self, path: &str, query: &Form, key: &str, slice: Slice) -> Value {
        let sid_of = |entry: Option<&(String, Value)>| entry.map(|(sid, _)| sid.clone());
        let (first, last) = (sid_of(slice.entries.first()), sid_of(slice.entries.last()));
        let start = self.number * self.size;
        let next = last.filter(|_| slice.has_next).map(|sid| (self.number + 1, format!("PA{sid}")));
        let previous = first.filter(|_| self.number > 0).map(|sid| (self.number - 1, format!("PB{sid}")));
        let uri = |page: Option<(usize, String)>| {
            page.map(|(number, token)| self.uri(path, query, number, Some(&token)))
        };
        let entries: Vec<Value> = slice.entries.into_iter().map(|(_, value)| value).collect();
        let mut answer = Map::new();
        answer.insert("end".into(), json!(start + entries.len().saturating_sub(1)));
        answer.insert("first_page_uri".into(), json!(self.uri(path, query, 0, None)));
        answer.insert("next_page_uri".into(), json!(uri(next)));
        answer.insert("page".into(), json!(self.number));
        answer.insert("page_size".into(), json!(self.size));
        answer.insert("previous_page_uri".into(), json!(uri(previous)));
        answer.insert("start".into(), json!(start));
        answer.insert("uri".into(), json!(self.uri(path, query, self.number, query.filled("PageToken"))));
        answer.insert(key.to_owned(), Value::Array(entries));
        Value::Object(answer)
    }

    /// Relative to the API's host, with the filters of the request.
    fn uri(&self, path: &str, query: &Form, number: usize, token: Option<&str>) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(query.pairs().filter(|(name, _)| !PAGING.contains(name)));
        text.append_pair("PageSize", &self.size.to_string()).append_pair("Page", &number.to_string());
        if let Some(token) = token {
            text.append_pair("PageToken", token);
        }
        format!("{path}?{}", text.finish())
    }
}
