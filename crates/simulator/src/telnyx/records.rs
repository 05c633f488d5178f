//! Searching detail records (Telnyx, Search detail records).

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use url::form_urlencoded;

use super::error::ApiError;
use super::resource;
use crate::record::{Direction, Record};
use crate::simulator::Simulator;

const PAGE_SIZE_MAX: usize = 50;
const PAGE_SIZE: usize = 20;

/// What is asked for.
struct Search {
    to: Option<String>,
    from: Option<String>,
    direction: Option<String>,
    since: Option<Timestamp>,
    number: usize,
    size: usize,
}

impl Search {
    fn parse(query: &str) -> Result<Search, ApiError> {
        let given: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let param =
            |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        if param("filter[record_type]").as_deref() != Some("messaging") {
            return Err(ApiError::malformed("filter[record_type] is required, and messaging is simulated."));
        }
        let time = |name: &str| param(name).map(|text| text.parse()).transpose();
        let number = |name: &str, usual: usize| param(name).map_or(Ok(usual), |text| text.parse());
        let no_number = |_| ApiError::malformed("A page has a number and a size.");
        Ok(Search {
            to: param("filter[cld]"),
            from: param("filter[cli]"),
            direction: param("filter[direction]"),
            since: time("filter[created_at][gte]")
                .map_err(|_| ApiError::malformed("created_at is no time."))?,
            number: number("page[number]", 1).map_err(no_number)?.max(1),
            size: number("page[size]", PAGE_SIZE).map_err(no_number)?.clamp(1, PAGE_SIZE_MAX),
        })
    }

    fn matches(&self, record: &Record) -> bool {
        let way = if record.direction == Direction::Inbound { "inbound" } else { "outbound" };
        self.to.as_ref().is_none_or(|to| *to == record.to)
            && self.from.as_ref().is_none_or(|from| record.from.as_ref() == Some(from))
            && self.direction.as_ref().is_none_or(|direction| direction == way)
            && self.since.is_none_or(|since| record.accepted_at >= since)
    }
}

/// `GET /v2/detail_records`: messages that have come to an end, newest first.
pub(super) async fn search(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let search = Search::parse(&query.unwrap_or_default())?;
    let profile_id = resource::profile_id(&simulator)?;
    let now = simulator.ambient().now();
    let world = simulator.world();
    let lag = std::time::Duration::from_millis(world.faults.list_lag_ms);
    let is_there = |record: &&Record| {
        record.telnyx
            && resource::record_status(record.status).is_some()
            && (lag.is_zero() || now.since(record.accepted_at) >= lag)
            && search.matches(record)
    };
    let found: Vec<&Record> = world.records().iter().rev().filter(is_there).collect();
    let page = found.iter().skip((search.number - 1).saturating_mul(search.size)).take(search.size);
    let data: Vec<Value> = page.map(|record| resource::detail_record(record, &profile_id)).collect();
    Ok(Json(json!({
        "data": data,
        "meta": {
            "page_number": search.number,
            "page_size": search.size,
            "total_pages": found.len().div_ceil(search.size),
            "total_results": found.len(),
        },
    })))
}
