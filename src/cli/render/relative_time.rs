//! Times as people say them, seen from now and from where they are.

use crate::cli::text::counted;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// The time now, in the time zone of the person.
#[derive(Clone, Debug)]
pub struct Clock {
    now: Timestamp,
    /// Asked only where a day or an hour is said: to find the zone of a machine takes as long as a small command does.
    zone: fn() -> TimeZone,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Clock {
    /// `now` in `zone`.
    pub fn new(now: Timestamp, zone: fn() -> TimeZone) -> Self {
        Self { now, zone }
    }

    /// The time now.
    pub fn timestamp(&self) -> Timestamp {
        self.now
    }

    /// `5 minutes ago`; the day where that is more than a month ago, or still to come.
    pub fn age(&self, at: Timestamp) -> String {
        let seconds = self.now.duration_since(at).as_secs();
        let ago = |count: i64, unit: &str| format!("{} ago", counted(count.unsigned_abs() as usize, unit));
        match seconds {
            // Clocks of two machines differ by a little.
            seconds if seconds.abs() < MINUTE => "just now".to_owned(),
            MINUTE..HOUR => ago(seconds / MINUTE, "minute"),
            HOUR..DAY => ago(seconds / HOUR, "hour"),
            0..=i64::MAX if seconds < 30 * DAY => ago(seconds / DAY, "day"),
            _ => self.day(at),
        }
    }

    /// `5 minutes ago`, as [`Clock::age`] says it, or where it is to be `exact` the time in UTC.
    pub fn age_or_exact(&self, at: Timestamp, exact: bool) -> String {
        if exact { at.to_string() } else { self.age(at) }
    }

    /// `14:02` today, the day otherwise.
    pub fn short(&self, at: Timestamp) -> String {
        if self.local(at).date() == self.local(self.now).date() { self.time(at) } else { self.day(at) }
    }

    /// `14:02`.
    pub fn time(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M").to_string()
    }

    /// `2026-11-23`.
    pub fn day(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y-%m-%d").to_string()
    }

    fn local(&self, at: Timestamp) -> ZonedDateTime {
        at.to_zoned_datetime((self.zone)())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::new("2026-11-23T00:30:00Z".parse().expect("a time"), || TimeZone::fixed(jiff::tz::offset(2)))
    }

    #[test]
    fn ages_are_said_in_the_largest_unit_that_fits() {
        for (at, age) in [
            ("2026-11-23T00:30:20Z", "just now"),
            ("2026-11-23T00:29:01Z", "just now"),
            ("2026-11-23T00:29:00Z", "1 minute ago"),
            ("2026-11-22T22:31:00Z", "1 hour ago"),
            ("2026-11-21T00:30:00Z", "2 days ago"),
            ("2026-10-01T00:30:00Z", "2026-10-01"),
            ("2026-11-24T00:30:00Z", "2026-11-24"),
        ] {
            assert_eq!(clock().age(at.parse().expect("a time")), age, "{at}");
        }
    }

    #[test]
    fn today_is_where_the_person_is() {
        for (at, short) in [("2026-11-22T22:30:00Z", "00:30"), ("2026-11-22T21:30:00Z", "2026-11-22")] {
            assert_eq!(clock().short(at.parse().expect("a time")), short, "{at}");
        }
    }
}
