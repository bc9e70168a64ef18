//! [`RetryPolicy`]: when one request is tried again. Pure: times and randomness are arguments.

use super::reply::RetryAdvice;
use crate::model::Backoff;
use std::time::Duration;

/// How patiently a remote tries.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// The most times that one request is sent.
    pub tries: u32,
    /// The most times that a connection is attempted.
    pub connect_tries: u32,
    /// The delays between the tries of one request. Full jitter keeps clients that failed together from coming back
    /// together.
    pub backoff: Backoff,
    /// The longest `Retry-After` that is honoured.
    pub retry_after_cap: Duration,
    /// No try starts later than this after the first.
    pub total: Duration,
    /// After this many requests in a row that were given up, no more are sent for a while.
    pub give_up_after: u32,
    /// How long that is.
    pub cool_down: Duration,
    /// The most requests at once.
    pub concurrency: usize,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 8,
            connect_tries: 4,
            backoff: Backoff { first: Duration::from_millis(150), longest: Duration::from_secs(8), least: 0.0 },
            retry_after_cap: Duration::from_secs(30),
            total: Duration::from_secs(60),
            give_up_after: 3,
            cool_down: Duration::from_secs(30),
            concurrency: 6,
        }
    }
}

impl RetryPolicy {
    /// The delay after try number `tried` (from 1), `elapsed` after the first; `None` means give up. `jitter` is a random
    /// number from 0 to 1.
    pub(super) fn delay(&self, tried: u32, elapsed: Duration, advice: RetryAdvice, jitter: f64) -> Option<Duration> {
        let (most, after) = match advice {
            RetryAdvice::Later(after) => (self.tries, after.unwrap_or_default().min(self.retry_after_cap)),
            RetryAdvice::Reconnect => (self.connect_tries, Duration::ZERO),
            RetryAdvice::Never | RetryAdvice::Hopeless | RetryAdvice::Less => return None,
        };
        let delay = after + self.backoff.delay(tried, jitter);
        (tried < most && elapsed + delay <= self.total).then_some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: RetryAdvice = RetryAdvice::Later(None);

    fn ms(delay: Option<Duration>) -> Option<u128> {
        delay.map(|delay| delay.as_millis())
    }

    #[test]
    fn delays_double_up_to_the_longest_and_jitter_takes_any_part_of_them() {
        let policy = RetryPolicy::default();
        let full: Vec<_> = (1..=8).map(|tried| ms(policy.delay(tried, Duration::ZERO, LATER, 1.0))).collect();
        let expected = [Some(150), Some(300), Some(600), Some(1200), Some(2400), Some(4800), Some(8000), None];
        assert_eq!(full, expected);
        assert_eq!(ms(policy.delay(3, Duration::ZERO, LATER, 0.5)), Some(300));
        assert_eq!(ms(policy.delay(3, Duration::ZERO, LATER, 0.0)), Some(0));
        assert_eq!(ms(policy.delay(4, Duration::ZERO, RetryAdvice::Reconnect, 1.0)), None);
        assert_eq!(ms(policy.delay(1, Duration::ZERO, RetryAdvice::Never, 1.0)), None);
    }

    #[test]
    fn retry_after_is_the_least_delay_up_to_its_own_cap_and_within_the_total() {
        let policy = RetryPolicy::default();
        let after = |seconds| RetryAdvice::Later(Some(Duration::from_secs(seconds)));
        assert_eq!(ms(policy.delay(1, Duration::ZERO, after(5), 1.0)), Some(5150));
        assert_eq!(ms(policy.delay(1, Duration::ZERO, after(3600), 1.0)), Some(30_150));
        assert_eq!(ms(policy.delay(1, Duration::from_secs(40), after(3600), 1.0)), None);
        assert_eq!(ms(policy.delay(2, Duration::from_secs(59), LATER, 1.0)), Some(300));
        assert_eq!(ms(policy.delay(2, Duration::from_secs(60), LATER, 1.0)), None);
    }
}
