//! What is new in a text, and what it only repeats.
//!
//! People answer above what they answer to, and mail programs repeat the whole conversation below. A reader wants the
//! answer; nothing is thrown away.

/// A text in two parts. One after the other they are the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded<'a> {
    /// What the sender wrote.
    pub fresh: &'a str,
    /// What they repeated, from the line that announces it on; empty if there is none.
    pub quoted: &'a str,
}

/// Lines after the announcement of a quote within which the quote itself must begin.
const NEAR: usize = 4;

/// Separates what is new from what is repeated below it. A text that is nothing but quotes, or has words of its own
/// below them, is all fresh: better to show too much than to hide an answer.
pub fn fold(text: &str) -> Folded<'_> {
    let lines: Vec<(usize, &str)> = lines(text);
    let whole = Folded { fresh: text, quoted: "" };
    let start = lines
        .iter()
        .enumerate()
        .find_map(|(at, (offset, line))| begins_quote(&lines[at..], line).then_some(*offset));
    let Some(start) = start.or_else(|| trailing_quote(&lines)) else { return whole };
    let (fresh, quoted) = text.split_at(start);
    if fresh.trim().is_empty() { whole } else { Folded { fresh, quoted } }
}

/// Lines with the bytes before them.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let at = offset;
            offset += line.len();
            (at, line.trim())
        })
        .collect()
}

/// Whether a quote begins here that goes on to the end: announced in words or by a rule.
fn begins_quote(rest: &[(usize, &str)], line: &str) -> bool {
    if is_rule(line) {
        return true;
    }
    let next = |wanted: fn(&str) -> bool| {
        rest.iter().skip(1).filter(|(_, line)| !line.is_empty()).take(NEAR).any(|(_, line)| wanted(line))
    };
    if is_header(line, &["from", "von", "de", "da"]) {
        // Outlook quotes without marks: the block of headers announces it.
        return next(|line| {
            is_header(line, &["sent", "date", "gesendet", "envoyé", "enviado", "inviato", "to", "an"])
        });
    }
    let announced = line.ends_with(':') && (line.contains('@') || line.chars().any(|c| c.is_ascii_digit()));
    let is_word =
        ["on ", "am ", "le ", "el ", "il ", "op ", "em "].iter().any(|word| starts_with_word(line, word));
    (announced && next(is_mark) || is_word && line.len() < 300 && wrapped(rest)) && only_quotes_after(rest)
}

/// `On … wrote:` that a program broke over two or three lines.
fn wrapped(rest: &[(usize, &str)]) -> bool {
    let end = rest.iter().take(3).position(|(_, line)| line.ends_with(':'));
    end.is_some_and(|end| {
        let announces = rest
            .iter()
            .take(end + 1)
            .any(|(_, line)| line.contains('@') || line.chars().any(|c| c.is_ascii_digit()));
        announces
            && rest
                .iter()
                .skip(end + 1)
                .find(|(_, line)| !line.is_empty())
                .is_some_and(|(_, line)| is_mark(line))
    })
}

/// After the first mark there are only marked or empty lines: what stands between quotes is an answer.
fn only_quotes_after(rest: &[(usize, &str)]) -> bool {
    let mut quote = rest.iter().skip_while(|(_, line)| !is_mark(line));
    quote.all(|(_, line)| is_mark(line) || line.is_empty())
}

/// A quote at the end that nothing announces.
fn trailing_quote(lines: &[(usize, &str)]) -> Option<usize> {
    let last = lines.iter().rposition(|(_, line)| !line.is_empty())?;
    if !is_mark(lines.get(last)?.1) {
        return None;
    }
    let before = lines.iter().rposition(|(_, line)| !line.is_empty() && !is_mark(line));
    let start = lines.iter().skip(before.map_or(0, |at| at + 1)).find(|(_, line)| is_mark(line))?;
    Some(start.0)
}

fn is_mark(line: &str) -> bool {
    line.starts_with('>')
}

fn is_header(line: &str, names: &[&str]) -> bool {
    let Some((name, value)) = line.trim_matches('*').split_once(':') else { return false };
    let name = name.trim_matches('*').trim().to_lowercase();
    !value.trim().is_empty() && names.contains(&name.as_str())
}

/// `-----Original Message-----` and its translations.
fn is_rule(line: &str) -> bool {
    let inner = line.trim_matches('-').trim();
    let dashes = line.len().saturating_sub(line.trim_start_matches('-').len());
    let words = [
        "original message",
        "ursprüngliche nachricht",
        "message d'origine",
        "mensaje original",
        "messaggio originale",
        "forwarded message",
    ];
    dashes >= 3 && line.ends_with("---") && words.contains(&inner.to_lowercase().as_str())
}

fn starts_with_word(line: &str, word: &str) -> bool {
    line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_repeated_is_folded() {
        let cases = [
            (
                "Yes, please.\n\nOn Mon, 2 Nov 2026 at 10:00, Team <team@example.com> wrote:\n> Shall we?\n> Team\n",
                "Yes, please.\n\n",
            ),
            (
                "Yes\nOn Mon, 2 Nov 2026 at 10:00, A Very Long Name\n<team@example.com> wrote:\n\n> Shall we?",
                "Yes\n",
            ),
            ("Ja\n\nAm 02.11.2026 um 10:00 schrieb Team:\n> Sollen wir?\n", "Ja\n\n"),
            ("Yes\n\n-----Original Message-----\nFrom: Team\nShall we?", "Yes\n\n"),
            ("Yes\n\nFrom: Team <team@example.com>\nSent: Monday\nTo: Ana\n\nShall we?", "Yes\n\n"),
            ("Yes\n> Shall we?\n", "Yes\n"),
        ];
        for (text, fresh) in cases {
            let folded = fold(text);
            assert_eq!(folded.fresh, fresh, "{text}");
            assert_eq!(format!("{}{}", folded.fresh, folded.quoted), text);
        }
    }

    #[test]
    fn no_answer_is_hidden() {
        let cases = [
            "Hello\nFrom: my side all is well\nbye",
            "On Monday I will come.\nSee you",
            "> Shall we?\nYes.\n> When?\nNow.",
            "> only a quote",
            "On Mon, 2 Nov 2026, Team wrote:\n> Shall we?\nYes, I wrote below.",
            "Ok\nOn Mon, 2 Nov 2026, Team wrote:\n> Shall we?\nYes, I wrote below.",
            "I said at 10:00:\nno",
            "",
        ];
        for text in cases {
            assert_eq!(fold(text), Folded { fresh: text, quoted: "" }, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_two_parts_are_the_whole(text in "(.{0,20}\n|> .{0,5}\r?\n|On .{0,9}1:\n|From: x\n|Sent: y\n|\n){0,14}") {
            let folded = fold(&text);
            prop_assert_eq!(format!("{}{}", folded.fresh, folded.quoted), text.clone());
            prop_assert!(folded.quoted.is_empty() || !folded.fresh.trim().is_empty());
        }
    }
}
