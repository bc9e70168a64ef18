//! `sync` that a person stops: it tells what it did, and what is left to do.

use crate::moves::{edit, of, pulled};
use crate::support::locked;
use scoresync::engine::{Action, Outcome, PullOptions, PushOptions, Targets, sync};
use scoresync::model::{Progress, Stage};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Somebody who stops a run once it writes.
struct Stop(CancellationToken);

impl Progress for Stop {
    fn step(&self, stage: Stage, _: usize, _: usize) {
        if stage == Stage::Writing {
            self.0.cancel();
        }
    }
}

#[tokio::test]
async fn one_that_is_stopped_between_its_halves_tells_what_is_left_to_push() {
    let (remote, desk) = pulled(3).await;
    edit(&desk, "Score 0");
    let other = "score-1".into();
    let newer = remote.save(&other, Some(&"dashboard-2".into()), "key: newer, of score 1\n", Some("- newer, of score 1\n"));
    remote.promote(&other, Some(&newer));
    let session = desk.session(remote.clone());
    let stop = Arc::new(Stop(session.cancellation()));
    let (targets, options) = (Targets::default(), PushOptions::default());
    let mut session = session.with_progress(stop);
    let report = sync(&mut locked(&mut session), &targets, PullOptions::default(), &options).await.expect("stops");
    assert!(report.interrupted);
    assert!(matches!(of(&report, "score-1").outcome, Outcome::Done(Action::Pulled { .. })), "{report:?}");
    assert!(matches!(of(&report, "score-0").outcome, Outcome::Planned(Action::Pushed { .. })), "{report:?}");
    assert!(matches!(of(&report, "score-2").outcome, Outcome::Untouched), "{report:?}");
    assert_eq!(remote.all_versions().len(), 4, "nothing is sent any more");
    drop(session);
    let mut again = desk.session(remote.clone());
    let report = sync(&mut locked(&mut again), &targets, PullOptions::default(), &options).await.expect("runs");
    assert!(matches!(of(&report, "score-0").outcome, Outcome::Done(Action::Pushed { .. })), "{report:?}");
}
