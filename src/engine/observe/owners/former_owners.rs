//! Texts of a score that had the place of another one before names changed hands: an editor saved what it had read there, or an
//! old file was brought back. The former owner's own file may be as it was, so that its text can also be a copy that is meant:
//! nothing is pushed until somebody names the file.

use crate::engine::error::Halt;
use crate::engine::observe::owners::likeness::{difference, edited, is_known, is_remnant, likeness, own_docs};
use crate::engine::session::Session;
use crate::model::{DocKind, Fault, RelPath, ScoreId, ScorePaths, ScoreSides, Snapshot, SyncKind, Trees};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

/// By edited score, what others it shared places with.
pub(super) struct FormerOwners(HashMap<ScoreId, SharedPlaces>);

struct SharedPlaces {
    /// Where the code of the score is, and was before: a file goes along when its folder is renamed.
    places: BTreeSet<RelPath>,
    /// The other ones that had their code at one of them before, and are in Plexus still.
    owners: Vec<ScoreId>,
}

impl FormerOwners {
    /// Those of the scores that are edited, other than `known` to be at the last look: they were seen then.
    pub fn of_edited(session: &Session, trees: &Trees, known: &BTreeSet<ScoreId>) -> Result<Self, Halt> {
        let mut of_edited = HashMap::new();
        let is_edited = |id: &ScoreId, sides| SyncKind::of(id) == SyncKind::Score && !known.contains(id) && is_edited(sides);
        for (id, sides) in trees.iter().filter(|(id, sides)| is_edited(id, sides)) {
            let (places, mut others) = (places(session, id, sides)?, BTreeSet::new());
            for place in &places {
                others.extend(session.state.once_at(place)?.into_iter().map(|(other, _)| other).filter(|other| other != id));
            }
            if !others.is_empty() {
                let listed = session.state.catalog_part(&others)?.scores.into_iter().map(|score| score.id);
                of_edited.insert(id.clone(), SharedPlaces { places, owners: listed.collect() });
            }
        }
        Ok(Self(of_edited))
    }

    /// The former owners of the places of one score.
    pub fn of(&self, id: &ScoreId) -> &[ScoreId] {
        self.0.get(id).map_or(&[], |shared| &shared.owners)
    }

    /// Marks the scores with a document that is nearer to that of a former owner than to their own.
    pub fn see_texts(&self, session: &Session, trees: &mut Trees) -> Result<(), Halt> {
        for (id, SharedPlaces { places, owners }) in &self.0 {
            let can_be_told = |sides: &&ScoreSides| is_known(sides) && sides.local.fault.is_none();
            let Some(sides) = trees.get(id).filter(can_be_told) else { continue };
            let was_own = was_own_code(session, id, sides)?;
            let mut nearest: Option<(f64, DocKind, RelPath)> = None;
            for owner in owners {
                let Some((known, paths)) = known_docs(session, trees, owner, places)? else { continue };
                let files = trees.get(owner).and_then(|sides| sides.local.docs());
                let documents = paths.documents().filter(|(kind, _)| *kind != DocKind::Code || !was_own);
                let near = documents.filter_map(|(kind, place)| {
                    let differences = known.iter().filter_map(|docs| difference_from(docs, sides, kind));
                    // Files of scores that are alike may both have got the same edit: that they are near says nothing.
                    let differences = differences.chain(files.iter().filter_map(|docs| remnant_of(docs, sides, kind)));
                    Some((differences.min_by(f64::total_cmp)?, kind, place.clone()))
                });
                // Where both documents are another one's, the code is what is told.
                let order = |near: &(f64, DocKind, RelPath)| (near.1 == DocKind::Guidelines, near.0);
                let by_order = |a: &_, b: &_| order(a).partial_cmp(&order(b)).unwrap_or(Ordering::Equal);
                nearest = nearest.into_iter().chain(near).min_by(by_order);
            }
            if let (Some((_, kind, place)), Some(sides)) = (nearest, trees.get_mut(id)) {
                sides.local.fault = Some(Fault::of_former_owner(kind, &place));
            }
        }
        Ok(())
    }
}

fn places(session: &Session, id: &ScoreId, sides: &ScoreSides) -> Result<BTreeSet<RelPath>, Halt> {
    let earlier = session.state.earlier_places(id)?.into_iter().filter_map(|(_, paths)| Some(paths?.code));
    Ok(earlier.chain([sides.files_at().code.clone()]).collect())
}

/// What the documents of a score are known to be, and to have been when it had one of `places`; and where they are.
fn known_docs(
    session: &Session,
    trees: &Trees,
    id: &ScoreId,
    places: &BTreeSet<RelPath>,
) -> Result<Option<(Vec<Snapshot>, ScorePaths)>, Halt> {
    let synced = session.state.with_texts(id)?.map(|synced| (synced.docs, synced.paths));
    let champion = || trees.get(id).and_then(|sides| Some((own_docs(sides)?.clone(), sides.paths.clone())));
    let Some((now, paths)) = synced.or_else(champion) else { return Ok(None) };
    let mut known = vec![now];
    for place in places {
        known.extend(session.state.docs_once_at(id, place)?);
    }
    Ok(Some((known, paths)))
}

/// The code is a text that the score once had: its own, whoever had it too.
fn was_own_code(session: &Session, id: &ScoreId, sides: &ScoreSides) -> Result<bool, Halt> {
    let Some(code) = edited(sides, DocKind::Code) else { return Ok(false) };
    Ok(session.state.ever_with_code(&code.digest)?.iter().any(|(had, _)| had == id))
}

/// How much an edited document differs from another score's, if it is what was left of that, or if that is little, and less than
/// from its own.
fn difference_from(other: &Snapshot, sides: &ScoreSides, kind: DocKind) -> Option<f64> {
    remnant_of(other, sides, kind).or_else(|| nearer_than_own(other, sides, kind))
}

fn nearer_than_own(other: &Snapshot, sides: &ScoreSides, kind: DocKind) -> Option<f64> {
    let edited = edited(sides, kind).filter(|content| !content.is_empty())?;
    let own = own_docs(sides).and_then(|docs| docs.get(kind));
    let from_own = own.map_or(Some(1.0), |own| difference(edited, own))?;
    likeness(edited, other.get(kind)?).filter(|differs| *differs < from_own)
}

/// How much an edited document differs from another score's, if it is what was left of that.
fn remnant_of(other: &Snapshot, sides: &ScoreSides, kind: DocKind) -> Option<f64> {
    let edited = edited(sides, kind)?;
    let own = own_docs(sides).and_then(|docs| docs.get(kind));
    let other = other.get(kind).filter(|other| is_remnant(edited, other, own))?;
    difference(edited, other)
}

fn is_edited(sides: &ScoreSides) -> bool {
    [DocKind::Code, DocKind::Guidelines].into_iter().any(|kind| edited(sides, kind).is_some())
}
