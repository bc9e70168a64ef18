//! What a pull does for each row: take the champion, merge it, or leave the decision to a person. Creates nothing.

use super::classify::{Based, Moved, Row, Side, unread};
use super::files::{moves, removals, writes};
use super::fold::fold;
use super::pair::{Unmerged, merge_pair};
use super::reconcile::YamlFault;
use super::types::{Conflict, ConflictKind, FileWrite, NewBase, Operation, Step};
use crate::model::{DocKind, ScorePaths, SyncedScore, Trio};

/// The step of one score; an error is a problem of this score.
pub(super) fn step(trio: &Trio, row: &Row, prune: bool, yaml_fault: YamlFault) -> Result<Step, String> {
    match row {
        Row::Empty | Row::DeletedLocally | Row::New { .. } => Ok(Step::Nothing),
        Row::GoneRemotely { clean: true } if prune && trio.synced.is_some() => Ok(Step::Do(Operation::Remove(removals(trio)))),
        Row::GoneRemotely { .. } => Ok(Step::Nothing),
        Row::NotPulled { champion, docs } => {
            let theirs = (champion.clone(), docs.clone().ok_or_else(|| unread(champion))?);
            Ok(write_or_record(trio, writes(trio, &theirs.1, true)?, taken(&theirs, &trio.paths), false))
        }
        Row::UnknownBase { theirs, docs } => Ok(conflict(ConflictKind::UnknownBase, docs.clone(), None, theirs)),
        Row::Still(based) => {
            let files = writes(trio, &based.local, based.adopted)?;
            Ok(write_or_record(trio, files, kept(&based.synced, &trio.paths), false))
        }
        Row::Converged { theirs } => Ok(settle(trio, taken(theirs, &trio.paths))),
        Row::Moved(based, moved) => take(trio, based, moved, yaml_fault),
    }
}

fn take(trio: &Trio, based: &Based, moved: &Moved, yaml_fault: YamlFault) -> Result<Step, String> {
    let theirs = &moved.theirs;
    let wanted = match merge_pair(moved, &based.local, yaml_fault) {
        Ok(wanted) => wanted,
        Err(Unmerged::Conflict(kind, docs)) => return Ok(conflict(kind, docs, Some(moved.merge_base.clone()), theirs)),
        Err(Unmerged::Unread(why)) => return Err(why),
    };
    // With the champion as the base, a missing file would say what the champion says.
    let says_more = theirs.1.guidelines.is_some() && wanted.guidelines != theirs.1.guidelines;
    let files = writes(trio, &wanted, moved.remote.guidelines || based.adopted || says_more)?;
    Ok(write_or_record(trio, files, taken(theirs, &trio.paths), moved.local.any()))
}

fn write_or_record(trio: &Trio, files: Vec<FileWrite>, base: NewBase, merged: bool) -> Step {
    if files.is_empty() { settle(trio, base) } else { Step::Do(Operation::Write { files, base, merged }) }
}

/// Records `base` if the state does not say so yet, or if files have to move.
pub(super) fn settle(trio: &Trio, base: NewBase) -> Step {
    let moves_files = base.paths == trio.paths && !moves(trio).is_empty();
    let record = Operation::Record(base);
    if fold(trio.synced.as_ref(), &record) == trio.synced && !moves_files { Step::Nothing } else { Step::Do(record) }
}

/// The champion becomes the base.
pub(super) fn taken(theirs: &Side, paths: &ScorePaths) -> NewBase {
    let (version, docs) = theirs.clone();
    NewBase { champion: Some(version.clone()), version, docs, champion_docs: None, paths: paths.clone() }
}

/// The base stays; the champion seen and the paths may be new.
pub(super) fn kept(synced: &SyncedScore, paths: &ScorePaths) -> NewBase {
    NewBase {
        version: synced.base.clone(),
        docs: synced.docs.clone(),
        champion: synced.champion.clone(),
        champion_docs: synced.champion_docs.clone(),
        paths: paths.clone(),
    }
}

fn conflict(kind: ConflictKind, docs: Vec<DocKind>, base: Option<Side>, theirs: &Side) -> Step {
    Step::Conflict(Conflict { kind, docs, base, theirs: theirs.clone() })
}
