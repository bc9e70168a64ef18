//! The bounds of everything that reads what customers write: a line of 10 MB, 100,000 keys, 50,000 lines and their hostile
//! cousins, each in less than 2 seconds: `cargo bench --bench bounds`, or with a part of a shape's name behind `--`. No file of more
//! than 4 MiB is read, so that of lines there are as many as fit into that.
//!
//! Prints the seconds of each, never a verdict: machines differ. `large` shows how times grow.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a bench reads the clock and prints figures")]

#[path = "../tests/it/growth/edits.rs"]
mod edits;

use edits::edits;
use scoresync::check::{RuleSet, Texts, fix_text, score};
use scoresync::model::outline::change;
use scoresync::model::{Content, DocKind, canonical, in_file, is_reformatted, outgoing};
use scoresync::plan::{Labels, conflict_markers, merge, merge_parts};
use std::time::Instant;

/// What a text goes through.
const STEPS: [&str; 8] = ["check", "compare", "lines", "parts", "conflict", "reformatted", "outgoing", "in file"];

/// A kind of document, what is in it, and how it is made.
type Shape = (DocKind, &'static str, fn() -> String);

const SHAPES: &[Shape] = &[
    (DocKind::Code, "a line of 10 MB", || format!("name: A\nprompt: {}\n", "word ".repeat(2_000_000))),
    (DocKind::Code, "10 MB in quotes", || format!("name: A\nprompt: \"{}\"\n", "\\u00e9 results['x".repeat(625_000))),
    (DocKind::Code, "a block of 4 MB", || format!("name: A\nprompt: |\n{}", "  {{ text }} TODO\n".repeat(222_000))),
    (DocKind::Code, "10 MB of `- `", || "- ".repeat(5_000_000)),
    (DocKind::Code, "10 MB of `[`", || "[".repeat(10_000_000)),
    (DocKind::Code, "10 MB of `? `", || "? ".repeat(5_000_000)),
    (DocKind::Code, "10 MB of `a: {`", || "a: {".repeat(2_500_000)),
    (DocKind::Code, "4 MB of line ends", || "\n".repeat(4_000_000)),
    (DocKind::Code, "4 MB of `---`", || "---\n".repeat(1_000_000)),
    (DocKind::Code, "4 MB of stamps", || "id: 1\nversion: 2\n".repeat(222_000)),
    (DocKind::Code, "100,000 keys", || lines(100_000, |at| format!("key{at}: {at}\n"))),
    (DocKind::Code, "100,000 keys in a line", || format!("m: {{{}}}\n", lines(100_000, |at| format!("k{at}: Yes, ")))),
    (DocKind::Code, "100,000 anchors", || lines(100_000, |at| format!("a{at}: &a{at} x\n"))),
    (DocKind::Code, "100,000 aliases", || format!("name: &n A\nl:\n{}", "- *n\n".repeat(100_000))),
    (DocKind::Code, "nested 60 deep, often", || {
        format!("l:\n{}", format!("- {}{}\n", "[".repeat(60), "]".repeat(60)).repeat(1_500))
    }),
    (DocKind::Code, "50,000 lines", || lines(25_000, |at| format!("- name: n{at}\n  edge: {{end: m{at}}}\n"))),
    (DocKind::Code, "one key 50,000 times", || "name: A\n".repeat(50_000)),
    (DocKind::Code, "50,000 equal nodes", || format!("graph:\n{}", "- name: n\n  class: Clasifier\n".repeat(50_000))),
    (DocKind::Code, "50,000 equal lines", || format!("prompt: |\n{}", "  the same\n".repeat(50_000))),
    (DocKind::Code, "50,000 numbers of lines", || lines(50_000, |at| format!("k{}: {at}\n", at % 7))),
    (DocKind::Code, "50,000 comments", || format!("name: A\n{}", "# the same\n".repeat(50_000))),
    (DocKind::Guidelines, "10 MB in a line", || "word ".repeat(2_000_000)),
    (DocKind::Guidelines, "10 MB of `#`", || "#".repeat(10_000_000)),
    (DocKind::Guidelines, "10 MB of `- `", || "- ".repeat(5_000_000)),
    (DocKind::Guidelines, "10 MB of `[`", || "[".repeat(10_000_000)),
    (DocKind::Guidelines, "4 MB of fences", || "```\n".repeat(1_000_000)),
    (DocKind::Guidelines, "50,000 equal lines", || "- the same\n".repeat(50_000)),
    (DocKind::Guidelines, "50,000 equal headings", || "## Example\n".repeat(50_000)),
    (DocKind::Guidelines, "50,000 headings", || lines(25_000, |at| format!("## Example {at}\ntext\n"))),
    (DocKind::Guidelines, "50,000 labels", || {
        let labels = lines(50_000, |at| format!("L{at}, "));
        format!(
            "# T\n## Objective\n## Classes\n- Valid labels: [{labels}]\n{}",
            lines(50_000, |at| format!("## Definition of L{at}\n"))
        )
    }),
];

const LABELS: Labels<'_> = Labels { ours: "ours", base: "base", theirs: "theirs" };

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    print!("{:36}", "seconds");
    STEPS.iter().for_each(|step| print!("{step:>12}"));
    println!();
    for (kind, what, make) in SHAPES.iter().filter(|(_, what, _)| wanted.iter().all(|part| what.contains(part.as_str()))) {
        print!("{:36}", format!("{} {what}", if *kind == DocKind::Code { "code:" } else { "guidelines:" }));
        through(*kind, &make());
        println!();
    }
}

/// Takes a text and edits of it through everything, and prints for each step the seconds of the edit that took longest.
fn through(kind: DocKind, base: &str) {
    let [ours, theirs, many] = edits(base);
    let all: String = base.lines().map(|line| format!("{line} #\n")).collect();
    let is_code = kind == DocKind::Code;
    let texts = Texts { code: is_code.then_some(base), guidelines: (!is_code).then_some(base) };
    let sides = [(&ours, &theirs), (&ours, &many), (&all, &theirs), (&all, &many)];
    longest([()], |()| {
        let findings = score(texts, None, &RuleSet::default());
        drop(fix_text(kind, base, &findings));
    });
    longest([&ours, &many, &all], |new| drop(change(kind, base, new).to_string()));
    longest(sides, |(ours, theirs)| drop(merge(base, ours, theirs)));
    longest(sides, |(ours, theirs)| drop(merge_parts(kind, base, ours, theirs)));
    longest(sides, |(ours, theirs)| drop(conflict_markers(kind, Some(base), ours, theirs, LABELS)));
    longest([&ours, &many, &all], |new| {
        is_reformatted(&Content::of(kind, base), &Content::of(kind, new.as_str()));
    });
    longest([&ours, &many, &all], |new| drop((outgoing(kind, new), canonical(kind, new))));
    let on_windows = base.replace('\n', "\r\n");
    longest([&ours, &many, &all], |new| drop(in_file(kind, new, &on_windows)));
}

fn longest<T>(inputs: impl IntoIterator<Item = T>, work: impl Fn(T)) {
    let time = |input| {
        let start = Instant::now();
        work(input);
        start.elapsed()
    };
    let longest = inputs.into_iter().map(time).max().unwrap_or_default();
    print!("{:>12.2}", longest.as_secs_f64());
    std::io::Write::flush(&mut std::io::stdout()).ok();
}
