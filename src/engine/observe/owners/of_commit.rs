//! Whose texts a commit has. A place can have changed hands since it was made: scores were renamed in Plexus, and a pull or git
//! moved their files.
//!
//! Where the history knows of only one score that had a place, what a commit has there is that one's. Of several, whoever's text
//! the same commit has at another place, where that score is now, has left; of the rest it is the one whose base or file the text
//! is most like; in doubt the one that has its files there now. No text is pushed for two scores.

use crate::engine::error::Halt;
use crate::engine::observe::commit_texts::CommitTexts;
use crate::engine::observe::git::repository;
use crate::engine::observe::owners::likeness::{MOST_DIFFERENT, files_at};
use crate::engine::session::Session;
use crate::git::Repository;
use crate::model::{Layout, LocalScore, RelPath, ScoreId, ScorePaths, Snapshot, SyncedScore, code_of};
use crate::plan;
use crate::state::Loaded;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// The texts of a commit, and where it has those of which score.
pub(in crate::engine) struct OwnedTexts<'a> {
    /// What the commit has.
    pub texts: &'a CommitTexts,
    places: BTreeMap<ScoreId, ScorePaths>,
}

impl<'a> OwnedTexts<'a> {
    /// Finds out whose the texts are.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn of(session: &Session, texts: &'a CommitTexts, layout: &Layout, recorded: &Loaded) -> Result<Self, Halt> {
        let mut claims = Claims::default();
        recorded.synced.iter().for_each(|(id, synced)| claims.add(texts, id, &synced.paths));
        recorded.unsynced_places.iter().for_each(|(id, paths)| claims.add(texts, id, paths));
        layout.paths.iter().for_each(|(id, paths)| claims.add(texts, id, paths));
        let brought: BTreeSet<RelPath> = texts.paths().filter_map(code_of).collect();
        for paths in brought.iter().filter_map(ScorePaths::of_code) {
            session.state.once_at(&paths.code)?.iter().for_each(|(id, _)| claims.add(texts, id, &paths));
        }
        let owners = OwnerSearch { session, texts, layout, recorded, repository: OnceCell::new() };
        let mut found: Vec<(f64, ScoreId, ScorePaths)> = Vec::new();
        for (paths, claimants) in claims.0.into_values() {
            let (differs, owner) = owners.owner(&paths, &claimants)?;
            found.push((differs, owner, paths));
        }
        // Of two places with texts of one score the one with the nearer text counts, which comes last.
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(Self { texts, places: found.into_iter().map(|(_, owner, paths)| (owner, paths)).collect() })
    }

    /// The scores that the commit brings texts of.
    pub fn scores(&self) -> impl Iterator<Item = &ScoreId> {
        self.places.keys()
    }

    /// What the commit has of a score.
    pub fn local(&self, id: &ScoreId, synced: Option<&SyncedScore>) -> LocalScore {
        self.places.get(id).map(|paths| self.texts.local(paths, synced)).unwrap_or_default()
    }
}

/// Places of which a commit brings texts, by their code, with the scores that have or had them: first who has it.
#[derive(Default)]
struct Claims(BTreeMap<RelPath, (ScorePaths, Vec<ScoreId>)>);

impl Claims {
    fn add(&mut self, texts: &CommitTexts, id: &ScoreId, paths: &ScorePaths) {
        if !texts.brings(paths) {
            return;
        }
        let (_, claimants) = self.0.entry(paths.code.clone()).or_insert_with(|| (paths.clone(), Vec::new()));
        if !claimants.contains(id) {
            claimants.push(id.clone());
        }
    }
}

struct OwnerSearch<'a> {
    session: &'a Session,
    texts: &'a CommitTexts,
    layout: &'a Layout,
    recorded: &'a Loaded,
    /// Mostly nobody else claims a place, and it need not be found.
    repository: OnceCell<Option<Repository>>,
}

impl OwnerSearch<'_> {
    /// Whose the text at a place is, and how much it differs from what is known of that score.
    fn owner(&self, paths: &ScorePaths, claimants: &[ScoreId]) -> Result<(f64, ScoreId), Halt> {
        // Of those that are gone from Plexus only if there is nobody else.
        let first = |some: &[&ScoreId]| {
            let mut all = some.iter().copied().chain(claimants);
            all.find(|id| self.layout.paths.contains_key(*id)).unwrap_or(&claimants[0]).clone()
        };
        let (Some(text), true) = (self.texts.snapshot(paths), claimants.len() > 1) else { return Ok((0.0, first(&[]))) };
        let moved = self.moved_in_git(paths, claimants)?;
        let rest: Vec<&ScoreId> = claimants.iter().filter(|id| !moved.contains(id)).collect();
        let nearest = self.nearest(&text, &rest, |id| self.settled_files(id, paths))?;
        let nearest = nearest.filter(|(differs, _)| *differs <= MOST_DIFFERENT);
        Ok(nearest.map_or_else(|| (1.0, first(&rest)), |(differs, id)| (differs, id.clone())))
    }

    /// Those of the claimants whose text the commit has where they are now: they have nothing at their old place any more.
    fn moved_in_git(&self, paths: &ScorePaths, claimants: &[ScoreId]) -> Result<Vec<ScoreId>, Halt> {
        let found = || repository(self.session, self.session.git.clone().unwrap_or_default()).ok().flatten();
        let Some(repository) = self.repository.get_or_init(found) else { return Ok(Vec::new()) };
        let all: Vec<&ScoreId> = claimants.iter().collect();
        let mut moved = Vec::new();
        for id in claimants {
            for place in self.recorded.place(id).into_iter().chain(self.layout.paths.get(id)).filter(|place| *place != paths) {
                let text = self.texts.read_at(repository, place);
                let nearest = text.map(|text| self.nearest(&text, &all, |_| None)).transpose()?.flatten();
                if nearest.is_some_and(|(differs, owner)| differs <= MOST_DIFFERENT && owner == id) {
                    moved.push(id.clone());
                }
            }
        }
        Ok(moved)
    }

    /// Which of the scores a text differs least from: from its base, or from its files.
    fn nearest<'s>(
        &self,
        text: &Snapshot,
        scores: &[&'s ScoreId],
        files: impl Fn(&ScoreId) -> Option<Snapshot>,
    ) -> Result<Option<(f64, &'s ScoreId)>, Halt> {
        let mut nearest: Option<(f64, &ScoreId)> = None;
        for id in scores {
            let base = self.session.state.with_texts(id)?.map(|synced| synced.docs);
            let known = base.into_iter().chain(files(id));
            let differs = known.filter_map(|known| plan::difference(text, &known)).min_by(f64::total_cmp);
            if let Some(differs) = differs.filter(|differs| nearest.is_none_or(|(least, _)| *differs < least)) {
                nearest = Some((differs, id));
            }
        }
        Ok(nearest)
    }

    /// What the files of a score say that has them at another place, where they belong.
    fn settled_files(&self, id: &ScoreId, paths: &ScorePaths) -> Option<Snapshot> {
        let place = self.recorded.place(id)?;
        let is_settled = self.layout.paths.get(id) == Some(place);
        if is_settled && place != paths { files_at(self.session, place) } else { None }
    }
}
