//! The console blocks in a pseudo-terminal, at two widths: nothing waits for an answer, the exit status is the same as off a
//! terminal, and the same words are said in lines that fit.

use super::console::{Session, Terminal, each_page};
use super::pages::Page;
use unicode_width::UnicodeWidthStr;

const WIDTHS: [u16; 2] = [80, 120];

/// How a command ended, and what it said.
struct Said {
    status: u32,
    text: String,
}

/// What differs between a command off a terminal and in one of `columns`.
fn difference(columns: u16, off: &Said, on: &Said) -> Option<String> {
    if off.status != on.status {
        return Some(format!("exit status {}, and {} off a terminal", on.status, off.status));
    }
    // Text that is quoted from a file keeps its lines. The screen shows a tab as blanks.
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_quoted =
        |line: &str| line.starts_with(['-', '+', ' ', '@']) && off.text.lines().any(|whole| plain(whole) == plain(line));
    // Editors read the place of a finding from its line.
    let has_place = |line: &str| [".yaml:", ".md:"].iter().any(|end| line.starts_with("scorecards/") && line.contains(end));
    let is_whole = |line: &str| is_quoted(line) || has_place(line);
    if let Some(line) = on.text.lines().find(|line| line.width() > columns.into() && !is_whole(line)) {
        return Some(format!("this line takes {} columns: {line}", line.width()));
    }
    let words = |said: &Said| -> Vec<String> { said.text.split_whitespace().map(str::to_owned).collect() };
    let (whole, shown) = (words(off), words(on));
    // A name that is shortened says so.
    let is_shortened = |word: &str| word.contains('…');
    if shown.iter().any(|word| is_shortened(word)) {
        let broken = shown.iter().find(|word| !is_shortened(word) && !whole.contains(word));
        return broken.map(|word| format!("the word {word:?} is not said off a terminal"));
    }
    let at = (0..whole.len().max(shown.len())).find(|at| whole.get(*at) != shown.get(*at))?;
    Some(format!("word {at} is {:?}, and {:?} off a terminal", shown.get(at), whole.get(at)))
}

/// What is wrong with the first command of a page that does not do in terminals what it does elsewhere.
fn run(page: &Page) -> Result<(), String> {
    let session = Session::of(&page.text);
    if session.steps.is_empty() {
        return Ok(());
    }
    let mut off = Terminal::new(session.from_demo);
    let mut on = WIDTHS.map(|columns| (columns, Terminal::new(session.from_demo)));
    for step in &session.steps {
        let line = off.shell_line(step);
        let output = line.as_ref().map(|line| off.run(line));
        for (columns, terminal) in &mut on {
            terminal.shell_line(step);
            let (Some(line), Some(output)) = (&line, &output) else { continue };
            let status = output.status.code().and_then(|code| code.try_into().ok()).expect("no signal ended it");
            let whole = Said { status, text: String::from_utf8_lossy(&output.stdout).into_owned() };
            let (status, text) = terminal.run_in(*columns, line);
            let said = Said { status, text };
            // What readers do not see prepares: how it looks is of no interest.
            let wrong = difference(*columns, &whole, &said).filter(|_| step.expected.is_some() || whole.status != said.status);
            if let Some(wrong) = wrong {
                let (path, whole) = (&page.path, &whole.text);
                return Err(format!("{path}: $ {line}\nat {columns} columns: {wrong}\n{}\n--- elsewhere\n{whole}", said.text));
            }
        }
    }
    Ok(())
}

#[test]
fn console_blocks_do_the_same_in_a_terminal() {
    each_page(run);
}

#[test]
fn differences_are_seen() {
    let said = |status, text: &str| Said { status, text: text.to_owned() };
    let wrong = |off: &str, on: &str| difference(12, &said(0, off), &said(0, on));
    assert!(wrong("one two three four", "one two\n  three four").is_none());
    assert!(wrong("-   a line of a file", "-   a line of a file").is_none());
    assert!(wrong("a long name", "a…name").is_none());
    for (off, on) in
        [("one two", "one tw o"), ("one two", "one"), ("one two three", "one two three"), ("a long name", "a…name na")]
    {
        assert!(wrong(off, on).is_some(), "{off}: {on}");
    }
    assert!(difference(12, &said(0, ""), &said(1, "")).is_some());
}
