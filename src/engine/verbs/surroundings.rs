//! What else is known of a score whose champion is to change: what people say of its answers, and what is under way.

use crate::engine::observe::types::Observation;
use crate::engine::report::ScoreReport;
use crate::engine::session::Session;
use crate::engine::verbs::feedback::{FeedbackPeriod, MAX_FEEDBACK, query, since_champion};
use crate::engine::verbs::jobs::{Busy, BusyScores};
use crate::model::{FeedbackFigures, ScoreId, ScorecardId};
use crate::remote::{Reads, RemoteError};
use std::collections::{BTreeSet, HashMap};
use std::iter::zip;

/// For more scores than this it is not read: nobody reads so much of it.
const FEW: usize = 25;

/// What else is known of a score. It informs and decides nothing.
#[derive(Debug)]
pub struct Surroundings {
    /// What people say of the champion's answers, since it is champion.
    pub feedback: Result<ChampionFeedback, RemoteError>,
    /// What runs or waits.
    pub busy: Result<Busy, RemoteError>,
}

/// What people say of a champion's answers.
#[derive(Debug)]
pub struct ChampionFeedback {
    /// Since it is champion, or of the last days where nothing says since when.
    pub period: FeedbackPeriod,
    /// All figures.
    pub figures: FeedbackFigures,
    /// Everything was read.
    pub complete: bool,
}

/// That of `scores`, by score; `reads` has their champions. Nothing where it cannot be asked for, or there are too many.
pub(in crate::engine) async fn surroundings(
    session: &Session,
    observation: &Observation,
    scores: &BTreeSet<&ScoreId>,
    reads: &Reads,
) -> HashMap<ScoreId, Surroundings> {
    let (Some(records), Ok(Some(origin))) = (&session.records, session.state.origin()) else { return HashMap::new() };
    if scores.is_empty() || scores.len() > FEW {
        return HashMap::new();
    }
    let now = (session.config.now)();
    let cards: HashMap<&ScoreId, &ScorecardId> =
        observation.catalog.scores.iter().map(|score| (&score.id, &score.scorecard_id)).collect();
    let reports: Vec<ScoreReport> =
        observation.score_reports().into_iter().filter(|report| scores.contains(&report.id)).collect();
    let asked: Vec<(&ScoreReport, &ScorecardId)> =
        reports.iter().filter_map(|report| Some((report, *cards.get(&report.id)?))).collect();
    let period = |report: &ScoreReport| {
        let champion = report.champion.as_ref().and_then(|id| reads.get(id)?.as_ref().ok());
        since_champion(champion, now)
    };
    let periods: Vec<FeedbackPeriod> = asked.iter().map(|(report, _)| period(report)).collect();
    let queries: Vec<_> =
        zip(&asked, &periods).map(|((report, card), period)| query(&origin.account_id, card, &report.id, period)).collect();
    let (lists, busy) =
        tokio::join!(records.feedback(&queries, MAX_FEEDBACK), BusyScores::read(records, &origin.account_id, &asked, now),);
    let told = zip(zip(&asked, periods), lists).map(|(((report, _), period), list)| {
        let feedback = list.map(|list| {
            let figures = FeedbackFigures::of(&list.items);
            ChampionFeedback { period, figures, complete: list.complete }
        });
        (report.id.clone(), Surroundings { feedback, busy: busy.of(report) })
    });
    told.collect()
}
