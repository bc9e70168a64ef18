//! `status`: how every selected score stands.

use crate::engine::error::Halt;
use crate::engine::observe::foreign::foreign;
use crate::engine::observe::indexing::keep_index;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, Observation, ObserveRequest};
use crate::engine::planned::ask_guards;
use crate::engine::report::{Outcome, Report, ScoreReport, Warning};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::standings::standings;
use crate::engine::verbs::status_ahead_behind::add_ahead_behind;
use crate::engine::verbs::unfinished::unfinished;
use crate::model::{Calm, ScoreId, SyncedScore};
use crate::plan::Standing;
use std::collections::HashMap;

/// How every selected score stands. Writes nothing but the state's caches. Unless `every` score is asked for, clean
/// ones may be counted instead of listed. Drafts of others are told as they were last heard of.
pub async fn status(session: &mut Session, targets: &Targets, every: bool) -> Result<Report, Halt> {
    status_and_drafts(session, targets, every, 0).await
}

/// The same, asking for drafts of others if no more than `most` scores are selected: a request for every fifty of them.
pub async fn status_and_drafts(session: &mut Session, targets: &Targets, every: bool, most: usize) -> Result<Report, Halt> {
    let asks_all = session.remote.is_some() && !session.state.has_more_scores_than(most)?;
    let request = ObserveRequest::of(targets, Depth::Standings).by_last_names().only_moved(!every && !asks_all);
    let observation = observe(session, request).await?;
    ask_guards(session, &observation)?;
    let mut report = standings(session, &observation)?;
    if *targets == Targets::default() {
        let (folders, files) = foreign(session, &observation);
        report.foreign = folders;
        report.unknown.extend(files);
    }
    report.warnings.extend(unfinished(session)?.into_iter().map(Warning::Unfinished));
    let asks = report.scores.len() + report.unlisted_clean + report.unlisted_empty <= most;
    add_ahead_behind(session, &mut report, asks).await?;
    if *targets == Targets::default() && session.config.scorecards.is_empty() && report.unreadable.is_empty() {
        let calm = calm_scores(session, &report, &observation)?;
        keep_index(session, &observation, |id| calm.get(id).copied())?;
    }
    session.state.settle_moved()?;
    Ok(report)
}

/// The scores of which nothing more is to be told than that they are there, or edited.
fn calm_scores(session: &Session, report: &Report, observation: &Observation) -> Result<HashMap<ScoreId, Calm>, Halt> {
    let conflicts = session.state.conflicting()?;
    let is_edit = |score: &ScoreReport| is_plain_edit(score, observation);
    let calm = report.scores.iter().filter(|score| !conflicts.contains(&score.id));
    Ok(calm.filter_map(|score| Some((score.id.clone(), calm_of(score, is_edit)?))).collect())
}

fn calm_of(score: &ScoreReport, is_edit: impl Fn(&ScoreReport) -> bool) -> Option<Calm> {
    let calm = match score.standing {
        Standing::Clean => Calm::Clean,
        Standing::Empty => Calm::Empty,
        Standing::Modified(_) if is_edit(score) => Calm::Edited,
        _ => return None,
    };
    (score.is_all_told() && matches!(score.outcome, Outcome::Untouched)).then_some(calm)
}

/// The files are edits of the champion, not only written in another way, and git has nothing to do with them.
fn is_plain_edit(score: &ScoreReport, observation: &Observation) -> bool {
    let sides = &observation.trees[&score.id];
    let is_whole = |synced: &SyncedScore| !synced.is_draft() && sides.local.changes_from(&synced.docs) == score.edits;
    let says_nothing = score.fault.is_none() && score.found.is_none() && score.renamed.is_none();
    says_nothing && observation.git.edits.contains(&score.id) && sides.synced.as_ref().is_some_and(is_whole)
}
