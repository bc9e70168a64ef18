//! [`Backoff`]: how long to wait before something that failed is tried again. Pure: it holds no clock, no counter and no
//! source of randomness.

use std::time::Duration;

/// The most doublings, so that the factor fits into 32 bits whatever the number of failures.
const MAX_DOUBLINGS: u32 = 16;

/// Exponential backoff with jitter: the upper limit of the delay doubles with each failure in a row, up to `longest`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The upper limit after the first failure.
    pub first: Duration,
    /// The upper limit after any number of failures.
    pub longest: Duration,
    /// The part of the upper limit, from 0 to 1, that every delay has at least; jitter decides about the rest. 0 is full
    /// jitter, 1 is none.
    pub least: f64,
}

impl Backoff {
    /// The delay after `failures` failures in a row (from 1). `jitter` is a random number from 0 to 1.
    pub fn delay(&self, failures: u32, jitter: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(MAX_DOUBLINGS);
        let limit = self.first.saturating_mul(1 << doublings).min(self.longest);
        limit.mul_f64(self.least + (1.0 - self.least) * jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_doubles_up_to_the_longest() {
        let backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(60), least: 0.5 };
        let limits: Vec<u128> = (1..=9).map(|failures| backoff.delay(failures, 1.0).as_millis()).collect();
        assert_eq!(limits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(backoff.delay(u32::MAX, 1.0), Duration::from_secs(60));
        assert_eq!(backoff.delay(0, 1.0), backoff.first);
    }

    #[test]
    fn jitter_decides_about_all_but_the_least_part() {
        let delay = |least, jitter| {
            let backoff = Backoff { first: Duration::from_secs(2), longest: Duration::from_secs(60), least };
            backoff.delay(2, jitter).as_millis()
        };
        assert_eq!([delay(0.0, 0.0), delay(0.0, 0.5), delay(0.0, 1.0)], [0, 2_000, 4_000]);
        assert_eq!([delay(0.5, 0.0), delay(0.5, 0.5), delay(0.5, 1.0)], [2_000, 3_000, 4_000]);
        assert_eq!([delay(1.0, 0.0), delay(1.0, 0.5), delay(1.0, 1.0)], [4_000; 3]);
    }
}
