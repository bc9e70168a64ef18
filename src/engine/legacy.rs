//! Guidelines files beside the code, where they lived before they had a folder: moved when a person asks, where nothing is
//! in the way. Their bytes stay as they are, so that what is in them counts as the edit that it may be.

use super::observe::{Depth, Observation};
use super::report::Halt;
use super::select::Targets;
use super::session::Session;
use crate::model::{Expect, LocalDoc, RelPath};
use std::collections::BTreeSet;

/// What became of the legacy files of the selected scores.
#[derive(Debug, Default)]
pub(super) struct Legacy {
    /// The new places of those that were moved, or would be.
    pub moved: Vec<RelPath>,
    /// Why others stay, as sentences.
    pub stay: Vec<String>,
}

impl Session {
    /// Moves what can be moved, and observes again if something was.
    pub(super) async fn move_legacy(
        &mut self,
        targets: &Targets,
        observation: Observation,
        dry_run: bool,
    ) -> Result<(Observation, Legacy), Halt> {
        let mut legacy = Legacy::default();
        let beside: BTreeSet<&RelPath> = observation.legacy.iter().collect();
        for sides in observation.trees.values() {
            let (from, to) = (sides.paths.legacy_guidelines(), &sides.paths.guidelines);
            if !beside.contains(&from) {
                continue;
            }
            match (&sides.local.guidelines, dry_run) {
                (LocalDoc::Absent, true) => legacy.moved.push(to.clone()),
                (LocalDoc::Absent, false) => match self.move_one(&from, to) {
                    Ok(()) => legacy.moved.push(to.clone()),
                    Err(error) => legacy.stay.push(format!("{from} stays: {error}")),
                },
                _ => legacy.stay.push(format!("{from} stays: {to} is there already; keep what you need and remove one of them")),
            }
        }
        if dry_run || legacy.moved.is_empty() {
            return Ok((observation, legacy));
        }
        Ok((self.observe(targets, Depth::Contents, None).await?, legacy))
    }

    fn move_one(&self, from: &RelPath, to: &RelPath) -> Result<(), crate::workspace::FileError> {
        let digest = crate::model::Digest::of(&self.workspace.read(from)?);
        self.workspace.rename(from, to, Expect::Bytes(digest))
    }
}
