//! Which version each line of a text came in with: a lineage is walked from the newest text to the oldest.

use crate::model::line_changes;
use similar::{Algorithm, DiffTag};

/// Lines of a text; those whose source is not known yet wait. `S` names a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution<S> {
    lines: Vec<(String, Option<S>)>,
    /// The source that was looked at last, and its lines.
    source: S,
    text: Vec<String>,
    /// Lines that the source has, as (place in the whole, place in the source).
    waiting: Vec<(usize, usize)>,
}

impl<S: Clone> Attribution<S> {
    /// All lines of `text` wait; at the latest they came in with `source`, which has this text.
    pub fn new(text: &str, source: S) -> Self {
        let text = lines(text);
        let waiting = (0..text.len()).map(|at| (at, at)).collect();
        Self { lines: text.iter().map(|line| (line.clone(), None)).collect(), source, text, waiting }
    }

    /// Goes on to an earlier source, from which the one before was made: what that has as well waits on, the rest came in
    /// with the one before.
    pub fn from_earlier(&mut self, text: &str, source: S) {
        let text = lines(text);
        let mut there = vec![None; self.text.len()];
        for operation in line_changes(Algorithm::Patience, &text, &self.text) {
            let (tag, earlier, later) = operation.as_tag_tuple();
            if tag == DiffTag::Equal {
                later.zip(earlier).for_each(|(later, earlier)| there[later] = Some(earlier));
            }
        }
        for (line, at) in std::mem::take(&mut self.waiting) {
            match there[at] {
                Some(earlier) => self.waiting.push((line, earlier)),
                None => self.lines[line].1 = Some(self.source.clone()),
            }
        }
        (self.text, self.source) = (text, source);
    }

    /// No line waits: nothing earlier has to be looked at.
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The lines in their order, each with its source; what still waits came in with the earliest one.
    pub fn end(self) -> Vec<(String, S)> {
        let earliest = self.source;
        self.lines.into_iter().map(|(line, source)| (line, source.unwrap_or_else(|| earliest.clone()))).collect()
    }
}

/// Lines without their ends.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts from the newest to the oldest; the sources of the newest's lines, by place in the list.
    fn sources(texts: &[&str]) -> String {
        let mut attribution = Attribution::new(texts[0], 0);
        for (source, text) in texts.iter().enumerate().skip(1) {
            attribution.from_earlier(text, source);
        }
        attribution.end().iter().map(|(_, source)| source.to_string()).collect()
    }

    #[test]
    fn each_line_is_of_the_source_that_brought_it() {
        for (texts, expected) in [
            (&["a\nb\n"][..], "00"),
            (&["a\nb\n", "a\nb\n", "a\nb\n"], "22"),
            (&["a\nx\nb\n", "a\nb\n", "a\n"], "201"),
            (&["a\nb\n", "x\ny\n", "a\nb\n"], "00"),
            (&["b\n", "a\nb\n", "a\n"], "1"),
            (&["a\r\nb", "a\n"], "10"),
            (&["", "a\n"], ""),
            (&["x\nsame\nsame\n", "same\nsame\n", "same\n"], "021"),
        ] {
            assert_eq!(sources(texts), expected, "{texts:?}");
        }
    }

    #[test]
    fn nothing_waits_once_every_line_has_its_source() {
        let mut attribution = Attribution::new("a\nb\n", "new");
        attribution.from_earlier("a\n", "old");
        assert!(!attribution.is_done());
        attribution.from_earlier("", "oldest");
        assert!(attribution.is_done());
        assert_eq!(attribution.end(), [("a".to_owned(), "old"), ("b".to_owned(), "new")]);
    }
}
