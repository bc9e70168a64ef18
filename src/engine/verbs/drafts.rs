//! Drafts of others: versions that somebody made from the champion and did not promote.
//!
//! The catalog does not have them, and a status is one request. So they are read where it costs little or is asked for, and
//! remembered with the time: a status tells what was last heard (ADR 0010).

use crate::engine::error::Halt;
use crate::engine::report::{Report, ScoreReport};
use crate::engine::session::Session;
use crate::model::{NewerDrafts, ScoreId, SyncKind, VersionMeta};
use crate::plan::{Standing, newer_drafts};
use crate::remote::Histories;
use crate::state::ReadDrafts;

/// A pull asks about up to so many scores by itself: two requests.
pub(in crate::engine) const FEW: usize = 100;

/// Versions of a score that are looked at, the newest.
pub(in crate::engine) const NEWEST: usize = 50;

/// After a pull of a few scores: remembers who made what since. Without that the pull is as good.
pub(in crate::engine) async fn hear_of_drafts(session: &mut Session, report: &mut Report) -> Result<(), Halt> {
    let count = report.scores.len() + report.unlisted_clean + report.unlisted_empty;
    if let Some(remote) = session.remote.clone().filter(|_| count <= FEW && !report.interrupted) {
        let with_drafts = report.scores.iter().filter(|score| SyncKind::of(&score.id).has_drafts());
        let ids: Vec<ScoreId> = with_drafts.map(|score| score.id.clone()).collect();
        if let Ok(histories) = remote.newest(&ids, NEWEST).await {
            remember_drafts(session, &mut report.scores, &histories)?;
        }
    }
    tell_drafts(session, report)
}

/// Remembers the drafts among the versions that were read, and puts them into the reports.
pub(in crate::engine) fn remember_drafts(
    session: &mut Session,
    scores: &mut [ScoreReport],
    histories: &Histories,
) -> Result<(), Halt> {
    let read_at = (session.config.now)();
    let before = session.state.drafts_of(&histories.keys().collect())?;
    let mut found: Vec<(ScoreId, ReadDrafts)> = Vec::new();
    for score in scores {
        let Some(Ok(history)) = histories.get(&score.id) else { continue };
        let versions = drafts_of(score, history);
        score.drafts = Some(Box::new(NewerDrafts { versions: versions.clone(), heard_at: None }));
        if !versions.is_empty() || before.contains_key(&score.id) {
            found.push((score.id.clone(), ReadDrafts { read_at, champion: score.champion.clone(), versions }));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    Ok(session.state.transaction(|tx| found.iter().try_for_each(|(id, drafts)| tx.set_drafts(id, drafts)))?)
}

/// Puts what was heard earlier into the report, for scores that were not asked about now.
pub(in crate::engine) fn tell_drafts(session: &Session, report: &mut Report) -> Result<(), Halt> {
    let not_asked = report.scores.iter().filter(|score| score.drafts.is_none()).map(|score| &score.id).collect();
    let mut heard = session.state.drafts_of(&not_asked)?;
    for score in report.scores.iter_mut().filter(|score| score.drafts.is_none()) {
        let Some(read) = heard.remove(&score.id) else { continue };
        // Of another champion it is not known whether they were made from it.
        let is_known =
            read.champion == score.champion || read.versions.iter().any(|meta| Some(&meta.id) == score.champion.as_ref());
        if is_known {
            let drafts = NewerDrafts { versions: drafts_of(score, &read.versions), heard_at: Some(read.read_at) };
            score.drafts = Some(Box::new(drafts));
        }
    }
    Ok(())
}

fn drafts_of(score: &ScoreReport, history: &[VersionMeta]) -> Vec<VersionMeta> {
    // Nothing can be made of the drafts of a score that is gone.
    if !SyncKind::of(&score.id).has_drafts() || matches!(score.standing, Standing::GoneRemotely { .. }) {
        return Vec::new();
    }
    newer_drafts(history, score.champion.as_ref(), score.base.as_ref()).into_iter().cloned().collect()
}
