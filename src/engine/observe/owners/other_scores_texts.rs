//! Files with the text of another score, as a checkout from before names changed hands brings them. Nothing says that they are
//! not meant, so nothing is moved; but a push would give one score the text of the other, so they are not pushed.
//!
//! A text is another score's if it is just what that one's base says, or has little of its own base and much of that one's. It is
//! missing there if that one's file is gone, or has the text of a third one; the same is seen of the other half of a swap. Else it
//! can be a copy that is meant: where just that text is little like its own base, somebody has to say so. In a fresh clone there
//! are no bases; then champions stand for them, and a text that is an earlier version of its own score is that.

use crate::engine::error::Halt;
use crate::engine::observe::owners::former_owners::FormerOwners;
use crate::engine::observe::owners::likeness::{FEW, MOST_DIFFERENT, difference, edited, is_known, likeness, own_docs};
use crate::engine::observe::starting_point::Rest;
use crate::engine::session::Session;
use crate::model::{Content, Digest, DocKind, Fault, Layout, LocalDoc, RelPath, ScoreId, ScoreSides, SyncKind, Trees};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the champions of scores that are not synced say in their code.
pub(in crate::engine::observe) type Unpulled = BTreeMap<ScoreId, Content>;

/// Marks the scores whose files have another one's text as not to be pushed; copies only if they are not `meant`.
pub(super) fn see_other_scores_texts(
    codes: &KnownCodes<'_>,
    trees: &mut Trees,
    former_owners: &FormerOwners,
    known_edits: &BTreeSet<ScoreId>,
    meant: bool,
) -> Result<(), Halt> {
    let mut suspects = suspects(trees);
    // Of edits that are as they were at the last look it was not so then.
    suspects.retain(|_, here| here.iter().any(|id| !known_edits.contains(id)));
    if suspects.is_empty() {
        return Ok(());
    }
    let same = codes.same(trees, &suspects)?;
    let alike = codes.alike(trees, former_owners)?;
    let of_now = same.iter().filter(|same| !same.is_earlier).map(|same| (&same.id, &same.owner));
    let pairs: Vec<(&ScoreId, &ScoreId)> = of_now.chain(alike.iter().map(|(id, owner)| (id, owner))).collect();
    let displaced: BTreeSet<&ScoreId> = pairs.iter().map(|(id, _)| *id).filter(|id| is_unlike_own(&trees[*id])).collect();
    for (id, owner) in &pairs {
        codes.see_pair(trees, [id, owner], displaced.contains(owner))?;
    }
    if meant {
        return Ok(());
    }
    let copies = same.iter().map(|same| (&same.id, &same.owner, same.is_earlier));
    let of_edits = codes.copied_edits(trees, &suspects)?;
    let of_edits = of_edits.iter().map(|(id, owner)| (id, owner, false));
    copies.chain(of_edits).try_for_each(|(id, owner, is_earlier)| codes.see_copy(trees, [id, owner], is_earlier))
}

/// An edited score, and another one that says, or once said, just what its code says.
struct Same {
    id: ScoreId,
    owner: ScoreId,
    is_earlier: bool,
}

/// Somewhere lies a file that nothing recorded says anything of, and that is no version of its score; or, where few are edited, one
/// that is not like its base.
pub(in crate::engine::observe) fn has_strangers(trees: &Trees) -> bool {
    let scores = trees.iter().filter(|(id, _)| SyncKind::of(id) == SyncKind::Score).map(|(_, sides)| sides);
    let (synced, unsynced): (Vec<_>, Vec<_>) =
        scores.filter(|sides| edited(sides, DocKind::Code).is_some()).partition(|sides| sides.synced.is_some());
    !unsynced.is_empty() || (synced.len() <= FEW && synced.into_iter().any(is_unlike_own))
}

/// What the code of scores is known to be, once it was read.
type Bases = HashMap<ScoreId, Option<Content>>;

/// What is known of the code of scores, beside the sides of those that are looked at.
pub(in crate::engine::observe) struct KnownCodes<'a> {
    /// What was synced, now and before.
    pub session: &'a Session,
    /// Where those belong that are looked at.
    pub layout: &'a Layout,
    /// What is known of the others.
    pub rest: Option<&'a Rest>,
    /// What the champions of those say that are not synced.
    pub unpulled: &'a Unpulled,
}

impl KnownCodes<'_> {
    /// The others that have just the text of a suspect, or had it. A text that a score itself once had is its own.
    fn same(&self, trees: &Trees, suspects: &HashMap<Digest, Vec<ScoreId>>) -> Result<Vec<Same>, Halt> {
        // Without a base, what a file says is known of the score too, if it is a version of it.
        let champions = trees.iter().filter_map(|(id, sides)| Some((id, champion_code(sides)?)));
        let versions = trees.iter().filter(|(_, sides)| sides.synced.is_none() && edited(sides, DocKind::Code).is_none());
        let versions = versions.filter_map(|(id, sides)| Some((id, &sides.local.code.file()?.content)));
        let known = champions.chain(versions).chain(self.unpulled);
        let known = known.filter_map(|(owner, code)| Some((owner, suspects.get(&code.digest)?)));
        let pairs = known.flat_map(|(owner, here)| here.iter().map(move |id| (id, owner)));
        let same = |(id, owner): (&ScoreId, &ScoreId)| Same { id: id.clone(), owner: owner.clone(), is_earlier: false };
        let mut found: Vec<Same> = pairs.filter(|(id, owner)| id != owner).map(same).collect();
        for (digest, here) in suspects {
            let known: BTreeMap<ScoreId, bool> = self.session.state.ever_with_code(digest)?.into_iter().collect();
            if known.is_empty() {
                continue;
            }
            // One that is gone from Plexus leaves its text to whoever wants it.
            let listed = self.session.state.catalog_part(&known.keys().cloned().collect())?.scores;
            for id in here.iter().filter(|id| !known.contains_key(*id)) {
                let same = |owner: &ScoreId| Same { id: id.clone(), owner: owner.clone(), is_earlier: !known[owner] };
                found.extend(listed.iter().map(|score| same(&score.id)));
            }
        }
        Ok(found)
    }

    /// What the code of a score was at the last sync or, without one, is in its champion; and where its file is.
    fn of(&self, trees: &Trees, id: &ScoreId) -> Result<Option<(Content, RelPath)>, Halt> {
        if let Some(synced) = self.session.state.with_texts(id)? {
            return Ok(Some((synced.docs.code, synced.paths.code)));
        }
        let code = trees.get(id).and_then(champion_code).or_else(|| self.unpulled.get(id));
        // Without a base its files are where they belong.
        Ok(code.cloned().zip(self.belongs(id)))
    }

    /// Edited scores, and new ones without a version, with another one whose base their code is like, and not like their own: one
    /// that once had its code there or, where few are edited or deleted, one of these or one that is new here.
    fn alike(&self, trees: &Trees, former_owners: &FormerOwners) -> Result<Vec<(ScoreId, ScoreId)>, Halt> {
        let is_changed = |(id, sides): &(&ScoreId, &ScoreSides)| {
            let is_deleted = sides.local.code == LocalDoc::Absent && sides.synced.is_some();
            let can_be_told = SyncKind::of(id) == SyncKind::Score && is_known(sides);
            can_be_told && (is_deleted || edited(sides, DocKind::Code).is_some())
        };
        let changed: Vec<(&ScoreId, &ScoreSides)> = trees.iter().filter(is_changed).collect();
        let few: Vec<&ScoreId> = match changed.len() > FEW {
            true => Vec::new(),
            false => changed.iter().map(|(id, _)| *id).chain(self.unpulled.keys()).chain(new_here(trees)).collect(),
        };
        let (mut pairs, mut bases) = (Vec::new(), Bases::new());
        for (id, sides) in changed {
            let Some(file) = edited(sides, DocKind::Code).filter(|content| content.text.is_some()) else { continue };
            let former = former_owners.of(id);
            let others: BTreeSet<&ScoreId> = few.iter().copied().chain(former).filter(|other| *other != id).collect();
            // What a person edits by hand is mostly like its own base, and its texts are at hand.
            if others.is_empty() || own_code(sides).is_some_and(|own| likeness(file, own).is_some()) {
                continue;
            }
            pairs.extend(self.nearest(trees, file, &others, &mut bases)?.map(|owner| (id.clone(), owner)));
        }
        Ok(pairs)
    }

    /// That of some scores whose code a text is most like; what was read of them goes into `bases`.
    fn nearest(
        &self,
        trees: &Trees,
        file: &Content,
        others: &BTreeSet<&ScoreId>,
        bases: &mut Bases,
    ) -> Result<Option<ScoreId>, Halt> {
        let mut nearest: Option<(f64, &ScoreId)> = None;
        for other in others {
            let base = match bases.entry((*other).clone()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(self.of(trees, other)?.map(|(code, _)| code)),
            };
            let differs = base.as_ref().and_then(|base| likeness(file, base));
            if let Some(differs) = differs.filter(|differs| nearest.is_none_or(|(least, _)| *differs < least)) {
                nearest = Some((differs, other));
            }
        }
        Ok(nearest.map(|(_, id)| id.clone()))
    }

    /// The file of the first score says what the second is known to say, or is like it: it is marked if that is missing where it
    /// belongs. `is_displaced`: the second one's file has the text of yet another one.
    fn see_pair(&self, trees: &mut Trees, [id, owner]: [&ScoreId; 2], is_displaced: bool) -> Result<(), Halt> {
        let Some((base, recorded_at)) = self.of(trees, owner)? else { return Ok(()) };
        let found_at = trees.get(owner).map_or(recorded_at, |sides| sides.files_at().code.clone());
        let place = self.belongs(owner).unwrap_or_else(|| found_at.clone());
        let there = match trees.get(owner).map(|sides| sides.local.code.file().map(|file| &file.content)) {
            Some(None) => None,
            Some(Some(content)) if content.text.is_some() => Some(content.clone()),
            // What lies where the second one belongs is the very file of the first.
            _ if trees[id].files_at().code == found_at => None,
            // Of others, and of edits that were known already, nothing was read.
            _ => self.session.workspace.read_text(&found_at).ok().map(|file| file.content),
        };
        let is_missing = match &there {
            None => true,
            Some(there) if *there == base => false,
            Some(there) => is_displaced || self.is_anothers(trees, there, [id, owner])?,
        };
        if is_missing {
            mark(trees, id, &place);
            if there.is_some() && !is_displaced {
                let own_place = trees[id].paths.code.clone();
                mark(trees, owner, &own_place);
            }
        }
        Ok(())
    }

    /// What lies at the place of `owner` is the text of the other score, or of a third one, rather than its own.
    fn is_anothers(&self, trees: &Trees, there: &Content, [other, owner]: [&ScoreId; 2]) -> Result<bool, Halt> {
        let differs = |id: &ScoreId| Ok::<_, Halt>(self.of(trees, id)?.and_then(|(base, _)| difference(there, &base)));
        let (from_own, from_other) = (differs(owner)?.unwrap_or(1.0), differs(other)?.unwrap_or(1.0));
        if from_own <= MOST_DIFFERENT && from_own <= from_other {
            return Ok(false);
        }
        Ok(from_other <= MOST_DIFFERENT || self.is_of_third(trees, there, owner)?)
    }

    /// Another score than `owner` is known to say just this now.
    fn is_of_third(&self, trees: &Trees, text: &Content, owner: &ScoreId) -> Result<bool, Halt> {
        let champions = trees.iter().filter_map(|(id, sides)| Some((id, champion_code(sides)?)));
        let says = |(id, code): (&ScoreId, &Content)| id != owner && code == text;
        if champions.chain(self.unpulled).any(says) {
            return Ok(true);
        }
        let recorded = self.session.state.ever_with_code(&text.digest)?;
        Ok(recorded.iter().any(|(id, now)| *now && id != owner))
    }

    /// Edits that say the same as each other: those that are like their own base are edits of that, and the others copies.
    fn copied_edits(&self, trees: &Trees, suspects: &HashMap<Digest, Vec<ScoreId>>) -> Result<Vec<(ScoreId, ScoreId)>, Halt> {
        let mut copies = Vec::new();
        for here in suspects.values().filter(|here| here.len() > 1) {
            let text = here.iter().find_map(|id| edited(&trees[id], DocKind::Code).filter(|code| code.text.is_some()));
            let Some(text) = text else { continue };
            let mut own = Vec::new();
            for id in here {
                own.push(self.of(trees, id)?.is_some_and(|(base, _)| likeness(text, &base).is_some()));
            }
            let Some(owner) = own.iter().position(|is_own| *is_own) else { continue };
            let others = here.iter().zip(&own).filter(|(_, is_own)| !**is_own);
            copies.extend(others.map(|(id, _)| (id.clone(), here[owner].clone())));
        }
        Ok(copies)
    }

    /// Whose text was like that before may have got it by an edit, and a score without a version is often begun so.
    fn see_copy(&self, trees: &mut Trees, [id, owner]: [&ScoreId; 2], is_earlier: bool) -> Result<(), Halt> {
        if trees.get(id).is_some_and(|sides| sides.local.fault.is_none() && is_unlike_own(sides))
            && let Some(place) = self.place(owner)?
            && let Some(sides) = trees.get_mut(id)
        {
            sides.local.fault = Some(Fault::copy(DocKind::Code, &place, is_earlier));
        }
        Ok(())
    }

    /// Where the code of a score is, or belongs.
    fn place(&self, id: &ScoreId) -> Result<Option<RelPath>, Halt> {
        let synced = self.session.state.with_texts(id)?.map(|synced| synced.paths.code);
        Ok(synced.or_else(|| self.belongs(id)))
    }

    /// Where the code of a score belongs, looked at or not.
    fn belongs(&self, id: &ScoreId) -> Option<RelPath> {
        let here = self.layout.paths.get(id).map(|paths| paths.code.clone());
        here.or_else(|| self.rest?.place(id))
    }
}

fn mark(trees: &mut Trees, id: &ScoreId, place: &RelPath) {
    if let Some(sides) = trees.get_mut(id).filter(|sides| sides.local.code.file().is_some()) {
        sides.local.fault.get_or_insert_with(|| Fault::of_another(DocKind::Code, place));
    }
}

/// What the code of a score was at the last sync or, where there was none, is in its champion.
fn own_code(sides: &ScoreSides) -> Option<&Content> {
    own_docs(sides).map(|docs| &docs.code)
}

/// The code is edited, and not like what it was.
fn is_unlike_own(sides: &ScoreSides) -> bool {
    let both = edited(sides, DocKind::Code).zip(own_code(sides));
    both.and_then(|(file, own)| difference(file, own)).is_some_and(|differs| differs > MOST_DIFFERENT)
}

/// Scores that were never synced and whose champions were read, if these are few.
fn new_here(trees: &Trees) -> Vec<&ScoreId> {
    let of_score = |(id, sides): &(&ScoreId, &ScoreSides)| SyncKind::of(id) == SyncKind::Score && champion_code(sides).is_some();
    let new: Vec<&ScoreId> = trees.iter().filter(of_score).map(|(id, _)| id).take(FEW + 1).collect();
    if new.len() > FEW { Vec::new() } else { new }
}

fn champion_code(sides: &ScoreSides) -> Option<&Content> {
    own_code(sides).filter(|_| sides.synced.is_none())
}

/// The edited scores by what their code says.
fn suspects(trees: &Trees) -> HashMap<Digest, Vec<ScoreId>> {
    let mut suspects: HashMap<Digest, Vec<ScoreId>> = HashMap::new();
    for (id, sides) in trees.iter().filter(|(id, sides)| SyncKind::of(id) == SyncKind::Score && sides.local.fault.is_none()) {
        if let Some(content) = edited(sides, DocKind::Code).filter(|content| !content.is_empty()) {
            suspects.entry(content.digest).or_default().push(id.clone());
        }
    }
    suspects
}
