//! The rooms of `src` and who may import whom, read from the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each room may import; itself always.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("plan", &["model"]),
    ("check", &["model"]),
    ("workspace", &["model"]),
    ("state", &["model"]),
    ("remote", &["model"]),
    ("git", &["model"]),
    ("watch", &["model"]),
    ("registry", &["model"]),
    ("settings", &["model", "check"]),
    ("engine", &["model", "plan", "check", "workspace", "state", "remote", "git", "watch"]),
    ("cli", &["model", "plan", "check", "workspace", "state", "remote", "git", "watch", "registry", "settings", "engine"]),
];
/// Longest file of code; tables of data are no code.
const MOST_LINES: usize = 500;
const MOST_LINES_OF_MAIN: usize = 20;

/// Every Rust file under `src` with its path from there.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a readable source");
                found.push((path.strip_prefix(&root).expect("below src").to_owned(), text));
            }
        }
    }
    found
}

fn room(path: &Path) -> String {
    let first = path.iter().next().expect("a file has a name").to_string_lossy();
    first.strip_suffix(".rs").unwrap_or(&first).to_owned()
}

/// The rooms that a source names in `crate::…` paths outside comments, those in braces included.
fn imports(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        let is_ours = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        let rest = &code[at + path.len()..];
        if !is_ours {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads(group)),
            None => found.extend(word(rest)),
        }
    }
    found
}

fn word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// The first word of each path in a group whose opening brace is gone already.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut at_head, mut found) = (0, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_head = true,
            c if depth == 0 && at_head && c.is_alphabetic() => {
                found.extend(word(&group[at..]));
                at_head = false;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text = "use crate::model::RelPath;\nuse crate::{plan::{Mode, Plan},\n    state, remote::x};\n// crate::cli\n\
                fn f(_: &crate::engine::Report) {}\nuse some_crate::cli;\npub(in crate::check) struct X;\n";
    let expected = ["check", "engine", "model", "plan", "remote", "state"].map(str::to_owned);
    assert_eq!(imports(text), BTreeSet::from(expected));
}

#[test]
fn rooms_import_only_what_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        if matches!(room.as_str(), "main" | "lib") {
            continue;
        }
        let Some(allowed) = allowed.get(room.as_str()) else {
            wrong.push(format!("{}: the room {room} is not in the table", path.display()));
            continue;
        };
        let named = imports(&text).into_iter().filter(|name| *name != room && !allowed.contains(&name.as_str()));
        wrong.extend(named.map(|name| format!("{}: {room} may not import {name}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(path, lines)| *lines > if path.as_path() == Path::new("main.rs") { MOST_LINES_OF_MAIN } else { MOST_LINES })
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<PathBuf> =
        sources().into_iter().filter(|(_, text)| !text.trim_start().starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "{silent:?}");
}
