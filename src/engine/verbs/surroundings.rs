//! What else is known of a score whose champion is to change: what people say of its answers, and what is under way.

use crate::engine::report::ScoreReport;
use crate::engine::session::Session;
use crate::engine::verbs::feedback::{FeedbackPeriod, MAX_FEEDBACK, query, since_champion};
use crate::engine::verbs::jobs::{Busy, BusyScores};
use crate::model::{Catalog, FeedbackFigures, ScoreId, ScorecardId, SyncKind, VersionMeta};
use crate::remote::RemoteError;
use std::collections::HashMap;
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

/// Of scores, each with its champion where that was read. Nothing where it cannot be asked for, or there are too many.
pub(in crate::engine) async fn surroundings(
    session: &Session,
    catalog: &Catalog,
    scores: &[(&ScoreReport, Option<&VersionMeta>)],
) -> HashMap<ScoreId, Surroundings> {
    let (Some(records), Ok(Some(origin))) = (&session.records, session.state.origin()) else { return HashMap::new() };
    let is_score = |(score, _): &&(&ScoreReport, Option<&VersionMeta>)| !SyncKind::of(&score.id).is_standalone();
    let scores: Vec<_> = scores.iter().filter(is_score).copied().collect();
    if scores.is_empty() || scores.len() > FEW {
        return HashMap::new();
    }
    let cards = catalog.scorecard_ids();
    let listed: Vec<(&ScoreReport, &ScorecardId)> =
        scores.iter().filter_map(|(score, _)| Some((*score, *cards.get(&score.id)?))).collect();
    let busy = BusyScores::read(records, &origin.account_id, &listed, (session.config.now)());
    let (mut feedback, busy) = tokio::join!(champion_feedback(session, catalog, &scores), busy);
    let told = listed.into_iter().filter_map(|(score, _)| {
        let feedback = feedback.remove(&score.id)?;
        Some((score.id.clone(), Surroundings { feedback, busy: busy.of(score) }))
    });
    told.collect()
}

/// What people say of the answers of scores since their champions are champion; nothing where it cannot be asked for.
pub(in crate::engine) async fn champion_feedback(
    session: &Session,
    catalog: &Catalog,
    scores: &[(&ScoreReport, Option<&VersionMeta>)],
) -> HashMap<ScoreId, Result<ChampionFeedback, RemoteError>> {
    let (Some(records), Ok(Some(origin))) = (&session.records, session.state.origin()) else { return HashMap::new() };
    let (now, cards) = ((session.config.now)(), catalog.scorecard_ids());
    let asked = scores.iter().filter_map(|(score, champion)| {
        let (card, period) = (cards.get(&score.id)?, since_champion(*champion, now));
        let query = query(&origin.account_id, card, &score.id, &period);
        Some((&score.id, period, query))
    });
    let asked: Vec<_> = asked.collect();
    let queries: Vec<_> = asked.iter().map(|(_, _, query)| query.clone()).collect();
    let lists = records.feedback(&queries, MAX_FEEDBACK).await;
    let told = zip(asked, lists).map(|((id, period, _), list)| {
        let known = list.map(|list| {
            let figures = FeedbackFigures::of(&list.items);
            ChampionFeedback { period, figures, complete: list.complete }
        });
        (id.clone(), known)
    });
    told.collect()
}
