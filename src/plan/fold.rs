//! What Synced becomes when an operation has really happened.

use super::types::{NewBase, Operation};
use crate::model::{Content, Snapshot, SyncedScore};

/// The state of a score after `operation`; none: the score is forgotten. Texts that the operation does not carry are
/// taken from the state before, where the content is the same.
pub fn fold(base: Option<&SyncedScore>, operation: &Operation) -> Option<SyncedScore> {
    match operation {
        Operation::Record(new) | Operation::Write { base: new, .. } | Operation::Create { base: new, .. } => {
            Some(synced(base, new))
        }
        Operation::Remove(_) => None,
    }
}

fn synced(before: Option<&SyncedScore>, new: &NewBase) -> SyncedScore {
    let before: Vec<&Snapshot> =
        before.map(|before| [Some(&before.docs), before.champion_docs.as_ref()]).into_iter().flatten().flatten().collect();
    SyncedScore {
        base: new.version.clone(),
        docs: with_texts(&new.docs, &before),
        champion: new.champion.clone(),
        champion_docs: new.champion_docs.as_ref().map(|docs| with_texts(docs, &before)),
        paths: new.paths.clone(),
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
