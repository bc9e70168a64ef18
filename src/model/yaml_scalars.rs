//! What a plain YAML scalar means to the two readers that Plexus uses: PyYAML (YAML 1.1) and ruamel.yaml (YAML 1.2).
//!
//! The dashboard's API reads scores with PyYAML's `safe_load`, the runtime with ruamel's safe loader. Where they differ,
//! one document is two scores. The rules below are those of the two libraries' resolvers (PyYAML 6.0, ruamel.yaml 0.19),
//! not of the YAML specifications, which neither follows to the letter.

use super::timestamp::Timestamp;
use std::fmt;

/// What a plain scalar means.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Text.
    Text,
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// A whole number.
    Int(i128),
    /// A whole number too large to be compared here.
    Huge,
    /// A number with a fraction or an exponent.
    Float,
    /// A date or a time.
    Date,
    /// A merge key or a default value, which cannot stand as a plain value.
    Special,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Bool(value) => value.fmt(f),
            Self::Null => f.write_str("null"),
            Self::Int(value) => value.fmt(f),
            Self::Huge | Self::Float => f.write_str("a number"),
            Self::Date => f.write_str("a date"),
            Self::Special => f.write_str("an error"),
        }
    }
}

/// A plain scalar as YAML 1.1 in PyYAML reads it.
pub fn pyyaml(text: &str) -> Reading {
    if is_word(text) {
        return Reading::Text;
    }
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Reading::Bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Reading::Bool(false),
        _ => common(text).or_else(|| int11(text)).or_else(|| float11(text)).unwrap_or(Reading::Text),
    }
}

/// A plain scalar as YAML 1.2 in ruamel.yaml reads it.
pub fn ruamel(text: &str) -> Reading {
    if is_word(text) {
        return Reading::Text;
    }
    common(text).or_else(|| int12(text)).or_else(|| float12(text)).unwrap_or(Reading::Text)
}

/// Text for both, as most scalars are: it begins as nothing else does, or with a letter and is longer than `false`.
fn is_word(text: &str) -> bool {
    match text.bytes().next() {
        None | Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'~' | b'<' | b'=') => false,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => text.len() > "false".len(),
        Some(_) => true,
    }
}

/// What both read alike.
fn common(text: &str) -> Option<Reading> {
    Some(match text {
        "true" | "True" | "TRUE" => Reading::Bool(true),
        "false" | "False" | "FALSE" => Reading::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Reading::Null,
        "<<" | "=" => Reading::Special,
        ".nan" | ".NaN" | ".NAN" => Reading::Float,
        _ if matches!(unsigned(text), ".inf" | ".Inf" | ".INF") => Reading::Float,
        _ if Timestamp::parse(text).is_some_and(|stamp| stamp.is_plain()) => Reading::Date,
        _ => return None,
    })
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn int11(text: &str) -> Option<Reading> {
    let body = unsigned(text);
    let (digits, radix) = match body.as_bytes() {
        [b'0', b'b', ..] => (&body[2..], 2),
        [b'0', b'x', ..] => (&body[2..], 16),
        [b'0', _, ..] => (&body[1..], 8),
        _ if body.contains(':') => return sexagesimal(text, body),
        _ => (body, 10),
    };
    number(text, digits, radix).filter(|_| body.starts_with(|c: char| c.is_ascii_digit()))
}

fn int12(text: &str) -> Option<Reading> {
    let body = unsigned(text);
    let (digits, radix) = match body.as_bytes() {
        [b'0', b'b', ..] => (&body[2..], 2),
        [b'0', b'x', ..] => (&body[2..], 16),
        [b'0', b'o', ..] => (&body[2..], 8),
        _ => (body, 10),
    };
    // A sign may stand before an underscore; a word may not begin with one.
    let is_signed = body != text;
    number(text, digits, radix).filter(|_| body.starts_with(|c: char| c.is_ascii_digit() || c == '_' && is_signed))
}

fn number(text: &str, digits: &str, radix: u32) -> Option<Reading> {
    let plain = digits.chars().all(|c| c == '_' || c.is_digit(radix));
    if digits.is_empty() || !plain {
        return None;
    }
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    let value = if digits.is_empty() { Ok(0) } else { i128::from_str_radix(&digits, radix) };
    Some(value.map_or(Reading::Huge, |value| Reading::Int(if text.starts_with('-') { -value } else { value })))
}

/// `12:30:45` is a number in base 60.
fn sexagesimal(text: &str, body: &str) -> Option<Reading> {
    let mut parts = body.split(':');
    let first = parts.next()?;
    let mut value = match number("", first, 10)? {
        Reading::Int(value) if first.starts_with(|c: char| matches!(c, '1'..='9')) => value,
        _ => return None,
    };
    for part in parts {
        value = value.checked_mul(60)?.checked_add(sixtieth(part)?)?;
    }
    Some(Reading::Int(if text.starts_with('-') { -value } else { value }))
}

fn sixtieth(part: &str) -> Option<i128> {
    matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']).then(|| part.parse().ok()).flatten()
}

fn float11(text: &str) -> Option<Reading> {
    let (mantissa, exponent) = split_exponent(text);
    let has_sign = exponent.is_none_or(|exponent| exponent.starts_with(['-', '+']));
    let body = unsigned(mantissa);
    let decimal = match body.split_once('.') {
        Some(("", fraction)) => body == text && starts_with_digit(fraction) && digits(fraction),
        Some((whole, fraction)) if whole.contains(':') => return base60_float(whole, fraction),
        Some((whole, fraction)) => starts_with_digit(whole) && digits(whole) && digits(fraction),
        None => false,
    };
    let unsigned_fraction = body.starts_with('.') && mantissa == body && starts_with_digit(&body[1..]) && digits(&body[1..]);
    ((decimal || unsigned_fraction) && has_sign && exponent.is_none_or(is_exponent)).then_some(Reading::Float)
}

fn base60_float(whole: &str, fraction: &str) -> Option<Reading> {
    let (first, rest) = whole.split_once(':')?;
    let good = starts_with_digit(first) && digits(first) && digits(fraction);
    (good && rest.split(':').all(|part| sixtieth(part).is_some())).then_some(Reading::Float)
}

fn float12(text: &str) -> Option<Reading> {
    let (mantissa, exponent) = split_exponent(text);
    let body = unsigned(mantissa);
    let good = match body.split_once('.') {
        Some(("", fraction)) => {
            !fraction.is_empty() && digits(fraction) && exponent.is_none_or(|exponent| exponent.starts_with(['-', '+']))
        }
        Some((whole, fraction)) => starts_with_digit(whole) && digits(whole) && digits(fraction),
        None => exponent.is_some() && starts_with_digit(body) && digits(body),
    };
    (good && exponent.is_none_or(is_exponent)).then_some(Reading::Float)
}

fn split_exponent(text: &str) -> (&str, Option<&str>) {
    text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)))
}

fn is_exponent(exponent: &str) -> bool {
    let digits = unsigned(exponent);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Digits and underscores, or nothing.
fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row was read with PyYAML 6.0.3 and ruamel.yaml 0.19.1.
    #[test]
    fn readings_are_those_of_the_two_libraries() {
        use Reading::{Bool, Date, Float, Int, Null, Special, Text};
        let rows = [
            ("Yes", Bool(true), Text),
            ("yEs", Text, Text),
            ("NO", Bool(false), Text),
            ("on", Bool(true), Text),
            ("Off", Bool(false), Text),
            ("y", Text, Text),
            ("N", Text, Text),
            ("TRUE", Bool(true), Bool(true)),
            ("Null", Null, Null),
            ("None", Text, Text),
            ("NA", Text, Text),
            ("0o17", Text, Int(15)),
            ("017", Int(15), Int(17)),
            ("-017", Int(-15), Int(-17)),
            ("08", Text, Int(8)),
            ("007", Int(7), Int(7)),
            ("12:30:45", Int(45045), Text),
            ("1:30", Int(90), Text),
            ("1:2:3.5", Float, Text),
            ("1e3", Text, Float),
            ("1.5e3", Text, Float),
            ("1.5e+3", Float, Float),
            ("1e+3", Text, Float),
            ("-1e-3", Text, Float),
            ("1.e5", Text, Float),
            (".5e3", Text, Text),
            ("+.5", Text, Float),
            (".5", Float, Float),
            ("1_000", Int(1000), Int(1000)),
            ("0b101", Int(5), Int(5)),
            ("0b12", Text, Text),
            ("0x1F", Int(31), Int(31)),
            ("0x_1", Int(1), Int(1)),
            ("_1", Text, Text),
            ("0o8", Text, Text),
            ("1,000", Text, Text),
            ("1e5_0", Text, Text),
            ("1_0.5", Float, Float),
            ("685.230_15e+03", Float, Float),
            ("-.inf", Float, Float),
            ("2024-01-02", Date, Date),
            ("2024-1-2", Text, Text),
            ("2024-1-2 3:04:05", Date, Date),
            ("2024-01-02 a:b:c", Text, Text),
            ("-_1", Text, Int(-1)),
            ("<<", Special, Special),
            ("gpt-4o-mini", Text, Text),
            ("1.0.0", Text, Text),
            ("-", Text, Text),
            (".", Text, Text),
        ];
        for (text, eleven, twelve) in rows {
            assert_eq!((pyyaml(text), ruamel(text)), (eleven, twelve), "{text}");
        }
    }
}
