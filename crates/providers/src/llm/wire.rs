//! The words of a request, and what came of it.

use serde::Serialize;
use serde_json::{Value, json};

/// Whose words a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Ours: what the model is to be and to do.
    System,
    /// What it is to answer.
    User,
    /// Its own, from before.
    Assistant,
    /// What came of a tool it asked for.
    Tool,
}

/// One message of a conversation with a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Whose words they are.
    pub role: Role,
    /// The words; may be empty beside tool calls.
    pub content: String,
    /// Tools that the model asked for.
    pub tool_calls: Vec<ToolCall>,
    /// Which of these calls a message of [`Role::Tool`] answers.
    pub answers_call: Option<String>,
}

impl ChatMessage {
    /// Plain words.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        ChatMessage { role, content: content.into(), tool_calls: Vec::new(), answers_call: None }
    }

    /// What came of a tool call.
    pub fn tool_result(call: &ToolCall, content: impl Into<String>) -> Self {
        ChatMessage { answers_call: Some(call.id.clone()), ..ChatMessage::new(Role::Tool, content) }
    }

    fn to_json(&self) -> Value {
        let mut message = json!({ "role": self.role, "content": self.content });
        if !self.tool_calls.is_empty() {
            message["tool_calls"] = self.tool_calls.iter().map(ToolCall::to_json).collect();
        }
        if let Some(call) = &self.answers_call {
            message["tool_call_id"] = json!(call);
        }
        message
    }
}

/// A tool that a model may ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// When to use it.
    pub description: &'static str,
    /// Its parameters, as a JSON schema.
    pub parameters: Value,
}

impl Tool {
    fn to_json(&self) -> Value {
        let Tool { name, description, parameters } = self;
        json!({ "type": "function",
            "function": { "name": name, "description": description, "parameters": parameters } })
    }
}

/// A tool that a model asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// The model's name for this call.
    pub id: String,
    /// Which tool.
    pub name: String,
    /// Its parameters as the model wrote them: JSON, if it did well.
    pub arguments: String,
}

impl ToolCall {
    fn to_json(&self) -> Value {
        let ToolCall { id, name, arguments } = self;
        json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } })
    }
}

/// What a model is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Chat {
    /// The endpoint's name of the model.
    pub model: String,
    /// Everything said so far.
    pub messages: Vec<ChatMessage>,
    /// How freely it chooses its words; the endpoint's default without it.
    pub temperature: Option<f64>,
    /// The most tokens it may answer with.
    pub max_tokens: u32,
    /// What it may ask for.
    pub tools: Vec<Tool>,
}

impl Chat {
    /// The body of the request (OpenAI, "Create chat completion"). The usage of a stream comes only when asked
    /// for (`stream_options`).
    pub(super) fn to_json(&self) -> Value {
        let mut body = json!({
            "model": self.model,
            "messages": self.messages.iter().map(ChatMessage::to_json).collect::<Vec<_>>(),
            "max_tokens": self.max_tokens,
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        if let Some(temperature) = self.temperature {
            body["temperature"] = json!(temperature);
        }
        if !self.tools.is_empty() {
            body["tools"] = self.tools.iter().map(Tool::to_json).collect();
        }
        body
    }
}

/// How many tokens an answer took, as the endpoint counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Those of the question.
    pub prompt_tokens: u64,
    /// Those of the answer.
    pub completion_tokens: u64,
}

/// Why a model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It had said what it wanted.
    Stop,
    /// It was cut off by `max_tokens` or the end of its memory.
    Length,
    /// It waits for tools.
    ToolCalls,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Its words; empty only beside tool calls.
    pub content: String,
    /// Tools it asked for, in its order.
    pub tool_calls: Vec<ToolCall>,
    /// Why it ends here.
    pub finish: Finish,
    /// What it took, if the endpoint said so.
    pub usage: Option<Usage>,
    /// The model that answered; a router may choose another than asked for.
    pub model: Option<String>,
}
