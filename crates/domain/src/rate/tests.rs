//! No window above the limit, whatever the nodes do; and nearly all of the limit used by a busy line.

use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp::from_secs(1_793_707_200);
const MILLI: Duration = Duration::from_millis(1);

/// A line, its nodes and what left: real time (which the limits are about) and segments.
struct Line {
    limits: Limits,
    rate: Rate,
    nodes: Vec<Slots>,
    /// How far the clocks are from real time, in seconds.
    skew: i64,
    sent: Vec<(Timestamp, u32)>,
}

impl Line {
    fn new(limits: Limits, nodes: usize) -> Line {
        Line { limits, rate: Rate::default(), nodes: vec![Slots::default(); nodes], skew: 0, sent: vec![] }
    }

    fn clock(&self, real: Timestamp) -> Timestamp {
        real.plus(Duration::from_secs((100_000 + self.skew).unsigned_abs()))
    }

    /// A node tries to send one message and leases once if it has no slots; `late` is its timer's fault.
    fn send(&mut self, node: usize, real: Timestamp, segments: u32, late: Duration) -> Option<Timestamp> {
        let now = self.clock(real);
        let taken = self.nodes[node].take(segments, now).or_else(|| {
            let ask = Ask::new(segments * 3, segments);
            for unused in self.nodes[node].unused() {
                self.rate.give_back(unused);
            }
            match self.rate.reserve(&self.limits, now, ask) {
                Reserved::Slots(lease) => self.nodes[node].add(lease),
                Reserved::WaitUntil(at) => assert!(at > now, "waiting would never end"),
            }
            self.nodes[node].take(segments, now)
        })?;
        let leaves = real.plus(taken.since(now)).plus(late);
        self.sent.push((leaves, segments));
        Some(leaves)
    }

    /// The most segments that left in any window of this length that holds more than one message.
    fn most_in(&mut self, window: Duration) -> u32 {
        self.sent.sort();
        let (mut start, mut sum, mut most) = (0, 0, 0);
        for end in 0..self.sent.len() {
            sum += self.sent[end].1;
            while self.sent[end].0.since(self.sent[start].0) >= window {
                sum -= self.sent[start].1;
                start += 1;
            }
            most = most.max(if start < end { sum } else { 0 });
        }
        most
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let limits =
            [(self.limits.per_second, 1), (self.limits.per_minute, 60), (self.limits.per_day, 86_400)];
        for (limit, seconds) in limits {
            let most = self.most_in(Duration::from_secs(seconds));
            let limit = limit.unwrap_or(u32::MAX);
            prop_assert!(most <= limit, "{most} segments in {seconds} s, {limit} allowed");
        }
        Ok(())
    }
}

fn per_second(limit: u32) -> Limits {
    Limits { per_second: Some(limit), ..Limits::default() }
}

fn limits() -> impl Strategy<Value = Limits> {
    let limit = |most: u32| prop::option::of(1..most);
    (limit(60), limit(400), limit(1_000)).prop_map(|(per_second, per_minute, per_day)| Limits {
        per_second,
        per_minute,
        per_day,
    })
}

/// Which node, how long after the last step in milliseconds, how many segments, how late.
fn steps() -> impl Strategy<Value = Vec<(usize, u64, u32, u64)>> {
    let pause = prop_oneof![20 => 0..30_u64, 10 => 0..2_000_u64, 1 => 0..100_000_u64, 1 => 0..50_000_000_u64];
    let segments = prop_oneof![6 => Just(1_u32), 3 => 1..4_u32, 1 => 1..12_u32];
    prop::collection::vec((0..3_usize, pause, segments, 0..=5_u64), 1..300)
}

proptest! {
    #[test]
    fn no_window_is_ever_above_the_limit(limits in limits(), steps in steps()) {
        let (mut line, mut real) = (Line::new(limits, 3), START);
        for (node, pause, segments, late) in steps {
            real = real.plus(MILLI * pause as u32);
            line.send(node, real, segments, MILLI * late as u32);
        }
        line.check()?;
    }

    #[test]
    fn clocks_turned_back_allow_no_more_and_block_for_a_minute_at_most(
        limit in 1..20_u32, steps in steps(), back in 1..90_000_i64,
    ) {
        let limits = Limits { per_minute: Some(limit * 30), ..per_second(limit) };
        let (mut line, mut real) = (Line::new(limits, 3), START);
        let turned = steps.len() / 2;
        for (index, (node, pause, segments, late)) in steps.into_iter().enumerate() {
            if index == turned {
                line.skew -= back;
            }
            // A pause of hours would only hide what the jump left behind.
            real = real.plus(MILLI * pause.min(2_000) as u32);
            line.send(node, real, segments, MILLI * late as u32);
        }
        line.check()?;
        let later = real.plus(Duration::from_secs(180));
        let freed = (0..200).any(|n| line.send(0, later.plus(MILLI * n * 1_000), 1, Duration::ZERO).is_some());
        prop_assert!(freed, "still blocked");
    }
}

/// Three nodes that always have messages of these sizes, for two minutes of real time. Returns the share
/// of the limit that was used.
fn use_of(limit: u32, sizes: &[u32]) -> f64 {
    let mut line = Line::new(per_second(limit), 3);
    let (mut queue, mut asleep) = (sizes.iter().copied().cycle(), [START; 3]);
    let largest = sizes.iter().copied().max().unwrap();
    let mut waiting = queue.next().unwrap();
    for step in 0..60_000_u32 {
        let now = START.plus(MILLI * 2 * step);
        let node = step as usize % 3;
        while let Some(at) = line.nodes[node].take(waiting, now) {
            line.sent.push((at.max(now), waiting));
            waiting = queue.next().unwrap();
        }
        let low = line.nodes[node].last().is_none_or(|last| last < now.plus(MILLI * 300));
        if low && asleep[node] <= now {
            match line.rate.reserve(&line.limits, now, Ask::new(1_000_000, largest)) {
                Reserved::Slots(lease) => line.nodes[node].add(lease),
                Reserved::WaitUntil(at) => asleep[node] = at,
            }
        }
    }
    assert!(line.most_in(Duration::from_secs(1)) <= limit);
    let (from, to) = (START.plus(MILLI * 10_000), START.plus(MILLI * 110_000));
    let used: u32 = line.sent.iter().filter(|(at, _)| *at >= from && *at < to).map(|(_, n)| n).sum();
    f64::from(used) / (f64::from(limit) * 100.0)
}

#[test]
fn a_busy_line_uses_nearly_all_of_its_rate() {
    for limit in [1, 2, 3, 10, 100, 300] {
        let used = use_of(limit, &[1]);
        assert!(used >= 0.98, "{used} of {limit}");
    }
}

#[test]
fn long_messages_cost_little_of_a_fast_line_and_nothing_of_one_they_fill() {
    assert!(use_of(100, &[1, 2, 1, 3]) >= 0.94);
    assert!(use_of(1, &[3]) >= 0.98);
    assert!(use_of(3, &[3]) >= 0.98);
    // Two messages of two segments would be four in a second.
    assert!(use_of(3, &[2]) >= 0.65);
}

#[test]
fn an_idle_line_sends_at_once_even_if_the_commit_is_slow() {
    let (mut rate, mut slots) = (Rate::default(), Slots::default());
    let Reserved::Slots(lease) = rate.reserve(&per_second(100), START, Ask::new(1, 1)) else {
        panic!("the line is idle")
    };
    slots.add(lease);
    let committed = START.plus(MILLI * 90);
    assert_eq!(slots.take(1, committed), Some(START));
    assert_eq!(slots.take(1, committed), None);
}

#[test]
fn without_a_limit_everything_leaves_at_once() {
    let mut slots = Slots::default();
    let Reserved::Slots(lease) = Rate::default().reserve(&Limits::default(), START, Ask::new(5_000, 3))
    else {
        panic!("there is no limit")
    };
    slots.add(lease);
    let taken: Vec<_> = (0..5_000).map_while(|_| slots.take(1, START)).collect();
    assert_eq!(taken, vec![START; 5_000]);
}

#[test]
fn a_pause_is_kept_by_all_nodes_and_bounded() {
    let mut rate = Rate::default();
    let until = START.plus(MILLI * 30_000);
    rate.pause(START, until);
    rate.pause(START, START);
    assert_eq!(rate.paused_until(START), Some(until));
    let Reserved::WaitUntil(at) = rate.reserve(&per_second(10), START, Ask::new(1, 1)) else {
        panic!("the line is paused")
    };
    let Reserved::Slots(lease) = rate.reserve(&per_second(10), at, Ask::new(1, 1)) else { panic!("late") };
    assert!(lease.first >= until);
    rate.pause(START, Timestamp::MAX);
    assert_eq!(rate.paused_until(START), Some(START.plus(RETRY_AFTER_MAX)));
}

#[test]
fn a_closed_line_waits_and_asks_again() {
    let answer = Rate::default().reserve(&per_second(0), START, Ask::new(1, 1));
    assert_eq!(answer, Reserved::WaitUntil(START.plus(CLOSED_WAIT)));
}

#[test]
fn a_lease_no_larger_than_asked_serves_no_larger_message() {
    let (mut rate, mut slots) = (Rate::default(), Slots::default());
    let Reserved::Slots(lease) = rate.reserve(&per_second(10), START, Ask::new(5, 2)) else {
        panic!("the line is idle")
    };
    slots.add(lease);
    assert_eq!(slots.take(3, START), None);
    assert!(slots.take(2, START).is_some());
}

#[test]
fn use_is_counted_forgotten_and_given_back() {
    let (mut rate, mut slots) = (Rate::default(), Slots::default());
    let limits = Limits { per_minute: Some(10), ..per_second(5) };
    let Reserved::Slots(lease) = rate.reserve(&limits, START, Ask::new(4, 2)) else { panic!("idle") };
    slots.add(lease);
    assert_eq!((rate.used_last_minute(START), rate.used_today(START)), (4, 4));
    slots.take(2, START).unwrap();
    let later = START.plus(MILLI * 5_000);
    assert_eq!(slots.left(later), 0);
    for unused in slots.unused() {
        rate.give_back(unused);
    }
    assert_eq!((rate.used_last_minute(later), rate.used_today(later)), (2, 2));
    let later = START.plus(MILLI * 63_000);
    assert_eq!((rate.used_last_minute(later), rate.used_today(later)), (0, 2));
}

#[test]
fn the_state_survives_its_json_and_stays_small() {
    let mut rate = Rate::default();
    let limits = Limits { per_minute: Some(100_000), per_day: Some(1_000_000), ..per_second(50) };
    for second in 0..90_000_u32 {
        let _ = rate.reserve(&limits, START.plus(MILLI * 1_000 * second), Ask::new(20, 1 + second % 5));
    }
    let json = serde_json::to_string(&rate).unwrap();
    assert!(json.len() < 8_000, "{} bytes", json.len());
    assert_eq!(serde_json::from_str::<Rate>(&json).unwrap(), rate);
    assert_eq!(serde_json::from_str::<Rate>("{}").unwrap(), Rate::default());
}
