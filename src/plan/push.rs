//! What a push does for each row: make a version of what was edited here, or say why not. Writes no files.

use super::classify::{Based, TruthRow};
use super::lineage::successors;
use super::pair::sent;
use super::pull::{based_on, converged_base, settle};
use super::types::{NewBase, Operation, Refusal, ScoreProblem, Step};
use crate::model::{Changes, Fault, MAX_PAIR_BYTES, NewVersion, ScoreId, ScoreSides, Snapshot, SyncedScore, VersionId};

/// The step of one score; an error is a problem of this score.
pub(super) fn step(
    score: &ScoreId,
    sides: &ScoreSides,
    row: &TruthRow,
    reformat: bool,
    promote: bool,
) -> Result<Step, ScoreProblem> {
    // Only a pull moves files after a rename.
    let paths = sides.files_at();
    // Where there are no drafts, what could be pushed waits for a promotion.
    let waits = |step: Step| match step {
        Step::Do(_) if !promote && !has_drafts(sides) => Step::Nothing,
        step => step,
    };
    match row {
        TruthRow::Empty | TruthRow::DeletedLocally | TruthRow::NotPulled { .. } | TruthRow::GoneRemotely { clean: true } => {
            Ok(Step::Nothing)
        }
        TruthRow::GoneRemotely { clean: false } => Ok(Step::Refuse(Refusal::GoneRemotely)),
        TruthRow::UnknownBase { .. } => Ok(Step::Refuse(Refusal::UnknownBase)),
        TruthRow::New { local } => create(score, sides, local, None).map(waits),
        TruthRow::Current(based) => {
            let local = if reformat { based.as_written() } else { based.local.clone() };
            let is_edited = based.synced.docs.changes_to(&local).any();
            if is_edited {
                create(score, sides, &local, Some(based)).map(waits)
            } else {
                Ok(settle(sides, based_on(sides, based, paths, |_| None)))
            }
        }
        TruthRow::Converged { theirs } => Ok(settle(sides, converged_base(sides, theirs, paths))),
        TruthRow::Moved(_, moved) => Ok(Step::Refuse(Refusal::Stale { champion: moved.theirs.0.clone() })),
    }
}

fn create(score: &ScoreId, sides: &ScoreSides, local: &Snapshot, based: Option<&Based>) -> Result<Step, ScoreProblem> {
    if let Some(fault) = fault(sides, local) {
        return Ok(Step::Refuse(Refusal::Fault(fault)));
    }
    let code = sent(&local.code)?.into_owned();
    let guidelines = local.guidelines.as_ref().map(sent).transpose()?;
    let bytes = code.len() + guidelines.as_ref().map_or(0, |text| text.len());
    if bytes > MAX_PAIR_BYTES {
        return Ok(Step::Refuse(Refusal::TooLarge { bytes, limit: MAX_PAIR_BYTES }));
    }
    let synced = based.map(|based| &based.synced);
    let version = NewVersion::new(score.clone(), synced.map(|synced| synced.base.clone()), code, guidelines.map(Into::into));
    let changes = synced.map_or_else(|| all_of(local), |synced| synced.docs.changes_to(local));
    let base = new_base(sides, &version, synced);
    if let Some(twin) = synced.and_then(|synced| twin(sides, local, &synced.base, &version)) {
        let base = NewBase { version: twin.clone(), ..base };
        return Ok(Step::Do(Operation::Reuse { base, changes }));
    }
    Ok(Step::Do(Operation::Create { version, changes, base }))
}

fn has_drafts(sides: &ScoreSides) -> bool {
    sides.paths.kind().has_drafts()
}

/// The newest version made from the base by somebody else that says exactly what `version` would.
fn twin<'a>(sides: &'a ScoreSides, local: &Snapshot, base: &VersionId, version: &NewVersion) -> Option<&'a VersionId> {
    let is_same = |docs: &Snapshot| docs.code == local.code && docs.guidelines == local.guidelines;
    let mut made = successors(sides.remote.known(), base).into_iter().filter(|made| made.id != version.id);
    made.find(|made| made.docs.as_ref().is_some_and(is_same)).map(|made| &made.id)
}

/// Why these files are not to be pushed.
fn fault(sides: &ScoreSides, local: &Snapshot) -> Option<Fault> {
    sides.local.fault.clone().or_else(|| local.code.is_empty().then(|| Fault::emptied(local.code.kind)))
}

/// What a score's first version changes.
fn all_of(local: &Snapshot) -> Changes {
    Changes { code: true, guidelines: local.guidelines.as_ref().is_some_and(|content| !content.is_empty()) }
}

/// The version becomes the base; the champion stays what it is, unless the version runs at once.
fn new_base(sides: &ScoreSides, version: &NewVersion, synced: Option<&SyncedScore>) -> NewBase {
    let runs = !has_drafts(sides);
    let champion = if runs { Some(version.id.clone()) } else { synced.and_then(|synced| synced.champion.clone()) };
    let champion_docs = champion.as_ref().filter(|_| !runs).and_then(|id| synced?.docs_of(id).cloned());
    let paths = sides.files_at().clone();
    let base = NewBase { version: version.id.clone(), docs: version.docs(), champion, champion_docs, paths, local: None };
    base.leaving(sides, |_| None)
}
