//! File names from Plexus names: first exactly what the other Plexus tools do, so that they can share a checkout,
//! then what they leave out, so that no name from the server is dangerous on any file system.

use super::digest::Digest;
use super::sync_kind::SyncKind;
use super::unprintable::UNPRINTABLE;

/// Longest stem in bytes; leaves room for ` ~<externalId>` and an extension within the usual 255.
const MAX_STEM: usize = 180;

/// Folder names that belong to tools; a scorecard must not be able to write into them.
const TOOL_FOLDERS: [&str; 4] = [".git", ".scoresync", ".plexus", "git~1"];

/// The stem that the other Plexus tools give a name. May be empty, `.` or `..`: see [`file_stem`] and [`folder_name`].
pub fn plexus_stem(name: &str) -> String {
    let replaced: String = name.chars().map(|c| if is_replaced(c) { '-' } else { c }).collect();
    let mut stem = String::with_capacity(replaced.len());
    for c in replaced.trim_matches(['-', ' ']).chars() {
        if !(c == '-' && stem.ends_with('-')) {
            stem.push(c);
        }
    }
    stem
}

/// A stem for `<stem>.yaml` and `<stem>.md` that is safe everywhere.
pub fn file_stem(name: &str) -> String {
    safe(name, plexus_stem(name))
}

/// A folder name that is safe everywhere: as [`file_stem`], and without trailing dots, which Windows drops. No scorecard gets
/// a folder of tools or of standalone documents.
pub fn folder_name(name: &str) -> String {
    let stem = plexus_stem(name);
    let trimmed = if is_dots(&stem) { stem.as_str() } else { stem.trim_end_matches(['.', ' ']) };
    let folder = safe(name, trimmed.to_owned());
    let lower = folder.to_lowercase();
    let is_reserved = TOOL_FOLDERS.contains(&lower.as_str()) || SyncKind::parse(&lower).is_some();
    if is_reserved { format!("_{folder}") } else { folder }
}

fn is_replaced(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '[' | ']') || is_unprintable(c)
}

fn is_unprintable(c: char) -> bool {
    let code = u32::from(c);
    let after = UNPRINTABLE.partition_point(|&(first, _)| first <= code);
    after > 0 && code <= UNPRINTABLE[after - 1].1
}

fn safe(name: &str, stem: String) -> String {
    let stem = if is_dots(&stem) { "_".repeat(stem.len().max(1)) } else { stem };
    let stem = if is_device(&stem) { format!("{stem}_") } else { stem };
    shortened(name, stem)
}

/// Empty or nothing but dots.
fn is_dots(stem: &str) -> bool {
    stem.chars().all(|c| c == '.')
}

/// Names that Windows gives to devices, with any extension.
fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        base.strip_prefix(prefix).is_some_and(|n| matches!(n.chars().collect::<Vec<_>>()[..], ['1'..='9' | '¹' | '²' | '³']))
    };
    matches!(base.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

/// Cuts an over-long stem and marks it with a digest of the whole name, so that two long names stay two files.
fn shortened(name: &str, stem: String) -> String {
    if stem.len() <= MAX_STEM {
        return stem;
    }
    let cut = stem.floor_char_boundary(MAX_STEM);
    format!("{}~{}", stem[..cut].trim_end(), &Digest::of(name).to_string()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_equal_those_of_the_other_plexus_tools() {
        let same = [
            "Patient Interest",
            "Multiple   Spaces",
            "Mixed-Case Name",
            "Name with dots...",
            "___",
            "_Name with underscores_",
            "Name with éèêë",
            "Name with 你好",
            "a - b",
            "Name.",
        ];
        for name in same {
            assert_eq!(plexus_stem(name), name);
        }
        let changed = [
            ("Call/Response*Test", "Call-Response-Test"),
            ("Special: Score (with) [chars]", "Special- Score (with) -chars"),
            ("Name with @#$%^&*()", "Name with @#$%^&-()"),
            ("Name with slashes/\\", "Name with slashes"),
            ("-Name with hyphens-", "Name with hyphens"),
            ("-Name with both-_", "Name with both-_"),
            ("-_-", "_"),
            ("File<>:\"/?*|Name", "File-Name"),
            ("Parent/Child", "Parent-Child"),
            ("Level1/Level2/Level3", "Level1-Level2-Level3"),
            ("Computer w/ Internet", "Computer w- Internet"),
            ("A\tB", "A-B"),
            ("A\u{a0}B", "A-B"),
            ("A\u{200b}B", "A-B"),
            ("- - x", "x"),
            ("x -", "x"),
            ("A/ B", "A- B"),
            ("Q?", "Q"),
            ("Medication Review: Individual Confirmation", "Medication Review- Individual Confirmation"),
            ("Test/Scorecard & More", "Test-Scorecard & More"),
            ("---", ""),
            ("   ", ""),
            ("", ""),
        ];
        for (name, stem) in changed {
            assert_eq!(plexus_stem(name), stem, "{name:?}");
        }
    }

    /// The count comes from Python 3.11: code points but surrogates that `str.isprintable` refuses.
    #[test]
    fn unprintable_is_what_python_says() {
        assert_eq!(('\0'..=char::MAX).filter(|&c| is_unprintable(c)).count(), 967_548);
        assert!(!is_unprintable(' ') && !is_unprintable('é') && is_unprintable('\u{feff}'));
    }

    #[test]
    fn dangerous_names_become_safe() {
        for (name, stem) in [("", "_"), (".", "_"), ("..", "__"), ("CON", "CON_"), ("com1", "com1_"), ("nul.x", "nul.x_")] {
            assert_eq!(file_stem(name), stem, "{name:?}");
            assert_eq!(folder_name(name), stem, "{name:?}");
        }
        assert_eq!(file_stem("Foo Inc."), "Foo Inc.");
        assert_eq!(folder_name("Foo Inc."), "Foo Inc");
        assert_eq!(folder_name(".GIT"), "_.GIT");
        assert_eq!(folder_name("COM²"), "COM²_");
    }

    #[test]
    fn long_names_are_cut_and_stay_distinct() {
        let (a, b) = (file_stem(&"é".repeat(300)), file_stem(&"é".repeat(301)));
        assert!(a.len() < 200 && a != b);
    }
}
