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

/// The start and the end of a text, in `width` columns (3 or more) at most; a mark stands for what is left out between them.
pub fn ends_of(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let end = width.saturating_sub(1) / 2;
    format!("{}{}", start_of(text, width - end), end_of(text, end + 1).trim_start_matches('…'))
}

/// The lines of a text that is broken between words only: the first one has `first` columns, the others `rest`. A longer word
/// has a line of its own, so the first line is empty where the first word fits only below it.
pub fn wrapped(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = first;
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a first line");
        let (begins, wide) = (line.is_empty(), columns(word));
        if begins && (wide <= room || room >= rest) {
            line.push_str(word);
        } else if !begins && columns(line) + 1 + wide <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
            room = rest;
        }
    }
    lines
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
    fn both_ends_of_a_name_tell_it_from_others() {
        assert_eq!(ends_of("Greeting", 8), "Greeting");
        assert_eq!((ends_of("Greeting", 7), ends_of("Greeting", 6)), ("Gre…ing".to_owned(), "Gre…ng".to_owned()));
        assert_eq!(ends_of("評価値評価", 7), "評…価");
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("both sides changed it", 10, 8), ["both sides", "changed", "it"]);
        assert_eq!(wrapped("unbreakable", 4, 4), ["unbreakable"]);
        assert_eq!(wrapped("a unbreakable b", 4, 4), ["a", "unbreakable", "b"]);
        assert_eq!(wrapped("guidelines", 4, 20), ["", "guidelines"]);
        assert_eq!(wrapped("", 4, 4), [""]);
        assert_eq!(wrapped("評価 評価", 8, 8), ["評価", "評価"]);
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
