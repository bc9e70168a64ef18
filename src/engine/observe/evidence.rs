//! What was measured of versions: their evaluations, those that may speak for them in full.

use crate::model::{Evaluation, VersionId};
use crate::remote::{Evaluations, Remote, RemoteError};
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Evaluations of one version that are read in full: the newest that may speak for it. One of them can be large.
const IN_FULL: usize = 3;
/// How often is looked whether an evaluation came to its end.
const LOOK: Duration = Duration::from_secs(5);

/// Evaluations of versions, newest first. Those whose large fields cannot be read come without them.
pub(in crate::engine) async fn evaluations(remote: &dyn Remote, versions: &[VersionId]) -> Result<Evaluations, RemoteError> {
    if versions.is_empty() {
        return Ok(Evaluations::new());
    }
    let mut found = remote.evaluations(versions).await?;
    let ids: Vec<String> = found.values_mut().flatten().flat_map(|all| in_full(all)).map(|one| one.id.clone()).collect();
    if !ids.is_empty() {
        let mut details = remote.evaluation_details(&ids).await.unwrap_or_default();
        for evaluation in found.values_mut().flatten().flat_map(|all| in_full(all)) {
            evaluation.details = details.remove(&evaluation.id).and_then(Result::ok);
        }
    }
    Ok(found)
}

fn in_full(all: &mut [Evaluation]) -> impl Iterator<Item = &mut Evaluation> {
    all.iter_mut().filter(|evaluation| evaluation.may_speak()).take(IN_FULL)
}

/// Waits until no evaluation of these versions is under way, at most so long.
pub(in crate::engine) async fn settled(
    remote: &dyn Remote,
    versions: &[VersionId],
    at_most: Duration,
    now: fn() -> Timestamp,
) -> Result<(), RemoteError> {
    let end = Instant::now() + at_most;
    loop {
        let found = remote.evaluations(versions).await?;
        let is_running = found.values().flatten().flatten().any(|evaluation| evaluation.is_running(now()));
        if !is_running || Instant::now() >= end {
            return Ok(());
        }
        sleep(LOOK.min(end - Instant::now())).await;
    }
}
