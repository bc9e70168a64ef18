//! Notices that the computer slept: sockets do not survive that, and timers do not count it.

use std::time::{Duration, SystemTime};
use tokio::time::sleep;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A look that comes this much too late comes after sleep.
const GAP: Duration = Duration::from_secs(15);

/// Resolves after the computer has slept, or was stopped, while this was waited for: the real time, which `clock` tells,
/// went on without the timers.
pub(super) async fn slept(clock: impl Fn() -> SystemTime) {
    loop {
        let before = clock();
        sleep(LOOK).await;
        // A clock that was set back is no sleep.
        if clock().duration_since(before).is_ok_and(|passed| passed > LOOK + GAP) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, timeout};

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
        assert!(noticed_at - Duration::from_mins(10) <= LOOK * 2, "{noticed_at:?}");
        for no_sleep in [0, 10, -3600] {
            assert_eq!(noticed(no_sleep).await, None, "{no_sleep}");
        }
    }
}
