//! Dates and times as YAML 1.1 writes them, which the loaders of Plexus build when they read a score.

/// A text in the form of a date, or of a date and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    year: u32,
    month: u32,
    day: u32,
    /// Hour, minute and second.
    time: Option<[u32; 3]>,
    /// Hours and minutes from UTC, without their sign.
    zone: Option<[u32; 2]>,
    is_short: bool,
}

impl Timestamp {
    /// What has the form `2024-1-2`, `2024-01-02T03:04:05.6Z` or `2024-01-02 03:04:05 +07:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let year = number(&mut rest, 4, 4)?;
        mark(&mut rest, '-')?;
        let month = number(&mut rest, 1, 2)?;
        mark(&mut rest, '-')?;
        let day = number(&mut rest, 1, 2)?;
        let is_short = text.len() - rest.len() < "2024-01-02".len();
        let mut stamp = Self { year, month, day, time: None, zone: None, is_short };
        if rest.is_empty() {
            return Some(stamp);
        }
        rest = match rest.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => rest.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']),
        };
        let hour = number(&mut rest, 1, 2)?;
        mark(&mut rest, ':')?;
        let minute = number(&mut rest, 2, 2)?;
        mark(&mut rest, ':')?;
        let second = number(&mut rest, 2, 2)?;
        stamp.time = Some([hour, minute, second]);
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        if !rest.is_empty() {
            stamp.zone = Some(zone(rest.trim_start_matches([' ', '\t']))?);
        }
        Some(stamp)
    }

    /// A plain text is read as a date: without a time, month and day have two digits.
    pub fn is_plain(&self) -> bool {
        self.time.is_some() || !self.is_short
    }

    /// There is such a day, and such a time of it.
    pub fn exists(&self) -> bool {
        let is_leap = self.year.is_multiple_of(4) && !self.year.is_multiple_of(100) || self.year.is_multiple_of(400);
        let days = match self.month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let is_day = self.year > 0 && (1..=12).contains(&self.month) && (1..=days).contains(&self.day);
        let is_time = self.time.is_none_or(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60);
        is_day && is_time && self.zone.is_none_or(|[hours, minutes]| hours * 60 + minutes < 24 * 60)
    }
}

/// `Z`, `+7` or `-07:30`.
fn zone(text: &str) -> Option<[u32; 2]> {
    if text == "Z" {
        return Some([0, 0]);
    }
    let mut rest = text.strip_prefix(['+', '-'])?;
    let hours = number(&mut rest, 1, 2)?;
    let minutes = if mark(&mut rest, ':').is_some() { number(&mut rest, 2, 2)? } else { 0 };
    rest.is_empty().then_some([hours, minutes])
}

/// Takes `least` to `most` digits.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, behind) = rest.split_at(count);
    *rest = behind;
    if count < least { None } else { digits.parse().ok() }
}

fn mark(rest: &mut &str, mark: char) -> Option<()> {
    *rest = rest.strip_prefix(mark)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn forms_are_those_of_yaml_and_days_those_of_the_calendar() {
        for (text, exists) in [
            ("2024-01-02", Some(true)),
            ("2024-02-29", Some(true)),
            ("2023-02-29", Some(false)),
            ("1900-02-29", Some(false)),
            ("2024-13-01", Some(false)),
            ("0000-01-01", Some(false)),
            ("2024-1-2", Some(true)),
            ("2024-01-02T03:04:05.678Z", Some(true)),
            ("2024-01-02 \t3:04:05 -07:30", Some(true)),
            ("2024-01-02 24:00:00", Some(false)),
            ("2024-01-02 03:04:05+24", Some(false)),
            ("2024-01-02 03:04", None),
            ("2024-01-02 a:b:c", None),
            ("2024-01-02x", None),
            ("24-01-02", None),
        ] {
            assert_eq!(Timestamp::parse(text).map(|stamp| stamp.exists()), exists, "{text}");
        }
        assert!(!Timestamp::parse("2024-1-2").expect("a form of a date").is_plain());
    }
}
