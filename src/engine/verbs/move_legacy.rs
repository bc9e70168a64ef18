//! Guidelines files beside the code, where they lived before they had a folder: moved when a person asks, where nothing is
//! in the way. Their bytes stay as they are, so that what is in them counts as the edit that it may be.

use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::engine::report::{Report, Warning};
use crate::model::{Digest, Expect, LocalDoc, RelPath};
use crate::workspace::FileError;
use std::collections::BTreeSet;

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

/// What can be moved.
pub(in crate::engine) fn legacy_moves(observation: &Observation) -> LegacyMoves {
    planned(observation, |_, _| Ok(()))
}

/// Moves what can be moved.
pub(in crate::engine) fn move_legacy(session: &mut Locked<'_>, observation: &Observation) -> LegacyMoves {
    planned(observation, |from, to| {
        let digest = Digest::of(&session.workspace.read(from)?);
        session.workspace.rename(from, to, Expect::Bytes(digest))
    })
}

fn planned(observation: &Observation, move_one: impl Fn(&RelPath, &RelPath) -> Result<(), FileError>) -> LegacyMoves {
    let mut moves = LegacyMoves::default();
    let beside: BTreeSet<&RelPath> = observation.legacy.iter().collect();
    for sides in observation.trees.values() {
        let (Some(from), Some(to)) = (sides.paths.legacy_guidelines(), &sides.paths.guidelines) else { continue };
        if !beside.contains(&from) {
            continue;
        }
        match sides.local.guidelines {
            LocalDoc::Absent => match move_one(&from, to) {
                Ok(()) => moves.moved.push(to.clone()),
                Err(error) => moves.stay.push(Warning::LegacyNotMoved { from, error }),
            },
            _ => moves.stay.push(Warning::LegacyBlocked { from, to: to.clone() }),
        }
    }
    moves
}
