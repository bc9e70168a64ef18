//! How much room a text takes on a terminal: wide characters take two columns, accents put on a letter none.

use unicode_width::UnicodeWidthStr;

/// Columns of a text without colours.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The columns that a line takes, without the escape sequences that colour it.
pub fn visible_columns(line: &str) -> usize {
    let mut coloured = false;
    let seen = line.chars().filter(|c| {
        let starts = *c == '\u{1b}';
        let hidden = coloured || starts;
        coloured = (coloured && *c != 'm') || starts;
        !hidden
    });
    columns(&seen.collect::<String>())
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

/// The start and the end of a text, in `width` columns (1 or more) at most; a mark stands for what is left out between them.
/// No word is cut, unless not even the first and the last one fit.
pub fn middle_of(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split_inclusive(['/', ' ']).collect();
    let joined = |first: usize, last: usize| format!("{}…{}", words[..first].concat().trim_end(), words[last..].concat());
    let fits = |first: usize, last: usize| columns(&joined(first, last)) <= width;
    let (mut first, mut last) = (1, words.len() - 1);
    if first > last || !fits(first, last) {
        return cut_in_the_middle(text, width);
    }
    // The end says which one it is: it grows first.
    loop {
        if first < last && fits(first, last - 1) {
            last -= 1;
        } else if first < last && fits(first + 1, last) {
            first += 1;
        } else {
            return joined(first, last);
        }
    }
}

fn cut_in_the_middle(text: &str, width: usize) -> String {
    let ends = width.saturating_sub(1);
    let (starts, ends) = (ends / 2, ends - ends / 2);
    let fits = |at: &usize| columns(&text[..*at]) <= starts;
    let start = text.char_indices().map(|(at, _)| at).take_while(fits).last().unwrap_or(0);
    let fits = |at: &usize| columns(&text[*at..]) <= ends;
    let end = text.char_indices().rev().map(|(at, _)| at).take_while(fits).last().unwrap_or(text.len());
    format!("{}…{}", &text[..start], &text[end..])
}

/// The lines of a text, with or without colours, that is broken between words only: the first one has `first` columns, the others `rest`. A longer word
/// has a line of its own, so the first line is empty where the first word fits only below it.
pub fn wrapped(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = first;
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a first line");
        let (begins, wide) = (line.is_empty(), visible_columns(word));
        if begins && (wide <= room || room >= rest) {
            line.push_str(word);
        } else if !begins && visible_columns(line) + 1 + wide <= room {
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
    fn the_middle_of_a_long_name_is_left_out_by_words() {
        let name = "scorecards/Harbor Telecom – Retention Calls/Legacy Script Check.yaml";
        assert_eq!(middle_of(name, 80), name);
        assert_eq!(middle_of(name, 48), "scorecards/Harbor…Calls/Legacy Script Check.yaml");
        assert_eq!(middle_of(name, 30), "scorecards/…Script Check.yaml");
        assert_eq!(middle_of(name, 16), "scoreca…eck.yaml");
        assert_eq!(middle_of("評価/評価 評価.yaml", 15), "評価/…評価.yaml");
        for width in 1..80 {
            let short = middle_of(name, width);
            assert!(columns(&short) <= width, "{width}: {short}");
        }
    }

    #[test]
    fn wide_characters_take_two_columns_and_accents_none() {
        assert_eq!(columns("Ton"), 3);
        assert_eq!(columns("評価"), 4);
        assert_eq!(columns("Cafe\u{301}"), 4);
        assert_eq!(padded("評価", 6), "評価  ");
        assert_eq!(padded("評価", 3), "評価");
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
    fn colours_take_no_room() {
        assert_eq!(visible_columns("\u{1b}[1mTone\u{1b}[0m.yaml"), 9);
        assert_eq!(visible_columns("\u{1b}[1m評価\u{1b}[0m"), 4);
        assert_eq!(visible_columns(""), 0);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(start_of("Tone", 4), "Tone");
        assert_eq!(start_of("Tone", 3), "To…");
        assert_eq!(middle_of("Tone", 3), "T…e");
        // The second one would need a fifth column, with the mark.
        assert_eq!((start_of("評価値", 4), middle_of("評価値", 5)), ("評…".to_owned(), "評…値".to_owned()));
        assert_eq!((start_of("Tone", 0), middle_of("Tone", 0)), ("…".to_owned(), "…".to_owned()));
    }
}
