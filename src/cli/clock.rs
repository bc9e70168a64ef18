//! The clock of the program: read here and handed down, so that a run can be repeated.
#![expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]

use super::error::Problem;
use super::exit::Exit;
use jiff::Timestamp;
use std::time::SystemTime;

/// The time now. [`check`] has seen that there is one; should the clock leave the calendar later on, its end.
pub fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

/// Whether the clock of the system shows a time that can be written down: up to the year 9999.
///
/// # Errors
/// It does not.
pub fn check() -> Result<(), Problem> {
    in_calendar(SystemTime::now())
}

fn in_calendar(now: SystemTime) -> Result<(), Problem> {
    let beyond = |_| {
        Problem::new(Exit::Usage, "CLOCK", "the clock of this machine is beyond the year 9999")
            .help("set the clock, then run this again")
    };
    Timestamp::try_from(now).map(drop).map_err(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_beyond_the_calendar_is_an_error() {
        let at = |seconds| in_calendar(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(253_402_200_000), Ok(()));
        assert_eq!(at(253_402_300_800).map_err(|problem| problem.exit), Err(Exit::Usage));
    }
}
