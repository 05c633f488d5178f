//! Fields of the JSON that providers answer with, read leniently: some write numbers as texts, or the reverse.

use serde_json::Value;

use crate::Price;

/// A field as text, whether it is written as a string or as a number; empty ones count as absent. NUL, which no
/// database's text holds, becomes U+FFFD.
pub(crate) fn text(value: &Value, field: &str) -> Option<String> {
    match value.get(field)? {
        Value::String(text) if !text.is_empty() => Some(text.replace('\0', "\u{fffd}")),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A field as a number, written as either.
pub(crate) fn number(value: &Value, field: &str) -> Option<u32> {
    text(value, field)?.parse().ok()
}

/// What an account has: its `balance` and `currency`, as both providers call them.
pub(crate) fn balance(value: &Value) -> Option<Price> {
    Some(Price { amount: text(value, "balance")?, currency: text(value, "currency")? })
}
