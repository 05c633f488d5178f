//! A persona as its files define it. `docs/personas.md` describes every field; a test holds the samples against it.

use std::time::Duration;

use trunkline_domain::time::Timestamp;

use super::FileProblem;
use super::fields::Fields;
use super::files::Source;
use super::hours::Hours;
use crate::config::ModelPrice;

const FILE: &str = "persona.json";

/// Characters of a text that can be sent.
const REPLY_MAX: u64 = 1_600;

/// Every line, as a persona may say.
const ALL_LINES: &str = "*";

/// Something that a persona may do besides answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::personas) enum ToolName {
    HandOver,
    Tag,
    ScheduleReply,
    Remember,
}

impl ToolName {
    pub(in crate::personas) const ALL: [ToolName; 4] =
        [ToolName::HandOver, ToolName::Tag, ToolName::ScheduleReply, ToolName::Remember];

    pub(in crate::personas) const fn as_str(self) -> &'static str {
        match self {
            ToolName::HandOver => "hand_over",
            ToolName::Tag => "tag",
            ToolName::ScheduleReply => "schedule_reply",
            ToolName::Remember => "remember",
        }
    }
}

/// What a persona may use up. Those of a conversation and of a day count the last 24 hours.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::personas) struct Limits {
    pub(in crate::personas) reply_characters: usize,
    pub(in crate::personas) answers_per_conversation: u64,
    pub(in crate::personas) tokens_per_conversation: u64,
    /// In millionths of the installation's currency.
    pub(in crate::personas) micros_per_conversation: Option<i64>,
    pub(in crate::personas) tokens_per_day: u64,
    pub(in crate::personas) micros_per_day: Option<i64>,
}

/// How much of the past it is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::personas) struct Memory {
    /// Characters of the thread that it sees word for word.
    pub(in crate::personas) recent_characters: usize,
    /// Characters of the summary of what came before; 0: none is made.
    pub(in crate::personas) summary_characters: usize,
    /// Facts about the contact that it sees.
    pub(in crate::personas) facts: usize,
}

/// When a person is to take over.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::personas) struct HandOver {
    /// Words of a customer that need a person, in lower case.
    pub(in crate::personas) words: Vec<String>,
    /// What the customer is told then.
    pub(in crate::personas) message: Option<String>,
    /// For how long it keeps out of it after a person wrote.
    pub(in crate::personas) silent: Duration,
}

/// A persona.
#[derive(Clone, Debug)]
pub(in crate::personas) struct Persona {
    /// The name of its folder.
    pub(in crate::personas) slug: String,
    pub(in crate::personas) name: String,
    pub(in crate::personas) description: Option<String>,
    /// Without it, the installation's.
    pub(in crate::personas) model: Option<String>,
    pub(in crate::personas) price: Option<ModelPrice>,
    pub(in crate::personas) temperature: Option<f64>,
    pub(in crate::personas) max_tokens: u32,
    pub(in crate::personas) lines: Vec<String>,
    hours: Option<Hours>,
    /// How long it waits for more before it answers.
    pub(in crate::personas) wait: Duration,
    pub(in crate::personas) tools: Vec<ToolName>,
    pub(in crate::personas) limits: Limits,
    pub(in crate::personas) memory: Memory,
    pub(in crate::personas) hand_over: HandOver,
    pub(in crate::personas) soul: String,
    pub(in crate::personas) examples: Option<String>,
    /// Titles and texts.
    pub(in crate::personas) knowledge: Vec<(String, String)>,
}

impl Persona {
    /// Makes a persona of its files; what is wrong with them is added to `problems`.
    pub(super) fn parse(
        slug: &str,
        source: &Source,
        lines: &[String],
        problems: &mut Vec<FileProblem>,
    ) -> Option<Persona> {
        refuse_slug(slug, problems);
        if source.definition.is_empty() {
            return None;
        }
        let mut fields = Fields::of_file(FILE, &source.definition, problems)?;
        let persona = Persona {
            slug: slug.to_owned(),
            name: fields.needed_text("name", 60),
            description: fields.text("description", 300),
            model: fields.text("model", 200),
            price: price(&mut fields),
            temperature: fields.decimal("temperature", 0.0..=2.0),
            max_tokens: u32::try_from(fields.number("max_tokens", 500, 16..=8_000)).unwrap_or(500),
            lines: known_lines(&mut fields, lines),
            hours: hours(&mut fields),
            wait: Duration::from_secs(fields.number("wait_seconds", 3, 0..=60)),
            tools: tools(&mut fields),
            limits: limits(fields.inner("limits")),
            memory: memory(fields.inner("memory")),
            hand_over: hand_over(fields.inner("hand_over")),
            soul: source.soul.clone(),
            examples: source.examples.clone(),
            knowledge: source.knowledge.clone(),
        };
        fields.end();
        Some(persona)
    }

    pub(super) fn answers_on(&self, line: &str) -> bool {
        self.lines.iter().any(|name| name == line || name == ALL_LINES)
    }

    pub(super) fn is_on_duty(&self, at: Timestamp) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.are_open(at))
    }

    pub(in crate::personas) fn may(&self, tool: ToolName) -> bool {
        self.tools.contains(&tool)
    }
}

/// The name stands in addresses and beside every message.
fn refuse_slug(slug: &str, problems: &mut Vec<FileProblem>) {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(1..=40).contains(&slug.len()) || !slug.chars().all(allowed) {
        let message = "the folder's name is not a short name: use 1 to 40 of a to z, 0 to 9 and -".to_owned();
        problems.push(FileProblem { file: String::new(), field: None, message });
    }
}

fn price(fields: &mut Fields<'_>) -> Option<ModelPrice> {
    let is_set = fields.is_set("price");
    let mut fields = fields.inner("price");
    let range = 0.0..=10_000.0;
    let input = fields.decimal("input_per_million", range.clone());
    let output = fields.decimal("output_per_million", range);
    for name in ["input_per_million", "output_per_million"] {
        if is_set && !fields.is_set(name) {
            fields.refuse(name, "is missing: give both prices, or none");
        }
    }
    fields.end();
    Some(ModelPrice { input_per_million: input?, output_per_million: output? })
}

fn known_lines(fields: &mut Fields<'_>, lines: &[String]) -> Vec<String> {
    let named = fields.texts("lines", 100, 40);
    for name in named.iter().filter(|name| *name != ALL_LINES && !lines.contains(name)) {
        fields.refuse("lines", format!("'{name}' is no line; there are {}, or *", lines.join(", ")));
    }
    named
}

fn hours(fields: &mut Fields<'_>) -> Option<Hours> {
    let is_set = fields.is_set("hours");
    let fields = fields.inner("hours");
    if is_set { Hours::read(fields) } else { None }
}

fn tools(fields: &mut Fields<'_>) -> Vec<ToolName> {
    let named = fields.texts("tools", ToolName::ALL.len(), 40);
    let known = ToolName::ALL.map(ToolName::as_str);
    for name in named.iter().filter(|name| !known.contains(&name.as_str())) {
        fields.refuse("tools", format!("'{name}' is no tool; there are {}", known.join(", ")));
    }
    ToolName::ALL.into_iter().filter(|tool| named.iter().any(|name| name == tool.as_str())).collect()
}

fn limits(mut fields: Fields<'_>) -> Limits {
    let tokens = 1_000..=1_000_000_000;
    let money = |fields: &mut Fields<'_>, name: &'static str| {
        let amount = fields.decimal(name, 0.0..=1_000_000.0)?;
        // At most 10^12, which both can hold exactly.
        Some((amount * 1_000_000.0).round() as i64)
    };
    let limits = Limits {
        reply_characters: usize_of(fields.number("reply_characters", 480, 40..=REPLY_MAX)),
        answers_per_conversation: fields.number("answers_per_conversation", 20, 1..=1_000),
        tokens_per_conversation: fields.number("tokens_per_conversation", 60_000, tokens.clone()),
        micros_per_conversation: money(&mut fields, "money_per_conversation"),
        tokens_per_day: fields.number("tokens_per_day", 1_000_000, tokens),
        micros_per_day: money(&mut fields, "money_per_day"),
    };
    fields.end();
    limits
}

fn memory(mut fields: Fields<'_>) -> Memory {
    let memory = Memory {
        recent_characters: usize_of(fields.number("recent_characters", 4_000, 200..=40_000)),
        summary_characters: usize_of(fields.number("summary_characters", 800, 0..=4_000)),
        facts: usize_of(fields.number("facts", 20, 0..=100)),
    };
    fields.end();
    memory
}

fn hand_over(mut fields: Fields<'_>) -> HandOver {
    let hand_over = HandOver {
        words: fields.texts("words", 100, 60).iter().map(|words| words.to_lowercase()).collect(),
        message: fields.text("message", usize_of(REPLY_MAX)),
        silent: Duration::from_secs(3_600 * fields.number("silent_hours", 24, 1..=720)),
    };
    fields.end();
    hand_over
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
