//! Guidelines that lie beside the code of another score: somebody committed only one document of each after names were swapped.
//!
//! Guidelines are often copied, so only those count that went round: each of the scores has just what another one of them had.

use crate::model::{Content, Digest, DocKind, Fault, ScoreId, ScoreSides, SyncKind, Trees};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Marks the scores whose guidelines are another one's as not to be pushed. Edits in `known` are as they were at the last look;
/// what is marked is not kept as such an edit.
pub(in crate::engine::observe) fn see_crossed_guidelines(trees: &mut Trees, known: &BTreeSet<ScoreId>) {
    let edited: Vec<(&ScoreId, &Content, &Digest)> =
        trees.iter().filter_map(|(id, sides)| edited(id, sides).map(|(text, base)| (id, text, base))).collect();
    if edited.len() < 2 || edited.iter().all(|(id, ..)| known.contains(*id)) {
        return;
    }
    let owners: HashMap<&Digest, &ScoreId> = edited.iter().map(|(id, _, base)| (*base, *id)).collect();
    let has_of: BTreeMap<ScoreId, ScoreId> =
        edited.iter().filter_map(|(id, text, _)| Some(((*id).clone(), (*owners.get(&text.digest)?).clone()))).collect();
    for (id, owner) in has_of.iter().filter(|(id, _)| goes_round(&has_of, id)) {
        let place = trees[owner].paths.guidelines.clone();
        if let (Some(sides), Some(place)) = (trees.get_mut(id), place) {
            sides.local.fault.get_or_insert_with(|| Fault::of_another(DocKind::Guidelines, &place));
        }
    }
}

/// Whoever has what a score had, and so on, comes back to that score.
fn goes_round(has_of: &BTreeMap<ScoreId, ScoreId>, id: &ScoreId) -> bool {
    let mut at = id;
    for _ in 0..has_of.len() {
        match has_of.get(at) {
            Some(owner) if owner == id => return true,
            Some(owner) => at = owner,
            None => return false,
        }
    }
    false
}

/// What the guidelines of a score say, if that is not what its base says, and the digest of that.
fn edited<'a>(id: &ScoreId, sides: &'a ScoreSides) -> Option<(&'a Content, &'a Digest)> {
    let synced = sides.synced.as_ref().filter(|_| SyncKind::of(id) == SyncKind::Score)?;
    let (content, base) = (&sides.local.guidelines.file()?.content, synced.docs.guidelines.as_ref()?);
    (base != content && !content.is_empty()).then_some((content, &base.digest))
}
