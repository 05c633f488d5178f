//! How the requests were answered, and when.

use std::time::Duration;

use serde_json::{Value, json};

/// An acknowledgement slower than this has missed the product's promise.
const SLOW: Duration = Duration::from_millis(200);

/// The answers of a connection or of a whole run.
#[derive(Default)]
pub(crate) struct Results {
    ok: usize,
    elapsed: Duration,
    latencies: Vec<Duration>,
}

impl Results {
    /// Notes one answer.
    pub(crate) fn add(&mut self, status: u16, latency: Duration) {
        self.ok += usize::from(status == 200);
        self.latencies.push(latency);
    }

    /// The answers of all connections, sorted by latency.
    pub(crate) fn merge(parts: Vec<Results>, elapsed: Duration) -> Results {
        let ok = parts.iter().map(|part| part.ok).sum();
        let mut latencies: Vec<Duration> = parts.into_iter().flat_map(|part| part.latencies).collect();
        latencies.sort_unstable();
        Results { ok, elapsed, latencies }
    }

    /// The figures, times in milliseconds.
    pub(crate) fn to_json(&self) -> Value {
        let seconds = self.elapsed.as_secs_f64();
        json!({
            "requests": self.latencies.len(),
            "ok": self.ok,
            "seconds": seconds,
            "per_second": self.ok as f64 / seconds,
            "p50_ms": self.quantile_ms(0.50),
            "p99_ms": self.quantile_ms(0.99),
            "p999_ms": self.quantile_ms(0.999),
            "max_ms": self.quantile_ms(1.0),
            "over_200_ms": self.latencies.len() - self.latencies.partition_point(|latency| *latency <= SLOW),
        })
    }

    /// The latency that a share of all answers did not exceed.
    fn quantile_ms(&self, share: f64) -> f64 {
        let rank = (share * self.latencies.len() as f64).ceil() as usize;
        self.latencies.get(rank.saturating_sub(1)).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_to(count: u64) -> Results {
        let mut results = Results::default();
        for ms in 1..=count {
            results.add(200, Duration::from_millis(ms));
        }
        Results::merge(vec![results], Duration::from_secs(2))
    }

    #[test]
    fn quantiles_are_latencies_that_occurred() {
        let figures = one_to(100).to_json();
        assert_eq!((&figures["p50_ms"], &figures["p99_ms"]), (&json!(50.0), &json!(99.0)));
        assert_eq!(figures["max_ms"], json!(100.0));
    }

    #[test]
    fn only_successes_count_for_the_rate_and_only_slow_ones_as_slow() {
        let mut results = one_to(201);
        results.add(500, Duration::from_millis(1));
        let figures = Results::merge(vec![results], Duration::from_secs(1)).to_json();
        assert_eq!((&figures["requests"], &figures["ok"]), (&json!(202), &json!(201)));
        assert_eq!(figures["per_second"], json!(201.0));
        assert_eq!(figures["over_200_ms"], json!(1));
    }
}
