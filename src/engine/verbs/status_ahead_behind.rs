//! What a status tells beyond standings: how far behind, what is not promoted, who else started from the same place.
//!
//! Asks only about scores whose base is not the champion, all of them in few requests; a status of clean or merely edited
//! scores asks nothing here.

use crate::engine::error::Halt;
use crate::engine::report::{Report, ScoreReport};
use crate::engine::session::Session;
use crate::model::ScoreId;
use crate::plan::{Standing, ahead_behind};

/// Versions of a score that are looked at, the newest.
const NEWEST: usize = 50;

/// Adds the news to the scores that have any. Without them a status is still true: a history that cannot be read is
/// left out.
pub(in crate::engine) async fn add_ahead_behind(session: &Session, report: &mut Report) -> Result<(), Halt> {
    let Some(remote) = &session.remote else { return Ok(()) };
    let ids: Vec<ScoreId> = report.scores.iter().filter(|score| has_ahead_behind(score)).map(|score| score.id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut histories = remote.newest(&ids, NEWEST).await?;
    for score in &mut report.scores {
        if let (Some(Ok(history)), Some(base)) = (histories.remove(&score.id), &score.base) {
            score.ahead_behind = Some(ahead_behind(&history, base, score.champion.as_ref(), score.edits.any()));
        }
    }
    Ok(())
}

fn has_ahead_behind(score: &ScoreReport) -> bool {
    let stands = matches!(
        score.standing,
        Standing::Ahead | Standing::Behind(_) | Standing::Diverged { .. } | Standing::Modified(_) | Standing::UnknownBase
    );
    stands && score.base.is_some() && score.base != score.champion
}
