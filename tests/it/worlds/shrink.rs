//! From a world that breaks a law to a shorter one that breaks the same law.

use super::Life;
use super::script::{Script, Step};

/// Worlds that are tried at most.
const TRIES: usize = 600;

/// Leaves out steps as long as the same law is broken when it is lived; what became of the last such world.
pub fn shrunk(script: &Script, live: impl Fn(&Script) -> Life) -> (Script, Life) {
    let (mut script, mut life) = (script.clone(), live(script));
    let Err(broken) = life.end.clone() else { return (script, life) };
    let (mut chunk, mut tries) = (script.steps.len().div_ceil(2), 0);
    while chunk > 0 {
        let mut at = 0;
        while at < script.steps.len() && tries < TRIES {
            tries += 1;
            let shorter = script.with(without(&script.steps, at, chunk));
            let lived = live(&shorter);
            if lived.end.as_ref().is_err_and(|other| other.law == broken.law) {
                (script, life) = (shorter, lived);
            } else {
                at += chunk;
            }
        }
        chunk /= 2;
    }
    (script, life)
}

fn without(steps: &[Step], at: usize, count: usize) -> Vec<Step> {
    let end = (at + count).min(steps.len());
    [&steps[..at], &steps[end..]].concat()
}
