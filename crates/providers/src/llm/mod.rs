//! Language models behind an OpenAI-compatible endpoint: OpenAI, OpenRouter, or a server on one's own machine.
//!
//! * `wire.rs` has the words of a request and of what came of it;
//! * `events.rs` takes a stream of server-sent events apart, `assembly.rs` puts the pieces of an answer together;
//! * `errors.rs` says what kind of failure it was;
//! * `client.rs` makes one exchange, or as many as a time budget allows.
//!
//! Written from the documentation of OpenAI ("Chat Completions", "Streaming events", "Error codes") and of
//! OpenRouter ("API Reference", "Streaming", "Errors and Debugging"). It promises that whatever a server answers
//! is read within bounds of size and time, and that an answer is whole or an error. It must not know what a
//! model is asked for, nor by whom.

mod assembly;
mod client;
mod errors;
mod events;
mod wire;

pub use assembly::Assembly;
pub use client::{Asked, Llm, Patience};
pub use errors::ModelError;
pub use events::Events;
pub use wire::{Chat, ChatMessage, Completion, Finish, Role, Tool, ToolCall, Usage};

/// OpenRouter's API (OpenRouter, "API Reference").
pub const OPENROUTER: &str = "https://openrouter.ai/api/v1";
