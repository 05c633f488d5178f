//! Connection overrides: the fragment of a webhook URL that sets time-outs and retries
//! (Twilio, Webhooks connection overrides).

use std::time::Duration;

/// How a webhook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overrides {
    /// `ct`: for one connection attempt.
    pub(crate) connect: Duration,
    /// `rt`: until the answer starts, and between its packets.
    pub(crate) read: Duration,
    /// `tt`: for everything, retries included.
    pub(crate) total: Duration,
    /// `rc`: requests after the first.
    pub(crate) retries: u32,
    /// `rp`: what is worth a retry.
    pub(crate) policy: RetryPolicy,
}

/// What is worth a retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    pub(crate) connect: bool,
    pub(crate) read: bool,
    pub(crate) client_errors: bool,
    pub(crate) server_errors: bool,
}

impl Default for Overrides {
    fn default() -> Self {
        Overrides {
            connect: Duration::from_millis(5_000),
            read: Duration::from_millis(15_000),
            total: Duration::from_millis(15_000),
            retries: 1,
            policy: RetryPolicy { connect: true, ..RetryPolicy::default() },
        }
    }
}

impl Overrides {
    /// What the fragment of `url` asks for. Unknown keys and values out of range change nothing.
    pub(crate) fn of(url: &str) -> Self {
        let mut overrides = Overrides::default();
        let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
        for (key, value) in form_urlencoded::parse(fragment.as_bytes()) {
            overrides.set(&key, &value);
        }
        overrides
    }

    fn set(&mut self, key: &str, value: &str) {
        match key {
            "ct" => set_millis(&mut self.connect, value, 10_000),
            "rt" => set_millis(&mut self.read, value, 15_000),
            "tt" => set_millis(&mut self.total, value, 15_000),
            "rc" => self.retries = value.parse().ok().filter(|count| *count <= 5).unwrap_or(self.retries),
            "rp" => self.policy = RetryPolicy::of(value),
            _ => {}
        }
    }
}

impl RetryPolicy {
    fn of(list: &str) -> Self {
        let has = |word| list.split(',').any(|item| item.trim() == word || item.trim() == "all");
        RetryPolicy {
            connect: has("ct"),
            read: has("rt"),
            client_errors: has("4xx"),
            server_errors: has("5xx"),
        }
    }
}

fn set_millis(field: &mut Duration, value: &str, longest: u64) {
    if let Some(millis) = value.parse().ok().filter(|millis| (100..=longest).contains(millis)) {
        *field = Duration::from_millis(millis);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_url_gets_one_retry_on_connect_failure_and_fifteen_seconds() {
        let usual = Overrides::of("https://example.com/hook?a=1");
        assert_eq!(usual, Overrides::default());
        assert_eq!(usual.policy, RetryPolicy { connect: true, ..RetryPolicy::default() });
    }

    #[test]
    fn the_fragment_sets_times_and_retries() {
        let set = Overrides::of("https://example.com/hook#ct=500&rt=700&tt=9000&rc=3&rp=4xx,rt");
        assert_eq!([set.connect, set.read, set.total].map(|t| t.as_millis()), [500, 700, 9000]);
        assert_eq!(set.retries, 3);
        assert_eq!(set.policy, RetryPolicy { read: true, client_errors: true, ..RetryPolicy::default() });
        let all = Overrides::of("https://example.com/hook#rp=all").policy;
        assert!(all.connect && all.read && all.client_errors && all.server_errors);
    }

    #[test]
    fn values_out_of_range_are_ignored() {
        assert_eq!(Overrides::of("http://h/#ct=99&rt=15001&rc=6&tt=soon&e=dublin"), Overrides::default());
    }
}
