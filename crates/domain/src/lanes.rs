//! The lanes of the work queue, and how a claim is divided among them.
//!
//! Strict priority starves: one large campaign behind a busy inbox would never leave. So each lane has a
//! guaranteed share of every claim, what a lane does not need goes to the others, and a lane that has
//! waited too long gets at least half. The room must not know jobs or how they are claimed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A lane. The order is that of the arrays below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// A person waits: answers, codes.
    Fast,
    /// What the business sends in its course: confirmations, reminders.
    Standard,
    /// Campaigns.
    Bulk,
}

impl Lane {
    /// Every lane, fastest first.
    pub const ALL: [Lane; 3] = [Lane::Fast, Lane::Standard, Lane::Bulk];

    /// The lane of a message with this priority (0 to 10; more counts as 10).
    pub const fn of(priority: u8) -> Lane {
        match priority {
            6.. => Lane::Fast,
            2..=5 => Lane::Standard,
            0 | 1 => Lane::Bulk,
        }
    }

    /// The word used in API, database and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lane::Fast => "fast",
            Lane::Standard => "standard",
            Lane::Bulk => "bulk",
        }
    }

    /// How long its oldest job may wait before the lane gets half of a claim.
    pub const fn longest_wait(self) -> Duration {
        match self {
            Lane::Fast => Duration::from_secs(1),
            Lane::Standard => Duration::from_secs(10),
            Lane::Bulk => Duration::from_secs(60),
        }
    }

    const fn weight(self) -> usize {
        match self {
            Lane::Fast => 6,
            Lane::Standard => 3,
            Lane::Bulk => 1,
        }
    }
}

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many jobs to claim of each lane, `limit` in all (none when no lane has work). `waiting` is the age
/// of each lane's oldest job that is due, `None` for a lane without one. `turn` counts the claims, one up
/// for each: it decides who gets what does not divide, so that even claims of one job reach every lane.
pub fn shares(limit: usize, waiting: [Option<Duration>; 3], turn: u64) -> [usize; 3] {
    let weights = each(|lane| if waiting[lane as usize].is_some() { lane.weight() } else { 0 });
    let overdue =
        each(|lane| usize::from(waiting[lane as usize].is_some_and(|oldest| oldest > lane.longest_wait())));
    // Half of the claim is for the lanes that are late, in equal parts.
    let reserved = if overdue.iter().sum::<usize>() > 0 { limit.div_ceil(2) } else { 0 };
    let late = divide(reserved, overdue, turn);
    let rest = divide(limit - reserved, weights, turn);
    each(|lane| late[lane as usize] + rest[lane as usize])
}

fn each(share: impl Fn(Lane) -> usize) -> [usize; 3] {
    Lane::ALL.map(share)
}

/// Deals `seats` by weight. The seats of all turns form one endless row, dealt in cycles in which every
/// lane appears as often as its weight says; a turn takes the next `seats` of the row.
fn divide(seats: usize, weights: [usize; 3], turn: u64) -> [usize; 3] {
    let cycle = cycle(weights);
    if cycle.is_empty() {
        return [0; 3];
    }
    let (whole, rest) = (seats / cycle.len(), seats % cycle.len());
    let length = cycle.len() as u64;
    let start = ((turn % length) * (seats as u64 % length) % length) as usize;
    let mut dealt = weights.map(|weight| weight * whole);
    for lane in cycle.iter().cycle().skip(start).take(rest) {
        dealt[*lane] += 1;
    }
    dealt
}

/// One cycle of smooth weighted round robin: the heavy lane is spread, not sent ahead in one run.
fn cycle(weights: [usize; 3]) -> Vec<usize> {
    let total: usize = weights.iter().sum();
    let mut dealt = [0; 3];
    (1..=total)
        .map(|round| {
            // The lane that lags most behind its share; the first of equals.
            let lag = |lane: usize| (weights[lane] * round) as i64 - (dealt[lane] * total) as i64;
            let next = (0..3).rev().max_by_key(|lane| lag(*lane)).unwrap_or_default();
            dealt[next] += 1;
            next
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRESH: Option<Duration> = Some(Duration::ZERO);
    const OLD: Option<Duration> = Some(Duration::from_secs(3_600));

    fn waits() -> impl Strategy<Value = [Option<Duration>; 3]> {
        let wait = || prop::option::weighted(0.8, (0..120_000_u64).prop_map(Duration::from_millis));
        [wait(), wait(), wait()]
    }

    fn total(claims: impl Iterator<Item = [usize; 3]>) -> [usize; 3] {
        claims.fold([0; 3], |sum, claim| [sum[0] + claim[0], sum[1] + claim[1], sum[2] + claim[2]])
    }

    #[test]
    fn priorities_choose_the_lane() {
        use Lane::{Bulk, Fast, Standard};
        let lanes: Vec<_> = (0..=10).map(Lane::of).collect();
        let expected = [Bulk, Bulk, Standard, Standard, Standard, Standard, Fast, Fast, Fast, Fast, Fast];
        assert_eq!(lanes, expected);
        assert_eq!(Lane::of(u8::MAX), Fast);
    }

    #[test]
    fn a_claim_is_divided_six_three_one() {
        assert_eq!(shares(100, [FRESH; 3], 0), [60, 30, 10]);
        assert_eq!(shares(100, [FRESH, None, FRESH], 0)[1], 0);
        assert_eq!(shares(100, [None, None, FRESH], 0), [0, 0, 100]);
        assert_eq!(shares(100, [None; 3], 0), [0; 3]);
        assert_eq!(shares(0, [OLD; 3], 0), [0; 3]);
    }

    #[test]
    fn claims_of_one_reach_every_lane_by_weight() {
        assert_eq!(total((0..100).map(|turn| shares(1, [FRESH; 3], turn))), [60, 30, 10]);
        assert_eq!(total((0..70).map(|turn| shares(1, [FRESH, None, FRESH], turn))), [60, 0, 10]);
    }

    #[test]
    fn a_lane_that_waited_too_long_gets_half() {
        let claim = shares(100, [FRESH, FRESH, OLD], 0);
        assert_eq!(claim, [30, 15, 55]);
        assert_eq!(shares(1, [FRESH, FRESH, OLD], 3), [0, 0, 1]);
    }

    proptest! {
        #[test]
        fn the_whole_claim_goes_to_lanes_with_work(limit in 0..500_usize, waiting in waits(), turn: u64) {
            let claim = shares(limit, waiting, turn);
            let expected = if waiting.iter().any(Option::is_some) { limit } else { 0 };
            prop_assert_eq!(claim.iter().sum::<usize>(), expected);
            for (share, waiting) in claim.iter().zip(waiting) {
                prop_assert!(waiting.is_some() || *share == 0);
            }
        }

        #[test]
        fn the_only_late_lane_gets_at_least_half(limit in 1..500_usize, late in 0..3_usize, turn: u64) {
            let mut waiting = [FRESH; 3];
            waiting[late] = OLD;
            prop_assert!(shares(limit, waiting, turn)[late] * 2 >= limit);
        }

        #[test]
        fn no_lane_starves(limit in prop_oneof![1..4_usize, 1..50_usize], waiting in waits(), start in 0..u64::MAX / 2) {
            let claimed = total((0..10).map(|turn| shares(limit, waiting, start + turn)));
            let late = |lane: usize| waiting[lane].is_some_and(|oldest| oldest > Lane::ALL[lane].longest_wait());
            let any_late = (0..3).any(late);
            for lane in (0..3).filter(|lane| waiting[*lane].is_some()) {
                // While others are late a lane may get nothing; it then becomes late itself.
                prop_assert!(claimed[lane] > 0 || (any_late && !late(lane)), "{:?}", claimed);
            }
        }
    }
}
