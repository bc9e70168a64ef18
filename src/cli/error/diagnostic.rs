//! What is wrong with files and scores, in words: diagnostics, faults, and scores that cannot be read.

use crate::engine::{Cause, Diagnostic};
use crate::model::{BrokenFile, BrokenScore, Fault, ScorePaths};
use crate::plan::ScoreProblem;
use std::path::Path;

/// What is wrong, without its place.
pub fn message(diagnostic: &Diagnostic) -> String {
    match &diagnostic.cause {
        Cause::Finding(finding) => finding.message.clone(),
        Cause::Fault(fault) => fault.message.clone(),
        Cause::NotText => "not UTF-8".to_owned(),
        Cause::Unreadable(error) => error.reason(),
        Cause::Behind(champion) => format!("behind champion {}", champion.short()),
    }
}

/// `file:line:column: what` of a fault in one of the files at `paths`, below `root` as a person sees it.
pub fn fault_at(root: &Path, paths: &ScorePaths, fault: &Fault) -> String {
    format!("{}:{fault}", paths.get(fault.kind).under(root).display())
}

/// Why a score cannot be handled; `root` as a person sees it.
pub fn score_problem(root: &Path, problem: &ScoreProblem) -> String {
    match problem {
        ScoreProblem::File(file) => broken_file(root, file),
        ScoreProblem::Remote(score) => broken_score(score),
        ScoreProblem::UnreadText(kind) => format!("the text of its {kind} was not read"),
        ScoreProblem::UnreadChampion(champion) => format!("the content of its champion {champion} was not read"),
    }
}

/// Which file cannot be read as a document, and why.
pub(super) fn broken_file(root: &Path, file: &BrokenFile) -> String {
    let path = root.join(&file.path);
    let place = file.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
    format!("{}{place}: {}", path.display(), file.reason)
}

/// Why the dashboard's side of a score cannot be read.
pub(super) fn broken_score(score: &BrokenScore) -> String {
    match score {
        BrokenScore::Unlisted(why) => why.clone(),
        BrokenScore::Champion { id: None, why } => format!("the champion: {why}"),
        BrokenScore::Champion { id: Some(id), why } => format!("the champion {id}: {why}"),
        BrokenScore::LostChampion(id) => format!("the champion: version {id} does not exist"),
        BrokenScore::ForeignChampion { id, owner } => format!("the champion {id} belongs to score {owner}"),
    }
}
