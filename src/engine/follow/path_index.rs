//! [`PathIndex`]: which score a path belongs to, and where the files of a score are.

use crate::engine::error::Halt;
use crate::engine::select::{Directory, Targets};
use crate::model::{Catalog, Layout, RelPath, Score, ScoreId, ScorePaths, SyncedScore, VersionId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The files of the scores that are followed.
#[derive(Debug, Default)]
pub(super) struct PathIndex {
    catalog: Catalog,
    by_id: BTreeMap<ScoreId, ScorePaths>,
    by_path: HashMap<RelPath, ScoreId>,
}

/// Nothing differs that makes paths.
fn has_place_of(a: &Score, b: &Score) -> bool {
    a.name == b.name && a.scorecard_id == b.scorecard_id && a.external_id == b.external_id
}

impl PathIndex {
    /// The places of a catalog and, for scores that moved or are gone, of their last sync. Only what `targets`
    /// names; scores that are gone only where no single one is named.
    pub fn new(catalog: Catalog, synced: &BTreeMap<ScoreId, SyncedScore>, targets: &Targets) -> Result<Self, Halt> {
        let layout = Layout::of(&catalog);
        let followed = Directory { catalog: &catalog, layout: &layout }.resolve(targets)?;
        let mut path_index = Self::default();
        let is_gone = |id: &ScoreId| targets.selectors.is_empty() && !layout.paths.contains_key(id);
        for (id, synced) in synced.iter().filter(|(id, _)| followed.contains(*id) || is_gone(id)) {
            path_index.put(id, &synced.paths);
        }
        for (id, paths) in layout.paths.iter().filter(|(id, _)| followed.contains(*id)) {
            path_index.put(id, paths);
        }
        Ok(Self { catalog, ..path_index })
    }

    fn put(&mut self, id: &ScoreId, paths: &ScorePaths) {
        for path in paths.files() {
            self.by_path.insert(path.clone(), id.clone());
        }
        self.by_id.insert(id.clone(), paths.clone());
    }

    /// The catalog that they were made of.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The champions of these scores.
    pub fn champions(&self, scores: &BTreeSet<ScoreId>) -> HashMap<ScoreId, Option<VersionId>> {
        let asked = self.catalog.scores.iter().filter(|score| scores.contains(&score.id));
        asked.map(|score| (score.id.clone(), score.champion.clone())).collect()
    }

    /// A few scores are in the same places: they are taken as they are. False if the places have to be made anew.
    pub fn keep_few(&mut self, few: &[Score]) -> bool {
        let mut left: HashMap<&ScoreId, &Score> = few.iter().map(|score| (&score.id, score)).collect();
        if left.is_empty() {
            return true;
        }
        for known in &mut self.catalog.scores {
            match left.remove(&known.id) {
                Some(now) if has_place_of(known, now) => known.clone_from(now),
                Some(_) => return false,
                None => {}
            }
        }
        left.is_empty()
    }

    /// Another catalog has all scores in the same places: it is taken as it is. False if the places have to be made anew.
    pub fn keep(&mut self, catalog: &Catalog) -> bool {
        let known: HashMap<&ScoreId, &Score> = self.catalog.scores.iter().map(|score| (&score.id, score)).collect();
        let is_same = |score: &Score| known.get(&score.id).is_some_and(|known| has_place_of(known, score));
        let same = self.catalog.scorecards == catalog.scorecards
            && known.len() == catalog.scores.len()
            && catalog.scores.iter().all(is_same);
        if same {
            self.catalog = catalog.clone();
        }
        same
    }

    /// How many scores are followed.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The scores that are followed.
    pub fn ids(&self) -> impl Iterator<Item = &ScoreId> {
        self.by_id.keys()
    }

    /// Where a score's files are.
    pub fn of(&self, id: &ScoreId) -> Option<&ScorePaths> {
        self.by_id.get(id)
    }

    /// The scores that a path belongs to, with their code files: one for a document, all below for a folder.
    pub fn at(&self, path: &RelPath) -> Vec<(ScoreId, RelPath)> {
        let one = |id: &ScoreId| self.of(id).map(|paths| (id.clone(), paths.code.clone()));
        if let Some(id) = self.by_path.get(path) {
            return one(id).into_iter().collect();
        }
        let below = self.by_id.iter().filter(|(_, paths)| paths.files().any(|file| is_below(file, path)));
        below.map(|(id, paths)| (id.clone(), paths.code.clone())).collect()
    }
}

fn is_below(path: &RelPath, folder: &RelPath) -> bool {
    path.as_str().strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
}
