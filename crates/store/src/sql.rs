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
/// parameter wherever it stands. Text in quotes is left alone.
fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            _ => {}
        }
        let parameter = quote.is_none() && c == '$' && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if parameter { '?' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn parameters_are_numbered_and_quoted_text_is_left_alone() {
        assert_eq!(numbered("a = $2 and b = $1"), "a = ?2 and b = ?1");
        assert_eq!(numbered("a = '$1' || \"$2\" || $3"), "a = '$1' || \"$2\" || ?3");
        assert_eq!(numbered("json_extract(a, '$.b') = $10"), "json_extract(a, '$.b') = ?10");
    }
}
