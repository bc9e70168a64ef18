//! `show`: everything about one score.

use crate::engine::error::Halt;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Observation, ObserveRequest};
use crate::engine::observe::versions::read_versions;
use crate::engine::planned::ask_guards;
use crate::engine::report::ScoreReport;
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::engine::verbs::diff::{champion_side, local_side};
use crate::engine::verbs::standings::standings;
use crate::engine::verbs::status_ahead_behind::add_ahead_behind;
use crate::engine::verbs::surroundings::{ChampionFeedback, champion_feedback};
use crate::model::{DataSet, DocKind, RemoteScore, ScoreId, VersionMeta};
use crate::remote::RemoteError;
use std::sync::Arc;

/// Everything about one score.
#[derive(Debug)]
pub struct Shown {
    /// Names, paths, standing.
    pub score: ScoreReport,
    /// The champion, where the dashboard was asked.
    pub champion: Option<VersionMeta>,
    /// The code in the file or, where there is none, the champion's.
    pub code: Option<Arc<str>>,
    /// The guidelines, likewise.
    pub guidelines: Option<Arc<str>>,
    /// The newest data sets that it can be evaluated over, where the dashboard was asked; the error is why they are not known.
    pub data_sets: Option<Result<Vec<DataSet>, RemoteError>>,
    /// What people say of the champion's answers, where that was asked for.
    pub feedback: Option<Result<ChampionFeedback, RemoteError>>,
}

/// What is told besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShowOptions {
    /// The newest data sets.
    pub data_sets: bool,
    /// What people say of the champion's answers.
    pub feedback: bool,
}

/// Everything about the one score that `targets` names.
///
/// # Errors
/// `targets` names no score, or several; both sides cannot be read.
pub async fn show(session: &mut Session, targets: &Targets, options: ShowOptions) -> Result<Shown, Halt> {
    let observation = observe(session, ObserveRequest::contents(targets).by_last_names()).await?;
    let (id, sides) = observation.only_score()?;
    ask_guards(session, &observation)?;
    let mut report = standings(session, &observation)?;
    add_ahead_behind(session, &mut report, true).await?;
    let (local, champion) = (local_side(session, sides)?, champion_side(session, id, sides)?.map(|(_, docs)| docs));
    let text = |kind: DocKind| {
        let content = local.get(kind).or_else(|| champion.as_ref()?.get(kind));
        content.and_then(|content| Some(content.text.as_ref()?.shared().clone()))
    };
    let score = report.scores.into_iter().next().expect("one score is selected");
    let about_champion = async {
        let champion = champion_meta(session, &observation, id).await?;
        let feedback = match &champion {
            Some(meta) if options.feedback => {
                champion_feedback(session, &observation.catalog, &[(&score, Some(meta))]).await.remove(id)
            }
            _ => None,
        };
        Ok::<_, Halt>((champion, feedback))
    };
    let (about_champion, data_sets) = tokio::join!(about_champion, data_sets(session, id, options.data_sets));
    let (champion, feedback) = about_champion?;
    Ok(Shown {
        champion,
        data_sets,
        feedback,
        code: text(sides.paths.kind().main_document()),
        guidelines: text(DocKind::Guidelines),
        score,
    })
}

/// The champion of a score; it is read where the observation did not need its contents. None offline.
async fn champion_meta(session: &Session, observation: &Observation, score: &ScoreId) -> Result<Option<VersionMeta>, Halt> {
    if let Some(meta) = observation.champions.get(score) {
        return Ok(Some(meta.clone()));
    }
    let RemoteScore::Champion(champion, _) = &observation.trees[score].remote else { return Ok(None) };
    let read = read_versions(session, std::slice::from_ref(&champion.id)).await?.remove(&champion.id);
    Ok(read.and_then(Result::ok).map(|version| version.meta))
}

/// They inform: a score is shown without them, too.
async fn data_sets(session: &Session, score: &ScoreId, is_asked: bool) -> Option<Result<Vec<DataSet>, RemoteError>> {
    Some(session.records.as_ref().filter(|_| is_asked)?.data_sets(score).await)
}
