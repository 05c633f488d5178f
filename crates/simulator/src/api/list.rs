//! Listing messages.

use axum::Json;
use axum::extract::{RawQuery, State};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::time::Duration;
use trunkline_domain::time::Timestamp;

use crate::record::Record;
use crate::simulator::Simulator;
use crate::world::World;

use super::error::ApiError;
use super::form::Form;
use super::page::{Page, Place, Slice};
use super::resource;

/// What a message must be to be listed.
struct Filter {
    to: Option<String>,
    from: Option<String>,
    /// Sent at or after.
    since: Option<Timestamp>,
    /// Sent before.
    until: Option<Timestamp>,
    /// Accepted at or before: lists may lag behind.
    visible_until: Timestamp,
}

/// `GET /Messages.json`: newest first.
pub(crate) async fn list(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let page = Page::parse(&query)?;
    let account_sid = &simulator.config().account_sid;
    let slice = {
        let world = simulator.world();
        let filter = Filter::parse(&query, &world, simulator.ambient().now())?;
        slice(&world, &filter, &page, account_sid)?
    };
    let path = format!("{}.json", resource::messages_path(account_sid));
    Ok(Json(page.answer(&path, &query, "messages", slice)))
}

impl Filter {
    fn parse(query: &Form, world: &World, now: Timestamp) -> Result<Self, ApiError> {
        let range = |name: &str| query.filled(name).map(|text| sent_range(name, text)).transpose();
        let (on, after, before) = (range("DateSent")?, range("DateSent>")?, range("DateSent<")?);
        let earliest = on.map(|range| range.0).into_iter().chain(after.map(|range| range.0)).max();
        let latest = on.map(|range| range.1).into_iter().chain(before.map(|range| range.1)).min();
        Ok(Filter {
            to: query.filled("To").map(str::to_owned),
            from: query.filled("From").map(str::to_owned),
            since: earliest,
            until: latest,
            visible_until: now.minus(Duration::from_millis(world.faults.list_lag_ms)),
        })
    }

    /// A message that has not been sent has no date, so no date filter finds it.
    fn takes(&self, record: &Record) -> bool {
        let sent = |holds: &dyn Fn(Timestamp) -> bool| record.sent_at.is_some_and(holds);
        !record.deleted
            && !record.telnyx
            && record.accepted_at <= self.visible_until
            && self.to.as_ref().is_none_or(|to| *to == record.to)
            && self.from.as_ref().is_none_or(|from| Some(from) == record.from.as_ref())
            && self.since.is_none_or(|since| sent(&|at| at >= since))
            && self.until.is_none_or(|until| sent(&|at| at < until))
    }

    /// Numbers of all messages that may match, ascending; the shorter list if both ends are given.
    fn candidates<'a>(&self, world: &'a World) -> Candidates<'a> {
        let lists = [&self.to, &self.from].into_iter().flatten().map(|address| world.with_address(address));
        lists
            .min_by_key(|list| list.len())
            .map_or(Candidates::All(world.records().len() as u64), Candidates::Some)
    }
}

enum Candidates<'a> {
    /// From 1 to this.
    All(u64),
    Some(&'a [u64]),
}

impl<'a> Candidates<'a> {
    /// Those below `n`, newest first.
    fn below(self, n: u64) -> Box<dyn Iterator<Item = u64> + 'a> {
        match self {
            Candidates::All(last) => Box::new((1..=last.min(n.saturating_sub(1))).rev()),
            Candidates::Some(list) => {
                let end = list.partition_point(|known| *known < n);
                Box::new(list[..end].iter().rev().copied())
            }
        }
    }

    /// Those above `n`, oldest first.
    fn above(self, n: u64) -> Box<dyn Iterator<Item = u64> + 'a> {
        match self {
            Candidates::All(last) => Box::new(n.saturating_add(1)..=last),
            Candidates::Some(list) => {
                let start = list.partition_point(|known| *known <= n);
                Box::new(list[start..].iter().copied())
            }
        }
    }
}

fn slice(world: &World, filter: &Filter, page: &Page, account_sid: &str) -> Result<Slice, ApiError> {
    let number_of = |sid: &str| {
        world.number_of(sid).ok_or_else(|| ApiError::bad(20_001, "Parameter 'PageToken' is not valid"))
    };
    let candidates = filter.candidates(world);
    let (numbers, skip): (Box<dyn Iterator<Item = u64>>, usize) = match &page.place {
        Place::Counted => (candidates.below(u64::MAX), page.number.saturating_mul(page.size)),
        Place::After(sid) => (candidates.below(number_of(sid)?), 0),
        Place::Before(sid) => (candidates.above(number_of(sid)?), 0),
    };
    let matching = numbers.filter_map(|n| world.numbered(n)).filter(|record| filter.takes(record));
    let wanted = matching.skip(skip).take(page.size + 1);
    let mut entries: Vec<_> =
        wanted.map(|record| (record.sid.clone(), resource::message(record, account_sid))).collect();
    let more = entries.len() > page.size;
    entries.truncate(page.size);
    let backwards = matches!(page.place, Place::Before(_));
    if backwards {
        entries.reverse();
    }
    // Whoever came back from a later page knows that there is one.
    Ok(Slice { entries, has_next: more || backwards })
}

/// The instants a `DateSent` value stands for, end excluded: a GMT day, or for a full time that second.
fn sent_range(name: &str, text: &str) -> Result<(Timestamp, Timestamp), ApiError> {
    let day = |date: Date| {
        let start = date.to_zoned(TimeZone::UTC).ok()?;
        let end = start.checked_add(1.day()).ok()?;
        Some((start.timestamp().into(), end.timestamp().into()))
    };
    let second = |at: jiff::Timestamp| {
        let start = Timestamp::from(at);
        (start, start.plus(Duration::from_secs(1)))
    };
    let date = if text.contains('T') { None } else { text.parse::<Date>().ok().and_then(day) };
    date.or_else(|| text.parse::<jiff::Timestamp>().ok().map(second))
        .ok_or_else(|| ApiError::bad(20_001, format!("Parameter '{name}' is not a valid date")))
}
