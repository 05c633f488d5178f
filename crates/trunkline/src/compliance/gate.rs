//! The gate: the decision to allow, hold until, or refuse a message, with its reason.

use std::time::Duration;

use trunkline_domain::email::is_email;
use trunkline_domain::ids::LineId;
use trunkline_domain::message::{Hold, Purpose};
use trunkline_domain::time::Timestamp;
use trunkline_store::{Result, Tx, Value, sql};

use super::quiet;
use super::settings::{self, Settings};
use super::windows;

/// Who wrote to us this recently is in a conversation: an answer does not wake them up.
const IN_CONVERSATION: Duration = Duration::from_secs(24 * 3_600);

const DAY: Duration = Duration::from_secs(24 * 3_600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

/// From this priority on a message is urgent: quiet hours do not hold it (C8).
const URGENT: u8 = 10;

/// The code of a refusal that an approved template gets around.
pub(crate) const WINDOW_CLOSED: &str = "window_closed";

/// A message that wants to leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) line: LineId,
    pub(crate) address: &'a str,
    pub(crate) purpose: Purpose,
    pub(crate) priority: u8,
    /// The recipient's time zone as set by hand.
    pub(crate) zone: Option<&'a str>,
    /// When it is to leave.
    pub(crate) at: Timestamp,
    /// It may leave only while their WhatsApp window is open.
    pub(crate) needs_window: bool,
}

/// What was said before between us and the recipient. Asked only where the decision depends on it.
pub(crate) trait Past {
    /// Whether they wrote to us since.
    fn wrote_since(&self, tx: &mut Tx<'_>, since: Timestamp) -> Result<bool>;

    /// How many marketing messages left for them in this time, or are about to, besides the one in question.
    fn marketing_between(&self, tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<u32>;
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allow,
    /// It may leave, but not now.
    Hold(Hold),
    Refuse {
        /// Stable, for programs.
        code: &'static str,
        /// For people: what stands against it and what would change that.
        reason: String,
    },
}

fn refuse(code: &'static str, reason: String) -> Verdict {
    Verdict::Refuse { code, reason }
}

/// What is on record about an address, in one look.
struct Record {
    opted_out_at: Option<Timestamp>,
    blocked_at: Option<Timestamp>,
    /// The latest word on messages for this purpose.
    consent: Option<String>,
}

/// Whether messages may leave: one verdict for each, in order.
pub(crate) fn ask(tx: &mut Tx<'_>, questions: &[(Question<'_>, &dyn Past)]) -> Result<Vec<Verdict>> {
    let settings = settings::load(tx)?;
    let records = records(tx, questions)?;
    let asked = questions.iter().zip(&records);
    asked.map(|((question, past), record)| decide(tx, question, *past, record, &settings)).collect()
}

fn decide(
    tx: &mut Tx<'_>,
    question: &Question<'_>,
    past: &dyn Past,
    record: &Record,
    settings: &Settings,
) -> Result<Verdict> {
    if let Some(verdict) = standing(question, record, settings) {
        return Ok(verdict);
    }
    if question.needs_window
        && let Some(reason) =
            windows::refusal(windows::window(tx, question.line, question.address, question.at)?)
    {
        return Ok(refuse(WINDOW_CLOSED, reason));
    }
    if let Some(hold) = quiet_hold(question, settings)
        && !past.wrote_since(tx, question.at.minus(IN_CONVERSATION))?
    {
        return Ok(Verdict::Hold(hold));
    }
    if question.purpose == Purpose::Marketing {
        return capped(tx, question, past, settings);
    }
    Ok(Verdict::Allow)
}

/// What quiet hours have against it. What is urgent they do not hold.
fn quiet_hold(question: &Question<'_>, settings: &Settings) -> Option<Hold> {
    // An email waits until it is looked at: only offers keep to the hours.
    let waits_quietly = is_email(question.address) && question.purpose != Purpose::Marketing;
    if question.priority >= URGENT || waits_quietly {
        return None;
    }
    let (until, reason) = quiet::hold(question.zone, question.address, question.at, settings)?;
    Some(Hold { code: "quiet_hours", reason, until })
}

/// What their own words and ours say, whatever the time.
fn standing(question: &Question<'_>, record: &Record, settings: &Settings) -> Option<Verdict> {
    let date = |at: Timestamp| at.to_jiff().strftime("%Y-%m-%d").to_string();
    if let Some(since) = record.opted_out_at {
        let wish = if is_email(question.address) {
            "They unsubscribed from this address"
        } else {
            "They asked not to be texted from this number"
        };
        let reason = format!("{wish} on {}. They can write START to hear from you again.", date(since));
        return Some(refuse("opted_out", reason));
    }
    if let Some(since) = record.blocked_at {
        let reason = format!(
            "Somebody on your team blocked this {} on {}. Unblock it first to write.",
            if is_email(question.address) { "address" } else { "number" },
            date(since)
        );
        return Some(refuse("blocked", reason));
    }
    no_consent(question, record, settings).map(|reason| refuse("no_consent", reason.to_owned()))
}

/// Why they do not want messages for this purpose, or are not known to. A person's answer needs no consent.
fn no_consent(question: &Question<'_>, record: &Record, settings: &Settings) -> Option<&'static str> {
    let consent = record.consent.as_deref();
    let needed = settings.require_marketing_consent;
    match question.purpose {
        Purpose::Reply => None,
        Purpose::Transactional => (consent == Some("revoked"))
            .then_some("They withdrew their consent to such messages. Record it anew before you send them."),
        Purpose::Marketing => (consent == Some("revoked") || (needed && consent != Some("given"))).then_some(
            "There is no record that they agreed to marketing messages. Record their consent first.",
        ),
    }
}

/// Marketing beyond the caps is refused, not held: tomorrow's offer should be decided on tomorrow.
fn capped(tx: &mut Tx<'_>, question: &Question<'_>, past: &dyn Past, settings: &Settings) -> Result<Verdict> {
    let caps = [
        (settings.frequency.marketing_per_day, DAY, "a day"),
        (settings.frequency.marketing_per_week, WEEK, "a week"),
    ];
    for (cap, span, word) in caps {
        let Some(cap) = cap else { continue };
        if past.marketing_between(tx, question.at.minus(span), question.at)? >= cap {
            let reason =
                format!("They already got {cap} marketing messages within {word}, which is your limit.");
            return Ok(refuse("frequency_cap", reason));
        }
    }
    Ok(Verdict::Allow)
}

/// One record for each question, in order.
fn records(tx: &mut Tx<'_>, questions: &[(Question<'_>, &dyn Past)]) -> Result<Vec<Record>> {
    let rows: Vec<[Value; 3]> = questions
        .iter()
        .map(|(question, _)| {
            [question.line.into(), question.address.into(), question.purpose.as_str().into()]
        })
        .collect();
    tx.query_each(
        sql!(
            sqlite: "select (select opted_out_at from opt_outs where line_id = $1 and address = $2), \
                     (select at from blocks where address = $2), \
                     (select status from consents where address = $2 and purpose = $3 \
                     and (line_id is null or line_id = $1) order by at desc, id desc limit 1)",
            postgres: "select (select opted_out_at from opt_outs o where o.line_id = q.line_id and o.address = q.address), \
                       (select at from blocks b where b.address = q.address), \
                       (select status from consents c where c.address = q.address and c.purpose = q.purpose \
                       and (c.line_id is null or c.line_id = q.line_id) order by c.at desc, c.id desc limit 1) \
                       from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality q (line_id, address, purpose, n) \
                       order by q.n"
        ),
        &rows,
        |row| Ok(Record { opted_out_at: row.get(0)?, blocked_at: row.get(1)?, consent: row.get(2)? }),
    )
}
