//! What a pull does for each row: take the champion, merge it, or leave the decision to a person. Creates nothing.

use super::classify::{Based, MovedChampion, TruthRow, VersionDocs, unread};
use super::files::{moves, removals, writes};
use super::fold::fold;
use super::pair::{Unmerged, merge_pair};
use super::types::{Conflict, ConflictKind, FileWrite, NewBase, Operation, ScoreProblem, Step, YamlFault};
use crate::model::{Content, DocKind, Fault, ScorePaths, ScoreSides, Snapshot, SyncedScore};

/// The step of one score; an error is a problem of this score.
pub(super) fn step(sides: &ScoreSides, row: &TruthRow, prune: bool, yaml_fault: YamlFault) -> Result<Step, ScoreProblem> {
    match row {
        TruthRow::Empty | TruthRow::DeletedLocally | TruthRow::New { .. } => Ok(Step::Nothing),
        TruthRow::GoneRemotely { clean: true } if prune && sides.synced.is_some() => {
            Ok(Step::Do(Operation::Remove(removals(sides))))
        }
        TruthRow::GoneRemotely { .. } => Ok(Step::Nothing),
        TruthRow::NotPulled { champion, docs } => {
            let theirs = (champion.clone(), docs.clone().ok_or_else(|| unread(champion))?);
            let files = writes(sides, &theirs.1, true)?;
            let base = champion_base(&theirs, &sides.paths).leaving(sides, written(&files, &theirs.1));
            Ok(write_or_record(sides, files, base, false))
        }
        TruthRow::UnknownBase { theirs, docs } => Ok(conflict(ConflictKind::UnknownBase, docs.clone(), None, theirs)),
        TruthRow::Current(based) => {
            let wanted = based.as_written();
            let files = writes(sides, &wanted, based.adopted)?;
            let base = based_on(sides, based, &sides.paths, written(&files, &wanted));
            Ok(write_or_record(sides, files, base, false))
        }
        TruthRow::Converged { theirs } => Ok(settle(sides, converged_base(sides, theirs, &sides.paths))),
        TruthRow::Moved(based, moved) => take(sides, based, moved, yaml_fault),
    }
}

fn take(sides: &ScoreSides, based: &Based, moved: &MovedChampion, yaml_fault: YamlFault) -> Result<Step, ScoreProblem> {
    let theirs = &moved.theirs;
    if sides.champion().is_some_and(|champion| champion.is_older) {
        let docs = sides.paths.documents().map(|(kind, _)| kind).filter(|kind| moved.remote.has(*kind)).collect();
        return Ok(conflict(ConflictKind::OlderText, docs, Some(moved.merge_base.clone()), theirs));
    }
    // What another score says does not come from this one's base, and is not to be merged with what that became.
    if sides.local.fault.as_ref().is_some_and(Fault::is_of_another) {
        let docs = sides.paths.documents().map(|(kind, _)| kind).filter(|kind| moved.local.has(*kind)).collect();
        return Ok(conflict(ConflictKind::UnknownBase, docs, None, theirs));
    }
    let wanted = match merge_pair(moved, &based.local, yaml_fault) {
        Ok(wanted) => wanted,
        Err(Unmerged::Conflict(kind, docs)) => return Ok(conflict(kind, docs, Some(moved.merge_base.clone()), theirs)),
        Err(Unmerged::Unread(why)) => return Err(why),
    };
    // With the champion as the base, a missing file would say what the champion says.
    let says_more = theirs.1.guidelines.is_some() && wanted.guidelines != theirs.1.guidelines;
    let files = writes(sides, &wanted, moved.remote.guidelines || based.adopted || says_more)?;
    let base = champion_base(theirs, &sides.paths).leaving(sides, written(&files, &wanted));
    Ok(write_or_record(sides, files, base, moved.local.any()))
}

/// What is written of what is wanted.
fn written<'a>(files: &'a [FileWrite], wanted: &'a Snapshot) -> impl Fn(DocKind) -> Option<Content> + 'a {
    |kind| wanted.get(kind).filter(|_| files.iter().any(|file| file.kind == kind)).cloned()
}

fn write_or_record(sides: &ScoreSides, files: Vec<FileWrite>, base: NewBase, merged: bool) -> Step {
    if files.is_empty() { settle(sides, base) } else { Step::Do(Operation::Write { files, base, merged }) }
}

/// Records `base` if the state does not say so yet, or if files have to move.
pub(super) fn settle(sides: &ScoreSides, base: NewBase) -> Step {
    let moves_files = base.paths == sides.paths && !moves(sides).is_empty();
    let record = Operation::Record(base);
    if fold(sides.synced.as_ref(), &record) == sides.synced && !moves_files { Step::Nothing } else { Step::Do(record) }
}

/// The champion becomes the base.
pub(super) fn champion_base(theirs: &VersionDocs, paths: &ScorePaths) -> NewBase {
    let (version, docs) = theirs.clone();
    NewBase { champion: Some(version.clone()), version, docs, champion_docs: None, paths: paths.clone(), local: None }
}

/// The same where the files say so already, in which way ever they write it.
pub(super) fn converged_base(sides: &ScoreSides, theirs: &VersionDocs, paths: &ScorePaths) -> NewBase {
    champion_base(theirs, paths).leaving(sides, |_| None)
}

/// The base of the files; what they say is edits of it as before, unless they were found to come from another one.
pub(super) fn based_on(
    sides: &ScoreSides,
    based: &Based,
    paths: &ScorePaths,
    written: impl Fn(DocKind) -> Option<Content>,
) -> NewBase {
    let base = unchanged_base(&based.synced, paths);
    if based.adopted { base.leaving(sides, written) } else { base }
}

/// The base stays; the champion seen and the paths may be new.
fn unchanged_base(synced: &SyncedScore, paths: &ScorePaths) -> NewBase {
    NewBase {
        version: synced.base.clone(),
        docs: synced.docs.clone(),
        champion: synced.champion.clone(),
        champion_docs: synced.champion_docs.clone(),
        paths: paths.clone(),
        local: synced.local.clone(),
    }
}

fn conflict(kind: ConflictKind, docs: Vec<DocKind>, base: Option<VersionDocs>, theirs: &VersionDocs) -> Step {
    Step::Conflict(Conflict { kind, docs, base, theirs: theirs.clone() })
}
