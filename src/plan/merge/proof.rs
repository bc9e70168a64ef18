//! Checks that a merged document really is the merge of its sides.
//!
//! The text is read again, and every path that any of the four texts has is looked at by itself. In a spliced document its own
//! bytes, and what they mean, must be those of the side that changed them, and a part that an anchor or alias ties to another
//! one must be as it was on all sides. In one that was merged by lines only the meaning counts: a comparison of lines can take
//! one item for another that was moved, and lose what the other side made of it. Knows nothing of how texts are merged.

use super::sides::{Sides, own_bytes, three_way};
use super::text::{MergeText, outlines};
use crate::model::outline::{Outline, Own, Part, PartShape};
use std::collections::HashMap;

/// Every path has its bytes from the right side, and none was lost or made up.
pub(super) fn holds(sides: &Sides<'_>, merged: &MergeText<'_>) -> bool {
    let Some(merged) = merged.outline().filter(|outline| outline.separable) else { return false };
    let all = [sides.base, sides.ours, sides.theirs, merged];
    every_path(all, |_| true, is_right)
}

/// Every path says what the side that changed it says; where both did, what their lines merge to. Where a document has no
/// outline, or repeats a heading, nothing is known against it. Parts whose path does not name them, in lists whose items have only
/// numbers, are not looked at.
pub(super) fn says_both(texts: [&MergeText<'_>; 3], merged: &MergeText<'_>) -> bool {
    let outline = |at: usize| if at < texts.len() { texts[at].outline() } else { merged.outline() };
    let four = outlines([texts[0].text, texts[1].text, texts[2].text, merged.text], outline);
    let [Some(base), Some(ours), Some(theirs), Some(merged)] = four else { return true };
    let all = [base, ours, theirs, merged];
    if !texts[0].kind.is_yaml() && all.iter().any(|outline| !outline.separable) {
        return true;
    }
    let is_named = |four: &Four<'_>| four.iter().flatten().all(|part| part.shape != PartShape::Numbered);
    every_path(all, is_named, is_said)
}

/// A part as base, ours, theirs and the result have it.
type Four<'o> = [Option<&'o Part>; 4];

/// Looks at every path that any of the outlines has, without what is the same in all of them. What is below a path is looked at
/// if `goes_on`.
fn every_path(
    all: [&Outline<'_>; 4],
    goes_on: impl Fn(&Four<'_>) -> bool,
    is_good: impl Fn([Option<&Own<'_>>; 3], Option<&Own<'_>>) -> bool,
) -> bool {
    let mut open: Vec<Four<'_>> = vec![all.map(|outline| Some(&outline.root))];
    while let Some(four) = open.pop() {
        if is_same(all, &four) {
            continue;
        }
        let own = |at: usize| four[at].map(|part| all[at].own(part));
        let [base, ours, theirs, result] = [own(0), own(1), own(2), own(3)];
        if !is_good([base.as_ref(), ours.as_ref(), theirs.as_ref()], result.as_ref()) {
            return false;
        }
        if goes_on(&four) {
            inside(&four, &mut open);
        }
    }
    true
}

/// All have the part, with the same bytes, which mean the same.
fn is_same(all: [&Outline<'_>; 4], four: &Four<'_>) -> bool {
    let [Some(first), rest @ ..] = four else { return false };
    let bytes = all[0].source(first);
    rest.iter().zip(&all[1..]).all(|(part, outline)| {
        part.is_some_and(|part| part.shape == first.shape && part.shared == first.shared && outline.source(part) == bytes)
    })
}

/// Adds the parts of a part. Mostly all have the same ones in the same order.
fn inside<'o>(four: &Four<'o>, open: &mut Vec<Four<'o>>) {
    let parts = four.map(|part| part.map_or(&[][..], |part| part.parts.as_slice()));
    let at = |index: usize| parts.map(|parts| parts.get(index));
    let is_one =
        |four: &Four<'_>| four[0].is_some_and(|first| four.iter().all(|part| part.is_some_and(|part| part.name == first.name)));
    let alike = (0..parts[0].len()).map(at).take_while(is_one).inspect(|four| open.push(*four)).count();
    let mut rest: HashMap<&str, Four<'o>> = HashMap::new();
    for (side, parts) in parts.iter().enumerate() {
        parts[alike..].iter().for_each(|part| rest.entry(part.name.as_str()).or_default()[side] = Some(part));
    }
    open.extend(rest.into_values());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DocKind;

    /// By parts, and by lines.
    fn is_proven(texts: [&str; 3], merged: &str) -> [bool; 2] {
        let kind = DocKind::Code;
        let [base, ours, theirs] = texts.map(|text| Outline::read(kind, text).expect("a mapping"));
        let sides = Sides { base: &base, ours: &ours, theirs: &theirs };
        let [base, ours, theirs] = texts.map(|text| MergeText::new(kind, text));
        [holds(&sides, &MergeText::new(kind, merged)), says_both([&base, &ours, &theirs], &MergeText::new(kind, merged))]
    }

    #[test]
    fn only_what_both_sides_say_is_a_merge() {
        let texts = ["a: 1\nb: 2\nc: 3\n", "a: 10\nb: 2\nc: 3\n", "a: 1\nb: 20\nc: 3\n"];
        assert_eq!(is_proven(texts, "a: 10\nb: 20\nc: 3\n"), [true; 2]);
        let lost = ["a: 1\nb: 20\nc: 3\n", "a: 10\nb: 2\nc: 3\n", "a: 10\nb: 20\n"];
        let made_up = ["a: 10\nb: 20\nc: 4\n", "a: 10\nb: 20\nc: 3\nd: 4\n", "a: 10\nb: 20\nc: {x: 3}\n"];
        for wrong in lost.into_iter().chain(made_up) {
            assert_eq!(is_proven(texts, wrong), [false; 2], "{wrong}");
        }
    }

    #[test]
    fn sections_are_looked_at_as_keys_are() {
        let kind = DocKind::Guidelines;
        let text = |a: &str, b: &str| format!("# T\n## A\n{a}\n## B\n{b}\n");
        let [base, ours, theirs] = [text("a", "b"), text("A", "b"), text("a", "B")];
        let says = |merged: &str| {
            let [base, ours, theirs] = [&base, &ours, &theirs].map(|text| MergeText::new(kind, text));
            says_both([&base, &ours, &theirs], &MergeText::new(kind, merged))
        };
        assert!(says(&text("A", "B")));
        assert!(![text("A", "b"), text("a", "B"), text("A", "C")].iter().any(|wrong| says(wrong)));
    }

    #[test]
    fn what_both_changed_is_what_its_lines_merge_to() {
        let text = |first: &str, last: &str| format!("p: |\n  {first}\n  two\n  three\n  {last}\nz: 1\n");
        let [base, ours, theirs] = [("one", "four"), ("ONE", "four"), ("one", "FOUR")].map(|(first, last)| text(first, last));
        let texts = [base.as_str(), &ours, &theirs];
        assert_eq!(is_proven(texts, &text("ONE", "FOUR")), [true; 2]);
        for wrong in [text("ONE", "four"), text("one", "FOUR"), text("one", "four"), text("ONE", "IV")] {
            assert_eq!(is_proven(texts, &wrong), [false; 2], "{wrong}");
        }
    }

    #[test]
    fn what_both_added_is_the_same_but_for_blank_lines() {
        let [base, ours] = ["a: 1\n", "a: 1\nx: 1\n"];
        for (theirs, merged, holds) in [
            ("a: 1\n\nx: 1\n", ours, true),
            ("a: 1\n\nx: 1\n", "a: 1\nx: 2\n", false),
            ("a: 1\nx: 2\n", ours, false),
            ("a: 1\nx: 1 # why\n", ours, false),
        ] {
            assert_eq!(is_proven([base, ours, theirs], merged)[0], holds, "{theirs} {merged}");
        }
    }
}
