//! Many worlds at once, and a short trace of each that breaks a law.

use super::script::Script;
use super::shrink::shrunk;
use super::{Broken, Desks, Tally, live, live_at};
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

/// One world in so many is lived at desks that are new.
const AT_NEW_DESKS_ONE_IN: u64 = 10;

/// More failures are not looked for.
const ENOUGH: usize = 4;

/// A world that broke a law, with as few steps as were found.
pub struct Failure {
    pub script: Script,
    pub broken: Broken,
    pub trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { script, broken, trace } = self;
        writeln!(f, "{script}\nbreaks: {broken}\n{}", trace.join("\n"))
    }
}

/// Lives the worlds of these seeds on all processors, until there are enough failures or it is `until`.
pub fn many(seeds: Range<u64>, until: Option<Instant>) -> (Tally, Vec<Failure>) {
    let (next, all, failures) = (AtomicU64::new(seeds.start), Mutex::new(Tally::default()), Mutex::new(Vec::new()));
    let work = || {
        let (mut tally, mut desks) = (Tally::default(), Desks::default());
        let is_over = || until.is_some_and(|until| Instant::now() > until) || failures.lock().expect("whole").len() >= ENOUGH;
        while !is_over() {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                break;
            }
            let script = Script::of(seed);
            let life = if seed % AT_NEW_DESKS_ONE_IN == 0 { live(&script) } else { live_at(&mut desks, &script) };
            tally.add(&life.tally);
            if let Err(broken) = life.end {
                failures.lock().expect("whole").extend(shortest(&script, &broken));
            }
        }
        all.lock().expect("whole").add(&tally);
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    (all.into_inner().expect("whole"), failures.into_inner().expect("whole"))
}

fn shortest(script: &Script, first: &Broken) -> Option<Failure> {
    let (script, life) = shrunk(script, live);
    let unsteady =
        || Broken { law: "the same seed makes the same trace", what: format!("it broke this, and did not again: {first}") };
    let broken = life.end.err().unwrap_or_else(unsteady);
    Some(Failure { script, broken, trace: life.trace })
}
