//! The catalog last seen, and the dashboard it came from.

use super::row::{id, id_or_null};
use super::types::Origin;
use crate::model::{Catalog, Score, ScoreId, Scorecard, VersionId, WebAddress};
use rusqlite::{Connection, OptionalExtension, Result, Row};
use std::collections::HashMap;
use std::hash::Hash;

const SCORES: &str = "SELECT id, scorecard, name, key, external_id, champion, disabled FROM score";

/// The catalog is just this, in whatever order. All of it is looked at where it is, so nothing is kept.
pub(super) fn is(db: &Connection, catalog: &Catalog) -> Result<bool> {
    Ok(are_scorecards(db, &catalog.scorecards, |a, b| a == b)? && are_scores(db, &catalog.scores, is_score)?)
}

/// The same of all that makes paths.
pub(super) fn is_named_alike(db: &Connection, catalog: &Catalog) -> Result<bool> {
    let is_card = |a: &Scorecard, b: &Scorecard| (&a.id, &a.name, &a.external_id) == (&b.id, &b.name, &b.external_id);
    Ok(are_scorecards(db, &catalog.scorecards, is_card)? && are_scores(db, &catalog.scores, has_names)?)
}

fn are_scorecards(db: &Connection, cards: &[Scorecard], is_same: fn(&Scorecard, &Scorecard) -> bool) -> Result<bool> {
    let (mut here, mut now) = (scorecards(db)?, cards.to_vec());
    here.sort_by(|a, b| a.id.cmp(&b.id));
    now.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(here.len() == now.len() && here.iter().zip(&now).all(|(here, now)| is_same(here, now)))
}

fn are_scores(db: &Connection, scores: &[Score], is_same: fn(&Row<'_>, &Score) -> Result<bool>) -> Result<bool> {
    let mut now: Vec<&Score> = scores.iter().collect();
    now.sort_by(|a, b| a.id.cmp(&b.id));
    let mut select = db.prepare_cached(&format!("{SCORES} ORDER BY id"))?;
    let (mut rows, mut now) = (select.query([])?, now.into_iter());
    while let Some(row) = rows.next()? {
        match now.next() {
            Some(score) if is_same(row, score)? => {}
            _ => return Ok(false),
        }
    }
    Ok(now.next().is_none())
}

/// What [`score`] would read is this score.
fn is_score(row: &Row<'_>, score: &Score) -> Result<bool> {
    let champion = score.champion.as_ref().map(VersionId::as_str);
    let rest = says(row, [(3, Some(&*score.key)), (5, champion)])?;
    Ok(rest && has_names(row, score)? && row.get::<_, bool>(6)? == score.disabled)
}

/// What it would read has the id of this score, and all that makes its path.
fn has_names(row: &Row<'_>, score: &Score) -> Result<bool> {
    let texts = [(0, score.id.as_str()), (1, score.scorecard_id.as_str()), (2, &score.name), (4, &score.external_id)];
    says(row, texts.map(|(column, text)| (column, Some(text))))
}

fn says<const N: usize>(row: &Row<'_>, texts: [(usize, Option<&str>); N]) -> Result<bool> {
    for (column, text) in texts {
        if row.get_ref(column)?.as_str_or_null()? != text {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The whole catalog.
pub(super) fn load(db: &Connection) -> Result<Catalog> {
    let mut scores = db.prepare_cached(SCORES)?;
    Ok(Catalog { scorecards: scorecards(db)?, scores: scores.query_map([], score)?.collect::<Result<_>>()? })
}

/// All scorecards, and of the scores those that are asked for and there.
pub(super) fn some<'a>(db: &Connection, ids: impl Iterator<Item = &'a ScoreId>) -> Result<Catalog> {
    let mut scores = Vec::new();
    for id in ids {
        scores.extend(one(db, id)?);
    }
    Ok(Catalog { scorecards: scorecards(db)?, scores })
}

fn one(db: &Connection, id: &ScoreId) -> Result<Option<Score>> {
    db.prepare_cached(&format!("{SCORES} WHERE id = ?1"))?.query_row([id.as_str()], score).optional()
}

/// Scores that are not synced, with their champions; at most so many.
pub(super) fn unsynced_champions(db: &Connection, most: usize) -> Result<Vec<(ScoreId, VersionId)>> {
    let mut select = db.prepare_cached(
        "SELECT id, champion FROM score WHERE champion IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM synced WHERE synced.score = score.id) LIMIT ?1",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    select.query_map([most], |row| Ok((id(row, 0)?, id(row, 1)?)))?.collect()
}

/// Gives a score another champion; nothing if it is not in the catalog.
pub(super) fn set_champion(db: &Connection, id: &ScoreId, champion: &VersionId) -> Result<()> {
    match one(db, id)? {
        Some(score) if score.champion.as_ref() != Some(champion) => {
            insert_score(db, &Score { champion: Some(champion.clone()), ..score })
        }
        _ => Ok(()),
    }
}

fn scorecards(db: &Connection) -> Result<Vec<Scorecard>> {
    let mut cards = db.prepare_cached("SELECT id, name, key, external_id FROM scorecard")?;
    let card = |row: &Row<'_>| Ok(Scorecard { id: id(row, 0)?, name: row.get(1)?, key: row.get(2)?, external_id: row.get(3)? });
    cards.query_map([], card)?.collect()
}

fn score(row: &Row<'_>) -> Result<Score> {
    Ok(Score {
        id: id(row, 0)?,
        scorecard_id: id(row, 1)?,
        name: row.get(2)?,
        key: row.get(3)?,
        external_id: row.get(4)?,
        champion: id_or_null(row, 5)?,
        disabled: row.get(6)?,
    })
}

/// Makes `catalog` the one that is stored; rows that did not change are not written.
pub(super) fn save(db: &Connection, catalog: &Catalog) -> Result<()> {
    let old = load(db)?;
    let (cards, gone) = difference(&old.scorecards, &catalog.scorecards, |card| card.id.as_str());
    let mut remove = db.prepare_cached("DELETE FROM scorecard WHERE id = ?1")?;
    gone.into_iter().try_for_each(|id| remove.execute([id]).map(|_| ()))?;
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO scorecard (id, name, key, external_id) VALUES (?1, ?2, ?3, ?4)")?;
    for card in cards {
        insert.execute((card.id.as_str(), &card.name, &card.key, &card.external_id))?;
    }
    let (scores, gone) = difference(&old.scores, &catalog.scores, |score| score.id.as_str());
    let mut remove = db.prepare_cached("DELETE FROM score WHERE id = ?1")?;
    gone.into_iter().try_for_each(|id| remove.execute([id]).map(|_| ()))?;
    scores.into_iter().try_for_each(|score| insert_score(db, score))
}

/// Makes a score what it is now.
pub(super) fn insert_score(db: &Connection, score: &Score) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO score (id, scorecard, name, key, external_id, champion, disabled) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let champion = score.champion.as_ref().map(VersionId::as_str);
    let (id, scorecard) = (score.id.as_str(), score.scorecard_id.as_str());
    insert.execute((id, scorecard, &score.name, &score.key, &score.external_id, champion, score.disabled))?;
    Ok(())
}

/// The new items that the old ones lack or have otherwise, and the keys of old ones that are gone.
fn difference<'a, T: PartialEq, K: Hash + Eq>(old: &'a [T], new: &'a [T], key: impl Fn(&'a T) -> K) -> (Vec<&'a T>, Vec<K>) {
    let mut gone: HashMap<K, &T> = old.iter().map(|item| (key(item), item)).collect();
    let changed = new.iter().filter(|&item| gone.remove(&key(item)) != Some(item)).collect();
    (changed, gone.into_keys().collect())
}

/// The dashboard of this state.
pub(super) fn origin(db: &Connection) -> Result<Option<Origin>> {
    let mut select = db.prepare_cached("SELECT endpoint, account_key, account_id, account_name FROM origin")?;
    let origin = select.query_row([], |row| {
        let endpoint = without_secrets(row.get(0)?);
        Ok(Origin { endpoint, account_key: row.get(1)?, account_id: id(row, 2)?, account_name: row.get(3)? })
    });
    origin.optional()
}

/// Earlier versions stored addresses as they were given.
fn without_secrets(endpoint: String) -> String {
    if endpoint.starts_with("file:") { endpoint } else { WebAddress::new(endpoint).to_string() }
}

/// Sets the dashboard of this state.
pub(super) fn set_origin(db: &Connection, origin: &Origin) -> Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO origin (id, endpoint, account_key, account_id, account_name) VALUES (1, ?1, ?2, ?3, ?4)",
        (&origin.endpoint, &origin.account_key, origin.account_id.as_str(), &origin.account_name),
    )?;
    Ok(())
}
