//! Where the files of scores are: where their names say or, if they were renamed in Plexus and no pull has followed yet, still
//! where they were. Names can change hands, so that a file may lie where another score belongs.
//!
//! Files at the old place of another score are that one's, unless they are more like what this score's base says, and this
//! score's own files are gone from where they were, or are another one's by now: a teammate's pull moved them, and git brought
//! that here. In doubt everything is where it is recorded to be. No file is ever that of two scores.

use crate::engine::observe::owners::likeness::MOST_DIFFERENT;
use crate::model::{Layout, LocalDoc, LocalScore, RelPath, ScoreId, ScorePaths};
use crate::state::Loaded;
use crate::workspace::Scan;
use std::collections::{BTreeSet, HashMap};

/// How much the files at a place differ from the base of a score, from 0 (they say the same) to 1; none where a text is not at
/// hand.
pub(in crate::engine::observe) type Difference<'a> = dyn Fn(&ScorePaths, &ScoreId) -> Option<f64> + 'a;

/// The places of some scores, as a scan found them.
pub(in crate::engine::observe) struct Places<'a> {
    layout: &'a Layout,
    recorded: &'a Loaded,
    /// Those that belong elsewhere than where they were at the last sync: mostly none.
    renamed: BTreeSet<&'a ScoreId>,
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

/// Where scores have their files that were renamed in Plexus or are gone; first those that are not synced.
pub(in crate::engine::observe) fn left<'a>(
    layout: &Layout,
    recorded: &'a Loaded,
) -> impl Iterator<Item = (&'a ScoreId, &'a ScorePaths)> {
    let synced = recorded.synced.iter().map(|(id, synced)| (id, &synced.paths));
    recorded.unsynced_places.iter().chain(synced).filter(|(id, at)| layout.paths.get(*id).is_none_or(|paths| paths != *at))
}

impl<'a> Places<'a> {
    /// What is recorded, before any file is looked at.
    pub fn recorded(layout: &'a Layout, recorded: &'a Loaded) -> Self {
        let (mut left, mut rivals, mut renamed) = (HashMap::new(), Vec::new(), BTreeSet::new());
        for (id, at) in self::left(layout, recorded) {
            if layout.paths.contains_key(id) {
                renamed.insert(id);
            }
            rivals.extend(left.insert(&at.code, id).map(|rival| (&at.code, rival)));
        }
        let listed = layout.paths.iter().filter(|_| !left.is_empty());
        let heirs: HashMap<&RelPath, &ScoreId> =
            listed.map(|(id, paths)| (&paths.code, id)).filter(|(code, _)| left.contains_key(code)).collect();
        let is_settled = |code: &RelPath, id: &ScoreId| recorded.synced.get(id).is_some_and(|synced| synced.paths.code == *code);
        let occupied = heirs.iter().filter(|(code, id)| is_settled(code, id)).map(|(code, _)| *code).collect();
        Self { layout, recorded, renamed, left, rivals, heirs, arrived: BTreeSet::new(), occupied }
    }

    /// These scores, and those that have to be looked at to know where the files of these are: names went from one to another.
    pub fn related(&self, scores: &BTreeSet<ScoreId>) -> BTreeSet<ScoreId> {
        let mut related = scores.clone();
        let mut open: Vec<&ScoreId> = if self.left.is_empty() { Vec::new() } else { scores.iter().collect() };
        while let Some(id) = open.pop() {
            let before = self.recorded.place(id).map(|at| &at.code);
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

    /// Who was never synced and belongs where a score that is gone from Plexus has its files, that one, and the place; only where
    /// what lies there is not as it was at the last sync.
    pub fn contested(&self, scan: &Scan) -> Vec<(&'a ScoreId, &'a ScoreId, &'a ScorePaths)> {
        let places = self.heirs.iter().filter_map(|(code, heir)| {
            let owner = *self.left.get(code)?;
            let paths = self.before(owner);
            let is_new = !self.recorded.synced.contains_key(*heir) && !self.layout.paths.contains_key(owner);
            let is_changed = is_there(scan, code) && !self.is_base_of(paths, owner, scan);
            (is_new && is_changed).then_some((*heir, owner, paths))
        });
        places.collect()
    }

    /// The places of `scores`, with all [related](Self::related) ones, all of whose paths were scanned.
    /// Those in `handed_over` are their heirs'.
    pub fn settle(
        mut self,
        scores: &'a BTreeSet<ScoreId>,
        scan: &Scan,
        handed_over: &'a BTreeSet<RelPath>,
        difference: &Difference<'_>,
    ) -> Self {
        self.occupied.extend(handed_over);
        // Of one that is gone and was not synced nothing is left but its files.
        let (layout, recorded) = (self.layout, self.recorded);
        let is_known = |id: &ScoreId| layout.paths.contains_key(id) || recorded.synced.contains_key(id);
        self.left.retain(|code, id| is_known(id) || is_there(scan, code));
        for (code, rival) in std::mem::take(&mut self.rivals) {
            let owner = self.left.get(code).copied();
            let is_owner = owner.is_none_or(|owner| self.says(self.before(rival), [rival, owner], scan, difference));
            if scores.contains(rival) && is_owner && (is_known(rival) || is_there(scan, code)) {
                self.left.insert(code, rival);
            }
        }
        let mut unsettled: Vec<&ScoreId> = scores.iter().filter(|id| self.renamed.contains(*id)).collect();
        loop {
            let (arrived, rest): (Vec<_>, Vec<_>) = unsettled.into_iter().partition(|id| self.has_arrived(id, scan, difference));
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
        let before = || self.recorded.place(id);
        self.layout.paths.get(id).or_else(before).expect("a selected score is in the catalog or in the state")
    }

    /// Where its files are, if not where they belong.
    pub fn found_at(&self, id: &ScoreId) -> Option<&'a ScorePaths> {
        let has_files = self.is_yet_to_move(id) && !self.is_lost(id);
        if has_files { self.recorded.place(id) } else { None }
    }

    /// The selected scores without those that were at one of the `named` paths and are elsewhere by now, where another one is.
    pub fn meant(&self, mut selected: BTreeSet<ScoreId>, named: &[&RelPath]) -> BTreeSet<ScoreId> {
        let is_at = |id: &ScoreId, path: &RelPath| self.found_at(id).unwrap_or_else(|| self.paths(id)).lie_at(path);
        let was_at = |id: &ScoreId, path: &RelPath| self.recorded.place(id).is_some_and(|before| before.lie_at(path));
        let taken: Vec<&RelPath> = named.iter().copied().filter(|path| selected.iter().any(|other| is_at(other, path))).collect();
        selected.retain(|id| {
            let mut was_there = named.iter().filter(|path| was_at(id, path)).peekable();
            named.iter().any(|path| is_at(id, path)) || was_there.peek().is_none() || was_there.any(|path| !taken.contains(path))
        });
        selected
    }

    /// Another score has its files where this one belongs, and has none of its own yet.
    pub fn is_taken(&self, id: &ScoreId) -> bool {
        let is_owned = self.owner(id).is_some_and(|owner| !self.arrived.contains(owner) && !self.is_lost(owner));
        is_owned && (!self.recorded.synced.contains_key(id) || self.is_yet_to_move(id))
    }

    /// The scores whose code was found where it belongs and is recorded elsewhere, with their places; of those that are not synced
    /// also the ones that have no files any more.
    pub fn arrivals(&self, scan: &Scan) -> Vec<(ScoreId, ScorePaths)> {
        let places = self.arrived.iter().map(|id| ((*id).clone(), self.paths(id).clone()));
        places.filter(|(id, paths)| is_there(scan, &paths.code) || !self.recorded.synced.contains_key(id)).collect()
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
        // Beside one document of somebody else's none of this score's come: they would look like one score's.
        let comes = waits || found_at.is_some();
        let in_the_way = belongs.files().filter(|path| comes && is_there(scan, path)).cloned().collect();
        LocalScore { found_at: found_at.filter(|_| !local.is_absent()).cloned(), in_the_way, ..local }
    }

    /// Where the files of one are recorded that is renamed, gone, or has its files where another one belongs.
    fn before(&self, id: &ScoreId) -> &'a ScorePaths {
        self.recorded.place(id).expect("its files are recorded somewhere")
    }

    fn is_yet_to_move(&self, id: &ScoreId) -> bool {
        self.renamed.contains(id) && !self.arrived.contains(id)
    }

    /// What lies where its files were is another score's by now.
    fn is_lost(&self, id: &ScoreId) -> bool {
        let before = &self.before(id).code;
        self.occupied.contains(before) || self.left.get(before).is_some_and(|owner| *owner != id)
    }

    /// Which other score had its code where this one belongs.
    fn owner(&self, id: &ScoreId) -> Option<&'a ScoreId> {
        if self.left.is_empty() {
            return None;
        }
        self.left.get(&self.paths(id).code).copied().filter(|owner| *owner != id)
    }

    /// Whether the files of a renamed score are where they belong, as far as it is known where those of others are.
    fn has_arrived(&self, id: &ScoreId, scan: &Scan, difference: &Difference<'_>) -> bool {
        let (here, before) = (self.paths(id), self.before(id));
        if let Some(owner) = self.owner(id).filter(|owner| !self.arrived.contains(*owner)) {
            let is_gone = !is_there(scan, &before.code) || self.is_lost(id) || self.is_heirs(id, scan, difference);
            let is_elsewhere = is_gone || self.says(before, [owner, id], scan, difference);
            return is_elsewhere && self.says(here, [id, owner], scan, difference);
        }
        match (is_there(scan, &here.code), is_there(scan, &before.code)) {
            (true, there) => !there || self.is_lost(id) || self.is_left(id, scan, difference),
            (false, true) if !self.is_lost(id) => false,
            (false, _) => {
                let has_guidelines = |paths: &ScorePaths| paths.guidelines.as_ref().is_some_and(|path| is_there(scan, path));
                has_guidelines(here) || !has_guidelines(before)
            }
        }
    }

    /// What lies where the score was is the file of the one that belongs there now.
    fn is_heirs(&self, id: &ScoreId, scan: &Scan, difference: &Difference<'_>) -> bool {
        let before = self.before(id);
        let Some(heir) = self.heirs.get(&before.code) else { return false };
        match self.recorded.synced.contains_key(*heir) {
            true => self.says(before, [heir, id], scan, difference),
            // Of one that was never synced nothing is known.
            false => !self.is_base_of(before, id, scan),
        }
    }

    /// What lies where this one was is less like it than what lies where it belongs. Where no other score belongs it is not like
    /// it at all: somebody began a new file there.
    fn is_left(&self, id: &ScoreId, scan: &Scan, difference: &Difference<'_>) -> bool {
        let (here, before) = (self.paths(id), self.before(id));
        if self.is_base_of(before, id, scan) {
            return false;
        }
        let differs = |paths| difference(paths, id).unwrap_or(1.0);
        let left = differs(before);
        if !self.heirs.contains_key(&before.code) && left <= MOST_DIFFERENT {
            return false;
        }
        let is_here = |here: f64| here <= MOST_DIFFERENT && here < left;
        self.is_base_of(here, id, scan) || is_here(differs(here))
    }

    /// The files at a place are more like the base of the first score than that of the second, which is there as far as it is
    /// known.
    fn says(&self, paths: &ScorePaths, [id, other]: [&ScoreId; 2], scan: &Scan, difference: &Difference<'_>) -> bool {
        match (self.is_base_of(paths, id, scan), self.is_base_of(paths, other, scan)) {
            (true, true) => {
                let before = &self.before(id).code;
                *before != paths.code && !is_there(scan, before)
            }
            (true, false) => true,
            (false, true) => false,
            (false, false) => {
                let is_file = scan.docs.get(&paths.code).and_then(LocalDoc::file).is_some();
                let differs = |id: &ScoreId| difference(paths, id).filter(|_| is_file);
                differs(id).zip(differs(other)).is_some_and(|(id, other)| id <= MOST_DIFFERENT && id < other)
            }
        }
    }

    /// The files at a place say what the base of a score says; where there are no guidelines there, its code does.
    fn is_base_of(&self, paths: &ScorePaths, id: &ScoreId, scan: &Scan) -> bool {
        let Some(base) = self.recorded.synced.get(id).map(|synced| &synced.docs) else { return false };
        let content = |path: &RelPath| scan.docs.get(path).and_then(LocalDoc::file).map(|file| &file.content);
        let guidelines = paths.guidelines.as_ref().and_then(content);
        content(&paths.code) == Some(&base.code)
            && guidelines.is_none_or(|text| base.guidelines.as_ref().is_none_or(|base| base == text))
    }
}

/// Something lies there.
pub(in crate::engine::observe) fn is_there(scan: &Scan, path: &RelPath) -> bool {
    scan.docs.contains_key(path)
}
