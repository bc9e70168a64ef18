//! The worlds of every test run, and what shows that their laws bite.

use super::shrink::shrunk;
use super::*;
use crate::support::seeds;
use std::time::Instant;

/// What fits into the time of a test run; `SCORESYNC_SEEDS=0..100000` lives others.
const SEEDS: std::ops::Range<u64> = 0..1_000;

#[test]
#[expect(clippy::disallowed_macros, reason = "a run prints what it tried")]
fn nothing_is_lost_and_everything_comes_to_rest() {
    let (seeds, began) = (seeds(SEEDS), Instant::now());
    let (tally, failures) = many(seeds.clone(), None);
    eprintln!("seeds {seeds:?} in {:.0?}: {tally}", began.elapsed());
    assert!(failures.is_empty(), "{}", failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

/// Also at desks that other worlds have used, whose state stays open when the program ends.
#[test]
fn the_same_seed_makes_the_same_trace() {
    let mut desks = Desks::default();
    for seed in seeds(0..40).chain([99]) {
        let script = Script::of(seed);
        let (once, again) = (live(&script), live_at(&mut desks, &script));
        assert_eq!(once.trace, again.trace, "seed {seed}");
        assert_eq!((once.end, once.tally), (again.end, again.tally), "seed {seed}");
    }
}

/// Each promise that is broken on purpose is reported by a law within a few worlds, counted from a seed that is near one.
#[test]
fn the_laws_report_what_is_broken_on_purpose() {
    let expected = [
        (Promises::BackupsVanish, 0, "every text is kept"),
        (Promises::BasesVanish, 0, "everything comes to rest"),
        (Promises::IntentsVanish, 740, "promotions are told"),
        (Promises::PromotionsBlind, 410, "promotions are conditional"),
        (Promises::VersionsVanish, 0, "everything comes to rest"),
    ];
    let mut desks = Desks::default();
    for (promises, from, law) in expected {
        let mut live = |seed| live_with(&Script::of(seed), promises, Some(&mut desks));
        let reported = |seed| live(seed).end.is_err_and(|broken| broken.law == law);
        assert!((from..from + 10).any(reported), "{promises:?} is not reported as {law:?}");
    }
}

/// A world that breaks a law is told in the steps that it takes.
#[test]
fn a_failure_is_told_in_few_steps() {
    let breaks = |script: &Script| live_with(script, Promises::BackupsVanish, None);
    let script = Script::of(0);
    let (shorter, life) = shrunk(&script, breaks);
    assert_eq!(life.end.expect_err("it still breaks the law").law, "every text is kept");
    assert!(shorter.steps.len() <= 4, "{shorter}, of {} steps", script.steps.len());
    assert_eq!(shrunk(&script, live).0, script, "a world that keeps the laws stays as it is");
}
