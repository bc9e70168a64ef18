//! Files with the text of another score, as a checkout from before names changed hands brings them. Nothing says that they are
//! not meant, so nothing is moved; but a push would give one score the text of the other, so they are not pushed.
//!
//! A text is another score's if it is just what that one's base says, or has little of its own base and much of that one's, whose
//! own file says something else, or is gone. Then what lies there is as doubtful, unless it is more like its own base. A copy of a
//! score whose file is as it was is an edit.

use crate::engine::error::Halt;
use crate::engine::observe::likeness::MOST_DIFFERENT;
use crate::engine::observe::starting_point::Rest;
use crate::engine::session::Session;
use crate::model::{
    Content, Digest, DocKind, Fault, Layout, LocalDoc, RelPath, RemoteScore, ScoreId, ScoreSides, Snapshot, SyncKind,
    SyncedScore, Trees,
};
use crate::plan;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Scores whose texts are compared line by line at most; more are hardly edited by hand between two looks.
const FEW: usize = 32;

/// Marks the scores whose files have another one's text as not to be pushed.
pub(super) fn see_other_scores_texts(
    session: &Session,
    trees: &mut Trees,
    synced: &BTreeMap<ScoreId, SyncedScore>,
    layout: &Layout,
    (known, rest): (&BTreeSet<ScoreId>, Option<&Rest>),
) -> Result<(), Halt> {
    let suspects = suspects(trees);
    // Of edits that are as they were at the last look it was not so then.
    if suspects.values().flatten().all(|id| known.contains(id)) {
        return Ok(());
    }
    let mut pairs: Vec<(ScoreId, ScoreId)> = Vec::new();
    // One that is gone from Plexus leaves its text to whoever wants it.
    let listed = synced.iter().filter(|(id, _)| layout.paths.contains_key(*id));
    let owners = listed.filter_map(|(id, synced)| Some((id, suspects.get(&synced.docs.code.digest)?)));
    for (owner, here) in owners {
        pairs.extend(here.iter().filter(|id| *id != owner).map(|id| (id.clone(), owner.clone())));
    }
    // A look at named scores knows of few others.
    if rest.is_some_and(Rest::is_of_named) {
        for (digest, here) in &suspects {
            let others = session.state.with_code(digest)?.into_iter().filter(|owner| !synced.contains_key(owner)).collect();
            let listed = session.state.catalog_part(&others)?.scores.into_iter().map(|score| score.id);
            pairs.extend(listed.flat_map(|owner| here.iter().map(move |id| (id.clone(), owner.clone()))));
        }
    }
    pairs.extend(alike(session, trees)?);
    for (id, owner) in pairs {
        see_pair(session, trees, layout, [&id, &owner])?;
    }
    Ok(())
}

/// Edited scores with those of the other edited or deleted ones whose base their code is like, and not like their own.
fn alike(session: &Session, trees: &Trees) -> Result<Vec<(ScoreId, ScoreId)>, Halt> {
    let is_changed = |(id, sides): &(&ScoreId, &ScoreSides)| {
        let is_deleted = sides.local.code == LocalDoc::Absent && sides.synced.is_some();
        SyncKind::of(id) == SyncKind::Score && sides.remote != RemoteScore::Gone && (is_deleted || edited(sides).is_some())
    };
    let changed: Vec<(&ScoreId, &ScoreSides)> = trees.iter().filter(is_changed).take(FEW + 1).collect();
    if changed.len() < 2 || changed.len() > FEW {
        return Ok(Vec::new());
    }
    let like = |file: &Snapshot, base: &SyncedScore| {
        plan::difference(file, &code(base.docs.code.clone())).filter(|differs| *differs <= MOST_DIFFERENT)
    };
    // What a person edits by hand is mostly like its own base, and its texts are at hand.
    let strange = changed.iter().filter_map(|(id, sides)| {
        let (file, base) = (code(edited(sides)?.clone()), sides.synced.as_ref()?);
        (file.code.text.is_some() && like(&file, base).is_none()).then_some((*id, file))
    });
    let strange: Vec<(&ScoreId, Snapshot)> = strange.collect();
    if strange.is_empty() {
        return Ok(Vec::new());
    }
    let mut bases = Vec::new();
    for (id, _) in &changed {
        bases.extend(session.state.with_texts(id)?.map(|base| (*id, base)));
    }
    let nearest = |(id, file): (&ScoreId, Snapshot)| {
        let others = bases.iter().filter_map(|(other, base)| Some((like(&file, base)?, *other)));
        others.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| (id.clone(), other.clone()))
    };
    Ok(strange.into_iter().filter_map(nearest).collect())
}

/// What the code file of a score says, if that is not what its base says.
fn edited(sides: &ScoreSides) -> Option<&Content> {
    let (file, synced) = (sides.local.code.file()?, sides.synced.as_ref()?);
    (file.content != synced.docs.code).then_some(&file.content)
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

/// The file of the first score says what the base of the second says, or is like it.
fn see_pair(session: &Session, trees: &mut Trees, layout: &Layout, [id, owner]: [&ScoreId; 2]) -> Result<(), Halt> {
    let (Some(base), Some(other)) = (session.state.with_texts(owner)?, session.state.with_texts(id)?) else { return Ok(()) };
    let place = layout.paths.get(owner).unwrap_or(&base.paths).code.clone();
    let own = match trees.get(owner) {
        Some(sides) => sides.local.code.file().map(|file| file.content.clone()),
        None => session.workspace.read_text(&base.paths.code).ok().map(|file| file.content),
    };
    if own.as_ref() == Some(&base.docs.code) {
        return Ok(());
    }
    let differs = |base: &SyncedScore| plan::difference(&code(own.clone()?), &code(base.docs.code.clone()));
    if differs(&base).is_some_and(|own| differs(&other).is_none_or(|other| own < other)) {
        return Ok(());
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
    Ok(())
}

fn code(code: Content) -> Snapshot {
    Snapshot { code, guidelines: None }
}
