//! What became of the messages made from a template, by variant (C12).
//!
//! Answers and opt-outs count for every message that left within the 72 hours before them: which of two
//! messages moved somebody, nobody knows. A text that asks not to be contacted is no answer.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use trunkline_domain::ids::TemplateId;
use trunkline_domain::time::Timestamp;
use trunkline_domain::variants::{self, Aim, Count, Share};
use trunkline_store::{Result, Row, Tx, sql};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Inbox;
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem, Query};
use crate::templates;

pub(super) fn routes() -> ApiRoutes<Inbox> {
    ApiRoutes::new().viewer(routes!(template_results))
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// Messages from then on; left out, from the first.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Messages before then; left out, up to the last.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Only those of this version: other words may do better or worse.
    version: Option<u32>,
}

/// What became of the messages made from a template.
#[derive(Debug, Serialize, ToSchema)]
struct TemplateResults {
    /// The variants of today first, then former ones that were sent.
    variants: Vec<VariantResults>,
    /// The variant that is ahead, if one is.
    better: Option<BetterVariant>,
}

/// What became of the messages made from one variant.
#[derive(Debug, Default, Serialize, ToSchema)]
struct VariantResults {
    name: String,
    /// The version of all that is counted here; `null`: there are several, or none.
    version: Option<u32>,
    /// Left for the carrier.
    sent: u64,
    delivered: u64,
    /// They wrote back within 72 hours.
    answered: u64,
    /// They asked not to be contacted within 72 hours.
    opted_out: u64,
    failed: u64,
    rates: Rates,
}

/// Shares of what was sent.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Rates {
    delivered: Rate,
    answered: Rate,
    opted_out: Rate,
}

/// A share, and between what the true one lies with 95 % confidence; all from 0 to 1.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Rate {
    value: f64,
    low: f64,
    high: f64,
}

/// The variant that is ahead.
#[derive(Debug, Serialize, ToSchema)]
struct BetterVariant {
    variant: String,
    /// By what: `answered`, or `opted_out` where answers decide nothing.
    metric: String,
    /// By more than chance explains.
    confident: bool,
}

/// What became of the messages made from a template, by variant.
#[utoipa::path(get, path = "/api/templates/{id}/results", tag = "templates", params(("id" = Uuid, Path), Span),
    responses((status = 200, body = TemplateResults), (status = 404, body = Problem)))]
async fn template_results(
    State(inbox): State<Inbox>,
    Path(id): Path<TemplateId>,
    Query(span): Query<Span>,
) -> ApiResult<Json<TemplateResults>> {
    let found = inbox.store.read(move |tx| {
        let Some(template) = templates::find(tx, id)? else { return Ok(None) };
        let names = template.variants.into_iter().map(|variant| variant.name);
        let counted = count(tx, id, span)?;
        Ok(Some(in_order(names, counted)))
    });
    let variants = found.await?.ok_or_else(|| Problem::not_found("template"))?;
    Ok(Json(TemplateResults { better: better(&variants), variants }))
}

/// The variants of today, also those nobody got yet, then the former ones.
fn in_order(names: impl Iterator<Item = String>, mut counted: Vec<VariantResults>) -> Vec<VariantResults> {
    let mut variants: Vec<VariantResults> = names
        .map(|name| match counted.iter().position(|results| results.name == name) {
            Some(index) => counted.remove(index),
            None => VariantResults { name, ..VariantResults::default() }.with_rates(),
        })
        .collect();
    variants.extend(counted);
    variants
}

fn better(variants: &[VariantResults]) -> Option<BetterVariant> {
    let lead = |metric: &str, hits: fn(&VariantResults) -> u64, aim| {
        let counts: Vec<Count> =
            variants.iter().map(|results| Count { hits: hits(results), of: results.sent }).collect();
        let better = variants::better(&counts, aim)?;
        let variant = variants.get(better.index)?.name.clone();
        Some(BetterVariant { variant, metric: metric.to_owned(), confident: better.confident })
    };
    lead("answered", |results| results.answered, Aim::More)
        .or_else(|| lead("opted_out", |results| results.opted_out, Aim::Fewer))
}

impl VariantResults {
    fn with_rates(mut self) -> Self {
        let rate = |hits| Rate::from(Count { hits, of: self.sent }.share());
        self.rates = Rates {
            delivered: rate(self.delivered),
            answered: rate(self.answered),
            opted_out: rate(self.opted_out),
        };
        self
    }
}

impl From<Share> for Rate {
    fn from(share: Share) -> Self {
        Rate { value: share.value, low: share.low, high: share.high }
    }
}

fn read_results(row: &Row<'_>) -> Result<VariantResults> {
    let (first, last): (u32, u32) = (row.get(1)?, row.get(2)?);
    let results = VariantResults {
        name: row.get(0)?,
        version: (first == last).then_some(first),
        sent: row.get(3)?,
        delivered: row.get(4)?,
        failed: row.get(5)?,
        answered: row.get(6)?,
        opted_out: row.get(7)?,
        rates: Rates::default(),
    };
    Ok(results.with_rates())
}

/// An opt-out is looked for in the ledger, which keeps it also when it is taken back.
fn count(tx: &mut Tx<'_>, id: TemplateId, span: Span) -> Result<Vec<VariantResults>> {
    // Nothing is older than 1970 here, and not every database can compare what is.
    let from = span.from.unwrap_or_default().max(Timestamp::default());
    let to = span.to.unwrap_or(Timestamp::MAX).clamp(Timestamp::default(), Timestamp::MAX);
    tx.query(
        sql!(
            sqlite: "select m.template_variant, min(m.template_version), max(m.template_version), count(m.sent_at), \
                     count(m.delivered_at), count(*) filter (where m.state in ('failed', 'undelivered')), \
                     count(*) filter (where exists (select 1 from messages a where a.conversation_id = m.conversation_id \
                     and a.direction = 'inbound' and a.at >= m.sent_at and a.at <= m.sent_at + 259200000000 \
                     and not exists (select 1 from consents s where s.address = a.from_address \
                     and s.at = a.at and s.status = 'revoked'))), \
                     count(*) filter (where exists (select 1 from consents c where c.address = m.to_address \
                     and c.status = 'revoked' and (c.line_id is null or c.line_id = m.line_id) \
                     and c.at >= m.sent_at and c.at <= m.sent_at + 259200000000)) \
                     from messages m where m.template_id = $1 and m.at >= $2 and m.at < $3 \
                     and (m.template_version = $4 or $4 is null) and m.template_variant is not null \
                     group by m.template_variant order by m.template_variant",
            postgres: "select m.template_variant, min(m.template_version), max(m.template_version), count(m.sent_at), \
                       count(m.delivered_at), count(*) filter (where m.state in ('failed', 'undelivered')), \
                       count(*) filter (where exists (select 1 from messages a where a.conversation_id = m.conversation_id \
                       and a.direction = 'inbound' and a.at >= m.sent_at and a.at <= m.sent_at + interval '72 hours' \
                       and not exists (select 1 from consents s where s.address = a.from_address \
                       and s.at = a.at and s.status = 'revoked'))), \
                       count(*) filter (where exists (select 1 from consents c where c.address = m.to_address \
                       and c.status = 'revoked' and (c.line_id is null or c.line_id = m.line_id) \
                       and c.at >= m.sent_at and c.at <= m.sent_at + interval '72 hours')) \
                       from messages m where m.template_id = $1 and m.at >= $2 and m.at < $3 \
                       and (m.template_version = $4 or $4 is null) and m.template_variant is not null \
                       group by m.template_variant order by m.template_variant"
        ),
        &[id.into(), from.into(), to.into(), span.version.into()],
        read_results,
    )
}
