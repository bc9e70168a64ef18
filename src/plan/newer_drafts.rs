//! Versions that others made beyond the champion.

use super::lineage::{Lineage, successors};
use crate::model::{Known, VersionId, VersionMeta};

/// The versions among `history`, the newest first, that were made from the champion and never became it: not `base`, which
/// the files come from, and not what that comes from. Without a champion all versions count as made from it.
pub fn newer_drafts<'a>(
    history: &'a [VersionMeta],
    champion: Option<&VersionId>,
    base: Option<&VersionId>,
) -> Vec<&'a VersionMeta> {
    let known = |meta: &VersionMeta| Known { id: meta.id.clone(), parent: meta.parent.clone(), docs: None };
    let known: Vec<Known> = history.iter().map(known).collect();
    let lineage = Lineage::of(history);
    let mine: Vec<&VersionId> = base.map(|base| lineage.line(base)).unwrap_or_default();
    let made: Vec<&VersionId> = match champion {
        Some(champion) => successors(&known, champion).into_iter().map(|version| &version.id).collect(),
        None => known.iter().map(|version| &version.id).collect(),
    };
    let is_draft = |meta: &&VersionMeta| made.contains(&&meta.id) && !mine.contains(&&meta.id) && !meta.was_champion();
    history.iter().filter(is_draft).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use serde_json::json;

    /// `v<parent` for a version, `v<parent!` for one that was champion; the newest first.
    fn told(words: &str, champion: &str, base: &str) -> String {
        let meta = |word: &str| {
            let (id, parent) = word.split_once('<').unwrap_or((word, ""));
            let history = if parent.ends_with('!') { json!([{"versionId": id}]) } else { json!([]) };
            let parent = VersionId::parent(Some(parent.trim_end_matches('!').to_owned()));
            let metadata = json!({"championHistory": history});
            let created_at = Timestamp::UNIX_EPOCH;
            VersionMeta { id: id.into(), score_id: "s".into(), parent, created_at, note: None, metadata }
        };
        let history: Vec<VersionMeta> = words.split_whitespace().map(meta).collect();
        let named = |id: &str| VersionId::parent(Some(id.to_owned()));
        let found = newer_drafts(&history, named(champion).as_ref(), named(base).as_ref());
        found.into_iter().map(|meta| meta.id.as_str()).collect()
    }

    #[test]
    fn drafts_were_made_from_the_champion_by_somebody_else() {
        for (history, champion, base, expected) in [
            ("c<b b<a a", "b", "b", "c"),
            ("c<b b<a a", "c", "c", ""),
            // A draft of ours, and what it comes from.
            ("d<c c<b b", "b", "d", ""),
            ("e<b d<c c<b b", "b", "d", "e"),
            // Somebody went on from our draft.
            ("e<d d<b b", "b", "d", "e"),
            // Made from an older champion, and overtaken.
            ("b<a x<a a", "b", "b", ""),
            // Nobody said from what, and it is newer.
            ("x b<a a", "b", "b", "x"),
            // The champion went back: what was champion is no draft.
            ("c<b! b<a! a", "a", "a", ""),
            ("b a", "", "", "ba"),
            ("b<a a", "", "a", "b"),
            // The champion is older than all that is known.
            ("d<c c", "gone", "gone", "dc"),
        ] {
            assert_eq!(told(history, champion, base), expected, "{history}, champion {champion}, base {base}");
        }
    }
}
