//! `docs/reference/commands.md` is made from what the program says of itself: `UPDATE_DOCS=1 cargo test docs::commands` writes
//! it anew.

use super::pages::Page;
use std::fmt::Write;
use std::process::{Command, Stdio};

const PAGE: &str = "docs/reference/commands.md";
/// Stands in the help of every command, and here once.
const SHARED: &str = "\nOptions of every command:";

const INTRODUCTION: &str = "\
# Commands

This page is what `scoresync help` and `scoresync help COMMAND` print. It is generated: a test compares it with the program.

Every command also takes the [options of every command](#options-of-every-command). Exit statuses have
[a page of their own](exit-codes.md), and so has [what `--json` prints](json.md).
";

fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_scoresync"))
        .args(words)
        .arg("--help")
        .stdin(Stdio::null())
        .env_clear()
        .env("COLUMNS", "100")
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("help is UTF-8");
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The commands that a help text lists.
fn listed(help: &str) -> Vec<&str> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect()
}

fn block(out: &mut String, heading: &str, help: &str) {
    let _ = write!(out, "\n{heading}\n\n```text\n{}\n```\n", help.trim());
}

fn page() -> String {
    let mut out = INTRODUCTION.to_owned();
    let top = help(&[]);
    let (before, shared) = top.split_once(SHARED).expect("there are options of every command");
    let (shared, after) = shared.split_once("\nExamples:").expect("examples come last");
    block(&mut out, "## scoresync", &format!("{before}\nExamples:{after}"));
    block(&mut out, "## Options of every command", shared.trim_start_matches('\n'));
    for name in listed(&top) {
        own(&mut out, &[name]);
    }
    out
}

/// The help of a command, and of the commands below it.
fn own(out: &mut String, words: &[&str]) {
    let help = help(words);
    let (before, shared) = help.split_once(SHARED).unwrap_or((&help, ""));
    let heading = format!("{} {}", "#".repeat(words.len() + 1), words.join(" "));
    block(out, &heading, &format!("{before}\n{}", after_options(shared)));
    for name in listed(&help) {
        own(out, &[words, &[name]].concat());
    }
}

/// What follows the shared options, such as examples: it begins at the margin.
fn after_options(options: &str) -> &str {
    let start = options.match_indices('\n').map(|(at, _)| at + 1).find(|at| {
        let rest = &options[*at..];
        !rest.is_empty() && !rest.starts_with([' ', '\n'])
    });
    start.map_or("", |at| &options[at..])
}

#[test]
fn the_reference_is_what_the_program_says() {
    Page::hold(PAGE, &page(), "docs::commands");
}

/// The help breaks lines between words; an example and what is said beside it would fall apart. A command cannot be shorter.
#[test]
fn an_example_is_one_line_of_a_narrow_terminal() {
    let page = page();
    let examples = page.lines().filter(|line| line.starts_with("  scoresync ") && line.trim().contains("  "));
    let long: Vec<&str> = examples.filter(|line| line.chars().count() > 80 && !line.contains(" > ")).collect();
    assert_eq!(long, [] as [&str; 0]);
}
