//! Candidates of a promotion: found, compared with the champion and judged before anybody is asked, then promoted.
//!
//! Two steps, so that a person can look in between: [`candidates`] reads and changes nothing, [`promote`] makes champions of
//! those that were found fit, each only if the champion still is the one that was shown.

use crate::check;
use crate::engine::error::{Attempt, Failure, Halt};
use crate::engine::execute::champion_history::previous_champion;
use crate::engine::execute::promotion::{PromotionRequest, promote_all};
use crate::engine::execute::replace::prune_afterwards;
use crate::engine::execute::run_task::{RunScores, end_left_tasks, shown_as_task};
use crate::engine::locked::Locked;
use crate::engine::observe::champions::belongs_to;
use crate::engine::observe::evidence::{evaluations, settled};
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::observe::versions::{read_versions, version_of};
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::diff::{DocDiff, SideDocs, changed};
use crate::engine::verbs::standings::standings;
use crate::engine::verbs::surroundings::{Surroundings, surroundings};
use crate::model::{
    BrokenScore, Changes, Content, DocKind, Evaluation, Fault, RemoteScore, ScoreId, ScorePaths, ScoreSides, Snapshot, SyncKind,
    Version, VersionId, VersionMeta,
};
use crate::plan::{Evidence, Found, Gate, Shortcoming, SideBySide, Standing};
use crate::remote::{Evaluations, Reads, Remote, RemoteError, RunEnd};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Which version, and what it must have shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PromoteOptions {
    /// This version (id or the start of it) of the one score that is named; otherwise each score's draft.
    pub version: Option<String>,
    /// The champion before the one now.
    pub back: bool,
    /// Also in the place of a champion that does not exist, or that belongs to another score.
    pub force: bool,
    /// What evaluations must show.
    pub gate: Gate,
    /// How long to wait for evaluations that are under way.
    pub wait: Option<Duration>,
}

/// What a promotion would do.
#[derive(Debug)]
pub struct Candidates {
    /// One for each score that has a version to promote, or that is named.
    pub all: Vec<Candidate>,
    /// Scores that were left out have edits, which a push would make drafts of.
    pub edits_wait: bool,
}

/// A version that may become champion.
#[derive(Debug)]
pub struct Candidate {
    /// The score.
    pub score: ScoreId,
    /// Its name.
    pub name: String,
    /// Its scorecard's name.
    pub scorecard: String,
    /// Its files.
    pub paths: ScorePaths,
    /// The champion that it is compared with, and that must still be there.
    pub champion: Option<VersionMeta>,
    /// The version, where there is one.
    pub version: Option<VersionMeta>,
    /// From the champion to the version.
    pub diffs: Vec<DocDiff>,
    /// What the files change against it, where it is what they come from: that would not become champion.
    pub newer_edits: Changes,
    /// What was measured of both; the error is why that is not known.
    pub evaluations: Result<BothEvaluations, RemoteError>,
    /// What else is known of the score, where that was read.
    pub surroundings: Option<Surroundings>,
    /// What is to become of it.
    pub promotion: Promotion,
    /// The champion's id; it must still be that when the version is promoted.
    pub expected: Option<VersionId>,
    back: bool,
    gate: Gate,
}

/// Evaluations of two versions, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BothEvaluations {
    /// Of the champion, if there is one.
    pub champion: Option<Vec<Evaluation>>,
    /// Of the version that may take its place.
    pub candidate: Vec<Evaluation>,
}

impl BothEvaluations {
    fn evidence(&self) -> Evidence<'_> {
        Evidence { champion: self.champion.as_deref(), candidate: &self.candidate }
    }
}

impl Candidate {
    /// It is a score's: standalone documents are never evaluated.
    pub fn is_evaluated(&self) -> bool {
        !SyncKind::of(&self.score).is_standalone()
    }

    /// How the version did beside the champion, where that is known.
    pub fn comparison(&self) -> Option<SideBySide<'_>> {
        let evaluations = self.evaluations.as_ref().ok().filter(|_| self.is_evaluated());
        evaluations.map(|both| self.gate.compare(&both.evidence()))
    }

    fn request(&self) -> Option<PromotionRequest> {
        let next = self.version.as_ref()?.id.clone();
        Some(PromotionRequest { score: self.score.clone(), previous: self.expected.clone(), next, back: self.back })
    }
}

/// What became, or is to become, of a candidate.
#[derive(Debug)]
pub enum Promotion {
    /// It can be promoted.
    Fit,
    /// It is champion now.
    Done,
    /// It was champion already.
    Already,
    /// It could be promoted, and a person said no.
    Declined,
    /// It must not be promoted.
    Refused(NotPromotable),
    /// Somebody made another version champion first: this one.
    Lost(Option<Box<VersionMeta>>),
    /// It could not be read or written.
    Failed(Failure),
}

/// Why a version must not become champion.
#[derive(Clone, Debug, PartialEq)]
pub enum NotPromotable {
    /// The score is gone from Plexus.
    Gone,
    /// The score has no draft of ours.
    NoDraft,
    /// No history tells which champion was before.
    NoPrevious,
    /// The version belongs to this other score.
    OtherScore(ScoreId),
    /// Its code lists feedback items that an optimizer run invalidated.
    ShadowInvalidated,
    /// It would not run.
    Fault(Fault),
    /// The champion is another one than at the last sync.
    ChampionMoved,
    /// The champion cannot be read, so nobody saw what would be replaced.
    BrokenChampion(BrokenScore),
    /// Evaluations do not show what they must.
    Evaluation(Shortcoming),
}

/// What a promotion of `targets` would do. Without a version, scores that have no draft are left out where `targets`
/// does not name them.
pub async fn candidates(session: &mut Session, targets: &Targets, options: &PromoteOptions) -> Result<Candidates, Halt> {
    let Some(remote) = session.remote.clone() else { return Err(Halt::Offline) };
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings)).await?;
    if options.version.is_some() {
        observation.only_score()?;
    }
    let reports: HashMap<ScoreId, ScoreReport> =
        standings(session, &observation)?.scores.into_iter().map(|report| (report.id.clone(), report)).collect();
    let everything = targets.selectors.is_empty();
    let (mut chosen, mut edits_wait) = (Vec::new(), false);
    for (id, sides) in &observation.trees {
        let found = reports.get(id).and_then(|report| report.found.as_deref());
        if everything && draft(sides, found).is_none() && options.version.is_none() && !options.back {
            edits_wait |= reports.get(id).is_some_and(would_become_draft);
            continue;
        }
        chosen.push((id, sides, pick(session, &remote, id, sides, found, options).await?));
    }
    let champions = chosen.iter().filter_map(|(_, sides, _)| Some(&sides.champion()?.id));
    let picked: Vec<VersionId> = chosen.iter().filter_map(|(_, _, pick)| pick.as_ref().ok().cloned()).collect();
    let ids: Vec<VersionId> = champions.chain(&picked).cloned().collect();
    let reads = read_versions(session, &ids).await?;
    if let Some(wait) = options.wait {
        settled(&*remote, &picked, wait, session.config.now).await?;
    }
    // They inform; only a gate depends on evaluations.
    let ids = if picked.is_empty() { Vec::new() } else { ids };
    let told = chosen.iter().filter(|(_, _, pick)| pick.is_ok()).filter_map(|(id, _, _)| {
        let report = reports.get(*id)?;
        let champion = report.champion.as_ref().and_then(|id| reads.get(id)?.as_ref().ok());
        Some((report, champion.map(|version| &version.meta)))
    });
    let told: Vec<_> = told.collect();
    let (evaluations, mut surroundings) =
        tokio::join!(evaluations(&*remote, &ids), surroundings(session, &observation.catalog, &told));
    let mut candidates = Vec::new();
    for (id, sides, pick) in chosen {
        let mut candidate = compared(id, reports.get(id), sides, &reads, options);
        let judged = match pick {
            Ok(version) => {
                let champion = sides.champion().map(|champion| &champion.id);
                candidate.evaluations = of_both(&evaluations, champion, &version);
                candidate.surroundings = surroundings.remove(id);
                let of_draft = reports.get(id).filter(|report| report.base.as_ref() == Some(&version));
                candidate.newer_edits = of_draft.map(|report| report.edits).unwrap_or_default();
                judge(&mut candidate, sides, &version, &reads, options)
            }
            Err(not_promotable) => Ok(Promotion::Refused(not_promotable)),
        };
        candidate.promotion = judged.unwrap_or_else(Promotion::Failed);
        candidates.push(candidate);
    }
    candidates.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
    Ok(Candidates { all: candidates, edits_wait })
}

/// A push of its edits would make a draft.
fn would_become_draft(report: &ScoreReport) -> bool {
    matches!(report.standing, Standing::Modified(_) | Standing::New) && SyncKind::of(&report.id).has_drafts()
}

/// The version of a score that is meant; the error is why there is none.
type Picked = Result<VersionId, NotPromotable>;

/// Which version of a score is meant.
async fn pick(
    session: &Session,
    remote: &Arc<dyn Remote>,
    score: &ScoreId,
    sides: &ScoreSides,
    found: Option<&Found>,
    options: &PromoteOptions,
) -> Result<Picked, Halt> {
    if sides.remote == RemoteScore::Gone {
        return Ok(Err(NotPromotable::Gone));
    }
    if let Some(word) = &options.version {
        return match version_of(session, score, word).await {
            Ok(version) => Ok(Ok(version.meta.id)),
            // A whole id may be one of another score, or too new for the list.
            Err(Halt::NoVersion { matches, .. }) if matches.is_empty() => by_whole_id(session, score, word).await,
            Err(halt) => Err(halt),
        };
    }
    if options.back {
        let Some(champion) = sides.champion().map(|champion| &champion.id) else { return Ok(Err(NotPromotable::NoPrevious)) };
        return Ok(previous_champion(&remote.history(score).await?, champion).ok_or(NotPromotable::NoPrevious));
    }
    Ok(draft(sides, found).cloned().ok_or(NotPromotable::NoDraft))
}

/// The version that the files come from, if it is one that was never promoted: what git brought counts, as in a status.
fn draft<'a>(sides: &'a ScoreSides, found: Option<&'a Found>) -> Option<&'a VersionId> {
    let Some(found) = found else {
        return sides.synced.as_ref().filter(|synced| synced.is_draft()).map(|synced| &synced.base);
    };
    let is_ahead = found.ahead.is_some_and(|versions| versions > 0) || matches!(sides.remote, RemoteScore::Unchampioned(_));
    is_ahead.then_some(&found.version)
}

async fn by_whole_id(session: &Session, score: &ScoreId, word: &str) -> Result<Picked, Halt> {
    let id = VersionId::from(word);
    match read_versions(session, std::slice::from_ref(&id)).await?.remove(&id) {
        Some(Ok(version)) if version.meta.score_id == *score => Ok(Ok(id)),
        Some(Ok(version)) => Ok(Err(NotPromotable::OtherScore(version.meta.score_id))),
        Some(Err(error)) if error.is_unanswered() => Err(error.into()),
        _ => Err(Halt::NoVersion { version: word.to_owned(), matches: Vec::new() }),
    }
}

/// Makes champions of the candidates that are fit; the others stay what they are.
pub async fn promote(session: &mut Locked<'_>, candidates: &mut [Candidate]) -> Result<(), Halt> {
    end_left_tasks(session).await?;
    let fit = candidates.iter().filter(|candidate| matches!(candidate.promotion, Promotion::Fit));
    let requests: Vec<PromotionRequest> = fit.filter_map(Candidate::request).collect();
    let scores = RunScores { promoted: requests.iter().map(|request| request.score.clone()).collect(), ..RunScores::default() };
    let refused = candidates.iter().filter(|one| matches!(one.promotion, Promotion::Refused(_) | Promotion::Failed(_))).count();
    let end = |results: &BTreeMap<ScoreId, Attempt<VersionId>>| {
        let done = results.values().filter(|result| result.is_ok()).count();
        RunEnd::of(done, refused + results.len() - done, refused + scores.promoted.len())
    };
    let promote = async |session: &mut Locked<'_>| promote_all(session, requests).await;
    let mut results = shown_as_task(session, &scores, promote, end).await?;
    let is_any_done = results.values().any(Result::is_ok);
    for candidate in candidates {
        let Some(result) = results.remove(&candidate.score) else { continue };
        candidate.promotion = match result {
            Ok(_) => Promotion::Done,
            Err(Failure::NotPromoted { winner, .. }) => Promotion::Lost(winner),
            Err(failure) => Promotion::Failed(failure),
        };
    }
    if is_any_done {
        prune_afterwards(session);
    }
    Ok(())
}

fn of_both(
    evaluations: &Result<Evaluations, RemoteError>,
    champion: Option<&VersionId>,
    version: &VersionId,
) -> Result<BothEvaluations, RemoteError> {
    let known = evaluations.as_ref().map_err(Clone::clone)?;
    let of = |id: &VersionId| known.get(id).cloned().unwrap_or(Ok(Vec::new()));
    Ok(BothEvaluations { champion: champion.map(of).transpose()?, candidate: of(version)? })
}

fn compared(
    id: &ScoreId,
    report: Option<&ScoreReport>,
    sides: &ScoreSides,
    reads: &Reads,
    options: &PromoteOptions,
) -> Candidate {
    let champion = sides.champion().map(|champion| &champion.id).and_then(|id| reads.get(id)).and_then(|read| read.as_ref().ok());
    let champion = champion.filter(|version| version.meta.score_id == *id);
    Candidate {
        score: id.clone(),
        name: report.map(|report| report.name.to_string()).unwrap_or_default(),
        scorecard: report.map(|report| report.scorecard.to_string()).unwrap_or_default(),
        paths: sides.paths.clone(),
        champion: champion.map(|version| version.meta.clone()),
        version: None,
        diffs: Vec::new(),
        newer_edits: Changes::default(),
        evaluations: Ok(BothEvaluations::default()),
        surroundings: None,
        promotion: Promotion::Fit,
        expected: expected(sides),
        back: options.back,
        // Only scores are evaluated.
        gate: if SyncKind::of(id).is_standalone() { Gate::default() } else { options.gate },
    }
}

/// The champion that is to be replaced, also where it is no version of this score.
fn expected(sides: &ScoreSides) -> Option<VersionId> {
    match &sides.remote {
        RemoteScore::Champion(champion, _) => Some(champion.id.clone()),
        RemoteScore::Broken(why) => why.lost_champion().cloned(),
        _ => None,
    }
}

/// Fills in what can be said of the version, and decides.
fn judge(
    candidate: &mut Candidate,
    sides: &ScoreSides,
    id: &VersionId,
    reads: &Reads,
    options: &PromoteOptions,
) -> Result<Promotion, Failure> {
    let read = |id: &VersionId| match reads.get(id) {
        Some(Ok(version)) => Ok(version.clone()),
        Some(Err(error)) => Err(Failure::Remote(error.clone())),
        None => Err(Failure::UnreadVersion(id.clone())),
    };
    let version = read(id)?;
    let broken = broken_champion(&candidate.score, sides, reads);
    let champion = sides.champion().filter(|_| broken.is_none()).map(|champion| read(&champion.id)).transpose()?;
    candidate.diffs = changed(
        &candidate.score,
        &candidate.name,
        sides,
        &SideDocs::of(champion.as_ref().map_or_else(nothing, |champion| named("champion", champion))),
        &SideDocs::of(named("version", &version)),
        None,
    );
    let not_promotable = not_promotable(sides, broken, &version, options);
    candidate.version = Some(version.meta);
    if sides.champion().map(|champion| &champion.id) == Some(id) {
        return Ok(Promotion::Already);
    }
    if let Some(why) = not_promotable {
        return Ok(Promotion::Refused(why));
    }
    let shown = match &candidate.evaluations {
        Ok(both) => candidate.gate.judge(&both.evidence()),
        Err(error) if candidate.gate.asks_for_evaluation() => return Err(Failure::Remote(error.clone())),
        Err(_) => Ok(()),
    };
    Ok(shown.map_or_else(|why| Promotion::Refused(NotPromotable::Evaluation(why)), |()| Promotion::Fit))
}

fn named(what: &str, version: &Version) -> (String, Snapshot) {
    (format!("{what} {}", version.meta.id.short()), version.docs.clone())
}

fn nothing() -> (String, Snapshot) {
    ("no champion".to_owned(), Snapshot { code: Content::of(DocKind::Code, ""), guidelines: None })
}

/// Why the champion is no version of its score, or cannot be read.
fn broken_champion(score: &ScoreId, sides: &ScoreSides, reads: &Reads) -> Option<BrokenScore> {
    if let RemoteScore::Broken(why) = &sides.remote {
        return Some(why.clone());
    }
    let id = &sides.champion()?.id;
    belongs_to(score, id, reads.get(id)?).err().filter(|why| why.lost_champion().is_some())
}

fn not_promotable(
    sides: &ScoreSides,
    broken: Option<BrokenScore>,
    version: &Version,
    options: &PromoteOptions,
) -> Option<NotPromotable> {
    let code = version.docs.code.text.as_deref().unwrap_or_default();
    let is_broken = broken.is_some();
    if let Some(why) = broken
        && (!options.force || why.lost_champion().is_none())
    {
        return Some(NotPromotable::BrokenChampion(why));
    }
    let moved = !is_broken
        && sides.synced.as_ref().is_some_and(|synced| synced.champion.as_ref() != sides.champion().map(|champion| &champion.id));
    if moved && !options.back {
        return Some(NotPromotable::ChampionMoved);
    }
    if check::is_shadow_invalidated(code) {
        return Some(NotPromotable::ShadowInvalidated);
    }
    check::unpushable(version.docs.code.kind, code).map(NotPromotable::Fault)
}
