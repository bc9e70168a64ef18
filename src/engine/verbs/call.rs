//! `call`: one call with what scores answered, and what people say of that.

use crate::engine::error::Halt;
use crate::engine::execute::champion_history::champion_at;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::model::{AccountId, FeedbackComments, FeedbackItem, Item, ScoreAnswer, ScoreId, VersionId};
use crate::remote::{AnswerKind, AnswerQuery, Records, Remote, RemoteError};
use futures_util::future::join_all;
use std::collections::{BTreeMap, HashMap};

/// Answers in evaluations that are told of each score.
const EVALUATED: usize = 3;
/// Scores whose histories are read, to say which version was champion then.
const HISTORIES: usize = 12;

/// What is told of a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions {
    /// What was said in it.
    pub text: bool,
    /// Why scores answered so, and what people wrote.
    pub comments: bool,
}

/// One call.
#[derive(Debug)]
pub struct CallReport {
    /// Its names.
    pub item: Item,
    /// What was said, where that was asked for and is there.
    pub text: Option<String>,
    /// What each score answered, in the order of their files.
    pub scores: Vec<AnsweredScore>,
}

/// What one score answered to a call.
#[derive(Debug)]
pub struct AnsweredScore {
    /// The score.
    pub score: ScoreReport,
    /// The newest answer in production.
    pub answer: Option<ScoreAnswer>,
    /// The champion when it was given, where histories tell.
    pub champion_then: Option<VersionId>,
    /// What people say, the newest first; with what they wrote, where that was asked for.
    pub feedback: Vec<(FeedbackItem, WrittenComments)>,
    /// Answers in evaluations, the newest few.
    pub evaluated: Vec<ScoreAnswer>,
}

/// What people wrote, or why that is not known; none where it was not asked for.
type WrittenComments = Option<Result<FeedbackComments, RemoteError>>;

impl CallReport {
    /// Something that was asked for could not be read.
    pub fn is_incomplete(&self) -> bool {
        self.scores.iter().flat_map(|score| &score.feedback).any(|(_, written)| matches!(written, Some(Err(_))))
    }
}

/// The one call that `name` names, with the answers of `targets`, or of all scores that have one.
///
/// # Errors
/// Offline; no call, or several, have this name; the dashboard cannot be asked.
pub async fn call(session: &mut Session, name: &str, targets: &Targets, options: CallOptions) -> Result<CallReport, Halt> {
    let Some(records) = session.records.clone() else { return Err(Halt::Offline) };
    let observation = observe(session, ObserveRequest::of(targets, Depth::Ids)).await?;
    let (Some(origin), Some(remote)) = (session.state.origin()?, &session.remote) else { return Err(Halt::Offline) };
    let item = found(&records, &origin.account_id, name).await?;
    let reports: Vec<ScoreReport> = observation.score_reports();
    let only = match &reports[..] {
        [one] if !targets.selectors.is_empty() => Some(one.id.clone()),
        _ => None,
    };
    let query = |kind| AnswerQuery { item_id: item.id.clone(), kind, score: only.clone(), explanations: options.comments };
    let queries = [query(AnswerKind::Prediction), query(AnswerKind::Evaluation)];
    let (answers, feedback) = tokio::join!(records.answers(&queries), records.feedback_of_item(&item.id));
    let mut lists = answers.into_iter();
    let mut predictions = by_score(lists.next().unwrap_or(Ok(Vec::new()))?);
    let mut evaluated = by_score(lists.next().unwrap_or(Ok(Vec::new()))?);
    let mut judged = judged(&records, feedback?, options).await;
    let answered = reports.into_iter().map(|score| AnsweredScore {
        answer: predictions.remove(&score.id).and_then(|answers| answers.into_iter().next()),
        champion_then: None,
        feedback: judged.remove(&score.id).unwrap_or_default(),
        evaluated: evaluated.remove(&score.id).unwrap_or_default().into_iter().take(EVALUATED).collect(),
        score,
    });
    let is_told =
        |one: &AnsweredScore| only.is_some() || one.answer.is_some() || !one.feedback.is_empty() || !one.evaluated.is_empty();
    let mut scores: Vec<AnsweredScore> = answered.filter(is_told).collect();
    tell_champions(&**remote, &mut scores).await;
    let text = if options.text { records.item_text(&item.id).await? } else { None };
    Ok(CallReport { item, text, scores })
}

async fn found(records: &Records, account: &AccountId, name: &str) -> Result<Item, Halt> {
    let ids = records.find_items(account, name).await?;
    let [id] = &ids[..] else { return Err(Halt::NotOneCall { name: name.to_owned(), matches: ids }) };
    let none = || Halt::NotOneCall { name: name.to_owned(), matches: Vec::new() };
    records.item(id).await?.ok_or_else(none)
}

/// Answers by their scores, the newest of each first.
fn by_score(answers: Vec<ScoreAnswer>) -> HashMap<ScoreId, Vec<ScoreAnswer>> {
    let mut all: HashMap<ScoreId, Vec<ScoreAnswer>> = HashMap::new();
    for answer in answers {
        let Some(score) = answer.score.clone() else { continue };
        all.entry(score).or_default().push(answer);
    }
    all.values_mut().for_each(|answers| answers.sort_by_key(|answer| std::cmp::Reverse(answer.at)));
    all
}

type Judged = HashMap<ScoreId, Vec<(FeedbackItem, WrittenComments)>>;

async fn judged(records: &Records, feedback: Vec<(ScoreId, FeedbackItem)>, options: CallOptions) -> Judged {
    let ids: Vec<&str> = feedback.iter().map(|(_, item)| item.id.as_str()).collect();
    let asked = if options.comments { &ids[..] } else { &[] };
    let mut comments: BTreeMap<String, Result<FeedbackComments, RemoteError>> = records.feedback_comments(asked).await;
    let mut all = Judged::new();
    for (score, item) in feedback {
        let written = comments.remove(&item.id);
        all.entry(score).or_default().push((item, written));
    }
    all.values_mut().for_each(|items| items.sort_by_key(|(item, _)| std::cmp::Reverse(item.edited_at)));
    all
}

/// Says which version was champion when each answer was given. It informs, so a history that cannot be read is left out.
async fn tell_champions(remote: &dyn Remote, scores: &mut [AnsweredScore]) {
    let told = scores.iter_mut().take(HISTORIES).map(|score| async move {
        let Some(at) = score.answer.as_ref().map(|answer| answer.at) else { return };
        let history = remote.history(&score.score.id).await.unwrap_or_default();
        score.champion_then = champion_at(&history, at);
    });
    join_all(told).await;
}
