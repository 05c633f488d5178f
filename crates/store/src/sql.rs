//! Statements: one text for both engines, or a pair where the dialects differ.

use std::sync::OnceLock;

use crate::Engine;

/// A statement. Made only by [`sql!`](crate::sql), with literal texts: a statement cannot be put together
/// at run time, so no value can ever become part of one, and a test can find and prepare them all.
#[derive(Debug)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
    rewritten: OnceLock<String>,
}

impl Sql {
    #[doc(hidden)]
    pub const fn new(sqlite: &'static str, postgres: &'static str) -> Self {
        Sql { sqlite, postgres, rewritten: OnceLock::new() }
    }

    /// The text to prepare on `engine`.
    pub fn text(&self, engine: Engine) -> &str {
        match engine {
            Engine::Postgres => self.postgres,
            Engine::Sqlite => self.rewritten.get_or_init(|| numbered(self.sqlite)),
        }
    }
}

/// Makes a `&'static Sql`: `sql!("select …")`, or `sql!(sqlite: "…", postgres: "…")`.
/// Parameters are written `$1`, `$2` … in both.
#[macro_export]
macro_rules! sql {
    (sqlite: $sqlite:literal, postgres: $postgres:literal $(,)?) => {{
        static STATEMENT: $crate::Sql = $crate::Sql::new($sqlite, $postgres);
        &STATEMENT
    }};
    ($text:literal $(,)?) => {
        $crate::sql!(sqlite: $text, postgres: $text)
    };
}

/// SQLite reads `$1` as a parameter *named* "$1" and numbers it by first appearance; `?1` is the first
/// parameter wherever it stands. Text in quotes and comments is left alone.
pub(crate) fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = Inside::Code;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let parameter = inside == Inside::Code && c == '$' && next.is_some_and(|n| n.is_ascii_digit());
        inside = inside.after(c, next);
        out.push(if parameter { '?' } else { c });
    }
    out
}

/// What a character of a statement is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    /// Up to the same quotation mark again. A doubled one ends and at once begins another.
    Quotes(char),
    /// Up to the end of the line.
    Comment,
}

impl Inside {
    fn after(self, c: char, next: Option<char>) -> Self {
        match self {
            Inside::Code if c == '\'' || c == '"' => Inside::Quotes(c),
            Inside::Code if c == '-' && next == Some('-') => Inside::Comment,
            Inside::Quotes(mark) if c == mark => Inside::Code,
            Inside::Comment if c == '\n' => Inside::Code,
            same => same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn parameters_are_numbered_and_quoted_text_is_left_alone() {
        assert_eq!(numbered("a = $2 and b = $1"), "a = ?2 and b = ?1");
        assert_eq!(numbered("a = '$1' || \"$2\" || $3"), "a = '$1' || \"$2\" || ?3");
        assert_eq!(numbered("json_extract(a, '$.b') = $10"), "json_extract(a, '$.b') = ?10");
        assert_eq!(numbered("a = 'it''s $1' and b = $1"), "a = 'it''s $1' and b = ?1");
    }

    #[test]
    fn an_apostrophe_in_a_comment_quotes_nothing() {
        assert_eq!(
            numbered("a = $1 -- the sender's $2\nand b = $2"),
            "a = ?1 -- the sender's $2\nand b = ?2"
        );
    }
}
