//! The pieces of an answer, put together.

use std::collections::BTreeMap;

use serde_json::Value;
use trunkline_domain::error_class::ErrorClass;

use super::{Completion, Finish, ModelError, ToolCall, Usage};

/// Bytes of an answer's words, and of the parameters of one tool call.
const TEXT_MAX: usize = 64 * 1024;

/// Tool calls of one answer.
const CALLS_MAX: usize = 16;

/// What has come of an answer so far (OpenAI, "The chat completion chunk object").
#[derive(Debug, Default)]
pub struct Assembly {
    content: String,
    /// By the index that the pieces of one call share.
    calls: BTreeMap<u64, ToolCall>,
    finish: Option<String>,
    usage: Option<Usage>,
    model: Option<String>,
    is_done: bool,
}

impl Assembly {
    /// Takes the data of one event, or a whole answer that did not come as a stream.
    ///
    /// # Errors
    /// When the endpoint says that it failed, or what it says cannot be read or is too long.
    pub fn take(&mut self, data: &str) -> Result<(), ModelError> {
        let data = data.trim();
        if data == "[DONE]" {
            self.is_done = true;
            return Ok(());
        }
        if data.is_empty() || self.is_done {
            return Ok(());
        }
        let chunk: Value = serde_json::from_str(data)
            .map_err(|error| ModelError::passing(format!("a piece of the answer is not JSON: {error}")))?;
        if !chunk["error"].is_null() {
            return Err(ModelError::of_event(&chunk["error"]));
        }
        if let Some(model) = chunk["model"].as_str() {
            self.model.get_or_insert_with(|| model.chars().take(200).collect());
        }
        self.take_usage(&chunk["usage"]);
        let choices = chunk["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
        match choices.iter().find(|choice| choice["index"].as_u64().unwrap_or(0) == 0) {
            Some(choice) => self.take_choice(choice),
            None => Ok(()),
        }
    }

    /// Whether the endpoint said that nothing more will come.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    fn take_usage(&mut self, usage: &Value) {
        let count = |field: &str| usage[field].as_u64();
        if let Some((prompt_tokens, completion_tokens)) =
            count("prompt_tokens").zip(count("completion_tokens"))
        {
            self.usage = Some(Usage { prompt_tokens, completion_tokens });
        }
    }

    fn take_choice(&mut self, choice: &Value) -> Result<(), ModelError> {
        if !choice["error"].is_null() {
            return Err(ModelError::of_event(&choice["error"]));
        }
        let piece = if choice["message"].is_object() { &choice["message"] } else { &choice["delta"] };
        if let Some(text) = piece["content"].as_str() {
            append(&mut self.content, text)?;
        }
        for (place, call) in piece["tool_calls"].as_array().into_iter().flatten().enumerate() {
            self.take_call(place, call)?;
        }
        if let Some(finish) = choice["finish_reason"].as_str() {
            self.finish = Some(finish.to_owned());
        }
        Ok(())
    }

    /// The first piece of a call has its id and name, the others add to its parameters.
    fn take_call(&mut self, place: usize, piece: &Value) -> Result<(), ModelError> {
        let index = piece["index"].as_u64().unwrap_or(place as u64);
        if !self.calls.contains_key(&index) && self.calls.len() == CALLS_MAX {
            return Err(ModelError::passing(format!("the model asked for more than {CALLS_MAX} tools")));
        }
        let call = self.calls.entry(index).or_default();
        let function = &piece["function"];
        for (into, from) in [(&mut call.id, &piece["id"]), (&mut call.name, &function["name"])] {
            // Some repeat them in every piece.
            if let Some(text) = from.as_str().filter(|_| into.is_empty()) {
                append(into, text)?;
            }
        }
        function["arguments"].as_str().map_or(Ok(()), |text| append(&mut call.arguments, text))
    }

    /// The whole answer.
    ///
    /// # Errors
    /// When it is not whole, says nothing, or the endpoint held it back.
    pub fn complete(self) -> Result<Completion, ModelError> {
        let finish = match self.finish.as_deref() {
            Some("length") => Finish::Length,
            // Not every server changes the word when there are tool calls.
            Some("tool_calls" | "function_call") => Finish::ToolCalls,
            Some("content_filter") => {
                let text = "the endpoint's filter held the answer back";
                return Err(ModelError::new(ErrorClass::Permanent, Some("content_filter".into()), text));
            }
            // OpenRouter, "Streaming", "Mid-stream errors".
            Some("error") => return Err(ModelError::passing("the model broke off without a reason")),
            Some(_) => Finish::Stop,
            None if self.is_done => Finish::Stop,
            None => return Err(ModelError::passing("the answer broke off before its end")),
        };
        let tool_calls: Vec<ToolCall> =
            self.calls.into_values().filter(|call| !call.name.is_empty()).collect();
        if self.content.trim().is_empty() && tool_calls.is_empty() {
            return Err(ModelError::passing("the model said nothing"));
        }
        let (content, usage, model) = (self.content, self.usage, self.model);
        Ok(Completion { content, tool_calls, finish, usage, model })
    }
}

fn append(into: &mut String, text: &str) -> Result<(), ModelError> {
    if into.len() + text.len() > TEXT_MAX {
        return Err(ModelError::passing(format!("the answer is longer than {TEXT_MAX} bytes")));
    }
    into.push_str(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn piece(delta: Value, finish: Option<&str>) -> String {
        json!({ "model": "m", "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] })
            .to_string()
    }

    fn assembled(pieces: &[String]) -> Result<Completion, ModelError> {
        let mut assembly = Assembly::default();
        pieces.iter().try_for_each(|piece| assembly.take(piece))?;
        assembly.complete()
    }

    fn said(text: &str) -> String {
        piece(json!({ "content": text }), None)
    }

    #[test]
    fn words_and_usage_are_put_together() {
        let usage = json!({ "choices": [], "usage": { "prompt_tokens": 7, "completion_tokens": 2 } });
        let answer = assembled(&[
            piece(json!({ "role": "assistant", "content": "" }), None),
            said("Hel"),
            said("lo"),
            piece(json!({}), Some("stop")),
            usage.to_string(),
            "[DONE]".into(),
        ]);
        let answer = answer.unwrap();
        assert_eq!((answer.content.as_str(), answer.finish), ("Hello", Finish::Stop));
        assert_eq!(answer.usage, Some(Usage { prompt_tokens: 7, completion_tokens: 2 }));
        assert_eq!(answer.model.as_deref(), Some("m"));
    }

    #[test]
    fn tool_calls_are_put_together_by_their_index() {
        let call = |index: u64, id: Option<&str>, name: Option<&str>, arguments: &str| {
            let function = json!({ "name": name, "arguments": arguments });
            piece(json!({ "tool_calls": [{ "index": index, "id": id, "function": function }] }), None)
        };
        let answer = assembled(&[
            call(0, Some("a"), Some("tag"), ""),
            call(1, Some("b"), Some("hand_over"), "{\"re"),
            call(0, None, None, "{\"tag\":\"new\"}"),
            call(1, Some("b"), Some("hand_over"), "ason\":\"x\"}"),
            piece(json!({}), Some("tool_calls")),
        ]);
        let call = |id: &str, name: &str, arguments: &str| ToolCall {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
        };
        let expected = [call("a", "tag", r#"{"tag":"new"}"#), call("b", "hand_over", r#"{"reason":"x"}"#)];
        assert_eq!(answer.unwrap().tool_calls, expected);
    }

    #[test]
    fn a_whole_answer_is_read_as_well() {
        let whole = json!({ "choices": [{ "message": { "content": "Hi" }, "finish_reason": "stop" }] });
        assert_eq!(assembled(&[whole.to_string()]).unwrap().content, "Hi");
    }

    #[test]
    fn what_is_not_whole_is_an_error() {
        let error = json!({ "error": { "code": 502, "message": "provider went away" } }).to_string();
        let refused = json!({ "error": { "code": 401, "message": "no key" } }).to_string();
        let cases: Vec<(Vec<String>, ErrorClass)> = vec![
            (vec![], ErrorClass::Retry),
            (vec![said("Hel")], ErrorClass::Retry),
            (vec![said("Hel"), error], ErrorClass::Retry),
            (vec![refused], ErrorClass::Account),
            (vec![said("Hel"), piece(json!({}), Some("error"))], ErrorClass::Retry),
            (vec![piece(json!({}), Some("stop")), "[DONE]".into()], ErrorClass::Retry),
            (vec![said(" \n"), piece(json!({}), Some("stop"))], ErrorClass::Retry),
            (vec![said("x"), piece(json!({}), Some("content_filter"))], ErrorClass::Permanent),
            (vec!["{".into()], ErrorClass::Retry),
            (vec![said(&"x".repeat(TEXT_MAX + 1))], ErrorClass::Retry),
        ];
        for (pieces, class) in cases {
            let shown: String = format!("{pieces:?}").chars().take(200).collect();
            assert_eq!(assembled(&pieces).unwrap_err().class, class, "{shown}");
        }
    }

    #[test]
    fn an_answer_that_was_cut_off_says_so() {
        let answer = assembled(&[said("I would"), piece(json!({}), Some("length"))]).unwrap();
        assert_eq!(answer.finish, Finish::Length);
    }

    #[test]
    fn what_comes_after_the_end_is_not_read() {
        let answer = assembled(&[said("a"), "[DONE]".into(), said("b"), "nonsense".into()]);
        assert_eq!(answer.unwrap().content, "a");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_without_harm(text in ".{0,200}") {
            let _ = assembled(&[text]);
        }

        #[test]
        fn words_come_out_as_they_went_in(words in proptest::collection::vec("[^\0]{0,8}", 0..12)) {
            let mut pieces: Vec<String> = words.iter().map(|word| said(word)).collect();
            pieces.push(piece(json!({}), Some("stop")));
            let text = words.concat();
            match assembled(&pieces) {
                Ok(answer) => prop_assert_eq!(answer.content, text),
                Err(_) => prop_assert!(text.trim().is_empty()),
            }
        }
    }
}
