//! The short way to an offline status: where a picture of an all-clean workspace still holds, nothing has to be looked at
//! one by one.
//!
//! The picture is worth something only together with the state that it was taken of, and only while every file and folder
//! still has its stat. Whatever differs, the long way decides.

use super::observe::Observation;
use super::report::{Halt, Outcome, Report, ScoreReport, Verb};
use super::select::Targets;
use super::session::Session;
use crate::model::{Picture, RelPath};
use crate::plan::Standing;

impl Session {
    /// An offline status of everything, if the picture tells it. Scores are counted, not listed.
    pub(super) fn still_clean(&self, targets: &Targets) -> Result<Option<Report>, Halt> {
        if !self.is_picturable(targets) {
            return Ok(None);
        }
        let Some(picture) = self.state.picture()?.filter(|picture| self.workspace.is_still(picture)) else { return Ok(None) };
        let account = self.state.origin()?.map(|origin| origin.account_name).unwrap_or_default();
        let mut report = Report::new(Verb::Status, account, true);
        (report.unlisted_clean, report.unlisted_empty) = (picture.clean, picture.empty);
        Ok(Some(report))
    }

    /// Takes a picture where all is clean, so that the next status is short.
    pub(super) fn take_picture(&self, targets: &Targets, observation: &Observation, report: &Report) -> Result<(), Halt> {
        let says_nothing = report.warnings.is_empty() && report.unknown.is_empty() && report.legacy.is_empty();
        let calm = says_nothing && report.scores.iter().all(is_calm);
        if !calm || observation.recorded || !self.is_picturable(targets) {
            return Ok(());
        }
        let files: Vec<&RelPath> = observation
            .trees
            .values()
            .flat_map(|trio| [(&trio.local.code, &trio.paths.code), (&trio.local.guidelines, &trio.paths.guidelines)])
            .filter_map(|(doc, path)| doc.file().map(|_| path))
            .collect();
        let Some(folders) = self.workspace.picture(&files, &observation.files, observation.began) else { return Ok(()) };
        let clean = report.scores.iter().filter(|score| score.standing == Standing::Clean).count();
        let picture = Picture { clean, empty: report.scores.len() - clean, folders };
        Ok(self.state.set_picture(observation.generation, &picture)?)
    }

    fn is_picturable(&self, targets: &Targets) -> bool {
        self.remote.is_none() && *targets == Targets::default() && self.config.scorecards.is_empty()
    }
}

fn is_calm(score: &ScoreReport) -> bool {
    let clean = matches!(score.standing, Standing::Clean | Standing::Empty) && score.notes.is_empty();
    clean && matches!(score.outcome, Outcome::Untouched)
}
