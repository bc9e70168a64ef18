//! Files with the text of another score, as a checkout from before names changed hands brings them. Nothing says that they are
//! not meant, so nothing is moved; but a push would give one score the text of the other, so they are not pushed.
//!
//! A text is another score's if it is just what that one's base says, or has little of its own base and much of that one's, whose
//! own file says something else, or is gone. Then what lies there is as doubtful, unless it is more like its own base. If that
//! one's file has it as well, it can be a copy that is meant: where just that text is little like its own base, somebody has to
//! say so. In a fresh clone there are no bases; then champions stand for them, and a text that is an earlier version of its own
//! score is that.

use crate::engine::error::Halt;
use crate::engine::observe::owners::former_owners::FormerOwners;
use crate::engine::observe::owners::likeness::{difference, likeness, own_docs};
use crate::engine::session::Session;
use crate::model::{
    Content, Digest, DocKind, Fault, Layout, LocalDoc, RelPath, RemoteScore, ScoreId, ScoreSides, SyncKind, Trees,
};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Scores whose texts are compared line by line each with each, at most; more are hardly edited by hand between two looks.
pub(in crate::engine::observe) const FEW: usize = 32;

/// What the champions of scores that were never pulled say in their code.
pub(in crate::engine::observe) type Unpulled = BTreeMap<ScoreId, Content>;

/// What is known of scores beside the sides of those that are looked at.
#[derive(Clone, Copy)]
pub(in crate::engine::observe) struct OnRecord<'a> {
    /// Where they belong.
    pub layout: &'a Layout,
    /// What the champions of those say that were never pulled.
    pub unpulled: &'a Unpulled,
}

/// Marks the scores whose files have another one's text as not to be pushed; copies only if they are not `meant`.
pub(super) fn see_other_scores_texts(
    session: &Session,
    trees: &mut Trees,
    on_record: &OnRecord<'_>,
    former_owners: &FormerOwners,
    (known_edits, meant): (&BTreeSet<ScoreId>, bool),
) -> Result<(), Halt> {
    let suspects = suspects(trees);
    // Of edits that are as they were at the last look it was not so then.
    if suspects.values().flatten().all(|id| known_edits.contains(id)) {
        return Ok(());
    }
    let codes = KnownCodes { session, layout: on_record.layout, unpulled: on_record.unpulled };
    let is_as_it_was = |trees: &Trees, owner: &ScoreId| {
        let sides = trees.get(owner);
        sides.is_some_and(|sides| sides.local.code.file().is_some_and(|file| own_code(sides) == Some(&file.content)))
    };
    let mut copies: BTreeMap<ScoreId, ScoreId> = BTreeMap::new();
    for (id, owner) in same(session, trees, on_record.unpulled, &suspects)? {
        if is_as_it_was(trees, &owner) || !codes.see_pair(trees, [&id, &owner])? {
            copies.entry(id).or_insert(owner);
        }
    }
    for (id, owner) in codes.alike(trees, former_owners)? {
        codes.see_pair(trees, [&id, &owner])?;
    }
    for (id, owner) in copies.iter().filter(|_| !meant) {
        codes.see_copy(trees, [id, owner])?;
    }
    Ok(())
}

/// Edited scores, with another one of which just what they say is known, now or from earlier. An earlier text of a score is its
/// own, whoever had it too.
fn same(
    session: &Session,
    trees: &Trees,
    unpulled: &Unpulled,
    suspects: &HashMap<Digest, Vec<ScoreId>>,
) -> Result<Vec<(ScoreId, ScoreId)>, Halt> {
    let champions = trees.iter().filter_map(|(id, sides)| Some((id, champion_code(sides)?)));
    let owners = champions.chain(unpulled);
    let mut pairs: Vec<(ScoreId, ScoreId)> = Vec::new();
    for (owner, here) in owners.filter_map(|(id, code)| Some((id, suspects.get(&code.digest)?))) {
        pairs.extend(here.iter().filter(|id| *id != owner).map(|id| (id.clone(), owner.clone())));
    }
    for (digest, here) in suspects {
        let known: BTreeSet<ScoreId> = session.state.ever_with_code(digest)?.into_iter().collect();
        if known.is_empty() {
            continue;
        }
        // One that is gone from Plexus leaves its text to whoever wants it.
        let listed: Vec<ScoreId> = session.state.catalog_part(&known)?.scores.into_iter().map(|score| score.id).collect();
        let others = here.iter().filter(|id| !known.contains(*id));
        pairs.extend(others.flat_map(|id| listed.iter().map(|owner| (id.clone(), owner.clone()))));
    }
    Ok(pairs)
}

/// Somewhere lies a file that nothing recorded says anything of, and that is no version of its score.
pub(in crate::engine::observe) fn has_strangers(trees: &Trees) -> bool {
    trees.iter().any(|(id, sides)| SyncKind::of(id) == SyncKind::Score && sides.synced.is_none() && edited(sides).is_some())
}

/// What the code of scores is known to be, once it was read.
type Bases = HashMap<ScoreId, Option<Content>>;

/// What is known of the code of scores.
struct KnownCodes<'a> {
    session: &'a Session,
    layout: &'a Layout,
    unpulled: &'a Unpulled,
}

impl KnownCodes<'_> {
    /// What the code of a score was at the last sync or, without one, is in its champion; and where its file is.
    fn of(&self, trees: &Trees, id: &ScoreId) -> Result<Option<(Content, RelPath)>, Halt> {
        if let Some(synced) = self.session.state.with_texts(id)? {
            return Ok(Some((synced.docs.code, synced.paths.code)));
        }
        let code = trees.get(id).and_then(champion_code).or_else(|| self.unpulled.get(id));
        // Without a base its files are where they belong.
        let place = self.layout.paths.get(id).map(|paths| &paths.code);
        Ok(code.cloned().zip(place.cloned()))
    }

    /// Edited scores, and new ones without a version, with another one whose base their code is like, and not like their own: one
    /// that once had its code there or, where few are edited or deleted, one of these.
    fn alike(&self, trees: &Trees, former_owners: &FormerOwners) -> Result<Vec<(ScoreId, ScoreId)>, Halt> {
        let is_changed = |(id, sides): &(&ScoreId, &ScoreSides)| {
            let is_deleted = sides.local.code == LocalDoc::Absent;
            let can_be_told = SyncKind::of(id) == SyncKind::Score && (sides.synced.is_some() || own_code(sides).is_none());
            can_be_told && sides.remote != RemoteScore::Gone && (is_deleted || edited(sides).is_some())
        };
        let changed: Vec<(&ScoreId, &ScoreSides)> = trees.iter().filter(is_changed).collect();
        let few: Vec<&ScoreId> = match changed.len() > FEW {
            true => Vec::new(),
            false => changed.iter().map(|(id, _)| *id).chain(self.unpulled.keys()).collect(),
        };
        let (mut pairs, mut bases) = (Vec::new(), Bases::new());
        for (id, sides) in changed {
            let Some(file) = edited(sides).filter(|content| content.text.is_some()) else { continue };
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

    /// The file of the first score says what the second is known to say, or is like it, and that one's file does not: both are
    /// marked. Returns whether that is so.
    fn see_pair(&self, trees: &mut Trees, [id, owner]: [&ScoreId; 2]) -> Result<bool, Halt> {
        let other = self.of(trees, id)?.map(|(code, _)| code);
        let Some((base, found_at)) = self.of(trees, owner)? else { return Ok(false) };
        let place = self.layout.paths.get(owner).map_or(&found_at, |paths| &paths.code).clone();
        let own = match trees.get(owner).map(|sides| sides.local.code.file().map(|file| &file.content)) {
            Some(None) => None,
            Some(Some(content)) if content.text.is_some() => Some(content.clone()),
            // Of others, and of edits that were known already, nothing was read.
            _ => self.session.workspace.read_text(&found_at).ok().map(|file| file.content),
        };
        if own.as_ref() == Some(&base) {
            return Ok(false);
        }
        let differs = |base: &Content| difference(own.as_ref()?, base);
        if differs(&base).is_some_and(|own| other.as_ref().and_then(differs).is_none_or(|other| own < other)) {
            return Ok(false);
        }
        let own_place = trees[id].paths.code.clone();
        let mark = |trees: &mut Trees, id: &ScoreId, place: &RelPath| {
            if let Some(sides) = trees.get_mut(id)
                && sides.local.code.file().is_some()
            {
                sides.local.fault.get_or_insert_with(|| Fault::of_another(DocKind::Code, place));
            }
        };
        mark(trees, id, &place);
        mark(trees, owner, &own_place);
        Ok(true)
    }

    /// The file of the first score says what the second one's says, too. Whose text was like that before may have got it by an
    /// edit, and a score without a version is often begun so.
    fn see_copy(&self, trees: &mut Trees, [id, owner]: [&ScoreId; 2]) -> Result<(), Halt> {
        let is_copy = |sides: &ScoreSides| {
            let both = edited(sides).zip(own_code(sides));
            sides.local.fault.is_none() && both.is_some_and(|(file, own)| likeness(file, own).is_none())
        };
        if trees.get(id).is_some_and(is_copy)
            && let Some((_, place)) = self.of(trees, owner)?
            && let Some(sides) = trees.get_mut(id)
        {
            sides.local.fault = Some(Fault::copy(DocKind::Code, &place));
        }
        Ok(())
    }
}

/// What the code of a score was at the last sync or, where there was none, is in its champion.
fn own_code(sides: &ScoreSides) -> Option<&Content> {
    own_docs(sides).map(|docs| &docs.code)
}

fn champion_code(sides: &ScoreSides) -> Option<&Content> {
    own_code(sides).filter(|_| sides.synced.is_none())
}

/// What the code file of a score says, if that is not what its own code is known to be or, without a base, to have been.
fn edited(sides: &ScoreSides) -> Option<&Content> {
    let content = &sides.local.code.file()?.content;
    let earlier = match &sides.remote {
        RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known) if sides.synced.is_none() => known.as_slice(),
        _ => &[],
    };
    let was = || earlier.iter().any(|known| known.docs.as_ref().is_some_and(|docs| docs.code == *content));
    (own_code(sides) != Some(content) && !was()).then_some(content)
}

/// The edited scores by what their code says.
fn suspects(trees: &Trees) -> HashMap<Digest, Vec<ScoreId>> {
    let mut suspects: HashMap<Digest, Vec<ScoreId>> = HashMap::new();
    for (id, sides) in trees.iter().filter(|(id, sides)| SyncKind::of(id) == SyncKind::Score && sides.local.fault.is_none()) {
        if let Some(content) = edited(sides).filter(|content| !content.is_empty()) {
            suspects.entry(content.digest).or_default().push(id.clone());
        }
    }
    suspects
}
