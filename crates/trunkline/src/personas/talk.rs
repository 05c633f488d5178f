//! Asks the model, outside of any transaction, for as long as the budget of time allows.

use std::time::Duration;

use tokio::time::Instant;
use trunkline_domain::backoff::Backoff;
use trunkline_providers::llm::{
    Chat, ChatMessage, Completion, Finish, ModelError, Patience, Role, ToolCall, Usage,
};

use super::past::Said;
use super::runs::Spent;
use super::task::Task;
use super::threads::Summary;
use super::tools::Wishes;
use super::{Personas, prompt};

/// How often the model is asked for the same thing before the job fails; the job is tried again later.
const TRIES: u32 = 4;

/// How often a model may ask for tools before it has to answer.
const ROUNDS: usize = 4;

/// Characters that are made into a summary at once.
const SUMMARISED_MAX: usize = 40_000;

/// The longest wait between two tries.
const WAIT_MAX: Duration = Duration::from_secs(60);

impl Task {
    /// What it may cost, as far as can be told before. Without tools, which may need it to be asked again.
    pub(super) fn estimate(&self) -> Spent {
        let (old, recent) = self.split();
        let answer = prompt::answer(self, self.summary.as_ref(), recent);
        let summary = self.summary_of(old);
        let asked = std::iter::once(&answer).chain(&summary);
        asked.fold(Spent::default(), |spent, chat| Spent {
            prompt_tokens: spent.prompt_tokens + prompt::tokens(&chat.messages),
            completion_tokens: spent.completion_tokens + u64::from(chat.max_tokens),
        })
    }

    /// The question for a summary, if one is needed and wanted. Of what is very long the latest part counts.
    fn summary_of(&self, old: &[Said]) -> Option<Chat> {
        if old.is_empty() || self.persona.memory.summary_characters == 0 {
            return None;
        }
        let mut length = 0;
        let fits = old.iter().rev().take_while(|said| {
            length += said.length();
            length <= SUMMARISED_MAX
        });
        let count = fits.count();
        Some(prompt::summary(self, self.summary.as_ref(), &old[old.len() - count..]))
    }
}

/// What a persona wants to say and to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// What to send; none if it only hands over.
    pub(super) text: Option<String>,
    pub(super) wishes: Wishes,
    /// What it made of the older part of the thread, if that was needed.
    pub(super) summary: Option<Summary>,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum TalkError {
    /// The endpoint failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// It answered, but with nothing that can be sent.
    #[error("{0}")]
    Useless(&'static str),
}

impl TalkError {
    /// Whether asking again later may help.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            TalkError::Model(error) => error.class.is_retryable(),
            TalkError::Useless(_) => true,
        }
    }
}

/// What came of it, and what it took.
pub(super) struct Talk {
    pub(super) outcome: Result<Answer, TalkError>,
    pub(super) spent: Spent,
}

/// Asks for an answer.
pub(super) async fn talk(personas: &Personas, task: &Task, budget: Duration) -> Talk {
    let mut talking = Talking { personas, task, ends_at: Instant::now() + budget, spent: Spent::default() };
    let outcome = talking.answer().await;
    Talk { outcome, spent: talking.spent }
}

struct Talking<'a> {
    personas: &'a Personas,
    task: &'a Task,
    ends_at: Instant,
    spent: Spent,
}

impl Talking<'_> {
    async fn answer(&mut self) -> Result<Answer, TalkError> {
        let task = self.task;
        let (old, recent) = task.split();
        let summary = self.summarise(old).await?;
        let mut chat = prompt::answer(task, summary.as_ref().or(task.summary.as_ref()), recent);
        let mut wishes = Wishes::default();
        for _ in 0..ROUNDS {
            let completion = self.ask(&chat).await?;
            let text = sendable(&completion, task.persona.limits.reply_characters)?;
            let results: Vec<(&ToolCall, &str)> =
                completion.tool_calls.iter().map(|call| (call, wishes.take(&task.persona, call))).collect();
            if text.is_some() || wishes.hand_over.is_some() {
                return Ok(Answer { text, wishes, summary });
            }
            let told = results.into_iter().map(|(call, result)| ChatMessage::tool_result(call, result));
            let told: Vec<ChatMessage> = told.collect();
            chat.messages.push(ChatMessage {
                tool_calls: completion.tool_calls,
                ..ChatMessage::new(Role::Assistant, "")
            });
            chat.messages.extend(told);
        }
        Err(TalkError::Useless("The model asked for tools again and again, and did not answer."))
    }

    async fn summarise(&mut self, old: &[Said]) -> Result<Option<Summary>, TalkError> {
        let max = self.task.persona.memory.summary_characters;
        let Some((last, chat)) = old.last().zip(self.task.summary_of(old)) else { return Ok(None) };
        let text = self.ask(&chat).await?.content;
        let text: String = printable(&text).chars().take(max).collect();
        Ok(Some(Summary { text, upto: (last.at, last.id) }))
    }

    async fn ask(&mut self, chat: &Chat) -> Result<Completion, ModelError> {
        let patience = Patience {
            budget: self.ends_at.saturating_duration_since(Instant::now()),
            tries: TRIES,
            backoff: Backoff {
                base: self.personas.settings.backoff,
                factor: 2.0,
                max: WAIT_MAX,
                jitter: 0.2,
            },
        };
        let asked = self.personas.llm.ask(chat, &patience, &self.personas.delivery.ambient).await;
        let question = prompt::tokens(&chat.messages);
        self.spent.prompt_tokens += u64::from(asked.lost) * question;
        if let Ok(completion) = &asked.outcome {
            let estimate = Usage {
                prompt_tokens: question,
                completion_tokens: prompt::tokens_of(completion.content.len()),
            };
            self.spent.add(completion.usage.unwrap_or(estimate));
        }
        asked.outcome
    }
}

/// The text of an answer as it can be sent; none beside tool calls.
fn sendable(completion: &Completion, max: usize) -> Result<Option<String>, TalkError> {
    let text = printable(&completion.content);
    if text.is_empty() {
        return if completion.tool_calls.is_empty() {
            Err(TalkError::Useless("The model answered with nothing that can be shown."))
        } else {
            Ok(None)
        };
    }
    let was_cut = completion.finish == Finish::Length;
    if !was_cut && text.chars().count() <= max {
        return Ok(Some(text));
    }
    let start: String = text.chars().take(max).collect();
    let whole = sentences(&start).map(str::to_owned);
    whole
        .map(Some)
        .ok_or(TalkError::Useless("The model's answer is too long, and has no end within the limit."))
}

/// Without what no phone shows.
fn printable(text: &str) -> String {
    let kept: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    kept.trim().to_owned()
}

/// The whole sentences at the beginning of a text.
fn sentences(text: &str) -> Option<&str> {
    let mut ends = text.char_indices().filter(|(at, c)| {
        let after = text[at + c.len_utf8()..].chars().next();
        matches!(c, '.' | '!' | '?' | '…' | '。') && after.is_none_or(char::is_whitespace)
    });
    ends.next_back().map(|(at, c)| &text[..at + c.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completion(content: &str, finish: Finish) -> Completion {
        Completion { content: content.into(), tool_calls: Vec::new(), finish, usage: None, model: None }
    }

    #[test]
    fn an_answer_is_cut_at_the_end_of_a_sentence_or_not_sent() {
        let cases = [
            ("Yes. We are open.", Finish::Stop, 40, Some("Yes. We are open.")),
            ("Yes. We are open until", Finish::Length, 40, Some("Yes.")),
            ("Yes! We are open on Monday.", Finish::Stop, 10, Some("Yes!")),
            ("We are open until", Finish::Length, 40, None),
            ("It costs 9.50 today and tomorrow", Finish::Stop, 20, None),
            ("\u{7} \0 ", Finish::Stop, 40, None),
            (" Hi\u{0}\nthere ", Finish::Stop, 40, Some("Hi\nthere")),
        ];
        for (content, finish, max, expected) in cases {
            let text = sendable(&completion(content, finish), max).ok().flatten();
            assert_eq!(text.as_deref(), expected, "{content:?}");
        }
    }
}
