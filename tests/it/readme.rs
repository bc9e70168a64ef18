//! The README's console blocks, run from top to bottom as one terminal session.
//!
//! A line `$ command` is run by the shell; the lines below it are its output, errors included. `[..]` stands for any text
//! within a line, a line `...` for any lines. `cargo run -- ARGS` runs the built program; other `cargo` lines are for CI.

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

struct Step {
    command: String,
    expected: Vec<String>,
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_console = false;
    for line in README.lines() {
        match (in_console, line) {
            (false, "```console") => in_console = true,
            (true, "```") => in_console = false,
            (true, line) => match line.strip_prefix("$ ") {
                Some(command) => steps.push(Step { command: command.to_owned(), expected: Vec::new() }),
                None => steps.last_mut().expect("output follows a command").expected.push(line.to_owned()),
            },
            _ => {}
        }
    }
    steps
}

/// The program that a README command runs; none for what only CI runs.
fn shell_command(command: &str) -> Option<String> {
    match command.strip_prefix("cargo run -- ") {
        Some(args) => Some(format!("scoresync {args}")),
        None if command.starts_with("cargo ") => None,
        None => Some(command.to_owned()),
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn output_matches(expected: &[&str], actual: &[&str]) -> bool {
    match (expected.split_first(), actual.split_first()) {
        (None, None) => true,
        (Some((&"...", patterns)), _) => (0..=actual.len()).any(|skip| output_matches(patterns, &actual[skip..])),
        (Some((pattern, patterns)), Some((line, lines))) => line_matches(pattern, line) && output_matches(patterns, lines),
        _ => false,
    }
}

#[test]
fn console_blocks_do_what_they_say() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let bin = home.path().join("bin");
    std::fs::create_dir(&bin).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_scoresync"), bin.join("scoresync")).expect("a link");
    let mut folder = home.path().to_owned();
    let steps = steps();
    assert!(steps.len() > 10, "the README shows a tour");
    for Step { command, expected } in steps {
        if let Some(to) = command.strip_prefix("cd ") {
            folder.push(to);
            continue;
        }
        let Some(shell) = shell_command(&command) else { continue };
        let actual = run(&shell, &folder, home.path(), &bin);
        let (expected, lines): (Vec<&str>, Vec<&str>) = (expected.iter().map(String::as_str).collect(), actual.lines().collect());
        assert!(
            output_matches(trim_blank(&expected), trim_blank(&lines)),
            "$ {command}\n--- the README says\n{}\n--- it really says\n{actual}",
            expected.join("\n")
        );
    }
}

fn trim_blank<'a, 'b>(mut lines: &'b [&'a str]) -> &'b [&'a str] {
    while let [rest @ .., ""] = lines {
        lines = rest;
    }
    lines
}

fn run(command: &str, folder: &Path, home: &Path, bin: &Path) -> String {
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env_clear()
        .envs([("PATH", path.as_str()), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")])
        .env("HOME", home)
        .output()
        .expect("the shell runs");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

#[test]
fn patterns_match_what_they_should_and_nothing_else() {
    assert!(line_matches("a [..] c", "a b c") && line_matches("[..]", "") && line_matches("x", "x"));
    assert!(!line_matches("a [..] c", "a b") && !line_matches("x", "xy"));
    assert!(output_matches(&["a", "...", "z"], &["a", "b", "c", "z"]));
    assert!(!output_matches(&["a"], &["a", "b"]) && !output_matches(&["a", "b"], &["a"]));
}
