//! The tree index, and which scores it does not tell about any more. Triggers of the database note what moves, whoever
//! changes it.

use super::error::StateError;
use super::row::{WORTH, are_more_than, id, path};
use super::store::State;
use super::types::{Held, LastIndex, Loaded, Recorded};
use super::{catalog, conflicts, files, places, synced};
use crate::model::{
    CachedFile, Catalog, HeldIndex, IndexBytes, IndexedScore, RelPath, ScoreId, ScorePaths, SyncedScore, TreeIndex, VersionId,
};
use rusqlite::blob::{Blob, ZeroBlob};
use rusqlite::{Connection, MAIN_DB, Result as SqlResult};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Scores that may have moved before they are put into the index. To read the places of so many in the looks at so many scores
/// takes about as long as to make a large index anew.
const MOST_MOVED: usize = 64;

impl State {
    /// What is recorded of the tree as a whole.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn recorded(&self) -> Result<Recorded, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            let unsynced = places::unsynced(db)?.into_keys().collect();
            Ok(Recorded { generation: files::generation(db)?, index: load(db)?, moved: moved(db)?, unsynced })
        })
    }

    /// The index, if one holds, taken apart once for all who ask. Of one that is held already only the head is read.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn held(&self) -> Result<Option<Held>, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            let Some(index) = held(db, &self.held)? else { return Ok(None) };
            let unsynced = places::unsynced(db)?.into_keys().collect();
            Ok(Some(Held { index, moved: moved_places(db)?, unsynced }))
        })
    }

    /// As [`State::load`], but of these scores only, and of the files at these paths; conflicts and scorecards are all there, and so
    /// are the places of scores that are neither synced nor in the catalog any more, which no look need have heard of.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn load_some(&self, scores: &BTreeSet<ScoreId>, paths: &[&RelPath]) -> Result<Loaded, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            some(db, scores, paths)
        })
    }

    /// The catalog last seen with these of its scores only; scorecards are all there.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn catalog_part(&self, scores: &BTreeSet<ScoreId>) -> Result<Catalog, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            let is_part = are_more_than(db, "synced", scores.len().saturating_mul(WORTH))?;
            catalog_part(db, scores, is_part)
        })
    }

    /// The catalog last seen says just this, in whatever order.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn is_catalog(&self, catalog: &Catalog) -> Result<bool, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            catalog::is(db, catalog)
        })
    }

    /// The catalog last seen has just these scores and scorecards, and all that makes their paths.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn is_named_alike(&self, catalog: &Catalog) -> Result<bool, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            catalog::is_named_alike(db, catalog)
        })
    }

    /// Scores of the catalog last seen that are not synced, with their champions; at most so many.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn unsynced_champions(&self, most: usize) -> Result<Vec<(ScoreId, VersionId)>, StateError> {
        self.read(|db| catalog::unsynced_champions(db, most))
    }

    /// The catalog last seen has more scores than this.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn has_more_scores_than(&self, most: usize) -> Result<bool, StateError> {
        self.read(|db| are_more_than(db, "score", most))
    }

    /// As [`State::load_some`] of the scores whose code was at one of these paths when they were synced.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn load_at(&self, codes: &BTreeSet<RelPath>) -> Result<Loaded, StateError> {
        self.read(|db| {
            let _one_moment = db.unchecked_transaction()?;
            let mut scores = BTreeSet::new();
            for code in codes {
                scores.extend(synced::at(db, code)?);
            }
            some(db, &scores, &[])
        })
    }

    /// The scores that have this id, key, external id or name, or whose name is what follows a slash in it.
    ///
    /// # Errors
    /// The database cannot be read: it is damaged, or busy for too long.
    pub fn called(&self, word: &str) -> Result<Vec<ScoreId>, StateError> {
        self.read(|db| {
            let mut select =
                db.prepare_cached("SELECT id FROM score WHERE id = ?1 OR key = ?1 OR external_id = ?1 OR name = ?1")?;
            let mut found = Vec::new();
            let ends = word.match_indices('/').map(|(at, _)| &word[at + 1..]);
            for name in std::iter::once(word).chain(ends).filter(|name| !name.is_empty()) {
                let ids = select.query_map([name], |row| id(row, 0))?.collect::<SqlResult<Vec<_>>>()?;
                found.extend(ids);
            }
            Ok(found)
        })
    }

    /// Adds to the stat cache, and takes out of it what is gone. Nothing else is recorded: [`State::generation`] stays.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_files(&mut self, files: &[(RelPath, CachedFile)], gone: &[&RelPath]) -> Result<(), StateError> {
        self.write(|db| {
            files::set(db, files)?;
            gone.iter().try_for_each(|path| files::drop(db, path))
        })
    }

    /// Stores the index of a look at the state with this [`Loaded::generation`]; false if something was recorded since.
    ///
    /// # Errors
    /// The database cannot be written: the disk is full, it is damaged, or busy for too long.
    pub fn set_index<'s>(
        &mut self,
        generation: i64,
        index: &IndexBytes<'s, impl Iterator<Item = IndexedScore<'s>> + Clone>,
    ) -> Result<bool, StateError> {
        self.write(|db| {
            let holds = files::generation(db)? == generation;
            if holds { set(db, index).map(|()| true) } else { Ok(false) }
        })
    }

    /// Once many scores have moved, the index itself says of them that they have to be looked at. Whoever asks for a few scores
    /// need not read them all each time then, and is told the same.
    ///
    /// # Errors
    /// The database cannot be read or written: the disk is full, it is damaged, or busy for too long.
    pub fn settle_moved(&mut self) -> Result<(), StateError> {
        let most = MOST_MOVED + self.stay_moved;
        if self.read(|db| is_worn(db, most))? {
            self.stay_moved = self.write(settle)?;
        }
        Ok(())
    }
}

fn some(db: &Connection, scores: &BTreeSet<ScoreId>, paths: &[&RelPath]) -> SqlResult<Loaded> {
    let is_part = are_more_than(db, "synced", scores.len().saturating_mul(WORTH))?;
    let (generation, conflicts) = (files::generation(db)?, conflicts::all(db)?);
    let catalog = catalog_part(db, scores, is_part)?;
    let synced = if is_part { part(db, scores)? } else { among_all(db, scores)? };
    let mut unsynced_places = places::unsynced(db)?;
    if !unsynced_places.is_empty() {
        let gone = places::unsynced_and_gone(db)?;
        unsynced_places.retain(|score, _| scores.contains(score) || gone.contains(score));
    }
    let before = synced.values().map(|entry| &entry.paths).chain(unsynced_places.values()).flat_map(ScorePaths::files);
    let paths = paths.iter().copied().chain(before);
    let files = if is_part { files::some(db, paths)? } else { files::among_all(db, &paths.collect())? };
    Ok(Loaded { generation, synced, unsynced_places, files, catalog, conflicts })
}

/// Looked up one by one if they are a small part, else taken from all of them.
fn catalog_part(db: &Connection, scores: &BTreeSet<ScoreId>, is_part: bool) -> SqlResult<Catalog> {
    if is_part {
        return catalog::some(db, scores.iter());
    }
    let mut catalog = catalog::load(db)?;
    catalog.scores.retain(|score| scores.contains(&score.id));
    Ok(catalog)
}

/// Looked up one by one.
fn part(db: &Connection, scores: &BTreeSet<ScoreId>) -> SqlResult<BTreeMap<ScoreId, SyncedScore>> {
    let mut entries = BTreeMap::new();
    for score in scores {
        entries.extend(synced::without_texts(db, score)?.map(|entry| (score.clone(), entry)));
    }
    Ok(entries)
}

/// The same where these are so many that to read all is less work.
fn among_all(db: &Connection, scores: &BTreeSet<ScoreId>) -> SqlResult<BTreeMap<ScoreId, SyncedScore>> {
    let mut entries = synced::all(db)?;
    entries.retain(|score, _| scores.contains(score));
    Ok(entries)
}

/// The bytes of the index, if one holds.
fn load(db: &Connection) -> SqlResult<Option<Vec<u8>>> {
    let Some(blob) = blob(db)? else { return Ok(None) };
    let mut bytes = vec![0; blob.len()];
    blob.read_at_exact(&mut bytes, 0)?;
    Ok(Some(bytes))
}

/// The index where it is stored: to select it would have all of it twice in memory.
fn blob(db: &Connection) -> SqlResult<Option<Blob<'_>>> {
    let is_there = db.prepare_cached("SELECT 1 FROM tree_index")?.exists([])?;
    if is_there { db.blob_open(MAIN_DB, "tree_index", "bytes", 1, true).map(Some) } else { Ok(None) }
}

/// The index that `before` is, or that takes its place there.
fn held(db: &Connection, before: &LastIndex) -> SqlResult<Option<Arc<HeldIndex>>> {
    let mut before = before.borrow_mut();
    let Some((head, length)) = head(db)? else {
        *before = None;
        return Ok(None);
    };
    if !before.as_ref().is_some_and(|index| index.is(&head, length)) {
        *before = load(db)?.and_then(HeldIndex::new).map(Arc::new);
    }
    Ok(before.clone())
}

/// The first bytes of the index, and how many it has; none of bytes that are too few to be one.
fn head(db: &Connection) -> SqlResult<Option<([u8; HeldIndex::HEAD], usize)>> {
    let Some(blob) = blob(db)? else { return Ok(None) };
    let mut head = [0; HeldIndex::HEAD];
    if blob.len() < head.len() {
        return Ok(None);
    }
    blob.read_at_exact(&mut head, 0)?;
    Ok(Some((head, blob.len())))
}

/// A cross join, so that SQLite looks up the few that moved and does not read all that are synced.
const MOVED_PLACES: &str = "SELECT score, code_path FROM moved CROSS JOIN synced USING (score)";

/// The synced ones of [`moved`], with the places of their code.
fn moved_places(db: &Connection) -> SqlResult<Vec<(ScoreId, RelPath)>> {
    let mut select = db.prepare_cached(MOVED_PLACES)?;
    select.query_map([], |row| Ok((id(row, 0)?, path(row, 1)?)))?.collect()
}

/// Scores of which something else is recorded than when the index was made.
fn moved(db: &Connection) -> SqlResult<Vec<ScoreId>> {
    db.prepare_cached("SELECT score FROM moved")?.query_map([], |row| id(row, 0))?.collect()
}

/// Makes this the index of the state as it is now.
fn set<'s>(db: &Connection, index: &IndexBytes<'s, impl Iterator<Item = IndexedScore<'s>> + Clone>) -> SqlResult<()> {
    put(db, index)?;
    db.prepare_cached("DELETE FROM moved")?.execute([]).map(|_| ())
}

/// Written where it is stored, piece by piece: a statement would have all of it several times in memory.
fn put<'s>(db: &Connection, index: &IndexBytes<'s, impl Iterator<Item = IndexedScore<'s>> + Clone>) -> SqlResult<()> {
    let blank = ZeroBlob(index.length() as u64);
    db.prepare_cached("INSERT OR REPLACE INTO tree_index (id, bytes) VALUES (1, ?1)")?.execute([blank])?;
    let mut blob = db.blob_open(MAIN_DB, "tree_index", "bytes", 1, false)?;
    index.write(|at, piece| blob.write_all_at(piece, at))
}

/// More scores than `most` have moved, so that to make the index anew is less work than to read them again and again.
fn is_worn(db: &Connection, most: usize) -> SqlResult<bool> {
    Ok(are_more_than(db, "moved", most)? && head(db)?.is_some())
}

/// A moved score is not calm, and left where its files lie elsewhere now. Those that the index does not know stay noted; how many.
fn settle(db: &Connection) -> SqlResult<usize> {
    let moved = moved(db)?;
    let Some(bytes) = load(db)? else { return Ok(moved.len()) };
    let Some(mut index) = TreeIndex::from_bytes(&bytes) else { return Ok(moved.len()) };
    let places = moved_places(db)?;
    let mut moved: BTreeSet<&str> = moved.iter().map(ScoreId::as_str).collect();
    let places: BTreeMap<&str, &RelPath> = places.iter().map(|(id, place)| (id.as_str(), place)).collect();
    let mut forget = db.prepare_cached("DELETE FROM moved WHERE score = ?1")?;
    let before = moved.len();
    for score in &mut index.scores {
        if moved.remove(score.id) {
            score.calm = None;
            score.left |= places.get(score.id).is_some_and(|place| place.as_str() != score.code);
            forget.execute([score.id])?;
        }
    }
    if moved.len() < before {
        put(db, &IndexBytes::of(&index))?;
    }
    Ok(moved.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::open;

    #[test]
    fn of_synced_scores_only_those_that_moved_are_read() {
        let home = tempfile::tempdir().expect("a folder");
        let (connection, ..) = open::open(home.path()).expect("a state");
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {MOVED_PLACES}")).expect("a statement");
        let plan: Vec<String> =
            explain.query_map([], |row| row.get(3)).expect("a plan").map(|step| step.expect("a step")).collect();
        assert!(plan.len() == 2 && plan[0].starts_with("SCAN moved") && plan[1].starts_with("SEARCH synced"), "{plan:?}");
    }
}
