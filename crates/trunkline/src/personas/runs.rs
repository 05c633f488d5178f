//! What was asked of the model, what came of it and what it cost: one row each, written before the model is asked.
//!
//! Until a run has ended it counts with an estimate, so that many at once keep to a budget together; one that was
//! broken off keeps that estimate, since the endpoint may charge for it.

use std::time::Duration;

use serde::Serialize;
use trunkline_domain::ids::{ConversationId, MessageId, RecordId};
use trunkline_domain::time::Timestamp;
use trunkline_providers::llm::Usage;
use trunkline_store::{Result, Tx, sql};
use utoipa::ToSchema;

use super::catalog::Limits;
use crate::config::{self, ModelPrice};

/// The time that budgets count.
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What a model took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) prompt_tokens: u64,
    pub(super) completion_tokens: u64,
}

impl Spent {
    pub(super) fn add(&mut self, usage: Usage) {
        self.prompt_tokens += usage.prompt_tokens;
        self.completion_tokens += usage.completion_tokens;
    }

    pub(super) fn tokens(self) -> u64 {
        self.prompt_tokens + self.completion_tokens
    }

    /// In millionths: a price per million tokens is the millionths that one token costs. Rounded up.
    pub(super) fn micros(self, price: Option<ModelPrice>) -> i64 {
        let Some(price) = price else { return 0 };
        let cost = self.prompt_tokens as f64 * price.input_per_million
            + self.completion_tokens as f64 * price.output_per_million;
        cost.ceil() as i64
    }
}

/// A run that begins.
pub(super) struct Start<'a> {
    pub(super) id: RecordId,
    pub(super) conversation: ConversationId,
    /// What came in; none for a dry run.
    pub(super) message: Option<MessageId>,
    pub(super) persona: &'a str,
    pub(super) model: &'a str,
    /// What it may cost at most, as far as can be told.
    pub(super) estimate: Spent,
    pub(super) price: Option<ModelPrice>,
    pub(super) at: Timestamp,
}

/// Begins a run, unless a budget does not allow it: then returns which one.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    start: &Start<'_>,
    limits: &Limits,
    all: &config::Personas,
) -> Result<Option<String>> {
    // Two that look at the same moment would both see room for one.
    tx.lock("personas/budget")?;
    if let Some(exhausted) = exhausted(tx, start, limits, all)? {
        return Ok(Some(exhausted));
    }
    let (estimate, micros) = (start.estimate, start.estimate.micros(start.price));
    insert(tx, start, "asked", None, estimate, micros, None)?;
    Ok(None)
}

/// Notes why nothing was asked.
pub(super) fn note(tx: &mut Tx<'_>, start: &Start<'_>, outcome: &str, reason: &str) -> Result<()> {
    insert(tx, start, outcome, Some(reason), Spent::default(), 0, Some(start.at))
}

fn insert(
    tx: &mut Tx<'_>,
    start: &Start<'_>,
    outcome: &str,
    reason: Option<&str>,
    spent: Spent,
    micros: i64,
    ended_at: Option<Timestamp>,
) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "insert into persona_runs (id, conversation_id, message_id, persona, model, outcome, reason, \
             prompt_tokens, completion_tokens, micros, started_at, ended_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        &[
            start.id.into(),
            start.conversation.into(),
            start.message.into(),
            start.persona.into(),
            start.model.into(),
            outcome.into(),
            reason.into(),
            count(spent.prompt_tokens).into(),
            count(spent.completion_tokens).into(),
            micros.into(),
            start.at.into(),
            ended_at.into(),
        ],
    )
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

/// What was used up within a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PersonaUse)]
pub(super) struct Used {
    pub(super) answers: i64,
    pub(super) tokens: i64,
    /// In millionths of the installation's currency.
    pub(super) micros: i64,
}

/// What all personas, or one, used up within the last day.
pub(super) fn used_by(tx: &mut Tx<'_>, persona: Option<&str>, now: Timestamp) -> Result<Used> {
    tx.query_one(
        sql!(
            sqlite: "select coalesce(sum(reply_id is not null), 0), coalesce(sum(prompt_tokens + completion_tokens), 0), \
                     coalesce(sum(micros), 0) from persona_runs where started_at > $1 and (persona = $2 or $2 is null)",
            postgres: "select count(reply_id), coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint, \
                       coalesce(sum(micros), 0)::bigint from persona_runs \
                       where started_at > $1 and (persona = $2 or $2::text is null)"
        ),
        &[now.minus(DAY).into(), persona.into()],
        |row| Ok(Used { answers: row.get(0)?, tokens: row.get(1)?, micros: row.get(2)? }),
    )
}

/// What was used up in a conversation within the last day.
pub(super) fn used_in(tx: &mut Tx<'_>, id: ConversationId, now: Timestamp) -> Result<Used> {
    tx.query_one(
        sql!(
            sqlite: "select coalesce(sum(reply_id is not null), 0), coalesce(sum(prompt_tokens + completion_tokens), 0), \
                     coalesce(sum(micros), 0) from persona_runs where conversation_id = $2 and started_at > $1",
            postgres: "select count(reply_id), coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint, \
                       coalesce(sum(micros), 0)::bigint from persona_runs where conversation_id = $2 and started_at > $1"
        ),
        &[now.minus(DAY).into(), id.into()],
        |row| Ok(Used { answers: row.get(0)?, tokens: row.get(1)?, micros: row.get(2)? }),
    )
}

/// Which budget has no room for a run, if one has not.
fn exhausted(
    tx: &mut Tx<'_>,
    start: &Start<'_>,
    limits: &Limits,
    all: &config::Personas,
) -> Result<Option<String>> {
    let (here, own) =
        (used_in(tx, start.conversation, start.at)?, used_by(tx, Some(start.persona), start.at)?);
    let together = used_by(tx, None, start.at)?;
    if here.answers >= count(limits.answers_per_conversation) {
        return Ok(Some(told("limits.answers_per_conversation", "answers in this conversation")));
    }
    let (tokens, micros) = (count(start.estimate.tokens()), start.estimate.micros(start.price));
    let over = |used: Used, tokens_max: u64, micros_max: Option<i64>| {
        let money = micros_max.is_some_and(|max| used.micros + micros > max);
        (used.tokens + tokens > count(tokens_max), money)
    };
    let in_conversation = over(here, limits.tokens_per_conversation, limits.micros_per_conversation);
    let by_persona = over(own, limits.tokens_per_day, limits.micros_per_day);
    let by_all = over(together, all.tokens_per_day, all.micros_per_day);
    let checks = [
        (in_conversation.0, "limits.tokens_per_conversation", "tokens in this conversation"),
        (in_conversation.1, "limits.money_per_conversation", "money in this conversation"),
        (by_persona.0, "limits.tokens_per_day", "tokens of this persona"),
        (by_persona.1, "limits.money_per_day", "money of this persona"),
        (by_all.0, "personas.tokens_per_day", "tokens of all personas together"),
        (by_all.1, "personas.money_per_day", "money of all personas together"),
    ];
    Ok(checks.into_iter().find(|(over, ..)| *over).map(|(_, limit, what)| told(limit, what)))
}

fn told(limit: &str, what: &str) -> String {
    format!("The budget of {what} for 24 hours is used up ({limit}).")
}

/// How a run ended.
pub(super) struct End<'a> {
    pub(super) outcome: &'a str,
    pub(super) reason: Option<&'a str>,
    pub(super) reply: Option<MessageId>,
    pub(super) spent: Spent,
    pub(super) price: Option<ModelPrice>,
    pub(super) at: Timestamp,
}

/// Ends a run with what it really took.
pub(super) fn end(tx: &mut Tx<'_>, id: RecordId, end: &End<'_>) -> Result<()> {
    tx.execute_exactly(
        1,
        sql!(
            "update persona_runs set outcome = $2, reason = $3, reply_id = $4, prompt_tokens = $5, \
             completion_tokens = $6, micros = $7, ended_at = $8 where id = $1"
        ),
        &[
            id.into(),
            end.outcome.into(),
            end.reason.into(),
            end.reply.into(),
            count(end.spent.prompt_tokens).into(),
            count(end.spent.completion_tokens).into(),
            end.spent.micros(end.price).into(),
            end.at.into(),
        ],
    )
}

/// Whether there is a run of this message that ended so.
pub(super) fn ended_as(tx: &mut Tx<'_>, message: MessageId, outcome: &str) -> Result<bool> {
    let found = tx.query_opt(
        sql!("select 1 from persona_runs where message_id = $1 and outcome = $2 limit 1"),
        &[message.into(), outcome.into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// How long runs are kept. What an answer cost stands with its message as well.
const KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Deletes the runs that are too old to be shown.
pub(crate) fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(sql!("delete from persona_runs where started_at < $1"), &[now.minus(KEPT).into()])
}

/// A run as people see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PersonaRun)]
pub(super) struct Run {
    #[schema(value_type = Uuid)]
    id: RecordId,
    /// What came in; none for a dry run.
    #[schema(value_type = Option<Uuid>)]
    message_id: Option<MessageId>,
    persona: String,
    model: Option<String>,
    /// `asked` while the model is at work; then what came of it, such as `answered` or `person_replied`.
    outcome: String,
    reason: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    reply_id: Option<MessageId>,
    prompt_tokens: i64,
    completion_tokens: i64,
    /// What it cost, in millionths of the installation's currency.
    micros: i64,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

/// The latest runs in a conversation, newest first.
pub(super) fn latest(tx: &mut Tx<'_>, id: ConversationId, count: usize) -> Result<Vec<Run>> {
    tx.query(
        sql!(
            "select id, message_id, persona, model, outcome, reason, reply_id, prompt_tokens, completion_tokens, micros, \
             started_at, ended_at from persona_runs where conversation_id = $1 order by started_at desc, id desc limit $2"
        ),
        &[id.into(), count.into()],
        |row| {
            Ok(Run {
                id: row.get(0)?,
                message_id: row.get(1)?,
                persona: row.get(2)?,
                model: row.get(3)?,
                outcome: row.get(4)?,
                reason: row.get(5)?,
                reply_id: row.get(6)?,
                prompt_tokens: row.get(7)?,
                completion_tokens: row.get(8)?,
                micros: row.get(9)?,
                started_at: row.get(10)?,
                ended_at: row.get(11)?,
            })
        },
    )
}
