//! Raw blocks of Jinja: what stands between `{% raw %}` and `{% endraw %}` is shown as it is, and is no template.

use std::ops::Range;

/// A statement opens a raw block.
pub fn opens_raw(statement: &str) -> bool {
    let word = inner(statement).strip_prefix("raw");
    word.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Where the statement begins that ends the raw block around `from`.
pub fn end_of_raw(text: &str, from: usize) -> usize {
    let ends = |at: &usize| inner(&text[*at..]).starts_with("endraw");
    text[from..].match_indices("{%").map(|(at, _)| from + at).find(ends).unwrap_or(text.len())
}

/// The raw blocks of a text.
pub fn raw_blocks(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find("{%").map(|start| at + start) {
        at = start + 2;
        if opens_raw(&text[start..]) {
            let end = end_of_raw(text, at);
            found.push(at..end);
            at = end;
        }
    }
    found
}

/// What a statement says, from its first word.
fn inner(statement: &str) -> &str {
    statement[2..].trim_start_matches(['-', '+']).trim_start()
}
