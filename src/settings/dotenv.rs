//! `.env` files: variables as text, and nothing else.
//!
//! The parser would replace `$NAME` by a variable of this process. A file of a repository could so put any secret of the
//! environment into an address of its own, and `$` is therefore a character like any other.

use super::error::SettingsError;
use super::read::read_optional;
use std::collections::BTreeMap;
use std::path::Path;

/// The variables of a `.env` file, and how many of its lines are no assignments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DotEnv {
    pub variables: BTreeMap<String, String>,
    pub skipped: usize,
}

/// Reads the file; none if it is not there. Lines that are no assignments are skipped: the file belongs to other tools as well.
pub(super) fn read(path: &Path) -> Result<Option<DotEnv>, SettingsError> {
    Ok(read_optional(path)?.map(|text| parse(text.trim_start_matches('\u{feff}'))))
}

fn parse(text: &str) -> DotEnv {
    let dollar = ('\u{e000}'..='\u{f8ff}').find(|c| !text.contains(*c)).unwrap_or('\u{e000}');
    let hidden = text.replace("\\$", "$").replace('$', dollar.encode_utf8(&mut [0; 4]));
    let mut found = DotEnv::default();
    for line in dotenvy::from_read_iter(hidden.as_bytes()) {
        match line {
            // The first assignment counts, as where a file fills an environment that it may not change.
            Ok((name, value)) => drop(found.variables.entry(name).or_insert_with(|| value.replace(dollar, "$"))),
            Err(_) => found.skipped += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_draws_on_nothing_else() {
        let text = "A=1\nHOST=x\nB=https://x/${PATH}\nC=\"$PATH$A\"\nD='$PATH'\nE=\"\\$A\"\nF=$HOST\n";
        let found = parse(text);
        let values: Vec<&str> = found.variables.values().map(String::as_str).collect();
        assert_eq!(values, ["1", "https://x/${PATH}", "$PATH$A", "$PATH", "$A", "$HOST", "x"]);
    }

    #[test]
    fn the_first_assignment_counts_and_other_lines_are_skipped() {
        let found = parse("A=a\nwords here\nexport A=b # comment\nB='two\nlines'\n");
        assert_eq!((found.skipped, found.variables["A"].as_str(), found.variables["B"].as_str()), (1, "a", "two\nlines"));
    }
}
