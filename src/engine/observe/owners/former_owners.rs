//! Texts of a score that had the place of another one before names changed hands: an editor saved what it had read there, or an
//! old file was brought back. The former owner's own file may be as it was, so that its text can also be a copy that is meant:
//! nothing is pushed until somebody names the file.

use crate::engine::error::Halt;
use crate::engine::observe::owners::likeness::{difference, likeness, own_docs};
use crate::engine::session::Session;
use crate::model::{Content, DocKind, Fault, RelPath, RemoteScore, ScoreId, ScorePaths, ScoreSides, Snapshot, SyncKind, Trees};
use std::collections::{BTreeSet, HashMap};

/// By edited score, the other ones that had their code at its place before, and are in Plexus still.
pub(super) struct FormerOwners(HashMap<ScoreId, Vec<ScoreId>>);

impl FormerOwners {
    /// Those of the scores that are edited, other than `known` to be at the last look: they were seen then.
    pub fn of_edited(session: &Session, trees: &Trees, known: &BTreeSet<ScoreId>) -> Result<Self, Halt> {
        let mut of_edited = HashMap::new();
        let is_edited = |id: &ScoreId, sides| SyncKind::of(id) == SyncKind::Score && !known.contains(id) && is_edited(sides);
        for (id, sides) in trees.iter().filter(|(id, sides)| is_edited(id, sides)) {
            let once = session.state.once_at(&sides.files_at().code)?.into_iter().map(|(id, _)| id);
            let others: BTreeSet<ScoreId> = once.filter(|other| other != id).collect();
            if !others.is_empty() {
                let listed = session.state.catalog_part(&others)?.scores.into_iter().map(|score| score.id);
                of_edited.insert(id.clone(), listed.collect());
            }
        }
        Ok(Self(of_edited))
    }

    /// Those of one score.
    pub fn of(&self, id: &ScoreId) -> &[ScoreId] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }

    /// Marks the scores with a document that is nearer to that of a former owner than to their own.
    pub fn see_texts(&self, session: &Session, trees: &mut Trees) -> Result<(), Halt> {
        for (id, owners) in &self.0 {
            let Some(sides) = trees.get(id).filter(|sides| can_be_told(sides)) else { continue };
            let mut nearest: Option<(f64, DocKind, RelPath)> = None;
            for owner in owners {
                let Some((docs, paths)) = known_docs(session, trees, owner)? else { continue };
                let near = paths
                    .documents()
                    .filter_map(|(kind, place)| Some((difference_from(&docs, sides, kind)?, kind, place.clone())));
                nearest = nearest.into_iter().chain(near).min_by(|(a, ..), (b, ..)| a.total_cmp(b));
            }
            if let (Some((_, kind, place)), Some(sides)) = (nearest, trees.get_mut(id)) {
                sides.local.fault = Some(Fault::of_former_owner(kind, &place));
            }
        }
        Ok(())
    }
}

/// What the documents of a score are known to be, and where they are.
fn known_docs(session: &Session, trees: &Trees, id: &ScoreId) -> Result<Option<(Snapshot, ScorePaths)>, Halt> {
    let synced = session.state.with_texts(id)?.map(|synced| (synced.docs, synced.paths));
    let champion = || trees.get(id).and_then(|sides| Some((own_docs(sides)?.clone(), sides.paths.clone())));
    Ok(synced.or_else(champion))
}

/// Nothing else is wrong, and what its own text would be is known.
fn can_be_told(sides: &ScoreSides) -> bool {
    let is_known = sides.synced.is_some() || own_docs(sides).is_none();
    is_known && sides.remote != RemoteScore::Gone && sides.local.fault.is_none()
}

/// How much an edited document differs from another score's, if that is little, and less than from its own.
fn difference_from(other: &Snapshot, sides: &ScoreSides, kind: DocKind) -> Option<f64> {
    let (edited, own) = edited(sides, kind)?;
    let from_own = own.map_or(Some(1.0), |own| difference(edited, own))?;
    likeness(edited, other.get(kind)?).filter(|differs| *differs < from_own)
}

fn is_edited(sides: &ScoreSides) -> bool {
    sides.files_at().documents().any(|(kind, _)| edited(sides, kind).is_some())
}

/// What a document says, if that is not what its own is known to be, and the latter.
fn edited(sides: &ScoreSides, kind: DocKind) -> Option<(&Content, Option<&Content>)> {
    let content = &sides.local.get(kind).file()?.content;
    let own = own_docs(sides).and_then(|docs| docs.get(kind));
    (own != Some(content) && !content.is_empty()).then_some((content, own))
}
