//! `eval`: what was measured of the versions of scores.

use crate::engine::error::Halt;
use crate::engine::observe::evidence::evaluations;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::observe::versions::version_of;
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::standings::{only_scores, standings};
use crate::model::{Evaluation, VersionId, VersionMeta};
use crate::plan::{Evidence, Gate, SideBySide};
use crate::remote::{EvaluatedAnswer, Evaluations, Records, Remote, RemoteError};
use std::collections::HashMap;

/// Versions of one score that are looked at: the newest, with champion and base.
const VERSIONS: usize = 25;

/// A score with what was measured of its versions.
#[derive(Debug)]
pub struct ScoreEvaluations {
    /// The score.
    pub score: ScoreReport,
    /// The champion first, then the version in question, then others, the newest first.
    pub versions: Vec<EvaluatedVersion>,
    /// Which evaluations count.
    pub gate: Gate,
    /// What the version in question answered wrongly, where that was asked for.
    pub misjudged: Option<Result<Misjudged, RemoteError>>,
}

/// Wrong answers of an evaluation.
#[derive(Debug)]
pub struct Misjudged {
    /// The wrong answers, by what was said and by item.
    pub answers: Vec<EvaluatedAnswer>,
    /// All answers were read.
    pub complete: bool,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct EvalOptions {
    /// This version (id or the start of it) of the one score that is named.
    pub version: Option<String>,
    /// With the answers of that version that were wrong.
    pub misjudged: bool,
    /// And why they were given.
    pub explanations: bool,
    /// What evaluations must show, which says what counts.
    pub gate: Gate,
}

/// A version with what was measured of it.
#[derive(Debug)]
pub struct EvaluatedVersion {
    /// Identity.
    pub id: VersionId,
    /// Who made it, and when, where that was read.
    pub meta: Option<VersionMeta>,
    /// What it is to the score.
    pub role: VersionRole,
    /// Newest first; the error is why they are not known.
    pub evaluations: Result<Vec<Evaluation>, RemoteError>,
}

/// What a version is to its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionRole {
    /// What the score runs.
    Champion,
    /// What may take its place: the draft of this workspace, or the version that was named.
    Candidate,
    /// Another one.
    Other,
}

impl ScoreEvaluations {
    /// How the version in question did beside the champion, if there is one and both are known.
    pub fn comparison(&self) -> Option<SideBySide<'_>> {
        let of = |role: VersionRole| self.versions.iter().find(|version| version.role == role);
        let candidate = of(VersionRole::Candidate)?.evaluations.as_deref().ok()?;
        let champion = match of(VersionRole::Champion) {
            Some(version) => Some(version.evaluations.as_deref().ok()?),
            None => None,
        };
        Some(self.gate.compare(&Evidence { champion, candidate }))
    }

    /// The evaluation that speaks for the version in question, or for the champion where that is what was named.
    pub fn shown(&self) -> Option<&Evaluation> {
        match self.comparison() {
            Some(comparison) => comparison.candidate,
            None => self.versions.first()?.evaluations.as_ref().ok()?.iter().find(|one| one.speaks().is_ok()),
        }
    }
}

/// Evaluations of champions and drafts; of one score that is named also those of its newest versions, or of the version that
/// is asked for.
///
/// # Errors
/// Offline; nothing matches what is named; the dashboard cannot be asked.
pub async fn eval(session: &mut Session, targets: &Targets, options: &EvalOptions) -> Result<Vec<ScoreEvaluations>, Halt> {
    let version = options.version.as_deref();
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings)).await?;
    if version.is_some() {
        observation.only_score()?;
    }
    let reports = only_scores(standings(session, &observation)?.scores)?;
    let is_one = reports.len() == 1 && !targets.selectors.is_empty();
    let mut chosen = Vec::new();
    for score in reports {
        let versions = match version {
            Some(word) => named(session, &score, word).await?,
            None if is_one => newest(&*remote, &score).await?,
            None => both(&score).collect(),
        };
        chosen.push((score, versions));
    }
    let ids: Vec<VersionId> = chosen.iter().flat_map(|(_, versions)| versions.iter().map(|version| version.id.clone())).collect();
    let found = evaluations(&*remote, &ids).await?;
    let told = chosen.into_iter().map(|(score, versions)| {
        let versions = filled(versions, &found);
        ScoreEvaluations { score, versions, gate: options.gate, misjudged: None }
    });
    let mut told: Vec<ScoreEvaluations> = told.collect();
    if let (true, [score], Some(records)) = (options.misjudged, &mut told[..], &session.records) {
        score.misjudged = match score.shown().map(|evaluation| evaluation.id.clone()) {
            Some(evaluation) => Some(misjudged(records, &evaluation, &score.score.name, options.explanations).await),
            None => None,
        };
    }
    Ok(told)
}

async fn misjudged(records: &Records, evaluation: &str, score: &str, explanations: bool) -> Result<Misjudged, RemoteError> {
    let (mut answers, complete) = records.evaluated_answers(evaluation, score, explanations).await?;
    answers.retain(|answer| answer.said != answer.should_be);
    answers.sort_by(|a, b| (&a.said, &a.should_be, &a.item_id).cmp(&(&b.said, &b.should_be, &b.item_id)));
    Ok(Misjudged { answers, complete })
}

fn evaluated(score: &ScoreReport, id: &VersionId, meta: Option<VersionMeta>) -> EvaluatedVersion {
    let role = match Some(id) {
        id if id == score.champion.as_ref() => VersionRole::Champion,
        id if id == score.base.as_ref() => VersionRole::Candidate,
        _ => VersionRole::Other,
    };
    EvaluatedVersion { id: id.clone(), meta, role, evaluations: Ok(Vec::new()) }
}

/// The champion, and the draft that the files come from.
fn both(score: &ScoreReport) -> impl Iterator<Item = EvaluatedVersion> {
    let draft = score.base.iter().filter(|base| Some(*base) != score.champion.as_ref());
    score.champion.iter().chain(draft).map(|id| evaluated(score, id, None))
}

async fn named(session: &Session, score: &ScoreReport, word: &str) -> Result<Vec<EvaluatedVersion>, Halt> {
    let version = version_of(session, &score.id, word).await?;
    let mut named = evaluated(score, &version.meta.id, Some(version.meta.clone()));
    if named.role == VersionRole::Champion {
        return Ok(vec![named]);
    }
    named.role = VersionRole::Candidate;
    Ok(score.champion.iter().map(|id| evaluated(score, id, None)).chain([named]).collect())
}

async fn newest(remote: &dyn Remote, score: &ScoreReport) -> Result<Vec<EvaluatedVersion>, Halt> {
    let list = remote.newest(std::slice::from_ref(&score.id), VERSIONS).await?.remove(&score.id).unwrap_or(Ok(Vec::new()))?;
    let mut metas: HashMap<VersionId, VersionMeta> = list.iter().map(|meta| (meta.id.clone(), meta.clone())).collect();
    let mut versions: Vec<EvaluatedVersion> = both(score).collect();
    for version in &mut versions {
        version.meta = metas.remove(&version.id);
    }
    let others = list.into_iter().filter(|meta| metas.contains_key(&meta.id));
    versions.extend(others.map(|meta| evaluated(score, &meta.id.clone(), Some(meta))));
    Ok(versions)
}

/// The versions with what was found of them; others than champion and candidate only where something was.
fn filled(versions: Vec<EvaluatedVersion>, found: &Evaluations) -> Vec<EvaluatedVersion> {
    let fill = |version: EvaluatedVersion| {
        let evaluations = found.get(&version.id).cloned().unwrap_or(Ok(Vec::new()));
        EvaluatedVersion { evaluations, ..version }
    };
    let is_told = |version: &EvaluatedVersion| {
        version.role != VersionRole::Other || version.evaluations.as_ref().is_ok_and(|all| !all.is_empty())
    };
    versions.into_iter().map(fill).filter(is_told).collect()
}
