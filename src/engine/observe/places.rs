//! Where the files of scores are: where their names say or, if they were renamed in Plexus and no pull has followed yet, still
//! where they were. Names can change hands, so that a file may lie where another score belongs.
//!
//! A file at the old place of another score is that one's, unless it is nearer to what this score's base says, and this
//! score's own file is gone from where it was, or is another one's by now: a teammate's pull moved them, and git brought that
//! here. In doubt everything is where Synced says. No file is ever that of two scores.

use crate::model::{DocKind, Layout, LocalDoc, LocalScore, RelPath, ScoreId, ScorePaths, SyncedScore};
use crate::workspace::Scan;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whether the code at a place is nearer to the base of the first score than to that of the second; false where a text is not
/// at hand.
pub(super) type IsNearer<'a> = dyn Fn(&RelPath, &ScoreId, &ScoreId) -> bool + 'a;

/// The places of some scores, as a scan found them.
pub(super) struct Places<'a> {
    layout: &'a Layout,
    synced: &'a BTreeMap<ScoreId, SyncedScore>,
    /// Who has a code file at a place that is not where it belongs.
    left: HashMap<&'a RelPath, &'a ScoreId>,
    /// Others that are recorded there as well: one of them has found its files elsewhere since.
    rivals: Vec<(&'a RelPath, &'a ScoreId)>,
    /// Who belongs there.
    heirs: HashMap<&'a RelPath, &'a ScoreId>,
    /// Those of the scores whose files are where their new names say.
    arrived: BTreeSet<&'a ScoreId>,
    /// Where scores have their code files that belong there.
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
    /// What is recorded, before any file is looked at.
    pub fn recorded(layout: &'a Layout, synced: &'a BTreeMap<ScoreId, SyncedScore>) -> Self {
        let (mut left, mut rivals) = (HashMap::new(), Vec::new());
        for (id, at) in self::left(layout, synced) {
            rivals.extend(left.insert(&at.code, id).map(|rival| (&at.code, rival)));
        }
        let listed = layout.paths.iter().filter(|_| !left.is_empty());
        let heirs: HashMap<&RelPath, &ScoreId> =
            listed.map(|(id, paths)| (&paths.code, id)).filter(|(code, _)| left.contains_key(code)).collect();
        let is_settled = |code: &RelPath, id: &ScoreId| synced.get(id).is_some_and(|synced| synced.paths.code == *code);
        let occupied = heirs.iter().filter(|(code, id)| is_settled(code, id)).map(|(code, _)| *code).collect();
        Self { layout, synced, left, rivals, heirs, arrived: BTreeSet::new(), occupied }
    }

    /// These scores, and those that have to be looked at to know where the files of these are: names went from one to another.
    pub fn related(&self, scores: &BTreeSet<ScoreId>) -> BTreeSet<ScoreId> {
        let mut related = scores.clone();
        let mut open: Vec<&ScoreId> = if self.left.is_empty() { Vec::new() } else { scores.iter().collect() };
        while let Some(id) = open.pop() {
            let before = self.synced.get(id).map(|synced| &synced.paths.code);
            let here = [&self.left, &self.heirs].into_iter().filter_map(|by_code| by_code.get(before?).copied());
            let rivals = self.rivals.iter().filter(|(code, _)| Some(*code) == before).map(|(_, rival)| *rival);
            for other in here.chain(rivals).chain(self.owner(id)) {
                if related.insert(other.clone()) {
                    open.push(other);
                }
            }
        }
        related
    }

    /// The places of `scores`, with all [related](Self::related) ones, all of whose paths were scanned.
    pub fn settle(mut self, scores: &'a BTreeSet<ScoreId>, scan: &Scan, is_nearer: &IsNearer<'_>) -> Self {
        for (code, rival) in std::mem::take(&mut self.rivals) {
            if scores.contains(rival) && self.says(code, [rival, self.left[code]], scan, is_nearer) {
                self.left.insert(code, rival);
            }
        }
        let mut unsettled: Vec<&ScoreId> = scores.iter().filter(|id| self.is_renamed(id)).collect();
        loop {
            let (arrived, rest): (Vec<_>, Vec<_>) = unsettled.into_iter().partition(|id| self.has_arrived(id, scan, is_nearer));
            if arrived.is_empty() {
                return self;
            }
            let occupied: Vec<&RelPath> = arrived.iter().map(|id| &self.paths(id).code).collect();
            self.occupied.extend(occupied);
            self.arrived.extend(arrived);
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
        let before = self.synced.get(id).map(|synced| &synced.paths);
        before.filter(|_| self.is_renamed(id) && !self.arrived.contains(id) && !self.is_lost(id))
    }

    /// Another score has its files where this one belongs, and has none of its own yet.
    pub fn is_taken(&self, id: &ScoreId) -> bool {
        let is_elsewhere = !self.synced.contains_key(id) || (self.is_renamed(id) && !self.arrived.contains(id));
        is_elsewhere && self.owner(id).is_some_and(|owner| !self.arrived.contains(owner) && !self.is_lost(owner))
    }

    /// The scores whose code was found where it belongs and is recorded elsewhere, with their places.
    pub fn arrivals(&self, scan: &Scan) -> Vec<(ScoreId, ScorePaths)> {
        let places = self.arrived.iter().map(|id| ((*id).clone(), self.paths(id).clone()));
        places.filter(|(_, paths)| is_there(scan, &paths.code)).collect()
    }

    /// What the scan found of a score, and what is in the way of its files.
    pub fn local(&self, id: &ScoreId, scan: &Scan) -> LocalScore {
        let (belongs, found_at) = (self.paths(id), self.found_at(id));
        let waits = found_at.is_none() && self.is_taken(id);
        let is_gone = found_at.is_none() && !self.layout.paths.contains_key(id) && self.is_lost(id);
        let doc = |path: &RelPath| scan.docs.get(path).cloned().unwrap_or_default();
        let at = found_at.unwrap_or(belongs);
        let local = match waits || is_gone {
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

    /// What lies where its files were is another score's by now.
    fn is_lost(&self, id: &ScoreId) -> bool {
        let before = &self.synced[id].paths.code;
        self.occupied.contains(before) || self.left.get(before).is_some_and(|owner| *owner != id)
    }

    /// Which other score had its code where this one belongs.
    fn owner(&self, id: &ScoreId) -> Option<&'a ScoreId> {
        self.left.get(&self.paths(id).code).copied().filter(|owner| *owner != id)
    }

    /// Whether the files of a renamed score are where they belong, as far as it is known where those of others are.
    fn has_arrived(&self, id: &ScoreId, scan: &Scan, is_nearer: &IsNearer<'_>) -> bool {
        let (here, before) = (self.paths(id), &self.synced[id].paths);
        if let Some(owner) = self.owner(id).filter(|owner| !self.arrived.contains(*owner)) {
            let is_gone = !is_there(scan, &before.code) || self.is_lost(id) || self.is_heirs(id, scan, is_nearer);
            let is_elsewhere = is_gone || self.says(&before.code, [owner, id], scan, is_nearer);
            return is_elsewhere && self.says(&here.code, [id, owner], scan, is_nearer);
        }
        match (is_there(scan, &here.code), is_there(scan, &before.code)) {
            (true, there) => !there || self.is_lost(id),
            (false, true) if !self.is_lost(id) => false,
            (false, _) => {
                let has_guidelines = |paths: &ScorePaths| paths.guidelines.as_ref().is_some_and(|path| is_there(scan, path));
                has_guidelines(here) || !has_guidelines(before)
            }
        }
    }

    /// What lies where the score was is the file of the one that belongs there now.
    fn is_heirs(&self, id: &ScoreId, scan: &Scan, is_nearer: &IsNearer<'_>) -> bool {
        let before = &self.synced[id].paths.code;
        let Some(heir) = self.heirs.get(before) else { return false };
        match self.synced.contains_key(*heir) {
            true => self.says(before, [heir, id], scan, is_nearer),
            // Of one that was never synced nothing is known.
            false => !self.is_base_of(before, id, scan),
        }
    }

    /// The code at a place is nearer to the base of the first score than to that of the second, which is there as far as it is
    /// known.
    fn says(&self, path: &RelPath, [id, other]: [&ScoreId; 2], scan: &Scan, is_nearer: &IsNearer<'_>) -> bool {
        match (self.is_base_of(path, id, scan), self.is_base_of(path, other, scan)) {
            (true, true) => self.synced[id].paths.code != *path && !is_there(scan, &self.synced[id].paths.code),
            (true, false) => true,
            (false, true) => false,
            (false, false) => scan.docs.get(path).and_then(LocalDoc::file).is_some() && is_nearer(path, id, other),
        }
    }

    fn is_base_of(&self, path: &RelPath, id: &ScoreId, scan: &Scan) -> bool {
        scan.docs.get(path).and_then(LocalDoc::file).is_some_and(|file| file.content == self.synced[id].docs.code)
    }
}

fn is_there(scan: &Scan, path: &RelPath) -> bool {
    scan.docs.get(path).is_some_and(|doc| *doc != LocalDoc::Absent)
}
