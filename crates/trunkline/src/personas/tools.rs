//! What a persona may ask for besides answering. Nothing happens while it talks: its wishes are carried out together
//! with its answer, in one transaction, or not at all.

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_providers::llm::{Tool, ToolCall};

use super::catalog::{Persona, ToolName};

/// Characters of a reason, a fact and a tag.
const REASON_MAX: usize = 300;
const FACT_MAX: usize = 200;
const TAG_MAX: usize = 40;
/// Facts and tags of one answer.
const FACTS_MAX: usize = 5;
const TAGS_MAX: usize = 5;
/// When a reply may be scheduled for, in minutes from now: up to 30 days.
const LATER_MINUTES: std::ops::RangeInclusive<u64> = 5..=43_200;

/// A text that is to leave later, unless they write first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Later {
    pub(super) after: Duration,
    pub(super) text: String,
}

/// What a persona asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// A person is to take over, for this reason.
    pub(super) hand_over: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) facts: Vec<String>,
    pub(super) later: Option<Later>,
}

/// The tools that this persona is offered.
pub(super) fn offered(persona: &Persona) -> Vec<Tool> {
    persona.tools.iter().map(|tool| describe(*tool)).collect()
}

fn describe(tool: ToolName) -> Tool {
    let (description, properties) = match tool {
        ToolName::HandOver => (
            "Hand the conversation over to a person on the team, and stop answering until they give it back. Use it \
             whenever you cannot help, are not sure, or are asked for a person.",
            json!({ "reason": text("What the person needs to know, in one or two sentences.") }),
        ),
        ToolName::Tag => (
            "Put a tag on the conversation, so that the team finds it.",
            json!({ "tag": text("One or two words, such as: new customer") }),
        ),
        ToolName::ScheduleReply => (
            "Write to them again later, when they asked for that. It is not sent if they write first.",
            json!({
                "in_minutes": { "type": "integer", "description": "Minutes from now, from 5 to 43200." },
                "text": text("What to write then."),
            }),
        ),
        ToolName::Remember => (
            "Remember something about this contact for later conversations: what they told of themselves and what \
             stays true. Nothing about health, money or belief.",
            json!({ "fact": text("One short sentence, such as: Has a gas furnace from 2011.") }),
        ),
    };
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(|all| all.keys()).collect();
    let parameters = json!({ "type": "object", "properties": properties, "required": required });
    Tool { name: tool.as_str(), description, parameters }
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

impl Wishes {
    /// Takes note of a tool call. Returns what the model is told of it.
    pub(super) fn take(&mut self, persona: &Persona, call: &ToolCall) -> &'static str {
        let Some(tool) = ToolName::ALL.into_iter().find(|tool| tool.as_str() == call.name) else {
            return "There is no such tool.";
        };
        if !persona.may(tool) {
            return "You may not use this tool.";
        }
        let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_default();
        let taken = match tool {
            ToolName::HandOver => self.take_hand_over(&arguments),
            ToolName::Tag => self.take_tag(&arguments),
            ToolName::ScheduleReply => self.take_later(&arguments, persona.limits.reply_characters),
            ToolName::Remember => self.take_fact(&arguments),
        };
        taken.map_or_else(|why| why, |()| "Done, as soon as your answer is sent.")
    }

    fn take_hand_over(&mut self, arguments: &Value) -> Result<(), &'static str> {
        // A person who is asked for without a reason is asked for all the same.
        let reason = plain(&arguments["reason"], REASON_MAX);
        self.hand_over = Some(reason.unwrap_or_else(|| "It gave no reason.".to_owned()));
        Ok(())
    }

    fn take_tag(&mut self, arguments: &Value) -> Result<(), &'static str> {
        let tag = plain(&arguments["tag"], TAG_MAX).ok_or("Give the tag as a text.")?.to_lowercase();
        if self.tags.len() == TAGS_MAX {
            return Err("That is enough tags.");
        }
        self.tags.push(tag);
        Ok(())
    }

    fn take_fact(&mut self, arguments: &Value) -> Result<(), &'static str> {
        let fact = plain(&arguments["fact"], FACT_MAX).ok_or("Give the fact as a text.")?;
        if self.facts.len() == FACTS_MAX {
            return Err("That is enough to remember of one message.");
        }
        self.facts.push(fact);
        Ok(())
    }

    fn take_later(&mut self, arguments: &Value, max: usize) -> Result<(), &'static str> {
        let minutes = arguments["in_minutes"].as_u64().filter(|minutes| LATER_MINUTES.contains(minutes));
        let minutes = minutes.ok_or("Give in_minutes as a whole number from 5 to 43200.")?;
        let text = plain(&arguments["text"], max).ok_or("Give the text to be sent.")?;
        self.later = Some(Later { after: Duration::from_secs(60 * minutes), text });
        Ok(())
    }
}

/// The text in one line, of at most `max` characters, without what cannot be shown.
fn plain(value: &Value, max: usize) -> Option<String> {
    let words = value.as_str()?.split(|c: char| c.is_whitespace() || c.is_control());
    let text = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(max).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
