//! Any input: the bodies of the fuzz targets as properties. By default a few hundred inputs each; `SCORESYNC_FUZZ=120` goes on for so
//! many seconds and prints how many it tried.

mod bodies;

use crate::support::cpu_time;
use bodies::{ALL, PATIENCE};
use proptest::prelude::{Strategy, any};
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Inputs of one round.
const CASES: u32 = 128;
/// Pieces that texts are made of, so that inputs are not only noise.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    "  ",
    "- ",
    ": ",
    "#",
    "|",
    "|+",
    ">",
    "&a ",
    "*a",
    "<<: ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "!!str ",
    "---\n",
    "...\n",
    "\u{feff}",
    "\r\n",
    "\t",
    "é",
    "\u{2028}",
    "\0",
    "name: ",
    "# ",
    "## ",
    "```",
    "null",
    "true",
    "1e9",
    "{{ ",
    "}}",
    "<<<<<<< a\n",
    ",",
    "\"nextToken\":\"x\"",
    "\"items\":",
    "\"payload\":{",
    "\"type\":\"data\"",
    "version: 1\n",
];

/// One change of an input.
#[derive(Clone, Debug)]
enum Change {
    Piece(Index, Index),
    Byte(Index, u8),
    Remove(Index, Index),
    Repeat(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    proptest::prop_oneof![
        (any::<Index>(), any::<Index>()).prop_map(|(at, which)| Change::Piece(at, which)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Remove(from, to)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Repeat(from, to)),
    ]
}

fn changed(input: &mut Vec<u8>, change: &Change) {
    let place = |index: &Index| index.index(input.len() + 1);
    let range = |from: &Index, to: &Index| {
        let (from, to) = (place(from), place(to));
        // Not much at once.
        from.min(to)..from.max(to).min(from.min(to) + 40)
    };
    match change {
        Change::Piece(at, which) => {
            let at = place(at);
            input.splice(at..at, PIECES[which.index(PIECES.len())].bytes());
        }
        Change::Byte(at, byte) => {
            let at = place(at);
            input.splice(at..(at + 1).min(input.len()), [*byte]);
        }
        Change::Remove(from, to) => drop(input.drain(range(from, to))),
        Change::Repeat(from, to) => {
            let range = range(from, to);
            let copy = input[range.clone()].to_vec();
            input.splice(range.end..range.end, copy);
        }
    }
}

/// An input made from one of the seeds, behind bytes that the body may take for itself.
fn input(seeds: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let head = proptest::collection::vec(any::<u8>(), 0..7);
    let changes = proptest::collection::vec(change(), 0..12);
    (head, any::<Index>(), changes).prop_map(|(head, seed, changes)| {
        let mut text = seeds[seed.index(seeds.len())].as_bytes().to_vec();
        changes.iter().for_each(|change| changed(&mut text, change));
        [head, text].concat()
    })
}

fn run(name: &str) {
    let (_, body, seeds) = ALL.iter().find(|(known, ..)| *known == name).expect("a body");
    let seconds = std::env::var("SCORESYNC_FUZZ").ok().map(|seconds| seconds.parse().expect("a number of seconds"));
    let (start, mut cases) = (Instant::now(), 0);
    loop {
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let tried = runner.run(&input(seeds), |input| {
            let start = cpu_time();
            catch_unwind(AssertUnwindSafe(|| body(&input)))
                .map_err(|_| TestCaseError::fail(format!("{:?}", String::from_utf8_lossy(&input))))?;
            let took = cpu_time() - start;
            assert!(took < PATIENCE, "{:?} takes {took:?}", String::from_utf8_lossy(&input));
            Ok(())
        });
        tried.unwrap_or_else(|error| panic!("{name}: {error}"));
        cases += CASES;
        if seconds.is_none_or(|seconds| start.elapsed() >= Duration::from_secs(seconds)) {
            break;
        }
    }
    told(name, cases, start.elapsed());
}

#[expect(clippy::disallowed_macros, reason = "how much was tried is what the run is for")]
fn told(name: &str, cases: u32, time: Duration) {
    eprintln!("{name}: {cases} inputs in {} s", time.as_secs());
}

macro_rules! properties {
    ($($name:ident),*) => { $(#[test] fn $name() { run(stringify!($name)); })* };
}
properties!(code, guidelines, merge, reply, frames, settings, hook, request);

#[test]
fn every_body_is_a_property_and_a_target() {
    let targets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    for (name, ..) in ALL {
        assert!(targets.join(format!("{name}.rs")).is_file(), "{name} has a target in fuzz");
    }
}
