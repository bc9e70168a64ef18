//! What a status tells beyond standings: how far behind, what is not promoted, who else started from the same place.
//!
//! Asks only about scores whose base is not the champion, all of them in few requests; a status of clean or merely edited
//! scores asks nothing here.

use crate::engine::error::Halt;
use crate::engine::report::{Report, ScoreReport};
use crate::engine::session::Session;
use crate::engine::verbs::drafts::{NEWEST, remember_drafts, tell_drafts};
use crate::model::ScoreId;
use crate::plan::{Standing, ahead_behind};

/// Adds the news to the scores that have any, and drafts of others: to those that are asked about, and with `drafts` to all.
/// Without them a status is still true: a history that cannot be read is left out.
pub(in crate::engine) async fn add_ahead_behind(session: &mut Session, report: &mut Report, drafts: bool) -> Result<(), Halt> {
    let asked = report.scores.iter().filter(|score| drafts || has_ahead_behind(score));
    let ids: Vec<ScoreId> = asked.map(|score| score.id.clone()).collect();
    let Some(remote) = session.remote.clone().filter(|_| !ids.is_empty()) else { return tell_drafts(session, report) };
    let histories = remote.newest(&ids, NEWEST).await?;
    remember_drafts(session, &mut report.scores, &histories)?;
    for score in report.scores.iter_mut().filter(|score| has_ahead_behind(score)) {
        if let (Some(Ok(history)), Some(base)) = (histories.get(&score.id), &score.base) {
            let around = ahead_behind(history, base, score.champion.as_ref(), score.edits.any());
            score.ahead_behind = Some(Box::new(around));
        }
    }
    tell_drafts(session, report)
}

fn has_ahead_behind(score: &ScoreReport) -> bool {
    let stands = matches!(
        score.standing,
        Standing::Ahead | Standing::Behind(_) | Standing::Diverged { .. } | Standing::Modified(_) | Standing::UnknownBase
    );
    stands && score.base.is_some() && score.base != score.champion
}
