//! Waits until the computer has slept: sockets do not survive that, and timers do not count it.

use crate::model::SleepDetector;
use jiff::Timestamp;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep};

/// How often the wall clock is read.
const INTERVAL: Duration = Duration::from_secs(5);
/// A reading that comes this much too late comes after sleep.
const GAP: Duration = Duration::from_secs(15);

/// Resolves once the computer has slept, or this process was stopped, while it was awaited: the wall clock, which `clock`
/// reads, went on without the timers.
pub(super) async fn slept(clock: impl Fn() -> SystemTime) {
    // A clock beyond the year 9999 stands still here, which is no sleep.
    let wall_clock = || Timestamp::try_from(clock()).unwrap_or_default();
    let mut counted = Instant::now().into_std();
    let mut detector = SleepDetector::new(wall_clock(), counted, GAP);
    loop {
        sleep(INTERVAL).await;
        // What the timer was asked for, not what a clock says: a stopped process has missed the rest.
        counted += INTERVAL;
        if detector.slept(wall_clock(), counted) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    /// When sleep is noticed, within an hour, by a wall clock that jumps by so many seconds after ten minutes.
    async fn noticed(jump: i64) -> Option<Duration> {
        let start = Instant::now();
        let clock = || {
            let passed = start.elapsed().as_secs();
            let jump = if passed > 600 { jump } else { 0 };
            SystemTime::UNIX_EPOCH + Duration::from_secs((1_000_000 + passed).saturating_add_signed(jump))
        };
        timeout(Duration::from_hours(1), slept(clock)).await.ok().map(|()| start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_jump_forward_is_sleep_and_nothing_else_is() {
        let noticed_at = noticed(3600).await.expect("an hour is noticed");
        assert!(noticed_at - Duration::from_mins(10) <= INTERVAL * 2, "{noticed_at:?}");
        for no_sleep in [0, 10, -3600] {
            assert_eq!(noticed(no_sleep).await, None, "{no_sleep}");
        }
    }
}
