//! Scores that take each other's places: where the file of one of them cannot be changed, those of all stay as they were, because
//! a file would lie where another score's belongs, and be pushed for that one.
//!
//! Crash protocol: that of [`replace`](super::replace), of whose second step this is the last part. What was changed is turned
//! back by its bytes, each file only if it still has those that it was given; another run can do that again.
//!
//! Only the run that changes files turns them back. Where everything else is already as it is to be, an earlier run had changed
//! the file too, and it was saved since: it stays, and so do the others.

use crate::engine::execute::course::{Course, Courses};
use crate::engine::file_report::RestoreOutcome;
use crate::engine::session::Session;
use crate::model::{Digest, RelPath, joined};
use crate::state::BaseChange;
use crate::workspace::FileError;
use std::collections::{BTreeMap, BTreeSet};

/// The places of scores that take each other's.
pub(in crate::engine) struct Interlocked<'a> {
    pub places: BTreeSet<&'a RelPath>,
}

/// The scores of a run that take each other's places, those together that have to do with each other.
pub(in crate::engine) fn interlocked<'a>(bases: impl IntoIterator<Item = &'a BaseChange>) -> Vec<Interlocked<'a>> {
    let bases: Vec<&BaseChange> = bases.into_iter().collect();
    let groups = joined(bases.iter().map(|base| &base.paths)).into_iter().filter(|group| group.len() > 1);
    groups.map(|group| Interlocked { places: group.into_iter().flat_map(|base| &bases[base].paths).collect() }).collect()
}

impl<'a> Interlocked<'a> {
    /// Something is still as it was: this run is to change it.
    pub(super) fn is_open(&self, session: &Session, courses: &Courses<'_>) -> bool {
        let is_ahead = |(path, course): (&RelPath, &Course)| {
            let now = session.workspace.bytes_now(path).map(|now| now.as_ref().map(Digest::of));
            now.is_ok_and(|now| now != course.after && course.stages.contains(&now))
        };
        self.places.iter().filter_map(|path| Some((*path, courses.get(path)?))).any(is_ahead)
    }

    /// Why the scores stay as they were: one of their places did not become what it is to be. What came to its place by a move
    /// is its score's, whatever it says.
    pub(super) fn obstacle(
        &self,
        session: &Session,
        outcomes: &BTreeMap<RelPath, RestoreOutcome>,
        moved: &BTreeSet<RelPath>,
    ) -> Option<FileError> {
        let left = self.places.iter().filter(|path| !moved.contains::<RelPath>(path));
        left.filter_map(|path| Some((*path, outcomes.get(*path)?)))
            .find_map(|(path, outcome)| outcome.obstacle(session.workspace.root(), path))
    }

    /// The way back of what was changed here; what a move did stays.
    pub(super) fn way_back(
        &self,
        courses: &Courses<'a>,
        outcomes: &BTreeMap<RelPath, RestoreOutcome>,
        moved: &BTreeSet<RelPath>,
    ) -> Courses<'a> {
        let is_changed = |path: &RelPath| !moved.contains(path) && outcomes.get(path).is_some_and(RestoreOutcome::is_done);
        let back = |course: &Course| Course { stages: vec![course.after], after: course.stages[0] };
        let own = self.places.iter().filter_map(|path| Some((*path, courses.get(path)?)));
        let changed = own.filter(|(path, course)| is_changed(path) && course.after != course.stages[0]);
        changed.map(|(path, course)| (path, back(course))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScoreId;

    fn base(score: usize, places: [usize; 2]) -> BaseChange {
        let paths = places.map(|place| RelPath::parse(&format!("Card/{place}.yaml")).expect("a safe path")).to_vec();
        BaseChange { score: ScoreId::from(format!("s{score}")), before: None, after: None, paths, ways: Vec::new() }
    }

    #[test]
    fn scores_that_have_to_do_with_each_other_are_together() {
        // 0 and 1 swap; 2 and 3 are joined by 4; 5 is alone.
        let places = [[0, 1], [1, 0], [2, 3], [4, 5], [3, 4], [6, 6]];
        let bases: Vec<BaseChange> = places.into_iter().enumerate().map(|(score, places)| base(score, places)).collect();
        let groups: Vec<usize> = interlocked(&bases).into_iter().map(|group| group.places.len()).collect();
        assert_eq!(groups, [2, 4]);
    }
}
