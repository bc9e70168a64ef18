//! Byte offsets to lines and columns and back.

use std::ops::Range;

/// Where each line of a text starts.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of `text`, ended by LF or CRLF.
    pub fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Line and column of a byte offset: both 1-based, columns in characters, a byte-order mark not counted.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let line = self.starts.partition_point(|&start| start <= at) - 1;
        (line + 1, column(&self.text[self.starts[line]..at]))
    }

    /// Some bytes of the text; nothing where they split a character.
    pub fn slice(&self, bytes: Range<usize>) -> &'a str {
        self.text.get(bytes).unwrap_or_default()
    }

    /// The text of a 1-based line without its end; empty beyond the last one.
    pub fn text(&self, line: usize) -> &'a str {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else { return "" };
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}')
    }
}

/// As [`Lines::place`], for one look-up.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, column(&before[start..]))
}

fn column(before: &str) -> usize {
    before.trim_start_matches('\u{feff}').chars().count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_one_based_characters() {
        let text = "\u{feff}aé\r\nb\n";
        let lines = Lines::of(text);
        for (at, expected) in [(3, (1, 1)), (4, (1, 2)), (6, (1, 3)), (8, (2, 1)), (10, (3, 1)), (999, (3, 1)), (5, (1, 2))] {
            assert_eq!(lines.place(at), expected, "{at}");
            assert_eq!(place(text, at), expected, "{at}");
        }
        assert_eq!((lines.text(1), lines.text(2), lines.text(3), lines.text(9), lines.text(0)), ("aé", "b", "", "", ""));
    }
}
