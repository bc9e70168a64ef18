//! Three-way merge of documents by their parts: the keys of YAML, the sections of Markdown.
//!
//! Bytes are spliced, never written anew: each part's own bytes come whole from the side that changed them. So two sides
//! may change different keys on neighbouring lines, or sections that touch. New parts of both sides may stand in one place
//! only where their order means nothing: keys of a mapping, then in the order of their names. Where both sides changed the
//! own bytes of one part they are merged by lines, as everywhere. A side that changes the order of parts, two sides that
//! both change which items a list has, items without names: a person decides. What is spliced is proven, see [`proof`].

use super::proof;
use super::sides::{Sides, own_bytes, three_way};
use crate::model::DocKind;
use crate::model::outline::{Outline, Part, PartShape};
use std::collections::BTreeMap;

/// What `ours` and `theirs` made of `base`, as they travel; none where a person must decide. The result ends as `ours` ends.
pub fn merge_parts(kind: DocKind, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let ending = &ours[ours.trim_end().len()..];
    let texts = [base, ours, theirs].map(|text| text.trim_end().to_owned() + "\n");
    let [base, ours, theirs] = texts.each_ref().map(|text| Outline::read(kind, text).filter(|outline| outline.separable));
    let sides = Sides { base: base?, ours: ours?, theirs: theirs? };
    let merged = sides.part([&sides.base.root, &sides.ours.root, &sides.theirs.root])?;
    proof::holds(kind, &sides, &merged).then(|| merged.trim_end().to_owned() + ending)
}

/// One part as base, ours and theirs have it.
type Three<'p> = [&'p Part; 3];
/// New parts of a side by the part of the base that they follow; none: they come first.
type Runs<'p> = BTreeMap<Option<&'p str>, Vec<&'p Part>>;

impl Sides<'_> {
    /// The bytes of a part that all three have.
    fn part(&self, three: Three<'_>) -> Option<String> {
        let [base, ours, theirs] = three;
        let sources = [self.base.source(base), self.ours.source(ours), self.theirs.source(theirs)];
        let is_whole = |part: &&Part| part.parts.is_empty() || part.shape != base.shape || part.shape == PartShape::Numbered;
        if let Some(side) = three_way(sources) {
            return Some(side.to_owned());
        }
        if three.iter().any(is_whole) {
            return own_bytes(sources);
        }
        let owns = [self.base.own(base), self.ours.own(ours), self.theirs.own(theirs)];
        let head = own_bytes(owns.map(|own| own.head))?;
        let tail = own_bytes(owns.map(|own| own.tail))?;
        Some(head + &self.parts_of(three)? + &tail)
    }

    /// The bytes of a part's parts; none if nothing is left of them.
    fn parts_of(&self, three: Three<'_>) -> Option<String> {
        let [base, ours, theirs] = three;
        let [before, here, there] = three.map(names);
        let free = base.shape == PartShape::Mapping;
        let is_list = base.shape == PartShape::Named;
        if !in_order(&before, &here) || !in_order(&before, &there) || is_list && three_way([&before, &here, &there]).is_none() {
            return None;
        }
        let (our_runs, their_runs) = (runs(&before, ours), runs(&before, theirs));
        let (mut merged, mut gap) = (String::new(), Gap::default());
        for anchor in std::iter::once(None).chain(base.parts.iter().map(Some)) {
            if let Some(part) = anchor {
                let kept = self.kept(part, find(ours, &part.name), find(theirs, &part.name))?;
                if !kept.is_empty() {
                    gap = Gap::default();
                }
                merged += &kept;
            }
            let at = anchor.map(|part| part.name.as_str());
            let new = [our_runs.get(&at), their_runs.get(&at)].map(|run| run.map_or(&[][..], Vec::as_slice));
            merged += &self.added(new, free, &mut gap)?;
        }
        (!merged.is_empty()).then_some(merged)
    }

    /// A part of the base: nothing where a side removed it, if the other left it alone.
    fn kept(&self, base: &Part, ours: Option<&Part>, theirs: Option<&Part>) -> Option<String> {
        let same = |source: &str| source == self.base.source(base);
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => self.part([base, ours, theirs]),
            (None, None) => Some(String::new()),
            (Some(ours), None) => same(self.ours.source(ours)).then(String::new),
            (None, Some(theirs)) => same(self.theirs.source(theirs)).then(String::new),
        }
    }

    /// New parts in one place. `free`: their order means nothing.
    fn added(&self, [ours, theirs]: [&[&Part]; 2], free: bool, gap: &mut Gap) -> Option<String> {
        let here: String = ours.iter().map(|part| self.ours.source(part)).collect();
        let there: String = theirs.iter().map(|part| self.theirs.source(part)).collect();
        if here == there {
            return Some(here);
        }
        *gap = Gap { ours: gap.ours || !ours.is_empty(), theirs: gap.theirs || !theirs.is_empty() };
        if gap.ours && gap.theirs && !free {
            return None;
        }
        let first = |run: &[&Part]| run.first().map(|part| part.name.clone());
        Some(if first(ours) <= first(theirs) { here + &there } else { there + &here })
    }
}

/// Who added something since the last part of the base.
#[derive(Default)]
struct Gap {
    ours: bool,
    theirs: bool,
}

fn names(part: &Part) -> Vec<&str> {
    part.parts.iter().map(|part| part.name.as_str()).collect()
}

fn find<'p>(part: &'p Part, name: &str) -> Option<&'p Part> {
    part.parts.iter().find(|part| part.name == name)
}

/// The parts of the base that a side kept stand in their old order.
fn in_order(before: &[&str], side: &[&str]) -> bool {
    let kept = side.iter().filter(|name| before.contains(name));
    before.iter().filter(|name| side.contains(name)).eq(kept)
}

fn runs<'p>(before: &[&str], side: &'p Part) -> Runs<'p> {
    let (mut runs, mut anchor) = (Runs::new(), None);
    for part in &side.parts {
        if before.contains(&part.name.as_str()) {
            anchor = Some(part.name.as_str());
        } else {
            runs.entry(anchor).or_default().push(part);
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(base: &str, ours: &str, theirs: &str) -> Option<String> {
        let merged = merge_parts(DocKind::Code, base, ours, theirs);
        let mirrored = merge_parts(DocKind::Code, base, theirs, ours);
        assert_eq!(merged.as_ref().map(|text| text.trim_end()), mirrored.as_ref().map(|text| text.trim_end()));
        merged
    }

    fn text(base: &str, ours: &str, theirs: &str) -> Option<String> {
        merge_parts(DocKind::Guidelines, base, ours, theirs)
    }

    #[test]
    fn keys_on_neighbouring_lines_merge() {
        assert_eq!(code("a: 1\nb: 2\n", "a: 10\nb: 2\n", "a: 1\nb: 20\n").as_deref(), Some("a: 10\nb: 20\n"));
        let base = "graph:\n- name: n\n  # how\n  p: |\n    hi\n    # no comment\n  # which\n  c: {x: 1}\n";
        let ours = base.replace("hi\n", "hello\n").replace("# how", "# how so");
        let theirs = base.replace("x: 1", "x: 2").replace("# which", "# which one");
        assert_eq!(code(base, &ours, &theirs), Some(ours.replace("x: 1", "x: 2").replace("# which", "# which one")));
    }

    #[test]
    fn the_same_key_is_merged_by_lines_or_not_at_all() {
        assert_eq!(code("a: 1\nb: 2\n", "a: 2\nb: 3\n", "a: 3\nb: 2\n"), None);
        let base = "a: 1\np: |\n  one\n  two\n  three\n  four\nz: 1\n";
        let (ours, theirs) =
            (base.replace("one", "ONE").replace("a: 1", "a: 2"), base.replace("four", "FOUR").replace("z: 1", "z: 2"));
        let both = "a: 2\np: |\n  ONE\n  two\n  three\n  FOUR\nz: 2\n";
        assert_eq!(code(base, &ours, &theirs).as_deref(), Some(both));
        assert_eq!(code(base, &ours, &base.replace("one", "eins")), None);
    }

    #[test]
    fn new_keys_stand_together_and_new_items_do_not() {
        assert_eq!(code("a: 1\n", "a: 1\n\n# y\ny: 1\n", "a: 1\nx: 2").as_deref(), Some("a: 1\nx: 2\n\n# y\ny: 1\n"));
        assert_eq!(code("a: 1\n", "a: 1\nx: 1\n", "a: 1\nx: 2\n"), None);
        assert_eq!(code("a: 1\nb: 2\n", "a: 1\nx: 1\nb: 2\n", "x: 1\na: 1\nb: 2\n"), None);
        let list = "l:\n- name: a\n  v: 1\n";
        assert_eq!(code(list, &format!("{list}- name: b\n"), &format!("{list}- name: c\n")), None);
        let one_added = format!("{list}- name: b\n").replace("v: 1", "v: 2");
        assert_eq!(code(list, &format!("{list}- name: b\n"), &list.replace("v: 1", "v: 2")), Some(one_added));
        assert_eq!(code("l: [1]\n", "l: [1, 2]\n", "l: [1, 3]\n"), None);
    }

    #[test]
    fn what_one_side_removed_must_be_untouched_by_the_other() {
        assert_eq!(code("a: 1\nb: 2\nc: 3\n", "a: 1\nc: 3\n", "a: 1\nb: 2\nc: 4\n").as_deref(), Some("a: 1\nc: 4\n"));
        assert_eq!(code("a: 1\nb: 2\nc: 3\n", "a: 1\nc: 3\n", "a: 1\nb: 4\nc: 3\n"), None);
        assert_eq!(code("m:\n  a: 1\n  b: 2\nz: 1\n", "m:\n  a: 1\nz: 1\n", "m:\n  b: 2\nz: 1\n"), None);
        assert_eq!(code("a: 1\nb: 2\n", "b: 2\na: 1\n", "a: 1\nb: 3\n"), None);
    }

    #[test]
    fn anchors_kept_blanks_and_what_is_no_mapping_are_refused() {
        assert_eq!(code("a: &x 1\nb: *x\nc: 1\n", "a: &x 2\nb: *x\nc: 1\n", "a: &x 1\nb: *x\nc: 2\n"), None);
        assert_eq!(code("a: &x 1\nb: *x\nc: 1\n", "a: &x 1\nc: 1\n", "a: &x 1\nb: *x\nc: 2\n"), None);
        let tied = "d: &d\n  t: 1\ng:\n- <<: *d\n  name: n\n  x: 1\n  y: 1\n";

        let both = tied.replace("x: 1", "x: 2").replace("y: 1", "y: 2");
        assert_eq!(code(tied, &tied.replace("x: 1", "x: 2"), &tied.replace("y: 1", "y: 2")), Some(both));
        assert_eq!(code(tied, &tied.replace("t: 1", "t: 2"), &tied.replace("x: 1", "x: 2")), None);
        assert_eq!(code("a: |+\n  x\n\nb: 1\n", "a: |+\n  y\n\nb: 1\n", "a: |+\n  x\n\nb: 2\n"), None);
        assert_eq!(code("- a\n- b\n", "- A\n- b\n", "- a\n- B\n"), None);
        assert_eq!(code("a: 1\nb: [\n", "a: 2\nb: [\n", "a: 1\nb: [ \n"), None);
        assert_eq!(code("a: 1\na: 2\n", "a: 0\na: 2\n", "a: 1\na: 3\n"), None);
    }

    #[test]
    fn sections_that_touch_merge() {
        let base = "# T\n## A\na\n## B\nb\n";
        assert_eq!(text(base, "# T\n## A\nA\n## B\nb", "# T\n## A\na\n## B\nB\n").as_deref(), Some("# T\n## A\nA\n## B\nB"));
        assert_eq!(text(base, "# T\n## A\nx\n## B\nb\n", "# T\n## A\ny\n## B\nb\n"), None);
        assert_eq!(text(base, "# T\n## A\na\n## B\nb\n## C\n", "# T\n## A\na\n## B\nb\n## D\n"), None);
        assert_eq!(text("# T\n## A\na\n## A\nb\n", "# T\n## A\nx\n## A\nb\n", "# T\n## A\na\n## A\ny\n"), None);
    }
}
