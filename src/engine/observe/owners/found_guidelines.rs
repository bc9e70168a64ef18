//! Guidelines that lay at the place of a score before anything was synced there, and its version has none: they may be those of
//! the score that was called so before. In a fresh clone, or where the state was removed, nothing recorded says it; what they are
//! like does. Guidelines are often begun as copies of others, so only such are looked at as were there first.

use crate::engine::error::Halt;
use crate::engine::observe::owners::likeness::{FEW, edited, own_docs};
use crate::engine::session::Session;
use crate::model::{Content, DocKind, Fault, RelPath, ScoreId, ScoreSides, SyncKind, Trees};
use crate::plan::LineProfile;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

/// Found guidelines that differ more from those of another score are not taken for them: many are made from one template.
const MOST_DIFFERENT: f64 = 0.25;

/// Marks the scores with such guidelines that are like those of another score as not to be pushed. Edits in `known` are as they
/// were at the last look, and were compared then.
pub(super) fn see_found_guidelines(session: &Session, trees: &mut Trees, known: &BTreeSet<ScoreId>) -> Result<(), Halt> {
    let mut found = BTreeMap::new();
    let is_looked_at = |id: &ScoreId, sides: &ScoreSides| {
        SyncKind::of(id) == SyncKind::Score && !known.contains(id) && sides.local.fault.is_none()
    };
    for (id, sides) in trees.iter().filter(|(id, sides)| is_looked_at(id, sides)) {
        let Some(text) = found_guidelines(sides) else { continue };
        if !session.state.owns_guidelines(id)? {
            found.insert(id.clone(), text.clone());
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    // Many are hardly the few that somebody's names brought here: of them only equal ones are told.
    let is_few = found.len() <= FEW;
    let with_lines = |(id, text)| (id, text, if is_few { profile(text) } else { None });
    let mut nearest = Nearest { found: found.iter().map(with_lines).collect(), by_score: BTreeMap::new() };
    session.state.each_guidelines(is_few, |id, text, place| nearest.compare(id, text, place))?;
    trees.iter().for_each(|(id, sides)| nearest.compare_versions(id, sides));
    for (id, (_, place)) in nearest.by_score {
        if let Some(sides) = trees.get_mut(id) {
            sides.local.fault = Some(Fault::found_guidelines(&place));
        }
    }
    Ok(())
}

/// What the guidelines of other scores are known to be, or to have been, that is nearest to those that were found.
struct Nearest<'a> {
    /// With their lines where these are to be compared.
    found: Vec<(&'a ScoreId, &'a Content, Option<LineProfile<'a>>)>,
    /// By score: how much they differ, and where they belong.
    by_score: BTreeMap<&'a ScoreId, (f64, RelPath)>,
}

impl Nearest<'_> {
    fn compare(&mut self, id: &ScoreId, known: &Content, place: &RelPath) {
        let lines = LazyCell::new(|| profile(known));
        for (score, text, own_lines) in self.found.iter().filter(|(score, ..)| *score != id) {
            let differs = match known.digest == text.digest {
                true => Some(0.0),
                false => own_lines.as_ref().and_then(|own| own.difference(lines.as_ref()?, MOST_DIFFERENT)),
            };
            let before = self.by_score.get(score);
            if let Some(differs) = differs.filter(|differs| before.is_none_or(|(least, _)| differs < least)) {
                self.by_score.insert(score, (differs, place.clone()));
            }
        }
    }

    /// Those of a score that is not synced.
    fn compare_versions(&mut self, id: &ScoreId, sides: &ScoreSides) {
        if let (None, Some(place)) = (&sides.synced, &sides.paths.guidelines) {
            guidelines_read(sides).for_each(|known| self.compare(id, known, place));
        }
    }
}

/// The guidelines of the versions of a score that were read.
fn guidelines_read(sides: &ScoreSides) -> impl Iterator<Item = &Content> {
    sides.versions_read().filter_map(|docs| docs.guidelines.as_ref())
}

/// The guidelines of a score whose version is known and has none, if they lay there when that became its base, or nothing is synced
/// yet. What is like one of its own versions is its own.
fn found_guidelines(sides: &ScoreSides) -> Option<&Content> {
    let has_none = own_docs(sides)?.guidelines.as_ref().is_none_or(Content::is_empty);
    let lay_there =
        sides.synced.as_ref().is_none_or(|synced| synced.local.as_ref().is_some_and(|local| local.guidelines.is_some()));
    let guidelines = edited(sides, DocKind::Guidelines)?;
    let is_own = || guidelines_read(sides).any(|own| is_like(guidelines, own));
    let is_found = has_none && lay_there && sides.local.code.file().is_some() && !guidelines.is_empty() && !is_own();
    is_found.then_some(guidelines)
}

fn is_like(found: &Content, known: &Content) -> bool {
    profile(found).zip(profile(known)).is_some_and(|(found, known)| found.difference(&known, MOST_DIFFERENT).is_some())
}

fn profile(text: &Content) -> Option<LineProfile<'_>> {
    text.text.as_deref().map(LineProfile::of)
}
