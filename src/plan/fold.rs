//! What Synced becomes when an operation has really happened.

use super::types::{NewBase, Operation};
use crate::model::{Content, Snapshot, SyncedScore};

/// The state of a score after `operation`; none: the score is forgotten. Texts that the operation does not carry are
/// taken from the state before, where the content is the same.
pub fn fold(base: Option<&SyncedScore>, operation: &Operation) -> Option<SyncedScore> {
    match operation {
        Operation::Record(new)
        | Operation::Write { base: new, .. }
        | Operation::Create { base: new, .. }
        | Operation::Reuse { base: new, .. } => Some(synced(base, new)),
        Operation::Remove(_) => None,
    }
}

fn synced(before: Option<&SyncedScore>, new: &NewBase) -> SyncedScore {
    let before: Vec<&Snapshot> = before
        .into_iter()
        .flat_map(|before| [Some(&before.docs), before.champion_docs.as_ref(), before.local.as_deref()])
        .flatten()
        .collect();
    SyncedScore {
        base: new.version.clone(),
        docs: with_texts(&new.docs, &before),
        champion: new.champion.clone(),
        champion_docs: new.champion_docs.as_ref().map(|docs| with_texts(docs, &before)),
        paths: new.paths.clone(),
        local: new.local.as_ref().map(|docs| Box::new(with_texts(docs, &before))),
    }
}

fn with_texts(docs: &Snapshot, before: &[&Snapshot]) -> Snapshot {
    let known = |content: &Content, before: Vec<&Content>| {
        let same = || before.into_iter().find(|other| *other == content && other.text.is_some());
        if content.text.is_some() { content.clone() } else { same().unwrap_or(content).clone() }
    };
    let guidelines = || before.iter().filter_map(|docs| docs.guidelines.as_ref()).collect();
    Snapshot {
        code: known(&docs.code, before.iter().map(|docs| &docs.code).collect()),
        guidelines: docs.guidelines.as_ref().map(|content| known(content, guidelines())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Changes, DocKind, NewVersion, ScorePaths};

    fn docs(code: &str, read: bool) -> Snapshot {
        let mut code = Content::of(DocKind::Code, code);
        code.text = code.text.filter(|_| read);
        Snapshot { code, guidelines: None }
    }

    fn new(version: &str, docs: Snapshot, champion_docs: Option<Snapshot>) -> NewBase {
        let paths = ScorePaths::parse("Card/Tone.yaml", "Card/guidelines/Tone.md").expect("safe paths");
        NewBase { version: version.into(), docs, champion: Some("s".into()), champion_docs, paths, local: None }
    }

    #[test]
    fn a_created_version_is_the_base_and_the_champion_keeps_its_texts() {
        let before = fold(None, &Operation::Record(new("s", docs("a: 1", true), None))).expect("recorded");
        let version = NewVersion::new("score".into(), None, "a: 2".into(), None);
        let base = new("d", docs("a: 2", true), Some(docs("a: 1", false)));
        let create = Operation::Create { version, changes: Changes::default(), base };
        let after = fold(Some(&before), &create).expect("recorded");
        assert_eq!((after.base.as_str(), after.champion), ("d", before.champion.clone()));
        assert_eq!(after.champion_docs.and_then(|docs| docs.code.text).as_deref(), Some("a: 1"));
    }

    #[test]
    fn texts_of_other_content_are_not_taken_over() {
        let before = fold(None, &Operation::Record(new("s", docs("a: 1", true), None)));
        let after = fold(before.as_ref(), &Operation::Record(new("t", docs("a: 2", false), None)));
        assert_eq!(after.and_then(|after| after.docs.code.text), None);
        assert_eq!(fold(before.as_ref(), &Operation::Remove(Vec::new())), None);
    }
}
