//! Whose texts a commit has. A place can have changed hands since it was made: scores were renamed in Plexus, and a pull or git
//! moved their files.
//!
//! Where only one score ever had a place, what a commit has there is that one's. Else it is of the one whose base or file it is
//! most like; in doubt of the one that has its files there now. No text is pushed for two scores.

use crate::engine::error::Halt;
use crate::engine::observe::commit_texts::CommitTexts;
use crate::engine::observe::likeness::{MOST_DIFFERENT, files_at};
use crate::engine::session::Session;
use crate::model::{Layout, LocalScore, RelPath, ScoreId, ScorePaths, Snapshot, SyncedScore};
use crate::plan;
use std::collections::BTreeMap;

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
    pub fn of(
        session: &Session,
        texts: &'a CommitTexts,
        layout: &Layout,
        synced: &BTreeMap<ScoreId, SyncedScore>,
    ) -> Result<Self, Halt> {
        let mut claims = Claims::default();
        synced.iter().for_each(|(id, synced)| claims.add(texts, id, &synced.paths));
        layout.paths.iter().for_each(|(id, paths)| claims.add(texts, id, paths));
        session.state.places_left()?.iter().for_each(|(id, paths)| claims.add(texts, id, paths));
        let owners = OwnerSearch { session, texts, layout, synced };
        let mut found: Vec<(f64, ScoreId, ScorePaths)> = Vec::new();
        for (paths, claimants) in claims.0.into_values() {
            let (differs, owner) = owners.owner(&paths, claimants)?;
            found.push((differs, owner, paths));
        }
        // Of two places with texts of one score the one with the more likely text counts.
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
    synced: &'a BTreeMap<ScoreId, SyncedScore>,
}

impl OwnerSearch<'_> {
    /// Whose the text at a place is, and how much it differs from what is known of that score.
    fn owner(&self, paths: &ScorePaths, mut claimants: Vec<ScoreId>) -> Result<(f64, ScoreId), Halt> {
        let first = claimants.remove(0);
        let text = self.texts.snapshot(paths);
        let (Some(text), false) = (text, claimants.is_empty()) else { return Ok((0.0, first)) };
        if self.has_it_now(&first, paths, &text) {
            return Ok((0.0, first));
        }
        let mut nearest = (self.difference(&first, paths, &text)?.unwrap_or(1.0), first.clone());
        for id in claimants {
            match self.difference(&id, paths, &text)? {
                Some(differs) if differs < nearest.0 => nearest = (differs, id),
                _ => {}
            }
        }
        Ok(if nearest.0 <= MOST_DIFFERENT { nearest } else { (1.0, first) })
    }

    /// The files of the score are there and belong there, and they say just this.
    fn has_it_now(&self, id: &ScoreId, paths: &ScorePaths, text: &Snapshot) -> bool {
        self.is_settled_at(id, paths) && files_at(self.session, paths).is_some_and(|files| !files.changes_to(text).any())
    }

    /// How much a text at a place differs from the base of a score, or from its files, where these are surely its own.
    fn difference(&self, id: &ScoreId, paths: &ScorePaths, text: &Snapshot) -> Result<Option<f64>, Halt> {
        let base = self.session.state.with_texts(id)?;
        let place = match &base {
            Some(synced) => Some(&synced.paths).filter(|place| *place != paths && self.is_settled_at(id, place)),
            None => self.layout.paths.get(id).filter(|_| !self.synced.keys().any(|other| self.is_recorded_at(other, paths))),
        };
        let files = place.and_then(|place| files_at(self.session, place));
        let known = base.iter().map(|synced| &synced.docs).chain(&files);
        Ok(known.filter_map(|known| plan::difference(text, known)).min_by(f64::total_cmp))
    }

    /// The score has its files where they belong.
    fn is_settled_at(&self, id: &ScoreId, paths: &ScorePaths) -> bool {
        self.is_recorded_at(id, paths) && self.layout.paths.get(id) == Some(paths)
    }

    fn is_recorded_at(&self, id: &ScoreId, paths: &ScorePaths) -> bool {
        self.synced.get(id).is_some_and(|synced| synced.paths == *paths)
    }
}
