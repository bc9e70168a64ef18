//! Merging the two documents of a score, each by itself.

use super::classify::MovedChampion;
use super::files::text;
use super::merge;
use super::types::{ConflictKind, ScoreProblem, YamlFault};
use crate::model::{Content, DocKind, Snapshot, outgoing};
use std::borrow::Cow;

/// Why a pair has no merge.
#[derive(Debug)]
pub(super) enum Unmerged {
    /// These documents need a person.
    Conflict(ConflictKind, Vec<DocKind>),
    /// A text that is needed was not read.
    Unread(ScoreProblem),
}

impl From<ScoreProblem> for Unmerged {
    fn from(why: ScoreProblem) -> Self {
        Self::Unread(why)
    }
}

/// What the files should say after taking the champion; `ours` is what they say now.
pub(super) fn merge_pair(moved: &MovedChampion, ours: &Snapshot, yaml_fault: YamlFault) -> Result<Snapshot, Unmerged> {
    let (base, theirs) = (&moved.merge_base.1, &moved.theirs.1);
    let code = match (moved.local.code, moved.remote.code) {
        (_, false) => Some(ours.code.clone()),
        (false, true) => Some(theirs.code.clone()),
        (true, true) => merge_document(&base.code, &ours.code, &theirs.code)?,
    };
    let guidelines = match (&ours.guidelines, &theirs.guidelines) {
        (Some(ours), Some(theirs)) if moved.local.guidelines && moved.remote.guidelines => {
            let none = Content::of(DocKind::Guidelines, "");
            merge_document(base.guidelines.as_ref().unwrap_or(&none), ours, theirs)?.map(Some)
        }
        (_, theirs) if moved.remote.guidelines => Some(theirs.clone()),
        (ours, _) => Some(ours.clone()),
    };
    let (Some(code), Some(guidelines)) = (&code, guidelines.clone()) else {
        let unmerged = [(ours.code.kind, code.is_none()), (DocKind::Guidelines, guidelines.is_none())];
        let docs: Vec<DocKind> = unmerged.into_iter().filter_map(|(kind, unmerged)| unmerged.then_some(kind)).collect();
        return Err(Unmerged::Conflict(conflict_kind(&docs, [base, ours, theirs])?, docs));
    };
    if *code != ours.code
        && *code != theirs.code
        && code.kind.is_yaml()
        && let Some((line, column)) = yaml_fault(text(code)?)
    {
        return Err(Unmerged::Conflict(ConflictKind::Yaml { line, column }, vec![code.kind]));
    }
    Ok(Snapshot { code: code.clone(), guidelines })
}

/// One document that both sides changed; none where a person must decide. What equals a side is that side's text.
fn merge_document(base: &Content, ours: &Content, theirs: &Content) -> Result<Option<Content>, ScoreProblem> {
    if ours == theirs {
        return Ok(Some(ours.clone()));
    }
    let kind = ours.kind;
    let [base, our_text, their_text] = sent_all([base, ours, theirs])?;
    let merged = merge::merge_document(kind, &base, &our_text, &their_text).map(|text| Content::of(kind, text));
    Ok(merged.map(|merged| [ours, theirs].into_iter().find(|side| **side == merged).cloned().unwrap_or(merged)))
}

/// Why these documents do not merge: for one that has lines which do not, that counts.
fn conflict_kind(docs: &[DocKind], sides: [&Snapshot; 3]) -> Result<ConflictKind, ScoreProblem> {
    let none = Content::of(DocKind::Guidelines, "");
    for kind in docs {
        let [base, ours, theirs] = sent_all(sides.map(|side| side.get(*kind).unwrap_or(&none)))?;
        if merge::merge(&base, &ours, &theirs).is_none() {
            return Ok(ConflictKind::Lines);
        }
    }
    Ok(ConflictKind::Parts)
}

fn sent_all([base, ours, theirs]: [&Content; 3]) -> Result<[Cow<'_, str>; 3], ScoreProblem> {
    Ok([sent(base)?, sent(ours)?, sent(theirs)?])
}

/// The form in which a text is sent. A text that stands for "no guidelines" is sent as the empty text.
pub(super) fn sent(content: &Content) -> Result<Cow<'_, str>, ScoreProblem> {
    if content.is_empty() { Ok(Cow::Borrowed("")) } else { Ok(outgoing(content.kind, text(content)?)) }
}
