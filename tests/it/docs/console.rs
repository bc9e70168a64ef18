//! The console blocks of the README and of each page of docs, each page run from top to bottom as one terminal session in a
//! home folder of its own.
//!
//! A line `$ command` is run by the shell; the lines below it are its output, errors included. A line `...` stands for any
//! lines. `cargo run -- ARGS` runs the built program; other `cargo` lines are for CI. Comments, which readers do not see, say
//! the rest: `CONTRIBUTING.md` lists them.

use super::pages::{Page, published};
#[cfg(unix)]
use crate::support::Pty;
#[cfg(unix)]
use portable_pty::CommandBuilder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What is written for a word that varies.
const ANYTHING: char = '\0';

/// A page's terminal session.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Session {
    pub(super) from_demo: bool,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Step {
    pub(super) command: String,
    /// None of a command that readers do not see: it must succeed, whatever it prints.
    pub(super) expected: Option<Vec<String>>,
}

/// What the comment before a block says about it.
enum Directive {
    FromDemo,
    Varies(Vec<String>),
    RunsFirst(String),
}

impl Directive {
    /// None of comments that are about something else.
    fn of(comment: &str) -> Option<Self> {
        let directive = comment.trim().strip_prefix("console:")?.trim_start();
        if directive == "starts in the demo" {
            Some(Self::FromDemo)
        } else if let Some(words) = directive.strip_prefix("varies:") {
            Some(Self::Varies(words.split('|').map(|word| word.trim().to_owned()).collect()))
        } else if let Some(commands) = directive.strip_prefix("runs first:") {
            Some(Self::RunsFirst(commands.trim().to_owned()))
        } else {
            panic!("a page says {directive:?} of its console: CONTRIBUTING.md lists what there is")
        }
    }
}

impl Session {
    pub(super) fn of(text: &str) -> Self {
        let (mut session, mut lines, mut varies) = (Self::default(), text.lines(), Vec::new());
        while let Some(line) = lines.next() {
            if line.starts_with("```") {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                if line == "```console" {
                    session.steps.extend(steps(&block, &std::mem::take(&mut varies)));
                }
            } else if let Some(start) = line.strip_prefix("<!--") {
                match Directive::of(&comment(start, &mut lines)) {
                    Some(Directive::FromDemo) => session.from_demo = true,
                    Some(Directive::Varies(words)) => varies = words,
                    Some(Directive::RunsFirst(command)) => session.steps.push(Step { command, expected: None }),
                    None => {}
                }
            }
        }
        session
    }
}

/// The rest of a comment that may go over several lines.
fn comment<'a>(start: &str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    let mut text = start.to_owned();
    while !text.contains("-->") {
        text += "\n";
        text += lines.next().expect("a comment ends");
    }
    text.split("-->").next().unwrap_or_default().to_owned()
}

fn steps(block: &[&str], varies: &[String]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        match line.strip_prefix("$ ") {
            Some(command) => steps.push(Step { command: command.to_owned(), expected: Some(Vec::new()) }),
            None => {
                let masked =
                    varies.iter().fold((*line).to_owned(), |line, word| line.replace(word.as_str(), &ANYTHING.to_string()));
                let step = steps.last_mut().expect("output follows a command");
                step.expected.get_or_insert_default().push(masked);
            }
        }
    }
    steps
}

/// The program that a command runs; none for what only CI runs.
fn shell_command(command: &str) -> Option<String> {
    match command.strip_prefix("cargo run -- ") {
        Some(args) => Some(format!("scoresync {args}")),
        None if command.starts_with("cargo ") => None,
        None => Some(command.to_owned()),
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
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

/// Where a page's commands run.
pub(super) struct Terminal {
    home: tempfile::TempDir,
    folder: PathBuf,
}

impl Terminal {
    pub(super) fn new(from_demo: bool) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let bin = home.path().join("bin");
        std::fs::create_dir(&bin).expect("a folder");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_scoresync"), bin.join("scoresync")).expect("a link");
        let mut terminal = Self { folder: home.path().to_owned(), home };
        if from_demo {
            terminal.step(&Step { command: "scoresync demo scoresync-demo".to_owned(), expected: None }).expect("the demo runs");
            terminal.folder.push("scoresync-demo");
        }
        terminal
    }

    /// What the shell is to run for a step: nothing for what only CI runs. Going to another folder is done here.
    pub(super) fn shell_line(&mut self, Step { command, .. }: &Step) -> Option<String> {
        if let Some(to) = command.strip_prefix("cd ") {
            self.folder.push(to);
            return None;
        }
        shell_command(command)
    }

    /// Carries out a step.
    ///
    /// # Errors
    /// What the page says, and what the command really said.
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let Some(shell) = self.shell_line(step) else { return Ok(()) };
        let Step { command, expected } = step;
        let output = self.run(&if expected.is_none() { format!("set -e\n{shell}") } else { shell });
        let actual = String::from_utf8(output.stdout).expect("output is UTF-8");
        let Some(expected) = expected else {
            return if output.status.success() { Ok(()) } else { Err(format!("$ {command}\nfailed:\n{actual}")) };
        };
        let (expected, lines): (Vec<&str>, Vec<&str>) = (expected.iter().map(String::as_str).collect(), actual.lines().collect());
        if output_matches(trim_blank(&expected), trim_blank(&lines)) {
            return Ok(());
        }
        let expected = expected.join("\n").replace(ANYTHING, "<anything>");
        Err(format!("$ {command}\n--- the page says\n{expected}\n--- it really says\n{actual}"))
    }

    pub(super) fn run(&self, command: &str) -> Output {
        Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.environment())
            .output()
            .expect("the shell runs")
    }

    /// Runs a command in a pseudo-terminal: its exit status, and its lines as the program broke them.
    #[cfg(unix)]
    pub(super) fn run_in(&self, columns: u16, command: &str) -> (u32, String) {
        let mut shell = CommandBuilder::new("sh");
        shell.args(["-c", command]);
        shell.cwd(&self.folder);
        shell.env_clear();
        self.environment().into_iter().for_each(|(name, value)| shell.env(name, value));
        let mut pty = Pty::start(shell, columns, 500);
        (pty.end(), pty.shown())
    }

    fn environment(&self) -> [(&str, String); 4] {
        let home = self.home.path().display();
        let path = format!("{home}/bin:{}", std::env::var("PATH").unwrap_or_default());
        [("PATH", path), ("LC_ALL", "C.UTF-8".to_owned()), ("TZ", "UTC".to_owned()), ("HOME", home.to_string())]
    }
}

fn trim_blank<'a, 'b>(mut lines: &'b [&'a str]) -> &'b [&'a str] {
    while let [rest @ .., ""] = lines {
        lines = rest;
    }
    lines
}

/// What is wrong with the first step that does not do what the page says.
fn run(page: &Page) -> Result<(), String> {
    let session = Session::of(&page.text);
    if session.steps.is_empty() {
        return Ok(());
    }
    let mut terminal = Terminal::new(session.from_demo);
    session.steps.iter().try_for_each(|step| terminal.step(step)).map_err(|wrong| format!("{}: {wrong}", page.path))
}

/// All pages at once; whatever is wrong with any of them is told.
pub(super) fn each_page(run: impl Fn(&Page) -> Result<(), String> + Sync) {
    let (pages, run) = (published(), &run);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|page| scope.spawn(move || run(page))).collect();
        runs.into_iter().filter_map(|run| run.join().expect("a page runs").err()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn console_blocks_do_what_they_say() {
    each_page(run);
}

#[test]
fn readers_see_no_wildcards_and_the_readme_shows_a_tour() {
    for page in published() {
        assert!(!page.text.contains("[..]"), "{}: name what varies in a comment before the block", page.path);
    }
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("it is there");
    assert!(Session::of(&readme).steps.len() > 8);
    assert!(readme.lines().count() <= 150, "the README is a page; the rest stands in docs");
}

#[test]
fn comments_say_what_readers_do_not_see() {
    let text = "<!-- console: starts in the demo -->\n<!-- a note -->\n<!-- console: runs first:\na\nb -->\n```text\n$ no\n```\n\
                <!-- console: varies: just now | 5 s -->\n```console\n$ log\nx just now, 5 s\n```\n```console\n$ log\nx just now\n```\n";
    let step = |command: &str, expected: Option<&str>| Step {
        command: command.to_owned(),
        expected: expected.map(|line| vec![line.to_owned()]),
    };
    let steps = vec![step("a\nb", None), step("log", Some("x \0, \0")), step("log", Some("x just now"))];
    assert_eq!(Session::of(text), Session { from_demo: true, steps });
}

#[test]
fn patterns_match_what_they_should_and_nothing_else() {
    assert!(line_matches("a \0 c", "a b c") && line_matches("\0", "") && line_matches("x", "x"));
    assert!(!line_matches("a \0 c", "a b") && !line_matches("x", "xy"));
    assert!(output_matches(&["a", "...", "z"], &["a", "b", "c", "z"]));
    assert!(!output_matches(&["a"], &["a", "b"]) && !output_matches(&["a", "b"], &["a"]));
}
