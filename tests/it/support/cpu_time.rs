//! How long a thread has worked, whatever else the machine did meanwhile.

use std::time::Duration;

/// The processor time of this thread so far.
#[cfg(unix)]
pub fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("it only grows from zero")
}

/// Where threads have no such clock, the time that goes by.
#[cfg(not(unix))]
pub fn cpu_time() -> Duration {
    static FIRST: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    FIRST.elapsed()
}
