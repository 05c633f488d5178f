//! Which variant of a template a recipient gets, and which variant does better.
//!
//! The choice is a function of template, recipient and weights: asked again it is the same, so a retry, a
//! preview and a second campaign speak to a person with one voice, and nothing has to be stored. The
//! figures say how far they can be trusted; the room must not know what is counted.

use serde::Serialize;
use uuid::Uuid;

/// The 97.5 % quantile of the normal distribution: two-sided 95 %.
const Z_95: f64 = 1.959_963_984_540_054;
/// Chance may be mistaken for a difference this often.
const ALPHA: f64 = 0.05;
/// Fewer than this many expected in any field and the normal approximation does not hold.
const EXPECTED_MIN: f64 = 5.0;

/// The variant of `template` for `recipient`: an index into `weights`, drawn in their proportion. `None`
/// when no weight is above zero. Changing a weight may give a recipient another variant.
pub fn pick(template: Uuid, recipient: &str, weights: &[u32]) -> Option<usize> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let scaled = (u128::from(hash(template, recipient)) * u128::from(total)) >> 64;
    let mut end = 0;
    weights.iter().position(|weight| {
        end += u128::from(*weight);
        scaled < end
    })
}

/// FNV-1a with the finaliser of SplitMix64, written out because the value must stay the same for all
/// releases and machines; the standard library promises neither.
fn hash(template: Uuid, recipient: &str) -> u64 {
    let bytes = template.as_bytes().iter().chain(recipient.as_bytes());
    let folded = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (folded ^ (folded >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// How often something happened, and of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The times it happened. More than `of` counts as `of`.
    pub hits: u64,
    /// The times it could have happened.
    pub of: u64,
}

/// A share and where the true one lies with 95 % confidence (Wilson's score interval). All 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// What was seen; 0 when nothing was.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Count {
    fn value(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits.min(self.of) as f64 / self.of as f64 }
    }

    /// The share with its interval; anything from 0 to 1 when nothing was counted.
    pub fn share(self) -> Share {
        if self.of == 0 {
            return Share { value: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, p, zz) = (self.of as f64, self.value(), Z_95 * Z_95);
        let middle = (p + zz / (2.0 * n)) / (1.0 + zz / n);
        let half = Z_95 / (1.0 + zz / n) * (p * (1.0 - p) / n + zz / (4.0 * n * n)).sqrt();
        // The ends meet the value exactly at 0 and 1, where rounding would miss it by a hair.
        Share { value: p, low: (middle - half).clamp(0.0, p), high: (middle + half).clamp(p, 1.0) }
    }
}

/// What is wanted of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The more the better: answers.
    More,
    /// The fewer the better: opt-outs.
    Fewer,
}

/// The variant that is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Better {
    /// Its index.
    pub index: usize,
    /// Whether it is ahead of every other by more than chance explains (two-proportion z-test, 95 %, with
    /// Bonferroni's correction for the number of pairs). Looking every hour and stopping at the first yes
    /// makes it say yes too often; that no test can know.
    pub confident: bool,
}

/// The variant that does better. `None` with fewer than two variants that were used, or without a leader.
pub fn better(counts: &[Count], aim: Aim) -> Option<Better> {
    let used: Vec<(usize, Count)> = counts.iter().copied().enumerate().filter(|(_, c)| c.of > 0).collect();
    let order = |a: &Count, b: &Count| match aim {
        Aim::More => a.value().total_cmp(&b.value()),
        Aim::Fewer => b.value().total_cmp(&a.value()),
    };
    let (index, lead) = *used.iter().max_by(|a, b| order(&a.1, &b.1))?;
    let others: Vec<Count> = used.iter().filter(|(i, _)| *i != index).map(|(_, count)| *count).collect();
    if others.is_empty() || others.iter().any(|other| order(other, &lead).is_eq()) {
        return None;
    }
    let pairs = (used.len() * (used.len() - 1) / 2) as f64;
    let confident = others.iter().all(|other| chance_of(lead, *other).is_some_and(|p| p * pairs < ALPHA));
    Some(Better { index, confident })
}

/// How likely chance alone makes a difference as large as the one seen; `None` when there is too little
/// to say.
fn chance_of(a: Count, b: Count) -> Option<f64> {
    let (n, m) = (a.of as f64, b.of as f64);
    let pooled = (a.value() * n + b.value() * m) / (n + m);
    if n.min(m) * pooled.min(1.0 - pooled) < EXPECTED_MIN {
        return None;
    }
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    Some(two_sided((a.value() - b.value()).abs() / error))
}

/// The chance that a normal variable is `z` or more from its mean, either way. Abramowitz and Stegun,
/// formula 7.1.26: exact to 1.5e-7.
fn two_sided(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    series.iter().fold(0.0, |sum, factor| (sum + factor) * t) * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(of: &[(u64, u64)]) -> Vec<Count> {
        of.iter().map(|(hits, of)| Count { hits: *hits, of: *of }).collect()
    }

    #[test]
    fn recipients_are_spread_by_weight() {
        let (weights, total) = ([5, 3, 2, 0], 100_000);
        let mut drawn = [0; 4];
        for n in 0..total {
            drawn[pick(Uuid::from_u128(7), &format!("+1415{n:07}"), &weights).unwrap()] += 1;
        }
        // Six standard deviations of a fair draw are below one per cent here.
        for (drawn, weight) in drawn.into_iter().zip(weights) {
            let expected = f64::from(weight) / 10.0;
            assert!((f64::from(drawn) / f64::from(total) - expected).abs() < 0.01, "{drawn} of {weight}");
        }
        assert_eq!(drawn[3], 0);
    }

    #[test]
    fn the_choice_of_past_releases_is_kept() {
        let choices: Vec<_> =
            (0..12).map(|n| pick(Uuid::from_u128(1), &format!("+1415555010{n}"), &[1, 1]).unwrap()).collect();
        assert_eq!(choices, CHOICES_OF_THE_FIRST_RELEASE);
    }

    const CHOICES_OF_THE_FIRST_RELEASE: [usize; 12] = [1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1];

    #[test]
    fn templates_draw_independently() {
        let same = (0..10_000).filter(|n| {
            let of = |template| pick(Uuid::from_u128(template), &format!("+1415{n:07}"), &[1, 1]);
            of(1) == of(2)
        });
        assert!((4_700..5_300).contains(&same.count()));
    }

    #[test]
    fn wilson_agrees_with_the_textbook() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        for ((hits, of), (low, high)) in [
            ((81, 263), (0.2553, 0.3662)),
            ((15, 148), (0.0624, 0.1605)),
            ((0, 20), (0.0, 0.1611)),
            ((1, 29), (0.0061, 0.1718)),
        ] {
            let share = Count { hits, of }.share();
            assert!((share.low - low).abs() < 5e-5 && (share.high - high).abs() < 5e-5, "{share:?}");
        }
    }

    #[test]
    fn a_clear_lead_is_trusted_and_a_thin_one_is_not() {
        let more = |of: &[(u64, u64)]| better(&counts(of), Aim::More);
        assert_eq!(more(&[(100, 1_000), (150, 1_000)]), Some(Better { index: 1, confident: true }));
        assert_eq!(more(&[(10, 100), (15, 100)]), Some(Better { index: 1, confident: false }));
        assert_eq!(more(&[(3, 3), (0, 3)]), Some(Better { index: 0, confident: false }));
        // One pair would be just enough (p = 0.04); the best of three is not.
        assert!(more(&[(100, 1_000), (129, 1_000)]).unwrap().confident);
        assert!(!more(&[(100, 1_000), (129, 1_000), (100, 1_000)]).unwrap().confident);
    }

    #[test]
    fn fewer_opt_outs_are_better() {
        let fewer = better(&counts(&[(100, 1_000), (150, 1_000)]), Aim::Fewer);
        assert_eq!(fewer, Some(Better { index: 0, confident: true }));
    }

    #[test]
    fn nobody_leads_alone_or_in_a_draw() {
        assert_eq!(better(&counts(&[(1, 10)]), Aim::More), None);
        assert_eq!(better(&counts(&[(1, 10), (0, 0)]), Aim::More), None);
        assert_eq!(better(&counts(&[(1, 10), (2, 20)]), Aim::More), None);
        assert_eq!(better(&[], Aim::More), None);
    }

    #[test]
    fn the_normal_tail_is_exact_enough() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_310_5), (Z_95, 0.05), (3.0, 0.002_699_8)] {
            assert!((two_sided(z) - p).abs() < 1e-6, "{z}");
        }
    }

    proptest! {
        #[test]
        fn a_variant_without_weight_is_never_drawn(
            template: u128, recipient in ".{0,20}", weights in prop::collection::vec(0..5_u32, 0..6),
        ) {
            let template = Uuid::from_u128(template);
            match pick(template, &recipient, &weights) {
                Some(index) => prop_assert!(weights[index] > 0),
                None => prop_assert!(weights.iter().all(|weight| *weight == 0)),
            }
            prop_assert_eq!(pick(template, &recipient, &weights), pick(template, &recipient, &weights));
        }

        #[test]
        fn the_interval_holds_the_value(hits: u64, of: u64) {
            let share = Count { hits, of }.share();
            prop_assert!(0.0 <= share.low && share.low <= share.value);
            prop_assert!(share.value <= share.high && share.high <= 1.0);
        }
    }
}
