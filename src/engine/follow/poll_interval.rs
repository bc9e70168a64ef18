//! When to ask the dashboard, and when to try again. Pure: time is an argument.

use crate::model::Backoff;
use std::time::{Duration, Instant};

/// Between two questions while something happens and nobody tells us: a champion that moves is here within 3 s.
const FAST: Duration = Duration::from_secs(2);
/// How long something counts as happening.
const LIVELY: Duration = Duration::from_secs(600);
/// The longest between two questions while nobody tells us.
const SLOW: Duration = Duration::from_secs(30);
/// Between two questions while the dashboard tells us: only for what was missed by mistake.
const TOLD: Duration = Duration::from_secs(600);
/// The least between two questions about what is not known.
const SOON: Duration = Duration::from_secs(1);
/// A question that takes long, as one does that is throttled, is asked so many times less often than it takes, but for one
/// that takes longer than [`SLOW`]: most of that may be a time in which the dashboard was away.
const SHARE: u32 = 4;
/// The waits after questions that were not answered: one watch asks at a time, so they need no jitter.
const RETRY: Backoff = Backoff { first: Duration::from_secs(2), longest: Duration::from_secs(60), least: 1.0 };

/// How often the dashboard is asked for its catalog.
#[derive(Clone, Debug)]
pub(super) struct PollInterval {
    asked: Option<Instant>,
    took: Duration,
    lively_until: Instant,
    between: Duration,
    told: bool,
    soon: bool,
}

impl PollInterval {
    /// Nothing was asked yet.
    pub fn new(now: Instant) -> Self {
        Self { asked: None, took: Duration::ZERO, lively_until: now + LIVELY, between: FAST, told: false, soon: false }
    }

    /// Somebody did something, here or there.
    pub fn lively(&mut self, now: Instant) {
        self.lively_until = now + LIVELY;
        self.between = FAST;
    }

    /// The dashboard tells what happens there, or does no longer.
    pub fn told(&mut self, told: bool) {
        self.told = told;
    }

    /// As soon as possible.
    pub fn at_once(&mut self) {
        self.asked = None;
    }

    /// Something moved that is not known; many such things are one question.
    pub fn soon(&mut self) {
        self.soon = true;
    }

    /// The answer came, after a while.
    pub fn answered(&mut self, now: Instant, took: Duration) {
        self.soon = false;
        (self.asked, self.took) = (Some(now), took);
        if now > self.lively_until {
            self.between = (self.between * 3 / 2).min(SLOW);
        }
    }

    /// When to ask next; none means at once.
    pub fn due(&self) -> Option<Instant> {
        let between = match (self.soon, self.told) {
            (true, _) => SOON.max(self.took),
            (_, true) => TOLD,
            _ => self.between.max((self.took * SHARE).min(SLOW)).max(self.took),
        };
        self.asked.map(|asked| asked + between)
    }
}

/// How long to wait after this many failures in a row (from 1).
pub(super) fn retry_delay(failures: u32) -> Duration {
    RETRY.delay(failures, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_slows_down_when_nothing_happens_and_wakes_up_when_something_does() {
        let start = Instant::now();
        let mut poll_interval = PollInterval::new(start);
        assert_eq!(poll_interval.due(), None);
        poll_interval.answered(start, Duration::from_millis(20));
        assert_eq!(poll_interval.due(), Some(start + FAST));
        let mut now = start + LIVELY + Duration::from_secs(1);
        for _ in 0..10 {
            poll_interval.answered(now, Duration::from_millis(20));
            now = poll_interval.due().expect("it was asked");
        }
        poll_interval.answered(now, Duration::from_millis(20));
        assert_eq!(poll_interval.due(), Some(now + SLOW));
        poll_interval.lively(now);
        assert_eq!(poll_interval.due(), Some(now + FAST));
    }

    #[test]
    fn a_costly_question_is_asked_less_often() {
        let start = Instant::now();
        let mut poll_interval = PollInterval::new(start);
        poll_interval.answered(start, Duration::from_millis(500));
        assert_eq!(poll_interval.due(), Some(start + FAST));
        poll_interval.answered(start, Duration::from_secs(5));
        assert_eq!(poll_interval.due(), Some(start + Duration::from_secs(20)));
        poll_interval.answered(start, Duration::from_secs(15));
        assert_eq!(poll_interval.due(), Some(start + SLOW), "most of it may be an outage");
        poll_interval.answered(start, Duration::from_secs(40));
        assert_eq!(poll_interval.due(), Some(start + Duration::from_secs(40)));
        poll_interval.answered(start, Duration::from_secs(1));
        poll_interval.told(true);
        assert_eq!(poll_interval.due(), Some(start + TOLD));
        poll_interval.soon();
        assert_eq!(poll_interval.due(), Some(start + SOON));
        poll_interval.at_once();
        assert_eq!(poll_interval.due(), None);
    }

    #[test]
    fn failures_are_answered_with_patience() {
        let waits: Vec<u64> = [1, 2, 3, 5, 6, 99].map(|failures| retry_delay(failures).as_secs()).into();
        assert_eq!(waits, [2, 4, 8, 32, 60, 60]);
    }
}
