//! `feedback`: how often people left the answers of scores as they were, and which calls they corrected.

use crate::check::classes;
use crate::engine::error::Halt;
use crate::engine::execute::champion_history::time_as_champion;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::observe::versions::{read_versions, version_of};
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::standings::only_scores;
use crate::model::{
    AccountId, FeedbackChange, FeedbackComments, FeedbackFigures, FeedbackItem, ScoreAnswer, ScoreId, ScorecardId, Version,
    VersionId, VersionMeta,
};
use crate::remote::{AnswerKind, AnswerQuery, FeedbackList, FeedbackQuery, Reads, Records, RemoteError};
use jiff::{SignedDuration, Timestamp};
use std::iter::zip;

/// How far back is looked where nothing says since when, in days.
pub const DEFAULT_DAYS: u32 = 30;
/// The most feedback that is read of one score.
pub const MAX_FEEDBACK: usize = 50_000;
/// Scores whose feedback is held at the same time.
const SCORES_AT_ONCE: usize = 48;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct FeedbackOptions {
    /// Of which time; without it since the champion of the one score that is named, or of the last days.
    pub since: Option<FeedbackSince>,
    /// Only calls that were answered as the first and should be the second: `Yes:No`.
    pub cell: Option<String>,
    /// How many corrected calls of a score are listed, the newest.
    pub limit: usize,
    /// With what people wrote.
    pub comments: bool,
    /// Only calls that were answered in the time, and not only looked at.
    pub answered: bool,
    /// With each change that people made, where the dashboard keeps them.
    pub changes: bool,
}

/// Of which time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedbackSince {
    /// Since the champion is champion.
    Champion,
    /// While this version (id or the start of it) was.
    Version(String),
    /// The last days.
    Days(u32),
    /// From a moment, to a moment.
    Dates(Option<Timestamp>, Option<Timestamp>),
    /// All there is.
    All,
}

/// A time in which people looked at calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackPeriod {
    /// Not before; none for all there is.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Timestamp,
    /// Why this one.
    pub reason: PeriodReason,
}

/// Why feedback of this time is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeriodReason {
    /// This version is, or was, champion.
    Champion(VersionId),
    /// Nothing says since when the champion is champion, so it is the last days.
    Unrecorded,
    /// It was asked for.
    Asked,
}

/// A score with what people say of its answers.
#[derive(Debug)]
pub struct ScoreFeedback {
    /// The score.
    pub score: ScoreReport,
    /// Of which time.
    pub period: FeedbackPeriod,
    /// The labels that its champion's code knows, where that was read.
    pub classes: Vec<String>,
    /// What was found; the error is why that is not known.
    pub found: Result<FoundFeedback, RemoteError>,
}

impl ScoreFeedback {
    /// Something that was asked for could not be read.
    pub fn is_incomplete(&self) -> bool {
        self.found.as_ref().map_or(true, |found| found.calls.iter().any(JudgedCall::is_incomplete))
    }
}

/// What people say of the answers of a score.
#[derive(Debug)]
pub struct FoundFeedback {
    /// All figures.
    pub figures: FeedbackFigures,
    /// Everything was read.
    pub complete: bool,
    /// Calls that were asked for, the newest first, and at most so many as were asked for.
    pub calls: Vec<JudgedCall>,
    /// How many there are of them.
    pub matching: usize,
    /// Calls that are left out because they were answered before the time.
    pub answered_before: usize,
}

/// A call that people looked at.
#[derive(Clone, Debug)]
pub struct JudgedCall {
    /// The answers.
    pub feedback: FeedbackItem,
    /// What people wrote, where that was asked for.
    pub comments: Option<Result<FeedbackComments, RemoteError>>,
    /// What the score answered last, where that was asked for.
    pub prediction: Option<Result<Option<ScoreAnswer>, RemoteError>>,
    /// Each change, where that was asked for: of a dashboard that does not keep them, all of them as one.
    pub changes: Option<Result<Vec<FeedbackChange>, RemoteError>>,
}

impl JudgedCall {
    fn is_incomplete(&self) -> bool {
        let Self { comments, prediction, changes, .. } = self;
        matches!(comments, Some(Err(_))) || matches!(prediction, Some(Err(_))) || matches!(changes, Some(Err(_)))
    }
}

/// Scores whose feedback is to be read.
pub struct FeedbackScope {
    scores: Vec<(ScoreReport, ScorecardId)>,
    /// It is the one that was named.
    is_one: bool,
}

impl FeedbackScope {
    /// How many scores there are, each of which takes a request or more.
    pub fn scores(&self) -> usize {
        self.scores.len()
    }
}

/// The scores that `targets` names.
///
/// # Errors
/// Offline; nothing matches what is named; the dashboard cannot be asked.
pub async fn feedback_scope(session: &mut Session, targets: &Targets) -> Result<FeedbackScope, Halt> {
    if session.records.is_none() {
        return Err(Halt::Offline);
    }
    let observation = observe(session, ObserveRequest::of(targets, Depth::Ids).by_last_names()).await?;
    let cards = observation.catalog.scorecard_ids();
    let reports = only_scores(observation.score_reports())?.into_iter();
    let listed = reports.filter_map(|report| cards.get(&report.id).map(|card| (*card).clone()).map(|card| (report, card)));
    let scores: Vec<_> = listed.collect();
    Ok(FeedbackScope { is_one: scores.len() == 1 && !targets.selectors.is_empty(), scores })
}

/// The feedback of all scores of `scope`, in the order of their files.
///
/// # Errors
/// A version is not one of the one score, or was never champion; the dashboard cannot be asked at all.
pub async fn feedback(session: &Session, scope: FeedbackScope, options: &FeedbackOptions) -> Result<Vec<ScoreFeedback>, Halt> {
    let Some(records) = &session.records else { return Err(Halt::Offline) };
    let Some(origin) = session.state.origin()? else { return Err(Halt::Offline) };
    let FeedbackScope { scores, is_one } = scope;
    if !is_one && matches!(options.since, Some(FeedbackSince::Version(_))) {
        return Err(Halt::NotOneScore(scores.into_iter().map(|(score, _)| (score.id, score.paths.code)).collect()));
    }
    let since = options.since.clone().unwrap_or(if is_one { FeedbackSince::Champion } else { FeedbackSince::Days(DEFAULT_DAYS) });
    // All are told of one time.
    let now = (session.config.now)();
    let mut told = Vec::new();
    let mut scores = scores.into_iter().peekable();
    while scores.peek().is_some() {
        let part: Vec<_> = scores.by_ref().take(SCORES_AT_ONCE).collect();
        let champions = if is_one || since == FeedbackSince::Champion { champions(session, &part).await? } else { Reads::new() };
        let mut asked = Vec::new();
        for (score, card) in part {
            let champion = score.champion.as_ref().and_then(|id| champions.get(id)?.as_ref().ok());
            let period = period(session, &score, champion, &since, now).await?;
            let query = query(&origin.account_id, &card, &score.id, &period);
            asked.push((score, period, known_labels(champion), query));
        }
        let queries: Vec<FeedbackQuery> = asked.iter().map(|(_, _, _, query)| query.clone()).collect();
        let lists = records.feedback(&queries, MAX_FEEDBACK).await;
        for ((score, period, classes, _), list) in zip(asked, lists) {
            let found = match list {
                Ok(list) => Ok(examined(records, &score.id, &period, list, options).await),
                Err(error) => Err(error),
            };
            told.push(ScoreFeedback { score, period, classes, found });
        }
    }
    Ok(told)
}

async fn champions(session: &Session, scores: &[(ScoreReport, ScorecardId)]) -> Result<Reads, Halt> {
    let ids: Vec<VersionId> = scores.iter().filter_map(|(score, _)| score.champion.clone()).collect();
    read_versions(session, &ids).await
}

fn known_labels(champion: Option<&Version>) -> Vec<String> {
    let code = champion.and_then(|version| version.docs.code.text.as_deref());
    code.and_then(classes).map(|classes| classes.labels()).unwrap_or_default()
}

async fn period(
    session: &Session,
    report: &ScoreReport,
    champion: Option<&Version>,
    since: &FeedbackSince,
    now: Timestamp,
) -> Result<FeedbackPeriod, Halt> {
    let asked = |from: Option<Timestamp>, to: Timestamp| FeedbackPeriod { from, to, reason: PeriodReason::Asked };
    Ok(match since {
        FeedbackSince::All => asked(None, now),
        FeedbackSince::Days(days) => asked(Some(days_before(now, *days)), now),
        FeedbackSince::Dates(from, to) => asked(Some(from.unwrap_or(Timestamp::UNIX_EPOCH)), to.unwrap_or(now)),
        FeedbackSince::Champion => since_champion(champion.map(|version| &version.meta), now),
        FeedbackSince::Version(word) => {
            let version = version_of(session, &report.id, word).await?.meta;
            let time = time_as_champion(&version).ok_or_else(|| Halt::NeverChampion(version.id.clone()))?;
            FeedbackPeriod { from: Some(time.0), to: time.1.unwrap_or(now), reason: PeriodReason::Champion(version.id) }
        }
    })
}

/// The time since a version is champion; the last days where nothing says since when.
pub(in crate::engine) fn since_champion(champion: Option<&VersionMeta>, now: Timestamp) -> FeedbackPeriod {
    let entered = champion.and_then(|version| Some((&version.id, time_as_champion(version)?)));
    match entered {
        // A history that ended is not that of the champion: somebody made it champion again and did not write that down.
        Some((id, (from, None))) => FeedbackPeriod { from: Some(from), to: now, reason: PeriodReason::Champion(id.clone()) },
        _ => FeedbackPeriod { from: Some(days_before(now, DEFAULT_DAYS)), to: now, reason: PeriodReason::Unrecorded },
    }
}

fn days_before(now: Timestamp, days: u32) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The feedback of one score in a time.
pub(in crate::engine) fn query(
    account: &AccountId,
    scorecard: &ScorecardId,
    score: &ScoreId,
    period: &FeedbackPeriod,
) -> FeedbackQuery {
    FeedbackQuery {
        account: account.clone(),
        scorecard: scorecard.clone(),
        score: score.clone(),
        from: period.from,
        to: period.to,
    }
}

/// The figures of a list, and the calls of it that were asked for.
async fn examined(
    records: &Records,
    score: &ScoreId,
    period: &FeedbackPeriod,
    list: FeedbackList,
    options: &FeedbackOptions,
) -> FoundFeedback {
    let figures = FeedbackFigures::of(&list.items);
    let cell = options.cell.as_deref().map(|cell| split(cell, &figures.labels(&[])));
    let is_asked = |item: &FeedbackItem| match &cell {
        Some((said, should_be)) => item.is_in(said, should_be),
        None => item.is_misjudged(),
    };
    let asked: Vec<FeedbackItem> = list.items.into_iter().filter(is_asked).collect();
    let matching = asked.len();
    let mut calls: Vec<JudgedCall> = asked
        .into_iter()
        .take(options.limit)
        .map(|feedback| JudgedCall { feedback, comments: None, prediction: None, changes: None })
        .collect();
    let mut answered_before = 0;
    if options.answered {
        let query = |call: &JudgedCall| AnswerQuery {
            item_id: call.feedback.item_id.clone(),
            kind: AnswerKind::Prediction,
            score: Some(score.clone()),
            explanations: false,
        };
        let predictions = records.newest_answers(&calls.iter().map(query).collect::<Vec<_>>()).await;
        zip(&mut calls, predictions).for_each(|(call, prediction)| call.prediction = Some(prediction));
        let shown = calls.len();
        calls.retain(|call| !call.was_answered_before(period.from));
        answered_before = shown - calls.len();
    }
    if options.comments {
        let ids: Vec<&str> = calls.iter().map(|call| call.feedback.id.as_str()).collect();
        let mut comments = records.feedback_comments(&ids).await;
        calls.iter_mut().for_each(|call| call.comments = comments.remove(&call.feedback.id));
    }
    if options.changes {
        tell_changes(records, &mut calls).await;
    }
    FoundFeedback { figures, complete: list.complete, calls, matching, answered_before }
}

async fn tell_changes(records: &Records, calls: &mut [JudgedCall]) {
    let ids: Vec<&str> = calls.iter().map(|call| call.feedback.id.as_str()).collect();
    let kept = records.feedback_changes(&ids).await;
    for call in calls {
        call.changes = Some(match &kept {
            Ok(Some(kept)) => Ok(kept.get(&call.feedback.id).cloned().unwrap_or_default()),
            Ok(None) => Ok(vec![call.feedback.as_one_change()]),
            Err(error) => Err(error.clone()),
        });
    }
}

impl JudgedCall {
    fn was_answered_before(&self, from: Option<Timestamp>) -> bool {
        let answered = self.prediction.as_ref().and_then(|read| Some(read.as_ref().ok()?.as_ref()?.at));
        answered.is_some_and(|at| from.is_some_and(|from| at < from))
    }
}

/// `said:should be`, where either may have colons of its own: labels that are known tell where it is split.
fn split(cell: &str, labels: &[String]) -> (String, String) {
    let splits = cell.match_indices(':').map(|(at, _)| (&cell[..at], &cell[at + 1..]));
    let is_known = |label: &str| labels.iter().any(|known| known == label);
    let known = splits.clone().find(|(said, should_be)| is_known(said) && is_known(should_be));
    let (said, should_be) = known.or_else(|| splits.clone().next()).unwrap_or((cell, ""));
    (said.to_owned(), should_be.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_split_where_labels_are() {
        let labels = ["Yes", "N/A: other", "No"].map(str::to_owned);
        let pair = |said: &str, should_be: &str| (said.to_owned(), should_be.to_owned());
        assert_eq!(split("Yes:No", &labels), pair("Yes", "No"));
        assert_eq!(split("N/A: other:No", &labels), pair("N/A: other", "No"));
        assert_eq!(split("Maybe:No:x", &labels), pair("Maybe", "No:x"));
    }
}
