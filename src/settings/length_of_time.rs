//! Lengths of time as people write them.

use std::time::Duration;

/// A whole number with one of these units behind it, each of so many milliseconds; none for anything else.
pub fn length_of_time(text: &str, units: &[(&str, u64)]) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let (_, milliseconds) = units.iter().find(|(known, _)| *known == unit)?;
    Some(Duration::from_millis(number.parse::<u64>().ok()?.saturating_mul(*milliseconds)))
}
