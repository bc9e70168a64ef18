//! A text that is never printed.

use std::fmt;

/// A key or token. Both `Debug` and `Display` show a mask; only [`Secret::expose`] gives the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What the keys begin with that `scoresync serve` makes: they are worth nothing beyond this machine.
pub const LOCAL_KEY: &str = "local-";
/// Shortest secret of which the last four characters are shown.
const SHOWS_ITS_END: usize = 12;

impl Secret {
    /// It is a key of `scoresync serve`.
    pub fn is_local(&self) -> bool {
        self.0.starts_with(LOCAL_KEY)
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chars: Vec<char> = self.0.chars().collect();
        let end: String = if chars.len() < SHOWS_ITS_END { String::new() } else { chars[chars.len() - 4..].iter().collect() };
        write!(f, "****{end}")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_however_it_is_printed() {
        let key = Secret::from("da2-abcdefghijklmnop1234".to_owned());
        assert_eq!((key.to_string(), format!("{key:?}")), ("****1234".to_owned(), "Secret(****1234)".to_owned()));
        assert_eq!(Secret::from("short-key".to_owned()).to_string(), "****");
        assert_eq!(Secret::from("ключ-ключ-ключ".to_owned()).to_string(), "****ключ");
        assert_eq!(key.expose(), "da2-abcdefghijklmnop1234");
    }
}
