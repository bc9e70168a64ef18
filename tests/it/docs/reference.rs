//! The reference has an entry for everything that the sources know: error codes, settings and exit statuses.

use super::literals::{Literal, is_capitals, literals};
use super::pages::Page;
use std::collections::{BTreeMap, BTreeSet};

/// Variables, and words of other programs.
const NO_CODES: [&str; 10] = [
    "COMPLETE",
    "TERM",
    "FRX",
    "SCORESYNC_FILE",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "HEAD",
    "PATH",
    "CARGO_PKG_VERSION",
    "CARGO_CRATE_NAME",
];
/// Codes of problems that only a fault of the program itself could show.
const INTERNAL: [&str; 1] = ["DEMO_FAILED"];
/// Variables that the system sets.
const NO_VARIABLES: [&str; 2] = ["PWD", "USERPROFILE"];

fn is_code(literal: &Literal) -> bool {
    let is_value = matches!(literal.after.as_str(), "value_name" | "value_names" | "get" | "env");
    let is_setting = literal.text.starts_with("PLEXUS_") || literal.text.starts_with("PRE_COMMIT_");
    is_capitals(&literal.text) && !is_value && !is_setting && !NO_CODES.contains(&literal.text.as_str())
}

fn headings(page: &Page, level: usize) -> BTreeSet<String> {
    page.headings().into_iter().filter(|(at, _)| *at == level).map(|(_, text)| text.replace('`', "")).collect()
}

/// The words of the spans and blocks of code of a page.
fn words_of_code(page: &Page) -> BTreeSet<&str> {
    let code = page.text.split('`').skip(1).step_by(2);
    code.flat_map(|code| code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))).collect()
}

/// Exit statuses by the names that the sources give them.
fn statuses() -> BTreeMap<String, u8> {
    let source = Page::read("src/cli/exit.rs").text;
    let lines = source.lines().filter_map(|line| line.strip_prefix("    ")?.strip_suffix(',')?.split_once(" = "));
    lines.filter_map(|(name, number)| Some((name.to_owned(), number.parse().ok()?))).collect()
}

/// Codes with the name before them, which is that of an exit status where one is given with the code.
fn codes() -> Vec<(String, String)> {
    let all = literals("src/cli").into_iter().filter(is_code).map(|literal| (literal.text, literal.after));
    all.filter(|(code, _)| !INTERNAL.contains(&code.as_str())).collect()
}

#[test]
fn each_error_code_has_its_way_out() {
    let page = Page::read("docs/troubleshooting.md");
    let codes: BTreeSet<String> = codes().into_iter().map(|(code, _)| code).collect();
    let described: BTreeSet<String> = headings(&page, 3);
    let missing: Vec<_> = codes.difference(&described).collect();
    let gone: Vec<_> = described.difference(&codes).collect();
    assert!(missing.is_empty() && gone.is_empty(), "without an entry: {missing:?}; entries without a code: {gone:?}");
}

#[test]
fn each_error_code_has_its_exit_status() {
    let (page, statuses) = (Page::read("docs/troubleshooting.md"), statuses());
    for (code, name) in codes() {
        let Some(status) = statuses.get(&name) else { continue };
        let section = page.section(&code).expect("it has an entry");
        let said = section.trim_start().split('*').nth(1).expect("an entry begins with its exit status");
        let numbers: Vec<&str> = said.split(|c: char| !c.is_ascii_digit()).collect();
        assert!(numbers.contains(&status.to_string().as_str()), "{code} ends with {status}, the page says {said}");
    }
}

#[test]
fn each_setting_is_described() {
    let page = Page::read("docs/reference/settings.md");
    let is_variable = |text: &str| is_capitals(text) && !NO_VARIABLES.contains(&text);
    let variables = literals("src/settings").into_iter().filter(|literal| is_variable(&literal.text));
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-'));
    let keys = literals("src/settings/project.rs").into_iter().filter(|literal| is_word(&literal.text));
    let described = words_of_code(&page);
    let used = variables.chain(keys).map(|literal| literal.text);
    let missing: BTreeSet<String> = used.filter(|word| !described.contains(word.as_str())).collect();
    assert!(missing.is_empty(), "not in {}: {missing:?}", page.path);
}

#[test]
fn each_exit_status_is_described() {
    let page = Page::read("docs/reference/exit-codes.md");
    let statuses = statuses();
    assert_eq!(statuses.get("Interrupted"), Some(&130));
    for status in statuses.values() {
        assert!(page.text.contains(&format!("\n| {status} |")), "{status} is not in {}", page.path);
    }
}
