//! What happened to scores: all versions of one as a lineage, or the newest of many. Changes nothing, and reads no contents
//! but those that tell how a score stands.

use crate::engine::error::Halt;
use crate::engine::execute::provenance::commits_of;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, Observation, ObserveRequest};
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::drafts::remember_drafts;
use crate::engine::verbs::standings::standings;
use crate::model::{Changes, Evaluation, LocalDoc, ScoreId, ScoreSides, VersionId, VersionMeta};
use crate::plan::{AheadBehind, Note, Standing, ahead_behind, children_first};
use crate::remote::Histories;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Fewer versions of a score than this do not tell which drafts of others there are.
const ENOUGH: usize = 10;

/// What a log tells.
#[derive(Debug)]
pub enum Log {
    /// The lineage of the one score that was named.
    Score(Box<ScoreLog>),
    /// The newest versions of several scores.
    Scores(ScoresLog),
}

/// The versions of one score.
#[derive(Debug)]
pub struct ScoreLog {
    /// The score, as a status says it.
    pub score: ScoreReport,
    /// The files against the base.
    pub files: FileState,
    /// The versions, children before parents. Offline only those that the state knows.
    pub versions: Vec<LogEntry>,
    /// Older ones that were left out.
    pub older: usize,
    /// Only what the state knows.
    pub offline: bool,
}

/// How the files of a score relate to their base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// There are none, and never were.
    None,
    /// As the base.
    AsBase,
    /// Edited on top of the base.
    Edited(Changes),
    /// Code that says what the base says, written in another way.
    Reformatted,
    /// The code file was deleted.
    Deleted,
    /// It is not known which version they come from.
    Unknown,
    /// They cannot be read.
    Broken,
}

/// A version in the log of its score.
#[derive(Debug)]
pub struct LogEntry {
    /// Which.
    pub id: VersionId,
    /// What is known of it; offline nothing.
    pub meta: Option<VersionMeta>,
    /// The git commit that it was pushed from, or that recorded it, where that is known.
    pub commit: Option<String>,
    /// Where it comes from.
    pub origin: Parentage,
    /// It is the champion.
    pub champion: bool,
    /// The files come from it.
    pub base: bool,
    /// It was champion before.
    pub former_champion: bool,
    /// It is ours (the base, or what that comes from) and was never promoted.
    pub draft: bool,
    /// Somebody else started where our drafts or edits start.
    pub fork: bool,
    /// Its newest evaluation that came to its end, else its newest.
    pub evaluation: Option<Evaluation>,
    /// Versions that were left out just before it.
    pub skipped: usize,
}

/// Where a version comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parentage {
    /// From nothing, or nobody said from what.
    Root,
    /// From this version of the log, further down.
    Listed(VersionId),
    /// From this version, which was left out.
    LeftOut(VersionId),
    /// From something that is no version of this score.
    Foreign(VersionId),
    /// From itself, or from this version further up, which cannot be.
    Circle(VersionId),
    /// Nobody was asked.
    Unknown,
}

/// The newest versions of several scores.
#[derive(Debug)]
pub struct ScoresLog {
    /// Newest first.
    pub versions: Vec<RecentVersion>,
    /// Scores whose versions were looked at.
    pub scores: usize,
    /// What could not be read, as sentences.
    pub unreadable: Vec<String>,
}

/// A version among those of other scores.
#[derive(Debug)]
pub struct RecentVersion {
    /// The score.
    pub score: ScoreId,
    /// Its name.
    pub name: String,
    /// Its scorecard's name.
    pub scorecard: String,
    /// The version.
    pub meta: VersionMeta,
    /// It is the champion now.
    pub champion: bool,
    /// The files come from it.
    pub base: bool,
    /// It was champion before.
    pub former_champion: bool,
    /// It is ours (the base, or what that comes from) and was never promoted.
    pub draft: bool,
}

/// The log of the one score that `targets` names, or of all selected scores; at most `limit` versions, of one score
/// also its champion and its base.
///
/// # Errors
/// Offline only the log of one score can be told.
pub async fn log(session: &mut Session, targets: &Targets, limit: usize) -> Result<Log, Halt> {
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings).by_last_names()).await?;
    let mut reports = standings(session, &observation)?.scores;
    match reports.pop() {
        Some(score) if reports.is_empty() && !targets.selectors.is_empty() => {
            let sides = &observation.trees[&score.id];
            Ok(Log::Score(Box::new(log_score(session, score, sides, limit).await?)))
        }
        last => {
            reports.extend(last);
            Ok(Log::Scores(log_scores(session, &observation, &mut reports, limit).await?))
        }
    }
}

async fn log_score(session: &mut Session, mut score: ScoreReport, sides: &ScoreSides, limit: usize) -> Result<ScoreLog, Halt> {
    let files = files(&score, sides);
    let Some(remote) = session.remote.clone() else {
        let versions = known_offline(&score);
        return Ok(ScoreLog { score, files, versions, older: 0, offline: true });
    };
    let read = Histories::from([(score.id.clone(), Ok(remote.history(&score.id).await?))]);
    remember_drafts(session, std::slice::from_mut(&mut score), &read)?;
    let history = read.into_values().find_map(Result::ok).unwrap_or_default();
    let (mut versions, older) = chosen(&history, &score, limit);
    let ids: Vec<VersionId> = versions.iter().map(|version| version.id.clone()).collect();
    let mut evaluations = if ids.is_empty() { Default::default() } else { remote.evaluations(&ids).await? };
    let mut commits = commits_of(session, versions.iter().filter_map(|version| version.meta.as_ref()));
    for version in &mut versions {
        version.commit = commits.remove(&version.id);
        // A log without an accuracy is better than none.
        version.evaluation = evaluations.remove(&version.id).and_then(Result::ok).and_then(telling);
    }
    Ok(ScoreLog { score, files, versions, older, offline: false })
}

async fn log_scores(
    session: &mut Session,
    observation: &Observation,
    reports: &mut [ScoreReport],
    limit: usize,
) -> Result<ScoresLog, Halt> {
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let ids: Vec<ScoreId> = reports.iter().map(|report| report.id.clone()).collect();
    let histories = remote.newest(&ids, limit).await?;
    if limit >= ENOUGH {
        remember_drafts(session, reports, &histories)?;
    }
    let by_id: HashMap<&ScoreId, &ScoreReport> = reports.iter().map(|report| (&report.id, report)).collect();
    let mut unreadable = observation.unreadable.clone();
    let mut versions = Vec::new();
    for (id, list) in histories {
        let report = by_id[&id];
        match list {
            Ok(list) => versions.extend(happened(report, list)),
            Err(error) => unreadable.push(format!("the versions of {:?}: {error}", report.name)),
        }
    }
    versions.sort_by_key(|version| Reverse(version.meta.created_at));
    versions.truncate(limit);
    Ok(ScoresLog { versions, scores: ids.len(), unreadable })
}

fn happened(report: &ScoreReport, list: Vec<VersionMeta>) -> Vec<RecentVersion> {
    let ahead = around(report, &list).ahead;
    let version = |meta: VersionMeta| {
        let (champion, former_champion) = (report.champion.as_ref() == Some(&meta.id), meta.was_champion());
        RecentVersion {
            score: report.id.clone(),
            name: report.name.to_string(),
            scorecard: report.scorecard.to_string(),
            champion,
            base: report.base.as_ref() == Some(&meta.id),
            former_champion: former_champion && !champion,
            draft: ahead.contains(&meta.id) && !former_champion,
            meta,
        }
    };
    list.into_iter().map(version).collect()
}

/// What a history tells around the version that the files come from.
fn around(score: &ScoreReport, history: &[VersionMeta]) -> AheadBehind {
    let around = |base| ahead_behind(history, base, score.champion.as_ref(), score.edits.any());
    score.base.as_ref().map(around).unwrap_or_default()
}

fn files(score: &ScoreReport, sides: &ScoreSides) -> FileState {
    let local = &sides.local;
    let is_broken = |doc: &LocalDoc| matches!(doc, LocalDoc::Broken(_));
    let is_reformatted = score.standing == Standing::Reformatted || score.notes.contains(&Note::Reformatted);
    match &score.base {
        _ if is_broken(&local.code) || is_broken(&local.guidelines) => FileState::Broken,
        None if local.is_absent() => FileState::None,
        None => FileState::Unknown,
        Some(_) if local.code == LocalDoc::Absent => FileState::Deleted,
        Some(_) if score.edits.any() => FileState::Edited(score.edits),
        Some(_) if is_reformatted => FileState::Reformatted,
        Some(_) => FileState::AsBase,
    }
}

/// Base and champion, which is all that a state remembers.
fn known_offline(score: &ScoreReport) -> Vec<LogEntry> {
    let (champion, base) = (score.champion.as_ref(), score.base.as_ref());
    let ids = base.into_iter().chain(champion.filter(|id| Some(*id) != base));
    ids.map(|id| LogEntry {
        id: id.clone(),
        meta: None,
        commit: None,
        origin: Parentage::Unknown,
        champion: champion == Some(id),
        base: base == Some(id),
        former_champion: false,
        draft: base == Some(id) && champion != Some(id),
        fork: false,
        evaluation: None,
        skipped: 0,
    })
    .collect()
}

/// The newest `limit` versions with champion and base, and how many older ones were left out.
fn chosen(history: &[VersionMeta], score: &ScoreReport, limit: usize) -> (Vec<LogEntry>, usize) {
    let (champion, base) = (score.champion.as_ref(), score.base.as_ref());
    let around = around(score, history);
    let order = children_first(history);
    let places: HashMap<&VersionId, usize> = order.iter().enumerate().map(|(at, meta)| (&meta.id, at)).collect();
    let is_shown = |at: usize| at < limit || [champion, base].contains(&Some(&order[at].id));
    let origin = |at: usize, parent: &VersionId| match places.get(parent) {
        None => Parentage::Foreign(parent.clone()),
        Some(place) if *place <= at => Parentage::Circle(parent.clone()),
        Some(place) if is_shown(*place) => Parentage::Listed(parent.clone()),
        Some(_) => Parentage::LeftOut(parent.clone()),
    };
    let (mut versions, mut skipped) = (Vec::new(), 0);
    for (at, meta) in order.iter().enumerate() {
        if !is_shown(at) {
            skipped += 1;
            continue;
        }
        versions.push(LogEntry {
            id: meta.id.clone(),
            meta: Some((*meta).clone()),
            commit: None,
            origin: meta.parent.as_ref().map_or(Parentage::Root, |parent| origin(at, parent)),
            champion: champion == Some(&meta.id),
            base: base == Some(&meta.id),
            former_champion: champion != Some(&meta.id) && meta.was_champion(),
            draft: around.ahead.contains(&meta.id) && !meta.was_champion(),
            fork: around.forks.iter().any(|fork| fork.id == meta.id),
            evaluation: None,
            skipped: std::mem::take(&mut skipped),
        });
    }
    (versions, skipped)
}

/// The evaluation that says most of its version: `evaluations` are the newest first.
fn telling(mut evaluations: Vec<Evaluation>) -> Option<Evaluation> {
    let at = evaluations.iter().position(|evaluation| evaluation.speaks().is_ok()).unwrap_or(0);
    (!evaluations.is_empty()).then(|| evaluations.swap_remove(at))
}
