//! What the files of a run are to go through.

use crate::model::{Digest, RelPath};
use crate::state::UnfinishedRun;
use std::collections::BTreeMap;

/// A file on its way: what it may have been in between, and what it is to be.
#[derive(Default)]
pub(super) struct Course {
    pub stages: Vec<Option<Digest>>,
    pub after: Option<Digest>,
}

impl Course {
    /// What is there before anything is written, and after all moves.
    pub fn moved(&self) -> [Option<Digest>; 2] {
        [self.stages[0], self.stages.get(1).copied().unwrap_or(self.after)]
    }
}

/// What a path is to go through, by path.
pub(super) type Courses<'a> = BTreeMap<&'a RelPath, Course>;

/// The courses of what is left of a run.
pub(super) fn courses(unfinished: &UnfinishedRun) -> Courses<'_> {
    let mut courses = Courses::new();
    for file in &unfinished.files {
        let course = courses.entry(&file.path).or_default();
        course.stages.push(file.before);
        course.after = file.after;
    }
    courses
}
