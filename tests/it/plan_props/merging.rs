//! Merging texts: laws that hold for any three texts, and git as an independent second opinion.

use fastrand::Rng;
use proptest::prelude::*;
use scoresync::plan::{Labels, Piece, merge, pieces};
use std::path::Path;
use std::process::Command;

const LABELS: Labels<'_> = Labels { ours: "local", base: "base", theirs: "champion" };

/// Texts of few different lines, so that equal lines meet often.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d", ""]), 0..12).prop_map(|lines| as_text(&lines))
}

fn as_text(lines: &[&str]) -> String {
    let body = lines.join("\n");
    if body.trim().is_empty() { String::new() } else { body.trim_end().to_owned() + "\n" }
}

fn with_markers(base: Option<&str>, ours: &str, theirs: &str) -> Vec<String> {
    pieces(base, ours, theirs).iter().flat_map(|piece| piece.marked(LABELS)).collect()
}

fn is_marker(line: &str) -> bool {
    ["<<<<<<< local", "||||||| base", "=======", ">>>>>>> champion"].contains(&line)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_on_one_side_only_is_taken(base in text(), other in text()) {
        prop_assert_eq!(merge(&base, &other, &base), Some(other.clone()));
        prop_assert_eq!(merge(&base, &base, &other).map(|text| text.trim_end().to_owned()), Some(other.trim_end().to_owned()));
        prop_assert_eq!(merge(&base, &other, &other), Some(other));
    }

    #[test]
    fn the_sides_are_equal_partners(base in text(), ours in text(), theirs in text()) {
        let (here, there) = (merge(&base, &ours, &theirs), merge(&base, &theirs, &ours));
        prop_assert_eq!(here.map(|text| text.trim_end().to_owned()), there.map(|text| text.trim_end().to_owned()));
        let conflicts = |pieces: Vec<Piece>| pieces.iter().filter(|piece| matches!(piece, Piece::Conflict { .. })).count();
        prop_assert_eq!(conflicts(pieces(Some(&base), &ours, &theirs)), conflicts(pieces(Some(&base), &theirs, &ours)));
    }

    /// A line that a side added is in the result; with a conflict, every line of both sides is between the markers or around.
    #[test]
    fn no_added_line_is_lost(base in text(), ours in text(), theirs in text()) {
        let marked = with_markers(Some(&base), &ours, &theirs);
        let merged = merge(&base, &ours, &theirs);
        let has = |text: &str, line: &str| text.lines().any(|other| other == line);
        for side in [&ours, &theirs] {
            for line in side.lines().filter(|line| !has(&base, line)) {
                prop_assert!(marked.iter().any(|other| other == line), "{:?} in {:?}", line, marked);
                prop_assert!(merged.as_ref().is_none_or(|merged| has(merged, line)), "{:?} in {:?}", line, merged);
            }
        }
        prop_assert_eq!(merged.is_none(), marked.iter().any(|line| is_marker(line)));
    }

    /// Markers keep the three texts whole: leaving out the other parts gives each side's own lines where it has a conflict.
    #[test]
    fn a_whole_conflict_shows_both_sides(ours in text(), theirs in text()) {
        let marked = with_markers(None, &ours, &theirs);
        prop_assert_eq!(side_of(&marked, true), ours.lines().collect::<Vec<_>>());
        prop_assert_eq!(side_of(&marked, false), theirs.lines().collect::<Vec<_>>());
    }
}

/// One side of a text with two-way markers.
fn side_of(marked: &[String], ours: bool) -> Vec<&str> {
    let (mut lines, mut shown) = (Vec::new(), true);
    for line in marked.iter().map(String::as_str) {
        match line {
            "<<<<<<< local" => shown = ours,
            "=======" => shown = !ours,
            ">>>>>>> champion" => shown = true,
            _ if shown => lines.push(line),
            _ => {}
        }
    }
    lines
}

/// `git merge-file` on the three texts: the result if it is clean.
fn git(dir: &Path, texts: [&str; 3]) -> Option<String> {
    let names = ["ours", "base", "theirs"];
    for (name, text) in names.iter().zip(texts) {
        std::fs::write(dir.join(name), text).expect("a temporary folder is writable");
    }
    let output =
        Command::new("git").args(["merge-file", "-p", "--diff3"]).args(names).current_dir(dir).output().expect("git runs");
    output.status.success().then(|| String::from_utf8(output.stdout).expect("texts are UTF-8"))
}

/// A document like a score's: nested keys, prompts, blank and repeated lines.
fn document(random: &mut Rng) -> Vec<String> {
    let mut lines = vec!["name: Tone".to_owned(), "graph:".to_owned()];
    for node in 0..random.usize(2..8) {
        lines.extend([format!("  - name: node_{node}"), "    class: Classifier".to_owned(), "    prompt: |".to_owned()]);
        for line in 0..random.usize(1..7) {
            lines.push(match random.u8(0..4) {
                0 => String::new(),
                1 => "      Answer Yes or No.".to_owned(),
                _ => format!("      Rule {node}.{line} holds."),
            });
        }
        lines.extend(["    valid_classes:".to_owned(), "      - \"Yes\"".to_owned(), "      - \"No\"".to_owned()]);
    }
    lines
}

fn edited(random: &mut Rng, lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    for edit in 0..random.usize(1..4) {
        let at = random.usize(0..lines.len());
        match random.u8(0..5) {
            0 => lines.insert(at, format!("      New {edit} {}.", random.u8(0..4))),
            1 => drop(lines.remove(at)),
            2 => lines[at].push_str(" changed"),
            3 => {
                let end = (at + random.usize(1..5)).min(lines.len());
                let copy = lines[at..end].to_vec();
                lines.splice(at..at, copy);
            }
            _ => {
                let end = (at + random.usize(1..5)).min(lines.len());
                lines.drain(at..end);
            }
        }
        if lines.is_empty() {
            lines.push("empty".to_owned());
        }
    }
    lines
}

fn repetitive(random: &mut Rng) -> Vec<String> {
    (0..random.usize(3..25)).map(|_| random.choice(["a", "b", "c", ""]).unwrap_or_default().to_owned()).collect()
}

/// Whatever is merged here, git merges too, to the same bytes; and little is left to people that git would merge.
fn compare_with_git(rounds: u64, document: fn(&mut Rng) -> Vec<String>, least: f64) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (mut both, mut only_git) = (0_u32, 0_u32);
    for seed in 0..rounds {
        let mut random = Rng::with_seed(seed);
        let base = document(&mut random);
        let (ours, theirs) = (edited(&mut random, &base), edited(&mut random, &base));
        let [base, ours, theirs] = [base, ours, theirs].map(|lines| lines.join("\n").trim_end().to_owned() + "\n");
        let expected = git(dir.path(), [&ours, &base, &theirs]);
        match merge(&base, &ours, &theirs) {
            Some(text) => {
                assert_eq!(Some(&text), expected.as_ref(), "seed {seed}: {base:?} {ours:?} {theirs:?}");
                both += 1;
            }
            None => only_git += u32::from(expected.is_some()),
        }
    }
    let share = f64::from(both) / f64::from(both + only_git);
    assert!(share >= least, "{both} merged here, {only_git} only by git");
}

#[test]
fn git_agrees_on_score_documents() {
    compare_with_git(400, document, 0.85);
}

#[test]
fn git_agrees_on_repetitive_texts() {
    compare_with_git(400, repetitive, 0.6);
}
