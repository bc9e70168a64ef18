//! Merging what two sides made of one document: by lines, and where that fails by its parts.
//!
//! ```text
//! lines  → clean, it parses, proof: says what both say ──────→ merged
//!    └──── or not ──→ parts → proof: has the bytes of both ──→ merged
//!                                    └────── or not ─────────→ a person decides
//! ```
//!
//! Before that: a side that only writes the base's code in another way changes nothing. And nothing may be there twice that no side has twice.

mod blocks;
mod identity;
mod lines;
mod parts;
mod proof;
mod sides;
mod text;

pub(super) use lines::differing;
pub use lines::{Labels, Piece, merge, pieces};
pub use parts::merge_parts;

use crate::model::{DocKind, is_same_document};
use parts::merge_outlines;
use text::MergeText;

/// What `ours` and `theirs` made of `base`, as they travel; none where a person must decide. Code whose lines merge but do
/// not parse is given as it is where its parts do not merge either: the caller looks at its syntax.
pub fn merge_document(kind: DocKind, base: &str, ours: &str, theirs: &str) -> Option<String> {
    if let Some(side) = said_by_one_side(kind, base, ours, theirs) {
        return Some(side.to_owned());
    }
    let texts = [base, ours, theirs].map(|text| MergeText::new(kind, text));
    let texts = texts.each_ref();
    let is_whole = |text: &str| kind != DocKind::ReportConfiguration || blocks::are_whole([ours, theirs], text);
    let keeps = |text: &MergeText<'_>| identity::keeps(texts, text) && is_whole(text.text);
    let by_lines = merge(base, ours, theirs);
    let lines = by_lines.as_deref().map(|text| MergeText::new(kind, text));
    let parses = lines.as_ref().is_some_and(MergeText::parses);
    if lines.is_some_and(|text| parses && keeps(&text) && proof::says_both(texts, &text)) {
        return by_lines;
    }
    let by_parts = merge_outlines(texts, keeps);
    by_parts.or(by_lines.filter(|_| !parses))
}

/// The side that says all there is to say where the other only writes its code, or that of the base, in another way.
fn said_by_one_side<'a>(kind: DocKind, base: &str, ours: &'a str, theirs: &'a str) -> Option<&'a str> {
    if !kind.is_yaml() {
        None
    } else if is_same_document(base, ours) || is_same_document(ours, theirs) {
        Some(theirs)
    } else {
        is_same_document(base, theirs).then_some(ours)
    }
}

/// Both sides of a document in conflict, run by run: at least one run is a conflict, and whichever side is taken there, nothing
/// is there twice that no side has twice. Without a base every difference is a conflict.
pub fn conflict_pieces(kind: DocKind, base: Option<&str>, ours: &str, theirs: &str) -> Vec<Piece> {
    let pieces = pieces(base, ours, theirs);
    let Some(base) = base else { return pieces };
    let texts = [base, ours, theirs].map(|text| MergeText::new(kind, text));
    let keeps = |take_ours: bool| {
        let decided = lines::decided(&pieces, take_ours);
        identity::keeps(texts.each_ref(), &MergeText::new(kind, &decided))
    };
    let is_conflict = pieces.iter().any(|piece| matches!(piece, Piece::Conflict { .. }));
    if is_conflict && keeps(true) && keeps(false) { pieces } else { lines::one_conflict(base, ours, theirs) }
}

/// Both sides of a document in conflict in one text, what conflicts between markers.
pub fn conflict_markers(kind: DocKind, base: Option<&str>, ours: &str, theirs: &str, labels: Labels<'_>) -> String {
    lines::marked(&conflict_pieces(kind, base, ours, theirs), ours, labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::yaml::Tree;

    /// The merge, which must be the same from both sides.
    fn merged(kind: DocKind, base: &str, ours: &str, theirs: &str) -> Option<String> {
        let merged = merge_document(kind, base, ours, theirs);
        let mirrored = merge_document(kind, base, theirs, ours);
        assert_eq!(merged.as_ref().map(|text| text.trim_end()), mirrored.as_ref().map(|text| text.trim_end()));
        merged
    }

    #[test]
    fn what_both_sides_added_is_there_once_or_a_conflict() {
        let list = |key: &str, items: &[&str]| {
            let items: String = items.iter().map(|item| format!("- {item}\n")).collect();
            format!("name: A\n{key}:\n{items}output:\n  value: x\n")
        };
        let named = ["name", "key", "id"].map(|by| ["first", "second", "third"].map(|name| format!("{by}: {name}\n  class: C")));
        let texts = ["\"Yes\"", "No", "Maybe"].map(str::to_owned);
        let lists = named.iter().map(|items| ("graph", items)).chain([("valid_classes", &texts), ("classes", &texts)]);
        for (key, [first, second, third]) in lists {
            let base = list(key, &[first, second]);
            let (above, below) = (list(key, &[third, first, second]), list(key, &[first, second, third]));
            assert_eq!(merged(DocKind::Code, &base, &above, &below).as_ref(), Some(&below));
            let different = below.replace("third\n  class: C", "third\n  class: D");
            if different != below {
                assert_eq!(merged(DocKind::Code, &base, &above, &different), None);
            }
        }
        let base = "# T\n\n## A\na\n\n## B\nb\n";
        let (above, below) = (base.replace("## A", "## C\nc\n\n## A"), format!("{base}\n## C\nc\n"));
        assert_eq!(merged(DocKind::Guidelines, base, &above, &below).as_ref(), Some(&below));
        assert_eq!(merged(DocKind::Guidelines, base, &above.replace("\nc\n", "\nd\n"), &below), None);
    }

    #[test]
    fn keys_that_both_sides_added_at_any_depth_are_there_once() {
        let text =
            |above: &str, below: &str| format!("a:\n- name: n\n  b:\n    m:\n{above}      c: 1\n      d: 2\n{below}    e: 1\n");
        let (base, above, below) = (text("", ""), text("      x: 1\n", ""), text("", "      x: 1\n"));
        assert_eq!(merged(DocKind::Code, &base, &above, &below).as_ref(), Some(&below));
        let two = merged(DocKind::Code, &base, &above, &below.replace("x: 1", "x: 2")).expect("lines that merge");
        assert_eq!(Tree::read(&two).1.len(), 1, "whoever looks at the syntax sees the key twice");
        let merges = |above: &str, below: &str| format!("d: &d {{p: 1}}\nm:\n{above}  c: 1\n  e: 1\n{below}");
        let sides = (merges("  <<: *d\n", ""), merges("", "  <<: {q: 1}\n"));
        assert_eq!(merged(DocKind::Code, &merges("", ""), &sides.0, &sides.1), None);
    }

    #[test]
    fn an_edit_of_what_the_other_side_moved_or_removed_is_not_lost() {
        let node = |name: &str, prompt: u8| format!("- name: {name}\n  class: C\n  prompt: {prompt}\n");
        let graph = |nodes: &[String]| format!("graph:\n{}", nodes.concat());
        let base = graph(&[node("a", 1), node("b", 1), node("c", 1)]);
        let moved = graph(&[node("c", 1), node("a", 1), node("b", 1)]);
        for edited in [
            graph(&[node("a", 1), node("b", 1), node("c", 2)]),
            graph(&[node("a", 2), node("b", 1), node("c", 1)]),
            graph(&[node("a", 1), node("b", 1)]),
        ] {
            if let Some(text) = merged(DocKind::Code, &base, &moved, &edited) {
                let changed = edited.lines().filter(|line| !base.contains(line)).all(|line| text.contains(line));
                assert!(changed && text.matches("name: c").count() == edited.matches("name: c").count(), "{text}");
            }
        }
    }

    #[test]
    fn a_conflict_has_a_place_even_where_all_lines_merge() {
        let base = "a: 1\ngraph:\n- name: a\n- name: b\nz: 1\n";
        let (ours, theirs) = (base.replace("- name: a", "- name: n\n  x: 1\n- name: a"), base.replace("z:", "- name: n\nz:"));
        assert_eq!(merged(DocKind::Code, base, &ours, &theirs), None);
        let labels = Labels { ours: "o", base: "b", theirs: "t" };
        assert_eq!(
            conflict_markers(DocKind::Code, Some(base), &ours, &theirs, labels),
            "a: 1\ngraph:\n<<<<<<< o\n- name: n\n  x: 1\n- name: a\n- name: b\n||||||| b\n- name: a\n- name: b\n=======\n\
             - name: a\n- name: b\n- name: n\n>>>>>>> t\nz: 1\n"
        );
    }
}
