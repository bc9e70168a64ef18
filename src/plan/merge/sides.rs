//! The three texts of a merge by parts, and which side a piece of them is taken from. Knows nothing of how parts are put
//! together.

use super::lines;
use crate::model::outline::Outline;

/// The three texts that are merged, each with its parts.
pub(super) struct Sides<'a> {
    pub base: &'a Outline<'a>,
    pub ours: &'a Outline<'a>,
    pub theirs: &'a Outline<'a>,
}

/// The side that changed something, if not both did, each in its own way.
pub(super) fn three_way<T: PartialEq>([base, ours, theirs]: [T; 3]) -> Option<T> {
    if ours == base || ours == theirs {
        Some(theirs)
    } else if theirs == base {
        Some(ours)
    } else {
        None
    }
}

/// Bytes that belong to one part: those of the side that changed them, or merged by lines. Blanks at their end lie between
/// this part and the next, and are no side's alone.
pub(super) fn own_bytes([base, ours, theirs]: [&str; 3]) -> Option<String> {
    if let Some(side) = three_way([base, ours, theirs]) {
        return Some(side.to_owned());
    }
    let blanks = |text: &str| text[text.trim_end().len()..].to_owned();
    lines::merge(base, ours, theirs).filter(|_| blanks(ours) == blanks(theirs))
}
