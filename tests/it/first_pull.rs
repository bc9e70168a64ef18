//! The first pull of many scores: portion by portion, each written and recorded while the next one is read.

use crate::support::{Desk, Fault, Faulty, locked, world};
use scoresync::engine::{Outcome, PullOptions, Targets, pull, pull_preview, undo};
use scoresync::model::{Progress, ScoreId, Stage};
use std::sync::{Arc, Mutex};

const SCORES: usize = 600;

#[tokio::test]
async fn a_first_pull_that_dies_is_continued_where_it_was() {
    let (remote, desk) = (world(SCORES), Desk::new());
    // The account, the catalog, two portions; it dies while the third is read.
    let faulty = Faulty::new(remote.clone(), 4, Fault::DieBefore);
    let mut session = desk.session(faulty.clone());
    let died = faulty.run(pull(&mut locked(&mut session), &Targets::default(), PullOptions::default())).await;
    assert!(died.is_none());
    drop(session);
    let written = desk.files().len();
    assert!(written >= 512, "the first portion is there before the last one is read: {written} files");
    let synced = desk.state().load().expect("readable").synced.len();
    assert_eq!(2 * synced, written, "and recorded");

    // The catalog, and two portions for what is missing.
    let rest = Faulty::new(remote.clone(), 3, Fault::Before);
    let report = desk.pull(rest.clone()).await;
    assert!(!rest.was_met(), "nothing is read twice");
    assert_eq!((report.scores.len(), desk.files().len()), (SCORES, 2 * SCORES));
    let pulled = report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(_))).count();
    assert_eq!(pulled, SCORES - synced);
    assert!(desk.pull(remote).await.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)));
}

#[tokio::test]
async fn portions_are_one_run_and_one_report() {
    let (remote, desk) = (world(SCORES), Desk::new());
    let preview =
        pull_preview(&mut desk.session(remote.clone()), &Targets::default(), PullOptions::default()).await.expect("looks");
    assert!(preview.scores.iter().all(|score| matches!(score.outcome, Outcome::Planned(_))) && desk.files().is_empty());
    let report = desk.pull(remote.clone()).await;
    let paths =
        |report: &scoresync::engine::Report| report.scores.iter().map(|score| score.paths.code.clone()).collect::<Vec<_>>();
    assert_eq!((paths(&report), report.interrupted), (paths(&preview), false));
    assert!(report.scores.iter().all(|score| matches!(score.outcome, Outcome::Done(_))));
    assert_eq!(desk.state().runs().expect("readable").len(), 1);
    undo(&mut locked(&mut desk.offline()), None).expect("undone");
    assert_eq!(desk.files().len(), 0);
}

/// How far a run said it was with its files.
#[derive(Default)]
struct Written(Mutex<Vec<(usize, usize)>>);

impl Progress for Written {
    fn step(&self, stage: Stage, done: usize, of: usize) {
        if stage == Stage::Writing {
            self.0.lock().expect("no panic").push((done, of));
        }
    }
}

/// The first one comes in portions, and any other is written in portions.
#[tokio::test]
async fn a_pull_says_how_much_of_all_is_written() {
    let (remote, desk) = (world(300), Desk::new());
    for is_first in [true, false] {
        for id in (0..300).filter(|_| !is_first).map(|n| ScoreId::from(format!("score-{n}"))) {
            let newer = remote.save(&id, None, "key: newer\n", None);
            remote.promote(&id, Some(&newer));
        }
        let written = Arc::new(Written::default());
        let mut session = desk.session(remote.clone()).with_progress(written.clone());
        let report = pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("pulls");
        assert!(report.scores.iter().all(|score| matches!(score.outcome, Outcome::Done(_))));
        let mut told = written.0.lock().expect("no panic").clone();
        told.dedup();
        assert_eq!(told, [(0, 300), (256, 300)], "first {is_first}");
    }
}

/// A dashboard that stops to answer costs what it has not said, and nothing of what it has.
#[tokio::test]
async fn what_was_pulled_before_the_dashboard_went_away_stays() {
    let (remote, desk) = (world(SCORES), Desk::new());
    let faulty = Faulty::new(remote.clone(), 4, Fault::Before);
    let mut session = desk.session(faulty);
    let halted = pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await;
    assert!(halted.is_err());
    drop(session);
    assert_eq!(desk.files().len(), 2 * 512);
    let report = desk.pull(remote).await;
    let pulled = report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(_))).count();
    assert_eq!((pulled, desk.files().len()), (SCORES - 512, 2 * SCORES));
}
