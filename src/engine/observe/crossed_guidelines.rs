//! Guidelines that lie beside the code of another score: somebody committed only one document of each after names were swapped.
//!
//! Guidelines are often copied, so only those count that went round: each of the scores has just what another one of them had.

use crate::model::{Content, Digest, DocKind, Fault, ScoreId, ScoreSides, SyncKind, SyncedScore, Trees};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Marks the scores whose guidelines are another one's as not to be pushed. Edits in `known` are as they were at the last look,
/// when it was not so.
pub(super) fn see_crossed_guidelines(trees: &mut Trees, synced: &BTreeMap<ScoreId, SyncedScore>, known: &BTreeSet<ScoreId>) {
    let edited: Vec<(&ScoreId, &Content)> = trees.iter().filter_map(|(id, sides)| Some((id, edited(id, sides)?))).collect();
    if edited.len() < 2 || edited.iter().all(|(id, _)| known.contains(*id)) {
        return;
    }
    let mut owners: HashMap<Digest, Vec<&ScoreId>> = HashMap::new();
    for (id, synced) in synced {
        if let Some(guidelines) = &synced.docs.guidelines {
            owners.entry(guidelines.digest).or_default().push(id);
        }
    }
    let says_another_s = |(id, text): (&ScoreId, &Content)| {
        let owner = owners.get(&text.digest)?.iter().find(|owner| edited.iter().any(|(other, _)| other == *owner))?;
        Some((id.clone(), (*owner).clone()))
    };
    let pairs: BTreeMap<ScoreId, ScoreId> = edited.iter().copied().filter_map(says_another_s).collect();
    let crossed: Vec<(&ScoreId, &ScoreId)> = pairs.iter().filter(|(_, owner)| pairs.contains_key(*owner)).collect();
    for (id, owner) in crossed {
        let place = trees[owner].paths.guidelines.clone();
        if let (Some(sides), Some(place)) = (trees.get_mut(id), place) {
            sides.local.fault.get_or_insert_with(|| Fault::of_another(DocKind::Guidelines, &place));
        }
    }
}

/// What the guidelines of a score say, if that is not what its base says.
fn edited<'a>(id: &ScoreId, sides: &'a ScoreSides) -> Option<&'a Content> {
    let synced = sides.synced.as_ref().filter(|_| SyncKind::of(id) == SyncKind::Score)?;
    let content = &sides.local.guidelines.file()?.content;
    (synced.docs.guidelines.as_ref() != Some(content) && !content.is_empty()).then_some(content)
}
