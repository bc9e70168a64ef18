//! Which Python value a scalar becomes, if a loader can make one of it.

use super::loader::Loader;
use crate::model::Timestamp;
use crate::model::yaml_scalars::{Reading, pyyaml, ruamel};

/// What YAML's own tags begin with.
pub const CORE: &str = "tag:yaml.org,2002:";
/// The most digits that Python makes a number of.
const MAX_DIGITS: usize = 4300;

/// What a loader makes of a node, by its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `!!null`.
    Null,
    /// `!!bool`.
    Bool,
    /// `!!int`.
    Int,
    /// `!!float`.
    Float,
    /// `!!binary`.
    Binary,
    /// `!!timestamp`.
    Timestamp,
    /// `!!str`.
    Str,
    /// `!!seq`.
    Seq,
    /// `!!map`.
    Map,
    /// `!!set`.
    Set,
    /// `!!omap`.
    OrderedMap,
    /// `!!pairs`.
    Pairs,
    /// `<<`.
    Merge,
    /// `=`.
    Default,
    /// A tag that no loader knows.
    Unknown,
}

impl Kind {
    /// What a tag says.
    pub fn of_tag(tag: &str) -> Self {
        match tag.strip_prefix(CORE) {
            Some("null") => Self::Null,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("binary") => Self::Binary,
            Some("timestamp") => Self::Timestamp,
            Some("str") => Self::Str,
            Some("seq") => Self::Seq,
            Some("map") => Self::Map,
            Some("set") => Self::Set,
            Some("omap") => Self::OrderedMap,
            Some("pairs") => Self::Pairs,
            Some("merge") => Self::Merge,
            Some("value") => Self::Default,
            _ => Self::Unknown,
        }
    }

    /// What a loader takes a text for that is neither quoted nor tagged.
    pub fn of_plain(text: &str, loader: Loader) -> Self {
        let reading = match loader {
            Loader::PyYaml => pyyaml(text),
            Loader::Ruamel => ruamel(text),
        };
        match reading {
            Reading::Text => Self::Str,
            Reading::Bool(_) => Self::Bool,
            Reading::Null => Self::Null,
            Reading::Int(_) | Reading::Huge => Self::Int,
            Reading::Float => Self::Float,
            Reading::Date => Self::Timestamp,
            Reading::Special if text == "<<" => Self::Merge,
            Reading::Special => Self::Default,
        }
    }
}

/// What a scalar becomes, as far as one key can equal another by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// None.
    Null,
    /// A text.
    Text(String),
    /// A whole number, a boolean or a float without a fraction: Python takes `1`, `True` and `1.0` for one key.
    Whole(i128),
    /// Another float, by its bits, or a number by its digits.
    Number(String),
    /// Bytes.
    Bytes(String),
    /// A date or a time.
    Time(String),
}

/// The value that `loader` makes of a scalar; none if it cannot.
pub fn scalar(kind: Kind, text: &str, loader: Loader) -> Option<Scalar> {
    match kind {
        Kind::Null => Some(Scalar::Null),
        Kind::Str => Some(Scalar::Text(text.to_owned())),
        Kind::Bool => bool(text, loader).map(|value| Scalar::Whole(value.into())),
        Kind::Int => int(&text.replace('_', ""), loader),
        Kind::Float => float(&text.replace('_', "").to_lowercase(), loader),
        Kind::Binary => is_base64(text).then(|| Scalar::Bytes(text.to_owned())),
        Kind::Timestamp => Timestamp::parse(text).filter(Timestamp::exists).map(|_| Scalar::Time(text.to_owned())),
        _ => None,
    }
}

fn bool(text: &str, loader: Loader) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "on" => Some(true),
        "no" | "false" | "off" => Some(false),
        "y" if loader == Loader::Ruamel => Some(true),
        "n" if loader == Loader::Ruamel => Some(false),
        _ => None,
    }
}

fn int(text: &str, loader: Loader) -> Option<Scalar> {
    let (body, is_negative) = unsigned(text)?;
    if body == "0" {
        return Some(Scalar::Whole(0));
    }
    match (body.get(..2), loader) {
        (Some("0b"), _) => whole(&body[2..], 2, is_negative),
        (Some("0x"), _) => whole(&body[2..], 16, is_negative),
        (Some("0o"), _) => whole(&body[2..], 8, is_negative),
        (_, Loader::PyYaml) if body.starts_with('0') => whole(body, 8, is_negative),
        (_, Loader::PyYaml) if body.contains(':') => base60(body, |part| whole(part, 10, false).is_some()),
        _ => whole(body, 10, is_negative),
    }
}

fn float(text: &str, loader: Loader) -> Option<Scalar> {
    let (body, is_negative) = unsigned(text)?;
    let value = match body {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if loader == Loader::PyYaml && body.contains(':') => {
            return base60(body, |part| part.trim().parse::<f64>().is_ok());
        }
        _ => body.trim().parse::<f64>().ok()?,
    };
    let value = if is_negative { -value } else { value };
    let is_whole = value.fract() == 0.0 && value.abs() < 1e36;
    let digits = format!("{value:.0}");
    Some(digits.parse().ok().filter(|_| is_whole).map_or_else(|| Scalar::Number(value.to_string()), Scalar::Whole))
}

/// A number without its sign, and whether that is a minus; none if nothing is there.
fn unsigned(text: &str) -> Option<(&str, bool)> {
    match text.chars().next()? {
        sign @ ('-' | '+') => Some((&text[1..], sign == '-')),
        _ => Some((text, false)),
    }
}

/// As Python's `int` reads digits.
fn whole(text: &str, radix: u32, is_negative: bool) -> Option<Scalar> {
    let (digits, minus) = unsigned(text.trim())?;
    let is_good = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    if !is_good || radix == 10 && digits.len() > MAX_DIGITS {
        return None;
    }
    let sign = if minus == is_negative { 1 } else { -1 };
    let value = i128::from_str_radix(digits, radix).ok();
    Some(value.map_or_else(|| Scalar::Number(format!("{sign} {radix} {digits}")), |value| Scalar::Whole(sign * value)))
}

/// Only PyYAML knows these numbers, and it takes a key twice, so the value does not matter.
fn base60(text: &str, is_part: impl Fn(&str) -> bool) -> Option<Scalar> {
    text.split(':').all(is_part).then(|| Scalar::Number(text.to_owned()))
}

/// As Python's `base64.decodebytes` sees it: other characters are skipped, but groups of four must be whole.
fn is_base64(text: &str) -> bool {
    let (mut place, mut pads) = (0, 0);
    for byte in text.bytes() {
        match byte {
            b'=' if place >= 2 => {
                pads += 1;
                if place + pads >= 4 {
                    return text.is_ascii();
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                pads = 0;
                place = (place + 1) % 4;
            }
            _ => {}
        }
    }
    text.is_ascii() && place == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_python() {
        let of = scalar;
        for (text, pyyaml, ruamel) in [
            ("12", Some(12), Some(12)),
            ("-0x1_F", Some(-31), Some(-31)),
            ("017", Some(15), Some(17)),
            ("08", None, Some(8)),
            ("0o17", Some(15), Some(15)),
            ("0x_", None, None),
            ("-_", None, None),
            ("", None, None),
            ("x", None, None),
        ] {
            let expected = [pyyaml.map(Scalar::Whole), ruamel.map(Scalar::Whole)];
            assert_eq!([Loader::PyYaml, Loader::Ruamel].map(|loader| of(Kind::Int, text, loader)), expected, "{text}");
        }
        assert_eq!(of(Kind::Float, "1_0.0", Loader::Ruamel), Some(Scalar::Whole(10)));
        assert_eq!(of(Kind::Float, "._", Loader::Ruamel), None);
        assert_eq!(of(Kind::Int, &"1".repeat(MAX_DIGITS + 1), Loader::Ruamel), None);
        assert_eq!(of(Kind::Int, &"1".repeat(MAX_DIGITS), Loader::Ruamel).map(|_| ()), Some(()));
    }

    #[test]
    fn bytes_come_in_groups_of_four() {
        for (text, is_good) in [("aGk=", true), ("a", false), ("", true), ("aGk", false), ("aG k=\n", true), ("é", false)] {
            assert_eq!(is_base64(text), is_good, "{text}");
        }
    }
}
