//! How like files are to what a score was: what tells whose they are where names changed hands.

use crate::engine::session::Session;
use crate::model::{Content, DocKind, RelPath, RemoteScore, ScoreId, ScorePaths, ScoreSides, Snapshot};
use crate::plan;
use std::collections::HashSet;

/// Files that differ more from a base are not like it.
pub(super) const MOST_DIFFERENT: f64 = 0.5;
/// Scores whose texts are compared line by line each with each, at most; more are hardly edited by hand between two looks.
pub(in crate::engine::observe) const FEW: usize = 32;

/// So many lines of a text tell that it is of that one.
const TELLING: usize = 3;

/// What the files at a place say; none where there is no code to be read.
pub(super) fn files_at(session: &Session, paths: &ScorePaths) -> Option<Snapshot> {
    let reader = session.workspace.reader().ok()?;
    let content = |path: &RelPath| Some(reader.document(path).ok()?.content);
    let guidelines = paths.guidelines.as_ref().and_then(content);
    Some(Snapshot { code: content(&paths.code)?, guidelines })
}

/// How much the files at a place differ from the base of a score, from 0 to 1; none where the text of the code cannot be had.
pub(in crate::engine::observe) fn differs_from_base(session: &Session, paths: &ScorePaths, id: &ScoreId) -> Option<f64> {
    plan::difference(&files_at(session, paths)?, &session.state.with_texts(id).ok().flatten()?.docs)
}

/// How much one document differs from another, from 0 to 1; none where a text is not at hand.
pub(super) fn difference(a: &Content, b: &Content) -> Option<f64> {
    let alone = |document: &Content| Snapshot { code: document.clone(), guidelines: None };
    plan::difference(&alone(a), &alone(b))
}

/// The same, where it is little enough to be like it.
pub(super) fn likeness(a: &Content, b: &Content) -> Option<f64> {
    difference(a, b).filter(|differs| *differs <= MOST_DIFFERENT)
}

/// A document has lines of another one only, some of them, and none of what its own was: the rest of that was deleted.
pub(super) fn is_remnant(document: &Content, other: &Content, own: Option<&Content>) -> bool {
    let (Some(left), Some(other)) = (lines(document), lines(other)) else { return false };
    let Some(own) = own.map_or(Some(Vec::new()), lines) else { return false };
    let [other, own]: [HashSet<&str>; 2] = [other, own].map(|lines| lines.into_iter().collect());
    left.len() >= TELLING && left.iter().all(|line| other.contains(line) && !own.contains(line))
}

/// The lines of a document that say something; none if its text is not at hand.
fn lines(document: &Content) -> Option<Vec<&str>> {
    Some(document.text.as_deref()?.lines().map(str::trim).filter(|line| !line.is_empty()).collect())
}

/// What the documents of a score were at the last sync or, where there was none, are in its champion.
pub(super) fn own_docs(sides: &ScoreSides) -> Option<&Snapshot> {
    sides.synced.as_ref().map(|synced| &synced.docs).or_else(|| sides.champion()?.docs.as_ref())
}

/// What a document says, if that is not what its own is known to be or, without a base, to have been.
pub(super) fn edited(sides: &ScoreSides, kind: DocKind) -> Option<&Content> {
    let content = &sides.local.get(kind).file()?.content;
    let says = |docs: &Snapshot| docs.get(kind) == Some(content);
    let earlier = if sides.synced.is_none() { sides.remote.known() } else { &[] };
    let was = || earlier.iter().any(|known| known.docs.as_ref().is_some_and(says));
    (!own_docs(sides).is_some_and(says) && !was()).then_some(content)
}

/// What the own text of a score would be is known: its base, or that there is none.
pub(super) fn is_known(sides: &ScoreSides) -> bool {
    sides.remote != RemoteScore::Gone && (sides.synced.is_some() || sides.champion().is_none())
}
