//! Every command that asks, or that does something else where somebody can answer, is tested in a pseudo-terminal. Which ones
//! do is read from the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Calls of the terminal that wait for an answer.
const ASKING: [&str; 6] = ["ui.ask(", "ui.confirm(", "ui.agrees(", "ui.must_ask(", "ui.live(", "consent("];
/// Calls after which something else happens on a terminal, though nothing is asked.
const DIFFERING: [&str; 2] = ["ui.asks(", "ui.run_unattended("];

/// The text of each Rust file below a folder of the repository, by its path from there.
fn files(folder: &str) -> BTreeMap<String, String> {
    let (top, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), BTreeMap::new());
    let mut folders = vec![top.clone()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&top).expect("below it").display().to_string();
                found.insert(name, std::fs::read_to_string(path).expect("text"));
            }
        }
    }
    found
}

/// The commands whose code makes one of the calls; another file of `src/cli` that does is there by its name.
fn calling(calls: &[&str]) -> BTreeSet<String> {
    let is_calling = |text: &String| calls.iter().any(|call| text.contains(call));
    let sources = files("src/cli").into_iter().filter(|(path, text)| !path.starts_with("ui/") && is_calling(text));
    let name = |path: String| {
        let place = path.strip_prefix("commands/").unwrap_or(&path).to_owned();
        place.split(['/', '.']).next().unwrap_or_default().to_owned()
    };
    // Who calls it is asked about.
    sources.map(|(path, _)| name(path)).filter(|name| name != "consent").collect()
}

/// The first words of the commands that tests of a kind run in a terminal; a test is what begins at `#[test]`.
fn tested(is_meant: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let tests = files("tests/it/cli");
    let bodies = tests.values().flat_map(|text| text.split("#[test]").skip(1)).filter(|body| is_meant(body));
    let starts = bodies.flat_map(|body| body.split(".terminal(&[\"").skip(1).chain(body.split("_of(100, &[\"").skip(1)));
    starts.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_command_that_asks_is_answered_in_a_terminal() {
    let asking = calling(&ASKING);
    assert!(["promote", "resolve", "undo", "watch"].iter().all(|known| asking.contains(*known)), "{asking:?}");
    let mut answered = tested(|body| body.contains(".answer(") || body.contains(".keys("));
    // Any command asks whether an address is to be trusted.
    let trust = files("tests/it/cli").remove("trust.rs").unwrap_or_default();
    answered.extend(trust.contains(".answer(\"[y/N]\"").then(|| "trust".to_owned()));
    let missing: Vec<_> = asking.difference(&answered).collect();
    assert!(missing.is_empty(), "no test answers, in a terminal, what these ask: {missing:?}");
}

#[test]
fn every_command_that_differs_on_a_terminal_runs_in_one() {
    let (differing, tested) = (calling(&DIFFERING), tested(|_| true));
    let missing: Vec<_> = differing.difference(&tested).collect();
    assert!(!differing.is_empty() && missing.is_empty(), "no test runs these in a terminal: {missing:?}");
}
