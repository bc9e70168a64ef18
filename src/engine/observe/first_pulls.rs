//! Scores that were never pulled and have no files: all that a pull needs of them is their champions, so that these can be read
//! portion by portion while earlier ones are written. Until its portion comes little is kept of a score: there may be many.

use crate::engine::observe::owners::places::Places;
use crate::model::{
    Catalog, Champion, LocalScore, RemoteScore, Score, ScoreId, ScorePaths, ScoreSides, SyncedScore, Trees, VersionId,
};
use crate::workspace::Scan;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Scores of one portion: some megabytes of texts, and enough of them that requests and writes go many at once.
const PORTION: usize = 256;

/// A score with its champion, and where its files belong.
struct FirstPull {
    id: ScoreId,
    paths: ScorePaths,
    champion: VersionId,
}

/// Those that are still to be read, in the order of their files.
#[derive(Default)]
pub(in crate::engine) struct FirstPulls(VecDeque<FirstPull>);

impl FirstPulls {
    /// The ones among the `selected` scores of a catalog.
    pub(super) fn among(
        selected: &BTreeSet<ScoreId>,
        catalog: &Catalog,
        synced: &BTreeMap<ScoreId, SyncedScore>,
        places: &Places<'_>,
        scan: &Scan,
    ) -> Self {
        let first_pull = |score: &Score| {
            let (id, champion) = (&score.id, score.champion.clone()?);
            let is_unread = selected.contains(id) && !synced.contains_key(id) && places.local(id, scan) == LocalScore::default();
            is_unread.then(|| FirstPull { id: id.clone(), paths: places.paths(id).clone(), champion })
        };
        let mut found: Vec<FirstPull> = catalog.scores.iter().filter_map(first_pull).collect();
        found.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
        Self(found.into())
    }

    /// Scores that no portion was made of yet.
    pub fn left(&self) -> usize {
        self.0.len()
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = &ScoreId> {
        self.0.iter().map(|one| &one.id)
    }

    /// Their champions.
    pub fn champions(&self) -> impl Iterator<Item = &VersionId> {
        self.0.iter().map(|one| &one.champion)
    }

    /// Where their files belong.
    pub fn paths(&self) -> impl Iterator<Item = &ScorePaths> {
        self.0.iter().map(|one| &one.paths)
    }

    /// The next portion, not read yet.
    pub fn next(&mut self) -> Option<Trees> {
        let portion: Trees = self.0.drain(..PORTION.min(self.0.len())).map(FirstPull::unread).collect();
        if self.0.len() * 2 < self.0.capacity() {
            self.0.shrink_to_fit();
        }
        Some(portion).filter(|portion| !portion.is_empty())
    }

    /// Everything that is left, and `portion`.
    pub fn given_up(self, mut portion: Trees) -> Trees {
        portion.extend(self.0.into_iter().map(FirstPull::unread));
        portion
    }
}

impl FirstPull {
    fn unread(self) -> (ScoreId, ScoreSides) {
        let remote = RemoteScore::Champion(Champion::new(self.champion, None), Vec::new());
        (self.id, ScoreSides { paths: self.paths, local: LocalScore::default(), remote, synced: None })
    }
}
