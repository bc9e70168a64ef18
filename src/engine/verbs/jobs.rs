//! `jobs`: what Plexus does with scores in the background: tasks, evaluations under way, calls that wait.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::standings::only_scores;
use crate::model::{AccountId, BackgroundTask, RequestBatch, ScoreId, Scorecard, ScorecardId, WaitingCalls};
use crate::remote::{Records, RemoteError, RunningEvaluation};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Tasks that did not change for so long are not looked at.
const TASKS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// And evaluations.
const EVALUATIONS: SignedDuration = SignedDuration::from_hours(24);
/// And calls that wait.
const CALLS: SignedDuration = SignedDuration::from_hours(1);

/// What goes on in the background. Each part may be unknown by itself.
#[derive(Debug)]
pub struct Jobs {
    /// The scores that it is about, with the names of those that jobs are told of.
    pub scores: BTreeMap<ScoreId, ScoreReport>,
    /// Tasks that wait or run, and those that ended lately, the newest first; whether these are all.
    pub tasks: Result<(Vec<BackgroundTask>, bool), RemoteError>,
    /// Evaluations that are under way, the newest first.
    pub evaluations: Result<Vec<RunningEvaluation>, RemoteError>,
    /// Calls that wait to be scored.
    pub waiting: Result<WaitingCalls, RemoteError>,
    /// Batches that are open; none where the dashboard has no batches.
    pub batches: Result<Option<Vec<RequestBatch>>, RemoteError>,
}

impl Jobs {
    /// What could not be read.
    pub fn errors(&self) -> impl Iterator<Item = &RemoteError> {
        let errors = [
            self.tasks.as_ref().err(),
            self.evaluations.as_ref().err(),
            self.waiting.as_ref().err(),
            self.batches.as_ref().err(),
        ];
        errors.into_iter().flatten()
    }
}

/// What goes on for `targets`.
///
/// # Errors
/// Offline; nothing matches what is named; the dashboard cannot be asked.
pub async fn jobs(session: &mut Session, targets: &Targets) -> Result<Jobs, Halt> {
    let Some(records) = session.records.clone() else { return Err(Halt::Offline) };
    let observation = observe(session, ObserveRequest::of(targets, Depth::Ids).by_last_names()).await?;
    let Some(origin) = session.state.origin()? else { return Err(Halt::Offline) };
    let now = (session.config.now)();
    let cards: HashMap<&ScorecardId, &Scorecard> = observation.catalog.scorecards.iter().map(|card| (&card.id, card)).collect();
    let scores: BTreeMap<ScoreId, ScoreReport> =
        only_scores(observation.score_reports())?.into_iter().map(|score| (score.id.clone(), score)).collect();
    let own = observation.catalog.scores.iter().filter(|score| scores.contains_key(&score.id));
    let own_cards: BTreeSet<&ScorecardId> = own.map(|score| &score.scorecard_id).collect();
    let ids: BTreeSet<&ScoreId> = scores.keys().collect();
    let everything = targets.selectors.is_empty() && targets.scorecards.is_empty();
    let (tasks, evaluations, waiting, batches) = tokio::join!(
        tasks(&records, &origin.account_id, &own_cards, now),
        records.running_evaluations(&origin.account_id, &ids, before(now, EVALUATIONS), now),
        waiting(&records, &origin.account_id, &ids, now),
        batches(&records, &ids),
    );
    let tasks = tasks.map(|(mut tasks, complete)| {
        let told = ToldTasks { scores: &scores, cards: own_cards.iter().filter_map(|id| cards.get(id).copied()).collect() };
        tasks.retain(|task| everything || told.holds(task));
        (tasks, complete)
    });
    Ok(Jobs { tasks, evaluations, waiting, batches, scores })
}

/// What runs or waits for scores that are to be promoted. It only informs.
pub(in crate::engine) struct BusyScores {
    tasks: Result<Vec<BackgroundTask>, RemoteError>,
    evaluations: Result<Vec<RunningEvaluation>, RemoteError>,
    waiting: Result<BTreeMap<ScoreId, WaitingCalls>, RemoteError>,
}

/// What is under way for one score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Busy {
    /// Tasks that are about it.
    pub tasks: Vec<BackgroundTask>,
    /// Evaluations of any of its versions.
    pub evaluations: Vec<RunningEvaluation>,
    /// Calls that wait to be scored; whichever version is champion then answers them.
    pub waiting: WaitingCalls,
}

impl BusyScores {
    /// Reads it for the scores of these reports, each with its scorecard.
    pub async fn read(records: &Records, account: &AccountId, scores: &[(&ScoreReport, &ScorecardId)], now: Timestamp) -> Self {
        let ids: BTreeSet<&ScoreId> = scores.iter().map(|(score, _)| &score.id).collect();
        let cards: BTreeSet<&ScorecardId> = scores.iter().map(|(_, card)| *card).collect();
        let (tasks, evaluations, waiting) = tokio::join!(
            tasks(records, account, &cards, now),
            records.running_evaluations(account, &ids, before(now, EVALUATIONS), now),
            records.waiting_calls(account, before(now, CALLS)),
        );
        Self { tasks: tasks.map(|(tasks, _)| tasks), evaluations, waiting }
    }

    /// That of one score.
    pub fn of(&self, score: &ScoreReport) -> Result<Busy, RemoteError> {
        let tasks = self.tasks.as_ref().map_err(Clone::clone)?.iter();
        let evaluations = self.evaluations.as_ref().map_err(Clone::clone)?.iter();
        let waiting = self.waiting.as_ref().map_err(Clone::clone)?.get(&score.id);
        Ok(Busy {
            tasks: tasks.filter(|task| task.is_open() && is_about(task, score)).cloned().collect(),
            evaluations: evaluations.filter(|one| one.score == score.id).cloned().collect(),
            waiting: waiting.cloned().unwrap_or_default(),
        })
    }
}

/// A task is about a score by its id or, as most are, by a name in its metadata.
fn is_about(task: &BackgroundTask, score: &ScoreReport) -> bool {
    let names = [score.id.as_str(), &score.name, &score.key, &score.external_id];
    match (&task.score, &task.named.score) {
        (Some(id), _) => *id == score.id,
        (None, Some(name)) => names.contains(&name.as_str()),
        (None, None) => false,
    }
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::UNIX_EPOCH)
}

async fn tasks(
    records: &Records,
    account: &AccountId,
    cards: &BTreeSet<&ScorecardId>,
    now: Timestamp,
) -> Result<(Vec<BackgroundTask>, bool), RemoteError> {
    let cards: Vec<&ScorecardId> = cards.iter().copied().collect();
    records.tasks(account, &cards, before(now, TASKS)).await
}

async fn waiting(
    records: &Records,
    account: &AccountId,
    scores: &BTreeSet<&ScoreId>,
    now: Timestamp,
) -> Result<WaitingCalls, RemoteError> {
    let all = records.waiting_calls(account, before(now, CALLS)).await?;
    let own = all.iter().filter(|(score, _)| scores.contains(score));
    let none = WaitingCalls { count: 0, complete: true };
    Ok(own
        .fold(none, |sum, (_, calls)| WaitingCalls { count: sum.count + calls.count, complete: sum.complete && calls.complete }))
}

async fn batches(records: &Records, scores: &BTreeSet<&ScoreId>) -> Result<Option<Vec<RequestBatch>>, RemoteError> {
    let scores: Vec<&ScoreId> = scores.iter().copied().collect();
    let batches = records.batches(&scores).await?;
    Ok(batches.map(|batches| batches.into_iter().filter(RequestBatch::is_open).collect()))
}

/// Which tasks are told of.
struct ToldTasks<'a> {
    scores: &'a BTreeMap<ScoreId, ScoreReport>,
    cards: Vec<&'a Scorecard>,
}

impl ToldTasks<'_> {
    /// It is about one of the scores, or about a scorecard and so about all its scores.
    fn holds(&self, task: &BackgroundTask) -> bool {
        if task.score.is_some() || task.named.score.is_some() {
            return self.scores.values().any(|score| is_about(task, score));
        }
        let is_meant = |card: &&Scorecard| {
            let names = [card.id.as_str(), &card.name, &card.key, &card.external_id];
            task.scorecard.as_ref() == Some(&card.id) || task.named.scorecard.as_deref().is_some_and(|name| names.contains(&name))
        };
        self.cards.iter().any(is_meant)
    }
}
