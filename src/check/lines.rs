//! Byte offsets to lines and columns and back.

use std::ops::Range;

const BYTE_ORDER_MARK: char = '\u{feff}';
/// Characters are counted once for each block of so many bytes; a look-up counts inside one block only, however long a line is.
const BLOCK: usize = 1024;

/// Where each line of a text starts.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters there are before each block.
    characters: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of `text`, ended by LF or CRLF.
    pub fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let block = |at: usize| text.floor_char_boundary(at)..text.floor_char_boundary(at + BLOCK);
        let counts = (0..=text.len()).step_by(BLOCK).map(|at| text[block(at)].chars().count());
        let before = counts.scan(0, |before, count| Some(std::mem::replace(before, *before + count)));
        Self { text, starts, characters: before.collect() }
    }

    /// Line and column of a byte offset: both 1-based, columns in characters, a byte-order mark not counted.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let line = self.starts.partition_point(|&start| start <= at) - 1;
        let start = self.starts[line];
        let marks = self.text[start..at].chars().take_while(|c| *c == BYTE_ORDER_MARK).count();
        (line + 1, self.characters_before(at) - self.characters_before(start) - marks + 1)
    }

    /// How many characters there are before a byte.
    fn characters_before(&self, at: usize) -> usize {
        let block = at / BLOCK;
        let inside = &self.text[self.text.floor_char_boundary(block * BLOCK)..at];
        self.characters[block] + inside.chars().count()
    }

    /// Some bytes of the text; nothing where they split a character.
    pub fn slice(&self, bytes: Range<usize>) -> &'a str {
        self.text.get(bytes).unwrap_or_default()
    }

    /// The text of a 1-based line without its end; empty beyond the last one.
    pub fn text(&self, line: usize) -> &'a str {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else { return "" };
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r']).trim_start_matches(BYTE_ORDER_MARK)
    }
}

/// As [`Lines::place`], for one look-up.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, column(&before[start..]))
}

fn column(before: &str) -> usize {
    before.trim_start_matches(BYTE_ORDER_MARK).chars().count() + 1
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
        let long = format!("\u{feff}{}\n{}", "é☃x".repeat(3 * BLOCK), "a".repeat(2 * BLOCK));
        let lines = Lines::of(&long);
        for at in (0..=long.len()).step_by(97).chain([BLOCK, 2 * BLOCK, long.len()]) {
            assert_eq!(lines.place(at), place(&long, at), "{at}");
        }
        let lines = Lines::of(text);
        assert_eq!((lines.text(1), lines.text(2), lines.text(3), lines.text(9), lines.text(0)), ("aé", "b", "", "", ""));
    }
}
