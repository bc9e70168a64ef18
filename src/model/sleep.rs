//! [`SleepDetector`]: notices that the computer slept. Pure: both clocks are arguments.

use jiff::Timestamp;
use std::time::{Duration, Instant};

/// Compares two clocks: in sleep the wall clock goes on, while the clock of timers stands still.
#[derive(Clone, Debug)]
pub struct SleepDetector {
    wall: Timestamp,
    timer: Instant,
    gap: Duration,
}

impl SleepDetector {
    /// Begins to compare. The wall clock may gain up to `gap` between two readings without having slept.
    pub fn new(wall: Timestamp, timer: Instant, gap: Duration) -> Self {
        Self { wall, timer, gap }
    }

    /// Whether the computer slept since the last reading. A wall clock that was set back is no sleep.
    pub fn slept(&mut self, wall: Timestamp, timer: Instant) -> bool {
        let passed = Duration::try_from(wall.duration_since(self.wall)).unwrap_or_default();
        let counted = timer.saturating_duration_since(self.timer);
        (self.wall, self.timer) = (wall, timer);
        passed > counted + self.gap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_wall_clock_that_gains_more_than_the_gap_has_slept() {
        let (wall, timer) = (Timestamp::UNIX_EPOCH, Instant::now());
        let seconds = Duration::from_secs;
        let slept = |passed: u64, counted: u64| {
            SleepDetector::new(wall, timer, seconds(15)).slept(wall + seconds(passed), timer + seconds(counted))
        };
        assert!(!slept(5, 5) && !slept(3600, 3600) && !slept(20, 5) && !slept(0, 5));
        assert!(slept(21, 5) && slept(3600, 5));
        let mut detector = SleepDetector::new(wall, timer, seconds(15));
        assert!(!detector.slept(wall - seconds(600), timer + seconds(5)), "it was set back");
        assert!(detector.slept(wall, timer + seconds(10)), "each reading is compared with the one before");
    }
}
