//! How much room a text takes on a terminal: wide characters take two columns, accents put on a letter none.

use unicode_width::UnicodeWidthStr;

/// Columns of a text without colours.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text with blanks up to `width` columns; a wider one as it is.
pub fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(text));
    format!("{text}{:blanks$}", "")
}

/// The start of a text, in `width` columns (1 or more) at most; a mark stands for what is left out.
pub fn start_of(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let fits = |at: &usize| columns(&text[..*at]) < width;
    let end = text.char_indices().map(|(at, _)| at).take_while(fits).last().unwrap_or(0);
    format!("{}…", &text[..end])
}

/// The end of a text, in `width` columns (1 or more) at most; a mark stands for what is left out.
pub fn end_of(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let fits = |at: &usize| columns(&text[*at..]) < width;
    let start = text.char_indices().rev().map(|(at, _)| at).take_while(fits).last().unwrap_or(text.len());
    format!("…{}", &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns_and_accents_none() {
        assert_eq!(columns("Ton"), 3);
        assert_eq!(columns("評価"), 4);
        assert_eq!(columns("Cafe\u{301}"), 4);
        assert_eq!(padded("評価", 6), "評価  ");
        assert_eq!(padded("評価", 3), "評価");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(start_of("Tone", 4), "Tone");
        assert_eq!(start_of("Tone", 3), "To…");
        assert_eq!(end_of("Tone", 3), "…ne");
        // The second one would need a fifth column, with the mark.
        assert_eq!((start_of("評価値", 4), end_of("評価値", 4)), ("評…".to_owned(), "…値".to_owned()));
        assert_eq!((start_of("Tone", 0), end_of("Tone", 0)), ("…".to_owned(), "…".to_owned()));
    }
}
