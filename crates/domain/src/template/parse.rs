//! Reading templates.

use super::format::{self, UnknownFormat};
use super::{NAME_CHARS_MAX, Piece, Place, TEMPLATE_CHARS_MAX};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A mistake in a template and where it is. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct TemplateError {
    /// The line of the mistake.
    pub line: usize,
    /// The column where the placeholder begins.
    pub column: usize,
    /// What is wrong, and the way out.
    pub problem: Problem,
}

/// What is wrong in a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// More characters than a template may have.
    #[error("the template is longer than {TEMPLATE_CHARS_MAX} characters; shorten it")]
    TooLong,
    /// A placeholder that does not end.
    #[error(
        "'{{{{' opens a placeholder that is never closed; write '}}}}' after the name, or '\\{{{{' to show braces"
    )]
    Unclosed,
    /// The name is no name.
    #[error(transparent)]
    Name(#[from] BadName),
    /// The format does not exist.
    #[error(transparent)]
    Format(#[from] UnknownFormat),
}

/// A text that cannot be the name of a variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing between the braces.
    #[error("the placeholder has no name; write one, like {{{{contact.name}}}}, or '\\{{{{' to show braces")]
    Empty,
    /// Too many characters.
    #[error("the name '{0}…' is longer than {NAME_CHARS_MAX} characters; shorten it")]
    Long(String),
    /// Characters no name has. The second text is what could be written instead.
    #[error("'{0}' is not a name; use letters, digits, '_', '-' and '.', like '{1}'")]
    Characters(String, String),
}

/// The pieces of a template.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, TemplateError> {
    if let Some((end, _)) = text.char_indices().nth(TEMPLATE_CHARS_MAX) {
        return Err(located(text, end, Problem::TooLong));
    }
    let (mut pieces, mut at) = (Vec::new(), 0);
    while let Some(found) = text[at..].find(OPEN) {
        let (before, inside) = (&text[at..at + found], at + found + OPEN.len());
        if let Some(before) = before.strip_suffix('\\') {
            push_text(&mut pieces, before);
            push_text(&mut pieces, OPEN);
            at = inside;
            continue;
        }
        push_text(&mut pieces, before);
        let place = read_place(&text[inside..]).map_err(|problem| located(text, at + found, problem))?;
        pieces.push(Piece::Place(place.0));
        at = inside + place.1;
    }
    push_text(&mut pieces, &text[at..]);
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, more: &str) {
    match pieces.last_mut() {
        _ if more.is_empty() => {}
        Some(Piece::Text(text)) => text.push_str(more),
        _ => pieces.push(Piece::Text(more.to_owned())),
    }
}

/// Reads a placeholder from behind its opening braces; also tells how many bytes it took.
fn read_place(rest: &str) -> Result<(Place, usize), Problem> {
    let end = rest.find(CLOSE).ok_or(Problem::Unclosed)?;
    let inside = &rest[..end];
    if inside.contains(OPEN) {
        return Err(Problem::Unclosed);
    }
    let (head, default) = match inside.split_once('|') {
        Some((head, default)) => (head, Some(default.trim().to_owned())),
        None => (inside, None),
    };
    let (name, formats) = match head.split_once(':') {
        Some((name, formats)) => (name, format::chain(formats)?),
        None => (head, Vec::new()),
    };
    let name = checked_name(name)?.to_owned();
    Ok((Place { name, formats, default }, end + CLOSE.len()))
}

/// The name without the space around it.
pub(super) fn checked_name(text: &str) -> Result<&str, BadName> {
    let name = text.trim();
    if name.is_empty() {
        return Err(BadName::Empty);
    }
    if name.chars().nth(NAME_CHARS_MAX).is_some() {
        return Err(BadName::Long(name.chars().take(20).collect()));
    }
    if !name.chars().all(is_name_char) {
        return Err(BadName::Characters(name.to_owned(), suggested(name)));
    }
    Ok(name)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn suggested(name: &str) -> String {
    let words = name.split(|c| !is_name_char(c)).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    if words.is_empty() { "first_name".to_owned() } else { words.join("_") }
}

fn located(text: &str, offset: usize, problem: Problem) -> TemplateError {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    TemplateError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        problem,
    }
}
