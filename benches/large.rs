//! Documents of a size that nobody writes, in memory: `cargo bench --bench large`.
//!
//! Prints how long each takes to check, to compare and to merge at one size and at four times that size, never a verdict: machines
//! differ. What grows with the square of the size takes sixteen times as long.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a bench reads the clock and prints figures")]

#[path = "../tests/it/growth/documents.rs"]
mod documents;
#[path = "../tests/it/growth/edits.rs"]
mod edits;

use documents::{all, text};
use edits::edits;
use scoresync::check::{RuleSet, Texts, score};
use scoresync::model::DocKind;
use scoresync::model::outline::change;
use scoresync::plan::{conflict_pieces, merge_document};
use std::time::{Duration, Instant};

const SIZES: [usize; 2] = [12_500, 50_000];

fn main() {
    println!("{:20} {:>22} {:>22} {:>22}", "", "check", "compare", "merge");
    for (kind, what) in all() {
        let times = SIZES.map(|size| work(kind, &text(kind, what, size)));
        let column = |at: usize| format!("{:.3} → {:.3} s", times[0][at].as_secs_f64(), times[1][at].as_secs_f64());
        println!("{what:20} {:>22} {:>22} {:>22}", column(0), column(1), column(2));
    }
}

/// How long it takes to check a document, to tell what an edit changed, and to merge two edits.
fn work(kind: DocKind, base: &str) -> [Duration; 3] {
    let [ours, theirs, many] = edits(base);
    let is_code = kind == DocKind::Code;
    let texts = Texts { code: is_code.then_some(base), guidelines: (!is_code).then_some(base) };
    let rules = RuleSet::default();
    [
        timed(|| drop(score(texts, None, &rules))),
        timed(|| drop(change(kind, base, &many).to_string())),
        timed(|| {
            merge_document(kind, base, &ours, &theirs);
            merge_document(kind, base, &ours, &many);
            conflict_pieces(kind, Some(base), &ours, &many);
        }),
    ]
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
