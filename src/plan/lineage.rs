//! Which versions a version comes from, and what two versions have in common.

use crate::model::{Known, VersionId, VersionMeta};
use std::collections::{HashMap, HashSet};

/// Who was made from whom, as far as it is known. Other tools lose and mistake parents, so a line may end early or run in
/// a circle.
pub(super) struct Lineage<'a>(HashMap<&'a VersionId, Option<&'a VersionId>>);

impl<'a> Lineage<'a> {
    /// The lineage that `history` tells.
    pub(super) fn of(history: &'a [VersionMeta]) -> Self {
        Self(history.iter().map(|meta| (&meta.id, meta.parent.as_ref())).collect())
    }

    fn of_known(known: &'a [Known]) -> Self {
        Self(known.iter().map(|version| (&version.id, version.parent.as_ref())).collect())
    }

    /// The version itself and all that it comes from, nearest first.
    pub(super) fn line(&self, id: &'a VersionId) -> Vec<&'a VersionId> {
        let (mut line, mut seen) = (Vec::new(), HashSet::new());
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            line.push(id);
            next = self.0.get(id).copied().flatten();
        }
        line
    }
}

/// The nearest version that both `a` and `b` are or come from, as far as the parents are known.
pub fn nearest_common_ancestor<'a>(known: &'a [Known], a: &'a VersionId, b: &'a VersionId) -> Option<&'a VersionId> {
    let lineage = Lineage::of_known(known);
    let of_a: HashSet<_> = lineage.line(a).into_iter().collect();
    lineage.line(b).into_iter().find(|id| of_a.contains(id))
}

/// `id` comes from `ancestor`, or is it.
pub(super) fn descends(known: &[Known], id: &VersionId, ancestor: &VersionId) -> bool {
    nearest_common_ancestor(known, id, ancestor) == Some(ancestor)
}

/// `id` comes from `ancestor`, or is it, as far as `history` tells.
pub fn is_ancestor(history: &[VersionMeta], ancestor: &VersionId, id: &VersionId) -> bool {
    Lineage::of(history).line(id).contains(&ancestor)
}

/// The versions among `known`, newest first, that were made from `base`: they come from it, or they are newer and nothing
/// tells where they come from, as other tools lose parents. Forks of an older version are none.
pub fn successors<'a>(known: &'a [Known], base: &VersionId) -> Vec<&'a Known> {
    let lineage = Lineage::of_known(known);
    let newer = known.iter().position(|version| version.id == *base).unwrap_or(known.len());
    let is_older = |id: &VersionId| known[newer..].iter().any(|version| version.id == *id);
    let is_made_from_base = |version: &Known| {
        let line = lineage.line(&version.id);
        line[1..].contains(&base) || !line.into_iter().any(is_older)
    };
    known.iter().filter(|version| version.id != *base && is_made_from_base(version)).collect()
}

/// How many versions `ancestor` is behind `id`; none if `id` does not come from it.
pub(super) fn distance(known: &[Known], id: &VersionId, ancestor: &VersionId) -> Option<usize> {
    Lineage::of_known(known).line(id).into_iter().position(|id| id == ancestor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(lines: &[(&str, &str)]) -> Vec<Known> {
        let version = |(id, parent): &(&str, &str)| Known {
            id: (*id).into(),
            parent: VersionId::parent(Some((*parent).to_owned())),
            docs: None,
        };
        lines.iter().map(version).collect()
    }

    fn nearest(known: &[Known], a: &str, b: &str) -> Option<String> {
        nearest_common_ancestor(known, &a.into(), &b.into()).map(ToString::to_string)
    }

    #[test]
    fn the_nearest_of_several_is_found() {
        let known = known(&[("d2", "d1"), ("d1", "b"), ("c", "b"), ("b", "a"), ("a", "None")]);
        assert_eq!(nearest(&known, "d2", "c").as_deref(), Some("b"));
        assert_eq!(nearest(&known, "c", "d2").as_deref(), Some("b"));
        assert_eq!(nearest(&known, "d2", "d1").as_deref(), Some("d1"));
        assert_eq!(nearest(&known, "d2", "d2").as_deref(), Some("d2"));
        assert!(descends(&known, &"d2".into(), &"a".into()));
        assert!(!descends(&known, &"a".into(), &"d2".into()));
        assert_eq!((distance(&known, &"d2".into(), &"a".into()), distance(&known, &"c".into(), &"d1".into())), (Some(3), None));
    }

    #[test]
    fn successors_come_from_the_base_or_from_nowhere() {
        let made = |lines: &[(&str, &str)], base: &str| {
            successors(&known(lines), &base.into()).iter().map(|version| version.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(made(&[("e", "c"), ("d", "None"), ("f", "a"), ("c", "b"), ("b", "a"), ("a", "None")], "b"), ["e", "d", "c"]);
        assert_eq!(made(&[("b", "a"), ("a", "None")], "b"), Vec::<String>::new());
        // Made in the same moment as its parent.
        assert_eq!(made(&[("b", "a"), ("c", "b"), ("a", "None")], "b"), ["c"]);
        // A base that is too old for the list.
        assert_eq!(made(&[("d", "c"), ("c", "gone")], "b"), ["d", "c"]);
        assert_eq!(made(&[("d", "c"), ("c", "d"), ("b", "a")], "b"), ["d", "c"]);
    }

    #[test]
    fn broken_and_circular_lineages_end() {
        let known = known(&[("a", "b"), ("b", "a"), ("c", "gone"), ("d", "gone")]);
        assert_eq!(nearest(&known, "a", "c"), None);
        assert_eq!(nearest(&known, "c", "d").as_deref(), Some("gone"));
        assert_eq!(nearest(&[], "x", "y"), None);
    }
}
