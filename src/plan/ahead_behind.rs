//! What happened around the version that the files come from: how far the champion is ahead of it, what of ours is not
//! promoted, and who else started from the same place.

use super::lineage::Lineage;
use crate::model::{VersionId, VersionMeta};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// What happened around a base.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AheadBehind {
    /// The versions from the base, or from what base and champion both come from, to the champion; newest first. Only the
    /// champion if the lineage does not lead there.
    pub behind: Vec<VersionMeta>,
    /// Both lines were followed to the version where they meet.
    pub connected: bool,
    /// The versions from there to the base, newest first: drafts.
    pub ahead: Vec<VersionId>,
    /// Versions of others that start where the drafts start (or, without drafts, from an edited base), newest first.
    pub forks: Vec<VersionMeta>,
}

/// What `history`, versions of one score, tells about `base`. `edited` says that the files hold edits on top of the base.
pub fn ahead_behind(history: &[VersionMeta], base: &VersionId, champion: Option<&VersionId>, edited: bool) -> AheadBehind {
    let lineage = Lineage::of(history);
    let mine = lineage.line(base);
    let theirs = champion.map(|id| lineage.line(id)).unwrap_or_default();
    let meeting = theirs.iter().find(|id| mine.contains(id)).copied();
    let until = |line: &[&VersionId]| -> Vec<VersionId> {
        line.iter().take_while(|id| Some(**id) != meeting).map(|id| (*id).clone()).collect()
    };
    let ahead = if champion.is_none() || meeting.is_some() { until(&mine) } else { vec![base.clone()] };
    let to_champion = if meeting.is_some() { until(&theirs) } else { champion.cloned().into_iter().collect() };
    let behind = to_champion.iter().filter_map(|id| history.iter().find(|meta| meta.id == *id)).cloned().collect();
    let start = if ahead.is_empty() { edited.then_some(base) } else { meeting };
    let known: HashSet<&VersionId> = mine.iter().chain(&theirs).copied().collect();
    let is_fork =
        |meta: &&VersionMeta| !known.contains(&meta.id) && start.is_some_and(|start| lineage.line(&meta.id).contains(&start));
    let forks = history.iter().filter(is_fork).cloned().collect();
    AheadBehind { behind, connected: meeting.is_some(), ahead, forks }
}

/// `history` so that every version comes before the one that it was made from, the newest first as far as that allows.
/// Where the lineage runs in a circle the newest of the circle comes first.
pub fn children_first(history: &[VersionMeta]) -> Vec<&VersionMeta> {
    let places: HashMap<&VersionId, usize> = history.iter().enumerate().map(|(at, meta)| (&meta.id, at)).collect();
    let parent = |at: usize| history[at].parent.as_ref().and_then(|id| places.get(id)).copied().filter(|parent| *parent != at);
    let mut children = vec![0_usize; history.len()];
    (0..history.len()).filter_map(parent).for_each(|at| children[at] += 1);
    let key = |at: usize| (history[at].created_at, Reverse(at));
    let mut ready: BinaryHeap<_> = (0..history.len()).filter(|at| children[*at] == 0).map(key).collect();
    let mut rest: Vec<usize> = (0..history.len()).collect();
    rest.sort_by_key(|at| key(*at));
    let (mut placed, mut order) = (vec![false; history.len()], Vec::with_capacity(history.len()));
    while let Some(at) = ready.pop().map(|(_, Reverse(at))| at).or_else(|| rest.pop()) {
        if std::mem::replace(&mut placed[at], true) {
            continue;
        }
        order.push(&history[at]);
        if let Some(parent) = parent(at) {
            children[parent] -= 1;
            if children[parent] == 0 {
                ready.push(key(parent));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use serde_json::Value;

    /// `v<parent`, the newest first.
    fn history(words: &str) -> Vec<VersionMeta> {
        let all: Vec<&str> = words.split_whitespace().collect();
        let meta = |(at, word): (usize, &&str)| {
            let (id, parent) = word.split_once('<').unwrap_or((word, ""));
            let created_at = Timestamp::from_second((all.len() - at) as i64).expect("a time");
            let (parent, metadata) = (VersionId::parent(Some(parent.to_owned())), Value::Null);
            VersionMeta { id: id.into(), score_id: "s".into(), parent, created_at, note: None, metadata }
        };
        all.iter().enumerate().map(meta).collect()
    }

    fn told(words: &str, base: &str, champion: &str, edited: bool) -> String {
        let champion = VersionId::parent(Some(champion.to_owned()));
        let ahead_behind = ahead_behind(&history(words), &base.into(), champion.as_ref(), edited);
        let metas = |all: &[VersionMeta]| all.iter().map(|meta| meta.id.as_str()).collect::<String>();
        let ahead: String = ahead_behind.ahead.iter().map(VersionId::as_str).collect();
        format!("behind {} ahead {ahead} forks {}", metas(&ahead_behind.behind), metas(&ahead_behind.forks))
    }

    #[test]
    fn news_are_counted_from_where_both_lines_meet() {
        for (history, base, champion, edited, expected) in [
            ("c<b b<a a", "a", "c", false, "behind cb ahead  forks "),
            ("c<b b<a a", "c", "c", false, "behind  ahead  forks "),
            ("c<b b<a a", "c", "a", false, "behind  ahead cb forks "),
            ("d<a c<a b<a a", "b", "c", false, "behind c ahead b forks d"),
            ("e<d d<a c<b b<a a", "c", "a", false, "behind  ahead cb forks ed"),
            ("c<b b<a a", "b", "a", false, "behind  ahead b forks c"),
            ("b<a a", "a", "a", false, "behind  ahead  forks "),
            ("b<a a", "a", "a", true, "behind  ahead  forks b"),
            ("b<a a", "b", "", false, "behind  ahead ba forks "),
            ("c<lost b<gone a", "b", "c", true, "behind c ahead b forks "),
            ("c<b b<c a", "b", "c", false, "behind  ahead b forks "),
            ("", "b", "c", false, "behind  ahead b forks "),
        ] {
            assert_eq!(told(history, base, champion, edited), expected, "{history}, base {base}, champion {champion}");
        }
    }

    #[test]
    fn children_come_before_their_parents() {
        for (words, expected) in [
            ("c<b b<a a", "cba"),
            // The clock of one client is behind: a parent that is younger than its child.
            ("a b<a c<b", "cba"),
            ("d<a c<b b<a a", "dcba"),
            ("c<x b<x a<x", "cba"),
            ("c<b b<c a<a", "acb"),
            ("d<c c<b b<c a", "dacb"),
            ("", ""),
        ] {
            let history = history(words);
            let order: String = children_first(&history).iter().map(|meta| meta.id.as_str()).collect();
            assert_eq!(order, expected, "{words}");
        }
    }
}
