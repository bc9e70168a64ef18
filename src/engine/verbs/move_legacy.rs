//! Guidelines files beside the code, where they lived before they had a folder: moved when a person asks, where nothing is
//! in the way. Their bytes stay as they are, so that what is in them counts as the edit that it may be. It is a run like any
//! other that replaces files: one that dies is finished by the next, and an undo takes it back.

use crate::engine::execute::replace::{FileChange, ReplacedFiles, Replacement, replace};
use crate::engine::file_report::RestoreOutcome;
use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::engine::report::{Report, Warning};
use crate::engine::session::Session;
use crate::model::{LocalDoc, RelPath};
use crate::state::{RunId, RunKind, StateError};
use crate::workspace::FileError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What became, or is to become, of the legacy files of the selected scores.
#[derive(Debug, Default)]
pub(in crate::engine) struct LegacyMoves {
    /// The new places of those that were moved, or would be.
    pub moved: Vec<RelPath>,
    /// Why others stay.
    stay: Vec<Warning>,
}

impl LegacyMoves {
    /// The report with these moves.
    pub fn told_in(self, mut report: Report) -> Report {
        report.legacy_moved = self.moved;
        report.warnings.extend(self.stay);
        report
    }
}

/// A file, and where it belongs.
type LegacyMove = (RelPath, RelPath);

/// What can be moved.
pub(in crate::engine) fn legacy_moves(observation: &Observation) -> LegacyMoves {
    let (ways, stay) = ways(observation);
    LegacyMoves { moved: ways.into_iter().map(|(_, to)| to).collect(), stay }
}

/// Moves what can be moved, all as one run, which is given where there was something to move.
///
/// # Errors
/// The state cannot be read or written.
pub(in crate::engine) fn move_legacy(
    session: &mut Locked<'_>,
    observation: &Observation,
) -> Result<(LegacyMoves, Option<RunId>), StateError> {
    let (ways, stay) = ways(observation);
    let mut moves = LegacyMoves { moved: Vec::new(), stay };
    let mut changes = Vec::new();
    let mut left = Vec::new();
    for (from, to) in ways {
        match session.workspace.read(&from) {
            Ok(bytes) => {
                let bytes: Arc<[u8]> = bytes.into();
                changes.push(FileChange { path: to.clone(), before: None, after: Some(bytes.clone()) });
                changes.push(FileChange { path: from.clone(), before: Some(bytes), after: None });
                left.push((from, to));
            }
            Err(error) => moves.stay.push(Warning::LegacyNotMoved { from, error }),
        }
    }
    if changes.is_empty() {
        return Ok((moves, None));
    }
    let files = changes.iter().collect();
    let replacement = Replacement { kind: &RunKind::Pull, undoes: None, files, bases: Vec::new(), intents: Vec::new() };
    let ReplacedFiles { run, files, .. } = replace(session, None, &replacement)?;
    let done: BTreeMap<RelPath, RestoreOutcome> = files.into_iter().map(|file| (file.path, file.outcome)).collect();
    for (from, to) in left {
        match failed(session, [&from, &to], &done) {
            Some(error) => moves.stay.push(Warning::LegacyNotMoved { from, error }),
            None => moves.moved.push(to),
        }
    }
    Ok((moves, Some(run)))
}

/// Why a file is not where it belongs, or still where it was.
fn failed(session: &Session, places: [&RelPath; 2], done: &BTreeMap<RelPath, RestoreOutcome>) -> Option<FileError> {
    places.into_iter().find_map(|path| done.get(path).unwrap_or(&RestoreOutcome::Edited).obstacle(session.workspace.root(), path))
}

/// What can be moved, and why other files stay.
fn ways(observation: &Observation) -> (Vec<LegacyMove>, Vec<Warning>) {
    let (mut ways, mut stay) = (Vec::new(), Vec::new());
    let beside: BTreeSet<&RelPath> = observation.legacy.iter().collect();
    let here = observation.trees.values().map(|sides| (&sides.paths, &sides.local.guidelines));
    for (paths, guidelines) in here.chain(observation.first_pulls.paths().map(|paths| (paths, &LocalDoc::Absent))) {
        let (Some(from), Some(to)) = (paths.legacy_guidelines(), paths.guidelines.clone()) else { continue };
        if !beside.contains(&from) {
            continue;
        }
        match guidelines {
            LocalDoc::Absent => ways.push((from, to)),
            _ => stay.push(Warning::LegacyBlocked { from, to }),
        }
    }
    (ways, stay)
}
