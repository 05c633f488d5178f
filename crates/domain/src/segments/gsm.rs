//! The GSM 03.38 alphabet, and plain stand-ins for characters outside it.

/// How many septets `character` takes, or `None` when the alphabet does not have it (3GPP TS 23.038
/// §6.2.1): one in the default table, two in its extension, where an escape goes before it.
pub(super) const fn septets(character: char) -> Option<u32> {
    match character {
        '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
        '`' => None,
        '\n' | '\r' | ' '..='~' => Some(1),
        '£' | '¥' | '¤' | '§' | '¡' | '¿' | 'ß' | 'É' | 'Ç' | 'Ñ' | 'ñ' => Some(1),
        'à' | 'è' | 'é' | 'ì' | 'ò' | 'ù' | 'Å' | 'å' | 'Æ' | 'æ' | 'Ø' | 'ø' => Some(1),
        'Ä' | 'Ö' | 'Ü' | 'ä' | 'ö' | 'ü' => Some(1),
        'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Ξ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' => Some(1),
        _ => None,
    }
}

/// What can stand for `character` in the GSM alphabet without changing the meaning: typographic
/// punctuation, odd spaces, full-width letters, fractions. Letters with accents are left alone, since
/// taking an accent from a name or a word misspells it. Invisible marks are replaced by nothing.
pub fn replacement(character: char) -> Option<&'static str> {
    if let '\u{ff01}'..='\u{ff5e}' = character {
        return ascii_of_full_width(character);
    }
    punctuation(character).or_else(|| space(character)).or_else(|| symbol(character))
}

fn punctuation(character: char) -> Option<&'static str> {
    let plain = match character {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‶' | '〝' | '〞' | '〟' | '❝' | '❞' | 'ʺ' | '˝' => {
            "\""
        }
        '‘' | '’' | '‚' | '‛' | '′' | '‵' | '´' | '`' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ˈ' | 'ˊ' | 'ˋ' | '❛'
        | '❜' => "'",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' | '⁃' | '•' | '‣' | '∙' => {
            "-"
        }
        '…' => "...",
        '‥' => "..",
        '‹' => "<",
        '›' => ">",
        '⁄' | '∕' | '÷' | '⟋' => "/",
        '⁎' | '∗' | '✱' => "*",
        '⁓' | '∼' | '〜' => "~",
        '‼' => "!!",
        '⁇' => "??",
        '⁈' => "?!",
        '⁉' => "!?",
        '∶' | '։' | '﹕' => ":",
        '﹔' => ";",
        '、' | '﹐' | '﹑' => ",",
        '。' | '﹒' | '․' => ".",
        '﹗' => "!",
        '﹖' => "?",
        _ => return None,
    };
    Some(plain)
}

fn space(character: char) -> Option<&'static str> {
    match character {
        '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Some(" ")
        }
        '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' => Some("\n"),
        // A zero-width joiner (U+200D) is not among them: emoji are made with it.
        '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => Some(""),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(""),
        _ => None,
    }
}

fn symbol(character: char) -> Option<&'static str> {
    let plain = match character {
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '©' => "(c)",
        '®' => "(r)",
        '™' => "(tm)",
        '№' => "No.",
        '×' => "x",
        '→' => "->",
        '←' => "<-",
        '≤' => "<=",
        '≥' => ">=",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬀ' => "ff",
        _ => return None,
    };
    Some(plain)
}

/// Full-width forms lie in the order of ASCII (U+FF01 is `!`).
fn ascii_of_full_width(character: char) -> Option<&'static str> {
    const ASCII: &str = concat!(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
        "'abcdefghijklmnopqrstuvwxyz{|}~"
    );
    let index = (character as usize).checked_sub(0xff01)?;
    ASCII.get(index..=index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_128_places_and_ten_extensions() {
        let all = ('\0'..=char::MAX).filter_map(|c| septets(c).map(|size| (c, size)));
        let (one, two): (Vec<_>, Vec<_>) = all.partition(|(_, size)| *size == 1);
        // 128 places less the escape itself.
        assert_eq!((one.len(), two.len()), (127, 10));
    }

    #[test]
    fn every_replacement_is_in_the_alphabet() {
        for character in '\0'..=char::MAX {
            let look_alike = replacement(character).unwrap_or_default();
            assert!(look_alike.chars().all(|c| septets(c).is_some()), "{character:?} → {look_alike:?}");
        }
    }

    #[test]
    fn full_width_letters_become_ascii() {
        let plain: String = "Ａｚ０～！".chars().filter_map(replacement).collect();
        assert_eq!(plain, "Az0~!");
    }
}
