//! How many segments a text message takes, and why.
//!
//! Carriers bill and throttle by segment. A text in the GSM 03.38 alphabet has room for 160 septets, or
//! 153 in each part of a longer one; a single character outside turns the whole text into UTF-16 with 70
//! or 67 units. The numbers agree with Twilio's public segment calculator, which, beyond what networks
//! promise, never splits what a reader sees as one character (a family emoji) between two parts.

mod gsm;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

pub use gsm::replacement;

/// The alphabet a text message travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// GSM 03.38 default alphabet with its extension table, counted in septets.
    Gsm7,
    /// UTF-16, called UCS-2 throughout the field, counted in 16-bit units.
    Ucs2,
}

impl Encoding {
    /// The name used throughout the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Encoding::Gsm7 => "GSM-7",
            Encoding::Ucs2 => "UCS-2",
        }
    }

    /// Units that fit in a message of one segment.
    pub const fn single(self) -> u32 {
        match self {
            Encoding::Gsm7 => 160,
            Encoding::Ucs2 => 70,
        }
    }

    /// Units that fit in each part of a longer message, beside the 6-octet header that joins them.
    pub const fn part(self) -> u32 {
        match self {
            Encoding::Gsm7 => 153,
            Encoding::Ucs2 => 67,
        }
    }
}

/// What a text costs on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segments {
    /// The alphabet the whole text needs.
    pub encoding: Encoding,
    /// Septets or 16-bit units of the whole text.
    pub units: u32,
    /// Units in each segment, without the header. The empty text is one segment of no units.
    pub units_per_segment: Vec<u32>,
    /// Units that still fit before another segment begins.
    pub remaining: u32,
}

impl Segments {
    /// Counts `text`.
    pub fn of(text: &str) -> Segments {
        let encoding = encoding_of(text);
        let atoms = atoms(text, encoding);
        let units = atoms.iter().fold(0_u32, |sum, atom| sum.saturating_add(*atom));
        let units_per_segment = match units {
            units if units <= encoding.single() => vec![units],
            _ => pack(&atoms, encoding.part()),
        };
        let room = if units_per_segment.len() == 1 { encoding.single() } else { encoding.part() };
        let last = units_per_segment.last().copied().unwrap_or_default();
        Segments { encoding, units, units_per_segment, remaining: room.saturating_sub(last) }
    }

    /// The number of segments, which is what carriers count. At least 1.
    pub fn count(&self) -> u32 {
        u32::try_from(self.units_per_segment.len()).unwrap_or(u32::MAX)
    }
}

/// A character that forces a text out of the GSM alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Culprit {
    /// The character.
    pub character: char,
    /// What could stand in its place without a reader minding; `None` when nothing can.
    pub replacement: Option<&'static str>,
}

/// The characters that force `text` into UCS-2, each once, in the order of their appearance.
pub fn culprits(text: &str) -> Vec<Culprit> {
    let mut found: Vec<Culprit> = Vec::new();
    for character in text.chars().filter(|c| gsm::septets(*c).is_none()) {
        if !found.iter().any(|culprit| culprit.character == character) {
            found.push(Culprit { character, replacement: replacement(character) });
        }
    }
    found
}

/// `text` with every character replaced that has a look-alike in the GSM alphabet. What has none stays.
pub fn to_gsm(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match replacement(character) {
            Some(look_alike) if gsm::septets(character).is_none() => plain.push_str(look_alike),
            _ => plain.push(character),
        }
    }
    plain
}

fn encoding_of(text: &str) -> Encoding {
    if text.chars().all(|c| gsm::septets(c).is_some()) { Encoding::Gsm7 } else { Encoding::Ucs2 }
}

/// The sizes of what must stay together: an escape pair in GSM-7, a grapheme cluster in UCS-2. A cluster
/// that no part can hold (a letter under a tower of accents) falls apart into its characters.
fn atoms(text: &str, encoding: Encoding) -> Vec<u32> {
    match encoding {
        Encoding::Gsm7 => text.chars().filter_map(gsm::septets).collect(),
        Encoding::Ucs2 => text.graphemes(true).flat_map(cluster_atoms).collect(),
    }
}

fn cluster_atoms(cluster: &str) -> Vec<u32> {
    let sizes: Vec<u32> = cluster.chars().map(|c| if c.len_utf16() == 2 { 2 } else { 1 }).collect();
    let whole = sizes.iter().sum();
    // CR LF is one cluster by Unicode's rule, but nobody sees it split.
    if whole > Encoding::Ucs2.part() || cluster == "\r\n" { sizes } else { vec![whole] }
}

fn pack(atoms: &[u32], part: u32) -> Vec<u32> {
    let mut parts = vec![0_u32];
    for atom in atoms {
        match parts.last_mut() {
            Some(last) if *last + atom <= part => *last += atom,
            _ => parts.push(*atom),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts that mix both alphabets, escapes, surrogate pairs, joiners and flags.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-zA-Z0-9 ]{1,60}",
            "[\\[\\]{}€~^|]{1,20}",
            "[é’“…яこ]{1,20}",
            "[👍🏽👨👩\u{200d}\u{fe0f}\u{301}🇫🇷\r\n]{1,20}",
            ".{0,20}",
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    #[test]
    fn the_remaining_room_counts_the_last_segment() {
        assert_eq!(Segments::of("").remaining, 160);
        assert_eq!(Segments::of(&"a".repeat(160)).remaining, 0);
        assert_eq!(Segments::of(&"a".repeat(161)).remaining, 145);
        assert_eq!(Segments::of("é—").remaining, 68);
    }

    #[test]
    fn culprits_are_named_once_with_what_could_replace_them() {
        let found = culprits("It’s “here”… and ’ 🎉 é");
        let named: Vec<_> = found.iter().map(|c| (c.character, c.replacement)).collect();
        let expected =
            [('’', Some("'")), ('“', Some("\"")), ('”', Some("\"")), ('…', Some("...")), ('🎉', None)];
        assert_eq!(named, expected);
    }

    #[test]
    fn accents_that_carry_meaning_are_left_alone() {
        assert_eq!(
            to_gsm("Señor Muñoz’s café — olé, año 2024, ça va?"),
            "Señor Muñoz's café - olé, año 2024, ça va?"
        );
    }

    #[test]
    fn a_tower_of_accents_longer_than_a_part_is_split_between_characters() {
        let tower = format!("e{}", "\u{301}".repeat(99));
        assert_eq!(Segments::of(&tower).units_per_segment, [67, 33]);
    }

    proptest! {
        #[test]
        fn parts_hold_all_units_and_none_is_too_long(text in texts()) {
            let counted = Segments::of(&text);
            prop_assert_eq!(counted.units_per_segment.iter().sum::<u32>(), counted.units);
            let room = if counted.count() == 1 { counted.encoding.single() } else { counted.encoding.part() };
            prop_assert!(counted.units_per_segment.iter().all(|units| *units <= room));
            prop_assert!(counted.count() == 1 || counted.units > counted.encoding.single());
        }

        #[test]
        fn ucs2_units_are_utf16_units(text in texts()) {
            let counted = Segments::of(&text);
            if counted.encoding == Encoding::Ucs2 {
                prop_assert_eq!(counted.units as usize, text.encode_utf16().count());
            }
        }

        #[test]
        fn more_text_never_takes_fewer_segments(text in texts(), more in texts()) {
            let longer = format!("{text}{more}");
            prop_assert!(Segments::of(&longer).count() >= Segments::of(&text).count());
        }

        #[test]
        fn only_culprits_force_ucs2(text in texts()) {
            prop_assert_eq!(culprits(&text).is_empty(), Segments::of(&text).encoding == Encoding::Gsm7);
        }

        #[test]
        fn replacing_leaves_only_what_cannot_be_replaced(text in texts()) {
            let plain = to_gsm(&text);
            prop_assert!(culprits(&plain).iter().all(|culprit| culprit.replacement.is_none()));
            prop_assert_eq!(to_gsm(&plain), plain);
        }
    }
}
