//! The fenced blocks of a report configuration: each is one unit, which a merge takes from one side or the other.

use crate::model::outline::fenced_blocks;
use std::collections::HashSet;

/// Every block of `merged` is a block of one of the sides.
pub(super) fn are_whole(sides: [&str; 2], merged: &str) -> bool {
    let known: HashSet<&str> = sides.into_iter().flat_map(fenced_blocks).collect();
    fenced_blocks(merged).into_iter().all(|block| known.contains(block))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DocKind;
    use crate::plan::merge_document;

    #[test]
    fn a_block_is_merged_as_a_whole_or_not_at_all() {
        let text = |head: &str, days: &str, limit: &str| {
            format!("# A\n\nWords {head}.\n\n```block name=\"A\"\nclass: X\ndays: {days}\nmore: 1\nlimit: {limit}\n```\n")
        };
        let merge = |ours: &str, theirs: &str| merge_document(DocKind::ReportConfiguration, &text("A", "1", "1"), ours, theirs);
        assert_eq!(merge(&text("B", "1", "1"), &text("A", "2", "1")), Some(text("B", "2", "1")), "words beside a block");
        assert_eq!(merge(&text("A", "2", "1"), &text("A", "1", "2")), None, "two lines of one block");
        assert!(!are_whole(["```\na\n```\n", ""], "```\nb\n```\n"));
    }
}
