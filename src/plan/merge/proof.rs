//! Checks that a merged document really is the merge of its sides.
//!
//! The text is read again, and every path that any of the four texts has is looked at by itself. In a spliced document its own
//! bytes, and what they mean, must be those of the side that changed them, and a part that an anchor or alias ties to another
//! one must be as it was on all sides. In one that was merged by lines only the meaning counts: a comparison of lines can take
//! one item for another that was moved, and lose what the other side made of it. Knows nothing of how texts are merged.

use super::sides::{Sides, own_bytes, three_way};
use crate::model::DocKind;
use crate::model::outline::{Outline, Own, PartShape, Path};
use std::collections::{BTreeMap, BTreeSet};

/// Every path has its bytes from the right side, and none was lost or made up.
pub(super) fn holds(kind: DocKind, sides: &Sides<'_>, merged: &str) -> bool {
    let Some(merged) = Outline::read(kind, merged).filter(|outline| outline.separable) else { return false };
    let three = [sides.base.by_path(), sides.ours.by_path(), sides.theirs.by_path()];
    let result = merged.by_path();
    let paths: BTreeSet<&Path<'_>> = three.iter().chain([&result]).flat_map(|paths| paths.keys()).collect();
    paths.into_iter().all(|path| is_right(three.each_ref().map(|paths| paths.get(path)), result.get(path)))
}

/// Every path says what the side that changed it says; where both did, what their lines merge to. Where a document has no
/// outline, or repeats a heading, nothing is known against it.
pub(super) fn says_both(kind: DocKind, texts: [&str; 3], merged: &str) -> bool {
    let [base, ours, theirs, merged] = [texts[0], texts[1], texts[2], merged].map(|text| Outline::read(kind, text));
    let (Some(base), Some(ours), Some(theirs), Some(merged)) = (base, ours, theirs, merged) else { return true };
    let all = [&base, &ours, &theirs, &merged];
    if !kind.is_yaml() && all.iter().any(|outline| !outline.separable) {
        return true;
    }
    let numbered = all.iter().flat_map(|outline| outline.parts()).filter(|(_, part)| part.shape == PartShape::Numbered);
    let numbered: BTreeSet<Path<'_>> = numbered.map(|(path, _)| path).collect();
    let said = all.map(|outline| named_parts(outline, &numbered));
    let paths: BTreeSet<&Path<'_>> = said.iter().flat_map(|parts| parts.keys()).collect();
    paths.into_iter().all(|path| {
        let [base, ours, theirs, result] = said.each_ref().map(|parts| parts.get(path));
        is_said([base, ours, theirs], result)
    })
}

/// Parts whose path names them: not those in lists whose items have only numbers.
fn named_parts<'o>(outline: &'o Outline<'_>, numbered: &BTreeSet<Path<'_>>) -> BTreeMap<Path<'o>, Own<'o>> {
    let mut found = BTreeMap::new();
    let mut open = vec![(Path::default(), &outline.root)];
    while let Some((path, part)) = open.pop() {
        if !numbered.contains(&path) {
            open.extend(part.parts.iter().map(|inner| (path.join(&inner.name), inner)));
        }
        found.insert(path, outline.own(part));
    }
    found
}

fn is_said(three: [Option<&Own<'_>>; 3], result: Option<&Own<'_>>) -> bool {
    let said = |own: Option<&Own<'_>>| own.map(|own| (own.meaning, own.shape));
    if let Some(expected) = three_way(three.map(said)) {
        return said(result) == expected;
    }
    let ([Some(base), Some(ours), Some(theirs)], Some(result)) = (three, result) else { return false };
    own_bytes([base, ours, theirs].map(|own| inner(own.head))).is_some_and(|head| inner(&head) == inner(result.head))
}

/// Bytes without the blank lines around them, which lie between parts.
pub(super) fn inner(source: &str) -> &str {
    source.trim_start_matches('\n').trim_end()
}

fn is_right(three: [Option<&Own<'_>>; 3], result: Option<&Own<'_>>) -> bool {
    let is_tied = three.into_iter().flatten().any(|own| own.shared);
    if is_tied && (three[0] != three[1] || three[0] != three[2]) {
        return false;
    }
    if let Some(expected) = three_way(three) {
        return result == expected;
    }
    // Both added it: the same, but for the blank lines around.
    if let ([None, Some(ours), Some(theirs)], Some(result)) = (three, result) {
        return is_twin(ours, theirs) && is_twin(ours, result);
    }
    // Both changed it, so it must be there in all of them, with lines that merge.
    let ([Some(base), Some(ours), Some(theirs)], Some(result)) = (three, result) else { return false };
    let head = own_bytes([base.head, ours.head, theirs.head]);
    let tail = own_bytes([base.tail, ours.tail, theirs.tail]);
    head.as_deref() == Some(result.head) && tail.as_deref() == Some(result.tail) && ours.shape == result.shape
}

fn is_twin(one: &Own<'_>, other: &Own<'_>) -> bool {
    let bytes = |own: &Own<'_>| [own.head, own.tail].map(|text| inner(text).to_owned());
    bytes(one) == bytes(other) && (one.meaning, one.shape, one.shared) == (other.meaning, other.shape, other.shared)
}
