//! Where the files of scores are: where their names say or, if they were renamed in Plexus and no pull has followed yet, still
//! where they were. Names can change hands, so that a file may lie where another score belongs.
//!
//! A file at the old place of another score is that one's. It is this score's only if there is no doubt that the other one's
//! files are elsewhere: a teammate's pull moved them, and git brought that here. Such a move is known by the file that says
//! what its score's base says.

use crate::model::{DocKind, Layout, LocalDoc, LocalScore, RelPath, ScoreId, ScorePaths, SyncedScore};
use crate::workspace::Scan;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The places of some scores, as a scan found them.
pub(super) struct Places<'a> {
    layout: &'a Layout,
    synced: &'a BTreeMap<ScoreId, SyncedScore>,
    /// Who has a code file at a place that is not where it belongs.
    left: HashMap<&'a RelPath, &'a ScoreId>,
    /// Those of the scores whose files are where their new names say.
    arrived: BTreeSet<&'a ScoreId>,
    /// Where their code files are.
    occupied: BTreeSet<&'a RelPath>,
}

/// Where scores have their files that were renamed in Plexus or are gone.
pub(super) fn left<'a>(
    layout: &Layout,
    synced: &'a BTreeMap<ScoreId, SyncedScore>,
) -> impl Iterator<Item = (&'a ScoreId, &'a ScorePaths)> {
    let synced = synced.iter().map(|(id, synced)| (id, &synced.paths));
    synced.filter(|(id, at)| layout.paths.get(*id).is_none_or(|paths| paths != *at))
}

impl<'a> Places<'a> {
    /// The places of `scores`, all of whose paths were scanned.
    pub fn of(
        layout: &'a Layout,
        synced: &'a BTreeMap<ScoreId, SyncedScore>,
        scores: &'a BTreeSet<ScoreId>,
        scan: &Scan,
    ) -> Self {
        let left = left(layout, synced).map(|(id, at)| (&at.code, id)).collect();
        let mut places = Self { layout, synced, left, arrived: BTreeSet::new(), occupied: BTreeSet::new() };
        let mut unsettled: Vec<&ScoreId> = scores.iter().filter(|id| places.is_renamed(id)).collect();
        loop {
            let (arrived, rest): (Vec<_>, Vec<_>) = unsettled.into_iter().partition(|id| places.has_arrived(id, scan));
            if arrived.is_empty() {
                return places;
            }
            let occupied: Vec<&RelPath> = arrived.iter().map(|id| &places.paths(id).code).collect();
            places.occupied.extend(occupied);
            places.arrived.extend(arrived);
            unsettled = rest;
        }
    }

    /// Where the score's files belong. One that is gone from Plexus keeps the paths it had.
    pub fn paths(&self, id: &ScoreId) -> &'a ScorePaths {
        let before = || self.synced.get(id).map(|synced| &synced.paths);
        self.layout.paths.get(id).or_else(before).expect("a selected score is in the catalog or in the state")
    }

    /// Where its files are, if not where they belong.
    pub fn found_at(&self, id: &ScoreId) -> Option<&'a ScorePaths> {
        self.synced.get(id).map(|synced| &synced.paths).filter(|_| self.is_renamed(id) && !self.arrived.contains(id))
    }

    /// Another score has its files where this one belongs, and has none of its own yet.
    pub fn is_taken(&self, id: &ScoreId) -> bool {
        let is_elsewhere = !self.synced.contains_key(id) || self.found_at(id).is_some();
        is_elsewhere && self.owner(id).is_some_and(|owner| !self.arrived.contains(owner))
    }

    /// What the scan found of a score, and what is in the way of its files.
    pub fn local(&self, id: &ScoreId, scan: &Scan) -> LocalScore {
        let (belongs, found_at) = (self.paths(id), self.found_at(id));
        let waits = found_at.is_none() && self.is_taken(id);
        let doc = |path: &RelPath| scan.docs.get(path).cloned().unwrap_or_default();
        let at = found_at.unwrap_or(belongs);
        let local = match waits {
            true => LocalScore::default(),
            false => {
                let guidelines = at.guidelines.as_ref().map(doc).unwrap_or_default();
                LocalScore { code: doc(&at.code), guidelines, ..LocalScore::default() }
            }
        };
        let comes = |kind: DocKind| waits || (found_at.is_some() && *local.get(kind) != LocalDoc::Absent);
        let coming = belongs.documents().filter(|(kind, _)| comes(*kind)).map(|(_, path)| path);
        let in_the_way = coming.filter(|path| is_there(scan, path)).cloned().collect();
        LocalScore { found_at: found_at.filter(|_| !local.is_absent()).cloned(), in_the_way, ..local }
    }

    fn is_renamed(&self, id: &ScoreId) -> bool {
        let before = self.synced.get(id).map(|synced| &synced.paths);
        before.is_some_and(|before| self.layout.paths.get(id).is_some_and(|paths| paths != before))
    }

    /// Which other score had its code where this one belongs.
    fn owner(&self, id: &ScoreId) -> Option<&'a ScoreId> {
        self.left.get(&self.paths(id).code).copied().filter(|owner| *owner != id)
    }

    /// Whether the files of a renamed score are where they belong, as far as it is known where those of others are.
    fn has_arrived(&self, id: &ScoreId, scan: &Scan) -> bool {
        let (here, synced) = (self.paths(id), &self.synced[id]);
        let before = &synced.paths;
        if let Some(owner) = self.owner(id).filter(|owner| !self.arrived.contains(*owner)) {
            let is_base_of = |synced: &SyncedScore, path: &RelPath| {
                let file = scan.docs.get(path).and_then(LocalDoc::file);
                file.is_some_and(|file| file.content == synced.docs.code)
            };
            // What says the base of both is the owner's while this score's own file is where it was.
            let is_owners = is_base_of(&self.synced[owner], &here.code) && is_there(scan, &before.code);
            return is_base_of(synced, &here.code) && !is_base_of(synced, &before.code) && !is_owners;
        }
        match (is_there(scan, &here.code), is_there(scan, &before.code)) {
            (true, there) => !there || self.occupied.contains(&before.code),
            (false, true) => false,
            (false, false) => {
                let has_guidelines = |paths: &ScorePaths| paths.guidelines.as_ref().is_some_and(|path| is_there(scan, path));
                has_guidelines(here) || !has_guidelines(before)
            }
        }
    }
}

fn is_there(scan: &Scan, path: &RelPath) -> bool {
    scan.docs.get(path).is_some_and(|doc| *doc != LocalDoc::Absent)
}
