//! Checks that a spliced document really is the merge of its sides.
//!
//! The text is read again, and every path that any of the four texts has is looked at by itself: its own bytes, and what
//! they mean, must be those of the side that changed them. A part that an anchor or alias ties to another one must be
//! as it was on all sides. Knows nothing of how the text was spliced.

use super::sides::{Sides, own_bytes, three_way};
use crate::model::DocKind;
use crate::model::outline::{Outline, Own, Path};
use std::collections::BTreeSet;

/// Every path has its bytes from the right side, and none was lost or made up.
pub(super) fn holds(kind: DocKind, sides: &Sides<'_>, merged: &str) -> bool {
    let Some(merged) = Outline::read(kind, merged).filter(|outline| outline.separable) else { return false };
    let three = [sides.base.by_path(), sides.ours.by_path(), sides.theirs.by_path()];
    let result = merged.by_path();
    let paths: BTreeSet<&Path<'_>> = three.iter().chain([&result]).flat_map(|paths| paths.keys()).collect();
    paths.into_iter().all(|path| is_right(three.each_ref().map(|paths| paths.get(path)), result.get(path)))
}

fn is_right(three: [Option<&Own<'_>>; 3], result: Option<&Own<'_>>) -> bool {
    let is_tied = three.into_iter().flatten().any(|own| own.shared);
    if is_tied && (three[0] != three[1] || three[0] != three[2]) {
        return false;
    }
    if let Some(expected) = three_way(three) {
        return result == expected;
    }
    // Both changed it, so it must be there in all of them, with lines that merge.
    let ([Some(base), Some(ours), Some(theirs)], Some(result)) = (three, result) else { return false };
    let head = own_bytes([base.head, ours.head, theirs.head]);
    let tail = own_bytes([base.tail, ours.tail, theirs.tail]);
    head.as_deref() == Some(result.head) && tail.as_deref() == Some(result.tail) && ours.shape == result.shape
}
