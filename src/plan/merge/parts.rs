//! Three-way merge of documents by their parts: the keys of YAML, the sections of Markdown.
//!
//! Bytes are spliced, never written anew: each part's own bytes come whole from the side that changed them. So two sides
//! may change different keys on neighbouring lines, or sections that touch. New parts of both sides may stand in one place
//! only where their order means nothing: keys of a mapping, then in the order of their names. A part that both sides added
//! with the same bytes is there once: in the later place, if they put it into different ones. Where both sides changed the own
//! bytes of one part they are merged by lines, as everywhere. A side that changes the order of parts, two sides that both
//! change which items a list has in ways of their own, items without names: a person decides. What is spliced is proven, see
//! [`proof`].

use super::proof::{self, inner};
use super::sides::{Sides, own_bytes, three_way};
use super::text::{MergeText, outlines};
use crate::model::DocKind;
use crate::model::outline::{Part, PartShape};
use std::collections::{HashMap, HashSet};

/// What `ours` and `theirs` made of `base`, as they travel; none where a person must decide. The result ends as `ours` ends.
pub fn merge_parts(kind: DocKind, base: &str, ours: &str, theirs: &str) -> Option<String> {
    merge_outlines([base, ours, theirs].map(|text| MergeText::new(kind, text)).each_ref(), |_| true)
}

/// [`merge_parts`] of texts that may have been read already, if the result, which ends with one line end, `is_good`.
pub(super) fn merge_outlines(texts: [&MergeText<'_>; 3], is_good: impl Fn(&MergeText<'_>) -> bool) -> Option<String> {
    let (kind, ours) = (texts[1].kind, texts[1].text);
    let ending = &ours[ours.trim_end().len()..];
    let bodies = texts.map(|text| text.text.trim_end().to_owned() + "\n");
    let bodies = bodies.each_ref().map(|body| MergeText::new(kind, body));
    let is_ended = [0, 1, 2].map(|at| texts[at].text == bodies[at].text);
    let outline = |at: usize| {
        let outline = if is_ended[at] { texts[at].outline() } else { bodies[at].outline() };
        outline.filter(|outline| outline.separable)
    };
    let [base, ours, theirs] = outlines(texts.map(|text| text.text), outline);
    let sides = Sides { base: base?, ours: ours?, theirs: theirs? };
    let merged = sides.part([&sides.base.root, &sides.ours.root, &sides.theirs.root])?;
    let text = MergeText::new(kind, &merged);
    (proof::holds(&sides, &text) && is_good(&text)).then(|| merged.trim_end().to_owned() + ending)
}

/// One part as base, ours and theirs have it.
type Three<'p> = [&'p Part; 3];
/// New parts of a side by the number of parts of the base that the side has above them.
type Runs<'p> = HashMap<usize, Vec<&'p Part>>;

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
        let known = base.by_name();
        let twins = self.twins(&known, ours, theirs)?;
        let free = base.shape == PartShape::Mapping;
        if !is_in_order(base, ours) || !is_in_order(base, theirs) || base.shape == PartShape::Named && !one_changes(three, &twins)
        {
            return None;
        }
        let (mut our_runs, mut their_runs) = (runs(base, ours), runs(base, theirs));
        join_twins(&mut our_runs, &mut their_runs);
        let (here, there) = (ours.by_name(), theirs.by_name());
        let (mut merged, mut gap) = (String::new(), Gap::default());
        for above in 0..=base.parts.len() {
            if let Some(part) = above.checked_sub(1).map(|at| &base.parts[at]) {
                let kept = self.kept(part, here.get(part.name.as_str()).copied(), there.get(part.name.as_str()).copied())?;
                if !kept.is_empty() {
                    gap = Gap::default();
                }
                merged += &kept;
            }
            let new = [&our_runs, &their_runs].map(|runs| runs.get(&above).map_or(&[][..], Vec::as_slice));
            merged += &self.added(new, free, &mut gap)?;
        }
        (!merged.is_empty()).then_some(merged)
    }

    /// The names of parts that both sides added; none if they say different things.
    fn twins<'p>(&self, known: &HashMap<&str, &Part>, ours: &'p Part, theirs: &'p Part) -> Option<HashSet<&'p str>> {
        let there = theirs.by_name();
        let mut twins = HashSet::new();
        for part in ours.parts.iter().filter(|part| !known.contains_key(part.name.as_str())) {
            if let Some(other) = there.get(part.name.as_str()) {
                let same = inner(self.ours.source(part)) == inner(self.theirs.source(other));
                twins.insert(same.then_some(part.name.as_str())?);
            }
        }
        Some(twins)
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
        let names = |run: &[&Part]| run.iter().map(|part| part.name.clone()).collect::<HashSet<_>>();
        let (here, there) = (names(ours), names(theirs));
        let (both, own): (Vec<&Part>, Vec<&Part>) = ours.iter().partition(|part| there.contains(&part.name));
        let (also, others): (Vec<&Part>, Vec<&Part>) = theirs.iter().partition(|part| here.contains(&part.name));
        *gap = Gap { ours: gap.ours || !own.is_empty(), theirs: gap.theirs || !others.is_empty() };
        let same_order = both.iter().map(|part| &part.name).eq(also.iter().map(|part| &part.name));
        if !same_order || gap.ours && gap.theirs && !free {
            return None;
        }
        let our_text = |run: &[&Part]| run.iter().map(|part| self.ours.source(part)).collect::<String>();
        let their_text = |run: &[&Part]| run.iter().map(|part| self.theirs.source(part)).collect::<String>();
        let first = |run: &[&Part]| run.first().map(|part| part.name.clone());
        Some(match (own.is_empty(), others.is_empty()) {
            (_, true) => our_text(ours),
            (true, false) => their_text(theirs),
            _ if first(&own) <= first(&others) => our_text(&both) + &our_text(&own) + &their_text(&others),
            _ => our_text(&both) + &their_text(&others) + &our_text(&own),
        })
    }
}

/// Who added something since the last part of the base.
#[derive(Default)]
struct Gap {
    ours: bool,
    theirs: bool,
}

/// At most one side changes which parts there are, or where, apart from those that both added.
fn one_changes(three: Three<'_>, twins: &HashSet<&str>) -> bool {
    let names = |part: &Part| -> Vec<String> {
        part.parts.iter().filter(|part| !twins.contains(part.name.as_str())).map(|part| part.name.clone()).collect()
    };
    three_way(three.map(names)).is_some()
}

/// The parts of the base that a side kept stand in their old order.
fn is_in_order(base: &Part, side: &Part) -> bool {
    let (known, kept) = (base.by_name(), side.by_name());
    let before = base.parts.iter().map(|part| part.name.as_str()).filter(|name| kept.contains_key(name));
    before.eq(side.parts.iter().map(|part| part.name.as_str()).filter(|name| known.contains_key(name)))
}

fn runs<'p>(base: &Part, side: &'p Part) -> Runs<'p> {
    let places: HashMap<&str, usize> = base.parts.iter().enumerate().map(|(at, part)| (part.name.as_str(), at + 1)).collect();
    let (mut runs, mut above) = (Runs::new(), 0);
    for part in &side.parts {
        match places.get(part.name.as_str()) {
            Some(place) => above = *place,
            None => runs.entry(above).or_default().push(part),
        }
    }
    runs
}

/// Leaves each part that both sides added in the later of its two places.
fn join_twins<'p>(ours: &mut Runs<'p>, theirs: &mut Runs<'p>) {
    let (here, there) = (places(ours), places(theirs));
    for (runs, others) in [(ours, there), (theirs, here)] {
        for (place, run) in runs {
            run.retain(|part| others.get(&part.name).is_none_or(|other| place >= other));
        }
    }
}

/// Where each new part stands.
fn places(runs: &Runs<'_>) -> HashMap<String, usize> {
    runs.iter().flat_map(|(place, run)| run.iter().map(|part| (part.name.clone(), *place))).collect()
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
        let both = |x: u8| code("a: 1\nb: 2\n", "a: 1\nx: 1\nb: 2\n", &format!("x: {x}\na: 1\nb: 2\n"));
        assert_eq!((both(1).as_deref(), both(2)), (Some("a: 1\nx: 1\nb: 2\n"), None));
        let ordered = code("a: 1\n", "a: 1\nx: 1\n", "a: 1\ny: 1\nx: 1\n");
        assert_eq!(ordered.as_deref(), Some("a: 1\ny: 1\nx: 1\n"), "in the order of who added more");
        let list = "l:\n- name: a\n  v: 1\n";
        assert_eq!(code(list, &format!("{list}- name: b\n"), &format!("{list}- name: c\n")), None);
        let one_added = format!("{list}- name: b\n").replace("v: 1", "v: 2");
        assert_eq!(code(list, &format!("{list}- name: b\n"), &list.replace("v: 1", "v: 2")), Some(one_added));
        assert_eq!(code("l: [1]\n", "l: [1, 2]\n", "l: [1, 3]\n"), None);
        let items =
            |names: &str| names.chars().map(|name| format!("- name: {name}\n")).fold("l:\n".to_owned(), |all, one| all + &one);
        assert_eq!(code(&items("abc"), &items("bc"), &items("ab")), None, "only one side says which items there are");
        assert_eq!(code(&items("abc"), &items("bcz"), &items("abcz")), Some(items("bcz")), "but for what both added");
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
        let theirs = "# T\n## A\na\n## B\nb\n## D\nd\n";
        let apart = text(base, "# T\n## A\na\n## C\nc\n## B\nb\n", theirs);
        assert_eq!(apart.as_deref(), Some("# T\n## A\na\n## C\nc\n## B\nb\n## D\nd\n"));
        assert_eq!(text(base, "# T\n## A\na\n## C\nc\n", theirs), None, "nothing is left between them");
        assert_eq!(text("# T\n## A\na\n## A\nb\n", "# T\n## A\nx\n## A\nb\n", "# T\n## A\na\n## A\ny\n"), None);
    }
}
