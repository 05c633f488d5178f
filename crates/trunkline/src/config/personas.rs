//! The settings of personas: off unless switched on, and then complete.

use std::path::PathBuf;
use std::time::Duration;

use trunkline_providers::llm::OPENROUTER;

use super::problem::Refusal;
use super::reader::Reader;
use super::{ModelPrice, Personas, parse};

/// The longest that an answer may take (A1).
const ANSWER_WITHIN: Duration = Duration::from_secs(15 * 60);

pub(super) fn read(reader: &mut Reader<'_>) -> Personas {
    let key = parse::secret(1..=500, "It is shown where the key was made.");
    let price = parse::decimal(0.0..=10_000.0);
    let input = reader.optional("personas.input_per_million", &price);
    let output = reader.optional("personas.output_per_million", &price);
    if reader.is_set("personas.input_per_million") != reader.is_set("personas.output_per_million") {
        let hint = "Give both input_per_million and output_per_million, or neither.";
        reader.refuse("personas", Refusal::new("has one of two prices", hint));
    }
    let money = reader.optional("personas.money_per_day", parse::decimal(0.0..=1_000_000.0));
    Personas {
        enabled: reader.or("personas.enabled", false, parse::flag),
        folder: reader.or("personas.folder", PathBuf::from("./personas"), parse::path),
        endpoint: reader.or("personas.endpoint", OPENROUTER.to_owned(), parse::web_address),
        api_key: reader.hidden("personas.api_key", key),
        model: reader.optional("personas.model", parse::line_of_text(200)),
        price: input.zip(output).map(|(input_per_million, output_per_million)| ModelPrice {
            input_per_million,
            output_per_million,
        }),
        currency: reader.or("personas.currency", "USD".to_owned(), currency),
        tokens_per_day: reader.or(
            "personas.tokens_per_day",
            2_000_000,
            parse::number(1_000..=1_000_000_000_000),
        ),
        // At most 10^12, which both can hold exactly.
        micros_per_day: money.map(|amount| (amount * 1_000_000.0).round() as i64),
        answer_within: reader.or("personas.answer_within_s", ANSWER_WITHIN, answer_within),
        backoff: reader.or("personas.backoff_s", Duration::from_secs(2), parse::seconds),
    }
}

/// What has to be there once they are switched on.
pub(super) fn check(personas: &Personas, reader: &mut Reader<'_>) {
    if !personas.enabled {
        return;
    }
    let mut refuse = |key: &str, message: &str, hint: &str| reader.refuse(key, Refusal::new(message, hint));
    if personas.model.is_none() {
        let hint = "Name a model as the endpoint does, or set OPENROUTER_MODEL.";
        refuse("personas.model", "is missing, and personas are switched on", hint);
    }
    // A server on one's own machine needs none as a rule.
    if personas.api_key.is_none() && personas.endpoint.starts_with("https:") {
        let hint = "Set TRUNKLINE_PERSONAS_API_KEY or OPENROUTER_API_KEY.";
        refuse("personas.api_key", "is missing, and personas are switched on", hint);
    }
    if !personas.folder.is_dir() {
        let hint =
            "Name the folder that holds a folder for each persona; docs/personas.md tells what is in them.";
        refuse("personas.folder", "is not a folder, and personas are switched on", hint);
    }
    if personas.micros_per_day.is_some() && personas.price.is_none() {
        let hint = "Give input_per_million and output_per_million, so that money can be counted.";
        refuse("personas.money_per_day", "cannot be held without the model's prices", hint);
    }
}

/// ISO 4217.
fn currency(text: &str) -> parse::Parsed<String> {
    if text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    Err(Refusal::new("is not a currency", "Use its three letters (ISO 4217), such as USD or EUR."))
}

fn answer_within(text: &str) -> parse::Parsed<Duration> {
    let time = parse::seconds(text)?;
    if (Duration::from_secs(5)..=ANSWER_WITHIN).contains(&time) {
        return Ok(time);
    }
    Err(Refusal::new("is out of range", "Use a number of seconds from 5 to 900."))
}
