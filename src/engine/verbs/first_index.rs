//! The tree index that a first pull leaves behind. What it wrote is clean as it wrote it, so that the first look after it need
//! not read everything again.

use crate::engine::observe::indexing::index_of;
use crate::engine::observe::types::Observation;
use crate::engine::report::{Action, Outcome, Report, ScoreReport};
use crate::engine::select::Targets;
use crate::engine::session::Session;
use crate::model::{CachedFile, Calm, FileStat, IndexBytes, IndexedScore, LocalScore, RelPath, ScoreId};
use crate::plan::Standing;
use crate::state::StateError;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tracing::debug;

/// The stats of code and guidelines; none where no such file was written.
type Stats = [Option<FileStat>; 2];

/// An index on its way, while a pull reports on one part of the scores after another.
pub(in crate::engine) struct FirstIndex {
    /// One for each score in the order of the report; none of those that are to be looked at.
    stats: Vec<Option<Stats>>,
}

impl FirstIndex {
    /// Where nothing is here of any score, and all of them are pulled.
    pub fn begin(session: &Session, observation: &Observation, targets: &Targets) -> Option<Self> {
        let is_all = *targets == Targets::default() && session.config.scorecards.is_empty() && observation.rest.is_none();
        let has_nothing = observation.trees.values().all(|sides| sides.synced.is_none() && sides.local == LocalScore::default());
        let is_first = observation.first_pulls.left() > 0 && has_nothing && observation.unreadable.is_empty();
        (is_all && is_first).then(|| Self { stats: Vec::with_capacity(observation.catalog.scores.len()) })
    }

    /// What came of the next scores, and the files that were written of them.
    pub fn add(&mut self, scores: &[ScoreReport], written: Vec<(RelPath, CachedFile)>) {
        let written: HashMap<RelPath, FileStat> =
            written.into_iter().map(|(path, file)| (path, Workspace::lasting_stat(&file))).collect();
        self.stats.extend(scores.iter().map(|score| stats_of_pulled(score, &written)));
    }

    /// Keeps it; `report` has the scores in the order in which they were added. Where that fails the next look makes one.
    pub fn keep(self, session: &mut Session, observation: &Observation, report: &Report) {
        if let Err(error) = self.kept(session, observation, report) {
            debug!(%error, "no tree index is kept");
        }
    }

    /// Nothing is kept if others recorded another catalog meanwhile; their drafts and conflicts count.
    fn kept(self, session: &mut Session, observation: &Observation, report: &Report) -> Result<(), StateError> {
        let generation = session.state.generation()?;
        if report.interrupted || report.scores.len() != self.stats.len() || !session.state.is_catalog(&observation.catalog)? {
            return Ok(());
        }
        let mut told: BTreeSet<ScoreId> = session.state.conflicting()?;
        told.extend(session.state.drafts()?.into_keys());
        let entry = |number: &usize| {
            let score = &report.scores[*number];
            entry(score, self.stats[*number], told.contains(&score.id))
        };
        let place = |number: &usize| self::entry(&report.scores[*number], None, true);
        let mut order: Vec<usize> = (0..self.stats.len()).collect();
        order.sort_unstable_by(|a, b| place(a).order(&place(b)));
        let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in report.scores.iter().flat_map(|score| score.paths.files()) {
            folders.entry(path.folder()).or_default();
        }
        // Folders that files came into are listed by the next look: others may have put something there, too.
        let rest = index_of(session, observation, Vec::new(), folders);
        session.state.set_index(generation, &IndexBytes::with_scores(order.iter().map(entry), &rest))?;
        Ok(())
    }
}

fn entry(score: &ScoreReport, stats: Option<Stats>, has_more: bool) -> IndexedScore<'_> {
    let calm = match stats {
        _ if has_more || !score.is_all_told() => None,
        Some(_) => Some(Calm::Clean),
        None => matches!((score.standing, &score.outcome), (Standing::Empty, Outcome::Untouched)).then_some(Calm::Empty),
    };
    let files = stats.unwrap_or_default();
    IndexedScore { id: score.id.as_str(), code: score.paths.code.as_str(), calm, listed: true, left: false, files }
}

/// None if the score did not get just its champion.
fn stats_of_pulled(score: &ScoreReport, written: &HashMap<RelPath, FileStat>) -> Option<Stats> {
    match &score.outcome {
        Outcome::Done(Action::Pulled { version, merged: false, .. }) if score.champion.as_ref() == Some(version) => {}
        _ => return None,
    }
    let stat = |path: &RelPath| written.get(path).copied();
    Some([Some(stat(&score.paths.code)?), score.paths.guidelines.as_ref().and_then(stat)])
}
