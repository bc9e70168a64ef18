//! An hour of two people, compressed: an editor saves in every style, a dashboard promotes, lines are cut, the registry
//! restarts, git checks out another branch and comes back. In the end everything agrees and nothing that was saved is lost.
//!
//! The script acts between the turns of the watcher, which runs on the same thread: what an editor saves in one go is one
//! edit however slow the machine is. Everything else is waited for.

mod ledger;
mod script;
mod watcher;

use crate::support::seeds;
use script::Hour;

/// Another seed is another hour.
const SEEDS: std::ops::Range<u64> = 6..7;
/// Turns of the hour; each has a few edits on both sides.
const TURNS: usize = 24;

#[tokio::test]
async fn an_hour_of_two_people_ends_in_agreement_and_loses_nothing() {
    for seed in seeds(SEEDS) {
        tokio::task::LocalSet::new().run_until(an_hour(seed)).await;
    }
}

async fn an_hour(seed: u64) {
    let mut hour = Hour::begin(seed).await;
    for turn in 0..TURNS {
        hour.edit_here().await;
        hour.edit_there().await;
        match turn {
            5 | 15 => hour.cut_the_line(),
            9 | 19 => hour.restart_the_registry().await,
            12 => hour.check_out_and_back().await,
            _ => {}
        }
        hour.pass_a_moment().await;
    }
    hour.settle().await;
    hour.end().await.judge();
}
