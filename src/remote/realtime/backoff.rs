//! How long to wait before the next try: twice as long each time, by a part of it at random.

use std::time::Duration;

/// The longest first pause.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);

/// Pauses between tries.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
    jitter: fastrand::Rng,
}

impl Backoff {
    pub(super) fn new(jitter: fastrand::Rng) -> Self {
        Self { failures: 0, jitter }
    }

    /// The pause after one more failure. At least half of it is sure: listeners that lost a server together should neither
    /// come back together nor all at once.
    pub(super) fn pause(&mut self) -> Duration {
        let ceiling = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        ceiling.mul_f64(0.5 + self.jitter.f64() / 2.0)
    }

    /// The line was up for long, so the next failure is a new one.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::new(fastrand::Rng::with_seed(1));
        for ceiling in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            let pause = backoff.pause().as_millis();
            assert!((ceiling / 2..=ceiling).contains(&pause), "{pause} of {ceiling}");
        }
        (0..100).for_each(|_| assert!(backoff.pause() <= LONGEST));
        backoff.reset();
        assert!(backoff.pause() <= FIRST);
    }
}
