//! Three-way merge of texts by lines (diff3).
//!
//! Each side is compared with the base; where only one side changed, its lines are taken. Changes of both sides that
//! overlap *or touch* are a conflict unless they are the same change. A change that could as well lie a few lines
//! higher or lower (one of several equal lines was removed, say) counts as covering all those places, and a merge is
//! clean only if two diff algorithms lead to the same text: a clean result must not depend on which of several equal
//! lines a comparison happened to pair. Where git would merge differently, this leaves the decision to a person.
//!
//! Ends do not count: the result ends as `ours` ends. Texts are taken in the form in which they are sent (LF, no
//! byte-order mark, no stamps). Knows nothing of YAML or Markdown. Comparing has no time limit, so that it is
//! reproducible; the diff algorithm limits its work, and then finds a longer script, but always a correct one. Of too many
//! lines, what differs is one change.

use crate::model::line_changes;
use similar::{Algorithm, DiffOp};
use std::collections::HashMap;
use std::ops::Range;

/// What the sides are called in conflict markers.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// After `<<<<<<<`.
    pub ours: &'a str,
    /// After `|||||||`.
    pub base: &'a str,
    /// After `>>>>>>>`.
    pub theirs: &'a str,
}

/// What `ours` and `theirs` made of `base`; none where both changed the same or touching lines, or two comparisons disagree.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let texts = MergeInput::new(Some(base), ours, theirs);
    let chunks = texts.three_way(Differ::First);
    if has_conflict(&chunks) {
        return None;
    }
    let text = texts.print(&chunks);
    texts.second_opinion(&text).then_some(text)
}

/// A run of lines of a merge, without the end of its last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Nobody has to decide anything here.
    Settled(Vec<String>),
    /// Both sides differ.
    Conflict {
        /// What both come from; none in a comparison without a base.
        base: Option<Vec<String>>,
        /// Our lines.
        ours: Vec<String>,
        /// Their lines.
        theirs: Vec<String>,
    },
}

/// Both sides, run by run: what merges is settled. Without a base every difference is a conflict.
pub fn pieces(base: Option<&str>, ours: &str, theirs: &str) -> Vec<Piece> {
    let texts = MergeInput::new(base, ours, theirs);
    let chunks = if base.is_some() { texts.marked() } else { texts.two_way() };
    chunks.iter().map(|chunk| texts.piece(chunk)).filter(|piece| *piece != Piece::Settled(Vec::new())).collect()
}

/// Pieces as one text that ends as `ours` ends.
pub(super) fn marked(pieces: &[Piece], ours: &str, labels: Labels<'_>) -> String {
    let ending = &ours[ours.trim_end().len()..];
    let marked_end = matches!(pieces.last(), Some(Piece::Conflict { .. }));
    let lines: Vec<String> = pieces.iter().flat_map(|piece| piece.marked(labels)).collect();
    let ending = if marked_end && ending.is_empty() { "\n" } else { ending };
    if lines.is_empty() { String::new() } else { lines.join("\n") + ending }
}

/// The text of pieces where one side is taken in every conflict.
pub(super) fn decided(pieces: &[Piece], take_ours: bool) -> String {
    let lines = |piece: &Piece| match piece {
        Piece::Settled(lines) => lines.clone(),
        Piece::Conflict { ours, theirs, .. } => if take_ours { ours } else { theirs }.clone(),
    };
    pieces.iter().flat_map(lines).map(|line| line + "\n").collect()
}

/// Both sides as one conflict, from the first to the last line that is not the same in all three texts.
pub(super) fn one_conflict(base: &str, ours: &str, theirs: &str) -> Vec<Piece> {
    let [base, ours, theirs] = [base, ours, theirs].map(lines);
    let longest = base.len().min(ours.len()).min(theirs.len());
    let is_same = |a: usize, b: usize, c: usize| base[a] == ours[b] && base[a] == theirs[c];
    let above = (0..longest).take_while(|at| is_same(*at, *at, *at)).count();
    let end = |lines: &[&str], below: usize| lines.len() - 1 - below;
    let is_tail = |below: &usize| is_same(end(&base, *below), end(&ours, *below), end(&theirs, *below));
    let below = (0..longest - above).take_while(is_tail).count();
    let part = |lines: &[&str], range: Range<usize>| lines[range].iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let middle = |lines: &[&str]| part(lines, above..lines.len() - below);
    let conflict = Piece::Conflict { base: Some(middle(&base)), ours: middle(&ours), theirs: middle(&theirs) };
    let settled = [Piece::Settled(part(&base, 0..above)), Piece::Settled(part(&base, base.len() - below..base.len()))];
    let [head, tail] = settled;
    [head, conflict, tail].into_iter().filter(|piece| *piece != Piece::Settled(Vec::new())).collect()
}

impl Piece {
    /// Its lines; between markers where it is a conflict.
    pub fn marked(&self, labels: Labels<'_>) -> Vec<String> {
        let marker = |marker: &str, label: &str| format!("{marker} {label}").trim_end().to_owned();
        let (base, ours, theirs) = match self {
            Self::Settled(lines) => return lines.clone(),
            Self::Conflict { base, ours, theirs } => (base, ours, theirs),
        };
        let mut lines = vec![marker("<<<<<<<", labels.ours)];
        lines.extend_from_slice(ours);
        if let Some(base) = base {
            lines.push(marker("|||||||", labels.base));
            lines.extend_from_slice(base);
        }
        lines.push("=======".to_owned());
        lines.extend_from_slice(theirs);
        lines.push(marker(">>>>>>>", labels.theirs));
        lines
    }
}

/// Pairs of equal lines, per line of both texts, from which on comparing pair by pair is too much work.
const MANY_PAIRS: usize = 64;

/// Two ways to compare lines, independent of each other.
#[derive(Clone, Copy)]
enum Differ {
    First,
    Second,
}

impl Differ {
    /// What compares these lines in about as many steps as there are lines. Where most lines are like others, those that are
    /// not are what a comparison can hold on to.
    fn algorithm(self, base: &[&str], side: &[&str]) -> Algorithm {
        match self {
            Self::First => Algorithm::Myers,
            Self::Second if pairs(base, side) > MANY_PAIRS * (base.len() + side.len()) => Algorithm::Patience,
            Self::Second => Algorithm::Hunt,
        }
    }
}

/// How many pairs of equal lines there are.
fn pairs(base: &[&str], side: &[&str]) -> usize {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    base.iter().for_each(|line| *counts.entry(line).or_default() += 1);
    side.iter().filter_map(|line| counts.get(line)).sum()
}

/// A run of lines of the result.
enum Chunk {
    /// These lines of the base.
    Base(Range<usize>),
    /// These lines of ours; theirs are the same or unchanged.
    Ours(Range<usize>),
    /// These lines of theirs.
    Theirs(Range<usize>),
    /// Both sides differ; the base's part is none in a two-way comparison.
    Conflict { base: Option<Range<usize>>, ours: Range<usize>, theirs: Range<usize> },
}

/// Lines of the base that one side replaced by lines of its own.
#[derive(Clone, Debug)]
struct Hunk {
    base: Range<usize>,
    side: Range<usize>,
}

/// The lines of both sides and of the base, which has none in a comparison of two texts.
struct MergeInput<'a> {
    base: Vec<&'a str>,
    ours: Vec<&'a str>,
    theirs: Vec<&'a str>,
    /// What `ours` ends with: line ends and blanks.
    ending: &'a str,
}

impl<'a> MergeInput<'a> {
    fn new(base: Option<&'a str>, ours: &'a str, theirs: &'a str) -> Self {
        let ending = &ours[ours.trim_end().len()..];
        Self { base: lines(base.unwrap_or_default()), ours: lines(ours), theirs: lines(theirs), ending }
    }

    /// Another diff algorithm also gives `text`, without a conflict.
    fn second_opinion(&self, text: &str) -> bool {
        let chunks = self.three_way(Differ::Second);
        !has_conflict(&chunks) && self.print(&chunks) == text
    }

    /// The chunks to print with markers: those of whichever comparison sees a conflict, and if the two only disagree,
    /// both sides whole.
    fn marked(&self) -> Vec<Chunk> {
        let (first, second) = (self.three_way(Differ::First), self.three_way(Differ::Second));
        if has_conflict(&first) {
            return first;
        }
        if has_conflict(&second) {
            return second;
        }
        if self.print(&first) == self.print(&second) {
            return first;
        }
        vec![Chunk::Conflict { base: Some(0..self.base.len()), ours: 0..self.ours.len(), theirs: 0..self.theirs.len() }]
    }

    fn three_way(&self, differ: Differ) -> Vec<Chunk> {
        let (ours, theirs) = (hunks(differ, &self.base, &self.ours), hunks(differ, &self.base, &self.theirs));
        let (mut ours, mut theirs) = (ours.as_slice(), theirs.as_slice());
        let (mut chunks, mut at, mut shift) = (Vec::new(), 0, (0, 0));
        while !ours.is_empty() || !theirs.is_empty() {
            let (region, (our_part, their_part)) = next_region(ours, theirs);
            chunks.push(Chunk::Base(at..region.start));
            let our_lines = side_range(&ours[..our_part], &region, &mut shift.0);
            let their_lines = side_range(&theirs[..their_part], &region, &mut shift.1);
            chunks.push(match (our_part, their_part) {
                (_, 0) => Chunk::Ours(our_lines),
                (0, _) => Chunk::Theirs(their_lines),
                _ if self.ours[our_lines.clone()] == self.theirs[their_lines.clone()] => Chunk::Ours(our_lines),
                _ => Chunk::Conflict { base: Some(region.clone()), ours: our_lines, theirs: their_lines },
            });
            (ours, theirs, at) = (&ours[our_part..], &theirs[their_part..], region.end);
        }
        chunks.push(Chunk::Base(at..self.base.len()));
        chunks
    }

    fn two_way(&self) -> Vec<Chunk> {
        let ops = line_changes(Algorithm::Myers, &self.ours, &self.theirs);
        let chunk = |op: &DiffOp| match op {
            DiffOp::Equal { .. } => Chunk::Ours(op.old_range()),
            _ => Chunk::Conflict { base: None, ours: op.old_range(), theirs: op.new_range() },
        };
        ops.iter().map(chunk).collect()
    }

    fn piece(&self, chunk: &Chunk) -> Piece {
        let lines = |side: &[&str], range: &Range<usize>| side[range.clone()].iter().map(|line| (*line).to_owned()).collect();
        match chunk {
            Chunk::Base(range) => Piece::Settled(lines(&self.base, range)),
            Chunk::Ours(range) => Piece::Settled(lines(&self.ours, range)),
            Chunk::Theirs(range) => Piece::Settled(lines(&self.theirs, range)),
            Chunk::Conflict { base, ours, theirs } => Piece::Conflict {
                base: base.as_ref().map(|base| lines(&self.base, base)),
                ours: lines(&self.ours, ours),
                theirs: lines(&self.theirs, theirs),
            },
        }
    }

    /// The text of a merge without a conflict.
    fn print(&self, chunks: &[Chunk]) -> String {
        let lines = |chunk: &Chunk| match chunk {
            Chunk::Base(range) => &self.base[range.clone()],
            Chunk::Ours(range) => &self.ours[range.clone()],
            Chunk::Theirs(range) => &self.theirs[range.clone()],
            Chunk::Conflict { .. } => &[],
        };
        let out: Vec<&str> = chunks.iter().flat_map(lines).copied().collect();
        if out.is_empty() { String::new() } else { out.join("\n") + self.ending }
    }
}

fn has_conflict(chunks: &[Chunk]) -> bool {
    chunks.iter().any(|chunk| matches!(chunk, Chunk::Conflict { .. }))
}

/// How many lines only one of two texts has.
pub(in crate::plan) fn differing(old: &str, new: &str) -> usize {
    let (old, new) = (lines(old), lines(new));
    let ops = line_changes(Algorithm::Myers, &old, &new);
    ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).map(|op| op.old_range().len() + op.new_range().len()).sum()
}

/// Lines without their ends, and without the blanks that end the text.
fn lines(text: &str) -> Vec<&str> {
    let body = text.trim_end();
    if body.is_empty() { Vec::new() } else { body.split('\n').collect() }
}

/// The next lines of the base that somebody changed, and how many hunks of either side lie there: one hunk, and all
/// that overlap or touch it or each other.
fn next_region(ours: &[Hunk], theirs: &[Hunk]) -> (Range<usize>, (usize, usize)) {
    let start = [ours.first(), theirs.first()].into_iter().flatten().map(|hunk| hunk.base.start).min().unwrap_or_default();
    let (mut end, mut parts) = (start, (0, 0));
    loop {
        let reached = |hunk: &&Hunk| hunk.base.start <= end;
        if let Some(hunk) = ours.get(parts.0).filter(reached) {
            (end, parts.0) = (end.max(hunk.base.end), parts.0 + 1);
        } else if let Some(hunk) = theirs.get(parts.1).filter(reached) {
            (end, parts.1) = (end.max(hunk.base.end), parts.1 + 1);
        } else {
            return (start..end, parts);
        }
    }
}

/// The lines of a side that stand for `region` of the base. `shift` is by how much the side's line numbers exceed the
/// base's before the region, and then after it.
fn side_range(hunks: &[Hunk], region: &Range<usize>, shift: &mut isize) -> Range<usize> {
    let start = region.start.wrapping_add_signed(*shift);
    *shift += hunks.iter().map(|hunk| hunk.side.len() as isize - hunk.base.len() as isize).sum::<isize>();
    start..region.end.wrapping_add_signed(*shift)
}

/// What `side` made of `base`, each hunk widened over all places where it could as well lie.
fn hunks(differ: Differ, base: &[&str], side: &[&str]) -> Vec<Hunk> {
    let ops = line_changes(differ.algorithm(base, side), base, side);
    // Between any two of them is a line that is equal.
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let tight: Vec<Hunk> = changed.map(|op| Hunk { base: op.old_range(), side: op.new_range() }).collect();
    (0..tight.len()).map(|index| widened(base, side, &tight, index)).collect()
}

fn widened(base: &[&str], side: &[&str], tight: &[Hunk], index: usize) -> Hunk {
    let Hunk { base: old, side: new } = &tight[index];
    // The lines between two hunks are the same ones in both texts.
    let above = old.start - index.checked_sub(1).map_or(0, |before| tight[before].base.end);
    let below = tight.get(index + 1).map_or(base.len(), |after| after.base.start) - old.end;
    let up = slide_up(base, old, above).max(slide_up(side, new, above));
    let down = slide_down(base, old, below).max(slide_down(side, new, below));
    Hunk { base: old.start - up..old.end + down, side: new.start - up..new.end + down }
}

/// By how many lines a run can move up, of the `most` above it, so that the text with or without it stays the same.
fn slide_up(lines: &[&str], run: &Range<usize>, most: usize) -> usize {
    if run.is_empty() {
        return 0;
    }
    (0..most).take_while(|by| lines[run.start - 1 - by] == lines[run.end - 1 - by]).count()
}

/// By how many lines a run can move down, of the `most` below it, so that the text with or without it stays the same.
fn slide_down(lines: &[&str], run: &Range<usize>, most: usize) -> usize {
    if run.is_empty() {
        return 0;
    }
    (0..most).take_while(|by| lines[run.start + by] == lines[run.end + by]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: Labels<'_> = Labels { ours: "local", base: "base", theirs: "champion" };

    fn with_markers(base: Option<&str>, ours: &str, theirs: &str) -> String {
        marked(&pieces(base, ours, theirs), ours, LABELS)
    }

    #[test]
    fn changes_apart_merge_and_touching_changes_do_not() {
        assert_eq!(merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n").as_deref(), Some("A\nb\nC\n"));
        assert_eq!(merge("a\nb\nc\n", "A\nb\nc\n", "a\nB\nc\n"), None);
        assert_eq!(merge("a\nb\n", "a\nx\nb\n", "a\ny\nb\n"), None);
        assert_eq!(merge("a\nb\n", "a\nx\nb\n", "a\nb2\n"), None);
        assert_eq!(merge("", "x\n", "y\n"), None);
        let two = ["a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n", "1\nb\nc\nd\n2\n"];
        assert_eq!(merge(two[0], two[1], two[2]), None);
        assert_eq!(with_markers(Some(two[0]), two[1], two[2]).matches("<<<<<<<").count(), 2);
    }

    #[test]
    fn the_same_change_on_both_sides_is_one() {
        assert_eq!(merge("a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n").as_deref(), Some("a\nB\nc\n"));
        assert_eq!(merge("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nB\nc\nD\n").as_deref(), Some("a\nB\nc\nD\n"));
    }

    #[test]
    fn the_result_ends_as_ours_ends() {
        assert_eq!(merge("a\nb\nc\n", "A\nb\nc", "a\nb\nC\n\n").as_deref(), Some("A\nb\nC"));
        assert_eq!(merge("a\nb\nc", "A\nb\nc\n\n", "a\nb\nC").as_deref(), Some("A\nb\nC\n\n"));
        assert_eq!(merge("a", "a\n", "a\n\n").as_deref(), Some("a\n"));
        assert_eq!(merge("a\n", "", "a\n").as_deref(), Some(""));
    }

    #[test]
    fn a_removed_line_among_equal_ones_covers_them_all() {
        assert_eq!(merge("x\n-\n-\n-\ny\n", "x\n-\n-\ny\n", "X\n-\n-\n-\ny\n"), None);
        assert_eq!(merge("x\n-\n-\n-\ny\n", "x\n-\n-\ny\n", "x\n-\n-\n-\nY\n"), None);
    }

    #[test]
    fn a_removed_line_may_have_stood_above_or_below_its_like() {
        assert_eq!(merge("a\na\n", "a\na\nb\n", "x\na\n"), None);
        assert_eq!(merge("a\na\n", "b\na\na\n", "a\nx\n"), None);
    }

    #[test]
    fn where_two_comparisons_disagree_nothing_is_merged() {
        assert_eq!(merge("a\nb\n", "b\na\n", "b\na\nb\n"), None);
        assert_eq!(merge("b\na\n", "a\nb\na\n", "a\nb\n"), None);
        let marked = |base, ours, theirs| with_markers(Some(base), ours, theirs);
        let apart = "<<<<<<< local\nc\n||||||| base\n=======\ny\n>>>>>>> champion\na\n";
        assert_eq!(marked("a\nc\n", "c\na\n", "y\na\n"), apart, "the first one sees a conflict");
        let second = "b\n<<<<<<< local\nc\nb\n||||||| base\nc\n=======\n>>>>>>> champion\n";
        assert_eq!(marked("c\nb\nc\n", "b\nc\nb\n", "c\nb\n"), second, "only the second one does");
        let whole = "<<<<<<< local\nb\na\na\na\nb\n||||||| base\nb\nb\n=======\na\nb\nb\nb\na\n>>>>>>> champion\n";
        assert_eq!(marked("b\nb\n", "b\na\na\na\nb\n", "a\nb\nb\nb\na\n"), whole, "neither does, and they say different things");
    }

    /// All texts of up to three lines, of two kinds.
    fn short_texts() -> Vec<String> {
        let mut texts = vec![String::new()];
        for from in 0..7 {
            texts.extend(["a\n", "b\n"].map(|line| texts[from].clone() + line));
        }
        texts
    }

    #[test]
    fn what_is_not_merged_stands_between_markers() {
        let texts = short_texts();
        for (base, ours, theirs) in texts
            .iter()
            .flat_map(|base| texts.iter().flat_map(move |ours| short_texts().into_iter().map(move |theirs| (base, ours, theirs))))
        {
            let shown = with_markers(Some(base), ours, &theirs);
            assert_eq!(merge(base, ours, &theirs).is_none(), shown.contains("<<<<<<<"), "{base:?} {ours:?} {theirs:?}: {shown}");
        }
    }

    #[test]
    fn markers_hold_all_three_sides_and_merge_the_rest() {
        let text = with_markers(Some("a\nb\nc\nd\n"), "a\nL\nc\nd\n", "a\nC\nc\nD\n");
        assert_eq!(text, "a\n<<<<<<< local\nL\n||||||| base\nb\n=======\nC\n>>>>>>> champion\nc\nD\n");
        let text = with_markers(Some("a\nb\nc"), "L\nb\nc", "C\nb\nc");
        assert_eq!(text, "<<<<<<< local\nL\n||||||| base\na\n=======\nC\n>>>>>>> champion\nb\nc");
        let text = with_markers(Some("a"), "L\n\n", "C");
        assert_eq!(text, "<<<<<<< local\nL\n||||||| base\na\n=======\nC\n>>>>>>> champion\n\n");
        let text = with_markers(None, "a\nL", "a\nC\n");
        assert_eq!(text, "a\n<<<<<<< local\nL\n=======\nC\n>>>>>>> champion\n");
    }

    #[test]
    fn lines_differ_that_one_text_has() {
        for (old, new, count) in [("a\n", "a\n", 0), ("a\n", "a\nb\nc\n", 2), ("a\nb\n", "a\n", 1), ("a\nb\nc\n", "x\ny\nc\n", 4)]
        {
            assert_eq!(differing(old, new), count, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_line_of_one_conflict_is_above_it_or_below_and_not_both() {
        let settled = |line: &str| Piece::Settled(vec![line.to_owned()]);
        let conflict = |base: &[&str], ours: &[&str], theirs: &[&str]| {
            let [base, ours, theirs] = [base, ours, theirs].map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
            Piece::Conflict { base: Some(base), ours, theirs }
        };
        assert_eq!(one_conflict("x\nx\n", "x\n", "x\nx\nx\n"), [settled("x"), conflict(&["x"], &[], &["x", "x"])]);
        let apart = one_conflict("a\nb\nz\n", "a\nB\nz\n", "a\nz\n");
        assert_eq!(apart, [settled("a"), conflict(&["b"], &["B"], &[]), settled("z")]);
    }

    #[test]
    fn a_hard_case_is_bounded() {
        let noise = |seed: u64| {
            let mut random = fastrand::Rng::with_seed(seed);
            (0..4_000).map(|_| if random.bool() { "a\n" } else { "b\n" }).collect::<String>()
        };
        let (base, ours) = (noise(1), noise(2));
        assert_eq!(merge(&base, &ours, &base), Some(ours));
    }
}
