//! What people make of a document.

/// A text with a change near its beginning, one with a change near its end, and one with every third line changed.
pub fn edits(text: &str) -> [String; 3] {
    let middle = text.len() / 2;
    let middle = text[middle..].find('\n').map_or(text.len(), |at| middle + at + 1);
    let third = |(at, line): (usize, &str)| if at % 3 == 2 { format!("{line} \n") } else { format!("{line}\n") };
    [
        format!("{}\n{}", &text[..middle], &text[middle..]),
        text.trim_end().to_owned() + "\nlast: 1\n",
        text.lines().enumerate().map(third).collect(),
    ]
}
