//! YAML with Jinja in it. Plexus fills a report configuration in before it reads the blocks, so what stands between braces is
//! no YAML yet.

use crate::check::raw::{end_of_raw, opens_raw};
use std::collections::HashSet;
use std::ops::Range;

/// A text in which every byte of Jinja is replaced by one that YAML takes for text or a blank, so that places stay.
pub struct Template {
    /// The text.
    pub text: String,
    /// It has `{% … %}`: which of its lines are left in the end is not known.
    pub has_statements: bool,
    /// Where values stand that are not known yet.
    holes: Vec<Range<usize>>,
}

impl Template {
    /// Finds expressions, statements and comments; one that is not closed is left as it is.
    pub fn of(source: &str) -> Self {
        let mut template = Self { text: String::with_capacity(source.len()), has_statements: false, holes: Vec::new() };
        let (mut at, mut unclosed) = (0, HashSet::new());
        while let Some(start) = source[at..].find('{').map(|found| at + found) {
            let close = match source.get(start..start + 2) {
                Some("{{") => "}}",
                Some("{%") => "%}",
                Some("{#") => "#}",
                _ => "",
            };
            // What nothing closes once is closed nowhere behind it.
            let end = Some(close).filter(|close| !close.is_empty() && !unclosed.contains(close));
            let end = end.and_then(|close| source[start + 2..].find(close)).map(|found| start + 2 + found + close.len());
            let Some(end) = end else {
                unclosed.insert(close);
                template.text.push_str(&source[at..=start]);
                at = start + 1;
                continue;
            };
            let filler = if close == "}}" { 'x' } else { ' ' };
            template.text.push_str(&source[at..start]);
            template.text.extend(source[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { filler }));
            template.has_statements |= close == "%}";
            if close == "}}" {
                template.holes.push(start..end);
            }
            at = end;
            if close == "%}" && opens_raw(&source[start..end]) {
                at = end_of_raw(source, end);
                template.text.push_str(&source[end..at]);
            }
        }
        template.text.push_str(&source[at..]);
        template
    }

    /// A value here is not known yet.
    pub fn is_open(&self, span: &Range<usize>) -> bool {
        self.holes.iter().any(|hole| hole.start < span.end && span.start < hole.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_keeps_its_place() {
        let source = "a: {{ é }}\n{% if b\n%}\nb: {c: 1}\n{# ü #}d: {{ e\n";
        let template = Template::of(source);
        assert_eq!(template.text, "a: xxxxxxxx\n       \n  \nb: {c: 1}\n        d: {{ e\n");
        assert_eq!((template.text.len(), template.has_statements), (source.len(), true));
        assert!(template.is_open(&(3..6)) && !template.is_open(&(0..3)));
    }

    #[test]
    fn what_stands_in_a_raw_block_stays() {
        let template = Template::of("a: '{% raw %}{{ b }}{% c %}{%- endraw %}{{ d }}'\n");
        assert_eq!(template.text, "a: '         {{ b }}{% c %}             xxxxxxx'\n");
        assert!(template.is_open(&(40..41)) && !template.is_open(&(13..27)));
    }
}
